//! The section about the files of the folder: what each table holds, where it comes from, and how
//! to cite it.

use maud::{Markup, html};

use super::tables::Tables;

/// Where the page shows a table, or why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the section with this identifier.
    Section(&'static str),
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

/// The place of each table that runs write; `None` for a table that nobody has thought about.
fn place(table: &str) -> Option<Place> {
    use Place::{Nowhere, Section};
    Some(match table {
        "connectomes" | "topologies" => Section("wirings"),
        "motifs" | "motif_counts" | "motif_participation" => Section("motifs"),
        "neurons" | "synapses" => Section("wiring"),
        "wiring_dimension"
        | "wiring_dimension_curves"
        | "wiring_dimension_neurons"
        | "wiring_dimension_nulls" => Section("capacity"),
        "strongest_paths" | "effective_connectivity" => Section("paths"),
        "carried_dimension" | "used_dimension" => Section("carried"),
        "carried_gaps" => {
            Nowhere("the ratios to nulls by structure and after training, side by side")
        }
        "latent_contrasts" | "pooled_contrasts" => Section("contrasts"),
        "latent_dimension" | "sparse_bottleneck" => Section("validation"),
        "training_runs" | "learning_curves" => Section("training"),
        "table_readings" => Nowhere("a record of what was chosen or read, and no result"),
        "motif_synapses" | "motif_hubs" | "motif_samples" => {
            Nowhere("one row per synapse, hub or occurrence: to be joined with tables of your own")
        }
        "motif_weights" => Nowhere("how strong the synapses of motifs are, beside their nulls"),
        "role_fingerprints" => Nowhere("the classes of the neurons in every role of every motif"),
        "triad_census" => {
            Nowhere("all triads without signs; the motifs with signs have the figures")
        }
        "species_targets" => Nowhere("how well the models meet their targets: `engraph species`"),
        "topology_motifs" => Nowhere("counts of all wirings, from which relations are computed"),
        "dimension_relations" => {
            Nowhere("relations over wirings: hypotheses to be tested on other animals")
        }
        "homeostatic_runs" | "homeostatic_curves" => {
            Nowhere("another learning rule, on tasks of bits; not comparable with the figures")
        }
        "training_regime" | "disentanglement" | "hidden_dimension" | "motif_function" => {
            Nowhere("what training made of single networks: too many rows for a figure")
        }
        "reservoir_profiles" | "reservoir_memory" | "reservoir_capacity" | "reservoir_criteria" => {
            Nowhere("profiles for comparison with other studies, which do not rank wirings")
        }
        "spiking_margins" | "spiking_responses" => Section("spiking"),
        "circuit_priors" | "circuit_variants" => Section("circuit-prior"),
        "circuit_waves" => {
            Nowhere("how each joint swings after each training: too many rows for a figure")
        }
        "self_optimisation" | "self_optimisation_controls" => Section("self-optimisation"),
        "tasks" => Nowhere("a property of tasks, to be read beside `disentanglement`"),
        "latent_gradients" => Nowhere("inputs of a symbolic search: a notebook shows how"),
        "latent_angles" => {
            Nowhere("angles at single sequences, to be read beside the error of their network")
        }
        "inference" => Nowhere("what `engraph infer` makes of a series"),
        "checkpoints" => Nowhere("states from which training goes on"),
        _ => return None,
    })
}

/// Where the page shows a table, in words. `sections` are the identifiers of those it has.
fn shown(table: &str, sections: &[&str]) -> Markup {
    html! {
        @match place(table) {
            Some(Place::Section(id)) if sections.contains(&id) => {
                p.note { "Shown in " a href=(format!("#{id}")) { "the section above" } "." }
            }
            Some(Place::Nowhere(reason)) => p.note { "Not shown above: " (reason) "." },
            _ => {}
        }
    }
}

/// The section. `sections` are the identifiers of the others.
pub(super) fn section(tables: &Tables, sections: &[&str]) -> Markup {
    html! {
        section #files aria-labelledby="files-heading" {
            h2 #files-heading { "Files and their columns" }
            p {
                "Every number of this page is in a Parquet table beside it, which pandas, polars, \
                 DuckDB and R read. Open a table's line to see its columns and first rows."
            }
            @for file in &tables.files {
                details {
                    summary {
                        code { (file.table) ".parquet" }
                        " – " (file.rows) " rows. " (file.description)
                    }
                    (shown(file.table, sections))
                    div.scroll
                        tabindex="0"
                        role="region"
                        aria-label=(format!("Columns of {}", file.table))
                    {
                        table {
                            thead { tr {
                                th scope="col" { "column" } th scope="col" { "type" }
                                th scope="col" { "unit" } th scope="col" { "meaning" }
                            } }
                            tbody {
                                @for column in file.columns {
                                    tr {
                                        th scope="row" { code { (column.name) } }
                                        td { (column.kind) @if column.nullable { ", may be null" } }
                                        td { (column.unit.unwrap_or("")) }
                                        td { (column.description) }
                                    }
                                }
                            }
                        }
                    }
                    @if !file.preview.is_empty() {
                        div.scroll
                            tabindex="0"
                            role="region"
                            aria-label=(format!("First rows of {}", file.table))
                        {
                            table {
                                thead { tr {
                                    @for column in file.columns { th scope="col" { (column.name) } }
                                } }
                                tbody {
                                    @for row in &file.preview {
                                        tr {
                                            @for cell in row {
                                                td { (cell.as_deref().unwrap_or("–")) }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The section with what to cite.
pub(super) fn citations(tables: &Tables) -> Markup {
    html! {
        section #cite aria-labelledby="cite-heading" {
            h2 #cite-heading { "What to cite" }
            ul #citations {
                li { (tables.citation) }
                @for source in tables.sources.split("; ").filter(|source| !source.is_empty()) {
                    li { (source) }
                }
            }
            p { "“engraph cite PIPELINE” prints these, and the publications of the methods, as \
                 BibTeX." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that is added needs a place on the page, or a reason why it has none.
    #[test]
    fn every_table_has_a_place_or_a_reason() {
        for table in crate::pipeline::tables()
            .iter()
            .filter(|table| table.reported)
        {
            let name = table.schema.table;
            assert!(place(name).is_some(), "{name}");
        }
    }
}
