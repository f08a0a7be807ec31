//! Counts beside those of nulls.

use serde::Serialize;

use crate::motif::Significance;
use crate::null_model::{Chain, NullModel, NullSettings};

/// Which nulls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Nulls {
    /// How many; 0 for none.
    pub nulls: u32,
    /// What they keep.
    pub null_model: NullModel,
    /// How they are drawn.
    pub null_settings: NullSettings,
}

/// The columns about nulls of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) null_model: Option<String>,
    pub(super) null_chain: Option<String>,
    pub(super) nulls: Option<i64>,
    pub(super) null_mean: Option<f64>,
    pub(super) null_sd: Option<f64>,
    pub(super) z: Option<f64>,
    pub(super) z_interval: [Option<f64>; 2],
    pub(super) fold: Option<f64>,
    pub(super) fold_interval: [Option<f64>; 2],
    pub(super) p_greater: Option<f64>,
    pub(super) p_less: Option<f64>,
    pub(super) acceptance: Option<f64>,
    pub(super) seed: Option<i64>,
}

/// Half the width of a 95 % interval in standard errors.
const NORMAL_95: f64 = 1.959_963_984_540_054;

impl Nulls {
    /// Compares; all null where no nulls were asked for.
    pub(super) fn columns(
        &self,
        observed: f64,
        counts: &[f64],
        neurons: usize,
        acceptance: f64,
        seed: u64,
    ) -> Columns {
        if counts.is_empty() {
            return Columns::default();
        }
        let s = Significance::of(observed, counts);
        let finite = |value: f64| value.is_finite().then_some(value);
        let interval = |value: f64, error: f64| {
            [-1.0, 1.0].map(|side| finite(value + side * NORMAL_95 * error))
        };
        let chained = self.null_model != NullModel::ErdosRenyi;
        let chain = if chained {
            Some(self.null_settings.chain.resolve(neurons))
        } else {
            None
        };
        Columns {
            null_model: Some(self.null_model.to_string()),
            null_chain: chain.map(Chain::as_str).map(str::to_owned),
            nulls: Some(i64::from(self.nulls)),
            null_mean: finite(s.mean),
            null_sd: finite(s.sd),
            z: finite(s.z),
            z_interval: interval(s.z, s.z_error),
            fold: finite(s.fold),
            fold_interval: interval(s.fold, s.fold_error),
            p_greater: finite(s.p_greater),
            p_less: finite(s.p_less),
            acceptance: finite(acceptance),
            seed: Some(seed.cast_signed()),
        }
    }
}
