//! An adjacency matrix, read as the edges that it stands for.

use std::collections::HashSet;

use super::columns::{Found, list};
use super::edges::EdgeTable;
use super::error::ReadError;
use super::identifiers::similar;
use super::report::{FileReport, MatrixReport};
use super::sheet::{Cells, Sheet};
use super::values::{self, no_number_in_matrix};
use crate::connectome::{Sign, Synapse, SynapseType};
use crate::source::{MatrixRows, ReadOptions};

/// Fewer rows without any name are as likely a list of edges.
const LEAST_BARE: usize = 4;

/// What stands where in a matrix.
struct Layout<'a> {
    rows: Vec<String>,
    columns: Vec<(String, Found<'a>)>,
    /// The row of the sheet that the first row of the matrix is in.
    first: usize,
    numbered: bool,
}

/// Reads a matrix; `None` where the table is none.
///
/// # Errors
/// [`ReadError::Cell`] for entries that are no numbers, and for those below 0 unless they were said
/// to be signs.
pub(super) fn read(
    sheet: &Sheet,
    options: &ReadOptions,
    report: &mut FileReport,
) -> Result<Option<EdgeTable>, ReadError> {
    let Some(layout) = layout(sheet) else {
        return Ok(None);
    };
    let mut names: Vec<String> = Vec::new();
    let mut numbers = std::collections::HashMap::new();
    let mut number = |name: &String| {
        *numbers.entry(name.clone()).or_insert_with(|| {
            names.push(name.clone());
            names.len() as u32 - 1
        })
    };
    let rows: Vec<u32> = layout.rows.iter().map(&mut number).collect();
    let columns: Vec<u32> = layout.columns.iter().map(|(n, _)| number(n)).collect();
    refuse_repeated(sheet, &layout)?;
    let mut synapses = Vec::new();
    for (index, &row) in rows.iter().enumerate() {
        for ((_, found), &column) in layout.columns.iter().zip(&columns) {
            let at = layout.first + index;
            let entry = values::weight(sheet, found, at, true)
                .map_err(|_| no_number_in_matrix(sheet, found, at))?;
            if entry < 0.0 && !options.signed_weights {
                return Err(values::negative_in_matrix(sheet, found, at));
            }
            let (pre, post) = match options.matrix_rows {
                MatrixRows::Pre => (row, column),
                MatrixRows::Post => (column, row),
            };
            let sign = match entry {
                _ if !options.signed_weights => Sign::Unsigned,
                entry if entry > 0.0 => Sign::Excitatory,
                _ => Sign::Inhibitory,
            };
            if entry != 0.0 {
                synapses.push(Synapse {
                    pre,
                    post,
                    synapse_type: SynapseType::Chemical,
                    weight: entry.abs(),
                    sign,
                });
            }
        }
    }
    report.matrix = Some(MatrixReport {
        rows: rows.len(),
        columns: columns.len(),
        rows_are: options.matrix_rows,
        numbered: layout.numbered,
        symmetric: is_symmetric(&synapses),
    });
    report.rows = rows.len();
    report.signed_weights = options.signed_weights;
    report.similar_names = similar(names.iter().map(String::as_str));
    Ok(Some(EdgeTable {
        names,
        synapses,
        signed: options.signed_weights,
        transmitters: Vec::new(),
    }))
}

/// Where names and entries stand, if the table is a matrix: rows and columns have the same names;
/// or only columns have names, or none has, and there are as many rows as columns.
fn layout(sheet: &Sheet) -> Option<Layout<'_>> {
    let cells = |name: &String| sheet.column(name);
    let numeric = |cells: &Cells, from: usize| (from..sheet.rows).all(|row| is_number(cells, row));
    let found: Vec<(&String, &Cells)> = sheet
        .names
        .iter()
        .filter_map(|name| Some((name, cells(name)?)))
        .collect();
    if found.len() != sheet.names.len() || found.len() < 2 {
        return None;
    }
    let text = |cells: &Cells, row| cells.text(row).map(|t| t.into_owned());
    let column_of = |cells: &Cells, from: usize| -> Option<Vec<String>> {
        (from..sheet.rows).map(|row| text(cells, row)).collect()
    };
    let entries = |columns: &[(&'_ String, &'_ Cells)], names: &[String], from| {
        let all = columns.iter().all(|(_, cells)| numeric(cells, from));
        all.then(|| names.to_vec())
    };
    let build = |rows: Vec<String>, names: Vec<String>, skipped: usize, first, numbered| {
        let columns = names
            .into_iter()
            .zip(&found[skipped..])
            .map(|(name, (own, cells))| (name, Found { name: own, cells }))
            .collect();
        Layout {
            rows,
            columns,
            first,
            numbered,
        }
    };
    let (_, first_column) = found[0];
    // The names above: the header, or a first row of numbers that is one.
    let header: Option<(Vec<String>, usize)> = if sheet.headerless {
        let row: Vec<Option<String>> = found.iter().map(|(_, c)| text(c, 0)).collect();
        let corner_is_empty = row[0].is_none();
        let named = row.into_iter().skip(1).collect::<Option<Vec<String>>>();
        named.filter(|_| corner_is_empty).map(|names| (names, 1))
    } else {
        Some((sheet.names[1..].to_vec(), 0))
    };
    // Names on both sides.
    if let Some((names, first)) = header
        && let Some(labels) = column_of(first_column, first)
    {
        let above: HashSet<&String> = names.iter().collect();
        let shared = labels.iter().filter(|label| above.contains(label)).count();
        let alike = shared > 0 && 2 * shared >= labels.len().min(names.len());
        if alike && let Some(names) = entries(&found[1..], &names, first) {
            return Some(build(labels, names, 1, first, false));
        }
    }
    // Names above alone.
    if !sheet.headerless {
        if sheet.rows == found.len()
            && let Some(names) = entries(&found, &sheet.names, 0)
        {
            return Some(build(names.clone(), names, 0, 0, false));
        }
        // An index of rows that does not bear their names.
        let rises = (1..sheet.rows).all(|row| {
            let at = |row| first_column.number(row).ok().flatten();
            at(row).zip(at(row - 1)).is_some_and(|(a, b)| a - b == 1.0)
        });
        if rises
            && sheet.rows == found.len() - 1
            && let Some(names) = entries(&found[1..], &sheet.names[1..], 0)
        {
            return Some(build(names.clone(), names, 1, 0, false));
        }
        return None;
    }
    let numbers = |n: usize| (1..=n).map(|i| i.to_string()).collect::<Vec<String>>();
    // A header of numbers from 0 or 1 without names before the rows.
    let header: Option<Vec<String>> = found.iter().map(|(_, c)| text(c, 0)).collect();
    if sheet.rows == found.len() + 1
        && let Some(names) = header
        && (names == numbers(found.len())
            || names.iter().enumerate().all(|(i, n)| *n == i.to_string()))
        && let Some(names) = entries(&found, &names, 1)
    {
        return Some(build(names.clone(), names, 0, 1, false));
    }
    let bare = numbers(found.len());
    if sheet.rows == found.len() && sheet.rows >= LEAST_BARE {
        let names = entries(&found, &bare, 0)?;
        return Some(build(names.clone(), names, 0, 0, true));
    }
    None
}

/// True for a cell that is empty or a number, with any sign for minus.
fn is_number(cells: &Cells, row: usize) -> bool {
    match cells.number(row) {
        Ok(_) => true,
        Err(text) => text.replace('\u{2212}', "-").parse::<f64>().is_ok(),
    }
}

/// A neuron that stands twice above or before a matrix.
fn refuse_repeated(sheet: &Sheet, layout: &Layout<'_>) -> Result<(), ReadError> {
    let above = layout.columns.iter().map(|(name, _)| name);
    for names in [layout.rows.iter().collect::<Vec<_>>(), above.collect()] {
        let mut seen = HashSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
            return Err(ReadError::Empty {
                path: sheet.path.clone(),
                what: "is a matrix that names a neuron twice",
                hint: if twice.is_empty() {
                    "give every row and column a name"
                } else {
                    "give every row and every column a name of its own"
                },
            });
        }
    }
    Ok(())
}

/// True where every synapse has an equal one in the other direction.
fn is_symmetric(synapses: &[Synapse]) -> bool {
    let key = |pre: u32, post: u32, s: &Synapse| (pre, post, s.weight.to_bits(), s.sign as u8);
    let all: HashSet<_> = synapses.iter().map(|s| key(s.pre, s.post, s)).collect();
    let others = synapses.iter().filter(|s| s.pre != s.post).count();
    others > 0
        && synapses
            .iter()
            .all(|s| all.contains(&key(s.post, s.pre, s)))
}

/// True for a table that looks like a matrix that is too small, or not square, to be read as one.
pub(super) fn looks_like_one(sheet: &Sheet) -> bool {
    sheet.headerless
        && sheet.names.len() > 3
        && sheet.names.iter().all(|name| {
            sheet
                .column(name)
                .is_some_and(|cells| (0..sheet.rows).all(|row| is_number(cells, row)))
        })
}

/// The error of a table of numbers that is neither a list of edges nor a square matrix.
pub(super) fn not_square(sheet: &Sheet) -> ReadError {
    let columns = list(sheet.names.iter().map(String::as_str), 3);
    ReadError::MissingColumn {
        path: sheet.path.clone(),
        role: "the presynaptic neuron",
        expected: "a header, or an adjacency matrix with as many rows as columns".to_owned(),
        found: format!("{} rows of numbers in the columns {columns}", sheet.rows),
        hint: Some("give the matrix the names of its neurons above and before".into()),
    }
}
