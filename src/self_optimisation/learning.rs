//! Relaxation, and the Hebbian rule between relaxations.

use rand::RngExt;

use super::couplings::Couplings;
use crate::random::ChaCha8Rng;
use crate::statistics::mean_and_sd;

/// When a network relaxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Phase {
    /// With the original couplings.
    Before,
    /// While the couplings learn.
    Learning,
    /// With the learnt couplings.
    After,
}

impl Phase {
    /// The name in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The relaxations of one phase, from random states.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxations {
    /// Which phase.
    pub phase: Phase,
    /// Mean energy of the states that were reached, in the original couplings.
    pub mean: f64,
    /// Standard deviation of these energies.
    pub sd: f64,
    /// Lowest of these energies.
    pub lowest: f64,
}

/// Relaxes a network `resets` times before, while and after it learns.
///
/// In each relaxation a neuron drawn at random takes the sign of its input, `updates` times; a
/// neuron whose input is 0 stays. While it learns, `w_ij += rate s_i s_j`, held between -1 and 1,
/// for all pairs of different neurons after each relaxation, also for pairs without a synapse.
/// Energies are those of the original couplings in all phases.
///
/// Time `O(resets (n^2 + flips n + updates))`, memory `O(n^2)`.
#[must_use]
pub fn self_optimise(
    couplings: &Couplings,
    resets: u32,
    updates: u64,
    rate: f64,
    random: &mut ChaCha8Rng,
) -> [Relaxations; 3] {
    let n = couplings.neurons();
    let mut weights = couplings.dense();
    let mut states = vec![0.0; n];
    let mut inputs = vec![0.0; n];
    [Phase::Before, Phase::Learning, Phase::After].map(|phase| {
        let energies: Vec<f64> = (0..resets)
            .map(|_| {
                relax(&weights, updates, &mut states, &mut inputs, random);
                if phase == Phase::Learning {
                    learn(&mut weights, &states, rate);
                }
                couplings.energy(&states)
            })
            .collect();
        let (mean, sd) = mean_and_sd(&energies);
        let lowest = energies.into_iter().fold(f64::INFINITY, f64::min);
        Relaxations {
            phase,
            mean,
            sd,
            lowest,
        }
    })
}

/// Draws a state and lets the neurons take the signs of their inputs.
fn relax(
    weights: &[f64],
    updates: u64,
    states: &mut [f64],
    inputs: &mut [f64],
    random: &mut ChaCha8Rng,
) {
    let n = states.len();
    if n == 0 {
        return;
    }
    states
        .iter_mut()
        .for_each(|s| *s = if random.random::<bool>() { 1.0 } else { -1.0 });
    inputs.fill(0.0);
    let add = |inputs: &mut [f64], neuron: usize, factor: f64| {
        let row = &weights[neuron * n..(neuron + 1) * n];
        inputs
            .iter_mut()
            .zip(row)
            .for_each(|(h, w)| *h += factor * w);
    };
    for (neuron, &state) in states.iter().enumerate() {
        add(inputs, neuron, state);
    }
    for _ in 0..updates {
        let neuron = random.random_range(0..n);
        let input = inputs[neuron];
        if input * states[neuron] < 0.0 {
            states[neuron] = -states[neuron];
            add(inputs, neuron, 2.0 * states[neuron]);
        }
    }
}

/// `w_ij += rate s_i s_j`, held between -1 and 1, but not for a neuron with itself.
fn learn(weights: &mut [f64], states: &[f64], rate: f64) {
    let n = states.len();
    for (pre, row) in weights.chunks_exact_mut(n).enumerate() {
        let step = rate * states[pre];
        for (w, s) in row.iter_mut().zip(states) {
            *w = (*w + step * s).clamp(-1.0, 1.0);
        }
        row[pre] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::random::stream;
    use crate::source::bundled;

    /// A relaxation ends where no single flip would help, and there the inputs that were kept up to
    /// date are those of the matrix.
    #[test]
    fn a_relaxed_state_is_stable() {
        let pharynx = bundled::connectome("cook2020_pharynx").unwrap();
        let couplings = Couplings::of(&pharynx.with_signs(SignModel::Gaba26), 44.0, true);
        let n = couplings.neurons();
        let weights = couplings.dense();
        let (mut states, mut inputs) = (vec![0.0; n], vec![0.0; n]);
        let mut random = stream(3, &["test"]);
        relax(&weights, 5000, &mut states, &mut inputs, &mut random);
        for post in 0..n {
            let input: f64 = (0..n)
                .map(|pre| weights[pre * n + post] * states[pre])
                .sum();
            assert!((input - inputs[post]).abs() < 1e-9);
            assert!(input * states[post] >= 0.0, "neuron {post} would flip");
        }
    }

    #[test]
    fn learning_lowers_the_energy_of_the_original_couplings() {
        let worm = bundled::connectome("white1986_n2u").unwrap();
        let couplings = Couplings::of(&worm.with_signs(SignModel::Gaba26), 44.0, true);
        let updates = 60 * couplings.neurons() as u64;
        let mut random = stream(1, &["test"]);
        let [before, _, after] = self_optimise(&couplings, 150, updates, 5e-5, &mut random);
        let gained = before.mean - after.mean;
        assert!(
            gained > 5.0 * before.sd / 150_f64.sqrt(),
            "{before:?} {after:?}"
        );
        assert!(after.lowest >= -couplings.total());
        // Without learning nothing changes but the draws.
        let [before, _, after] = self_optimise(&couplings, 150, updates, 0.0, &mut random);
        let error = (before.sd.powi(2) + after.sd.powi(2)).sqrt() / 150_f64.sqrt();
        assert!((after.mean - before.mean).abs() < 4.0 * error);
    }
}
