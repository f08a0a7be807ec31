//! Checks of any connectome.

use std::collections::HashSet;

use super::{AuditError, Words, check, examples, naming};
use crate::connectome::Connectome;
use crate::source::audit::AuditRow;
use crate::source::bundled;
#[cfg(feature = "files")]
use crate::source::file::FileReport;

pub(super) fn of_connectome(connectome: &Connectome) -> Result<Vec<AuditRow>, AuditError> {
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
    let words = Words {
        detail: said("synapses of neurons with themselves", &autapses),
        hint: "motif counts leave them out; check that they were not made by merging neurons",
    };
    rows.push(check(
        "autapses",
        name,
        "note",
        autapses.len(),
        Some(chemical.len() + electrical.len()),
        words,
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
    let words = Words {
        detail: said("neurons without a synapse to another", &isolated),
        hint: "check that the edge table names them as the neuron table does",
    };
    rows.push(check(
        "isolated_neurons",
        name,
        "warning",
        isolated.len(),
        Some(neurons.len()),
        words,
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
    let words = Words {
        detail: said("neurons under two spellings", &twice),
        hint: "write each name in one way; the synapses are divided between the two",
    };
    rows.push(check(
        "padded_name_collisions",
        name,
        "error",
        twice.len(),
        Some(neurons.len()),
        words,
    ));
    let words = Words {
        detail: said(
            "names that the C. elegans table spells without a zero",
            &padded,
        ),
        hint: "remove the zeros: under these names nothing is known of the neurons",
    };
    rows.push(check(
        "padded_names",
        name,
        "error",
        padded.len(),
        Some(neurons.len()),
        words,
    ));
    Ok(rows)
}

/// What the reader of a file counted.
#[cfg(feature = "files")]
pub(super) fn of_report(report: &FileReport) -> Vec<AuditRow> {
    let rows = Some(report.rows);
    let gaps = Some(report.electrical_both_directions);
    [
        (
            "duplicates",
            "note",
            report.duplicates,
            rows,
            "rows of a pair and type that an earlier row has; summed",
            "check that they are parts of one synapse, and no row was written twice",
        ),
        (
            "rows_without_weight",
            "note",
            report.zero_weight,
            rows,
            "rows of weight 0 or none; left out",
            "leave them out of the table",
        ),
        (
            "sign_conflicts",
            "warning",
            report.sign_conflicts,
            rows,
            "pairs whose rows have different signs; unsigned now",
            "give a pair one sign",
        ),
        (
            "asymmetric_gap_weights",
            "warning",
            report.electrical_averaged,
            gaps,
            "gap junctions, of those given in both directions, whose two weights differ; averaged",
            "a gap junction has one weight: find out which direction is right",
        ),
        (
            "mixed_identifiers",
            "warning",
            report.mixed_identifiers,
            None,
            "neurons called by words beside a column of numbers",
            "name all neurons in the same way",
        ),
    ]
    .into_iter()
    .map(|(name, severity, found, of, detail, hint)| {
        check(
            name,
            "edge table",
            severity,
            found,
            of,
            Words {
                detail: detail.to_owned(),
                hint,
            },
        )
    })
    .collect()
}

/// What was read.
pub(super) fn read(subject: &str, neurons: usize, chemical: usize, electrical: usize) -> AuditRow {
    AuditRow {
        check: "read".to_owned(),
        severity: "note".to_owned(),
        subject: subject.to_owned(),
        detail: format!(
            "{neurons} neurons, {chemical} chemical synapses, {electrical} gap junctions"
        ),
        ..AuditRow::default()
    }
}

/// What was looked for, and the first of what was found.
pub(super) fn said(what: &str, found: &[String]) -> String {
    if found.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {}", examples(found))
    }
}
