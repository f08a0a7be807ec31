//! Where results go: standard output or a file, in the form that the name of the file or `--format`
//! asks for.

use clap::ValueEnum;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::columns;
use super::failure::Failure;
use crate::files;
use crate::table::text::{in_json, to_csv, to_json, to_json_of_several, to_text_of, to_tsv};
use crate::table::{Footer, Table, Wide, to_parquet};
use crate::text::plain;

/// Form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned text.
    Table,
    /// One JSON document.
    Json,
    /// CSV with a header.
    Csv,
    /// CSV with tabs.
    Tsv,
    /// Parquet; needs `--out`.
    Parquet,
}

impl Format {
    /// The word on the command line.
    fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
        }
    }

    /// The extension of files in this form.
    fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json | Self::Csv | Self::Tsv | Self::Parquet => self.word(),
        }
    }

    /// The form that the name of a file asks for. It is `None` for names that ask for none.
    fn named_by(path: &Path) -> Option<Self> {
        let extension = extension(path)?;
        Some(match &*extension {
            "txt" => Self::Table,
            "json" => Self::Json,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }

    /// Whether a file of this name may hold this form. Any text may be in a `.txt`.
    fn fits(self, named: Self) -> bool {
        self == named || (named == Self::Table && self != Self::Parquet)
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_lowercase())
}

/// Extensions of forms that are not written. A file of such a name would hold something else.
const NOT_WRITTEN: [&str; 13] = [
    "arrow", "arrows", "bz2", "feather", "graphml", "gz", "ipc", "jsonl", "ndjson", "npy", "xlsx",
    "zip", "zst",
];

/// Where a table goes, and in which form.
#[derive(Debug, clap::Args)]
pub(super) struct OutputArgs {
    /// Form of the output [default: what the name of --out says, else table].
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output. Without --format its extension is the form:
    /// .csv, .tsv, .json, .parquet, or .txt for a table. Several tables are one JSON document; in
    /// other forms FILE.csv becomes FILE.TABLE.csv for each.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Show every column of a table in text. Other forms always have all.
    #[arg(long)]
    all_columns: bool,
}

impl OutputArgs {
    /// The form that `--format` or the name of the file asks for, if either does.
    pub(super) fn asked(&self) -> Option<Format> {
        self.format
            .or_else(|| Format::named_by(self.out.as_deref()?))
    }

    /// The place and form, checked as far as it can be before the work is done.
    pub(super) fn checked(&self) -> Result<Output<'_>, Failure> {
        let output = Output::checked(self.format, self.out.as_deref(), Format::Table)?;
        Ok(Output {
            all_columns: self.all_columns,
            ..output
        })
    }
}

/// A place for tables, and their form there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output<'a> {
    pub(super) format: Format,
    pub(super) out: Option<&'a Path>,
    /// Whether text shows every column, and not only those that matter to people.
    pub(super) all_columns: bool,
}

/// A table in its form.
pub(super) struct Formed {
    table: &'static str,
    bytes: Vec<u8>,
}

impl<'a> Output<'a> {
    /// A place that can be written to, in the form that was asked for by `format` or by the name of
    /// the file. Both must agree.
    pub(super) fn checked(
        format: Option<Format>,
        out: Option<&'a Path>,
        otherwise: Format,
    ) -> Result<Self, Failure> {
        let named = out.and_then(Format::named_by);
        if let Some(path) = out {
            refuse_unwritten(path)?;
        }
        if let (Some(format), Some(named), Some(path)) = (format, named, out)
            && !format.fits(named)
        {
            let name = path.with_extension(format.extension());
            return Err(Failure::usage((
                format!(
                    "`--format {}` does not fit `{}`",
                    format.word(),
                    path.display()
                ),
                format!("leave out `--format`, or write to `{}`", name.display()),
            )));
        }
        let format = format.or(named).unwrap_or(otherwise);
        if format == Format::Parquet && out.is_none() {
            return Err(Failure::usage((
                "Parquet is binary",
                "name a file with `--out FILE`",
            )));
        }
        if let Some(path) = out {
            check_writable(path)?;
        }
        Ok(Self {
            format,
            out,
            all_columns: false,
        })
    }

    /// As [`checked`](Self::checked), but for aligned text, which would round `what`.
    pub(super) fn exact(
        format: Option<Format>,
        out: Option<&'a Path>,
        otherwise: Format,
        what: &str,
    ) -> Result<Self, Failure> {
        let output = Self::checked(format, out, otherwise)?;
        if output.format == Format::Table {
            return Err(Failure::usage((
                format!("aligned text rounds the {what}"),
                "export as csv, tsv, json or parquet",
            )));
        }
        Ok(output)
    }

    /// Writes a table that is not declared, in a form that [`exact`](Self::exact) admits.
    pub(super) fn emit_wide(&self, table: &Wide) -> Result<(), Failure> {
        let bytes = match self.format {
            Format::Json => (table.to_json() + "\n").into_bytes(),
            Format::Table | Format::Csv => table.to_csv().into_bytes(),
            Format::Tsv => table.to_tsv().into_bytes(),
            Format::Parquet => table.to_parquet().map_err(Failure::failed)?,
        };
        deliver(&bytes, self.out)
    }

    /// Brings a table into its form.
    pub(super) fn form<T: Table>(&self, rows: &[T]) -> Result<Formed, Failure> {
        let bytes = match self.format {
            Format::Table => to_text_of(rows, |column, differs| {
                self.all_columns || columns::is_shown(T::NAME, column, differs)
            })
            .into_bytes(),
            Format::Json => to_json(rows).into_bytes(),
            Format::Csv => to_csv(rows).into_bytes(),
            Format::Tsv => to_tsv(rows).into_bytes(),
            Format::Parquet => to_parquet(rows, &Footer::default()).map_err(Failure::failed)?,
        };
        let table = T::NAME;
        Ok(Formed { table, bytes })
    }

    /// Brings a table into its form; in text, sentences that read it follow.
    pub(super) fn form_with<T: Table>(
        &self,
        rows: &[T],
        sentences: &[String],
    ) -> Result<Formed, Failure> {
        let mut formed = self.form(rows)?;
        if self.format == Format::Table && !sentences.is_empty() {
            let text = sentences.join("\n");
            formed.bytes.extend(format!("\n{}\n", plain(&text)).bytes());
        }
        Ok(formed)
    }

    /// Refuses several tables where only one has room.
    pub(super) fn check_several(&self) -> Result<(), Failure> {
        let one_by_one = match self.format {
            Format::Table | Format::Json => return Ok(()),
            Format::Csv | Format::Tsv | Format::Parquet => self.format.word(),
        };
        if self.is_stream() {
            return Err(Failure::usage((
                format!("several tables do not fit one {one_by_one}"),
                "name a file with `--out FILE`, or use `--format json`",
            )));
        }
        Ok(())
    }

    /// True for standard output, and for devices and pipes, which have no neighbours.
    fn is_stream(&self) -> bool {
        self.out.is_none_or(files::is_stream)
    }

    /// Writes a table.
    pub(super) fn emit<T: Table>(&self, rows: &[T]) -> Result<(), Failure> {
        self.emit_all(vec![self.form(rows)?])
    }

    /// Writes all tables of a command: several as one JSON document, as one text if it goes to a
    /// stream, and else into a file each.
    pub(super) fn emit_all(&self, tables: Vec<Formed>) -> Result<(), Failure> {
        if tables.len() > 1 {
            self.check_several()?;
        }
        match self.format {
            Format::Json => {
                let documents: Vec<String> = tables
                    .into_iter()
                    .map(|table| String::from_utf8_lossy(&table.bytes).into_owned())
                    .collect();
                let document = match &documents[..] {
                    [one] => one.clone(),
                    several => to_json_of_several(several),
                };
                deliver((document + "\n").as_bytes(), self.out)
            }
            Format::Table if self.is_stream() => {
                let texts: Vec<&[u8]> = tables.iter().map(|table| &*table.bytes).collect();
                deliver(&texts.join(&b'\n'), self.out)
            }
            Format::Table | Format::Csv | Format::Tsv | Format::Parquet => {
                let several = tables.len() > 1;
                tables.iter().try_for_each(|table| {
                    let path = self.out.map(|path| path_of(path, table.table, several));
                    deliver(&table.bytes, path.as_deref())
                })
            }
        }
    }
}

/// Refuses the name of a file whose form is never written.
fn refuse_unwritten(path: &Path) -> Result<(), Failure> {
    match extension(path) {
        Some(extension) if NOT_WRITTEN.contains(&&*extension) => Err(Failure::usage((
            format!("`{}`: `.{extension}` is not written", path.display()),
            "name a .csv, .tsv, .json, .parquet or .txt",
        ))),
        _ => Ok(()),
    }
}

/// Refuses a file whose name promises another form than the only one that is written to it, which
/// goes by `extensions`.
pub(super) fn check_name(path: &Path, extensions: [&str; 2], form: &str) -> Result<(), Failure> {
    refuse_unwritten(path)?;
    match Format::named_by(path) {
        Some(named) if !extensions.contains(&named.extension()) => {
            let name = path.with_extension(extensions[0]);
            Err(Failure::usage((
                format!("`{}` would hold {form}", path.display()),
                format!("name it `{}`", name.display()),
            )))
        }
        _ => Ok(()),
    }
}

/// Checks before the work that its result can be written.
pub(super) fn check_writable(path: &Path) -> Result<(), Failure> {
    let folder = files::folder_of(path);
    if !folder.is_dir() {
        let shown = folder.display();
        return Err(Failure::failed(match folder.exists() {
            true => (format!("`{shown}` is no folder"), "name another one"),
            false => (format!("there is no folder `{shown}`"), "make it first"),
        }));
    }
    Ok(files::check(path)?)
}

/// Writes text for people to standard output, as [`plain()`] shows it.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_data(&plain(text))
}

/// Writes a JSON document to standard output.
pub(super) fn print_json(json: &str) -> Result<(), Failure> {
    print_data(&in_json(json))
}

/// Writes text for programs to standard output, as it is.
fn print_data(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| match e.kind() {
            ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::failed(format!("cannot write to standard output: {e}")),
        })
}

/// Writes bytes to a file, or to standard output if no file is given.
pub(super) fn deliver(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    match out {
        None => print_data(&String::from_utf8_lossy(bytes)),
        Some(path) => Ok(files::write(path, bytes)?),
    }
}

/// The file of one of the tables. If there are several, the name of the table is put before the
/// extension, so that tables do not overwrite each other.
fn path_of(path: &Path, table: &str, several: bool) -> PathBuf {
    if !several {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map(|e| format!(".{}", e.to_string_lossy()))
        .unwrap_or_default();
    path.with_file_name(format!("{stem}.{table}{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form in which a file of this name is written in an empty folder.
    fn form(format: Option<Format>, out: &str) -> Result<Format, Failure> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(out);
        Output::checked(format, Some(&path), Format::Table).map(|output| output.format)
    }

    #[test]
    fn names_say_the_form() {
        use Format::{Csv, Json, Parquet, Table, Tsv};
        for (name, expected) in [
            ("x.csv", Csv),
            ("x.CSV", Csv),
            ("x.tsv", Tsv),
            ("x.json", Json),
            ("x.parquet", Parquet),
            ("x.pq", Parquet),
            ("x.txt", Table),
            ("x.dat", Table),
            ("csv", Table),
            (".csv", Table),
            ("x.csv.old", Table),
        ] {
            assert_eq!(form(None, name).ok(), Some(expected), "{name}");
        }
        // What is asked for holds where the name says nothing, and any text may be in a .txt.
        for (format, name) in [
            (Csv, "x.dat"),
            (Parquet, "x"),
            (Json, "x.txt"),
            (Tsv, "x.tab"),
        ] {
            assert_eq!(form(Some(format), name).ok(), Some(format), "{name}");
        }
    }

    #[test]
    fn names_of_another_form_are_refused() {
        for (format, name) in [
            (Format::Csv, "x.parquet"),
            (Format::Json, "x.csv"),
            (Format::Parquet, "x.txt"),
            (Format::Table, "x.json"),
            (Format::Csv, "x.tsv"),
        ] {
            assert!(
                matches!(form(Some(format), name), Err(Failure::Usage(_))),
                "{name}"
            );
        }
        for extension in NOT_WRITTEN {
            let name = format!("x.csv.{extension}");
            assert!(
                matches!(form(None, &name), Err(Failure::Usage(_))),
                "{name}"
            );
        }
    }
}
