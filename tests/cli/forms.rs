//! The form of a result, and where it goes.

use serde_json::Value;

use crate::common::{self, Place, error};

const COUNTS: [&str; 5] = ["motifs", "--connectome", "witvliet2021_1", "--motif", "li3"];

/// The bytes that a command writes into a file of this name.
fn written(name: &str, more: &[&str]) -> Vec<u8> {
    let place = Place::new();
    let answer = place
        .engraph(&[&COUNTS, more, &["--out", name]].concat())
        .succeeded();
    assert_eq!(answer.stdout, "", "{name}");
    place.read(name)
}

#[test]
fn the_name_of_a_file_says_its_form() {
    let printed = |format: &str| {
        let answer = common::engraph(&[&COUNTS[..], &["--format", format]].concat());
        answer.succeeded().stdout.into_bytes()
    };
    for (name, format) in [
        ("x.csv", "csv"),
        ("x.CSV", "csv"),
        ("x.tsv", "tsv"),
        ("x.json", "json"),
        ("x.txt", "table"),
        ("x", "table"),
        ("x.dat", "table"),
    ] {
        assert_eq!(written(name, &[]), printed(format), "{name}");
    }
    assert!(written("x.parquet", &[]).starts_with(b"PAR1"));
    assert_eq!(written("x.dat", &["--format", "csv"]), printed("csv"));
    let tsv = String::from_utf8(printed("tsv")).unwrap();
    assert!(tsv.lines().count() == 3 && tsv.lines().all(|line| line.matches('\t').count() > 20));
}

#[test]
fn a_name_that_promises_another_form_is_refused() {
    let place = Place::new();
    for (args, hint) in [
        (&["--format", "csv", "--out", "x.json"][..], "`x.csv`"),
        (&["--format", "table", "--out", "x.parquet"], "`x.txt`"),
        (&["--out", "x.feather"], ".parquet"),
        (&["--out", "x.csv.gz"], ".csv"),
        (&["--enumerate", "x.csv"], "`x.parquet`"),
    ] {
        let message = place.fail(&[&COUNTS, args].concat(), 2);
        assert!(
            message.contains("  hint: ") && message.contains(hint),
            "{message}"
        );
    }
    assert!(
        place
            .fail(&["cite", "smoke", "--out", "x.json"], 2)
            .contains("`x.bib`")
    );
    let left = common::files(place.path());
    assert!(left.is_empty(), "{:?}", left.keys());
}

/// One document, in one place, however many tables there are.
#[test]
fn several_tables_are_one_json_document_or_a_file_each() {
    let place = Place::new();
    let several = [&COUNTS[..], &["--participation", "--census"]].concat();
    let with = |more: &[&str]| place.engraph(&[&several[..], more].concat()).succeeded();
    let document = with(&["--format", "json"]).json();
    assert_eq!(document["schema"], "engraph.tables/1");
    let tables = document["tables"].as_array().unwrap();
    let schemas: Vec<&str> = tables.iter().filter_map(|t| t["schema"].as_str()).collect();
    assert_eq!(
        schemas,
        [
            "engraph.motif_counts/1",
            "engraph.motif_participation/1",
            "engraph.triad_census/1"
        ]
    );
    // A document of one table is in it as it is alone.
    let alone = place
        .engraph(&[&COUNTS[..], &["--format", "json"]].concat())
        .succeeded()
        .json();
    assert_eq!(alone, tables[0]);

    with(&["--out", "all.json"]);
    let read: Value = serde_json::from_str(&place.read_text("all.json")).unwrap();
    assert_eq!(read, document);
    with(&["--out", "all.csv"]);
    let names: Vec<String> = common::files(place.path()).into_keys().collect();
    let expected = ["motif_counts", "motif_participation", "triad_census"];
    let expected = expected.map(|table| format!("all.{table}.csv"));
    assert_eq!(names, [&["all.json".to_owned()], &expected[..]].concat());
    for csv in ["csv", "tsv"] {
        let message = error(&[&several[..], &["--format", csv]].concat(), 2);
        assert!(message.contains("--format json"), "{message}");
    }
    let text = with(&[]).stdout;
    let heads = text.lines().filter(|line| line.starts_with("connectome "));
    assert_eq!(heads.count(), 3, "{text}");
}

#[cfg(unix)]
#[test]
fn devices_are_written_through() {
    let place = Place::new();
    let to = |more: &[&str]| {
        let args = [&COUNTS, more, &["--out", "/dev/stdout"]].concat();
        place.engraph(&args).succeeded().stdout
    };
    assert_eq!(to(&[]), common::engraph(&COUNTS).succeeded().stdout);
    assert!(to(&["--format", "csv"]).starts_with("connectome,"));
    assert!(to(&["--census", "--format", "json"]).starts_with("{\"schema\": \"engraph.tables/1\""));
    let several = [
        &COUNTS[..],
        &["--census", "--format", "csv", "--out", "/dev/stdout"],
    ]
    .concat();
    assert!(place.fail(&several, 2).contains("do not fit one csv"));
}

/// Standard error of these tests is no terminal.
#[test]
fn messages_are_not_coloured_where_nobody_sees_colours() {
    let place = Place::new();
    place.write("e.csv", "pre,post\nA,B\nB,C\n");
    let mut command = place.command(&["motifs", "--edges", "e.csv"]);
    command
        .env("CLICOLOR_FORCE", "0")
        .env("TERM", "xterm")
        .env("ENGRAPH_LOG", "trace");
    let stderr = command.output().expect("the program starts").stderr;
    assert!(!stderr.is_empty() && !stderr.contains(&0x1b));
}
