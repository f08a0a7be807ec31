//! The intrinsic-dimension estimators: which there are, what their names are, what each answers.
//!
//! This is the lowest file of the room. How an estimator works stands in its own file, which
//! [`registry`](super::registry) finds; names are read and listed in [`names`](super::names).

use serde::{Deserialize, Serialize};

/// A way to read a dimension from points; `n` are points, `d` columns.
///
/// Its name in tables, pipelines and on the command line is the variant in `snake_case`, with the
/// number of neighbours at its end where it has one: `two_nn`, `mle_20`.
///
/// ```
/// use engraph::dimension::Estimator;
/// assert_eq!("gride_16".parse(), Ok(Estimator::Gride(16)));
/// assert_eq!(Estimator::ParticipationRatio.to_string(), "participation_ratio");
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    schemars::JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[strum(serialize_all = "snake_case")]
pub enum Estimator {
    /// `(sum l)^2 / sum l^2` over the eigenvalues `l` of the covariance; in `[1, min(n - 1, d)]`,
    /// biased downwards for few points. Source: Gao et al. 2017, doi 10.1101/214262.
    ParticipationRatio,
    /// `1 / (1/PR - 1/n)`: the participation ratio without its leading finite-sample bias (arXiv
    /// 2509.26560). In `[PR, n (n - 1)]`; values above the number of columns are possible and carry
    /// a note.
    ParticipationRatioCorrected,
    /// The participation ratio from unbiased estimates of numerator and denominator (Himeno &
    /// Yamada 2014, doi 10.1016/j.jmva.2014.05.002): corrected for few points. Needs four.
    ParticipationRatioUnbiased,
    /// The same, corrected for few columns too: what all neurons would give of which the columns
    /// are a sample. Needs four points and two columns.
    ParticipationRatioColumns,
    /// `exp(-sum p ln p)` over the singular values of the centred points as shares `p`. Source: Roy
    /// & Vetterli 2007 (EUSIPCO).
    EffectiveRank,
    /// Principal components that reach 90 % of the variance: an integer in `[1, min(n - 1, d)]`.
    #[strum(to_string = "pca_90")]
    Pca90,
    /// Principal components that reach 95 % of the variance.
    #[strum(to_string = "pca_95")]
    Pca95,
    /// Principal components with more than a twentieth of the largest one's variance. Source:
    /// Fukunaga & Olsen 1971, doi 10.1109/T-C.1971.223208.
    PcaFo,
    /// The rank that foretells held-out blocks best: bi-cross-validation. Source: Owen & Perry
    /// 2009, doi 10.1214/08-AOAS227.
    CrossValidatedPca,
    /// Principal components beyond those of independently permuted columns: a test of rank. Source:
    /// Horn 1965, doi 10.1007/BF02289447.
    ParallelAnalysis,
    /// Mean over points of the principal components, as in `PcaFo`, of their 100 nearest
    /// neighbours.
    LocalPca,
    /// The sphere's dimension with as many linearly inseparable pairs (FisherS). Source:
    /// Albergante, Bac & Zinovyev 2019, doi 10.1109/IJCNN.2019.8852450.
    FisherSeparability,
    /// Slope of the correlation sum between the median distances to the 10th and 20th neighbour.
    /// Source: Grassberger & Procaccia 1983, doi 10.1016/0167-2789(83)90298-1.
    CorrelationDimension,
    /// Levina and Bickel's maximum likelihood (2004, NIPS 17) over so many neighbours, at least
    /// three.
    #[strum(to_string = "mle_{0}")]
    Mle(u16),
    /// TwoNN by censored maximum likelihood. With `x` the sorted `ln(r2/r1)` of the distances to
    /// the first two neighbours, which is exponential with rate `d` where the density is locally
    /// constant, and the largest 10 % set aside as censored (`k = floor(0.9 n)`): `(k - 1) / (x_1 +
    /// ... + x_k + (n - k) x_k)`. At least three distinct points. Follows curvature; low above
    /// about ten dimensions, high under noise. Source: Facco et al. 2017, doi
    /// 10.1038/s41598-017-11873-y.
    TwoNn,
    /// TwoNN by the linear fit of the paper: slope through the origin of `-ln(1 - i/n)` on `x_i`,
    /// `i = 1..k`, with `x`, `k` as above.
    TwoNnFit,
    /// GRIDE: TwoNN's idea at the scale of the neighbours `n2 / 2` and `n2`; the number is `n2`,
    /// which is even. Source: Denti, Doimo, Laio & Mira 2022, doi 10.1038/s41598-022-20991-1.
    #[strum(to_string = "gride_{0}")]
    Gride(u16),
    /// The dimension of the balls whose points have the same distances to ten neighbours, and
    /// angles between them (DANCo); a real number in `[1, min(d, 80)]`. Source: Ceruti et al. 2014,
    /// doi 10.1016/j.patcog.2014.02.013.
    Danco,
}

impl Estimator {
    /// What pipelines read from activity unless told otherwise: few, cheap, and of both kinds.
    pub const PIPELINE: [Estimator; 6] = [
        Estimator::ParticipationRatio,
        Estimator::ParticipationRatioCorrected,
        Estimator::Pca90,
        Estimator::Pca95,
        Estimator::TwoNn,
        Estimator::TwoNnFit,
    ];
}
