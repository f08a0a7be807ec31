//! What callers that are no command say, and what they are told.

/// What a command may do about sources on a Hub that have not been fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Pin the sources and fetch their tables.
    Fetch,
    /// Leave the sources without a table.
    Look,
}

/// Why a command would end without success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// Whether something impossible was asked for.
    pub is_usage: bool,
    /// What failed and why.
    pub text: String,
    /// What can be done about it.
    pub hint: Option<String>,
}
