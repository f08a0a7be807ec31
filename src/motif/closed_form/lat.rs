//! LAT: an input A with its relay C and, through the hub, an inhibited relay D that another input B
//! drives.

use super::neighbourhood::{INPUT, NEAR_HUB, Neighbourhood, OWN, TARGET, mark, unmark};
use super::scratch::{Scratch, collect};
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const FIRST_INPUT: usize = 0;
const SECOND_INPUT: usize = 2;
const DRIVEN: usize = 1;
const SILENCED: usize = 3;
const HUB: usize = 4;

const DRIVES_OWN: usize = 0;
const DRIVES_SILENCED: usize = 1;
const RECRUITS: usize = 2;
const SILENCES: usize = 3;

/// Over the edges A -> C out of P the number of (D, B), and for participation over the edges B -> D
/// into Q the number of (A, C).
///
/// Let y be in-degree and x out-degree to excitatory neurons other than the hub, both over
/// excitatory edges, q(v) the excitatory edges from v to Q and p(v) those from P to v. For A -> C
/// the number is the sum over D in Q \ {A, C} of y(D) - [A -> D] - [C -> D]; for B -> D the sum
/// over A in P \ {D, B} of x(A) - [A -> D] - [A -> B and B excitatory].
pub(super) fn subgraph<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    let Scratch {
        around,
        towards,
        from,
        ..
    } = scratch;
    let Some(inputs) = around.enter(graph, Matching::Subgraph, hub) else {
        return;
    };
    let layers = graph.layers(Matching::Subgraph);
    let (excited, excitors) = (&layers.excited, &layers.excitors);
    let drivers = |d: u32| excitors.row(d).len() as u64;

    let mut all_drivers = 0;
    for &d in &around.targets {
        all_drivers += drivers(d);
        for &b in excitors.row(d) {
            towards[b as usize] += 1;
        }
    }
    let mut total = 0;
    for &a in task.share(inputs) {
        let a_is_target = around.is(a, TARGET) == 1;
        let from_a = u64::from(towards[a as usize]);
        let others = all_drivers - if a_is_target { drivers(a) } else { 0 } - from_a;
        let mut found = 0;
        for &c in excited.row(a) {
            if c == hub || !graph.excitatory(c) {
                continue;
            }
            let c_is_target = around.is(c, TARGET) == 1;
            // What the terms taken away have in common is added back first, so that no difference
            // is negative.
            let mut completions =
                others + u64::from(c_is_target) + u64::from(a_is_target && excited.contains(c, a));
            completions -= u64::from(towards[c as usize]);
            if c_is_target {
                completions -= drivers(c);
            }
            found += completions;
            tally.plays(DRIVEN, c, completions);
            tally.joins(DRIVES_OWN, a, c, completions);
        }
        total += found;
        tally.plays(FIRST_INPUT, a, found);
        tally.joins(RECRUITS, a, hub, found);
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    for &d in &around.targets {
        for &b in excitors.row(d) {
            towards[b as usize] = 0;
        }
    }

    if T::DETAIL {
        let hub_is_relay = u64::from(graph.excitatory(hub));
        let relays = |a: u32| u64::from(graph.relays(a)) - hub_is_relay;
        let mut all_relays = 0;
        for &a in inputs {
            all_relays += relays(a);
            for &v in excited.row(a) {
                from[v as usize] += 1;
            }
        }
        for &d in task.share(&around.targets) {
            let d_is_input = around.is(d, INPUT) == 1;
            let others =
                all_relays - if d_is_input { relays(d) } else { 0 } - u64::from(from[d as usize]);
            let mut found = 0;
            for &b in excitors.row(d) {
                let (b_is_input, b_is_relay) = (around.is(b, INPUT) == 1, graph.excitatory(b));
                let mut completions = others + u64::from(b_is_input);
                if b_is_relay {
                    completions += u64::from(d_is_input && excited.contains(d, b));
                    completions -= u64::from(from[b as usize]);
                }
                if b_is_input {
                    completions -= relays(b);
                }
                found += completions;
                tally.plays(SECOND_INPUT, b, completions);
                tally.joins(DRIVES_SILENCED, b, d, completions);
            }
            tally.plays(SILENCED, d, found);
            tally.joins(SILENCES, hub, d, found);
        }
        for &a in inputs {
            for &v in excited.row(a) {
                from[v as usize] = 0;
            }
        }
    }
    around.leave(inputs);
}

/// For each input A and target D that are not adjacent, the pairs of a relay of A and a driver of
/// D, both away from the hub and each away from the other's partner, that are not adjacent.
pub(super) fn induced<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    const NEAR_A: u8 = OWN;
    const NEAR_D: u8 = OWN << 1;
    let Scratch {
        around,
        pairs,
        towards,
        lists: [relays, driven, drivers, _],
        ..
    } = scratch;
    let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    let layers = graph.layers(Matching::Induced);
    mark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    let mut total = 0;
    for &a in task.share(inputs) {
        let row = layers.excited.row(a).iter().copied();
        collect(
            relays,
            row.filter(|&c| c != hub && graph.excitatory(c) && around.is(c, NEAR_HUB) == 0),
        );
        if relays.is_empty() {
            continue;
        }
        mark(&mut around.marks, graph.neighbours(a), NEAR_A);
        if !T::DETAIL {
            total += completions(graph, around, (NEAR_A, NEAR_HUB), relays, drivers, towards);
            unmark(&mut around.marks, graph.neighbours(a), NEAR_A);
            continue;
        }
        for &d in &around.targets {
            if around.marks[d as usize] & NEAR_A != 0 {
                continue;
            }
            let row = layers.excitors.row(d).iter().copied();
            collect(
                drivers,
                row.filter(|&b| around.marks[b as usize] & (NEAR_A | NEAR_HUB) == 0),
            );
            if drivers.is_empty() {
                continue;
            }
            mark(&mut around.marks, graph.neighbours(d), NEAR_D);
            collect(
                driven,
                relays
                    .iter()
                    .copied()
                    .filter(|&c| around.is(c, NEAR_D) == 0),
            );
            unmark(&mut around.marks, graph.neighbours(d), NEAR_D);
            let found = pairs.count(graph, driven, drivers);
            total += found;
            tally.plays(FIRST_INPUT, a, found);
            tally.plays(SILENCED, d, found);
            tally.joins(RECRUITS, a, hub, found);
            tally.joins(SILENCES, hub, d, found);
            for (&c, &free) in driven.iter().zip(&pairs.left_free) {
                tally.plays(DRIVEN, c, free);
                tally.joins(DRIVES_OWN, a, c, free);
            }
            for (&b, &free) in drivers.iter().zip(&pairs.right_free) {
                tally.plays(SECOND_INPUT, b, free);
                tally.joins(DRIVES_SILENCED, b, d, free);
            }
        }
        unmark(&mut around.marks, graph.neighbours(a), NEAR_A);
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    unmark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    around.leave(inputs);
}

/// The triples of a relay of A, a target D and a driver of D for one A whose neighbours are marked.
/// With the neighbours of all relays added up once, it is known how many relays are near D, and how
/// many near each driver; what both sums have is taken away one by one. `relays_near` is zero for
/// every neuron before and after.
fn completions(
    graph: &SignedGraph,
    around: &mut Neighbourhood,
    (near_a, near_hub): (u8, u8),
    relays: &[u32],
    near_relays: &mut Vec<u32>,
    relays_near: &mut [u32],
) -> u64 {
    const RELAY: u8 = OWN << 2;
    let Neighbourhood { marks, targets, .. } = around;
    mark(marks, relays, RELAY);
    for &c in relays {
        graph
            .neighbours(c)
            .iter()
            .for_each(|&other| relays_near[other as usize] += 1);
    }
    let excitors = &graph.layers(Matching::Induced).excitors;
    let mut total = 0;
    for &d in targets.iter().filter(|&&d| marks[d as usize] & near_a == 0) {
        let (mut drivers, mut adjacent) = (0, 0);
        near_relays.clear();
        for &b in excitors
            .row(d)
            .iter()
            .filter(|&&b| marks[b as usize] & (near_a | near_hub) == 0)
        {
            drivers += 1;
            if relays_near[b as usize] > 0 {
                adjacent += u64::from(relays_near[b as usize]);
                near_relays.push(b);
            }
        }
        let near_d = u64::from(relays_near[d as usize]);
        if near_d > 0 && !near_relays.is_empty() {
            for &c in graph
                .neighbours(d)
                .iter()
                .filter(|&&c| marks[c as usize] & RELAY != 0)
            {
                adjacent -= near_relays
                    .iter()
                    .filter(|&&b| graph.adjacent(b, c))
                    .count() as u64;
            }
        }
        total += (relays.len() as u64 - near_d) * drivers - adjacent;
    }
    for &c in relays {
        graph
            .neighbours(c)
            .iter()
            .for_each(|&other| relays_near[other as usize] = 0);
    }
    unmark(marks, relays, RELAY);
    total
}
