//! Neurons that match others by class, sign and degree.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::connectome::{Connectome, NeuronClass, Sign};
use crate::random::ChaCha8Rng;

/// A control is drawn among as many of those that are nearest in degree.
const NEAREST: usize = 5;

/// By what neurons are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// Functional class of the neuron.
    pub class: NeuronClass,
    /// Sign of the neuron itself.
    pub sign: Sign,
    /// Chemical synapses in and out, counted as edges between different neurons.
    pub degree: u32,
}

/// The neurons of a wiring, from which controls are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population(Vec<Traits>);

/// Controls for some neurons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// For each neuron its control, at the same place.
    pub neurons: Vec<u32>,
    /// How many of them are of another class, as no neuron of the same one was left.
    pub other_class: usize,
}

impl Population {
    /// The neurons of a signed connectome, with their degrees over synapses of at least
    /// `min_weight`.
    #[must_use]
    pub fn of(connectome: &Connectome, min_weight: f64) -> Self {
        let neurons = connectome.neurons().iter();
        let mut traits: Vec<Traits> = neurons
            .map(|n| Traits {
                class: n.class,
                sign: n.sign,
                degree: 0,
            })
            .collect();
        for synapse in connectome.edges(min_weight) {
            traits[synapse.pre as usize].degree += 1;
            traits[synapse.post as usize].degree += 1;
        }
        Self(traits)
    }

    /// Neurons with these traits, numbered in their order.
    #[must_use]
    pub fn new(traits: Vec<Traits>) -> Self {
        Self(traits)
    }

    /// The traits of each neuron.
    #[must_use]
    pub fn traits(&self) -> &[Traits] {
        &self.0
    }

    /// Mean degree of some neurons; 0 for none.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[must_use]
    pub fn mean_degree(&self, neurons: &[u32]) -> f64 {
        let sum: f64 = neurons
            .iter()
            .map(|&neuron| f64::from(self.0[neuron as usize].degree))
            .sum();
        sum / neurons.len().max(1) as f64
    }

    /// Draws a control for each of `neurons`: another neuron of the same class and sign, at random
    /// among the five that are nearest in degree (ties at random). Controls are distinct and none
    /// of `neurons`; where a class is used up, any neuron of the same sign may take the place.
    /// `None` where a sign is used up.
    ///
    /// A control may well take part in the motif with other neurons: the question is what *these*
    /// do beyond their kind.
    ///
    /// # Panics
    /// If there is no such neuron.
    ///
    /// # Complexity
    /// O(m n log n) for m of n neurons.
    pub fn matched(&self, neurons: &[u32], random: &mut ChaCha8Rng) -> Option<Matched> {
        let mut taken = vec![false; self.0.len()];
        neurons
            .iter()
            .for_each(|&neuron| taken[neuron as usize] = true);
        let mut matched = Matched {
            neurons: vec![0; neurons.len()],
            other_class: 0,
        };
        // In random order: those that come first have the better choice.
        let mut order: Vec<usize> = (0..neurons.len()).collect();
        order.shuffle(random);
        for at in order {
            let own = self.0[neurons[at] as usize];
            let free = |accept: &dyn Fn(&Traits) -> bool| -> Vec<u32> {
                let neurons = (0..)
                    .zip(&self.0)
                    .filter(|&(neuron, traits)| !taken[neuron as usize] && accept(traits));
                neurons.map(|(neuron, _)| neuron).collect()
            };
            let mut candidates =
                free(&|traits| traits.sign == own.sign && traits.class == own.class);
            if candidates.is_empty() {
                matched.other_class += 1;
                candidates = free(&|traits| traits.sign == own.sign);
            }
            candidates.shuffle(random);
            candidates.sort_by_key(|&neuron| self.0[neuron as usize].degree.abs_diff(own.degree));
            candidates.truncate(NEAREST);
            if candidates.is_empty() {
                return None;
            }
            let control = candidates[random.random_range(0..candidates.len())];
            taken[control as usize] = true;
            matched.neurons[at] = control;
        }
        Some(matched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::random::stream;
    use crate::source::bundled;

    #[test]
    fn controls_share_class_and_sign_and_nearly_the_degree() {
        let worm = bundled::connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Gaba26);
        let population = Population::of(&worm, 1.0);
        assert_eq!(
            population.traits().iter().map(|t| t.degree).sum::<u32>(),
            2 * 3671
        );
        let mut random = stream(1, &["test"]);
        let (mut off, mut spread) = (0.0, 0.0);
        for round in 0..200 {
            let first = round * 7 % 250;
            let neurons: Vec<u32> = (first..first + 6).collect();
            let matched = population.matched(&neurons, &mut random).unwrap();
            let mut all = [&neurons[..], &matched.neurons].concat();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 12, "controls are distinct and others");
            let mut other_class = 0;
            for (&neuron, &control) in neurons.iter().zip(&matched.neurons) {
                let (own, its) = (
                    population.traits()[neuron as usize],
                    population.traits()[control as usize],
                );
                assert_eq!(own.sign, its.sign);
                other_class += usize::from(own.class != its.class);
                off += f64::from(own.degree.abs_diff(its.degree));
                spread += (f64::from(own.degree) - 2.0 * 3671.0 / 302.0).abs();
            }
            assert_eq!(other_class, matched.other_class);
        }
        assert!(off < 0.4 * spread, "{off} {spread}");
    }

    #[test]
    fn a_used_up_class_is_left_and_a_used_up_sign_is_no_match() {
        let traits = |class, sign, degree| Traits {
            class,
            sign,
            degree,
        };
        let population = Population::new(vec![
            traits(NeuronClass::Inter, Sign::Inhibitory, 9),
            traits(NeuronClass::Motor, Sign::Inhibitory, 2),
            traits(NeuronClass::Inter, Sign::Excitatory, 9),
        ]);
        let mut random = stream(1, &["test"]);
        let matched = population.matched(&[0], &mut random).unwrap();
        assert_eq!(
            matched,
            Matched {
                neurons: vec![1],
                other_class: 1
            }
        );
        assert_eq!(population.matched(&[2], &mut random), None);
        assert_eq!(
            population.matched(&[], &mut random).unwrap().neurons,
            [0; 0]
        );
    }

    #[test]
    fn far_degrees_are_never_drawn_and_near_ones_all_are() {
        let of = |degree| Traits {
            class: NeuronClass::Inter,
            sign: Sign::Excitatory,
            degree,
        };
        let population = Population::new((0..20).map(of).collect());
        let mut random = stream(2, &["test"]);
        let mut drawn: Vec<u32> = (0..200)
            .map(|_| population.matched(&[10], &mut random).unwrap().neurons[0])
            .collect();
        drawn.sort_unstable();
        drawn.dedup();
        // Two on each side and one of the third nearest, whichever.
        assert_eq!(drawn, [7, 8, 9, 11, 12, 13]);
    }
}
