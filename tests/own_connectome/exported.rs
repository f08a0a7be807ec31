//! Connectomes that are exported and read back.

use engraph::connectome::{Connectome, Neuron, SignModel, Synapse, Unsaid, to_exported};
use engraph::source::bundled;
use engraph::table::text::{to_csv, to_tsv};
use engraph::table::{Footer, to_parquet};
use engraph::topology::{SpeciesLike, SpeciesPreset};

use crate::read_bytes;

/// The connectome that is read from its exported tables: the edges, and the neurons where asked
/// for.
fn read_back(connectome: &Connectome, form: &str, with_neurons: bool) -> Connectome {
    let (edges, neurons) = to_exported(connectome);
    let (edges, neurons) = match form {
        "csv" => (to_csv(&edges).into_bytes(), to_csv(&neurons).into_bytes()),
        "tsv" => (to_tsv(&edges).into_bytes(), to_tsv(&neurons).into_bytes()),
        _ => {
            let footer = Footer::default();
            (
                to_parquet(&edges, &footer).unwrap(),
                to_parquet(&neurons, &footer).unwrap(),
            )
        }
    };
    let (name, neurons_name) = (format!("{}.{form}", connectome.name()), format!("n.{form}"));
    let neurons = with_neurons.then_some((&*neurons_name, &neurons[..]));
    let (read, report) = read_bytes((&name, &edges), neurons).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        (report.duplicates, report.sign_conflicts, report.unlisted),
        (0, 0, 0)
    );
    // The unit is no column: whoever reads a table says it.
    let synapses = synapses(&read);
    Connectome::new(
        read.name(),
        connectome.unit(),
        read.neurons().to_vec(),
        synapses,
    )
    .unwrap()
}

fn synapses(connectome: &Connectome) -> Vec<Synapse> {
    let all = connectome.chemical().iter().chain(connectome.electrical());
    all.copied().collect()
}

/// Without signs and without a table of neurons, everything comes back: what is known of the worm's
/// neurons is taken from the bundled table again.
#[test]
fn every_bundled_connectome_comes_back() {
    for name in bundled::names().unwrap() {
        let worm = bundled::connectome(&name).unwrap();
        for form in ["csv", "tsv", "parquet"] {
            assert_eq!(read_back(&worm, form, false), worm, "{name}, {form}");
        }
    }
}

/// What the table of neurons says of a neuron.
fn said(neuron: &Neuron) -> Neuron {
    Neuron {
        class: neuron.class,
        cell_type: neuron.cell_type.clone(),
        transmitters: neuron.transmitters.clone(),
        sign: neuron.sign,
        ..Neuron::named(&*neuron.name)
    }
}

#[test]
fn signs_come_back_under_every_model() {
    for name in bundled::names().unwrap() {
        for model in SignModel::ALL {
            let signed = bundled::connectome(&name).unwrap().with_signs(model);
            let read = read_back(&signed, "csv", true);
            assert_eq!(synapses(&read), synapses(&signed), "{name}, {model}");
            let neurons: Vec<Neuron> = signed.neurons().iter().map(said).collect();
            assert_eq!(read.neurons(), neurons, "{name}, {model}");
            // The edges alone lose the signs of as many neurons as they say.
            let alone = read_back(&signed, "parquet", false);
            assert_eq!(synapses(&alone), synapses(&signed), "{name}, {model}");
            let pairs = alone.neurons().iter().zip(signed.neurons());
            let lost = pairs.filter(|(a, b)| a.sign != b.sign).count();
            assert_eq!(Unsaid::of(&signed).signs, lost, "{name}, {model}");
        }
    }
}

/// Numbers with many digits, names that do not sort as they are counted, no gap junction.
#[test]
fn species_like_topologies_come_back_in_the_order_of_their_names() {
    let model = SpeciesLike {
        neurons: 120,
        ..SpeciesLike::new(SpeciesPreset::WormLike)
    };
    let made = model.generate("made", 1).unwrap().connectome;
    let read = read_back(&made, "csv", true);
    let named = |connectome: &Connectome| {
        let name = |at: u32| connectome.neurons()[at as usize].name.clone();
        let mut all: Vec<(String, String, u64, &str)> = connectome
            .chemical()
            .iter()
            .map(|s| {
                (
                    name(s.pre),
                    name(s.post),
                    s.weight.to_bits(),
                    s.sign.as_str(),
                )
            })
            .collect();
        all.sort();
        all
    };
    assert_eq!(named(&read), named(&made));
    let mut neurons: Vec<Neuron> = made.neurons().iter().map(said).collect();
    neurons.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(read.neurons(), neurons);
}
