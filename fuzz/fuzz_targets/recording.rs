//! A collection of recordings of many animals.
#![no_main]

use engraph::source::file::{read_series, recordings};
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 2] = ["parquet", "csv"];

fuzz_target!(|input: &[u8]| {
    engraph_fuzz::as_file(input, &EXTENSIONS, |path| {
        if let Ok(Some(names)) = recordings(path) {
            for name in &names {
                let _ = read_series(path, Some(name), None);
            }
        }
        let _ = read_series(path, Some("dataset/worm"), Some(&["AVAL".to_owned()]));
    });
});
