//! Hints: what the reader of an error can do about it, kept apart from what went wrong.

use std::borrow::Cow;
use std::error::Error;

/// An error that may know what its reader can do about it.
///
/// `Display` says what failed and why, without the hint. Whoever shows the error to a person shows
/// the hint on a line of its own. An error that passes on another one also passes on its hint.
pub trait Hinted: Error {
    /// What to do, as one sentence without a full stop. It is `None` if the message says enough.
    fn hint(&self) -> Option<Cow<'static, str>> {
        None
    }
}

// The system and other libraries report errors without advice.
impl Hinted for std::io::Error {}
impl Hinted for std::num::TryFromIntError {}
impl Hinted for serde_json::Error {}
impl Hinted for toml::ser::Error {}
