//! A table of edges in text, which other bytes than the first ones cannot turn into anything else.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::text(input);
});
