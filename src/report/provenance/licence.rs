//! The licence of the results, as the formats want it.

use super::input::Input;
use crate::pipeline::Spec;

/// Licences of data and of code that go by their identifier of SPDX.
const KNOWN: [&str; 16] = [
    "Apache-2.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "EUPL-1.2",
    "GPL-3.0-or-later",
    "MIT",
    "ODC-By-1.0",
    "ODbL-1.0",
    "PDDL-1.0",
];

/// The licence of the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Licence {
    /// Its address, if it is a licence that is known here.
    pub(super) url: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// What it means for the results.
    pub(super) description: String,
}

impl Licence {
    /// The licence that `spec` states. If it states none, the result says so.
    pub(super) fn of(spec: &Spec, inputs: &[Input]) -> Self {
        let mut of_inputs: Vec<String> = Vec::new();
        for input in inputs {
            let licence = input.licence.as_deref().unwrap_or("not stated");
            let line = format!("{}: {licence}", input.name);
            if !of_inputs.contains(&line) {
                of_inputs.push(line);
            }
        }
        let of_inputs = match of_inputs.is_empty() {
            true => String::new(),
            false => format!(" Licences of what was read: {}.", of_inputs.join("; ")),
        };
        match &spec.licence {
            None => Self {
                url: None,
                name: "No licence is stated".to_owned(),
                description: format!(
                    "Nobody has said what others may do with these results.{of_inputs}"
                ),
            },
            Some(licence) if KNOWN.contains(&licence.as_str()) => Self {
                url: Some(format!("https://spdx.org/licenses/{licence}")),
                name: licence.clone(),
                description: format!("The results may be used under {licence}.{of_inputs}"),
            },
            Some(licence) => Self {
                url: None,
                name: licence.clone(),
                description: format!(
                    "What others may do with these results: {licence}.{of_inputs}"
                ),
            },
        }
    }
}
