//! The dimensions of wirings that are too large to be decomposed, with a bound of their error.
//!
//! Degrees of freedom and bits are traces of functions of a matrix `M` without negative eigenvalues
//! that can only be applied to vectors, by sparse products: `Ctr Ctr'`, `Obs' Obs`, or the Hankel
//! operator times its transpose, on its smaller side.
//!
//! 1. A block Krylov space (Musco and Musco 2015, arXiv 1504.05477) finds the largest eigenvalues.
//!    Those whose residual is far below the noise are taken out of `M`.
//! 2. What is left is estimated from random probes: the trace of `f(M)` is the expectation of `g'
//!    f(M) g` over vectors `g` of random signs (Hutchinson 1990), and each of these numbers lies
//!    between a Gauss and a Gauss-Radau quadrature of the Lanczos process that begins with `g`
//!    (Golub and Meurant 1994; stochastic Lanczos quadrature: Ubaru, Chen and Saad 2017, doi
//!    10.1137/16M1104974). Gauss is above and Radau, with a node at 0, below, for both functions
//!    are operator monotone.
//!
//! The processes go on until both quadratures agree at the signal-to-noise ratio of the headline,
//! or to a largest number of steps: at larger ratios, smaller eigenvalues count, and more steps
//! would be needed to tell them from zero.
//!
//! The error that is reported adds up half the distance of both quadratures, the 95 % interval over
//! probes, and a second-order bound of what taking out eigenvectors does.

use faer::{Mat, Side};
use rand::RngExt;
use rayon::prelude::*;

use super::circuit::{Circuit, Linear};
use super::convention::{Convention, HEADLINE_SNR};
use super::gramians::eigenvalues;
use super::measure::{Measure, Status};
use super::sparse::Sparse;
use super::spectrum::Reading;
use crate::connectome::Synapse;
use crate::random::stream;

/// Vectors that are multiplied at a time, and probes.
const WIDTH: usize = 8;
/// Blocks of the Krylov space.
const BLOCKS: usize = 5;
/// Most steps of the Lanczos process of each probe.
const MOST_STEPS: usize = 88;
/// After how many steps each the quadratures are compared.
const COMPARED_EVERY: usize = 4;
/// Half the distance of the quadratures at which they agree, as a share of the value.
const AGREEMENT: f64 = 0.02;
/// Student's quantile of a 95 % interval over the probes.
const STUDENT_95: f64 = 2.364_624_251_592_784;
/// Matrices up to this size are written out and decomposed.
const WRITTEN_OUT: usize = 400;
/// Largest residual of an eigenvector that is taken out, as a share of the power of the noise.
const RESIDUAL: f64 = 0.1;
/// Rows of a product that a thread takes at a time.
const ROWS: usize = 512;

/// Readings of one convention that are estimated; a list by signal-to-noise ratio for each measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// On what footing the values stand that are there.
    pub footing: Status,
    /// One list for each of [`Measure::ALL`], or why there is none.
    pub of: [Result<Vec<Reading>, Status>; 3],
}

/// One half of the Hankel operator: `half = S [E, M E, ..., M^(T-1) E]`.
struct Half<'a> {
    there: &'a Sparse,
    back: &'a Sparse,
    seen: &'a [u32],
    held: &'a [u32],
    steps: usize,
}

/// Rows of `WIDTH` values, one row after the other.
type Block = Vec<f64>;

fn multiplied(matrix: &Sparse, block: &[f64], product: &mut [f64]) {
    product
        .par_chunks_mut(ROWS * WIDTH)
        .enumerate()
        .for_each(|(part, rows)| matrix.times_block(block, WIDTH, rows, part * ROWS));
}

impl Half<'_> {
    /// Rows of the domain: a row per step and neuron that sees.
    fn domain(&self) -> usize {
        self.steps * self.seen.len()
    }

    /// From the domain to the held neurons.
    fn onto(&self, block: &[f64]) -> Block {
        let n = self.there.n;
        let (mut sum, mut next) = (vec![0.0; n * WIDTH], vec![0.0; n * WIDTH]);
        for (step, rows) in block
            .chunks_exact(self.seen.len() * WIDTH)
            .enumerate()
            .rev()
        {
            if step + 1 < self.steps {
                multiplied(self.there, &sum, &mut next);
                std::mem::swap(&mut sum, &mut next);
            }
            for (&neuron, row) in self.seen.iter().zip(rows.chunks_exact(WIDTH)) {
                let into = &mut sum[neuron as usize * WIDTH..][..WIDTH];
                into.iter_mut().zip(row).for_each(|(a, b)| *a += b);
            }
        }
        let rows = self
            .held
            .iter()
            .map(|&h| &sum[h as usize * WIDTH..][..WIDTH]);
        rows.flatten().copied().collect()
    }

    /// From the held neurons to the domain: the transpose.
    fn back(&self, block: &[f64]) -> Block {
        let n = self.back.n;
        let (mut state, mut next) = (vec![0.0; n * WIDTH], vec![0.0; n * WIDTH]);
        for (&neuron, row) in self.held.iter().zip(block.chunks_exact(WIDTH)) {
            state[neuron as usize * WIDTH..][..WIDTH].copy_from_slice(row);
        }
        let mut all = Vec::with_capacity(self.domain() * WIDTH);
        for step in 0..self.steps {
            if step > 0 {
                multiplied(self.back, &state, &mut next);
                std::mem::swap(&mut state, &mut next);
            }
            for &neuron in self.seen {
                all.extend_from_slice(&state[neuron as usize * WIDTH..][..WIDTH]);
            }
        }
        all
    }
}

/// A symmetric matrix without negative eigenvalues that is only applied.
enum Applied<'a> {
    /// `half half'`, on held neurons.
    Gramian(Half<'a>),
    /// `inner' outer outer' inner`, on the domain of `inner`.
    Hankel { inner: Half<'a>, outer: Half<'a> },
}

impl<'a> Applied<'a> {
    fn new(linear: &'a Linear, measure: Measure) -> Self {
        let roles = &linear.roles;
        let half = |there, back, seen: &'a [u32]| Half {
            there,
            back,
            seen,
            held: &roles.held,
            steps: linear.horizon as usize,
        };
        let encoding = half(&linear.forward, &linear.backward, &roles.input);
        let decoding = half(&linear.backward, &linear.forward, &roles.output);
        match measure {
            Measure::Encoded => Self::Gramian(encoding),
            Measure::Decoded => Self::Gramian(decoding),
            Measure::Carried if roles.output.len() <= roles.input.len() => Self::Hankel {
                inner: decoding,
                outer: encoding,
            },
            Measure::Carried => Self::Hankel {
                inner: encoding,
                outer: decoding,
            },
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Gramian(half) => half.held.len(),
            Self::Hankel { inner, .. } => inner.domain(),
        }
    }

    fn apply(&self, block: &[f64]) -> Block {
        match self {
            Self::Gramian(half) => half.onto(&half.back(block)),
            Self::Hankel { inner, outer } => {
                inner.back(&outer.onto(&outer.back(&inner.onto(block))))
            }
        }
    }

    /// Applied to some vectors, at most [`WIDTH`].
    fn apply_to(&self, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let size = self.size();
        let mut block = vec![0.0; size * WIDTH];
        for (k, vector) in vectors.iter().enumerate() {
            for (row, value) in block.chunks_exact_mut(WIDTH).zip(vector) {
                row[k] = *value;
            }
        }
        let product = self.apply(&block);
        let column = |k: usize| product.chunks_exact(WIDTH).map(|row| row[k]).collect();
        (0..vectors.len()).map(column).collect()
    }
}

impl Circuit {
    /// Estimates the dimensions of this circuit with these edges under one convention. `None` where
    /// `proceed` said no.
    ///
    /// Time O(T entries) for each of at most 744 vectors and measure, twice that for the carried
    /// map. Memory: 150 vectors of one value per held neuron.
    pub fn estimate(
        &self,
        edges: &[Synapse],
        convention: &Convention,
        snr: &[f64],
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<Estimated> {
        let weighted = self.weighted(edges, convention.weights);
        let linear = match self.linear(&weighted, convention) {
            Ok(linear) => linear,
            Err(status) => {
                let of = |measure| Err(self.missing(measure).unwrap_or(status));
                return Some(Estimated {
                    footing: Status::Ok,
                    of: [Measure::Encoded, Measure::Decoded, Measure::Carried].map(of),
                });
            }
        };
        let mut of = [
            Err(Status::NoPath),
            Err(Status::NoPath),
            Err(Status::NoPath),
        ];
        for (found, &measure) in of.iter_mut().zip(Measure::ALL) {
            *found = match self.missing(measure) {
                Some(status) => Err(status),
                None => {
                    let applied = Applied::new(&linear, measure);
                    readings(&applied, measure, snr, seed, proceed)?
                }
            };
        }
        Some(Estimated {
            footing: self.footing(&linear, convention),
            of,
        })
    }
}

fn readings(
    applied: &Applied<'_>,
    measure: Measure,
    snr: &[f64],
    seed: u64,
    proceed: &(dyn Fn() -> bool + Sync),
) -> Option<Result<Vec<Reading>, Status>> {
    if applied.size() <= WRITTEN_OUT {
        return proceed().then(|| {
            let spectrum = eigenvalues(&written_out(applied))?;
            Ok(snr.iter().map(|&s| spectrum.read(s)).collect())
        });
    }
    let space = krylov(applied, measure, seed, proceed)?;
    let largest = space.values.first().copied().unwrap_or(0.0);
    if !largest.is_finite() {
        return Some(Err(Status::NotFinite));
    }
    if largest <= 0.0 {
        return Some(Err(Status::NoPath));
    }
    let most = snr.iter().copied().fold(1.0, f64::max);
    let taken = space.taken_out(RESIDUAL * largest / most);
    let below = snr.iter().copied().filter(|s| *s <= HEADLINE_SNR);
    let target = below.reduce(f64::max);
    let target = target.unwrap_or_else(|| snr.iter().copied().fold(f64::INFINITY, f64::min));
    let probes = probed(applied, measure, &taken, largest / target, seed, proceed)?;
    Some(Ok(snr
        .iter()
        .map(|&s| reading(&taken, &probes, largest / s))
        .collect()))
}

fn written_out(applied: &Applied<'_>) -> Mat<f64> {
    let size = applied.size();
    let mut whole = Mat::<f64>::zeros(size, size);
    for first in (0..size).step_by(WIDTH) {
        let units: Vec<Vec<f64>> = (first..size.min(first + WIDTH))
            .map(|at| (0..size).map(|i| f64::from(u8::from(i == at))).collect())
            .collect();
        for (j, column) in (first..).zip(applied.apply_to(&units)) {
            column
                .iter()
                .enumerate()
                .for_each(|(i, x)| whole[(i, j)] = *x);
        }
    }
    whole
}

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

/// Takes the part of a vector that orthonormal ones span away from it.
fn project_out(basis: &[Vec<f64>], vector: &mut [f64]) {
    let shares: Vec<f64> = basis.par_iter().map(|b| dot(b, vector)).collect();
    const PART: usize = 4096;
    vector
        .par_chunks_mut(PART)
        .enumerate()
        .for_each(|(part, rows)| {
            for (share, basis) in shares.iter().zip(basis) {
                let from = &basis[part * PART..][..rows.len()];
                rows.iter_mut().zip(from).for_each(|(a, b)| *a -= share * b);
            }
        });
}

/// Approximate eigenvectors, from the largest eigenvalue on.
struct Space {
    values: Vec<f64>,
    vectors: Vec<Vec<f64>>,
    residuals: Vec<f64>,
}

/// Eigenvectors that are taken out of a matrix.
struct Taken {
    values: Vec<f64>,
    vectors: Vec<Vec<f64>>,
    /// Sum of the squares of their residuals.
    residual: f64,
}

fn krylov(
    applied: &Applied<'_>,
    measure: Measure,
    seed: u64,
    proceed: &(dyn Fn() -> bool + Sync),
) -> Option<Space> {
    let size = applied.size();
    let mut random = stream(seed, &["capacity", "krylov", measure.as_str()]);
    let mut block: Vec<Vec<f64>> = (0..WIDTH)
        .map(|_| (0..size).map(|_| random.random::<f64>() - 0.5).collect())
        .collect();
    let (mut basis, mut images): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    for _ in 0..BLOCKS {
        if !proceed() {
            return None;
        }
        let first = basis.len();
        for mut vector in block {
            let before = dot(&vector, &vector).sqrt();
            project_out(&basis, &mut vector);
            project_out(&basis, &mut vector);
            let length = dot(&vector, &vector).sqrt();
            if length > 1e-10 * before {
                vector.iter_mut().for_each(|x| *x /= length);
                basis.push(vector);
            }
        }
        if basis.len() == first {
            break;
        }
        block = applied.apply_to(&basis[first..]);
        images.extend(block.iter().cloned());
    }
    let rank = basis.len();
    let column = |j: usize| -> Vec<f64> { basis.iter().map(|b| dot(b, &images[j])).collect() };
    let columns: Vec<Vec<f64>> = (0..rank).into_par_iter().map(column).collect();
    let small = Mat::<f64>::from_fn(rank, rank, |i, j| 0.5 * (columns[j][i] + columns[i][j]));
    let is_finite = columns.iter().flatten().all(|x| x.is_finite());
    let Some(eigen) = is_finite
        .then(|| small.self_adjoint_eigen(Side::Lower).ok())
        .flatten()
    else {
        return Some(Space {
            values: vec![f64::NAN],
            vectors: Vec::new(),
            residuals: Vec::new(),
        });
    };
    let combined = |of: &[Vec<f64>], k: usize| {
        let mut sum = vec![0.0; size];
        for (i, vector) in of.iter().enumerate() {
            let share = eigen.U()[(i, k)];
            sum.iter_mut()
                .zip(vector)
                .for_each(|(a, b)| *a += share * b);
        }
        sum
    };
    let of = |k: usize| {
        let value = eigen.S().column_vector()[k];
        let (vector, mut image) = (combined(&basis, k), combined(&images, k));
        image
            .iter_mut()
            .zip(&vector)
            .for_each(|(a, b)| *a -= value * b);
        (value, vector, dot(&image, &image).sqrt())
    };
    let all: Vec<(f64, Vec<f64>, f64)> = (0..rank)
        .rev()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(of)
        .collect();
    let mut space = Space {
        values: Vec::new(),
        vectors: Vec::new(),
        residuals: Vec::new(),
    };
    for (value, vector, residual) in all {
        space.values.push(value);
        space.vectors.push(vector);
        space.residuals.push(residual);
    }
    Some(space)
}

impl Space {
    /// The eigenvectors whose residual is small enough.
    fn taken_out(self, largest_residual: f64) -> Taken {
        let mut taken = Taken {
            values: Vec::new(),
            vectors: Vec::new(),
            residual: 0.0,
        };
        let all = self
            .values
            .into_iter()
            .zip(self.vectors)
            .zip(self.residuals);
        for ((value, vector), residual) in all {
            if residual <= largest_residual && value > 0.0 {
                taken.values.push(value);
                taken.vectors.push(vector);
                taken.residual += residual * residual;
            }
        }
        taken
    }
}

/// The quadrature of one probe: nodes and weights of Gauss, and of Radau with a node at 0.
struct Probe {
    gauss: Vec<(f64, f64)>,
    radau: Vec<(f64, f64)>,
}

/// Runs the Lanczos processes until their quadratures agree where the noise has the power `noise`.
fn probed(
    applied: &Applied<'_>,
    measure: Measure,
    taken: &Taken,
    noise: f64,
    seed: u64,
    proceed: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Probe>> {
    let size = applied.size();
    let mut random = stream(seed, &["capacity", "probes", measure.as_str()]);
    let mut current: Vec<Vec<f64>> = (0..WIDTH)
        .map(|_| {
            let sign = |bit: bool| if bit { 1.0 } else { -1.0 };
            (0..size).map(|_| sign(random.random::<bool>())).collect()
        })
        .collect();
    let mut powers = Vec::new();
    for vector in &mut current {
        project_out(&taken.vectors, vector);
        let power = dot(vector, vector);
        powers.push(power);
        let length = power.sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
    }
    let mut previous: Vec<Vec<f64>> = vec![vec![0.0; size]; WIDTH];
    let mut processes = vec![Process::default(); WIDTH];
    for step in 1..=MOST_STEPS {
        if !proceed() {
            return None;
        }
        let images = applied.apply_to(&current);
        for (k, mut image) in images.into_iter().enumerate() {
            let Process { alpha, beta } = &mut processes[k];
            // A process that has ended stays where it is.
            if beta.last() == Some(&0.0) {
                continue;
            }
            project_out(&taken.vectors, &mut image);
            let before = beta.last().copied().unwrap_or(0.0);
            let along = dot(&current[k], &image);
            for ((a, b), c) in image.iter_mut().zip(&current[k]).zip(&previous[k]) {
                *a -= along * b + before * c;
            }
            alpha.push(along);
            let length = dot(&image, &image).sqrt();
            let scale = alpha.iter().copied().fold(0.0, f64::max);
            if length <= 1e-14 * scale || !length.is_finite() {
                beta.push(0.0);
                continue;
            }
            beta.push(length);
            image.iter_mut().for_each(|x| *x /= length);
            previous[k] = std::mem::replace(&mut current[k], image);
        }
        if step % COMPARED_EVERY == 0 {
            let probes: Vec<Probe> = processes
                .iter()
                .zip(&powers)
                .map(|(process, power)| process.probe(*power))
                .collect();
            let estimate = trace(taken, &probes, &|x| x / (x + noise));
            if step == MOST_STEPS || estimate.apart <= AGREEMENT * estimate.value {
                return Some(probes);
            }
        }
    }
    None
}

/// A Lanczos process: the diagonal of its tridiagonal matrix and what lies beside it.
#[derive(Clone, Debug, Default)]
struct Process {
    alpha: Vec<f64>,
    beta: Vec<f64>,
}

impl Process {
    /// The quadratures of a process that began with a vector of the square length `power`.
    fn probe(&self, power: f64) -> Probe {
        let Self { alpha, beta } = self;
        let gauss = quadrature(alpha, beta, power);
        // The last pivot of Gauss' elimination becomes 0, which makes 0 an eigenvalue.
        let last = alpha.len() - 1;
        let mut pivot = alpha[0];
        for i in 1..last {
            pivot = alpha[i] - beta[i - 1] * beta[i - 1] / pivot;
        }
        let moved = match last {
            0 => 0.0,
            _ => beta[last - 1] * beta[last - 1] / pivot,
        };
        let mut with_node = alpha.clone();
        with_node[last] = moved;
        let is_sound = moved.is_finite() && moved >= 0.0 && moved <= alpha[last].max(moved);
        let radau = match is_sound {
            true => quadrature(&with_node, beta, power),
            false => gauss.clone(),
        };
        Probe { gauss, radau }
    }
}

/// Nodes and weights of the tridiagonal matrix of a Lanczos process.
fn quadrature(alpha: &[f64], beta: &[f64], power: f64) -> Vec<(f64, f64)> {
    let size = alpha.len();
    let small = Mat::<f64>::from_fn(size, size, |i, j| match i.abs_diff(j) {
        0 => alpha[i],
        1 => beta[i.min(j)],
        _ => 0.0,
    });
    match small.self_adjoint_eigen(Side::Lower) {
        Ok(eigen) => (0..size)
            .map(|k| {
                let node = eigen.S().column_vector()[k].max(0.0);
                let first = eigen.U()[(0, k)];
                (node, power * first * first)
            })
            .collect(),
        Err(_) => vec![(f64::NAN, power)],
    }
}

/// The estimate of a trace.
struct Trace {
    value: f64,
    /// Half the distance of the quadratures, mean over probes.
    apart: f64,
    /// Half the width of the 95 % interval over probes.
    sampling: f64,
}

/// The trace of `f(M)`, where `f` is operator monotone and 0 at 0.
fn trace(taken: &Taken, probes: &[Probe], f: &dyn Fn(f64) -> f64) -> Trace {
    let sum = |nodes: &[(f64, f64)]| -> f64 {
        nodes.iter().map(|&(node, weight)| weight * f(node)).sum()
    };
    let count = probes.len() as f64;
    let exact: f64 = taken.values.iter().rev().map(|&value| f(value)).sum();
    let ends: Vec<[f64; 2]> = probes
        .iter()
        .map(|probe| [sum(&probe.gauss), sum(&probe.radau)])
        .collect();
    let middles: Vec<f64> = ends.iter().map(|[a, b]| 0.5 * (a + b)).collect();
    let apart = ends.iter().map(|[a, b]| 0.5 * (a - b).abs()).sum::<f64>() / count;
    let mean = middles.iter().sum::<f64>() / count;
    let squares: f64 = middles.iter().map(|x| (x - mean) * (x - mean)).sum();
    Trace {
        value: exact + mean,
        apart,
        sampling: STUDENT_95 * (squares / (count - 1.0) / count).sqrt(),
    }
}

/// The readings at one power of the noise.
fn reading(taken: &Taken, probes: &[Probe], noise: f64) -> Reading {
    let directions = trace(taken, probes, &|x| x / (x + noise));
    let nats = trace(taken, probes, &|x| libm::log1p(x / noise)).value;
    let error = directions.apart + directions.sampling;
    let [k90, k99] = [0.1, 0.01].map(|left| units(taken, probes, left));
    Reading {
        value: directions.value,
        value_error: Some(error + taken.residual / (noise * noise)),
        bits: nats / (2.0 * std::f64::consts::LN_2),
        k90,
        k99,
    }
}

/// Smallest number of directions without which a share of the power is left, from the density of
/// eigenvalues that the probes saw.
fn units(taken: &Taken, probes: &[Probe], left: f64) -> Option<usize> {
    let share = 1.0 / probes.len() as f64;
    let seen = probes.iter().flat_map(|probe| {
        probe
            .gauss
            .iter()
            .map(|&(node, weight)| (node, weight * share))
    });
    let mut density: Vec<(f64, f64)> = taken.values.iter().map(|&v| (v, 1.0)).chain(seen).collect();
    density.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = density.iter().map(|(value, number)| value * number).sum();
    let (mut rest, mut number) = (total, 0.0);
    for (value, here) in density {
        let goal = left * total;
        if rest <= goal {
            break;
        }
        // Of the last node as many as are needed.
        let needed = ((rest - goal) / value).min(here);
        number += needed;
        rest -= value * here;
    }
    number.is_finite().then(|| number.ceil() as usize)
}
