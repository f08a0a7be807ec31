//! What cells have taken, from which a plan says what the next ones will take.
//!
//! The numbers are measured, so they depend on the machine. They stay beside the artifacts and
//! enter no result.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes of memory that a process takes without networks, measured with small wirings.
const PROGRAM: u64 = 50 << 20;

/// What some cells took together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// Number of cells.
    pub cells: u64,
    /// Time in seconds that threads worked on them.
    pub seconds: f64,
    /// Bytes that their tables take in the store.
    pub bytes: u64,
    /// Most bytes of memory that one of them set aside for its networks.
    pub memory: u64,
}

impl Spent {
    /// What one cell took.
    pub(super) fn one(seconds: f64, bytes: u64, memory: u64) -> Self {
        Self {
            cells: 1,
            seconds,
            bytes,
            memory,
        }
    }

    pub(super) fn add(&mut self, more: &Self) {
        self.cells += more.cells;
        self.seconds += more.seconds;
        self.bytes += more.bytes;
        self.memory = self.memory.max(more.memory);
    }

    /// Bytes of memory that a process takes which computes one such cell with one thread: the
    /// program itself, and what the cell sets aside.
    #[must_use]
    pub fn of_process(&self) -> u64 {
        PROGRAM + self.memory
    }

    /// What one cell takes on average. It is `None` if there were none.
    fn of_one(&self) -> Option<Self> {
        let cells = self.cells as f64;
        (self.cells > 0).then(|| Self {
            cells: 1,
            seconds: self.seconds / cells,
            bytes: (self.bytes as f64 / cells) as u64,
            memory: self.memory,
        })
    }
}

/// What the cells of each stage took in a store, cells that are alike together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Costs {
    stages: BTreeMap<String, BTreeMap<String, Spent>>,
}

impl Costs {
    /// Adds what more cells of `stage` took, given by their likeness.
    pub(super) fn add(&mut self, stage: &str, more: &BTreeMap<String, Spent>) {
        let stage = self.stages.entry(stage.to_owned()).or_default();
        for (alike, spent) in more {
            stage.entry(alike.clone()).or_default().add(spent);
        }
    }

    /// What the cell `name` of `stage` will take: as much as cells that were like it, or as much as
    /// cells of its stage do on average. It is `None` if there were none.
    #[must_use]
    pub fn expected(&self, stage: &str, name: &str) -> Option<Spent> {
        let stage = self.stages.get(stage)?;
        if let Some(known) = stage.get(&likeness(name)) {
            return known.of_one();
        }
        let mut all = Spent::default();
        stage.values().for_each(|known| all.add(known));
        all.of_one()
    }
}

/// What is alike in the names of cells that differ only in their seed or in the number of their
/// null: the name without these numbers.
pub(super) fn likeness(name: &str) -> String {
    let mut alike = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(end) = ["seed", "null"]
        .iter()
        .filter_map(|word| Some(rest.find(word)? + word.len()))
        .min()
    {
        alike += &rest[..end];
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    alike + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_what_cells_like_it_took() {
        let mut costs = Costs::default();
        assert_eq!(costs.expected("training", "t/small/k1/seed1"), None);
        let spent = |seconds, memory| Spent::one(seconds, 100, memory);
        let mut more = BTreeMap::new();
        for (name, spent) in [
            ("t/small.null1/k1/seed1", spent(1.0, 7)),
            ("t/small.null2/k1/seed2", spent(3.0, 9)),
            ("t/large/k1/seed1", spent(11.0, 2)),
        ] {
            more.entry(likeness(name))
                .or_insert_with(Spent::default)
                .add(&spent);
        }
        costs.add("training", &more);
        let alike = costs.expected("training", "t/small.null31/k1/seed7");
        assert_eq!(alike, Some(spent(2.0, 9)));
        let other = costs.expected("training", "t/unknown/k1/seed7").unwrap();
        assert!((other.seconds - 5.0).abs() < 1e-12);
        assert_eq!(costs.expected("other", "t/small/k1/seed1"), None);
    }

    #[test]
    fn names_are_alike_but_for_seeds_and_numbers_of_nulls() {
        assert_eq!(
            likeness("t1/witvliet2021_1.null12/k4/seed3"),
            "t1/witvliet2021_1.null/k4/seed"
        );
        assert_eq!(likeness("all"), "all");
    }
}
