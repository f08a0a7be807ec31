//! Information-processing capacity: which functions of the past inputs a linear read-out can
//! compute (Dambre et al. 2012, Sci. Rep. 2:514).
//!
//! For white inputs from -1 to 1 the products of Legendre polynomials over delays are orthonormal
//! functions of the past. The capacity for one of them, `y`, is the share of its power that the
//! best linear read-out of the states gives back,
//!
//! ```text
//! C(y) = y' X (X' X)^-1 X' y / y' y
//! ```
//!
//! and over all functions the capacities of a reservoir that forgets add up to the rank of its
//! states, at most the number of neurons that are read. Delays are counted from 0, the present
//! input. In a series of `T` steps a function that has nothing to do with the states still has a
//! capacity of about `rank / T`. The threshold against that is the largest capacity, at the same
//! degree, for the same functions of shuffled inputs; what is not above it counts 0.

use faer::{Mat, Side};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::network::Reservoir;
use crate::random::stream;

/// How far the capacities are followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InformationSettings {
    /// Delays of the functions of degree 1, 2, ... : from 0 to one less than this.
    pub delays: Vec<u32>,
    /// Steps on which the capacities are measured.
    pub steps: u32,
    /// Steps before them that are left out.
    pub warm_up: u32,
    /// Shuffles of the inputs that the threshold is taken from.
    pub shuffles: u32,
}

impl Default for InformationSettings {
    fn default() -> Self {
        Self {
            delays: vec![40, 12, 6],
            steps: 10_000,
            warm_up: 500,
            shuffles: 5,
        }
    }
}

/// The capacities of one degree.
#[derive(Clone, Debug, PartialEq)]
pub struct DegreeCapacity {
    /// Degree of the polynomials.
    pub degree: usize,
    /// The capacities above the threshold, each with its largest delay.
    pub capacities: Vec<(usize, f64)>,
    /// Functions of this degree.
    pub functions: usize,
    /// Largest capacity for functions of shuffled inputs.
    pub threshold: f64,
}

impl DegreeCapacity {
    /// The sum of the capacities above the threshold.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.capacities.iter().map(|(_, capacity)| capacity).sum()
    }
}

/// The capacities of a reservoir, degree by degree, and the rank of its states.
#[must_use]
pub fn information_capacities(
    reservoir: &Reservoir,
    settings: &InformationSettings,
    seed: u64,
) -> (Vec<DegreeCapacity>, usize) {
    let mut random = stream(seed, &["information"]);
    let (warm_up, steps) = (settings.warm_up as usize, settings.steps as usize);
    let longest = settings.delays.iter().copied().max().unwrap_or(0) as usize;
    let before = warm_up.max(longest);
    let series: Vec<f64> = (0..before + steps)
        .map(|_| 2.0 * random.random::<f64>() - 1.0)
        .collect();
    let basis = Basis::of(&reservoir.states(&series), before);
    let shuffled: Vec<Vec<f64>> = (0..settings.shuffles)
        .map(|_| {
            let mut shuffled = series.clone();
            shuffled.shuffle(&mut random);
            shuffled
        })
        .collect();
    let of_degree = |(degree, &delays): (usize, &u32)| {
        let functions = products(degree, delays as usize);
        let by_chance = shuffled
            .iter()
            .flat_map(|s| basis.capacities(s, &functions));
        let threshold = by_chance.fold(0.0, f64::max);
        let capacities = basis.capacities(&series, &functions);
        let delay = |function: &Product| function.iter().map(|&(delay, _)| delay).max();
        let above = functions
            .iter()
            .map(|f| delay(f).unwrap_or(0))
            .zip(capacities);
        DegreeCapacity {
            degree,
            capacities: above
                .filter(|&(_, capacity)| capacity > threshold)
                .collect(),
            functions: functions.len(),
            threshold,
        }
    };
    let degrees = (1..).zip(&settings.delays).map(of_degree).collect();
    (degrees, basis.rank())
}

/// A product of Legendre polynomials: delay and degree of each factor, the delays ascending.
type Product = Vec<(usize, usize)>;

/// All products of a degree with delays below `delays`.
fn products(degree: usize, delays: usize) -> Vec<Product> {
    fn extend(
        from: usize,
        left: usize,
        delays: usize,
        begun: &mut Product,
        all: &mut Vec<Product>,
    ) {
        if left == 0 {
            all.push(begun.clone());
            return;
        }
        for delay in from..delays {
            for degree in 1..=left {
                begun.push((delay, degree));
                extend(delay + 1, left - degree, delays, begun, all);
                begun.pop();
            }
        }
    }
    let mut all = Vec::new();
    extend(0, degree, delays, &mut Vec::new(), &mut all);
    all
}

/// The Legendre polynomial of a degree, with mean square 1 over -1 to 1.
fn legendre(degree: usize, x: f64) -> f64 {
    let (mut last, mut this) = (0.0, 1.0);
    for n in 0..degree {
        let n = n as f64;
        (last, this) = (this, ((2.0 * n + 1.0) * x * this - n * last) / (n + 1.0));
    }
    this * (2.0 * degree as f64 + 1.0).sqrt()
}

/// A matrix without the means of its columns.
fn centred(mut matrix: Mat<f64>) -> Mat<f64> {
    for column in 0..matrix.ncols() {
        let mean = matrix.col(column).iter().sum::<f64>() / matrix.nrows() as f64;
        let values = matrix.col_mut(column).iter_mut();
        values.for_each(|value| *value -= mean);
    }
    matrix
}

/// The states of a reservoir, centred, with the eigenvectors of their covariance.
struct Basis {
    /// First step that counts.
    first: usize,
    states: Mat<f64>,
    /// Neurons x rank: `(X' X)^-1 = V V'` on the space that the states span.
    whitened: Mat<f64>,
}

impl Basis {
    /// Directions with less than this share of the strongest one's power are rounding.
    const LEAST: f64 = 1e-12;

    fn of(all: &Mat<f64>, first: usize) -> Self {
        let steps = all.nrows() - first;
        let states = centred(all.subrows(first, steps).to_owned());
        let gram = states.transpose() * &states;
        let n = gram.nrows();
        let whitened = match gram.self_adjoint_eigen(Side::Lower) {
            Ok(eigen) => {
                let (vectors, values) = (eigen.U(), eigen.S().column_vector());
                let largest = (0..n).map(|i| values[i]).fold(0.0, f64::max);
                let kept: Vec<usize> = (0..n)
                    .filter(|&i| values[i] > Self::LEAST * largest && values[i] > 0.0)
                    .collect();
                Mat::from_fn(n, kept.len(), |i, k| {
                    vectors[(i, kept[k])] / values[kept[k]].sqrt()
                })
            }
            Err(_) => Mat::zeros(n, 0),
        };
        Self {
            first,
            states,
            whitened,
        }
    }

    fn rank(&self) -> usize {
        self.whitened.ncols()
    }

    /// The capacity for each function of a series.
    fn capacities(&self, series: &[f64], functions: &[Product]) -> Vec<f64> {
        let value = |t: usize, function: &Product| -> f64 {
            let factor = |&(delay, degree)| legendre(degree, series[self.first + t - delay]);
            function.iter().map(factor).product()
        };
        let targets = centred(Mat::from_fn(
            self.states.nrows(),
            functions.len(),
            |t, k| value(t, &functions[k]),
        ));
        let along = self.whitened.transpose() * (self.states.transpose() * &targets);
        let squares = |column: faer::ColRef<'_, f64>| column.iter().map(|v| v * v).sum::<f64>();
        let both = along.col_iter().zip(targets.col_iter());
        both.map(|(along, target)| squares(along) / squares(target))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservoir::Response;

    fn few() -> InformationSettings {
        InformationSettings {
            delays: vec![20, 6, 4],
            steps: 4000,
            warm_up: 100,
            shuffles: 3,
        }
    }

    #[test]
    fn a_delay_line_computes_its_inputs_and_nothing_else() {
        let (degrees, rank) = information_capacities(&Reservoir::delay_line(9), &few(), 1);
        let totals: Vec<f64> = degrees.iter().map(DegreeCapacity::total).collect();
        assert_eq!(rank, 9);
        // Each of the nine inputs is held exactly, from the present one to that of eight steps ago.
        assert!((totals[0] - 9.0).abs() < 1e-9, "{totals:?}");
        assert_eq!(degrees[0].capacities.len(), 9);
        assert!(totals[1] < 0.05 && totals[2] < 0.05, "{totals:?}");
    }

    #[test]
    fn a_saturating_reservoir_computes_odd_functions_and_no_more_than_its_rank() {
        let mut reservoir = Reservoir::delay_line(6);
        reservoir.response = Response::Tanh;
        let (degrees, rank) = information_capacities(&reservoir.with_gain(3.0), &few(), 1);
        let totals: Vec<f64> = degrees.iter().map(DegreeCapacity::total).collect();
        // tanh is odd: nothing of degree 2.
        assert!(
            totals[0] > 4.0 && totals[1] < 0.05 && totals[2] > 0.1,
            "{totals:?}"
        );
        assert!(totals.iter().sum::<f64>() < rank as f64 + 1e-9);
    }

    #[test]
    fn products_and_polynomials_are_orthonormal() {
        assert_eq!(products(1, 3).len(), 3);
        assert_eq!(products(2, 3).len(), 3 + 3);
        assert_eq!(products(3, 3).len(), 3 + 6 + 1);
        let steps = 20_000;
        let mean = |a: usize, b: usize| {
            let at = |i: u32| (f64::from(i) + 0.5) / 10_000.0 - 1.0;
            let values = (0..steps).map(|i| legendre(a, at(i)) * legendre(b, at(i)));
            values.sum::<f64>() / f64::from(steps)
        };
        for (a, b) in [(1, 1), (2, 2), (3, 3), (1, 2), (1, 3), (0, 2)] {
            assert!((mean(a, b) - f64::from(u8::from(a == b))).abs() < 1e-6);
        }
    }
}
