//! `croissant.json`: the tables as a dataset of MLCommons, which programs load by one address.

use serde_json::{Value, json};

use super::licence::Licence;
use super::listed::Listed;
use crate::pipeline::{Person, Spec};
use crate::table::{Column, TableSchema, file_name};

/// A table of the folder.
pub(super) struct TableFile<'a> {
    /// Its declaration.
    pub(super) schema: TableSchema,
    /// Its file.
    pub(super) file: &'a Listed,
    /// How to cite it, as its footer says.
    pub(super) citation: &'a str,
    /// The connectomes that it is made from, as its footer says.
    pub(super) sources: &'a str,
}

/// The version of Croissant that is written.
pub(super) const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.1";

/// The description of the tables as text. It depends on the pipeline and the tables alone.
pub(super) fn croissant(spec: &Spec, licence: &Licence, tables: &[TableFile<'_>]) -> String {
    let mut dataset = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": spec.name,
        "description": format!(
            "Tables of the engraph pipeline `{}`: motifs of connectomes, engram networks wired \
             like them, and the latent dimensions that each wiring carries.",
            spec.name
        ),
        "version": env!("CARGO_PKG_VERSION"),
        "keywords": ["connectome", "network motif", "engram network", "latent dimension"],
        "license": licence.url.as_ref().unwrap_or(&licence.description),
        "isLiveDataset": false,
        "distribution": tables.iter().map(distribution).collect::<Vec<_>>(),
        "recordSet": tables.iter().map(record_set).collect::<Vec<_>>(),
    });
    if let Some(table) = tables.first() {
        let sources = match table.sources.is_empty() {
            true => String::new(),
            false => format!(". Sources: {}", table.sources),
        };
        dataset["citeAs"] = json!(format!("{}{sources}", table.citation));
    }
    if !spec.people.is_empty() {
        dataset["creator"] = spec.people.iter().map(person).collect();
    }
    if let Some(publisher) = &spec.publisher {
        dataset["publisher"] =
            json!({"@type": "sc:Organization", "name": publisher.name, "url": publisher.url});
    }
    serde_json::to_string_pretty(&dataset).unwrap_or_default() + "\n"
}

fn person(person: &Person) -> Value {
    let mut value = json!({"@type": "sc:Person", "name": person.name});
    if let Some(url) = person.orcid_url() {
        value["url"] = json!(url);
    }
    value
}

fn distribution(table: &TableFile<'_>) -> Value {
    json!({
        "@type": "cr:FileObject",
        "@id": table.file.name,
        "name": table.file.name,
        "description": table.schema.description,
        "contentUrl": table.file.name,
        "contentSize": format!("{} B", table.file.bytes),
        "encodingFormat": "application/x-parquet",
        "sha256": table.file.sha256,
    })
}

fn record_set(table: &TableFile<'_>) -> Value {
    let name = table.schema.table;
    let id = |column: &str| format!("{name}/{column}");
    let field = |column: &Column| {
        let mut field = json!({
            "@type": "cr:Field",
            "@id": id(column.name),
            "name": column.name,
            "description": description(column),
            "dataType": data_type(column),
            "source": {
                "fileObject": {"@id": file_name(name)},
                "extract": {"column": column.name},
            },
        });
        if column.kind.starts_with("list") {
            field["isArray"] = json!(true);
            field["arrayShape"] = json!("-1");
        }
        field
    };
    let mut records = json!({
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table.schema.description,
        "field": table.schema.columns.iter().map(field).collect::<Vec<_>>(),
    });
    let key = table.schema.key.iter();
    let key: Vec<Value> = key.map(|column| json!({"@id": id(column)})).collect();
    match &key[..] {
        [] => {}
        [one] => records["key"] = one.clone(),
        _ => records["key"] = json!(key),
    }
    records
}

/// What a column means, with its unit.
fn description(column: &Column) -> String {
    match column.unit {
        Some(unit) => format!("{} Unit: {unit}.", column.description),
        None => column.description.to_owned(),
    }
}

fn data_type(column: &Column) -> &'static str {
    match column.kind {
        "int32" => "cr:Int32",
        "int64" => "cr:Int64",
        "uint64" => "cr:UInt64",
        "float64" | "list<float64>" => "cr:Float64",
        "boolean" => "sc:Boolean",
        _ => "sc:Text",
    }
}

/// The context that the specification of Croissant 1.1 prescribes.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "description": {"@container": "@language"},
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "name": {"@container": "@language"},
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
