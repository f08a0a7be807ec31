//! Why a table could not be had from a Hub.

use std::path::PathBuf;
use std::time::Duration;

/// Why a Hub could not be used. No variant contains a token, an address with a signature, or text
/// that a server sent.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The text is not the name of a repository.
    #[error(
        "`{text}` is no dataset repository\n  hint: `owner/name`, as in its address on the Hub"
    )]
    Repository {
        /// The text that was given as a name.
        text: String,
    },
    /// The text is not the address of a folder.
    #[error(
        "`{text}` is no folder on the Hub\n  hint: `hf://datasets/OWNER/NAME[@REVISION][/FOLDER]`"
    )]
    Address {
        /// The text that was given as an address.
        text: String,
    },
    /// The token contains characters that cannot be sent.
    #[error(
        "the token holds characters that no token has\n  hint: copy it again from the settings of \
         your account"
    )]
    Token,
    /// The endpoint is not an http or https address.
    #[error(
        "the endpoint is no http(s) address\n  hint: https://huggingface.co unless you run a mirror"
    )]
    Endpoint,
    /// The pattern of file paths cannot be parsed.
    #[error(
        "`{pattern}` is no pattern of files\n  hint: `*` stands for any characters but `/`, `**` \
         for any"
    )]
    Pattern {
        /// The pattern as it was given.
        pattern: String,
    },
    /// The text is not a commit.
    #[error("`{text}` is no commit\n  hint: 40 hexadecimal digits; fetch again to pin one")]
    Commit {
        /// The text that was given as a commit.
        text: String,
    },
    /// The text is not a sha256 hash.
    #[error("`{text}` is no sha256\n  hint: 64 hexadecimal digits; fetch again to pin one")]
    Sha256 {
        /// The text that was given as a hash.
        text: String,
    },
    /// A listing contains a path that leads out of the repository.
    #[error(
        "`{repository}` lists `{path}`, which no repository can hold; nothing was downloaded\n  \
         hint: check the endpoint"
    )]
    Path {
        /// Name of the repository.
        repository: String,
        /// The path in the listing.
        path: String,
    },
    /// The file is not in the cache, and no Hub may be asked for it.
    #[error(
        "`{what}` is not in the cache, and offline no Hub is asked\n  hint: `engraph fetch \
         PIPELINE` fetches it, once online"
    )]
    Offline {
        /// What was asked for.
        what: String,
    },
    /// No table of the repository matches the pattern.
    #[error(
        "no table of `{repository}` matches `{pattern}` and names neurons in its header\n  hint: \
         it has {paths}"
    )]
    NoFile {
        /// Name of the repository.
        repository: String,
        /// The pattern of file paths.
        pattern: String,
        /// Paths of the files that the repository has.
        paths: String,
    },
    /// Several tables of the repository match the pattern.
    #[error(
        "several tables of `{repository}` match `{pattern}`: {paths}\n  hint: choose one by its \
         path"
    )]
    SeveralFiles {
        /// Name of the repository.
        repository: String,
        /// The pattern of file paths.
        pattern: String,
        /// Paths of the tables that match.
        paths: String,
    },
    /// The file is larger than the limit for downloads.
    #[error(
        "`{path}` has {size} bytes, and {limit} is the most that is downloaded\n  hint: raise the \
         limit if you mean it"
    )]
    TooLarge {
        /// Path of the file in the repository.
        path: String,
        /// Size of the file in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The listing has more entries than the limit allows.
    #[error(
        "`{repository}` lists more than {limit} entries\n  hint: check that it is the repository \
         you mean"
    )]
    TooMany {
        /// Name of the repository.
        repository: String,
        /// Largest number of entries that is read.
        limit: usize,
    },
    /// The Hub refused access (HTTP status 401 or 403).
    #[error(
        "the Hub refuses `{what}` (HTTP {status})\n  hint: a private or gated repository needs a \
         token that may read it"
    )]
    Refused {
        /// What was asked for.
        what: String,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// The repository is open only to accounts that have accepted its terms.
    #[error(
        "`{what}` is gated (HTTP {status})\n  hint: accept the terms on the repository's page on \
         the Hub, then give a token of that account"
    )]
    Gated {
        /// What was asked for.
        what: String,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// The Hub does not have what was asked for (HTTP status 404).
    #[error(
        "the Hub has no `{what}` (HTTP 404)\n  hint: check repository and revision; a private one \
         needs a token"
    )]
    Missing {
        /// What was asked for.
        what: String,
    },
    /// The Hub was busy at the last attempt too (HTTP status 429, or 500 and above).
    #[error(
        "the Hub could not answer about `{what}` (HTTP {status})\n  hint: try again {}",
        when(*retry_after)
    )]
    Busy {
        /// What was asked for.
        what: String,
        /// The HTTP status of the last answer.
        status: u16,
        /// How long the Hub asks clients to wait.
        retry_after: Option<Duration>,
    },
    /// The Hub answered with an unexpected HTTP status.
    #[error("the Hub answered HTTP {status} about `{what}`\n  hint: check the endpoint")]
    Status {
        /// What was asked for.
        what: String,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// No complete answer arrived.
    #[error(
        "no complete answer about `{what}`: {cause}\n  hint: check the network, then try again"
    )]
    Transport {
        /// What was asked for.
        what: String,
        /// What went wrong on the way.
        cause: &'static str,
    },
    /// A server answered that is not a Hub.
    #[error(
        "what answers about `{what}` is no Hub\n  hint: check the endpoint, or log in to the \
         network you are on"
    )]
    NoHub {
        /// What was asked for.
        what: String,
    },
    /// A web page arrived instead of data.
    #[error(
        "`{path}` came as a web page, not as data\n  hint: log in to the network you are on, or \
         check the endpoint"
    )]
    Html {
        /// Path of the file in the repository.
        path: String,
    },
    /// The file has another number of bytes than the Hub promised.
    #[error(
        "`{path}` should have {expected} bytes and came with {found}\n  hint: try again; the cache \
         is as it was"
    )]
    Length {
        /// Path of the file in the repository.
        path: String,
        /// Number of bytes that were promised.
        expected: u64,
        /// Number of bytes that arrived.
        found: u64,
    },
    /// The file has other content than was promised.
    #[error(
        "`{path}` is not what it should be: {kind} {expected} was expected, {found} came\n  hint: \
         the repository was rewritten, or a mirror is wrong; the cache is as it was"
    )]
    Content {
        /// Path of the file in the repository.
        path: String,
        /// The kind of hash that differs.
        kind: &'static str,
        /// The hash that was promised.
        expected: String,
        /// The hash of what arrived.
        found: String,
    },
    /// A file of the cache could not be used.
    #[error("cannot {action} `{path}`: {source}\n  hint: check that the cache's folder may be \
             written and has room", path = path.display())]
    Cache {
        /// The action that failed, such as `create`.
        action: &'static str,
        /// Path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
}

impl crate::text::Hinted for HubError {}

/// When a busy Hub may be asked again.
fn when(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!("in {} s, as the Hub asks", wait.as_secs()),
        None => "later".to_owned(),
    }
}

impl HubError {
    /// True where another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Transport { .. })
            || matches!(self, Self::Length { expected, found, .. } if found < expected)
    }
}
