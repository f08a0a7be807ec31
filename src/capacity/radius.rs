//! The spectral radius of a sparse matrix, by Arnoldi's iteration on its strongly connected parts.

use faer::Mat;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use rand::RngExt;

use super::sparse::Sparse;
use crate::portable::{dominant_of_hessenberg, spectral_radius};
use crate::random::seeded;

/// Parts up to this size are decomposed as a whole, which is exact but for rounding.
const DIRECT: usize = 48;
/// Parts up to this size are decomposed as a whole where the iteration does not converge.
const MOST_DIRECT: usize = 1500;
/// Sizes of the basis at which convergence is tested.
const TESTS: [usize; 8] = [32, 40, 48, 64, 80, 104, 136, 180];
/// Values that all vectors of a basis may have together; beyond them the iteration begins anew.
const MOST_VALUES: usize = 25_000_000;
/// How often the iteration begins anew from the best vector it has.
const RESTARTS: u32 = 30;
/// The iteration ends where the residual is at most this share of the eigenvalue.
const TOLERANCE: f64 = 1e-11;

/// Largest modulus of the eigenvalues. It is exactly 0 for a matrix without cycles, and `None`
/// where the iteration does not converge.
///
/// The matrix is cut into its strongly connected parts, whose eigenvalues together are its own;
/// they are found without recursion, which large wirings would not survive. Of small parts all
/// eigenvalues are computed; of others the largest one by the iteration of Arnoldi (1951, Quart.
/// Appl. Math. 9:17), until it has a residual of 1e-11 of its size: it then is the eigenvalue of a
/// matrix that differs by no more than that. Time O(entries) for each vector of the basis, of which
/// there are 30 to 60 in a worm.
pub(super) fn radius(matrix: &Sparse) -> Option<f64> {
    let edges = matrix.entries().filter(|entry| entry.2 != 0.0);
    let graph = DiGraph::<(), ()>::from_edges(edges.map(|(i, j, _)| (i, j)));
    let mut largest = 0.0f64;
    for part in kosaraju_scc(&graph) {
        let mut members: Vec<u32> = part.iter().map(|node| node.index() as u32).collect();
        members.sort_unstable();
        let found = match &members[..] {
            &[one] => {
                let (columns, values) = matrix.row(one as usize);
                let own = columns.iter().position(|&column| column == one);
                own.map_or(0.0, |at| values[at].abs())
            }
            _ if members.len() == matrix.n => of_part(matrix)?,
            _ => of_part(&matrix.part(&members))?,
        };
        largest = largest.max(found);
    }
    Some(largest)
}

/// The radius of a strongly connected part.
fn of_part(part: &Sparse) -> Option<f64> {
    if part.n <= DIRECT {
        return directly(part);
    }
    iterated(part).or_else(|| {
        if part.n <= MOST_DIRECT {
            directly(part)
        } else {
            None
        }
    })
}

fn directly(part: &Sparse) -> Option<f64> {
    let mut whole = Mat::<f64>::zeros(part.n, part.n);
    part.entries()
        .for_each(|(i, j, value)| whole[(i as usize, j as usize)] = value);
    let found = spectral_radius(&whole);
    found.is_finite().then_some(found)
}

fn iterated(part: &Sparse) -> Option<f64> {
    let n = part.n;
    let most = (MOST_VALUES / n)
        .clamp(TESTS[0], TESTS[TESTS.len() - 1])
        .min(n);
    let mut random = seeded(n as u64);
    let mut start: Vec<f64> = (0..n).map(|_| random.random::<f64>() + 0.5).collect();
    for _ in 0..=RESTARTS {
        let mut basis = Basis::new(start, most)?;
        start = loop {
            basis.extend(part);
            let size = basis.size();
            let ends = size == most || basis.is_invariant();
            if !ends && !TESTS.contains(&size) {
                continue;
            }
            let value = dominant_of_hessenberg(size, basis.square())?;
            let modulus = value[0].hypot(value[1]);
            if basis.is_invariant() {
                return Some(modulus);
            }
            let vector = eigenvector(size, basis.square(), value)?;
            let last = &vector[size - 1];
            let residual = basis.next_length() * last[0].hypot(last[1]);
            if residual <= TOLERANCE * modulus {
                return Some(modulus);
            }
            if ends {
                break basis.combined(&vector);
            }
        };
    }
    None
}

/// An orthonormal basis of a Krylov space, and the matrix in it.
struct Basis {
    vectors: Vec<Vec<f64>>,
    /// Column by column: the products of the matrix with each vector, in the basis.
    columns: Vec<Vec<f64>>,
    scale: f64,
    most: usize,
}

impl Basis {
    fn new(mut start: Vec<f64>, most: usize) -> Option<Self> {
        let length = dot(&start, &start).sqrt();
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        start.iter_mut().for_each(|x| *x /= length);
        Some(Self {
            vectors: vec![start],
            columns: Vec::new(),
            scale: 0.0,
            most,
        })
    }

    /// Vectors that have been multiplied.
    fn size(&self) -> usize {
        self.columns.len()
    }

    /// What the last product has outside of the basis.
    fn next_length(&self) -> f64 {
        self.columns
            .last()
            .and_then(|c| c.last())
            .map_or(0.0, |l| *l)
    }

    fn is_invariant(&self) -> bool {
        self.next_length() <= f64::EPSILON * self.scale
    }

    /// Multiplies the last vector and makes the next one of the product, by Gram and Schmidt twice
    /// over.
    fn extend(&mut self, part: &Sparse) {
        let last = self.vectors.last().expect("a basis begins with a vector");
        let mut product = vec![0.0; last.len()];
        part.times(last, &mut product);
        self.scale = self.scale.max(dot(&product, &product).sqrt());
        let mut column = vec![0.0; self.vectors.len()];
        for _ in 0..2 {
            for (vector, entry) in self.vectors.iter().zip(&mut column) {
                let share = dot(vector, &product);
                *entry += share;
                for (p, v) in product.iter_mut().zip(vector) {
                    *p -= share * v;
                }
            }
        }
        let length = dot(&product, &product).sqrt();
        column.push(length);
        self.columns.push(column);
        if self.size() < self.most && !self.is_invariant() {
            product.iter_mut().for_each(|x| *x /= length);
            self.vectors.push(product);
        }
    }

    /// The matrix in the basis, row-major: zeros below the first subdiagonal.
    fn square(&self) -> Vec<f64> {
        let size = self.size();
        let mut values = vec![0.0; size * size];
        for (j, column) in self.columns.iter().enumerate() {
            for (i, value) in column.iter().take(size).enumerate() {
                values[i * size + j] = *value;
            }
        }
        values
    }

    /// The real part of a combination of the vectors, and its imaginary part on top, so that a
    /// conjugate pair is not lost.
    fn combined(&self, vector: &[[f64; 2]]) -> Vec<f64> {
        let mut sum = vec![0.0; self.vectors[0].len()];
        for (basis, share) in self.vectors.iter().zip(vector) {
            for (s, b) in sum.iter_mut().zip(basis) {
                *s += (share[0] + share[1]) * b;
            }
        }
        sum
    }
}

/// The unit eigenvector of a Hessenberg matrix to an eigenvalue, by inverse iteration.
fn eigenvector(size: usize, square: Vec<f64>, value: [f64; 2]) -> Option<Vec<[f64; 2]>> {
    let scale = square.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let mut upper: Vec<[f64; 2]> = square.into_iter().map(|x| [x, 0.0]).collect();
    for i in 0..size {
        upper[i * size + i] = minus(upper[i * size + i], value);
    }
    // Gauss with exchanges of neighbouring rows; what was done is done to the right side again.
    let mut steps = Vec::with_capacity(size);
    for k in 0..size.saturating_sub(1) {
        let exchanged = modulus(upper[(k + 1) * size + k]) > modulus(upper[k * size + k]);
        if exchanged {
            for j in k..size {
                upper.swap(k * size + j, (k + 1) * size + j);
            }
        }
        let pivot = upper[k * size + k];
        let factor = if modulus(pivot) > 0.0 {
            over(upper[(k + 1) * size + k], pivot)
        } else {
            [0.0; 2]
        };
        for j in k..size {
            let part = times(factor, upper[k * size + j]);
            upper[(k + 1) * size + j] = minus(upper[(k + 1) * size + j], part);
        }
        steps.push((exchanged, factor));
    }
    let least = f64::EPSILON * scale;
    let mut vector = vec![[1.0, 0.0]; size];
    for _ in 0..2 {
        for (k, &(exchanged, factor)) in steps.iter().enumerate() {
            if exchanged {
                vector.swap(k, k + 1);
            }
            vector[k + 1] = minus(vector[k + 1], times(factor, vector[k]));
        }
        for i in (0..size).rev() {
            let mut rest = vector[i];
            for j in i + 1..size {
                rest = minus(rest, times(upper[i * size + j], vector[j]));
            }
            let mut pivot = upper[i * size + i];
            if modulus(pivot) < least {
                pivot = [least, 0.0];
            }
            vector[i] = over(rest, pivot);
        }
        let length = vector
            .iter()
            .map(|v| v[0] * v[0] + v[1] * v[1])
            .sum::<f64>();
        let length = length.sqrt();
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        vector
            .iter_mut()
            .for_each(|v| *v = [v[0] / length, v[1] / length]);
    }
    Some(vector)
}

fn modulus(a: [f64; 2]) -> f64 {
    a[0].hypot(a[1])
}

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn times(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

fn over(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let square = b[0] * b[0] + b[1] * b[1];
    let product = times(a, [b[0], -b[1]]);
    [product[0] / square, product[1] / square]
}

/// Inner product in eight partial sums.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    for (sum, (a, b)) in sums.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *sum += a * b;
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    fn random_matrix(n: usize, degree: usize, inhibitory: f64, seed: u64) -> Sparse {
        let mut random = stream(seed, &["radius"]);
        let mut entries = Vec::new();
        for i in 0..n {
            for _ in 0..degree {
                let j = random.random_range(0..n) as u32;
                let sign = if random.random::<f64>() < inhibitory {
                    -1.0
                } else {
                    1.0
                };
                entries.push((i as u32, j, sign * (1.0 - random.random::<f64>().ln())));
            }
        }
        Sparse::new(n, &entries)
    }

    /// Against all eigenvalues: positive matrices, ones with a conjugate pair on top, ones in
    /// several parts, and ones that the iteration alone cannot do.
    #[test]
    fn the_radius_is_the_largest_modulus_of_all_eigenvalues() {
        for (n, degree, inhibitory, seed) in [
            (49, 3, 0.0, 1),
            (120, 4, 0.5, 2),
            (300, 12, 0.1, 3),
            (300, 12, 0.5, 4),
            (300, 1, 0.5, 5),
            (400, 2, 1.0, 6),
        ] {
            let matrix = random_matrix(n, degree, inhibitory, seed);
            let expected = directly(&matrix).unwrap();
            let found = radius(&matrix).unwrap();
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "{n} {degree}: {found} {expected}"
            );
        }
    }

    /// The iteration itself, where the largest eigenvalue stands apart.
    #[test]
    fn the_iteration_converges_without_help() {
        let matrix = random_matrix(800, 12, 0.15, 7);
        let (found, expected) = (iterated(&matrix).unwrap(), directly(&matrix).unwrap());
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }

    #[test]
    fn rings_and_chains_have_known_radii() {
        for n in [2, 30, 60, 200] {
            let ring: Vec<_> = (0..n).map(|i| (i, (i + 1) % n, -0.7)).collect();
            let found = radius(&Sparse::new(n as usize, &ring)).unwrap();
            assert!((found - 0.7).abs() < 1e-12, "{n}: {found}");
        }
        let chain: Vec<_> = (0..99).map(|i| (i, i + 1, 5.0)).collect();
        assert_eq!(radius(&Sparse::new(100, &chain)), Some(0.0));
        assert_eq!(radius(&Sparse::new(0, &[])), Some(0.0));
        let loop_ = [(0, 1, 5.0), (1, 1, -2.0)];
        assert_eq!(radius(&Sparse::new(2, &loop_)), Some(2.0));
    }
}
