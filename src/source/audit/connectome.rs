//! Checks of any connectome.

use std::collections::HashSet;

use super::check::{Explanation, Severity, check, read, said};
use super::error::AuditError;
use super::naming;
use super::tables::AuditRow;
use crate::connectome::Connectome;
use crate::source::bundled;

/// Audits a connectome that was read, bundled or not. O(E + N log N).
///
/// # Errors
/// [`AuditError::Bundled`] only if the program itself is damaged.
pub fn connectome(connectome: &Connectome) -> Result<Vec<AuditRow>, AuditError> {
    let name = connectome.name();
    let (neurons, chemical, electrical) = (
        connectome.neurons(),
        connectome.chemical(),
        connectome.electrical(),
    );
    let called = |index: u32| neurons[index as usize].name.clone();
    let mut rows = vec![read(name, neurons.len(), chemical.len(), electrical.len())];

    let autapses: Vec<String> = chemical
        .iter()
        .chain(electrical)
        .filter(|s| s.pre == s.post)
        .map(|s| called(s.pre))
        .collect();
    let explanation = Explanation {
        detail: said("synapses of neurons with themselves", &autapses),
        hint: "motif counts leave them out; check that they were not made by merging neurons",
    };
    rows.push(check(
        "autapses",
        name,
        Severity::Note,
        autapses.len(),
        Some(chemical.len() + electrical.len()),
        explanation,
    ));

    let mut connected = vec![false; neurons.len()];
    for synapse in chemical
        .iter()
        .chain(electrical)
        .filter(|s| s.pre != s.post)
    {
        connected[synapse.pre as usize] = true;
        connected[synapse.post as usize] = true;
    }
    let isolated: Vec<String> = neurons
        .iter()
        .zip(&connected)
        .filter(|(_, connected)| !**connected)
        .map(|(n, _)| n.name.clone())
        .collect();
    let explanation = Explanation {
        detail: said("neurons without a synapse to another", &isolated),
        hint: "check that the edge table names them as the neuron table does",
    };
    rows.push(check(
        "isolated_neurons",
        name,
        Severity::Warning,
        isolated.len(),
        Some(neurons.len()),
        explanation,
    ));

    let there: HashSet<&str> = neurons.iter().map(|n| n.name.as_str()).collect();
    let (mut twice, mut padded) = (Vec::new(), Vec::new());
    for neuron in neurons {
        let Some(plain) = naming::unpadded(&neuron.name) else {
            continue;
        };
        if there.contains(plain.as_str()) {
            twice.push(format!("{} and {plain}", neuron.name));
        } else if bundled::known_neuron(&neuron.name)?.is_none()
            && bundled::known_neuron(&plain)?.is_some()
        {
            padded.push(format!("{} for {plain}", neuron.name));
        }
    }
    let explanation = Explanation {
        detail: said("neurons under two spellings", &twice),
        hint: "write each name in one way; the synapses are divided between the two",
    };
    rows.push(check(
        "padded_name_collisions",
        name,
        Severity::Error,
        twice.len(),
        Some(neurons.len()),
        explanation,
    ));
    let explanation = Explanation {
        detail: said(
            "names that the C. elegans table spells without a zero",
            &padded,
        ),
        hint: "remove the zeros: under these names nothing is known of the neurons",
    };
    rows.push(check(
        "padded_names",
        name,
        Severity::Error,
        padded.len(),
        Some(neurons.len()),
        explanation,
    ));
    Ok(rows)
}
