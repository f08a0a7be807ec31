//! A count beside those of nulls.

use super::settings::Survey;
use crate::null_model::{Chain, NullModel};
use crate::statistics::Significance;

/// The columns of a row that compare its count with those of nulls; all null where no nulls were
/// asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
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
    pub(super) strength_error: Option<f64>,
    pub(super) seed: Option<u64>,
}

/// The nulls of one threshold, as far as every row tells of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    /// Neurons of each null.
    pub(super) neurons: usize,
    /// Mean over the nulls of the fraction of attempts that moved an edge.
    pub(super) acceptance: f64,
    /// The largest deviation of a summed input weight in any of the nulls, if they keep it.
    pub(super) strength_error: Option<f64>,
    /// Seed of all of them.
    pub(super) seed: u64,
}

/// Half the width of a 95 % interval in standard errors.
const NORMAL_95: f64 = 1.959_963_984_540_054;

impl Comparison {
    /// Compares an observed count with those of the nulls, of which there may be none.
    pub(super) fn of(survey: &Survey, drawn: Drawn, observed: f64, counts: &[f64]) -> Self {
        if counts.is_empty() {
            return Self::default();
        }
        let s = Significance::of(observed, counts);
        let finite = |value: f64| value.is_finite().then_some(value);
        let interval = |value: f64, error: f64| {
            [-1.0, 1.0].map(|side| finite(value + side * NORMAL_95 * error))
        };
        let chained = survey.null_model != NullModel::ErdosRenyi;
        let chain = chained.then(|| survey.null_chain.resolve(drawn.neurons));
        Self {
            null_model: Some(survey.null_model.to_string()),
            null_chain: chain.map(Chain::as_str).map(str::to_owned),
            nulls: Some(i64::from(survey.nulls)),
            null_mean: finite(s.mean),
            null_sd: finite(s.sd),
            z: finite(s.z),
            z_interval: interval(s.z, s.z_error),
            fold: finite(s.fold),
            fold_interval: interval(s.fold, s.fold_error),
            p_greater: finite(s.p_greater),
            p_less: finite(s.p_less),
            acceptance: finite(drawn.acceptance),
            strength_error: drawn.strength_error,
            seed: Some(drawn.seed),
        }
    }
}
