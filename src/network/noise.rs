//! Noise that depends on its address alone.

use rand::RngExt;

use super::{Element, LANES, Lanes};
use crate::portable::StandardNormal;
use crate::random::{ChaCha8Rng, stream};

/// Normal noise addressed by draw, block of samples and slot. The order in which a network is
/// computed does not matter: the same address gives the same noise.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    of_draw: ChaCha8Rng,
}

impl Noise {
    /// The noise of the `draw`-th batch under `seed`.
    pub(super) fn new(seed: u64, draw: u64) -> Self {
        Self {
            of_draw: stream(seed, &["noise", &draw.to_string()]),
        }
    }

    /// Fills `lanes` with normal noise of standard deviation `deviation`.
    pub(super) fn fill<F: Element>(
        &self,
        block: usize,
        slot: usize,
        deviation: f64,
        lanes: &mut [Lanes<F>],
    ) {
        let mut random = self.of_draw.clone();
        random.set_stream(((block as u64) << 32) | slot as u64);
        for lanes in lanes {
            for sample in 0..LANES {
                lanes.0[sample] = F::of(deviation * random.sample::<f64, _>(StandardNormal));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_normal_and_depends_on_its_place_alone() {
        let draw = |draw, block, slot| {
            let mut lanes = vec![Lanes::<f64>::zero(); 500];
            Noise::new(1, draw).fill(block, slot, 0.5, &mut lanes);
            lanes.iter().flat_map(|l| l.0).collect::<Vec<_>>()
        };
        let one = draw(3, 1, 2);
        assert_eq!(one, draw(3, 1, 2));
        for other in [draw(4, 1, 2), draw(3, 0, 2), draw(3, 1, 3)] {
            assert!(one.iter().zip(&other).all(|(a, b)| a != b));
        }
        let n = one.len() as f64;
        let (mean, square) = (
            one.iter().sum::<f64>() / n,
            one.iter().map(|v| v * v).sum::<f64>() / n,
        );
        assert!(
            mean.abs() < 0.5 * 4.0 / n.sqrt()
                && (square - 0.25).abs() < 0.25 * 4.0 * (2.0 / n).sqrt(),
            "{mean} {square}"
        );
    }
}
