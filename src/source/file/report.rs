//! What the reader did to a user's tables, and what their owner should know.

use crate::text::plural::counted;

/// Where the knowledge about neurons comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeuronKnowledge {
    /// From nowhere, or only from transmitters in the edge table.
    #[default]
    None,
    /// The neuron table given, or the attributes of a graph's nodes.
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

/// What was read, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Rows of the edge table, blank lines not counted.
    pub rows: usize,
    /// Rows whose weight (all of their weights) was 0 or empty: no synapse.
    pub zero_weight: usize,
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
    /// The same for the neuron table.
    pub neuron_columns: Vec<(String, String)>,
    /// Rows of the neuron table; `None` where there is none.
    pub neuron_rows: Option<usize>,
    /// Neurons of the neuron table without any synapse. They are kept.
    pub isolated: usize,
    /// Neurons of the edge table that the neuron table does not list. They are kept.
    pub unlisted: usize,
    /// Where the knowledge about neurons comes from.
    pub knowledge: NeuronKnowledge,
    /// Without a neuron table: neurons whose names are in the bundled table.
    pub bundled_names: usize,
    /// True where all neurons are numbers, and sorted as such.
    pub numbered: bool,
    /// Neurons called by words although one of the columns of the edge table has only numbers. All
    /// are compared as text.
    pub mixed_identifiers: usize,
    /// In GraphML, what the neurons are called by.
    pub node_names: Option<NodeNames>,
    /// Neurons whose class is given in a word that is not understood; they count as unknown.
    pub unknown_classes: usize,
}

impl FileReport {
    /// What the owner of the tables should know, one sentence each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.columns.iter().any(|(ours, _)| ours == "weight") {
            let ignored = match self.ignored_columns.len() {
                0 => String::new(),
                _ => format!(" (columns not read: {})", self.ignored_columns.join(", ")),
            };
            notes.push(format!(
                "no column of weights found: every row weighs 1{ignored}"
            ));
        }
        match &self.node_names {
            Some(NodeNames::Attribute(name)) => {
                notes.push(format!("neurons are called by the node attribute `{name}`"));
            }
            Some(NodeNames::InsteadOf(name)) => notes.push(format!(
                "neurons are called by the identifiers of their nodes: the attribute `{name}` is \
                 not there, or not different, for all"
            )),
            Some(NodeNames::Identifiers) | None => {}
        }
        for (count, thing, what) in [
            (self.zero_weight, "row", "without weight left out"),
            (self.duplicates, "repeated row", "summed"),
            (self.autapses, "autapse", "(no part of any motif)"),
            (self.unsigned, "chemical synapse", "without a sign"),
            (
                self.sign_conflicts,
                "pair",
                "whose rows differ in sign, now unsigned",
            ),
            (
                self.electrical_averaged,
                "gap junction",
                "with two different weights, averaged",
            ),
            (
                self.mixed_identifiers,
                "neuron",
                "called by words beside a column of numbers: all are compared as text",
            ),
            (self.unlisted, "neuron", "not in the neuron table"),
            (
                self.unknown_classes,
                "neuron",
                "of a class other than sensory, inter, motor, polymodal: taken as unknown",
            ),
        ] {
            if count > 0 {
                notes.push(format!("{} {what}", counted(count, thing)));
            }
        }
        notes
    }
}
