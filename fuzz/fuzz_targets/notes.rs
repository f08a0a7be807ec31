//! What a store and a folder of reports note in JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::notes(input);
});
