//! Null models: time of a draw, and whether enough is drawn.
//!
//! `cargo bench --no-default-features --bench nulls -- fly` prints the statistics of the made-up fly.

mod fly;

use std::collections::HashSet;
use std::time::Instant;

fn main() {
    let start = Instant::now();
    let fly = fly::graph(fly::NEURONS, fly::EDGES, 1);
    println!("made in {:.2} s", start.elapsed().as_secs_f64());
    statistics(&fly);
}

/// Prints what the generator was tuned for.
fn statistics(fly: &fly::Fly) {
    let n = fly.identity.len();
    let pairs: HashSet<(u32, u32)> = fly.edges.iter().map(|&(pre, post, ..)| (pre, post)).collect();
    let reciprocal = pairs.iter().filter(|&&(pre, post)| pairs.contains(&(post, pre))).count();
    let (mut out_degree, mut in_degree, mut around) = (vec![0.0; n], vec![0.0; n], vec![Vec::new(); n]);
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
        let links = near.iter().enumerate().map(|(i, &a)| near[i + 1..].iter().filter(|&&b| joined(a, b)).count());
        let all = near.len() * near.len().saturating_sub(1) / 2;
        clustering += links.sum::<usize>() as f64 / all.max(1) as f64 / sample.len() as f64;
    }
    let inhibitory = fly.identity.iter().filter(|&&s| s == engraph::connectome::Sign::Inhibitory).count();
    let weight = fly.edges.iter().map(|e| e.3).sum::<f64>() / fly.edges.len() as f64;
    println!("neurons {n}, edges {}, density {:.6}", pairs.len(), pairs.len() as f64 / (n * (n - 1)) as f64);
    println!("reciprocity {:.3}, clustering {clustering:.3}", reciprocal as f64 / pairs.len() as f64);
    println!("degree CV out {:.3}, in {:.3}", variation(&out_degree), variation(&in_degree));
    let (sinks, largest) =
        (out_degree.iter().filter(|&&d| d == 0.0).count(), out_degree.iter().copied().fold(0.0, f64::max));
    println!("largest out-degree {largest}, neurons without output {sinks}");
    println!("inhibitory neurons {:.3}, mean weight {weight:.2}", inhibitory as f64 / n as f64);
}
