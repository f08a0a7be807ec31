//! Polysynaptic paths: how much of a neuron's input comes from where, over how many synapses, and
//! with which sign.
//!
//! [`InputShares`] divides the weight of every synapse by all input of its target, so that the
//! shares of a neuron's inputs sum to 1. The n-th power of that matrix holds, for every source and
//! target, the share of the target's input that comes from the source over exactly n synapses: the
//! *effective connectivity* of n steps. Signs multiply along a path: an even number of inhibitory
//! synapses excites, an odd one inhibits ([`Effect`]). [`strongest_paths`] names the single paths
//! with the largest products of shares.
//!
//! `docs/concepts/paths.md` has the definitions and their limits. Read `shares` first, then
//! `spread` and `strongest`; `ends` says between which neurons, and `settings` makes the tables of
//! one connectome.

mod ends;
mod settings;
mod shares;
mod spread;
mod strongest;
mod tables;

pub use ends::{Group, UnknownEnd, groups};
pub use settings::{PathSettings, PathTables};
pub use shares::InputShares;
pub use spread::{Effect, spread};
pub use strongest::{StrongPath, strongest_paths};
pub use tables::{EffectiveConnectivityRow, StrongestPathRow};
