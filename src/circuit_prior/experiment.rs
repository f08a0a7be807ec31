//! The experiment: all variants, each from several starts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

use super::learning::{Parameters, Training, Variant, train};
use super::swim::Swim;
use super::swimmer::Swimmer;
use super::tables::{CircuitPriorRow, CircuitVariantRow, CircuitWaveRow};
use super::wave::{Wave, wrapped};
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

    /// Trains all variants from all starts. Results do not depend on the number of threads.
    #[must_use]
    pub fn tables(&self, seed: u64) -> CircuitPriorTables {
        let swimmer = Swimmer::new(self.joints as usize);
        let swim = Swim {
            swimmer: &swimmer,
            wave: Wave {
                period: self.period as usize,
                amplitude: self.amplitude,
                lag: self.lag,
            },
            periods: self.periods as usize,
            rate: self.rate,
        };
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
        let row = |(oscillation, joint): (super::wave::Oscillation, i32)| {
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
