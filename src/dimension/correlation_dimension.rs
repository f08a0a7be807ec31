//! The correlation dimension between two scales.

use rayon::prelude::*;

use super::method::{Method, Reads, Sampling, Values};
use super::neighbours::DistinctCloud;
use crate::statistics::quantile;

/// Neighbours whose median distances are the two scales.
const RANKS: [usize; 2] = [10, 20];

/// A pair that sets the median is not closer than it, however the median was rounded.
const SLACK: f64 = 1e-12;

/// [`Estimator::CorrelationDimension`](super::Estimator::CorrelationDimension).
pub(super) const METHOD: Method = Method {
    reads: Reads::Neighbourhoods {
        neighbours: RANKS[1],
        fewest: RANKS[1],
        value: |cloud, _| Ok(correlation_dimension(cloud)),
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: Some("grassberger1983"),
};

/// `ln(C(r2) / C(r1)) / ln(r2 / r1)`: the slope of the correlation sum `C(r)`, the number of pairs
/// closer than `r`, between the median distances to the 10th and to the 20th neighbour.
///
/// Equals scikit-dimension's `CorrInt()`. Low in many dimensions, where `n` points cannot fill the
/// scales: at most about `2 log10 n` (Eckmann & Ruelle 1992). Time `O(n^2 d)`. Source: Grassberger
/// & Procaccia 1983, doi 10.1016/0167-2789(83)90298-1; the choice of scales is that of
/// scikit-dimension (after Hein & Audibert 2005). Within a Theiler window pairs do not count.
///
/// `None` where both medians are equal or one is zero.
pub(super) fn correlation_dimension(cloud: &DistinctCloud) -> Option<f64> {
    let distances = cloud.distances(RANKS[1].min(cloud.listed()));
    let median = |rank: usize| {
        let mut at_rank: Vec<f64> = distances.rows().map(|row| row[rank - 1].sqrt()).collect();
        at_rank.sort_unstable_by(f64::total_cmp);
        quantile(&at_rank, 0.5)
    };
    let ranks = RANKS.map(|rank| rank.min(cloud.listed().max(1)));
    let [near, far] = [median(ranks[0])?, median(ranks[1])?];
    // Whole numbers: the order of threads does not matter.
    let (within_near, within_far) = (0..cloud.rows())
        .into_par_iter()
        .map(|row| cloud.pairs_within(row, [near, far].map(|r| r * r * (1.0 - SLACK))))
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let slope = (within_far as f64 / within_near as f64).ln() / (far / near).ln();
    slope.is_finite().then_some(slope)
}
