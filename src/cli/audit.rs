//! The command `engraph audit`.

use std::path::Path;

use super::failure::Failure;
use super::output::OutputArgs;
use super::reading::Reading;
use super::sentences;
use crate::source::audit::{self, Audit};
use crate::source::bundled;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file (a consensus table, or edges as `engraph motifs --edges` reads them), or the name of
    /// a bundled connectome.
    #[arg(value_name = "PATH|NAME")]
    source: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    output: OutputArgs,
}

/// Audits a file or a bundled connectome. Faults in the data are the answer and not a failure, so
/// they do not change the exit code.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let named = bundled::names()
        .map_err(Failure::failed)?
        .contains(&args.source);
    let path = Path::new(&args.source);
    if named && !args.reading.is_silent() {
        return Err(Failure::usage((
            format!("`{}` is bundled, and needs no tables", args.source),
            "leave the flags about tables out",
        )));
    }
    let found = if named {
        let connectome = bundled::connectome(&args.source).map_err(Failure::failed)?;
        Audit {
            checks: audit::connectome(&connectome).map_err(Failure::failed)?,
            agreement: Vec::new(),
        }
    } else if path.exists() || args.source.contains(['/', '.']) {
        of_file(args, path)?
    } else {
        // The error names the nearest bundled connectome.
        bundled::connectome(&args.source).map_err(Failure::usage)?;
        Audit::default()
    };
    let read = sentences::of_audit(&found.checks);
    let mut tables = vec![output.form_with(&found.checks, &read)?];
    // Only a consensus table has sources that could agree.
    if !found.agreement.is_empty() {
        tables.push(output.form(&found.agreement)?);
    }
    output.emit_all(tables)
}

#[cfg(feature = "files")]
fn of_file(args: &Args, path: &Path) -> Result<Audit, Failure> {
    audit::file(&args.reading.source(path)?).map_err(Failure::failed)
}

#[cfg(not(feature = "files"))]
fn of_file(args: &Args, path: &Path) -> Result<Audit, Failure> {
    args.reading.read(path).map(|_| Audit::default())
}
