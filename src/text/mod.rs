//! Words for people: hints beside errors, suggestions for mistyped names, lines with carets.
//!
//! Read [`Hinted`] first, which every error of engraph implements. [`suggest`] finds the nearest
//! known name, [`Snippet`] marks a place in a text, `plural` counts things, and
//! [`plain()`] is what a name looks like wherever people see it.

mod hint;
mod plain;
pub(crate) mod plural;
mod snippet;
pub mod suggest;

pub use hint::Hinted;
pub(crate) use plain::acts;
pub use plain::{plain, plain_line};
pub use snippet::Snippet;
