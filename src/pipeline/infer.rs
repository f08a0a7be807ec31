//! Running a network that a pipeline has trained on a series of the user's own.

use std::borrow::Cow;
use std::collections::HashSet;

use super::output::gathered_rows;
use super::run::{RunError, Silent, run};
use super::selection::{Extent, Part};
use super::spec::Spec;
use super::stages::{
    BuildError, InferenceRow, Inferred, NeuronRatesRow, inference_plan, resolved_tasks,
};
use super::store::{Store, StoreError};
use crate::statistics::mean_and_sd;
use crate::table::{Cells, Wide};
use crate::task::Shape;
use crate::text::Hinted;
use crate::text::plural::counted;
use crate::training::{CheckpointRow, RunKeys};

/// Which of the networks in a table of checkpoints is meant. What is `None` matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichNetwork {
    /// Name of the topology.
    pub topology: Option<String>,
    /// Name of the task.
    pub task: Option<String>,
    /// Seed.
    pub seed: Option<i64>,
    /// Bottleneck units.
    pub latent_units: Option<i32>,
}

/// Why a network cannot be run on a series.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// The table holds no network.
    #[error("the folder has no trained networks")]
    NoCheckpoints,
    /// No network of the table is the one that is asked for.
    #[error("no such network; there are {0}")]
    NoSuchNetwork(String),
    /// Several networks of the table may be meant.
    #[error("{count} networks may be meant: {names}")]
    Several {
        /// How many.
        count: usize,
        /// The first of them.
        names: String,
    },
    /// The pipeline has no such topology or task.
    #[error("the pipeline has no {what} `{name}`")]
    Unknown {
        /// What it lacks.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The series has another number of channels than the network.
    #[error("the network reads {wanted}, and the series has {given}")]
    Channels {
        /// Channels of the network.
        wanted: String,
        /// Channels of the series.
        given: String,
    },
    /// The series is shorter than a sequence.
    #[error("a sequence has {wanted} rows, and the series has {given}")]
    TooShort {
        /// Rows of a sequence.
        wanted: usize,
        /// Rows of the series.
        given: usize,
    },
    /// A channel of the series does not vary.
    #[error("the channel `{0}` is constant")]
    Constant(String),
    /// The pipeline cannot be laid out.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The network cannot be made.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The result cannot be read back.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Hinted for InferenceError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::NoCheckpoints => "run the pipeline with `training.engram.checkpoints = true`",
            Self::NoSuchNetwork(_) | Self::Several { .. } => {
                "name topology, task, seed and latent units"
            }
            Self::Unknown { .. } => "is the table of checkpoints of this pipeline?",
            Self::Channels { .. } => "choose columns",
            Self::TooShort { .. } => "give more rows",
            Self::Constant(_) => "leave it out, or choose other columns",
            Self::Build(error) => return error.hint(),
            Self::Run(error) => return error.hint(),
            Self::Store(error) => return error.hint(),
        };
        Some(hint.into())
    }
}

/// Columns by name, each with a value for every row.
pub type Series = [(String, Vec<f64>)];

/// How a series becomes the sequences that a network is run on, and what is kept of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequencing {
    /// Rows from one sequence to the next. Without it sequences follow each other end to end.
    pub stride: Option<usize>,
    /// Takes the values as they are. Else each channel is standardised over the whole series.
    pub raw: bool,
    /// Keeps the rates of all neurons at every step, which a perceptron does not have.
    pub rates: bool,
}

/// What a trained network made of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// One row for each sequence.
    pub sequences: Vec<InferenceRow>,
    /// The rates of all neurons, if [`Sequencing::rates`] asks for them: a row for each sequence,
    /// phase (`encoding`, then `decoding`) and step from 1, and a column for each neuron by its
    /// name after the columns `phase`, `sequence` and `step`.
    pub rates: Option<Wide>,
}

/// Runs one of the networks in `checkpoints`, which a run of `spec` has written, on a series: rows
/// are times, columns are channels. The series is cut into sequences of the length that the network
/// has learnt. What the topology is made of is computed into `store`.
///
/// # Errors
/// [`InferenceError`] if no or several networks are meant, or the series does not fit the one.
pub fn infer(
    spec: &Spec,
    checkpoints: &[CheckpointRow],
    which: &WhichNetwork,
    series: &Series,
    sequencing: Sequencing,
    store: &Store,
    jobs: usize,
) -> Result<Inference, InferenceError> {
    let keys = chosen(checkpoints, which)?;
    let parameters = checkpoints
        .iter()
        .filter(|row| row.keys == keys && row.quantity == "parameters")
        .map(|row| (row.group.clone(), row.values.clone()))
        .collect();
    let unknown = |what, name: &String| InferenceError::Unknown {
        what,
        name: name.clone(),
    };
    let task = resolved_tasks(spec)?
        .into_iter()
        .find(|task| task.name == keys.task)
        .ok_or_else(|| unknown("task", &keys.task))?;
    let shape = task.shape().ok_or_else(|| unknown("task", &keys.task))?;
    let (series, variance) = channels(&shape, series, sequencing.raw)?;
    let rows = series.first().map_or(0, Vec::len);
    let stride = sequencing.stride.unwrap_or(shape.steps).max(1);
    let topology = keys.topology.clone();
    let inferred = Inferred {
        keys,
        parameters,
        task,
        series,
        variance,
        firsts: (0..=rows - shape.steps).step_by(stride).collect(),
        rates: sequencing.rates,
    };
    let (plan, cell) =
        inference_plan(spec, inferred)?.ok_or_else(|| unknown("topology", &topology))?;
    let extent = Extent {
        part: Part::Cells(HashSet::from([plan.cell(cell).key.clone()])),
        ..Extent::default()
    };
    run(&plan, store, &extent, &[cell], jobs, &Silent)?;
    let sequences: Vec<InferenceRow> = plan.rows(store)?;
    let rates = match sequencing.rates {
        true => {
            let cell = plan.cell(cell);
            let neurons = gathered_rows(store, &[(cell.stage, &cell.key)])?;
            Some(wide(neurons, sequences.len()))
        }
        false => None,
    };
    Ok(Inference { sequences, rates })
}

/// The channels as a network of this shape reads them, and their mean variance.
fn channels(
    shape: &Shape,
    series: &Series,
    raw: bool,
) -> Result<(Vec<Vec<f64>>, f64), InferenceError> {
    let given = series.len();
    if given != shape.channels {
        return Err(InferenceError::Channels {
            wanted: counted(shape.channels, "channel"),
            given: counted(given, "column"),
        });
    }
    let rows = series.first().map_or(0, |(_, values)| values.len());
    if rows < shape.steps {
        return Err(InferenceError::TooShort {
            wanted: shape.steps,
            given: rows,
        });
    }
    let (mut read, mut variances) = (Vec::with_capacity(given), Vec::with_capacity(given));
    for (name, values) in series {
        let (mean, sd) = mean_and_sd(values);
        let is_constant = sd <= 1e-12 * mean.abs();
        if is_constant && !raw {
            return Err(InferenceError::Constant(name.clone()));
        }
        let (shift, scale) = if raw { (0.0, 1.0) } else { (mean, sd) };
        read.push(values.iter().map(|v| (v - shift) / scale).collect());
        variances.push(if is_constant {
            0.0
        } else {
            (sd / scale).powi(2)
        });
    }
    let variance = variances.iter().sum::<f64>() / given as f64;
    if variance == 0.0 {
        return Err(InferenceError::Constant(series[0].0.clone()));
    }
    Ok((read, variance))
}

/// The rates of neurons beside each other, over so many sequences.
fn wide(neurons: Vec<NeuronRatesRow>, sequences: usize) -> Wide {
    const PHASES: [&str; 2] = ["encoding", "decoding"];
    let rows = neurons.first().map_or(0, |neuron| neuron.rates.len());
    let steps = rows / (2 * sequences).max(1);
    let (mut phase, mut sequence, mut step) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        phase.push(PHASES[row / steps % 2].to_owned());
        sequence.push((row / (2 * steps)) as i64 + 1);
        step.push((row % steps) as i64 + 1);
    }
    let mut columns = vec![
        ("phase".to_owned(), Cells::Texts(phase)),
        ("sequence".to_owned(), Cells::Counts(sequence)),
        ("step".to_owned(), Cells::Counts(step)),
    ];
    let of_neurons = neurons.into_iter();
    columns.extend(of_neurons.map(|row| (row.neuron, Cells::Numbers(row.rates))));
    Wide {
        name: "rates",
        columns,
    }
}

/// The one network that is meant.
fn chosen(checkpoints: &[CheckpointRow], which: &WhichNetwork) -> Result<RunKeys, InferenceError> {
    let mut all: Vec<&RunKeys> = Vec::new();
    for row in checkpoints {
        if !all.contains(&&row.keys) {
            all.push(&row.keys);
        }
    }
    if all.is_empty() {
        return Err(InferenceError::NoCheckpoints);
    }
    let fits = |keys: &&&RunKeys| {
        which
            .topology
            .as_ref()
            .is_none_or(|name| *name == keys.topology)
            && which.task.as_ref().is_none_or(|name| *name == keys.task)
            && which.seed.is_none_or(|seed| seed == keys.seed)
            && which
                .latent_units
                .is_none_or(|units| Some(units) == keys.latent_units)
    };
    let fitting: Vec<&RunKeys> = all.iter().filter(fits).copied().collect();
    match fitting[..] {
        [one] => Ok(one.clone()),
        [] => Err(InferenceError::NoSuchNetwork(named(&all))),
        _ => Err(InferenceError::Several {
            count: fitting.len(),
            names: named(&fitting),
        }),
    }
}

/// The first few networks in words.
fn named(all: &[&RunKeys]) -> String {
    const MOST: usize = 5;
    let one = |keys: &&RunKeys| {
        let units = match keys.latent_units {
            Some(units) => counted(units, "unit"),
            None => "no bottleneck".to_owned(),
        };
        let (topology, task, seed) = (&keys.topology, &keys.task, keys.seed);
        format!("{topology} on {task} with {units}, seed {seed}")
    };
    let mut names: Vec<String> = all.iter().take(MOST).map(one).collect();
    if all.len() > MOST {
        names.push(format!("{} more", all.len() - MOST));
    }
    names.join("; ")
}
