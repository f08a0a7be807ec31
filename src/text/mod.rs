//! Words for people: hints beside errors, suggestions for mistyped names, lines with carets.
//!
//! Read [`Hinted`] first, which every error of engraph implements. [`suggest`] finds the nearest
//! known name, [`Snippet`] marks a place in a text, and `plural` counts things.

mod hint;
pub(crate) mod plural;
mod snippet;
pub mod suggest;

pub use hint::Hinted;
pub use snippet::Snippet;
