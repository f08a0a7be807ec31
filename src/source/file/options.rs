//! Checks what the owner of tables says about them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::columns::{EDGE_ROLES, NEURON_ROLES, Role, list};
use crate::source::ReadOptions;
use crate::source::nearest::did_you_mean;
use crate::text::Hinted;

/// A word for what a column holds that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is nothing that a column of {table} holds")]
pub struct UnknownRole {
    word: String,
    table: &'static str,
    known: Vec<&'static str>,
}

impl Hinted for UnknownRole {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let known = self.known.iter().copied();
        Some(
            did_you_mean(&self.word, known.clone())
                .unwrap_or_else(|| format!("one of {}", list(known, usize::MAX)))
                .into(),
        )
    }
}

impl ReadOptions {
    /// Refuses words for columns that are none.
    ///
    /// # Errors
    /// [`UnknownRole`] for the first of them.
    pub fn check(&self) -> Result<(), UnknownRole> {
        let check = |named: &BTreeMap<String, String>, roles: &[&Role], table| {
            let known: Vec<&'static str> = roles.iter().map(|role| role.word).collect();
            match named.keys().find(|word| !known.contains(&word.as_str())) {
                None => Ok(()),
                Some(word) => Err(UnknownRole {
                    word: word.clone(),
                    table,
                    known,
                }),
            }
        };
        check(&self.columns, &EDGE_ROLES, "the edges")?;
        check(&self.neuron_columns, &NEURON_ROLES, "the neurons")
    }
}
