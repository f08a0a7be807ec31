//! Writes the files that say where a report folder comes from, and renews them after a change.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::croissant::{TableFile, croissant};
use super::licence::Licence;
use super::listed::{CRATE, CROISSANT, Listed, PIPELINE, README, Run};
use super::readme::readme;
use super::ro_crate::{encoded, ro_crate};
use super::sums::{SUMS, Sums, sha256_of};
use crate::files::{self, FileError};
use crate::pipeline::{Spec, tables};
use crate::report::folder::Folder;
use crate::report::write::{CHANGES, FIGURES, PAGE, RUN, ReportError};
use crate::table::{About, TableSchema, file_name};

/// Writes the files that say where the `folder` of a finished run comes from. Figures of an earlier
/// run are removed unless somebody has changed them.
///
/// # Errors
/// [`ReportError`] if a file cannot be read or written.
pub fn write(folder: &Path, run: &Run<'_>) -> Result<(), ReportError> {
    let before = Sums::of(folder);
    let list = |name: &str| Listed::read(folder, name);
    let mut listed: Vec<Listed> = run
        .files
        .iter()
        .map(|name| list(name))
        .collect::<Result<_, _>>()?;
    let licence = Licence::of(run.spec, run.inputs);
    let described = described(folder, &listed)?;

    let tables: Vec<TableFile<'_>> = described
        .iter()
        .map(|(schema, file, about)| {
            let footer = |key: &str| about.footer.get(key).map_or("", String::as_str);
            TableFile {
                schema: *schema,
                file,
                citation: footer("engraph.citation"),
                sources: footer("engraph.sources"),
            }
        })
        .collect();
    put(folder, CROISSANT, &croissant(run.spec, &licence, &tables))?;
    put(folder, PIPELINE, &pipeline(run.spec))?;
    let mut own = vec![CROISSANT, PIPELINE, RUN];
    // Neither is a file of the user's replaced, nor is it one of ours.
    if before.agrees(folder, README) || !folder.join(README).exists() {
        let tables: Vec<_> = tables
            .iter()
            .map(|table| (table.schema, table.file))
            .collect();
        put(folder, README, &readme(run.spec, &licence, &tables))?;
        own.push(README);
    }
    if before.agrees(folder, CHANGES) {
        own.push(CHANGES);
    }
    for name in own {
        listed.push(list(name)?);
    }
    remove_figures(folder, &before, |name| {
        listed.iter().any(|file| file.name == name)
    })?;

    put(folder, CRATE, &ro_crate(run, &licence, &listed))?;
    listed.push(list(CRATE)?);
    let sums = listed.into_iter().map(|file| (file.name, file.sha256));
    put(folder, SUMS, &Sums(sums.collect()).to_text())
}

/// The tables among the files, in the order of the flow, each with its declaration and its footer.
fn described<'a>(
    folder: &Path,
    listed: &'a [Listed],
) -> Result<Vec<(TableSchema, &'a Listed, About)>, ReportError> {
    let mut described = Vec::new();
    for table in tables() {
        let name = table.schema.table;
        if let Some(file) = listed.iter().find(|file| file.name == file_name(name))
            && let Some(about) = Folder::at(folder).about(name)?
        {
            described.push((table.schema, file, about));
        }
    }
    Ok(described)
}

/// The pipeline as text. A table that was fetched from a Hub is named by its repository alone, so
/// that the text can be run elsewhere.
fn pipeline(spec: &Spec) -> String {
    let mut spec = spec.clone();
    for source in spec
        .sources
        .values_mut()
        .filter(|source| source.hub.is_some())
    {
        source.edges = None;
    }
    format!(
        "# This pipeline, with every default of engraph {} filled in, made the tables beside \
         it.\n{}",
        env!("CARGO_PKG_VERSION"),
        toml::to_string(&spec).unwrap_or_default()
    )
}

/// Removes figures that an earlier run has listed, nobody has changed, and this run has not made.
/// Returns their names.
fn remove_figures(
    folder: &Path,
    before: &Sums,
    is_new: impl Fn(&str) -> bool,
) -> Result<Vec<String>, FileError> {
    let mut removed = Vec::new();
    for name in before.0.keys() {
        let is_figure = name
            .split_once('/')
            .is_some_and(|(folder, _)| folder == FIGURES);
        if is_figure && !is_new(name) && before.agrees(folder, name) {
            files::remove(&folder.join(name))?;
            removed.push(name.clone());
        }
    }
    Ok(removed)
}

/// Writes a file, unless it has the same bytes already.
fn put(folder: &Path, name: &str, text: &str) -> Result<(), ReportError> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    Ok(files::write(&path, text.as_bytes())?)
}

/// Lists the files `names` of `folder` anew, after they were written. All other files stay listed
/// as they are, so that damage to them is found as before. Does nothing where no run has listed
/// files.
///
/// # Errors
/// [`ReportError`] if a file cannot be read or written.
pub fn renew(folder: &Path, names: &[String]) -> Result<(), ReportError> {
    let mut sums = Sums::of(folder);
    if sums.0.is_empty() {
        return Ok(());
    }
    let listed: Result<Vec<_>, _> = names
        .iter()
        .map(|name| Listed::read(folder, name))
        .collect();
    let listed = listed?;
    // A new page comes with all of its figures, anything else with none.
    let gone = match names.iter().any(|name| name == PAGE) {
        true => remove_figures(folder, &sums, |name| names.iter().any(|new| new == name))?,
        false => Vec::new(),
    };
    if sums.agrees(folder, CRATE)
        && let Some(text) = crate_with(folder, &listed, &gone)
    {
        put(folder, CRATE, &text)?;
        let (_, sha256) = sha256_of(text.as_bytes()).map_err(FileError::io("read", folder))?;
        sums.0.insert(CRATE.to_owned(), sha256);
    }
    for name in &gone {
        sums.0.remove(name);
    }
    sums.0
        .extend(listed.into_iter().map(|file| (file.name, file.sha256)));
    put(folder, SUMS, &sums.to_text())
}

/// The description of the run with the present sizes and hashes of some files, and without those
/// that are gone.
fn crate_with(folder: &Path, listed: &[Listed], gone: &[String]) -> Option<String> {
    let text = fs::read(folder.join(CRATE)).ok()?;
    let mut document: Value = serde_json::from_slice(&text).ok()?;
    let gone: Vec<String> = gone.iter().map(|name| encoded(name)).collect();
    let is_gone = |entity: &Value| gone.iter().any(|id| entity["@id"] == id.as_str());
    let graph = document["@graph"].as_array_mut()?;
    graph.retain(|entity| !is_gone(entity));
    for entity in graph {
        let id = entity["@id"].as_str().unwrap_or_default();
        if let Some(file) = listed.iter().find(|file| encoded(&file.name) == id) {
            entity["contentSize"] = json!(file.bytes.to_string());
            entity["sha256"] = json!(file.sha256);
        }
        if let Some(parts) = entity.get_mut("hasPart").and_then(Value::as_array_mut) {
            parts.retain(|part| !is_gone(part));
            // A single one stands alone, as flat JSON-LD has it.
            if let [part] = &parts[..] {
                entity["hasPart"] = part.clone();
            }
        }
    }
    Some(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n")
}
