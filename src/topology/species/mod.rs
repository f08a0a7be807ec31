//! Species-like topologies: models that have a species' published statistics, never its data.
//!
//! A model fixes degrees and tunes the rest. Out- and in-degrees are rounded lognormal variables
//! with the target's mean and variation (`degrees`), a digraph with exactly these degrees is built
//! (Kleitman & Wang 1973), and swaps that keep them move it to the target's reciprocity and
//! clustering (`wire`): an exponential random graph with fixed degrees (Snijders 2002), latent
//! places on a circle, and its two parameters tuned while it runs. Density and degree variation are
//! met by construction, reciprocity and clustering within the tolerance of [`Compared::tolerance`],
//! or the request is refused.

mod degrees;
mod preset;
mod wire;

#[cfg(test)]
mod tests;

pub use preset::{Connections, SpeciesPreset, SpeciesTargets, UnknownPreset};

use rand::RngExt;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use self::degrees::degree_sequences;
use self::wire::{Digraph, Found};
use super::{Family, Measures, Topology};
use crate::connectome::{
    Connectome, ConnectomeError, InhibitoryFraction, Neuron, NeuronClass, Sign, Synapse,
    SynapseType,
};
use crate::portable::{StandardNormal, exp};
use crate::random::{ChaCha8Rng, stream};

/// Neurons of a species-like topology unless said otherwise: about those of a worm.
pub const SPECIES_NEURONS: u32 = 300;
/// Fewer neurons have no such statistics.
pub const FEWEST_NEURONS: u32 = 50;
/// More take minutes: the generator searches, it does not only draw.
pub const MOST_NEURONS: u32 = 5000;
/// Standard deviation of the logarithm of the weights. Song et al. 2005, doi
/// 10.1371/journal.pbio.0030068, fig. 5: 0.94 for synaptic strength in rat cortex; the adult worm's
/// synapses (Cook et al. 2019) have 1.03.
pub const LOG_WEIGHT_SD: f64 = 0.94;
/// Shares of sensory and of motor neurons; the others are interneurons. The same for all presets,
/// so that topologies differ in wiring, not in how they are read. Our choice: the adult worm has
/// .27 and .41, the newly hatched one's head .38 and .20.
pub const INTERFACE_SHARE: f64 = 0.30;
/// Unit of the weights: their mean is 1.
pub const WEIGHT_UNIT: &str = "relative";
/// Degrees and places that are tried before a request is refused.
const DRAWS: usize = 6;

/// Which species-like topology.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeciesLike {
    /// Whose statistics.
    pub preset: SpeciesPreset,
    /// Neurons.
    pub neurons: u32,
    /// Share of inhibitory neurons.
    pub inhibitory_fraction: f64,
    /// Factor of the weights between inhibitory neurons.
    ///
    /// What inhibitory neurons receive from each other grows by it, what excitatory ones receive
    /// from them stays (Loomba et al. 2022, doi 10.1126/science.abo0924, find the former expanded
    /// in human cortex and the latter not). It acts on weights, not on the number of edges: with 31
    /// % inhibitory neurons at random places 9.6 % of the edges are I -> I, five times as many
    /// would be 48 %, more than the 31 % that inhibitory neurons receive in all, and the published
    /// degrees could not be kept.
    pub ii_multiplier: f64,
}

/// What cannot be generated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpeciesError {
    /// Too few or too many neurons.
    #[error(
        "{0} neurons are not between {FEWEST_NEURONS} and {MOST_NEURONS}\n  hint: {SPECIES_NEURONS} is the default"
    )]
    Neurons(u32),
    /// The share is none.
    #[error(
        "the inhibitory fraction {0} is not from 0 to 1\n  hint: leave it out for the preset's own"
    )]
    InhibitoryFraction(f64),
    /// The factor is none.
    #[error(
        "the I -> I multiplier {0} is not a number above 0\n  hint: 1 leaves the weights as they are; 2.5 and 5 are of interest"
    )]
    Multiplier(f64),
    /// More partners than neurons.
    #[error(
        "{preset} has {degree} partners per neuron, which {neurons} neurons cannot have\n  hint: ask for more neurons"
    )]
    TooDense {
        /// Preset.
        preset: SpeciesPreset,
        /// Mean degree.
        degree: f64,
        /// Neurons.
        neurons: u32,
    },
    /// No simple digraph has such degrees.
    #[error(
        "no wiring of {neurons} neurons has the degrees of {preset}\n  hint: ask for more neurons"
    )]
    Degrees {
        /// Preset.
        preset: SpeciesPreset,
        /// Neurons.
        neurons: u32,
    },
    /// Reciprocity or clustering was not met.
    #[error(
        "{preset} cannot be had with {neurons} neurons: reciprocity {reciprocity:.3} and clustering {clustering:.3} are the closest found to {} and {}\n  \
         hint: ask for more neurons; with few, the same number of partners is a larger share of all", preset.targets().reciprocity, preset.targets().clustering
    )]
    Unreachable {
        /// Preset.
        preset: SpeciesPreset,
        /// Neurons.
        neurons: u32,
        /// Closest reciprocity.
        reciprocity: f64,
        /// Closest clustering.
        clustering: f64,
    },
    /// A bug: the wiring is no connectome.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

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
    /// A preset with its own share of inhibitory neurons, [`SPECIES_NEURONS`] neurons, and a
    /// multiplier of 1.
    #[must_use]
    pub fn new(preset: SpeciesPreset) -> Self {
        let inhibitory_fraction = preset.targets().inhibitory_fraction;
        Self {
            preset,
            neurons: SPECIES_NEURONS,
            inhibitory_fraction,
            ii_multiplier: 1.0,
        }
    }

    /// Refuses what cannot be.
    ///
    /// # Errors
    /// [`SpeciesError`].
    pub fn check(&self) -> Result<(), SpeciesError> {
        let Self {
            preset,
            neurons,
            ii_multiplier,
            ..
        } = *self;
        if !(FEWEST_NEURONS..=MOST_NEURONS).contains(&neurons) {
            return Err(SpeciesError::Neurons(neurons));
        }
        self.signs()?;
        if !(ii_multiplier.is_finite() && ii_multiplier > 0.0) {
            return Err(SpeciesError::Multiplier(ii_multiplier));
        }
        let density = preset.targets().connections.density(neurons as usize);
        if density >= 0.5 {
            let degree = density * f64::from(neurons - 1);
            return Err(SpeciesError::TooDense {
                preset,
                degree,
                neurons,
            });
        }
        Ok(())
    }

    /// The rule that gives the neurons their signs.
    ///
    /// # Errors
    /// [`SpeciesError::InhibitoryFraction`].
    pub fn signs(&self) -> Result<InhibitoryFraction, SpeciesError> {
        let fraction = self.inhibitory_fraction;
        InhibitoryFraction::new(fraction).map_err(|_| SpeciesError::InhibitoryFraction(fraction))
    }

    /// True where the share of inhibitory neurons is not a published one.
    #[must_use]
    pub fn assumes_signs(&self) -> bool {
        self.preset.assumes_signs()
            || self.inhibitory_fraction != self.preset.targets().inhibitory_fraction
    }

    /// A topology called `name`, drawn from `seed`.
    ///
    /// Neurons are `n1`, `n2`, ... with classes and signs drawn in exact numbers, independently of
    /// the wiring; all synapses of a neuron have its sign; weights are lognormal
    /// ([`LOG_WEIGHT_SD`]) with mean 1 before the multiplier; there are no gap junctions, for no
    /// published statistics of them are common to these species. Under one seed, `ii_multiplier`
    /// changes the weights it multiplies and nothing else.
    ///
    /// O(sweeps (E + E N / 64)), some 100 sweeps: 20 to 60 ms at 300 neurons.
    ///
    /// # Errors
    /// [`SpeciesError`].
    ///
    /// ```
    /// use engraph::topology::{Measures, SpeciesLike, SpeciesPreset};
    /// let worm = SpeciesLike::new(SpeciesPreset::WormLike).generate("worm_like", 1).unwrap();
    /// let measures = Measures::of(&worm.connectome);
    /// assert!((measures.reciprocity / 0.36 - 1.0).abs() < 0.05);
    /// ```
    pub fn generate(&self, name: &str, seed: u64) -> Result<Topology, SpeciesError> {
        self.check()?;
        let n = self.neurons as usize;
        let (preset, neurons) = (self.preset, self.neurons);
        let random = |what: &str| stream(seed, &["species_like", name, what]);
        let mut wiring = random("wiring");
        let mut graph = None;
        let mut nearest: Option<Found> = None;
        for _ in 0..DRAWS {
            let Some(mut found) = self.wire(n, &mut wiring) else {
                continue;
            };
            graph = found.graph.take();
            if graph.is_some() {
                break;
            }
            if nearest
                .as_ref()
                .is_none_or(|before| found.distance < before.distance)
            {
                nearest = Some(found);
            }
        }
        let refused = || match nearest {
            Some(Found {
                reciprocity,
                clustering,
                ..
            }) => SpeciesError::Unreachable {
                preset,
                neurons,
                reciprocity,
                clustering,
            },
            None => SpeciesError::Degrees { preset, neurons },
        };
        let mut edges = graph.ok_or_else(refused)?.edges;
        edges.sort_unstable();
        let log_weights = &mut random("weights");
        let synapses = edges.into_iter().map(|(pre, post)| {
            let z: f64 = log_weights.sample(StandardNormal);
            let weight = exp(LOG_WEIGHT_SD * z - 0.5 * LOG_WEIGHT_SD * LOG_WEIGHT_SD);
            Synapse {
                pre,
                post,
                synapse_type: SynapseType::Chemical,
                weight,
                sign: Sign::Unsigned,
            }
        });
        let unsigned = Connectome::new(
            name,
            WEIGHT_UNIT,
            named_neurons(n, &mut random("classes")),
            synapses.collect(),
        )?;
        let signed = unsigned.with_assumed_signs(self.signs()?, &mut random("signs"));
        let inhibits = |i: u32| signed.neurons()[i as usize].sign == Sign::Inhibitory;
        let mut synapses = signed.chemical().to_vec();
        for s in synapses
            .iter_mut()
            .filter(|s| inhibits(s.pre) && inhibits(s.post))
        {
            s.weight *= self.ii_multiplier;
        }
        Ok(Topology {
            connectome: signed.rewired(name, synapses)?,
            family: Family::SpeciesLike,
            parent: None,
            null: None,
            seed: Some(seed),
        })
    }

    fn wire(&self, n: usize, random: &mut ChaCha8Rng) -> Option<Found> {
        let targets = self.preset.targets();
        let edges = (targets.connections.density(n) * (n * (n - 1)) as f64).round() as usize;
        let cv = [targets.out_degree_cv, targets.in_degree_cv];
        let [out_degrees, in_degrees] =
            degree_sequences(n, edges, cv, targets.degree_correlation, random);
        let graph = Digraph::with_degrees(&out_degrees, &in_degrees)?;
        Some(graph.rewire(targets.reciprocity, targets.clustering, random))
    }

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

/// `n1`, `n2`, ... with exact shares of each class.
fn named_neurons(n: usize, random: &mut ChaCha8Rng) -> Vec<Neuron> {
    let interface = (INTERFACE_SHARE * n as f64).round() as usize;
    let class = |i: usize| match i {
        i if i < interface => NeuronClass::Sensory,
        i if i < 2 * interface => NeuronClass::Motor,
        _ => NeuronClass::Inter,
    };
    let mut classes: Vec<NeuronClass> = (0..n).map(class).collect();
    classes.shuffle(random);
    let neuron = |(i, class): (usize, NeuronClass)| Neuron {
        class,
        ..Neuron::named(format!("n{}", i + 1))
    };
    classes.into_iter().enumerate().map(neuron).collect()
}
