//! What can go wrong between here and a Hub.

use std::path::PathBuf;
use std::time::Duration;

/// A Hub could not be used. No variant holds a token, an address with a signature, or text a server sent.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what the fields are")]
pub enum HubError {
    /// No repository is called so.
    #[error("`{text}` is no dataset repository\n  hint: `owner/name`, as in its address on the Hub")]
    Repository { text: String },
    /// Nothing that can be sent.
    #[error("the token holds characters that no token has\n  hint: copy it again from the settings of your account")]
    Token,
    /// No address.
    #[error("the endpoint is no http(s) address\n  hint: https://huggingface.co unless you run a mirror")]
    Endpoint,
    /// No glob.
    #[error("`{pattern}` is no pattern of files\n  hint: `*` stands for any characters but `/`, `**` for any")]
    Pattern { pattern: String },
    /// No commit.
    #[error("`{text}` is no commit\n  hint: 40 hexadecimal digits; fetch again to pin one")]
    Commit { text: String },
    /// No sha256.
    #[error("`{text}` is no sha256\n  hint: 64 hexadecimal digits; fetch again to pin one")]
    Sha256 { text: String },
    /// A listing with a path that leaves the repository.
    #[error(
        "`{repository}` lists `{path}`, which no repository can hold; nothing was downloaded\n  hint: check the endpoint"
    )]
    Path { repository: String, path: String },
    /// Not in the cache, and no Hub may be asked.
    #[error("`{what}` is not in the cache, and offline no Hub is asked\n  hint: fetch it once online")]
    Offline { what: String },
    /// Nothing matches.
    #[error("no table of `{repository}` matches `{pattern}` and names neurons in its header\n  hint: it has {paths}")]
    NoFile { repository: String, pattern: String, paths: String },
    /// More than one matches.
    #[error("several tables of `{repository}` match `{pattern}`: {paths}\n  hint: choose one by its path")]
    SeveralFiles { repository: String, pattern: String, paths: String },
    /// More than is taken.
    #[error(
        "`{path}` has {size} bytes, and {limit} is the most that is downloaded\n  hint: raise the limit if you mean it"
    )]
    TooLarge { path: String, size: u64, limit: u64 },
    /// More entries than are taken.
    #[error("`{repository}` lists more than {limit} entries\n  hint: check that it is the repository you mean")]
    TooMany { repository: String, limit: usize },
    /// 401 or 403.
    #[error(
        "the Hub refuses `{what}` (HTTP {status})\n  hint: a private or gated repository needs a token that may read it"
    )]
    Refused { what: String, status: u16 },
    /// 404.
    #[error("the Hub has no `{what}` (HTTP 404)\n  hint: check repository and revision; a private one needs a token")]
    Missing { what: String },
    /// 429, or a status of 500 and above, to the last attempt.
    #[error("the Hub could not answer about `{what}` (HTTP {status})\n  hint: try again later")]
    Busy { what: String, status: u16, retry_after: Option<Duration> },
    /// Any other status.
    #[error("the Hub answered HTTP {status} about `{what}`\n  hint: check the endpoint")]
    Status { what: String, status: u16 },
    /// No or no complete answer.
    #[error("no complete answer about `{what}`: {cause}\n  hint: check the network, then try again")]
    Transport { what: String, cause: &'static str },
    /// Something else than a Hub answers.
    #[error("what answers about `{what}` is no Hub\n  hint: check the endpoint, or log in to the network you are on")]
    NoHub { what: String },
    /// A web page.
    #[error(
        "`{path}` came as a web page, not as data\n  hint: log in to the network you are on, or check the endpoint"
    )]
    Html { path: String },
    /// Not the number of bytes that was promised.
    #[error("`{path}` should have {expected} bytes and came with {found}\n  hint: try again; the cache is as it was")]
    Length { path: String, expected: u64, found: u64 },
    /// Other content than was promised.
    #[error(
        "`{path}` is not what it should be: {kind} {expected} was expected, {found} came\n  hint: the repository was rewritten, or a mirror is wrong; the cache is as it was"
    )]
    Content { path: String, kind: &'static str, expected: String, found: String },
    /// The cache.
    #[error("cannot {action} `{path}`: {source}\n  hint: check that the cache's folder may be written and has room", path = path.display())]
    Cache { action: &'static str, path: PathBuf, source: std::io::Error },
}

impl HubError {
    /// True where another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Transport { .. })
            || matches!(self, Self::Length { expected, found, .. } if found < expected)
    }
}
