//! A checked task: its family with everything that family needs, and what is known of its
//! dimension.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::attractor::System;
use super::melody::{self, Tune};
use super::series::SeriesFile;

/// Channels and steps of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Channels per step.
    pub channels: usize,
    /// Steps per sequence.
    pub steps: usize,
}

impl Shape {
    /// Values per sequence, the ambient dimension.
    #[must_use]
    pub fn values(self) -> usize {
        self.channels * self.steps
    }
}

/// What becomes of the coordinates of a closed manifold after their random linear map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nonlinearity {
    /// They saturate: the manifold is curved in all directions.
    #[default]
    Tanh,
    /// Nothing: principal components alone find the embedding.
    None,
}

/// A function of normal latents (T1, T2, T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatentFunction {
    /// `F s`.
    Linear,
    /// `tanh(F s)`.
    Manifold,
    /// A sum of slow waves under a `tanh`.
    Smooth,
}

/// A compact manifold without boundary (T4). A circle is the sphere of dimension 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedManifold {
    /// The sphere in one more coordinate.
    Sphere {
        /// Its dimension.
        dimension: usize,
    },
    /// The torus of revolution in three coordinates.
    Torus,
}

impl ClosedManifold {
    /// Intrinsic dimension.
    #[must_use]
    pub fn dimension(self) -> usize {
        match self {
            Self::Sphere { dimension } => dimension,
            Self::Torus => 2,
        }
    }

    /// Coordinates of the least Euclidean space that holds it.
    #[must_use]
    pub fn coordinates(self) -> usize {
        self.dimension() + 1
    }
}

impl fmt::Display for ClosedManifold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sphere { dimension: 1 } => f.write_str("a circle"),
            Self::Sphere { dimension } => write!(f, "a sphere of dimension {dimension}"),
            Self::Torus => f.write_str("a torus"),
        }
    }
}

/// A checked family of sequences.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskFamily {
    /// T0: independent standard normal values.
    White,
    /// T0: one sequence, always the same.
    Constant,
    /// T1, T2, T3.
    Latents {
        /// The function.
        function: LatentFunction,
        /// Number of latents.
        dimension: usize,
    },
    /// T4.
    Closed {
        /// The manifold.
        manifold: ClosedManifold,
        /// What follows its linear map.
        nonlinearity: Nonlinearity,
    },
    /// T5.
    Attractor {
        /// The differential equation.
        system: System,
        /// Time between two steps, in the equation's own unit.
        interval: f64,
    },
    /// T6: uniformly random bits, or with a rank the codewords of a linear code.
    Bits {
        /// Dimension of the code in bits; all sequences where absent.
        rank: Option<usize>,
    },
    /// T7.
    Melody {
        /// The tunes.
        tunes: Vec<&'static Tune>,
    },
    /// T8.
    Series {
        /// Where the table is.
        file: SeriesFile,
        /// The animal, of a collection of recordings.
        recording: Option<String>,
        /// The columns that are channels; all that hold numbers where absent.
        columns: Option<Vec<String>>,
        /// Part of the rows, at the end, that is held out.
        test_fraction: f64,
    },
}

impl TaskFamily {
    /// Intrinsic dimension of the set of sequences; `None` where there is none (noise, bits, tunes)
    /// or none is known.
    #[must_use]
    pub fn true_dimension(&self) -> Option<f64> {
        match self {
            Self::Constant => Some(0.0),
            Self::Latents { dimension, .. } => Some(*dimension as f64),
            Self::Closed { manifold, .. } => Some(manifold.dimension() as f64),
            Self::Attractor { system, .. } => Some(system.correlation_dimension()),
            Self::White | Self::Bits { .. } | Self::Melody { .. } | Self::Series { .. } => None,
        }
    }

    /// Real units that a continuous code needs to tell all sequences apart, without noise; `None`
    /// as above. More than the intrinsic dimension for closed manifolds and attractors.
    #[must_use]
    pub fn embedding_dimension(&self) -> Option<usize> {
        match self {
            Self::Closed { manifold, .. } => Some(manifold.coordinates()),
            Self::Attractor { system, .. } => Some(system.variables()),
            _ => self.true_dimension().map(|dimension| dimension as usize),
        }
    }

    /// Bits per sequence of `shape`, for T6.
    #[must_use]
    pub fn bits(&self, shape: Shape) -> Option<usize> {
        match self {
            Self::Bits { rank } => Some(rank.unwrap_or(shape.values())),
            _ => None,
        }
    }

    /// Whether training and test sequences are the same few: then the error measures memory, not
    /// generalisation.
    #[must_use]
    pub fn recalls_training_set(&self) -> bool {
        matches!(self, Self::Constant | Self::Melody { .. })
    }

    /// The most steps a sequence can have.
    pub(super) fn longest(&self) -> Option<usize> {
        match self {
            Self::Melody { tunes } => tunes.iter().map(|tune| melody::steps(tune)).min(),
            _ => None,
        }
    }
}
