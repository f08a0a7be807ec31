//! XOR5 on the hermaphrodite connectome of Cook et al. (2019), the 26 classical GABA neurons
//! inhibitory, graph in memory, one thread: the closed form for both matchings, and petgraph's VF2
//! (`subgraph_isomorphisms_iter`), which matches induced subgraphs.
//!
//! `cargo bench --bench motif` prints a table; `-- --json` prints JSON. Every count is checked.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use engraph::connectome::{Sign, SignModel};
use engraph::motif::{Matching, Motif, Pattern, SignConstraint, SignedGraph, count};
use engraph::source::bundled;
use petgraph::algo::subgraph_isomorphisms_iter;
use petgraph::graph::{DiGraph, NodeIndex};
use serde_json::json;

const CONNECTOME: &str = "cook2019_herm";
/// Brute force and six counting tools agree on these.
const EXPECTED: [(Matching, u64); 2] = [(Matching::Subgraph, 3117), (Matching::Induced, 24)];
/// Orders in which VF2 is given the roles: as the motif is written, and from the hub outwards,
/// which searches far less.
const ORDERS: [(&str, [&str; 5]); 2] = [
    ("roles as written", ["A", "B", "C", "D", "I"]),
    ("roles from the hub", ["I", "C", "D", "A", "B"]),
];
const CALLS: usize = 2000;
const CALLS_BUILT: usize = 50;
const CALLS_PETGRAPH: usize = 15;

struct Row {
    method: String,
    matching: Matching,
    count: u64,
    min: f64,
    median: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let signed = bundled::connectome(CONNECTOME)?.with_signs(SignModel::Gaba26);
    let graph = SignedGraph::from_connectome(&signed, 1.0)?;
    let mut rows = Vec::new();
    for (matching, expected) in EXPECTED {
        let found = count(&graph, Motif::Xor5.pattern(), matching)?;
        assert_eq!(found, expected, "{} count", matching.as_str());
        let (min, median) = microseconds(CALLS, || {
            count(black_box(&graph), Motif::Xor5.pattern(), matching).unwrap_or(0)
        });
        rows.push(Row {
            method: "engraph".into(),
            matching,
            count: found,
            min,
            median,
        });
        let built = || {
            SignedGraph::from_connectome(black_box(&signed), 1.0)
                .and_then(|g| count(&g, Motif::Xor5.pattern(), matching))
        };
        let (min, median) = microseconds(CALLS_BUILT, || built().unwrap_or(0));
        rows.push(Row {
            method: "engraph, graph built in the call".into(),
            matching,
            count: built()?,
            min,
            median,
        });
    }
    let pattern = Motif::Xor5.pattern();
    let target = target(&graph);
    for (name, order) in ORDERS {
        let query = query(pattern, &order);
        let mappings = mappings(&query, &target);
        let found = mappings / pattern.automorphisms() as u64;
        assert_eq!(
            found * pattern.automorphisms() as u64,
            mappings,
            "every occurrence is found once per symmetry"
        );
        assert_eq!(found, EXPECTED[1].1, "petgraph's count, {name}");
        let (min, median) = microseconds(CALLS_PETGRAPH, || {
            self::mappings(black_box(&query), &target)
        });
        let method = format!("petgraph VF2, {name}");
        rows.push(Row {
            method,
            matching: Matching::Induced,
            count: found,
            min,
            median,
        });
    }
    report(&rows);
    Ok(())
}

/// Shortest and median time of a call in microseconds.
fn microseconds(calls: usize, mut call: impl FnMut() -> u64) -> (f64, f64) {
    let mut times: Vec<f64> = (0..calls)
        .map(|_| {
            let start = Instant::now();
            black_box(call());
            1e6 * start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[calls / 2])
}

/// The graph as petgraph holds it: neurons weighted by identity, edges by sign.
fn target(graph: &SignedGraph) -> DiGraph<Sign, Sign> {
    let neurons = 0..graph.neurons() as u32;
    let mut target = DiGraph::with_capacity(graph.neurons(), graph.edges());
    let nodes: Vec<NodeIndex> = neurons
        .clone()
        .map(|neuron| target.add_node(graph.identity(neuron)))
        .collect();
    for pre in neurons {
        for &post in graph.targets(pre) {
            if let Some(sign) = graph.sign(pre, post) {
                target.add_edge(nodes[pre as usize], nodes[post as usize], sign);
            }
        }
    }
    target
}

/// The pattern as petgraph holds it, roles in `order`. Under `gaba26` the sign of an edge is that
/// of the neuron that emits it.
fn query(pattern: &Pattern, order: &[&str]) -> DiGraph<Sign, Sign> {
    let sign = |constraint| match constraint {
        SignConstraint::Inhibitory => Sign::Inhibitory,
        _ => Sign::Excitatory,
    };
    let role = |name: &str| {
        pattern
            .roles()
            .iter()
            .position(|role| role.name == name)
            .expect("a role of the motif")
    };
    let emits = |role: usize| {
        pattern
            .edges()
            .iter()
            .find(|edge| edge.presynaptic == role)
            .map(|edge| edge.sign)
    };
    let mut query = DiGraph::new();
    let nodes: HashMap<usize, NodeIndex> = order
        .iter()
        .map(|name| {
            let role = role(name);
            let identity = emits(role).unwrap_or(pattern.roles()[role].class);
            (role, query.add_node(sign(identity)))
        })
        .collect();
    for edge in pattern.edges() {
        query.add_edge(
            nodes[&edge.presynaptic],
            nodes[&edge.postsynaptic],
            sign(edge.sign),
        );
    }
    query
}

fn mappings(query: &DiGraph<Sign, Sign>, target: &DiGraph<Sign, Sign>) -> u64 {
    let (mut node_match, mut edge_match) =
        (|a: &Sign, b: &Sign| a == b, |a: &Sign, b: &Sign| a == b);
    let (query, target) = (&query, &target);
    subgraph_isomorphisms_iter(query, target, &mut node_match, &mut edge_match)
        .map_or(0, |mappings| mappings.count() as u64)
}

fn report(rows: &[Row]) {
    let ratio = |row: &Row| {
        rows.iter()
            .find(|r| r.matching == row.matching)
            .map(|ours| row.median / ours.median)
    };
    if std::env::args().any(|argument| argument == "--json") {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                json!({
                    "method": row.method,
                    "matching": row.matching.as_str(),
                    "count": row.count,
                    "min_microseconds": row.min,
                    "median_microseconds": row.median,
                    "ratio_median": ratio(row),
                })
            })
            .collect();
        println!(
            "{}",
            json!({
                "connectome": CONNECTOME,
                "sign_model": "gaba26",
                "motif": "xor5",
                "rows": rows,
            })
        );
        return;
    }
    println!(
        "{:<36}{:<10}{:>6}{:>14}{:>14}{:>12}",
        "xor5 by", "matching", "count", "min us", "median us", "x median"
    );
    for row in rows {
        let (matching, ratio) = (row.matching.as_str(), ratio(row).unwrap_or(f64::NAN));
        println!(
            "{:<36}{matching:<10}{:>6}{:>14.2}{:>14.2}{ratio:>12.0}",
            row.method, row.count, row.min, row.median
        );
    }
}
