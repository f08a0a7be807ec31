//! Flags that say how the user's own tables are read, and what is said of the reading.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::VariantArray;

use super::failure::Failure;
use crate::source::MatrixRows;

/// What the user says of tables beyond their own words.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Reading {
    /// Your own neurons: columns neuron and transmitter or sign, class, cell_type. Transmitters are
    /// ACh, Glu, GABA, DA, 5HT, OA, TA, HA or their names (acetylcholine, cholinergic,
    /// gamma-aminobutyric acid, GABAergic, 5-HT, ...), several joined by + , ; / _ &. Several
    /// tables may be given; the first counts where two say different things.
    #[arg(long, value_name = "FILE")]
    pub neurons: Vec<PathBuf>,
    /// The column of the edges that holds ROLE (pre, post, weight, gap_weight, synapse_type, sign,
    /// transmitter, connectome); `ROLE=` for none. May be repeated.
    #[arg(long = "edge-column", value_name = "ROLE=NAME", value_parser = pair)]
    edge_columns: Vec<(String, String)>,
    /// The column of the neurons that holds ROLE (neuron, transmitter, sign, class, super_class,
    /// cell_type); `ROLE=` for none. May be repeated.
    #[arg(long = "neuron-column", value_name = "ROLE=NAME", value_parser = pair)]
    neuron_columns: Vec<(String, String)>,
    /// What the rows of an adjacency matrix are: pre or post [default: what its margins say, else
    /// pre].
    #[arg(long, value_name = "END", value_parser = matrix_rows())]
    matrix_rows: Option<MatrixRows>,
    /// The sheet of a workbook that has the edges [default: the first that is not empty].
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Read weights below 0 as inhibitory synapses and all others as excitatory.
    #[arg(long)]
    signed_weights: bool,
}

/// Reads what the rows of a matrix are.
fn matrix_rows() -> impl TypedValueParser<Value = MatrixRows> {
    let words = MatrixRows::VARIANTS.iter().map(<&'static str>::from);
    PossibleValuesParser::new(words).try_map(|word| word.parse::<MatrixRows>())
}

/// Splits `ROLE=NAME`.
fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(role, name)| (role.trim().to_owned(), name.trim().to_owned()))
        .ok_or_else(|| format!("`{text}` has no `=`: write ROLE=NAME"))
}

impl Reading {
    /// True where nothing was said.
    pub(super) fn is_silent(&self) -> bool {
        self.neurons.is_empty()
            && self.edge_columns.is_empty()
            && self.neuron_columns.is_empty()
            && self.matrix_rows.is_none()
            && self.sheet.is_none()
            && !self.signed_weights
    }

    /// Refuses what is said of tables where none is given.
    pub(super) fn refuse_without_edges(&self) -> Result<(), Failure> {
        if self.is_silent() {
            return Ok(());
        }
        Err(Failure::usage((
            "`--neurons`, `--edge-column` and the like are about tables of your own",
            "give the edges with `--edges FILE`",
        )))
    }

    /// The tables of a connectome, with what was said of them.
    #[cfg(feature = "files")]
    pub(super) fn source(&self, edges: &Path) -> Result<crate::source::file::FileSource, Failure> {
        use crate::source::ReadOptions;
        use crate::source::file::FileSource;
        let options = ReadOptions {
            columns: self.edge_columns.iter().cloned().collect(),
            neuron_columns: self.neuron_columns.iter().cloned().collect(),
            matrix_rows: self.matrix_rows,
            sheet: self.sheet.clone(),
            signed_weights: self.signed_weights,
        };
        options.check().map_err(Failure::usage)?;
        Ok(FileSource {
            edges: edges.to_owned(),
            neurons: self.neurons.clone(),
            unit: "synapses".to_owned(),
            options,
        })
    }

    /// Reads a connectome and says how.
    #[cfg(feature = "files")]
    pub(super) fn read(&self, edges: &Path) -> Result<crate::connectome::Connectome, Failure> {
        use super::message::{note, warning};
        let source = self.source(edges)?;
        let (connectome, report) = crate::source::file::read(&source).map_err(Failure::failed)?;
        for told in report.messages() {
            let text = format!("{}: {}", edges.display(), told.text);
            if told.warning {
                warning(text);
            } else {
                note(text);
            }
        }
        Ok(connectome)
    }

    /// Refuses: this build has no reader.
    #[cfg(not(feature = "files"))]
    pub(super) fn read(&self, _: &Path) -> Result<crate::connectome::Connectome, Failure> {
        Err(Failure::usage((
            "this build reads no user tables",
            "build with the feature `files` (the default)",
        )))
    }
}
