//! The numbers that signals and weights are made of.

use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

use super::elementary::Elementary;
use crate::number::Number;

/// A number with the elementary functions of the networks, equal on every processor.
pub trait Element: Number + Elementary + AddAssign + SubAssign + MulAssign + Sum {}

impl Element for f32 {}
impl Element for f64 {}
