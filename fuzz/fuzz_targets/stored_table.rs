//! A Parquet table of the store.
#![no_main]

use engraph::motif::survey::MotifCountRow;
use engraph::table::from_parquet;
use engraph::training::CheckpointRow;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = from_parquet::<MotifCountRow>(input.to_vec());
    let _ = from_parquet::<CheckpointRow>(input.to_vec());
});
