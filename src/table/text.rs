//! Tables as text: JSON documents, CSV, and aligned columns.

use serde_json::{Value, json};
use std::fmt::Write;

use super::Table;

/// The rows as one JSON document: `{"schema": "engraph.TABLE/VERSION", "rows": [...]}`.
#[must_use]
pub fn to_json<T: Table>(rows: &[T]) -> String {
    // A JSON object of all rows would lose the order of the columns, so each row is serialised by
    // itself.
    let rows: Vec<String> = rows
        .iter()
        .map(|row| serde_json::to_string(row).unwrap_or_default())
        .collect();
    format!(
        "{{\"schema\": \"engraph.{}/{}\", \"rows\": [{}]}}",
        T::NAME,
        T::VERSION,
        rows.join(",\n")
    )
}

/// The cells of a row in the order of the columns. A null becomes an empty cell.
fn cells<T: Table>(row: &T, show: impl Fn(f64) -> String) -> Vec<String> {
    let value = serde_json::to_value(row).unwrap_or(json!({}));
    let text = |column: &str| match &value[column] {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Number(n) => match n.as_f64().filter(|_| n.is_f64()) {
            Some(x) => show(x),
            None => n.to_string(),
        },
        other => other.to_string(),
    };
    T::COLUMNS.iter().map(|c| text(c.name)).collect()
}

/// The rows as CSV with a header, quoted as in RFC 4180.
#[must_use]
pub fn to_csv<T: Table>(rows: &[T]) -> String {
    let quote = |cell: &str| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let line =
        |cells: Vec<String>| cells.iter().map(|c| quote(c)).collect::<Vec<_>>().join(",") + "\n";
    let mut text = line(T::COLUMNS.iter().map(|c| c.name.to_owned()).collect());
    rows.iter()
        .for_each(|row| text += &line(cells(row, |x| x.to_string())));
    text
}

/// The rows as an aligned table. Columns without any value are left out.
#[must_use]
pub fn to_text<T: Table>(rows: &[T]) -> String {
    let table: Vec<Vec<String>> = rows.iter().map(|row| cells(row, short)).collect();
    let shown: Vec<usize> = (0..T::COLUMNS.len())
        .filter(|&c| table.iter().any(|r| !r[c].is_empty()))
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
#[must_use]
pub fn align(rows: &[Vec<String>], right: &[bool]) -> String {
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
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

    #[test]
    fn short_numbers() {
        let shown: Vec<_> = [3.0, 0.5, 123.456, 1e-7, -2.25].map(short).to_vec();
        assert_eq!(shown, ["3", "0.5000", "123.5", "1.000e-7", "-2.250"]);
    }
}
