//! Columns of numbers: time series.

use std::path::Path;

use super::columns::{Found, list};
use super::error::ReadError;
use super::recording::{Columns, recordings};
use super::sheet::{Cells, Contents, Interest, Sheet};
use super::values::cell;
use crate::source::nearest::did_you_mean;
use crate::text::plural::counted;

/// Reads the columns `chosen`, in that order, or without a choice all that hold numbers; then
/// columns of text that is never a number are left out. Every value is finite. Formats are those of
/// [`read`](super::read), but for graphs.
///
/// # Errors
/// [`ReadError`], naming file, row and column, for files that cannot be read, columns that are not
/// there, and cells that are no finite numbers.
pub fn read_numbers(path: &Path, chosen: Option<&[String]>) -> Result<Columns, ReadError> {
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
    let interest = |name: &String| match chosen {
        Some(chosen) if !chosen.contains(name) => Interest::No,
        _ => Interest::Whole,
    };
    let wanted = |names: &[String]| names.iter().map(interest).collect();
    let Contents::Table(sheet) = Contents::read(path, wanted)? else {
        let hint = "give a table with a row for every time";
        return Err(ReadError::Empty {
            path: path.to_owned(),
            what: "is a graph",
            hint,
        });
    };
    let names: Vec<&str> = match chosen {
        Some(chosen) => chosen.iter().map(String::as_str).collect(),
        None => sheet.names.iter().map(String::as_str).collect(),
    };
    let mut columns = Vec::new();
    for name in names {
        let Some(cells) = sheet.column(name) else {
            return Err(missing(&sheet, name));
        };
        if sheet.names.iter().filter(|n| *n == name).count() > 1 {
            return Err(ReadError::RepeatedColumn {
                path: path.to_owned(),
                column: name.to_owned(),
            });
        }
        if chosen.is_some() || holds_a_number(&sheet, cells) {
            columns.push((name.to_owned(), finite(&sheet, name, cells)?));
        }
    }
    if columns.is_empty() {
        let hint = "time series need one column of numbers per channel";
        return Err(ReadError::Empty {
            path: path.to_owned(),
            what: "has no column of numbers",
            hint,
        });
    }
    Ok(columns)
}

fn holds_a_number(sheet: &Sheet, cells: &Cells) -> bool {
    (0..sheet.rows).any(|row| matches!(cells.number(row), Ok(Some(_))))
}

fn finite(sheet: &Sheet, name: &str, cells: &Cells) -> Result<Vec<f64>, ReadError> {
    let value = |row| match cells.number(row) {
        Ok(Some(value)) if value.is_finite() => Ok(value),
        _ => {
            let hint = "fill gaps in, or leave the rows or the column out";
            Err(cell(
                sheet,
                &Found { name, cells },
                row,
                "a finite number",
                hint,
            ))
        }
    };
    (0..sheet.rows).map(value).collect()
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

    fn read(text: &str, chosen: Option<&[&str]>) -> Result<Columns, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        let chosen: Option<Vec<String>> =
            chosen.map(|c| c.iter().map(|&name| name.to_owned()).collect());
        read_numbers(&path, chosen.as_deref()).map_err(|e| told(&e))
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
        let columns = read_numbers(&write("t.parquet", vec![Some(0.5), Some(2.0)]), None).unwrap();
        assert_eq!(
            columns,
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
            ("a,a\n1,2\n", None, "has the column `a` twice"),
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
