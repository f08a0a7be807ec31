//! A task as people write it, its check and its defaults.

use serde::{Deserialize, Serialize};

use super::attractor::System;
use super::code::LARGEST_RANK;
use super::error::{TaskConfigError, TaskError};
use super::family::{ClosedManifold, LatentFunction, Nonlinearity, Shape, TaskFamily};
use super::kind::TaskKind;
use super::melody::{self, TUNES};
use super::series::SeriesFile;
use crate::text::suggest;

/// Most values of a sequence.
const LARGEST_SEQUENCE: usize = 1 << 16;
/// Longest time between two steps of an attractor, so that a batch ends.
const LONGEST_INTERVAL: f64 = 10.0;
/// Part of the rows of a time series that is held out.
const TEST_FRACTION: f64 = 0.2;

/// What the decoder is fed while it reproduces a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recall {
    /// Nothing: the latent alone makes the whole sequence.
    #[default]
    Reconstruct,
    /// The frame before: in training the true one (teacher forcing), in the test the true one and,
    /// as a second measure, its own. The latent then needs to hold only what the past does not
    /// tell.
    Previous,
}

/// A task: a kind, what that kind needs, and the shape of its sequences. Keys that do not apply to
/// the kind are errors.
///
/// ```
/// use engraph::task::{TaskConfig, TaskKind};
/// let sphere = TaskConfig { dimension: Some(3), ..TaskConfig::new("sphere_m3", TaskKind::Sphere) };
/// let family = sphere.check()?;
/// assert_eq!((family.true_dimension(), family.embedding_dimension()), (Some(3.0), Some(4)));
/// let error = TaskConfig { rank: Some(3), ..sphere }.check().unwrap_err();
/// assert_eq!(error.key, "rank");
/// # Ok::<(), engraph::task::TaskConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskConfig {
    /// Name used in tables.
    pub name: String,
    /// Family of sequences.
    pub kind: TaskKind,
    /// Channels per step: 8 by default, 3 for `three_bits`, 13 for `melody`, the number of columns
    /// for `series`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Steps per sequence: 16 by default, 24 for `three_bits`, 32 for `melody`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// What the decoder is fed.
    #[serde(default)]
    pub recall: Recall,
    /// Signal-to-noise ratio of the latent units, a ratio of powers above 0: in training and test
    /// each unit is squashed by `tanh`, to a power of at most 1, and gets normal noise of variance
    /// one over this. No noise where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latent_snr: Option<f64>,
    /// Number of latent variables of `linear`, `manifold`, `smooth`; dimension of a `sphere`, 2 by
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<usize>,
    /// What follows the linear map of `circle`, `torus`, `sphere`: `tanh` (default) or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonlinearity: Option<Nonlinearity>,
    /// Time between two steps of `lorenz` (0.05 by default), `rossler` and `limit_cycle` (0.4), in
    /// the unit of their equations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<f64>,
    /// Dimension of the code of `codewords`, in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Tunes of a `melody` by name, at least two; all by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunes: Option<Vec<String>>,
    /// Table of a `series`: relative to the pipeline's file, or a name of its `sources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<SeriesFile>,
    /// Which animal, `DATASET/WORM`, where the table is a collection of recordings; its `columns`
    /// are neurons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// Columns of the table that are channels; all that hold numbers by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Part of the rows of a `series`, at the end, that is held out; 0.2 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_fraction: Option<f64>,
}

impl TaskConfig {
    /// A task with nothing but a name and a kind.
    #[must_use]
    pub fn new(name: &str, kind: TaskKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            channels: None,
            steps: None,
            recall: Recall::default(),
            latent_snr: None,
            dimension: None,
            nonlinearity: None,
            interval: None,
            rank: None,
            tunes: None,
            file: None,
            recording: None,
            columns: None,
            test_fraction: None,
        }
    }

    /// Channels and steps, with defaults; `None` as long as the channels are columns of a table
    /// that was not read ([`Self::resolved`]).
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        let (channels, steps) = match self.kind {
            TaskKind::ThreeBits => (Some(3), 24),
            TaskKind::Melody => (Some(melody::CHANNELS), 32),
            TaskKind::Series => (self.columns.as_ref().map(Vec::len), 16),
            _ => (Some(8), 16),
        };
        Some(Shape {
            channels: self.channels.or(channels)?,
            steps: self.steps.unwrap_or(steps),
        })
    }

    /// Checks every key but the name, and gathers what the kind needs.
    ///
    /// # Errors
    /// The first key that is missing, out of range, or does not apply to the kind.
    pub fn check(&self) -> Result<TaskFamily, TaskConfigError> {
        self.check_keys()?;
        let family = self.family()?;
        self.check_shape(&family)?;
        if let Some(snr) = self.latent_snr
            && !(snr.is_finite() && snr > 0.0)
        {
            return fail("latent_snr", format!("{snr} is no number above 0"));
        }
        Ok(family)
    }

    /// Refuses keys of other kinds.
    fn check_keys(&self) -> Result<(), TaskConfigError> {
        let kind = self.kind;
        // A dimension of 0 is true of what has no latents.
        let dimension = self
            .dimension
            .is_some_and(|m| m > 0 || kind.keys().contains(&"dimension"));
        for (key, given) in [
            ("dimension", dimension),
            ("nonlinearity", self.nonlinearity.is_some()),
            ("interval", self.interval.is_some()),
            ("rank", self.rank.is_some()),
            ("tunes", self.tunes.is_some()),
            ("file", self.file.is_some()),
            ("recording", self.recording.is_some()),
            ("columns", self.columns.is_some()),
            ("test_fraction", self.test_fraction.is_some()),
        ] {
            if given && !kind.keys().contains(&key) {
                let takes = TaskKind::ALL
                    .iter()
                    .filter(|k| k.keys().contains(&key))
                    .map(|k| format!("`{k}`"));
                let takes = takes.collect::<Vec<_>>().join(", ");
                return fail(
                    key,
                    format!("does not apply to a task of kind `{kind}`\n  hint: {takes} take it"),
                );
            }
        }
        Ok(())
    }

    fn family(&self) -> Result<TaskFamily, TaskConfigError> {
        let latents = |function| {
            let dimension = self.needed("dimension", self.dimension)?;
            Ok(TaskFamily::Latents {
                function,
                dimension,
            })
        };
        let closed = |manifold| {
            Ok(TaskFamily::Closed {
                manifold,
                nonlinearity: self.nonlinearity.unwrap_or_default(),
            })
        };
        let attractor = |system: System| {
            let interval = self.interval.unwrap_or(system.default_interval());
            if !(interval > 0.0 && interval <= LONGEST_INTERVAL) {
                return fail(
                    "interval",
                    format!("{interval} is not above 0 and at most {LONGEST_INTERVAL}"),
                );
            }
            Ok(TaskFamily::Attractor { system, interval })
        };
        match self.kind {
            TaskKind::White => Ok(TaskFamily::White),
            TaskKind::Constant => Ok(TaskFamily::Constant),
            TaskKind::Linear => latents(LatentFunction::Linear),
            TaskKind::Manifold => latents(LatentFunction::Manifold),
            TaskKind::Smooth => latents(LatentFunction::Smooth),
            TaskKind::Circle => closed(ClosedManifold::Sphere { dimension: 1 }),
            TaskKind::Torus => closed(ClosedManifold::Torus),
            TaskKind::Sphere => closed(ClosedManifold::Sphere {
                dimension: self.dimension.unwrap_or(2),
            }),
            TaskKind::Lorenz => attractor(System::Lorenz),
            TaskKind::Rossler => attractor(System::Rossler),
            TaskKind::LimitCycle => attractor(System::VanDerPol),
            TaskKind::Binary | TaskKind::ThreeBits => Ok(TaskFamily::Bits { rank: None }),
            TaskKind::Codewords => Ok(TaskFamily::Bits {
                rank: Some(self.needed("rank", self.rank)?),
            }),
            TaskKind::Melody => self.melody(),
            TaskKind::Series => self.series(),
        }
    }

    fn melody(&self) -> Result<TaskFamily, TaskConfigError> {
        let Some(names) = &self.tunes else {
            return Ok(TaskFamily::Melody {
                tunes: TUNES.iter().collect(),
            });
        };
        let mut tunes = Vec::new();
        for name in names {
            let Some(tune) = TUNES.iter().find(|tune| tune.name == name) else {
                let known = || TUNES.iter().map(|tune| tune.name);
                let hint = suggest::hint(name, known()).unwrap_or_else(|| {
                    format!(
                        "\n  hint: the tunes are {}",
                        known().collect::<Vec<_>>().join(", ")
                    )
                });
                return fail("tunes", format!("there is no tune `{name}`{hint}"));
            };
            if tunes.contains(&tune) {
                return fail("tunes", format!("`{name}` is named twice"));
            }
            tunes.push(tune);
        }
        if tunes.len() < 2 {
            return fail(
                "tunes",
                "name at least two tunes: of one, nothing has to be stored".to_owned(),
            );
        }
        Ok(TaskFamily::Melody { tunes })
    }

    fn series(&self) -> Result<TaskFamily, TaskConfigError> {
        let file = self.needed("file", self.file.clone())?;
        let (recording, columns) = (self.recording.clone(), self.columns.clone());
        if let Some(columns) = &self.columns {
            if columns.is_empty() {
                return fail(
                    "columns",
                    "is empty\n  hint: leave it out to take all columns that hold numbers"
                        .to_owned(),
                );
            }
            if let Some((_, twice)) = columns
                .iter()
                .enumerate()
                .find(|(i, c)| columns[..*i].contains(c))
            {
                return fail("columns", format!("`{twice}` is named twice"));
            }
        }
        let test_fraction = self.test_fraction.unwrap_or(TEST_FRACTION);
        if !(test_fraction > 0.0 && test_fraction < 1.0) {
            return fail(
                "test_fraction",
                format!("{test_fraction} is not above 0 and below 1"),
            );
        }
        Ok(TaskFamily::Series {
            file,
            recording,
            columns,
            test_fraction,
        })
    }

    /// Whether sequences have a shape that the family allows.
    fn check_shape(&self, family: &TaskFamily) -> Result<(), TaskConfigError> {
        let Some(shape) = self.shape() else {
            let steps = self.steps.unwrap_or(16);
            return if (1..=LARGEST_SEQUENCE).contains(&steps) {
                self.check_recall(steps)
            } else {
                out_of_range(steps)
            };
        };
        let given = Self {
            channels: None,
            steps: None,
            ..self.clone()
        }
        .shape();
        for (key, value, fixed) in [
            (
                "channels",
                shape.channels,
                matches!(
                    self.kind,
                    TaskKind::ThreeBits | TaskKind::Melody | TaskKind::Series
                ),
            ),
            ("steps", shape.steps, self.kind == TaskKind::ThreeBits),
        ] {
            let expected = given.map(|g| {
                if key == "channels" {
                    g.channels
                } else {
                    g.steps
                }
            });
            if let Some(expected) = expected.filter(|e| fixed && *e != value) {
                return fail(
                    key,
                    format!("is {value}, but this task has {expected}\n  hint: leave it out"),
                );
            }
        }
        let values = shape.channels.saturating_mul(shape.steps);
        if !(1..=LARGEST_SEQUENCE).contains(&values) {
            return out_of_range(values);
        }
        if let Some(longest) = family.longest().filter(|longest| *longest < shape.steps) {
            return fail(
                "steps",
                format!(
                    "the shortest of the tunes has {longest} steps, less than {}",
                    shape.steps
                ),
            );
        }
        self.check_recall(shape.steps)?;
        match *family {
            TaskFamily::Latents { dimension, .. } if dimension == 0 || dimension > values => fail(
                "dimension",
                format!("{dimension} latents do not fit {values} values"),
            ),
            TaskFamily::Closed { manifold, .. }
                if manifold.dimension() == 0 || manifold.dimension() >= values =>
            {
                let key = if self.kind == TaskKind::Sphere {
                    "dimension"
                } else {
                    "steps"
                };
                fail(key, format!("{manifold} does not fit {values} values"))
            }
            TaskFamily::Attractor { system, .. } if system.variables() > values => fail(
                "steps",
                format!(
                    "{values} values cannot show {} variables",
                    system.variables()
                ),
            ),
            TaskFamily::Bits { rank: Some(rank) }
                if !(2..=values.min(LARGEST_RANK)).contains(&rank) =>
            {
                fail(
                    "rank",
                    format!(
                        "{rank} is not from 2 to {}, for {values} bits",
                        values.min(LARGEST_RANK)
                    ),
                )
            }
            TaskFamily::Bits { .. } if values < 2 => fail(
                "steps",
                "a sequence of one bit leaves none to hold out".into(),
            ),
            _ => Ok(()),
        }
    }

    fn check_recall(&self, steps: usize) -> Result<(), TaskConfigError> {
        if self.recall == Recall::Previous && steps < 2 {
            return fail(
                "recall",
                "there is no previous frame in sequences of one step".to_owned(),
            );
        }
        Ok(())
    }

    /// The same task with the defaults of its kind filled in. Of a series, the channels stay open
    /// until it is [`Self::resolved`].
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn completed(&self) -> Result<Self, TaskConfigError> {
        let family = self.check()?;
        let mut complete = self.clone();
        complete.channels = self.shape().map(|shape| shape.channels);
        complete.steps = complete.steps.or(Self {
            channels: Some(1),
            ..self.clone()
        }
        .shape()
        .map(|shape| shape.steps));
        match family {
            TaskFamily::Closed {
                manifold,
                nonlinearity,
            } => {
                complete.nonlinearity = Some(nonlinearity);
                complete.dimension =
                    (self.kind == TaskKind::Sphere).then_some(manifold.dimension());
            }
            TaskFamily::Attractor { interval, .. } => complete.interval = Some(interval),
            TaskFamily::Melody { tunes } => {
                complete.tunes = Some(tunes.iter().map(|t| t.name.to_owned()).collect())
            }
            TaskFamily::Series { test_fraction, .. } => {
                complete.test_fraction = Some(test_fraction)
            }
            TaskFamily::White | TaskFamily::Constant | TaskFamily::Bits { .. } => {
                complete.dimension = None
            }
            TaskFamily::Latents { .. } => {}
        }
        Ok(complete)
    }

    /// The same task, complete, with what only its file tells: the hash of the content and the
    /// number of channels. Of other kinds [`Self::completed`].
    ///
    /// # Errors
    /// [`TaskError`], if a key is wrong or the file of a series cannot be read.
    pub fn resolved(&self) -> Result<Self, TaskError> {
        let mut complete = self.completed()?;
        if let Some(file) = &mut complete.file {
            file.content = Some(file.fingerprint()?);
            let table = file.read(self.recording.as_deref(), self.columns.as_deref())?;
            complete.channels = Some(table.columns.len());
            if let Some(channels) = self
                .channels
                .filter(|&channels| channels != table.columns.len())
            {
                let message = format!(
                    "is {channels}, but the table has {} columns of numbers",
                    table.columns.len()
                );
                return Err(TaskConfigError {
                    key: "channels",
                    message,
                }
                .into());
            }
        }
        Ok(complete)
    }

    fn needed<T>(&self, key: &'static str, value: Option<T>) -> Result<T, TaskConfigError> {
        let message = || format!("is missing: a task of kind `{}` needs it", self.kind);
        value.ok_or_else(|| TaskConfigError {
            key,
            message: message(),
        })
    }

    /// Intrinsic dimension of the set of sequences; `None` where there is none or none is known,
    /// and for a task that fails its check. See [`TaskFamily::true_dimension`].
    #[must_use]
    pub fn true_dimension(&self) -> Option<f64> {
        self.check().ok()?.true_dimension()
    }

    /// Real units that a continuous code needs; see [`TaskFamily::embedding_dimension`].
    #[must_use]
    pub fn embedding_dimension(&self) -> Option<usize> {
        self.check().ok()?.embedding_dimension()
    }

    /// Bits per sequence, for T6.
    #[must_use]
    pub fn bits(&self) -> Option<usize> {
        self.check().ok()?.bits(self.shape()?)
    }

    /// Fewest units that can carry the bits of a sequence when their signal-to-noise ratio is
    /// `snr`, a ratio of powers: `ceil(2 bits / log2(1 + snr))`, from the capacity `k/2 log2(1 +
    /// snr)` of `k` such channels (Shannon 1949). `None` but for T6, and where `snr` is not above
    /// 0.
    #[must_use]
    pub fn sufficient_units(&self, snr: f64) -> Option<usize> {
        let bits = self.bits()?;
        (snr > 0.0)
            .then(|| (2.0 * bits as f64 * std::f64::consts::LN_2 / snr.ln_1p()).ceil() as usize)
    }

    /// What is known of the dimension, in words.
    #[must_use]
    pub fn known_dimension(&self) -> String {
        if self.kind == TaskKind::White {
            return "no latent variables: noise".to_owned();
        }
        match (
            self.true_dimension(),
            self.embedding_dimension(),
            self.bits(),
        ) {
            (Some(m), Some(units), _) if m != units as f64 => {
                format!("true dimension {m}, embedded in {units}")
            }
            (Some(m), ..) => format!("true dimension {m}"),
            (_, _, Some(bits)) => format!("{bits} bits per sequence"),
            _ if self.kind == TaskKind::Melody => "no known dimension: rank order only".to_owned(),
            _ => "no known dimension".to_owned(),
        }
    }
}

fn fail<T>(key: &'static str, message: String) -> Result<T, TaskConfigError> {
    Err(TaskConfigError { key, message })
}

fn out_of_range<T>(values: usize) -> Result<T, TaskConfigError> {
    fail(
        "steps",
        format!("channels x steps is {values}, expected 1 to {LARGEST_SEQUENCE}"),
    )
}
