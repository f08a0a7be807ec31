//! A user's table of edges in any container, and the same file as a table of neurons.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::edges(input);
});
