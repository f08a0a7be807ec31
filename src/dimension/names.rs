//! Names of estimators: reading one, and listing all.

use std::borrow::Cow;
use std::str::FromStr;

use strum::IntoEnumIterator;

use super::Estimator;
use crate::text::Hinted;

/// There is no estimator of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no estimator `{name}`")]
pub struct UnknownEstimator {
    /// The name that was asked for.
    pub name: String,
}

impl Hinted for UnknownEstimator {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let names: Vec<String> = Estimator::all().iter().map(|e| format!("`{e}`")).collect();
        Some(format!("use one of {}", names.join(", ")).into())
    }
}

impl Estimator {
    /// Every estimator, in the order of reports; of those with a number in their name the customary
    /// ones.
    ///
    /// ```
    /// use engraph::dimension::Estimator;
    /// let all = Estimator::all();
    /// assert!(all.contains(&Estimator::Danco) && all.contains(&Estimator::Mle(20)));
    /// ```
    #[must_use]
    pub fn all() -> Vec<Self> {
        Self::iter()
            .flat_map(|estimator| match estimator.method().family {
                Some(family) => family.reported.iter().copied().map(family.member).collect(),
                None => vec![estimator],
            })
            .collect()
    }
}

impl FromStr for Estimator {
    type Err = UnknownEstimator;

    fn from_str(name: &str) -> Result<Self, UnknownEstimator> {
        let digits = name.rsplit_once('_').map(|(_, digits)| digits);
        let number: Option<u16> = digits.and_then(|digits| digits.parse().ok());
        let member = |estimator: Self| match estimator.method().family {
            Some(family) => number.filter(|&n| (family.accepts)(n)).map(family.member),
            None => Some(estimator),
        };
        Self::iter()
            .filter_map(member)
            .find(|estimator| estimator.to_string() == name)
            .ok_or_else(|| UnknownEstimator {
                name: name.to_owned(),
            })
    }
}

impl From<Estimator> for String {
    fn from(estimator: Estimator) -> Self {
        estimator.to_string()
    }
}

impl TryFrom<String> for Estimator {
    /// Message and hint in one: what reads configs takes no more than a message.
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse().map_err(|error: UnknownEstimator| {
            format!("{error}: {}", error.hint().unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that pipelines, tables and papers use, in the order of reports.
    const NAMES: [&str; 27] = [
        "participation_ratio",
        "participation_ratio_corrected",
        "participation_ratio_unbiased",
        "participation_ratio_columns",
        "effective_rank",
        "pca_90",
        "pca_95",
        "pca_fo",
        "cross_validated_pca",
        "parallel_analysis",
        "local_pca",
        "fisher_separability",
        "correlation_dimension",
        "mle_10",
        "mle_20",
        "mle_50",
        "two_nn",
        "two_nn_fit",
        "gride_2",
        "gride_4",
        "gride_8",
        "gride_16",
        "gride_32",
        "gride_64",
        "gride_128",
        "gride_256",
        "danco",
    ];

    #[test]
    fn names_agree_everywhere() {
        let all = Estimator::all();
        assert_eq!(all.len(), NAMES.len());
        for (estimator, name) in all.into_iter().zip(NAMES) {
            assert_eq!(estimator.to_string(), name);
            assert_eq!(name.parse(), Ok(estimator));
            let json = serde_json::to_string(&estimator).unwrap();
            assert_eq!(json, format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<Estimator>(&json).unwrap(), estimator);
        }
        assert_eq!("mle_15".parse(), Ok(Estimator::Mle(15)));
        assert_eq!("gride_12".parse(), Ok(Estimator::Gride(12)));
    }

    #[test]
    fn unknown_names_are_refused_and_the_known_ones_told() {
        for name in [
            "tle", "mle", "mle_2", "mle_015", "gride_3", "gride_", "gride_0", "mle_x", "",
        ] {
            let error = name.parse::<Estimator>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")));
            assert!(error.hint().unwrap().contains("`two_nn_fit`"));
        }
    }
}
