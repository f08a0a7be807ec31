//! The number types that networks are computed in: `f32` for work, `f64` as the reference.

use num_traits::Float;
use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

use super::dynamics::Kernels;
use super::elementary::Elementary;

/// A floating-point number a network can be computed in.
pub trait Real:
    Kernels
    + Elementary
    + Float
    + AddAssign
    + SubAssign
    + MulAssign
    + Sum
    + Debug
    + Default
    + Send
    + Sync
    + 'static
{
    /// The number nearest to `value`.
    fn of(value: f64) -> Self;
    /// The same number as `f64`.
    fn as_f64(self) -> f64;
}

macro_rules! real {
    ($float:ty) => {
        impl Real for $float {
            #[inline(always)]
            fn of(value: f64) -> Self {
                value as $float
            }

            #[inline(always)]
            fn as_f64(self) -> f64 {
                f64::from(self)
            }
        }
    };
}

real!(f32);
real!(f64);
