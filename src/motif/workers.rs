//! Work around many neurons, dealt out to the threads of the pool.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::SignedGraph;
use super::tally::Tally;
use crate::interruption;

/// What is to be done around a neuron, or a share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) neuron: u32,
    part: u32,
    parts: u32,
}

impl Task {
    fn whole(neuron: u32) -> Self {
        Self {
            neuron,
            part: 0,
            parts: 1,
        }
    }

    /// The share of a list that belongs to this task.
    #[inline]
    pub(super) fn share<'a, E>(&self, list: &'a [E]) -> &'a [E] {
        let end =
            |part: u32| (list.len() as u64 * u64::from(part) / u64::from(self.parts)) as usize;
        &list[end(self.part)..end(self.part + 1)]
    }

    /// Whether the entry of a list belongs to this task, where later entries are less work than
    /// earlier ones.
    #[inline]
    pub(super) fn owns(&self, at: usize) -> bool {
        at as u64 % u64::from(self.parts) == u64::from(self.part)
    }
}

/// Whether a count may use more than the thread that asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parallel {
    /// For callers that count in many graphs at once: a thread that waited for others would begin
    /// the next graph.
    No,
    /// Where there is enough to do.
    WhereItPays,
    /// Everywhere, for tests on small graphs.
    #[cfg(test)]
    Always,
}

impl Parallel {
    /// Whether a step with this much to do is shared, where `enough` pays.
    pub(super) fn shares(self, work: usize, enough: usize) -> bool {
        match self {
            Parallel::No => false,
            Parallel::WhereItPays => work >= enough,
            #[cfg(test)]
            Parallel::Always => true,
        }
    }
}

/// Below this many edges a count is over before a second thread has woken up.
const PARALLEL_EDGES: usize = 30_000;
/// Shares per thread that the whole work is cut into.
const SHARES: u64 = 32;
/// As many shares make a part of a neuron's work: more than one, for every part has to look around
/// first.
const SHARES_PER_PART: u64 = 4;
/// Neurons whose cost is found in one go.
const COSTS: usize = 1024;

/// As many threads as a count in this graph is given: those of the pool, or the one that asks.
pub(super) fn threads(graph: &SignedGraph, parallel: Parallel) -> usize {
    match parallel {
        Parallel::No => 1,
        Parallel::WhereItPays if graph.edges() < PARALLEL_EDGES => 1,
        Parallel::WhereItPays => rayon::current_num_threads(),
        #[cfg(test)]
        Parallel::Always => rayon::current_num_threads(),
    }
}

/// Runs `work` around every neuron, adding to `tally`, in so many threads. Where `splits` allows it
/// a neuron with much work is shared between them, so that a single large hub does not keep all but
/// one waiting.
pub(super) fn run<T: Tally, S>(
    threads: usize,
    neurons: &[u32],
    cost: impl Fn(u32) -> u64 + Sync,
    splits: bool,
    scratch: impl Fn() -> S + Sync,
    tally: &mut T,
    work: impl Fn(Task, &mut S, &mut T) + Sync,
) {
    if threads == 1 {
        let mut scratch = scratch();
        neurons.iter().for_each(|&neuron| {
            interruption::check();
            work(Task::whole(neuron), &mut scratch, tally);
        });
        return;
    }
    let tasks = deal(threads, neurons, cost, splits);
    let next = AtomicUsize::new(0);
    let finished = Mutex::new(Vec::new());
    let tallies: Vec<T> = (0..threads).map(|_| tally.another()).collect();
    rayon::scope(|scope| {
        for mut own in tallies {
            let (tasks, next, finished, scratch, work) =
                (&tasks, &next, &finished, &scratch, &work);
            scope.spawn(move |_| {
                let mut scratch = scratch();
                while let Some(share) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    share.iter().for_each(|&task| {
                        interruption::check();
                        work(task, &mut scratch, &mut own);
                    });
                }
                finished
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner())
                    .push(own);
            });
        }
    });
    for own in finished
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
    {
        tally.merge(own);
    }
}

/// The tasks in shares: first those of neurons with much work, the most first, so that none is left
/// for the end; then all others in their own order, for neurons with near numbers often have
/// neighbours in common, which are still in the cache.
fn deal(
    threads: usize,
    neurons: &[u32],
    cost: impl Fn(u32) -> u64 + Sync,
    splits: bool,
) -> Vec<Vec<Task>> {
    let costs: Vec<u64> = neurons
        .par_iter()
        .with_min_len(COSTS)
        .map(|&neuron| cost(neuron))
        .collect();
    let total = costs.iter().copied().fold(0, u64::saturating_add);
    let share = total / (SHARES * threads as u64) + 1;
    let mut large: Vec<(u64, u32)> = Vec::new();
    let mut others = Vec::new();
    let (mut open, mut filled) = (Vec::new(), 0_u64);
    for (&neuron, cost) in neurons.iter().zip(costs) {
        if cost > share {
            large.push((cost, neuron));
            continue;
        }
        open.push(Task::whole(neuron));
        filled += cost;
        if filled >= share {
            others.push(std::mem::take(&mut open));
            filled = 0;
        }
    }
    others.push(open);
    large.sort_unstable_by(|a, b| b.cmp(a));
    let mut tasks = Vec::with_capacity(large.len() + others.len());
    for (cost, neuron) in large {
        let parts = if splits {
            (cost / share).div_ceil(SHARES_PER_PART) as u32
        } else {
            1
        };
        tasks.extend((0..parts).map(|part| {
            vec![Task {
                neuron,
                part,
                parts,
            }]
        }));
    }
    tasks.extend(others);
    tasks
}
