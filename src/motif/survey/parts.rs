//! Rows about the parts of a motif count: neurons, synapses, hubs, single occurrences.

use super::place::{Place, int64};
use super::tables::{
    MotifHubRow, MotifKeys, MotifOccurrenceRow, MotifParticipationRow, MotifRow, MotifSampleRow,
    MotifSynapseRow,
};
use crate::connectome::Connectome;
use crate::motif::{Counter, MotifError, Pattern, sample, synapse_participation};

impl MotifKeys {
    fn new(
        connectome: &Connectome,
        sign_model: &str,
        min_weight: f64,
        counter: &Counter<'_>,
    ) -> Self {
        Self {
            connectome: connectome.name().to_owned(),
            sign_model: sign_model.to_owned(),
            min_weight,
            motif: counter.pattern().name().to_owned(),
            matching: counter.matching().as_str().to_owned(),
        }
    }

    fn of(place: &Place<'_>, counter: &Counter<'_>) -> Self {
        Self::new(place.signed, place.sign_model, place.min_weight, counter)
    }
}

/// A motif as a row.
#[must_use]
pub fn motif_row(pattern: &Pattern) -> MotifRow {
    let names = |roles: &[usize], between: &str| {
        roles
            .iter()
            .map(|&role| pattern.roles()[role].name.as_str())
            .collect::<Vec<_>>()
            .join(between)
    };
    MotifRow {
        motif: pattern.name().to_owned(),
        roles: pattern.roles().len() as i32,
        edges: pattern.edges().len() as i32,
        automorphisms: pattern.automorphisms() as i32,
        orbits: pattern
            .orbits()
            .iter()
            .map(|orbit| names(orbit, "="))
            .collect::<Vec<_>>()
            .join(" "),
        hubs: names(&pattern.hubs(), " "),
        notation: pattern.to_string(),
    }
}

/// The name of a role, or of those that the symmetries exchange.
fn orbit_name(pattern: &Pattern, orbit: usize) -> String {
    pattern.roles()[pattern.orbits()[orbit][0]].name.clone()
}

pub(super) fn participation_rows(
    place: &Place<'_>,
    counter: &Counter<'_>,
    parts: &[Vec<u64>],
) -> Result<Vec<MotifParticipationRow>, MotifError> {
    let pattern = counter.pattern();
    let keys = MotifKeys::of(place, counter);
    let mut rows = Vec::new();
    for (orbit, counts) in parts.iter().enumerate() {
        for (neuron, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            rows.push(MotifParticipationRow {
                keys: keys.clone(),
                role: orbit_name(pattern, orbit),
                neuron: place.neuron(neuron as u32),
                count: int64(count, pattern)?,
            });
        }
    }
    Ok(rows)
}

/// An occurrence is lost with any of its neurons, and none is won: what is left without a neuron
/// are those in which it plays no role.
pub(super) fn hub_rows(
    place: &Place<'_>,
    counter: &Counter<'_>,
    total: u64,
    parts: &[Vec<u64>],
) -> Result<Vec<MotifHubRow>, MotifError> {
    let pattern = counter.pattern();
    let mut orbits: Vec<usize> = pattern
        .hubs()
        .iter()
        .map(|&hub| pattern.orbit_of(hub))
        .collect();
    orbits.sort_unstable();
    orbits.dedup();
    let keys = MotifKeys::of(place, counter);
    let mut rows = Vec::new();
    for orbit in orbits {
        for (neuron, &count) in parts[orbit]
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
        {
            let any_role: u64 = parts.iter().map(|counts| counts[neuron]).sum();
            rows.push(MotifHubRow {
                keys: keys.clone(),
                role: orbit_name(pattern, orbit),
                neuron: place.neuron(neuron as u32),
                count: int64(count, pattern)?,
                share: count as f64 / total as f64,
                any_role: int64(any_role, pattern)?,
                count_without: int64(total - any_role, pattern)?,
            });
        }
    }
    Ok(rows)
}

pub(super) fn synapse_rows(
    place: &Place<'_>,
    counter: &Counter<'_>,
) -> Result<Vec<MotifSynapseRow>, MotifError> {
    let pattern = counter.pattern();
    let keys = MotifKeys::of(place, counter);
    let mut rows = Vec::new();
    for part in synapse_participation(place.graph, pattern, counter.matching())? {
        for (pre, post, count) in part.counts {
            rows.push(MotifSynapseRow {
                keys: keys.clone(),
                pre_role: part.presynaptic.clone(),
                post_role: part.postsynaptic.clone(),
                pre: place.neuron(pre),
                post: place.neuron(post),
                count: int64(count, pattern)?,
            });
        }
    }
    Ok(rows)
}

pub(super) fn sample_rows(
    place: &Place<'_>,
    counter: &Counter<'_>,
    samples: usize,
    seed: u64,
) -> Result<Vec<MotifSampleRow>, MotifError> {
    let pattern = counter.pattern();
    let drawn = sample(place.graph, pattern, counter.matching(), samples, seed)?;
    let keys = MotifKeys::of(place, counter);
    let mut rows = Vec::with_capacity(drawn.len() * pattern.roles().len());
    for (number, neurons) in drawn.iter().enumerate() {
        rows.extend(
            neurons
                .iter()
                .zip(pattern.roles())
                .map(|(&neuron, role)| MotifSampleRow {
                    keys: keys.clone(),
                    sample: number as i64 + 1,
                    role: role.name.clone(),
                    neuron: place.neuron(neuron),
                }),
        );
    }
    Ok(rows)
}

/// The rows of listed occurrences, each given by its number, from 1, and the neurons by role.
pub struct OccurrenceRows<'a> {
    keys: MotifKeys,
    connectome: &'a Connectome,
    roles: Vec<String>,
}

impl<'a> OccurrenceRows<'a> {
    /// Of a counter's motif in a connectome.
    #[must_use]
    pub fn new(
        connectome: &'a Connectome,
        sign_model: &str,
        min_weight: f64,
        counter: &Counter<'_>,
    ) -> Self {
        let roles = counter
            .pattern()
            .roles()
            .iter()
            .map(|role| role.name.clone())
            .collect();
        Self {
            keys: MotifKeys::new(connectome, sign_model, min_weight, counter),
            connectome,
            roles,
        }
    }

    /// The rows of one occurrence.
    pub fn of(&self, number: u64, neurons: &[u32]) -> impl Iterator<Item = MotifOccurrenceRow> {
        neurons.iter().zip(&self.roles).map(move |(&neuron, role)| {
            let neuron = self.connectome.neurons()[neuron as usize].name.clone();
            MotifOccurrenceRow {
                keys: self.keys.clone(),
                occurrence: number.cast_signed(),
                role: role.clone(),
                neuron,
            }
        })
    }
}
