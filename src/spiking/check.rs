//! The check of a motif: all choices of inputs, time constants of the hub, and rates of noise.

use serde::{Deserialize, Serialize};

use super::circuit::{Circuit, Response};
use super::tables::{SpikingMarginRow, SpikingResponseRow};
use crate::random::stream;
use crate::text::OutOfRange;

/// Membrane time constant of the hub in the source papers, in ms.
pub const PUBLISHED_HUB_TIME: f64 = 6.0;

/// What is simulated of each motif.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SpikingSettings {
    /// Membrane time constants of the inhibitory neurons, in ms. The published one is 6.
    pub hub_times: Vec<f64>,
    /// Rates of Poisson noise, in Hz: each neuron gets as many spikes that excite it and as many
    /// that inhibit it.
    pub noise_rates: Vec<f64>,
    /// Weight of a spike of noise, in mV. The published weight of an input of the hub is 28.
    pub noise_weight: f64,
    /// Trials for each choice of inputs with noise. Without noise there is one.
    pub trials: u32,
}

impl Default for SpikingSettings {
    fn default() -> Self {
        Self {
            hub_times: (2..=16).map(f64::from).collect(),
            noise_rates: vec![0.0, 5.0, 20.0],
            noise_weight: 28.0,
            trials: 200,
        }
    }
}

/// The tables about one motif.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpikingTables {
    /// What each neuron did.
    pub responses: Vec<SpikingResponseRow>,
    /// How often all of it was right.
    pub margins: Vec<SpikingMarginRow>,
}

impl SpikingSettings {
    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let within = |values: &[f64], low: f64, high: f64| {
            !values.is_empty() && values.iter().all(|v| (low..=high).contains(v))
        };
        OutOfRange::first([
            (
                "hub_times",
                within(&self.hub_times, 0.1, 1000.0),
                "must be numbers from 0.1 to 1000",
            ),
            (
                "noise_rates",
                within(&self.noise_rates, 0.0, 1000.0),
                "must be numbers from 0 to 1000",
            ),
            (
                "noise_weight",
                within(&[self.noise_weight], 0.0, 1000.0),
                "must be a number from 0 to 1000",
            ),
            (
                "trials",
                (1..=100_000).contains(&self.trials),
                "must be from 1 to 100000",
            ),
        ])
    }

    /// Simulates a motif under all choices of inputs.
    #[must_use]
    pub fn tables(&self, motif: &str, circuit: &Circuit, seed: u64) -> SpikingTables {
        let mut tables = SpikingTables::default();
        for &noise_rate in &self.noise_rates {
            for &hub_time in &self.hub_times {
                self.measure(motif, circuit, (hub_time, noise_rate), seed, &mut tables);
            }
        }
        tables
    }

    fn measure(
        &self,
        motif: &str,
        circuit: &Circuit,
        (hub_time, noise_rate): (f64, f64),
        seed: u64,
        tables: &mut SpikingTables,
    ) {
        let noise = (noise_rate, self.noise_weight);
        let has_noise = noise_rate > 0.0 && self.noise_weight > 0.0;
        let trials = if has_noise { self.trials } else { 1 };
        let mut worst = (2.0, String::new());
        for choice in 0..1_usize << circuit.inputs().len() {
            let mut driven = vec![false; circuit.roles().len()];
            let chosen = circuit.inputs().iter().enumerate();
            for (_, &input) in chosen.filter(|(at, _)| choice >> at & 1 == 1) {
                driven[input] = true;
            }
            let inputs = named(circuit, &driven);
            let expected = circuit.expected(&driven);
            let (hub, rate) = (hub_time.to_string(), noise_rate.to_string());
            let mut random = stream(seed, &["spiking", motif, &hub, &rate, &inputs]);
            let found: Vec<Vec<Response>> = (0..trials)
                .map(|_| circuit.trial(&driven, hub_time, noise, &mut random))
                .collect();
            let is_right = |responses: &&Vec<Response>| {
                (0..responses.len())
                    .filter(|role| !circuit.inputs().contains(role))
                    .all(|role| (responses[role].spikes > 0) == expected[role])
            };
            let correct = found.iter().filter(is_right).count() as f64 / f64::from(trials);
            if correct < worst.0 {
                worst = (correct, inputs.clone());
            }
            for (role, name) in circuit.roles().iter().enumerate() {
                let of_role = || found.iter().map(|responses| responses[role]);
                let firsts: Vec<f64> = of_role().filter_map(|r| r.first).collect();
                let count = firsts.len() as f64;
                tables.responses.push(SpikingResponseRow {
                    motif: motif.to_owned(),
                    hub_time,
                    noise_rate,
                    inputs: inputs.clone(),
                    neuron: name.clone(),
                    expected: expected[role],
                    active: count / f64::from(trials),
                    spikes: of_role().map(|r| f64::from(r.spikes)).sum::<f64>() / f64::from(trials),
                    latency: (count > 0.0).then(|| firsts.iter().sum::<f64>() / count),
                    trials: trials as i32,
                });
            }
        }
        tables.margins.push(SpikingMarginRow {
            motif: motif.to_owned(),
            hub_time,
            noise_rate,
            correct: worst.0,
            worst_inputs: worst.1,
            trials: trials as i32,
        });
    }
}

/// The driven inputs in words.
fn named(circuit: &Circuit, driven: &[bool]) -> String {
    let names: Vec<&str> = circuit
        .inputs()
        .iter()
        .filter(|&&input| driven[input])
        .map(|&input| circuit.roles()[input].as_str())
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join("+")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::motif::Motif;

    #[test]
    fn the_margin_of_xor5_ends_where_its_truth_table_does() {
        let circuit = Circuit::of(Motif::Xor5.pattern()).unwrap();
        let settings = SpikingSettings {
            noise_rates: vec![0.0, 20.0],
            trials: 50,
            ..SpikingSettings::default()
        };
        let tables = settings.tables("xor5", &circuit, 1);
        assert_eq!(tables.responses.len(), 2 * 15 * 4 * 5);
        let at = |hub: f64, rate: f64| {
            let mut rows = tables.margins.iter();
            rows.find(|row| row.hub_time == hub && row.noise_rate == rate)
                .unwrap()
        };
        assert_eq!(at(6.0, 0.0).correct, 1.0);
        assert_eq!(at(8.0, 0.0).correct, 0.0);
        assert_eq!(at(8.0, 0.0).worst_inputs, "A+B");
        let noisy = at(6.0, 20.0).correct;
        assert!(noisy > 0.0 && noisy < 1.0, "{noisy}");
        assert_eq!(settings.tables("xor5", &circuit, 1), tables);
    }
}
