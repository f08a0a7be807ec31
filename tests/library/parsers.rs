//! Whatever is read from outside gives a value or an error: no input makes a reader panic.
//!
//! The fuzz targets in `fuzz/` go on where these properties end. Tables of edges have theirs in
//! `tests/own_connectome`, the notation of motifs in `src/motif/parse.rs`.

use std::path::Path;

use engraph::motif::survey::MotifCountRow;
use engraph::pipeline::Spec;
use engraph::table::{Footer, from_parquet, to_parquet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// So many cases, and no files of failures: a failure becomes a test.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a pipeline is made of, rightly and wrongly.
const PIECES: [&str; 40] = [
    "name",
    "seed",
    "connectomes",
    "motifs",
    "nulls",
    "topologies",
    "tasks",
    "kind",
    "smooth",
    "training",
    "seeds",
    "bottlenecks",
    "auto",
    "engram",
    "epochs",
    "min_weights",
    "all",
    "sources",
    "edges",
    "cook2020_pharynx",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "'",
    "\n",
    " ",
    "0",
    "-1",
    "1e400",
    "nan",
    "true",
    "9223372036854775808",
    "#",
];

/// A pipeline that is right.
const RIGHT: &str = "name = 'small'\nconnectomes = ['cook2020_pharynx']\n[motifs]\nnulls = 2\n\
    [[tasks]]\nname = 'a'\nkind = 'smooth'\ndimension = 1\n[training]\nbottlenecks = 'auto'\n";

fn parse(text: &str, overrides: &[String]) -> bool {
    Spec::parse(text, Path::new("test.toml"), overrides).is_ok()
}

#[test]
fn the_right_pipeline_is_read() {
    assert!(parse(RIGHT, &[]));
    assert!(parse(RIGHT, &["motifs.nulls=3".to_owned()]));
    assert!(!parse(RIGHT, &["motifs.nuls=3".to_owned()]));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn arbitrary_pipelines_never_panic(pieces in vec(select(&PIECES[..]), 0..40)) {
        parse(&pieces.concat(), &[]);
    }

    #[test]
    fn a_damaged_pipeline_never_panics(
        at in any::<Index>(),
        piece in select(&PIECES[..]),
        cut in 0..8_usize,
    ) {
        let mut text = RIGHT.to_owned();
        let start = at.index(text.len());
        let end = (start + cut).min(text.len());
        text.replace_range(start..end, piece);
        parse(&text, &[]);
    }

    #[test]
    fn arbitrary_overrides_never_panic(
        pieces in vec(select(&PIECES[..]), 0..12),
        text in "\\PC{0,20}",
    ) {
        parse(RIGHT, &[pieces.concat()]);
        parse(RIGHT, std::slice::from_ref(&text));
        parse(RIGHT, &[format!("training.{text}"), format!("tasks.0.{text}=1")]);
    }

    #[test]
    fn a_damaged_table_never_panics(
        at in any::<Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let rows = [MotifCountRow::default()];
        let mut bytes = to_parquet(&rows, &Footer::default()).expect("a table");
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = from_parquet::<MotifCountRow>(bytes);
    }
}

/// Tables of numbers, as `engraph dimension` and the time series of tasks are read.
#[cfg(feature = "files")]
mod numbers {
    use super::*;
    use engraph::source::file::{read_numbers, read_series, recordings};

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn arbitrary_tables_of_numbers_never_panic(
            text in "[xy01e.,;\"\t\n-]{0,60}",
            bytes in vec(any::<u8>(), 0..100),
            name in select(vec![
                "p.csv", "p.tsv", "p.parquet", "p.feather", "p.csv.gz", "p.csv.zst",
            ]),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(name);
            for content in [text.as_bytes(), &bytes] {
                std::fs::write(&path, content).expect("a file");
                let _ = read_numbers(&path, None);
                let _ = read_numbers(&path, Some(&["x".to_owned()]));
                let _ = recordings(&path);
                let _ = read_series(&path, Some("a/b"), None);
            }
        }
    }
}
