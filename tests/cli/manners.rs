//! What people are shown of names that come from files, and numbers as large as they can be
//! written.

use crate::common::{Place, engraph};

/// Sets a title, rings, turns red, turns the direction of writing.
const NAME: &str = "AV\u{1b}[31mA\u{1b}]0;owned\u{7}\u{9b}1m\u{202e}L\u{200b}\u{7f}";

fn acts(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || c == '\u{200b}'
    })
}

#[test]
fn names_of_files_and_neurons_never_act_on_a_terminal() {
    let place = Place::new();
    let edges = format!("pre,post,{NAME}\n{NAME},B,1\nB,C,1\nC,{NAME},2\n");
    place.write("edges.csv", &edges);
    place.write(&format!("{NAME}.csv"), &edges);
    place.write("points.csv", format!("{NAME},y\n1,2\n2,{NAME}\n"));
    place.write("bad.csv", format!("pre,post,weight\n{NAME},B,{NAME}\n"));
    place.write("broken.toml", format!("name = \"{}\"\n", "\u{202e}"));
    let own = format!("{NAME}.csv");
    for args in [
        &["motifs", "--edges", "edges.csv", "--motif", "xor5"][..],
        &["motifs", "--edges", &own, "--motif", "xor5"],
        &[
            "motifs",
            "--edges",
            "edges.csv",
            "--participation",
            "--motif",
            "xor5",
        ],
        &["motifs", "--edges", "bad.csv"],
        &["motifs", "--edges", NAME],
        &["motifs", "--connectome", NAME],
        &["motifs", "--motif", NAME],
        &["audit", "edges.csv"],
        &["audit", "--edges", "edges.csv"],
        &["dimension", "points.csv"],
        &["dimension", NAME],
        &["run", NAME],
        &["run", "broken.toml"],
        &["plan", "smoke", "--set", NAME],
        &["export", "--connectome", NAME],
        &["species", NAME],
        &[NAME],
    ] {
        for log in ["", "trace"] {
            let output = place.command(args).env("ENGRAPH_LOG", log).output();
            let output = output.expect("the program runs");
            for stream in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(stream);
                assert!(!acts(&text), "{args:?}: {text:?}");
            }
        }
    }
}

#[test]
fn names_in_tables_stay_as_they_are() {
    let place = Place::new();
    let edges = "pre,post\nA\u{1b}[31m,B\nB,C\u{202e}\n";
    place.write("edges.csv", edges);
    place.succeed(&["export", "--edges", "edges.csv", "--out", "again.csv"]);
    let again = place.read_text("again.csv");
    assert!(
        again.contains("A\u{1b}[31m") && again.contains("C\u{202e}"),
        "{again:?}"
    );
    let json = place.engraph(&["export", "--edges", "edges.csv", "--format", "json"]);
    assert!(!acts(&json.stdout), "{json}");
    let rows = json.json();
    let names = rows["rows"].to_string();
    assert!(names.contains("C\u{202e}"), "{names}");
}

#[test]
fn seeds_are_taken_as_they_are_written() {
    let largest = "18446744073709551615";
    let nulls = [
        "motifs",
        "--connectome",
        "cook2020_pharynx",
        "--motif",
        "xor5",
        "--nulls",
        "2",
        "--format",
        "json",
        "--seed",
    ];
    for seed in ["0", "9223372036854775808", largest] {
        let args: Vec<&str> = nulls.iter().copied().chain([seed]).collect();
        let answer = engraph(&args).succeeded();
        assert_eq!(answer.json()["rows"][0]["seed"].to_string(), seed);
    }
    for wrong in ["-1", "18446744073709551616", "1.0", "1e3", ""] {
        let args: Vec<&str> = nulls.iter().copied().chain([wrong]).collect();
        engraph(&args).failed(2);
    }
    let place = Place::new();
    let spec =
        |seed: &str| format!("name = 'a'\nconnectomes = ['cook2020_pharynx']\nseed = {seed}\n");
    place.write("a.toml", spec(largest));
    let shown = |args: &[&str]| place.engraph(args).succeeded().stdout;
    let written = shown(&["plan", "a.toml", "--spec"]);
    assert!(
        written.contains(&format!("seed = \"{largest}\"")),
        "{written}"
    );
    place.write("b.toml", &written);
    assert_eq!(shown(&["plan", "b.toml", "--spec"]), written);
    let set = format!("seed={largest}");
    place.write("c.toml", spec("3"));
    assert_eq!(shown(&["plan", "c.toml", "--spec", "--set", &set]), written);
}

#[test]
fn windows_that_no_table_has_are_refused() {
    let place = Place::new();
    place.write("points.csv", "x,y\n1,2\n2,1\n3,5\n4,4\n5,9\n6,2\n");
    for window in [
        "9223372036854775808",
        "4294967296",
        "18446744073709551615",
        "-1",
        "1.5",
    ] {
        let answer = place.engraph(&["dimension", "points.csv", "--theiler", window]);
        answer.failed(2);
    }
}
