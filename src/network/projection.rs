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

    /// `gradient[edge] += <row, column>`, the inner product of two signals over samples and slots.
    #[inline(always)]
    pub fn accumulate<F: Real>(&self, rows: Signal<'_, F>, columns: Signal<'_, F>, gradient: &mut [F], batch: usize) {
        debug_assert_eq!((rows.neurons, columns.neurons), (self.rows, self.columns));
        if self.is_dense() {
            for slot in 0..rows.slots(batch) {
                let left = Matrix::new(rows.part(slot, slot + 1, batch).values, self.rows, batch);
                let right = Matrix::new(columns.part(slot, slot + 1, batch).values, self.columns, batch).t();
                F::multiply_add(gradient, left, right, self.rows, self.columns);
            }
            return;
        }
        let slots = rows.slots(batch);
        let mut first = 0;
        while first < slots {
            let last = (first + CACHED_SLOTS).min(slots);
            let (rows, columns) = (rows.part(first, last, batch), columns.part(first, last, batch));
            if batch.is_multiple_of(2 * LANES) {
                self.accumulate_part::<F, { 2 * LANES }>(rows, columns, gradient, batch);
            } else {
                self.accumulate_part::<F, LANES>(rows, columns, gradient, batch);
            }
            first = last;
        }
    }

    #[inline(always)]
    fn accumulate_part<F: Real, const L: usize>(
        &self,
        rows: Signal<'_, F>,
        columns: Signal<'_, F>,
        gradient: &mut [F],
        batch: usize,
    ) {
        for row in 0..self.rows {
            let edges = self.row(row);
            let (sources, gradient) = (&self.column_of[edges.clone()], &mut gradient[edges]);
            let fours = sources.chunks_exact(4);
            let rest = fours.remainder();
            let done = sources.len() - rest.len();
            for (column, sums) in fours.zip(gradient.chunks_exact_mut(4)) {
                let column = [column[0], column[1], column[2], column[3]];
                let products = four_dots::<F, L>(rows, row, columns, column, batch);
                for i in 0..4 {
                    sums[i] += products[i];
                }
            }
            for (&column, sum) in rest.iter().zip(&mut gradient[done..]) {
                *sum += dot::<F, L>(rows, row, columns, column, batch);
            }
        }
    }
}

/// Slots of a history worked on together: those of all neurons stay in a level-two cache.
const CACHED_SLOTS: usize = 8;

/// Consecutive slots of a population's signal, each `neurons x batch`.
#[derive(Clone, Copy)]
pub struct Signal<'a, F> {
    values: &'a [F],
    neurons: usize,
}

impl<'a, F: Real> Signal<'a, F> {
    /// The signal of `neurons` neurons in as many slots as `values` holds.
    #[inline(always)]
    pub fn new(values: &'a [F], neurons: usize) -> Self {
        Self { values, neurons }
    }

    #[inline(always)]
    fn slots(self, batch: usize) -> usize {
        self.values.len() / (self.neurons * batch).max(1)
    }

    /// The samples of neuron `index` in slot `slot`.
    #[inline(always)]
    fn of(self, slot: usize, index: usize, batch: usize) -> &'a [F] {
        &self.values[(slot * self.neurons + index) * batch..][..batch]
    }

    #[inline(always)]
    fn part(self, first: usize, last: usize, batch: usize) -> Self {
        let slot = self.neurons * batch;
        Self { values: &self.values[first * slot..last * slot], ..self }
    }

    /// Inner product of every neuron with itself in a signal of the same shape.
    #[inline(always)]
    pub(super) fn diagonal(self, with: Self, products: &mut [F], batch: usize) {
        for (neuron, product) in products.iter_mut().enumerate() {
            *product = if batch.is_multiple_of(BLOCK) {
                dot::<F, BLOCK>(self, neuron, with, neuron as u32, batch)
            } else {
                dot::<F, LANES>(self, neuron, with, neuron as u32, batch)
            };
        }
    }
}

/// Inner product of neuron `row` with neuron `column` of another population over all slots, `L` samples at a time.
#[inline(always)]
fn dot<F: Real, const L: usize>(
    rows: Signal<'_, F>,
    row: usize,
    columns: Signal<'_, F>,
    column: u32,
    batch: usize,
) -> F {
    let mut sum = [F::zero(); L];
    for slot in 0..rows.slots(batch) {
        let (left, right) = (rows.of(slot, row, batch), columns.of(slot, column as usize, batch));
        let mut start = 0;
        while start + L <= batch {
            multiply_add::<F, L>(&mut sum, &left[start..start + L], &right[start..start + L]);
            start += L;
        }
    }
    fold(sum)
}

/// [`dot`] with four columns at once, which share the loads of the row. Written out, so that the sums stay in registers.
#[inline(always)]
fn four_dots<F: Real, const L: usize>(
    rows: Signal<'_, F>,
    row: usize,
    columns: Signal<'_, F>,
    column: [u32; 4],
    batch: usize,
) -> [F; 4] {
    let (mut a, mut b, mut c, mut d) = ([F::zero(); L], [F::zero(); L], [F::zero(); L], [F::zero(); L]);
    for slot in 0..rows.slots(batch) {
        let left = rows.of(slot, row, batch);
        let ra = columns.of(slot, column[0] as usize, batch);
        let rb = columns.of(slot, column[1] as usize, batch);
        let rc = columns.of(slot, column[2] as usize, batch);
        let rd = columns.of(slot, column[3] as usize, batch);
        let mut start = 0;
        while start + L <= batch {
            let left = &left[start..start + L];
            multiply_add::<F, L>(&mut a, left, &ra[start..start + L]);
            multiply_add::<F, L>(&mut b, left, &rb[start..start + L]);
            multiply_add::<F, L>(&mut c, left, &rc[start..start + L]);
            multiply_add::<F, L>(&mut d, left, &rd[start..start + L]);
            start += L;
        }
    }
    [fold(a), fold(b), fold(c), fold(d)]
}

#[inline(always)]
fn multiply_add<F: Real, const L: usize>(sum: &mut [F; L], left: &[F], right: &[F]) {
    let (left, right) = (&left[..L], &right[..L]);
    for lane in 0..L {
        sum[lane] = left[lane].mul_add(right[lane], sum[lane]);
    }
}

/// Sum of `L` numbers, `L` a power of two, folded in halves: the same order for every instruction set.
#[inline(always)]
fn fold<F: Real, const L: usize>(sum: [F; L]) -> F {
    // Without the fence the compiler carries the shape of the fold into the loops before it, and they lose their vectors.
    let mut sum = std::hint::black_box(sum);
    let mut width = L / 2;
    while width > 0 {
        for lane in 0..width {
            sum[lane] += sum[lane + width];
        }
        width /= 2;
    }
    sum[0]
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

/// Sum of all values, whose number is a multiple of [`LANES`].
#[inline(always)]
pub(super) fn total<F: Real>(values: &[F]) -> F {
    let mut sum = [F::zero(); LANES];
    for block in values.chunks_exact(LANES) {
        for lane in 0..LANES {
            sum[lane] += block[lane];
        }
    }
    fold(sum)
}

/// Sum of squares of all values, whose number is a multiple of [`LANES`].
#[inline(always)]
pub(super) fn sum_of_squares<F: Real>(values: &[F]) -> F {
    let mut sum = [F::zero(); LANES];
    for block in values.chunks_exact(LANES) {
        for lane in 0..LANES {
            sum[lane] = block[lane].mul_add(block[lane], sum[lane]);
        }
    }
    fold(sum)
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
                p.accumulate(Signal::new(&back, rows), Signal::new(&source, columns), &mut gradient, batch);
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

    /// Histories longer than what is cached together, and batches that are no multiple of two registers.
    #[test]
    fn gradients_sum_over_slots() {
        let (rows, columns, slots) = (5, 7, 2 * CACHED_SLOTS + 3);
        let edges: Vec<(u32, u32)> = (0..rows as u32).flat_map(|r| (0..columns as u32).map(move |c| (r, c))).collect();
        let p = Projection::new(rows, columns, &edges);
        for batch in [16, 32, 48] {
            let (left, right) = (values(rows * slots * batch, "left"), values(columns * slots * batch, "right"));
            let mut gradient = vec![0.5; edges.len()];
            p.accumulate(Signal::new(&left, rows), Signal::new(&right, columns), &mut gradient, batch);
            for (edge, &(r, c)) in edges.iter().enumerate() {
                let at = |v: &[f64], n: usize, i: u32, slot: usize, b: usize| v[(slot * n + i as usize) * batch + b];
                let mut want = 0.5;
                for slot in 0..slots {
                    for b in 0..batch {
                        want += at(&left, rows, r, slot, b) * at(&right, columns, c, slot, b);
                    }
                }
                assert!((gradient[edge] - want).abs() < 1e-12);
            }
        }
        assert!((total(&values(64, "t")) - values(64, "t").iter().sum::<f64>()).abs() < 1e-12);
        assert!((sum_of_squares(&values(64, "t")) - values(64, "t").iter().map(|v| v * v).sum::<f64>()).abs() < 1e-12);
    }
}
