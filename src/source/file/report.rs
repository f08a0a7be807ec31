//! How a user's tables were read, and what their owner should know.

use std::collections::BTreeMap;

use crate::source::MatrixRows;
use crate::text::plural::counted;

/// Where the knowledge about neurons comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeuronKnowledge {
    /// From nowhere, or only from transmitters in the edge table.
    #[default]
    None,
    /// The neuron tables given, or the attributes of a graph's nodes.
    NeuronTable,
    /// The bundled *C. elegans* table: at least half of the names are in it.
    Bundled,
}

/// What the neurons of a GraphML file are called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeNames {
    /// The identifiers of its nodes.
    Identifiers,
    /// A node attribute that is there and different for all.
    Attribute(String),
    /// The identifiers, since this attribute is not there for all or not different for all.
    InsteadOf(String),
}

/// An adjacency matrix that was read as an edge table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixReport {
    /// Number of rows of the matrix.
    pub rows: usize,
    /// Number of columns of the matrix.
    pub columns: usize,
    /// Which neurons its rows stand for.
    pub rows_are: MatrixRows,
    /// True where neither rows nor columns have names, so that neurons are called by their numbers,
    /// from 1.
    pub numbered: bool,
    /// True where every entry is equal to the one with row and column exchanged.
    pub symmetric: bool,
}

/// Words that were met and not understood, and how often.
pub(super) type Words = BTreeMap<String, usize>;

/// What was read, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Rows of the edge table, blank lines not counted.
    pub rows: usize,
    /// Rows whose weight (all of their weights) was 0 or empty: no synapse.
    pub zero_weight: usize,
    /// Rows that were left out because one of their ends is a word for a missing value, or empty.
    pub missing_partner: usize,
    /// Those words, and how often each stands; `empty` for empty cells.
    pub missing_words: BTreeMap<String, usize>,
    /// Rows that were left out because one of their ends has the number that segmentations give to
    /// what belongs to no neuron: 0, or -1.
    pub no_segment: usize,
    /// Rows that were left out because they repeat, from the receiving neuron, a synapse that the
    /// sending one lists.
    pub received_copies: usize,
    /// Those of them without a row of the sending neuron.
    pub received_alone: usize,
    /// Rows that were left out because they are junctions with muscles.
    pub neuromuscular: usize,
    /// Rows that are gap junctions, by a column that says so.
    pub electrical_rows: usize,
    /// Rows added to an earlier row of the same pair and type.
    pub duplicates: usize,
    /// Synapses, chemical or electrical, of a neuron with itself. They are kept.
    pub autapses: usize,
    /// Chemical synapses without a sign.
    pub unsigned: usize,
    /// Chemical synapses without a sign because their rows have different ones.
    pub sign_conflicts: usize,
    /// Gap junctions given in both directions, stored once.
    pub electrical_both_directions: usize,
    /// Those of them whose two weights differed; they have the mean.
    pub electrical_averaged: usize,
    /// Columns of the edge table that were read: our name for it, then its own.
    pub columns: Vec<(String, String)>,
    /// Columns of the edge table that were not read.
    pub ignored_columns: Vec<String>,
    /// The same for the neuron tables.
    pub neuron_columns: Vec<(String, String)>,
    /// Columns of the neuron tables that were not read.
    pub ignored_neuron_columns: Vec<String>,
    /// Rows of the neuron tables, those of one neuron counted once; `None` where there is no table.
    pub neuron_rows: Option<usize>,
    /// Neurons of the neuron tables without any synapse. They are kept.
    pub isolated: usize,
    /// Neurons of the edge table that the neuron tables do not list. They are kept.
    pub unlisted: usize,
    /// Neurons about which two neuron tables say different things; the first counts.
    pub contradictions: usize,
    /// Where the knowledge about neurons comes from.
    pub knowledge: NeuronKnowledge,
    /// Without a neuron table: neurons whose names are in the bundled table.
    pub bundled_names: usize,
    /// True where all neurons are numbers, and sorted as such.
    pub numbered: bool,
    /// Neurons called by words although one of the columns of the edge table has only numbers. All
    /// are compared as text.
    pub mixed_identifiers: usize,
    /// Neurons written both as `5` and as `5.0`; they are one.
    pub decimal_identifiers: usize,
    /// Groups of neurons whose names differ only by case, by the composition of their characters,
    /// or by characters that are not seen.
    pub similar_names: Vec<Vec<String>>,
    /// In GraphML, what the neurons are called by.
    pub node_names: Option<NodeNames>,
    /// Neurons whose class is given in a word that is not understood; they count as unknown.
    pub unknown_classes: usize,
    /// Words for transmitters that are not understood; those neurons have no sign by them.
    pub unknown_transmitters: BTreeMap<String, usize>,
    /// The matrix that was read, where there was no edge table.
    pub matrix: Option<MatrixReport>,
    /// True where weights below 0 were read as inhibitory synapses.
    pub signed_weights: bool,
    /// What the reader of the container did, such as skipping a title.
    pub remarks: Vec<String>,
    /// What may change a count and was not read.
    pub doubts: Vec<String>,
}

/// A sentence for the owner of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is about: `columns` for how the columns were read, else the rule, such as
    /// `duplicates`.
    pub about: &'static str,
    /// True where a result may differ from what the owner expects.
    pub warning: bool,
    /// The sentence, without a full stop.
    pub text: String,
}

/// A part of a report as a row: a column of a table, or a rule and the rows that fell to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// `edges` or `neurons`.
    pub table: &'static str,
    /// `column`, `rows`, or `note`.
    pub what: &'static str,
    /// The name of the column, or the rule.
    pub name: String,
    /// For columns, what it was read as; `None` for one that was not read.
    pub read_as: Option<String>,
    /// For rules, the number of rows.
    pub rows: Option<usize>,
}

impl FileReport {
    /// How the tables were read, part by part.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        let mut readings = Vec::new();
        for (table, read, ignored) in [
            ("edges", &self.columns, &self.ignored_columns),
            (
                "neurons",
                &self.neuron_columns,
                &self.ignored_neuron_columns,
            ),
        ] {
            let read = read.iter().map(|(ours, own)| (own, Some(ours.clone())));
            let columns = read.chain(ignored.iter().map(|own| (own, None)));
            readings.extend(columns.map(|(name, read_as)| Reading {
                table,
                what: "column",
                name: name.clone(),
                read_as,
                rows: None,
            }));
        }
        let of_edges = [("rows", self.rows)].into_iter();
        for (rule, rows) in of_edges.chain(self.rules()) {
            readings.push(Reading {
                table: "edges",
                what: "rows",
                name: rule.to_owned(),
                read_as: None,
                rows: Some(rows),
            });
        }
        if let Some(rows) = self.neuron_rows {
            readings.push(Reading {
                table: "neurons",
                what: "rows",
                name: "rows".to_owned(),
                read_as: None,
                rows: Some(rows),
            });
        }
        let told = self.messages().into_iter().skip(1);
        readings.extend(told.map(|told| Reading {
            table: "edges",
            what: if told.warning { "warning" } else { "note" },
            name: told.text,
            read_as: None,
            rows: None,
        }));
        readings
    }

    /// The rules that rows fell to, and how many did.
    fn rules(&self) -> impl Iterator<Item = (&'static str, usize)> {
        [
            ("without weight, left out", self.zero_weight),
            ("without a partner, left out", self.missing_partner),
            ("of no segment, left out", self.no_segment),
            (
                "copies of the receiving neuron, left out",
                self.received_copies,
            ),
            ("junctions with muscles, left out", self.neuromuscular),
            ("gap junctions", self.electrical_rows),
            ("summed with an earlier row", self.duplicates),
        ]
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
    }

    /// The columns in one sentence.
    fn columns_told(&self) -> String {
        let names = |of: &[(String, String)]| {
            let told = of.iter().map(|(ours, own)| {
                if ours == own {
                    format!("`{own}`")
                } else {
                    format!("`{own}` as {}", ours.replace('_', " "))
                }
            });
            told.collect::<Vec<_>>().join(", ")
        };
        let ignored = |of: &[String]| {
            let unnamed = |own: &String| {
                if own.is_empty() {
                    "a column without a name".to_owned()
                } else {
                    format!("`{own}`")
                }
            };
            let listed = of.iter().take(12).map(unnamed).collect::<Vec<_>>();
            let more = match of.len().saturating_sub(listed.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            if of.is_empty() {
                String::new()
            } else {
                format!("; not read: {}{more}", listed.join(", "))
            }
        };
        let edges = match &self.matrix {
            Some(matrix) => {
                let (rows, columns) = match matrix.rows_are {
                    MatrixRows::Pre => ("presynaptic", "postsynaptic"),
                    MatrixRows::Post => ("postsynaptic", "presynaptic"),
                };
                let names = if matrix.numbered {
                    ", called by their numbers from 1"
                } else {
                    ""
                };
                format!(
                    "read as an adjacency matrix of {} x {} neurons{names}: rows are {rows}, \
                     columns {columns}",
                    matrix.rows, matrix.columns
                )
            }
            None => format!(
                "read {}{}",
                names(&self.columns),
                ignored(&self.ignored_columns)
            ),
        };
        if self.neuron_columns.is_empty() {
            return edges;
        }
        format!(
            "{edges}; of the neurons {}{}",
            names(&self.neuron_columns),
            ignored(&self.ignored_neuron_columns)
        )
    }

    /// What the owner of the tables should know: how the columns were read, then one sentence for
    /// everything else.
    #[must_use]
    pub fn messages(&self) -> Vec<Told> {
        let mut told = vec![Told {
            about: "columns",
            warning: false,
            text: self.columns_told(),
        }];
        let mut tell = |about, warning: bool, text: String| {
            told.push(Told {
                about,
                warning,
                text,
            });
        };
        for remark in &self.remarks {
            tell("container", false, remark.clone());
        }
        let weighs = |ours: &String| ours == "weight" || ours == "gap_weight";
        if self.matrix.is_none() && !self.columns.iter().any(|(ours, _)| weighs(ours)) {
            tell(
                "weights",
                false,
                "no column of weights found: every row weighs 1".to_owned(),
            );
        }
        match &self.node_names {
            Some(NodeNames::Attribute(name)) => {
                tell(
                    "node_names",
                    false,
                    format!("neurons are called by the node attribute `{name}`"),
                );
            }
            Some(NodeNames::InsteadOf(name)) => tell(
                "node_names",
                true,
                format!(
                    "neurons are called by the identifiers of their nodes: the attribute `{name}` \
                     is not there, or not different, for all"
                ),
            ),
            Some(NodeNames::Identifiers) | None => {}
        }
        if self.missing_partner > 0 {
            let words = listed(&self.missing_words);
            let rows = counted(self.missing_partner, "row");
            tell(
                "missing_partners",
                false,
                format!("{rows} without a partner left out ({words})"),
            );
        }
        if self.matrix.as_ref().is_some_and(|m| m.symmetric) {
            let text = "the matrix is symmetric, as one of gap junctions is; its entries were \
                        read as chemical synapses in both directions";
            tell("symmetric_matrix", true, text.to_owned());
        }
        for (about, count, thing, what, warning) in [
            (
                "zero_weight",
                self.zero_weight,
                "row",
                "without weight left out",
                false,
            ),
            (
                "no_segment",
                self.no_segment,
                "row",
                "with `0` or `-1` for a neuron, which stands for no segment, left out",
                false,
            ),
            (
                "received_copies",
                self.received_copies,
                "row",
                "of receiving neurons left out: they are the other end's copies of rows that are \
                 read",
                false,
            ),
            (
                "received_alone",
                self.received_alone,
                "row",
                "of receiving neurons left out that no row of the sending neuron matches",
                true,
            ),
            (
                "neuromuscular",
                self.neuromuscular,
                "row",
                "of neuromuscular junctions left out: they are no synapses between neurons",
                false,
            ),
            (
                "electrical_rows",
                self.electrical_rows,
                "row",
                "of gap junctions kept apart from the chemical synapses",
                false,
            ),
            (
                "duplicates",
                self.duplicates,
                "repeated row",
                "summed",
                false,
            ),
            (
                "autapses",
                self.autapses,
                "autapse",
                "(no part of any motif)",
                false,
            ),
            (
                "sign_conflicts",
                self.sign_conflicts,
                "pair",
                "whose rows differ in sign, now unsigned",
                true,
            ),
            (
                "electrical_averaged",
                self.electrical_averaged,
                "gap junction",
                "with two different weights, averaged",
                true,
            ),
            (
                "mixed_identifiers",
                self.mixed_identifiers,
                "neuron",
                "called by words beside a column of numbers: all are compared as text",
                true,
            ),
            (
                "decimal_identifiers",
                self.decimal_identifiers,
                "neuron",
                "written both as `5` and as `5.0`: taken for one",
                false,
            ),
            (
                "unlisted",
                self.unlisted,
                "neuron",
                "not in the neuron table",
                true,
            ),
            (
                "contradictions",
                self.contradictions,
                "neuron",
                "of which two neuron tables say different things: the first counts",
                true,
            ),
            (
                "unknown_classes",
                self.unknown_classes,
                "neuron",
                "of a class other than sensory, inter, motor, polymodal: taken as unknown",
                false,
            ),
        ] {
            if count > 0 {
                tell(about, warning, format!("{} {what}", counted(count, thing)));
            }
        }
        if !self.unknown_transmitters.is_empty() {
            let neurons: usize = self.unknown_transmitters.values().sum();
            tell(
                "unknown_transmitters",
                true,
                format!(
                    "{} with a transmitter that is not understood, and so without a sign by it: {}",
                    counted(neurons, "entry"),
                    listed(&self.unknown_transmitters)
                ),
            );
        }
        if let [first, rest @ ..] = self.similar_names.as_slice() {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            tell(
                "similar_names",
                true,
                format!(
                    "neurons whose names differ only by case, composition or characters that are \
                     not seen: {}{more}",
                    escaped(first)
                ),
            );
        }
        for doubt in &self.doubts {
            tell("not_read", true, doubt.clone());
        }
        told
    }
}

/// The names of a group, with the characters that are not seen written out.
fn escaped(names: &[String]) -> String {
    let name = |name: &String| {
        let shown: String = name
            .chars()
            .flat_map(|c| {
                let seen = c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric();
                let written = if seen {
                    c.to_string()
                } else {
                    c.escape_unicode().to_string()
                };
                written.chars().collect::<Vec<_>>()
            })
            .collect();
        format!("`{shown}`")
    };
    names.iter().map(name).collect::<Vec<_>>().join(" and ")
}

/// Words and how often each stands, the commonest first.
fn listed(words: &Words) -> String {
    let mut words: Vec<(&String, &usize)> = words.iter().collect();
    words.sort_by_key(|(word, count)| (std::cmp::Reverse(**count), *word));
    let more = match words.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = words
        .iter()
        .take(5)
        .map(|(word, count)| format!("`{word}` {count} x"));
    shown.collect::<Vec<_>>().join(", ") + &more
}
