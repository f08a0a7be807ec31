//! What can go wrong while preparing a graph, a pattern or a count.

use std::borrow::Cow;
use std::io;
use std::string::FromUtf8Error;
use std::sync::Arc;

use super::layout::MOST_EDGES;
use super::matching::Matching;
use crate::text::plural::counted;
use crate::text::{Hinted, Snippet};

/// Bytes that the file of a pattern may have: no pattern is as long as this.
pub(super) const LARGEST_FILE: u64 = 1 << 20;

/// What can go wrong while preparing a graph, a pattern or a count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MotifError {
    /// A synapse names a neuron that the graph does not have.
    #[error(
        "synapse {pre} -> {post} names a neuron outside the graph, which has {} \
         (numbered from 0); give every neuron an identity",
        counted(neurons, "neuron")
    )]
    NeuronOutOfRange {
        /// Presynaptic neuron of the synapse.
        pre: u32,
        /// Postsynaptic neuron of the synapse.
        post: u32,
        /// Number of neurons of the graph.
        neurons: usize,
    },
    /// The same ordered pair of neurons is connected twice.
    #[error("synapse {pre} -> {post} is given twice; sum parallel synapses into one edge first")]
    DuplicateEdge {
        /// Presynaptic neuron of the synapse.
        pre: u32,
        /// Postsynaptic neuron of the synapse.
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
        "unknown motif `{given}`; the built-in motifs are {known}, and files ending in `.motif`"
    )]
    UnknownMotif {
        /// The name that was asked for.
        given: String,
        /// The names there are, separated by commas.
        known: String,
        /// The nearest of them, as a question.
        nearest: Option<String>,
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
    #[error("motif `{pattern}`: line {line}, column {column}: {reason}\n{snippet}")]
    Notation {
        /// Name of the pattern.
        pattern: String,
        /// Number of the line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The line, with carets below the mistake.
        snippet: Snippet,
        /// What is wrong with it and what would be right.
        reason: String,
        /// What was probably meant.
        hint: Option<Cow<'static, str>>,
    },
    /// A pattern asks for what the graph does not know.
    #[error(
        "pattern `{pattern}` asks for {asked}, which the graph was not given; build it from a \
         connectome"
    )]
    NoKnowledge {
        /// Name of the pattern.
        pattern: String,
        /// The knowledge that it asks for.
        asked: &'static str,
    },
    /// A pattern's file is called as a built-in motif, but says something else.
    #[error(
        "the motif `{path}` would be called `{motif}` in the results, but differs from the \
         built-in motif of that name"
    )]
    NameTaken {
        /// Path of the file.
        path: String,
        /// The built-in motif of that name.
        motif: &'static str,
    },
    /// A pattern's file cannot be read.
    #[error("cannot read the motif `{path}`: {reason}")]
    Read {
        /// Path of the file.
        path: String,
        /// Why it cannot be read.
        #[source]
        reason: UnreadablePattern,
        /// The names of the built-in motifs, separated by commas.
        known: String,
    },
    /// Two ways to count disagree.
    #[error(
        "{motif} ({matching}) {place} was counted {found} times, but trying all fillings gives \
         {expected}"
    )]
    Differs {
        /// Name of the motif.
        motif: String,
        /// How it was matched.
        matching: Matching,
        /// The part of the graph in which the counts differ.
        place: String,
        /// The number that was counted.
        found: u64,
        /// The number that trying all fillings gives.
        expected: u64,
    },
    /// The count does not fit a table.
    #[error(
        "the count of motif `{motif}` exceeds 2^63 - 1; raise the weight threshold to count a \
         sparser graph"
    )]
    CountOverflow {
        /// The motif that was counted.
        motif: String,
    },
}

impl Hinted for MotifError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::UnknownMotif { nearest, .. } => nearest.clone().map(Cow::Owned),
            Self::Notation { hint, .. } => hint.clone(),
            Self::NameTaken { .. } => Some("rename the file".into()),
            Self::Read { known, .. } => Some(
                format!(
                    "give the path of a text file ending in `.motif`, or the name of a built-in \
                     motif: {known}"
                )
                .into(),
            ),
            Self::Differs { .. } => Some(
                "this is a fault of engraph, not of your data; please report it with the \
                 connectome and the motif"
                    .into(),
            ),
            Self::NeuronOutOfRange { .. }
            | Self::DuplicateEdge { .. }
            | Self::TooManyNeurons { .. }
            | Self::TooManyEdges { .. }
            | Self::InvalidPattern { .. }
            | Self::NoKnowledge { .. }
            | Self::CountOverflow { .. } => None,
        }
    }
}

/// Why the file of a pattern cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UnreadablePattern {
    /// The system refuses it.
    #[error("{0}")]
    Io(#[source] Arc<io::Error>),
    /// It is longer than any pattern.
    #[error("it has more than {LARGEST_FILE} bytes, too many for a pattern")]
    TooLarge,
    /// It is not in UTF-8.
    #[error("it is no UTF-8 text")]
    NoText(#[source] FromUtf8Error),
}

impl PartialEq for UnreadablePattern {
    /// Errors of the system are compared by their kind.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Io(one), Self::Io(other)) => one.kind() == other.kind(),
            (Self::TooLarge, Self::TooLarge) => true,
            (Self::NoText(one), Self::NoText(other)) => one == other,
            (Self::Io(_) | Self::TooLarge | Self::NoText(_), _) => false,
        }
    }
}

impl Eq for UnreadablePattern {}
