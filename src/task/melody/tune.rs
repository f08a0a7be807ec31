//! A tune as it is kept here.

use super::notation;

/// A tune in the public domain.
#[derive(Debug, PartialEq, Eq)]
pub struct Tune {
    /// Its name in pipelines.
    pub name: &'static str,
    /// Its title and origin.
    pub title: &'static str,
    /// Steps of a bar.
    pub bar: usize,
    /// The notes of the tune, in the notation of this room.
    pub notation: &'static str,
}

impl Tune {
    /// The number of steps from the first note to the end of the last.
    pub(super) fn steps(&self) -> usize {
        let notes = notation::read(self.notation);
        notes.iter().map(|note| note.steps).sum()
    }
}
