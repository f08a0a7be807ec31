//! What a run read: connectomes that come with the program, and files of the user or of a Hub.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::sums::sha256_file;
use crate::files::FileError;
use crate::pipeline::Spec;
use crate::report::write::ReportError;
use crate::source::bundled;

/// What an input was read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A connectome that comes with the program.
    Bundled,
    /// The edges of a connectome.
    Edges,
    /// Neurons of a connectome.
    Neurons,
    /// A time series of a task.
    Series,
}

impl Role {
    /// The word in `run.json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::Edges => "edges",
            Self::Neurons => "neurons",
            Self::Series => "series",
        }
    }
}

/// Something that a run read. `run.json` lists all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Name of the connectome, source or task.
    pub name: String,
    /// What it was read for.
    pub role: Role,
    /// Path of the file as the pipeline has it; of a source on a Hub its repository and path there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Size of the file in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The sha256 of the file, or of the rows of a bundled connectome as text (data/SOURCES.md).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Publication to cite, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// DOI of the publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// Licence of the data, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where the data are on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Everything that a run of `spec` reads, in the order of the pipeline. Files are read to hash
/// them.
///
/// # Errors
/// [`ReportError`] if a file cannot be read.
pub fn inputs(spec: &Spec) -> Result<Vec<Input>, ReportError> {
    let mut inputs = Vec::new();
    let known = bundled::connectomes()?;
    for name in &spec.connectomes {
        if spec.sources.contains_key(name) {
            continue;
        }
        inputs.extend(
            known
                .iter()
                .find(|row| row.connectome == *name)
                .map(|row| Input {
                    name: name.clone(),
                    role: Role::Bundled,
                    file: None,
                    bytes: None,
                    sha256: row.sha256.clone(),
                    citation: Some(row.citation.clone()),
                    doi: row.doi.clone(),
                    licence: Some(row.licence.clone()),
                    url: None,
                }),
        );
    }
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    for (name, source) in &spec.sources {
        let edges = match spec.is_series(name) {
            true => Role::Series,
            false => Role::Edges,
        };
        let files = source.edges.iter().map(|path| (edges, path));
        for (role, path) in files.chain(source.neurons.iter().map(|path| (Role::Neurons, path))) {
            let mut input = file(name, role, path)?;
            input.citation = given(&source.citation);
            input.licence = given(&source.licence);
            // The path of the copy in the cache says nothing to others.
            if let (Some(hub), true) = (&source.hub, role != Role::Neurons) {
                input.file = Some(format!("{hub}: {}", source.file));
                input.url = Some(format!("https://huggingface.co/datasets/{hub}"));
            }
            inputs.push(input);
        }
    }
    for task in &spec.tasks {
        let Some(series) = task.file() else { continue };
        let names_a_source = |path: &Path| {
            let name = path.to_str();
            name.is_some_and(|name| spec.sources.contains_key(name))
        };
        if !names_a_source(&series.path) {
            inputs.push(file(&task.name, Role::Series, &series.path)?);
        }
    }
    Ok(inputs)
}

/// A file as an input.
fn file(name: &str, role: Role, path: &Path) -> Result<Input, ReportError> {
    let (bytes, sha256) = sha256_file(path).map_err(FileError::io("read", path))?;
    Ok(Input {
        name: name.to_owned(),
        role,
        file: Some(path.display().to_string()),
        bytes: Some(bytes),
        sha256: Some(sha256),
        citation: None,
        doi: None,
        licence: None,
        url: None,
    })
}
