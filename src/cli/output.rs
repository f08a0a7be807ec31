//! Where results go: standard output or a file, in the form asked for.

use clap::ValueEnum;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::files;
use crate::table::text::{to_csv, to_json, to_text};
use crate::table::{Footer, Table, to_parquet};

/// Form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned text.
    Table,
    /// One JSON document.
    Json,
    /// CSV with a header.
    Csv,
    /// Parquet; needs `--out`.
    Parquet,
}

/// Writes `text` to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| match e.kind() {
            ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::failed(format!("cannot write to standard output: {e}")),
        })
}

/// Refuses Parquet on standard output, which is for text.
pub(super) fn require_file(format: Format, out: Option<&Path>) -> Result<(), Failure> {
    if format == Format::Parquet && out.is_none() {
        return Err(Failure::usage((
            "Parquet is binary",
            "name a file with `--out FILE`",
        )));
    }
    Ok(())
}

/// Writes a table. If there are `several`, the name of the table is put before the extension of the
/// file, so that tables do not overwrite each other.
pub(super) fn emit<T: Table>(
    rows: &[T],
    format: Format,
    out: Option<&Path>,
    several: bool,
) -> Result<(), Failure> {
    require_file(format, out)?;
    let bytes = match format {
        Format::Table => to_text(rows).into_bytes(),
        Format::Json => (to_json(rows) + "\n").into_bytes(),
        Format::Csv => to_csv(rows).into_bytes(),
        Format::Parquet => to_parquet(rows, &Footer::default()).map_err(Failure::failed)?,
    };
    deliver(
        &bytes,
        out.map(|path| path_of::<T>(path, several)).as_deref(),
    )
}

/// Writes bytes to a file, or to standard output if no file is given.
pub(super) fn deliver(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    match out {
        None => print(&String::from_utf8_lossy(bytes)),
        Some(path) => Ok(files::write(path, bytes)?),
    }
}

fn path_of<T: Table>(path: &Path, several: bool) -> PathBuf {
    if !several {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map(|e| format!(".{}", e.to_string_lossy()))
        .unwrap_or_default();
    path.with_file_name(format!("{stem}.{}{extension}", T::NAME))
}
