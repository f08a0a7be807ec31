//! All three spectra of a wiring, exact but for rounding.

use super::circuit::{Circuit, Linear, Weighted};
use super::convention::{Convention, Weights};
use super::gramians::{Gramians, carried_by_qr};
use super::measure::{Measure, Status};
use super::spectrum::Spectrum;
use crate::connectome::Synapse;

/// Most held neurons of which the Gramians are decomposed. Beyond them values are estimated.
pub const MOST_DENSE: usize = 3000;

/// Largest error of a number of degrees of freedom that rounding in the Gramians may make.
const ROUNDING: f64 = 1e-6;

/// The three spectra of a wiring under one convention.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectra {
    /// On what footing the values stand that are there.
    pub footing: Status,
    /// One for each of [`Measure::ALL`], or why there is none.
    pub of: [Result<Spectrum, Status>; 3],
}

impl Spectra {
    /// The spectrum of a measure, or why there is none.
    pub fn of(&self, measure: Measure) -> &Result<Spectrum, Status> {
        &self.of[measure as usize]
    }
}

impl Circuit {
    /// The spectra of this circuit with these edges, for every convention. `largest_snr` is the
    /// largest signal-to-noise ratio that they will be read at.
    ///
    /// The spectral radius is found once for every kind of weights. The squared singular values are
    /// eigenvalues of small matrices: of the Gramians `P = Ctr Ctr'` and `Q = Obs' Obs`, and of `F'
    /// Q F` with `P = F F'`. Rounding moves an eigenvalue by some `2e-16` of the largest one of `P`
    /// and of `Q`, and the degrees of freedom at `s` by at most `held * s` times that: `2e-8` in a
    /// worm at `s = 1e6`. For the carried map the largest eigenvalues of `P` and `Q` can be larger
    /// than what both share; where the bound exceeds 1e-6 the map is decomposed without squaring,
    /// through QR of both of its halves.
    pub fn spectra<'a, E>(
        &self,
        edges: E,
        conventions: &[Convention],
        largest_snr: f64,
    ) -> Vec<Spectra>
    where
        E: IntoIterator<Item = &'a Synapse> + Clone,
    {
        self.spectra_on(edges, conventions, largest_snr, |linear, convention| {
            self.footing(linear, convention)
        })
    }

    /// The same for a null, of which it is not asked whether its linear network is stable.
    pub(super) fn spectra_of_null(
        &self,
        edges: &[Synapse],
        conventions: &[Convention],
        largest_snr: f64,
    ) -> Vec<Spectra> {
        self.spectra_on(edges, conventions, largest_snr, |_, _| Status::Ok)
    }

    fn spectra_on<'a, E>(
        &self,
        edges: E,
        conventions: &[Convention],
        largest_snr: f64,
        footing: impl Fn(&Linear, &Convention) -> Status,
    ) -> Vec<Spectra>
    where
        E: IntoIterator<Item = &'a Synapse> + Clone,
    {
        let mut weighted: Vec<(Weights, Weighted)> = Vec::new();
        let mut all = Vec::new();
        for convention in conventions {
            let weights = convention.weights;
            if weighted.iter().all(|(other, _)| *other != weights) {
                weighted.push((weights, self.weighted(edges.clone(), weights)));
            }
            let of_weights = weighted.iter().find(|(other, _)| *other == weights);
            let (_, of_weights) = of_weights.expect("it has just been made");
            all.push(match self.linear(of_weights, convention) {
                Err(status) => self.nothing(status),
                Ok(linear) => {
                    let footing = footing(&linear, convention);
                    self.dense(&linear, footing, largest_snr)
                }
            });
        }
        all
    }

    /// No spectrum at all, for one reason unless neurons are missing.
    fn nothing(&self, status: Status) -> Spectra {
        let missing = |measure: &Measure| Err(self.missing(*measure).unwrap_or(status));
        Spectra {
            footing: Status::Ok,
            of: [Measure::Encoded, Measure::Decoded, Measure::Carried].map(|m| missing(&m)),
        }
    }

    pub(super) fn dense(&self, linear: &Linear, footing: Status, largest_snr: f64) -> Spectra {
        let gramians = Gramians::of(linear);
        let mut of =
            [Measure::Encoded, Measure::Decoded, Measure::Carried].map(|measure| {
                match self.missing(measure) {
                    Some(status) => Err(status),
                    None => gramians.spectrum(measure),
                }
            });
        if let [Ok(encoded), Ok(decoded), Ok(carried)] = &of {
            let largest = |spectrum: &Spectrum| spectrum.squares()[0];
            let ratio = largest(encoded) * largest(decoded) / largest(carried);
            let held = linear.roles.held.len() as f64;
            if held * largest_snr * f64::EPSILON * ratio > ROUNDING {
                of[2] = carried_by_qr(linear);
            }
        }
        Spectra { footing, of }
    }
}
