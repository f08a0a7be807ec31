//! Whether a report folder is as a run has left it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use super::provenance::{CRATE, CROISSANT, SUMS, Sums, encoded, sha256_of};
use super::write::{RUN, Written};
use crate::pipeline::{Condition, Store, tables};
use crate::table;
use crate::table::{Column, Content, TableSchema, file_name};
use crate::text::Hinted;

table! {
    /// A file of a report folder, and whether it is as the run has left it.
    pub struct VerificationRow = "verification" version 1 key(file) {
        /// Path of the file below the folder.
        file: String,
        /// intact, changed (its bytes are others), missing, contradictory (its bytes are those of
        /// the run, and what they say is wrong), or foreign (no file of the run).
        status: String,
        /// Rows of a table that is intact.
        rows: Option<i64>,
        /// What is wrong, or what is worth knowing.
        message: Option<String>,
    }
}

/// What was found about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Status {
    Intact,
    Changed,
    Missing,
    Contradictory,
    Foreign,
}

/// Why a folder cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The folder was written by no run that lists hashes.
    #[error("`{path}` has no {SUMS}", path = path.display())]
    NoList {
        /// Path of the folder.
        path: PathBuf,
    },
    /// The folder cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl Hinted for VerifyError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NoList { .. } => {
                "name the folder that `engraph run` wrote; a run of this version adds the list"
            }
            Self::Read { .. } => "check that it exists and may be read",
        }))
    }
}

/// What was found about all files of a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verification {
    /// One row for each file, sorted by the names.
    pub rows: Vec<VerificationRow>,
}

impl Verification {
    /// The files that are not as the run has left them.
    pub fn faults(&self) -> impl Iterator<Item = &VerificationRow> {
        let harmless: [&str; 2] = [Status::Intact.into(), Status::Foreign.into()];
        let rows = self.rows.iter();
        rows.filter(move |row| !harmless.contains(&row.status.as_str()))
    }

    /// The files that are of no run.
    pub fn foreign(&self) -> impl Iterator<Item = &VerificationRow> {
        let foreign: &str = Status::Foreign.into();
        self.rows.iter().filter(move |row| row.status == foreign)
    }

    /// Number of rows of all tables together.
    #[must_use]
    pub fn table_rows(&self) -> i64 {
        self.rows.iter().filter_map(|row| row.rows).sum()
    }
}

/// The results of a store, each compared with what was stored. `None` if the folder is no store.
fn results_of(folder: &Path) -> Option<Vec<VerificationRow>> {
    if !Store::is_at(folder) {
        return None;
    }
    let store = Store::look(folder).ok()?;
    let results: Vec<_> = store
        .stored()
        .ok()?
        .into_iter()
        .filter(|stored| !stored.is_aside())
        .collect();
    let examined = results.par_iter().map(|stored| {
        let (status, message) = match store.examine(&stored.stage, &stored.key) {
            Condition::Whole => (Status::Intact, None),
            Condition::Damaged { what } => (Status::Changed, Some(what)),
            Condition::Absent => (Status::Missing, None),
        };
        row(
            &format!("{}/{}", stored.stage, stored.key),
            status,
            None,
            message,
        )
    });
    Some(examined.collect())
}

/// Checks every file of a report folder: its bytes against the list of hashes; each table against
/// its declaration, its order, its key and its footer; and the descriptions of the run against the
/// files. Of a store, every result is compared with what was stored.
///
/// # Errors
/// [`VerifyError`] if the folder has no list of hashes or cannot be read.
pub fn verify(folder: &Path) -> Result<Verification, VerifyError> {
    if let Some(rows) = results_of(folder) {
        return Ok(Verification { rows });
    }
    let read = |path: PathBuf| move |source| VerifyError::Read { path, source };
    let list = folder.join(SUMS);
    let text = match fs::read(&list) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => {
            return Err(VerifyError::NoList {
                path: folder.to_owned(),
            });
        }
        Err(source) => {
            return Err(VerifyError::Read {
                path: folder.to_owned(),
                source,
            });
        }
    };
    let mut rows = Vec::new();
    let (sums, of_list) = match Sums::parse(&text) {
        Ok(sums) => (sums, (Status::Intact, None)),
        Err(error) => (Sums::default(), (Status::Changed, Some(error.to_string()))),
    };
    let known = of_list.0 == Status::Intact;
    rows.push(row(SUMS, of_list.0, None, of_list.1));
    let described = Described::read(folder, &sums);
    for (name, expected) in &sums.0 {
        let path = folder.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                rows.push(row(name, Status::Missing, None, None));
                continue;
            }
            Err(source) => return Err(VerifyError::Read { path, source }),
        };
        let (_, found) = sha256_of(&bytes[..]).map_err(read(path))?;
        if found != *expected {
            rows.push(row(name, Status::Changed, None, None));
            continue;
        }
        rows.push(match described.check(name, &bytes, &found) {
            Ok((rows, message)) => row(name, Status::Intact, rows, message),
            Err(message) => row(name, Status::Contradictory, None, Some(message)),
        });
    }
    let declared = tables();
    for name in names(folder).map_err(read(folder.to_owned()))? {
        if name == SUMS || sums.0.contains_key(&name) {
            continue;
        }
        let is_ours = declared
            .iter()
            .any(|table| file_name(table.schema.table) == name);
        rows.push(match known && is_ours {
            true => {
                let message = "it passes for a table of the run, which has not written it";
                row(&name, Status::Contradictory, None, Some(message.to_owned()))
            }
            false => row(&name, Status::Foreign, None, None),
        });
    }
    rows.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(Verification { rows })
}

fn row(file: &str, status: Status, rows: Option<i64>, message: Option<String>) -> VerificationRow {
    VerificationRow {
        file: file.to_owned(),
        status: status.to_string(),
        rows,
        message,
    }
}

/// The names of all files below a folder. Links to other folders are not followed.
fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut left = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = left.pop() {
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => left.push((entry.path(), format!("{name}/"))),
                false => drop(names.insert(name)),
            }
        }
    }
    Ok(names)
}

/// What `run.json`, the crate and the Croissant file say of the other files.
struct Described {
    /// The tables of the last run.
    written: BTreeMap<String, Written>,
    /// The sha256 of files, with the description that states it.
    hashes: Vec<(&'static str, String, String)>,
    /// Descriptions that cannot be read, and why.
    unreadable: BTreeMap<&'static str, String>,
}

impl Described {
    fn read(folder: &Path, sums: &Sums) -> Self {
        let mut described = Self {
            written: BTreeMap::new(),
            hashes: Vec::new(),
            unreadable: BTreeMap::new(),
        };
        for name in [RUN, CRATE, CROISSANT] {
            // What is changed or missing is told elsewhere.
            if !sums.agrees(folder, name) {
                continue;
            }
            let bytes = fs::read(folder.join(name)).unwrap_or_default();
            let Ok(document) = serde_json::from_slice::<Value>(&bytes) else {
                described
                    .unreadable
                    .insert(name, "it is no JSON".to_owned());
                continue;
            };
            match name {
                RUN => {
                    let tables = serde_json::from_value::<Vec<Written>>(document["tables"].clone());
                    let Ok(tables) = tables else {
                        let message = "it does not list the tables".to_owned();
                        described.unreadable.insert(name, message);
                        continue;
                    };
                    // The page and the summary can be made again, the tables cannot.
                    let tables = tables.into_iter().filter(|written| !written.key.is_empty());
                    described.written = tables
                        .map(|written| (written.file.clone(), written))
                        .collect();
                }
                _ => {
                    let list = if name == CRATE {
                        "@graph"
                    } else {
                        "distribution"
                    };
                    for entity in document[list].as_array().into_iter().flatten() {
                        if let (Some(id), Some(hash)) =
                            (entity["@id"].as_str(), entity["sha256"].as_str())
                        {
                            described
                                .hashes
                                .push((name, id.to_owned(), hash.to_owned()));
                        }
                    }
                }
            }
        }
        described
    }

    /// What a file whose bytes are right says of itself, compared with its declaration and with
    /// what the others say. Gives the number of rows of a table, and what is worth knowing.
    fn check(
        &self,
        name: &str,
        bytes: &[u8],
        sha256: &str,
    ) -> Result<(Option<i64>, Option<String>), String> {
        if let Some(message) = self.unreadable.get(name) {
            return Err(message.clone());
        }
        for (by, id, hash) in &self.hashes {
            if encoded(name) == *id && hash != sha256 {
                return Err(format!("{by} states another sha256"));
            }
        }
        let Some(stem) = name.strip_suffix(".parquet") else {
            return Ok((None, None));
        };
        let declared = tables();
        let declared = declared.iter().find(|table| table.schema.table == stem);
        let written = self.written.get(name);
        let content = Content::read(bytes.to_vec()).map_err(|error| error.to_string())?;
        if let Some(written) = written {
            if blake3::hash(bytes).to_hex().as_str() != written.blake3 {
                return Err(format!("{RUN} states another blake3"));
            }
            if written.rows != content.rows {
                return Err(format!(
                    "it has {} rows, {RUN} says {}",
                    content.rows, written.rows
                ));
            }
        }
        let message = match declared {
            Some(declared) => check_table(&content, &declared.schema)?,
            None => Some("a table that this version of engraph does not know".to_owned()),
        };
        Ok((Some(content.rows as i64), message))
    }
}

/// Checks a table against its declaration. Gives what is worth knowing.
fn check_table(content: &Content, schema: &TableSchema) -> Result<Option<String>, String> {
    let footer = |key: &str| content.footer.get(key).map_or("", String::as_str);
    let table = footer("engraph.table");
    if table != schema.table {
        return Err(format!("its footer says that it is the table `{table}`"));
    }
    check_documented(content, footer("engraph.columns"))?;
    for key in ["engraph.key", "engraph.pipeline", "engraph.citation"] {
        if footer(key).is_empty() {
            return Err(format!("its footer has no {key}"));
        }
    }
    let version = footer("engraph.schema_version");
    if version != schema.version.to_string() {
        return Ok(Some(format!(
            "version {version} of the table; this engraph writes version {}",
            schema.version
        )));
    }
    // Columns that may be null are added without a new version.
    let is_known = |column: &&Column| content.has(column.name) || !column.nullable;
    let expected = schema.columns.iter().filter(is_known);
    let expected: Vec<_> = expected
        .map(|c| (c.name, Some(c.kind), c.nullable))
        .collect();
    let found = content.columns.iter();
    let found: Vec<_> = found
        .map(|c| (c.name.as_str(), c.kind, c.nullable))
        .collect();
    if expected != found {
        return Err("its columns are not those of the table".to_owned());
    }
    check_rows(content, schema)?;
    Ok(None)
}

/// Checks that the columns are those that the footer documents.
fn check_documented(content: &Content, documented: &str) -> Result<(), String> {
    let documented: Value = serde_json::from_str(documented).unwrap_or_default();
    let documented = documented
        .as_array()
        .ok_or("its footer documents no columns")?;
    let same = documented.len() == content.columns.len()
        && documented
            .iter()
            .zip(&content.columns)
            .all(|(told, column)| {
                told["name"] == column.name
                    && told["type"].as_str() == column.kind
                    && told["nullable"] == column.nullable
            });
    match same {
        true => Ok(()),
        false => Err("its columns are not those that its footer documents".to_owned()),
    }
}

/// Checks that the rows are sorted, and that the key tells them apart.
fn check_rows(content: &Content, schema: &TableSchema) -> Result<(), String> {
    let names: Vec<&str> = content
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let all = content.ordered(&names).map_err(|error| error.to_string())?;
    if let Some(row) = (1..content.rows).find(|&row| all.row(row - 1) > all.row(row)) {
        return Err(format!("row {} comes before the one above it", row + 1));
    }
    let key = match schema.key {
        [] => &names[..],
        key => key,
    };
    let keys = content.ordered(key).map_err(|error| error.to_string())?;
    let mut seen = HashSet::new();
    match (0..content.rows).find(|&row| !seen.insert(keys.row(row))) {
        Some(row) => Err(format!(
            "row {} has the {} of another row",
            row + 1,
            key.join(", ")
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte of every file of a small folder, changed in two ways.
    #[test]
    fn every_changed_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("figures")).unwrap();
        let files = ["a.md", "b.md", "figures/c.svg"];
        let mut sums = Sums::default();
        for name in files {
            // Equal files have equal hashes, so that only the names tell their lines apart.
            fs::write(folder.path().join(name), "text\n").unwrap();
            let (_, hash) = sha256_of(&b"text\n"[..]).unwrap();
            sums.0.insert(name.to_owned(), hash);
        }
        fs::write(folder.path().join(SUMS), sums.to_text()).unwrap();
        let faults = || verify(folder.path()).unwrap().faults().count();
        assert_eq!(faults(), 0);
        for name in files.into_iter().chain([SUMS]) {
            let path = folder.path().join(name);
            let whole = fs::read(&path).unwrap();
            for at in 0..whole.len() {
                for bits in [1, 0x20] {
                    let mut changed = whole.clone();
                    changed[at] ^= bits;
                    fs::write(&path, &changed).unwrap();
                    assert!(faults() > 0, "byte {at} of {name}");
                }
            }
            fs::write(&path, &whole).unwrap();
        }
        assert_eq!(faults(), 0);
    }
}
