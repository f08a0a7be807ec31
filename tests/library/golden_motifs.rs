//! The reference counts on the bundled connectomes.
//!
//! Origin: computed references, a literal backtracking matcher over the same edges and signs
//! (independent code, Python); for the XOR5 rows of `gaba26` and `gaba32` six further counting
//! tools agree. Chemical synapses between neurons, autapses removed, parallel rows summed, an edge
//! where the weight is at least the threshold.

use engraph::motif::{Matching, Motif, SignedGraph, count, participation};
use engraph::source::bundled;

/// The neurons' names and the signed graph of a bundled connectome.
fn connectome(connectome: &str, sign_model: &str, min_weight: u32) -> (Vec<String>, SignedGraph) {
    let signed = bundled::connectome(connectome)
        .expect("bundled")
        .with_signs(sign_model.parse().expect("a sign model"));
    let names = signed.neurons().iter().map(|n| n.name.clone()).collect();
    (
        names,
        SignedGraph::from_connectome(&signed, f64::from(min_weight)).expect("a simple digraph"),
    )
}

/// Subgraph and induced count of XOR5, XOR6, LAT, FFLI, LI3, WTA3, MI2, in the order of
/// `Motif::ALL` without SXOR8.
type Counts = [(u64, u64); 7];

const GOLDEN: [(&str, &str, u32, Counts); 8] = [
    (
        "cook2019_herm",
        "gaba26",
        1,
        [
            (3117, 24),
            (8309, 3),
            (242_082, 13_530),
            (14_567, 2163),
            (1283, 348),
            (66, 28),
            (5, 5),
        ],
    ),
    (
        "cook2019_herm",
        "gaba26",
        2,
        [
            (168, 4),
            (268, 0),
            (42_528, 3004),
            (3562, 559),
            (508, 103),
            (20, 13),
            (1, 1),
        ],
    ),
    (
        "cook2019_herm",
        "gaba26",
        3,
        [
            (7, 0),
            (15, 0),
            (10_271, 737),
            (1053, 157),
            (197, 49),
            (7, 3),
            (1, 1),
        ],
    ),
    (
        "cook2019_herm",
        "gaba26",
        5,
        [
            (0, 0),
            (0, 0),
            (1374, 118),
            (181, 41),
            (55, 27),
            (0, 0),
            (0, 0),
        ],
    ),
    (
        "cook2019_herm",
        "gaba32",
        1,
        [
            (8161, 56),
            (22_263, 11),
            (616_826, 31_076),
            (33_686, 3826),
            (2599, 619),
            (218, 127),
            (15, 15),
        ],
    ),
    (
        "cook2019_herm",
        "wang2024",
        1,
        [
            (12_171, 40),
            (88_718, 2),
            (497_345, 22_502),
            (24_113, 2423),
            (1992, 475),
            (138, 62),
            (9, 9),
        ],
    ),
    (
        "varshney2011",
        "wang2024",
        1,
        [
            (3112, 91),
            (21_158, 188),
            (143_060, 14_059),
            (7826, 1338),
            (866, 301),
            (24, 12),
            (1, 1),
        ],
    ),
    (
        "white1986_whole",
        "gaba26",
        1,
        [
            (316, 13),
            (394, 38),
            (60_345, 6528),
            (4944, 1211),
            (486, 182),
            (11, 6),
            (1, 1),
        ],
    ),
];

#[test]
fn counts_equal_the_reference() {
    for (name, sign_model, min_weight, counts) in GOLDEN {
        let (_, graph) = connectome(name, sign_model, min_weight);
        let listed = Motif::ALL
            .into_iter()
            .filter(|&motif| motif != Motif::Sxor8);
        for (motif, (subgraph, induced)) in listed.zip(counts) {
            let found = Matching::ALL
                .map(|matching| count(&graph, motif.pattern(), matching).expect("a small count"));
            assert_eq!(
                found,
                [subgraph, induced],
                "{motif} on {name}, {sign_model}, weight >= {min_weight}"
            );
        }
    }
}

#[test]
fn participation_sums_to_the_counts() {
    for (name, sign_model, min_weight, _) in GOLDEN {
        let (_, graph) = connectome(name, sign_model, min_weight);
        for motif in Motif::ALL {
            for matching in Matching::ALL {
                let total = count(&graph, motif.pattern(), matching).expect("a small count");
                for part in participation(&graph, motif.pattern(), matching).expect("small counts")
                {
                    let sum: u64 = part.counts.iter().sum();
                    assert_eq!(
                        sum,
                        part.roles as u64 * total,
                        "{motif} {matching:?} {} on {name}",
                        part.role
                    );
                }
            }
        }
    }
}

/// Origin: hub ranking of the brute-force reference.
#[test]
fn hubs_of_xor6_rank_as_in_the_reference() {
    let (names, graph) = connectome("cook2019_herm", "wang2024", 1);
    let parts =
        participation(&graph, Motif::Xor6.pattern(), Matching::Subgraph).expect("small counts");
    let hub = parts
        .iter()
        .find(|part| part.role == "I")
        .expect("XOR6 has a hub");
    let mut ranking: Vec<(u64, &str)> = hub
        .counts
        .iter()
        .copied()
        .zip(names.iter().map(String::as_str))
        .collect();
    ranking.sort_unstable_by(|one, other| other.cmp(one));
    let expected = [
        (52_467, "AVJR"),
        (21_963, "AVJL"),
        (6430, "RIBR"),
        (5184, "RIBL"),
        (2142, "RIS"),
    ];
    assert_eq!(ranking[..5], expected);
}

/// Origin: an independent count of the same pattern over the same signs.
#[test]
fn sxor8_occurs_as_often_as_in_the_reference() {
    let (_, graph) = connectome("cook2019_herm", "wang2024", 1);
    assert_eq!(
        count(&graph, Motif::Sxor8.pattern(), Matching::Subgraph).expect("a small count"),
        123_445
    );
}
