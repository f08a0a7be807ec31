//! The words of the field: what columns are called, and what their cells say.
//!
//! Names and words are compared by their letters and digits, in lower case: `body_pre`, `Body Pre`
//! and `bodyPre` are one name, `Gap Junction` and `gapjunction` one word.

mod absent;
mod counts;
mod ends;
mod names;
mod signs;
mod synapse_types;

pub(super) use absent::{is_absent, is_missing_partner};
pub(super) use counts::is_count;
pub(super) use ends::{of_no_neurons, pairs};
pub(super) use names::{parts, squashed};
pub(super) use signs::{SIGN_WORDS, sign};
pub(super) use synapse_types::{Said, says, undirected};
