//! Every key of a pipeline with its type, its default and its meaning, as the types of the sections
//! declare them.
//!
//! [`schema`] is a JSON Schema for editors. [`Reference`] is the same for people: sections with
//! their keys, and the words that keys take.

use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::collections::BTreeMap;

use super::Spec;

/// The JSON Schema (draft 7) of a pipeline.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<Spec>().to_value();
    make_plain(&mut schema);
    schema
}

/// Makes every description of a schema plain text: links of rustdoc become names.
fn make_plain(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) if key == "description" => *text = plain(text),
                    _ => make_plain(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_plain),
        _ => {}
    }
}

/// A comment of the code without links, its lines joined within paragraphs.
fn plain(comment: &str) -> String {
    let paragraphs = comment.split("\n\n").map(|text| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.join(" ")
    });
    let mut text = paragraphs.collect::<Vec<_>>().join("\n\n");
    while let Some(start) = text.find("[`") {
        let Some(end) = text[start..].find("`]").map(|at| start + at + 1) else {
            break;
        };
        let name = text[start + 1..end].to_owned();
        let mut behind = end + 1;
        if text[behind..].starts_with('(')
            && let Some(closed) = text[behind..].find(')')
        {
            behind += closed + 1;
        }
        text.replace_range(start..behind, &name);
    }
    text
}

/// A key of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key itself.
    pub name: String,
    /// What its value is, in words.
    pub kind: String,
    /// Name of the list of words that it takes, if it takes words.
    pub words: Option<String>,
    /// What holds where it is left out.
    pub left_out: LeftOut,
    /// What it means.
    pub meaning: String,
}

/// What holds where a key is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The key must be given.
    Required,
    /// The key has no value then; its meaning says what follows.
    Absent,
    /// This value, as TOML.
    Value(String),
}

/// Keys that stand in one place, or in several alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The places, such as `[training.engram]`, each with what it is for.
    pub places: Vec<(String, String)>,
    /// The keys by name.
    pub keys: Vec<Key>,
}

/// The words that a key takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Name of the list.
    pub name: String,
    /// Each word with its meaning.
    pub words: Vec<(String, String)>,
}

/// All sections of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The sections: the top level first, then by name.
    pub sections: Vec<Section>,
    /// The lists of words, by name.
    pub words: Vec<Words>,
}

impl Reference {
    /// Reads the reference from the types.
    #[must_use]
    pub fn new() -> Self {
        let schema = schema();
        let mut walk = Walk {
            schema: &schema,
            sections: Vec::new(),
            made_of: Vec::new(),
            words: BTreeMap::new(),
        };
        walk.section("top level", "", &schema, "");
        Self {
            sections: walk.sections,
            words: walk.words.into_values().collect(),
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

struct Walk<'a> {
    schema: &'a Value,
    sections: Vec<Section>,
    /// Name of the type that each section was made of.
    made_of: Vec<String>,
    words: BTreeMap<String, Words>,
}

/// The schema that is meant, and the name of its type if it has one: references and the choice of
/// nothing are taken away.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> (&'a str, &'a Value) {
    let (mut name, mut schema) = ("", schema);
    loop {
        if let Some(reference) = schema["$ref"].as_str() {
            name = reference.rsplit('/').next().unwrap_or_default();
            schema = &root["definitions"][name];
            continue;
        }
        let only = |choices: &'a Value| {
            let mut rest = choices
                .as_array()?
                .iter()
                .filter(|choice| choice["type"] != "null");
            let first = rest.next()?;
            rest.next().is_none().then_some(first)
        };
        match only(&schema["allOf"]).or_else(|| only(&schema["anyOf"])) {
            Some(inner) => schema = inner,
            None => return (name, schema),
        }
    }
}

/// The words of a schema that takes nothing but words.
fn words_of(schema: &Value) -> Option<Vec<(String, String)>> {
    let meaning = |of: &Value| of["description"].as_str().unwrap_or_default().to_owned();
    let word = |of: &Value| {
        let enumerated = of["enum"].as_array().and_then(|words| match &words[..] {
            [one] => one.as_str(),
            _ => None,
        });
        Some((of["const"].as_str().or(enumerated)?.to_owned(), meaning(of)))
    };
    if let Some(one) = word(schema) {
        return Some(vec![one]);
    }
    if let Some(several) = schema["enum"].as_array() {
        let undocumented = |one: &Value| Some((one.as_str()?.to_owned(), String::new()));
        return several.iter().map(undocumented).collect();
    }
    let choices = schema["oneOf"].as_array()?;
    let all: Option<Vec<_>> = choices.iter().map(words_of).collect();
    all.map(|all| all.concat())
}

/// The keys of a table, if the schema is one with keys of its own.
fn keys_of(schema: &Value) -> Option<&serde_json::Map<String, Value>> {
    schema["properties"].as_object()
}

/// The type of a JSON value, if the schema has one besides null.
fn type_of(schema: &Value) -> Option<&str> {
    let mut types = match &schema["type"] {
        Value::Array(types) => types.iter().collect(),
        one => vec![one],
    };
    types.retain(|one| *one != "null");
    types.first()?.as_str()
}

/// A value as TOML.
pub(super) fn in_toml(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => toml::Value::String(text.clone()).to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_toml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key} = {}", in_toml(value)))
                .collect();
            match &entries[..] {
                [] => "{}".to_owned(),
                some => format!("{{ {} }}", some.join(", ")),
            }
        }
    }
}

impl<'a> Walk<'a> {
    /// Adds the section at `place`, whose keys are those of `schema`, and the sections within it.
    /// `path` is the dotted path of its keys.
    fn section(&mut self, place: &str, path: &str, schema: &'a Value, meaning: &str) {
        let (name, schema) = resolved(self.schema, schema);
        let place = (place.to_owned(), meaning.to_owned());
        if let Some(at) = self
            .made_of
            .iter()
            .position(|of| !name.is_empty() && of == name)
        {
            self.sections[at].places.push(place);
            return;
        }
        let Some(properties) = keys_of(schema) else {
            return;
        };
        let at = self.sections.len();
        self.made_of.push(name.to_owned());
        self.sections.push(Section {
            places: vec![place],
            keys: Vec::new(),
        });
        let mut keys = Vec::new();
        for (key, of) in properties {
            let inner = format!("{path}{}{key}", if path.is_empty() { "" } else { "." });
            if let Some(found) = self.key(key, &inner, of, schema) {
                keys.push(found);
            }
        }
        self.sections[at].keys = keys;
    }

    /// A key; `None` if it is a section, which is added instead.
    fn key(&mut self, key: &str, path: &str, of: &'a Value, within: &Value) -> Option<Key> {
        let meaning = of["description"].as_str().unwrap_or_default();
        let (_, schema) = resolved(self.schema, of);
        if keys_of(schema).is_some() {
            self.section(&format!("`[{path}]`"), path, of, meaning);
            return None;
        }
        let entries = &schema["additionalProperties"];
        if keys_of(resolved(self.schema, entries).1).is_some() {
            let place = format!("{path}.NAME");
            self.section(&format!("`[{place}]`"), &place, entries, meaning);
            return None;
        }
        let (_, item) = resolved(self.schema, &schema["items"]);
        if item["oneOf"].is_array() && words_of(item).is_none() {
            self.kinds(path, item, meaning);
            return None;
        }
        for choice in item["anyOf"].as_array().into_iter().flatten() {
            if keys_of(resolved(self.schema, choice).1).is_some() {
                self.section(
                    &format!("a table in the list `{path}`"),
                    path,
                    choice,
                    meaning,
                );
            }
        }
        let required = within["required"].as_array().into_iter().flatten();
        let left_out = match &of["default"] {
            Value::Null if required.into_iter().any(|name| name == key) => LeftOut::Required,
            Value::Null => LeftOut::Absent,
            value => LeftOut::Value(in_toml(value)),
        };
        let (kind, words) = self.kind(of);
        Some(Key {
            name: key.to_owned(),
            kind,
            words,
            left_out,
            meaning: meaning.to_owned(),
        })
    }

    /// Adds a list of tables whose keys depend on their kind: a section for the keys that all have,
    /// and one for each kind.
    fn kinds(&mut self, path: &str, item: &'a Value, meaning: &str) {
        let kinds: Vec<&Value> = item["oneOf"].as_array().into_iter().flatten().collect();
        let is_common =
            |key: &&String| kinds.iter().all(|kind| !kind["properties"][*key].is_null());
        let Some((first, properties)) =
            kinds.first().and_then(|kind| Some((*kind, keys_of(kind)?)))
        else {
            return;
        };
        let common: Vec<&String> = properties.keys().filter(is_common).collect();
        let mut keys = Vec::new();
        for &key in &common {
            keys.extend(self.key(key, &format!("{path}.{key}"), &properties[key], first));
        }
        let title = |kind: &Value| kind["title"].as_str().unwrap_or_default().to_owned();
        let about = |kind: &Value| kind["description"].as_str().unwrap_or_default().to_owned();
        let name = "KindOfTask".to_owned();
        for key in keys.iter_mut().filter(|key| key.name == "kind") {
            key.words = Some(name.clone());
            "a word".clone_into(&mut key.kind);
        }
        let words = kinds
            .iter()
            .map(|kind| (title(kind), about(kind)))
            .collect();
        let list = Words {
            name: name.clone(),
            words,
        };
        self.words.insert(name, list);
        self.made_of.push(String::new());
        self.sections.push(Section {
            places: vec![(format!("`[[{path}]]`"), meaning.to_owned())],
            keys,
        });
        for kind in &kinds {
            let own: Vec<(&String, &Value)> = keys_of(kind)
                .into_iter()
                .flatten()
                .filter(|(key, _)| !common.contains(key))
                .collect();
            let mut keys = Vec::new();
            for (key, of) in own {
                keys.extend(self.key(key, &format!("{path}.{key}"), of, kind));
            }
            if !keys.is_empty() {
                let place = format!("`[[{path}]]` with `kind = \"{}\"`", title(kind));
                self.made_of.push(String::new());
                self.sections.push(Section {
                    places: vec![(place, about(kind))],
                    keys,
                });
            }
        }
    }

    /// What a value is, in words, and the list of words that it takes.
    fn kind(&mut self, schema: &'a Value) -> (String, Option<String>) {
        let (name, schema) = resolved(self.schema, schema);
        if let Some(words) = words_of(schema) {
            if name.is_empty() {
                return ("a word".to_owned(), None);
            }
            let list = Words {
                name: name.to_owned(),
                words,
            };
            self.words.insert(name.to_owned(), list);
            return ("a word".to_owned(), Some(name.to_owned()));
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let (mut kinds, mut words) = (Vec::new(), None);
            for choice in choices {
                let (kind, of) = self.kind(choice);
                kinds.push(kind);
                words = words.or(of);
            }
            return (kinds.join(", or "), words);
        }
        match type_of(schema) {
            Some("integer") => ("a whole number".to_owned(), None),
            Some("number") => ("a number".to_owned(), None),
            Some("boolean") => ("true or false".to_owned(), None),
            Some("string") => ("text".to_owned(), None),
            Some("array") => {
                let (kind, words) = self.kind(&schema["items"]);
                (format!("a list, each {kind}"), words)
            }
            Some("object") if keys_of(schema).is_some() => ("a table".to_owned(), None),
            Some("object") => {
                let (kind, words) = self.kind(&schema["additionalProperties"]);
                (format!("a table of names, each with {kind}"), words)
            }
            _ => ("any value".to_owned(), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_every_word_has_a_meaning() {
        let reference = Reference::new();
        assert!(
            reference.sections.len() > 15,
            "{}",
            reference.sections.len()
        );
        let mut without = Vec::new();
        for section in &reference.sections {
            let place = &section.places[0].0;
            for key in &section.keys {
                if key.meaning.is_empty() || key.kind.contains("any value") {
                    without.push(format!("{place} {}: {}", key.name, key.kind));
                }
            }
        }
        for list in &reference.words {
            for (word, meaning) in &list.words {
                if meaning.is_empty() {
                    without.push(format!("{} {word}", list.name));
                }
            }
        }
        assert!(without.is_empty(), "{without:?}");
    }

    #[test]
    fn defaults_are_those_that_a_pipeline_has() {
        let reference = Reference::new();
        let key = |place: &str, name: &str| {
            let of_place = |section: &&Section| section.places.iter().any(|(at, _)| at == place);
            let section = reference.sections.iter().find(of_place).unwrap();
            section.keys.iter().find(|key| key.name == name).unwrap()
        };
        let value = |text: &str| LeftOut::Value(text.to_owned());
        assert_eq!(key("top level", "name").left_out, LeftOut::Required);
        assert_eq!(key("top level", "seed").left_out, value("1"));
        assert_eq!(key("top level", "max_age").left_out, LeftOut::Absent);
        assert_eq!(key("`[training.engram]`", "epochs").left_out, value("40"));
        assert_eq!(
            key("`[training.dense]`", "schedule").left_out,
            value("\"cosine\"")
        );
        let models = key("`[motifs]`", "sign_models");
        assert_eq!(models.left_out, value("[\"wang2024\"]"));
        assert_eq!(models.words.as_deref(), Some("SignModel"));
        let interval = key("`[[tasks]]` with `kind = \"lorenz\"`", "interval");
        assert_eq!(interval.left_out, value("0.05"));
        assert_eq!(key("`[[tasks]]`", "latent_snr").left_out, LeftOut::Absent);
        let preset = key("a table in the list `topologies.species`", "preset");
        assert_eq!(preset.left_out, LeftOut::Required);
    }

    #[test]
    fn links_become_names() {
        let comment = "As [`a`](b::c) and\n[`Self::d`], or [e].\n\nMore.";
        assert_eq!(plain(comment), "As `a` and `Self::d`, or [e].\n\nMore.");
    }
}
