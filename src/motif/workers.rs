//! Work around many neurons, dealt out to the threads of the pool.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::SignedGraph;
use super::tally::Tally;

/// What is to be done around a neuron, or a share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) neuron: u32,
    part: u32,
    parts: u32,
}

impl Task {
    fn whole(neuron: u32) -> Self {
        Self { neuron, part: 0, parts: 1 }
    }

    /// The share of a list that belongs to this task.
    #[inline]
    pub(super) fn share<'a, E>(&self, list: &'a [E]) -> &'a [E] {
        let end = |part: u32| (list.len() as u64 * u64::from(part) / u64::from(self.parts)) as usize;
        &list[end(self.part)..end(self.part + 1)]
    }

    /// Whether the entry of a list belongs to this task, where later entries are less work than earlier ones.
    #[inline]
    pub(super) fn owns(&self, at: usize) -> bool {
        at as u64 % u64::from(self.parts) == u64::from(self.part)
    }
}

/// Below this many edges a count is over before a second thread has woken up.
const PARALLEL_EDGES: usize = 30_000;
/// Shares per thread that the whole work is cut into where single neurons allow it.
const SHARES: u64 = 8;

/// As many threads as a count in this graph is given: those of the pool, or the one that asks.
pub(super) fn threads(graph: &SignedGraph, parallel: bool) -> usize {
    if parallel && graph.edges() >= PARALLEL_EDGES { rayon::current_num_threads() } else { 1 }
}

/// Runs `work` around every neuron, adding to `tally`, in so many threads. Where `splits` allows it a neuron with much work
/// is shared between them, so that a single large hub does not keep all but one waiting.
pub(super) fn run<T: Tally, S>(
    threads: usize,
    neurons: &[u32],
    cost: impl Fn(u32) -> u64,
    splits: bool,
    scratch: impl Fn() -> S + Sync,
    tally: &mut T,
    work: impl Fn(Task, &mut S, &mut T) + Sync,
) {
    if threads == 1 {
        let mut scratch = scratch();
        neurons.iter().for_each(|&neuron| work(Task::whole(neuron), &mut scratch, tally));
        return;
    }
    let mut costs: Vec<(u64, u32)> = neurons.iter().map(|&neuron| (cost(neuron), neuron)).collect();
    // The largest first, so that none is left for the end.
    costs.sort_unstable_by(|a, b| b.cmp(a));
    let total: u64 = costs.iter().map(|&(cost, _)| cost).fold(0, u64::saturating_add);
    let share = total / (SHARES * threads as u64) + 1;
    let mut tasks = Vec::with_capacity(costs.len());
    for (cost, neuron) in costs {
        let parts = if splits { (cost / share + 1).min(4 * SHARES * threads as u64) as u32 } else { 1 };
        tasks.extend((0..parts).map(|part| Task { neuron, part, parts }));
    }
    let next = AtomicUsize::new(0);
    let finished = Mutex::new(Vec::new());
    let tallies: Vec<T> = (0..threads).map(|_| tally.another()).collect();
    rayon::scope(|scope| {
        for mut own in tallies {
            let (tasks, next, finished, scratch, work) = (&tasks, &next, &finished, &scratch, &work);
            scope.spawn(move |_| {
                let mut scratch = scratch();
                while let Some(&task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(task, &mut scratch, &mut own);
                }
                finished.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(own);
            });
        }
    });
    for own in finished.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        tally.merge(own);
    }
}
