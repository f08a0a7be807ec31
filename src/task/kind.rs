//! The kinds of task: what each one can be told, and the family that makes its sequences.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::attractor::{System, Windows};
use super::closed::{Closed, ClosedManifold, Nonlinearity};
use super::code::Code;
use super::error::TaskConfigError;
use super::family::Family;
use super::latent_function::{LatentFunction, Latents};
use super::melody::{Melody, TUNES};
use super::null;
use super::series::{SeriesFile, TimeSeries};

/// The kind of sequences that a task is made of, with what that kind alone can be told.
///
/// A task's table holds the word of the kind as `kind` and the fields of the variant beside the
/// keys of every task. A field without a default must be given.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
    strum::VariantNames,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[strum(serialize_all = "snake_case")]
pub enum TaskKind {
    /// T0: white noise; no network with a bottleneck can code it.
    White {},
    /// T0: one sequence, always the same; nothing has to be coded.
    Constant {},
    /// T1: a linear function of the latents.
    Linear {
        /// Number of latent variables.
        dimension: usize,
    },
    /// T1 with orthonormal `F`: independent white sources of equal power, for the number of them
    /// that a network carries.
    Capacity {
        /// Number of sources; at most the number of values of a sequence.
        sources: usize,
    },
    /// T2: a hidden manifold, the `tanh` of a linear function.
    Manifold {
        /// Number of latent variables.
        dimension: usize,
    },
    /// T3: smooth in time, at most one cycle per sequence: it fits leaky units.
    Smooth {
        /// Number of latent variables.
        dimension: usize,
    },
    /// T4: points of a circle.
    Circle {
        /// What follows the linear map of the points: `tanh` by default.
        #[serde(default)]
        nonlinearity: Nonlinearity,
    },
    /// T4: points of a torus of revolution.
    Torus {
        /// What follows the linear map of the points: `tanh` by default.
        #[serde(default)]
        nonlinearity: Nonlinearity,
    },
    /// T4: points of a sphere.
    Sphere {
        /// Dimension of the sphere; 2, that of a ball's surface, by default.
        #[serde(default = "surface_of_a_ball")]
        dimension: usize,
        /// What follows the linear map of the points: `tanh` by default.
        #[serde(default)]
        nonlinearity: Nonlinearity,
    },
    /// T5: windows of the Lorenz attractor.
    Lorenz {
        /// Time between two steps, in the unit of the equations; 0.05 by default.
        #[serde(default = "lorenz_interval")]
        interval: f64,
    },
    /// T5: windows of the Rössler attractor.
    Rossler {
        /// Time between two steps, in the unit of the equations; 0.4 by default.
        #[serde(default = "rossler_interval")]
        interval: f64,
    },
    /// T5: windows of the limit cycle of van der Pol.
    LimitCycle {
        /// Time between two steps, in the unit of the equations; 0.4 by default.
        #[serde(default = "van_der_pol_interval")]
        interval: f64,
    },
    /// T6: independent fair bits.
    Binary {},
    /// T6: codewords of a random linear code over GF(2).
    Codewords {
        /// Dimension of the code, in bits.
        rank: usize,
    },
    /// T6: independent fair bits, 3 channels for 24 steps.
    ThreeBits {},
    /// T7: well-known tunes.
    Melody {
        /// Names of the tunes, at least two; all by default.
        #[serde(default = "every_tune")]
        tunes: Vec<String>,
    },
    /// T8: windows of the user's own time series.
    Series {
        /// The table: a path relative to the pipeline's file, or a name of its `sources`.
        file: SeriesFile,
        /// Which animal, `DATASET/WORM`, where the table is a collection of recordings; its
        /// `columns` are neurons.
        #[serde(skip_serializing_if = "Option::is_none")]
        recording: Option<String>,
        /// Columns of the table that are channels; by default all that hold numbers, but for those
        /// that count or date the rows.
        #[serde(skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<String>>,
        /// Part of the rows, at the end, that is held out; 0.2 by default.
        #[serde(default = "last_fifth")]
        test_fraction: f64,
    },
}

// Serde asks a function for every default.

fn surface_of_a_ball() -> usize {
    2
}

fn lorenz_interval() -> f64 {
    System::Lorenz.default_interval()
}

fn rossler_interval() -> f64 {
    System::Rossler.default_interval()
}

fn van_der_pol_interval() -> f64 {
    System::VanDerPol.default_interval()
}

fn every_tune() -> Vec<String> {
    TUNES.iter().map(|tune| tune.name.to_owned()).collect()
}

fn last_fifth() -> f64 {
    0.2
}

impl TaskKind {
    /// The word of the kind in pipelines.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// Checks the settings and makes the family that they describe.
    pub(super) fn family(&self) -> Result<Arc<dyn Family>, TaskConfigError> {
        let latents = |function, dimension| Arc::new(Latents::new(function, dimension));
        let closed = |manifold, nonlinearity| Arc::new(Closed::new(manifold, nonlinearity));
        Ok(match self {
            Self::White {} => Arc::new(null::White),
            Self::Constant {} => Arc::new(null::Constant),
            Self::Linear { dimension } => latents(LatentFunction::Linear, *dimension),
            Self::Capacity { sources } => latents(LatentFunction::Orthonormal, *sources),
            Self::Manifold { dimension } => latents(LatentFunction::Manifold, *dimension),
            Self::Smooth { dimension } => latents(LatentFunction::Smooth, *dimension),
            Self::Circle { nonlinearity } => closed(ClosedManifold::Circle, *nonlinearity),
            Self::Torus { nonlinearity } => closed(ClosedManifold::Torus, *nonlinearity),
            Self::Sphere {
                dimension,
                nonlinearity,
            } => closed(
                ClosedManifold::Sphere {
                    dimension: *dimension,
                },
                *nonlinearity,
            ),
            Self::Lorenz { interval } => Arc::new(Windows::new(System::Lorenz, *interval)?),
            Self::Rossler { interval } => Arc::new(Windows::new(System::Rossler, *interval)?),
            Self::LimitCycle { interval } => Arc::new(Windows::new(System::VanDerPol, *interval)?),
            Self::Binary {} => Arc::new(Code::All),
            Self::Codewords { rank } => Arc::new(Code::Linear { rank: *rank }),
            Self::ThreeBits {} => Arc::new(Code::ThreeBits),
            Self::Melody { tunes } => Arc::new(Melody::new(tunes)?),
            Self::Series {
                file,
                recording,
                columns,
                test_fraction,
            } => Arc::new(TimeSeries::new(
                file.clone(),
                recording.clone(),
                columns.clone(),
                *test_fraction,
            )?),
        })
    }
}
