//! The file of a result in a store.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::artifact(input);
});
