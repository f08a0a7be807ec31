//! The command `engraph diff`.

use std::path::PathBuf;

use super::failure::Failure;
use super::output::{Format, OutputArgs, deliver};
use crate::report::difference::{Comparison, DifferenceRow, TableComparison, compare};
use crate::table::text::short;
use crate::text::plain;
use crate::text::plural::counted;

/// Most differences of a table that are shown without `--all`.
const MOST_SHOWN: usize = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Report folder, or Parquet file, of before.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// Report folder, or Parquet file, of after.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Numbers that differ by no more than this share of the larger one are equal.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    tolerance: f64,
    /// Show all differences of a table, not the ten largest alone.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Compares two report folders or tables. Differences are the answer, and the exit code says
/// whether there are any.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if !(0.0..=2.0).contains(&args.tolerance) {
        return Err(Failure::usage((
            format!("`--tolerance {}` is no share", args.tolerance),
            "give a number such as 1e-9, from 0 to 2",
        )));
    }
    let output = args.output.checked()?;
    if output.format != Format::Table {
        output.check_several()?;
    }
    let found = compare(&args.before, &args.after, args.tolerance).map_err(Failure::usage)?;
    match output.format {
        Format::Table => deliver(plain(&words(args, &found)).as_bytes(), output.out)?,
        Format::Json | Format::Csv | Format::Tsv | Format::Parquet => {
            let tables = vec![
                output.form(&found.differences())?,
                output.form(&found.pipeline)?,
            ];
            output.emit_all(tables)?;
        }
    }
    match found.is_equal() {
        true => Ok(()),
        false => Err(Failure::Differs),
    }
}

/// The differences in sentences.
fn words(args: &Args, found: &Comparison) -> String {
    let mut text = String::new();
    if !found.pipeline.is_empty() {
        text += "what the runs differ in\n";
        for change in &found.pipeline {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            text += &format!(
                "  {}: {} -> {}\n",
                change.key,
                shown(&change.before),
                shown(&change.after)
            );
        }
    }
    let differ: Vec<&TableComparison> = found
        .tables
        .iter()
        .filter(|table| !table.differences.is_empty())
        .collect();
    for table in &differ {
        text += &of_table(table, args.all);
    }
    let tables = counted(found.tables.len(), "table");
    text += &match differ.len() {
        0 => {
            let rows = found
                .tables
                .iter()
                .map(|table| table.rows[0])
                .sum::<usize>();
            format!("no difference in {} of {tables}\n", counted(rows, "row"))
        }
        differ => format!("{differ} of {tables} differ\n"),
    };
    if found.pipeline.is_empty() && !differ.is_empty() && args.before.is_dir() {
        text += "the runs had the same pipeline, inputs and version of engraph\n";
    }
    text
}

fn of_table(table: &TableComparison, all: bool) -> String {
    let mut text = match table.rows {
        [0, 0] => format!("{}\n", table.table),
        [before, after] => {
            let counts = [
                (table.changed, "changed"),
                (table.vanished, "vanished"),
                (table.appeared, "appeared"),
            ];
            let counts: Vec<String> = counts
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
            let counts = match counts.is_empty() {
                true => String::new(),
                false => format!(": {}", counts.join(", ")),
            };
            format!(
                "{}: {} -> {after}{counts}\n",
                table.table,
                counted(before, "row")
            )
        }
    };
    let most = if all { usize::MAX } else { MOST_SHOWN };
    for row in table.differences.iter().take(most) {
        text += &format!("  {}\n", of_row(row));
    }
    let left = table.differences.len().saturating_sub(most);
    if left > 0 {
        text += &format!(
            "  and {} (--all shows them)\n",
            counted(left, "smaller difference")
        );
    }
    text
}

fn of_row(row: &DifferenceRow) -> String {
    let what = row.what.replace('_', " ");
    let column = row.column.as_deref().unwrap_or_default();
    let Some(of) = &row.row else {
        return format!("{what} {column}").trim_end().to_owned();
    };
    if column.is_empty() {
        return format!("{what}: {of}");
    }
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    let size = match (row.difference, row.relative) {
        (Some(by), Some(relative)) => {
            format!(
                " ({}{}, {} %)",
                if by > 0.0 { "+" } else { "" },
                short(by),
                short(100.0 * relative)
            )
        }
        _ => String::new(),
    };
    format!(
        "{column}: {} -> {}{size} in {of}",
        shown(&row.before),
        shown(&row.after)
    )
}
