//! The notation of motifs. What is read must be read back from how it is written.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::motif(input);
});
