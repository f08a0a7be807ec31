//! The number types that networks are computed in: `f32` for work, `f64` as the reference.

use super::dynamics::Kernels;
use super::element::Element;

/// A floating-point number a network can be computed in.
pub trait Real: Element + Kernels {}

macro_rules! real {
    ($float:ty) => {
        impl Real for $float {}
    };
}

real!(f32);
real!(f64);
