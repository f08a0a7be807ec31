//! Which file of a repository is meant.

use globset::GlobBuilder;

use super::content::{Entry, Pin};
use super::error::HubError;
use super::identity::Repository;

/// Most names an error lists.
const LISTED: usize = 12;

/// The tables whose path matches.
pub(super) fn matching<'a>(files: &'a [Entry], pattern: &str) -> Result<Vec<&'a Entry>, HubError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob
        .map_err(|_| HubError::Pattern {
            pattern: pattern.to_owned(),
        })?
        .compile_matcher();
    let is_table = |path: &str| {
        let path = path.to_ascii_lowercase();
        [".csv", ".tsv", ".csv.gz", ".parquet"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    Ok(files
        .iter()
        .filter(|entry| is_table(&entry.path) && glob.is_match(&entry.path))
        .collect())
}

pub(super) fn single(
    repository: &Repository,
    pattern: &str,
    files: &[Entry],
    mut accepted: Vec<Pin>,
) -> Result<Pin, HubError> {
    let (repository, pattern) = (repository.to_string(), pattern.to_owned());
    match (accepted.pop(), accepted.is_empty()) {
        (Some(pin), true) => Ok(pin),
        (Some(last), false) => {
            let paths: Vec<&str> = accepted
                .iter()
                .chain([&last])
                .map(|pin| pin.path.as_str())
                .take(LISTED)
                .collect();
            Err(HubError::SeveralFiles {
                repository,
                pattern,
                paths: paths.join(", "),
            })
        }
        (None, _) => {
            let paths: Vec<&str> = files
                .iter()
                .map(|entry| entry.path.as_str())
                .take(LISTED)
                .collect();
            Err(HubError::NoFile {
                repository,
                pattern,
                paths: paths.join(", "),
            })
        }
    }
}
