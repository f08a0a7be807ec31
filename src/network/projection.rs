//! Sparse linear maps with a fixed pattern, the kernels that every part of a network is made of.
//!
//! A [`Projection`] is the pattern of a `rows` x `columns` matrix, compressed by row for the
//! forward pass and by column for the backward pass. It holds no weights: the caller keeps one per
//! edge, in either order. The signal of a population is one [`Lanes`] per neuron.
//!
//! The backward pass reads the signal at the far end of every edge and carries it back to the near
//! end. The gradient of the edge's weight is the product of the values at both ends, and is summed
//! in the same sweep, so that a step takes one pass over the edges. Inputs are data, to which
//! nothing is carried back: for them only the products are summed.
//!
//! All kernels are `#[inline(always)]`. They are compiled into their caller, which is compiled once
//! for every instruction set. Sums run in the same order in all of them.

use std::ops::Range;

use super::lanes::{Lanes, Quarters};
use super::real::Real;

/// The pattern of a sparse matrix, readable by row and by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    rows: usize,
    columns: usize,
    row_offsets: Vec<u32>,
    column_of: Vec<u32>,
    column_offsets: Vec<u32>,
    row_of: Vec<u32>,
    /// For each position in column order, the edge's position in row order.
    edge_of: Vec<u32>,
}

impl Projection {
    /// The pattern with the given (row, column) edges, which must be in ascending order without
    /// repeats.
    ///
    /// # Panics
    /// If the edges are not in ascending order or lie outside the matrix. Either is a bug of the
    /// caller and never a fault of data.
    #[must_use]
    pub fn new(rows: usize, columns: usize, edges: &[(u32, u32)]) -> Self {
        assert!(
            edges.windows(2).all(|w| w[0] < w[1]),
            "edges of a projection must be sorted and unique"
        );
        assert!(
            edges
                .iter()
                .all(|&(r, c)| (r as usize) < rows && (c as usize) < columns)
        );
        let offsets = |length: usize, key: &dyn Fn(&(u32, u32)) -> u32| {
            let mut offsets = vec![0u32; length + 1];
            edges
                .iter()
                .for_each(|edge| offsets[key(edge) as usize + 1] += 1);
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
        Self {
            rows,
            columns,
            row_offsets,
            column_of,
            column_offsets,
            row_of,
            edge_of,
        }
    }

    /// The pattern that joins each of `targets` (rows) to each of `sources` (columns).
    #[must_use]
    pub fn full(rows: usize, targets: &[u32], columns: usize, sources: &[u32]) -> Self {
        let mut edges: Vec<_> = targets
            .iter()
            .flat_map(|&t| sources.iter().map(move |&s| (t, s)))
            .collect();
        edges.sort_unstable();
        Self::new(rows, columns, &edges)
    }

    /// Number of edges, which is the number of weights.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.column_of.len()
    }

    /// The columns of some edges, given by their places in row order.
    pub(super) fn columns_of(&self, edges: Range<usize>) -> impl Iterator<Item = u32> {
        self.column_of[edges].iter().copied()
    }

    /// The range of edges of each row, in row order.
    pub fn row_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.row_offsets
            .windows(2)
            .map(|w| w[0] as usize..w[1] as usize)
    }

    /// The edges in row order as pairs of column and weight; all weights are zero.
    pub(super) fn by_row<F: Real>(&self) -> Vec<(u32, F)> {
        self.column_of
            .iter()
            .map(|&column| (column, F::zero()))
            .collect()
    }

    /// The edges in column order as pairs of row and weight; all weights are zero.
    pub(super) fn by_column<F: Real>(&self) -> Vec<(u32, F)> {
        self.row_of.iter().map(|&row| (row, F::zero())).collect()
    }

    /// Copies the weights from edges in row order to the same edges in column order.
    #[inline(always)]
    pub(super) fn transpose<F: Real>(&self, by_row: &[(u32, F)], by_column: &mut [(u32, F)]) {
        for (to, &edge) in by_column.iter_mut().zip(&self.edge_of) {
            to.1 = by_row[edge as usize].1;
        }
    }

    /// Returns `sum + sum over columns of weight * source[column]` for one row.
    #[inline(always)]
    pub(super) fn row<F: Real>(
        &self,
        by_row: &[(u32, F)],
        source: &[Lanes<F>],
        row: usize,
        sum: Lanes<F>,
    ) -> Lanes<F> {
        gather(
            &by_row[self.row_offsets[row] as usize..self.row_offsets[row + 1] as usize],
            source,
            sum,
        )
    }

    /// Returns `sum + sum over rows of weight * source[row]` for one column, and adds `source[row]
    /// * own` to the sum kept for each edge of the column. Edges and sums are in column order.
    #[inline(always)]
    pub(super) fn pull_back<F: Real>(
        &self,
        (by_column, sums): (&[(u32, F)], &mut [Quarters<F>]),
        source: &[Lanes<F>],
        column: usize,
        own: &Lanes<F>,
        sum: Lanes<F>,
    ) -> Lanes<F> {
        let edges = self.column_offsets[column] as usize..self.column_offsets[column + 1] as usize;
        gather_and_add(
            &by_column[edges.clone()],
            source,
            own,
            sum,
            &mut sums[edges],
        )
    }

    /// Adds `own * source[column]` to the sum kept for each edge of a row, in row order.
    #[inline(always)]
    pub(super) fn add_products<F: Real>(
        &self,
        sums: &mut [Quarters<F>],
        source: &[Lanes<F>],
        row: usize,
        own: &Lanes<F>,
    ) {
        let edges = self.row_offsets[row] as usize..self.row_offsets[row + 1] as usize;
        for (sum, &column) in sums[edges.clone()].iter_mut().zip(&self.column_of[edges]) {
            *sum = sum.plus_product(own, &source[column as usize]);
        }
    }

    /// For each position in column order, the edge's position in row order.
    pub(super) fn in_column_order(&self) -> impl Iterator<Item = usize> {
        self.edge_of.iter().map(|&edge| edge as usize)
    }

    /// True if every entry of the matrix is an edge; [`multiply`] is then faster than taking row
    /// after row.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.edges() == self.rows * self.columns
    }
}

/// Computes `target = weights * source` for a full matrix, whose edges are in the order of the
/// targets. Four targets at once share the loads of the source.
#[inline(always)]
pub(super) fn multiply<F: Real>(edges: &[(u32, F)], source: &[Lanes<F>], target: &mut [Lanes<F>]) {
    let inputs = source.len();
    let fours = target.len() / 4 * 4;
    let (whole, rest) = target.split_at_mut(fours);
    for (target, edges) in whole
        .chunks_exact_mut(4)
        .zip(edges.chunks_exact(4 * inputs))
    {
        let (a, others) = edges.split_at(inputs);
        let (b, others) = others.split_at(inputs);
        let (c, d) = others.split_at(inputs);
        let (mut sa, mut sb, mut sc, mut sd) =
            (Lanes::zero(), Lanes::zero(), Lanes::zero(), Lanes::zero());
        for ((((source, a), b), c), d) in source.iter().zip(a).zip(b).zip(c).zip(d) {
            sa = sa.plus_scaled(source, a.1);
            sb = sb.plus_scaled(source, b.1);
            sc = sc.plus_scaled(source, c.1);
            sd = sd.plus_scaled(source, d.1);
        }
        target.copy_from_slice(&[sa, sb, sc, sd]);
    }
    for (target, edges) in rest
        .iter_mut()
        .zip(edges[fours * inputs..].chunks_exact(inputs))
    {
        *target = gather(edges, source, Lanes::zero());
    }
}

#[inline(always)]
fn gather<F: Real>(edges: &[(u32, F)], source: &[Lanes<F>], mut sum: Lanes<F>) -> Lanes<F> {
    let (pairs, last) = edges.as_chunks();
    // Two sums are kept, so that an addition need not wait for the one before.
    let mut other = Lanes::zero();
    for [a, b] in pairs {
        sum = sum.plus_scaled(&source[a.0 as usize], a.1);
        other = other.plus_scaled(&source[b.0 as usize], b.1);
    }
    for (from, weight) in last {
        sum = sum.plus_scaled(&source[*from as usize], *weight);
    }
    sum.plus(other)
}

/// As [`gather`], and adds `source * own` to the sum kept for each edge.
#[inline(always)]
fn gather_and_add<F: Real>(
    edges: &[(u32, F)],
    source: &[Lanes<F>],
    own: &Lanes<F>,
    mut sum: Lanes<F>,
    sums: &mut [Quarters<F>],
) -> Lanes<F> {
    let ((pairs, last), (sums, rest)) = (edges.as_chunks(), sums.as_chunks_mut());
    let mut other = Lanes::zero();
    for ([a, b], [of_a, of_b]) in pairs.iter().zip(sums) {
        let (from_a, from_b) = (&source[a.0 as usize], &source[b.0 as usize]);
        sum = sum.plus_scaled(from_a, a.1);
        other = other.plus_scaled(from_b, b.1);
        *of_a = of_a.plus_product(from_a, own);
        *of_b = of_b.plus_product(from_b, own);
    }
    for ((from, weight), sum_of) in last.iter().zip(rest) {
        let from = &source[*from as usize];
        sum = sum.plus_scaled(from, *weight);
        *sum_of = sum_of.plus_product(from, own);
    }
    sum.plus(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::LANES;
    use crate::random::stream;
    use rand::RngExt;

    fn lanes(n: usize, name: &str) -> Vec<Lanes<f64>> {
        let mut random = stream(3, &[name]);
        (0..n)
            .map(|_| Lanes(std::array::from_fn(|_| random.random::<f64>() - 0.5)))
            .collect()
    }

    /// Every kernel against its dense definition, for sparse and full patterns.
    #[test]
    fn kernels_equal_their_definition() {
        for (rows, columns, keep) in [(70, 60, 0.1), (22, 30, 1.0), (9, 2000, 0.02)] {
            let mut random = stream(3, &["pattern"]);
            let mut edges: Vec<(u32, u32)> = Vec::new();
            for row in 0..rows as u32 {
                edges.extend(
                    (0..columns as u32)
                        .filter(|_| random.random::<f64>() <= keep)
                        .map(|column| (row, column)),
                );
            }
            let p = Projection::new(rows, columns, &edges);
            let mut by_row = p.by_row::<f64>();
            by_row
                .iter_mut()
                .for_each(|edge| edge.1 = random.random::<f64>() - 0.5);
            let mut by_column = p.by_column();
            p.transpose(&by_row, &mut by_column);
            let (left, right) = (lanes(rows, "left"), lanes(columns, "right"));
            let mut want = lanes(rows, "sums");
            let mut want_back = lanes(columns, "sums");
            let forward: Vec<_> = (0..rows)
                .map(|row| p.row(&by_row, &right, row, want[row]))
                .collect();
            let [mut added, mut added_back] = [(); 2].map(|()| vec![Quarters::zero(); edges.len()]);
            let mut back = Vec::new();
            // Twice, for sums to be added to.
            for _ in 0..2 {
                (0..rows).for_each(|row| p.add_products(&mut added, &right, row, &left[row]));
                let pull = |column: usize| {
                    let edges = (&*by_column, &mut *added_back);
                    p.pull_back(edges, &left, column, &right[column], want_back[column])
                };
                back = (0..columns).map(pull).collect();
            }
            let mut summed: Vec<_> = p
                .in_column_order()
                .zip(&added_back)
                .map(|(edge, sum)| (edge, sum.total()))
                .collect();
            summed.sort_unstable_by_key(|sum| sum.0);
            assert!(summed.iter().map(|sum| sum.0).eq(0..edges.len()));
            for (edge, &(r, c)) in edges.iter().enumerate() {
                let (r, c, weight) = (r as usize, c as usize, by_row[edge].1);
                let mut products = 0.0;
                for lane in 0..LANES {
                    want[r].0[lane] += weight * right[c].0[lane];
                    want_back[c].0[lane] += weight * left[r].0[lane];
                    products += left[r].0[lane] * right[c].0[lane];
                }
                assert!((summed[edge].1 - 2.0 * products).abs() < 1e-12);
                assert!((added[edge].total() - 2.0 * products).abs() < 1e-12);
            }
            if p.is_full() {
                let mut whole = lanes(rows, "sums");
                multiply(&by_row, &right, &mut whole);
                let sums = lanes(rows, "sums");
                let with: Vec<_> = whole.iter().zip(&sums).map(|(a, b)| a.plus(*b)).collect();
                assert!(
                    with.iter()
                        .zip(&forward)
                        .all(|(a, b)| (a.0[3] - b.0[3]).abs() < 1e-12)
                );
            }
            let close = |a: &[Lanes<f64>], b: &[Lanes<f64>]| {
                a.iter()
                    .zip(b)
                    .all(|(a, b)| a.0.iter().zip(&b.0).all(|(x, y)| (x - y).abs() < 1e-12))
            };
            assert!(close(&forward, &want) && close(&back, &want_back));
        }
    }

    #[test]
    fn lanes_fold_to_their_sum() {
        let sum: f64 = lanes(1, "t")[0].0.iter().sum();
        assert!((lanes(1, "t")[0].total() - sum).abs() < 1e-12);
        assert!((Quarters::zero().plus(&lanes(1, "t")[0]).total() - sum).abs() < 1e-12);
    }
}
