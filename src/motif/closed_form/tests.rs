//! Closed forms against the literal definition, on graphs small enough for it.

use proptest::prelude::*;

use crate::connectome::Sign;
use crate::motif::brute_force::brute_force;
use crate::motif::{Matching, Motif, SignedGraph, count, participation};

/// Which signs edges get: per edge and regardless of identity, or after Dale's law.
#[derive(Clone, Copy, Debug)]
enum Signs {
    PerEdge,
    Dale,
}

fn sign() -> impl Strategy<Value = Sign> {
    prop_oneof![5 => Just(Sign::Excitatory), 3 => Just(Sign::Inhibitory), 1 => Just(Sign::Unsigned)]
}

/// Five to nine neurons. Up to three of them are hubs that inhibit and are excited by many, so that inputs and targets overlap.
fn graph() -> impl Strategy<Value = SignedGraph> {
    (5_usize..=9, 0_usize..=3, prop_oneof![Just(Signs::PerEdge), Just(Signs::Dale)], 0.15_f64..0.95)
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

/// Six to nine neurons wired like a circuit around one or two hubs with little else, so that induced occurrences of the larger motifs,
/// which hardly any graph of independent edges has, are common.
fn circuit() -> impl Strategy<Value = SignedGraph> {
    let part =
        prop_oneof![1 => Just(Part::Hub), 5 => Just(Part::Input), 5 => Just(Part::Relay), 3 => Just(Part::Other)];
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
                .map(|neuron| match (parts[neuron], chances[neuron * neurons + neuron]) {
                    (_, (chance, sign)) if chance < noise => sign,
                    (Part::Hub, _) => Sign::Inhibitory,
                    _ => Sign::Excitatory,
                })
                .collect();
            let mut edges = Vec::new();
            for (at, &(chance, drawn)) in chances.iter().enumerate() {
                let (pre, post) = (at / neurons, at % neurons);
                let (likelihood, sign) = match (parts[pre], parts[post]) {
                    (Part::Input, Part::Hub) => (0.95, Sign::Excitatory),
                    (Part::Hub, Part::Relay) => (0.95, Sign::Inhibitory),
                    (Part::Input, Part::Relay) => (0.4, Sign::Excitatory),
                    (Part::Relay, Part::Other) => (0.6, Sign::Excitatory),
                    (Part::Input, Part::Other) | (Part::Other, Part::Relay) if chance < shortcut => {
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

/// Fails unless count and participation are those of the definition.
fn check(graph: &SignedGraph, motif: Motif) {
    let pattern = motif.pattern();
    for matching in Matching::ALL {
        let (expected, rows) = brute_force(graph, &pattern, matching);
        let found = count(graph, motif, matching).unwrap();
        assert_eq!(found, expected, "{motif} {matching:?}");
        let parts = participation(graph, motif, matching).unwrap();
        assert_eq!(parts.len(), rows.len());
        let mut sum = 0;
        for (part, row) in parts.iter().zip(&rows) {
            assert_eq!(&part.counts, row, "{motif} {matching:?} {}", part.role);
            assert_eq!(part.counts.iter().sum::<u64>(), part.roles as u64 * found);
            sum += part.counts.iter().sum::<u64>();
        }
        assert_eq!(sum, pattern.roles().len() as u64 * found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn closed_forms_equal_the_definition(graph in graph()) {
        for motif in Motif::ALL {
            check(&graph, motif);
        }
    }

    #[test]
    fn closed_forms_equal_the_definition_on_circuits(graph in circuit()) {
        for motif in Motif::ALL {
            check(&graph, motif);
        }
    }
}

/// A graph whose only edges are the pattern's has one occurrence, subgraph and induced; each edge added spoils the induced one alone.
#[test]
fn a_pattern_occurs_once_in_itself() {
    for motif in Motif::ALL {
        let pattern = motif.pattern();
        let neurons = pattern.roles().len() as u32;
        let hub = pattern.roles().iter().position(|role| role.name.starts_with('I')).unwrap();
        let mut identity = vec![Sign::Excitatory; neurons as usize];
        identity[hub] = Sign::Inhibitory;
        let sign = |edge: &crate::motif::PatternEdge| match edge.sign {
            crate::motif::SignConstraint::Inhibitory => Sign::Inhibitory,
            _ => Sign::Excitatory,
        };
        let edges: Vec<_> = pattern
            .edges()
            .iter()
            .map(|edge| (edge.presynaptic as u32, edge.postsynaptic as u32, sign(edge)))
            .collect();
        let alone = SignedGraph::new(&identity, edges.clone()).unwrap();
        assert_eq!(Matching::ALL.map(|matching| count(&alone, motif, matching).unwrap()), [1, 1], "{motif}");
        for (pre, post) in (0..neurons * neurons).map(|at| (at / neurons, at % neurons)) {
            if pre != post && alone.sign(pre, post).is_none() {
                let mut more = edges.clone();
                more.push((pre, post, Sign::Unsigned));
                let graph = SignedGraph::new(&identity, more).unwrap();
                let counts = Matching::ALL.map(|matching| count(&graph, motif, matching).unwrap());
                assert_eq!(counts, [1, 0], "{motif} with {pre} -> {post}");
            }
        }
    }
}
