//! Units of which few are active (Gao et al. 2024, arXiv 2406.04093).
//!
//! ```text
//! a = W (r - b_pre) + b      over the rates r of the inner neurons
//! z = TopK(a)                the k largest values in a sequence, ties by the lower index; else 0
//! cost = L(z) + auxiliary * L(z + e)
//! ```
//!
//! `L` is the cost of the reconstruction decoded from the units. `e` are the largest of the dead
//! units, at most half as many as there are inner neurons: where the decoder is linear, `L(z + e)`
//! is the error with which dead units reconstruct the residual. A unit is dead after so many
//! minibatches in none of whose sequences it was active; the counts are a frozen group of the
//! parameters, so that a run can be stopped and resumed. In two respects this is not the source: no
//! derivative is left out, where the source takes the residual as given, and the maps to and from
//! the units do not begin as transposes of each other, since what is decoded is a sequence and not
//! `r`.

use super::super::Real;
use super::super::lanes::{LANES, Lanes};
use super::super::noise::Noise;
use super::{Structure, Workspace};

impl<F: Real> Structure<F> {
    /// Takes the bias off the rates that units read.
    #[inline(always)]
    pub(super) fn centre(&self, parameters: &[F], w: &mut Workspace<F>) {
        if self.sparse.is_none() {
            return;
        }
        w.sparse.centred.copy_from_slice(&w.rates);
        let biases = &parameters[self.places.pre_bias.clone()];
        for (&neuron, &bias) in self.reset.iter().zip(biases) {
            let rate = &mut w.sparse.centred[neuron as usize];
            *rate = rate.map(|rate| rate - bias);
        }
    }

    /// Leaves the largest units as they are and sets all others to zero.
    #[inline(always)]
    pub(super) fn choose(&self, parameters: &[F], w: &mut Workspace<F>) {
        let Some(sparse) = self.sparse else { return };
        let s = &mut w.sparse;
        s.all.copy_from_slice(&w.latent);
        s.active.fill(0);
        s.helping.fill(0);
        let silent = &parameters[self.places.silent_steps.clone()];
        let limit = F::of(f64::from(sparse.dead_after));
        let helpers = (self.reset.len() / 2).max(1);
        let mut order: Vec<usize> = Vec::with_capacity(sparse.units);
        for lane in 0..LANES {
            order.clear();
            order.extend(0..sparse.units);
            mark_largest(&mut order, &s.all, lane, sparse.active, &mut s.active);
            order.clear();
            let dead = |&unit: &usize| silent[unit] >= limit && s.active[unit] >> lane & 1 == 0;
            order.extend((0..sparse.units).filter(dead));
            mark_largest(&mut order, &s.all, lane, helpers, &mut s.helping);
        }
        for (z, &mask) in w.latent.iter_mut().zip(&s.active) {
            *z = masked(*z, mask);
        }
        for (seen, &mask) in s.seen.iter_mut().zip(&s.active) {
            *seen |= mask != 0;
        }
    }

    /// True if dead units help in some sequence of the block.
    #[inline(always)]
    pub(super) fn has_helpers(&self, w: &Workspace<F>) -> bool {
        w.sparse.helping.iter().any(|&mask| mask != 0)
    }

    /// The auxiliary cost of the block, and with `back` its derivatives: those by the units are
    /// added to `latent_adjoint`. The output stays as it was.
    #[inline(always)]
    pub(super) fn help(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        noise: Option<&Noise>,
        block: usize,
        back: bool,
    ) -> f64 {
        let Some(sparse) = self.sparse else {
            return 0.0;
        };
        w.sparse.outputs.copy_from_slice(&w.outputs);
        // Units that help have no part in the cost of the reconstruction.
        let adjoints = w.latent_adjoint.iter().zip(&w.sparse.active);
        for (kept, (&adjoint, &mask)) in w.sparse.adjoint.iter_mut().zip(adjoints) {
            *kept = masked(adjoint, mask);
        }
        let squashed = self.protocol.latent_snr.is_some();
        for (unit, &mask) in w.sparse.helping.iter().enumerate() {
            let helping = masked(w.sparse.all[unit], mask);
            // Units that help are not active: what they add stands beside zeros.
            w.latent[unit] = w.latent[unit].plus(helping);
            let added = if squashed {
                helping.map(F::hyperbolic_tangent)
            } else {
                helping
            };
            w.received[unit] = w.received[unit].plus(added);
        }
        self.begin(parameters, w);
        self.decode(parameters, w, noise, block, false, None);
        let [_, cost] = self.output_costs(w);
        if back {
            // Penalties have been counted, and a share of 0 leaves them out.
            self.decoding_back(parameters, w, sparse.auxiliary, 0.0);
            for (adjoint, before) in w.latent_adjoint.iter_mut().zip(&w.sparse.adjoint) {
                *adjoint = adjoint.plus(*before);
            }
        }
        for (z, &mask) in w.latent.iter_mut().zip(&w.sparse.active) {
            *z = masked(*z, mask);
        }
        w.outputs.copy_from_slice(&w.sparse.outputs);
        sparse.auxiliary * cost
    }

    /// Sets the derivatives by units to zero where these neither are active nor help.
    #[inline(always)]
    pub(super) fn keep_active(&self, w: &mut Workspace<F>) {
        let masks = w.sparse.active.iter().zip(&w.sparse.helping);
        for (adjoint, (active, helping)) in w.latent_adjoint.iter_mut().zip(masks) {
            *adjoint = masked(*adjoint, active | helping);
        }
    }
}

/// Marks the `most` units of `order` that have the largest values in a lane; of equal ones those of
/// lower index.
fn mark_largest<F: Real>(
    order: &mut [usize],
    values: &[Lanes<F>],
    lane: usize,
    most: usize,
    masks: &mut [u32],
) {
    // With zero added, both zeros are equal.
    let value = |unit: usize| values[unit].0[lane].as_f64() + 0.0;
    let by_size = |a: &usize, b: &usize| value(*b).total_cmp(&value(*a)).then(a.cmp(b));
    if most < order.len() {
        order.select_nth_unstable_by(most, by_size);
    }
    for &unit in order.iter().take(most) {
        masks[unit] |= 1 << lane;
    }
}

/// The values whose bit in the mask is set; zero elsewhere.
#[inline(always)]
fn masked<F: Real>(mut values: Lanes<F>, mask: u32) -> Lanes<F> {
    for (lane, value) in values.0.iter_mut().enumerate() {
        if mask >> lane & 1 == 0 {
            *value = F::zero();
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_marked_and_ties_go_to_the_lower_index() {
        let values = [1.0, 3.0, -0.0, 3.0, 0.0, -2.0, 3.0].map(Lanes::<f64>::splat);
        for (most, wanted) in [
            (1, 0b10),
            (2, 0b1010),
            (4, 0b100_1011),
            (5, 0b100_1111),
            (9, 127),
        ] {
            let mut masks = [0; 7];
            let mut order: Vec<usize> = (0..7).rev().collect();
            mark_largest(&mut order, &values, 5, most, &mut masks);
            let found = masks
                .iter()
                .enumerate()
                .map(|(unit, mask)| (mask >> 5) << unit);
            assert_eq!(found.sum::<u32>(), wanted, "{most}");
            assert!(masks.iter().all(|mask| mask & !(1 << 5) == 0));
        }
    }
}
