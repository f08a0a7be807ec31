//! What the cells of each stage have taken, from which a plan says what the next ones will take.
//!
//! The numbers are measured, so they depend on the machine. They stay beside the artifacts and enter
//! no result.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What some cells took together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// Number of cells.
    pub cells: u64,
    /// Time in seconds that threads worked on them.
    pub seconds: f64,
    /// Bytes that their tables take in the store.
    pub bytes: u64,
}

impl Spent {
    pub(super) fn add(&mut self, seconds: f64, bytes: u64) {
        self.cells += 1;
        self.seconds += seconds;
        self.bytes += bytes;
    }
}

/// What the cells of each stage took in a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Costs {
    stages: BTreeMap<String, Spent>,
}

impl Costs {
    /// Adds what more cells of `stage` took.
    pub(super) fn add(&mut self, stage: &str, more: &Spent) {
        let total = self.stages.entry(stage.to_owned()).or_default();
        total.cells += more.cells;
        total.seconds += more.seconds;
        total.bytes += more.bytes;
    }

    /// What `cells` cells of `stage` will take if they are like those before. It is `None` if there
    /// were none.
    #[must_use]
    pub fn expected(&self, stage: &str, cells: usize) -> Option<Spent> {
        let known = self.stages.get(stage).filter(|known| known.cells > 0)?;
        let share = cells as f64 / known.cells as f64;
        Some(Spent {
            cells: cells as u64,
            seconds: known.seconds * share,
            bytes: (known.bytes as f64 * share) as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_cells_take_in_proportion() {
        let mut costs = Costs::default();
        assert_eq!(costs.expected("training", 3), None);
        let mut spent = Spent::default();
        spent.add(1.0, 100);
        spent.add(3.0, 300);
        costs.add("training", &spent);
        let expected = costs.expected("training", 3).unwrap();
        assert_eq!((expected.cells, expected.bytes), (3, 600));
        assert!((expected.seconds - 6.0).abs() < 1e-12);
    }
}
