//! A pipeline in TOML; lines that begin with `--set ` are overrides, as on the command line.
#![no_main]

use std::path::Path;

use engraph::pipeline::Spec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (overrides, text): (Vec<&str>, Vec<&str>) =
        input.lines().partition(|line| line.starts_with("--set "));
    let overrides: Vec<String> = overrides
        .iter()
        .map(|line| line["--set ".len()..].to_owned())
        .collect();
    let _ = Spec::parse(&text.join("\n"), Path::new("fuzzed.toml"), &overrides);
});
