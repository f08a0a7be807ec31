//! A pipeline in TOML; lines that begin with `--set ` are overrides, as on the command line.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::pipeline(input);
});
