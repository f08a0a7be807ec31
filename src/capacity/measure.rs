//! What is measured of a wiring, and why a value can be missing.

use strum::VariantArray;

/// Which map of the linear network is measured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// From past inputs to what is held.
    Encoded,
    /// From what is held to future outputs.
    Decoded,
    /// From past inputs through what is held to future outputs.
    Carried,
}

impl Measure {
    /// All measures, in the order of a signal.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Whether there is a value, on what footing, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// There is a value.
    Ok,
    /// No neuron has a class: every neuron sees, holds and acts. There is a value on that footing.
    NoClasses,
    /// The linear network is unstable. There is a value, which grows with the horizon.
    Unstable,
    /// No neuron receives the input.
    NoInput,
    /// No neuron holds the latent.
    NoHeld,
    /// No neuron gives the output.
    NoOutput,
    /// There is no synapse between different neurons.
    NoSynapses,
    /// The wiring has no cycle, so its spectral radius is 0 and cannot be scaled.
    Acyclic,
    /// No path is short enough to be walked within the horizon.
    NoPath,
    /// A value grows beyond all numbers within the horizon.
    NotFinite,
    /// The spectral radius was not found.
    NoRadius,
    /// The estimate of a large wiring is too uncertain for a number.
    TooWide,
}

impl Status {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The same in words; `None` where there is nothing to say.
    #[must_use]
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Ok => None,
            Self::NoClasses => Some("no neuron has a class: every neuron sees, holds and acts"),
            Self::Unstable => Some("the linear network is unstable: values grow with the horizon"),
            Self::NoInput => Some("no sensory neuron"),
            Self::NoHeld => Some("no neuron besides sensory and motor neurons"),
            Self::NoOutput => Some("no motor neuron"),
            Self::NoSynapses => Some("no synapse between different neurons"),
            Self::Acyclic => Some("no cycle: the spectral radius is 0 and cannot be scaled"),
            Self::NoPath => Some("no path within the horizon"),
            Self::NotFinite => Some("not finite: shorten the horizon or lower the radius"),
            Self::NoRadius => Some("the spectral radius was not found"),
            Self::TooWide => Some("the error of the estimate is more than a quarter of it"),
        }
    }
}
