//! T7: tunes to be remembered.
//!
//! A tune is one voice in twelve pitch classes (octaves are not told apart). A step is the tune's
//! shortest note, an eighth in most. Of the 13 channels, channel `p` (0 is C, 1 C sharp, ..., 11 B)
//! is 1 while a note of pitch class `p` sounds and 0 otherwise, and channel 12, the onset, is 1 in
//! the first step of a note alone: a repeated note differs from a held one by it. A rest is 0 in
//! all channels. A sequence is the beginning of a tune; every task of melodies holds at least two
//! of them, and none is longer than its shortest tune.
//!
//! There are but a few sequences, and to recall them is the task: training draws tunes at random,
//! and the test set is the same tunes in turn. The number of latent dimensions that tunes need is
//! not known (a single real unit can tell any number of tunes apart), so that wirings can be ranked
//! by their error, and no more.
//!
//! The notation of a tune: notes `C` to `B` with `#` or `b`, or a rest `z`, each with its number of
//! steps (1 where none is given), separated by blanks; `|` ends a bar. Only the first and the last
//! bar may be shorter than the others.

mod notation;
mod tunes;

pub use notation::Note;
pub use tunes::TUNES;

use rand::RngExt;

use super::Generator;
use crate::random::ChaCha8Rng;

/// Twelve pitch classes and the onset.
pub(super) const CHANNELS: usize = 13;
/// The channel of onsets.
const ONSET: usize = 12;

/// A tune in the public domain.
#[derive(Debug, PartialEq, Eq)]
pub struct Tune {
    /// Its name in pipelines.
    pub name: &'static str,
    /// Its title and origin.
    pub title: &'static str,
    /// Steps of a bar.
    pub bar: usize,
    /// The notes.
    pub notation: &'static str,
}

/// The number of steps of a tune.
pub(super) fn steps(tune: &Tune) -> usize {
    notation::read(tune.notation)
        .iter()
        .map(|note| note.steps)
        .sum()
}

/// Writes the beginning of a tune into a sequence of `steps` steps.
fn write(notes: &[Note], steps: usize, sequence: &mut [f64]) {
    sequence.fill(0.0);
    let mut start = 0;
    for note in notes {
        let end = (start + note.steps).min(steps);
        if let (Some(pitch), true) = (note.pitch, start < steps) {
            sequence[usize::from(pitch) * steps..][start..end].fill(1.0);
            sequence[ONSET * steps + start] = 1.0;
        }
        start += note.steps;
    }
}

/// Tunes as sequences.
#[derive(Debug)]
pub(super) struct Melodies {
    sequences: Vec<Vec<f64>>,
}

impl Melodies {
    pub(super) fn new(tunes: &[&Tune], steps: usize) -> Self {
        let sequence = |tune: &&Tune| {
            let mut sequence = vec![0.0; CHANNELS * steps];
            write(&notation::read(tune.notation), steps, &mut sequence);
            sequence
        };
        Self {
            sequences: tunes.iter().map(sequence).collect(),
        }
    }
}

impl Generator for Melodies {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.copy_from_slice(&self.sequences[random.random_range(0..self.sequences.len())]);
    }

    fn draw_held_out(&self, sample: usize, _: usize, _: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.copy_from_slice(&self.sequences[sample % self.sequences.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Reads notes back from a sequence; neighbouring rests are one.
    fn decode(sequence: &[f64], steps: usize) -> Vec<Note> {
        let mut notes: Vec<Note> = Vec::new();
        for step in 0..steps {
            let at = |channel: usize| sequence[channel * steps + step] > 0.5;
            let pitches: Vec<usize> = (0..12).filter(|&p| at(p)).collect();
            assert!(pitches.len() <= 1, "one voice");
            let pitch = pitches.first().map(|&p| p as u8);
            match notes.last_mut() {
                Some(note) if !at(ONSET) && note.pitch == pitch => note.steps += 1,
                _ => {
                    assert_eq!(
                        at(ONSET),
                        pitch.is_some(),
                        "notes begin with an onset, rests without"
                    );
                    notes.push(Note { pitch, steps: 1 });
                }
            }
        }
        notes
    }

    #[test]
    fn every_tune_decodes_back_to_its_notation() {
        for tune in TUNES {
            let notes = notation::read(tune.notation);
            let melodies = Melodies::new(&[tune], steps(tune));
            let sequence = &melodies.sequences[0];
            assert_eq!(decode(sequence, steps(tune)), notes, "{}", tune.name);
            let text: Vec<String> = notes.iter().map(Note::to_string).collect();
            assert_eq!(
                text.join(" "),
                tune.notation.replace("| ", "").replace(" |", ""),
                "{}",
                tune.name
            );
        }
    }

    #[test]
    fn bars_are_full_and_tunes_differ_from_their_beginning() {
        let mut names = BTreeSet::new();
        let mut beginnings = BTreeSet::new();
        for tune in TUNES {
            let bars: Vec<usize> = tune
                .notation
                .split('|')
                .map(|bar| notation::read(bar).iter().map(|n| n.steps).sum())
                .collect();
            let inner = &bars[1..bars.len() - 1];
            assert!(
                inner.iter().all(|&steps| steps == tune.bar),
                "{}: {bars:?}",
                tune.name
            );
            // A tune that begins with an upbeat ends with what is left of its bar, or with a full
            // one.
            assert!(
                bars[0] <= tune.bar && bars[bars.len() - 1] <= tune.bar,
                "{}: {bars:?}",
                tune.name
            );
            assert!(names.insert(tune.name));
            let beginning: Vec<String> = Melodies::new(&[tune], 16).sequences[0]
                .iter()
                .map(f64::to_string)
                .collect();
            assert!(
                beginnings.insert(beginning),
                "{} begins as another tune",
                tune.name
            );
            assert!(steps(tune) >= 48, "{}", tune.name);
        }
        assert!(TUNES.len() >= 8);
    }
}
