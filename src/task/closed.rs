//! T4: closed manifolds, which need more coordinates than they have dimensions.
//!
//! A point `y` of the manifold in its standard coordinates (`e` of them, of mean variance 1)
//! becomes the sequence `x = phi(F y)`. `F` has normal entries of variance `1/e` and full rank,
//! `phi` is `tanh` or the identity, so that the sequences are a copy of the manifold, without
//! self-intersection, in the space of all sequences.
//!
//! | manifold | intrinsic dimension `d` | coordinates `e` | drawn |
//! |---|---|---|---|
//! | circle | 1 | 2 | uniformly |
//! | sphere | `n` | `n + 1` | uniformly |
//! | torus | 2 | 3 | uniformly in both angles; radii 2 and 1 |
//!
//! No continuous code of fewer than `e` real units tells all points apart: a compact manifold
//! without boundary does not embed in a Euclidean space of its own dimension, and `e` is the least
//! in which these do. So the intrinsic dimension is `d` and k* is `e`.

use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::family::{Dimension, Family, Generator};
use super::shape::Shape;
use crate::portable::{StandardNormal, cos, sin, tanh};
use crate::random::ChaCha8Rng;

/// What becomes of the coordinates of a closed manifold after their random linear map.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Nonlinearity {
    /// They saturate: the manifold is curved in all directions.
    #[default]
    Tanh,
    /// Nothing: principal components alone find the embedding.
    None,
}

/// A compact manifold without boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClosedManifold {
    /// The circle in two coordinates.
    Circle,
    /// The torus of revolution in three coordinates.
    Torus,
    /// The sphere in one more coordinate than it has dimensions.
    Sphere {
        /// Intrinsic dimension: 2 for the surface of a ball.
        dimension: usize,
    },
}

impl ClosedManifold {
    /// The intrinsic dimension of the manifold.
    fn dimension(self) -> usize {
        match self {
            Self::Circle => 1,
            Self::Torus => 2,
            Self::Sphere { dimension } => dimension,
        }
    }

    /// Coordinates of the least Euclidean space that holds it.
    fn coordinates(self) -> usize {
        self.dimension() + 1
    }
}

impl fmt::Display for ClosedManifold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circle | Self::Sphere { dimension: 1 } => f.write_str("a circle"),
            Self::Torus => f.write_str("a torus"),
            Self::Sphere { dimension } => write!(f, "a sphere of dimension {dimension}"),
        }
    }
}

/// Sequences that are a copy of a closed manifold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closed {
    manifold: ClosedManifold,
    nonlinearity: Nonlinearity,
}

impl Closed {
    pub(super) fn new(manifold: ClosedManifold, nonlinearity: Nonlinearity) -> Self {
        Self {
            manifold,
            nonlinearity,
        }
    }
}

impl Family for Closed {
    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError> {
        let (manifold, values) = (self.manifold, shape.values());
        if manifold.dimension() > 0 && manifold.dimension() < values {
            return Ok(());
        }
        let key = match manifold {
            ClosedManifold::Circle | ClosedManifold::Torus => "steps",
            ClosedManifold::Sphere { .. } => "dimension",
        };
        let message = format!("{manifold} does not fit {values} values");
        Err(TaskConfigError::new(key, message))
    }

    fn dimension(&self) -> Dimension {
        Dimension::Known {
            intrinsic: self.manifold.dimension() as f64,
            units: self.manifold.coordinates(),
        }
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError> {
        let Self {
            manifold,
            nonlinearity,
        } = *self;
        let values = shape.values();
        Ok(Arc::new(Embedded::new(
            manifold,
            nonlinearity,
            values,
            random,
        )))
    }
}

/// A manifold with its map into sequences drawn.
#[derive(Debug)]
struct Embedded {
    manifold: ClosedManifold,
    nonlinearity: Nonlinearity,
    /// `F`, row (channel, step), column coordinate.
    weights: Vec<f64>,
}

impl Embedded {
    fn new(
        manifold: ClosedManifold,
        nonlinearity: Nonlinearity,
        values: usize,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let coordinates = manifold.coordinates();
        let scale = 1.0 / (coordinates as f64).sqrt();
        let weights = (0..values * coordinates)
            .map(|_| scale * random.sample::<f64, _>(StandardNormal))
            .collect();
        Self {
            manifold,
            nonlinearity,
            weights,
        }
    }
}

impl Generator for Embedded {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        let point = point(self.manifold, random);
        for (value, weights) in sequence
            .iter_mut()
            .zip(self.weights.chunks_exact(point.len()))
        {
            let linear: f64 = weights.iter().zip(&point).map(|(f, y)| f * y).sum();
            *value = match self.nonlinearity {
                Nonlinearity::Tanh => tanh(linear),
                Nonlinearity::None => linear,
            };
        }
    }
}

/// A random point in standard coordinates of mean variance 1.
fn point(manifold: ClosedManifold, random: &mut ChaCha8Rng) -> Vec<f64> {
    match manifold {
        ClosedManifold::Circle | ClosedManifold::Sphere { .. } => {
            let mut y: Vec<f64> = (0..manifold.coordinates())
                .map(|_| random.sample(StandardNormal))
                .collect();
            let length = y.iter().map(|v| v * v).sum::<f64>().sqrt();
            let scale = (y.len() as f64).sqrt() / length.max(f64::MIN_POSITIVE);
            y.iter_mut().for_each(|v| *v *= scale);
            y
        }
        ClosedManifold::Torus => {
            // The variances of the three coordinates are 9/4, 9/4 and 1/2.
            let scale = (3.0_f64 / 5.0).sqrt();
            let (around, tube) = (TAU * random.random::<f64>(), TAU * random.random::<f64>());
            let radius = scale * (2.0 + cos(tube));
            vec![
                radius * cos(around),
                radius * sin(around),
                scale * sin(tube),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    #[test]
    fn points_lie_on_their_manifold_and_have_unit_variance() {
        let mut random = stream(1, &["points"]);
        for manifold in [1, 2, 5]
            .map(|dimension| ClosedManifold::Sphere { dimension })
            .into_iter()
            .chain([ClosedManifold::Circle, ClosedManifold::Torus])
        {
            let points: Vec<Vec<f64>> = (0..20_000).map(|_| point(manifold, &mut random)).collect();
            let coordinates = manifold.coordinates();
            let square: f64 = points.iter().flatten().map(|v| v * v).sum();
            assert!(
                (square / (20_000 * coordinates) as f64 - 1.0).abs() < 0.02,
                "{manifold:?}"
            );
            for y in points {
                assert_eq!(y.len(), coordinates);
                let off = match manifold {
                    ClosedManifold::Circle | ClosedManifold::Sphere { .. } => {
                        y.iter().map(|v| v * v).sum::<f64>() - coordinates as f64
                    }
                    // (sqrt(x^2 + y^2) - R)^2 + z^2 = r^2, in units of the scale.
                    ClosedManifold::Torus => {
                        ((y[0].hypot(y[1]) / 0.6_f64.sqrt() - 2.0).powi(2) + y[2] * y[2] / 0.6)
                            - 1.0
                    }
                };
                assert!(off.abs() < 1e-9, "{manifold:?}: {off}");
            }
        }
    }
}
