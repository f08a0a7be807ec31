//! Null models: time of a draw, and whether enough is drawn.
//!
//! `cargo bench --bench nulls -- cook` takes the hermaphrodite connectome of Cook et al. (2019)
//! with the 26 classical GABA neurons inhibitory, `-- fly` the made-up wiring of the size of a fly
//! brain in `fly/mod.rs`, and nothing takes both. Nulls are `by_source_sign`; what is compared
//! between chains, lengths and starting points is the XOR5 subgraph count. All times are of one
//! thread (of two with `--two`, where nulls are drawn together). `--no-swaps` leaves out the fly's
//! nulls by swaps, two minutes.

mod fly;

use std::collections::HashSet;
use std::time::Instant;

use engraph::connectome::{Neuron, Sign, SignModel, Synapse, SynapseType};
use engraph::motif::{Matching, Motif, SignedGraph, count};
use engraph::null_model::{Chain, Null, NullModel, NullSettings, Surrogate};
use engraph::random::stream;
use engraph::source::bundled;

fn main() {
    let asked = |name: &str| std::env::args().any(|a| a == name);
    let both = !asked("cook") && !asked("fly");
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(if asked("--two") { 2 } else { 1 })
        .build();
    pool.expect("a thread").install(|| {
        if both || asked("cook") {
            cook();
        }
        if both || asked("fly") {
            fly(!asked("--no-swaps"));
        }
    });
}

fn swaps(swaps_per_edge: f64) -> NullSettings {
    NullSettings {
        chain: Chain::Swaps,
        swaps_per_edge,
        ..NullSettings::default()
    }
}

fn trades(global_trades: u32) -> NullSettings {
    NullSettings {
        chain: Chain::Trades,
        global_trades,
        ..NullSettings::default()
    }
}

/// A wiring whose nulls are drawn.
struct Wiring {
    neurons: Vec<Neuron>,
    identity: Vec<Sign>,
    surrogate: Surrogate,
}

impl Wiring {
    fn new(neurons: Vec<Neuron>, edges: Vec<Synapse>) -> Self {
        let identity = neurons.iter().map(|n| n.sign).collect();
        let surrogate = Surrogate::from_edges(&neurons, edges, NullModel::BySourceSign);
        Self {
            neurons,
            identity,
            surrogate,
        }
    }

    fn graph(&self, edges: &[Synapse]) -> SignedGraph {
        SignedGraph::new(
            &self.identity,
            edges.iter().map(|s| (s.pre, s.post, s.sign)),
        )
        .expect("a simple digraph")
    }

    fn xor5(&self, edges: &[Synapse]) -> f64 {
        count(
            &self.graph(edges),
            Motif::Xor5.pattern(),
            Matching::Subgraph,
        )
        .expect("a count below 2^64") as f64
    }

    fn counts(&self, nulls: u32, settings: NullSettings, seed: u64) -> Vec<f64> {
        let each = |null: Null| self.xor5(&null.edges);
        self.surrogate
            .for_each_null(nulls, settings, seed, &|| true, each)
            .expect("nothing stops it")
    }
}

fn mean_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (
        mean,
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt(),
    )
}

/// Two-sample Kolmogorov-Smirnov: distance, and the p of its limiting distribution.
fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> (f64, f64) {
    let below =
        |of: &[f64], x: f64| of.iter().filter(|&&v| v <= x).count() as f64 / of.len() as f64;
    let distance = one
        .iter()
        .chain(other)
        .map(|&x| (below(one, x) - below(other, x)).abs())
        .fold(0.0, f64::max);
    let (n, m) = (one.len() as f64, other.len() as f64);
    let lambda = distance * (n * m / (n + m)).sqrt();
    let term =
        |k: i32| f64::from(1 - 2 * ((k + 1) % 2)) * (-2.0 * (f64::from(k) * lambda).powi(2)).exp();
    (
        distance,
        (2.0 * (1..100).map(term).sum::<f64>()).clamp(0.0, 1.0),
    )
}

/// One line: how counts are distributed, and how far they are from the reference.
fn compare(name: &str, values: &[f64], reference: &[f64]) {
    let ((mean, sd), (other, other_sd)) = (mean_sd(values), mean_sd(reference));
    let error =
        (sd * sd / values.len() as f64 + other_sd * other_sd / reference.len() as f64).sqrt();
    let (distance, p) = kolmogorov_smirnov(values, reference);
    let z = (mean - other) / error;
    println!(
        "  {name:<28}mean {mean:>12.1}  sd {sd:>10.1}  difference {z:>7.2} se  KS {distance:.3} (p \
         {p:.3})"
    );
}

fn cook() {
    let signed = bundled::connectome("cook2019_herm")
        .expect("bundled")
        .with_signs(SignModel::Gaba26);
    let wiring = Wiring::new(
        signed.neurons().to_vec(),
        signed.edges(1.0).copied().collect(),
    );
    let observed: Vec<Synapse> = signed.edges(1.0).copied().collect();
    println!(
        "cook2019_herm, gaba26: {} edges, XOR5 {}",
        observed.len(),
        wiring.xor5(&observed)
    );

    let attempts = 100.0 * observed.len() as f64;
    for (name, settings, unit, units) in [
        (
            "swaps, 100 per edge",
            swaps(100.0),
            "ns per attempt",
            attempts * 1e-9,
        ),
        (
            "trades, 50 global",
            trades(50),
            "us per global trade",
            50.0 * 1e-6,
        ),
    ] {
        let mut times: Vec<f64> = Vec::new();
        let mut acceptance = 0.0;
        for index in 0..100 {
            let mut random = stream(1, &[&index.to_string()]);
            let start = Instant::now();
            acceptance += wiring.surrogate.draw(settings, &mut random).acceptance / 100.0;
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        let (median, least) = (times[50], times[0]);
        let each = (median / units, least / units);
        println!(
            "  {name}: {:.2} ms per null (least {:.2}), {:.2} {unit} (least {:.2}), acceptance \
             {acceptance:.3}",
            median * 1e3,
            least * 1e3,
            each.0,
            each.1
        );
    }
    let start = Instant::now();
    wiring
        .surrogate
        .for_each_null(100, swaps(100.0), 1, &|| true, |null| {
            let graph = wiring.graph(&null.edges);
            Matching::ALL
                .map(|matching| count(&graph, Motif::Xor5.pattern(), matching).unwrap_or(0))
        });
    println!(
        "  100 nulls by swaps, drawn, built and XOR5 counted both ways: {:.2} s",
        start.elapsed().as_secs_f64()
    );

    println!("XOR5 of 1000 nulls each, against swaps with other seeds");
    let reference = wiring.counts(1000, swaps(100.0), 1);
    for per_edge in [1.0, 2.0, 5.0, 10.0, 100.0] {
        compare(
            &format!("{per_edge} swaps per edge"),
            &wiring.counts(1000, swaps(per_edge), 2),
            &reference,
        );
    }
    for times in [1, 2, 3, 5, 7, 10, 15, 20, 50] {
        compare(
            &format!("{times} global trades"),
            &wiring.counts(1000, trades(times), 3),
            &reference,
        );
    }

    println!("autocorrelation of XOR5 along one chain of 4000 steps, at lags of 1 to 8 steps");
    for (name, settings) in [
        ("1 global trade a step", trades(1)),
        ("2 swaps per edge a step", swaps(2.0)),
    ] {
        let mut random = stream(4, &[name]);
        let mut edges = observed.clone();
        let mut chain = Vec::new();
        for step in 0..4050 {
            edges = Surrogate::from_edges(&wiring.neurons, edges, NullModel::BySourceSign)
                .draw(settings, &mut random)
                .edges;
            if step >= 50 {
                chain.push(wiring.xor5(&edges));
            }
        }
        let (mean, sd) = mean_sd(&chain);
        let correlation = |lag: usize| {
            let products = chain
                .iter()
                .zip(&chain[lag..])
                .map(|(a, b)| (a - mean) * (b - mean));
            products.sum::<f64>() / (chain.len() - lag) as f64 / (sd * sd)
        };
        let lags: Vec<String> = (1..=8)
            .map(|lag| format!("{:.3}", correlation(lag)))
            .collect();
        println!("  {name:<28}{}", lags.join(" "));
    }
}

fn fly(with_swaps: bool) {
    let start = Instant::now();
    let fly = fly::graph(fly::NEURONS, fly::EDGES, 1);
    println!(
        "made-up fly, made in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    statistics(&fly);
    let neurons: Vec<Neuron> = fly
        .identity
        .iter()
        .map(|&sign| Neuron {
            sign,
            ..Neuron::named("")
        })
        .collect();
    let synapse = |&(pre, post, sign, weight)| Synapse {
        pre,
        post,
        synapse_type: SynapseType::Chemical,
        weight,
        sign,
    };
    let observed: Vec<Synapse> = fly.edges.iter().map(synapse).collect();
    let start = Instant::now();
    let wiring = Wiring::new(neurons, observed.clone());
    println!(
        "prepared in {:.2} s; observed XOR5 {}",
        start.elapsed().as_secs_f64(),
        wiring.xor5(&observed)
    );

    let timed = |wiring: &Wiring, name: &str, settings: NullSettings, seed: u64| {
        let start = Instant::now();
        let null = wiring
            .surrogate
            .draw(settings, &mut stream(seed, &["fly-null"]));
        let drawn = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let graph = wiring.graph(&null.edges);
        let built = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let found =
            count(&graph, Motif::Xor5.pattern(), Matching::Subgraph).expect("a count below 2^64");
        let counted = start.elapsed().as_secs_f64();
        println!(
            "  {name:<34}seed {seed}  XOR5 {found:>12}  drawn {drawn:.2} s, graph {built:.2} s, \
             count {counted:.2} s, acceptance {:.3}",
            null.acceptance
        );
        (null, found as f64)
    };
    for times in [1, 2, 3, 5, 7, 10, 15, 20] {
        timed(&wiring, &format!("{times} global trades"), trades(times), 1);
    }
    let reference: Vec<f64> = (1..=8)
        .map(|seed| timed(&wiring, "50 global trades", trades(50), seed).1)
        .collect();
    let (null, _) = timed(&wiring, "100 global trades", trades(100), 9);
    let again = Wiring::new(wiring.neurons.clone(), null.edges);
    let others: Vec<f64> = (11..=18)
        .map(|seed| timed(&again, "50 more from there", trades(50), seed).1)
        .collect();
    compare("from a null", &others, &reference);
    if with_swaps {
        let swapped =
            (21..=28).map(|seed| timed(&wiring, "10 swaps per edge", swaps(10.0), seed).1);
        compare(
            "10 swaps per edge",
            &swapped.collect::<Vec<f64>>(),
            &reference,
        );
    }
}

/// Prints what the generator was tuned for.
fn statistics(fly: &fly::Fly) {
    let n = fly.identity.len();
    let pairs: HashSet<(u32, u32)> = fly
        .edges
        .iter()
        .map(|&(pre, post, ..)| (pre, post))
        .collect();
    let reciprocal = pairs
        .iter()
        .filter(|&&(pre, post)| pairs.contains(&(post, pre)))
        .count();
    let (mut out_degree, mut in_degree, mut around) =
        (vec![0.0; n], vec![0.0; n], vec![Vec::new(); n]);
    for &(pre, post) in &pairs {
        out_degree[pre as usize] += 1.0;
        in_degree[post as usize] += 1.0;
        around[pre as usize].push(post);
        around[post as usize].push(pre);
    }
    let variation = |degrees: &[f64]| {
        let mean = degrees.iter().sum::<f64>() / n as f64;
        (degrees.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n as f64).sqrt() / mean
    };
    // Mean local clustering of a sample of the neurons, on the undirected graph.
    let sample: Vec<usize> = (0..n).step_by((n / 2000).max(1)).collect();
    let mut clustering = 0.0;
    for &neuron in &sample {
        let near = &mut around[neuron];
        near.sort_unstable();
        near.dedup();
        let joined = |a: u32, b: u32| pairs.contains(&(a, b)) || pairs.contains(&(b, a));
        let links = near
            .iter()
            .enumerate()
            .map(|(i, &a)| near[i + 1..].iter().filter(|&&b| joined(a, b)).count());
        let all = near.len() * near.len().saturating_sub(1) / 2;
        clustering += links.sum::<usize>() as f64 / all.max(1) as f64 / sample.len() as f64;
    }
    let inhibitory = fly
        .identity
        .iter()
        .filter(|&&s| s == Sign::Inhibitory)
        .count();
    let weight = fly.edges.iter().map(|e| e.3).sum::<f64>() / fly.edges.len() as f64;
    println!(
        "  neurons {n}, edges {}, density {:.6}",
        pairs.len(),
        pairs.len() as f64 / (n * (n - 1)) as f64
    );
    println!(
        "  reciprocity {:.3}, clustering {clustering:.3}",
        reciprocal as f64 / pairs.len() as f64
    );
    println!(
        "  degree CV out {:.3}, in {:.3}",
        variation(&out_degree),
        variation(&in_degree)
    );
    let (sinks, largest) = (
        out_degree.iter().filter(|&&d| d == 0.0).count(),
        out_degree.iter().copied().fold(0.0, f64::max),
    );
    println!("  largest out-degree {largest}, neurons without output {sinks}");
    println!(
        "  inhibitory neurons {:.3}, mean weight {weight:.2}",
        inhibitory as f64 / n as f64
    );
}
