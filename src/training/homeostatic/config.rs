//! The settings of the homeostatic rule.

use serde::{Deserialize, Serialize};

use super::Assignment;
use crate::training::TrainingConfigError;

/// Settings of the homeostatic rule. The defaults of rates, batch size, epochs and hidden units are
/// those of the source group's fully connected form. That form leaves open how changes are summed
/// over a batch; here they are means over its sequences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HomeostaticConfig {
    /// Hidden units of the fully connected form; a wiring brings its own.
    pub hidden: u32,
    /// How bits are given their neurons in a wiring.
    pub assignment: Assignment,
    /// Largest number of epochs; training ends earlier if every bit matches.
    pub epochs: u32,
    /// Number of sequences per minibatch.
    pub batch_size: u32,
    /// Learning rate of the weights and biases of the hidden units, `eta_w`. At 0 they stay as they
    /// began, which is a control for what their learning adds.
    pub encoding_rate: f64,
    /// Learning rate of the weights and biases of the reconstructing units, `eta_v`.
    pub decoding_rate: f64,
    /// Epochs without a new lowest energy after which training is given up.
    pub patience: u32,
    /// Number of training sequences of a task.
    pub sequences: u32,
    /// Number of held-out sequences of a task.
    pub test_sequences: u32,
}

impl Default for HomeostaticConfig {
    fn default() -> Self {
        Self {
            hidden: 1024,
            assignment: Assignment::Connected,
            epochs: 5,
            batch_size: 256,
            encoding_rate: 0.02,
            decoding_rate: 0.05,
            patience: 10,
            sequences: 8192,
            test_sequences: 1024,
        }
    }
}

/// Largest number of units, epochs or sequences.
const MOST: u32 = 1 << 20;

impl HomeostaticConfig {
    /// Checks that every setting is in range.
    ///
    /// # Errors
    /// [`TrainingConfigError`] for the first setting out of range.
    pub fn check(&self) -> Result<(), TrainingConfigError> {
        let fail = |field, value: String, expected| {
            Err(TrainingConfigError {
                field,
                value,
                expected,
            })
        };
        for (field, value) in [
            ("hidden", self.hidden),
            ("epochs", self.epochs),
            ("batch_size", self.batch_size),
            ("patience", self.patience),
            ("sequences", self.sequences),
            ("test_sequences", self.test_sequences),
        ] {
            if !(1..=MOST).contains(&value) {
                return fail(field, value.to_string(), "a number from 1 to 1048576");
            }
        }
        for (field, value) in [
            ("encoding_rate", self.encoding_rate),
            ("decoding_rate", self.decoding_rate),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return fail(field, value.to_string(), "a number of at least 0");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homeostatic_fields_are_checked() {
        assert!(HomeostaticConfig::default().check().is_ok());
        let error = HomeostaticConfig {
            batch_size: 0,
            ..HomeostaticConfig::default()
        }
        .check()
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "`batch_size` is 0, expected a number from 1 to 1048576"
        );
        let error = HomeostaticConfig {
            decoding_rate: f64::NAN,
            ..HomeostaticConfig::default()
        }
        .check()
        .unwrap_err();
        assert_eq!(error.field, "decoding_rate");
    }
}
