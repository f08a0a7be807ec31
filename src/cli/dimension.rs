//! The command `engraph dimension`.

use super::failure::Failure;
use super::message::{Message, note, warning};
use super::output::OutputArgs;
use super::progress::Pulse;
use super::sentences;
use super::traces::Traces;

use crate::dimension::{
    DimensionError, DimensionSurvey, Points, RECOMMENDED, Settings, theiler_window,
};
use crate::text::Hinted;
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    traces: Traces,
    /// Estimators, or `recommended`; all where none is named.
    #[arg(long = "estimator", value_name = "NAME")]
    estimators: Vec<String>,
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
    let table = args.traces.read()?;
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
            Failure::Failed(Message::from(error).about(args.traces.path().display()))
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
