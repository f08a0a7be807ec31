//! A table of numbers, as `engraph dimension` and the time series of tasks are read.
#![no_main]

use engraph::source::file::read_numbers;
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 6] = ["csv", "tsv", "csv.gz", "csv.zst", "parquet", "feather"];

fuzz_target!(|input: &[u8]| {
    engraph_fuzz::as_file(input, &EXTENSIONS, |path| {
        if let Ok(columns) = read_numbers(path, None) {
            let rows = columns[0].1.len();
            assert!(columns.iter().all(|(_, values)| values.len() == rows));
            assert!(
                columns
                    .iter()
                    .flat_map(|(_, values)| values)
                    .all(|value| value.is_finite())
            );
        }
        let _ = read_numbers(path, Some(&["x".to_owned()]));
    });
});
