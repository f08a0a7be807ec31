//! The held-out errors from which a sufficient bottleneck is estimated.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::Hinted;

/// The held-out errors of one topology on one task, over bottleneck widths and paired training
/// seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BottleneckSweep {
    /// Tested widths, ascending, at least 1 (usually `1..=K` with `K >= 2m + 2` for a task of
    /// dimension `m`).
    pub units: Vec<usize>,
    /// Held-out MSE / variance: one row per width, one value per seed. NaN or infinity marks a run
    /// that diverged.
    pub errors: Vec<Vec<f64>>,
    /// The errors of the same seeds, in the same order, without a bottleneck.
    pub floor: Vec<f64>,
    /// Whether each bottleneck run converged, shaped as `errors`.
    pub converged: Vec<Vec<bool>>,
    /// Whether each run without a bottleneck converged.
    pub floor_converged: Vec<bool>,
}

/// Why a bottleneck sweep cannot be read: its parts do not fit together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SweepError {
    /// The widths are none, begin with 0, or do not ascend.
    #[error(
        "the bottleneck sweep cannot be read: the widths {units:?} must ascend from at least 1"
    )]
    Widths {
        /// The widths that the sweep has.
        units: Vec<usize>,
    },
    /// There is not one row of errors, and one of flags, per width.
    #[error(
        "the bottleneck sweep cannot be read: \
         {units} widths need as many rows of errors and flags, found {errors} and {flags}"
    )]
    Rows {
        /// Number of widths in the sweep.
        units: usize,
        /// Number of rows of errors in the sweep.
        errors: usize,
        /// Number of rows of convergence flags in the sweep.
        flags: usize,
    },
    /// There is not one flag of convergence per seed without a bottleneck.
    #[error(
        "the bottleneck sweep cannot be read: \
         {seeds} seeds without a bottleneck need as many flags, found {flags}"
    )]
    FloorFlags {
        /// Number of seeds without a bottleneck.
        seeds: usize,
        /// Number of flags that were found.
        flags: usize,
    },
    /// A width does not have one error and one flag per seed.
    #[error(
        "the bottleneck sweep cannot be read: \
         {units} units have {errors} errors and {flags} flags, but the floor has {seeds} seeds"
    )]
    Unpaired {
        /// The width whose row does not fit.
        units: usize,
        /// Number of errors in its row.
        errors: usize,
        /// Number of convergence flags in its row.
        flags: usize,
        /// Number of seeds without a bottleneck.
        seeds: usize,
    },
    /// An error is below zero.
    #[error("the bottleneck sweep cannot be read: an error of {error} is negative")]
    Negative {
        /// The negative error.
        error: f64,
    },
}

impl Hinted for SweepError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Widths { .. } | Self::Rows { .. } | Self::FloorFlags { .. } => None,
            Self::Unpaired { .. } => {
                Some("give an error and a flag for each seed, in the order of the floor".into())
            }
            Self::Negative { .. } => Some("give MSE / variance".into()),
        }
    }
}

impl BottleneckSweep {
    /// Refuses a sweep whose parts do not fit together.
    pub(super) fn check(&self) -> Result<(), SweepError> {
        let Self {
            units,
            errors,
            floor,
            converged,
            floor_converged,
        } = self;
        let seeds = floor.len();
        if units.first().is_none_or(|&k| k == 0) || !units.is_sorted_by(|a, b| a < b) {
            return Err(SweepError::Widths {
                units: units.clone(),
            });
        }
        if errors.len() != units.len() || converged.len() != units.len() {
            return Err(SweepError::Rows {
                units: units.len(),
                errors: errors.len(),
                flags: converged.len(),
            });
        }
        if floor_converged.len() != seeds {
            return Err(SweepError::FloorFlags {
                seeds,
                flags: floor_converged.len(),
            });
        }
        for ((&units, errors), flags) in units.iter().zip(errors).zip(converged) {
            if errors.len() != seeds || flags.len() != seeds {
                return Err(SweepError::Unpaired {
                    units,
                    errors: errors.len(),
                    flags: flags.len(),
                    seeds,
                });
            }
        }
        let mut all = errors.iter().chain([floor]).flatten();
        match all.find(|error| **error < 0.0 && error.is_finite()) {
            Some(&error) => Err(SweepError::Negative { error }),
            None => Ok(()),
        }
    }
}
