//! XOR6: an XOR5 and a neuron that both of its relays excite.

use super::neighbourhood::{INPUT, NEAR_HUB, OWN, mark, unmark};
use super::scratch::{Scratch, collect};
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const INPUTS: usize = 0;
const RELAYS: usize = 1;
const HUB: usize = 2;
const READ_OUT: usize = 3;

const DRIVES: usize = 0;
const RECRUITS: usize = 1;
const SILENCES: usize = 2;
const READS: usize = 3;

/// The inputs of each relay within M, for the relays that have any, end to end.
fn inputs_of_relays(
    graph: &SignedGraph,
    matching: Matching,
    scratch: &mut Scratch,
    ends: &mut Vec<(u32, usize)>,
) {
    let Scratch {
        around,
        lists: [inputs, ..],
        ..
    } = scratch;
    inputs.clear();
    ends.clear();
    for &c in &around.targets {
        let before = inputs.len();
        let row = graph.layers(matching).excitors.row(c).iter().copied();
        inputs.extend(row.filter(|&a| around.is(a, INPUT) == 1));
        if inputs.len() > before {
            ends.push((c, inputs.len()));
        }
    }
}

/// For each pair of relays C, D with inputs P_C and P_D and common excited neurons K other than the
/// hub: with alpha = |P_C \ {D}|, beta = |P_D \ {C}|, gamma = |P_C and P_D|, a read-out O in K has
/// (alpha - [O in P_C]) (beta - [O in P_D]) - gamma + [O in P_C and P_D] pairs of distinct inputs.
pub(super) fn subgraph<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    const OF_C: u8 = OWN;
    const OF_D: u8 = OWN << 1;
    const EXCITED_BY_C: u8 = OWN << 2;
    const READ: u8 = OWN << 3;
    let Some(hub_inputs) = scratch.around.enter(graph, Matching::Subgraph, hub) else {
        return;
    };
    let mut ends = std::mem::take(&mut scratch.ends);
    inputs_of_relays(graph, Matching::Subgraph, scratch, &mut ends);
    let Scratch {
        around,
        lists: [inputs, read_outs, ..],
        ..
    } = scratch;
    let excited = &graph.layers(Matching::Subgraph).excited;
    let mut c_start = 0;
    for (at, &(c, c_end)) in ends.iter().enumerate() {
        let of_c = &inputs[c_start..c_end];
        c_start = c_end;
        if !task.owns(at) {
            continue;
        }
        mark(&mut around.marks, of_c, OF_C);
        mark(&mut around.marks, excited.row(c), EXCITED_BY_C);
        let mut d_start = c_end;
        for &(d, d_end) in &ends[at + 1..] {
            let of_d = &inputs[d_start..d_end];
            d_start = d_end;
            let common = excited.row(d).iter().copied();
            collect(
                read_outs,
                common.filter(|&o| o != hub && around.is(o, EXCITED_BY_C) == 1),
            );
            if read_outs.is_empty() {
                continue;
            }
            mark(&mut around.marks, of_d, OF_D);
            let alpha = of_c.len() as u64 - around.is(d, OF_C);
            let beta = of_d.len() as u64 - around.is(c, OF_D);
            let gamma: u64 = of_d.iter().map(|&input| around.is(input, OF_C)).sum();
            // How many read-outs are among the inputs of C, and of D.
            let (mut among_c, mut among_d) = (0, 0);
            let mut found = 0;
            for &o in read_outs.iter() {
                let (in_c, in_d) = (around.is(o, OF_C), around.is(o, OF_D));
                among_c += in_c;
                among_d += in_d;
                // alpha is zero only if D is the one input of C, and then neither O nor an input of
                // D is.
                let pairs = (alpha - in_c) * (beta - in_d) + (in_c & in_d) - gamma;
                found += pairs;
                tally.plays(READ_OUT, o, pairs);
                tally.joins(READS, c, o, pairs);
                tally.joins(READS, d, o, pairs);
            }
            if T::DETAIL && found > 0 {
                for relay in [c, d] {
                    tally.plays(RELAYS, relay, found);
                    tally.joins(SILENCES, hub, relay, found);
                }
                mark(&mut around.marks, read_outs, READ);
                // An input a of one relay is completed by a read-out O != a and an input of the
                // other relay that is neither a nor O.
                let all = read_outs.len() as u64;
                let sides = [
                    (of_c, c, d, OF_D, beta, among_d),
                    (of_d, d, c, OF_C, alpha, among_c),
                ];
                for (side, relay, other_relay, other_set, others, among_others) in sides {
                    for &a in side.iter().filter(|&&a| a != other_relay) {
                        let (reads, both_sides) = (around.is(a, READ), around.is(a, other_set));
                        let completions = (all - reads) * (others - both_sides)
                            + (reads & both_sides)
                            - among_others;
                        tally.plays(INPUTS, a, completions);
                        tally.joins(DRIVES, a, relay, completions);
                        tally.joins(RECRUITS, a, hub, completions);
                    }
                }
                unmark(&mut around.marks, read_outs, READ);
            }
            tally.found(found);
            tally.plays(HUB, hub, found);
            unmark(&mut around.marks, of_d, OF_D);
        }
        unmark(&mut around.marks, of_c, OF_C);
        unmark(&mut around.marks, excited.row(c), EXCITED_BY_C);
    }
    around.leave(hub_inputs);
    scratch.ends = ends;
}

/// For each pair of relays that are not adjacent and each common read-out away from the hub, the
/// pairs of an input of C away from D and O and an input of D away from C and O that are not
/// adjacent.
pub(super) fn induced<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    const NEAR_C: u8 = OWN;
    const NEAR_D: u8 = OWN << 1;
    const NEAR_O: u8 = OWN << 2;
    const EXCITED_BY_C: u8 = OWN << 3;
    let Some(hub_inputs) = scratch.around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    let mut ends = std::mem::take(&mut scratch.ends);
    inputs_of_relays(graph, Matching::Induced, scratch, &mut ends);
    let Scratch {
        around,
        pairs,
        lists: [inputs, read_outs, first, second],
        ..
    } = scratch;
    let excited = &graph.layers(Matching::Induced).excited;
    mark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    let mut c_start = 0;
    for (at, &(c, c_end)) in ends.iter().enumerate() {
        let of_c = &inputs[c_start..c_end];
        c_start = c_end;
        if !task.owns(at) {
            continue;
        }
        mark(&mut around.marks, graph.neighbours(c), NEAR_C);
        mark(&mut around.marks, excited.row(c), EXCITED_BY_C);
        let mut d_start = c_end;
        for &(d, d_end) in &ends[at + 1..] {
            let of_d = &inputs[d_start..d_end];
            d_start = d_end;
            if around.is(d, NEAR_C) == 1 {
                continue;
            }
            // Not being a neighbour of the hub a read-out is no input; the hub itself is none, for
            // the edges to Q are one-way.
            let common = excited.row(d).iter().copied();
            collect(
                read_outs,
                common.filter(|&o| {
                    around.marks[o as usize] & (EXCITED_BY_C | NEAR_HUB) == EXCITED_BY_C
                }),
            );
            if read_outs.is_empty() {
                continue;
            }
            mark(&mut around.marks, graph.neighbours(d), NEAR_D);
            for &o in read_outs.iter() {
                mark(&mut around.marks, graph.neighbours(o), NEAR_O);
                collect(
                    first,
                    of_c.iter()
                        .copied()
                        .filter(|&a| around.marks[a as usize] & (NEAR_D | NEAR_O) == 0),
                );
                collect(
                    second,
                    of_d.iter()
                        .copied()
                        .filter(|&b| around.marks[b as usize] & (NEAR_C | NEAR_O) == 0),
                );
                unmark(&mut around.marks, graph.neighbours(o), NEAR_O);
                let found = pairs.count(graph, first, second);
                tally.found(found);
                tally.plays(HUB, hub, found);
                if !T::DETAIL {
                    continue;
                }
                tally.plays(READ_OUT, o, found);
                for (relay, side, free) in [
                    (c, &*first, &pairs.left_free),
                    (d, &*second, &pairs.right_free),
                ] {
                    tally.plays(RELAYS, relay, found);
                    tally.joins(SILENCES, hub, relay, found);
                    tally.joins(READS, relay, o, found);
                    for (&a, &free) in side.iter().zip(free) {
                        tally.plays(INPUTS, a, free);
                        tally.joins(DRIVES, a, relay, free);
                        tally.joins(RECRUITS, a, hub, free);
                    }
                }
            }
            unmark(&mut around.marks, graph.neighbours(d), NEAR_D);
        }
        unmark(&mut around.marks, graph.neighbours(c), NEAR_C);
        unmark(&mut around.marks, excited.row(c), EXCITED_BY_C);
    }
    unmark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    around.leave(hub_inputs);
    scratch.ends = ends;
}
