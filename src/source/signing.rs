//! Where the signs of a connectome come from.

use super::{ForeignSigns, check_signs};
use crate::connectome::{Connectome, InhibitoryFraction, SignModel};

/// Where the signs of a connectome come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// The connectome's own signs if it has any, else those of `wang2024`.
    #[default]
    Usual,
    /// A sign model.
    Model(SignModel),
    /// This share of the neurons, drawn at random, inhibits; all others excite.
    Assumed {
        /// The share.
        fraction: InhibitoryFraction,
        /// Seed of the draw.
        seed: u64,
        /// Which draw under the seed, from 1.
        draw: u32,
    },
}

impl Signing {
    /// The connectome with its signs, and the name of what gave it the signs. O(n + E).
    ///
    /// ```
    /// use engraph::source::{Signing, bundled};
    /// let worm = bundled::connectome("cook2019_herm").unwrap();
    /// let (signed, model) = Signing::Usual.apply(worm).unwrap();
    /// assert!(signed.is_signed() && model == "wang2024");
    /// ```
    ///
    /// # Errors
    /// [`ForeignSigns`] for a sign model that does not know the neurons.
    pub fn apply(self, connectome: Connectome) -> Result<(Connectome, String), ForeignSigns> {
        let own = if connectome.is_signed() {
            SignModel::File
        } else {
            SignModel::Wang2024
        };
        let model = match self {
            Self::Usual => own,
            Self::Model(model) => model,
            Self::Assumed {
                fraction,
                seed,
                draw,
            } => {
                let signed = connectome.with_assumed_signs(fraction, seed, draw);
                return Ok((signed, fraction.to_string()));
            }
        };
        check_signs(model, &connectome)?;
        Ok((connectome.with_signs(model), model.to_string()))
    }
}
