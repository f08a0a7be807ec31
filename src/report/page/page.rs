//! The page: sections in the order in which a reader asks.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::draw::standalone;
use super::figure::Figure;
use super::tables::{Tables, distinct};
use super::verdicts::{Verdict, verdicts};
use super::{
    capacity, carried, circuit_prior, files, general, motifs, paths, self_optimisation, sparse,
    spiking, training, used, wiring,
};
use crate::report::folder::Folder;
use crate::table::TableError;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A page with the files that lie beside it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page, one file of HTML.
    pub html: String,
    /// The verdicts, one sentence each, the most important first.
    pub verdicts: Vec<String>,
    /// The verdicts and the general table as Markdown.
    pub summary: String,
    /// The figures as SVG and their data as CSV, by file name.
    pub figures: Vec<(String, String)>,
}

/// How far a run is whose tables are in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Stages that are finished.
    pub finished: Vec<String>,
    /// Stages that are still to come. Tables of theirs in the folder are of an earlier run.
    pub left: Vec<String>,
}

/// Seconds after which a browser loads the page of a run that is under way again.
const RELOAD: &str = "10";

/// Makes the page from the tables in a folder. If the run that fills the folder is still under way,
/// the page says so.
///
/// # Errors
/// [`TableError`] if a table is damaged.
pub fn page(folder: &Folder, under_way: Option<&UnderWay>) -> Result<Page, TableError> {
    let tables = Tables::read(folder)?;
    let (sections, verdicts) = (sections(&tables), verdicts(&tables));
    let mut files = Vec::new();
    for figure in sections.iter().flat_map(|section| &section.figures) {
        files.push((format!("{}.svg", figure.id), standalone(&figure.svg, STYLE)));
        files.push((format!("{}.csv", figure.id), figure.data.csv()));
    }
    Ok(Page {
        summary: summary(&tables, &verdicts),
        html: document(&tables, &sections, &verdicts, under_way).into_string() + "\n",
        verdicts: verdicts.into_iter().map(|verdict| verdict.text).collect(),
        figures: files,
    })
}

/// The verdicts and the general table as Markdown.
fn summary(tables: &Tables, verdicts: &[Verdict]) -> String {
    let mut text = format!("# {}\n\n", tables.pipeline);
    text += "Made by engraph from the tables in this folder; `index.html` shows them with figures. \
             Numbers are computed here unless a source is named. A contrast between topologies is \
             a hypothesis under test, not a fact about animals.\n\n";
    let connectomes: Vec<String> = tables
        .connectomes
        .iter()
        .map(|row| format!("{} ({} neurons)", row.connectome, row.neurons))
        .collect();
    if !connectomes.is_empty() {
        text += &format!("Connectomes: {}.\n\n", connectomes.join(", "));
    }
    for verdict in verdicts {
        text += &format!("- {}\n", verdict.text);
    }
    let table = general::markdown(tables);
    if !table.is_empty() {
        text += &format!("\n{table}");
    }
    text
}

/// A section with a heading, words, figures, and what else belongs to it.
struct Section {
    id: &'static str,
    heading: &'static str,
    words: Markup,
    figures: Vec<Figure>,
    rest: Markup,
}

/// The sections that have something to show.
fn sections(tables: &Tables) -> Vec<Section> {
    let section = |id, heading, words, figures, rest| Section {
        id,
        heading,
        words,
        figures,
        rest,
    };
    let all = [
        section(
            "capacity",
            "What the wirings can carry",
            capacity::introduction(),
            capacity::figures(tables),
            html! {},
        ),
        section(
            "carried",
            "What trained networks carry",
            html! { p {
                "After training on m independent white sources, how many of them does a network \
                 give back? The gap to the section above is what training buys, or what it does \
                 not find."
            } },
            [carried::figure(tables), used::figure(tables)]
                .into_iter()
                .flatten()
                .collect(),
            html! {},
        ),
        section(
            "motifs",
            "Motifs",
            html! { p {
                "Circuit motifs that could compute an error (XOR) or a competition (lateral \
                 inhibition), counted exactly. Counts are of subgraphs: further synapses among the \
                 neurons do not matter."
            } },
            motifs::figures(tables),
            html! {},
        ),
        section(
            "spiking",
            "Motifs with spikes",
            html! { p {
                "Each motif is simulated on its own, with every choice of driven inputs. What a \
                 motif does in an animal depends on all that is around it."
            } },
            spiking::figures(tables),
            spiking::truth_tables(tables),
        ),
        section(
            "self-optimisation",
            "Self-optimisation",
            html! { p {
                "A Hopfield network whose couplings are the wiring relaxes from random states. If \
                 it also learns its own attractors, it comes to relax into states that satisfy \
                 more of its couplings."
            } },
            self_optimisation::figures(tables),
            html! {},
        ),
        section(
            "circuit-prior",
            "The swimming circuit and its signs",
            html! { p {
                "The worm's swimming circuit as a network (Bhattasali, Zador and Engel 2022): its \
                 wiring is given, its weights learn a wave that travels from head to tail. The \
                 body and the wave are ours, so that the published returns are not reproduced."
            } },
            circuit_prior::figure(tables).into_iter().collect(),
            html! {},
        ),
        section(
            "paths",
            "Paths over several synapses",
            html! { p {
                "How much of a neuron's input comes from where, if every synapse counts as its \
                 share of its target's input and shares multiply along a path. Signs multiply, \
                 too: two inhibitory synapses in a row excite."
            } },
            paths::figures(tables),
            html! {},
        ),
        section(
            "wiring",
            "The wiring",
            html! {},
            wiring::figures(tables),
            html! {},
        ),
        section(
            "contrasts",
            "Trained wirings against their nulls",
            html! { p {
                "What differs is a hypothesis under test, what does not is kept. The table "
                code { "pooled_contrasts" } " has the differences pooled over animals, with \
                                             animals as units."
            } },
            training::contrasts(tables).into_iter().collect(),
            html! {},
        ),
        section(
            "validation",
            "Check: known dimensions",
            html! { p {
                "The sufficient bottleneck k* is the smallest number of latent units with which a \
                 trained network does about as well as without a bottleneck. It should equal what \
                 the task needs. This validates the training and says nothing about wirings."
            } },
            [training::known_and_found(tables), sparse::figure(tables)]
                .into_iter()
                .flatten()
                .collect(),
            html! {},
        ),
        section(
            "training",
            "Training",
            html! {},
            training::learning_curves(tables).into_iter().collect(),
            training::failures(tables).map_or(html! {}, |table| {
                html! {
                    h3 { "What did not converge" }
                    (table)
                }
            }),
        ),
    ];
    all.into_iter()
        .filter(|section| !section.figures.is_empty())
        .collect()
}

fn document(
    tables: &Tables,
    sections: &[Section],
    verdicts: &[Verdict],
    under_way: Option<&UnderWay>,
) -> Markup {
    let title = format!("engraph: {}", tables.pipeline);
    let mut shown = vec!["wirings"];
    shown.extend(sections.iter().map(|section| section.id));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if under_way.is_some() { meta http-equiv="refresh" content=(RELOAD); }
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    h1 { (tables.pipeline) }
                    (asked(tables))
                    nav aria-label="Sections" {
                        ul {
                            @if !verdicts.is_empty() { li { a href="#verdict" { "Verdict" } } }
                            li { a href="#wirings" { "Wirings" } }
                            @for section in sections {
                                li { a href=(format!("#{}", section.id)) { (section.heading) } }
                            }
                            li { a href="#cite" { "Cite" } }
                            li { a href="#files" { "Files" } }
                        }
                    }
                }
                main #main {
                    @if let Some(run) = under_way {
                        p.running role="status" {
                            strong { "The run is under way." }
                            " Finished: " (run.finished.join(", "))
                            ". Still to come: " (run.left.join(", "))
                            ". What is shown of the latter is of an earlier run."
                        }
                    }
                    (verdict_section(verdicts))
                    (general::table(tables).unwrap_or_default())
                    @for section in sections {
                        section
                            id=(section.id)
                            aria-labelledby=(format!("{}-heading", section.id))
                        {
                            h2 id=(format!("{}-heading", section.id)) { (section.heading) }
                            (section.words)
                            @for figure in &section.figures { (figure.html()) }
                            (section.rest)
                        }
                    }
                    (files::citations(tables))
                    (files::section(tables, &shown))
                }
                footer {
                    p {
                        "Made by engraph from the tables in this folder. Numbers are computed here \
                         unless a source is named. A contrast between topologies is a hypothesis \
                         under test, not a fact about animals."
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// What the run was asked: animals, models and tasks, one line each.
fn asked(tables: &Tables) -> Markup {
    let tasks = distinct(tables.runs.iter().map(|run| run.keys.task.as_str()));
    let models = tables
        .topologies
        .iter()
        .filter(|row| row.family == "species_like");
    let models: Vec<&str> = models.map(|row| row.topology.as_str()).collect();
    let trained = |name: &str| tables.runs.iter().any(|run| run.keys.topology == name);
    let is_trained_null =
        |row: &&crate::topology::TopologyRow| row.family == "null" && trained(&row.topology);
    let nulls = tables.topologies.iter().filter(is_trained_null).count();
    html! {
        dl.asked {
            @if !tables.connectomes.is_empty() {
                dt { "Connectomes" }
                dd {
                    @for (index, row) in tables.connectomes.iter().enumerate() {
                        @if index > 0 { ", " }
                        (row.connectome) " (" (row.neurons) " neurons)"
                    }
                }
            }
            @if !models.is_empty() { dt { "Models" } dd { (models.join(", ")) } }
            @if nulls > 0 { dt { "Nulls that were trained" } dd { (nulls) } }
            @if !tasks.is_empty() { dt { "Tasks" } dd { (tasks.join(", ")) } }
        }
    }
}

fn verdict_section(verdicts: &[Verdict]) -> Markup {
    if verdicts.is_empty() {
        return html! {};
    }
    html! {
        section #verdict aria-labelledby="verdict-heading" {
            h2 #verdict-heading { "The verdict" }
            ul.verdicts {
                @for verdict in verdicts {
                    li {
                        (verdict.text) " "
                        a
                            href=(format!("#{}", verdict.section))
                            aria-label=(format!("Where from: {}", verdict.text))
                        {
                            "Where from"
                        }
                    }
                }
            }
        }
    }
}
