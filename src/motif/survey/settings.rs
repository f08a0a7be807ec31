//! What a survey counts, and beside which nulls.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::thresholds::{InvalidThresholds, Thresholds};
use crate::null_model::{
    Chain, GLOBAL_TRADES, MOST_GLOBAL_TRADES, MOST_NULLS, MOST_SWAPS_PER_EDGE, NullModel,
    NullSettings, SWAPS_PER_EDGE,
};
use crate::text::Hinted;

/// What is counted of every motif, at which thresholds, and beside which nulls.
///
/// The same settings stand in the section `[motifs]` of a pipeline and behind the flags of the
/// command line; where a key is left out, [`Survey::default`] holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Survey {
    /// Thresholds on the weight, in each connectome's unit; `"all"` for every weight that occurs.
    pub min_weights: Thresholds,
    /// Null connectomes per count; 0 for none.
    pub nulls: u32,
    /// What a null keeps of the connectome.
    pub null_model: NullModel,
    /// How a null is drawn: auto, swaps or trades.
    pub null_chain: Chain,
    /// Attempted swaps per edge and null.
    pub swaps_per_edge: f64,
    /// Global trades per null.
    pub global_trades: u32,
    /// Also say which neuron plays which role how often.
    pub participation: bool,
    /// Also say which synapses take part how often.
    pub synapses: bool,
    /// Also say what single hubs carry, and what is left without them.
    pub hubs: bool,
    /// Occurrences to draw at random from every count.
    pub samples: u32,
    /// Whether triads are counted as well.
    pub census: bool,
    /// How many times signs are drawn where they are assumed. The counts of all draws are
    /// summarised beside those of the first. Each draw costs as much as one count with its nulls.
    pub sign_draws: u32,
}

impl Default for Survey {
    /// Synapses of weight 1 and more, participation, hubs and triads, no nulls.
    fn default() -> Self {
        Self {
            min_weights: Thresholds::Listed(vec![1.0]),
            nulls: 0,
            null_model: NullModel::BySourceSign,
            null_chain: Chain::Auto,
            swaps_per_edge: SWAPS_PER_EDGE,
            global_trades: GLOBAL_TRADES,
            participation: true,
            synapses: false,
            hubs: true,
            samples: 0,
            census: true,
            sign_draws: Self::SIGN_DRAWS,
        }
    }
}

/// A setting out of range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{field}` {message}")]
pub struct InvalidSetting {
    /// Name of the field of [`Survey`], which is also its key in a pipeline.
    pub field: &'static str,
    /// What is wrong with its value, to be read after the name.
    pub message: String,
    /// What a right value would be.
    pub hint: Option<Cow<'static, str>>,
}

impl Hinted for InvalidSetting {
    fn hint(&self) -> Option<Cow<'static, str>> {
        self.hint.clone()
    }
}

impl Survey {
    /// The most occurrences that may be drawn from one count. `engraph motifs --enumerate` lists
    /// more than that.
    pub const MOST_SAMPLES: u32 = 1_000_000;

    /// The most draws of assumed signs that may be asked for.
    pub const MOST_SIGN_DRAWS: u32 = 100_000;

    /// Draws of assumed signs where no other number is given: enough for the 5 % and the 95 %
    /// quantile of a count to lie inside its range.
    pub const SIGN_DRAWS: u32 = 20;

    /// Counts alone, at one threshold: no nulls, participation, hubs or triads.
    #[must_use]
    pub fn counts_only(min_weight: f64) -> Self {
        Self {
            min_weights: Thresholds::Listed(vec![min_weight]),
            participation: false,
            hubs: false,
            census: false,
            ..Self::default()
        }
    }

    /// How nulls are drawn.
    #[must_use]
    pub fn null_settings(&self) -> NullSettings {
        NullSettings {
            chain: self.null_chain,
            swaps_per_edge: self.swaps_per_edge,
            global_trades: self.global_trades,
        }
    }

    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`InvalidSetting`] for the first that is not.
    pub fn check(&self) -> Result<(), InvalidSetting> {
        self.min_weights
            .check()
            .map_err(|fault: InvalidThresholds| InvalidSetting {
                field: "min_weights",
                message: fault.to_string(),
                hint: fault.hint(),
            })?;
        if !(0.0..=MOST_SWAPS_PER_EDGE).contains(&self.swaps_per_edge) {
            return Err(InvalidSetting {
                field: "swaps_per_edge",
                message: format!("must be a number from 0 to {MOST_SWAPS_PER_EDGE}"),
                hint: None,
            });
        }
        for (field, value, most) in [
            ("nulls", self.nulls, MOST_NULLS),
            ("global_trades", self.global_trades, MOST_GLOBAL_TRADES),
            ("samples", self.samples, Self::MOST_SAMPLES),
            ("sign_draws", self.sign_draws, Self::MOST_SIGN_DRAWS),
        ] {
            if value > most {
                return Err(InvalidSetting {
                    field,
                    message: format!("is {value}, and {most} is the most"),
                    hint: None,
                });
            }
        }
        if self.sign_draws == 0 {
            return Err(InvalidSetting {
                field: "sign_draws",
                message: "must be at least 1".to_owned(),
                hint: Some("1 counts under one draw alone".into()),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_left_out_have_their_defaults_and_all_are_read_back() {
        let read: Survey = toml::from_str("nulls = 5\nswaps_per_edge = 20\n").unwrap();
        let expected = Survey {
            nulls: 5,
            swaps_per_edge: 20.0,
            ..Survey::default()
        };
        assert_eq!(read, expected);
        for min_weights in [Thresholds::ALL, Thresholds::Listed(vec![0.5, 3.0])] {
            let survey = Survey {
                min_weights,
                null_model: NullModel::Unlayered,
                null_chain: Chain::Trades,
                ..Survey::counts_only(2.0)
            };
            let text = toml::to_string(&survey).unwrap();
            assert_eq!(toml::from_str::<Survey>(&text).unwrap(), survey, "{text}");
        }
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let check = |change: fn(&mut Survey)| {
            let mut survey = Survey::default();
            change(&mut survey);
            survey
                .check()
                .map_err(|fault| (fault.to_string(), fault.hint))
        };
        assert_eq!(check(|_| ()), Ok(()));
        let fault = |message: &str, hint: Option<&'static str>| {
            Err((message.to_owned(), hint.map(Cow::Borrowed)))
        };
        assert_eq!(
            check(|s| s.min_weights = Thresholds::Listed(Vec::new())),
            fault("`min_weights` is empty", Some("give a weight, such as 1"))
        );
        assert_eq!(
            check(|s| s.min_weights = Thresholds::Listed(vec![1.0, -1.0])),
            fault(
                "`min_weights` -1 is not a weight",
                Some("give numbers of at least 0, or `all`")
            )
        );
        assert_eq!(
            check(|s| s.sign_draws = 0),
            fault(
                "`sign_draws` must be at least 1",
                Some("1 counts under one draw alone")
            )
        );
        for wrong in [-1.0, f64::NAN, f64::INFINITY] {
            let survey = Survey {
                swaps_per_edge: wrong,
                ..Survey::default()
            };
            assert_eq!(survey.check().unwrap_err().field, "swaps_per_edge");
        }
    }
}
