//! The family of tunes, as sequences.

use rand::RngExt;
use std::sync::Arc;

use super::notation::{self, Note};
use super::tune::Tune;
use super::tunes::TUNES;
use crate::random::ChaCha8Rng;
use crate::task::error::{TaskConfigError, TaskError};
use crate::task::family::{Count, Dimension, Family, Generator};
use crate::task::shape::Shape;

/// Twelve pitch classes and the onset.
const CHANNELS: usize = 13;
/// The channel of onsets.
const ONSET: usize = 12;
/// Steps of a sequence where the task gives no number.
const STEPS: usize = 32;

/// Sequences that are the beginnings of a few tunes.
#[derive(Debug)]
pub(in crate::task) struct Melody {
    tunes: Vec<&'static Tune>,
}

impl Melody {
    /// # Errors
    /// A name that no tune has, a name that is given twice, fewer than two names.
    pub(in crate::task) fn new(names: &[String]) -> Result<Self, TaskConfigError> {
        let fail = |message: String| TaskConfigError::new("tunes", message);
        let mut tunes = Vec::new();
        for name in names {
            let Some(tune) = TUNES.iter().find(|tune| tune.name == name) else {
                let known: Vec<&str> = TUNES.iter().map(|tune| tune.name).collect();
                let error = fail(format!("there is no tune `{name}`"))
                    .with_hint(format!("the tunes are {}", known.join(", ")));
                return Err(error.suggesting(name, known));
            };
            if tunes.contains(&tune) {
                return Err(fail(format!("`{name}` is named twice")));
            }
            tunes.push(tune);
        }
        if tunes.len() < 2 {
            let message = "name at least two tunes: of one, nothing has to be stored";
            return Err(fail(message.to_owned()));
        }
        Ok(Self { tunes })
    }
}

impl Family for Melody {
    fn channels(&self) -> Option<Count> {
        Some(Count::Always(CHANNELS))
    }

    fn steps(&self) -> Count {
        Count::Usually(STEPS)
    }

    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError> {
        let shortest = self.tunes.iter().map(|tune| tune.steps()).min();
        let Some(longest) = shortest.filter(|longest| *longest < shape.steps) else {
            return Ok(());
        };
        let steps = shape.steps;
        let message = format!("the shortest of the tunes has {longest} steps, less than {steps}");
        Err(TaskConfigError::new("steps", message))
    }

    fn dimension(&self) -> Dimension {
        Dimension::RankOrder
    }

    fn recalls_training_set(&self) -> bool {
        true
    }

    fn generator(&self, shape: Shape, _: &mut ChaCha8Rng) -> Result<Arc<dyn Generator>, TaskError> {
        Ok(Arc::new(Melodies::new(&self.tunes, shape.steps)))
    }
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

/// Tunes as sequences of pitch classes and onsets.
#[derive(Debug)]
struct Melodies {
    sequences: Vec<Vec<f64>>,
}

impl Melodies {
    fn new(tunes: &[&Tune], steps: usize) -> Self {
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
            let melodies = Melodies::new(&[tune], tune.steps());
            let sequence = &melodies.sequences[0];
            assert_eq!(decode(sequence, tune.steps()), notes, "{}", tune.name);
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
            assert!(tune.steps() >= 48, "{}", tune.name);
        }
        assert!(TUNES.len() >= 8);
    }
}
