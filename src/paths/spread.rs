//! Effective connectivity: powers of the matrix of input shares, split by sign.

use std::ops::AddAssign;

use super::shares::InputShares;
use crate::connectome::Sign;
use crate::interruption;

/// What reaches a neuron over paths of one length, as shares of its input, by the product of the
/// signs along the path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effect {
    /// Over paths with an even number of inhibitory synapses.
    pub excitatory: f64,
    /// Over paths with an odd number of inhibitory synapses.
    pub inhibitory: f64,
    /// Over paths with a synapse without a sign.
    pub unsigned: f64,
}

impl Effect {
    /// What passes a synapse of this share and sign.
    fn through(self, share: f64, sign: Sign) -> Self {
        let Self {
            excitatory: e,
            inhibitory: i,
            unsigned: u,
        } = self;
        let (excitatory, inhibitory, unsigned) = match sign {
            Sign::Excitatory => (e, i, u),
            Sign::Inhibitory => (i, e, u),
            Sign::Unsigned => (0.0, 0.0, e + i + u),
        };
        Self {
            excitatory: excitatory * share,
            inhibitory: inhibitory * share,
            unsigned: unsigned * share,
        }
    }

    /// All of it, whatever its sign: an entry of the matrix power without signs.
    #[must_use]
    pub fn total(self) -> f64 {
        self.excitatory + self.inhibitory + self.unsigned
    }

    /// Excitation less inhibition.
    #[must_use]
    pub fn net(self) -> f64 {
        self.excitatory - self.inhibitory
    }

    /// The same effect, divided.
    pub(super) fn over(self, number: f64) -> Self {
        Self {
            excitatory: self.excitatory / number,
            inhibitory: self.inhibitory / number,
            unsigned: self.unsigned / number,
        }
    }
}

impl AddAssign for Effect {
    fn add_assign(&mut self, other: Self) {
        self.excitatory += other.excitatory;
        self.inhibitory += other.inhibitory;
        self.unsigned += other.unsigned;
    }
}

/// What reaches every neuron from `sources` together over exactly 1, 2, ..., `steps` synapses: for
/// each number of steps one effect per neuron, the sum of the rows of the sources in that power of
/// the matrix. Paths may visit a neuron more than once.
///
/// O(steps x E) time for E synapses, O(steps x n) space for n neurons; the matrix power itself is
/// never made.
///
/// # Panics
/// If a source is no neuron.
///
/// ```
/// use engraph::connectome::SignModel;
/// use engraph::paths::{InputShares, spread};
/// use engraph::source::bundled;
///
/// let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Wang2024);
/// let shares = InputShares::of(&worm);
/// let everyone: Vec<u32> = (0..worm.neurons().len() as u32).collect();
/// let input = spread(&shares, &everyone, 1);
/// // Every neuron with input has all of it from somebody.
/// assert!(input[0].iter().all(|e| e.total() == 0.0 || (e.total() - 1.0).abs() < 1e-12));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn spread(shares: &InputShares, sources: &[u32], steps: u32) -> Vec<Vec<Effect>> {
    let mut before = vec![Effect::default(); shares.neurons()];
    for &source in sources {
        before[source as usize].excitatory = 1.0;
    }
    let mut all: Vec<Vec<Effect>> = Vec::new();
    for _ in 0..steps {
        interruption::check();
        let last = all.last().unwrap_or(&before);
        let mut next = vec![Effect::default(); shares.neurons()];
        for (neuron, &effect) in (0..).zip(last) {
            if effect != Effect::default() {
                for to in shares.row(neuron) {
                    next[to.post as usize] += effect.through(to.share, to.sign);
                }
            }
        }
        all.push(next);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::strongest::tests::{connectome, drawn};
    use super::*;
    use crate::connectome::{Connectome, NeuronClass, Roles, SignModel};
    use crate::source::bundled;
    use proptest::prelude::*;

    /// Adds, one by one, the walks of `steps` synapses that go on from `at`, where their product so
    /// far is `product`.
    fn walk(c: &Connectome, at: u32, steps: u32, product: f64, sign: f64, to: &mut [[f64; 3]]) {
        if steps == 0 {
            let share = if sign > 0.0 {
                0
            } else if sign < 0.0 {
                1
            } else {
                2
            };
            to[at as usize][share] += product;
            return;
        }
        for synapse in c.chemical().iter().filter(|synapse| synapse.pre == at) {
            let inputs = c.chemical().iter().filter(|s| s.post == synapse.post);
            let input: f64 = inputs.map(|s| s.weight).sum();
            let (share, sign) = (synapse.weight / input, sign * synapse.sign.factor());
            walk(c, synapse.post, steps - 1, product * share, sign, to);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 128,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn effects_are_sums_over_walks(
            drawn in drawn(),
            chosen in proptest::collection::vec(any::<bool>(), 6),
        ) {
            let c = connectome(&drawn);
            let neurons = c.neurons().len();
            let sources: Vec<u32> = (0..neurons)
                .filter(|&at| chosen[at])
                .map(|at| at as u32)
                .collect();
            let found = spread(&InputShares::of(&c), &sources, 4);
            for (steps, effects) in (1..).zip(&found) {
                let mut walked = vec![[0.0; 3]; neurons];
                sources.iter().for_each(|&source| walk(&c, source, steps, 1.0, 1.0, &mut walked));
                for (effect, walked) in effects.iter().zip(walked) {
                    let effect = [effect.excitatory, effect.inhibitory, effect.unsigned];
                    for (found, walked) in effect.iter().zip(walked) {
                        prop_assert!((found - walked).abs() < 1e-12, "{:?} {:?}", effect, walked);
                    }
                }
            }
        }
    }

    /// Effect of the sensory neurons on the mean motor neuron: excitatory, inhibitory, and all, by
    /// number of steps. connectome_interpreter 2.9.5 (`compress_paths_signed`, `result_summary`)
    /// gives the first two in single precision, and numpy all three in double precision
    /// (`benches/paths_peers.py`).
    const COOK: [[f64; 3]; 4] = [
        [0.12204474142005614, 0.0, 0.14089671434728382],
        [
            0.21643975619326952,
            0.0031936973491887427,
            0.2739964311382694,
        ],
        [
            0.26200555487030575,
            0.013473102895475706,
            0.36823469517923063,
        ],
        [
            0.24470621179357485,
            0.040351146805252855,
            0.4167874525846049,
        ],
    ];

    #[test]
    fn the_worm_is_as_other_programs_have_it() {
        let worm = bundled::connectome("cook2019_herm").unwrap();
        let worm = worm.with_signs(SignModel::Wang2024);
        let roles = Roles::of(
            worm.neurons(),
            &[NeuronClass::Sensory],
            &[NeuronClass::Motor],
        );
        assert_eq!((roles.input.len(), roles.output.len()), (83, 123));
        let shares = InputShares::of(&worm);
        let found = spread(&shares, &roles.input, 4);
        for (effects, [excitatory, inhibitory, all]) in found.iter().zip(COOK) {
            let mut mean = Effect::default();
            roles
                .output
                .iter()
                .for_each(|&at| mean += effects[at as usize]);
            let mean = mean.over(123.0);
            assert!((mean.excitatory - excitatory).abs() < 1e-14, "{mean:?}");
            assert!((mean.inhibitory - inhibitory).abs() < 1e-14, "{mean:?}");
            assert!((mean.total() - all).abs() < 1e-14, "{mean:?}");
        }
        let named = |name| worm.neurons().iter().position(|n| n.name == name).unwrap();
        // From the package again.
        let from = spread(&shares, &[named("ASHL") as u32], 3);
        let effect = from[2][named("VA8")];
        assert!(
            (effect.excitatory - 0.009173309430480003).abs() < 1e-9,
            "{effect:?}"
        );
    }
}
