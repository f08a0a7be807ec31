//! The wiring dimension: time of nulls of a worm, and time, memory and error at the size of a fly.
//!
//! `cargo bench --bench capacity -- cook` measures all three dimensions of 500 nulls of two kinds
//! of Cook's hermaphrodite on one thread, drawing included. `-- fly` measures the made-up wiring of
//! `fly/mod.rs` on two threads, with 12 % of the neurons sensory and 1 % motor. `-- part` compares
//! the estimate with the exact values on a smaller wiring of the same kind.

mod fly;

use std::time::Instant;

use engraph::capacity::{
    CapacitySurvey, Circuit, Convention, Measure, SNR, Subject, compare_with_nulls,
};
use engraph::connectome::{Connectome, Neuron, NeuronClass, SignModel, Synapse, SynapseType};
use engraph::null_model::{NullModel, NullSettings, SWAPS_PER_EDGE, Surrogate};
use engraph::random::stream;
use engraph::source::bundled;
use rand::RngExt;

fn main() {
    let asked = |name: &str| std::env::args().any(|a| a == name);
    let all = !asked("cook") && !asked("fly") && !asked("part");
    if all || asked("cook") {
        in_threads(1, cook);
    }
    if all || asked("part") {
        in_threads(2, part);
    }
    if all || asked("fly") {
        in_threads(2, whole);
    }
}

fn in_threads(threads: usize, work: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("threads").install(work);
}

fn cook() {
    let connectome = bundled::connectome("cook2019_herm")
        .expect("bundled")
        .with_signs(SignModel::Wang2024);
    let subject = Subject {
        connectome: &connectome,
        family: "observed",
        species: "Caenorhabditis elegans",
        sign_model: "wang2024",
        own_signs: true,
    };
    let survey = CapacitySurvey {
        nulls: 500,
        null_models: vec![NullModel::BySourceSign, NullModel::BySignAndClass],
        ..CapacitySurvey::default()
    };
    let start = Instant::now();
    for &model in &survey.null_models {
        let surrogate = Surrogate::new(&connectome, 0.0, model);
        let settings = NullSettings::from(SWAPS_PER_EDGE);
        surrogate.for_each_null(500, settings, 1, &|| true, |null| null.acceptance);
    }
    println!(
        "cook: 1000 nulls drawn in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    let tables = survey.tables(subject, 1, &|| true).expect("tables");
    println!(
        "cook: 1000 nulls drawn and measured in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    for row in compare_with_nulls(&tables.draws) {
        if row.keys.snr == 1e4 {
            println!(
                "  {} {}: {:.4}, nulls {:.3} +- {:.3}, z {:.2}",
                row.keys.measure,
                row.null_model,
                row.value,
                row.null_mean.unwrap_or(f64::NAN),
                row.null_sd.unwrap_or(f64::NAN),
                row.z.unwrap_or(f64::NAN)
            );
        }
    }
}

/// The made-up wiring with classes.
fn made_up(neurons: u32, edges: usize) -> Connectome {
    let fly = fly::graph(neurons, edges, 1);
    let mut random = stream(1, &["classes"]);
    let neurons = (0..)
        .zip(&fly.identity)
        .map(|(i, &sign): (usize, _)| Neuron {
            sign,
            class: match random.random::<f64>() {
                x if x < 0.12 => NeuronClass::Sensory,
                x if x < 0.13 => NeuronClass::Motor,
                _ => NeuronClass::Inter,
            },
            ..Neuron::named(i.to_string())
        })
        .collect();
    let synapse = |(pre, post, sign, weight)| Synapse {
        pre,
        post,
        sign,
        weight,
        synapse_type: SynapseType::Chemical,
    };
    let synapses = fly.edges.into_iter().map(synapse).collect();
    Connectome::new("fly", "synapses", neurons, synapses).expect("a connectome")
}

fn estimated(connectome: &Connectome) -> Vec<[f64; 4]> {
    let circuit = Circuit::new(connectome);
    let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
    let start = Instant::now();
    let found = circuit
        .estimate(&edges, &Convention::default(), &SNR, 1, &|| true)
        .expect("not cancelled");
    println!(
        "{} neurons, {} edges: estimated in {:.1} s, peak memory {} MB",
        connectome.neurons().len(),
        edges.len(),
        start.elapsed().as_secs_f64(),
        peak_memory()
    );
    let mut all = Vec::new();
    for (measure, readings) in Measure::ALL.iter().zip(&found.of) {
        for (s, r) in SNR.iter().zip(readings.as_ref().expect("values")) {
            println!(
                "  {measure} {s:.0e}: {:.3} +- {:.3}, {:.2} bits, k90 {:?}, k99 {:?}",
                r.value,
                r.value_error.unwrap_or(0.0),
                r.bits,
                r.k90,
                r.k99
            );
            all.push([r.value, r.value_error.unwrap_or(0.0), r.bits, 0.0]);
        }
    }
    all
}

fn part() {
    let connectome = made_up(3_000, 60_000);
    let found = estimated(&connectome);
    let circuit = Circuit::new(&connectome);
    let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
    let start = Instant::now();
    let exact = circuit
        .spectra(&edges, &[Convention::default()], 1e6)
        .remove(0);
    println!("the same exactly in {:.1} s", start.elapsed().as_secs_f64());
    let mut rows = found.iter();
    for &measure in Measure::ALL {
        let spectrum = exact.of(measure).as_ref().expect("a spectrum");
        for s in SNR {
            let [value, error, ..] = rows.next().expect("a row");
            let expected = spectrum.degrees_of_freedom(s);
            println!(
                "  {measure} {s:.0e}: {expected:.3}, {:.2} bits, k90 {}, k99 {}; off by {:+.3} of \
                 {error:.3}",
                spectrum.bits(s),
                spectrum.units(0.1),
                spectrum.units(0.01),
                value - expected
            );
        }
    }
}

fn whole() {
    estimated(&made_up(fly::NEURONS, fly::EDGES));
}

/// Largest resident set of this process so far, in MB; Linux only.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or(0) / 1024
}
