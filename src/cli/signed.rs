//! The connectome that a command works on, bundled or the user's own, with its signs.

use std::path::PathBuf;

use super::failure::{Failure, word};
use super::message::note;
use super::reading::Reading;
use crate::connectome::{Connectome, InhibitoryFraction, SignModel};
use crate::source::{Signing, bundled};

/// The bundled connectome that commands take where none is named.
const USUAL: &str = "cook2019_herm";

/// Which connectome, and where its signs come from.
#[derive(Debug, Default, clap::Args)]
pub(super) struct ConnectomeArgs {
    /// Bundled connectome [default: cook2019_herm].
    #[arg(long, value_name = "NAME", conflicts_with_all = ["edges", "neurons"])]
    pub(super) connectome: Option<String>,
    /// Your own edges (CSV, TSV, Excel, Parquet, Feather/Arrow IPC, GraphML; also .gz, .zst):
    /// columns pre, post and optionally weight, synapse_type, sign, or what the field's exports
    /// call them; or an adjacency matrix. Classes of neurons come with --neurons.
    #[arg(long, value_name = "FILE")]
    pub(super) edges: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Sign model: wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, or file for the
    /// input's own signs [default: file where the input has signs, else wang2024].
    #[arg(long, value_name = "MODEL", value_parser = word::<SignModel>)]
    pub(super) signs: Option<SignModel>,
    /// Where nothing is known of signs: make this fraction of the neurons, drawn at random
    /// (--seed), inhibitory, all others excitatory.
    #[arg(
        long,
        value_name = "FRACTION",
        conflicts_with = "signs",
        value_parser = word::<InhibitoryFraction>
    )]
    pub(super) assume_inhibitory: Option<InhibitoryFraction>,
}

impl ConnectomeArgs {
    /// The connectome with its signs, and the name of what gave it the signs. `seed` is that of
    /// assumed signs.
    pub(super) fn signed(&self, seed: u64) -> Result<(Connectome, String), Failure> {
        let connectome = match &self.edges {
            Some(edges) => self.reading.read(edges)?,
            None => {
                self.reading.refuse_without_edges()?;
                let name = self.connectome.as_deref().unwrap_or(USUAL);
                bundled::connectome(name).map_err(Failure::usage)?
            }
        };
        if self.assume_inhibitory.is_some() && connectome.is_signed() {
            note("the signs of the tables are replaced by assumed ones");
        }
        let signing = match (self.assume_inhibitory, self.signs) {
            (Some(fraction), _) => Signing::Assumed {
                fraction,
                seed,
                draw: 1,
            },
            (None, Some(model)) => Signing::Model(model),
            (None, None) => Signing::Usual,
        };
        signing.apply(connectome).map_err(Failure::usage)
    }
}
