//! Closed forms and joins against the literal definition, on graphs small enough for it.

use proptest::prelude::*;

use std::collections::HashSet;

use super::brute_force::BruteForce;
use super::{
    Counter, Matching, Motif, MotifError, Pattern, PatternEdge, SignConstraint, SignedGraph, count,
    participation, sample, symmetry, synapse_participation,
};
use crate::connectome::Sign;

/// Which signs edges get: per edge and regardless of identity, or after Dale's law.
#[derive(Clone, Copy, Debug)]
enum Signs {
    PerEdge,
    Dale,
}

fn sign() -> impl Strategy<Value = Sign> {
    prop_oneof![5 => Just(Sign::Excitatory), 3 => Just(Sign::Inhibitory), 1 => Just(Sign::Unsigned)]
}

/// Five to nine neurons. Up to three of them are hubs that inhibit and are excited by many, so that
/// inputs and targets overlap.
pub(super) fn graph() -> impl Strategy<Value = SignedGraph> {
    (
        5_usize..=9,
        0_usize..=3,
        prop_oneof![Just(Signs::PerEdge), Just(Signs::Dale)],
        0.15_f64..0.95,
    )
        .prop_flat_map(|(neurons, hubs, signs, density)| {
            let pairs = neurons * neurons;
            (
                Just((neurons, hubs, signs)),
                proptest::collection::vec(sign(), neurons),
                proptest::collection::vec(proptest::option::weighted(density, sign()), pairs),
                proptest::collection::vec(proptest::bool::weighted(0.8), pairs),
            )
        })
        .prop_map(|((neurons, hubs, signs), mut identity, edges, dense)| {
            if matches!(signs, Signs::Dale) {
                identity[..hubs].fill(Sign::Inhibitory);
            }
            let mut list = Vec::new();
            for (at, &drawn) in edges.iter().enumerate() {
                let (pre, post) = (at / neurons, at % neurons);
                let drawn = match drawn {
                    None if pre < hubs && dense[at] => Some(Sign::Inhibitory),
                    None if post < hubs && dense[at] => Some(Sign::Excitatory),
                    drawn => drawn,
                };
                let sign = match signs {
                    Signs::Dale => drawn.map(|_| identity[pre]),
                    Signs::PerEdge => drawn,
                };
                list.extend(sign.map(|sign| (pre as u32, post as u32, sign)));
            }
            SignedGraph::new(&identity, list).expect("every ordered pair comes once")
        })
}

/// What a neuron is mostly wired as in [`circuit`].
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Hub,
    Input,
    Relay,
    Other,
}

/// Six to nine neurons wired like a circuit around one or two hubs with little else, so that
/// induced occurrences of the larger motifs, which hardly any graph of independent edges has, are
/// common.
pub(super) fn circuit() -> impl Strategy<Value = SignedGraph> {
    let part = prop_oneof![
        1 => Just(Part::Hub),
        5 => Just(Part::Input),
        5 => Just(Part::Relay),
        3 => Just(Part::Other),
    ];
    proptest::collection::vec(part, 6..=9)
        .prop_flat_map(|mut parts| {
            parts[0] = Part::Hub;
            let pairs = parts.len() * parts.len();
            let chances = proptest::collection::vec((0.0_f64..1.0, sign()), pairs);
            let shortcut = prop_oneof![Just(0.0), Just(0.25)];
            (Just(parts).prop_shuffle(), chances, 0.0_f64..0.05, shortcut)
        })
        .prop_map(|(parts, chances, noise, shortcut)| {
            let neurons = parts.len();
            let identity: Vec<Sign> = (0..neurons)
                .map(
                    |neuron| match (parts[neuron], chances[neuron * neurons + neuron]) {
                        (_, (chance, sign)) if chance < noise => sign,
                        (Part::Hub, _) => Sign::Inhibitory,
                        _ => Sign::Excitatory,
                    },
                )
                .collect();
            let mut edges = Vec::new();
            for (at, &(chance, drawn)) in chances.iter().enumerate() {
                let (pre, post) = (at / neurons, at % neurons);
                let (likelihood, sign) = match (parts[pre], parts[post]) {
                    (Part::Input, Part::Hub) => (0.95, Sign::Excitatory),
                    (Part::Hub, Part::Relay) => (0.95, Sign::Inhibitory),
                    (Part::Input, Part::Relay) => (0.4, Sign::Excitatory),
                    (Part::Relay, Part::Other) => (0.6, Sign::Excitatory),
                    (Part::Input, Part::Other) | (Part::Other, Part::Relay)
                        if chance < shortcut =>
                    {
                        (shortcut, Sign::Excitatory)
                    }
                    _ => (noise, drawn),
                };
                if chance < likelihood {
                    edges.push((pre as u32, post as u32, sign));
                }
            }
            SignedGraph::new(&identity, edges).expect("every ordered pair comes once")
        })
}

/// Count, and participation by role and neuron, by the definition.
fn brute_force(graph: &SignedGraph, pattern: &Pattern, matching: Matching) -> (u64, Vec<Vec<u64>>) {
    let mut search = BruteForce::new(graph, pattern, matching, 0, u64::MAX);
    search.plays = Some(vec![vec![0; graph.neurons()]; pattern.roles().len()]);
    (0..graph.neurons() as u32).for_each(|neuron| assert!(search.around(neuron).is_some()));
    let order = pattern.automorphisms() as u64;
    let divide = |fillings: u64| {
        assert_eq!(fillings % order, 0, "fillings come in whole classes");
        fillings / order
    };
    let plays = search.plays.take().unwrap();
    let row = |orbit: &Vec<usize>| {
        (0..graph.neurons())
            .map(|neuron| divide(orbit.iter().map(|&role| plays[role][neuron]).sum()))
            .collect()
    };
    (
        divide(search.fillings),
        pattern.orbits().iter().map(row).collect(),
    )
}

/// Fails unless every way to count, take part and list agrees with the definition.
fn check(graph: &SignedGraph, pattern: &Pattern) {
    for matching in Matching::ALL {
        let (expected, rows) = brute_force(graph, pattern, matching);
        let mut listed = Vec::new();
        let counters =
            [Counter::new, Counter::by_join].map(|new| new(graph, pattern, matching).unwrap());
        let shared = counters
            .each_ref()
            .map(|counter| counter.clone().on_all_threads());
        for counter in counters.iter().chain(&shared) {
            let context = || format!("{matching:?}\n{pattern}\n{counter}");
            assert_eq!(counter.count().unwrap(), expected, "{}", context());
            assert_eq!(counter.neurons().unwrap(), rows, "{}", context());
        }
        let synapses = counters
            .each_ref()
            .map(|counter| counter.synapses().unwrap());
        assert_eq!(synapses[0], synapses[1], "{matching:?}\n{pattern}");
        assert_eq!(
            shared.each_ref().map(|counter| counter.synapses().unwrap()),
            synapses,
            "{matching:?}\n{pattern}"
        );
        counters[0]
            .each(|neurons| {
                listed.push(neurons.to_vec());
                true
            })
            .unwrap();
        assert_eq!(listed.len() as u64, expected, "{matching:?}\n{pattern}");
        check_listed(graph, pattern, &listed, &rows, &synapses[0]);
        for part in participation(graph, pattern, matching).unwrap() {
            assert_eq!(
                part.counts.iter().sum::<u64>(),
                part.roles as u64 * expected
            );
        }
        if pattern.alternatives().is_empty() {
            for part in synapse_participation(graph, pattern, matching).unwrap() {
                let sum: u64 = part.counts.iter().map(|&(.., n)| n).sum();
                assert_eq!(sum, part.edges as u64 * expected);
            }
        }
    }
}

/// Fails unless the occurrences listed are distinct and give the participation of neurons and
/// synapses.
fn check_listed(
    graph: &SignedGraph,
    pattern: &Pattern,
    listed: &[Vec<u32>],
    rows: &[Vec<u64>],
    synapses: &[Vec<u64>],
) {
    let group = symmetry::isomorphisms(pattern.statements(), pattern.statements());
    let mut classes = HashSet::new();
    let mut plays = vec![vec![0; graph.neurons()]; rows.len()];
    let mut joins: Vec<Vec<u64>> = synapses.iter().map(|row| vec![0; row.len()]).collect();
    for neurons in listed {
        let class = group
            .iter()
            .map(|image| {
                image
                    .iter()
                    .map(|&role| neurons[role])
                    .collect::<Vec<u32>>()
            })
            .min();
        assert!(
            classes.insert(class),
            "an occurrence is listed twice\n{pattern}"
        );
        for (role, &neuron) in neurons.iter().enumerate() {
            plays[pattern.orbit_of(role)][neuron as usize] += 1;
        }
        let pairs = |edges: &[PatternEdge]| {
            edges
                .iter()
                .map(|e| (e.presynaptic, e.postsynaptic))
                .collect::<Vec<_>>()
        };
        let holds = |edges: &&Vec<PatternEdge>| {
            edges.iter().all(|e| {
                graph
                    .sign(neurons[e.presynaptic], neurons[e.postsynaptic])
                    .is_some_and(|sign| e.sign.admits(sign))
            })
        };
        let held = pattern
            .alternatives()
            .iter()
            .filter(holds)
            .flat_map(|edges| pairs(edges));
        for (pre, post) in pairs(pattern.edges()).into_iter().chain(held) {
            let edge = graph
                .edge_number(neurons[pre], neurons[post])
                .expect("a required synapse is there");
            joins[pattern.edge_orbit_of((pre, post))][edge] += 1;
        }
    }
    assert_eq!(plays, rows, "\n{pattern}");
    assert_eq!(joins, synapses, "\n{pattern}");
}

/// Connected patterns of two to five roles with all kinds of statements.
fn pattern() -> impl Strategy<Value = Pattern> {
    let sign = || proptest::sample::select(vec!["->", "-|", "=>", "->"]);
    (2_usize..=5)
        .prop_flat_map(move |roles| {
            let tree: Vec<_> = (1..roles)
                .map(|role| (0..role, proptest::bool::ANY, sign()))
                .collect();
            let more = proptest::collection::vec((0..roles, 0..roles, sign(), 0..6_u8), 0..5);
            let classes =
                proptest::collection::vec(proptest::option::weighted(0.2, 0..3_usize), roles);
            (tree, more, classes, proptest::bool::weighted(0.2))
        })
        .prop_filter_map("contradicts itself", |(tree, more, classes, either)| {
            let name = |role: usize| char::from(b'A' + role as u8);
            let mut lines: Vec<String> = Vec::new();
            let mut used = HashSet::new();
            for (at, (other, forward, arrow)) in tree.into_iter().enumerate() {
                let (pre, post) = if forward {
                    (other, at + 1)
                } else {
                    (at + 1, other)
                };
                used.insert((pre, post));
                lines.push(format!("{} {arrow} {}", name(pre), name(post)));
            }
            let mut sets = Vec::new();
            for (pre, post, arrow, kind) in more {
                if pre != post && used.insert((pre, post)) {
                    let arrow = if kind == 0 { "!>" } else { arrow };
                    let statement = format!("{} {arrow} {}", name(pre), name(post));
                    if either && kind > 2 {
                        sets.push(statement)
                    } else {
                        lines.push(statement)
                    }
                }
            }
            if sets.len() > 1 {
                lines.push(format!("either {}", sets.join(" or ")));
            }
            for (role, class) in classes.into_iter().enumerate() {
                let words = ["excitatory", "inhibitory", "signed"];
                lines.extend(class.map(|class| format!("{}.class = {}", name(role), words[class])));
            }
            Pattern::parse("random", &lines.join("\n")).ok()
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1024,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn closed_forms_equal_the_definition(graph in graph()) {
        for motif in Motif::ALL {
            check(&graph, motif.pattern());
        }
    }

    #[test]
    fn closed_forms_equal_the_definition_on_circuits(graph in circuit()) {
        for motif in Motif::ALL {
            check(&graph, motif.pattern());
        }
    }

    #[test]
    fn joins_equal_the_definition(graph in graph(), pattern in pattern()) {
        check(&graph, &pattern);
    }

    #[test]
    fn joins_equal_the_definition_on_circuits(graph in circuit(), pattern in pattern()) {
        check(&graph, &pattern);
    }
}

/// A graph whose only edges are the pattern's has one occurrence, subgraph and induced; each edge
/// added spoils the induced one alone.
#[test]
fn a_pattern_occurs_once_in_itself() {
    for motif in Motif::ALL {
        let pattern = motif.pattern();
        let neurons = pattern.roles().len() as u32;
        let inhibits = |role: usize| {
            pattern.roles()[role].class == SignConstraint::Inhibitory
                || pattern.roles()[role].name.starts_with('I')
        };
        let sign = |role: usize| {
            if inhibits(role) {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            }
        };
        let identity: Vec<Sign> = (0..pattern.roles().len()).map(sign).collect();
        let alternative = pattern.alternatives().first();
        let edges: Vec<_> = pattern
            .edges()
            .iter()
            .chain(alternative.into_iter().flatten())
            .map(|edge| {
                (
                    edge.presynaptic as u32,
                    edge.postsynaptic as u32,
                    sign(edge.presynaptic),
                )
            })
            .collect();
        let counts = |graph: &SignedGraph| {
            Matching::ALL.map(|matching| count(graph, pattern, matching).unwrap())
        };
        let alone = SignedGraph::new(&identity, edges.clone()).unwrap();
        assert_eq!(counts(&alone), [1, 1], "{motif}");
        check(&alone, pattern);
        for (pre, post) in (0..neurons * neurons).map(|at| (at / neurons, at % neurons)) {
            if pre != post && alone.sign(pre, post).is_none() {
                let mut more = edges.clone();
                more.push((pre, post, Sign::Unsigned));
                let graph = SignedGraph::new(&identity, more).unwrap();
                assert_eq!(counts(&graph), [1, 0], "{motif} with {pre} -> {post}");
            }
        }
    }
}

/// Chi-square of samples against equal frequencies of the listed occurrences.
fn check_uniform(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
    per_occurrence: usize,
) {
    let group = symmetry::isomorphisms(pattern.statements(), pattern.statements());
    let class = |neurons: &[u32]| {
        group
            .iter()
            .map(|image| {
                image
                    .iter()
                    .map(|&role| neurons[role])
                    .collect::<Vec<u32>>()
            })
            .min()
            .unwrap()
    };
    let mut counts = std::collections::HashMap::new();
    let counter = Counter::new(graph, pattern, matching).unwrap();
    counter
        .each(|neurons| counts.insert(class(neurons), 0_usize).is_none())
        .unwrap();
    let samples = per_occurrence * counts.len();
    let drawn = sample(graph, pattern, matching, samples, 7).unwrap();
    assert_eq!(drawn.len(), samples);
    for neurons in &drawn {
        *counts
            .get_mut(&class(neurons))
            .expect("a sample is an occurrence") += 1;
    }
    let mean = per_occurrence as f64;
    let chi2: f64 = counts
        .values()
        .map(|&n| (n as f64 - mean).powi(2) / mean)
        .sum();
    let freedom = (counts.len() - 1) as f64;
    // Five standard deviations of a chi-square with many degrees of freedom.
    assert!(
        (chi2 - freedom).abs() < 5.0 * (2.0 * freedom).sqrt() + 15.0,
        "{pattern}{matching:?}: {chi2} for {freedom}"
    );
}

#[test]
fn samples_are_uniform_over_occurrences() {
    let worm = crate::source::bundled::connectome("white1986_whole").unwrap();
    let signed = worm.with_signs(crate::connectome::SignModel::Gaba26);
    let graph = SignedGraph::from_connectome(&signed, 2.0).unwrap();
    let own = "A -> I; I -| B; A => C; C => B; either C -> A, I -| C or B -> C; B !> A";
    let own = Pattern::parse("own", own).unwrap();
    for pattern in Motif::ALL.map(Motif::pattern).into_iter().chain([&own]) {
        for matching in Matching::ALL {
            let found = count(&graph, pattern, matching).unwrap();
            if found > 1 {
                check_uniform(
                    &graph,
                    pattern,
                    matching,
                    if found > 5000 { 20 } else { 100 },
                );
            }
        }
    }
}

#[test]
fn samples_do_not_depend_on_the_number_of_threads() {
    let worm = crate::source::bundled::connectome("cook2019_herm").unwrap();
    let graph = SignedGraph::from_connectome(&worm.with_signs(Default::default()), 1.0).unwrap();
    let draw = || {
        sample(
            &graph,
            Motif::Sxor8.pattern(),
            Matching::Subgraph,
            40_000,
            3,
        )
        .unwrap()
    };
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    assert_eq!(pool(1).install(draw), pool(3).install(draw));
}

#[test]
fn counts_beyond_a_table_are_errors_and_not_wrong() {
    let leaves = ["B", "C", "D", "E", "F", "G", "H"]
        .map(|leaf| format!("A -> {leaf}"))
        .join(";");
    let star = Pattern::parse("star", &leaves).unwrap();
    let graph = |leaves: u32| {
        let identity = vec![Sign::Excitatory; leaves as usize + 1];
        SignedGraph::new(
            &identity,
            (1..=leaves).map(|leaf| (0, leaf, Sign::Excitatory)),
        )
        .unwrap()
    };
    assert_eq!(count(&graph(30), &star, Matching::Subgraph), Ok(2_035_800));
    // C(700, 7), whose 7! orders do not fit 64 bits.
    assert_eq!(
        count(&graph(700), &star, Matching::Subgraph),
        Ok(15_855_735_581_878_600)
    );
    // C(2200, 7) is 4.9e19.
    for leaves in [2200, 100_000] {
        let graph = graph(leaves);
        let overflow = MotifError::CountOverflow {
            motif: "star".to_owned(),
        };
        assert_eq!(
            count(&graph, &star, Matching::Subgraph),
            Err(overflow.clone())
        );
        assert_eq!(
            participation(&graph, &star, Matching::Subgraph),
            Err(overflow)
        );
    }
}

/// A hub of so many leaves that their pairs could not be walked, some of which are joined. Counts
/// and parts follow from sizes, subgraph or induced, whatever the place of the hub.
#[test]
fn pairs_of_leaves_are_counted_from_sizes() {
    const LEAVES: u64 = 300_000;
    let hub = 200_001_u32;
    let leaves = (0..=LEAVES as u32).filter(|&neuron| neuron != hub);
    let star = leaves.clone().map(|leaf| (hub, leaf, Sign::Excitatory));
    // Every thousandth leaf is joined with the next: one way, and every other of these both ways.
    let joined: Vec<(u32, u32)> = leaves
        .clone()
        .step_by(1000)
        .zip(leaves.skip(1).step_by(1000))
        .collect();
    let ring = joined.iter().enumerate().flat_map(|(at, &(one, other))| {
        let forth = (one, other, Sign::Excitatory);
        let back = (other, one, Sign::Inhibitory);
        [Some(forth), (at % 2 == 0).then_some(back)]
    });
    let identity = vec![Sign::Excitatory; LEAVES as usize + 1];
    let graph = SignedGraph::new(&identity, star.chain(ring.flatten())).unwrap();
    let wedge = Pattern::parse("wedge", "Z -> A; Z -> B").unwrap();
    let pairs = LEAVES * (LEAVES - 1) / 2;
    for (matching, expected) in [
        (Matching::Subgraph, pairs),
        (Matching::Induced, pairs - joined.len() as u64),
    ] {
        let counter = Counter::new(&graph, &wedge, matching).unwrap();
        assert_eq!(counter.count().unwrap(), expected, "{counter}");
        let rows = counter.neurons().unwrap();
        let orbit =
            |name| wedge.orbit_of(wedge.roles().iter().position(|r| r.name == name).unwrap());
        assert_eq!(rows[orbit("Z")][hub as usize], expected);
        assert_eq!(rows[orbit("A")].iter().sum::<u64>(), 2 * expected);
        let lost = u64::from(matching == Matching::Induced);
        assert_eq!(rows[orbit("A")][joined[1].0 as usize], LEAVES - 1 - lost);
        assert_eq!(rows[orbit("A")][joined[1].1 as usize], LEAVES - 1 - lost);
    }
    // Forbidden in one direction only: pairs in order, less the synapses from A to B.
    let one_way = Pattern::parse("one_way", "Z -> A; Z -> B; A !> B").unwrap();
    let synapses = (joined.len() + joined.len().div_ceil(2)) as u64;
    let found = count(&graph, &one_way, Matching::Subgraph).unwrap();
    assert_eq!(found, LEAVES * (LEAVES - 1) - synapses);
}
