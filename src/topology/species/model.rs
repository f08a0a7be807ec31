//! Species-like topologies: what is asked for, and how it is generated.

use rand::RngExt;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::super::family::Family;
use super::super::signed::Topology;
use super::degrees::degree_sequences;
use super::error::SpeciesError;
use super::preset::SpeciesPreset;
use super::settings::{
    FEWEST_NEURONS, INTERFACE_SHARE, LOG_WEIGHT_SD, MOST_NEURONS, SPECIES_NEURONS, WEIGHT_UNIT,
};
use super::wire::{Digraph, Found};
use crate::connectome::{
    Connectome, InhibitoryFraction, Neuron, NeuronClass, Sign, Synapse, SynapseType,
};
use crate::portable::{StandardNormal, exp};
use crate::random::{ChaCha8Rng, stream};

/// Degrees and places that are tried before a request is refused.
const DRAWS: usize = 6;

/// A species-like topology that can be generated: a preset, and what is changed of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeciesLike {
    /// The preset whose statistics it is to have.
    pub preset: SpeciesPreset,
    /// Number of neurons, from [`FEWEST_NEURONS`] to [`MOST_NEURONS`].
    pub neurons: u32,
    /// Share of inhibitory neurons, from 0 to 1.
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

    /// A preset with so many neurons and this share of inhibitory ones, where they are given.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn sized(
        preset: SpeciesPreset,
        neurons: Option<u32>,
        inhibitory_fraction: Option<f64>,
    ) -> Result<Self, SpeciesError> {
        let own = Self::new(preset);
        let model = Self {
            neurons: neurons.unwrap_or(own.neurons),
            inhibitory_fraction: inhibitory_fraction.unwrap_or(own.inhibitory_fraction),
            ..own
        };
        model.check().map(|()| model)
    }

    /// Checks what can be checked before anything is generated.
    ///
    /// # Errors
    /// [`SpeciesError`] for numbers out of range and for more partners than neurons.
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
        InhibitoryFraction::new(fraction)
            .map_err(|source| SpeciesError::InhibitoryFraction { fraction, source })
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
        let signs = drawn_signs(n, self.signs()?, &mut random("signs"));
        let signed = unsigned.with_neuron_signs(&signs);
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
}

/// Signs of `n` neurons, of which the given share inhibits.
fn drawn_signs(n: usize, inhibitory: InhibitoryFraction, random: &mut ChaCha8Rng) -> Vec<Sign> {
    let mut order: Vec<usize> = (0..n).collect();
    let mut signs = vec![Sign::Excitatory; n];
    // The beginning of a Fisher-Yates shuffle.
    for drawn in 0..inhibitory.of(n) {
        order.swap(drawn, random.random_range(drawn..n));
        signs[order[drawn]] = Sign::Inhibitory;
    }
    signs
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
