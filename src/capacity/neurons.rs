//! Through whom the dimensions pass: the carried map without each held neuron.

use faer::Mat;
use rayon::prelude::*;

use super::circuit::{Circuit, Weighted};
use super::convention::Convention;
use super::gramians::{Carried, Gramians, eigenvalues};
use super::measure::{Measure, Status};

/// Most held neurons that are left out one by one.
pub const MOST_LEFT_OUT: usize = 500;

/// The carried degrees of freedom without one held neuron.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftOut {
    /// Index of the neuron.
    pub neuron: u32,
    /// Where it holds nothing, and signals still pass through it.
    pub not_held: Result<f64, Status>,
    /// Where it and its synapses are gone.
    pub removed: Result<f64, Status>,
    /// Share of the carried power that goes where it holds nothing.
    pub power_lost: f64,
}

impl Carried {
    /// The spectrum without the held neuron at this place. With `f` its row of `F`, `a` its row of
    /// `Q F` and `q` its entry of the diagonal of `Q`, `F' Q F` loses `f a' + a f' - q f f'`: two
    /// outer products instead of a new decomposition of `P`. O(held^2), and an eigenvalue problem.
    pub(super) fn without(&self, place: usize, q: f64) -> Mat<f64> {
        let (f, a) = (self.factor.row(place), self.seen.row(place));
        Mat::from_fn(self.product.nrows(), self.product.ncols(), |i, j| {
            self.product[(i, j)] - f[i] * a[j] - a[i] * f[j] + q * f[i] * f[j]
        })
    }
}

impl Circuit {
    /// Leaves out every held neuron, one at a time, on all threads of the current rayon pool: the
    /// carried degrees of freedom at `snr`. `None` where `proceed` said no, or where more than
    /// [`MOST_LEFT_OUT`] neurons hold.
    ///
    /// That a neuron is not held is exact and cheap. That it is removed is computed anew for each,
    /// with the scale that the whole wiring has.
    ///
    /// # Errors
    /// [`Status`] where the whole wiring carries nothing.
    pub(super) fn left_out(
        &self,
        weighted: &Weighted,
        convention: &Convention,
        snr: f64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Vec<LeftOut>>, Status> {
        if let Some(status) = self.missing(Measure::Carried) {
            return Err(status);
        }
        let held = &self.roles().held;
        if held.len() > MOST_LEFT_OUT {
            return Ok(None);
        }
        let gramians = Gramians::of(&self.linear(weighted, convention)?);
        let carried = Carried::new(&gramians)?;
        let power = |matrix: &Mat<f64>| (0..matrix.nrows()).map(|i| matrix[(i, i)]).sum::<f64>();
        let whole = power(&carried.product);
        let leave = |(place, &neuron): (usize, &u32)| {
            if !proceed() {
                return None;
            }
            let product = carried.without(place, gramians.decoding[(place, place)]);
            let read = |spectrum: super::Spectrum| spectrum.degrees_of_freedom(snr);
            let removed = self
                .linear_without(weighted, convention, Some(neuron))
                .and_then(|linear| Gramians::of(&linear).spectrum(Measure::Carried));
            Some(LeftOut {
                neuron,
                not_held: eigenvalues(&product).map(read),
                removed: removed.map(read),
                power_lost: 1.0 - power(&product) / whole,
            })
        };
        Ok(held.par_iter().enumerate().map(leave).collect())
    }
}
