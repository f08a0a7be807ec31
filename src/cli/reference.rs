//! The hidden command `engraph reference`, which writes `docs/reference`.
//!
//! What it writes is compared with the folder by a test: the command line, the keys of pipelines
//! and the tables are described by the program itself, and nowhere else.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::CommandFactory;

use super::failure::Failure;
use super::output::print;
use crate::files;
use crate::pipeline::spec::{LeftOut, Reference, Section};
use crate::pipeline::stages;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder that the pages are written to.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// What every page begins with.
const GENERATED: &str = "This page is written by `engraph reference docs/reference`, and a test \
                         compares it with the program.";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    files::create_folder(&args.folder)?;
    let pages = [
        ("commands.md", commands()),
        ("pipeline.md", pipeline()),
        ("tables.md", tables()),
    ];
    for (name, text) in pages {
        files::write(&args.folder.join(name), text.as_bytes())?;
    }
    print(&format!("{}\n", args.folder.display()))
}

/// The help of every command, and the stages.
fn commands() -> String {
    let mut text = format!("# The command line\n\n{GENERATED}\n");
    let command = super::Cli::command();
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let name = sub.get_name();
        let mut sub = sub.clone().bin_name(format!("engraph {name}"));
        let help = sub.render_long_help().to_string();
        let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
        let _ = write!(
            text,
            "\n## `engraph {name}`\n\n```text\n{}\n```\n",
            lines.join("\n")
        );
    }
    text += "\n## The stages of a run\n\n`--until` and `--only` of `engraph run` take these names. \
             A pipeline has those that it needs.\n\n| stage | tables in the report |\n|---|---|\n";
    for (stage, tables) in stages() {
        let reported: Vec<String> = tables
            .iter()
            .filter(|table| table.reported)
            .map(|table| format!("[`{0}`](tables.md#{0})", table.schema.table))
            .collect();
        let _ = writeln!(text, "| `{stage}` | {} |", reported.join(", "));
    }
    text
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace("\n\n", " ")
        .replace('\n', " ")
        .replace('|', "\\|")
}

/// A type in the form of an anchor, with a link to its words.
fn link(words: &str) -> String {
    format!("[{words}](#{})", words.to_lowercase())
}

/// Every key of a pipeline.
fn pipeline() -> String {
    let reference = Reference::new();
    let mut text = format!(
        "# The keys of a pipeline\n\n{GENERATED} `engraph schema --pipeline` says the same to \
         editors, as a JSON Schema.\n\nA key without a default is *required*; \
         one that is *absent* where it is left out has no value then.\n"
    );
    for section in &reference.sections {
        write_section(&mut text, section);
    }
    text += "\n# Words\n\nThe words that keys take.\n";
    for list in &reference.words {
        let _ = write!(text, "\n## {}\n\n", list.name);
        for (word, meaning) in &list.words {
            let _ = writeln!(text, "- `{word}`: {}", cell(meaning));
        }
    }
    text
}

fn write_section(text: &mut String, section: &Section) {
    let places: Vec<&str> = section
        .places
        .iter()
        .map(|(place, _)| place.as_str())
        .collect();
    let _ = write!(text, "\n## {}\n\n", places.join(", "));
    match &section.places[..] {
        [(_, meaning)] if meaning.is_empty() => {}
        [(_, meaning)] => {
            let _ = write!(text, "{meaning}\n\n");
        }
        several => {
            for (place, meaning) in several {
                let _ = writeln!(text, "- {place}: {}", cell(meaning));
            }
            text.push('\n');
        }
    }
    *text += "| key | value | default | meaning |\n|---|---|---|---|\n";
    for key in &section.keys {
        let kind = match &key.words {
            Some(words) => format!("{}: {}", key.kind, link(words)),
            None => key.kind.clone(),
        };
        let default = match &key.left_out {
            LeftOut::Required => "*required*".to_owned(),
            LeftOut::Absent => "*absent*".to_owned(),
            LeftOut::Value(value) => format!("`{}`", cell(value)),
        };
        let _ = writeln!(
            text,
            "| `{}` | {kind} | {default} | {} |",
            key.name,
            cell(&key.meaning)
        );
    }
}

/// Every table with its columns.
fn tables() -> String {
    let mut text = format!(
        "# The tables\n\n{GENERATED} `engraph schema TABLE` prints one of them. Those of a run lie \
         in its folder as `TABLE.parquet`; the last six are written by commands alone. A column \
         with `?` may be null.\n"
    );
    for table in crate::tables() {
        let _ = write!(
            text,
            "\n## {}\n\n{} Version {}.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n",
            table.table, table.description, table.version
        );
        for column in table.columns {
            let _ = writeln!(
                text,
                "| `{}` | {}{} | {} | {} |",
                column.name,
                // `<` begins a tag in Markdown.
                column.kind.replace('<', "\\<"),
                if column.nullable { "?" } else { "" },
                column.unit.unwrap_or(""),
                cell(column.description)
            );
        }
    }
    text
}
