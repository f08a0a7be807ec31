//! The command `engraph connectomes`.

use super::failure::Failure;
use super::output::{Format, OutputArgs, print};
use crate::connectome::ConnectomeRow;
use crate::source::bundled;
use crate::table::text::{align, short};
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show this connectome only, with all that is known of it.
    name: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let mut rows: Vec<ConnectomeRow> = bundled::connectomes().map_err(Failure::failed)?.to_vec();
    if let Some(name) = &args.name {
        bundled::connectome(name).map_err(Failure::usage)?;
        rows.retain(|r| r.connectome == *name);
    }
    match (output.format, &args.name, output.out) {
        (Format::Table, None, None) if !output.all_columns => {
            print(&format!("{}\n{COMPARABLE}\n", overview(&rows)))
        }
        (Format::Table, Some(_), None) if !output.all_columns => {
            print(&rows.iter().map(details).collect::<String>())
        }
        _ => output.emit(&rows),
    }
}

/// What the overview does not say by itself.
const COMPARABLE: &str = "Weights have different units, and the volumes differ: compare a \
                          connectome with random wirings of its own.\n`engraph connectomes NAME` \
                          tells all of one.";

fn overview(rows: &[ConnectomeRow]) -> String {
    let header = [
        "connectome",
        "neurons",
        "edges",
        "weight",
        "gap pairs",
        "unit",
        "sex",
        "stage",
        "region",
        "citation",
    ];
    let mut table = vec![header.map(str::to_owned).to_vec()];
    for r in rows {
        table.push(vec![
            r.connectome.clone(),
            r.neurons.to_string(),
            r.chemical_edges.to_string(),
            short(r.chemical_weight),
            r.gap_pairs.to_string(),
            r.unit.clone(),
            r.sex.clone(),
            r.stage.clone(),
            r.region.clone(),
            r.citation.clone(),
        ]);
    }
    align(
        &table,
        &[
            false, true, true, true, true, false, false, false, false, false,
        ],
    )
}

fn details(r: &ConnectomeRow) -> String {
    let age = r.age_hours.map_or("not published".to_owned(), |h| {
        format!("{} h after hatching", short(h))
    });
    let lines = [
        ("connectome", r.connectome.clone()),
        ("animal", format!("{}, {}, {}", r.animal, r.sex, r.stage)),
        ("age", age),
        ("region", r.region.clone()),
        ("neurons", r.neurons.to_string()),
        (
            "chemical edges",
            format!(
                "{} between different neurons, {}",
                r.chemical_edges,
                counted(r.autapses, "autapse")
            ),
        ),
        (
            "chemical weight",
            format!("{} {}", short(r.chemical_weight), r.unit),
        ),
        ("gap pairs", r.gap_pairs.to_string()),
        ("source", r.citation.clone()),
        ("doi", r.doi.clone().unwrap_or_else(|| "none".to_owned())),
        ("licence", r.licence.clone()),
        ("sha256", r.sha256.clone().unwrap_or_default()),
    ];
    let table: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(key, value)| vec![key.to_owned(), value])
        .collect();
    align(&table, &[false, false])
}
