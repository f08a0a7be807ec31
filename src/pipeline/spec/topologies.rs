//! The section `[topologies]`.

use serde::{Deserialize, Serialize};

use super::super::stages::{FULLY_CONNECTED, PERCEPTRON};
use super::error::Invalid;
use super::motifs::check_swaps;
use super::species::SpeciesSpec;
use crate::connectome::SignModel;
use crate::null_model::{NullModel, SWAPS_PER_EDGE};
use crate::source::bundled;
use crate::task::CheckedTask;
use crate::text::suggest;

/// Which wirings become networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TopologySpec {
    /// Observed connectomes to train; all of the pipeline's where absent.
    pub connectomes: Option<Vec<String>>,
    /// Train parts of so many neurons of the observed connectomes instead of the whole, so that
    /// they are compared at matched size.
    pub matched_neurons: Option<u32>,
    /// Parts drawn per connectome.
    pub matched_replicates: u32,
    /// Models with the published statistics of a species: names, or tables with `preset`.
    pub species: Vec<SpeciesSpec>,
    /// Sign model of the observed.
    pub sign_model: SignModel,
    /// Nulls per observed or species-like topology.
    pub nulls: u32,
    /// What a null keeps.
    pub null_model: NullModel,
    /// Attempted swaps per edge and null.
    pub swaps_per_edge: f64,
    /// With how many seeds a null is trained.
    pub null_training: NullTraining,
    /// Tasks on which nulls are trained, and topologies compared with them; all where absent.
    pub null_tasks: Option<Vec<String>>,
    /// Connectomes whose size a dense control takes.
    pub dense: Vec<String>,
    /// Hidden units of the unconstrained perceptron; no such control where absent.
    pub perceptron: Option<u32>,
}

/// With how many seeds a null is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullTraining {
    /// With every seed: each null has a latent dimension of its own. A contrast is over seeds, and
    /// takes the nulls as given.
    #[default]
    EverySeed,
    /// The i-th null with seed `i` alone, beside its topology with as many seeds as there are
    /// nulls: every pair of a contrast has a null wiring and a seed of its own, so that the
    /// contrast is over both. A latent dimension is read of all nulls together, as `NAME.nulls`.
    Paired,
}

impl TopologySpec {
    /// Whether nulls are trained on a task.
    #[must_use]
    pub fn has_nulls_on(&self, task: &str) -> bool {
        self.nulls > 0
            && self
                .null_tasks
                .as_ref()
                .is_none_or(|tasks| tasks.iter().any(|name| name == task))
    }

    /// The first value out of range, given the connectomes and tasks of the pipeline.
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
        if self.perceptron == Some(0) {
            return Err(Invalid::new("perceptron", "must be at least 1 hidden unit"));
        }
        Ok(())
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
        if self.matched_replicates == 0 {
            return Err(Invalid::new("matched_replicates", "must be at least 1"));
        }
        let Some(wanted) = self.matched_neurons else {
            return Ok(());
        };
        if wanted == 0 {
            return Err(Invalid::new("matched_neurons", "must be at least 1"));
        }
        // Users' own are measured when they are read.
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
