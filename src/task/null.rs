//! T0: sequences without anything to find, and sequences with nothing to store.

use rand::RngExt;
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::family::{Dimension, Family, Generator};
use super::shape::Shape;
use crate::portable::StandardNormal;
use crate::random::ChaCha8Rng;

/// Every value an independent standard normal: all of the ambient dimensions are needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct White;

impl Family for White {
    fn fit(&self, _: Shape) -> Result<(), TaskConfigError> {
        Ok(())
    }

    fn dimension(&self) -> Dimension {
        Dimension::Noise
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(&self, _: Shape, _: &mut ChaCha8Rng) -> Result<Arc<dyn Generator>, TaskError> {
        Ok(Arc::new(*self))
    }
}

impl Generator for White {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.fill_with(|| random.sample(StandardNormal));
    }
}

/// One sequence, always the same: no dimension is needed, a bias learns it.
#[derive(Debug)]
pub(super) struct Constant;

impl Family for Constant {
    fn fit(&self, _: Shape) -> Result<(), TaskConfigError> {
        Ok(())
    }

    fn dimension(&self) -> Dimension {
        Dimension::Known {
            intrinsic: 0.0,
            units: 0,
        }
    }

    fn recalls_training_set(&self) -> bool {
        true
    }

    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError> {
        let sequence = (0..shape.values()).map(|_| random.sample(StandardNormal));
        Ok(Arc::new(Repeated {
            sequence: sequence.collect(),
        }))
    }
}

/// A sequence of standard normals that was drawn once.
#[derive(Debug)]
struct Repeated {
    sequence: Vec<f64>,
}

impl Generator for Repeated {
    fn draw(&self, _: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.copy_from_slice(&self.sequence);
    }
}
