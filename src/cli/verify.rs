//! The command `engraph verify`.

use std::path::PathBuf;

use super::failure::Failure;
use super::output::{Format, OutputArgs, deliver};
use crate::report::verify::{Verification, verify};
use crate::text::plain;
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder that `engraph run` wrote, or a store.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// Checks a report folder. A folder that is not as the run has left it is the answer, and the exit
/// code says so.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let found = verify(&args.folder).map_err(Failure::usage)?;
    match output.format {
        Format::Table => deliver(plain(&words(args, &found)).as_bytes(), output.out)?,
        Format::Json | Format::Csv | Format::Tsv | Format::Parquet => output.emit(&found.rows)?,
    }
    match found.faults().next() {
        None => Ok(()),
        Some(_) => Err(Failure::Differs),
    }
}

/// The findings in sentences.
fn words(args: &Args, found: &Verification) -> String {
    let mut text = String::new();
    let faults = found.faults().count();
    for row in found.faults() {
        text += &match &row.message {
            Some(message) => format!("{}: {}: {message}\n", row.file, row.status),
            None => format!("{}: {}\n", row.file, row.status),
        };
    }
    for row in found.rows.iter().filter(|row| row.status == "intact") {
        if let Some(message) = &row.message {
            text += &format!("{}: intact; {message}\n", row.file);
        }
    }
    for row in found.foreign() {
        text += &format!("{}: no file of the run\n", row.file);
    }
    let folder = args.folder.display();
    let foreign = found.foreign().count();
    let files = counted(found.rows.len() - foreign, "file");
    let tables = counted(
        found.rows.iter().filter(|row| row.rows.is_some()).count(),
        "table",
    );
    text += &match faults {
        0 => format!(
            "{folder}: all of {files} are as the run has left them, {} in {tables}\n",
            counted(found.table_rows(), "row")
        ),
        _ => format!(
            "{folder}: {faults} of {files} are not as the run has left them; somebody has changed \
             them, or a later run was interrupted\n"
        ),
    };
    text
}
