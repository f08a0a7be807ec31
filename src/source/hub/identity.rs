//! Names that come from people or from a Hub, checked before they are used.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::error::HubError;

/// A dataset repository, `owner/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Repository {
    owner: String,
    name: String,
}

impl Repository {
    /// The user or organisation.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name without the owner.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Repository {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let plain = |part: &str| {
            (1..=96).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
                && !part.starts_with(['.', '-'])
                && !part.contains("--")
        };
        match text.split_once('/') {
            Some((owner, name)) if plain(owner) && plain(name) => Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(HubError::Repository {
                text: text.to_owned(),
            }),
        }
    }
}

impl TryFrom<String> for Repository {
    type Error = HubError;

    fn try_from(text: String) -> Result<Self, HubError> {
        text.parse()
    }
}

impl From<Repository> for String {
    fn from(repository: Repository) -> Self {
        repository.to_string()
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Who asks. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// # Errors
    /// [`HubError::Token`] unless it is visible ASCII: nothing else can be sent.
    pub fn new(text: &str) -> Result<Self, HubError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(HubError::Token);
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

fn is_lower_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

pub(super) fn check_commit(commit: &str) -> Result<(), HubError> {
    is_lower_hex(commit, 40)
        .then_some(())
        .ok_or_else(|| HubError::Commit {
            text: shortened(commit),
        })
}

pub(super) fn check_sha256(sha256: &str) -> Result<(), HubError> {
    is_lower_hex(sha256, 64)
        .then_some(())
        .ok_or_else(|| HubError::Sha256 {
            text: shortened(sha256),
        })
}

/// Refuses what no file of a repository is called: it would leave the repository's address.
pub(super) fn check_path(repository: &Repository, path: &str) -> Result<(), HubError> {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    let safe = path.len() <= 1024
        && path.split('/').all(plain)
        && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'));
    safe.then_some(()).ok_or_else(|| HubError::Path {
        repository: repository.to_string(),
        path: shortened(path),
    })
}

/// Text of others in a message: no control characters, not much of it.
pub(super) fn shortened(text: &str) -> String {
    text.chars()
        .take(120)
        .flat_map(char::escape_debug)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_repository_is_refused() {
        let repository: Repository = "a/b".parse().unwrap();
        for path in [
            "../../x",
            "/etc/passwd",
            "a//b",
            "a/./b",
            "a\\..\\b",
            "C:/x",
            "a/\0",
            "",
            "..",
        ] {
            assert!(check_path(&repository, path).is_err(), "{path}");
        }
        for path in ["data.csv", "data/a b#1.csv", "..data/x.parquet"] {
            assert!(check_path(&repository, path).is_ok(), "{path}");
        }
        for text in ["a", "a/b/c", "../b", "a/..", "a/", "a--b/c", "a b/c"] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new(" hf_secret\n").unwrap();
        assert_eq!(token.secret(), "hf_secret");
        assert!(!format!("{token:?}").contains("secret"));
        assert!(Token::new("hf\nx").is_err() && Token::new("").is_err());
    }
}
