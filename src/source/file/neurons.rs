//! Reads the tables of neurons.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::columns::{
    CELL_TYPE, CLASS, Found, NEURON, NEURON_ROLES, Named, Role, SIGN, SUPERCLASS, TRANSMITTER,
    chosen, interests_of_roles, only,
};
use super::error::ReadError;
use super::identifiers::{is_rounded, rounding};
use super::meanings::Meanings;
use super::report::{FileReport, Words};
use super::sheet::{Contents, Identifier, Interest, Sheet};
use super::signs::SignColumn;
use super::values::{self, identifier, is_about_transmitters, no_identifier, transmitters};
use super::words::{is_absent, is_missing_partner};
use crate::connectome::{NeuronClass, Sign};
use crate::source::ReadOptions;

/// What is said of neurons, by tables of their own or by the nodes of a graph.
#[derive(Default)]
pub(super) struct Listing {
    pub neurons: Vec<Listed>,
    /// True where it says more than their names.
    pub informs: bool,
}

/// What is said of a neuron.
#[derive(Clone)]
pub(super) struct Listed {
    pub name: String,
    pub transmitters: Vec<String>,
    /// `None` where nothing is said.
    pub sign: Option<Sign>,
    pub class: NeuronClass,
    pub cell_type: Option<String>,
}

/// Which columns of a neuron table are of interest.
pub(super) fn interests(names: &[String], options: &ReadOptions) -> Vec<Interest> {
    let mut interests = interests_of_roles(&NEURON_ROLES, names);
    for (name, interest) in names.iter().zip(&mut interests) {
        if options.neuron_columns.values().any(|named| named == name) {
            *interest = Interest::Whole;
        }
    }
    interests
}

/// The table in a file, or the nodes of the graph in it.
pub(super) fn sheet(path: &Path, options: &ReadOptions) -> Result<Sheet, ReadError> {
    Ok(
        match Contents::read(path, |names| interests(names, options))? {
            Contents::Table(sheet) | Contents::Graph { nodes: sheet, .. } => sheet,
        },
    )
}

/// Names that a table lists although they look like missing values, such as a neuron called `NA`.
pub(super) fn odd_names(sheet: &Sheet, options: &ReadOptions) -> HashSet<String> {
    let is_odd = |name: &str| is_missing_partner(name) || name == "0" || name == "-1";
    candidates(sheet, &options.neuron_columns)
        .into_iter()
        .filter_map(|at| sheet.column(&sheet.names[at]))
        .flat_map(|cells| (0..sheet.rows).filter_map(|row| cells.text(row)))
        .filter(|name| is_odd(name))
        .map(|name| name.into_owned())
        .collect()
}

/// Positions of the columns that may name the neurons, the likeliest first.
fn candidates(sheet: &Sheet, named: &Named) -> Vec<usize> {
    match named.get(NEURON.word) {
        Some(wanted) => sheet
            .names
            .iter()
            .position(|n| n == wanted)
            .into_iter()
            .collect(),
        None => NEURON.positions(&sheet.names),
    }
}

/// The column that names the neurons: of several the one with the most neurons of the edge table.
fn neuron_column<'a>(
    sheet: &'a Sheet,
    named: &Named,
    connected: &HashSet<&str>,
) -> Result<Found<'a>, ReadError> {
    NEURON.named(sheet, named)?;
    let known = |at: &usize| {
        let cells = sheet.column(&sheet.names[*at]);
        let names = cells.map(|cells| (0..sheet.rows).filter_map(|row| cells.text(row)));
        names.map_or(0, |names| {
            names.filter(|name| connected.contains(&**name)).count()
        })
    };
    let candidates = candidates(sheet, named);
    let best = match candidates.as_slice() {
        [] => None,
        [one] => Some(*one),
        // The first of equal ones.
        [..] => candidates.into_iter().rev().max_by_key(known),
    };
    let best = best.ok_or_else(|| NEURON.missing(sheet, &NEURON_ROLES))?;
    only(sheet, &sheet.names[best])?.ok_or_else(|| NEURON.missing(sheet, &NEURON_ROLES))
}

/// Joins tables of neurons: what an earlier table says of a neuron counts before what a later one
/// says. `connected` are the names in the edge table.
pub(super) fn given(
    sheets: &[Sheet],
    options: &ReadOptions,
    connected: &HashSet<&str>,
    report: &mut FileReport,
) -> Result<Listing, ReadError> {
    let mut all = Listing {
        informs: true,
        ..Listing::default()
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    for sheet in sheets {
        let listing = list(sheet, options, connected, report)?;
        if sheets.len() == 1 {
            all.neurons = listing.neurons;
            break;
        }
        for listed in listing.neurons {
            let Some(&place) = places.get(&listed.name) else {
                places.insert(listed.name.clone(), all.neurons.len());
                all.neurons.push(listed);
                continue;
            };
            let known = &mut all.neurons[place];
            let contradicts = differ(&known.transmitters, &listed.transmitters)
                || known.sign.zip(listed.sign).is_some_and(|(a, b)| a != b)
                || known.class != NeuronClass::Unknown
                    && listed.class != NeuronClass::Unknown
                    && known.class != listed.class
                || known
                    .cell_type
                    .as_ref()
                    .zip(listed.cell_type.as_ref())
                    .is_some_and(|(a, b)| a != b);
            report.contradictions += usize::from(contradicts);
            if known.transmitters.is_empty() {
                known.transmitters = listed.transmitters;
            }
            known.sign = known.sign.or(listed.sign);
            if known.class == NeuronClass::Unknown {
                known.class = listed.class;
            }
            known.cell_type = known.cell_type.take().or(listed.cell_type);
        }
    }
    report.neuron_rows = Some(all.neurons.len());
    Ok(all)
}

/// True for two lists that both say something, and not the same.
fn differ(a: &[String], b: &[String]) -> bool {
    !a.is_empty() && !b.is_empty() && a != b
}

/// The text of a row in a column that a table need not have; else nothing.
fn text<'a>(column: &Option<Found<'a>>, row: usize) -> Cow<'a, str> {
    let column = column.as_ref();
    column.and_then(|c| c.cells.text(row)).unwrap_or_default()
}

/// Reads all rows of a neuron table.
pub(super) fn list(
    sheet: &Sheet,
    options: &ReadOptions,
    connected: &HashSet<&str>,
    report: &mut FileReport,
) -> Result<Listing, ReadError> {
    let named = &options.neuron_columns;
    let neuron = neuron_column(sheet, named, connected)?;
    let mut read = Vec::new();
    let mut note = |role: &Role| -> Result<Option<Found<'_>>, ReadError> {
        let found = chosen(role, sheet, named, &[neuron.name])?;
        read.extend(
            found
                .iter()
                .map(|f| (role.word.to_owned(), f.name.to_owned())),
        );
        Ok(found)
    };
    let (transmitter, sign, cell_type) = (note(&TRANSMITTER)?, note(&SIGN)?, note(&CELL_TYPE)?);
    let class = if let Some(superclass) = note(&SUPERCLASS)? {
        Some(superclass)
    } else {
        note(&CLASS)?
    };
    let mut sign = sign.and_then(|found| SignColumn::of(sheet, found, named, &mut report.doubts));
    let informs = !read.is_empty();
    read.insert(0, (NEURON.word.to_owned(), neuron.name.to_owned()));
    let ignored: Vec<&String> = sheet
        .names
        .iter()
        .filter(|name| !read.iter().any(|(_, own)| own == *name))
        .collect();
    for name in ignored.iter().filter(|name| is_about_transmitters(name)) {
        if transmitter.is_none() && !named.contains_key(TRANSMITTER.word) {
            report.doubts.push(format!(
                "the column `{name}` of the neurons may say something of transmitters and is not \
                 read"
            ));
        }
    }
    report
        .ignored_neuron_columns
        .extend(ignored.into_iter().cloned());
    report.neuron_columns.extend(read);
    report.remarks.extend(sheet.remarks.iter().cloned());
    // A class, and whether the table tells one.
    let class_of = |text: &str| {
        let word = text.to_lowercase();
        let silent = ["", "unknown", "neuron with unknown function"];
        (
            NeuronClass::from_words(&word),
            !silent.contains(&word.trim()),
        )
    };
    let (mut classes, mut released) = (Meanings::default(), Meanings::default());
    let mut first_rows = HashMap::with_capacity(sheet.rows);
    let mut neurons = Vec::with_capacity(sheet.rows);
    let mut numbers = Vec::new();
    for row in 0..sheet.rows {
        let Some(identifier) = identifier(sheet, &neuron, row)? else {
            let says = [&transmitter, &class, &cell_type]
                .iter()
                .any(|c| !text(c, row).is_empty());
            if !says
                && sign
                    .as_ref()
                    .is_none_or(|s| s.column.cells.text(row).is_none())
            {
                continue; // a blank line
            }
            return Err(no_identifier(sheet, &neuron, row));
        };
        let identifier = match identifier {
            Identifier::Number(number) => {
                numbers.push(number);
                Identifier::Number(number)
            }
            Identifier::Text(word) if is_rounded(&word) => {
                return Err(values::rounded(sheet, &neuron, row));
            }
            // `5.0` is the 5 of an edge table that has one.
            Identifier::Text(word) => match word.strip_suffix(".0").map(Identifier::new) {
                Some(Identifier::Number(number))
                    if !connected.contains(&*word)
                        && connected.contains(number.to_string().as_str()) =>
                {
                    Identifier::Number(number)
                }
                _ => Identifier::Text(word),
            },
        };
        let name = identifier.into_name();
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
        let (of_class, told) = classes.of(&text(&class, row), class_of);
        report.unknown_classes += usize::from(of_class == NeuronClass::Unknown && told);
        let (transmitters, unknown) = released.of(&text(&transmitter, row), |cell| {
            let (list, mut unknown) = (transmitters(cell), Words::new());
            values::count_unknown(&list, &mut unknown);
            (list, unknown)
        });
        for (word, times) in unknown {
            *report.unknown_transmitters.entry(word).or_default() += times;
        }
        neurons.push(Listed {
            transmitters,
            sign: sign
                .as_mut()
                .map_or(Ok(None), |column| column.given(sheet, row))?,
            class: of_class,
            cell_type: Some(text(&cell_type, row))
                .filter(|t| !is_absent(t))
                .map(Cow::into_owned),
            name,
        });
    }
    if let Some((why, example)) = rounding(numbers.into_iter()) {
        let example = example.to_string();
        let row = (0..sheet.rows)
            .find(|&row| neuron.cells.text(row).is_some_and(|t| t == example))
            .unwrap_or_default();
        return Err(values::lost_digits(sheet, &neuron, row, why));
    }
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
