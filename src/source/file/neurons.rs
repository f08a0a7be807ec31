//! The neuron table.

use std::collections::HashMap;
use std::path::Path;

use super::FileReport;
use super::columns::{CLASS, Found, NEURON, NEURON_ROLES, Role, SIGN, TRANSMITTER, is_recognised};
use super::edges::{identifier, no_identifier, signs};
use super::error::FileError;
use super::sheet::Sheet;
use crate::connectome::{NeuronClass, Sign, Transmitter};

/// What a neuron table says of a neuron.
pub(super) struct Listed {
    pub name: String,
    pub transmitters: Vec<String>,
    /// `None` where the table does not say.
    pub sign: Option<Sign>,
    pub class: NeuronClass,
}

/// Reads all rows of a neuron table.
pub(super) fn read(path: &Path, report: &mut FileReport) -> Result<Vec<Listed>, FileError> {
    let sheet = &Sheet::read(path, |name| is_recognised(&NEURON_ROLES, name))?;
    let neuron = NEURON.require(sheet, &NEURON_ROLES)?;
    let mut read = Vec::new();
    let mut note = |role: &Role| -> Result<Option<Found<'_>>, FileError> {
        let found = role.find(sheet)?;
        read.extend(found.iter().map(|f| (role.names[0].to_owned(), f.name.to_owned())));
        Ok(found)
    };
    note(&NEURON)?;
    let (transmitter, sign, class) = (note(&TRANSMITTER)?, note(&SIGN)?, note(&CLASS)?);
    report.neuron_columns.extend(read);
    let text = |column: &Option<Found<'_>>, row| {
        column.as_ref().and_then(|c| c.cells.text(row)).map(String::from).unwrap_or_default()
    };
    let mut first_rows = HashMap::new();
    let mut listed = Vec::with_capacity(sheet.rows);
    for row in 0..sheet.rows {
        let Some(name) = identifier(sheet, &neuron, row)? else {
            if [&transmitter, &sign, &class].iter().all(|c| text(c, row).is_empty()) {
                continue; // a blank line
            }
            return Err(no_identifier(sheet, &neuron, row));
        };
        let name = name.into_owned();
        if let Some(first) = first_rows.insert(name.clone(), sheet.row(row).number) {
            let (path, column) = (sheet.path.clone(), neuron.name.to_owned());
            return Err(FileError::RepeatedNeuron { path, row: sheet.row(row), first, column, neuron: name });
        }
        let word = text(&class, row).to_lowercase();
        let of_class = NeuronClass::from_words(&word);
        let silent = ["", "unknown", "neuron with unknown function"].contains(&word.trim());
        report.unknown_classes += usize::from(of_class == NeuronClass::Unknown && !silent);
        listed.push(Listed {
            transmitters: transmitters(&text(&transmitter, row)),
            sign: sign.as_ref().map_or(Ok(None), |c| signs(sheet, c, row))?,
            class: of_class,
            name,
        });
    }
    if listed.is_empty() {
        let (what, hint) = ("has no neurons: every row is blank", "export it again, or leave it out");
        return Err(FileError::Empty { path: path.to_owned(), what, hint });
    }
    report.neuron_rows = Some(listed.len());
    Ok(listed)
}

/// The transmitters in a cell such as `acetylcholine+GABA`, in the spelling of the bundled table; unknown words stay as they are.
pub(super) fn transmitters(cell: &str) -> Vec<String> {
    let words = cell.split('+').map(str::trim);
    let absent = ["", "unknown", "unclear", "none", "na", "nan", "null"];
    let mut list = Vec::new();
    for word in words.filter(|w| !absent.contains(&&*w.to_lowercase())) {
        let spelled = spelling(word);
        if !list.contains(&spelled) {
            list.push(spelled);
        }
    }
    list
}

fn spelling(word: &str) -> String {
    match &*word.to_lowercase() {
        "acetylcholine" | "ach" => Transmitter::Acetylcholine.as_str(),
        "glutamate" | "glut" | "glu" => Transmitter::Glutamate.as_str(),
        "gaba" => Transmitter::Gaba.as_str(),
        "dopamine" | "da" => "DA",
        "serotonin" | "ser" | "5ht" | "5-ht" => "5HT",
        "octopamine" | "oct" | "oa" => "OA",
        "tyramine" | "ta" => "TA",
        _ => word,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transmitters_are_spelled_as_in_the_bundled_table() {
        assert_eq!(transmitters("acetylcholine + GABA"), ["ACh", "GABA"]);
        assert_eq!(transmitters("GLUT"), ["Glu"]);
        assert_eq!(transmitters("ACH+ach"), ["ACh"]);
        assert_eq!(transmitters("unkMA"), ["unkMA"]);
        assert!(transmitters("unknown").is_empty() && transmitters(" ").is_empty());
    }
}
