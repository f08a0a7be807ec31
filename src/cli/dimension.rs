//! The command `engraph dimension`.

use std::path::PathBuf;

use super::failure::Failure;
use super::message::{Message, note, warning};
use super::output::OutputArgs;
use super::progress::Pulse;
use super::sentences;

use crate::dimension::{
    DimensionError, DimensionSurvey, Points, RECOMMENDED, Settings, theiler_window,
};
use crate::text::Hinted;
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Table of points: a row each, columns of numbers (CSV, TSV, Excel, Parquet, Feather, NumPy;
    /// also .gz, .zst).
    points: PathBuf,
    /// Estimators, or `recommended`; all where none is named.
    #[arg(long = "estimator", value_name = "NAME")]
    estimators: Vec<String>,
    /// Columns that are coordinates. Where none is named: all that hold numbers, but for those
    /// that count or date the rows (an index, `frame`, `time`, equal steps).
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// The array of an archive (.npz) that holds the points [default: the only one of two
    /// dimensions].
    #[arg(long, value_name = "NAME", conflicts_with = "recording")]
    array: Option<String>,
    /// One animal of a collection of recordings, `DATASET/WORM`; its columns are neurons, its rows
    /// times.
    #[arg(long, value_name = "NAME")]
    recording: Option<String>,
    /// Rows are times: points at most so many rows apart are no neighbours.
    #[arg(long, value_name = "ROWS", default_value_t = 0, value_parser = rows)]
    theiler: usize,
    /// Leave out intervals: much faster.
    #[arg(long)]
    no_intervals: bool,
    /// Seed of subsamples and permutations.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: OutputArgs,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// A number of rows; no table has more than 32 bits count.
fn rows(text: &str) -> Result<usize, String> {
    match text.parse::<u32>() {
        Ok(rows) => Ok(rows as usize),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let settings = Settings {
        theiler: args.theiler,
        seed: args.seed,
    };
    let named = DimensionSurvey::named(&args.estimators, settings).map_err(|error| {
        let others = error.hint().unwrap_or_default();
        Failure::usage((
            error.to_string(),
            format!("`{RECOMMENDED}` is the one to begin with; or {others}"),
        ))
    })?;
    let survey = DimensionSurvey {
        intervals: !args.no_intervals,
        ..named
    };
    let table = read(args)?;
    let (columns, rows) = (
        table.len(),
        table.first().map_or(0, |(_, values)| values.len()),
    );
    let values: Vec<f64> = (0..rows)
        .flat_map(|row| table.iter().map(move |(_, column)| column[row]))
        .collect();
    let _pulse = Pulse::new(format!(
        "dimension of {rows} points in {}",
        counted(columns, "column")
    ));
    super::arguments::in_threads(args.jobs, || {
        let fail = |error: DimensionError| {
            Failure::Failed(Message::from(error).about(args.points.display()))
        };
        let points = Points::new(&values, rows, columns).map_err(fail)?;
        warn(points, args.theiler);
        note_constant_columns(&table);
        let found = survey.rows(points).map_err(fail)?;
        output.emit_all(vec![
            output.form_with(&found, &sentences::of_dimension(&found))?,
        ])
    })
}

/// Reads the columns, and says which were taken where not all were.
#[cfg(feature = "files")]
fn read(args: &Args) -> Result<Vec<(String, Vec<f64>)>, Failure> {
    use crate::source::file::{read_array, read_series};
    let columns = args.columns.as_deref();
    let numbers = match &args.recording {
        Some(recording) => read_series(&args.points, Some(recording), columns),
        None => read_array(&args.points, args.array.as_deref(), columns),
    }
    .map_err(Failure::failed)?;
    let mut notes = numbers.notes().into_iter();
    if !numbers.left_out.is_empty()
        && let Some(last) = notes.next_back()
    {
        notes.by_ref().for_each(note);
        note((last, "`--columns` names others"));
    } else {
        notes.for_each(note);
    }
    Ok(numbers.columns)
}

#[cfg(not(feature = "files"))]
fn read(_: &Args) -> Result<Vec<(String, Vec<f64>)>, Failure> {
    Err(Failure::usage((
        "this build reads no user tables",
        "build with the feature `files`",
    )))
}

/// Names the columns that add nothing, unless all do.
fn note_constant_columns(table: &[(String, Vec<f64>)]) {
    let constant = |(_, values): &&(String, Vec<f64>)| values.iter().all(|v| *v == values[0]);
    let names: Vec<String> = table
        .iter()
        .filter(constant)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if names.is_empty() || names.len() == table.len() {
        return;
    }
    let more = match names.len().saturating_sub(20) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (columns, are) = if names.len() == 1 {
        ("column", "is")
    } else {
        ("columns", "are")
    };
    let shown = names[..names.len().min(20)].join(", ");
    note(format!("{columns} {shown}{more} {are} constant"));
}

/// Warns about properties of the points that make every estimate doubtful.
fn warn(points: Points, theiler: usize) {
    if theiler == 0
        && let Some(window) = theiler_window(points)
    {
        let text = "neighbouring rows are alike, as those of a time series are: then near in \
                    time passes for near in space";
        warning((text, format!("`--theiler {window}`")));
    }
}
