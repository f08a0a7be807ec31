//! Words for people: hints beside errors, suggestions for mistyped names, lines with carets.
//!
//! Read [`Hinted`] first, which every error of engraph implements. [`suggest`] finds the nearest
//! known name, [`OutOfRange`] names a setting
//! that cannot be, [`Snippet`] marks a place in a text, `plural` counts things, and
//! [`plain()`] is what a name looks like wherever people see it.

mod hint;
mod out_of_range;
mod plain;
pub(crate) mod plural;
mod snippet;
pub mod suggest;

pub use hint::Hinted;
pub use out_of_range::OutOfRange;
pub(crate) use plain::acts;
pub use plain::{plain, plain_line};
pub use snippet::Snippet;
