//! The Gramians of a linear network on its held neurons, and its squared singular values.

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, MatRef, Par, Side};

use super::circuit::Linear;
use super::measure::{Measure, Status};
use super::sparse::Sparse;
use super::spectrum::Spectrum;

/// The Gramians of a linear network on its held neurons: `P = Ctr Ctr'` and `Q = Obs' Obs`.
#[derive(Clone, Debug)]
pub(super) struct Gramians {
    pub(super) encoding: Mat<f64>,
    pub(super) decoding: Mat<f64>,
}

/// Sum over steps `t = 0 .. T-1` of `S M^t E E' M'^t S'`, `E` being unit columns of `seen` and `S`
/// unit rows of `held`. O(T |seen| entries + T |seen| held^2).
pub(super) fn gramian(matrix: &Sparse, seen: &[u32], held: &[u32], steps: u32) -> Mat<f64> {
    let (size, width) = (held.len(), seen.len());
    let mut sum = Mat::<f64>::zeros(size, size);
    if width == 0 {
        return sum;
    }
    each_block(matrix, seen, held, steps, |rows| {
        let rows = MatRef::from_row_major_slice(rows, size, width);
        // Both halves are equal, so one is computed.
        triangular::matmul(
            &mut sum,
            BlockStructure::TriangularLower,
            Accum::Add,
            rows,
            BlockStructure::Rectangular,
            rows.transpose(),
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
    });
    for j in 0..size {
        for i in 0..j {
            sum[(i, j)] = sum[(j, i)];
        }
    }
    sum
}

/// Calls `take` with the held rows of `M^t E`, row-major, for every step from 0.
fn each_block(
    matrix: &Sparse,
    seen: &[u32],
    held: &[u32],
    steps: u32,
    mut take: impl FnMut(&[f64]),
) {
    let width = seen.len();
    let mut block = vec![0.0; matrix.n * width];
    let mut next = block.clone();
    let mut rows = vec![0.0; held.len() * width];
    for (column, &neuron) in seen.iter().enumerate() {
        block[neuron as usize * width + column] = 1.0;
    }
    for step in 0..steps {
        if step > 0 {
            matrix.times_block(&block, width, &mut next, 0);
            std::mem::swap(&mut block, &mut next);
        }
        for (&neuron, row) in held.iter().zip(rows.chunks_exact_mut(width)) {
            row.copy_from_slice(&block[neuron as usize * width..][..width]);
        }
        take(&rows);
    }
}

impl Gramians {
    pub(super) fn of(linear: &Linear) -> Self {
        let roles = &linear.roles;
        Self {
            encoding: gramian(&linear.forward, &roles.input, &roles.held, linear.horizon),
            decoding: gramian(&linear.backward, &roles.output, &roles.held, linear.horizon),
        }
    }

    pub(super) fn spectrum(&self, measure: Measure) -> Result<Spectrum, Status> {
        match measure {
            Measure::Encoded => eigenvalues(&self.encoding),
            Measure::Decoded => eigenvalues(&self.decoding),
            Measure::Carried => Carried::new(self)?.spectrum(),
        }
    }
}

/// The spectrum of a symmetric matrix without negative eigenvalues.
pub(super) fn eigenvalues(matrix: &Mat<f64>) -> Result<Spectrum, Status> {
    if matrix
        .col_iter()
        .any(|column| column.iter().any(|x| !x.is_finite()))
    {
        return Err(Status::NotFinite);
    }
    let values = matrix.self_adjoint_eigenvalues(Side::Lower);
    Spectrum::new(values.map_err(|_| Status::NotFinite)?).ok_or(Status::NoPath)
}

/// The carried map in small matrices: with `P = F F'`, `F' Q F` has the squared singular values of
/// `Obs Ctr` for eigenvalues.
pub(super) struct Carried {
    /// `F`, held neurons by rank of `P`.
    pub(super) factor: Mat<f64>,
    /// `Q F`.
    pub(super) seen: Mat<f64>,
    /// `F' Q F`.
    pub(super) product: Mat<f64>,
}

impl Carried {
    pub(super) fn new(gramians: &Gramians) -> Result<Self, Status> {
        let factor = cholesky(&gramians.encoding).ok_or(Status::NotFinite)?;
        let (size, rank) = (factor.nrows(), factor.ncols());
        let mut seen = Mat::<f64>::zeros(size, rank);
        matmul(
            &mut seen,
            Accum::Replace,
            &gramians.decoding,
            &factor,
            1.0,
            Par::Seq,
        );
        let mut product = Mat::<f64>::zeros(rank, rank);
        matmul(
            &mut product,
            Accum::Replace,
            factor.transpose(),
            &seen,
            1.0,
            Par::Seq,
        );
        Ok(Self {
            factor,
            seen,
            product,
        })
    }

    pub(super) fn spectrum(&self) -> Result<Spectrum, Status> {
        eigenvalues(&self.product)
    }
}

/// A factor `F` with `matrix = F F'` up to rounding, by Cholesky's decomposition with the largest
/// pivot first; `None` of what is not finite. It has a column for each pivot above rounding.
/// O(n^3).
fn cholesky(matrix: &Mat<f64>) -> Option<Mat<f64>> {
    let n = matrix.nrows();
    let mut left: Vec<f64> = (0..n).map(|i| matrix[(i, i)]).collect();
    let largest = left.iter().copied().fold(0.0, f64::max);
    if !left.iter().all(|x| x.is_finite()) {
        return None;
    }
    let least = n as f64 * f64::EPSILON * largest;
    let mut columns: Vec<Vec<f64>> = Vec::new();
    while columns.len() < n {
        let mut pivot = 0;
        for i in 1..n {
            if left[i] > left[pivot] {
                pivot = i;
            }
        }
        if left[pivot] <= least {
            break;
        }
        let root = left[pivot].sqrt();
        let mut column: Vec<f64> = (0..n).map(|i| matrix[(i, pivot)]).collect();
        for earlier in &columns {
            let share = earlier[pivot];
            for (c, e) in column.iter_mut().zip(earlier) {
                *c -= share * e;
            }
        }
        for (i, c) in column.iter_mut().enumerate() {
            *c /= root;
            // What is taken is exactly 0 from now on, also in its own row.
            left[i] -= *c * *c;
        }
        left[pivot] = f64::NEG_INFINITY;
        columns.push(column);
    }
    Some(Mat::from_fn(n, columns.len(), |i, j| columns[j][i]))
}

/// The carried spectrum without squaring what passes: `R_o R_c'`, the triangular factors of the
/// transposed controllability matrix and of the observability matrix, has the singular values of
/// `Obs Ctr`. Takes the memory of both matrices.
pub(super) fn carried_by_qr(linear: &Linear) -> Result<Spectrum, Status> {
    let roles = &linear.roles;
    let triangle = |matrix: &Sparse, seen: &[u32]| {
        let (size, width) = (roles.held.len(), seen.len());
        let mut tall = Mat::<f64>::zeros(width * linear.horizon as usize, size);
        let mut first = 0;
        each_block(matrix, seen, &roles.held, linear.horizon, |rows| {
            for (j, row) in rows.chunks_exact(width).enumerate() {
                for (i, value) in row.iter().enumerate() {
                    tall[(first + i, j)] = *value;
                }
            }
            first += width;
        });
        tall.qr().thin_R().to_owned()
    };
    let encoding = triangle(&linear.forward, &roles.input);
    let decoding = triangle(&linear.backward, &roles.output);
    let product = &decoding * encoding.transpose();
    if product
        .col_iter()
        .any(|column| column.iter().any(|x| !x.is_finite()))
    {
        return Err(Status::NotFinite);
    }
    let singular = product.singular_values().map_err(|_| Status::NotFinite)?;
    Spectrum::new(singular.iter().map(|x| x * x).collect()).ok_or(Status::NoPath)
}
