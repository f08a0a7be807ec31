//! What gives the same bits on every machine: functions of real numbers, the eigenvalues of a
//! matrix, and the instructions that kernels run on.
//!
//! `functions` has the logarithms, sines and normal draws that ask no system library, `eigenvalues`
//! the largest modulus of the eigenvalues of a matrix, and `instructions` chooses the instruction
//! set of a kernel, on which no number depends.

mod eigenvalues;
mod functions;
mod instructions;

pub(crate) use eigenvalues::{dominant_of_hessenberg, spectral_radius};
pub(crate) use functions::{StandardNormal, atan2, cos, exp, exp_m1, ln, ln_1p, power, sin, tanh};
pub(crate) use instructions::chosen;
#[cfg(test)]
pub(crate) use instructions::each;
pub use instructions::instruction_set;
