//! The differences between two report folders, or between two tables, row by row.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use arrow::row::Rows;
use serde_json::{Map, Value};

use super::provenance::Input;
use super::write::RUN;
use crate::table;
use crate::table::{Content, ContentError};
use crate::text::Hinted;

table! {
    /// Something in which two tables differ, the largest differences of a table first.
    pub struct DifferenceRow = "differences" version 1 {
        /// Name of the table.
        table: String,
        /// table_vanished, table_appeared, column_vanished, column_appeared, row_vanished,
        /// row_appeared or value_changed.
        what: String,
        /// The row: the columns that tell it apart from others, with their values.
        row: Option<String>,
        /// Name of the column.
        column: Option<String>,
        /// The value before.
        before: Option<String>,
        /// The value after.
        after: Option<String>,
        /// The number after, less the number before. Of lists, the largest such difference.
        difference: Option<f64>,
        /// The size of the difference over the larger of both numbers, signs left aside: from 0 to
        /// 2. Of lists, the largest.
        relative: Option<f64>,
    }
}

table! {
    /// A key in which the pipelines of two runs differ, or an input or a program that differs.
    pub struct PipelineChangeRow = "pipeline_changes" version 1 key(key) {
        /// The key, such as `training.seeds`; `engraph` for the version of the program, and
        /// `inputs.NAME.ROLE` for the sha256 of what was read.
        key: String,
        /// The value before, as JSON. Null if there was none.
        before: Option<String>,
        /// The value after, as JSON. Null if there is none.
        after: Option<String>,
    }
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum What {
    TableVanished,
    TableAppeared,
    ColumnVanished,
    ColumnAppeared,
    RowVanished,
    RowAppeared,
    ValueChanged,
}

/// Why two folders or tables cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DifferenceError {
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A folder and a file were given.
    #[error(
        "`{folder}` is a folder, and `{file}` is none",
        folder = folder.display(),
        file = file.display()
    )]
    Unlike {
        /// Path of the folder.
        folder: PathBuf,
        /// Path of the file.
        file: PathBuf,
    },
    /// A folder has no tables.
    #[error("`{path}` has no tables", path = path.display())]
    Empty {
        /// Path of the folder.
        path: PathBuf,
    },
    /// A table cannot be read.
    #[error("`{path}`: {source}", path = path.display())]
    Table {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with it.
        source: ContentError,
    },
}

impl Hinted for DifferenceError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Read { .. } => Some("check that it exists and may be read".into()),
            Self::Unlike { .. } => Some("give two report folders, or two Parquet files".into()),
            Self::Empty { .. } => {
                Some("name a folder that `engraph run` wrote, such as reports/celegans".into())
            }
            Self::Table { source, .. } => source.hint(),
        }
    }
}

/// Two tables of one name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableComparison {
    /// Name of the table.
    pub table: String,
    /// Rows before and after.
    pub rows: [usize; 2],
    /// Rows that are no longer there.
    pub vanished: usize,
    /// Rows that are new.
    pub appeared: usize,
    /// Rows with a value that is another.
    pub changed: usize,
    /// All differences, the largest first.
    pub differences: Vec<DifferenceRow>,
}

/// Two report folders, or two tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// In what the pipelines differ, and the programs and the inputs.
    pub pipeline: Vec<PipelineChangeRow>,
    /// The tables that either has, by their names.
    pub tables: Vec<TableComparison>,
}

impl Comparison {
    /// True if no table differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.tables.iter().all(|table| table.differences.is_empty())
    }

    /// The differences of all tables.
    #[must_use]
    pub fn differences(&self) -> Vec<DifferenceRow> {
        let tables = self.tables.iter();
        tables
            .flat_map(|table| table.differences.iter().cloned())
            .collect()
    }
}

/// Compares two report folders, or two Parquet files. Rows belong together if the key of their
/// table is the same; the key of a table of another program are its columns of texts, whole numbers
/// and booleans. Numbers are equal if they differ by no more than `tolerance` of the larger one.
///
/// # Errors
/// [`DifferenceError`] if something cannot be read.
pub fn compare(before: &Path, after: &Path, tolerance: f64) -> Result<Comparison, DifferenceError> {
    match (before.is_dir(), after.is_dir()) {
        (true, true) => {}
        (false, false) => {
            let name = |content: &Content| {
                let table = content.footer.get("engraph.table").cloned();
                table.unwrap_or_else(|| before.display().to_string())
            };
            let (before, after) = (content(before)?, content(after)?);
            let table = table_differences(&name(&before), &before, &after, tolerance).map_err(
                |source| DifferenceError::Table {
                    path: after_path(&after),
                    source,
                },
            )?;
            return Ok(Comparison {
                pipeline: Vec::new(),
                tables: vec![table],
            });
        }
        (true, false) => return Err(unlike(before, after)),
        (false, true) => return Err(unlike(after, before)),
    }
    let names = [table_names(before)?, table_names(after)?];
    let mut tables = Vec::new();
    for name in names[0].union(&names[1]) {
        let table = name.trim_end_matches(".parquet");
        let whole = |what: What| {
            let mut row = difference(table, what);
            row.row = None;
            TableComparison {
                table: table.to_owned(),
                differences: vec![row],
                ..TableComparison::default()
            }
        };
        tables.push(match [names[0].contains(name), names[1].contains(name)] {
            [true, true] => {
                let (path, other) = (before.join(name), after.join(name));
                table_differences(table, &content(&path)?, &content(&other)?, tolerance).map_err(
                    |source| DifferenceError::Table {
                        path: other,
                        source,
                    },
                )?
            }
            [true, false] => whole(What::TableVanished),
            [false, _] => whole(What::TableAppeared),
        });
    }
    Ok(Comparison {
        pipeline: pipeline_changes(&document(before), &document(after)),
        tables,
    })
}

fn after_path(content: &Content) -> PathBuf {
    content
        .footer
        .get("engraph.table")
        .map(PathBuf::from)
        .unwrap_or_default()
}

fn unlike(folder: &Path, file: &Path) -> DifferenceError {
    match file.exists() {
        true => DifferenceError::Unlike {
            folder: folder.to_owned(),
            file: file.to_owned(),
        },
        false => DifferenceError::Read {
            path: file.to_owned(),
            source: io::ErrorKind::NotFound.into(),
        },
    }
}

/// The names of the Parquet files of a folder.
fn table_names(folder: &Path) -> Result<BTreeSet<String>, DifferenceError> {
    let read = |source| DifferenceError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let name = entry
            .map_err(read)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".parquet") {
            names.insert(name);
        }
    }
    match names.is_empty() {
        true => Err(DifferenceError::Empty {
            path: folder.to_owned(),
        }),
        false => Ok(names),
    }
}

fn content(path: &Path) -> Result<Content, DifferenceError> {
    let bytes = fs::read(path).map_err(|source| DifferenceError::Read {
        path: path.to_owned(),
        source,
    })?;
    Content::read(bytes).map_err(|source| DifferenceError::Table {
        path: path.to_owned(),
        source,
    })
}

/// What `run.json` of a folder says. It is null if there is none.
fn document(folder: &Path) -> Value {
    let text = fs::read(folder.join(RUN)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn difference(table: &str, what: What) -> DifferenceRow {
    DifferenceRow {
        table: table.to_owned(),
        what: what.to_string(),
        ..DifferenceRow::default()
    }
}

/// The columns that tell the rows of a table apart.
fn key_of<'a>(table: &str, before: &'a Content, shared: &[&'a str]) -> Vec<&'a str> {
    let declared = crate::tables();
    let declared = declared.iter().find(|schema| schema.table == table);
    let key: Vec<&str> = declared.map_or(Vec::new(), |schema| {
        shared
            .iter()
            .copied()
            .filter(|column| schema.key.contains(column))
            .collect()
    });
    if !key.is_empty() && declared.is_some_and(|schema| schema.key.len() == key.len()) {
        return key;
    }
    let is_fraction = |column: &str| {
        let found = before.columns.iter().find(|found| found.name == column);
        found.is_some_and(|found| matches!(found.kind, Some("float64" | "list<float64>")))
    };
    shared
        .iter()
        .copied()
        .filter(|column| !is_fraction(column))
        .collect()
}

/// The rows of both sides that have the same key.
struct Matched<'a> {
    table: &'a str,
    sides: [&'a Content; 2],
    key: Vec<&'a str>,
    values: Vec<&'a str>,
    tolerance: f64,
    found: TableComparison,
}

fn table_differences(
    table: &str,
    before: &Content,
    after: &Content,
    tolerance: f64,
) -> Result<TableComparison, ContentError> {
    let shared = before.shared(after);
    let key = key_of(table, before, &shared);
    let values: Vec<&str> = shared
        .iter()
        .copied()
        .filter(|column| !key.contains(column))
        .collect();
    let keys = [before.ordered(&key)?, after.ordered(&key)?];
    let contents = [before.ordered(&values)?, after.ordered(&values)?];
    let mut matched = Matched {
        table,
        sides: [before, after],
        key,
        values,
        tolerance,
        found: TableComparison {
            table: table.to_owned(),
            rows: [before.rows, after.rows],
            ..TableComparison::default()
        },
    };
    matched.columns(&shared);
    matched.rows(&keys, &contents);
    let mut found = matched.found;
    let rank = |row: &DifferenceRow| row.relative.unwrap_or(f64::INFINITY);
    // Equal ones stay in the order of the rows.
    found.differences.sort_by(|a, b| {
        (b.what != What::ValueChanged.to_string())
            .cmp(&(a.what != What::ValueChanged.to_string()))
            .then(rank(b).total_cmp(&rank(a)))
    });
    Ok(found)
}

impl Matched<'_> {
    /// Tells of the columns that only one side has, or that have another type.
    fn columns(&mut self, shared: &[&str]) {
        for (side, what) in self
            .sides
            .into_iter()
            .zip([What::ColumnVanished, What::ColumnAppeared])
        {
            for column in side
                .columns
                .iter()
                .filter(|c| !shared.contains(&c.name.as_str()))
            {
                let mut row = difference(self.table, what);
                row.column = Some(column.name.clone());
                self.found.differences.push(row);
            }
        }
    }

    /// Goes through the rows of both sides in the order of their keys.
    fn rows(&mut self, keys: &[Rows; 2], contents: &[Rows; 2]) {
        let order = |side: usize| {
            let mut order: Vec<usize> = (0..self.sides[side].rows).collect();
            order.sort_by(|&a, &b| {
                let (keys, contents) = (&keys[side], &contents[side]);
                keys.row(a)
                    .cmp(&keys.row(b))
                    .then_with(|| contents.row(a).cmp(&contents.row(b)))
            });
            order
        };
        let orders = [order(0), order(1)];
        let (mut at, ends) = ([0, 0], [orders[0].len(), orders[1].len()]);
        while at[0] < ends[0] || at[1] < ends[1] {
            let next = match [at[0] < ends[0], at[1] < ends[1]] {
                [true, true] => {
                    let (a, b) = (orders[0][at[0]], orders[1][at[1]]);
                    keys[0].row(a).cmp(&keys[1].row(b))
                }
                [true, false] => Ordering::Less,
                [false, _] => Ordering::Greater,
            };
            // The rows of each side with this key.
            let group = |side: usize| -> &[usize] {
                let order = &orders[side][at[side]..];
                let first = keys[side].row(order[0]);
                let length = order
                    .iter()
                    .take_while(|&&row| keys[side].row(row) == first)
                    .count();
                &order[..length]
            };
            let groups: [&[usize]; 2] = match next {
                Ordering::Less => [group(0), &[]],
                Ordering::Greater => [&[], group(1)],
                Ordering::Equal => [group(0), group(1)],
            };
            self.group(groups, contents);
            at = [at[0] + groups[0].len(), at[1] + groups[1].len()];
        }
    }

    /// Compares the rows of one key. Where several rows share it, equal ones go first.
    fn group(&mut self, groups: [&[usize]; 2], contents: &[Rows; 2]) {
        let mut left: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        let mut at = [0, 0];
        while at[0] < groups[0].len() && at[1] < groups[1].len() {
            let (a, b) = (groups[0][at[0]], groups[1][at[1]]);
            match contents[0].row(a).cmp(&contents[1].row(b)) {
                Ordering::Equal => at = [at[0] + 1, at[1] + 1],
                Ordering::Less => {
                    left[0].push(a);
                    at[0] += 1;
                }
                Ordering::Greater => {
                    left[1].push(b);
                    at[1] += 1;
                }
            }
        }
        for side in [0, 1] {
            left[side].extend(&groups[side][at[side]..]);
        }
        if left[0].len() == left[1].len() {
            for (&a, &b) in left[0].iter().zip(&left[1]) {
                self.pair(a, b);
            }
            return;
        }
        self.found.vanished += left[0].len();
        self.found.appeared += left[1].len();
        for (side, what) in [What::RowVanished, What::RowAppeared]
            .into_iter()
            .enumerate()
        {
            for &row in &left[side] {
                let mut found = difference(self.table, what);
                found.row = Some(self.named(side, row));
                self.found.differences.push(found);
            }
        }
    }

    /// The key of a row, in words.
    fn named(&self, side: usize, row: usize) -> String {
        let part = |column: &&str| {
            let value = self.sides[side].text(column, row);
            format!("{column}={}", value.as_deref().unwrap_or("null"))
        };
        self.key.iter().map(part).collect::<Vec<_>>().join(", ")
    }

    /// Compares two rows, value by value.
    fn pair(&mut self, a: usize, b: usize) {
        let [before, after] = self.sides;
        let differences = self.found.differences.len();
        for &column in &self.values {
            let texts = [before.text(column, a), after.text(column, b)];
            let numbers = (before.number(column, a), after.number(column, b));
            let lists = (before.numbers(column, a), after.numbers(column, b));
            let size = match (numbers, lists) {
                ((Some(x), Some(y)), _) => apart(x, y),
                (_, (Some(x), Some(y))) if x.len() == y.len() => {
                    let pairs = x.iter().zip(&y).filter_map(|(x, y)| apart(*x, *y));
                    pairs.max_by(|a, b| a.1.total_cmp(&b.1))
                }
                (_, (Some(_), Some(_))) => Some((f64::NAN, f64::INFINITY)),
                _ if texts[0] == texts[1] => None,
                _ => Some((f64::NAN, f64::INFINITY)),
            };
            let Some((by, relative)) = size.filter(|(_, relative)| *relative > self.tolerance)
            else {
                continue;
            };
            let mut row = difference(self.table, What::ValueChanged);
            row.row = Some(self.named(0, a));
            row.column = Some(column.to_owned());
            [row.before, row.after] = texts;
            row.difference = by.is_finite().then_some(by);
            row.relative = relative.is_finite().then_some(relative);
            self.found.differences.push(row);
        }
        self.found.changed += usize::from(self.found.differences.len() > differences);
    }
}

/// How far two numbers are apart: the difference, and its share of the larger one. It is `None` for
/// equal ones. What is no number, or infinite, is infinitely far from all others.
fn apart(before: f64, after: f64) -> Option<(f64, f64)> {
    if before == after || before.is_nan() && after.is_nan() {
        return None;
    }
    let by = after - before;
    match by.is_finite() {
        true => Some((by, by.abs() / before.abs().max(after.abs()))),
        false => Some((by, f64::INFINITY)),
    }
}

/// In what the pipelines, the inputs and the programs of two runs differ.
fn pipeline_changes(before: &Value, after: &Value) -> Vec<PipelineChangeRow> {
    if before.is_null() || after.is_null() {
        return Vec::new();
    }
    let mut changes = Vec::new();
    compare_values("", &before["spec"], &after["spec"], &mut changes);
    let inputs = |run: &Value| -> BTreeMap<String, Option<String>> {
        let inputs = serde_json::from_value::<Vec<Input>>(run["inputs"].clone());
        let inputs = inputs.unwrap_or_default().into_iter();
        let key = |input: &Input| format!("inputs.{}.{}", input.name, input.role.word());
        inputs.map(|input| (key(&input), input.sha256)).collect()
    };
    let (old, new) = (inputs(before), inputs(after));
    for key in old
        .keys()
        .collect::<BTreeSet<_>>()
        .union(&new.keys().collect())
    {
        // An input that comes or goes is told by the key that names it.
        if let (Some(old), Some(new)) = (old.get(*key), new.get(*key))
            && old != new
        {
            changes.push(PipelineChangeRow {
                key: (*key).clone(),
                before: old.clone(),
                after: new.clone(),
            });
        }
    }
    for key in [
        "engraph",
        "operating_system",
        "architecture",
        "instruction_set",
    ] {
        compare_values(key, &before[key], &after[key], &mut changes);
    }
    changes
}

/// Lists the keys below `path` whose values differ.
fn compare_values(path: &str, before: &Value, after: &Value, changes: &mut Vec<PipelineChangeRow>) {
    if before == after {
        return;
    }
    let named = (by_name(before), by_name(after));
    let tables = match (before.as_object(), after.as_object(), &named) {
        (Some(before), Some(after), _) => Some((before, after)),
        (_, _, (Some(before), Some(after))) => Some((before, after)),
        _ => None,
    };
    let Some((old, new)) = tables else {
        let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
        changes.push(PipelineChangeRow {
            key: path.to_owned(),
            before: text(before),
            after: text(after),
        });
        return;
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let path = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        let value = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or_default();
        compare_values(&path, &value(old), &value(new), changes);
    }
}

/// A list of tables by their names, as the tasks of a pipeline. It is `None` for other lists.
fn by_name(list: &Value) -> Option<Map<String, Value>> {
    let list = list.as_array().filter(|list| !list.is_empty())?;
    let named: Option<Map<String, Value>> = list
        .iter()
        .map(|item| Some((item["name"].as_str()?.to_owned(), item.clone())))
        .collect();
    named.filter(|named| named.len() == list.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Footer, to_parquet};
    use proptest::prelude::*;
    use serde_json::json;

    crate::table! {
        /// A measurement, in a table of another program: its name is none of ours.
        pub struct Measured = "measured" version 1 {
            /// Of what.
            of: String,
            /// How often.
            times: i32,
            /// How much.
            size: Option<f64>,
        }
    }

    fn compared(before: &[Measured], after: &[Measured], tolerance: f64) -> TableComparison {
        let content = |rows: &[Measured]| {
            Content::read(to_parquet(rows, &Footer::default()).unwrap()).unwrap()
        };
        table_differences("measured", &content(before), &content(after), tolerance).unwrap()
    }

    fn measured() -> impl Strategy<Value = BTreeMap<(String, i32), Option<f64>>> {
        let size = prop_oneof![
            Just(None),
            (0..4_i32).prop_map(|size| Some(f64::from(size)))
        ];
        proptest::collection::btree_map(("[ab]", 0..4_i32), size, 0..8)
    }

    fn rows(table: &BTreeMap<(String, i32), Option<f64>>) -> Vec<Measured> {
        let row = |((of, times), size): (&(String, i32), &Option<f64>)| Measured {
            of: of.clone(),
            times: *times,
            size: *size,
        };
        table.iter().map(row).collect()
    }

    proptest! {
        /// What two maps say of each other, whatever the order of the rows.
        #[test]
        fn differences_are_those_of_maps(before in measured(), after in measured()) {
            let mut turned = rows(&after);
            turned.reverse();
            let found = compared(&rows(&before), &turned, 0.0);
            let vanished = before.keys().filter(|key| !after.contains_key(*key)).count();
            let appeared = after.keys().filter(|key| !before.contains_key(*key)).count();
            let changed: Vec<_> = before
                .iter()
                .filter(|(key, size)| after.get(*key).is_some_and(|other| other != *size))
                .collect();
            prop_assert_eq!(
                (found.vanished, found.appeared, found.changed),
                (vanished, appeared, changed.len())
            );
            for ((of, times), size) in changed {
                let row = format!("of={of}, times={times}");
                let told = found.differences.iter().find(|told| told.row.as_ref() == Some(&row));
                let told = told.expect("it is told");
                let other = after[&(of.clone(), *times)];
                prop_assert_eq!(&told.before, &size.map(|size| size.to_string()));
                prop_assert_eq!(&told.after, &other.map(|size| size.to_string()));
                let difference = size.zip(other).map(|(size, other)| other - size);
                prop_assert_eq!(told.difference, difference);
                let relative = size.zip(other).map(|(a, b)| (a - b).abs() / a.max(b));
                prop_assert_eq!(told.relative, relative);
            }
            let sizes = found.differences.iter().filter_map(|told| told.relative);
            prop_assert!(sizes.collect::<Vec<_>>().is_sorted_by(|a, b| a >= b));
        }
    }

    #[test]
    fn rows_that_share_a_key_are_compared_as_wholes() {
        let row = |size| Measured {
            of: "a".to_owned(),
            times: 1,
            size: Some(size),
        };
        let found = compared(
            &[row(1.0), row(2.0), row(3.0)],
            &[row(3.0), row(1.0), row(2.5)],
            0.0,
        );
        assert_eq!((found.changed, found.vanished, found.appeared), (1, 0, 0));
        assert_eq!(found.differences[0].difference, Some(0.5));
        let found = compared(&[row(1.0), row(2.0)], &[row(2.0)], 0.0);
        assert_eq!((found.changed, found.vanished, found.appeared), (0, 1, 0));
    }

    #[test]
    fn a_tolerance_is_a_share_of_the_larger_number() {
        let row = |size| {
            [Measured {
                of: "a".to_owned(),
                times: 1,
                size: Some(size),
            }]
        };
        assert_eq!(compared(&row(99.0), &row(100.0), 0.011).changed, 0);
        assert_eq!(compared(&row(100.0), &row(99.0), 0.009).changed, 1);
        assert_eq!(
            compared(&row(-1.0), &row(1.0), 1.9).differences[0].relative,
            Some(2.0)
        );
        assert_eq!(compared(&row(f64::NAN), &row(f64::NAN), 0.0).changed, 0);
        assert_eq!(compared(&row(f64::NAN), &row(1.0), 2.0).changed, 1);
        assert_eq!(compared(&row(0.0), &row(-0.0), 0.0).changed, 0);
    }

    #[test]
    fn columns_that_one_side_lacks_are_told() {
        crate::table! {
            /// A measurement without its size.
            pub struct Fewer = "fewer" version 1 {
                /// Of what.
                of: String,
                /// How often, as text.
                times: String,
            }
        }
        let before = [Measured {
            of: "a".to_owned(),
            times: 1,
            size: None,
        }];
        let after = [Fewer {
            of: "a".to_owned(),
            times: "1".to_owned(),
        }];
        let read = |bytes: Vec<u8>| Content::read(bytes).unwrap();
        let before = read(to_parquet(&before, &Footer::default()).unwrap());
        let after = read(to_parquet(&after, &Footer::default()).unwrap());
        let found = table_differences("measured", &before, &after, 0.0).unwrap();
        let told: Vec<_> = found
            .differences
            .iter()
            .map(|row| (row.what.as_str(), row.column.as_deref().unwrap_or_default()))
            .collect();
        let expected = [
            ("column_vanished", "times"),
            ("column_vanished", "size"),
            ("column_appeared", "times"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn keys_of_pipelines_are_named_with_both_values() {
        let before = json!({
            "engraph": "0.1.0",
            "spec": {
                "seed": 1,
                "a": {"b": [1, 2], "c": true},
                "tasks": [{"name": "t", "steps": 3}],
            },
            "inputs": [{"name": "mine", "role": "edges", "sha256": "00"}],
        });
        let mut after = before.clone();
        assert_eq!(pipeline_changes(&before, &after), []);
        after["spec"]["a"]["b"] = json!([1]);
        after["spec"]["a"]["d"] = json!("new");
        after["spec"]["tasks"] = json!([{"name": "s", "steps": 1}, {"name": "t", "steps": 4}]);
        after["inputs"][0]["sha256"] = json!("01");
        after["engraph"] = json!("0.2.0");
        let changes = pipeline_changes(&before, &after);
        let told: Vec<_> = changes
            .iter()
            .map(|change| {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
                (
                    change.key.as_str(),
                    text(&change.before),
                    text(&change.after),
                )
            })
            .collect();
        let told: Vec<_> = told
            .iter()
            .map(|(key, a, b)| (*key, a.as_str(), b.as_str()))
            .collect();
        let expected = [
            ("a.b", "[1,2]", "[1]"),
            ("a.d", "-", "\"new\""),
            ("tasks.s", "-", "{\"name\":\"s\",\"steps\":1}"),
            ("tasks.t.steps", "3", "4"),
            ("inputs.mine.edges", "00", "01"),
            ("engraph", "\"0.1.0\"", "\"0.2.0\""),
        ];
        assert_eq!(told, expected);
    }
}
