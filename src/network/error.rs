//! Networks that cannot be built.

use crate::text::plural::counted;

/// Why a network cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The bottleneck is wider than what it narrows.
    #[error(
        "a bottleneck of {units} units over {inner} inner neurons narrows nothing\n  hint: at most {inner}"
    )]
    Wide {
        /// Units asked for.
        units: usize,
        /// Neurons that hold the latent.
        inner: usize,
    },
    /// A bottleneck without any unit, or of neurons that are not inner neurons or named twice.
    #[error("a bottleneck of neurons needs inner neurons, each once: {0}")]
    Neurons(String),
    /// Sequences without a step or a channel.
    #[error("sequences of {channels} channels x {steps} steps: there must be at least one of each")]
    Empty {
        /// Channels.
        channels: usize,
        /// Steps.
        steps: usize,
    },
    /// A set of neurons is empty.
    #[error("no {0} neurons")]
    NoNeurons(&'static str),
    /// What goes in cannot come out.
    #[error(
        "{to} neurons cannot be reached from {from} neurons within {}: {}",
        counted(*steps, "step"),
        needed.map_or("there is no path".to_owned(), |n| format!("the nearest is {n} away\n  hint: sequences of at least {}", counted(n, "step")))
    )]
    Unreachable {
        /// Where signals start.
        from: &'static str,
        /// Where they should arrive.
        to: &'static str,
        /// Steps there are.
        steps: usize,
        /// Steps needed; none if there is no path at all.
        needed: Option<usize>,
    },
    /// A group of parameters to be frozen does not exist.
    #[error("`frozen` names `{name}`, which is no group of parameters\n  hint: one of {groups}")]
    UnknownGroup {
        /// The name.
        name: String,
        /// The groups.
        groups: String,
    },
    /// Free connections have no sign, which this setting needs.
    #[error(
        "{0} needs connections with signs, and {1} have none\n  hint: `unsigned` = \"drop\", \"excitatory\" or \"sampled\""
    )]
    FreeConnections(&'static str, usize),
}

impl crate::text::Hinted for NetworkError {}
