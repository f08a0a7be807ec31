//! The check of a task, and what comes out of it: a complete task that knows its dimension.

use serde::{Deserialize, Serialize, Serializer};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use super::config::{Recall, TaskConfig};
use super::error::{TaskConfigError, TaskError};
use super::family::{Dimension, Family};
use super::kind::TaskKind;
use super::series::SeriesFile;
use super::shape::Shape;

/// Most values of a sequence.
const LARGEST_SEQUENCE: usize = 1 << 16;

/// A task that was found to be right by [`TaskConfig::check`], with every default filled in.
///
/// It reads as the [`TaskConfig`] that it was made of, and is written and read in the same form.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "toml::Table")]
pub struct CheckedTask {
    config: TaskConfig,
    family: Arc<dyn Family>,
    shape: Option<Shape>,
}

impl TaskConfig {
    /// Checks every key but the name, and fills in what was left to the kind. Of a series without
    /// `columns`, the channels stay open until it is [`resolved`](CheckedTask::resolved).
    ///
    /// # Errors
    /// The first key that is out of range.
    pub fn check(mut self) -> Result<CheckedTask, TaskConfigError> {
        let family = self.kind.family()?;
        if let Some(channels) = family.channels() {
            self.channels = Some(channels.settle("channels", self.channels)?);
        }
        let steps = family.steps().settle("steps", self.steps)?;
        self.steps = Some(steps);
        let values = self.channels.unwrap_or(1).saturating_mul(steps);
        if !(1..=LARGEST_SEQUENCE).contains(&values) {
            let message = format!("channels x steps is {values}, expected 1 to {LARGEST_SEQUENCE}");
            return Err(TaskConfigError::new("steps", message));
        }
        let shape = self.channels.map(|channels| Shape { channels, steps });
        if let Some(shape) = shape {
            family.fit(shape)?;
        }
        if self.recall == Recall::Previous && steps < 2 {
            let message = "there is no previous frame in sequences of one step";
            return Err(TaskConfigError::new("recall", message));
        }
        if let Some(snr) = self.latent_snr
            && !(snr.is_finite() && snr > 0.0)
        {
            let message = format!("{snr} is no number above 0");
            return Err(TaskConfigError::new("latent_snr", message));
        }
        Ok(CheckedTask {
            config: self,
            family,
            shape,
        })
    }
}

impl CheckedTask {
    pub(super) fn family(&self) -> &dyn Family {
        &*self.family
    }

    /// Channels and steps; `None` as long as the channels are columns of a table that was not read
    /// ([`Self::resolved`]).
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// Intrinsic dimension of the set of sequences; `None` where there is none (noise, bits, tunes)
    /// or none is known.
    #[must_use]
    pub fn true_dimension(&self) -> Option<f64> {
        match self.family.dimension() {
            Dimension::Known { intrinsic, .. } => Some(intrinsic),
            Dimension::Noise | Dimension::Bits(_) | Dimension::RankOrder | Dimension::Unknown => {
                None
            }
        }
    }

    /// Real units that a continuous code needs to tell all sequences apart, without noise; `None`
    /// where there is no [`Self::true_dimension`]. More than that for closed manifolds and
    /// attractors.
    #[must_use]
    pub fn embedding_dimension(&self) -> Option<usize> {
        match self.family.dimension() {
            Dimension::Known { units, .. } => Some(units),
            Dimension::Noise | Dimension::Bits(_) | Dimension::RankOrder | Dimension::Unknown => {
                None
            }
        }
    }

    /// Number of independent white sources, for a task of the kind `capacity`.
    #[must_use]
    pub fn sources(&self) -> Option<usize> {
        if let TaskKind::Capacity { sources } = self.config.kind {
            Some(sources)
        } else {
            None
        }
    }

    /// Bits per sequence, for T6.
    #[must_use]
    pub fn bits(&self) -> Option<usize> {
        match self.family.dimension() {
            Dimension::Bits(rank) => rank.or(self.shape.map(Shape::values)),
            Dimension::Noise
            | Dimension::Known { .. }
            | Dimension::RankOrder
            | Dimension::Unknown => None,
        }
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
        match self.family.dimension() {
            Dimension::Noise => "no latent variables: noise".to_owned(),
            Dimension::Known { intrinsic, units } if intrinsic != units as f64 => {
                format!("true dimension {intrinsic}, embedded in {units}")
            }
            Dimension::Known { intrinsic, .. } => format!("true dimension {intrinsic}"),
            Dimension::Bits(_) => match self.bits() {
                Some(bits) => format!("{bits} bits per sequence"),
                None => "no known dimension".to_owned(),
            },
            Dimension::RankOrder => "no known dimension: rank order only".to_owned(),
            Dimension::Unknown => "no known dimension".to_owned(),
        }
    }

    /// Whether training and test sequences are the same few: then the error measures memory, not
    /// generalisation.
    #[must_use]
    pub fn recalls_training_set(&self) -> bool {
        self.family.recalls_training_set()
    }

    /// The table of a series; `None` for all other kinds.
    #[must_use]
    pub fn file(&self) -> Option<&SeriesFile> {
        if let TaskKind::Series { file, .. } = &self.config.kind {
            Some(file)
        } else {
            None
        }
    }

    /// The same task with the table of its series at `path`; other kinds stay as they are.
    ///
    /// # Errors
    /// None that the task itself did not have: a path is not part of the check.
    pub fn with_path(&self, path: PathBuf) -> Result<Self, TaskConfigError> {
        let mut config = self.config.clone();
        if let TaskKind::Series { file, .. } = &mut config.kind {
            *file = path.into();
        }
        config.check()
    }

    /// The same task with what only its file tells: the hash of the content and the number of
    /// channels. Kinds without a file stay as they are.
    ///
    /// # Errors
    /// [`TaskError`], if the file of a series cannot be read, or its columns are not the channels
    /// that the task gives.
    pub fn resolved(&self) -> Result<Self, TaskError> {
        let mut config = self.config.clone();
        if let TaskKind::Series {
            file,
            recording,
            columns,
            ..
        } = &mut config.kind
        {
            file.content = Some(file.fingerprint()?);
            let table = file.read(recording.as_deref(), columns.as_deref())?;
            table.warn();
            config.channels = Some(table.channels(config.channels)?);
        }
        Ok(config.check()?)
    }
}

impl Deref for CheckedTask {
    type Target = TaskConfig;

    fn deref(&self) -> &TaskConfig {
        &self.config
    }
}

/// What a config says decides all else.
impl PartialEq for CheckedTask {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config
    }
}

impl Serialize for CheckedTask {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.config.serialize(serializer)
    }
}

impl TryFrom<toml::Table> for CheckedTask {
    type Error = TaskConfigError;

    /// Reads a task and checks it.
    fn try_from(table: toml::Table) -> Result<Self, TaskConfigError> {
        TaskConfig::try_from(table)?.check()
    }
}
