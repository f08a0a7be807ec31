//! An adjacency matrix, read as the edges that it stands for.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::columns::{EDGE_ROLES, Found, list};
use super::edges::EdgeTable;
use super::error::ReadError;
use super::identifiers::similar;
use super::report::{FileReport, MatrixReport};
use super::sheet::{Cells, Sheet};
use super::values::{self, no_number_in_matrix, rises_by_one};
use super::words::squashed;
use crate::connectome::{Sign, Synapse, SynapseType};
use crate::source::{MatrixRows, ReadOptions};
use crate::text::plural::counted;

/// Fewer rows without any name are as likely a list of edges.
const LEAST_BARE: usize = 4;

/// Names of neurons stand at most so many rows below the top, and columns from the left: published
/// matrices have titles, groups and numbers there.
const DEEPEST: usize = 6;

/// What stands where in a matrix.
struct Layout<'a> {
    /// The rows of the sheet that are rows of the matrix, with their names.
    rows: Vec<(usize, String)>,
    columns: Vec<(String, Found<'a>)>,
    numbered: bool,
    /// What its margins say the rows are.
    rows_are: Option<MatrixRows>,
    /// Rows and columns without a name, which are left out.
    unnamed: usize,
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
    let mut numbers = HashMap::new();
    let mut number = |name: &String| {
        *numbers.entry(name.clone()).or_insert_with(|| {
            names.push(name.clone());
            names.len() as u32 - 1
        })
    };
    let rows: Vec<u32> = layout.rows.iter().map(|(_, name)| number(name)).collect();
    let columns: Vec<u32> = layout.columns.iter().map(|(n, _)| number(n)).collect();
    refuse_repeated(sheet, &layout)?;
    let rows_are = options.matrix_rows.or(layout.rows_are).unwrap_or_default();
    let mut synapses = Vec::new();
    for ((at, _), &row) in layout.rows.iter().zip(&rows) {
        let at = *at;
        for ((_, found), &column) in layout.columns.iter().zip(&columns) {
            let entry = values::weight(sheet, found, at, true)
                .map_err(|_| no_number_in_matrix(sheet, found, at))?;
            if entry < 0.0 && !options.signed_weights {
                return Err(values::negative_in_matrix(sheet, found, at));
            }
            let (pre, post) = match rows_are {
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
        rows_are,
        numbered: layout.numbered,
        symmetric: is_symmetric(&synapses),
    });
    if layout.unnamed > 0 {
        let left = counted(layout.unnamed, "row or column");
        report
            .remarks
            .push(format!("{left} of the matrix without a name left out"));
    }
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
    let found = sheet.whole().filter(|columns| columns.len() > 1)?;
    if let Some(layout) = on_both_sides(sheet, &found) {
        return Some(layout);
    }
    // `from` beside `weight` is an edge table without its other end.
    if !sheet.headerless
        && (EDGE_ROLES.iter()).any(|role| sheet.names.iter().any(|name| role.has(name)))
    {
        return None;
    }
    let is_numeric = |columns: &[(&str, &Cells)], first: usize| {
        let all = |cells| (first..sheet.rows).all(|row| is_number(cells, row));
        columns.iter().all(|(_, cells)| all(cells))
    };
    // As many rows as columns, from a row and a column on, under the names of the columns.
    let square = |first: usize, skipped: usize, names: Vec<String>, numbered| {
        let columns = &found[skipped..];
        let fits =
            columns.len() > 1 && sheet.rows - first == columns.len() && is_numeric(columns, first);
        fits.then(|| Layout {
            rows: (first..sheet.rows).zip(names.iter().cloned()).collect(),
            columns: names
                .into_iter()
                .zip(columns)
                .map(|(name, (own, cells))| (name, Found { name: own, cells }))
                .collect(),
            numbered,
            rows_are: None,
            unnamed: 0,
        })
    };
    if !sheet.headerless {
        let names = sheet.names.clone();
        return square(0, 0, names.clone(), false).or_else(|| {
            // An index of rows that does not bear their names.
            rises_by_one(sheet, found[0].1)
                .then(|| square(0, 1, names[1..].to_vec(), false))
                .flatten()
        });
    }
    let counted_from = |first: usize| {
        let numbers = first..first + found.len();
        numbers.map(|i| i.to_string()).collect::<Vec<String>>()
    };
    // A header of numbers from 0 or 1 without names before the rows.
    let above: Vec<String> = found
        .iter()
        .map(|(_, cells)| cells.text(0).unwrap_or_default().into_owned())
        .collect();
    if above == counted_from(0) || above == counted_from(1) {
        return square(1, 0, above, false);
    }
    if sheet.rows < LEAST_BARE {
        return None;
    }
    square(0, 0, counted_from(1), true)
}

/// A matrix whose rows and columns have names, most of them the same, perhaps below titles and
/// behind groups.
fn on_both_sides<'a>(sheet: &'a Sheet, found: &[(&'a str, &'a Cells)]) -> Option<Layout<'a>> {
    // With a header that is row 0 of the grid.
    let header = usize::from(!sheet.headerless);
    let cell = |row: usize, column: usize| -> Option<Cow<'_, str>> {
        let (name, cells) = found[column];
        match row.checked_sub(header) {
            Some(row) => cells.text(row),
            None => Some(Cow::Borrowed(name)).filter(|name| !name.is_empty()),
        }
    };
    let (height, width) = (sheet.rows + header, found.len());
    // Of as many shared names words come before numbers.
    let mut best: Option<((usize, bool), usize, usize)> = None;
    for corner in 0..DEEPEST.min(height - 1) {
        for column in 0..DEEPEST.min(width - 1) {
            let above: Vec<_> = (column + 1..width)
                .filter_map(|c| cell(corner, c))
                .collect();
            let before: Vec<_> = (corner + 1..height)
                .filter_map(|r| cell(r, column))
                .collect();
            let known: HashSet<&str> = above.iter().map(|name| &**name).collect();
            let shared = before
                .iter()
                .filter(|name| known.contains(&***name))
                .count();
            let least = if corner + column == 0 { 1 } else { 3 };
            let alike = shared >= least && 2 * shared >= above.len().min(before.len());
            // Entries that happen to be equal are no names.
            let is_name = |name: &Cow<'_, str>| name.parse::<f64>().is_err();
            let distinct = known.len() == above.len()
                && before.iter().collect::<HashSet<_>>().len() == before.len();
            let are_words = above.iter().all(is_name) && before.iter().all(is_name);
            let found = (shared, are_words);
            if alike && (distinct || are_words) && best.is_none_or(|(most, ..)| found > most) {
                best = Some((found, corner, column));
            }
        }
    }
    let (_, corner, column) = best?;
    let rows: Vec<(usize, String)> = (corner + 1..height)
        .filter_map(|row| Some((row - header, cell(row, column)?.into_owned())))
        .collect();
    let columns: Vec<(String, Found<'a>)> = (column + 1..width)
        .filter_map(|at| {
            let (name, cells) = found[at];
            Some((cell(corner, at)?.into_owned(), Found { name, cells }))
        })
        .collect();
    let numeric = |found: &Found<'_>| rows.iter().all(|(row, _)| is_number(found.cells, *row));
    if !columns.iter().all(|(_, found)| numeric(found)) {
        return None;
    }
    let begins = |end: &str, rows: Range<usize>, columns: Range<usize>| {
        let all = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
        let mut words = all.filter_map(|(row, column)| cell(row, column));
        words.any(|word| squashed(&word).starts_with(end))
    };
    let above = |end: &str| begins(end, 0..corner, column + 1..width);
    let before = |end: &str| begins(end, corner + 1..height, 0..column);
    let rows_are = match (
        above("post") || before("pre"),
        above("pre") || before("post"),
    ) {
        (true, false) => Some(MatrixRows::Pre),
        (false, true) => Some(MatrixRows::Post),
        (true, true) | (false, false) => None,
    };
    let unnamed = (height - corner - 1 - rows.len()) + (width - column - 1 - columns.len());
    Some(Layout {
        rows,
        columns,
        numbered: false,
        rows_are,
        unnamed,
    })
}

/// True for a cell that is empty or a number.
fn is_number(cells: &Cells, row: usize) -> bool {
    values::number(cells, row).is_ok()
}

/// A neuron that stands twice above or before a matrix.
fn refuse_repeated(sheet: &Sheet, layout: &Layout<'_>) -> Result<(), ReadError> {
    let above = layout.columns.iter().map(|(name, _)| name);
    let before = layout.rows.iter().map(|(_, name)| name);
    for names in [before.collect::<Vec<_>>(), above.collect()] {
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
