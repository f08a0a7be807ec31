//! The connectome that a command works on, bundled or the user's own, with its signs.

use std::path::Path;

use super::failure::Failure;
use super::message::note;
use super::reading::Reading;
use crate::connectome::{Connectome, InhibitoryFraction, SignModel};
use crate::source::{Signing, bundled};

/// The bundled connectome that commands take where none is named.
const USUAL: &str = "cook2019_herm";

/// Which connectome, and where its signs come from.
pub(super) struct Choice<'a> {
    /// Name of a bundled connectome.
    pub(super) connectome: Option<&'a str>,
    /// The user's own edges.
    pub(super) edges: Option<&'a Path>,
    /// How the user's own tables are read.
    pub(super) reading: &'a Reading,
    /// The sign model. Without one, a connectome with signs keeps its own.
    pub(super) signs: Option<SignModel>,
    /// The share of the neurons that is assumed to inhibit. With it, no sign model is used.
    pub(super) assumed: Option<InhibitoryFraction>,
    /// Seed of assumed signs.
    pub(super) seed: u64,
}

impl Choice<'_> {
    /// The connectome with its signs, and the name of what gave it the signs.
    pub(super) fn signed(&self) -> Result<(Connectome, String), Failure> {
        let connectome = match self.edges {
            Some(edges) => self.reading.read(edges)?,
            None => {
                self.reading.refuse_without_edges()?;
                bundled::connectome(self.connectome.unwrap_or(USUAL)).map_err(Failure::usage)?
            }
        };
        if self.assumed.is_some() && connectome.is_signed() {
            note("the signs of the tables are replaced by assumed ones");
        }
        let signing = match (self.assumed, self.signs) {
            (Some(fraction), _) => Signing::Assumed {
                fraction,
                seed: self.seed,
                draw: 1,
            },
            (None, Some(model)) => Signing::Model(model),
            (None, None) => Signing::Usual,
        };
        signing.apply(connectome).map_err(Failure::usage)
    }
}
