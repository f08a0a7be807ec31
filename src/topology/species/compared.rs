//! Published statistics beside those of a generated topology.

use super::super::measures::Measures;
use super::model::SpeciesLike;

/// A target and what a topology has instead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Name of a measure, as in the table `topologies`.
    pub quantity: &'static str,
    /// Published.
    pub target: f64,
    /// Of the topology.
    pub realised: f64,
    /// Relative error that is promised for the mean over seeds.
    pub tolerance: f64,
}

impl Compared {
    /// `realised / target - 1`; 0 where both are 0.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        if self.target == 0.0 {
            self.realised
        } else {
            self.realised / self.target - 1.0
        }
    }
}

impl SpeciesLike {
    /// Targets beside what `measures` of a topology of `neurons` neurons say.
    #[must_use]
    pub fn compare(&self, measures: &Measures) -> Vec<Compared> {
        let targets = self.preset.targets();
        let n = self.neurons as usize;
        let inhibitory = measures.inhibitory_neurons as f64 / n as f64;
        let row = |quantity, target, realised, tolerance| Compared {
            quantity,
            target,
            realised,
            tolerance,
        };
        vec![
            row(
                "density",
                targets.connections.density(n),
                measures.density,
                0.05,
            ),
            row(
                "reciprocity",
                targets.reciprocity,
                measures.reciprocity,
                0.05,
            ),
            row("clustering", targets.clustering, measures.clustering, 0.15),
            row(
                "out_degree_cv",
                targets.out_degree_cv,
                measures.out_degree_cv,
                0.05,
            ),
            row(
                "in_degree_cv",
                targets.in_degree_cv,
                measures.in_degree_cv,
                0.05,
            ),
            // Whole neurons: at 300 a neuron is a thirtieth of the smallest share.
            row(
                "inhibitory_fraction",
                self.inhibitory_fraction,
                inhibitory,
                0.05,
            ),
        ]
    }
}
