//! Published statistics beside those of a generated topology.

use rayon::prelude::*;

use super::super::measures::Measures;
use super::super::tables::SpeciesTargetRow;
use super::error::SpeciesError;
use super::model::SpeciesLike;

/// The one quantity that is no measure of the table `topologies`: it can be assumed.
const INHIBITORY_FRACTION: &str = "inhibitory_fraction";

/// A published statistic beside that of a generated topology.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Name of a measure, as in the table `topologies`.
    pub quantity: &'static str,
    /// The published value of the statistic.
    pub target: f64,
    /// The value of the topology.
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
                INHIBITORY_FRACTION,
                self.inhibitory_fraction,
                inhibitory,
                0.05,
            ),
        ]
    }
}

impl SpeciesLike {
    /// The targets beside what is realised: the means over so many graphs (at least one), of which
    /// the first has the seed `seed` and each other one the next. Works on all threads of the
    /// current rayon pool.
    ///
    /// # Errors
    /// [`SpeciesError`] where a graph cannot be made.
    pub fn realised(&self, graphs: u32, seed: u64) -> Result<Vec<SpeciesTargetRow>, SpeciesError> {
        let (name, graphs) = (self.preset.as_str(), graphs.max(1));
        let draw = |index: u32| {
            let graph = self.generate(name, seed.wrapping_add(index.into()))?;
            Ok(self.compare(&Measures::of(&graph.connectome)))
        };
        let drawn: Vec<Vec<Compared>> = (0..graphs)
            .into_par_iter()
            .map(draw)
            .collect::<Result<_, SpeciesError>>()?;
        let mean = |(index, first): (usize, &Compared)| {
            let sum: f64 = drawn.iter().map(|graph| graph[index].realised).sum();
            let realised = sum / f64::from(graphs);
            SpeciesTargetRow::new(name, self, &Compared { realised, ..*first }, graphs)
        };
        Ok(drawn[0].iter().enumerate().map(mean).collect())
    }
}

impl SpeciesTargetRow {
    /// The row that tells how near a topology, or several, come to a published statistic.
    ///
    /// `compared` is of the topology called `topology`, which `model` generated; over several
    /// `graphs` its realised value is their mean.
    #[must_use]
    pub fn new(topology: &str, model: &SpeciesLike, compared: &Compared, graphs: u32) -> Self {
        let assumed = compared.quantity == INHIBITORY_FRACTION && model.assumes_signs();
        Self {
            topology: topology.to_owned(),
            preset: model.preset.to_string(),
            neurons: i64::from(model.neurons),
            graphs: i64::from(graphs),
            quantity: compared.quantity.to_owned(),
            target: compared.target,
            realised: compared.realised,
            relative_error: compared.relative_error(),
            tolerance: compared.tolerance,
            source: if assumed {
                "assumed"
            } else {
                model.preset.source()
            }
            .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::preset::SpeciesPreset;
    use super::*;

    #[test]
    fn only_an_assumed_share_of_inhibitory_neurons_has_no_source() {
        let compared = |quantity| Compared {
            quantity,
            target: 0.4,
            realised: 0.3,
            tolerance: 0.05,
        };
        let source = |model: &SpeciesLike, quantity| {
            SpeciesTargetRow::new("t", model, &compared(quantity), 10).source
        };
        let worm = SpeciesLike::new(SpeciesPreset::WormLike);
        let published = SpeciesPreset::WormLike.source();
        assert_eq!(source(&worm, INHIBITORY_FRACTION), published);
        let other = SpeciesLike {
            inhibitory_fraction: 0.2,
            ..worm
        };
        assert_eq!(source(&other, INHIBITORY_FRACTION), "assumed");
        assert_eq!(source(&other, "density"), published);
        let row = SpeciesTargetRow::new("t", &worm, &compared("density"), 10);
        assert!((row.relative_error + 0.25).abs() < 1e-12, "{row:?}");
    }
}
