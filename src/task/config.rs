//! A task as people write it.

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;

/// What the decoder is fed while it reproduces a sequence.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
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

/// A task as people write it: a kind with its settings, and the keys that every task can have.
///
/// In TOML and JSON it is one flat table, `kind` being a word beside all other keys. A key that is
/// unknown or does not apply to the kind is refused when the table is read; whether the values fit
/// each other is found by [`check`](Self::check), which gives the only form that a
/// [`Task`](super::Task) is made of.
///
/// ```
/// use engraph::task::{TaskConfig, TaskKind};
/// let config: TaskConfig = toml::from_str("name = 'ball'\nkind = 'sphere'\ndimension = 3")?;
/// assert!(matches!(config.kind, TaskKind::Sphere { dimension: 3, .. }));
/// let sphere = config.check()?;
/// assert_eq!((sphere.true_dimension(), sphere.embedding_dimension()), (Some(3.0), Some(4)));
/// let error = TaskConfig::new("flat", TaskKind::Linear { dimension: 0 }).check().unwrap_err();
/// assert_eq!(error.key, "dimension");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "toml::Table")]
pub struct TaskConfig {
    /// Name used in tables.
    pub name: String,
    /// Family of sequences, with what it alone can be told.
    pub kind: TaskKind,
    /// Channels per step: 8 by default, 3 for `three_bits`, 13 for `melody`, the number of columns
    /// for `series`.
    pub channels: Option<usize>,
    /// Steps per sequence: 16 by default, 24 for `three_bits`, 32 for `melody`.
    pub steps: Option<usize>,
    /// What the decoder is fed.
    pub recall: Recall,
    /// Signal-to-noise ratio of the latent units, a ratio of powers above 0: in training and test
    /// each unit is squashed by `tanh`, to a power of at most 1, and gets normal noise of variance
    /// one over this. No noise where absent.
    pub latent_snr: Option<f64>,
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
        }
    }
}
