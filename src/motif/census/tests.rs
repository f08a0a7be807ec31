//! The census against its definition, networkx and a published connectome.

use proptest::prelude::*;

use super::class::{SignedTriadClass, TriadClass};
use super::{signed_triad_census, triad_census};
use crate::connectome::Sign::{self, Excitatory as E, Inhibitory as I, Unsigned as U};
use crate::motif::SignedGraph;
use crate::source::bundled;

/// The ordered pairs of three neurons, in the order of the bits of [`NAMES`].
const PAIRS: [(u32, u32); 6] = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];

/// The class of every simple digraph of three neurons: `networkx.triadic_census` of networkx 3.6.1.
#[rustfmt::skip]
const NAMES: [&str; 64] = [
    "003", "012", "012", "102", "012", "021D", "021C", "111U",
    "012", "021C", "021U", "111D", "102", "111U", "111D", "201",
    "012", "021C", "021D", "111U", "021U", "030T", "030T", "120U",
    "021C", "030C", "030T", "120C", "111D", "120C", "120D", "210",
    "012", "021U", "021C", "111D", "021C", "030T", "030C", "120C",
    "021D", "030T", "030T", "120D", "111U", "120U", "120C", "210",
    "102", "111D", "111U", "201", "111D", "120D", "120C", "210",
    "111U", "120C", "120U", "210", "201", "210", "210", "300",
];

/// Up to eleven neurons, whose dyads are absent, one-way or mutual with chances of their own; edges
/// have any sign.
fn graph() -> impl Strategy<Value = SignedGraph> {
    let sign = || prop_oneof![3 => Just(E), 2 => Just(I), 2 => Just(U)];
    (0_usize..=11, 0_u32..8, 0_u32..8, 0_u32..8)
        .prop_flat_map(move |(neurons, absent, one_way, mutual)| {
            let dyad = prop_oneof![
                absent + 1 => Just([false, false]),
                one_way => Just([true, false]),
                one_way => Just([false, true]),
                mutual + 1 => Just([true, true]),
            ];
            let drawn = proptest::collection::vec((dyad, sign(), sign()), neurons * neurons);
            (proptest::collection::vec(sign(), neurons), drawn)
        })
        .prop_map(|(identity, drawn)| {
            let neurons = identity.len();
            let mut edges = Vec::new();
            for low in 0..neurons {
                for high in low + 1..neurons {
                    let ([forward, backward], one, other) = drawn[low * neurons + high];
                    edges.extend(forward.then_some((low as u32, high as u32, one)));
                    edges.extend(backward.then_some((high as u32, low as u32, other)));
                }
            }
            SignedGraph::new(&identity, edges).expect("every ordered pair comes once")
        })
}

/// The edges that a wiring spells out, neurons counted from 0.
fn edges(wiring: &str) -> Vec<(u32, u32)> {
    let mut edges = Vec::new();
    for edge in wiring.split_whitespace() {
        let (from, to) = edge.split_once("->").unwrap();
        let (from, both) = from
            .strip_suffix('<')
            .map_or((from, false), |from| (from, true));
        let (from, to): (u32, u32) = (from.parse().unwrap(), to.parse().unwrap());
        edges.push((from - 1, to - 1));
        edges.extend(both.then_some((to - 1, from - 1)));
    }
    edges
}

/// All sets of three neurons, by the class whose wiring and types some numbering of the three has.
fn by_definition(graph: &SignedGraph) -> Vec<u128> {
    let mut counts = vec![0; SignedTriadClass::COUNT];
    let classes: Vec<_> = SignedTriadClass::all()
        .map(|class| (class.types(), edges(class.triad().wiring())))
        .collect();
    let all = graph.neurons() as u32;
    for (a, b, c) in (0..all).flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| (a, b, c))))
    {
        let orders = [
            [a, b, c],
            [a, c, b],
            [b, a, c],
            [b, c, a],
            [c, a, b],
            [c, b, a],
        ];
        let is = |(types, wiring): &([Sign; 3], Vec<(u32, u32)>)| {
            orders.iter().any(|order| {
                let edge = |&(pre, post): &(u32, u32)| {
                    graph
                        .sign(order[pre as usize], order[post as usize])
                        .is_some()
                };
                order.map(|neuron| graph.identity(neuron)) == *types
                    && PAIRS.iter().all(|pair| edge(pair) == wiring.contains(pair))
            })
        };
        let of: Vec<usize> = (0..classes.len()).filter(|&at| is(&classes[at])).collect();
        assert_eq!(of.len(), 1, "three neurons are of one class");
        counts[of[0]] += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn census_equals_the_definition(graph in graph()) {
        let (census, expected) = (signed_triad_census(&graph), by_definition(&graph));
        for (class, count) in census.iter() {
            prop_assert_eq!(count, expected[class.index()], "{}", class);
        }
        let untyped = triad_census(&graph);
        for class in TriadClass::ALL {
            let classes = census.iter().filter(|(typed, _)| typed.triad() == class);
            prop_assert_eq!(untyped.count(class), classes.map(|(_, count)| count).sum::<u128>());
        }
        let neurons = graph.neurons() as u128;
        let sets = neurons * neurons.saturating_sub(1) * neurons.saturating_sub(2) / 6;
        prop_assert_eq!(untyped.total(), sets);
    }

    #[test]
    fn typing_does_not_change_the_sum(graph in graph()) {
        let row = |pre| graph.targets(pre).iter().map(move |&post| (pre, post, U));
        let edges = (0..graph.neurons() as u32).flat_map(row);
        let plain = SignedGraph::new(&vec![E; graph.neurons()], edges).unwrap();
        prop_assert_eq!(triad_census(&plain), triad_census(&graph));
    }
}

#[test]
fn every_wiring_has_the_name_networkx_gives_it() {
    for (wiring, name) in NAMES.into_iter().enumerate() {
        let edges = (0..6)
            .filter(|at| wiring >> at & 1 == 1)
            .map(|at| (PAIRS[at].0, PAIRS[at].1, E));
        let census = triad_census(&SignedGraph::new(&[E; 3], edges).unwrap());
        let found: Vec<_> = census.iter().filter(|&(_, count)| count > 0).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].0.as_str(), found[0].1),
            (name, 1),
            "wiring {wiring:06b}"
        );
    }
}

/// Counts of networkx 3.6.1 (`triadic_census`) and igraph 1.0.0 (`triad_census`), which agree, on
/// all chemical synapses but autapses.
#[test]
fn worm_has_the_census_other_tools_find() {
    let worm = bundled::connectome("cook2019_herm").unwrap();
    let graph = SignedGraph::from_connectome(&worm, 0.0).unwrap();
    let expected = [
        3719257, 586445, 171494, 10026, 12110, 18097, 9401, 9030, 2281, 184, 2387, 1032, 1348, 673,
        1057, 278,
    ];
    assert_eq!(triad_census(&graph).counts(), &expected);
}

#[test]
fn classes_are_listed_once_and_in_order() {
    let written = |class: SignedTriadClass| (class.triad(), class.types());
    assert!(
        SignedTriadClass::all()
            .zip(SignedTriadClass::all().skip(1))
            .all(|(one, next)| written(one) < written(next))
    );
    for (index, class) in SignedTriadClass::all().enumerate() {
        assert_eq!(class.index(), index);
        assert_eq!(SignedTriadClass::new(class.triad(), class.types()), class);
        let graph = SignedGraph::new(
            &class.types(),
            edges(class.triad().wiring())
                .into_iter()
                .map(|(a, b)| (a, b, U)),
        );
        let census = signed_triad_census(&graph.unwrap());
        assert_eq!(census.count(class), 1, "{class}");
        assert_eq!(census.counts().iter().sum::<u128>(), 1);
    }
}

#[test]
fn types_follow_the_parts_of_the_wiring() {
    let class = SignedTriadClass::new(TriadClass::T030T, [E, I, E]);
    assert_eq!(
        (class.to_string().as_str(), class.triad().wiring()),
        ("030T EIE", "1->2 1->3 2->3")
    );
    // The targets of 021D may be exchanged, its source may not be exchanged with them.
    assert_eq!(
        SignedTriadClass::new(TriadClass::T021D, [I, U, E]).types_str(),
        "IEU"
    );
    assert_eq!(
        SignedTriadClass::new(TriadClass::T021D, [U, I, E]).types_str(),
        "UEI"
    );
    // The cycle may be turned, not reversed.
    assert_eq!(
        SignedTriadClass::new(TriadClass::T030C, [U, E, I]).types_str(),
        "EIU"
    );
    assert_eq!(
        SignedTriadClass::new(TriadClass::T030C, [U, I, E]).types_str(),
        "EUI"
    );
}

#[test]
fn lone_neurons_are_in_the_sparse_classes_and_nothing_wraps() {
    let neurons = 5_000_000;
    let graph = SignedGraph::new(&vec![E; neurons], [(0, 1, E), (1, 0, E), (7, 9, E)]).unwrap();
    let census = triad_census(&graph);
    // C(5,000,000, 3) = 2.08e19 is more than 64 bits hold.
    assert_eq!(census.total(), 20_833_320_833_335_000_000);
    assert_eq!(census.count(TriadClass::T102), 4_999_998);
    assert_eq!(census.count(TriadClass::T012), 4_999_998);
    assert_eq!(
        census.count(TriadClass::T003),
        20_833_320_833_335_000_000 - 2 * 4_999_998
    );
}

#[test]
fn counts_do_not_depend_on_the_number_of_threads() {
    // More neurons than one thread takes at a time.
    let neurons = 5000_u32;
    let edges =
        (0..neurons).flat_map(|pre| (1..8).map(move |at| (pre, (pre + at * at * at) % neurons, U)));
    let types: Vec<Sign> = (0..neurons)
        .map(|neuron| [E, I, U][neuron as usize % 7 % 3])
        .collect();
    let graph = SignedGraph::new(&types, edges).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| signed_triad_census(&graph))
    };
    assert_eq!(with(1), with(4));
}
