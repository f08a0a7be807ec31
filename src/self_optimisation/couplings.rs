//! The couplings of a Hopfield network, from a connectome or from a control of it.

use rand::seq::SliceRandom;
use strum::VariantNames;

use crate::connectome::{Connectome, Sign, Synapse, strength};
use crate::random::ChaCha8Rng;

/// Where the inhibitory connections are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Control {
    /// Where the connectome has them.
    Observed,
    /// As many connections, placed at random.
    CountMatched,
    /// Connections placed at random until they weigh as much.
    WeightMatched,
}

impl Control {
    /// All of them, the observed one first.
    pub const ALL: [Self; Self::VARIANTS.len()] =
        [Self::Observed, Self::CountMatched, Self::WeightMatched];

    /// The name in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One coupling of a pair of neurons: what the presynaptic neuron adds to the input of the other.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Coupling {
    pre: u32,
    post: u32,
    weight: f64,
}

/// Signed couplings between different neurons, at most one for each ordered pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Couplings {
    neurons: usize,
    /// Sorted by postsynaptic, then presynaptic neuron.
    all: Vec<Coupling>,
}

impl Couplings {
    /// The couplings of a connectome. A chemical synapse counts `min(weight / cap, 1)` with its
    /// sign, unsigned ones as excitatory. A gap junction counts the same in each direction, with
    /// the sign of the neuron that it leads away from, as the authors have it. Both of one ordered
    /// pair add up; autapses are left out. Neurons without any coupling are left out too.
    #[must_use]
    pub fn of(connectome: &Connectome, cap: f64, gap_junctions: bool) -> Self {
        let connected = connectome.connected();
        let mut index = vec![0_u32; connected.len()];
        let mut neurons = 0;
        for (position, _) in connected.iter().enumerate().filter(|(_, is)| **is) {
            index[position] = neurons;
            neurons += 1;
        }
        let size = |s: &Synapse| (strength(connectome.unit(), s.weight) / cap).min(1.0);
        let factor = |sign: Sign| if sign == Sign::Inhibitory { -1.0 } else { 1.0 };
        let coupling = |pre: u32, post: u32, weight: f64| Coupling {
            pre: index[pre as usize],
            post: index[post as usize],
            weight,
        };
        let mut all: Vec<Coupling> = connectome
            .edges(0.0)
            .map(|s| coupling(s.pre, s.post, factor(s.sign) * size(s)))
            .collect();
        if gap_junctions {
            let sign_of = |neuron: u32| factor(connectome.neurons()[neuron as usize].sign);
            all.extend(connectome.gap_pairs().flat_map(|s| {
                [(s.pre, s.post), (s.post, s.pre)]
                    .map(|(pre, post)| coupling(pre, post, sign_of(pre) * size(s)))
            }));
        }
        all.retain(|c| c.pre != c.post && c.weight != 0.0);
        all.sort_by_key(|c| (c.post, c.pre));
        all.dedup_by(|second, first| {
            let same = (second.pre, second.post) == (first.pre, first.post);
            if same {
                first.weight += second.weight;
            }
            same
        });
        Self {
            neurons: neurons as usize,
            all,
        }
    }

    /// The couplings with their signs placed as the control has them. Sizes stay where they are.
    #[must_use]
    pub fn controlled(&self, control: Control, random: &mut ChaCha8Rng) -> Self {
        let (count, weight) = self.inhibitory();
        let mut placed = self.clone();
        if control == Control::Observed {
            return placed;
        }
        let mut order: Vec<usize> = (0..placed.all.len()).collect();
        order.shuffle(random);
        placed
            .all
            .iter_mut()
            .for_each(|c| c.weight = c.weight.abs());
        let mut sum = 0.0;
        for (taken, at) in order.into_iter().enumerate() {
            let is_enough = match control {
                Control::Observed | Control::CountMatched => taken == count,
                Control::WeightMatched => sum >= weight,
            };
            if is_enough {
                break;
            }
            let coupling = &mut placed.all[at];
            sum += coupling.weight;
            coupling.weight = -coupling.weight;
        }
        placed
    }

    /// Neurons with a coupling or a synapse onto themselves.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Number of couplings.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Number of inhibitory couplings, and the sum of their sizes.
    #[must_use]
    pub fn inhibitory(&self) -> (usize, f64) {
        let inhibitory = self.all.iter().filter(|c| c.weight < 0.0);
        (
            inhibitory.clone().count(),
            inhibitory.map(|c| -c.weight).sum(),
        )
    }

    /// Sum of all sizes: the energy can never be below its negative.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.all.iter().map(|c| c.weight.abs()).sum()
    }

    /// `E = - sum_ij w_ij s_i s_j` over ordered pairs, for states of +1 and -1.
    #[must_use]
    pub fn energy(&self, states: &[f64]) -> f64 {
        -self
            .all
            .iter()
            .map(|c| c.weight * states[c.pre as usize] * states[c.post as usize])
            .sum::<f64>()
    }

    /// What each neuron adds to the input of each other one, presynaptic neuron by presynaptic
    /// neuron.
    pub(super) fn dense(&self) -> Vec<f64> {
        let mut dense = vec![0.0; self.neurons * self.neurons];
        for c in &self.all {
            dense[c.pre as usize * self.neurons + c.post as usize] = c.weight;
        }
        dense
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::random::stream;
    use crate::source::bundled;

    fn worm() -> Couplings {
        let worm = bundled::connectome("cook2019_herm").unwrap();
        Couplings::of(&worm.with_signs(SignModel::Gaba26), 44.0, true)
    }

    /// numpy on the bundled tables: 302 neurons, 5,099 couplings, of which 273 inhibitory with a
    /// sum of 28.2727, and 668.18 in all.
    #[test]
    fn the_couplings_of_the_worm() {
        let worm = worm();
        assert_eq!((worm.neurons(), worm.count()), (302, 5099));
        let (count, weight) = worm.inhibitory();
        assert_eq!(count, 273);
        assert!((weight - 28.2727).abs() < 1e-3, "{weight}");
        assert!((worm.total() - 668.2).abs() < 0.05, "{}", worm.total());
    }

    #[test]
    fn controls_keep_what_they_are_named_after_and_every_size() {
        let worm = worm();
        let (count, weight) = worm.inhibitory();
        let mut random = stream(1, &["test"]);
        let counted = worm.controlled(Control::CountMatched, &mut random);
        let weighed = worm.controlled(Control::WeightMatched, &mut random);
        assert_eq!(counted.inhibitory().0, count);
        let most = 2.0;
        let over = weighed.inhibitory().1 - weight;
        assert!((0.0..most).contains(&over), "{over}");
        for control in [&counted, &weighed] {
            assert!((control.total() - worm.total()).abs() < 1e-9);
            assert_ne!(control.dense(), worm.dense());
        }
        assert_eq!(worm.controlled(Control::Observed, &mut random), worm);
    }

    #[test]
    fn the_energy_is_that_of_the_matrix() {
        let worm = worm();
        let n = worm.neurons();
        let states: Vec<f64> = (0..n)
            .map(|i| if (i * i) % 7 < 3 { 1.0 } else { -1.0 })
            .collect();
        let dense = worm.dense();
        let expected: f64 = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| -dense[i * n + j] * states[i] * states[j])
            .sum();
        assert!((worm.energy(&states) - expected).abs() < 1e-9);
    }
}
