//! Reasons why a network cannot be built.

use crate::text::plural::counted;

/// Why a network cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The bottleneck has more units than there are inner neurons to read.
    #[error(
        "a bottleneck of {units} units over {inner} inner neurons narrows nothing\n  hint: at most \
         {inner}"
    )]
    Wide {
        /// Units that the bottleneck should have.
        units: usize,
        /// Number of inner neurons.
        inner: usize,
    },
    /// A bottleneck without any unit, or of neurons that are not inner neurons or named twice.
    #[error("a bottleneck of neurons needs inner neurons, each once: {0}")]
    Neurons(String),
    /// More active units than there are units, or none.
    #[error("{active} active of {units} units\n  hint: at least 1, and at most {units}")]
    Active {
        /// Units that should be active.
        active: usize,
        /// Number of units.
        units: usize,
    },
    /// Sequences without a step or a channel.
    #[error("sequences of {channels} channels x {steps} steps: there must be at least one of each")]
    Empty {
        /// Number of channels per step.
        channels: usize,
        /// Number of steps per sequence.
        steps: usize,
    },
    /// The input, inner or output neurons are missing altogether.
    #[error("no {0} neurons")]
    NoNeurons(&'static str),
    /// No path of connections is short enough for signals to arrive in time.
    #[error(
        "{to} neurons cannot be reached from {from} neurons within {}: {}",
        counted(*steps, "step"),
        needed.map_or("there is no path".to_owned(), |n| format!("the nearest is {n} away\n  hint: \
            sequences of at least {}", counted(n, "step")))
    )]
    Unreachable {
        /// The set of neurons where signals start.
        from: &'static str,
        /// The set of neurons where they should arrive.
        to: &'static str,
        /// Steps within which they should arrive.
        steps: usize,
        /// Steps that the shortest path takes; `None` if there is no path.
        needed: Option<usize>,
    },
    /// A group of parameters to be frozen does not exist.
    #[error("`frozen` names `{name}`, which is no group of parameters\n  hint: one of {groups}")]
    UnknownGroup {
        /// The name that was given.
        name: String,
        /// Names of all groups, separated by commas.
        groups: String,
    },
    /// Some connections have no sign, and the setting named needs one of each.
    #[error(
        "{0} needs connections with signs, and {1} have none\n  hint: `unsigned` = \"drop\", \
         \"excitatory\" or \"sampled\""
    )]
    FreeConnections(&'static str, usize),
}

impl crate::text::Hinted for NetworkError {}
