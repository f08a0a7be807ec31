//! The key `topologies.species`: species-like topologies as people write them in a pipeline.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

use super::error::{Invalid, NAME_HINT, check_range, is_plain_name};
use crate::source::bundled;
use crate::topology::{SpeciesLike, SpeciesPreset};

/// Most graphs of one model, and most parts of one connectome.
pub(super) const MOST_REPLICATES: u32 = 100_000;

/// One entry of `topologies.species`: the name of a preset, or a table that changes values of one.
///
/// ```toml
/// species = [
///     "worm_like",
///     { preset = "human_like", name = "human_ii5", ii_multiplier = 5.0, replicates = 3 },
/// ]
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpeciesSpec {
    /// Name of the topology. It is the name of the preset unless another one is given.
    pub name: String,
    /// The model from which the topology is generated.
    #[serde(flatten)]
    pub model: SpeciesLike,
    /// How many graphs are drawn. Each is a topology: `name`, `name.2`, `name.3`, ...
    pub replicates: u32,
}

/// A species-like topology that differs from its preset.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SpeciesLike")]
struct Written {
    /// Species whose published statistics the topology has.
    preset: SpeciesPreset,
    /// Name of the topology. Without it, the name of the preset.
    name: Option<String>,
    /// Number of neurons. Without it, 300.
    neurons: Option<u32>,
    /// Share of inhibitory neurons, from 0 to 1. Without it, that of the preset.
    inhibitory_fraction: Option<f64>,
    /// Factor of the weights between inhibitory neurons. Without it, 1.
    ii_multiplier: Option<f64>,
    /// How many graphs are drawn, each a topology: `name`, `name.2`, `name.3` and so on. Without
    /// it, 1.
    replicates: Option<u32>,
}

impl schemars::JsonSchema for SpeciesSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SpeciesSpec".into()
    }

    /// The schema of what people write: the name of a preset, or a table.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let name = generator.subschema_for::<SpeciesPreset>();
        let table = generator.subschema_for::<Written>();
        schemars::json_schema!({"anyOf": [name, table]})
    }
}

impl SpeciesSpec {
    /// Refuses the first value that does not fit. `taken` are the names of earlier topologies.
    pub(super) fn check(&self, taken: &[&str]) -> Result<(), Invalid> {
        let name = &self.name;
        if !is_plain_name(name) {
            return Err(Invalid::new("name", format!("`{name}` is no name")).hint(NAME_HINT));
        }
        if taken.contains(&name.as_str()) || bundled::connectome(name).is_ok() {
            let hint = format!(
                "{{ preset = \"{}\", name = \"another\" }}",
                self.model.preset
            );
            return Err(Invalid::new("", format!("the name `{name}` is taken")).hint(hint));
        }
        check_range("replicates", self.replicates, 1..=MOST_REPLICATES)?;
        self.model
            .check()
            .map_err(|error| Invalid::from_error("", &error))
    }

    /// The names of the topologies that this entry makes, one per graph.
    pub fn names(&self) -> impl Iterator<Item = String> {
        replicates(&self.name, self.replicates)
    }
}

/// The names `name`, `name.2` and so on. A larger count leaves the names of the first ones
/// unchanged.
pub(in crate::pipeline) fn replicates(name: &str, count: u32) -> impl Iterator<Item = String> {
    (1..=count).map(move |index| {
        if index == 1 {
            name.to_owned()
        } else {
            format!("{name}.{index}")
        }
    })
}

impl From<Written> for SpeciesSpec {
    fn from(written: Written) -> Self {
        let own = SpeciesLike::new(written.preset);
        Self {
            name: written.name.unwrap_or_else(|| written.preset.to_string()),
            model: SpeciesLike {
                preset: written.preset,
                neurons: written.neurons.unwrap_or(own.neurons),
                inhibitory_fraction: written
                    .inhibitory_fraction
                    .unwrap_or(own.inhibitory_fraction),
                ii_multiplier: written.ii_multiplier.unwrap_or(own.ii_multiplier),
            },
            replicates: written.replicates.unwrap_or(1),
        }
    }
}

impl<'de> Deserialize<'de> for SpeciesSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrTable;

        impl<'de> Visitor<'de> for NameOrTable {
            type Value = SpeciesSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a species-like topology or a table with `preset`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<SpeciesSpec, E> {
                let preset = SpeciesPreset::deserialize(name.into_deserializer())?;
                let written = Written {
                    preset,
                    name: None,
                    neurons: None,
                    inhibitory_fraction: None,
                    ii_multiplier: None,
                    replicates: None,
                };
                Ok(written.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SpeciesSpec, A::Error> {
                Written::deserialize(MapAccessDeserializer::new(map)).map(SpeciesSpec::from)
            }
        }

        deserializer.deserialize_any(NameOrTable)
    }
}
