//! Reads the table of neurons.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{
    CELL_TYPE, CLASS, Found, NEURON, NEURON_ROLES, Role, SIGN, SUPERCLASS, TRANSMITTER,
    interests_of_roles,
};
use super::error::ReadError;
use super::report::FileReport;
use super::sheet::{Contents, Identifier, Interest, Sheet};
use super::values::{self, identifier, is_absent, no_identifier, refuse_rounded, transmitters};
use crate::connectome::{NeuronClass, Sign};

/// What is said of neurons, by a table of their own or by the nodes of a graph.
pub(super) struct Listing {
    pub neurons: Vec<Listed>,
    /// True where it says more than their names.
    pub informs: bool,
}

/// What is said of a neuron.
pub(super) struct Listed {
    pub name: String,
    pub transmitters: Vec<String>,
    /// `None` where nothing is said.
    pub sign: Option<Sign>,
    pub class: NeuronClass,
    pub cell_type: Option<String>,
}

pub(super) fn interests(names: &[String]) -> Vec<Interest> {
    interests_of_roles(&NEURON_ROLES, names)
}

/// Reads a neuron table.
pub(super) fn read(path: &Path, report: &mut FileReport) -> Result<Listing, ReadError> {
    let sheet = match Contents::read(path, interests)? {
        Contents::Table(sheet) | Contents::Graph { nodes: sheet, .. } => sheet,
    };
    given(&sheet, report)
}

/// Reads all rows of a table given for the neurons: it is all that counts, even if it only names
/// them.
pub(super) fn given(sheet: &Sheet, report: &mut FileReport) -> Result<Listing, ReadError> {
    Ok(Listing {
        informs: true,
        ..list(sheet, report)?
    })
}

/// Reads all rows of a neuron table.
pub(super) fn list(sheet: &Sheet, report: &mut FileReport) -> Result<Listing, ReadError> {
    let neuron = NEURON.require(sheet, &NEURON_ROLES)?;
    let mut read = Vec::new();
    let mut note = |role: &Role| -> Result<Option<Found<'_>>, ReadError> {
        let found = role.find(sheet)?;
        read.extend(
            found
                .iter()
                .map(|f| (role.names[0].to_owned(), f.name.to_owned())),
        );
        Ok(found)
    };
    note(&NEURON)?;
    let (transmitter, sign, cell_type) = (note(&TRANSMITTER)?, note(&SIGN)?, note(&CELL_TYPE)?);
    let class = if let Some(superclass) = note(&SUPERCLASS)? {
        Some(superclass)
    } else {
        note(&CLASS)?
    };
    let informs = read.len() > 1;
    report.neuron_columns.extend(read);
    let text = |column: &Option<Found<'_>>, row| {
        column
            .as_ref()
            .and_then(|c| c.cells.text(row))
            .map(String::from)
            .unwrap_or_default()
    };
    let mut first_rows = HashMap::new();
    let mut neurons = Vec::with_capacity(sheet.rows);
    let mut words = Vec::new();
    for row in 0..sheet.rows {
        let Some(identifier) = identifier(sheet, &neuron, row)? else {
            if [&transmitter, &sign, &class, &cell_type]
                .iter()
                .all(|c| text(c, row).is_empty())
            {
                continue; // a blank line
            }
            return Err(no_identifier(sheet, &neuron, row));
        };
        let is_word = matches!(identifier, Identifier::Text(_));
        let name = identifier.into_name();
        words.extend(is_word.then(|| name.clone()));
        if let Some(first) = first_rows.insert(name.clone(), row) {
            let (path, column, first) =
                (sheet.path.clone(), neuron.name.to_owned(), sheet.row(first));
            return Err(ReadError::RepeatedNeuron {
                path,
                row: sheet.row(row),
                first,
                column,
                neuron: name,
            });
        }
        let word = text(&class, row).to_lowercase();
        let of_class = NeuronClass::from_words(&word);
        let silent = ["", "unknown", "neuron with unknown function"].contains(&word.trim());
        report.unknown_classes += usize::from(of_class == NeuronClass::Unknown && !silent);
        neurons.push(Listed {
            transmitters: transmitters(&text(&transmitter, row)),
            sign: sign
                .as_ref()
                .map_or(Ok(None), |c| values::sign(sheet, c, row))?,
            class: of_class,
            cell_type: Some(text(&cell_type, row)).filter(|t| !is_absent(t)),
            name,
        });
    }
    refuse_rounded(sheet, &[&neuron], words.iter())?;
    if neurons.is_empty() {
        let (what, hint) = (
            "has no neurons: every row is blank",
            "export it again, or leave it out",
        );
        return Err(ReadError::Empty {
            path: sheet.path.clone(),
            what,
            hint,
        });
    }
    report.neuron_rows = Some(neurons.len());
    Ok(Listing { neurons, informs })
}
