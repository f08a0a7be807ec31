//! What can go wrong while preparing a graph, a pattern or a count.

use super::layout::MOST_EDGES;
use crate::text::plural::counted;

/// An error of this module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MotifError {
    /// A synapse names a neuron that the graph does not have.
    #[error(
        "synapse {pre} -> {post} names a neuron outside the graph, which has {} (numbered from 0); give every neuron an identity",
        counted(neurons, "neuron")
    )]
    NeuronOutOfRange {
        /// Presynaptic neuron.
        pre: u32,
        /// Postsynaptic neuron.
        post: u32,
        /// Number of neurons of the graph.
        neurons: usize,
    },
    /// The same ordered pair of neurons is connected twice.
    #[error("synapse {pre} -> {post} is given twice; sum parallel synapses into one edge first")]
    DuplicateEdge {
        /// Presynaptic neuron.
        pre: u32,
        /// Postsynaptic neuron.
        post: u32,
    },
    /// Neurons are numbered with 32 bits.
    #[error(
        "{neurons} neurons are more than a motif count can number ({})",
        u32::MAX
    )]
    TooManyNeurons {
        /// Number of neurons asked for.
        neurons: usize,
    },
    /// Rows are numbered with 32 bits.
    #[error("{edges} synapses are more than a motif count can number ({MOST_EDGES})")]
    TooManyEdges {
        /// Number of edges asked for.
        edges: usize,
    },
    /// No built-in motif has this name.
    #[error(
        "unknown motif `{given}`; the built-in motifs are {known}, and files ending in `.motif`{hint}"
    )]
    UnknownMotif {
        /// The name that was asked for.
        given: String,
        /// The names there are, separated by commas.
        known: String,
        /// The nearest of them, as a line of its own.
        hint: String,
    },
    /// A pattern contradicts itself or is larger than patterns may be.
    #[error("pattern `{pattern}`: {reason}")]
    InvalidPattern {
        /// Name of the pattern.
        pattern: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// A text is not in the `.motif` notation.
    #[error("motif `{pattern}`: line {line}, column {column}: {reason}\n  {line} | {source_line}\n{marker:>width$}", marker = "^", width = line.to_string().len() + 5 + column)]
    Notation {
        /// Name of the pattern.
        pattern: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The line.
        source_line: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// A pattern asks for what the graph does not know.
    #[error(
        "pattern `{pattern}` asks for {asked}, which the graph was not given; build it from a connectome"
    )]
    NoKnowledge {
        /// Name of the pattern.
        pattern: String,
        /// What it asks for.
        asked: &'static str,
    },
    /// A pattern's file is called as a built-in motif, but says something else.
    #[error(
        "the motif `{path}` would be called `{motif}` in the results, but differs from the built-in motif of that name\n  hint: rename the file"
    )]
    NameTaken {
        /// Path given.
        path: String,
        /// The built-in motif.
        motif: &'static str,
    },
    /// A pattern's file cannot be read.
    #[error(
        "cannot read the motif `{path}`: {reason}\n  hint: give the path of a text file ending in `.motif`, or the name of a built-in motif: {known}"
    )]
    Read {
        /// Path given.
        path: String,
        /// Cause.
        reason: String,
        /// The built-in motifs.
        known: String,
    },
    /// Two ways to count disagree.
    #[error(
        "{motif} ({matching}) {place} was counted {found} times, but trying all fillings gives {expected}\n  hint: this is a fault of engraph, not of your data; please report it with the connectome and the motif"
    )]
    Differs {
        /// The motif.
        motif: String,
        /// How it was matched.
        matching: &'static str,
        /// Where.
        place: String,
        /// What was counted.
        found: u64,
        /// What it should be.
        expected: u64,
    },
    /// The count does not fit a table.
    #[error(
        "the count of motif `{motif}` exceeds 2^63 - 1; raise the weight threshold to count a sparser graph"
    )]
    CountOverflow {
        /// The motif that was counted.
        motif: String,
    },
}

impl crate::text::Hinted for MotifError {}
