//! The closed form against values of other programs, laws, and brute force.

use faer::Mat;

use super::circuit::Linear;
use super::gramians::{Gramians, carried_by_qr};
use super::sparse::Sparse;
use super::*;
use crate::connectome::{
    Connectome, Neuron, NeuronClass, Roles, Sign, SignModel, Synapse, SynapseType,
};
use crate::random::stream;
use crate::source::bundled;
use rand::RngExt;

fn chemical_only(weights: Weights) -> Convention {
    Convention {
        weights,
        gap_junctions: false,
        ..Convention::default()
    }
}

fn spectra(connectome: &Connectome, convention: Convention) -> Spectra {
    let edges: Vec<&Synapse> = connectome.edges(0.0).collect();
    let circuit = Circuit::new(connectome);
    let all = circuit.spectra(edges, &[convention], 1e6);
    all.into_iter().next().unwrap()
}

/// Two independent programs; `benches/wiring_dimension.py` computes them again.
#[test]
fn the_values_are_those_of_independent_programs() {
    use Weights::{Binary, Counts};
    let reference: [(&str, Weights, [usize; 3], [f64; 6]); 7] = [
        (
            "cook2019_herm",
            Counts,
            [83, 96, 123],
            [2.5289, 9.7223, 29.3318, 57.1452, 41.4045, 22.3967],
        ),
        (
            "cook2019_herm",
            Binary,
            [83, 96, 123],
            [2.2606, 15.7194, 48.8490, 66.2474, 72.8803, 27.3233],
        ),
        (
            "varshney2011",
            Counts,
            [83, 81, 115],
            [1.9947, 8.4841, 27.5525, 52.5821, 42.0537, 18.8566],
        ),
        // The pharynx is not on the way.
        (
            "white1986_whole",
            Counts,
            [83, 96, 120],
            [1.9947, 8.4841, 27.5525, f64::NAN, f64::NAN, 18.8566],
        ),
        (
            "witvliet2021_1",
            Counts,
            [61, 68, 32],
            [1.9927, 7.1158, 16.2809, 46.0132, 18.8395, 17.7506],
        ),
        (
            "witvliet2021_8",
            Counts,
            [69, 75, 36],
            [1.2061, 5.6697, 17.8329, 52.0664, 20.8118, 12.7042],
        ),
        (
            "witvliet2021_8",
            Binary,
            [69, 75, 36],
            [1.9082, 11.8420, 33.5596, 59.2406, 40.8867, 22.9034],
        ),
    ];
    for (name, weights, sizes, expected) in reference {
        let connectome = bundled::connectome(name)
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let roles = Circuit::new(&connectome).roles().clone();
        let found = [roles.input.len(), roles.held.len(), roles.output.len()];
        if name != "white1986_whole" {
            assert_eq!(found, sizes, "{name}");
        }
        let found = spectra(&connectome, chemical_only(weights));
        assert_eq!(found.footing, Status::Ok);
        let of = |measure| found.of(measure).as_ref().unwrap();
        let carried = of(Measure::Carried);
        let values = [
            carried.degrees_of_freedom(1e2),
            carried.degrees_of_freedom(1e4),
            carried.degrees_of_freedom(1e6),
            of(Measure::Encoded).degrees_of_freedom(1e4),
            of(Measure::Decoded).degrees_of_freedom(1e4),
            carried.bits(1e4),
        ];
        for (value, expected) in values.iter().zip(expected) {
            assert!(
                expected.is_nan() || (value - expected).abs() < 6e-5,
                "{name} {weights}: {values:?}"
            );
        }
    }
}

fn linear(entries: &[(u32, u32, f64)], neurons: usize, roles: Roles, horizon: u32) -> Linear {
    let forward = Sparse::new(neurons, entries);
    Linear {
        backward: forward.transposed(),
        forward,
        roles,
        horizon,
    }
}

/// Singular values of `Obs Ctr` from the whole matrices, by powers of a dense `L`.
fn by_brute_force(linear: &Linear) -> [Vec<f64>; 3] {
    let n = linear.forward.n;
    let mut step = Mat::<f64>::zeros(n, n);
    linear
        .forward
        .entries()
        .for_each(|(i, j, value)| step[(i as usize, j as usize)] = value);
    let Roles {
        input,
        held,
        output,
    } = &linear.roles;
    let steps = linear.horizon as usize;
    let mut ctr = Mat::<f64>::zeros(held.len(), steps * input.len());
    let mut obs = Mat::<f64>::zeros(steps * output.len(), held.len());
    let mut power = Mat::<f64>::identity(n, n);
    for t in 0..steps {
        for (i, &h) in held.iter().enumerate() {
            for (j, &b) in input.iter().enumerate() {
                ctr[(i, t * input.len() + j)] = power[(h as usize, b as usize)];
            }
            for (j, &c) in output.iter().enumerate() {
                obs[(t * output.len() + j, i)] = power[(c as usize, h as usize)];
            }
        }
        power = &step * &power;
    }
    let hankel = &obs * &ctr;
    [ctr, obs, hankel].map(|m| m.singular_values().unwrap())
}

fn sigma(spectrum: &Spectrum) -> Vec<f64> {
    spectrum.squares().iter().map(|x| x.sqrt()).collect()
}

/// `python-control`'s example, whose Hankel singular values are 24.42686 and .5731395 over an
/// infinite horizon. Here every neuron holds, so the limit is reached as the horizon doubles.
#[test]
fn hankel_singular_values_are_those_of_python_control() {
    // Made stable and of two states that hold what one input gives and one output reads: the
    // system x' = A x + B u, y = C x in continuous time is not a network. What is compared is the
    // discrete system under the bilinear map, which keeps Hankel singular values.
    let a = [[1.0, -2.0], [3.0, -4.0]];
    let (b, c) = ([5.0, 7.0], [6.0, 8.0]);
    // L = (1 + A/2) (1 - A/2)^-1 for a step of 1; B and C are scaled alike by (1 - A/2)^-1.
    let m = [
        [1.0 - a[0][0] / 2.0, -a[0][1] / 2.0],
        [-a[1][0] / 2.0, 1.0 - a[1][1] / 2.0],
    ];
    let det = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    let inverse = [
        [m[1][1] / det, -m[0][1] / det],
        [-m[1][0] / det, m[0][0] / det],
    ];
    let p = [
        [1.0 + a[0][0] / 2.0, a[0][1] / 2.0],
        [a[1][0] / 2.0, 1.0 + a[1][1] / 2.0],
    ];
    let times = |x: [[f64; 2]; 2], y: [[f64; 2]; 2]| {
        let entry = |i: usize, j: usize| x[i][0] * y[0][j] + x[i][1] * y[1][j];
        [[entry(0, 0), entry(0, 1)], [entry(1, 0), entry(1, 1)]]
    };
    let step = times(p, inverse);
    let b = [0, 1].map(|i| inverse[i][0] * b[0] + inverse[i][1] * b[1]);
    let c = [0, 1].map(|j| c[0] * inverse[0][j] + c[1] * inverse[1][j]);
    // Neurons: the input, two states, the output. The input reaches the states with weights B, and
    // the states the output with weights C; each takes one step.
    let entries = [
        (1, 0, b[0]),
        (2, 0, b[1]),
        (1, 1, step[0][0]),
        (1, 2, step[0][1]),
        (2, 1, step[1][0]),
        (2, 2, step[1][1]),
        (3, 1, c[0]),
        (3, 2, c[1]),
    ];
    let roles = Roles {
        input: vec![0],
        held: vec![1, 2],
        output: vec![3],
    };
    let mut last = [0.0; 2];
    for horizon in [4, 8, 16, 32, 64, 128] {
        let linear = linear(&entries, 4, roles.clone(), horizon);
        let found = sigma(&Gramians::of(&linear).spectrum(Measure::Carried).unwrap());
        assert!(found[0] >= last[0] - 1e-12 && found[1] >= last[1] - 1e-12);
        last = [found[0], found[1]];
    }
    assert!((last[0] - 24.42686).abs() < 1e-5, "{last:?}");
    assert!((last[1] - 0.573_139_5).abs() < 1e-6, "{last:?}");
}

/// In a delay line each held neuron is reached by one input at one time and read at one time.
#[test]
fn a_delay_line_has_equal_singular_values() {
    let n = 9;
    let entries: Vec<_> = (0..n - 1).map(|i| (i + 1, i, 1.0)).collect();
    let roles = Roles {
        input: vec![0],
        held: (1..n - 1).collect(),
        output: vec![n - 1],
    };
    let linear = linear(&entries, n as usize, roles, 16);
    let gramians = Gramians::of(&linear);
    for measure in Measure::ALL {
        let spectrum = gramians.spectrum(*measure).unwrap();
        assert_eq!(spectrum.squares(), [1.0; 7], "{measure}");
        assert_eq!((spectrum.units(0.1), spectrum.units(0.01)), (7, 7));
        assert!((spectrum.degrees_of_freedom(1e4) - 7.0).abs() < 1e-2);
    }
}

/// Neurons of the classes given, wired by (pre, post, sign).
fn wired(classes: &[NeuronClass], edges: &[(u32, u32, Sign)]) -> Connectome {
    let neurons = classes
        .iter()
        .enumerate()
        .map(|(i, &class)| Neuron {
            class,
            ..Neuron::named(format!("n{i}"))
        })
        .collect();
    let synapse = |&(pre, post, sign): &(u32, u32, Sign)| Synapse {
        pre,
        post,
        sign,
        synapse_type: SynapseType::Chemical,
        weight: 1.0 + f64::from((3 * pre + post) % 5),
    };
    Connectome::new(
        "t",
        "synapses",
        neurons,
        edges.iter().map(synapse).collect(),
    )
    .unwrap()
}

/// `inputs` sensory, `relays` inter and `outputs` motor neurons, each connected to all of the next
/// kind, with some back.
fn relayed(inputs: u32, relays: u32, outputs: u32) -> Connectome {
    use NeuronClass::{Inter, Motor, Sensory};
    let classes: Vec<NeuronClass> = [(Sensory, inputs), (Inter, relays), (Motor, outputs)]
        .into_iter()
        .flat_map(|(class, count)| (0..count).map(move |_| class))
        .collect();
    let mut random = stream(4, &["relays"]);
    let mut edges = Vec::new();
    let mut sign = || match random.random::<f64>() < 0.3 {
        true => Sign::Inhibitory,
        false => Sign::Excitatory,
    };
    for relay in inputs..inputs + relays {
        edges.extend((0..inputs).map(|i| (i, relay, sign())));
        let first = inputs + relays;
        edges.extend((first..first + outputs).map(|o| (relay, o, sign())));
        edges.push((relay, 0, sign()));
    }
    wired(&classes, &edges)
}

#[test]
fn r_relays_have_rank_r() {
    let found = spectra(&relayed(12, 3, 10), chemical_only(Weights::Counts));
    for measure in Measure::ALL {
        assert_eq!(found.of(*measure).as_ref().unwrap().squares().len(), 3);
    }
    let carried = found.of(Measure::Carried).as_ref().unwrap();
    assert!(carried.degrees_of_freedom(1e12) > 2.999, "{carried:?}");
    assert_eq!(carried.errors()[3], 0.0);
}

fn random_connectome(seed: u64) -> Connectome {
    let mut random = stream(seed, &["random"]);
    let classes: Vec<NeuronClass> = (0..40).map(|i| NeuronClass::ALL[i % 4]).collect();
    let mut edges = Vec::new();
    for pre in 0..40 {
        for post in 0..40 {
            if pre != post && random.random::<f64>() < 0.08 {
                edges.push((pre, post, Sign::ALL[random.random_range(0..3)]));
            }
        }
    }
    wired(&classes, &edges)
}

/// The Gramians, the way without squaring, and the whole matrices.
#[test]
fn three_ways_give_the_same_singular_values() {
    for seed in 0..4 {
        let connectome = random_connectome(seed);
        let circuit = Circuit::new(&connectome);
        let convention = Convention {
            horizon: 5 + 4 * seed as u32,
            ..Convention::default()
        };
        let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
        let weighted = circuit.weighted(&edges, Weights::Counts);
        let linear = circuit.linear(&weighted, &convention).unwrap();
        let expected = by_brute_force(&linear);
        let gramians = Gramians::of(&linear);
        for (measure, expected) in Measure::ALL.iter().zip(expected) {
            let found = sigma(&gramians.spectrum(*measure).unwrap());
            for (a, b) in found.iter().zip(&expected) {
                assert!((a - b).abs() < 2e-7 * expected[0], "{seed} {measure}");
            }
            if *measure == Measure::Carried {
                let exact = sigma(&carried_by_qr(&linear).unwrap());
                for (a, b) in exact.iter().zip(&expected) {
                    assert!((a - b).abs() < 1e-13 * expected[0].max(1.0), "{seed}");
                }
            }
        }
    }
}

/// A large signal-to-noise ratio sees singular values that squares have lost: then the other way is
/// gone.
#[test]
fn squares_are_avoided_where_they_lose_digits() {
    let connectome = bundled::connectome("cook2019_herm")
        .unwrap()
        .with_signs(SignModel::Wang2024);
    let circuit = Circuit::new(&connectome);
    let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
    let convention = Convention::default();
    let weighted = circuit.weighted(&edges, Weights::Counts);
    let linear = circuit.linear(&weighted, &convention).unwrap();
    let exact = carried_by_qr(&linear).unwrap();
    let read = |largest| {
        let found = circuit.dense(&linear, Status::Ok, largest);
        found.of(Measure::Carried).clone().unwrap()
    };
    assert_eq!(read(1e20), exact);
    let squared = read(1e6);
    assert_ne!(squared, exact);
    let off = |s| (squared.degrees_of_freedom(s) - exact.degrees_of_freedom(s)).abs();
    assert!(off(1e6) < 1e-7, "{}", off(1e6));
    assert!(off(1e20) > 1e-3, "{}", off(1e20));
}

#[test]
fn names_order_and_bystanders_do_not_count() {
    let connectome = random_connectome(9);
    let original = spectra(&connectome, chemical_only(Weights::Counts));
    let n = connectome.neurons().len() as u32;
    // Neurons in another order, under other names.
    let place = |i: u32| (i * 17 + 5) % n;
    let mut neurons = vec![Neuron::named(""); n as usize];
    for (i, neuron) in (0..n).zip(connectome.neurons()) {
        neurons[place(i) as usize] = Neuron {
            name: format!("other{i}"),
            ..neuron.clone()
        };
    }
    let moved = |s: &Synapse| Synapse {
        pre: place(s.pre),
        post: place(s.post),
        ..*s
    };
    let mut synapses: Vec<Synapse> = connectome.chemical().iter().map(moved).collect();
    // A neuron that nothing reaches, one that reaches nothing, and an autapse.
    neurons.extend(["source", "sink"].map(|name| Neuron {
        class: NeuronClass::Inter,
        ..Neuron::named(name)
    }));
    let mut add = |pre, post| {
        synapses.push(Synapse {
            pre,
            post,
            ..connectome.chemical()[0]
        });
    };
    add(n, 3);
    add(5, n + 1);
    add(7, 7);
    let other = Connectome::new("other", "synapses", neurons, synapses).unwrap();
    let changed = spectra(&other, chemical_only(Weights::Counts));
    let carried = |s: &Spectra| s.of(Measure::Carried).clone().unwrap();
    let (original, changed) = (carried(&original), carried(&changed));
    for s in SNR {
        let (a, b) = (
            original.degrees_of_freedom(s),
            changed.degrees_of_freedom(s),
        );
        assert!((a - b).abs() < 1e-7, "{s}: {a} {b}");
        assert!((original.bits(s) - changed.bits(s)).abs() < 1e-6);
    }
}

/// A factor before B or C is a factor before all singular values.
#[test]
fn scaling_input_or_output_changes_nothing() {
    let found = spectra(&random_connectome(3), Convention::default());
    let spectrum = found.of(Measure::Carried).as_ref().unwrap();
    let scaled = Spectrum::new(spectrum.squares().iter().map(|x| 49.0 * x).collect()).unwrap();
    for s in SNR {
        assert!(
            (spectrum.degrees_of_freedom(s) / scaled.degrees_of_freedom(s) - 1.0).abs() < 1e-12
        );
        assert!((spectrum.bits(s) / scaled.bits(s) - 1.0).abs() < 1e-12);
    }
    assert_eq!(spectrum.units(0.01), scaled.units(0.01));
}

#[test]
fn what_is_missing_is_named() {
    use NeuronClass::{Inter, Motor, Sensory, Unknown};
    use Sign::Excitatory as E;
    let ring = [(0, 1, E), (1, 2, E), (2, 3, E), (3, 0, E)];
    let statuses = |classes: [NeuronClass; 4], edges: &[(u32, u32, Sign)], convention| {
        let found = spectra(&wired(&classes, edges), convention);
        let status = |m: &Measure| match found.of(*m) {
            Ok(_) => found.footing,
            Err(status) => *status,
        };
        [Measure::Encoded, Measure::Decoded, Measure::Carried].map(|m| status(&m))
    };
    let of = |classes, edges: &[_]| statuses(classes, edges, Convention::default());
    let path = [Sensory, Inter, Inter, Motor];
    assert_eq!(of(path, &ring), [Status::Ok; 3]);
    assert_eq!(of([Unknown; 4], &ring), [Status::NoClasses; 3]);
    assert_eq!(
        of([Inter, Inter, Inter, Motor], &ring),
        [Status::NoInput, Status::Ok, Status::NoInput]
    );
    assert_eq!(
        of([Sensory, Inter, Inter, Inter], &ring),
        [Status::Ok, Status::NoOutput, Status::NoOutput]
    );
    assert_eq!(
        of([Sensory, Motor, Motor, Motor], &ring),
        [Status::NoHeld; 3]
    );
    assert_eq!(of(path, &[]), [Status::NoSynapses; 3]);
    assert_eq!(of(path, &ring[..3]), [Status::Acyclic; 3]);
    let apart = [(0, 1, E), (1, 0, E), (2, 3, E), (3, 2, E)];
    assert_eq!(of(path, &apart), [Status::Ok, Status::Ok, Status::NoPath]);
    let with = |horizon, spectral_radius| Convention {
        horizon,
        spectral_radius,
        ..Convention::default()
    };
    assert_eq!(statuses(path, &ring, with(1, 0.9)), [Status::NoPath; 3]);
    assert_eq!(statuses(path, &ring, with(16, 1.1)), [Status::Unstable; 3]);
    assert_eq!(
        statuses(path, &ring, with(9000, 9.0)),
        [Status::NotFinite; 3]
    );
}

/// A made-up wiring of neurons with few sensors and motors and heavy-tailed degrees.
fn large(neurons: u32, edges: usize, seed: u64) -> Connectome {
    use NeuronClass::{Inter, Motor, Sensory};
    let mut random = stream(seed, &["large"]);
    let classes: Vec<NeuronClass> = (0..neurons)
        .map(|_| match random.random::<f64>() {
            x if x < 0.12 => Sensory,
            x if x < 0.16 => Motor,
            _ => Inter,
        })
        .collect();
    let signs: Vec<Sign> = (0..neurons)
        .map(|_| match random.random::<f64>() < 0.3 {
            true => Sign::Inhibitory,
            false => Sign::Excitatory,
        })
        .collect();
    let mut pairs = std::collections::BTreeSet::new();
    while pairs.len() < edges {
        let mut end = || {
            let u: f64 = random.random();
            ((u * u * f64::from(neurons)) as u32).min(neurons - 1)
        };
        let (pre, post) = (end(), end());
        if pre != post {
            pairs.insert((pre, post));
        }
    }
    let edges: Vec<_> = pairs
        .into_iter()
        .map(|(a, b)| (a, b, signs[a as usize]))
        .collect();
    wired(&classes, &edges)
}

/// Estimates lie within their stated error of the exact values, at a size where both are possible.
#[test]
fn estimates_lie_within_their_error() {
    let connectome = large(700, 9000, 1);
    let circuit = Circuit::new(&connectome);
    let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
    for weights in [Weights::Counts, Weights::Binary] {
        let convention = chemical_only(weights);
        let exact = circuit.spectra(&edges, &[convention], 1e6).remove(0);
        let estimated = circuit
            .estimate(&edges, &convention, &SNR, 1, &|| true)
            .unwrap();
        for measure in Measure::ALL {
            let spectrum = exact.of(*measure).as_ref().unwrap();
            let readings = estimated.of[*measure as usize].as_ref().unwrap();
            for (&s, found) in SNR.iter().zip(readings) {
                let (value, error) = (spectrum.degrees_of_freedom(s), found.value_error.unwrap());
                assert!(
                    (found.value - value).abs() <= 1.5 * error + 1e-6,
                    "{weights} {measure} {s}: {value}, found {found:?}"
                );
                // Beyond the headline's ratio the quadratures may be apart, and the error says so.
                if s <= HEADLINE_SNR {
                    assert!(
                        error < 0.2 * value + 1.0,
                        "{weights} {measure} {s}: {value}, {found:?}"
                    );
                }
                let near = |a: usize, b: Option<usize>| {
                    let b = b.unwrap() as f64;
                    (a as f64 - b).abs() <= 2.0 + 0.25 * b
                };
                assert!(
                    near(spectrum.units(0.1), found.k90),
                    "{weights} {measure} {found:?}"
                );
            }
        }
    }
}

/// Leaving out a neuron by two outer products, and by decomposing what is left.
#[test]
fn neurons_left_out_are_those_of_brute_force() {
    let connectome = random_connectome(5);
    let circuit = Circuit::new(&connectome);
    let edges: Vec<Synapse> = connectome.edges(0.0).copied().collect();
    let convention = Convention::default();
    let weighted = circuit.weighted(&edges, Weights::Counts);
    let snr = 1e3;
    let found = circuit
        .left_out(&weighted, &convention, snr, &|| true)
        .unwrap()
        .unwrap();
    let linear = circuit.linear(&weighted, &convention).unwrap();
    assert_eq!(found.len(), linear.roles.held.len());
    let freedom = |sigma: &[f64]| {
        let share = |x: &f64| (x / sigma[0]).powi(2);
        sigma
            .iter()
            .map(|x| share(x) / (share(x) + 1.0 / snr))
            .sum::<f64>()
    };
    let power = |sigma: &[f64]| sigma.iter().map(|x| x * x).sum::<f64>();
    let whole = by_brute_force(&linear)[2].clone();
    let mut differ = 0;
    for left in &found {
        let mut not_held = linear.clone();
        not_held.roles.held.retain(|&held| held != left.neuron);
        let expected = by_brute_force(&not_held)[2].clone();
        assert!((left.not_held.unwrap() - freedom(&expected)).abs() < 1e-6);
        let lost = 1.0 - power(&expected) / power(&whole);
        assert!((left.power_lost - lost).abs() < 1e-9);
        // All rows and columns of the neuron but the leak, and what its partners lose to it.
        let gone = circuit
            .linear_without(&weighted, &convention, Some(left.neuron))
            .unwrap();
        for (i, j, value) in gone.forward.entries() {
            if (i == left.neuron || j == left.neuron) && i != j {
                assert_eq!(value, 0.0);
            } else if i != j {
                let (columns, values) = linear.forward.row(i as usize);
                let at = columns.iter().position(|&c| c == j).unwrap();
                assert_eq!(value, values[at]);
            }
        }
        let removed = by_brute_force(&gone)[2].clone();
        assert!((left.removed.unwrap() - freedom(&removed)).abs() < 1e-6);
        differ += usize::from((freedom(&removed) - freedom(&expected)).abs() > 1e-3);
    }
    assert!(differ > found.len() / 2);
}

/// All tables of a survey: equal for any number of threads, nulls paired over conventions, and
/// Cook's hermaphrodite below nulls of both kinds.
#[test]
fn a_survey_does_not_depend_on_threads_and_finds_the_worm_below_its_nulls() {
    use crate::null_model::{NullModel, NullSettings};
    let connectome = bundled::connectome("cook2019_herm")
        .unwrap()
        .with_signs(SignModel::Wang2024);
    let survey = CapacitySurvey {
        conventions: vec![
            chemical_only(Weights::Counts),
            chemical_only(Weights::Binary),
        ],
        nulls: 12,
        null_models: vec![NullModel::BySourceSign, NullModel::BySignAndClass],
        null_settings: NullSettings::from(20.0),
        ..CapacitySurvey::default()
    };
    let tables = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let subject = Subject {
            connectome: &connectome,
            family: "observed",
            species: "Caenorhabditis elegans",
            sign_model: "wang2024",
            own_signs: true,
        };
        pool.unwrap()
            .install(|| survey.tables(subject, 1, &|| true))
            .unwrap()
    };
    let found = tables(1);
    assert_eq!(found, tables(3));
    let rows = compare_with_nulls(&found.draws);
    assert_eq!(rows.len(), 2 * 2 * 3 * 3);
    // Means and deviations of an independent program with a chain of its own.
    for (weights, model, mean, sd) in [
        ("counts", "by_source_sign", 36.1, 2.1),
        ("counts", "by_sign_and_class", 21.3, 1.7),
        ("binary", "by_source_sign", 32.8, 0.75),
        ("binary", "by_sign_and_class", 20.7, 0.40),
    ] {
        let row = rows
            .iter()
            .find(|r| {
                (r.keys.weights.as_str(), r.null_model.as_str()) == (weights, model)
                    && r.keys.measure == "carried"
                    && r.keys.snr == 1e4
            })
            .unwrap();
        let off = (row.null_mean.unwrap() - mean) / sd;
        assert!(
            off.abs() < 4.0 * (1.0 / 12f64 + 1.0 / 30.0).sqrt(),
            "{row:?}"
        );
        assert_eq!(row.p_less, Some(1.0 / 13.0));
        assert!(row.z.unwrap() < -3.0, "{row:?}");
    }
}
