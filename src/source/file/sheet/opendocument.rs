//! Workbooks of LibreOffice, before they are read: their reader writes repeated cells and rows out,
//! and makes room for the whole rectangle between the outermost cells.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::error::{AnyError, Damage};

/// A rectangle may be so large without many cells.
const ALWAYS_ALLOWED: u64 = 1 << 20;
/// And so much larger than its cells.
const LARGEST_RATIO: u64 = 16;
/// Bytes that an empty cell takes in memory, beside its text.
const CELL: u64 = 64;
/// Columns and rows of a sheet.
const MOST_COLUMNS: u64 = 1 << 14;
const MOST_ROWS: u64 = 1 << 20;

/// Checks the content of a workbook: its cells, repeated as often as it says, take at most `most`
/// bytes, and are as close together as in a table.
///
/// # Errors
/// [`Damage::Endless`], [`Damage::Contradiction`] for cells far away from each other, and
/// [`Damage::Refused`] for what is no XML.
pub(super) fn check(content: impl BufRead, most: u64) -> Result<(), Damage> {
    let mut reader = Reader::from_reader(content);
    reader.config_mut().expand_empty_elements = true;
    let mut sheet = Sheet::default();
    let (mut row, mut left) = (Row::default(), most);
    let mut cell: Option<u64> = None;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|error| Damage::Refused(AnyError::from(error)))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "table" => sheet = Sheet::default(),
                "table-row" => {
                    let repeats = repeated(&element, "table:number-rows-repeated");
                    row = Row {
                        repeats: repeats.min(MOST_ROWS),
                        ..Row::default()
                    };
                }
                "table-cell" | "covered-table-cell" => {
                    cell = Some(repeated(&element, "table:number-columns-repeated"));
                    // Numbers and formulas stand in attributes.
                    let bytes = element.len() as u64;
                    let has_value = element.attributes().flatten().any(|attribute| {
                        let name = attribute.key.local_name();
                        name.as_ref() == "value-type" || name.as_ref() == "formula"
                    });
                    (row.bytes, row.is_filled) = (bytes, has_value);
                }
                _ => {}
            },
            Event::Text(text) => row.take(text.len()),
            Event::CData(text) => row.take(text.len()),
            Event::GeneralRef(_) => row.take(1),
            Event::End(element) => match element.local_name().as_ref() {
                "table-cell" | "covered-table-cell" => {
                    let repeats = cell.take().unwrap_or(1).min(MOST_COLUMNS);
                    if row.is_filled {
                        row.last = row.columns + repeats;
                        row.first.get_or_insert(row.columns);
                        let bytes = row.bytes.saturating_add(CELL).saturating_mul(repeats);
                        row.total = row.total.saturating_add(bytes);
                        row.cells += repeats;
                    }
                    row.columns = row.columns.saturating_add(repeats);
                }
                "table-row" => {
                    let bytes = row.total.saturating_mul(row.repeats);
                    left = left.checked_sub(bytes).ok_or(Damage::Endless {
                        mebibytes: most >> 20,
                    })?;
                    sheet.take(&row);
                    row = Row::default();
                }
                "table" => sheet.check()?,
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// How often a cell or a row is repeated.
fn repeated(element: &BytesStart<'_>, name: &str) -> u64 {
    let mut attributes = element.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .filter(|attribute| attribute.key.as_ref() == name)
        .find_map(|attribute| attribute.value.trim().parse().ok());
    found.unwrap_or(1)
}

/// A row that is being read.
#[derive(Default)]
struct Row {
    repeats: u64,
    columns: u64,
    /// The first column with a cell, and the one behind the last.
    first: Option<u64>,
    last: u64,
    cells: u64,
    /// Bytes of all its cells.
    total: u64,
    /// The cell that is open: its bytes, and whether something is in it.
    bytes: u64,
    is_filled: bool,
}

impl Row {
    fn take(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        self.is_filled = true;
    }
}

/// What the cells of a sheet span.
#[derive(Default)]
struct Sheet {
    cells: u64,
    /// Rows down to the last one with a cell, and in all.
    rows: u64,
    above: u64,
    columns: Option<(u64, u64)>,
}

impl Sheet {
    fn take(&mut self, row: &Row) {
        self.above = self.above.saturating_add(row.repeats).min(MOST_ROWS);
        let Some(first) = row.first else { return };
        self.rows = self.above;
        self.cells = self
            .cells
            .saturating_add(row.cells.saturating_mul(row.repeats));
        let (left, right) = self.columns.unwrap_or((first, row.last));
        self.columns = Some((left.min(first), right.max(row.last)));
    }

    fn check(&self) -> Result<(), Damage> {
        let columns = self.columns.map_or(0, |(left, right)| right - left);
        let area = self.rows.saturating_mul(columns);
        match area <= ALWAYS_ALLOWED + LARGEST_RATIO.saturating_mul(self.cells) {
            true => Ok(()),
            false => Err(Damage::Contradiction),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(rows: &str, most: u64) -> Result<(), Damage> {
        let content =
            format!("<office:document><table:table>{rows}</table:table></office:document>");
        check(content.as_bytes(), most)
    }

    fn row(repeats: u64, cells: &str) -> String {
        format!("<table:table-row table:number-rows-repeated='{repeats}'>{cells}</table:table-row>")
    }

    fn cell(repeats: u64, text: &str) -> String {
        let text = match text {
            "" => String::new(),
            text => format!("<text:p>{text}</text:p>"),
        };
        format!(
            "<table:table-cell table:number-columns-repeated='{repeats}'>{text}</table:table-cell>"
        )
    }

    #[test]
    fn repeated_cells_are_counted() {
        let name = "n".repeat(1000);
        let most = 1 << 28;
        // Empty ones at the end of a row and of a sheet are in every workbook.
        let table = row(1, &(cell(1, "A") + &cell(16_383, ""))) + &row(1 << 20, &cell(1 << 14, ""));
        assert!(checked(&table, most).is_ok());
        assert!(checked(&row(100_000, &cell(2, &name)), most).is_ok());
        for bomb in [
            row(1 << 20, &cell(2, &name)),
            row(1 << 20, &cell(1 << 14, "1")),
            row(1, &cell(1 << 14, &"n".repeat(1 << 15))),
            row(u64::MAX, &cell(u64::MAX, "1")),
        ] {
            let checked = checked(&bomb, most);
            assert!(matches!(checked, Err(Damage::Endless { mebibytes: 256 })));
        }
    }

    #[test]
    fn cells_far_away_are_refused() {
        let first = row(1, &cell(1, "A"));
        for (rows, columns, is_right) in [
            (1, 1, true),
            (1000, 1000, true),
            (1 << 19, 1 << 13, false),
            (1 << 20, 1 << 14, false),
        ] {
            let far = row(rows, "") + &row(1, &(cell(columns, "") + &cell(1, "B")));
            let checked = checked(&(first.clone() + &far), 1 << 28);
            assert_eq!(checked.is_ok(), is_right, "{rows}, {columns}");
        }
    }
}
