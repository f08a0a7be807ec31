//! The notation of motifs. What is read must be read back from how it is written.
#![no_main]

use engraph::motif::Pattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(pattern) = Pattern::parse("fuzzed", text) {
        let again = Pattern::parse("fuzzed", &pattern.to_string());
        assert_eq!(again.as_ref(), Ok(&pattern));
    }
});
