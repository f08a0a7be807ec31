//! Non-negative factorisation of a tensor with symmetric slices (CANDECOMP/PARAFAC), by
//! hierarchical alternating least squares (Cichocki and Phan 2009).
//!
//! ```text
//! X[i, j, w] = sum_r A[i, r] B[j, r] C[w, r]        A, B, C >= 0
//! ```
//!
//! The squared error over all entries with `i != j` falls in every update of a column. Entries with
//! `i = j` are missing; before each sweep they are set to what the components say.

use rand::RngExt;

use super::affinity::Affinities;
use crate::random::ChaCha8Rng;

/// The components of a tensor, each column of unit length in `rows` and `columns`.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// Number of components.
    pub rank: usize,
    /// Loadings of the neurons as rows of the slices (neuron by neuron, `rank` values each).
    pub rows: Vec<f64>,
    /// Loadings of the neurons as columns of the slices, laid out alike.
    pub columns: Vec<f64>,
    /// Weight of each component in each window (window by window, `rank` values each).
    pub courses: Vec<f64>,
    /// Squared error over all pairs of different neurons, relative to the squared entries.
    pub error: f64,
    /// Sweeps that were made.
    pub sweeps: usize,
}

/// Relative fall of the error in a sweep below which the factorisation ends.
const TOLERANCE: f64 = 1e-7;

/// Takes a tensor apart into `rank` components, from a random start. The components come in the
/// order of their summed weights, the largest first.
///
/// Time `O(n^2 windows rank)` for a sweep, of which there are at most `most_sweeps`.
#[must_use]
pub fn factorise(
    tensor: &Affinities,
    rank: usize,
    most_sweeps: usize,
    random: &mut ChaCha8Rng,
) -> Factors {
    let (n, windows) = (tensor.neurons(), tensor.slices().len());
    let mut draw = |length: usize| -> Vec<f64> { (0..length).map(|_| random.random()).collect() };
    let mut factors = Factors {
        rank,
        rows: draw(n * rank),
        columns: draw(n * rank),
        courses: draw(windows * rank),
        error: 1.0,
        sweeps: 0,
    };
    let mut slices = tensor.slices().to_vec();
    let total: f64 = slices.iter().flatten().map(|x| x * x).sum();
    if total == 0.0 || rank == 0 {
        return Factors {
            error: 0.0,
            ..factors
        };
    }
    while factors.sweeps < most_sweeps {
        crate::interruption::check();
        for (w, slice) in slices.iter_mut().enumerate() {
            for i in 0..n {
                slice[i * n + i] = factors.entry(i, i, w);
            }
        }
        factors.sweep(&slices);
        factors.sweeps += 1;
        let error = factors.squared_error(tensor) / total;
        let fell = factors.error - error;
        factors.error = error;
        if factors.sweeps > 1 && fell < TOLERANCE * error.max(TOLERANCE) {
            break;
        }
    }
    factors.normalised()
}

impl Factors {
    /// What the components say about an entry.
    fn entry(&self, i: usize, j: usize, w: usize) -> f64 {
        let of = |values: &[f64], at: usize, r: usize| values[at * self.rank + r];
        (0..self.rank)
            .map(|r| of(&self.rows, i, r) * of(&self.columns, j, r) * of(&self.courses, w, r))
            .sum()
    }

    /// Updates every column of all three factors once.
    fn sweep(&mut self, slices: &[Vec<f64>]) {
        let rank = self.rank;
        let n = self.rows.len() / rank;
        // Slices are symmetric, so the rows are updated from the columns and the columns from the
        // rows in the same way.
        for of_rows in [true, false] {
            let other = if of_rows { &self.columns } else { &self.rows };
            let mut target = vec![0.0; n * rank];
            for (slice, course) in slices.iter().zip(self.courses.chunks_exact(rank)) {
                let product = times(slice, other, n, rank);
                for (row, values) in target
                    .chunks_exact_mut(rank)
                    .zip(product.chunks_exact(rank))
                {
                    for r in 0..rank {
                        row[r] += values[r] * course[r];
                    }
                }
            }
            let gram = entrywise(&gram(other, rank), &gram(&self.courses, rank));
            let own = if of_rows {
                &mut self.rows
            } else {
                &mut self.columns
            };
            update(own, &target, &gram, rank);
        }
        let mut target = vec![0.0; self.courses.len()];
        for (slice, values) in slices.iter().zip(target.chunks_exact_mut(rank)) {
            let product = times(slice, &self.columns, n, rank);
            for (row, of_row) in product.chunks_exact(rank).zip(self.rows.chunks_exact(rank)) {
                for r in 0..rank {
                    values[r] += row[r] * of_row[r];
                }
            }
        }
        let gram = entrywise(&gram(&self.rows, rank), &gram(&self.columns, rank));
        update(&mut self.courses, &target, &gram, rank);
    }

    /// The squared error over all pairs of different neurons.
    fn squared_error(&self, tensor: &Affinities) -> f64 {
        let (n, rank) = (tensor.neurons(), self.rank);
        let mut sum = 0.0;
        for (slice, course) in tensor.slices().iter().zip(self.courses.chunks_exact(rank)) {
            for (i, row) in self.rows.chunks_exact(rank).enumerate() {
                let weighted: Vec<f64> = row.iter().zip(course).map(|(a, c)| a * c).collect();
                for (j, column) in self.columns.chunks_exact(rank).enumerate() {
                    if i != j {
                        let said: f64 = weighted.iter().zip(column).map(|(a, b)| a * b).sum();
                        sum += (slice[i * n + j] - said).powi(2);
                    }
                }
            }
        }
        sum
    }

    /// The same components with columns of unit length, sorted by their summed weights.
    fn normalised(self) -> Self {
        let rank = self.rank;
        let norm = |values: &[f64], r: usize| {
            let column = values.iter().skip(r).step_by(rank);
            column.map(|v| v * v).sum::<f64>().sqrt()
        };
        let norms: Vec<(f64, f64)> = (0..rank)
            .map(|r| (norm(&self.rows, r), norm(&self.columns, r)))
            .collect();
        let weight = |r: usize| {
            let sum: f64 = self.courses.iter().skip(r).step_by(rank).sum();
            sum * norms[r].0 * norms[r].1
        };
        let mut order: Vec<usize> = (0..rank).collect();
        order.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)));
        let arranged = |values: &[f64], scale: &dyn Fn(usize) -> f64| -> Vec<f64> {
            values
                .chunks_exact(rank)
                .flat_map(|row| order.iter().map(|&r| row[r] * scale(r)))
                .collect()
        };
        let inverse = |norm: f64| if norm > 0.0 { 1.0 / norm } else { 0.0 };
        Self {
            rows: arranged(&self.rows, &|r| inverse(norms[r].0)),
            columns: arranged(&self.columns, &|r| inverse(norms[r].1)),
            courses: arranged(&self.courses, &|r| norms[r].0 * norms[r].1),
            ..self
        }
    }

    /// How alike two components are: the product of the cosines of their three parts.
    #[must_use]
    pub fn likeness(&self, component: usize, other: &Self, its: usize) -> f64 {
        let cosine = |a: &[f64], b: &[f64]| {
            let of = |values: &[f64], rank: usize, r: usize| -> Vec<f64> {
                values.iter().skip(r).step_by(rank).copied().collect()
            };
            let (a, b) = (of(a, self.rank, component), of(b, other.rank, its));
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let norms = (dot(&a, &a) * dot(&b, &b)).sqrt();
            if norms > 0.0 {
                dot(&a, &b) / norms
            } else {
                0.0
            }
        };
        cosine(&self.rows, &other.rows)
            * cosine(&self.columns, &other.columns)
            * cosine(&self.courses, &other.courses)
    }
}

/// A symmetric matrix times a factor.
fn times(slice: &[f64], factor: &[f64], n: usize, rank: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * rank];
    for (row, sums) in slice.chunks_exact(n).zip(product.chunks_exact_mut(rank)) {
        for (&x, values) in row.iter().zip(factor.chunks_exact(rank)) {
            if x != 0.0 {
                for r in 0..rank {
                    sums[r] += x * values[r];
                }
            }
        }
    }
    product
}

/// The products of the columns of a factor with each other.
fn gram(factor: &[f64], rank: usize) -> Vec<f64> {
    let mut gram = vec![0.0; rank * rank];
    for row in factor.chunks_exact(rank) {
        for r in 0..rank {
            for s in 0..rank {
                gram[r * rank + s] += row[r] * row[s];
            }
        }
    }
    gram
}

fn entrywise(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x * y).collect()
}

/// Sets each column in turn to its best non-negative values, all others held.
fn update(factor: &mut [f64], target: &[f64], gram: &[f64], rank: usize) {
    for r in 0..rank {
        let own = gram[r * rank + r];
        if own <= 0.0 {
            continue;
        }
        for (row, wanted) in factor.chunks_exact_mut(rank).zip(target.chunks_exact(rank)) {
            let said: f64 = (0..rank).map(|s| row[s] * gram[s * rank + r]).sum();
            row[r] = (row[r] + (wanted[r] - said) / own).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    /// Two groups of neurons with overlapping members and courses of their own.
    fn planted() -> (Affinities, Vec<[f64; 2]>, Vec<[f64; 2]>) {
        let n = 12;
        let loading = |i: usize| {
            let i = i as f64;
            [(1.0 - i / 7.0).max(0.0), ((i - 5.0) / 6.0).max(0.0)]
        };
        let course = |w: usize| {
            let t = w as f64;
            [1.0 + (0.7 * t).sin(), 0.5 + (0.4 * t).cos().powi(2)]
        };
        let loadings: Vec<[f64; 2]> = (0..n).map(loading).collect();
        let courses: Vec<[f64; 2]> = (0..10).map(course).collect();
        let slice = |c: &[f64; 2]| {
            (0..n * n)
                .map(|at| {
                    let (a, b) = (loadings[at / n], loadings[at % n]);
                    let entry = a[0] * b[0] * c[0] + a[1] * b[1] * c[1];
                    if at / n == at % n { 0.0 } else { entry }
                })
                .collect()
        };
        let tensor = Affinities::from_slices(n, courses.iter().map(slice).collect());
        (tensor, loadings, courses)
    }

    #[test]
    fn planted_components_are_found_although_the_diagonal_is_missing() {
        let (tensor, loadings, _) = planted();
        let found = factorise(&tensor, 2, 2000, &mut stream(1, &["test"]));
        assert!(found.error < 1e-6, "{}", found.error);
        for planted in 0..2 {
            let truth: Vec<f64> = loadings.iter().map(|l| l[planted]).collect();
            let norm = truth.iter().map(|v| v * v).sum::<f64>().sqrt();
            let best = (0..2)
                .map(|r| {
                    let column = found.rows.iter().skip(r).step_by(2);
                    column.zip(&truth).map(|(a, b)| a * b).sum::<f64>() / norm
                })
                .fold(0.0, f64::max);
            assert!(best > 0.999, "{best}");
        }
    }

    /// The error never rises, and what is reported is that of the definition.
    #[test]
    fn the_error_is_that_of_the_entries_and_falls() {
        let (tensor, ..) = planted();
        let errors: Vec<f64> = [1, 2, 5, 20, 60]
            .map(|sweeps| {
                let found = factorise(&tensor, 2, sweeps, &mut stream(5, &["test"]));
                let n = tensor.neurons();
                let (mut left, mut total) = (0.0, 0.0);
                for (w, slice) in tensor.slices().iter().enumerate() {
                    for i in 0..n {
                        for j in (0..n).filter(|&j| j != i) {
                            left += (slice[i * n + j] - found.entry(i, j, w)).powi(2);
                            total += slice[i * n + j].powi(2);
                        }
                    }
                }
                assert!((found.error - left / total).abs() < 1e-12);
                found.error
            })
            .to_vec();
        assert!(errors.is_sorted_by(|a, b| a >= b), "{errors:?}");
    }

    #[test]
    fn a_component_is_like_itself_and_unlike_the_other() {
        let (tensor, ..) = planted();
        let found = factorise(&tensor, 2, 500, &mut stream(1, &["test"]));
        assert!((found.likeness(0, &found, 0) - 1.0).abs() < 1e-12);
        assert!(found.likeness(0, &found, 1) < 0.2);
    }
}
