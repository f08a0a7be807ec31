//! A pipeline written out as TOML with every key it can have.
//!
//! TOML has no word for a value that is absent. Keys without a value, and sections that the
//! pipeline does not have, are therefore written as comments.

use std::collections::VecDeque;

use serde_json::Value;

use super::Spec;
use super::reference::{resolved, schema};

impl Spec {
    /// The pipeline as TOML with every key: those that are absent, and sections that are not there,
    /// as comments. It reads back as the same pipeline.
    ///
    /// # Errors
    /// The error of the TOML writer, which would be a bug.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let text = toml::to_string(self)?;
        let schema = schema();
        let blocks = blocks(&text);
        let headers: Vec<String> = blocks.iter().map(|block| block.path()).collect();
        let mut written = String::new();
        let mut absent = Vec::new();
        for (block, path) in blocks.iter().zip(&headers) {
            written += &block.lines.join("\n");
            written.push('\n');
            let Some(section) = section_at(&schema, path, block.value("kind")) else {
                continue;
            };
            let comments_at = written.trim_end().len();
            let mut comments = String::new();
            for (key, of) in section["properties"].as_object().into_iter().flatten() {
                let inner = match path.as_str() {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                if block.value(key).is_some() || headers.iter().any(|at| begins(at, &inner)) {
                    continue;
                }
                if is_table(&schema, of) {
                    absent.push((inner, of));
                } else {
                    comments += &format!("\n# {key} = {}", example(of));
                }
            }
            written.insert_str(comments_at, &comments);
        }
        let mut absent = VecDeque::from(absent);
        while let Some((path, of)) = absent.pop_front() {
            written += &format!("\n# [{path}]\n");
            let (_, section) = resolved(&schema, of);
            for (key, of) in section["properties"].as_object().into_iter().flatten() {
                if is_table(&schema, of) {
                    absent.push_back((format!("{path}.{key}"), of));
                } else {
                    written += &format!("# {key} = {}\n", example(of));
                }
            }
        }
        Ok(written)
    }
}

/// A header of TOML with the lines below it.
#[derive(Default)]
struct Block<'a> {
    lines: Vec<&'a str>,
}

impl Block<'_> {
    /// The dotted path of the header, empty for the top level.
    fn path(&self) -> String {
        let header = self.lines.first().filter(|line| line.starts_with('['));
        header.map_or(String::new(), |line| {
            line.trim_matches(['[', ']']).to_owned()
        })
    }

    /// The value of a key in the block.
    fn value(&self, key: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| {
            let rest = line.strip_prefix(key)?;
            rest.strip_prefix(" = ")
        })
    }
}

/// The text in blocks, each beginning with its header; the first has none.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![Block::default()];
    for line in text.lines() {
        if line.starts_with('[') {
            blocks.push(Block::default());
        }
        if let Some(block) = blocks.last_mut() {
            block.lines.push(line);
        }
    }
    blocks
}

/// True if the header is of the table `path`, or of one within it.
fn begins(header: &str, path: &str) -> bool {
    let rest = header.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The schema of the table at a dotted path; in a list of tables, of that with this `kind`.
fn section_at<'a>(root: &'a Value, path: &str, kind: Option<&str>) -> Option<&'a Value> {
    let (_, mut schema) = resolved(root, root);
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let named = &schema["properties"][part];
        let of = if named.is_null() {
            &schema["additionalProperties"]
        } else {
            named
        };
        (_, schema) = resolved(root, of);
        if schema["items"].is_object() {
            (_, schema) = resolved(root, &schema["items"]);
            let has_keys = |choice: &&Value| {
                let (_, choice) = resolved(root, choice);
                choice["properties"].is_object()
                    && kind.is_none_or(|kind| {
                        let title = choice["title"].as_str();
                        title.is_none_or(|title| kind.trim_matches('"') == title)
                    })
            };
            let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
            schema = resolved(root, choices?.iter().find(has_keys)?).1;
        }
    }
    schema["properties"].is_object().then_some(schema)
}

/// True if the value of a key is a table with keys of its own.
fn is_table(root: &Value, of: &Value) -> bool {
    resolved(root, of).1["properties"].is_object()
}

/// What stands behind a key that the pipeline does not have: its default, or that it is absent.
fn example(of: &Value) -> String {
    match &of["default"] {
        Value::Null => "(absent)".to_owned(),
        value => super::reference::in_toml(value),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::pipeline::builtin;

    /// Every key of every section that the schema knows.
    fn keys(of: &Value, found: &mut Vec<String>) {
        if let Some(properties) = of["properties"].as_object() {
            found.extend(properties.keys().cloned());
        }
        match of {
            Value::Object(entries) => entries
                .iter()
                .filter(|(key, _)| !["default", "oneOf", "anyOf"].contains(&key.as_str()))
                .for_each(|(_, value)| keys(value, found)),
            Value::Array(items) => items.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }

    #[test]
    fn all_keys_are_written_and_read_back() {
        // A slim build knows nothing of the Hub.
        let known = |name: &&str| cfg!(feature = "hub") || *name != "hub";
        for name in builtin::NAMES.into_iter().filter(known) {
            let spec = Spec::built_in(name, &[]).unwrap().unwrap();
            let text = spec.to_toml().unwrap();
            let read = Spec::parse(&text, Path::new(""), &[]);
            let read = read.unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            assert_eq!(read.to_toml().unwrap(), text, "{name}");
            let mut all = Vec::new();
            let schema = schema();
            keys(&schema["properties"], &mut all);
            for (definition, of) in schema["definitions"].as_object().unwrap() {
                // Sources, species-like wirings and people are there where somebody names them.
                if ![
                    "SourceSpec",
                    "ReadOptions",
                    "SpeciesLike",
                    "Penalties",
                    "Person",
                ]
                .contains(&definition.as_str())
                {
                    keys(of, &mut all);
                }
            }
            all.extend(schema["properties"].as_object().unwrap().keys().cloned());
            for key in all {
                let is_there = |line: &str| {
                    let line = line.trim_start_matches("# ");
                    line.starts_with(&format!("{key} = "))
                        || line.starts_with('[') && line.contains(&key)
                };
                assert!(
                    text.lines().any(is_there),
                    "{name} leaves out `{key}`:\n{text}"
                );
            }
        }
    }

    #[test]
    fn an_absent_key_stands_in_its_section() {
        let spec = Spec::built_in("celegans", &[]).unwrap().unwrap();
        let text = spec.to_toml().unwrap();
        let (before, topologies) = text.split_once("[topologies]").unwrap();
        let (topologies, _) = topologies.split_once("\n[").unwrap();
        assert!(
            topologies.contains("\n# matched_neurons = (absent)"),
            "{text}"
        );
        assert!(before.contains("\n# max_age = (absent)"), "{text}");
        assert!(
            text.contains("\n# [training.latent_gradients]\n# samples = 32\n"),
            "{text}"
        );
    }
}
