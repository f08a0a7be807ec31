//! The kinds of task and the keys each one takes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The family a task's sequences are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// T0: white noise; no network with a bottleneck can code it.
    White,
    /// T0: one sequence, always the same; nothing has to be coded.
    Constant,
    /// T1: a linear function of the latents.
    Linear,
    /// T2: a hidden manifold, the `tanh` of a linear function.
    Manifold,
    /// T3: smooth in time, at most one cycle per sequence: it fits leaky units.
    Smooth,
    /// T4: points of a circle.
    Circle,
    /// T4: points of a torus of revolution.
    Torus,
    /// T4: points of a sphere.
    Sphere,
    /// T5: windows of the Lorenz attractor.
    Lorenz,
    /// T5: windows of the Rössler attractor.
    Rossler,
    /// T5: windows of the limit cycle of van der Pol.
    LimitCycle,
    /// T6: independent fair bits.
    Binary,
    /// T6: codewords of a random linear code over GF(2).
    Codewords,
    /// T6: independent fair bits, 3 channels for 24 steps.
    ThreeBits,
    /// T7: well-known tunes.
    Melody,
    /// T8: windows of the user's own time series.
    Series,
}

impl TaskKind {
    /// Every kind, in the order of the tasks' numbers.
    pub const ALL: [Self; 16] = [
        Self::White,
        Self::Constant,
        Self::Linear,
        Self::Manifold,
        Self::Smooth,
        Self::Circle,
        Self::Torus,
        Self::Sphere,
        Self::Lorenz,
        Self::Rossler,
        Self::LimitCycle,
        Self::Binary,
        Self::Codewords,
        Self::ThreeBits,
        Self::Melody,
        Self::Series,
    ];

    /// The word in pipelines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Constant => "constant",
            Self::Linear => "linear",
            Self::Manifold => "manifold",
            Self::Smooth => "smooth",
            Self::Circle => "circle",
            Self::Torus => "torus",
            Self::Sphere => "sphere",
            Self::Lorenz => "lorenz",
            Self::Rossler => "rossler",
            Self::LimitCycle => "limit_cycle",
            Self::Binary => "binary",
            Self::Codewords => "codewords",
            Self::ThreeBits => "three_bits",
            Self::Melody => "melody",
            Self::Series => "series",
        }
    }

    /// The keys it takes beyond those of every task: `name`, `kind`, `channels`, `steps`, `recall`,
    /// `latent_snr`.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::White | Self::Constant | Self::Binary | Self::ThreeBits => &[],
            Self::Linear | Self::Manifold | Self::Smooth => &["dimension"],
            Self::Circle | Self::Torus => &["nonlinearity"],
            Self::Sphere => &["dimension", "nonlinearity"],
            Self::Lorenz | Self::Rossler | Self::LimitCycle => &["interval"],
            Self::Codewords => &["rank"],
            Self::Melody => &["tunes"],
            Self::Series => &["file", "recording", "columns", "test_fraction"],
        }
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
