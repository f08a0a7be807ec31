//! A workbook with this text as the XML of its sheet, or of another part: the first byte chooses.
#![no_main]

libfuzzer_sys::fuzz_target!(init: engraph_fuzz::allow_caught_panics(), |input: &[u8]| {
    engraph_fuzz::workbook(input);
});
