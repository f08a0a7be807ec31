//! The lock beside a pipeline.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::lock(input);
});
