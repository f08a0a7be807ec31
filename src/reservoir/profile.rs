//! All profiles of one wiring.

use serde::{Deserialize, Serialize};

use super::covariance::relative_dimension;
use super::information::{DegreeCapacity, InformationSettings, information_capacities};
use super::inhibition::{InhibitionSettings, adapt_inhibition};
use super::memory::{MemoryConvention, memory_capacities};
use super::network::{Reservoir, ReservoirSettings};
use super::stability::{echo_state_distance, separation_ratio};
use super::tables::{
    ReservoirCapacityRow, ReservoirCriterionRow, ReservoirKeys, ReservoirMemoryRow,
    ReservoirProfileRow,
};
use crate::connectome::Connectome;
use crate::text::OutOfRange;

/// What is measured of a wiring as a reservoir.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProfileSettings {
    /// Ways of measuring memory capacity: `conn2res`, `reservoirpy`.
    pub conventions: Vec<MemoryConvention>,
    /// How the wiring becomes a reservoir.
    pub network: ReservoirSettings,
    /// How far the information-processing capacity is followed.
    pub information: InformationSettings,
    /// How inhibition is adapted before all else. Without this key it is not.
    pub inhibition: Option<InhibitionSettings>,
}

impl Default for ProfileSettings {
    fn default() -> Self {
        Self {
            network: ReservoirSettings::default(),
            conventions: vec![MemoryConvention::Conn2res, MemoryConvention::Reservoirpy],
            information: InformationSettings::default(),
            inhibition: None,
        }
    }
}

impl ProfileSettings {
    /// Most steps of any run.
    const MOST_STEPS: u32 = 1_000_000;

    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let is_positive = |value: f64| value > 0.0 && value.is_finite();
        let (network, information) = (&self.network, &self.information);
        let inhibition = self.inhibition.unwrap_or_default();
        let delays = &information.delays;
        OutOfRange::first([
            (
                "network.spectral_radius",
                is_positive(network.spectral_radius),
                "must be a number above 0",
            ),
            (
                "network.leak",
                is_positive(network.leak) && network.leak <= 1.0,
                "must be above 0 and at most 1",
            ),
            (
                "information.delays",
                delays.len() <= 4 && delays.iter().all(|d| (1..=200).contains(d)),
                "must be at most four numbers of delays, each from 1 to 200",
            ),
            (
                "information.steps",
                (100..=Self::MOST_STEPS).contains(&information.steps),
                "must be from 100 to 1000000",
            ),
            (
                "information.warm_up",
                information.warm_up <= Self::MOST_STEPS,
                "must be at most 1000000",
            ),
            (
                "information.shuffles",
                (1..=1000).contains(&information.shuffles),
                "must be from 1 to 1000",
            ),
            (
                "inhibition",
                is_positive(inhibition.rate) && is_positive(inhibition.target),
                "must have a rate and a target above 0",
            ),
            (
                "inhibition.steps",
                inhibition.steps <= Self::MOST_STEPS,
                "must be at most 1000000",
            ),
        ])
    }
}

/// What is profiled, and its names in the tables.
#[derive(Clone, Copy, Debug)]
pub struct ReservoirSubject<'a> {
    /// The wiring.
    pub connectome: &'a Connectome,
    /// Family of the topology.
    pub family: &'a str,
    /// Species of the topology.
    pub species: &'a str,
}

/// The tables about one wiring.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReservoirTables {
    /// The profile.
    pub profiles: Vec<ReservoirProfileRow>,
    /// Memory capacities by delay.
    pub memory: Vec<ReservoirMemoryRow>,
    /// Information-processing capacities by degree and delay.
    pub capacities: Vec<ReservoirCapacityRow>,
    /// The criteria.
    pub criteria: Vec<ReservoirCriterionRow>,
}

impl ProfileSettings {
    /// The profiles of a wiring.
    #[must_use]
    pub fn tables(&self, subject: ReservoirSubject<'_>, seed: u64) -> ReservoirTables {
        let connectome = subject.connectome;
        let keys = ReservoirKeys {
            topology: connectome.name().to_owned(),
            family: subject.family.to_owned(),
            species: subject.species.to_owned(),
            spectral_radius: self.network.spectral_radius,
            leak: self.network.leak,
            response: self.network.response.as_str().to_owned(),
            adapted_inhibition: self.inhibition.is_some(),
        };
        let mut profile = ReservoirProfileRow {
            keys: keys.clone(),
            neurons: connectome.neurons().len() as i32,
            read_neurons: 0,
            rank: None,
            information_capacity: None,
            echo_state_distance: None,
            separation_ratio: None,
            relative_dimension: None,
            status: "acyclic".to_owned(),
        };
        let Some(mut reservoir) = Reservoir::of(connectome, &self.network) else {
            return ReservoirTables {
                profiles: vec![profile],
                ..ReservoirTables::default()
            };
        };
        if let Some(inhibition) = &self.inhibition {
            adapt_inhibition(&mut reservoir, inhibition, seed);
        }
        let (degrees, rank) = information_capacities(&reservoir, &self.information, seed);
        profile.status = "ok".to_owned();
        profile.read_neurons = reservoir.read.len() as i32;
        profile.rank = Some(rank as i32);
        profile.information_capacity = Some(degrees.iter().map(DegreeCapacity::total).sum());
        profile.echo_state_distance = Some(echo_state_distance(&reservoir, seed));
        profile.separation_ratio = separation_ratio(&reservoir, seed);
        profile.relative_dimension = relative_dimension(&reservoir);
        let mut memory = Vec::new();
        for &convention in &self.conventions {
            let found = memory_capacities(&reservoir, convention, &convention.series(seed));
            memory.extend(
                (1..)
                    .zip(found)
                    .map(|(delay, capacity)| ReservoirMemoryRow {
                        keys: keys.clone(),
                        convention: convention.as_str().to_owned(),
                        delay,
                        capacity,
                    }),
            );
        }
        ReservoirTables {
            criteria: criteria(&profile, &memory),
            profiles: vec![profile],
            memory,
            capacities: degrees
                .iter()
                .flat_map(|degree| by_delay(&keys, degree))
                .collect(),
        }
    }
}

/// The capacities of one degree, summed by largest delay.
fn by_delay(keys: &ReservoirKeys, degree: &DegreeCapacity) -> Vec<ReservoirCapacityRow> {
    let mut delays: Vec<usize> = degree.capacities.iter().map(|&(delay, _)| delay).collect();
    delays.sort_unstable();
    delays.dedup();
    let row = |delay: usize| {
        let own = degree
            .capacities
            .iter()
            .filter(|&&(other, _)| other == delay);
        ReservoirCapacityRow {
            keys: keys.clone(),
            degree: degree.degree as i32,
            delay: delay as i32,
            capacity: own.clone().map(|(_, capacity)| capacity).sum(),
            functions: own.count() as i32,
            threshold: degree.threshold,
        }
    };
    delays.into_iter().map(row).collect()
}

/// The criteria of DD026. Its read-out criteria need a task that it does not name; they are listed
/// without a value.
fn criteria(
    profile: &ReservoirProfileRow,
    memory: &[ReservoirMemoryRow],
) -> Vec<ReservoirCriterionRow> {
    let of_reservoirpy = memory
        .iter()
        .filter(|row| row.convention == MemoryConvention::Reservoirpy.as_str());
    let is_measured = of_reservoirpy.clone().count() > 0;
    let total = is_measured.then(|| of_reservoirpy.map(|row| row.capacity).sum());
    let unnamed = "the document names no task";
    let all = [
        (
            "echo_state_distance",
            profile.echo_state_distance,
            "at_most",
            0.1,
            "after 100 steps, taken for its 10 s",
        ),
        (
            "memory_capacity",
            total,
            "at_least",
            5.0,
            "convention reservoirpy",
        ),
        (
            "separation_ratio",
            profile.separation_ratio,
            "at_least",
            2.0,
            "our ratio: noise of a tenth of the range",
        ),
        ("linear_readout", None, "at_least", 0.3, unnamed),
        ("mlp_over_linear", None, "at_most", 2.0, unnamed),
    ];
    let row = |(criterion, value, relation, bound, note): (&str, Option<f64>, &str, f64, &str)| {
        let meets = |value: f64| match relation {
            "at_most" => value <= bound,
            _ => value >= bound,
        };
        ReservoirCriterionRow {
            keys: profile.keys.clone(),
            criterion: criterion.to_owned(),
            value,
            relation: relation.to_owned(),
            bound,
            passes: value.map(meets),
            note: Some(note.to_owned()),
        }
    };
    all.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    fn few() -> ProfileSettings {
        ProfileSettings {
            information: InformationSettings {
                delays: vec![10, 4],
                steps: 1000,
                warm_up: 100,
                shuffles: 2,
            },
            ..ProfileSettings::default()
        }
    }

    #[test]
    fn a_wiring_has_every_profile_and_no_capacity_beyond_its_rank() {
        let connectome = bundled::connectome("cook2020_pharynx")
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let subject = ReservoirSubject {
            connectome: &connectome,
            family: "observed",
            species: "worm",
        };
        let tables = few().tables(subject, 1);
        let profile = &tables.profiles[0];
        assert_eq!(profile.status, "ok");
        let rank = f64::from(profile.rank.unwrap());
        let information = profile.information_capacity.unwrap();
        assert!(
            information > 1.0 && information <= rank + 1e-9,
            "{profile:?}"
        );
        let summed: f64 = tables.capacities.iter().map(|row| row.capacity).sum();
        assert!((summed - information).abs() < 1e-9);
        assert!(profile.echo_state_distance.unwrap() < 0.1, "{profile:?}");
        assert!(
            profile
                .relative_dimension
                .is_some_and(|d| d > 0.0 && d <= 1.0)
        );
        assert_eq!(tables.memory.len(), 70);
        let passes: Vec<_> = tables.criteria.iter().map(|row| row.passes).collect();
        assert_eq!((passes.len(), passes[0], passes[3]), (5, Some(true), None));
        let adapted = ProfileSettings {
            inhibition: Some(InhibitionSettings::default()),
            ..few()
        };
        assert_ne!(adapted.tables(subject, 1).profiles, tables.profiles);
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let refused = |change: fn(&mut ProfileSettings)| {
            let mut settings = few();
            change(&mut settings);
            settings.check().map_err(|error| error.field)
        };
        assert_eq!(refused(|_| ()), Ok(()));
        assert_eq!(refused(|s| s.network.leak = 0.0), Err("network.leak"));
        assert_eq!(
            refused(|s| s.information.steps = 3),
            Err("information.steps")
        );
    }
}
