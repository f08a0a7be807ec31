//! Words for people: hints beside errors, names that were probably meant, lines with carets.

mod hint;
pub(crate) mod plural;
mod snippet;
pub mod suggest;

pub use hint::Hinted;
pub use snippet::Snippet;
