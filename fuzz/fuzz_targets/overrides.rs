//! Values of a pipeline changed on the command line.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::overrides(input);
});
