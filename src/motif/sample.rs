//! Occurrences drawn at random, each equally likely and independent of the others.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cover::{Cover, Tables, below};
use super::{Counter, Matching, MotifError, Pattern, SignedGraph};
use crate::random::stream;

/// Fillings that are drawn from one random stream.
const CHUNK: usize = 1 << 14;
/// As many fillings are drawn at a time, at most.
const BATCH: usize = 1 << 22;

/// Draws occurrences of a pattern, exactly uniform and independent (with replacement), without
/// listing them.
///
/// Fillings are drawn from a cover of the pattern in which they are all equally likely, and kept if
/// they are fillings of the pattern: distinct neurons, and no synapse that must not be there. Where
/// so few would be kept that listing all occurrences is less work, as for the rare induced ones of
/// a dense neighbourhood, the occurrences with uniformly drawn ranks are taken from the list. The
/// same seed gives the same samples for any number of threads.
///
/// Returns the neurons of each sample by role; of equivalent fillings any may come. Empty if the
/// pattern does not occur.
///
/// ```
/// use engraph::connectome::SignModel;
/// use engraph::motif::{Matching, Motif, SignedGraph, sample};
/// use engraph::source::bundled;
///
/// let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
/// let graph = SignedGraph::from_connectome(&worm, 1.0)?;
/// let samples = sample(&graph, Motif::Xor5.pattern(), Matching::Subgraph, 10, 1)?;
/// assert_eq!(samples.len(), 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`count`](super::count).
///
/// # Complexity
/// Twice the cost of going through the cover, which for the built-in motifs is about that of
/// counting, and O(1) per filling drawn.
pub fn sample(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
    samples: usize,
    seed: u64,
) -> Result<Vec<Vec<u32>>, MotifError> {
    let counter = Counter::new(graph, pattern, matching)?;
    let count = counter.count()?;
    if count == 0 || samples == 0 {
        return Ok(Vec::new());
    }
    let covers = counter
        .single_cases()
        .into_iter()
        .map(|case| Cover::new(graph, &case, matching));
    let covers = covers.collect::<Result<Vec<_>, MotifError>>()?;
    let totals: Vec<Vec<u128>> = covers.iter().map(|cover| totals(graph, cover)).collect();
    let cover: u128 = totals
        .iter()
        .flatten()
        .fold(0, |sum: u128, &total| sum.saturating_add(total));
    let kept = count as f64 * pattern.automorphisms() as f64 / cover as f64;
    if cover == u128::MAX || samples as f64 / kept > count as f64 {
        return listed(&counter, count, samples, seed);
    }
    let proposal = Proposal::new(&counter, covers, totals);
    let mut drawn = Vec::with_capacity(samples);
    let name = format!("{}/{}", pattern.name(), matching.as_str());
    let mut batch = 0_u64;
    while drawn.len() < samples {
        let wanted = ((samples - drawn.len()) as f64 / kept * 1.02) as usize + 64;
        let found = proposal.batch(wanted.min(BATCH), &format!("{name}/{batch}"), seed);
        drawn.extend(found.into_iter().take(samples - drawn.len()));
        batch += 1;
    }
    Ok(drawn)
}

/// For each neuron the fillings of a cover whose cut it begins.
fn totals(graph: &SignedGraph, cover: &Cover<'_>) -> Vec<u128> {
    let neurons = graph.neurons();
    let threads = if graph.edges() < CHUNK {
        1
    } else {
        rayon::current_num_threads()
    };
    let next = AtomicUsize::new(0);
    const STEP: usize = 64;
    let parts: Vec<Vec<(usize, u128)>> = (0..threads)
        .into_par_iter()
        .map(|_| {
            let mut tables = cover.tables();
            let mut found = Vec::new();
            loop {
                let start = next.fetch_add(STEP, Ordering::Relaxed);
                if start >= neurons {
                    return found;
                }
                for neuron in start..neurons.min(start + STEP) {
                    let weight = cover.weight(neuron as u32, &mut tables);
                    if weight > 0 {
                        found.push((neuron, weight));
                    }
                }
            }
        })
        .collect();
    let mut totals = vec![0; neurons];
    parts
        .into_iter()
        .flatten()
        .for_each(|(neuron, weight)| totals[neuron] = weight);
    totals
}

/// One filling to be drawn: where it starts, its rank there, and its number.
type Drawn = (u32, u128, u32);

/// Draws from the covers of all alternatives together.
struct Proposal<'p, 'a> {
    counter: &'p Counter<'a>,
    covers: Vec<Cover<'a>>,
    /// Cover, first neuron, and the fillings up to and with it.
    starts: Vec<(usize, u32, u128)>,
}

impl<'p, 'a> Proposal<'p, 'a> {
    fn new(counter: &'p Counter<'a>, covers: Vec<Cover<'a>>, totals: Vec<Vec<u128>>) -> Self {
        let mut sum = 0_u128;
        let mut starts = Vec::new();
        for (cover, totals) in totals.into_iter().enumerate() {
            for (neuron, weight) in totals
                .into_iter()
                .enumerate()
                .filter(|&(_, weight)| weight > 0)
            {
                sum += weight;
                starts.push((cover, neuron as u32, sum));
            }
        }
        Self {
            counter,
            covers,
            starts,
        }
    }

    /// The fillings of the pattern among `size` ones of the cover, in random order.
    fn batch(&self, size: usize, batch: &str, seed: u64) -> Vec<Vec<u32>> {
        let mut random = stream(seed, &["motif-sample", batch]);
        let total = self.starts.last().map_or(1, |&(.., sum)| sum);
        // Where each one starts, and its rank there; sorted, so that the tables of a start are made
        // once.
        let drawn: Vec<u128> = (0..size).map(|_| below(total, &mut random)).collect();
        let mut ranks: Vec<Drawn> = drawn
            .into_par_iter()
            .enumerate()
            .map(|(number, rank)| {
                let at = self.starts.partition_point(|&(.., sum)| sum <= rank);
                let before = if at == 0 { 0 } else { self.starts[at - 1].2 };
                (at as u32, rank - before, number as u32)
            })
            .collect();
        ranks.par_sort_unstable();
        let groups: Vec<&[Drawn]> = ranks.chunk_by(|a, b| a.0 == b.0).collect();
        // Whole groups, in chunks of about equal size, each with its own stream whatever the number
        // of threads.
        let mut chunks: Vec<Vec<&[Drawn]>> = vec![Vec::new()];
        let mut filled = 0;
        for group in groups.into_iter().flat_map(|group| group.chunks(CHUNK)) {
            if filled + group.len() > CHUNK {
                chunks.push(Vec::new());
                filled = 0;
            }
            filled += group.len();
            chunks.last_mut().expect("there is one").push(group);
        }
        let found = chunks.par_iter().enumerate().map_init(
            || {
                self.covers
                    .iter()
                    .map(Cover::tables)
                    .collect::<Vec<Tables>>()
            },
            |tables, (chunk, groups)| {
                let mut random = stream(seed, &["motif-sample", batch, &chunk.to_string()]);
                let mut kept: Vec<(u32, Vec<u32>)> = Vec::new();
                let mut own = Vec::new();
                for group in groups {
                    let (cover, first, _) = self.starts[group[0].0 as usize];
                    own.clear();
                    own.extend(group.iter().map(|&(_, rank, number)| (rank, number)));
                    let mut chances = stream(
                        seed,
                        &["motif-sample-alternative", batch, &group[0].2.to_string()],
                    );
                    self.covers[cover].draw(
                        first,
                        &own,
                        &mut tables[cover],
                        &mut random,
                        |number, neurons| {
                            let valid = self.covers[cover].is_filling(neurons);
                            // A filling with several alternatives is drawn once for each of them.
                            if valid
                                && below(
                                    self.counter.held_alternatives(neurons).len().max(1) as u128,
                                    &mut chances,
                                ) == 0
                            {
                                kept.push((number, neurons.to_vec()));
                            }
                        },
                    );
                }
                kept
            },
        );
        let mut found: Vec<(u32, Vec<u32>)> = found.flatten().collect();
        found.par_sort_unstable_by_key(|&(number, _)| number);
        found.into_iter().map(|(_, neurons)| neurons).collect()
    }
}

/// The occurrences with uniformly drawn ranks in the list of all.
fn listed(
    counter: &Counter<'_>,
    count: u64,
    samples: usize,
    seed: u64,
) -> Result<Vec<Vec<u32>>, MotifError> {
    let mut random = stream(seed, &["motif-sample-ranks"]);
    let mut ranks: Vec<(u64, usize)> = (0..samples)
        .map(|number| (below(u128::from(count), &mut random) as u64, number))
        .collect();
    ranks.sort_unstable();
    let mut drawn = vec![Vec::new(); samples];
    let (mut rank, mut next) = (0, 0);
    counter.each(|neurons| {
        while next < samples && ranks[next].0 == rank {
            drawn[ranks[next].1] = neurons.to_vec();
            next += 1;
        }
        rank += 1;
        next < samples
    })?;
    Ok(drawn)
}
