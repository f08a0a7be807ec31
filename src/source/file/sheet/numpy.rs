//! Arrays of NumPy: `.npy`, and `.npz`, a zip archive of such files.
//!
//! A row of an array of two dimensions is a row of the sheet; an array of one dimension is one
//! column. Columns have no names of their own and are called `1`, `2`, ... Nothing that an array or
//! an archive announces is believed before it is checked against a limit.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use arrow::array::Float64Array;
use bytes::Bytes;
use npyz::half::f16;
use npyz::{DType, Deserialize, NpyFile, NpyHeader, Order, TypeChar, TypeStr};
use zip::ZipArchive;

use super::super::error::{AnyError, Damage, ReadError};
use super::super::open::{ALWAYS_ALLOWED, Content, LARGEST_RATIO, Opened, all, read_error};
use super::cells::Cells;
use super::guarded::guarded;
use super::table::{Places, Sheet};
use crate::text::plural::counted;

/// How an array begins.
const ARRAY: &[u8] = b"\x93NUMPY";
/// How an archive begins, with files in it and without.
const ARCHIVE: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// Most bytes of an array's header, as NumPy has it.
const LONGEST_HEADER: usize = 10_000;
/// Most brackets in a header: its parser calls itself at each.
const MOST_BRACKETS: usize = 64;
/// Most values of an array: what goes beyond is made to fill the memory.
const MOST_VALUES: u64 = 1 << 27;
/// Most columns of an array.
const MOST_COLUMNS: u64 = 1 << 20;
/// Most files of an archive whose headers are read.
const MOST_ARRAYS: usize = 10_000;

/// What the beginning of a file says of it.
pub(in super::super) enum Kind {
    /// One array.
    Array,
    /// A zip archive, perhaps one of arrays.
    Archive,
}

/// Whether a file may hold arrays.
pub(in super::super) fn kind(head: &[u8]) -> Option<Kind> {
    if head.starts_with(ARRAY) {
        Some(Kind::Array)
    } else {
        let archive = ARCHIVE.iter().any(|magic| head.starts_with(magic));
        archive.then_some(Kind::Archive)
    }
}

/// Reads the array of a `.npy` file.
pub(in super::super) fn array(opened: Opened) -> Result<Sheet, ReadError> {
    let place = Place {
        path: &opened.path,
        name: None,
    };
    // What is compressed has its limit in `open`.
    place.sheet(opened.content.into_stream(), u64::MAX)
}

/// Reads an array of a `.npz` file: the one called `name`, or without a name the only one of two
/// dimensions. A zip archive without arrays is handed back.
pub(in super::super) fn archive(
    opened: Opened,
    name: Option<&str>,
) -> Result<Result<Sheet, Opened>, ReadError> {
    let Opened {
        path,
        head,
        content,
    } = opened;
    let back = |path, content| Opened {
        path,
        head: head.clone(),
        content,
    };
    match content {
        Content::File(mut file) => {
            let found = in_archive(&path, BufReader::new(&file), size(&file), name)?;
            let rewound = file.rewind();
            rewound.map_err(|error| read_error(&path, error))?;
            Ok(found.ok_or_else(|| back(path, Content::File(file))))
        }
        Content::Stream(stream) => {
            let bytes: Bytes = all(&path, stream)?;
            let found = in_archive(&path, Cursor::new(bytes.clone()), bytes.len() as u64, name)?;
            let stream = Content::Stream(Box::new(Cursor::new(bytes)));
            Ok(found.ok_or_else(|| back(path, stream)))
        }
    }
}

fn size(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}

/// An array as the list of an archive's arrays shows it.
struct Entry {
    index: usize,
    name: String,
    shape: Option<Vec<u64>>,
}

/// Reads an array of an archive of `size` bytes; `None` where there is no array in it.
fn in_archive<R: Read + Seek>(
    path: &Path,
    file: R,
    size: u64,
    wanted: Option<&str>,
) -> Result<Option<Sheet>, ReadError> {
    let damaged = |source| ReadError::Damaged {
        path: path.to_owned(),
        format: "NumPy (npz)",
        source,
    };
    // What is no whole archive is left to the readers of workbooks.
    let Ok(mut archive) = guarded(|| ZipArchive::new(file)) else {
        return Ok(None);
    };
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let Some(Ok(file)) = archive.name_for_index(index) else {
            continue;
        };
        if let Some(name) = npyz::npz::array_name_from_file_name(&file) {
            let name = name.to_owned();
            entries.push(Entry {
                index,
                name,
                shape: None,
            });
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    let limit = ALWAYS_ALLOWED.max(size.saturating_mul(LARGEST_RATIO));
    for entry in entries.iter_mut().take(MOST_ARRAYS) {
        let file = guarded(|| archive.by_index(entry.index)).map_err(damaged)?;
        let place = Place {
            path,
            name: Some(&entry.name),
        };
        entry.shape = Some(place.header(&mut file.take(limit))?.shape().to_vec());
    }
    let chosen = chosen(path, &entries, wanted)?;
    let file = guarded(|| archive.by_index(chosen.index)).map_err(damaged)?;
    let place = Place {
        path,
        name: Some(&chosen.name),
    };
    let mut sheet = place.sheet(BufReader::new(file.take(limit)), limit)?;
    if entries.len() > 1 {
        let others = entries.len() - 1;
        let others = counted(others, "other array");
        sheet.remarks.push(format!(
            "the array `{}` was read, {others} left out",
            chosen.name
        ));
    }
    Ok(Some(sheet))
}

/// The array that is meant.
fn chosen<'a>(
    path: &Path,
    entries: &'a [Entry],
    wanted: Option<&str>,
) -> Result<&'a Entry, ReadError> {
    let listed: Vec<String> = entries.iter().take(20).map(Entry::described).collect();
    let listed = listed.join(", ");
    let refused = |problem: String, hint: String| ReadError::Array {
        path: path.to_owned(),
        name: None,
        problem,
        hint: hint.into(),
    };
    if let Some(wanted) = wanted {
        let found = entries.iter().find(|entry| entry.name == wanted);
        return found.ok_or_else(|| {
            let names = entries.iter().map(|entry| entry.name.as_str());
            let hint = crate::source::nearest::did_you_mean(wanted, names);
            let problem = format!("it has no array `{wanted}`");
            refused(problem, hint.unwrap_or(format!("it has {listed}")))
        });
    }
    let of_dimensions = |n: usize| {
        let has = move |entry: &&Entry| entry.shape.as_ref().is_some_and(|s| s.len() == n);
        entries.iter().filter(has).collect::<Vec<_>>()
    };
    match (&of_dimensions(2)[..], &of_dimensions(1)[..]) {
        ([only], _) | ([], [only]) => Ok(only),
        ([], _) => {
            let problem = format!("none of its arrays has two dimensions: {listed}");
            let hint = "save the points with a row each: `numpy.save(FILE, points)`";
            Err(refused(problem, hint.to_owned()))
        }
        (several, _) => {
            let problem = format!("{} of its arrays have two dimensions", several.len());
            Err(refused(
                problem,
                format!("choose one with `array`: {listed}"),
            ))
        }
    }
}

impl Entry {
    fn described(&self) -> String {
        match &self.shape {
            Some(shape) => format!("`{}` ({})", self.name, written(shape)),
            None => format!("`{}`", self.name),
        }
    }
}

/// A shape in words: `400 x 6`.
fn written(shape: &[u64]) -> String {
    match shape {
        [] => "one number".to_owned(),
        lengths => lengths
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(" x "),
    }
}

/// The file and the array in it that messages name.
struct Place<'a> {
    path: &'a Path,
    name: Option<&'a str>,
}

impl Place<'_> {
    /// Reads an array of at most `limit` bytes as a sheet.
    fn sheet(&self, mut stream: impl Read, limit: u64) -> Result<Sheet, ReadError> {
        let header = self.header(&mut stream)?;
        let kind = self.kind(&header)?;
        let (rows, columns) = match header.shape() {
            [rows] => (*rows, 1),
            [rows, columns] => (*rows, *columns),
            shape => {
                let problem = format!("it has {} dimensions: {}", shape.len(), written(shape));
                let hint = "give each point one row: `points.reshape(len(points), -1)`";
                return Err(self.refused(problem, hint));
            }
        };
        if rows == 0 || columns == 0 {
            let problem = format!("it is empty: {}", written(header.shape()));
            return Err(self.refused(problem, "give an array with a row for each point"));
        }
        if columns > MOST_COLUMNS || rows.saturating_mul(columns) > MOST_VALUES {
            let problem = format!(
                "{} values are more than the {MOST_VALUES} in {MOST_COLUMNS} columns that are read",
                written(header.shape())
            );
            return Err(self.refused(problem, "give a part of the rows or columns"));
        }
        let bytes = header.dtype().num_bytes().unwrap_or_default() as u64;
        if rows * columns * bytes > limit {
            return Err(self.damaged(Damage::Endless {
                mebibytes: limit >> 20,
            }));
        }
        let of_rows = header.order() == Order::C;
        let file = NpyFile::with_header(header, stream);
        let values = guarded(|| numbers(file, kind)).map_err(|damage| self.broken_off(damage))?;
        let (rows, columns) = (rows as usize, columns as usize);
        let column = |column: usize| -> Float64Array {
            if of_rows {
                let values = values.iter().skip(column).step_by(columns);
                values.copied().collect::<Vec<f64>>().into()
            } else {
                values[column * rows..(column + 1) * rows].to_vec().into()
            }
        };
        let names: Vec<String> = (1..=columns).map(|column| column.to_string()).collect();
        let cells: Vec<Cells> = match columns {
            1 => vec![Cells::Number(values.into())],
            _ => (0..columns)
                .map(|index| Cells::Number(column(index)))
                .collect(),
        };
        Ok(Sheet {
            path: self.path.to_owned(),
            columns: names.iter().cloned().zip(cells).collect(),
            names,
            rows,
            places: Places::FromOne,
            headerless: false,
            remarks: Vec::new(),
            unread: Vec::new(),
        })
    }

    /// Reads the header of an array, which ends where its values begin.
    fn header(&self, stream: &mut impl Read) -> Result<NpyHeader, ReadError> {
        // The magic, two bytes of version, and two or four of the length of what follows.
        let mut header = self.exactly(stream, 10)?;
        if !header.starts_with(ARRAY) {
            return Err(self.damaged(Damage::Refused("it does not begin as an array".into())));
        }
        let mut length = usize::from(u16::from_le_bytes([header[8], header[9]]));
        if header[6] > 1 {
            let more = self.exactly(stream, 2)?;
            length += usize::from(u16::from_le_bytes([more[0], more[1]])) << 16;
            header.extend(more);
        }
        if length > LONGEST_HEADER {
            let problem = format!("its header has {length} bytes, more than {LONGEST_HEADER}");
            return Err(self.refused(problem, "save the points alone, as an array of numbers"));
        }
        header.extend(self.exactly(stream, length)?);
        let brackets = header.iter().filter(|byte| b"([{".contains(byte)).count();
        if brackets > MOST_BRACKETS {
            return Err(self.refused("its type is not that of numbers", STRUCTURED));
        }
        self.check(|| NpyHeader::from_reader(&header[..]))
    }

    fn exactly(&self, stream: &mut impl Read, length: usize) -> Result<Vec<u8>, ReadError> {
        let mut bytes = vec![0; length];
        let read = stream.read_exact(&mut bytes);
        read.map_err(|error| self.unread(error))?;
        Ok(bytes)
    }

    /// The type of an array's values, if it is one of numbers.
    fn kind(&self, header: &NpyHeader) -> Result<Numbers, ReadError> {
        let dtype = header.dtype();
        if dtype.uses_pickled_array() {
            let problem = "it holds Python objects, which only Python can read";
            let hint = "save numbers: `points.astype(float)`";
            return Err(self.refused(problem, hint));
        }
        let DType::Plain(plain) = &dtype else {
            return Err(self.refused("its type is a structure of fields", STRUCTURED));
        };
        Numbers::of(plain).ok_or_else(|| {
            let problem = format!("its type {} is none of real numbers", dtype.descr());
            self.refused(problem, "convert it: `points.astype(float)`")
        })
    }

    fn refused(&self, problem: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> ReadError {
        ReadError::Array {
            path: PathBuf::from(self.path),
            name: self.name.map(str::to_owned),
            problem: problem.into(),
            hint: hint.into(),
        }
    }

    fn check<T, E: Into<AnyError>>(
        &self,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, ReadError> {
        guarded(read).map_err(|damage| self.damaged(damage))
    }

    /// The error of values that could not be read to their end.
    fn broken_off(&self, damage: Damage) -> ReadError {
        match damage {
            Damage::Refused(error) => match error.downcast::<std::io::Error>() {
                Ok(error) => self.unread(*error),
                Err(error) => self.damaged(Damage::Refused(error)),
            },
            Damage::Contradiction
            | Damage::Truncated
            | Damage::Endless { .. }
            | Damage::Rows { .. } => self.damaged(damage),
        }
    }

    fn unread(&self, error: std::io::Error) -> ReadError {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            self.damaged(Damage::Truncated)
        } else {
            read_error(self.path, error)
        }
    }

    fn damaged(&self, source: Damage) -> ReadError {
        ReadError::Damaged {
            path: self.path.to_owned(),
            format: "NumPy",
            source,
        }
    }
}

const STRUCTURED: &str =
    "save the fields that are coordinates as one array: `numpy.column_stack(...)`";

/// The types of numbers that are read.
#[derive(Clone, Copy)]
enum Numbers {
    F16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

impl Numbers {
    fn of(kind: &TypeStr) -> Option<Self> {
        Some(match (kind.type_char(), kind.size_field()) {
            (TypeChar::Float, 2) => Self::F16,
            (TypeChar::Float, 4) => Self::F32,
            (TypeChar::Float, 8) => Self::F64,
            (TypeChar::Int, 1) => Self::I8,
            (TypeChar::Int, 2) => Self::I16,
            (TypeChar::Int, 4) => Self::I32,
            (TypeChar::Int, 8) => Self::I64,
            (TypeChar::Uint, 1) => Self::U8,
            (TypeChar::Uint, 2) => Self::U16,
            (TypeChar::Uint, 4) => Self::U32,
            (TypeChar::Uint, 8) => Self::U64,
            _ => return None,
        })
    }
}

/// All values of an array, in the order of the file. They are taken in as they come: an array that
/// announces more than there is takes no memory for it.
fn numbers(file: NpyFile<impl Read>, kind: Numbers) -> std::io::Result<Vec<f64>> {
    fn all<T: Deserialize>(
        file: NpyFile<impl Read>,
        number: impl Fn(T) -> f64,
    ) -> std::io::Result<Vec<f64>> {
        let values = file.data::<T>().map_err(std::io::Error::other)?;
        let mut all = Vec::new();
        for value in values {
            all.push(number(value?));
        }
        Ok(all)
    }
    match kind {
        Numbers::F16 => all::<f16>(file, f16::to_f64),
        Numbers::F32 => all::<f32>(file, f64::from),
        Numbers::F64 => all::<f64>(file, |v| v),
        Numbers::I8 => all::<i8>(file, f64::from),
        Numbers::I16 => all::<i16>(file, f64::from),
        Numbers::I32 => all::<i32>(file, f64::from),
        Numbers::I64 => all::<i64>(file, |v| v as f64),
        Numbers::U8 => all::<u8>(file, f64::from),
        Numbers::U16 => all::<u16>(file, f64::from),
        Numbers::U32 => all::<u32>(file, f64::from),
        Numbers::U64 => all::<u64>(file, |v| v as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Hinted;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// Arrays that NumPy wrote, by `tests/points/make.py`.
    fn file(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/points")
            .join(name)
    }

    fn read(path: &Path, wanted: Option<&str>) -> Result<Sheet, String> {
        let told = |error: ReadError| format!("{error}; {}", error.hint().unwrap_or_default());
        let opened = Opened::new(path).map_err(told)?;
        match kind(&opened.head).unwrap() {
            Kind::Array => array(opened).map_err(told),
            Kind::Archive => match archive(opened, wanted).map_err(told)? {
                Ok(sheet) => Ok(sheet),
                Err(_) => Err("no array in it".to_owned()),
            },
        }
    }

    fn values(sheet: &Sheet) -> Vec<Vec<f64>> {
        let column = |(_, cells): (&str, &Cells)| {
            (0..sheet.rows)
                .map(|row| cells.number(row).unwrap().unwrap())
                .collect()
        };
        sheet.columns().map(column).collect()
    }

    /// Columns of the values that `make.py` says, times `sign` and plus `more`.
    fn expected(sign: f64, more: f64) -> Vec<Vec<f64>> {
        let value = |i: i32, j: i32| sign * f64::from(10 * i + j - 3) + more;
        (0..3)
            .map(|j| (0..4).map(|i| value(i, j)).collect())
            .collect()
    }

    #[test]
    fn all_types_and_orders_are_read_as_numpy_writes_them() {
        for name in [
            "little_f2",
            "big_f2",
            "little_f4",
            "big_f4",
            "little_f8",
            "big_f8",
            "little_i2",
            "big_i4",
            "little_i8",
            "big_i8",
            "i1",
            "fortran",
            "version_2",
        ] {
            let sheet = read(&file(&format!("{name}.npy")), None).unwrap();
            assert_eq!(values(&sheet), expected(1.0, 0.0), "{name}");
            assert_eq!(
                (sheet.rows, &sheet.names[..]),
                (4, &["1", "2", "3"].map(String::from)[..])
            );
        }
        for name in ["u1", "little_u2", "big_u4", "little_u8"] {
            let sheet = read(&file(&format!("{name}.npy")), None).unwrap();
            assert_eq!(values(&sheet), expected(1.0, 3.0), "{name}");
        }
        let line = read(&file("line.npy"), None).unwrap();
        assert_eq!(values(&line), expected(1.0, 0.0)[1..2]);
    }

    #[test]
    fn the_array_of_an_archive_is_found() {
        let one = read(&file("one.npz"), None).unwrap();
        assert_eq!(values(&one), expected(1.0, 0.0));
        assert_eq!(
            one.remarks,
            ["the array `points` was read, 1 other array left out"]
        );
        let labels = read(&file("one.npz"), Some("labels")).unwrap();
        assert_eq!(values(&labels), [[0.0, 1.0, 2.0, 3.0]]);
        let test = read(&file("two.npz"), Some("test")).unwrap();
        assert_eq!(values(&test), expected(-1.0, 0.0));
        for (name, wanted, words) in [
            (
                "two.npz",
                None,
                "2 of its arrays have two dimensions; choose one with `array`",
            ),
            ("two.npz", None, "`train` (4 x 3), `test` (4 x 3)"),
            (
                "two.npz",
                Some("tset"),
                "no array `tset`; did you mean `test`",
            ),
            (
                "lines.npz",
                None,
                "none of its arrays has two dimensions: `arr_0` (4)",
            ),
        ] {
            let error = read(&file(name), wanted).err().unwrap();
            assert!(error.contains(words) && error.contains(name), "{error}");
        }
    }

    #[test]
    fn arrays_without_points_are_named() {
        for (name, words) in [
            (
                "cube.npy",
                "it has 3 dimensions: 2 x 3 x 4; give each point one row",
            ),
            ("objects.npy", "Python objects"),
            ("fields.npy", "structure of fields"),
            ("complex.npy", "'<c16' is none of real numbers"),
            ("booleans.npy", "'|b1' is none of real numbers; convert it"),
            ("times.npy", "'<M8[s]' is none of real numbers"),
            ("empty.npy", "it is empty: 0 x 3"),
        ] {
            let error = read(&file(name), None).err().unwrap();
            assert!(error.contains(words) && error.contains(name), "{error}");
        }
    }

    /// A header as the format defines it, with `shape`, and `values` bytes of zeros.
    fn zeros(shape: &str, values: usize) -> Vec<u8> {
        let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(vec![0; values]);
        bytes
    }

    #[test]
    fn what_an_array_announces_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let read_bytes = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read(&path, None).map(|sheet| sheet.rows)
        };
        assert_eq!(read_bytes(&zeros("(2, 2)", 32)), Ok(2));
        let deep = format!("({})", "(".repeat(5000));
        let mut long = zeros("(2, 2)", 32);
        long[6] = 2;
        long.splice(8..10, [0, 0, 0, 0x40]);
        for (bytes, words) in [
            (zeros("(2, 2)", 31), "ends too early"),
            (zeros("(100000000, 1)", 32), "ends too early"),
            (
                zeros("(200000000, 1)", 32),
                "200000000 x 1 values are more than",
            ),
            (zeros("(1, 2000000)", 32), "in 1048576 columns"),
            (zeros("(4294967296, 4294967296)", 32), "are more than"),
            (zeros("(-1, 2)", 32), "not readable as NumPy"),
            (zeros(&deep, 32), "not that of numbers"),
            (long, "its header has"),
            (
                b"\x93NUMPY\x09\x00\x01\x00 ".to_vec(),
                "not readable as NumPy",
            ),
            (b"\x93NUMPY".to_vec(), "ends too early"),
        ] {
            let error = read_bytes(&bytes).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    /// A small archive whose array has 320 MB when it is unpacked.
    #[test]
    fn an_archive_that_unpacks_endlessly_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        writer
            .start_file("points.npy", SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&zeros("(40000000, 1)", 1 << 20)).unwrap();
        writer.finish().unwrap();
        let error = read(&path, None).err().unwrap();
        assert!(error.contains("holds more than 256 MiB"), "{error}");
    }

    #[test]
    fn other_archives_are_handed_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        writer
            .start_file("readme.txt", SimpleFileOptions::default())
            .unwrap();
        writer.write_all(b"no array").unwrap();
        writer.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let opened = Opened::new(&path).unwrap();
        let Ok(Err(back)) = archive(opened, None) else {
            panic!("no array is in it");
        };
        assert_eq!(all(&path, back.content.into_stream()).unwrap(), bytes);
    }
}
