//! Global trades and turned triangles.
//!
//! In a trade two neurons `a` and `b` that send edges of the same layer lay on the table the
//! targets in that layer that only one of them has (among its targets of all layers) and that are
//! not the other one itself; these are dealt out at random, each getting as many as it gave. In a
//! global trade all sources of a layer are matched into random pairs, and every pair trades once;
//! layers take turns. See Strona et al. 2014 (doi 10.1038/ncomms5114) for trades, Carstens 2015
//! (doi 10.1103/PhysRevE.91.042812) for the proof that they draw uniformly, Carstens, Berger and
//! Strona 2016 (arXiv 1609.05137) for digraphs without autapses, Carstens et al. 2018 (arXiv
//! 1804.08487) for global trades.
//!
//! What lies on the table is the same before and after a trade, and every deal is equally likely,
//! so a trade is as likely as the one that takes it back; pairs of one global trade share no row
//! and do not meet. Trades, like swaps, cannot turn a directed triangle. Hence, after each layer's
//! trades, some proposals of that kind: a random slot `a -> b`, a random slot `b -> c` of the same
//! layer, and where `c -> a` is in the layer too and no other edge joins the three, the triangle
//! turns around with probability 1/2. That is symmetric as well: the sum over the three corners of
//! 1 / out-degree within the layer is the same both ways. Trades that move one target each are
//! swaps, so what swaps and turned triangles reach, this chain reaches.

use rand::{Rng, RngExt};
use std::ops::Range;

use super::layers::{Layers, scale};
use crate::interruption;
use crate::random::ChaCha8Rng;

/// One triangle is proposed per so many sources of a layer, and one more.
const SOURCES_PER_TRIANGLE: usize = 8;

/// The slots of one layer that one neuron sends.
#[derive(Clone, Copy, Debug)]
struct Segment {
    pre: u32,
    start: u32,
    end: u32,
    layer: u8,
    /// The neuron sends in no other layer.
    only: bool,
}

impl Segment {
    fn slots(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where each neuron's targets are. The same for all nulls of a wiring.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Sorted by layer, then neuron: as the slots.
    segments: Vec<Segment>,
    /// Segments of each layer.
    layers: Vec<Range<usize>>,
    /// Indices of segments sorted by neuron, and where each neuron's begin.
    by_neuron: Vec<u32>,
    begins: Vec<u32>,
}

impl Rows {
    pub(super) fn new(layers: &Layers) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        for (slot, (&pre, &layer)) in layers.pre.iter().zip(&layers.layer).enumerate() {
            match segments.last_mut() {
                Some(last) if (last.pre, last.layer) == (pre, layer) => last.end += 1,
                _ => segments.push(Segment {
                    pre,
                    start: slot as u32,
                    end: slot as u32 + 1,
                    layer,
                    only: true,
                }),
            }
        }
        let of_layer = |layer| {
            let start = segments.partition_point(|s| s.layer < layer);
            start..segments.partition_point(|s| s.layer <= layer)
        };
        let ranges = (0..layers.ranges.len() as u8).map(of_layer).collect();
        let mut by_neuron: Vec<u32> = (0..segments.len() as u32).collect();
        by_neuron.sort_by_key(|&s| segments[s as usize].pre);
        let mut begins = vec![0; layers.neurons + 1];
        segments
            .iter()
            .for_each(|s| begins[s.pre as usize + 1] += 1);
        (0..layers.neurons).for_each(|i| begins[i + 1] += begins[i]);
        segments
            .iter_mut()
            .for_each(|s| s.only = begins[s.pre as usize + 1] - begins[s.pre as usize] == 1);
        Self {
            segments,
            layers: ranges,
            by_neuron,
            begins,
        }
    }

    /// What a neuron sends, by layer.
    fn of(&self, neuron: u32) -> impl Iterator<Item = Segment> {
        let range =
            self.begins[neuron as usize] as usize..self.begins[neuron as usize + 1] as usize;
        self.by_neuron[range]
            .iter()
            .map(|&segment| self.segments[segment as usize])
    }

    /// Slots of a segment's neuron in other layers.
    fn elsewhere(&self, segment: Segment) -> impl Iterator<Item = usize> {
        let others = (!segment.only).then(|| {
            self.of(segment.pre)
                .filter(move |s| s.layer != segment.layer)
        });
        others.into_iter().flatten().flat_map(Segment::slots)
    }
}

/// The state of the chain.
struct Trader<'a> {
    rows: &'a Rows,
    post: &'a mut [u32],
    /// Per neuron, during a trade: 0 no target of the first, 1 a target of the first only, 2 of
    /// both.
    marks: Vec<u8>,
    on_table: u64,
}

/// Makes so many global trades of the targets `post`; gives the fraction of the edges of traders
/// that lay on the table.
pub(super) fn trade(
    layers: &Layers,
    rows: &Rows,
    post: &mut [u32],
    times: u32,
    random: &mut ChaCha8Rng,
) -> f64 {
    let mut trader = Trader {
        rows,
        post,
        marks: vec![0; layers.neurons],
        on_table: 0,
    };
    let mut sources: Vec<u32> = (0..rows.segments.len() as u32).collect();
    let mut offered = 0u64;
    for _ in 0..times {
        for range in &rows.layers {
            let sources = &mut sources[range.clone()];
            shuffle(sources, random);
            for pair in sources.chunks_exact(2) {
                interruption::check();
                let (one, two) = (
                    rows.segments[pair[0] as usize],
                    rows.segments[pair[1] as usize],
                );
                offered += (one.slots().len() + two.slots().len()) as u64;
                trader.trade(one, two, random);
            }
            let slots = rows.segments[range.start].start..rows.segments[range.end - 1].end;
            for _ in 0..=sources.len() / SOURCES_PER_TRIANGLE {
                let slot = random.random_range(slots.clone()) as usize;
                if random.random() {
                    trader.turn(layers, slot, random);
                }
            }
        }
    }
    let on_table = trader.on_table;
    // A trade prefers some slots of a row to others: weights are dealt out anew.
    rows.segments
        .iter()
        .for_each(|segment| shuffle(&mut post[segment.slots()], random));
    on_table as f64 / offered.max(1) as f64
}

impl Trader<'_> {
    fn trade(&mut self, one: Segment, two: Segment, random: &mut ChaCha8Rng) {
        // The shorter row is read twice, the longer once.
        let (one, two) = if one.slots().len() <= two.slots().len() {
            (one, two)
        } else {
            (two, one)
        };
        let (rows, marks) = (self.rows, &mut self.marks[..]);
        for slot in one.slots().chain(rows.elsewhere(one)) {
            marks[self.post[slot] as usize] = 1;
        }
        marks[one.pre as usize] = 1;
        marks[two.pre as usize] = 2;
        for slot in rows.elsewhere(two) {
            let mark = &mut marks[self.post[slot] as usize];
            *mark += *mark & 1;
        }
        let Ok([first, second]) = self.post.get_disjoint_mut([one.slots(), two.slots()]) else {
            return;
        };
        let many = bring_forward(second, |target| {
            let mark = &mut marks[target as usize];
            let free = *mark == 0;
            *mark += *mark & 1;
            free
        });
        let few = bring_forward(first, |target| {
            std::mem::take(&mut marks[target as usize]) == 1
        });
        deal(&mut first[..few], &mut second[..many], random);
        self.on_table += (few + many) as u64;
        marks[one.pre as usize] = 0;
        marks[two.pre as usize] = 0;
        for slot in rows.elsewhere(one) {
            marks[self.post[slot] as usize] = 0;
        }
    }

    /// Turns a triangle that begins with a slot, if a second slot picked at random and a third make
    /// one that can be turned.
    fn turn(&mut self, layers: &Layers, slot: usize, random: &mut ChaCha8Rng) {
        let (rows, layer) = (self.rows, layers.layer[slot]);
        let (a, b) = (layers.pre[slot], self.post[slot]);
        let Some(second) = rows.of(b).find(|s| s.layer == layer) else {
            return;
        };
        let next = random.random_range(second.slots());
        let c = self.post[next];
        let Some(third) = rows.of(c).find(|s| s.layer == layer) else {
            return;
        };
        let Some(last) = third.slots().find(|&slot| self.post[slot] == a) else {
            return;
        };
        let joined = |pre, post| {
            rows.of(pre)
                .flat_map(Segment::slots)
                .any(|slot| self.post[slot] == post)
        };
        if a == c || joined(b, a) || joined(c, b) || joined(a, c) {
            return;
        }
        self.post[slot] = c;
        self.post[next] = a;
        self.post[last] = b;
    }
}

/// Swaps the targets that `free` approves to the front, asking once per target; gives how many
/// there are.
#[inline]
fn bring_forward(row: &mut [u32], mut free: impl FnMut(u32) -> bool) -> usize {
    let (mut at, mut end) = (0, row.len());
    while at < end {
        if free(row[at]) {
            at += 1;
        } else {
            end -= 1;
            row.swap(at, end);
        }
    }
    end
}

/// Deals all targets of two rows out at random, each row getting as many as it gave: the shorter
/// picks first.
#[inline]
fn deal(one: &mut [u32], two: &mut [u32], random: &mut ChaCha8Rng) {
    let (few, many) = if one.len() <= two.len() {
        (one, two)
    } else {
        (two, one)
    };
    let own = few.len();
    for place in 0..own {
        let left = own + many.len() - place;
        let pick = place + scale(random.next_u32(), left as u32) as usize;
        if pick < own {
            few.swap(place, pick);
        } else {
            std::mem::swap(&mut few[place], &mut many[pick - own]);
        }
    }
}

fn shuffle(items: &mut [u32], random: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, scale(random.next_u32(), last as u32 + 1) as usize);
    }
}
