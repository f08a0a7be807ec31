//! Settings of a call, which come as a JSON document with the names of the command line.

use std::collections::BTreeMap;
use std::str::FromStr;

use engraph::text::Hinted;
use serde_json::Value;

use crate::fault::Fault;

/// The settings that were given; those that were not are absent.
pub(crate) struct Settings(BTreeMap<String, Value>);

impl Settings {
    /// Reads the document.
    pub(crate) fn of(text: &str) -> Result<Self, Fault> {
        serde_json::from_str(text)
            .map(Self)
            .map_err(|error| Fault::plain(error.to_string()))
    }

    /// A number, a list of numbers or a text, by its type.
    pub(crate) fn maybe<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| Fault::plain(format!("`{name}={value}`: {error}")))
    }

    /// The same, or what stands for it where it was not given.
    pub(crate) fn or<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        otherwise: T,
    ) -> Result<T, Fault> {
        Ok(self.maybe(name)?.unwrap_or(otherwise))
    }

    /// A word of a list of words.
    pub(crate) fn word<T: FromStr<Err: Hinted>>(&self, name: &str) -> Result<Option<T>, Fault> {
        let word: Option<String> = self.maybe(name)?;
        word.map(|word| word.parse().map_err(Fault::usage))
            .transpose()
    }

    /// Several such words; none where none was given.
    pub(crate) fn words<T: FromStr<Err: Hinted>>(&self, name: &str) -> Result<Vec<T>, Fault> {
        let words: Vec<String> = self.or(name, Vec::new())?;
        let words = words.iter().map(|word| word.parse().map_err(Fault::usage));
        words.collect()
    }
}
