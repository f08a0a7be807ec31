//! CSV and Parquet as columns of cells.

use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::error::{FileError, Row};

/// The columns of a table that are of use, and where its rows are.
pub(super) struct Sheet {
    pub path: PathBuf,
    /// Names of all columns, also of those not read.
    pub names: Vec<String>,
    columns: Vec<(String, Cells)>,
    pub rows: usize,
    /// Number of the first data row; `None` in Parquet, which has no header.
    header: Option<usize>,
}

/// A column.
#[derive(Clone)]
pub(super) enum Cells {
    Text(StringChunked),
    Integer(Int64Chunked),
    Unsigned(UInt64Chunked),
    Number(Float64Chunked),
}

impl Cells {
    /// `None` for types that hold neither names nor numbers.
    fn new(column: &Column) -> PolarsResult<Option<Self>> {
        let cast = |to: DataType| column.as_materialized_series().rechunk().strict_cast(&to);
        Ok(Some(match column.dtype() {
            DataType::String | DataType::Null | DataType::Categorical(..) | DataType::Enum(..) => {
                Self::Text(cast(DataType::String)?.str()?.clone())
            }
            DataType::UInt64 => Self::Unsigned(cast(DataType::UInt64)?.u64()?.clone()),
            DataType::Float32 | DataType::Float64 => Self::Number(cast(DataType::Float64)?.f64()?.clone()),
            kind if kind.is_integer() => Self::Integer(cast(DataType::Int64)?.i64()?.clone()),
            _ => return Ok(None),
        }))
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Integer(cells) => cells.len(),
            Self::Unsigned(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
        }
    }

    /// The cell as text without the blanks around it; `None` where it is empty.
    pub fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(cells) => cells.get(row).map(str::trim).filter(|t| !t.is_empty()).map(Cow::Borrowed),
            Self::Integer(cells) => cells.get(row).map(|n| n.to_string().into()),
            Self::Unsigned(cells) => cells.get(row).map(|n| n.to_string().into()),
            Self::Number(cells) => cells.get(row).map(|n| n.to_string().into()),
        }
    }

    /// The cell as a number; `None` where it is empty.
    ///
    /// # Errors
    /// The text that is no number.
    pub fn number(&self, row: usize) -> Result<Option<f64>, Cow<'_, str>> {
        match self {
            Self::Text(_) => self.text(row).map_or(Ok(None), |t| t.parse().map(Some).map_err(|_| t)),
            Self::Integer(cells) => Ok(cells.get(row).map(|n| n as f64)),
            Self::Unsigned(cells) => Ok(cells.get(row).map(|n| n as f64)),
            Self::Number(cells) => Ok(cells.get(row)),
        }
    }

    /// True where identifiers of this column went through floating point and may have lost digits.
    pub fn is_floating(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

impl Sheet {
    /// Reads a table; of Parquet only the columns `wanted` says.
    ///
    /// # Errors
    /// [`FileError`] for anything that is no readable table with at least one row.
    pub fn read(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Self, FileError> {
        let bytes = std::fs::read(path).map_err(|source| {
            let hint = match source.kind() {
                std::io::ErrorKind::NotFound => "check the spelling; paths are relative to the current folder",
                std::io::ErrorKind::IsADirectory => "give one CSV or Parquet file, not a folder",
                _ => "check that the file may be read",
            };
            FileError::Open { path: path.to_owned(), source, hint }
        })?;
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        if bytes.is_empty() {
            let hint = "it has no bytes at all; export it again";
            return Err(FileError::Empty { path: path.to_owned(), what: "is empty", hint });
        }
        let sheet = if bytes.starts_with(b"PAR1") || ["parquet", "pq"].contains(&&*extension) {
            parquet(path, bytes, wanted)?
        } else {
            csv(path, &bytes)?
        };
        if sheet.rows == 0 {
            let hint = "the column names are there; a data row is needed below them";
            return Err(FileError::Empty { path: path.to_owned(), what: "has no rows", hint });
        }
        Ok(sheet)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Cells> {
        self.columns.iter().find(|(n, _)| n == name).map(|(_, cells)| cells)
    }

    /// The row `index` (from 0) as people count it.
    pub fn row(&self, index: usize) -> Row {
        Row { number: index + self.header.unwrap_or(1), after_header: self.header.is_some() }
    }
}

/// Runs a reader of untrusted bytes. Polars checks little before it indexes into a damaged file; what it panics over is an error here.
/// What this cannot catch is a page header that announces more values than memory holds: that allocation aborts the process.
fn guarded<T>(read: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned()),
        Err(_) => Err("its parts contradict each other".to_owned()),
    }
}

const READ_TYPES: &str = "text, 32- or 64-bit integers, or floating point numbers";

fn parquet(path: &Path, bytes: Vec<u8>, wanted: impl Fn(&str) -> bool) -> Result<Sheet, FileError> {
    let damaged = |reason| FileError::Parquet { path: path.to_owned(), reason };
    let unread = |column: &str, found: String| FileError::ColumnType {
        path: path.to_owned(),
        column: column.to_owned(),
        found,
        expected: READ_TYPES,
    };
    let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
    let schema = guarded(|| reader.schema()).map_err(damaged)?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let (mut projection, mut columns) = (Vec::new(), Vec::new());
    for name in names.iter().filter(|n| wanted(n)) {
        let found = schema.get(name.as_str()).map(|field| field.dtype().clone());
        if let Some(found) = found.filter(|f| !is_read(f)) {
            return Err(unread(name, format!("{found:?}").to_lowercase()));
        }
        projection.push(name.clone());
    }
    let rows = guarded(|| reader.num_rows()).map_err(damaged)?;
    if !projection.is_empty() && rows > 0 {
        let table = guarded(|| reader.with_columns(Some(projection)).finish()).map_err(damaged)?;
        for column in table.columns() {
            let cells = guarded(|| Cells::new(column)).map_err(damaged)?;
            let cells = cells.ok_or_else(|| unread(column.name(), column.dtype().to_string()))?;
            // Polars trusts the page headers here: only this keeps a damaged file from being indexed out of bounds.
            if cells.len() != rows {
                let (name, found) = (column.name(), cells.len());
                return Err(damaged(format!("the column `{name}` holds {found} of {rows} rows")));
            }
            columns.push((column.name().to_string(), cells));
        }
    }
    Ok(Sheet { path: path.to_owned(), names, columns, rows, header: None })
}

fn is_read(kind: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    match kind {
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Null | T::Int32 | T::Int64 | T::UInt32 | T::UInt64 => true,
        T::Float32 | T::Float64 => true,
        T::Dictionary(_, values, _) => matches!(**values, T::Utf8 | T::LargeUtf8 | T::Utf8View),
        _ => false,
    }
}

/// Beginnings of files that are often taken for tables.
const OTHER_FORMATS: [(&[u8], &str, &str); 8] = [
    (b"\x1f\x8b", "gzip-compressed", "decompress it first: `gunzip FILE`"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "decompress it first: `unzstd FILE`"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"ARROW1", "an Arrow (Feather) file", "save it as Parquet: `pandas.read_feather(FILE).to_parquet(...)`"),
    (b"\x89HDF", "an HDF5 file", "save the table as CSV or Parquet"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
];

fn csv(path: &Path, bytes: &[u8]) -> Result<Sheet, FileError> {
    if let Some((_, found, hint)) = OTHER_FORMATS.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Err(FileError::Format { path: path.to_owned(), found, hint });
    }
    if bytes.contains(&0) {
        let hint = "give a CSV or Parquet file";
        return Err(FileError::Format { path: path.to_owned(), found: "binary data", hint });
    }
    let unreadable = |row: Option<usize>, reason: String, hint| {
        let row = row.map(|number| Row { number, after_header: true });
        FileError::Csv { path: path.to_owned(), row, reason, hint }
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let row = 1 + bytes[..e.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
        unreadable(Some(row), "the text is not UTF-8".to_owned(), "save it as UTF-8, or give a Parquet file")
    })?;
    let Some(start) = text.find(|c| c != '\n' && c != '\r') else {
        let hint = "it holds line breaks only; export it again";
        return Err(FileError::Empty { path: path.to_owned(), what: "is empty", hint });
    };
    let skipped = text[..start].matches('\n').count();
    let text = &text[start..];
    if text.matches('"').count() % 2 == 1 {
        let reason = "a quotation mark `\"` is opened and never closed".to_owned();
        return Err(unreadable(None, reason, "write a quotation mark inside a quoted cell twice"));
    }
    let header = text.lines().next().unwrap_or_default();
    let separator = b",\t;".iter().rev().max_by_key(|&&s| header.bytes().filter(|&b| b == s).count());
    let separator = *separator.unwrap_or(&b',');
    let options = CsvReadOptions::default()
        .with_infer_schema_length(Some(0))
        .with_raise_if_empty(false)
        .map_parse_options(|options| options.with_separator(separator));
    let table =
        guarded(|| options.into_reader_with_file_handle(Cursor::new(text)).finish()).map_err(
            |reason| match ragged_row(text, separator) {
                Some((row, cells, header)) => unreadable(
                    Some(row + skipped),
                    format!("it has {cells} cells, the header {header}"),
                    "quote cells that contain the separator, and write decimals with a point",
                ),
                None => unreadable(None, reason, "give one header row, then rows of as many cells"),
            },
        )?;
    let names = table.get_column_names().iter().map(|n| n.trim().to_owned()).collect();
    let mut columns = Vec::new();
    for column in table.columns() {
        let cells = guarded(|| Cells::new(column)).map_err(|reason| unreadable(None, reason, "check the file"))?;
        columns.extend(cells.map(|cells| (column.name().trim().to_owned(), cells)));
    }
    Ok(Sheet { path: path.to_owned(), names, columns, rows: table.height(), header: Some(2 + skipped) })
}

/// The first row with more cells than the header: its number, its cells, the header's cells.
fn ragged_row(text: &str, separator: u8) -> Option<(usize, usize, usize)> {
    let (mut row, mut cells, mut header, mut quoted) = (1, 1, None, false);
    for byte in text.bytes().chain([b'\n']) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                let expected = *header.get_or_insert(cells);
                if cells > expected {
                    return Some((row, cells, expected));
                }
                (row, cells) = (row + 1, 1);
            }
            _ if byte == separator && !quoted => cells += 1,
            _ => {}
        }
    }
    None
}
