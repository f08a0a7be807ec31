//! Columns of numbers: coordinates of points, and time series.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::clock::{Clock, clock};
use super::columns::{Found, list};
use super::error::ReadError;
use super::numerals::{Content, content};
use super::open::Opened;
use super::recording::{Columns, recordings};
use super::sheet::{self, Cells, Contents, Interest, Sheet, numpy};
use super::values::cell;
use crate::source::nearest::did_you_mean;
use crate::table::Batches;
use crate::text::plural::counted;

/// Columns of numbers, and what became of the other columns of their table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// The columns that were taken, in the order asked for, or else of the table.
    pub columns: Columns,
    /// The columns that were not taken although no choice was made, in the order of the table.
    pub left_out: Vec<LeftOut>,
    /// What was done to the table that its owner should know, one phrase each.
    pub remarks: Vec<String>,
}

/// A column that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name; empty where it has none.
    pub column: String,
    /// Why it was not taken.
    pub why: WhyLeftOut,
}

/// Why a column is no coordinate and no channel unless it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// It counts or dates the rows.
    Clock(Clock),
    /// It holds text.
    Text,
    /// It holds dates, times or durations, in text.
    Times,
    /// It has no value in any row.
    Empty,
    /// Its type, here in words, is none of numbers.
    Type(String),
}

impl WhyLeftOut {
    fn in_words(&self) -> String {
        match self {
            Self::Clock(Clock::Unnamed) => "has no name, as an index".to_owned(),
            Self::Clock(Clock::Named) => "counts or dates the rows, by its name".to_owned(),
            Self::Clock(Clock::Even) => {
                "changes by the same step in every row, as row numbers and times do".to_owned()
            }
            Self::Text => "text".to_owned(),
            Self::Times => "dates or times".to_owned(),
            Self::Empty => "empty".to_owned(),
            Self::Type(kind) => kind.clone(),
        }
    }
}

impl Numbers {
    /// What the owner of the table should know, one sentence each: which columns were taken and
    /// which not, where any was not, and what was done to the table.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.remarks.clone();
        if !self.left_out.is_empty() {
            let taken = self.columns.iter().map(|(name, _)| name.as_str());
            let left_out: Vec<String> = self
                .left_out
                .iter()
                .take(20)
                .map(LeftOut::in_words)
                .collect();
            let more = match self.left_out.len() - left_out.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            notes.push(format!(
                "{} read: {}; left out: {}{more}",
                counted(self.columns.len(), "column"),
                list(taken, 20),
                left_out.join(", "),
            ));
        }
        notes
    }
}

impl LeftOut {
    fn in_words(&self) -> String {
        format!("`{}` ({})", self.column, self.why.in_words())
    }
}

/// Reads the columns `chosen`, in that order, or without a choice all that hold numbers.
///
/// Without a choice, these are left out and listed: columns that count or date the rows (an index
/// or another column without a name, one that is called `id`, `frame`, `time` or the like, one that
/// changes by the same step in every row), text, dates, times, and types of no numbers. Every value
/// is finite.
///
/// A column of text is read as numbers where all its cells can be: with decimal commas, with the
/// minus sign of typography, or with one unit in all. If its cells begin with digits and are no
/// numbers, or if some are numbers, it is refused and not taken for text.
///
/// Formats are those of [`read`](super::read), but for graphs, and arrays of NumPy: a `.npy` file
/// with a row for each point, or the only array of two dimensions in a `.npz` file. Their columns
/// are called `1`, `2`, ...
///
/// # Errors
/// [`ReadError`], naming file, row and column, for files that cannot be read, columns that are not
/// there, cells that are no finite numbers, and tables of which all columns are left out.
pub fn read_numbers(path: &Path, chosen: Option<&[String]>) -> Result<Numbers, ReadError> {
    read_array(path, None, chosen)
}

/// [`read_numbers`] of the array called `array` in an archive of NumPy (`.npz`).
///
/// # Errors
/// As [`read_numbers`]; also for a file that is no such archive.
pub fn read_array(
    path: &Path,
    array: Option<&str>,
    chosen: Option<&[String]>,
) -> Result<Numbers, ReadError> {
    if let Some(names) = recordings(path)? {
        let listed = list(names.iter().map(String::as_str), 20);
        return Err(ReadError::Recording {
            path: path.to_owned(),
            problem: format!(
                "holds {} of many animals",
                counted(names.len(), "recording")
            ),
            hint: Some(format!("choose one with `recording`: {listed}").into()),
        });
    }
    of_sheet(&sheet(path, chosen, array)?, chosen)
}

/// Reads columns of an Arrow table as those of a file.
pub(in super::super) fn numbers_of_batches(
    table: &Batches,
    chosen: Option<&[String]>,
) -> Result<Numbers, ReadError> {
    let choose = |names: &[String]| interests(names, chosen);
    of_sheet(&sheet::batches(Path::new("points"), table, choose)?, chosen)
}

/// From the cells on, wherever they were read.
fn of_sheet(sheet: &Sheet, chosen: Option<&[String]>) -> Result<Numbers, ReadError> {
    let mut numbers = Numbers::default();
    numbers.remarks.extend_from_slice(&sheet.remarks);
    if sheet.headerless {
        numbers.remarks.push(
            "no header: the first row holds numbers, columns are called `1`, `2`, ...".into(),
        );
    }
    match chosen {
        Some(chosen) => {
            let mut manners = Manners::new();
            let mut named: HashMap<&str, Vec<&Cells>> = HashMap::new();
            for (name, cells) in sheet.columns() {
                named.entry(name).or_default().push(cells);
            }
            for name in chosen {
                let named = named.get(name.as_str()).map_or(&[][..], Vec::as_slice);
                let (values, manner) = chosen_column(sheet, name, named)?;
                add_manner(&mut manners, name, manner);
                numbers.columns.push((name.clone(), values));
            }
            numbers
                .remarks
                .extend(manners.into_iter().map(manner_in_words));
        }
        None => {
            take_coordinates(sheet, &mut numbers)?;
            sort_left_out(sheet, &mut numbers.left_out);
        }
    }
    if numbers.columns.is_empty() {
        return Err(nothing_taken(&sheet.path, &numbers.left_out));
    }
    Ok(numbers)
}

/// What is wanted of the columns of a table.
fn interests(names: &[String], chosen: Option<&[String]>) -> Vec<Interest> {
    let chosen: Option<HashSet<&String>> = chosen.map(|names| names.iter().collect());
    let interest = |name: &String| match &chosen {
        Some(chosen) if chosen.contains(name) => Interest::Whole,
        Some(_) => Interest::No,
        None => Interest::IfNumbers,
    };
    names.iter().map(interest).collect()
}

/// The table of a file.
fn sheet(path: &Path, chosen: Option<&[String]>, array: Option<&str>) -> Result<Sheet, ReadError> {
    let mut opened = Opened::new(path)?;
    match numpy::kind(&opened.head) {
        Some(numpy::Kind::Array) if array.is_none() => return numpy::array(opened),
        Some(numpy::Kind::Archive) => match numpy::archive(opened, array)? {
            Ok(sheet) => return Ok(sheet),
            Err(other) => opened = other,
        },
        Some(numpy::Kind::Array) | None => {}
    }
    if array.is_some() {
        return Err(ReadError::Array {
            path: path.to_owned(),
            name: None,
            problem: "it is no archive of arrays (`.npz`), of which one could be chosen".to_owned(),
            hint: "leave `array` out".into(),
        });
    }
    match Contents::of(opened, None, |names| interests(names, chosen))? {
        Contents::Table(sheet) => Ok(sheet),
        Contents::Graph { .. } => Err(ReadError::Empty {
            path: path.to_owned(),
            what: "is a graph",
            hint: "give a table with a row for every point or time",
        }),
    }
}

/// A column that was asked for, which is the only one of those `named` so, and how its numbers are
/// written.
fn chosen_column(
    sheet: &Sheet,
    name: &str,
    named: &[&Cells],
) -> Result<(Vec<f64>, Option<String>), ReadError> {
    let cells = match named {
        [] => return Err(missing(sheet, name)),
        [cells] => cells,
        [_, _, ..] => {
            return Err(ReadError::RepeatedColumn {
                path: sheet.path.clone(),
                column: name.to_owned(),
            });
        }
    };
    let found = Found { name, cells };
    match content(sheet, &found)? {
        Content::Numbers(values, manner) => Ok((values, manner)),
        Content::Words | Content::Times | Content::Nothing => Err(no_number(sheet, &found)),
    }
}

/// Takes all columns that hold coordinates, and lists the others.
fn take_coordinates(sheet: &Sheet, numbers: &mut Numbers) -> Result<(), ReadError> {
    let mut manners = Manners::new();
    for (name, cells) in sheet.columns() {
        let why = match content(sheet, &Found { name, cells })? {
            Content::Numbers(values, manner) => match clock(name, &values) {
                Some(clock) => WhyLeftOut::Clock(clock),
                None => {
                    add_manner(&mut manners, name, manner);
                    numbers.columns.push((name.to_owned(), values));
                    continue;
                }
            },
            Content::Words => WhyLeftOut::Text,
            Content::Times => WhyLeftOut::Times,
            Content::Nothing => WhyLeftOut::Empty,
        };
        let column = name.to_owned();
        numbers.left_out.push(LeftOut { column, why });
    }
    for (column, kind) in sheet.unread.iter().cloned() {
        let why = WhyLeftOut::Type(kind);
        numbers.left_out.push(LeftOut { column, why });
    }
    numbers
        .remarks
        .extend(manners.into_iter().map(manner_in_words));
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut repeated: Vec<&str> = Vec::new();
    for (name, _) in &numbers.columns {
        let times = seen.entry(name).or_default();
        *times += 1;
        if *times == 2 {
            repeated.push(name);
        }
    }
    let repeated = repeated.into_iter().map(|name| {
        format!("several columns are called `{name}`, and each was read as one of its own")
    });
    numbers.remarks.extend(repeated);
    Ok(())
}

/// Columns left out in the order of the table.
fn sort_left_out(sheet: &Sheet, left_out: &mut [LeftOut]) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, name) in sheet.names.iter().enumerate() {
        first.entry(name).or_insert(at);
    }
    left_out.sort_by_key(|left| first.get(left.column.as_str()).copied());
}

/// Columns by the manner in which their numbers are written.
type Manners<'a> = Vec<(String, Vec<&'a str>)>;

/// Adds a column to those whose numbers are written in the same manner.
fn add_manner<'a>(manners: &mut Manners<'a>, name: &'a str, manner: Option<String>) {
    let Some(manner) = manner else { return };
    match manners.iter_mut().find(|(known, _)| *known == manner) {
        Some((_, names)) => names.push(name),
        None => manners.push((manner, vec![name])),
    }
}

fn manner_in_words((manner, names): (String, Vec<&str>)) -> String {
    let listed = list(names.iter().copied(), 20);
    if names.len() == 1 {
        format!("column {listed}: its {manner}")
    } else {
        format!("columns {listed}: their {manner}")
    }
}

/// The error of a table without a column to take.
fn nothing_taken(path: &Path, left_out: &[LeftOut]) -> ReadError {
    let clocks = left_out
        .iter()
        .filter(|left| matches!(left.why, WhyLeftOut::Clock(_)));
    let clocks: Vec<String> = clocks.take(20).map(LeftOut::in_words).collect();
    if clocks.is_empty() {
        return ReadError::Empty {
            path: path.to_owned(),
            what: "has no column of numbers",
            hint: "points and time series need one column of numbers per coordinate or channel",
        };
    }
    ReadError::NoCoordinates {
        path: path.to_owned(),
        left_out: clocks.join(", "),
    }
}

/// The error of a column of words that was asked for.
fn no_number(sheet: &Sheet, found: &Found<'_>) -> ReadError {
    let hint = "fill gaps in, or leave the rows or the column out";
    let number = |row: &usize| !matches!(found.cells.number(*row), Ok(Some(v)) if v.is_finite());
    let row = (0..sheet.rows).find(number).unwrap_or_default();
    cell(sheet, found, row, "a finite number", hint)
}

fn missing(sheet: &Sheet, name: &str) -> ReadError {
    let found = || sheet.names.iter().map(String::as_str);
    ReadError::MissingColumn {
        path: sheet.path.clone(),
        role: "a channel",
        expected: format!("`{name}`"),
        found: list(found().collect::<Vec<_>>().into_iter(), 20),
        hint: did_you_mean(name, found()).map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Hinted;

    /// The message of an error and its hint.
    fn told(error: &ReadError) -> String {
        format!("{error}; {}", error.hint().unwrap_or_default())
    }

    fn numbers(text: &str, chosen: Option<&[&str]>) -> Result<Numbers, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        let chosen: Option<Vec<String>> =
            chosen.map(|c| c.iter().map(|&name| name.to_owned()).collect());
        read_numbers(&path, chosen.as_deref()).map_err(|e| told(&e))
    }

    fn read(text: &str, chosen: Option<&[&str]>) -> Result<Columns, String> {
        numbers(text, chosen).map(|numbers| numbers.columns)
    }

    #[test]
    fn columns_of_numbers_are_read_and_those_of_text_left_out() {
        let text = "label,a,b\nx,1,0.5\ny,2,-1e3\n";
        let (a, b) = (
            ("a".to_owned(), vec![1.0, 2.0]),
            ("b".to_owned(), vec![0.5, -1000.0]),
        );
        assert_eq!(read(text, None).unwrap(), [a.clone(), b.clone()]);
        assert_eq!(read(text, Some(&["b", "a"])).unwrap(), [b.clone(), a]);
        assert_eq!(read(text, Some(&["b"])).unwrap(), [b]);
        let notes = numbers(text, None).unwrap().notes();
        assert_eq!(
            notes,
            ["2 columns read: `a`, `b`; left out: `label` (text)"]
        );
        assert!(numbers(text, Some(&["b"])).unwrap().notes().is_empty());
    }

    /// Three rows of two coordinates, and beside them a column that is none.
    fn with_column(name: &str, cells: [&str; 3]) -> String {
        let [a, b, c] = cells;
        format!("{name},x,y\n{a},0.5,2\n{b},0.1,-1\n{c},0.7,0\n")
    }

    #[test]
    fn columns_that_are_no_coordinates_are_left_out_unless_asked_for() {
        use WhyLeftOut as Why;
        for (name, cells, why) in [
            ("", ["0", "1", "2"], Why::Clock(Clock::Unnamed)),
            ("Unnamed: 0", ["5", "3", "4"], Why::Clock(Clock::Unnamed)),
            ("time", ["0.1", "0.2", "0.4"], Why::Clock(Clock::Named)),
            ("depth", ["0.1", "0.2", "0.3"], Why::Clock(Clock::Even)),
            ("depth", ["9", "7", "5"], Why::Clock(Clock::Even)),
            ("label", ["a", "b", "nan"], Why::Text),
            (
                "when",
                [
                    "2024-01-05",
                    "2024-01-06 10:20:30.5",
                    "2024-01-07T10:20:30Z",
                ],
                Why::Times,
            ),
            (
                "when",
                ["5 Jan 2024", "6 Jan 2024", "7 Jan 2024"],
                Why::Times,
            ),
            ("when", ["10:20", "10:21", "10:22"], Why::Times),
            (
                "when",
                ["0 days 00:00:01", "0 days 00:00:02", "1 days 00:00:03"],
                Why::Times,
            ),
            (
                "when",
                ["05.01.2024", "06.01.2024", "07.01.2024"],
                Why::Times,
            ),
            ("gap", ["", "", ""], Why::Empty),
            ("gap", ["NA", "nan", ""], Why::Empty),
        ] {
            let text = with_column(name, cells);
            let found = numbers(&text, None).unwrap();
            let names: Vec<&str> = found
                .columns
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            assert_eq!(names, ["x", "y"], "{text}");
            let column = name.to_owned();
            assert_eq!(
                found.left_out,
                [LeftOut {
                    column,
                    why: why.clone()
                }],
                "{text}"
            );
            assert!(
                found.notes()[0].contains(&format!("left out: `{name}` (")),
                "{text}"
            );
            if let Why::Clock(_) = why {
                let asked = read(&text, Some(&["x", name])).unwrap();
                let values: Vec<f64> = cells.iter().map(|c| c.parse().unwrap()).collect();
                assert_eq!(asked[1], (name.to_owned(), values), "{text}");
            }
        }
        // Without any other column nothing is read.
        let error = read("i,time\n1,0\n2,0.1\n3,0.3\n", None).unwrap_err();
        assert!(error.contains("no column of coordinates: `i` (") && error.contains("`columns`"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them_or_refused() {
        for (cells, values, manner) in [
            (
                ["0,5", "-1,25", "7"],
                [0.5, -1.25, 7.0],
                "commas were read as decimal points",
            ),
            (["1,5e3", "1,234", "-0,1"], [1500.0, 1.234, -0.1], "commas"),
            (
                ["\u{2212}1.5", "2", "\u{2212}3"],
                [-1.5, 2.0, -3.0],
                "minus",
            ),
            (
                ["3.2 mV", "-1 mV", "0.5 mV"],
                [3.2, -1.0, 0.5],
                "unit `mV` was left out",
            ),
            (["12%", "7.5 %", "4\u{a0}%"], [12.0, 7.5, 4.0], "unit `%`"),
            (
                ["1,5 \u{b5}m", "\u{2212}2,25 \u{b5}m", "4 \u{b5}m"],
                [1.5, -2.25, 4.0],
                "unit",
            ),
        ] {
            let text = format!(
                "v;x;y\n{};0.5;2\n{};0.1;-1\n{};0.7;0\n",
                cells[0], cells[1], cells[2]
            );
            let found = numbers(&text, None).unwrap();
            assert_eq!(
                found.columns[0],
                ("v".to_owned(), values.to_vec()),
                "{text}"
            );
            assert!(
                found.remarks[0].starts_with("column `v`: ") && found.remarks[0].contains(manner)
            );
            let chosen = numbers(&text, Some(&["v"])).unwrap();
            assert_eq!(
                (&chosen.columns[0], &chosen.remarks),
                (&found.columns[0], &found.remarks)
            );
        }
        for (cells, words) in [
            (
                ["1,234", "5,678", "9,012"],
                "row 2 (the header is row 1), column `v`: `1,234`",
            ),
            (["1.234,5", "2.345,5", "1"], "write decimals with a point"),
            (
                ["1 234", "5 678", "9 012"],
                "`1 234`, expected a finite number; write numbers as",
            ),
            (["3 mV", "2 V", "1 mV"], "in one unit"),
            (["3%", "0.2", "1%"], "column `v`: `3%`"),
            (["1/2", "3/4", "5/6"], "`1/2`"),
            (["1.0D+03", "2.0D+03", "2.5D+03"], "`1.0D+03`"),
            (["001.png", "002.png", "003.png"], "`001.png`"),
            (["12a_b", "3c_d", "x"], "`12a_b`"),
            (
                ["0.5", "?", "0.25"],
                "row 3 (the header is row 1), column `v`: `?`",
            ),
            (["1,5", "", "2,5"], "column `v`: `1,5`"),
        ] {
            let text = format!(
                "v;x;y\n{};0.5;2\n{};0.1;-1\n{};0.7;0\n",
                cells[0], cells[1], cells[2]
            );
            let error = read(&text, None).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn columns_of_one_name_are_all_read() {
        let found = numbers("a,b,a\n1,2,0\n4,7,1\n2,0,9\n", None).unwrap();
        let names: Vec<&str> = found
            .columns
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            (names, &found.columns[2].1[..]),
            (vec!["a", "b", "a"], &[0.0, 1.0, 9.0][..])
        );
        assert!(found.remarks[0].contains("several columns are called `a`"));
        let error = read("a,b,a\n1,2,0\n", Some(&["a"])).unwrap_err();
        assert!(error.contains("has the column `a` twice"), "{error}");
    }

    #[test]
    fn arrays_of_numpy_are_tables() {
        let file = |name: &str| {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/points")
                .join(name)
        };
        let chosen = ["2".to_owned()];
        let found = read_array(&file("two.npz"), Some("train"), Some(&chosen)).unwrap();
        assert_eq!(
            found.columns,
            [("2".to_owned(), vec![-2.0, 8.0, 18.0, 28.0])]
        );
        // All columns of that array rise by ten.
        let error = told(&read_numbers(&file("fortran.npy"), None).unwrap_err());
        assert!(error.contains("`3` (changes by the same step"), "{error}");
        for (name, words) in [("fortran.npy", "no archive"), ("make.py", "no archive")] {
            let error = told(&read_array(&file(name), Some("a"), None).unwrap_err());
            assert!(error.contains(words), "{error}");
        }
    }

    /// Types that are no numbers are left out, whatever they would be converted to.
    #[test]
    fn times_and_booleans_of_parquet_are_left_out() {
        use arrow::array::{
            ArrayRef, BooleanArray, DurationMicrosecondArray, Float64Array, RecordBatch,
            TimestampMicrosecondArray,
        };
        use std::sync::Arc;
        let columns: [(&str, ArrayRef); 4] = [
            (
                "when",
                Arc::new(TimestampMicrosecondArray::from(vec![5, 7])),
            ),
            (
                "since",
                Arc::new(DurationMicrosecondArray::from(vec![5, 7])),
            ),
            ("x", Arc::new(Float64Array::from(vec![0.5, 0.25]))),
            ("good", Arc::new(BooleanArray::from(vec![true, false]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer =
            parquet::arrow::ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None)
                .unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let found = read_numbers(file.path(), None).unwrap();
        assert_eq!(found.columns, [("x".to_owned(), vec![0.5, 0.25])]);
        let left_out: Vec<&str> = found.left_out.iter().map(|l| l.column.as_str()).collect();
        assert_eq!(left_out, ["when", "since", "good"], "{:?}", found.left_out);
        assert!(
            found
                .left_out
                .iter()
                .all(|l| matches!(l.why, WhyLeftOut::Type(_)))
        );
    }

    /// Of Parquet, integers and numbers of single precision are read as the same values, and gaps
    /// are told.
    #[test]
    fn parquet_is_read_like_text() {
        use arrow::array::{ArrayRef, Float32Array, Int16Array, RecordBatch, StringArray};
        use std::sync::Arc;
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, b: Vec<Option<f32>>| {
            let columns: [(&str, ArrayRef); 3] = [
                ("label", Arc::new(StringArray::from(vec!["x", "y"]))),
                ("a", Arc::new(Int16Array::from(vec![3, -4]))),
                ("b", Arc::new(Float32Array::from(b))),
            ];
            let batch = RecordBatch::try_from_iter(columns).unwrap();
            let path = folder.path().join(name);
            let file = std::fs::File::create(&path).unwrap();
            let mut writer =
                parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            path
        };
        let found = read_numbers(&write("t.parquet", vec![Some(0.5), Some(2.0)]), None).unwrap();
        assert_eq!(
            found.columns,
            [
                ("a".to_owned(), vec![3.0, -4.0]),
                ("b".to_owned(), vec![0.5, 2.0])
            ]
        );
        let error = read_numbers(&write("gap.parquet", vec![Some(0.5), None]), None)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("row 2 (the first is row 1), column `b`: empty"),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_number_is_told_with_its_place() {
        for (text, chosen, words) in [
            (
                "a,b\n1,2\n3,\n",
                None,
                "row 3 (the header is row 1), column `b`: empty, expected a finite number",
            ),
            (
                "a,b\n1,2\nnan,4\n",
                None,
                "row 3 (the header is row 1), column `a`: `nan`",
            ),
            ("a\n1\ninf\n", None, "`inf`"),
            (
                "a,b\n1,x\n2,3\n",
                None,
                "row 2 (the header is row 1), column `b`: `x`",
            ),
            ("a,b\n1,x\n2,y\n", Some(&["b"][..]), "column `b`: `x`"),
            (
                "trace,b\n1,2\n",
                Some(&["trase"][..]),
                "did you mean `trace`",
            ),
            ("a,b\nx,y\n", None, "has no column of numbers"),
            ("a,b\n", None, "has no rows"),
            (
                "<graphml><graph edgedefault='directed'><node id='a'/><node id='b'/>\
                 <edge source='a' target='b'/></graph></graphml>",
                None,
                "is a graph",
            ),
        ] {
            let error = read(text, chosen).unwrap_err();
            assert!(
                error.contains(words) && error.contains("t.csv"),
                "{text}: {error}"
            );
        }
    }
}
