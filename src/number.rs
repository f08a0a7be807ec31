//! Floating-point types in which sequences and networks are computed: `f32` for work, and `f64` as
//! the reference.

use num_traits::Float;
use std::fmt::Debug;

/// A floating-point type in which values can be computed and stored.
pub trait Number: Float + Debug + Default + Send + Sync + 'static {
    /// The number nearest to `value`.
    fn of(value: f64) -> Self;

    /// The same number as `f64`, without loss.
    fn as_f64(self) -> f64;
}

macro_rules! number {
    ($float:ty) => {
        impl Number for $float {
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

number!(f32);
number!(f64);
