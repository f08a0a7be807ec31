//! The command `engraph schema`.

use super::failure::Failure;
use super::output::{print, print_json};
use crate::table::TableSchema;
use crate::table::text::align;
use crate::text::suggest;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Table; all tables without one.
    table: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print the JSON Schema of pipelines, with which editors complete and check them.
    #[arg(long, conflicts_with_all = ["table", "json"])]
    pipeline: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if args.pipeline {
        let schema = crate::pipeline::spec::schema();
        return print_json(&(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"));
    }
    let mut tables = crate::tables();
    if let Some(name) = &args.table {
        let names: Vec<&str> = tables.iter().map(|t| t.table).collect();
        if !names.contains(&name.as_str()) {
            let near = suggest::did_you_mean(name, names.iter().copied());
            let hint = near.unwrap_or_else(|| format!("one of {}", names.join(", ")));
            return Err(Failure::usage((format!("unknown table `{name}`"), hint)));
        }
        tables.retain(|t| t.table == name);
    }
    if args.json {
        return print_json(&(serde_json::to_string_pretty(&tables).unwrap_or_default() + "\n"));
    }
    print(&tables.iter().map(text).collect::<Vec<_>>().join("\n"))
}

fn text(t: &TableSchema) -> String {
    let rows: Vec<Vec<String>> = t
        .columns
        .iter()
        .map(|c| {
            let kind = if c.nullable {
                format!("{}?", c.kind)
            } else {
                c.kind.to_owned()
            };
            vec![
                format!("  {}", c.name),
                kind,
                c.unit.unwrap_or("").to_owned(),
                c.description.to_owned(),
            ]
        })
        .collect();
    format!(
        "{} (version {}): {}\n{}",
        t.table,
        t.version,
        t.description,
        align(&rows, &[false; 4])
    )
}
