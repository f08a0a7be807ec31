//! The tables of a report folder that the page is made from.

use std::collections::BTreeMap;

use crate::bottleneck::{
    LatentContrastRow, LatentDimensionRow, PooledContrastRow, SparseBottleneckRow,
};
use crate::capacity::{
    Headline, WiringDimensionCurveRow, WiringDimensionNeuronRow, WiringDimensionNullRow,
    WiringDimensionRow,
};
use crate::circuit_prior::{CircuitPriorRow, CircuitVariantRow};
use crate::connectome::{ConnectomeRow, NeuronRow, SynapseRow};
use crate::motif::survey::{MotifCountRow, MotifParticipationRow, MotifRow};
use crate::paths::{EffectiveConnectivityRow, StrongestPathRow};
use crate::report::folder::Folder;
use crate::self_optimisation::{SelfOptimisationControlRow, SelfOptimisationRow};
use crate::spiking::{SpikingMarginRow, SpikingResponseRow};
use crate::table::TableError;
use crate::topology::TopologyRow;
use crate::training::{CarriedDimensionRow, LearningCurveRow, TrainingRunRow, UsedDimensionRow};

/// The rows of all tables that the page shows. A table that the folder does not have is empty.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Name of the pipeline, as the footers of the tables have it.
    pub(super) pipeline: String,
    /// The connectomes as the footers cite them.
    pub(super) sources: String,
    /// How to cite engraph.
    pub(super) citation: String,
    /// Names of the tables in the folder with their numbers of rows, descriptions and columns.
    pub(super) files: Vec<FileEntry>,
    pub(super) connectomes: Vec<ConnectomeRow>,
    pub(super) neurons: Vec<NeuronRow>,
    pub(super) synapses: Vec<SynapseRow>,
    pub(super) motifs: Vec<MotifRow>,
    pub(super) motif_counts: Vec<MotifCountRow>,
    pub(super) participation: Vec<MotifParticipationRow>,
    pub(super) effective: Vec<EffectiveConnectivityRow>,
    pub(super) strongest_paths: Vec<StrongestPathRow>,
    pub(super) topologies: Vec<TopologyRow>,
    pub(super) dimensions: Vec<WiringDimensionRow>,
    /// Which of the dimensions stand for a wiring.
    pub(super) headline: Headline,
    pub(super) dimension_nulls: Vec<WiringDimensionNullRow>,
    pub(super) dimension_curves: Vec<WiringDimensionCurveRow>,
    pub(super) dimension_neurons: Vec<WiringDimensionNeuronRow>,
    pub(super) carried: Vec<CarriedDimensionRow>,
    pub(super) used: Vec<UsedDimensionRow>,
    pub(super) runs: Vec<TrainingRunRow>,
    pub(super) learning_curves: Vec<LearningCurveRow>,
    pub(super) latent: Vec<LatentDimensionRow>,
    pub(super) sparse: Vec<SparseBottleneckRow>,
    pub(super) contrasts: Vec<LatentContrastRow>,
    pub(super) pooled: Vec<PooledContrastRow>,
    pub(super) spiking: Vec<SpikingMarginRow>,
    pub(super) spiking_responses: Vec<SpikingResponseRow>,
    pub(super) optimised: Vec<SelfOptimisationRow>,
    pub(super) optimised_controls: Vec<SelfOptimisationControlRow>,
    pub(super) circuits: Vec<CircuitPriorRow>,
    pub(super) circuit_variants: Vec<CircuitVariantRow>,
}

/// Number of rows of each table that the page shows.
const PREVIEW: usize = 8;

/// A table of the folder.
#[derive(Debug)]
pub(super) struct FileEntry {
    /// Name of the table.
    pub(super) table: &'static str,
    /// Number of rows.
    pub(super) rows: u64,
    /// What a row stands for.
    pub(super) description: &'static str,
    /// Names, units and meanings of the columns.
    pub(super) columns: &'static [crate::table::Column],
    /// The first rows as texts.
    pub(super) preview: Vec<Vec<Option<String>>>,
}

impl Tables {
    /// Reads the tables of a folder.
    ///
    /// # Errors
    /// [`TableError`] if a table is damaged.
    pub(super) fn read(folder: &Folder) -> Result<Self, TableError> {
        let mut tables = Self {
            connectomes: folder.rows()?,
            neurons: folder.rows()?,
            synapses: folder.rows()?,
            motifs: folder.rows()?,
            motif_counts: folder.rows()?,
            participation: folder.rows()?,
            effective: folder.rows()?,
            strongest_paths: folder.rows()?,
            topologies: folder.rows()?,
            dimensions: folder.rows()?,
            dimension_nulls: folder.rows()?,
            dimension_curves: folder.rows()?,
            dimension_neurons: folder.rows()?,
            carried: folder.rows()?,
            used: folder.rows()?,
            runs: folder.rows()?,
            learning_curves: folder.rows()?,
            latent: folder.rows()?,
            sparse: folder.rows()?,
            contrasts: folder.rows()?,
            pooled: folder.rows()?,
            spiking: folder.rows()?,
            spiking_responses: folder.rows()?,
            optimised: folder.rows()?,
            optimised_controls: folder.rows()?,
            circuits: folder.rows()?,
            circuit_variants: folder.rows()?,
            ..Self::default()
        };
        tables.headline = Headline::of(tables.dimensions.iter().map(|row| &row.keys));
        for table in crate::pipeline::tables() {
            let Some(about) = folder.about(table.schema.table)? else {
                continue;
            };
            tables.files.push(FileEntry {
                table: table.schema.table,
                rows: about.rows,
                description: table.schema.description,
                columns: table.schema.columns,
                preview: folder.preview(table.schema.table, PREVIEW)?,
            });
            let mut take = |to: fn(&mut Self) -> &mut String, key: &str| {
                let found = about.footer.get(key).cloned().unwrap_or_default();
                let place = to(&mut tables);
                if place.is_empty() {
                    *place = found;
                }
            };
            take(|t| &mut t.pipeline, "engraph.pipeline");
            take(|t| &mut t.sources, "engraph.sources");
            take(|t| &mut t.citation, "engraph.citation");
        }
        Ok(tables)
    }

    /// The families of the topologies, by name.
    pub(super) fn families(&self) -> BTreeMap<&str, &str> {
        let of_dimensions = self
            .dimensions
            .iter()
            .map(|row| (row.keys.topology.as_str(), row.keys.family.as_str()));
        let of_topologies = self
            .topologies
            .iter()
            .map(|row| (row.topology.as_str(), row.family.as_str()));
        of_dimensions.chain(of_topologies).collect()
    }

    /// Observed and species-like topologies in the order of the tables, each once.
    pub(super) fn wirings(&self) -> Vec<&str> {
        let origins = self.topologies.iter().filter(|row| is_origin(&row.family));
        distinct(origins.map(|row| row.topology.as_str()))
    }
}

/// The words in the order in which they first occur, each once.
pub(super) fn distinct<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for word in words {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// True for topologies that are neither nulls nor controls.
pub(super) fn is_origin(family: &str) -> bool {
    ["observed", "species_like"].contains(&family)
}
