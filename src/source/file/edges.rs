//! The rows of an edge table.

use std::collections::{BTreeMap, HashMap};

use super::columns::{
    CONNECTOME, EDGE_ROLES, EDGE_TRANSMITTER, Found, GAP_WEIGHT, POST, PRE, Role, SIGN,
    SYNAPSE_TYPE, WEIGHT, interests_of_roles,
};
use super::error::ReadError;
use super::report::FileReport;
use super::sheet::{Identifier, Interest, Sheet};
use super::values::{self, cell, identifier, no_identifier, refuse_rounded, transmitters};
use crate::connectome::{Sign, Synapse, SynapseType};

/// What an edge table says. Neurons are numbered as they first occur in a synapse.
pub(super) struct EdgeTable {
    pub names: Vec<String>,
    /// One per synapse of a row, not yet summed.
    pub synapses: Vec<Synapse>,
    /// True where the table gives signs.
    pub signed: bool,
    /// Transmitters of neurons, where the table gives them.
    pub transmitters: Vec<(u32, Vec<String>)>,
}

pub(super) fn interests(names: &[String]) -> Vec<Interest> {
    interests_of_roles(&EDGE_ROLES, names)
}

/// Reads all rows of an edge table.
pub(super) fn read(sheet: &Sheet, report: &mut FileReport) -> Result<EdgeTable, ReadError> {
    let (pre, post) = (
        PRE.require(sheet, &EDGE_ROLES)?,
        POST.require(sheet, &EDGE_ROLES)?,
    );
    let mut note = |role: &Role| -> Result<Option<Found<'_>>, ReadError> {
        let found = role.find(sheet)?;
        report.columns.extend(
            found
                .iter()
                .map(|f| (role.names[0].to_owned(), f.name.to_owned())),
        );
        Ok(found)
    };
    note(&PRE)?;
    note(&POST)?;
    let (weight, gap_weight) = (note(&WEIGHT)?, note(&GAP_WEIGHT)?);
    let (synapse_type, sign, transmitter) =
        (note(&SYNAPSE_TYPE)?, note(&SIGN)?, note(&EDGE_TRANSMITTER)?);
    if let Some(column) = note(&CONNECTOME)? {
        refuse_several(sheet, &column)?;
    }
    let used: Vec<String> = report
        .columns
        .iter()
        .map(|(_, column)| column.clone())
        .collect();
    report.ignored_columns = sheet
        .names
        .iter()
        .filter(|n| !used.contains(n))
        .cloned()
        .collect();

    let mut neurons = Numbering::default();
    let mut synapses = Vec::with_capacity(sheet.rows);
    let mut votes = Votes::default();
    let (mut pre_written, mut post_written) = (Written::default(), Written::default());
    for row in 0..sheet.rows {
        let ends = (
            identifier(sheet, &pre, row)?,
            identifier(sheet, &post, row)?,
        );
        let (from, to) = match ends {
            (Some(from), Some(to)) => (from, to),
            // A blank line.
            (None, None) if [&weight, &gap_weight].iter().all(|w| is_empty(w, row)) => continue,
            (None, _) => return Err(no_identifier(sheet, &pre, row)),
            (_, None) => return Err(no_identifier(sheet, &post, row)),
        };
        report.rows += 1;
        pre_written.see(&from, row);
        post_written.see(&to, row);
        let kind = synapse_type
            .as_ref()
            .map_or(Ok(SynapseType::Chemical), |c| {
                values::synapse_type(sheet, c, row)
            })?;
        let strength = match (&weight, &gap_weight) {
            (Some(column), _) => values::weight(sheet, column, row)?,
            (None, Some(_)) => 0.0,
            (None, None) => 1.0,
        };
        let gap_strength = gap_weight
            .as_ref()
            .map_or(Ok(0.0), |c| values::weight(sheet, c, row))?;
        let sign = sign.as_ref().map_or(Ok(Sign::Unsigned), |c| {
            Ok::<_, ReadError>(values::sign(sheet, c, row)?.unwrap_or(Sign::Unsigned))
        })?;
        if strength == 0.0 && gap_strength == 0.0 {
            report.zero_weight += 1;
            continue;
        }
        let (pre, post) = (neurons.presynaptic(from), neurons.number(to));
        if strength > 0.0 {
            synapses.push(Synapse {
                pre,
                post,
                synapse_type: kind,
                weight: strength,
                sign,
            });
        }
        if gap_strength > 0.0 {
            let synapse_type = SynapseType::Electrical;
            synapses.push(Synapse {
                pre,
                post,
                synapse_type,
                weight: gap_strength,
                sign: Sign::Unsigned,
            });
        }
        let released = transmitter
            .as_ref()
            .filter(|_| kind == SynapseType::Chemical && strength > 0.0);
        if let Some(name) = released.and_then(|c| c.cells.text(row)) {
            votes.cast(pre, &name, strength);
        }
    }
    refuse_rounded(sheet, &[&pre, &post], neurons.words.keys())?;
    report.mixed_identifiers = match (pre_written.word, post_written.word) {
        (None, Some(row)) if !post_written.number => {
            return Err(another_kind(sheet, &post, row, &pre));
        }
        (Some(row), None) if !pre_written.number => {
            return Err(another_kind(sheet, &pre, row, &post));
        }
        (None, Some(_)) | (Some(_), None) => {
            neurons.words.keys().filter(|word| !is_digits(word)).count()
        }
        _ => 0,
    };
    Ok(EdgeTable {
        names: neurons.names,
        synapses,
        signed: sign.is_some(),
        transmitters: votes.elected(),
    })
}

/// Transmitters named in the rows of each neuron, and their summed weights.
#[derive(Default)]
struct Votes {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    weights: HashMap<(u32, u32), f64>,
}

impl Votes {
    fn cast(&mut self, neuron: u32, word: &str, weight: f64) {
        let number = self.numbers.get(word).copied().unwrap_or_else(|| {
            let number = self.words.len() as u32;
            self.words.push(word.to_owned());
            self.numbers.insert(word.to_owned(), number);
            number
        });
        *self.weights.entry((neuron, number)).or_default() += weight;
    }

    /// The transmitter with the largest summed weight; of equal ones the first in the alphabet.
    fn elected(self) -> Vec<(u32, Vec<String>)> {
        let spelled: Vec<Vec<String>> = self.words.iter().map(|word| transmitters(word)).collect();
        let mut votes: Vec<((u32, u32), f64)> = self.weights.into_iter().collect();
        // Sums over words of one meaning run in the order of the alphabet.
        votes.sort_by_key(|((neuron, word), _)| (*neuron, &self.words[*word as usize]));
        let of_neuron = |votes: &[((u32, u32), f64)]| {
            let mut summed: BTreeMap<&[String], f64> = BTreeMap::new();
            for ((_, word), weight) in votes {
                *summed.entry(&spelled[*word as usize]).or_default() += weight;
            }
            let best = summed
                .into_iter()
                .filter(|(t, _)| !t.is_empty())
                .reduce(|a, b| if b.1 > a.1 { b } else { a });
            (
                votes[0].0.0,
                best.map_or_else(Vec::new, |(transmitters, _)| transmitters.to_vec()),
            )
        };
        votes
            .chunk_by(|a, b| a.0.0 == b.0.0)
            .map(of_neuron)
            .collect()
    }
}

/// Numbers neurons by first occurrence.
#[derive(Default)]
struct Numbering {
    names: Vec<String>,
    numbers: HashMap<i64, u32>,
    words: HashMap<String, u32>,
    /// The presynaptic neuron of the row before: most tables are sorted by it.
    last: Option<(i64, u32)>,
}

impl Numbering {
    fn presynaptic(&mut self, identifier: Identifier<'_>) -> u32 {
        let Identifier::Number(n) = identifier else {
            return self.number(identifier);
        };
        let number = self
            .last
            .filter(|(last, _)| *last == n)
            .map_or_else(|| self.number(identifier), |(_, number)| number);
        self.last = Some((n, number));
        number
    }

    fn number(&mut self, identifier: Identifier<'_>) -> u32 {
        let known = match &identifier {
            Identifier::Number(number) => self.numbers.get(number),
            Identifier::Text(word) => self.words.get(&**word),
        };
        if let Some(&number) = known {
            return number;
        }
        let number = self.names.len() as u32;
        match &identifier {
            Identifier::Number(n) => self.numbers.insert(*n, number),
            Identifier::Text(word) => self.words.insert(word.clone().into_owned(), number),
        };
        self.names.push(identifier.into_name());
        number
    }
}

/// How the identifiers of a column are written.
#[derive(Default)]
struct Written {
    number: bool,
    /// The first row with something else.
    word: Option<usize>,
}

impl Written {
    fn see(&mut self, identifier: &Identifier<'_>, row: usize) {
        match identifier {
            Identifier::Number(_) => self.number = true,
            Identifier::Text(text) if is_digits(text) => self.number = true,
            Identifier::Text(_) => _ = self.word.get_or_insert(row),
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_empty(column: &Option<Found<'_>>, row: usize) -> bool {
    column.as_ref().is_none_or(|c| c.cells.text(row).is_none())
}

/// A column without a single number beside one of nothing else: they do not name the same neurons.
fn another_kind(sheet: &Sheet, column: &Found<'_>, row: usize, numbers: &Found<'_>) -> ReadError {
    let hint = format!(
        "all of column `{}` are numbers; name the neurons in both columns in the same way",
        numbers.name
    );
    cell(sheet, column, row, "the number of a neuron", hint)
}

/// A table of several connectomes, such as the bundled snapshot's, must not be summed into one.
fn refuse_several(sheet: &Sheet, column: &Found<'_>) -> Result<(), ReadError> {
    let names = || (0..sheet.rows).filter_map(|row| Some((row, column.cells.text(row)?)));
    let Some((_, first)) = names().next() else {
        return Ok(());
    };
    names()
        .find(|(_, name)| *name != first)
        .map_or(Ok(()), |(row, _)| {
            let hint =
                format!("the rows above are of `{first}`; write each connectome into its own file");
            Err(cell(sheet, column, row, "one connectome in the file", hint))
        })
}
