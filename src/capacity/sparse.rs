//! Sparse matrices, row by row, and their products with blocks of vectors.

use pulp::{Simd, WithSimd};

use crate::portable::chosen;

/// A square sparse matrix, row by row; within a row the columns ascend.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sparse {
    pub(super) n: usize,
    pub(super) starts: Vec<u32>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f64>,
}

impl Sparse {
    /// The matrix with these entries: row, column, value. Entries of one place add up, in the order
    /// given. O(n + entries).
    pub(super) fn new(n: usize, entries: &[(u32, u32, f64)]) -> Self {
        // Sorted by column, then stably by row.
        let by_column = distributed(n, entries, |entry| entry.1);
        let by_row = distributed(n, &by_column, |entry| entry.0);
        let mut matrix = Self {
            n,
            starts: Vec::with_capacity(n + 1),
            columns: Vec::with_capacity(entries.len()),
            values: Vec::with_capacity(entries.len()),
        };
        matrix.starts.push(0);
        let mut rest = by_row.into_iter().peekable();
        for row in 0..n as u32 {
            let first = matrix.columns.len();
            while let Some((_, column, value)) = rest.next_if(|entry| entry.0 == row) {
                if matrix.columns.len() > first && matrix.columns.last() == Some(&column) {
                    *matrix.values.last_mut().expect("a value of each column") += value;
                } else {
                    matrix.columns.push(column);
                    matrix.values.push(value);
                }
            }
            matrix.starts.push(matrix.columns.len() as u32);
        }
        matrix
    }

    /// The entries of a row: columns and values.
    pub(super) fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let range = self.starts[row] as usize..self.starts[row + 1] as usize;
        (&self.columns[range.clone()], &self.values[range])
    }

    /// All entries, row by row.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        (0..self.n).flat_map(move |row| {
            let (columns, values) = self.row(row);
            let both = columns.iter().zip(values);
            both.map(move |(&column, &value)| (row as u32, column, value))
        })
    }

    /// The transposed matrix.
    pub(super) fn transposed(&self) -> Self {
        let entries: Vec<_> = self.entries().map(|(i, j, value)| (j, i, value)).collect();
        Self::new(self.n, &entries)
    }

    /// The part of the matrix that has these rows and columns, which ascend.
    pub(super) fn part(&self, members: &[u32]) -> Self {
        let mut place = vec![u32::MAX; self.n];
        (0..)
            .zip(members)
            .for_each(|(new, &old)| place[old as usize] = new);
        let mut entries = Vec::new();
        for (new, &old) in (0..).zip(members) {
            let (columns, values) = self.row(old as usize);
            for (&column, &value) in columns.iter().zip(values) {
                if place[column as usize] != u32::MAX {
                    entries.push((new, place[column as usize], value));
                }
            }
        }
        Self::new(members.len(), &entries)
    }

    /// The product with a vector.
    pub(super) fn times(&self, vector: &[f64], product: &mut [f64]) {
        for (row, out) in product.iter_mut().enumerate() {
            let (columns, values) = self.row(row);
            *out = columns
                .iter()
                .zip(values)
                .map(|(&column, value)| value * vector[column as usize])
                .sum();
        }
    }

    /// The product with a block of vectors: `block` and `product` have a row of `width` values for
    /// each neuron. Of the product, the rows from `first` on are written, as many as fit.
    pub(super) fn times_block(
        &self,
        block: &[f64],
        width: usize,
        product: &mut [f64],
        first: usize,
    ) {
        let product = BlockProduct {
            matrix: self,
            block,
            width,
            product,
            first,
        };
        chosen().dispatch(product);
    }
}

/// A product of a sparse matrix with a block of vectors.
struct BlockProduct<'a> {
    matrix: &'a Sparse,
    block: &'a [f64],
    width: usize,
    product: &'a mut [f64],
    /// First row of the product that is written.
    first: usize,
}

impl WithSimd for BlockProduct<'_> {
    type Output = ();

    /// Every value is a chain of fused multiply-adds in the order of the row's entries, so that it
    /// is the same whatever the width of the vectors.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.product.chunks_exact_mut(self.width);
        for (row, out) in (self.first..).zip(rows) {
            let (columns, values) = self.matrix.row(row);
            let from = |column: u32| &self.block[column as usize * self.width..][..self.width];
            let entries = || columns.iter().map(|&column| from(column)).zip(values);
            let (vectors, rest) = S::as_mut_simd_f64s(out);
            // As many sums as fit into registers are taken in one pass over the row.
            let (fours, vectors) = vectors.as_chunks_mut::<4>();
            let mut at = 0;
            for four in fours {
                *four = sums(simd, entries(), at);
                at += 4;
            }
            let (pairs, vectors) = vectors.as_chunks_mut::<2>();
            for pair in pairs {
                *pair = sums(simd, entries(), at);
                at += 2;
            }
            for one in vectors {
                [*one] = sums(simd, entries(), at);
                at += 1;
            }
            for (at, out) in rest.iter_mut().enumerate() {
                let mut sum = 0.0_f64;
                for (source, &value) in entries() {
                    let (_, source) = S::as_simd_f64s(source);
                    sum = value.mul_add(source[at], sum);
                }
                *out = sum;
            }
        }
    }
}

/// The weighted sums of `N` vectors of each row, from the vector `at` on.
#[inline(always)]
fn sums<'a, S: Simd, const N: usize>(
    simd: S,
    entries: impl Iterator<Item = (&'a [f64], &'a f64)>,
    at: usize,
) -> [S::f64s; N] {
    let mut sums = [simd.splat_f64s(0.0); N];
    for (source, &value) in entries {
        let (source, _) = S::as_simd_f64s(source);
        let source = &source[at..at + N];
        let value = simd.splat_f64s(value);
        for (sum, source) in sums.iter_mut().zip(source) {
            *sum = simd.mul_add_f64s(value, *source, *sum);
        }
    }
    sums
}

/// The entries sorted by a key below `n`, equal ones in the order given.
fn distributed(
    n: usize,
    entries: &[(u32, u32, f64)],
    key: impl Fn(&(u32, u32, f64)) -> u32,
) -> Vec<(u32, u32, f64)> {
    let mut next = vec![0usize; n + 1];
    entries
        .iter()
        .for_each(|entry| next[key(entry) as usize + 1] += 1);
    (0..n).for_each(|i| next[i + 1] += next[i]);
    let mut sorted = vec![(0, 0, 0.0); entries.len()];
    for entry in entries {
        let place = &mut next[key(entry) as usize];
        sorted[*place] = *entry;
        *place += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;

    /// Entries in random order, some places twice.
    fn random_entries(n: u32, count: usize) -> Vec<(u32, u32, f64)> {
        let mut random = stream(3, &["sparse"]);
        let place = |random: &mut crate::random::ChaCha8Rng| random.random_range(0..n);
        (0..count)
            .map(|_| {
                let (i, j) = (place(&mut random), place(&mut random));
                (i, j, random.random::<f64>() - 0.5)
            })
            .collect()
    }

    fn dense(n: usize, entries: impl Iterator<Item = (u32, u32, f64)>) -> Vec<f64> {
        let mut all = vec![0.0; n * n];
        entries.for_each(|(i, j, value)| all[i as usize * n + j as usize] += value);
        all
    }

    #[test]
    fn a_sparse_matrix_is_the_dense_one() {
        let n = 13;
        let entries = random_entries(n as u32, 90);
        let matrix = Sparse::new(n, &entries);
        let whole = dense(n, entries.iter().copied());
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
        assert!(near(&dense(n, matrix.entries()), &whole));
        assert!(matrix.columns.len() < entries.len());
        let transposed = dense(n, matrix.transposed().entries().map(|(i, j, v)| (j, i, v)));
        assert!(near(&transposed, &whole));

        let width = 5;
        let block: Vec<f64> = (0..n * width).map(|i| (i as f64).sin()).collect();
        let mut product = vec![7.0; n * width];
        matrix.times_block(&block, width, &mut product, 0);
        let mut column = vec![0.0; n];
        for k in 0..width {
            let vector: Vec<f64> = (0..n).map(|i| block[i * width + k]).collect();
            matrix.times(&vector, &mut column);
            for i in 0..n {
                let expected: f64 = (0..n).map(|j| whole[i * n + j] * vector[j]).sum();
                assert!((column[i] - expected).abs() < 1e-13);
                assert!((product[i * width + k] - expected).abs() < 1e-13);
            }
        }
        let mut last = vec![7.0; 2 * width];
        matrix.times_block(&block, width, &mut last, n - 2);
        assert_eq!(last, product[(n - 2) * width..]);

        let members = [1, 4, 5, 12];
        let part = matrix.part(&members);
        for (i, &a) in members.iter().enumerate() {
            for (j, &b) in members.iter().enumerate() {
                let (columns, values) = part.row(i);
                let found = columns.iter().position(|&c| c as usize == j);
                let found = found.map_or(0.0, |at| values[at]);
                assert!((found - whole[a as usize * n + b as usize]).abs() < 1e-14);
            }
        }
    }
}
