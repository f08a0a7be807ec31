//! The number types that networks are computed in: `f32` for work, `f64` as the reference.

use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

use super::dynamics::Kernels;
use super::elementary::Elementary;
use crate::number::Number;

/// A floating-point number a network can be computed in.
pub trait Real: Number + Kernels + Elementary + AddAssign + SubAssign + MulAssign + Sum {}

macro_rules! real {
    ($float:ty) => {
        impl Real for $float {}
    };
}

real!(f32);
real!(f64);
