//! Tables as text: JSON documents, CSV, and aligned columns.

use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt::Write;

use super::Table;
use crate::text::{acts, plain_line};

/// The rows as one JSON document: `{"schema": "engraph.TABLE/VERSION", "rows": [...]}`. JSON knows
/// no NaN and no infinity: both become null.
#[must_use]
pub fn to_json<T: Table>(rows: &[T]) -> String {
    // A JSON object of all rows would lose the order of the columns, so each row is serialised by
    // itself.
    let rows: Vec<String> = rows
        .iter()
        .map(|row| in_json(&serde_json::to_string(row).unwrap_or_default()).into_owned())
        .collect();
    format!(
        "{{\"schema\": \"engraph.{}/{}\", \"rows\": [{}]}}",
        T::NAME,
        T::VERSION,
        rows.join(",\n")
    )
}

/// JSON in which characters that act on terminals are written as numbers, which says the same. Line
/// breaks stand between its parts alone, and stay.
#[must_use]
pub fn in_json(json: &str) -> Cow<'_, str> {
    let acts = |character: char| acts(character) && character != '\n';
    if !json.chars().any(acts) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 8);
    for character in json.chars() {
        if acts(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(character);
        }
    }
    Cow::Owned(text)
}

/// Several tables as one JSON document: `{"schema": "engraph.tables/1", "tables": [...]}`. Each of
/// the tables is a document as [`to_json`] makes it.
#[must_use]
pub fn to_json_of_several(documents: &[String]) -> String {
    let documents = documents.join(",\n");
    format!("{{\"schema\": \"engraph.tables/1\", \"tables\": [{documents}]}}")
}

/// The cells of a row in the order of the columns. A null, a NaN and an infinity are `None`.
fn cells<T: Table>(row: &T, show: impl Fn(f64) -> String) -> Vec<Option<String>> {
    let value = serde_json::to_value(row).unwrap_or(json!({}));
    let columns = T::COLUMNS.iter();
    columns.map(|c| cell(&value[c.name], &show)).collect()
}

/// A value of JSON as a cell.
pub(super) fn cell(value: &Value, show: &impl Fn(f64) -> String) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(match n.as_f64().filter(|_| n.is_f64()) {
            Some(x) => show(x),
            None => n.to_string(),
        }),
        other => Some(other.to_string()),
    }
}

/// The rows as CSV with a header, quoted as in RFC 4180. A null is an empty cell, an empty text is
/// `""`. Numbers have all digits that tell them from their neighbours.
#[must_use]
pub fn to_csv<T: Table>(rows: &[T]) -> String {
    separated(rows, ',')
}

/// The rows as [`to_csv`] gives them, with tabs instead of commas.
#[must_use]
pub fn to_tsv<T: Table>(rows: &[T]) -> String {
    separated(rows, '\t')
}

fn separated<T: Table>(rows: &[T], separator: char) -> String {
    let header = T::COLUMNS.iter().map(|c| c.name.to_owned()).collect();
    lines(header, rows.iter().map(|row| cells(row, digits)), separator)
}

/// A number with all digits that tell it from its neighbours.
pub(super) fn digits(x: f64) -> String {
    x.to_string()
}

/// Rows of cells below a header, as [`to_csv`] describes them.
pub(super) fn lines(
    header: Vec<String>,
    rows: impl Iterator<Item = Vec<Option<String>>>,
    separator: char,
) -> String {
    // Some readers take `#` at the beginning of a line for a comment, or trim blanks.
    let needs_quotes = |cell: &str| {
        cell.is_empty()
            || cell.contains([separator, '"', '\n', '\r'])
            || cell.starts_with('#')
            || cell.trim() != cell
    };
    let mut text = String::new();
    let mut line = |cells: Vec<Option<String>>| {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                text.push(separator);
            }
            match cell {
                Some(cell) if needs_quotes(cell) => {
                    text.push('"');
                    text += &cell.replace('"', "\"\"");
                    text.push('"');
                }
                Some(cell) => text += cell,
                None => {}
            }
        }
        text.push('\n');
    };
    line(header.into_iter().map(Some).collect());
    rows.for_each(line);
    text
}

/// The rows as an aligned table. Columns without any value are left out.
#[must_use]
pub fn to_text<T: Table>(rows: &[T]) -> String {
    to_text_of(rows, |_, _| true)
}

/// The rows as an aligned table of those columns that `is_shown`: it is asked with the name of each
/// column that has a value, and whether its values differ between rows.
#[must_use]
pub fn to_text_of<T: Table>(rows: &[T], is_shown: impl Fn(&str, bool) -> bool) -> String {
    let shown_cells = |row| cells(row, short).into_iter().map(Option::unwrap_or_default);
    let table: Vec<Vec<String>> = rows.iter().map(|row| shown_cells(row).collect()).collect();
    let shown: Vec<usize> = (0..T::COLUMNS.len())
        .filter(|&c| table.iter().any(|r| !r[c].is_empty()))
        .filter(|&c| {
            let differs = table.windows(2).any(|pair| pair[0][c] != pair[1][c]);
            is_shown(T::COLUMNS[c].name, differs)
        })
        .collect();
    let header = shown
        .iter()
        .map(|&c| T::COLUMNS[c].name.to_owned())
        .collect();
    let number: Vec<bool> = shown
        .iter()
        .map(|&c| T::COLUMNS[c].kind != "string")
        .collect();
    let body = table
        .iter()
        .map(|row| shown.iter().map(|&c| row[c].clone()).collect());
    align(
        &[header]
            .into_iter()
            .chain(body)
            .collect::<Vec<Vec<String>>>(),
        &number,
    )
}

/// Pads columns to equal width, two blanks apart. `right` says which columns are right-aligned.
/// Cells are shown as [`plain_line`] shows them: a line break would begin another row.
#[must_use]
pub fn align(rows: &[Vec<String>], right: &[bool]) -> String {
    let shown = |row: &Vec<String>| {
        row.iter()
            .map(|cell| plain_line(cell).into_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for ((cell, &width), &right) in row.iter().zip(&widths).zip(right) {
            let _ = if right {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// A number with at most four significant digits. Whole numbers below 1e9 are written in full.
#[must_use]
pub fn short(x: f64) -> String {
    if !x.is_finite() {
        return "-".to_owned();
    }
    if x.fract() == 0.0 && x.abs() < 1e9 {
        return format!("{x:.0}");
    }
    let magnitude = x.abs().log10().floor();
    if (-4.0..6.0).contains(&magnitude) {
        format!("{x:.*}", (3.0 - magnitude).max(0.0) as usize)
    } else {
        format!("{x:.3e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::table! {
        /// T.
        pub struct Row = "t" version 2 {
            /// Name.
            name: String,
            /// Value.
            value: Option<f64>,
            /// Never there.
            absent: Option<i64>,
        }
    }

    #[test]
    fn three_forms_of_the_same_rows() {
        let row = |name: &str, value| Row {
            name: name.into(),
            value,
            absent: None,
        };
        let rows = [row("a,\"b\"", Some(0.012345)), row("c", None)];
        let json: Value = serde_json::from_str(&to_json(&rows)).unwrap();
        assert_eq!(json["schema"], "engraph.t/2");
        assert_eq!(json["rows"][0]["value"], 0.012345);
        assert_eq!(json["rows"][1]["value"], Value::Null);
        assert_eq!(
            to_csv(&rows),
            "name,value,absent\n\"a,\"\"b\"\"\",0.012345,\nc,,\n"
        );
        assert_eq!(to_text(&rows), "name     value\na,\"b\"  0.01235\nc\n");
    }

    crate::table! {
        /// One column.
        pub struct Texts = "texts" version 1 {
            /// Text.
            text: Option<String>,
        }
    }

    /// Names that would act on a terminal are seen in text, and stay what they are elsewhere.
    #[test]
    fn control_characters_are_shown_to_people_alone() {
        let name = "A\u{1b}[31m\u{9b}\u{202e}\nB\u{e0041}";
        let rows = [Texts {
            text: Some(name.to_owned()),
        }];
        let text = to_text(&rows);
        assert_eq!(
            text,
            "text\nA\\u{1b}[31m\\u{9b}\\u{202e}\\u{a}B\\u{e0041}\n"
        );
        let json = to_json(&rows);
        assert!(!json.chars().any(|c| acts(c) && c != '\n'), "{json}");
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["rows"][0]["text"], name);
        assert_eq!(to_csv(&rows), format!("text\n\"{name}\"\n"));
    }

    /// Text that a careless writer loses comes back.
    #[test]
    fn separated_text_is_quoted_where_it_must_be() {
        let texts = [
            "",
            " a ",
            "#a",
            "a,b",
            "a\tb",
            "say \"a\"",
            "a\r\nb",
            "it's",
            "NA",
            "\u{e9}",
        ];
        let rows: Vec<Texts> = texts
            .iter()
            .map(|&text| Texts {
                text: Some(text.to_owned()),
            })
            .collect();
        let csv = to_csv(&rows);
        assert!(
            csv.starts_with("text\n\"\"\n\" a \"\n\"#a\"\n\"a,b\"\na\tb\n"),
            "{csv}"
        );
        assert!(csv.ends_with("\nit's\nNA\n\u{e9}\n"), "{csv}");
        let tsv = to_tsv(&rows);
        assert!(
            tsv.contains("\n\"a\tb\"\n") && tsv.contains("\na,b\n"),
            "{tsv}"
        );
        #[cfg(feature = "files")]
        for (separator, text) in [(b',', csv), (b'\t', tsv)] {
            let mut reader = csv::ReaderBuilder::new();
            let mut reader = reader.delimiter(separator).from_reader(text.as_bytes());
            let read: Vec<String> = reader.records().map(|r| r.unwrap()[0].to_owned()).collect();
            assert_eq!(read, texts);
        }
    }

    #[test]
    fn what_is_no_number_is_null() {
        let rows = [f64::NAN, f64::INFINITY, -f64::INFINITY, -0.0, 1e300, 0.1].map(|value| Row {
            name: "a".to_owned(),
            value: Some(value),
            absent: None,
        });
        let json: Value = serde_json::from_str(&to_json(&rows)).unwrap();
        let values: Vec<Option<f64>> = (0..6).map(|i| json["rows"][i]["value"].as_f64()).collect();
        assert_eq!(
            values,
            [None, None, None, Some(-0.0), Some(1e300), Some(0.1)]
        );
        let csv = to_csv(&rows);
        let cells: Vec<Option<f64>> = csv
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).and_then(|cell| cell.parse().ok()))
            .collect();
        assert_eq!(cells, values);
    }

    #[test]
    fn several_tables_are_one_document() {
        let rows = [Texts { text: None }];
        let several = to_json_of_several(&[to_json(&rows), to_json::<Row>(&[])]);
        let json: Value = serde_json::from_str(&several).unwrap();
        assert_eq!(json["schema"], "engraph.tables/1");
        assert_eq!(
            json["tables"][0],
            serde_json::from_str::<Value>(&to_json(&rows)).unwrap()
        );
        assert_eq!(json["tables"][1]["schema"], "engraph.t/2");
    }

    #[test]
    fn short_numbers() {
        let shown: Vec<_> = [3.0, 0.5, 123.456, 1e-7, -2.25].map(short).to_vec();
        assert_eq!(shown, ["3", "0.5000", "123.5", "1.000e-7", "-2.250"]);
    }
}
