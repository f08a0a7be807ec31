//! What the reader of an error can do about it, kept apart from what went wrong.

use std::borrow::Cow;
use std::error::Error;

/// An error that may know what its reader can do about it.
///
/// `Display` says what failed and why, without the hint; whoever shows the error to a person shows
/// the hint on a line of its own. An error that passes another one on passes on its hint as well.
pub trait Hinted: Error {
    /// What to do, as one sentence without a full stop; `None` where the message says it all.
    fn hint(&self) -> Option<Cow<'static, str>> {
        None
    }
}

// What the system and libraries report comes without advice.
impl Hinted for std::io::Error {}
impl Hinted for std::num::TryFromIntError {}
impl Hinted for serde_json::Error {}
impl Hinted for toml::ser::Error {}
