//! `SHA256SUMS`: the hash of every file of a report folder, in the format of `sha256sum`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::text::Hinted;

/// Name of the file.
pub const SUMS: &str = "SHA256SUMS";

/// Size and sha256, as 64 hexadecimal digits, of what a reader gives.
///
/// # Errors
/// Those of the reader.
pub fn sha256_of(mut reader: impl Read) -> io::Result<(u64, String)> {
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        size += read as u64;
    }
    let mut digits = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok((size, digits))
}

/// Size and sha256 of a file.
pub(super) fn sha256_file(path: &Path) -> io::Result<(u64, String)> {
    sha256_of(File::open(path)?)
}

/// The sha256 of each file of a folder, by its name below the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(pub BTreeMap<String, String>);

/// A list of hashes that nobody of ours has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of {SUMS} is no hash and name of a file, in the order of the names")]
pub struct SumsError {
    /// The line, from 1.
    pub line: usize,
}

impl Hinted for SumsError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some("the file was changed; run the pipeline again".into())
    }
}

impl Sums {
    /// Reads a list of hashes. Every byte counts: the lines are sorted by the names, each name
    /// stands once, and all lines end with a line feed.
    ///
    /// # Errors
    /// [`SumsError`], which names the first line that is of another form.
    pub fn parse(text: &str) -> Result<Self, SumsError> {
        let mut sums = BTreeMap::new();
        let mut last = "";
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let parts = line
                .strip_suffix('\n')
                .and_then(|line| line.split_once("  "));
            match parts {
                Some((hash, name)) if is_hash(hash) && is_name(name) && name > last => {
                    sums.insert(name.to_owned(), hash.to_owned());
                    last = name;
                }
                _ => return Err(SumsError { line: index + 1 }),
            }
        }
        Ok(Self(sums))
    }

    /// The list as it is written.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines = self
            .0
            .iter()
            .map(|(name, hash)| format!("{hash}  {name}\n"));
        lines.collect()
    }

    /// The list of a folder. It is empty if there is none, or if it cannot be read.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
        Self::parse(&text).unwrap_or_default()
    }

    /// True if the file `name` of `folder` has the hash that stands here.
    #[must_use]
    pub fn agrees(&self, folder: &Path, name: &str) -> bool {
        let found = sha256_file(&folder.join(name)).ok();
        found.is_some_and(|(_, hash)| self.0.get(name) == Some(&hash))
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// True for names below a folder, without a detour.
fn is_name(name: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    !name.contains('\\') && name.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, examples of NIST.
        let long = "a".repeat(1_000_000);
        for (text, hash) in [
            (
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                "",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                &long,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            ),
        ] {
            let found = sha256_of(text.as_bytes()).unwrap();
            assert_eq!(found, (text.len() as u64, hash.to_owned()));
        }
    }

    #[test]
    fn a_list_is_read_as_it_is_written_and_in_no_other_form() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!("{hash}  a.csv\n{hash}  b/c.svg\n");
        let sums = Sums::parse(&text).unwrap();
        assert_eq!(sums.0.len(), 2);
        assert_eq!(sums.to_text(), text);
        assert_eq!(Sums::parse(""), Ok(Sums::default()));
        for (wrong, line) in [
            (format!("{hash}  b\n{hash}  a\n"), 2),
            (format!("{hash}  a\n{hash}  a\n"), 2),
            (format!("{hash} *a\n"), 1),
            (format!("{hash}  a"), 1),
            (format!("{hash}  ../a\n"), 1),
            (format!("{hash}  /a\n"), 1),
            (format!("{}  a\n", hash.to_uppercase()), 1),
            (format!("{}  a\n", &hash[1..]), 1),
            ("\n".to_owned(), 1),
        ] {
            assert_eq!(Sums::parse(&wrong), Err(SumsError { line }), "{wrong}");
        }
    }
}
