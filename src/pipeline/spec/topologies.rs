//! The section `[topologies]`: the wirings that are trained, and their nulls and controls.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_range};
use super::motifs::check_swaps;
use super::species::{MOST_REPLICATES, SpeciesSpec};
use crate::connectome::SignModel;
use crate::null_model::{MOST_NULLS, NullModel, SWAPS_PER_EDGE};
use crate::source::bundled;
use crate::task::CheckedTask;
use crate::text::suggest;
use crate::training::PERCEPTRON;
use crate::training::homeostatic::FULLY_CONNECTED;

/// Most hidden units of the perceptron.
const MOST_HIDDEN: u32 = 1 << 20;

/// Which wirings become networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TopologySpec {
    /// Observed connectomes to train. Without it, all connectomes of the pipeline are trained.
    pub connectomes: Option<Vec<String>>,
    /// Number of neurons of the parts that are trained instead of whole connectomes, so that
    /// connectomes are compared at the same size.
    pub matched_neurons: Option<u32>,
    /// Number of parts drawn from each connectome, if `matched_neurons` is given.
    pub matched_replicates: u32,
    /// Species-like topologies to train: names of presets, or tables with `preset`.
    pub species: Vec<SpeciesSpec>,
    /// Sign model of the observed connectomes.
    pub sign_model: SignModel,
    /// Number of nulls of each observed or species-like topology.
    pub nulls: u32,
    /// Null model, which says what a null keeps of its topology.
    pub null_model: NullModel,
    /// Attempted swaps per edge when a null is drawn.
    pub swaps_per_edge: f64,
    /// With how many seeds each null is trained.
    pub null_training: NullTraining,
    /// Tasks on which nulls are trained and topologies compared with them. Without it, all tasks
    /// are.
    pub null_tasks: Option<Vec<String>>,
    /// Connectomes for each of which a fully connected control of the same size is trained.
    pub dense: Vec<String>,
    /// Hidden units of the unconstrained perceptron. Without it, no perceptron is trained.
    pub perceptron: Option<u32>,
}

/// With how many seeds each null is trained.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NullTraining {
    /// Every null is trained with every seed and has a latent dimension of its own. A contrast then
    /// varies over seeds and takes the nulls as given.
    #[default]
    EverySeed,
    /// The i-th null is trained with seed `i` alone, and its topology with as many seeds as there
    /// are nulls. Every pair of a contrast then has a null and a seed of its own, so that the
    /// contrast varies over both. One latent dimension is read from all nulls together, as
    /// `NAME.nulls`.
    Paired,
}

impl TopologySpec {
    /// True if nulls are trained on the task.
    #[must_use]
    pub fn has_nulls_on(&self, task: &str) -> bool {
        self.nulls > 0
            && self
                .null_tasks
                .as_ref()
                .is_none_or(|tasks| tasks.iter().any(|name| name == task))
    }

    /// Refuses the first value that is out of range, given the connectomes and tasks of the
    /// pipeline.
    pub(super) fn check(
        &self,
        connectomes: &[String],
        tasks: &[CheckedTask],
    ) -> Result<(), Invalid> {
        self.check_species(connectomes)?;
        self.check_matched(connectomes)?;
        check_swaps("swaps_per_edge", self.swaps_per_edge)?;
        for name in self.null_tasks.iter().flatten() {
            if tasks.iter().all(|task| task.name != *name) {
                let near = suggest::did_you_mean(name, tasks.iter().map(|t| t.name.as_str()));
                let message = format!("`{name}` is not among `tasks`");
                return Err(Invalid::new("null_tasks", message).maybe_hint(near));
            }
        }
        check_range("nulls", self.nulls, 0..=MOST_NULLS)?;
        check_range("perceptron", self.perceptron.unwrap_or(1), 1..=MOST_HIDDEN)
    }

    fn check_species(&self, connectomes: &[String]) -> Result<(), Invalid> {
        let mut taken: Vec<&str> = connectomes.iter().map(String::as_str).collect();
        taken.extend([PERCEPTRON, FULLY_CONNECTED]);
        for (index, species) in self.species.iter().enumerate() {
            species
                .check(&taken)
                .map_err(|invalid| invalid.within(&format!("species[{index}]")))?;
            taken.push(&species.name);
        }
        Ok(())
    }

    fn check_matched(&self, connectomes: &[String]) -> Result<(), Invalid> {
        check_range(
            "matched_replicates",
            self.matched_replicates,
            1..=MOST_REPLICATES,
        )?;
        let Some(wanted) = self.matched_neurons else {
            return Ok(());
        };
        if wanted == 0 {
            return Err(Invalid::new("matched_neurons", "must be at least 1"));
        }
        // The size of a user's connectome is known only when it is read, and is checked there.
        let bundled = bundled::connectomes().unwrap_or_default();
        let chosen = self.connectomes.as_deref().unwrap_or(connectomes);
        let small = bundled
            .iter()
            .find(|row| chosen.contains(&row.connectome) && row.neurons < i64::from(wanted));
        match small {
            None => Ok(()),
            Some(row) => {
                let (name, n) = (&row.connectome, row.neurons);
                let message = format!("{wanted} is more than the {n} neurons of `{name}`");
                Err(Invalid::new("matched_neurons", message).hint(format!("at most {n}")))
            }
        }
    }
}

impl Default for TopologySpec {
    fn default() -> Self {
        Self {
            connectomes: None,
            matched_neurons: None,
            matched_replicates: 1,
            species: Vec::new(),
            sign_model: SignModel::default(),
            nulls: 0,
            null_model: NullModel::default(),
            swaps_per_edge: SWAPS_PER_EDGE,
            null_training: NullTraining::default(),
            null_tasks: None,
            dense: Vec::new(),
            perceptron: None,
        }
    }
}
