//! Addresses of folders on a Hub, written as Hugging Face's own programs write them.

use std::fmt;
use std::str::FromStr;

use super::error::HubError;
use super::identity::{Repository, check_path};

/// How every address begins.
const SCHEME: &str = "hf://";
/// How the address of a dataset repository begins.
const DATASETS: &str = "hf://datasets/";
/// The revision where none is named.
const MAIN: &str = "main";

/// A folder of a dataset repository at a revision: `hf://datasets/OWNER/NAME[@REVISION][/FOLDER]`.
///
/// ```
/// use engraph::source::hub::Address;
/// let address: Address = "hf://datasets/owner/worms@v1/networks".parse()?;
/// assert_eq!((&*address.revision, &*address.folder), ("v1", "networks"));
/// assert_eq!(address.path_of("README.md"), "networks/README.md");
/// # Ok::<(), engraph::source::hub::HubError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The repository.
    pub repository: Repository,
    /// Branch, tag or commit. It is `main` where the text names none.
    pub revision: String,
    /// Path of the folder in the repository. It is empty for the repository itself.
    pub folder: String,
}

impl Address {
    /// True for texts that can only be meant as an address.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// The path in the repository of a file of the folder.
    #[must_use]
    pub fn path_of(&self, file: &str) -> String {
        match &*self.folder {
            "" => file.to_owned(),
            folder => format!("{folder}/{file}"),
        }
    }

    /// The last word of the address: the folder's own name, or that of the repository.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.folder.rsplit('/').next() {
            None | Some("") => self.repository.name(),
            Some(name) => name,
        }
    }
}

impl FromStr for Address {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let wrong = || HubError::Address {
            text: text.to_owned(),
        };
        let rest = text.strip_prefix(DATASETS).ok_or_else(wrong)?;
        let rest = rest.trim_end_matches('/');
        let (owner, rest) = rest.split_once('/').ok_or_else(wrong)?;
        let (name, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, revision) = name.split_once('@').unwrap_or((name, MAIN));
        let repository: Repository = format!("{owner}/{name}").parse()?;
        if revision.is_empty() || !folder.is_empty() && check_path(&repository, folder).is_err() {
            return Err(wrong());
        }
        Ok(Self {
            repository,
            revision: revision.to_owned(),
            folder: folder.to_owned(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{DATASETS}{}", self.repository)?;
        if self.revision != MAIN {
            write!(f, "@{}", self.revision)?;
        }
        match &*self.folder {
            "" => Ok(()),
            folder => write!(f, "/{folder}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_they_are_read() {
        for (text, revision, folder, name) in [
            ("hf://datasets/a/b", "main", "", "b"),
            ("hf://datasets/a/b@v1", "v1", "", "b"),
            ("hf://datasets/a/b/c/d", "main", "c/d", "d"),
            ("hf://datasets/a/b.c@0f/e", "0f", "e", "e"),
        ] {
            let address: Address = text.parse().unwrap();
            let found = (&*address.revision, &*address.folder, address.name());
            assert_eq!(found, (revision, folder, name));
            assert_eq!(address.to_string(), text);
        }
        let address: Address = "hf://datasets/a/b@main/c/".parse().unwrap();
        assert_eq!(address.to_string(), "hf://datasets/a/b/c");
        for text in [
            "datasets/a/b",
            "hf://a/b",
            "hf://models/a/b",
            "hf://datasets/a",
            "hf://datasets/a/b@",
            "hf://datasets/a/b/../c",
            "hf://datasets/a/b//c",
            "hf://datasets/../b",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
