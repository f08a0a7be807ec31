//! The page of a run: made from the tables alone, complete in one file, the same bytes every time.

use std::fs;

use crate::common::{self, Place};

#[test]
fn the_page_comes_from_the_tables_alone() {
    let smoke = common::smoke();
    let place = Place::new();
    let folder = place.path().join("tables");
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in smoke.files() {
        if name.ends_with(".parquet") {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
    place.succeed(&["report", "tables"]);
    for file in ["index.html", "summary.md"] {
        let again = fs::read(folder.join(file)).unwrap();
        assert!(again == smoke.files()[file], "{file} differs");
    }
    let figures = common::files(&folder.join("figures"));
    assert_eq!(figures, common::files(&smoke.reports().join("figures")));
    for (name, bytes) in &figures {
        let text = String::from_utf8(bytes.clone()).unwrap();
        if name.ends_with(".svg") {
            is_xml(name, &text);
        } else {
            let width = text.lines().next().unwrap().split(',').count();
            assert!(text.lines().count() > 1 && width > 1, "{name}: {text}");
        }
    }
}

/// What an earlier page made goes with its figure; what somebody else wrote or changed stays.
#[test]
fn figures_that_are_no_longer_made_are_removed() {
    let place = Place::new();
    let folder = place.path().join("tables");
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in common::smoke().files() {
        if name.ends_with(".parquet") {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
    place.succeed(&["report", "tables"]);
    let figures = folder.join("figures");
    assert!(figures.join("motif-enrichment.svg").exists());
}

/// Every element that is opened is closed, in order.
fn is_xml(name: &str, text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in text.split('<').skip(1) {
        let (tag, _) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("{name}: {piece}"));
        let word = tag
            .split([' ', '/'])
            .find(|word| !word.is_empty())
            .unwrap_or("");
        if tag.starts_with('?') || tag.starts_with('!') || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(word), "{name}: </{word}>");
        } else {
            open.push(word);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

#[test]
fn the_page_is_one_file_that_asks_nobody() {
    let page = String::from_utf8(common::smoke().files()["index.html"].clone()).unwrap();
    assert!(page.len() < 800_000, "{} bytes", page.len());
    for asks in [
        "src=",
        "@import",
        "url(",
        "<link rel=\"stylesheet\"",
        "fetch(",
    ] {
        assert!(!page.contains(asks), "{asks}");
    }
    let script = page.split("<script>").nth(1).unwrap();
    assert!(script.split("</script>").next().unwrap().len() < 15_000);
    // A finished run does not say that it is under way.
    assert!(!page.contains("under way"));
    for section in [
        "verdict",
        "wirings",
        "capacity",
        "motifs",
        "validation",
        "training",
        "files",
    ] {
        assert!(page.contains(&format!("id=\"{section}\"")), "{section}");
    }
}

#[test]
fn a_folder_without_tables_has_no_page() {
    let place = Place::new();
    fs::create_dir(place.path().join("empty")).unwrap();
    let error = place.fail(&["report", "empty"], 2);
    assert!(error.contains("no tables"), "{error}");
    assert!(!place.path().join("empty/index.html").exists());
}

/// While a run goes on, the page shows the stages that have ended.
#[test]
fn the_page_grows_with_the_run() {
    let place = crate::tiny::Tiny::new();
    let mut run = place
        .command(&[
            "run",
            "tiny.toml",
            "--quiet",
            "--jobs",
            "1",
            "--set",
            "training.engram.epochs=60",
        ])
        .spawn()
        .unwrap();
    let page = place.path().join("reports/tiny/index.html");
    while !page.exists() && run.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let early = fs::read_to_string(&page).unwrap();
    assert!(
        early.contains("The run is under way"),
        "the first page is the last one"
    );
    assert!(run.wait().unwrap().success());
    let end = fs::read_to_string(&page).unwrap();
    assert!(!end.contains("The run is under way"));
}
