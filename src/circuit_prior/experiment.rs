//! The experiment: all variants, each from several starts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

use super::learning::{Parameters, Training, Variant, train};
use super::swim::Swim;
use super::swimmer::Swimmer;
use super::tables::{CircuitPriorRow, CircuitVariantRow, CircuitWaveRow};
use super::wave::{Oscillation, Wave, wrapped};
use crate::interruption;
use crate::random::stream;
use crate::statistics::{quantile, share_interval};
use crate::text::OutOfRange;

/// Most joints of a body.
pub const MOST_JOINTS: u32 = 100;

/// What is trained, and on which wave. Circuit, joints and period are published by default; body,
/// wave and training are ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitPriorSettings {
    /// Joints of the body. The published swimmer has 5.
    pub joints: u32,
    /// Steps of a period of the head oscillators, an even number. The published one is 60.
    pub period: u32,
    /// Periods of a swim; the error is that of the last one.
    pub periods: u32,
    /// Share of the way to its torque that a joint goes in a step.
    pub rate: f64,
    /// Largest angle of the wave, as a share of the largest possible one.
    pub amplitude: f64,
    /// Phase by which a joint should lag behind the one before, in radians.
    pub lag: f64,
    /// True if the connections of a role share their weight, as published: four numbers are learnt.
    pub shared_weights: bool,
    /// Starts of each variant that has random ones.
    pub draws: u32,
    /// Steps of training by Adam.
    pub steps: u32,
    /// Learning rate of Adam.
    pub learning_rate: f64,
    /// Squared error, as a share of the variance of the wave, at and below which it is learnt.
    pub threshold: f64,
}

impl Default for CircuitPriorSettings {
    fn default() -> Self {
        Self {
            joints: 5,
            period: 60,
            periods: 3,
            rate: 0.13,
            amplitude: 0.6,
            lag: 0.7,
            shared_weights: true,
            draws: 40,
            steps: 500,
            learning_rate: 0.02,
            threshold: 0.05,
        }
    }
}

/// The tables about the circuit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CircuitPriorTables {
    /// All trainings.
    pub runs: Vec<CircuitPriorRow>,
    /// How each joint swings after training.
    pub waves: Vec<CircuitWaveRow>,
    /// How many starts of each variant learn.
    pub variants: Vec<CircuitVariantRow>,
}

impl CircuitPriorSettings {
    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let is_share = |value: f64| value > 0.0 && value <= 1.0;
        OutOfRange::first([
            (
                "joints",
                (1..=MOST_JOINTS).contains(&self.joints),
                "must be from 1 to 100",
            ),
            (
                "period",
                (4..=10_000).contains(&self.period) && self.period.is_multiple_of(2),
                "must be an even number from 4 to 10000",
            ),
            (
                "periods",
                (1..=100).contains(&self.periods),
                "must be from 1 to 100",
            ),
            (
                "rate",
                is_share(self.rate),
                "must be a number above 0 and at most 1",
            ),
            (
                "amplitude",
                is_share(self.amplitude),
                "must be a number above 0 and at most 1",
            ),
            (
                "lag",
                (-PI..=PI).contains(&self.lag),
                "must be a number from -pi to pi",
            ),
            (
                "draws",
                (2..=1000).contains(&self.draws),
                "must be from 2 to 1000",
            ),
            (
                "steps",
                (1..=100_000).contains(&self.steps),
                "must be from 1 to 100000",
            ),
            (
                "learning_rate",
                is_share(self.learning_rate),
                "must be a number above 0 and at most 1",
            ),
            (
                "threshold",
                self.threshold > 0.0 && self.threshold.is_finite(),
                "must be a number above 0",
            ),
        ])
    }

    /// A circuit on the body and the wave of these settings.
    pub(super) fn swim<'a>(&self, swimmer: &'a Swimmer) -> Swim<'a> {
        Swim {
            swimmer,
            wave: Wave {
                period: self.period as usize,
                amplitude: self.amplitude,
                lag: self.lag,
            },
            periods: self.periods as usize,
            rate: self.rate,
        }
    }

    /// Trains all variants from all starts. Results do not depend on the number of threads.
    #[must_use]
    pub fn tables(&self, seed: u64) -> CircuitPriorTables {
        let swimmer = Swimmer::new(self.joints as usize);
        let swim = self.swim(&swimmer);
        let draws = |variant| match variant {
            Variant::SignedConstant => 1,
            Variant::SignedRandom | Variant::UnsignedConstant | Variant::UnsignedRandom => {
                self.draws
            }
        };
        let jobs: Vec<(Variant, u32)> = Variant::ALL
            .into_iter()
            .flat_map(|variant| (1..=draws(variant)).map(move |draw| (variant, draw)))
            .collect();
        let (runs, waves): (Vec<_>, Vec<_>) = jobs
            .into_par_iter()
            .map(|(variant, draw)| {
                interruption::check();
                self.run(&swim, variant, draw, seed)
            })
            .unzip();
        let variants = Variant::ALL.map(|variant| of_variant(&runs, variant));
        CircuitPriorTables {
            waves: waves.into_iter().flatten().collect(),
            variants: variants.to_vec(),
            runs,
        }
    }

    /// One training, and how each joint swings after it.
    fn run(
        &self,
        swim: &Swim<'_>,
        variant: Variant,
        draw: u32,
        seed: u64,
    ) -> (CircuitPriorRow, Vec<CircuitWaveRow>) {
        let number = draw.to_string();
        let mut random = stream(seed, &["circuit_prior", variant.as_str(), &number]);
        let start = Parameters::start(swim.swimmer, variant, self.shared_weights, &mut random);
        let Training { parameters, errors } = train(swim, start, self.steps, self.learning_rate);
        let weights = parameters.weights(swim.swimmer);
        let waves = self.waves(swim, &weights, (variant, draw));
        let learned_at = learned_at(&errors, self.threshold);
        let status = match learned_at {
            Some(_) => "learned",
            None if waves.iter().any(|wave| wave.amplitude == 0.0) => "silent",
            None => "not_learned",
        };
        let connections = swim.swimmer.connections();
        let published = connections
            .iter()
            .zip(&weights)
            .filter(|(connection, weight)| **weight * connection.role.sign().factor() > 0.0);
        let row = CircuitPriorRow {
            variant: variant.as_str().to_owned(),
            draw: draw as i32,
            error_before: errors[0],
            error_after: errors[errors.len() - 1],
            learned_at: learned_at.map(|step| step as i32),
            status: status.to_owned(),
            published_signs: published.count() as f64 / connections.len() as f64,
            shared_weights: self.shared_weights,
            parameters: parameters.values.len() as i32,
            joints: self.joints as i32,
            steps: self.steps as i32,
            threshold: self.threshold,
            seed: seed as i64,
        };
        (row, waves)
    }

    fn waves(
        &self,
        swim: &Swim<'_>,
        weights: &[f64],
        (variant, draw): (Variant, u32),
    ) -> Vec<CircuitWaveRow> {
        // The oscillators, before the first joint, are the origin of phases.
        let mut before = Some(0.0);
        let row = |(oscillation, joint): (Oscillation, i32)| {
            let phase = (oscillation.amplitude > 0.0).then_some(oscillation.phase);
            let lag = phase.zip(before).map(|(own, other)| wrapped(own - other));
            before = phase;
            CircuitWaveRow {
                variant: variant.as_str().to_owned(),
                draw: draw as i32,
                joint,
                amplitude: oscillation.amplitude,
                lag,
                lag_error: lag.map(|lag| wrapped(lag - self.lag)),
            }
        };
        let oscillations = swim.oscillations(weights);
        oscillations.into_iter().zip(1..).map(row).collect()
    }
}

/// The number of steps after which the error stays at or below a threshold.
fn learned_at(errors: &[f64], threshold: f64) -> Option<usize> {
    let last_above = errors.iter().rposition(|error| *error > threshold);
    let from = last_above.map_or(0, |last| last + 1);
    (from < errors.len()).then_some(from)
}

fn of_variant(runs: &[CircuitPriorRow], variant: Variant) -> CircuitVariantRow {
    let rows = || runs.iter().filter(|row| row.variant == variant.as_str());
    let with = |status: &str| rows().filter(|row| row.status == status).count();
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        quantile(&values, 0.5)
    };
    let (draws, learned) = (rows().count(), with("learned"));
    let interval = (draws > 1).then(|| share_interval(learned, draws));
    let all = "every variant has a start";
    CircuitVariantRow {
        variant: variant.as_str().to_owned(),
        draws: draws as i32,
        learned: learned as i32,
        silent: with("silent") as i32,
        share: learned as f64 / draws as f64,
        share_low: interval.map(|(low, _)| low),
        share_high: interval.map(|(_, high)| high),
        error_before: median(rows().map(|row| row.error_before).collect()).expect(all),
        error_after: median(rows().map(|row| row.error_after).collect()).expect(all),
        learned_at: median(
            rows()
                .filter_map(|row| row.learned_at)
                .map(f64::from)
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> CircuitPriorSettings {
        CircuitPriorSettings {
            joints: 2,
            period: 12,
            periods: 2,
            rate: 0.4,
            draws: 6,
            steps: 40,
            threshold: 0.3,
            ..CircuitPriorSettings::default()
        }
    }

    #[test]
    fn runs_are_those_of_their_seed_and_shares_are_of_the_runs() {
        for shared_weights in [true, false] {
            let settings = CircuitPriorSettings {
                shared_weights,
                ..small()
            };
            let tables = settings.tables(1);
            assert_eq!((tables.runs.len(), tables.waves.len()), (19, 38));
            let alone = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .build()
                .unwrap()
                .install(|| settings.tables(1));
            assert_eq!(alone, tables);
            assert_ne!(settings.tables(2), tables);
            for of in &tables.variants {
                let rows = || tables.runs.iter().filter(|row| row.variant == of.variant);
                assert_eq!(of.draws as usize, rows().count());
                let learned = rows().filter(|row| row.error_after <= row.threshold);
                assert_eq!(of.learned as usize, learned.count());
                assert_eq!(of.share_low.is_some(), of.draws > 1);
            }
            let signed = |row: &&CircuitPriorRow| row.variant.starts_with("signed");
            for row in tables.runs.iter().filter(signed) {
                assert_eq!(row.status, "learned", "{row:?}");
            }
        }
    }

    #[test]
    fn the_error_must_stay_at_or_below_the_threshold() {
        assert_eq!(learned_at(&[1.0, 0.1, 0.3, 0.2, 0.1], 0.2), Some(3));
        assert_eq!(learned_at(&[0.1, 0.1], 0.2), Some(0));
        assert_eq!(learned_at(&[0.1, 0.3], 0.2), None);
    }

    /// Behind the head, joints lag by what the relaxation alone makes of a sine:
    /// `atan2(sin w, cos w - 1 + rate)` with `w = 2 pi / period`, about .698 for the defaults.
    #[test]
    fn joints_lag_as_their_relaxation_does() {
        let settings = CircuitPriorSettings {
            draws: 2,
            steps: 300,
            ..CircuitPriorSettings::default()
        };
        let tables = settings.tables(1);
        let turn = 2.0 * PI / 60.0;
        let expected = turn.sin().atan2(turn.cos() - 1.0 + settings.rate);
        let of_constants = tables
            .waves
            .iter()
            .filter(|row| row.variant == "signed_constant");
        for row in of_constants.filter(|row| row.joint > 1) {
            assert!((row.lag.unwrap() - expected).abs() < 0.05, "{row:?}");
            assert!((row.lag_error.unwrap() - (row.lag.unwrap() - 0.7)).abs() < 1e-12);
        }
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        type Change = fn(&mut CircuitPriorSettings);
        let changes: [(&str, Change); 9] = [
            ("joints", |s| s.joints = 0),
            ("period", |s| s.period = 61),
            ("period", |s| s.period = 2),
            ("rate", |s| s.rate = 0.0),
            ("amplitude", |s| s.amplitude = f64::NAN),
            ("lag", |s| s.lag = 3.2),
            ("draws", |s| s.draws = 1),
            ("threshold", |s| s.threshold = 0.0),
            ("threshold", |s| s.threshold = f64::INFINITY),
        ];
        for (field, change) in changes {
            let mut settings = CircuitPriorSettings::default();
            change(&mut settings);
            assert_eq!(settings.check().unwrap_err().field, field);
        }
        assert_eq!(CircuitPriorSettings::default().check(), Ok(()));
    }
}
