//! The smallest pipeline that trains, in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::path::PathBuf;

use crate::common::{self, Place};

const PIPELINE: &str = r#"
name = "tiny"
connectomes = ["cook2020_pharynx"]

[motifs]
nulls = 5
patterns = ["xor5", "ffli"]

[topologies]
nulls = 1
perceptron = 8

[[tasks]]
name = "smooth_m1"
kind = "smooth"
dimension = 1
channels = 2
steps = 4

[training]
seeds = 5
bottlenecks = [1, 2]
engram = { epochs = 5, batches = 5, batch_size = 32, test_samples = 64 }
dense = { epochs = 3, batches = 5, batch_size = 32, test_samples = 64 }
perceptron = { epochs = 3, batches = 5, batch_size = 32, test_samples = 64 }
"#;

/// A folder that holds the pipeline as `tiny.toml`.
pub(crate) struct Tiny(Place);

impl Deref for Tiny {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.0
    }
}

impl Tiny {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        place.write("tiny.toml", PIPELINE);
        Self(place)
    }

    /// Runs and expects failure after progress; returns the last error.
    pub(crate) fn fail_last(&self, args: &[&str]) -> String {
        let stderr = self.fail(args, 1);
        let (_, last) = stderr.rsplit_once("error: ").expect("an error");
        last.to_owned()
    }

    /// The reports, without the files that tell times.
    pub(crate) fn reports(&self) -> BTreeMap<String, Vec<u8>> {
        common::files(&self.path().join("reports/tiny"))
    }

    /// The path of a table among the reports, below the folder.
    pub(crate) fn report(table: &str) -> PathBuf {
        PathBuf::from(format!("reports/tiny/{table}.parquet"))
    }

    /// The results of a stage that are in the store.
    pub(crate) fn artifacts(&self, stage: &str) -> Vec<PathBuf> {
        let folder = self.path().join(".engraph").join(stage);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut all: Vec<_> = entries.map(|entry| entry.path()).collect();
        all.sort();
        all
    }
}
