//! What can go wrong between here and a Hub.

use std::path::PathBuf;
use std::time::Duration;

/// A Hub could not be used. No variant holds a token, an address with a signature, or text a server
/// sent.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No repository is called so.
    #[error(
        "`{text}` is no dataset repository\n  hint: `owner/name`, as in its address on the Hub"
    )]
    Repository {
        /// What was given.
        text: String,
    },
    /// Nothing that can be sent.
    #[error(
        "the token holds characters that no token has\n  hint: copy it again from the settings of your account"
    )]
    Token,
    /// No address.
    #[error(
        "the endpoint is no http(s) address\n  hint: https://huggingface.co unless you run a mirror"
    )]
    Endpoint,
    /// No glob.
    #[error(
        "`{pattern}` is no pattern of files\n  hint: `*` stands for any characters but `/`, `**` for any"
    )]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// No commit.
    #[error("`{text}` is no commit\n  hint: 40 hexadecimal digits; fetch again to pin one")]
    Commit {
        /// What was given.
        text: String,
    },
    /// No sha256.
    #[error("`{text}` is no sha256\n  hint: 64 hexadecimal digits; fetch again to pin one")]
    Sha256 {
        /// What was given.
        text: String,
    },
    /// A listing with a path that leaves the repository.
    #[error(
        "`{repository}` lists `{path}`, which no repository can hold; nothing was downloaded\n  hint: check the endpoint"
    )]
    Path {
        /// The repository.
        repository: String,
        /// The path.
        path: String,
    },
    /// Not in the cache, and no Hub may be asked.
    #[error(
        "`{what}` is not in the cache, and offline no Hub is asked\n  hint: fetch it once online"
    )]
    Offline {
        /// What was asked for.
        what: String,
    },
    /// Nothing matches.
    #[error(
        "no table of `{repository}` matches `{pattern}` and names neurons in its header\n  hint: it has {paths}"
    )]
    NoFile {
        /// The repository.
        repository: String,
        /// The pattern.
        pattern: String,
        /// Paths that are there.
        paths: String,
    },
    /// More than one matches.
    #[error(
        "several tables of `{repository}` match `{pattern}`: {paths}\n  hint: choose one by its path"
    )]
    SeveralFiles {
        /// The repository.
        repository: String,
        /// The pattern.
        pattern: String,
        /// Paths that are there.
        paths: String,
    },
    /// More than is taken.
    #[error(
        "`{path}` has {size} bytes, and {limit} is the most that is downloaded\n  hint: raise the limit if you mean it"
    )]
    TooLarge {
        /// The path.
        path: String,
        /// Bytes it has.
        size: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// More entries than are taken.
    #[error(
        "`{repository}` lists more than {limit} entries\n  hint: check that it is the repository you mean"
    )]
    TooMany {
        /// The repository.
        repository: String,
        /// The most that is taken.
        limit: usize,
    },
    /// 401 or 403.
    #[error(
        "the Hub refuses `{what}` (HTTP {status})\n  hint: a private or gated repository needs a token that may read it"
    )]
    Refused {
        /// What was asked for.
        what: String,
        /// HTTP status.
        status: u16,
    },
    /// 404.
    #[error(
        "the Hub has no `{what}` (HTTP 404)\n  hint: check repository and revision; a private one needs a token"
    )]
    Missing {
        /// What was asked for.
        what: String,
    },
    /// 429, or a status of 500 and above, to the last attempt.
    #[error("the Hub could not answer about `{what}` (HTTP {status})\n  hint: try again later")]
    Busy {
        /// What was asked for.
        what: String,
        /// HTTP status.
        status: u16,
        /// How long the Hub asks to wait.
        retry_after: Option<Duration>,
    },
    /// Any other status.
    #[error("the Hub answered HTTP {status} about `{what}`\n  hint: check the endpoint")]
    Status {
        /// What was asked for.
        what: String,
        /// HTTP status.
        status: u16,
    },
    /// No or no complete answer.
    #[error(
        "no complete answer about `{what}`: {cause}\n  hint: check the network, then try again"
    )]
    Transport {
        /// What was asked for.
        what: String,
        /// Why.
        cause: &'static str,
    },
    /// Something else than a Hub answers.
    #[error(
        "what answers about `{what}` is no Hub\n  hint: check the endpoint, or log in to the network you are on"
    )]
    NoHub {
        /// What was asked for.
        what: String,
    },
    /// A web page.
    #[error(
        "`{path}` came as a web page, not as data\n  hint: log in to the network you are on, or check the endpoint"
    )]
    Html {
        /// The path.
        path: String,
    },
    /// Not the number of bytes that was promised.
    #[error(
        "`{path}` should have {expected} bytes and came with {found}\n  hint: try again; the cache is as it was"
    )]
    Length {
        /// The path.
        path: String,
        /// What was promised.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// Other content than was promised.
    #[error(
        "`{path}` is not what it should be: {kind} {expected} was expected, {found} came\n  hint: the repository was rewritten, or a mirror is wrong; the cache is as it was"
    )]
    Content {
        /// The path.
        path: String,
        /// Which hash differs.
        kind: &'static str,
        /// What was promised.
        expected: String,
        /// What came.
        found: String,
    },
    /// The cache.
    #[error("cannot {action} `{path}`: {source}\n  hint: check that the cache's folder may be written and has room", path = path.display())]
    Cache {
        /// What was tried.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
}

impl crate::text::Hinted for HubError {}

impl HubError {
    /// True where another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Transport { .. })
            || matches!(self, Self::Length { expected, found, .. } if found < expected)
    }
}
