//! The two number types networks are computed in: `f32` for work, `f64` as the reference.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

use super::dynamics::Kernels;
use super::elementary::Elementary;
use crate::number::Number;

/// A floating-point number a network can be computed in.
pub trait Real: Number + Kernels + Elementary + AddAssign + SubAssign + MulAssign + Sum {
    /// `target += left * right` for row-major matrices (`rows` x `inner`, `inner` x `columns`),
    /// single threaded. With `right_transposed`, `right` is stored `columns` x `inner`; with
    /// `left_transposed`, `left` is `inner` x `rows`.
    fn multiply_add(
        target: &mut [Self],
        left: Matrix<'_, Self>,
        right: Matrix<'_, Self>,
        rows: usize,
        columns: usize,
    );
}

/// A row-major matrix, its row stride, and whether it is to be read transposed.
#[derive(Clone, Copy)]
pub struct Matrix<'a, F> {
    /// The values.
    pub values: &'a [F],
    /// Stored rows.
    pub rows: usize,
    /// Stored columns.
    pub columns: usize,
    /// Distance between the starts of two rows.
    pub stride: usize,
    /// Read transposed.
    pub transposed: bool,
}

impl<'a, F> Matrix<'a, F> {
    /// A contiguous row-major matrix.
    pub fn new(values: &'a [F], rows: usize, columns: usize) -> Self {
        Self {
            values,
            rows,
            columns,
            stride: columns,
            transposed: false,
        }
    }

    /// The transpose of this matrix, without moving a value.
    #[must_use]
    pub fn t(self) -> Self {
        Self {
            transposed: !self.transposed,
            ..self
        }
    }
}

macro_rules! real {
    ($float:ty) => {
        impl Real for $float {
            fn multiply_add(
                target: &mut [Self],
                left: Matrix<'_, Self>,
                right: Matrix<'_, Self>,
                rows: usize,
                columns: usize,
            ) {
                fn view<'a>(m: &Matrix<'a, $float>) -> MatRef<'a, $float> {
                    let stored = MatRef::from_row_major_slice_with_stride(
                        m.values, m.rows, m.columns, m.stride,
                    );
                    if m.transposed {
                        stored.transpose()
                    } else {
                        stored
                    }
                }
                let target = MatMut::from_row_major_slice_mut(target, rows, columns);
                matmul(target, Accum::Add, view(&left), view(&right), 1.0, Par::Seq);
            }
        }
    };
}

real!(f32);
real!(f64);
