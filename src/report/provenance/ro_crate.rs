//! `ro-crate-metadata.json`: the run as a Workflow Run RO-Crate 0.5.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::clock::iso;
use super::croissant;
use super::input::{Input, Role};
use super::licence::Licence;
use super::listed::{CRATE, CROISSANT, Listed, PIPELINE, README, Run};
use crate::pipeline::{Person, tables};
use crate::report::write::{PAGE, RUN};
use crate::table::file_name;

/// Address of the program, if it has one.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const RO_CRATE: &str = "https://w3id.org/ro/crate/1.1";
const WORKFLOW_CRATE: &str = "https://w3id.org/workflowhub/workflow-ro-crate/1.0";
const PROCESS_RUN: &str = "https://w3id.org/ro/wfrun/process/0.5";
const WORKFLOW_RUN: &str = "https://w3id.org/ro/wfrun/workflow/0.5";
const WORKFLOW_PROFILE: &str = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE";
const LANGUAGE: &str = "#language";
const ACTION: &str = "#run";

/// The description of a run and of all `files` of its folder but this one.
pub(super) fn ro_crate(run: &Run<'_>, licence: &Licence, files: &[Listed]) -> String {
    let mut graph = Graph::default();
    let licence_id = graph.licence(licence);
    let people: Vec<String> = run
        .spec
        .people
        .iter()
        .map(|person| graph.person(person))
        .collect();
    let software = graph.software();
    let inputs: Vec<String> = run.inputs.iter().map(|input| graph.input(input)).collect();
    let (parts, results) = graph.files(files);
    graph.specifications(files);
    graph.workflow(run, &licence_id, &software, files);
    graph.action(run, &people, &inputs, &results);
    graph.root(run, &licence_id, &people, &parts);
    graph.to_text()
}

/// Entities by their names.
#[derive(Default)]
struct Graph {
    entities: BTreeMap<String, Value>,
}

fn reference(id: &str) -> Value {
    json!({"@id": id})
}

/// References to several entities. A single one stands alone, as flat JSON-LD has it.
fn references(ids: &[String]) -> Value {
    match ids {
        [one] => reference(one),
        several => several.iter().map(|id| reference(id)).collect(),
    }
}

impl Graph {
    /// Adds an entity under its name. A later one of the same name replaces it.
    fn add(&mut self, id: &str, kind: Value, mut properties: Value) -> String {
        properties["@id"] = json!(id);
        properties["@type"] = kind;
        if let Some(properties) = properties.as_object_mut() {
            properties.retain(|_, value| !value.is_null() && *value != json!([]));
        }
        self.entities.insert(id.to_owned(), properties);
        id.to_owned()
    }

    fn to_text(&self) -> String {
        // The entity that describes the file itself comes first, then the folder.
        let is_head = |id: &str| id == CRATE || id == "./";
        let heads = [CRATE, "./"]
            .into_iter()
            .filter_map(|id| self.entities.get(id));
        let others = self.entities.iter().filter(|(id, _)| !is_head(id));
        let graph: Vec<&Value> = heads.chain(others.map(|(_, entity)| entity)).collect();
        let document = json!({
            "@context": [
                format!("{RO_CRATE}/context"),
                {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
            ],
            "@graph": graph,
        });
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }

    fn licence(&mut self, licence: &Licence) -> String {
        let id = licence.url.as_deref().unwrap_or("#licence");
        let properties = json!({"name": licence.name, "description": licence.description});
        self.add(id, json!("CreativeWork"), properties)
    }

    fn organisation(&mut self, name: &str, url: Option<&str>) -> String {
        let local = format!("#organisation-{}", encoded(name));
        let properties = json!({"name": name, "url": url});
        self.add(url.unwrap_or(&local), json!("Organization"), properties)
    }

    fn person(&mut self, person: &Person) -> String {
        let affiliation = person.affiliation.as_deref();
        let affiliation = affiliation
            .map(|name| reference(&self.organisation(name, person.affiliation_url.as_deref())));
        let id = person.orcid_url();
        let id = id.unwrap_or_else(|| format!("#person-{}", encoded(&person.name)));
        let properties = json!({"name": person.name, "affiliation": affiliation});
        self.add(&id, json!("Person"), properties)
    }

    fn software(&mut self) -> String {
        let (id, url) = match REPOSITORY {
            "" => ("#engraph", None),
            url => (url, Some(url)),
        };
        let version = env!("CARGO_PKG_VERSION");
        self.add(
            LANGUAGE,
            json!("ComputerLanguage"),
            json!({
                "name": "Pipelines of engraph, in TOML",
                "url": "https://toml.io/en/v1.0.0",
                "version": version,
            }),
        );
        self.add(
            id,
            json!("SoftwareApplication"),
            json!({
                "name": "engraph",
                "description": env!("CARGO_PKG_DESCRIPTION"),
                "softwareVersion": version,
                "license": env!("CARGO_PKG_LICENSE"),
                "url": url,
            }),
        )
    }

    fn input(&mut self, input: &Input) -> String {
        let publication = input.doi.as_ref().map(|doi| {
            let id = format!("https://doi.org/{doi}");
            self.add(
                &id,
                json!("ScholarlyArticle"),
                json!({"name": input.citation}),
            )
        });
        let publication = publication
            .map(|id| reference(&id))
            .or(input.citation.clone().map(Value::String));
        let file = input.file.as_deref().map(last_part);
        let description = match input.role {
            Role::Bundled => {
                "A connectome that comes with engraph. The sha256 is that of its rows \
                              as text, which `data/SOURCES.md` of engraph describes."
                    .to_owned()
            }
            Role::Edges => format!("The edges of the connectome `{}`.", input.name),
            Role::Neurons => format!("Neurons of the connectome `{}`.", input.name),
            Role::Series => format!("The time series of `{}`.", input.name),
        };
        let id = match file {
            None => format!("#input-{}", encoded(&input.name)),
            Some(file) => {
                let (name, role) = (encoded(&input.name), input.role.word());
                format!("#input-{name}-{role}-{}", encoded(file))
            }
        };
        // Files of one name from different folders are different inputs.
        let first = id.clone();
        let (mut id, mut number) = (id, 1);
        while self.entities.contains_key(&id) {
            number += 1;
            id = format!("{first}-{number}");
        }
        self.add(
            &id,
            json!("CreativeWork"),
            json!({
                "name": file.unwrap_or(&input.name),
                "description": description,
                "sha256": input.sha256,
                "contentSize": input.bytes.map(|bytes| bytes.to_string()),
                "citation": publication,
                "license": input.licence,
                "url": input.url,
            }),
        )
    }

    /// Adds the files and the folders below this one. Returns the names of what lies in the folder
    /// itself, and of what the run has made for others to read.
    fn files(&mut self, files: &[Listed]) -> (Vec<String>, Vec<String>) {
        let declared = tables();
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let (mut parts, mut results) = (Vec::new(), Vec::new());
        for file in files {
            let table = declared
                .iter()
                .find(|table| file_name(table.schema.table) == file.name);
            let description = match table {
                Some(table) => table.schema.description,
                None => about(&file.name),
            };
            let conforms_to = (file.name == CROISSANT).then(|| reference(croissant::CONFORMS_TO));
            let properties = json!({
                "name": file.name,
                "description": description,
                "contentSize": file.bytes.to_string(),
                "encodingFormat": media_type(&file.name),
                "sha256": file.sha256,
                "conformsTo": conforms_to,
                "about": (file.name == README).then(|| reference("./")),
            });
            let id = self.add(&encoded(&file.name), json!("File"), properties);
            if table.is_some() || file.name == PAGE {
                results.push(id.clone());
            }
            match file.name.rsplit_once('/') {
                Some((folder, _)) => folders.entry(folder.to_owned()).or_default().push(id),
                None => parts.push(id),
            }
        }
        for (folder, files) in folders {
            let properties = json!({
                "name": folder,
                "description": "The figures of the page, and their numbers.",
                "hasPart": references(&files),
            });
            let id = self.add(
                &format!("{}/", encoded(&folder)),
                json!("Dataset"),
                properties,
            );
            results.push(id.clone());
            parts.push(id);
        }
        (parts, results)
    }

    /// The specifications that the folder and its files conform to.
    fn specifications(&mut self, files: &[Listed]) {
        let mut all = vec![
            (WORKFLOW_CRATE, "Workflow RO-Crate", "1.0"),
            (PROCESS_RUN, "Process Run Crate", "0.5"),
            (WORKFLOW_RUN, "Workflow Run Crate", "0.5"),
            (WORKFLOW_PROFILE, "Bioschemas ComputationalWorkflow", "1.0"),
        ];
        if files.iter().any(|file| file.name == CROISSANT) {
            all.push((croissant::CONFORMS_TO, "Croissant", "1.1"));
        }
        for (id, name, version) in all {
            let properties = json!({"name": name, "version": version});
            self.add(id, json!("CreativeWork"), properties);
        }
    }

    fn workflow(&mut self, run: &Run<'_>, licence: &str, software: &str, files: &[Listed]) {
        let file = files.iter().find(|file| file.name == PIPELINE);
        let properties = json!({
            "name": run.spec.name,
            "description": "The pipeline that was run, with every default filled in.",
            "conformsTo": reference(WORKFLOW_PROFILE),
            "programmingLanguage": reference(LANGUAGE),
            "softwareRequirements": reference(software),
            "version": env!("CARGO_PKG_VERSION"),
            "encodingFormat": media_type(PIPELINE),
            "license": reference(licence),
            "contentSize": file.map(|file| file.bytes.to_string()),
            "sha256": file.map(|file| file.sha256.as_str()),
            "url": Some(REPOSITORY).filter(|url| !url.is_empty()),
        });
        let kinds = json!(["File", "SoftwareSourceCode", "ComputationalWorkflow"]);
        self.add(PIPELINE, kinds, properties);
    }

    fn action(&mut self, run: &Run<'_>, people: &[String], inputs: &[String], results: &[String]) {
        let (name, version) = (&run.spec.name, env!("CARGO_PKG_VERSION"));
        let properties = json!({
            "name": format!("engraph run {name}"),
            "description": format!(
                "engraph {version} ran the pipeline `{name}`; `{RUN}` says what was computed and \
                 what was in the store already."
            ),
            "instrument": reference(PIPELINE),
            "agent": references(people),
            "object": references(inputs),
            "result": references(results),
            "startTime": iso(run.started),
            "endTime": iso(run.finished),
            "actionStatus": "http://schema.org/CompletedActionStatus",
        });
        self.add(ACTION, json!("CreateAction"), properties);
    }

    fn root(&mut self, run: &Run<'_>, licence: &str, people: &[String], parts: &[String]) {
        let publisher = run.spec.publisher.as_ref();
        let publisher =
            publisher.map(|publisher| self.organisation(&publisher.name, Some(&publisher.url)));
        let properties = json!({
            "name": format!("{}: results of engraph", run.spec.name),
            "description": format!(
                "What the engraph pipeline `{}` found: tables as Parquet, a page to read, and the \
                 figures of the page.",
                run.spec.name
            ),
            "datePublished": iso(run.finished),
            "license": reference(licence),
            "author": references(people),
            "publisher": publisher.map(|id| reference(&id)),
            "conformsTo": [
                reference(PROCESS_RUN),
                reference(WORKFLOW_RUN),
                reference(WORKFLOW_CRATE),
            ],
            "mainEntity": reference(PIPELINE),
            "mentions": reference(ACTION),
            "hasPart": references(parts),
        });
        self.add("./", json!("Dataset"), properties);
        self.add(
            CRATE,
            json!("CreativeWork"),
            json!({
                "about": reference("./"),
                "conformsTo": [reference(RO_CRATE), reference(WORKFLOW_CRATE)],
            }),
        );
    }
}

/// What a file is that is no table.
fn about(name: &str) -> &'static str {
    match name {
        PAGE => "The page with verdicts, figures and the columns of all tables.",
        RUN => "What was run, from which inputs, for how long, and the hash of each table.",
        CROISSANT => "The tables as a Croissant dataset.",
        README => "What this folder is.",
        "summary.md" => "The verdicts, and the table of wirings.",
        "CHANGES.md" => "What a new version of the data did to the numbers.",
        name if name.ends_with(".csv") => "The numbers of a figure of the page.",
        name if name.ends_with(".svg") => "A figure of the page.",
        _ => "A file of the report.",
    }
}

/// The media type of a file.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "parquet" => "application/vnd.apache.parquet",
        "html" => "text/html",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "json" => "application/json",
        "toml" => "application/toml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// The last part of a path. Folders of the user are nobody else's business.
fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A name as a part of an address: everything but letters, digits, `-`, `_`, `.` and `/` is written
/// as `%20`.
pub(in crate::report) fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}
