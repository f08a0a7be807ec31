//! Which method belongs to which estimator.

use super::Estimator;
use super::method::Method;
use super::{
    correlation_dimension, cross_validated_pca, danco, effective_rank, explained_variance,
    fisher_separability, gride, local_pca, maximum_likelihood, parallel_analysis,
    participation_ratio, significant_components, two_nn, unbiased_ratio,
};

impl Estimator {
    /// What the estimator declares in its own file.
    pub(super) fn method(self) -> Method {
        match self {
            Self::ParticipationRatio => participation_ratio::PLAIN,
            Self::ParticipationRatioCorrected => participation_ratio::CORRECTED,
            Self::ParticipationRatioUnbiased => unbiased_ratio::OF_ROWS,
            Self::ParticipationRatioColumns => unbiased_ratio::OF_ROWS_AND_COLUMNS,
            Self::EffectiveRank => effective_rank::METHOD,
            Self::Pca90 => explained_variance::NINETY_PERCENT,
            Self::Pca95 => explained_variance::NINETY_FIVE_PERCENT,
            Self::PcaFo => significant_components::METHOD,
            Self::CrossValidatedPca => cross_validated_pca::METHOD,
            Self::ParallelAnalysis => parallel_analysis::METHOD,
            Self::LocalPca => local_pca::METHOD,
            Self::FisherSeparability => fisher_separability::METHOD,
            Self::CorrelationDimension => correlation_dimension::METHOD,
            Self::Mle(neighbours) => maximum_likelihood::method(neighbours),
            Self::TwoNn => two_nn::MAXIMUM_LIKELIHOOD,
            Self::TwoNnFit => two_nn::LINEAR_FIT,
            Self::Gride(far) => gride::method(far),
            Self::Danco => danco::METHOD,
        }
    }

    /// Neighbours per point that it reads; `None` for those that read the spectrum.
    ///
    /// ```
    /// use engraph::dimension::Estimator;
    /// assert_eq!(Estimator::Mle(20).neighbours(), Some(20));
    /// assert_eq!(Estimator::Pca90.neighbours(), None);
    /// ```
    #[must_use]
    pub fn neighbours(self) -> Option<usize> {
        self.method().reads.neighbours()
    }

    /// Key of its paper among the citations of `engraph cite`; `None` for sums over eigenvalues,
    /// which are nobody's.
    #[must_use]
    pub fn citation(self) -> Option<&'static str> {
        self.method().citation
    }
}
