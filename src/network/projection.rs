//! Sparse linear maps with a fixed pattern: the kernels every part of a network is made of.
//!
//! A [`Projection`] is the pattern of a `rows` x `columns` matrix, compressed by row (for the forward pass) and by column (for
//! the backward pass). Weights live outside, one per edge, in row order. A population's signal is one [`Lanes`] per neuron; one of several
//! slots is `slot, neuron`; gradients, which are sums over slots, are taken from *strips*, one neuron's lanes of a few slots together, so that
//! what belongs to a connection lies in two runs of memory.
//!
//! All kernels are `#[inline(always)]`: they are compiled into the caller, which chooses the instruction set once per training
//! step. Sums run in a fixed order whatever the instruction set.

use std::ops::Range;

use super::lanes::{Lanes, Quarters};
use super::real::Real;

/// Columns whose strips stay in a level-two cache while gradients are summed.
const TILE: usize = 1024;

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
    tiles: Vec<Tile>,
}

/// The edges from [`TILE`] columns, by row: in fours of one row, by their first edge, and those left over. Each with its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tile {
    fours: Vec<(u32, u32)>,
    rest: Vec<(u32, u32)>,
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
        let mut tiles = vec![Tile::default(); columns.div_ceil(TILE)];
        let mut first = 0;
        for run in edges.chunk_by(|a, b| (a.0, a.1 as usize / TILE) == (b.0, b.1 as usize / TILE)) {
            let Tile { fours, rest } = &mut tiles[run[0].1 as usize / TILE];
            let (whole, end) = (first + run.len() as u32 / 4 * 4, first + run.len() as u32);
            fours.extend((first..whole).step_by(4).map(|edge| (run[0].0, edge)));
            rest.extend((whole..end).map(|edge| (run[0].0, edge)));
            first = end;
        }
        let column_of = edges.iter().map(|e| e.1).collect();
        Self { rows, columns, row_offsets, column_of, column_offsets, row_of, edge_of, tiles }
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

    /// The edges of each row.
    pub fn row_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.row_offsets.windows(2).map(|w| w[0] as usize..w[1] as usize)
    }

    /// The edges in row order: column and weight, zero to begin with.
    pub(super) fn by_row<F: Real>(&self) -> Vec<(u32, F)> {
        self.column_of.iter().map(|&column| (column, F::zero())).collect()
    }

    /// The edges in column order: row and weight, zero to begin with.
    pub(super) fn by_column<F: Real>(&self) -> Vec<(u32, F)> {
        self.row_of.iter().map(|&row| (row, F::zero())).collect()
    }

    /// Copies the weights of edges in row order to the same edges in column order.
    #[inline(always)]
    pub(super) fn transpose<F: Real>(&self, by_row: &[(u32, F)], by_column: &mut [(u32, F)]) {
        for (to, &edge) in by_column.iter_mut().zip(&self.edge_of) {
            to.1 = by_row[edge as usize].1;
        }
    }

    /// `sum + sum over columns of weight * source[column]`, for one row.
    #[inline(always)]
    pub(super) fn row<F: Real>(&self, by_row: &[(u32, F)], source: &[Lanes<F>], row: usize, sum: Lanes<F>) -> Lanes<F> {
        gather(&by_row[self.row_offsets[row] as usize..self.row_offsets[row + 1] as usize], source, sum)
    }

    /// `sum + sum over rows of weight * source[row]`, for one column.
    #[inline(always)]
    pub(super) fn column<F: Real>(
        &self,
        by_column: &[(u32, F)],
        source: &[Lanes<F>],
        column: usize,
        sum: Lanes<F>,
    ) -> Lanes<F> {
        gather(&by_column[self.column_offsets[column] as usize..self.column_offsets[column + 1] as usize], source, sum)
    }

    /// True where every entry is present: [`multiply`] is faster then than row after row.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.edges() == self.rows * self.columns
    }

    /// Adds `rows[row] * columns[column]` of every edge, summed over the slots of two strips, to the edge's sum. Sums are kept in the order
    /// they are met in: that of [`summed_edges`](Self::summed_edges).
    #[inline(always)]
    pub(super) fn accumulate<F: Real, const SLOTS: usize>(
        &self,
        rows: &[[Lanes<F>; SLOTS]],
        columns: &[[Lanes<F>; SLOTS]],
        sums: &mut [Quarters<F>],
    ) {
        let mut later = sums;
        for Tile { fours, rest } in &self.tiles {
            let (of_fours, others) = later.split_at_mut(4 * fours.len());
            let (of_rest, others) = others.split_at_mut(rest.len());
            later = others;
            for (&(row, first), sums) in fours.iter().zip(of_fours.as_chunks_mut::<4>().0) {
                let (row, first) = (&rows[row as usize], first as usize);
                let at = |i: usize| &columns[self.column_of[first + i] as usize];
                let (a, b, c, d) = (at(0), at(1), at(2), at(3));
                // Written out, so that the four sums, which share the loads of the row, stay in registers.
                let (mut sa, mut sb, mut sc, mut sd) = (Lanes::zero(), Lanes::zero(), Lanes::zero(), Lanes::zero());
                for slot in 0..SLOTS {
                    let left = &row[slot];
                    sa = sa.plus_product(left, &a[slot]);
                    sb = sb.plus_product(left, &b[slot]);
                    sc = sc.plus_product(left, &c[slot]);
                    sd = sd.plus_product(left, &d[slot]);
                }
                for (i, sum) in [(0, sa), (1, sb), (2, sc), (3, sd)] {
                    sums[i] = sums[i].plus(&sum);
                }
            }
            for (&(row, edge), total) in rest.iter().zip(of_rest) {
                let (row, column) = (&rows[row as usize], &columns[self.column_of[edge as usize] as usize]);
                let mut sum = Lanes::zero();
                for slot in 0..SLOTS {
                    sum = sum.plus_product(&row[slot], &column[slot]);
                }
                *total = total.plus(&sum);
            }
        }
    }

    /// The edge (row order) of each sum of [`accumulate`](Self::accumulate).
    pub(super) fn summed_edges(&self) -> impl Iterator<Item = usize> {
        self.tiles.iter().flat_map(|tile| {
            let fours = tile.fours.iter().flat_map(|&(_, first)| first..first + 4);
            fours.chain(tile.rest.iter().map(|&(_, edge)| edge)).map(|edge| edge as usize)
        })
    }
}

/// `target = weights * source` for a full matrix, whose edges are in the order of the targets: four targets at once share the loads of the source.
#[inline(always)]
pub(super) fn multiply<F: Real>(edges: &[(u32, F)], source: &[Lanes<F>], target: &mut [Lanes<F>]) {
    let inputs = source.len();
    let fours = target.len() / 4 * 4;
    let (whole, rest) = target.split_at_mut(fours);
    for (target, edges) in whole.chunks_exact_mut(4).zip(edges.chunks_exact(4 * inputs)) {
        let (a, others) = edges.split_at(inputs);
        let (b, others) = others.split_at(inputs);
        let (c, d) = others.split_at(inputs);
        let (mut sa, mut sb, mut sc, mut sd) = (Lanes::zero(), Lanes::zero(), Lanes::zero(), Lanes::zero());
        for ((((source, a), b), c), d) in source.iter().zip(a).zip(b).zip(c).zip(d) {
            sa = sa.plus_scaled(source, a.1);
            sb = sb.plus_scaled(source, b.1);
            sc = sc.plus_scaled(source, c.1);
            sd = sd.plus_scaled(source, d.1);
        }
        target.copy_from_slice(&[sa, sb, sc, sd]);
    }
    for (target, edges) in rest.iter_mut().zip(edges[fours * inputs..].chunks_exact(inputs)) {
        *target = gather(edges, source, Lanes::zero());
    }
}

#[inline(always)]
fn gather<F: Real>(edges: &[(u32, F)], source: &[Lanes<F>], mut sum: Lanes<F>) -> Lanes<F> {
    let pairs = edges.chunks_exact(2);
    if let [(from, weight)] = pairs.remainder() {
        sum = sum.plus_scaled(&source[*from as usize], *weight);
    }
    if edges.len() < 2 {
        return sum;
    }
    let mut other = Lanes::zero();
    for pair in pairs {
        // Two sums, so that an addition need not wait for the one before.
        sum = sum.plus_scaled(&source[pair[0].0 as usize], pair[0].1);
        other = other.plus_scaled(&source[pair[1].0 as usize], pair[1].1);
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
        (0..n).map(|_| Lanes(std::array::from_fn(|_| random.random::<f64>() - 0.5))).collect()
    }

    /// Every kernel against its dense definition, for sparse and full patterns, more columns than a tile has, and several slots.
    #[test]
    fn kernels_equal_their_definition() {
        for (rows, columns, keep) in [(70, 60, 0.1), (22, 30, 1.0), (9, 2 * TILE + 7, 0.02)] {
            let mut random = stream(3, &["pattern"]);
            let mut edges: Vec<(u32, u32)> = Vec::new();
            for row in 0..rows as u32 {
                edges
                    .extend((0..columns as u32).filter(|_| random.random::<f64>() <= keep).map(|column| (row, column)));
            }
            let p = Projection::new(rows, columns, &edges);
            let mut by_row = p.by_row::<f64>();
            by_row.iter_mut().for_each(|edge| edge.1 = random.random::<f64>() - 0.5);
            let mut by_column = p.by_column();
            p.transpose(&by_row, &mut by_column);
            let slots = 3;
            let (left, right) = (lanes(slots * rows, "left"), lanes(slots * columns, "right"));
            let mut want = lanes(rows, "sums");
            let mut want_back = lanes(columns, "sums");
            let forward: Vec<_> = (0..rows).map(|row| p.row(&by_row, &right, row, want[row])).collect();
            let back: Vec<_> =
                (0..columns).map(|column| p.column(&by_column, &left, column, want_back[column])).collect();
            let mut sums = vec![Quarters::zero(); edges.len()];
            let strips = |history: &[Lanes<f64>], width: usize| {
                (0..width).map(|i| std::array::from_fn(|slot| history[slot * width + i])).collect::<Vec<[_; 3]>>()
            };
            for _ in 0..2 {
                p.accumulate(&strips(&left, rows), &strips(&right, columns), &mut sums);
            }
            let mut summed: Vec<_> = p.summed_edges().zip(&sums).map(|(edge, sum)| (edge, sum.total())).collect();
            summed.sort_unstable_by_key(|sum| sum.0);
            assert!(summed.iter().map(|sum| sum.0).eq(0..edges.len()));
            for (edge, &(r, c)) in edges.iter().enumerate() {
                let (r, c, weight) = (r as usize, c as usize, by_row[edge].1);
                let mut products = 0.0;
                for lane in 0..LANES {
                    want[r].0[lane] += weight * right[c].0[lane];
                    want_back[c].0[lane] += weight * left[r].0[lane];
                    products +=
                        (0..slots).map(|s| left[s * rows + r].0[lane] * right[s * columns + c].0[lane]).sum::<f64>();
                }
                assert!((summed[edge].1 - 2.0 * products).abs() < 1e-12);
            }
            if p.is_full() {
                let mut whole = lanes(rows, "sums");
                multiply(&by_row, &right[..columns], &mut whole);
                let sums = lanes(rows, "sums");
                let with: Vec<_> = whole.iter().zip(&sums).map(|(a, b)| a.plus(*b)).collect();
                assert!(with.iter().zip(&forward).all(|(a, b)| (a.0[3] - b.0[3]).abs() < 1e-12));
            }
            let close = |a: &[Lanes<f64>], b: &[Lanes<f64>]| {
                a.iter().zip(b).all(|(a, b)| a.0.iter().zip(&b.0).all(|(x, y)| (x - y).abs() < 1e-12))
            };
            assert!(close(&forward, &want) && close(&back, &want_back));
        }
    }

    #[test]
    fn lanes_fold_to_their_sum() {
        let sum: f64 = lanes(1, "t")[0].0.iter().sum();
        assert!((lanes(1, "t")[0].total() - sum).abs() < 1e-12);
    }
}
