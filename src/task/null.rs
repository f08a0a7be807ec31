//! T0: sequences without anything to find, and sequences with nothing to store.

use rand::RngExt;

use super::Generator;
use crate::portable::StandardNormal;
use crate::random::ChaCha8Rng;

/// Every value an independent standard normal: all of the ambient dimensions are needed.
#[derive(Debug)]
pub(super) struct White;

impl Generator for White {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.fill_with(|| random.sample(StandardNormal));
    }
}

/// One sequence of standard normals, drawn once: no dimension is needed, a bias learns it.
#[derive(Debug)]
pub(super) struct Constant {
    sequence: Vec<f64>,
}

impl Constant {
    pub(super) fn new(values: usize, random: &mut ChaCha8Rng) -> Self {
        Self {
            sequence: (0..values).map(|_| random.sample(StandardNormal)).collect(),
        }
    }
}

impl Generator for Constant {
    fn draw(&self, _: &mut ChaCha8Rng, sequence: &mut [f64]) {
        sequence.copy_from_slice(&self.sequence);
    }
}
