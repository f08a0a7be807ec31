//! Reading workbooks of Excel and LibreOffice: the first sheet that is not empty.

use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::Path;

use bytes::Bytes;
use calamine::{
    Data, DataRef, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb,
    XlsbError, Xlsx, XlsxError,
};
use zip::ZipArchive;

use super::super::columns::list;
use super::super::error::{AnyError, Damage, ReadError, Row};
use super::super::open::{Opened, all, largest};
use super::compound;
use super::graphml::is_xml;
use super::guarded::guarded;
use super::interest::Interest;
use super::layout::{
    FirstRow, MOST_ABOVE, MOST_BELOW, Start, filled, first_row, lines_above, names_of,
};
use super::opendocument;
use super::rows::{Header, Rows};
use super::shape::Shape;
use super::table::Sheet;
use super::unique::Unique;
use crate::source::nearest::did_you_mean;
use crate::text::plural::counted;

/// How a zip archive begins; workbooks are such archives.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
/// How a workbook of Excel 97 begins, and other files of its time.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

const FORMAT: &str = "a workbook";

/// Formats of workbooks.
enum Kind {
    /// `.xlsx`, `.xlsm`
    Xlsx,
    /// `.xlsb`
    Xlsb,
    /// `.ods`
    Ods,
    /// `.xls`
    Xls,
}

/// Reads the table of a workbook; of its columns what `choose` says.
///
/// # Errors
/// [`ReadError::Format`] for archives and other files that begin as workbooks do,
/// [`ReadError::Damaged`] and [`ReadError::Empty`] for workbooks that are damaged or empty, and as
/// for text.
pub(super) fn read(
    opened: Opened,
    sheet: Option<&str>,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let path = opened.path;
    let is_zip = opened.head.starts_with(ZIP);
    let bytes = all(&path, opened.content.into_stream())?;
    let kind = if is_zip {
        archive(&path, &bytes)?
    } else {
        Kind::Xls
    };
    if matches!(kind, Kind::Xls) && holds_wide(&bytes, "EncryptedPackage") {
        return Err(locked(&path));
    }
    let book = || Cursor::new(bytes.clone());
    let most = largest(bytes.len() as u64);
    match kind {
        Kind::Xlsx => {
            let book = open(
                &path,
                || Xlsx::new(book()),
                |e| matches!(e, XlsxError::Password),
            )?;
            first_sheet(&path, book, (sheet, most), choose, |book, name| {
                let mut cells = book.worksheet_cells_reader(name)?;
                Ok(Box::new(move || {
                    Ok(cells.next_cell()?.map(|cell| of_reference(&cell)))
                }))
            })
        }
        Kind::Xlsb => {
            let book = open(
                &path,
                || Xlsb::new(book()),
                |e| matches!(e, XlsbError::Password),
            )?;
            first_sheet(&path, book, (sheet, most), choose, |book, name| {
                let mut cells = book.worksheet_cells_reader(name)?;
                Ok(Box::new(move || {
                    Ok(cells.next_cell()?.map(|cell| of_reference(&cell)))
                }))
            })
        }
        Kind::Ods => {
            opendocument(&path, &bytes)?;
            let book = open(
                &path,
                || Ods::new(book()),
                |e| matches!(e, OdsError::Password),
            )?;
            first_sheet(&path, book, (sheet, most), choose, |book, name| {
                Ok(of_range(book.worksheet_range(name)?))
            })
        }
        Kind::Xls => {
            compound::check(&bytes).map_err(|source| damaged(&path, source))?;
            let book = open(
                &path,
                || Xls::new(book()),
                |e| matches!(e, XlsError::Password),
            )?;
            first_sheet(&path, book, (sheet, most), choose, |book, name| {
                Ok(of_range(book.worksheet_range(name)?))
            })
        }
    }
}

/// What a zip archive is. Everything in it is decompressed once, to know that it has an end.
fn archive(path: &Path, bytes: &Bytes) -> Result<Kind, ReadError> {
    let damaged = |source| damaged(path, source);
    let open = || ZipArchive::new(Cursor::new(bytes.clone()));
    let mut archive = guarded(open).map_err(damaged)?;
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let holds = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let kind = if holds("xl/workbook.xml") {
        Kind::Xlsx
    } else if holds("xl/workbook.bin") {
        Kind::Xlsb
    } else if holds("content.xml") && holds("mimetype") {
        Kind::Ods
    } else {
        let of_numpy = names.iter().any(|name| name.ends_with(".npy"));
        let (found, hint) = match of_numpy {
            true => (
                "an archive of NumPy arrays (.npz)",
                "save the array as a table: CSV, Parquet",
            ),
            false => (
                "a zip archive or an Excel workbook",
                "unpack it, or save the sheet as CSV",
            ),
        };
        return Err(ReadError::Format {
            path: path.to_owned(),
            found,
            hint,
        });
    };
    let most = largest(bytes.len() as u64);
    let mut left = most;
    for index in 0..archive.len() {
        let read = guarded(|| -> Result<u64, AnyError> {
            let entry = archive.by_index(index)?;
            let mut unique = Unique::default();
            let mut shaped = Shaped {
                inner: &mut unique,
                shape: None,
            };
            let read = std::io::copy(&mut entry.take(left + 1), &mut shaped)?;
            match unique.is_plausible() {
                true => Ok(read),
                false => Err("it says that it shares more texts than it can hold".into()),
            }
        });
        left = left.checked_sub(read.map_err(damaged)?).ok_or_else(|| {
            let mebibytes = most >> 20;
            damaged(Damage::Endless { mebibytes })
        })?;
    }
    Ok(kind)
}

/// Passes the bytes of a part on: XML as long as its shape is sound, anything else in any case.
struct Shaped<'a> {
    inner: &'a mut Unique,
    /// The shape of XML; `None` inside the option where the part is none, outside before the first
    /// byte.
    shape: Option<Option<Shape>>,
}

impl Write for Shaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let shape = self
            .shape
            .get_or_insert_with(|| is_xml(bytes).then(Shape::default));
        if let Some(shape) = shape {
            shape.take(bytes).map_err(io::Error::other)?;
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Checks how far the cells of a workbook of LibreOffice spread.
fn opendocument(path: &Path, bytes: &Bytes) -> Result<(), ReadError> {
    let checked = guarded(|| -> Result<Result<(), Damage>, AnyError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes.clone()))?;
        let content = BufReader::new(archive.by_name("content.xml")?);
        Ok(opendocument::check(content, largest(bytes.len() as u64)))
    });
    checked
        .and_then(|checked| checked)
        .map_err(|source| damaged(path, source))
}

fn open<B, E: Into<AnyError>>(
    path: &Path,
    open: impl FnOnce() -> Result<B, E>,
    is_locked: impl Fn(&E) -> bool,
) -> Result<B, ReadError> {
    let mut is_refused = false;
    let book = guarded(|| open().inspect_err(|error| is_refused = is_locked(error)));
    book.map_err(|source| {
        if is_refused {
            locked(path)
        } else {
            damaged(path, source)
        }
    })
}

/// The cells of a sheet with their rows and columns, from 0, row by row.
type Cells<'a> = Box<dyn FnMut() -> Result<Option<Cell>, AnyError> + 'a>;

struct Cell {
    row: usize,
    column: usize,
    text: String,
}

fn of_reference(cell: &calamine::Cell<DataRef<'_>>) -> Cell {
    let (row, column) = cell.get_position();
    Cell {
        row: row as usize,
        column: column as usize,
        text: text(&Data::from(cell.get_value().clone())),
    }
}

fn of_range<'a>(range: Range<Data>) -> Cells<'a> {
    let (top, left) = range.start().unwrap_or_default();
    let (height, width) = range.get_size();
    let mut places = (0..height).flat_map(move |row| (0..width).map(move |column| (row, column)));
    Box::new(move || {
        let cell = places.find_map(|place| {
            let value = range.get(place).filter(|value| **value != Data::Empty)?;
            Some(Cell {
                row: top as usize + place.0,
                column: left as usize + place.1,
                text: text(value),
            })
        });
        Ok(cell)
    })
}

/// A value as text; a whole number without a fraction, as it is seen.
fn text(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        // Rust writes no exponents, and no fraction of a whole number.
        Data::Float(number) => number.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Bool(value) => value.to_string(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let time = format!("{hour:02}:{minute:02}:{second:02}");
            let date_alone = date.as_f64().fract() == 0.0;
            match (date.is_duration() || date.as_f64() < 1.0, date_alone) {
                (true, _) => time,
                (false, true) => format!("{year}-{month:02}-{day:02}"),
                (false, false) => format!("{year}-{month:02}-{day:02} {time}"),
            }
        }
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// Reads the worksheet that is wanted, else the first that is not empty; hidden ones only where all
/// others are. Its cells hold `most` bytes at most.
fn first_sheet<B: Reader<Cursor<Bytes>>>(
    path: &Path,
    mut book: B,
    (wanted, most): (Option<&str>, u64),
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
    cells: impl for<'b> Fn(&'b mut B, &str) -> Result<Cells<'b>, AnyError>,
) -> Result<Sheet, ReadError> {
    let sheets = book.sheets_metadata();
    let names = |visible: bool| {
        let of_kind = sheets.iter().filter(move |sheet| {
            sheet.typ == SheetType::WorkSheet && (sheet.visible == SheetVisible::Visible) == visible
        });
        of_kind.map(|sheet| sheet.name.clone())
    };
    let names: Vec<String> = names(true).chain(names(false)).collect();
    if let Some(wanted) = wanted
        && !names.iter().any(|name| name == wanted)
    {
        let known = || names.iter().map(String::as_str);
        return Err(ReadError::NoSheet {
            path: path.to_owned(),
            sheet: wanted.to_owned(),
            hint: did_you_mean(wanted, known())
                .unwrap_or_else(|| format!("it has {}", list(known(), 20))),
        });
    }
    let chosen = names
        .iter()
        .filter(|name| wanted.is_none_or(|wanted| *name == wanted));
    for name in chosen {
        let cells = guarded(|| cells(&mut book, name)).map_err(|source| damaged(path, source))?;
        let mut lines = Lines {
            path,
            cells,
            pending: None,
            line: 0,
            is_over: false,
            most,
            left: most,
        };
        let mut first = Vec::new();
        while first.len() < MOST_ABOVE + MOST_BELOW {
            let Some(line) = lines.next()? else { break };
            first.push(line);
        }
        if first.is_empty() {
            continue;
        }
        let mut sheet = table(path, first, lines, choose)?;
        if names.len() > 1 {
            let of = counted(names.len(), "sheet");
            sheet.remarks.insert(
                0,
                match wanted {
                    Some(_) => format!("sheet `{name}` of {of}"),
                    None => {
                        format!("first of {of} with cells, `{name}` (`--sheet NAME` reads another)")
                    }
                },
            );
        }
        return Ok(sheet);
    }
    Err(ReadError::Empty {
        path: path.to_owned(),
        what: "is empty",
        hint: "no sheet of the workbook has a cell; save it again",
    })
}

/// A line of a sheet that has cells.
struct Line {
    /// From 1, as the sheet numbers it.
    number: usize,
    cells: Vec<String>,
}

/// The lines of a sheet.
struct Lines<'a> {
    path: &'a Path,
    cells: Cells<'a>,
    /// The first cell of the next line.
    pending: Option<Cell>,
    /// The line of the last cell.
    line: usize,
    /// There are no more cells. A reader must not be asked again.
    is_over: bool,
    /// Bytes that cells may hold, and those that are left of them: many cells may name one text.
    most: u64,
    left: u64,
}

impl Lines<'_> {
    /// The next line that is not blank.
    fn next(&mut self) -> Result<Option<Line>, ReadError> {
        let mut line: Option<Line> = None;
        loop {
            let cell = match self.pending.take() {
                Some(cell) => cell,
                None if self.is_over => return Ok(line),
                None => {
                    let next = guarded(|| (self.cells)()).map_err(|e| damaged(self.path, e))?;
                    self.is_over = next.is_none();
                    let Some(cell) = next else { return Ok(line) };
                    let left = self.left.checked_sub(cell.text.len() as u64);
                    self.left = left.ok_or_else(|| {
                        damaged(
                            self.path,
                            Damage::Endless {
                                mebibytes: self.most >> 20,
                            },
                        )
                    })?;
                    cell
                }
            };
            if cell.row < self.line || cell.column >= MOST_COLUMNS {
                return Err(damaged(self.path, Damage::Contradiction));
            }
            self.line = cell.row;
            if cell.text.is_empty() {
                continue;
            }
            let number = cell.row + 1;
            let current = line.get_or_insert_with(|| Line {
                number,
                cells: Vec::new(),
            });
            if current.number != number {
                self.pending = Some(cell);
                return Ok(line);
            }
            if current.cells.len() <= cell.column {
                current.cells.resize(cell.column + 1, String::new());
            }
            current.cells[cell.column] = cell.text;
        }
    }
}

/// More columns no sheet has.
const MOST_COLUMNS: usize = 1 << 14;

/// The table in the lines of a sheet, of which the first ones are read already.
fn table(
    path: &Path,
    mut first: Vec<Line>,
    mut others: Lines<'_>,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let mut remarks = Vec::new();
    let is_blank = |line: &Line, column| line.cells.get(column).is_none_or(String::is_empty);
    let blank = (0..MOST_COLUMNS).take_while(|&c| first.iter().all(|line| is_blank(line, c)));
    let left = blank.count();
    for line in &mut first {
        line.cells.drain(..left.min(line.cells.len()));
    }
    let buffered = first.len();
    let mut lines = first;
    // In a sheet of one column nothing tells a comment from a cell.
    if lines.iter().any(|line| filled(&line.cells) > 1) {
        lines.retain(|line| !is_comment(&line.cells));
    }
    let comments = buffered - lines.len();
    let below = |index: usize| {
        let rows = lines[index + 1..].iter().take(MOST_BELOW);
        rows.map(|line| line.cells.clone()).collect()
    };
    let titles = lines_above(lines.len(), |index| Start {
        above: lines[..index]
            .iter()
            .map(|line| line.cells.clone())
            .collect(),
        header: lines[index].cells.clone(),
        below: below(index),
    });
    for title in &lines[..titles] {
        let title = title.cells.iter().find(|cell| !cell.is_empty());
        remarks.extend(title.map(|title| format!("title `{title}` above the header skipped")));
    }
    let mut rows = lines.split_off(titles).into_iter();
    let Some(Line { number, mut cells }) = rows.next() else {
        return Err(ReadError::Empty {
            path: path.to_owned(),
            what: "is empty",
            hint: "no sheet of the workbook has a table; save it again",
        });
    };
    if let Some(name) = cells[0]
        .strip_prefix('#')
        .map(|name| name.trim_start().to_owned())
        && cells.len() > 1
    {
        remarks.push("the `#` before the header left out".to_owned());
        cells[0] = name;
    }
    let below: Vec<Vec<String>> = rows
        .as_slice()
        .iter()
        .map(|line| line.cells.clone())
        .collect();
    // Cells beside the table are no part of it, whatever is in them.
    let headerless = first_row(&cells, &below, false, true) == FirstRow::Numbers;
    let names = names_of(&cells, &below);
    let place = match number == 1 && !headerless {
        true => Row::AfterHeader,
        false => Row::FromOne,
    };
    let header = Header {
        names: match headerless {
            true => (1..=names.len()).map(|n| n.to_string()).collect(),
            false => names.clone(),
        },
        width: MOST_COLUMNS,
        cells: if headerless {
            Vec::new()
        } else {
            names.clone()
        },
        headerless,
    };
    let mut table = Rows::new(path, FORMAT, place, header, choose);
    table.comments = comments;
    let again = headerless.then_some(Line { number, cells });
    let mut buffered = again.into_iter().chain(rows);
    loop {
        let line = match buffered.next() {
            Some(line) => line,
            None => match others.next()? {
                Some(mut line) => {
                    let beside = line.cells.drain(..left.min(line.cells.len()));
                    table.unnamed += beside.filter(|cell| !cell.is_empty()).count();
                    line
                }
                None => break,
            },
        };
        if names.len() > 1 && is_comment(&line.cells) {
            table.comments += 1;
            continue;
        }
        let cell = |index: usize| {
            line.cells
                .get(index)
                .map_or(&b""[..], |cell| cell.as_bytes())
        };
        table.push(line.number, line.cells.len().max(names.len()), cell)?;
    }
    let (mut sheet, cut) = table.finish();
    sheet.remarks.splice(..0, remarks);
    cut.map_or(Ok(sheet), Err)
}

/// True for a line whose only cell begins as comments do.
fn is_comment(cells: &[String]) -> bool {
    let begins = |cell: &String| ["#", "%", "//"].iter().any(|mark| cell.starts_with(mark));
    filled(cells) == 1 && cells.iter().any(begins)
}

/// True where a text stands in the bytes in UTF-16.
fn holds_wide(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wide.len()).any(|window| window == wide)
}

fn locked(path: &Path) -> ReadError {
    ReadError::Format {
        path: path.to_owned(),
        found: "a workbook with a password",
        hint: "save it without the password, or save the sheet as CSV",
    }
}

fn damaged(path: &Path, source: Damage) -> ReadError {
    ReadError::Damaged {
        path: path.to_owned(),
        format: FORMAT,
        source,
    }
}
