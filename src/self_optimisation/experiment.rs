//! The experiment on one wiring: the observed signs and both controls, several times.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use super::couplings::{Control, Couplings};
use super::learning::{Phase, self_optimise};
use super::tables::{SelfOptimisationControlRow, SelfOptimisationRow};
use crate::connectome::Connectome;
use crate::interruption;
use crate::random::stream;
use crate::statistics::{Significance, mean_and_sd, quantile};
use crate::text::{Hinted, OutOfRange};

/// Most neurons of a wiring: learnt couplings join all pairs, so memory grows with their square.
pub const MOST_NEURONS: usize = 5000;

/// How the experiment is done. The defaults are those of the authors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SelfOptimisationSettings {
    /// Weight at and above which a synapse counts 1; below it, its share of this.
    pub cap: f64,
    /// Updates of a relaxation for each neuron.
    pub updates_per_neuron: u32,
    /// Step of the Hebbian rule after each relaxation.
    pub rate: f64,
    /// Relaxations before, while and after the network learns, each.
    pub resets: u32,
    /// Runs of the observed wiring and of each control.
    pub draws: u32,
    /// True if gap junctions are couplings too.
    pub gap_junctions: bool,
}

impl Default for SelfOptimisationSettings {
    fn default() -> Self {
        Self {
            cap: 44.0,
            updates_per_neuron: 60,
            rate: 1e-5,
            resets: 1000,
            draws: 40,
            gap_junctions: true,
        }
    }
}

/// A wiring whose learnt couplings would not fit into memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("self-optimisation couples all pairs of neurons, and there are {neurons} neurons")]
pub struct TooManyNeurons {
    /// Number of neurons.
    pub neurons: usize,
}

impl Hinted for TooManyNeurons {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(format!("at most {MOST_NEURONS} neurons").into())
    }
}

/// What the experiment is done on, and its names in the tables.
#[derive(Clone, Copy, Debug)]
pub struct SelfOptimisationSubject<'a> {
    /// The wiring, with its signs.
    pub connectome: &'a Connectome,
    /// Family of the topology.
    pub family: &'a str,
    /// Species of the topology.
    pub species: &'a str,
}

/// The tables about one wiring.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelfOptimisationTables {
    /// All runs, phase by phase.
    pub runs: Vec<SelfOptimisationRow>,
    /// The observed wiring beside its controls.
    pub controls: Vec<SelfOptimisationControlRow>,
}

impl SelfOptimisationSettings {
    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let is_positive = |value: f64| value > 0.0 && value.is_finite();
        OutOfRange::first([
            ("cap", is_positive(self.cap), "must be a number above 0"),
            (
                "updates_per_neuron",
                (1..=10_000).contains(&self.updates_per_neuron),
                "must be from 1 to 10000",
            ),
            (
                "rate",
                self.rate >= 0.0 && self.rate.is_finite(),
                "must be a number of at least 0",
            ),
            (
                "resets",
                (2..=100_000).contains(&self.resets),
                "must be from 2 to 100000",
            ),
            (
                "draws",
                (2..=1000).contains(&self.draws),
                "must be from 2 to 1000",
            ),
        ])
    }

    /// Runs the experiment on a wiring. Results do not depend on the number of threads.
    ///
    /// # Errors
    /// [`TooManyNeurons`] above [`MOST_NEURONS`].
    pub fn tables(
        &self,
        subject: SelfOptimisationSubject<'_>,
        seed: u64,
    ) -> Result<SelfOptimisationTables, TooManyNeurons> {
        let observed = Couplings::of(subject.connectome, self.cap, self.gap_junctions);
        let neurons = observed.neurons();
        if neurons > MOST_NEURONS {
            return Err(TooManyNeurons { neurons });
        }
        let jobs: Vec<(Control, u32)> = Control::ALL
            .into_iter()
            .flat_map(|control| (1..=self.draws).map(move |draw| (control, draw)))
            .collect();
        let runs: Vec<SelfOptimisationRow> = jobs
            .into_par_iter()
            .flat_map_iter(|(control, draw)| {
                interruption::check();
                self.run(subject, &observed, control, draw, seed)
            })
            .collect();
        let controls = [Control::CountMatched, Control::WeightMatched]
            .into_iter()
            .filter_map(|control| beside(&runs, control))
            .collect();
        Ok(SelfOptimisationTables { runs, controls })
    }

    fn run(
        &self,
        subject: SelfOptimisationSubject<'_>,
        observed: &Couplings,
        control: Control,
        draw: u32,
        seed: u64,
    ) -> [SelfOptimisationRow; 3] {
        let number = draw.to_string();
        let name = ["self_optimisation", control.as_str(), &number];
        let mut random = stream(seed, &name);
        let couplings = observed.controlled(control, &mut random);
        let (count, weight) = couplings.inhibitory();
        let updates = u64::from(self.updates_per_neuron) * couplings.neurons() as u64;
        let phases = self_optimise(&couplings, self.resets, updates, self.rate, &mut random);
        phases.map(|phase| SelfOptimisationRow {
            topology: subject.connectome.name().to_owned(),
            family: subject.family.to_owned(),
            species: subject.species.to_owned(),
            control: control.as_str().to_owned(),
            draw: draw as i32,
            phase: phase.phase.as_str().to_owned(),
            mean_energy: phase.mean,
            sd_energy: phase.sd,
            lowest_energy: phase.lowest,
            total_weight: couplings.total(),
            couplings: couplings.count() as i32,
            inhibitory_couplings: count as i32,
            inhibitory_weight: weight,
            neurons: couplings.neurons() as i32,
            resets: self.resets as i32,
            seed: seed as i64,
        })
    }
}

/// The observed wiring beside one control, after learning.
fn beside(runs: &[SelfOptimisationRow], control: Control) -> Option<SelfOptimisationControlRow> {
    let of = |control: Control| {
        runs.iter().filter(move |row| {
            row.control == control.as_str() && row.phase == Phase::After.as_str()
        })
    };
    let energies = |control| of(control).map(|row| row.mean_energy).collect::<Vec<_>>();
    let weight = |control| {
        let weights: Vec<f64> = of(control).map(|row| row.inhibitory_weight).collect();
        mean_and_sd(&weights).0
    };
    let (energy, energy_sd) = mean_and_sd(&energies(Control::Observed));
    let mut placements = energies(control);
    placements.sort_by(f64::total_cmp);
    let found = Significance::of(energy, &placements);
    Some(SelfOptimisationControlRow {
        topology: runs.first()?.topology.clone(),
        control: control.as_str().to_owned(),
        energy,
        energy_sd,
        control_mean: found.mean,
        control_sd: found.sd,
        control_low: quantile(&placements, 0.025)?,
        control_high: quantile(&placements, 0.975)?,
        z: found.z.is_finite().then_some(found.z),
        p_less: found.p_less,
        p_greater: found.p_greater,
        inhibitory_weight: weight(Control::Observed),
        control_inhibitory_weight: weight(control),
        draws: placements.len() as i32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    #[test]
    fn runs_are_those_of_their_seed_and_controls_are_of_the_runs() {
        let connectome = bundled::connectome("cook2020_pharynx")
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let subject = SelfOptimisationSubject {
            connectome: &connectome,
            family: "observed",
            species: "worm",
        };
        let settings = SelfOptimisationSettings {
            resets: 20,
            draws: 3,
            ..SelfOptimisationSettings::default()
        };
        let tables = settings.tables(subject, 1).unwrap();
        assert_eq!((tables.runs.len(), tables.controls.len()), (27, 2));
        let alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap()
            .install(|| settings.tables(subject, 1).unwrap());
        assert_eq!(alone, tables);
        assert_ne!(settings.tables(subject, 2).unwrap(), tables);
        let row = &tables.controls[0];
        let after: Vec<f64> = tables
            .runs
            .iter()
            .filter(|run| run.control == "count_matched" && run.phase == "after")
            .map(|run| run.mean_energy)
            .collect();
        assert!((row.control_mean - after.iter().sum::<f64>() / 3.0).abs() < 1e-9);
        let lower = after.iter().filter(|energy| **energy <= row.energy).count();
        assert_eq!(row.p_less, (1 + lower) as f64 / 4.0);
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let settings = SelfOptimisationSettings {
            draws: 1,
            ..SelfOptimisationSettings::default()
        };
        assert_eq!(settings.check().unwrap_err().field, "draws");
        assert_eq!(SelfOptimisationSettings::default().check(), Ok(()));
    }
}
