//! All rows of a graph, made in one go from its sorted edges.

use std::sync::Arc;

use super::adjacency::{Adjacency, Span};
use crate::connectome::Sign;

/// The most edges of a graph: each has at most eight entries, which are numbered with 32 bits.
pub(super) const MOST_EDGES: usize = u32::MAX as usize / 8;

/// The rows of a graph.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The neurons that each neuron synapses on. The entries of these rows are numbered as the
    /// edges are.
    pub(super) targets: Adjacency,
    /// The neurons that synapse on each neuron.
    pub(super) sources: Adjacency,
    /// Both together, each neuron once.
    pub(super) neighbours: Adjacency,
    /// All edges by sign.
    pub(super) every: SignLayers,
    /// The edges without an edge back, by sign.
    pub(super) one_way: SignLayers,
}

/// Rows of one set of edges, split by sign and given in both directions.
#[derive(Clone, Debug)]
pub(super) struct SignLayers {
    /// Targets over excitatory edges.
    pub(super) excited: Adjacency,
    /// Sources over excitatory edges.
    pub(super) excitors: Adjacency,
    /// Targets over inhibitory edges.
    pub(super) inhibited: Adjacency,
    /// Sources over inhibitory edges.
    pub(super) inhibitors: Adjacency,
}

/// What an edge is besides its ends, seen from a row that has it.
#[derive(Clone, Copy)]
struct Label {
    sign: Sign,
    /// Whether there is an edge back.
    returned: bool,
}

/// The rows that have every edge once: all out of each neuron, or all into it.
struct Side {
    spans: Vec<Span>,
    /// Number of the first entry of the first row.
    first: usize,
    /// Parallel to the entries of the rows.
    labels: Vec<Label>,
}

impl Side {
    /// Rows of these lengths, one after the other.
    fn new(lengths: impl Iterator<Item = u32>, first: usize, labels: Vec<Label>) -> Self {
        let mut start = first as u32;
        let spans = lengths.map(|length| {
            let span = Span { start, length };
            start += length;
            span
        });
        Self {
            spans: spans.collect(),
            first,
            labels,
        }
    }

    /// The spans of the rows without the edges that `keeps` refuses, their entries put behind those
    /// there are. A row that loses nothing against the one in `like`, of which it is a part, is
    /// that one.
    fn part(
        &self,
        like: &[Span],
        entries: &mut Vec<u32>,
        keeps: impl Fn(Label) -> bool,
    ) -> Vec<Span> {
        let part = |(row, &like): (&Span, &Span)| {
            let start = entries.len();
            entries.resize(start + row.length as usize, 0);
            let mut end = start;
            for at in row.range() {
                // Every entry is written down, the next one over it if it is refused: there is no
                // branch to be taken by surprise.
                entries[end] = entries[at];
                end += usize::from(keeps(self.labels[at - self.first]));
            }
            let length = (end - start) as u32;
            if length == like.length {
                entries.truncate(start);
                return like;
            }
            entries.truncate(end);
            Span {
                start: start as u32,
                length,
            }
        };
        self.spans.iter().zip(like).map(part).collect()
    }
}

impl Layout {
    /// The rows of a graph whose edges `(presynaptic, postsynaptic)` are ascending, distinct, no
    /// more than [`MOST_EDGES`] and no autapses; `signs` is parallel to them. O(neurons + edges).
    pub(super) fn new(
        neurons: usize,
        edges: impl Iterator<Item = (u32, u32)>,
        signs: &[Sign],
    ) -> Self {
        let count = signs.len();
        // As many entries as a graph of moderately many pairs joined both ways needs.
        let mut entries = Vec::with_capacity(5 * count);
        let (mut sent, mut received) = (vec![0; neurons], vec![0; neurons]);
        for (pre, post) in edges {
            sent[pre as usize] += 1;
            received[post as usize] += 1;
            entries.push(post);
        }
        let label = |&sign| Label {
            sign,
            returned: false,
        };
        let labels: Vec<Label> = signs.iter().map(label).collect();
        let mut out = Side::new(sent.into_iter(), 0, labels.clone());
        let mut into = Side::new(received.into_iter(), count, labels);
        entries.resize(2 * count, 0);
        let mut next: Vec<u32> = into.spans.iter().map(|span| span.start).collect();
        for (pre, span) in out.spans.iter().enumerate() {
            for at in span.range() {
                let slot = &mut next[entries[at] as usize];
                entries[*slot as usize] = pre as u32;
                into.labels[*slot as usize - count].sign = signs[at];
                *slot += 1;
            }
        }
        let neighbours = join_sides(&mut out, &mut into, &mut entries);
        let excites = |label: Label| label.sign == Sign::Excitatory;
        let inhibits = |label: Label| label.sign == Sign::Inhibitory;
        let every = [
            out.part(&out.spans, &mut entries, excites),
            into.part(&into.spans, &mut entries, excites),
            out.part(&out.spans, &mut entries, inhibits),
            into.part(&into.spans, &mut entries, inhibits),
        ];
        let one_way = [
            out.part(&every[0], &mut entries, |label| {
                excites(label) && !label.returned
            }),
            into.part(&every[1], &mut entries, |label| {
                excites(label) && !label.returned
            }),
            out.part(&every[2], &mut entries, |label| {
                inhibits(label) && !label.returned
            }),
            into.part(&every[3], &mut entries, |label| {
                inhibits(label) && !label.returned
            }),
        ];
        let entries: Arc<[u32]> = entries.into();
        let layers = |spans: [Vec<Span>; 4]| {
            let [excited, excitors, inhibited, inhibitors] =
                spans.map(|spans| Adjacency::new(spans, &entries));
            SignLayers {
                excited,
                excitors,
                inhibited,
                inhibitors,
            }
        };
        Self {
            targets: Adjacency::new(out.spans, &entries),
            sources: Adjacency::new(into.spans, &entries),
            neighbours: Adjacency::new(neighbours, &entries),
            every: layers(every),
            one_way: layers(one_way),
        }
    }
}

/// Walks along the rows of both sides at once: marks the edges that have an edge back, and puts
/// down the rows of neighbours.
fn join_sides(out: &mut Side, into: &mut Side, entries: &mut Vec<u32>) -> Vec<Span> {
    let mut neighbours = Vec::with_capacity(out.spans.len());
    for (targets, sources) in out.spans.iter().zip(&into.spans) {
        let start = entries.len();
        let (mut left, mut right) = (targets.range(), sources.range());
        while !left.is_empty() && !right.is_empty() {
            let (target, source) = (entries[left.start], entries[right.start]);
            if target == source {
                out.labels[left.start].returned = true;
                into.labels[right.start - into.first].returned = true;
            }
            entries.push(target.min(source));
            left.start += usize::from(target <= source);
            right.start += usize::from(source <= target);
        }
        entries.extend_from_within(left);
        entries.extend_from_within(right);
        let length = (entries.len() - start) as u32;
        let same = [*targets, *sources]
            .into_iter()
            .find(|row| row.length == length);
        if same.is_some() {
            entries.truncate(start);
        }
        neighbours.push(same.unwrap_or(Span {
            start: start as u32,
            length,
        }));
    }
    neighbours
}
