//! A setting that is out of range.

use std::borrow::Cow;

use super::Hinted;

/// A setting out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {message}")]
pub struct OutOfRange {
    /// Key of the setting.
    pub field: &'static str,
    /// What is wrong with it, to be read after the key.
    pub message: &'static str,
}

impl OutOfRange {
    /// Refuses the first setting that does not hold, of `(key, holds, message)`.
    ///
    /// # Errors
    /// [`OutOfRange`] with the key and the message of that setting.
    pub fn first(
        checks: impl IntoIterator<Item = (&'static str, bool, &'static str)>,
    ) -> Result<(), Self> {
        match checks.into_iter().find(|(_, holds, _)| !holds) {
            None => Ok(()),
            Some((field, _, message)) => Err(Self { field, message }),
        }
    }
}

impl Hinted for OutOfRange {
    fn hint(&self) -> Option<Cow<'static, str>> {
        None
    }
}
