//! Words for people: hints beside errors, names that were probably meant, numbers of things.

mod hint;
pub(crate) mod plural;
pub mod suggest;

pub use hint::Hinted;
