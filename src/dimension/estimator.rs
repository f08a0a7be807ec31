//! The intrinsic-dimension estimators by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::DimensionError;

/// A way to read a dimension from points. The formula, source and range of each stand in its own
/// file; `n` are points, `d` columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Estimator {
    /// `(sum l)^2 / sum l^2` over the eigenvalues `l` of the covariance; in `[1, min(n - 1, d)]`,
    /// biased downwards for few points.
    ParticipationRatio,
    /// `1 / (1/PR - 1/n)`: the participation ratio without its leading finite-sample bias (arXiv
    /// 2509.26560). In `[PR, n (n - 1)]`; values above the number of columns are possible and carry
    /// a note.
    ParticipationRatioCorrected,
    /// The participation ratio from unbiased estimates of numerator and denominator: corrected for
    /// few points.
    ParticipationRatioUnbiased,
    /// The same, corrected for few columns too: what all neurons would give of which the columns
    /// are a sample.
    ParticipationRatioColumns,
    /// `exp(-sum p ln p)` over the singular values of the centred points as shares `p`.
    EffectiveRank,
    /// Principal components that reach 90 % of the variance: an integer in `[1, min(n - 1, d)]`.
    Pca90,
    /// Principal components that reach 95 % of the variance.
    Pca95,
    /// Principal components with more than a twentieth of the largest one's variance.
    PcaFo,
    /// The rank that foretells held-out blocks best (bi-cross-validation).
    CrossValidatedPca,
    /// Principal components beyond those of independently permuted columns (Horn's parallel
    /// analysis): a test of rank.
    ParallelAnalysis,
    /// Mean over points of the principal components, as in `PcaFo`, of their 100 nearest
    /// neighbours.
    LocalPca,
    /// The sphere's dimension with as many linearly inseparable pairs (FisherS).
    FisherSeparability,
    /// Slope of the correlation sum between the median distances to the 10th and 20th neighbour.
    CorrelationDimension,
    /// Levina and Bickel's maximum likelihood over so many neighbours.
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
    /// GRIDE: TwoNN's idea at the scale of the neighbours `n2 / 2` and `n2`; the number is `n2`.
    Gride(u16),
    /// The dimension of the balls whose points have the same distances to ten neighbours, and
    /// angles between them (DANCo); a real number in `[1, min(d, 80)]`.
    Danco,
}

impl Estimator {
    /// Every estimator, in the order of reports.
    pub const ALL: [Estimator; 27] = [
        Estimator::ParticipationRatio,
        Estimator::ParticipationRatioCorrected,
        Estimator::ParticipationRatioUnbiased,
        Estimator::ParticipationRatioColumns,
        Estimator::EffectiveRank,
        Estimator::Pca90,
        Estimator::Pca95,
        Estimator::PcaFo,
        Estimator::CrossValidatedPca,
        Estimator::ParallelAnalysis,
        Estimator::LocalPca,
        Estimator::FisherSeparability,
        Estimator::CorrelationDimension,
        Estimator::Mle(10),
        Estimator::Mle(20),
        Estimator::Mle(50),
        Estimator::TwoNn,
        Estimator::TwoNnFit,
        Estimator::Gride(2),
        Estimator::Gride(4),
        Estimator::Gride(8),
        Estimator::Gride(16),
        Estimator::Gride(32),
        Estimator::Gride(64),
        Estimator::Gride(128),
        Estimator::Gride(256),
        Estimator::Danco,
    ];

    /// What pipelines read from activity unless told otherwise: few, cheap, and of both kinds.
    pub const PIPELINE: [Estimator; 6] = [
        Estimator::ParticipationRatio,
        Estimator::ParticipationRatioCorrected,
        Estimator::Pca90,
        Estimator::Pca95,
        Estimator::TwoNn,
        Estimator::TwoNnFit,
    ];

    /// The name in tables, configs and on the command line.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Estimator::ParticipationRatio => "participation_ratio".into(),
            Estimator::ParticipationRatioCorrected => "participation_ratio_corrected".into(),
            Estimator::ParticipationRatioUnbiased => "participation_ratio_unbiased".into(),
            Estimator::ParticipationRatioColumns => "participation_ratio_columns".into(),
            Estimator::EffectiveRank => "effective_rank".into(),
            Estimator::Pca90 => "pca_90".into(),
            Estimator::Pca95 => "pca_95".into(),
            Estimator::PcaFo => "pca_fo".into(),
            Estimator::CrossValidatedPca => "cross_validated_pca".into(),
            Estimator::ParallelAnalysis => "parallel_analysis".into(),
            Estimator::LocalPca => "local_pca".into(),
            Estimator::FisherSeparability => "fisher_separability".into(),
            Estimator::CorrelationDimension => "correlation_dimension".into(),
            Estimator::TwoNn => "two_nn".into(),
            Estimator::TwoNnFit => "two_nn_fit".into(),
            Estimator::Danco => "danco".into(),
            Estimator::Mle(k) => format!("mle_{k}"),
            Estimator::Gride(far) => format!("gride_{far}"),
        }
    }

    /// All names, for messages.
    pub(super) fn names() -> String {
        Self::ALL.map(|e| format!("`{e}`")).join(", ")
    }
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl From<Estimator> for String {
    fn from(estimator: Estimator) -> Self {
        estimator.name()
    }
}

impl FromStr for Estimator {
    type Err = DimensionError;

    fn from_str(name: &str) -> Result<Self, DimensionError> {
        let unknown = || DimensionError::UnknownEstimator {
            name: name.to_owned(),
        };
        if let Some(known) = Self::ALL.into_iter().find(|e| e.name() == name) {
            return Ok(known);
        }
        // Any other number of neighbours, as `mle_15` or `gride_12`.
        let (family, number) = name.rsplit_once('_').ok_or_else(unknown)?;
        let number: u16 = number.parse().map_err(|_| unknown())?;
        match family {
            "mle" if number >= 3 => Ok(Self::Mle(number)),
            "gride" if number >= 2 && number.is_multiple_of(2) => Ok(Self::Gride(number)),
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for Estimator {
    type Error = DimensionError;

    fn try_from(name: String) -> Result<Self, DimensionError> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_everywhere() {
        for estimator in Estimator::ALL {
            let json = serde_json::to_string(&estimator).unwrap();
            assert_eq!(json, format!("\"{estimator}\""));
            assert_eq!(serde_json::from_str::<Estimator>(&json).unwrap(), estimator);
            assert_eq!(estimator.name().parse::<Estimator>().unwrap(), estimator);
        }
        assert_eq!("mle_15".parse::<Estimator>().unwrap(), Estimator::Mle(15));
        for wrong in ["tle", "mle_2", "gride_3", "gride_", "mle_x", ""] {
            let error = wrong.parse::<Estimator>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{wrong}`")) && error.contains("`two_nn_fit`"));
        }
    }
}
