//! The largest modulus of the eigenvalues of a matrix, equal to the bit on every machine.
//!
//! Initial strengths are divided by this number, so its last digit reaches everything that is
//! trained. The decompositions of `faer` choose their blocks by the processor; here every sum has
//! one order. A matrix is first cut into its strongly connected blocks, whose eigenvalues together
//! are its own: a wiring without cycles has exactly radius 0. A block is brought to Hessenberg form
//! by Householder reflections and then taken apart by the double-shift QR iteration (Francis 1961,
//! in the form of EISPACK's `hqr`: Martin, Peters and Wilkinson 1970). O(n^3).

use faer::Mat;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::instructions::chosen;

/// Largest modulus of the eigenvalues of a square matrix; not a number where an entry is none, or
/// where the iteration does not end.
pub(crate) fn spectral_radius(matrix: &Mat<f64>) -> f64 {
    let n = matrix.nrows();
    let mut edges = Vec::new();
    for i in 0..n as u32 {
        for j in 0..n as u32 {
            let entry = matrix[(i as usize, j as usize)];
            if !entry.is_finite() {
                return f64::NAN;
            }
            if entry != 0.0 {
                edges.push((i, j));
            }
        }
    }
    let mut radius = 0.0;
    for block in kosaraju_scc(&DiGraph::<(), ()>::from_edges(edges)) {
        let mut members: Vec<usize> = block.iter().map(|node| node.index()).collect();
        members.sort_unstable();
        let values = members
            .iter()
            .flat_map(|&i| members.iter().map(move |&j| (i, j)))
            .map(|at| matrix[at])
            .collect();
        let mut square = Square {
            n: members.len(),
            values,
        };
        let found = chosen().dispatch(
            #[inline(always)]
            || {
                square.reduce();
                square.dominant()
            },
        );
        match found {
            Some(Eigenvalue { modulus, .. }) if modulus > radius => radius = modulus,
            Some(_) => (),
            None => return f64::NAN,
        }
    }
    radius
}

/// An eigenvalue of largest modulus, as real and imaginary part, of a row-major matrix of `n` rows
/// that has zeros below its first subdiagonal. Of a conjugate pair it is the one with the positive
/// imaginary part; it is `None` where the iteration does not end or an entry is no number. O(n^3).
pub(crate) fn dominant_of_hessenberg(n: usize, values: Vec<f64>) -> Option<[f64; 2]> {
    if values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut square = Square { n, values };
    let found = chosen().dispatch(
        #[inline(always)]
        || square.dominant(),
    )?;
    Some(found.parts)
}

/// An eigenvalue and its modulus.
#[derive(Clone, Copy)]
struct Eigenvalue {
    modulus: f64,
    parts: [f64; 2],
}

/// QR steps on one eigenvalue after which the iteration is given up; two or three are usual.
const MOST_STEPS: u32 = 200;
/// Every so many steps without success the shift is replaced by another one.
const STUCK: u32 = 10;

/// A square matrix, row-major.
struct Square {
    n: usize,
    values: Vec<f64>,
}

/// The reflection `1 - [1 q r]^T [x y z]` of three neighbouring rows or columns, and the length it
/// reflects onto the first.
#[derive(Clone, Copy)]
struct Reflection {
    x: f64,
    y: f64,
    z: f64,
    q: f64,
    r: f64,
    length: f64,
}

impl Reflection {
    /// Takes the vector `[p q r]` to a multiple of the first unit vector; none if it is zero.
    #[inline(always)]
    fn of([p, q, r]: [f64; 3]) -> Option<Self> {
        let scale = p.abs() + q.abs() + r.abs();
        if scale == 0.0 {
            return None;
        }
        let (p, q, r) = (p / scale, q / scale, r / scale);
        let norm = (p * p + q * q + r * r).sqrt().copysign(p);
        let first = p + norm;
        Some(Self {
            x: first / norm,
            y: q / norm,
            z: r / norm,
            q: q / first,
            r: r / first,
            length: -norm * scale,
        })
    }
}

impl Square {
    #[inline(always)]
    fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.n + j]
    }

    #[inline(always)]
    fn set(&mut self, i: usize, j: usize, value: f64) {
        self.values[i * self.n + j] = value;
    }

    /// Brings the matrix to Hessenberg form: zeros below the first subdiagonal.
    #[inline(always)]
    fn reduce(&mut self) {
        let n = self.n;
        let mut sums = vec![0.0; n];
        for column in 0..n.saturating_sub(2) {
            let first = column + 1;
            let mut normal: Vec<f64> = (first..n).map(|i| self.at(i, column)).collect();
            let below: f64 = normal[1..].iter().map(|v| v * v).sum();
            if below == 0.0 {
                continue;
            }
            let norm = (normal[0] * normal[0] + below).sqrt().copysign(normal[0]);
            normal[0] += norm;
            let factor = 2.0 / (normal[0] * normal[0] + below);
            // From the left: every row from `first` on loses its share of their weighted sum.
            let sums = &mut sums[column..];
            sums.fill(0.0);
            for (row, &v) in self.values[first * n..].chunks_exact(n).zip(&normal) {
                for (sum, &value) in sums.iter_mut().zip(&row[column..]) {
                    *sum += v * value;
                }
            }
            for (row, &v) in self.values[first * n..].chunks_exact_mut(n).zip(&normal) {
                let share = factor * v;
                for (value, &sum) in row[column..].iter_mut().zip(&*sums) {
                    *value -= share * sum;
                }
            }
            // From the right: every row, along `normal`.
            for row in self.values.chunks_exact_mut(n) {
                let row = &mut row[first..];
                let share = factor * dot(row, &normal);
                for (value, &v) in row.iter_mut().zip(&normal) {
                    *value -= share * v;
                }
            }
            (first + 1..n).for_each(|i| self.set(i, column, 0.0));
        }
    }

    /// The eigenvalue of largest modulus of this matrix in Hessenberg form, which is taken apart;
    /// none where the iteration does not end.
    #[inline(always)]
    fn dominant(&mut self) -> Option<Eigenvalue> {
        let scale: f64 = self.values.iter().map(|v| v.abs()).sum();
        let mut shifted = 0.0;
        let mut largest = Eigenvalue {
            modulus: 0.0,
            parts: [0.0; 2],
        };
        let mut take = |found: Eigenvalue| {
            if found.modulus > largest.modulus {
                largest = found;
            }
        };
        let mut rest = self.n;
        let mut steps = 0;
        while rest > 0 {
            let end = rest - 1;
            let start = self.start_of_block(end, scale);
            let corner = self.at(end, end);
            if start == end {
                let value = corner + shifted;
                take(Eigenvalue {
                    modulus: value.abs(),
                    parts: [value, 0.0],
                });
                (rest, steps) = (end, 0);
                continue;
            }
            let before = self.at(end - 1, end - 1);
            let product = self.at(end, end - 1) * self.at(end - 1, end);
            if start + 1 == end {
                pair([before, corner], product, shifted)
                    .into_iter()
                    .for_each(&mut take);
                (rest, steps) = (end - 1, 0);
                continue;
            }
            if steps == MOST_STEPS {
                return None;
            }
            steps += 1;
            let mut shifts = [corner, before, product];
            if steps % STUCK == 0 {
                shifted += corner;
                for i in 0..=end {
                    self.set(i, i, self.at(i, i) - corner);
                }
                let size = self.at(end, end - 1).abs() + self.at(end - 1, end - 2).abs();
                shifts = [0.75 * size, 0.75 * size, -0.4375 * size * size];
            }
            self.step(start, end, shifts);
        }
        Some(largest)
    }

    /// First row of the block that ends with row `end`: above it a subdiagonal entry is negligible
    /// and is cleared.
    #[inline(always)]
    fn start_of_block(&mut self, end: usize, scale: f64) -> usize {
        let mut start = end;
        while start > 0 {
            let beside = self.at(start - 1, start - 1).abs() + self.at(start, start).abs();
            let beside = if beside == 0.0 { scale } else { beside };
            if self.at(start, start - 1).abs() <= f64::EPSILON * beside {
                self.set(start, start - 1, 0.0);
                break;
            }
            start -= 1;
        }
        start
    }

    /// One double-shift QR step on the rows and columns from `start` to `end`.
    #[inline(always)]
    fn step(&mut self, start: usize, end: usize, shifts: [f64; 3]) {
        let (first, mut vector) = self.bulge(start, end, shifts);
        for i in first + 2..=end {
            self.set(i, i - 2, 0.0);
            if i > first + 2 {
                self.set(i, i - 3, 0.0);
            }
        }
        for k in first..end {
            let three = k + 1 < end;
            if k > first {
                let last = if three { self.at(k + 2, k - 1) } else { 0.0 };
                vector = [self.at(k, k - 1), self.at(k + 1, k - 1), last];
            }
            let Some(reflection) = Reflection::of(vector) else {
                continue;
            };
            if k > first {
                self.set(k, k - 1, reflection.length);
            } else if first > start {
                self.set(k, k - 1, -self.at(k, k - 1));
            }
            self.reflect_rows(reflection, k, end);
            self.reflect_columns(reflection, k, start, end);
        }
    }

    /// Where the step can begin, because two subdiagonal entries there are small together, and the
    /// first column of the shifted matrix's square from there on.
    #[inline(always)]
    fn bulge(&self, start: usize, end: usize, [x, y, w]: [f64; 3]) -> (usize, [f64; 3]) {
        let mut m = end - 2;
        loop {
            let z = self.at(m, m);
            let (r, s) = (x - z, y - z);
            let p = (r * s - w) / self.at(m + 1, m) + self.at(m, m + 1);
            let q = self.at(m + 1, m + 1) - z - r - s;
            let r = self.at(m + 2, m + 1);
            let size = p.abs() + q.abs() + r.abs();
            let (p, q, r) = (p / size, q / size, r / size);
            if m == start {
                return (m, [p, q, r]);
            }
            let small = self.at(m, m - 1).abs() * (q.abs() + r.abs());
            let beside = self.at(m - 1, m - 1).abs() + z.abs() + self.at(m + 1, m + 1).abs();
            if small <= f64::EPSILON * p.abs() * beside {
                return (m, [p, q, r]);
            }
            m -= 1;
        }
    }

    #[inline(always)]
    fn reflect_rows(&mut self, reflection: Reflection, k: usize, end: usize) {
        let Reflection { x, y, z, q, r, .. } = reflection;
        let n = self.n;
        let (a, others) = self.values[k * n..].split_at_mut(n);
        let (a, columns) = (&mut a[k..=end], k..end + 1);
        if k + 1 < end {
            let (b, others) = others.split_at_mut(n);
            let (b, c) = (&mut b[columns.clone()], &mut others[columns]);
            for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                let p = *a + q * *b + r * *c;
                *a -= p * x;
                *b -= p * y;
                *c -= p * z;
            }
        } else {
            for (a, b) in a.iter_mut().zip(&mut others[columns]) {
                let p = *a + q * *b;
                *a -= p * x;
                *b -= p * y;
            }
        }
    }

    #[inline(always)]
    fn reflect_columns(&mut self, reflection: Reflection, k: usize, start: usize, end: usize) {
        let Reflection { x, y, z, q, r, .. } = reflection;
        let n = self.n;
        let three = k + 1 < end;
        let last = end.min(k + 3);
        for row in self.values[start * n..(last + 1) * n].chunks_exact_mut(n) {
            if three {
                let [a, b, c] = row[k..].first_chunk_mut().expect("three columns are left");
                let p = x * *a + y * *b + z * *c;
                *a -= p;
                *b -= p * q;
                *c -= p * r;
            } else {
                let [a, b] = row[k..].first_chunk_mut().expect("two columns are left");
                let p = x * *a + y * *b;
                *a -= p;
                *b -= p * q;
            }
        }
    }
}

/// Both eigenvalues of a matrix of two rows: its diagonal, the product of the other two
/// entries, and what has been subtracted from the diagonal.
#[inline(always)]
fn pair([upper, lower]: [f64; 2], product: f64, shifted: f64) -> [Eigenvalue; 2] {
    let half = 0.5 * (upper - lower);
    let discriminant = half * half + product;
    let root = discriminant.abs().sqrt();
    let lower = lower + shifted;
    if discriminant < 0.0 {
        let real = lower + half;
        return [Eigenvalue {
            modulus: (real * real + root * root).sqrt(),
            parts: [real, root],
        }; 2];
    }
    let far = half + root.copysign(half);
    let near = if far == 0.0 { 0.0 } else { -product / far };
    [lower + far, lower + near].map(|value| Eigenvalue {
        modulus: value.abs(),
        parts: [value, 0.0],
    })
}

/// Inner product in eight partial sums.
#[inline(always)]
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
    let halves: [f64; 4] = std::array::from_fn(|i| sums[i] + sums[i + 4]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::instructions::each;
    use crate::random::stream;
    use rand::RngExt;

    /// The same by `faer`.
    fn by_faer(matrix: &Mat<f64>) -> f64 {
        let values = matrix.eigenvalues().unwrap();
        values.iter().map(|v| v.norm()).fold(0.0, f64::max)
    }

    #[test]
    fn the_radius_is_that_of_faer_and_the_same_on_every_instruction_set() {
        let mut random = stream(1, &["matrix"]);
        for n in [1, 2, 3, 4, 7, 30, 120] {
            for density in [0.15, 1.0] {
                for shift in [-0.5, 0.0, -1.0] {
                    let matrix = Mat::from_fn(n, n, |_, _| {
                        if random.random::<f64>() < density {
                            random.random::<f64>() + shift
                        } else {
                            0.0
                        }
                    });
                    let radii = each(|| spectral_radius(&matrix));
                    for (arch, radius) in &radii {
                        assert_eq!(radius.to_bits(), radii[0].1.to_bits(), "{arch:?}");
                    }
                    let (found, wanted) = (radii[0].1, by_faer(&matrix));
                    // Acyclic parts leave faer with roots of the rounding error.
                    let slack = if density < 1.0 && n < 30 { 1e-3 } else { 1e-11 };
                    assert!(
                        (found - wanted).abs() <= slack * wanted.max(1.0),
                        "{n} {density} {shift}: {found} {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn known_radii() {
        let cycle = |n: usize, weight: f64| {
            Mat::from_fn(n, n, |i, j| if (i + 1) % n == j { weight } else { 0.0 })
        };
        for n in [1, 2, 3, 4, 50] {
            assert!(
                (spectral_radius(&cycle(n, -0.7)) - 0.7).abs() < 1e-14,
                "{n}"
            );
        }
        let chain = Mat::from_fn(40, 40, |i, j| if i < j { 3.0 } else { 0.0 });
        assert_eq!(spectral_radius(&chain), 0.0);
        assert_eq!(spectral_radius(&Mat::zeros(0, 0)), 0.0);
        let mut broken = cycle(3, 1.0);
        broken[(0, 0)] = f64::INFINITY;
        assert!(spectral_radius(&broken).is_nan());
    }
}
