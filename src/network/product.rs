//! Products of dense matrices in which every sum runs in the order of the inner dimension.
//!
//! An entry of the target is one chain of fused multiply-adds: it starts from the value that is
//! there and takes the products of the inner dimension one after the other. How a product is cut
//! into tiles therefore changes no bit, and the tiles can be as wide as the registers of the
//! machine.

use pulp::{Simd, WithSimd};

/// A row-major matrix without gaps between its rows.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, F> {
    values: &'a [F],
    columns: usize,
    transposed: bool,
}

impl<'a, F> Matrix<'a, F> {
    /// The matrix of these values, row after row.
    pub(crate) fn new(values: &'a [F], columns: usize) -> Self {
        Self {
            values,
            columns,
            transposed: false,
        }
    }

    /// The transpose of this matrix, without moving a value.
    pub(crate) fn t(self) -> Self {
        Self {
            transposed: !self.transposed,
            ..self
        }
    }

    /// Rows and columns as they are multiplied.
    fn shape(&self) -> (usize, usize) {
        let stored = (self.values.len() / self.columns.max(1), self.columns);
        if self.transposed {
            (stored.1, stored.0)
        } else {
            stored
        }
    }
}

/// `target += left * right`, the target row-major.
pub struct Product<'a, F> {
    /// Where the products are added.
    pub(crate) target: &'a mut [F],
    pub(crate) left: Matrix<'a, F>,
    pub(crate) right: Matrix<'a, F>,
}

/// Rows of a tile: with two registers to a row, the sums, the right factors and a left factor fit
/// the sixteen registers of AVX2.
const ROWS: usize = 6;
/// Length of the inner dimension that is taken at a time, so that the right factors of a tile stay
/// in the fastest cache.
const DEPTH: usize = 256;
/// Columns of the widest tile: two registers of AVX-512 in `f32`.
const WIDEST: usize = 32;

macro_rules! product {
    (
        $float:ident, $lanes:ident, $as_simd:ident, $as_mut_simd:ident, $splat:ident, $mul_add:ident
    ) => {
        impl WithSimd for Product<'_, $float> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let Self {
                    target,
                    left,
                    right,
                } = self;
                let ((rows, inner), (_, columns)) = (left.shape(), right.shape());
                assert_eq!(inner, right.shape().0, "factors fit each other");
                assert_eq!(
                    target.len(),
                    rows * columns,
                    "the target has the product's shape"
                );
                let width = 2 * S::$lanes;
                let mut panel = vec![0.0; width * inner.min(DEPTH)];
                for start in (0..inner).step_by(DEPTH) {
                    let depth = DEPTH.min(inner - start);
                    let panel = &mut panel[..width * depth];
                    for column in (0..columns).step_by(width) {
                        let wide = width.min(columns - column);
                        pack(&right, [start, column], [depth, wide], panel, width);
                        let mut rest = Tiles {
                            simd,
                            target: &mut *target,
                            left,
                            panel,
                            start,
                            columns,
                            column,
                            wide,
                            row: 0,
                        };
                        while rest.row + ROWS <= rows {
                            rest.add::<ROWS>();
                        }
                        if rest.row + 4 <= rows {
                            rest.add::<4>();
                        }
                        if rest.row + 2 <= rows {
                            rest.add::<2>();
                        }
                        if rest.row < rows {
                            rest.add::<1>();
                        }
                    }
                }
            }
        }

        impl<S: Simd> Tiles<'_, S, $float> {
            /// Adds to the next `R` rows.
            #[inline(always)]
            fn add<const R: usize>(&mut self) {
                let (row, columns) = (self.row, self.columns);
                let mut sums = [[self.simd.$splat(0.0); 2]; R];
                let mut buffer = [0.0; WIDEST];
                for (r, sums) in sums.iter_mut().enumerate() {
                    let from = &self.target[(row + r) * columns + self.column..][..self.wide];
                    let (vectors, _) = if self.wide == 2 * S::$lanes {
                        S::$as_simd(from)
                    } else {
                        buffer[..self.wide].copy_from_slice(from);
                        S::$as_simd(&buffer)
                    };
                    *sums = [vectors[0], vectors[1]];
                }
                let (vectors, _) = S::$as_simd(self.panel);
                let (panel, _) = vectors.as_chunks::<2>();
                let Matrix {
                    values: left,
                    columns: stride,
                    transposed,
                } = self.left;
                let start = self.start;
                if transposed {
                    for (k, right) in panel.iter().enumerate() {
                        let factors = &left[(start + k) * stride + row..][..R];
                        for r in 0..R {
                            let factor = self.simd.$splat(factors[r]);
                            for v in 0..2 {
                                sums[r][v] = self.simd.$mul_add(factor, right[v], sums[r][v]);
                            }
                        }
                    }
                } else {
                    let rows: [&[$float]; R] =
                        std::array::from_fn(|r| &left[(row + r) * stride + start..][..panel.len()]);
                    for (k, right) in panel.iter().enumerate() {
                        for r in 0..R {
                            let factor = self.simd.$splat(rows[r][k]);
                            for v in 0..2 {
                                sums[r][v] = self.simd.$mul_add(factor, right[v], sums[r][v]);
                            }
                        }
                    }
                }
                for (r, sums) in sums.iter().enumerate() {
                    let to = &mut self.target[(row + r) * columns + self.column..][..self.wide];
                    if self.wide == 2 * S::$lanes {
                        S::$as_mut_simd(to).0.copy_from_slice(sums);
                    } else {
                        S::$as_mut_simd(&mut buffer).0[..2].copy_from_slice(sums);
                        to.copy_from_slice(&buffer[..self.wide]);
                    }
                }
                self.row += R;
            }
        }
    };
}

/// The tiles of one panel of the right factor, and how far they have been taken.
struct Tiles<'a, S, F> {
    simd: S,
    target: &'a mut [F],
    left: Matrix<'a, F>,
    /// Entries of the right factor, a full tile's width to each step of the inner dimension.
    panel: &'a [F],
    /// First step of the inner dimension.
    start: usize,
    /// Columns of the target.
    columns: usize,
    /// First column of the tiles, and how many columns they have.
    column: usize,
    wide: usize,
    /// First row of the next tile.
    row: usize,
}

product!(
    f32,
    F32_LANES,
    as_simd_f32s,
    as_mut_simd_f32s,
    splat_f32s,
    mul_add_f32s
);
product!(
    f64,
    F64_LANES,
    as_simd_f64s,
    as_mut_simd_f64s,
    splat_f64s,
    mul_add_f64s
);

/// Copies the `depth` x `wide` entries of `right` that begin at `row` and `column` into the panel,
/// whose rows are `width` long.
#[inline(always)]
fn pack<F: Copy>(
    right: &Matrix<'_, F>,
    [row, column]: [usize; 2],
    [depth, wide]: [usize; 2],
    panel: &mut [F],
    width: usize,
) {
    let stride = right.columns;
    if right.transposed {
        for c in 0..wide {
            let from = &right.values[(column + c) * stride + row..][..depth];
            for (to, value) in panel.chunks_exact_mut(width).zip(from) {
                to[c] = *value;
            }
        }
    } else {
        for (k, to) in panel.chunks_exact_mut(width).enumerate() {
            to[..wide].copy_from_slice(&right.values[(row + k) * stride + column..][..wide]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Real;
    use crate::portable::each;
    use crate::random::stream;
    use rand::RngExt;

    /// The product as the definition of this module has it, entry by entry.
    fn defined<F: Real>(target: &mut [F], left: Matrix<'_, F>, right: Matrix<'_, F>) {
        let at = |m: &Matrix<'_, F>, r: usize, c: usize| {
            m.values[if m.transposed {
                c * m.columns + r
            } else {
                r * m.columns + c
            }]
        };
        let ((rows, inner), (_, columns)) = (left.shape(), right.shape());
        for r in 0..rows {
            for c in 0..columns {
                for k in 0..inner {
                    let sum = &mut target[r * columns + c];
                    *sum = at(&left, r, k).mul_add(at(&right, k, c), *sum);
                }
            }
        }
    }

    fn check<F: Real>() {
        let mut random = stream(1, &["product"]);
        for (rows, inner, columns) in [(1, 1, 1), (7, 5, 33), (13, 300, 40), (29, 513, 96)] {
            let mut draw = |n: usize| -> Vec<F> {
                (0..n)
                    .map(|_| F::of(random.random::<f64>() - 0.5))
                    .collect()
            };
            let (left, right) = (draw(rows * inner), draw(inner * columns));
            let start = draw(rows * columns);
            for (left_transposed, right_transposed) in
                [(false, false), (false, true), (true, false), (true, true)]
            {
                let matrix = |values, rows, columns, transposed| {
                    if transposed {
                        Matrix::new(values, rows).t()
                    } else {
                        Matrix::new(values, columns)
                    }
                };
                let left = matrix(&*left, rows, inner, left_transposed);
                let right = matrix(&*right, inner, columns, right_transposed);
                let mut wanted = start.clone();
                defined(&mut wanted, left, right);
                let found = each(|| {
                    let mut target = start.clone();
                    F::multiply_add(Product {
                        target: &mut target,
                        left,
                        right,
                    });
                    target
                });
                for (arch, found) in found {
                    assert_eq!(found, wanted, "{arch:?} {rows} x {inner} x {columns}");
                }
            }
        }
    }

    #[test]
    fn every_tile_and_instruction_set_gives_the_defined_bits() {
        check::<f32>();
        check::<f64>();
    }
}
