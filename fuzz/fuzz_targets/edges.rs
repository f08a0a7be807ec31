//! A user's table of edges, and the same bytes as a table of neurons.
#![no_main]

use engraph::source::file::{FileSource, read};
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 8] = [
    "csv", "tsv", "csv.gz", "csv.zst", "parquet", "feather", "arrow", "graphml",
];

fuzz_target!(|input: &[u8]| {
    engraph_fuzz::as_file(input, &EXTENSIONS, |path| {
        for neurons in [None, Some(path.to_owned())] {
            let _ = read(&FileSource {
                edges: path.to_owned(),
                neurons,
                unit: "synapses".to_owned(),
            });
        }
    });
});
