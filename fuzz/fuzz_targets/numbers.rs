//! A table of numbers, as `engraph dimension` and the time series of tasks are read.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::numbers(input);
});
