//! From the two tables to a connectome.

use std::collections::HashMap;
use std::path::Path;

use super::edges::EdgeTable;
use super::error::ReadError;
use super::neurons::Listing;
use super::paths::FileSource;
use super::report::{FileReport, NeuronKnowledge};
use crate::connectome::{Connectome, Neuron, Sign, Synapse, SynapseType, sort_by_pair, sort_key};
use crate::source::bundled;

pub(super) fn assemble(
    name: &str,
    source: &FileSource,
    table: EdgeTable,
    listed: Option<Listing>,
    report: &mut FileReport,
) -> Result<Connectome, ReadError> {
    let EdgeTable {
        names,
        mut synapses,
        signed,
        transmitters,
    } = table;
    let connected = names.len();
    let numbers: HashMap<&str, u32> = names
        .iter()
        .zip(0..)
        .map(|(name, i)| (name.as_str(), i))
        .collect();
    let mut neurons = known(&names, listed.as_ref().is_some_and(|l| l.informs), report)?;
    for (number, transmitters) in transmitters {
        if !transmitters.is_empty() {
            neurons[number as usize].transmitters = transmitters;
        }
    }
    let mut table_signs = vec![None; neurons.len()];
    if let Some(Listing {
        neurons: listed,
        informs,
    }) = listed
    {
        if informs {
            report.knowledge = NeuronKnowledge::NeuronTable;
        }
        let example = listed.first().map(|l| l.name.clone());
        for entry in listed {
            let number = numbers
                .get(entry.name.as_str())
                .map_or(neurons.len(), |&n| n as usize);
            if number == neurons.len() {
                neurons.push(Neuron::named(entry.name));
                table_signs.push(None);
            }
            if informs {
                neurons[number].class = entry.class;
                neurons[number].cell_type = entry.cell_type;
            }
            if !entry.transmitters.is_empty() {
                neurons[number].transmitters = entry.transmitters;
            }
            table_signs[number] = entry.sign;
        }
        report.isolated = neurons.len() - connected;
        report.unlisted = neurons.len() - report.neuron_rows.unwrap_or_default();
        if report.unlisted == connected {
            let (edges, neurons) = (
                source.edges.clone(),
                source.neurons.first().cloned().unwrap_or_default(),
            );
            let (listed, connected) = (example.unwrap_or_default(), names[0].clone());
            return Err(ReadError::Disjoint {
                edges,
                neurons,
                listed,
                connected,
            });
        }
    }

    let order = order(&neurons, report);
    let mut place = vec![0; order.len()];
    order
        .iter()
        .zip(0..)
        .for_each(|(&old, new)| place[old] = new);
    for synapse in &mut synapses {
        (synapse.pre, synapse.post) = (place[synapse.pre as usize], place[synapse.post as usize]);
    }
    let mut slots: Vec<Option<Neuron>> = neurons.into_iter().map(Some).collect();
    let mut neurons: Vec<Neuron> = order.iter().filter_map(|&old| slots[old].take()).collect();
    let table_signs: Vec<Option<Sign>> = order.iter().map(|&old| table_signs[old]).collect();

    let mut synapses = merged(synapses, report);
    if !signed {
        for synapse in synapses
            .iter_mut()
            .filter(|s| s.synapse_type == SynapseType::Chemical)
        {
            synapse.sign = table_signs[synapse.pre as usize].unwrap_or(Sign::Unsigned);
        }
    }
    let shared = shared_signs(&synapses, neurons.len());
    for ((neuron, table), shared) in neurons.iter_mut().zip(table_signs).zip(shared) {
        neuron.sign = table.or(shared).unwrap_or(Sign::Unsigned);
    }
    report.autapses = synapses.iter().filter(|s| s.pre == s.post).count();
    let chemical = synapses
        .iter()
        .filter(|s| s.synapse_type == SynapseType::Chemical);
    report.unsigned = chemical.filter(|s| s.sign == Sign::Unsigned).count();
    Ok(Connectome::new(
        name,
        source.unit.clone(),
        neurons,
        synapses,
    )?)
}

/// The file's name without its extension, nor that of its compression.
pub(super) fn name(path: &Path) -> String {
    let compression = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let compressed = compression.is_some_and(|e| ["gz", "gzip", "zst", "zstd"].contains(&&*e));
    let stem = path
        .file_stem()
        .map(Path::new)
        .filter(|stem| compressed && stem.extension().is_some());
    let stem = stem.unwrap_or(path).file_stem();
    stem.map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

/// Neurons with what the bundled table knows of them, if most of them are in it.
fn known(
    names: &[String],
    has_table: bool,
    report: &mut FileReport,
) -> Result<Vec<Neuron>, ReadError> {
    let mut known = vec![None; names.len()];
    if !has_table {
        for (known, name) in known.iter_mut().zip(names) {
            *known = bundled::known_neuron(name)?;
        }
        report.bundled_names = known.iter().flatten().count();
        if 2 * report.bundled_names >= names.len() {
            report.knowledge = NeuronKnowledge::Bundled;
        } else {
            known.fill(None);
        }
    }
    Ok(known
        .iter()
        .zip(names)
        .map(|(known, name)| known.cloned().unwrap_or_else(|| Neuron::named(name)))
        .collect())
}

/// Positions of the neurons in their final order.
fn order(neurons: &[Neuron], report: &mut FileReport) -> Vec<usize> {
    let number = |n: &Neuron| {
        n.name
            .parse::<i128>()
            .ok()
            .filter(|i| i.to_string() == n.name)
    };
    let numbers: Option<Vec<i128>> = neurons.iter().map(number).collect();
    report.numbered = numbers.is_some();
    let mut order: Vec<usize> = (0..neurons.len()).collect();
    match numbers {
        Some(numbers) => order.sort_by_key(|&i| numbers[i]),
        None => order.sort_by(|&a, &b| neurons[a].name.cmp(&neurons[b].name)),
    }
    order
}

/// One synapse per pair and type. Sums run in the order of the rows.
fn merged(mut synapses: Vec<Synapse>, report: &mut FileReport) -> Vec<Synapse> {
    let before = synapses.len();
    // A stable sort keeps the order of the rows, in which the weights of a pair are summed.
    sort_by_pair(&mut synapses);
    let mut conflict = false;
    synapses.dedup_by(|synapse, first| {
        if sort_key(first) != sort_key(synapse) {
            conflict = false;
            return false;
        }
        first.weight += synapse.weight;
        // `conflict` keeps a third row from giving the sign back.
        if !conflict && first.sign != synapse.sign {
            (conflict, first.sign) = (true, Sign::Unsigned);
            report.sign_conflicts += usize::from(synapse.synapse_type == SynapseType::Chemical);
        }
        true
    });
    report.duplicates = before - synapses.len();

    let mut directed = synapses;
    let first_gap = directed.partition_point(|s| s.synapse_type == SynapseType::Chemical);
    let mut gaps = directed.split_off(first_gap);
    for gap in &mut gaps {
        (gap.pre, gap.post) = (gap.pre.min(gap.post), gap.pre.max(gap.post));
    }
    gaps.sort_by_key(sort_key);
    for gap in gaps {
        match directed.last_mut() {
            Some(last) if sort_key(last) == sort_key(&gap) => {
                report.electrical_both_directions += 1;
                report.electrical_averaged += usize::from(last.weight != gap.weight);
                last.weight = f64::midpoint(last.weight, gap.weight);
            }
            _ => directed.push(gap),
        }
    }
    directed
}

/// The sign all chemical synapses of a neuron share; `None` where they differ or there are none.
fn shared_signs(synapses: &[Synapse], neurons: usize) -> Vec<Option<Sign>> {
    let mut shared: Vec<Option<Sign>> = vec![None; neurons];
    for synapse in synapses
        .iter()
        .filter(|s| s.synapse_type == SynapseType::Chemical)
    {
        let sign = &mut shared[synapse.pre as usize];
        *sign = Some(sign.map_or(synapse.sign, |s| {
            if s == synapse.sign { s } else { Sign::Unsigned }
        }));
    }
    shared
}
