//! The pages that people read: their commands give the output that they show, and their links lead
//! somewhere.
//!
//! A block that is fenced as `console` has commands, in lines that begin with `$ `, and below each
//! what it writes: standard error, then standard output. A line `...` stands for any lines that are
//! left out, a word `...` for any words. Runs of blanks are one blank, so that columns that are
//! left out need not leave holes. The commands of a page run in one folder, in their order; the
//! example tables and networks of the repository lie below it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Place, smoke};

/// What stands for what is left out.
const GAP: &str = "...";

/// The folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The Markdown files of a folder and of the folders below it, sorted.
fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut pages = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            pages.extend(pages_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    pages
}

/// The README, the pages for those who change engraph, and the documentation.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
        .iter()
        .map(|name| root().join(name))
        .collect();
    pages.extend(pages_below(&root().join("docs")));
    pages
}

/// A command of a page, and what the page says it writes.
struct Session {
    command: String,
    lines: Vec<String>,
}

/// The commands in the `console` blocks of a page.
fn sessions(page: &str) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut in_console = false;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            in_console = language == "console";
        } else if !in_console {
            continue;
        } else if let Some(command) = line.strip_prefix("$ ") {
            sessions.push(Session {
                command: command.to_owned(),
                lines: Vec::new(),
            });
        } else {
            let session = sessions.last_mut().expect("a block begins with a command");
            session.lines.push(line.to_owned());
        }
    }
    sessions
}

/// True if `pattern` and `found` are equal item by item, where a gap of the pattern stands for any
/// number of items.
fn fits<P, F>(
    pattern: &[P],
    found: &[F],
    is_gap: &dyn Fn(&P) -> bool,
    is_equal: &dyn Fn(&P, &F) -> bool,
) -> bool {
    match pattern.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if is_gap(first) => {
            (0..=found.len()).any(|left_out| fits(rest, &found[left_out..], is_gap, is_equal))
        }
        Some((first, rest)) => found.split_first().is_some_and(|(next, others)| {
            is_equal(first, next) && fits(rest, others, is_gap, is_equal)
        }),
    }
}

/// True if a line of output is what a page shows.
fn line_fits(shown: &str, found: &str) -> bool {
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let is_gap = |word: &String| word == GAP;
    fits(&words(shown), &words(found), &is_gap, &|a, b| a == b)
}

/// True if the output of a command is what a page shows. Empty lines do not count.
fn output_fits(shown: &[String], found: &str) -> bool {
    let is_filled = |line: &&str| !line.trim().is_empty();
    let shown: Vec<&str> = shown.iter().map(String::as_str).filter(is_filled).collect();
    let found: Vec<&str> = found.lines().filter(is_filled).collect();
    let is_gap = |line: &&str| line.trim() == GAP;
    fits(&shown, &found, &is_gap, &|a, b| line_fits(a, b))
}

/// What makes the training of the pipeline `quick` short. What pages show of it is not of training.
const BRIEFLY: [&str; 4] = [
    "--set",
    "training.engram.epochs=1",
    "--set",
    "training.seeds=1",
];

/// What a command of a page writes in `place`. The pipeline `smoke` is not run again for it.
fn output(place: &Place, command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(
        words.next(),
        Some("engraph"),
        "`{command}` is another program"
    );
    let args: Vec<&str> = words.collect();
    if args == ["run", "smoke"] {
        let page = smoke().reports().join("index.html");
        assert!(page.is_file(), "no {}", page.display());
        return format!("{}\nreports/smoke/index.html\n", smoke().stderr.trim_end());
    }
    let args = match args[..] {
        ["run", "quick"] => [&args[..], &BRIEFLY].concat(),
        _ => args,
    };
    let answer = place.engraph(&args).succeeded();
    format!("{}{}", answer.stderr, answer.stdout)
}

/// A folder with the example tables and the example networks.
fn place_with_examples() -> Place {
    let place = Place::new();
    for (folder, extensions) in [
        ("examples", &["csv"][..]),
        ("reports/networks", &["parquet", "toml"]),
    ] {
        fs::create_dir_all(place.path().join(folder)).expect("a folder");
        for entry in fs::read_dir(root().join(folder)).expect("the examples") {
            let path = entry.expect("an entry").path();
            let extension = path.extension().unwrap_or_default();
            if extensions.iter().any(|wanted| extension == *wanted) {
                let name = path.file_name().expect("a name");
                let copy = place.path().join(folder).join(name);
                fs::copy(&path, copy).expect("a copy");
            }
        }
    }
    place
}

#[test]
fn commands_write_what_pages_show() {
    let mut wrong = String::new();
    let mut commands = 0;
    for page in pages() {
        let place = place_with_examples();
        for session in sessions(&text(&page)) {
            commands += 1;
            let found = output(&place, &session.command);
            if !output_fits(&session.lines, &found) {
                let shown = session.lines.join("\n");
                let _ = writeln!(
                    wrong,
                    "\n{}: $ {}\n----- shown -----\n{shown}\n----- found -----\n{found}",
                    page.display(),
                    session.command,
                );
            }
        }
    }
    assert!(commands >= 7, "only {commands} commands on all pages");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The checks above can fail.
#[test]
fn what_is_left_out_is_marked() {
    let shown = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    assert!(output_fits(&shown("a  b\n\nc"), "a b\nc\n"));
    assert!(output_fits(&shown("...\nc ... f"), "a b\nc d e f\n"));
    assert!(output_fits(&shown("..."), ""));
    assert!(output_fits(&shown("a ..."), "a"));
    assert!(!output_fits(&shown("a b"), "a b\nc\n"));
    assert!(!output_fits(&shown("a c ..."), "a b c"));
    assert!(!output_fits(&shown("...\nc ... g"), "a b\nc d e f\n"));
    assert!(!output_fits(&[], "a\n"));
    let page = "```toml\n$ none\n```\n```console\n$ engraph x\na\n...\n$ engraph y\n```\ntext\n";
    let found = sessions(page);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].command, "engraph x");
    assert_eq!(found[0].lines, ["a", "..."]);
    assert!(found[1].lines.is_empty());
}

/// The targets of the links of a page that lead into the repository, without code.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_block = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block || line.starts_with("    ") {
            continue;
        }
        for (start, _) in line.match_indices("](") {
            let target = line[start + 2..].split(')').next().unwrap_or_default();
            if !target.starts_with("http") && !target.starts_with('#') {
                links.push(target.split('#').next().unwrap_or_default().to_owned());
            }
        }
    }
    links
}

#[test]
fn links_lead_to_files() {
    let mut dead = String::new();
    for page in pages() {
        let folder = page.parent().expect("a folder");
        for link in links(&text(&page)) {
            if !folder.join(&link).exists() {
                let _ = writeln!(dead, "{}: {link}", page.display());
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{dead}");
}

#[test]
fn every_page_is_in_the_reading_order() {
    let docs = root().join("docs");
    let order = links(&text(&docs.join("README.md")));
    let mut all: Vec<String> = pages_below(&docs)
        .iter()
        .map(|page| page.strip_prefix(&docs).expect("a page of docs"))
        .map(|page| page.to_str().expect("a path in UTF-8").replace('\\', "/"))
        .filter(|page| page != "SUMMARY.md")
        .collect();
    let missing: Vec<&String> = all
        .iter()
        .filter(|page| *page != "README.md" && !page.starts_with("reference/"))
        .filter(|page| !order.contains(page))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/README.md does not name {missing:?}"
    );
    // What `mdbook` makes a site of.
    let mut site = links(&text(&docs.join("SUMMARY.md")));
    site.sort();
    all.sort();
    assert_eq!(site, all, "docs/SUMMARY.md has every page once");
}

/// The README is read in three minutes.
#[test]
fn the_readme_is_short() {
    let words = text(&root().join("README.md")).split_whitespace().count();
    assert!(words < 1100, "{words} words");
}
