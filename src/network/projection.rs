//! Sparse linear maps with a fixed pattern: the kernels every part of a network is made of.
//!
//! A [`Projection`] is the pattern of a `rows` x `columns` matrix, compressed by row (for the forward pass) and by column (for
//! the backward pass). Weights live outside, one per edge, in row order. Signals are batch innermost (`index * batch + sample`),
//! so a vector register holds one neuron's activity in several samples, a weight is broadcast, and the inner loop is one fused
//! multiply-add per register, without any gather of single numbers.
//!
//! All kernels are `#[inline(always)]`: they are compiled into the caller, which chooses the instruction set once per training
//! step. Sums run in a fixed order whatever the instruction set.

use super::real::{Matrix, Real};

/// Samples handled together: a batch is a multiple of this.
pub const LANES: usize = 16;
/// Samples handled together where the batch allows: four registers of sixteen.
const BLOCK: usize = 64;

/// The pattern of a sparse matrix, readable by row and by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    rows: usize,
    columns: usize,
    row_offsets: Vec<u32>,
    column_of: Vec<u32>,
    column_offsets: Vec<u32>,
    row_of: Vec<u32>,
    /// Edge (row order) of each position in column order.
    edge_of: Vec<u32>,
}

impl Projection {
    /// The pattern with the given (row, column) edges, which must be sorted and without repeats.
    ///
    /// # Panics
    /// If the edges are not strictly ascending or leave the matrix: a bug of the caller, never of the data.
    #[must_use]
    pub fn new(rows: usize, columns: usize, edges: &[(u32, u32)]) -> Self {
        assert!(edges.windows(2).all(|w| w[0] < w[1]), "edges of a projection must be sorted and unique");
        assert!(edges.iter().all(|&(r, c)| (r as usize) < rows && (c as usize) < columns));
        let offsets = |length: usize, key: &dyn Fn(&(u32, u32)) -> u32| {
            let mut offsets = vec![0u32; length + 1];
            edges.iter().for_each(|edge| offsets[key(edge) as usize + 1] += 1);
            (0..length).for_each(|i| offsets[i + 1] += offsets[i]);
            offsets
        };
        let row_offsets = offsets(rows, &|e| e.0);
        let column_offsets = offsets(columns, &|e| e.1);
        let mut next = column_offsets.clone();
        let mut row_of = vec![0; edges.len()];
        let mut edge_of = vec![0; edges.len()];
        for (edge, &(row, column)) in edges.iter().enumerate() {
            let position = &mut next[column as usize];
            row_of[*position as usize] = row;
            edge_of[*position as usize] = edge as u32;
            *position += 1;
        }
        let column_of = edges.iter().map(|e| e.1).collect();
        Self { rows, columns, row_offsets, column_of, column_offsets, row_of, edge_of }
    }

    /// Every one of `targets` (rows) from every one of `sources` (columns).
    #[must_use]
    pub fn full(rows: usize, targets: &[u32], columns: usize, sources: &[u32]) -> Self {
        let mut edges: Vec<_> = targets.iter().flat_map(|&t| sources.iter().map(move |&s| (t, s))).collect();
        edges.sort_unstable();
        Self::new(rows, columns, &edges)
    }

    /// Number of edges, hence of weights.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.column_of.len()
    }

    /// Number of incoming edges of each row.
    pub fn row_degrees(&self) -> impl Iterator<Item = usize> {
        self.row_offsets.windows(2).map(|w| (w[1] - w[0]) as usize)
    }

    /// The (row, column) of every edge, in row order.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.rows).flat_map(move |row| self.row(row).map(move |edge| (row as u32, self.column_of[edge])))
    }

    #[inline(always)]
    fn row(&self, row: usize) -> std::ops::Range<usize> {
        self.row_offsets[row] as usize..self.row_offsets[row + 1] as usize
    }

    /// True where every entry is present, so that dense kernels serve better.
    #[inline(always)]
    fn is_dense(&self) -> bool {
        self.edges() == self.rows * self.columns && self.edges() > 4096
    }

    /// Writes row-ordered `weights` in column order.
    #[inline(always)]
    pub fn transpose_weights<F: Real>(&self, weights: &[F], transposed: &mut [F]) {
        if !self.is_dense() {
            for (to, &edge) in transposed.iter_mut().zip(&self.edge_of) {
                *to = weights[edge as usize];
            }
        }
    }

    /// `target[row] += sum over columns of weight * source[column]`.
    #[inline(always)]
    pub fn apply<F: Real>(&self, weights: &[F], source: &[F], target: &mut [F], batch: usize) {
        if self.is_dense() {
            let left = Matrix::new(weights, self.rows, self.columns);
            F::multiply_add(target, left, Matrix::new(source, self.columns, batch), self.rows, batch);
        } else {
            gather(&self.row_offsets, &self.column_of, weights, source, target, batch);
        }
    }

    /// `target[column] += sum over rows of weight * source[row]`, with the weights in column order (`weights` in row order where dense).
    #[inline(always)]
    pub fn apply_transposed<F: Real>(
        &self,
        weights: &[F],
        transposed: &[F],
        source: &[F],
        target: &mut [F],
        batch: usize,
    ) {
        if self.is_dense() {
            let left = Matrix::new(weights, self.rows, self.columns).t();
            F::multiply_add(target, left, Matrix::new(source, self.rows, batch), self.columns, batch);
        } else {
            gather(&self.column_offsets, &self.row_of, transposed, source, target, batch);
        }
    }

    /// `gradient[edge] += <rows[row], columns[column]>`: each signal's samples at all times lie together, `length` numbers from
    /// `start` on, one neuron every `stride`.
    #[inline(always)]
    pub fn accumulate<F: Real>(&self, rows: Trace<'_, F>, columns: Trace<'_, F>, length: usize, gradient: &mut [F]) {
        if self.is_dense() {
            let left = rows.matrix(self.rows, length);
            F::multiply_add(gradient, left, columns.matrix(self.columns, length).t(), self.rows, self.columns);
            return;
        }
        for row in 0..self.rows {
            let range = self.row(row);
            if range.is_empty() {
                continue;
            }
            let signal = rows.of(row, length);
            for edge in range {
                gradient[edge] += dot(signal, columns.of(self.column_of[edge] as usize, length));
            }
        }
    }
}

/// The history of a population's signal: neuron `i` holds its values from `i * stride + start` on.
#[derive(Clone, Copy)]
pub struct Trace<'a, F> {
    /// All values.
    pub values: &'a [F],
    /// Distance between two neurons.
    pub stride: usize,
    /// First value wanted of each neuron.
    pub start: usize,
}

impl<'a, F: Real> Trace<'a, F> {
    #[inline(always)]
    pub(super) fn of(&self, index: usize, length: usize) -> &'a [F] {
        &self.values[index * self.stride + self.start..][..length]
    }

    fn matrix(&self, rows: usize, length: usize) -> Matrix<'a, F> {
        let end = (rows - 1) * self.stride + self.start + length;
        Matrix { values: &self.values[self.start..end], rows, columns: length, stride: self.stride, transposed: false }
    }
}

#[inline(always)]
fn gather<F: Real>(offsets: &[u32], index: &[u32], weights: &[F], source: &[F], target: &mut [F], batch: usize) {
    let mut start = 0;
    while start + BLOCK <= batch {
        gather_block::<F, BLOCK>(offsets, index, weights, source, target, batch, start);
        start += BLOCK;
    }
    while start < batch {
        gather_block::<F, LANES>(offsets, index, weights, source, target, batch, start);
        start += LANES;
    }
}

#[inline(always)]
fn gather_block<F: Real, const L: usize>(
    offsets: &[u32],
    index: &[u32],
    weights: &[F],
    source: &[F],
    target: &mut [F],
    batch: usize,
    start: usize,
) {
    for (bounds, row) in offsets.windows(2).zip(target.chunks_exact_mut(batch)) {
        let edges = bounds[0] as usize..bounds[1] as usize;
        if edges.is_empty() {
            continue;
        }
        let row = &mut row[start..start + L];
        let mut sum = [F::zero(); L];
        sum.copy_from_slice(row);
        for (&weight, &column) in weights[edges.clone()].iter().zip(&index[edges]) {
            let values = &source[column as usize * batch + start..][..L];
            for lane in 0..L {
                sum[lane] = values[lane].mul_add(weight, sum[lane]);
            }
        }
        row.copy_from_slice(&sum);
    }
}

/// Inner product with [`BLOCK`] partial sums folded in halves: the same order for every instruction set.
#[inline(always)]
pub(super) fn dot<F: Real>(left: &[F], right: &[F]) -> F {
    let mut sum = [F::zero(); BLOCK];
    let (left_blocks, right_blocks) = (left.chunks_exact(BLOCK), right.chunks_exact(BLOCK));
    let tail = left_blocks.remainder().iter().zip(right_blocks.remainder());
    for (slot, (&l, &r)) in tail.enumerate() {
        sum[slot] = l * r;
    }
    for (l, r) in left_blocks.zip(right_blocks) {
        for lane in 0..BLOCK {
            sum[lane] = l[lane].mul_add(r[lane], sum[lane]);
        }
    }
    let mut width = BLOCK / 2;
    while width > 0 {
        for lane in 0..width {
            sum[lane] = sum[lane] + sum[lane + width];
        }
        width /= 2;
    }
    sum[0]
}

/// Sum of all values, in the order of [`dot`].
#[inline(always)]
pub(super) fn total<F: Real>(values: &[F]) -> F {
    let mut sum = [F::zero(); LANES];
    for block in values.chunks_exact(LANES) {
        for lane in 0..LANES {
            sum[lane] += block[lane];
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sum[lane] = sum[lane] + sum[lane + width];
        }
        width /= 2;
    }
    sum[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;

    fn values(n: usize, name: &str) -> Vec<f64> {
        let mut random = stream(3, &[name]);
        (0..n).map(|_| random.random::<f64>() - 0.5).collect()
    }

    /// Every kernel against the dense definition, for a sparse and a full pattern and for batches with and without blocks.
    #[test]
    fn kernels_equal_their_definition() {
        for (rows, columns, keep) in [(70, 60, 0.1), (70, 60, 1.0)] {
            let chance = values(rows * columns, "pattern");
            let edges: Vec<(u32, u32)> = (0..rows * columns)
                .filter(|&i| chance[i] + 0.5 <= keep)
                .map(|i| ((i / columns) as u32, (i % columns) as u32))
                .collect();
            let p = Projection::new(rows, columns, &edges);
            assert_eq!(p.pairs().collect::<Vec<_>>(), edges);
            let weights = values(edges.len(), "weights");
            let mut transposed = vec![0.0; edges.len()];
            p.transpose_weights(&weights, &mut transposed);
            for batch in [16, 80] {
                let (source, back) = (values(columns * batch, "source"), values(rows * batch, "back"));
                let (mut out, mut out_back) = (vec![0.25; rows * batch], vec![0.25; columns * batch]);
                let (mut want, mut want_back) = (out.clone(), out_back.clone());
                let mut gradient = vec![0.0; edges.len()];
                p.apply(&weights, &source, &mut out, batch);
                p.apply_transposed(&weights, &transposed, &back, &mut out_back, batch);
                let trace = |values| Trace { values, stride: batch, start: 0 };
                p.accumulate(trace(&back[..]), trace(&source[..]), batch, &mut gradient);
                for (edge, &(r, c)) in edges.iter().enumerate() {
                    let (r, c) = (r as usize, c as usize);
                    let mut product = 0.0;
                    for b in 0..batch {
                        want[r * batch + b] += weights[edge] * source[c * batch + b];
                        want_back[c * batch + b] += weights[edge] * back[r * batch + b];
                        product += back[r * batch + b] * source[c * batch + b];
                    }
                    assert!((gradient[edge] - product).abs() < 1e-12);
                }
                assert!(out.iter().zip(&want).all(|(x, y)| (x - y).abs() < 1e-12));
                assert!(out_back.iter().zip(&want_back).all(|(x, y)| (x - y).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn dot_includes_the_tail() {
        let (a, b) = (values(131, "a"), values(131, "b"));
        let plain: f64 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
        assert!((dot(&a, &b) - plain).abs() < 1e-12);
        assert!((total(&a[..128]) - a[..128].iter().sum::<f64>()).abs() < 1e-12);
    }
}
