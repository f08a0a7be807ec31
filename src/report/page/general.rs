//! The general table: one row per wiring, each number linked to the section that explains it.

use maud::{Markup, html};

use super::figure::number;
use super::tables::{Tables, distinct, is_origin};
use super::verdicts::{carried, place};
use crate::topology::TopologyRow;

/// What the general table says of one wiring.
struct Row<'a> {
    topology: &'a TopologyRow,
    motif: Option<(i64, Option<f64>)>,
    carried: Option<f64>,
    /// For each null model, how the wiring lies among its nulls.
    places: Vec<Option<String>>,
    /// Dimensions carried after training, at the largest number of sources.
    trained: Option<String>,
    star: Option<String>,
}

/// The null models that wirings are compared with, in the order of the table.
fn null_models(tables: &Tables) -> Vec<&str> {
    distinct(carried(tables, "counts").map(|row| row.null_model.as_str()))
}

fn rows<'a>(tables: &'a Tables, models: &[&str]) -> Vec<Row<'a>> {
    let origins = tables
        .topologies
        .iter()
        .filter(|row| is_origin(&row.family));
    origins
        .map(|topology| row(tables, topology, models))
        .collect()
}

fn row<'a>(tables: &'a Tables, topology: &'a TopologyRow, models: &[&str]) -> Row<'a> {
    let name = topology.topology.as_str();
    let motif = tables.motif_counts.iter().find(|row| {
        row.connectome == name
            && row.sign_model == topology.sign_model
            && row.motif == "xor5"
            && row.matching == "subgraph"
    });
    let own: Vec<_> = carried(tables, "counts")
        .filter(|row| row.keys.topology == name)
        .collect();
    let stars: Vec<String> = tables
        .latent
        .iter()
        .filter(|row| row.topology == name && row.estimator == "sufficient_bottleneck")
        .map(|row| match (row.value, row.embedding_dimension) {
            (Some(value), Some(units)) => format!("{} of {units}", number(value)),
            (Some(value), None) => number(value),
            (None, _) => row.status.replace('_', " "),
        })
        .collect();
    Row {
        topology,
        motif: motif.map(|row| (row.count, row.fold)),
        carried: own.first().map(|row| row.value),
        places: models
            .iter()
            .map(|model| {
                let row = own.iter().find(|row| row.null_model == **model)?;
                let fold = row.fold.map(|fold| format!("{} ×, ", number(fold)));
                Some(format!(
                    "{}{}",
                    fold.unwrap_or_default(),
                    place(row).in_short()
                ))
            })
            .collect(),
        trained: tables
            .carried
            .iter()
            .filter(|row| row.topology == name)
            .max_by_key(|row| row.latent_dimension)
            .and_then(|row| {
                Some(format!(
                    "{} of {}",
                    number(row.carried?),
                    row.latent_dimension
                ))
            }),
        star: (!stars.is_empty()).then(|| stars.join(", ")),
    }
}

/// The general table. It is `None` if there are no wirings.
pub(super) fn table(tables: &Tables) -> Option<Markup> {
    let models = null_models(tables);
    let rows = rows(tables, &models);
    if rows.is_empty() {
        return None;
    }
    let first = &rows[0].topology.species;
    let several_species = rows.iter().any(|row| row.topology.species != *first);
    let cell = |section: &str, text: Option<String>| {
        html! {
            td.number {
                @match text {
                    Some(text) => a href=(format!("#{section}")) { (text) },
                    None => "–",
                }
            }
        }
    };
    Some(html! {
        section #wirings aria-labelledby="wirings-heading" {
            h2 #wirings-heading { "The wirings" }
            p {
                "One row per wiring. Carried: dimensions that pass from sensors to motors by the \
                 structure alone, with synapse counts as weights. Beside it, the ratio to the mean \
                 of the nulls and how the wiring lies among them. Every number leads to its \
                 section."
            }
            div.scroll tabindex="0" role="region" aria-label="The wirings" {
                table.sortable.filtered {
                    caption.unseen { "The wirings" }
                    thead { tr {
                        th scope="col" { "wiring" }
                        @if several_species { th scope="col" { "species" } }
                        th scope="col" { "neurons" } th scope="col" { "synapses" }
                        th scope="col" { "XOR5" } th scope="col" { "carried" }
                        @for model in &models {
                            th scope="col" { "vs nulls " (model.replace('_', " ")) }
                        }
                        th scope="col" { "trained" } th scope="col" { "k* (check)" }
                    } }
                    tbody {
                        @for row in &rows {
                            tr data-family=(row.topology.family) {
                                th scope="row" { (row.topology.topology) }
                                @if several_species { td { (row.topology.species) } }
                                td.number data-value=(row.topology.neurons) {
                                    (row.topology.neurons)
                                }
                                td.number data-value=(row.topology.edges) { (row.topology.edges) }
                                (cell("motifs", row.motif.map(|(count, fold)| match fold {
                                    Some(fold) => format!("{count} ({} ×)", number(fold)),
                                    None => count.to_string(),
                                })))
                                (cell("capacity", row.carried.map(number)))
                                @for place in &row.places { (cell("capacity", place.clone())) }
                                (cell("carried", row.trained.clone()))
                                (cell("validation", row.star.clone()))
                            }
                        }
                    }
                }
            }
        }
    })
}

/// The general table as Markdown, for `summary.md`.
pub(super) fn markdown(tables: &Tables) -> String {
    let models = null_models(tables);
    let rows = rows(tables, &models);
    if rows.is_empty() {
        return String::new();
    }
    let mut header = vec!["wiring", "neurons", "synapses", "XOR5", "carried"];
    let against: Vec<String> = models
        .iter()
        .map(|model| format!("against nulls {model}"))
        .collect();
    header.extend(against.iter().map(String::as_str));
    header.extend(["trained", "k* (check)"]);
    let mut text = format!(
        "| {} |\n|{}\n",
        header.join(" | "),
        "---|".repeat(header.len())
    );
    let missing = || "–".to_owned();
    for row in rows {
        let mut cells = vec![
            row.topology.topology.clone(),
            row.topology.neurons.to_string(),
            row.topology.edges.to_string(),
            row.motif.map_or_else(missing, |(count, fold)| match fold {
                Some(fold) => format!("{count} ({} ×)", number(fold)),
                None => count.to_string(),
            }),
            row.carried.map_or_else(missing, number),
        ];
        cells.extend(
            row.places
                .into_iter()
                .map(|place| place.unwrap_or_else(missing)),
        );
        cells.push(row.trained.unwrap_or_else(missing));
        cells.push(row.star.unwrap_or_else(missing));
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}
