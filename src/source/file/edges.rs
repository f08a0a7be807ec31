//! The rows of an edge table.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::FileReport;
use super::columns::{
    CONNECTOME, EDGE_ROLES, EDGE_TRANSMITTER, Found, GAP_WEIGHT, POST, PRE, Role, SIGN, SYNAPSE_TYPE, WEIGHT,
    is_recognised,
};
use super::error::FileError;
use super::neurons::transmitters;
use super::sheet::Sheet;
use crate::connectome::{Sign, Synapse, SynapseType};

/// What an edge table says. Neurons are numbered as they first occur in a synapse.
pub(super) struct EdgeTable {
    pub names: Vec<String>,
    /// One per synapse of a row, not yet summed.
    pub synapses: Vec<Synapse>,
    /// True where the table gives signs.
    pub signed: bool,
    /// Transmitters of neurons, where the table gives them.
    pub transmitters: HashMap<u32, Vec<String>>,
}

pub(super) fn is_edge_column(name: &str) -> bool {
    is_recognised(&EDGE_ROLES, name)
}

/// Reads all rows of an edge table.
pub(super) fn read(sheet: &Sheet, report: &mut FileReport) -> Result<EdgeTable, FileError> {
    let (pre, post) = (PRE.require(sheet, &EDGE_ROLES)?, POST.require(sheet, &EDGE_ROLES)?);
    let mut note = |role: &Role| -> Result<Option<Found<'_>>, FileError> {
        let found = role.find(sheet)?;
        report.columns.extend(found.iter().map(|f| (role.names[0].to_owned(), f.name.to_owned())));
        Ok(found)
    };
    note(&PRE)?;
    note(&POST)?;
    let (weight, gap_weight) = (note(&WEIGHT)?, note(&GAP_WEIGHT)?);
    let (synapse_type, sign, transmitter) = (note(&SYNAPSE_TYPE)?, note(&SIGN)?, note(&EDGE_TRANSMITTER)?);
    if let Some(column) = note(&CONNECTOME)? {
        refuse_several(sheet, &column)?;
    }
    let used: Vec<String> = report.columns.iter().map(|(_, column)| column.clone()).collect();
    report.ignored_columns = sheet.names.iter().filter(|n| !used.contains(n)).cloned().collect();

    let mut neurons = Numbering::default();
    let mut synapses = Vec::new();
    let mut votes: HashMap<u32, BTreeMap<String, f64>> = HashMap::new();
    for row in 0..sheet.rows {
        let ends = (identifier(sheet, &pre, row)?, identifier(sheet, &post, row)?);
        let (from, to) = match ends {
            (Some(from), Some(to)) => (from, to),
            (None, None) if [&weight, &gap_weight].iter().all(|w| is_empty(w, row)) => continue, // a blank line
            (None, _) => return Err(no_identifier(sheet, &pre, row)),
            (_, None) => return Err(no_identifier(sheet, &post, row)),
        };
        report.rows += 1;
        let kind = synapse_type.as_ref().map_or(Ok(SynapseType::Chemical), |c| kind(sheet, c, row))?;
        let strength = match (&weight, &gap_weight) {
            (Some(column), _) => weight_of(sheet, column, row)?,
            (None, Some(_)) => 0.0,
            (None, None) => 1.0,
        };
        let gap_strength = gap_weight.as_ref().map_or(Ok(0.0), |c| weight_of(sheet, c, row))?;
        let sign = sign
            .as_ref()
            .map_or(Ok(Sign::Unsigned), |c| Ok::<_, FileError>(signs(sheet, c, row)?.unwrap_or(Sign::Unsigned)))?;
        if strength == 0.0 && gap_strength == 0.0 {
            report.zero_weight += 1;
            continue;
        }
        let (pre, post) = (neurons.number(from), neurons.number(to));
        if strength > 0.0 {
            synapses.push(Synapse { pre, post, synapse_type: kind, weight: strength, sign });
        }
        if gap_strength > 0.0 {
            let synapse_type = SynapseType::Electrical;
            synapses.push(Synapse { pre, post, synapse_type, weight: gap_strength, sign: Sign::Unsigned });
        }
        let released = transmitter.as_ref().filter(|_| kind == SynapseType::Chemical && strength > 0.0);
        if let Some(name) = released.and_then(|c| c.cells.text(row)) {
            *votes.entry(pre).or_default().entry(name.into_owned()).or_default() += strength;
        }
    }
    refuse_rounded(sheet, [&pre, &post], &neurons.names)?;
    let transmitters = votes.into_iter().map(|(neuron, votes)| (neuron, elected(votes))).collect();
    Ok(EdgeTable { names: neurons.names, synapses, signed: sign.is_some(), transmitters })
}

/// The transmitter with the largest summed weight; of equal ones the first in the alphabet.
fn elected(votes: BTreeMap<String, f64>) -> Vec<String> {
    let mut summed: BTreeMap<Vec<String>, f64> = BTreeMap::new();
    votes.into_iter().for_each(|(name, weight)| *summed.entry(transmitters(&name)).or_default() += weight);
    let best = summed.into_iter().filter(|(t, _)| !t.is_empty()).reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map(|(transmitters, _)| transmitters).unwrap_or_default()
}

/// Numbers neurons by first occurrence.
#[derive(Default)]
struct Numbering {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Numbering {
    fn number(&mut self, name: Cow<'_, str>) -> u32 {
        if let Some(&number) = self.numbers.get(&*name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.clone().into_owned());
        self.numbers.insert(name.into_owned(), number);
        number
    }
}

fn is_empty(column: &Option<Found<'_>>, row: usize) -> bool {
    column.as_ref().is_none_or(|c| c.cells.text(row).is_none())
}

/// An error about one cell.
pub(super) fn cell(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
    expected: &'static str,
    hint: impl Into<String>,
) -> FileError {
    FileError::Cell {
        path: sheet.path.clone(),
        row: sheet.row(row),
        column: column.name.into(),
        value: column.cells.text(row).map_or_else(|| "empty".into(), |t| format!("`{t}`").into()),
        expected,
        hint: hint.into(),
    }
}

pub(super) fn no_identifier(sheet: &Sheet, column: &Found<'_>, row: usize) -> FileError {
    cell(sheet, column, row, "the name or number of a neuron", "name the neuron, or delete the row")
}

const ROUNDED: &str = "write identifiers as text or 64-bit integers: floating point has rounded them (pandas: read them with `dtype=str`)";

/// The name of a neuron. Integers of up to 64 bits stay exact.
pub(super) fn identifier<'a>(sheet: &Sheet, column: &Found<'a>, row: usize) -> Result<Option<Cow<'a, str>>, FileError> {
    if column.cells.is_floating() {
        // Below 2^53 a whole number is what it was before it became floating point.
        let exact = |x: f64| x.fract() == 0.0 && x.abs() < 9_007_199_254_740_992.0;
        if column.cells.number(row).is_ok_and(|x| x.is_some_and(|x| !exact(x))) {
            return Err(cell(sheet, column, row, "an exact identifier", ROUNDED));
        }
    }
    Ok(column.cells.text(row))
}

/// Text such as `7.2e17` or `720575940600000000.0` in a table of numbered neurons is a number that lost its last digits.
fn refuse_rounded(sheet: &Sheet, columns: [&Found<'_>; 2], names: &[String]) -> Result<(), FileError> {
    let rounded = |n: &str| n.parse::<f64>().is_ok() && (n.ends_with(".0") || n.contains("e+") || n.contains("E+"));
    if !names.iter().any(|n| rounded(n)) || names.iter().any(|n| n.parse::<f64>().is_err()) {
        return Ok(());
    }
    let mut cells = (0..sheet.rows).flat_map(|row| columns.map(|column| (row, column)));
    let first = cells.find(|(row, column)| column.cells.text(*row).is_some_and(|t| rounded(&t)));
    first.map_or(Ok(()), |(row, column)| Err(cell(sheet, column, row, "an exact identifier", ROUNDED)))
}

/// A table of several connectomes, such as the bundled snapshot's, must not be summed into one.
fn refuse_several(sheet: &Sheet, column: &Found<'_>) -> Result<(), FileError> {
    let names = || (0..sheet.rows).filter_map(|row| Some((row, column.cells.text(row)?)));
    let Some((_, first)) = names().next() else { return Ok(()) };
    names().find(|(_, name)| *name != first).map_or(Ok(()), |(row, _)| {
        let hint = format!("the rows above are of `{first}`; write each connectome into its own file");
        Err(cell(sheet, column, row, "one connectome in the file", hint))
    })
}

/// A weight; 0 where there is none.
fn weight_of(sheet: &Sheet, column: &Found<'_>, row: usize) -> Result<f64, FileError> {
    let hint = match column.cells.number(row) {
        Ok(None) => return Ok(0.0),
        Ok(Some(weight)) if weight.is_finite() && weight >= 0.0 => return Ok(weight),
        Ok(Some(weight)) if weight < 0.0 => "a weight is a strength; give inhibition in a `sign` column as -1",
        Err(text) if text.contains(',') => "write decimals with a point, without separators of thousands",
        _ => "leave the cell empty, or the row out, where there is no synapse",
    };
    Err(cell(sheet, column, row, "a number of 0 or more", hint))
}

fn kind(sheet: &Sheet, column: &Found<'_>, row: usize) -> Result<SynapseType, FileError> {
    let text = column.cells.text(row).unwrap_or_default();
    let types = [SynapseType::Chemical, SynapseType::Electrical];
    types.into_iter().find(|t| text.eq_ignore_ascii_case(t.as_str())).ok_or_else(|| {
        let near = crate::suggest::hint(&text.to_lowercase(), types.map(SynapseType::as_str));
        let hint = near.as_deref().and_then(|h| h.strip_prefix("\n  hint: ")).map(str::to_owned);
        let hint = hint.unwrap_or_else(|| "gap junctions are `electrical`, all other synapses `chemical`".to_owned());
        cell(sheet, column, row, "`chemical` or `electrical`", hint)
    })
}

/// A sign; `None` where the cell is empty.
pub(super) fn signs(sheet: &Sheet, column: &Found<'_>, row: usize) -> Result<Option<Sign>, FileError> {
    let Some(text) = column.cells.text(row) else { return Ok(None) };
    Ok(Some(match &*text.to_ascii_lowercase() {
        "+1" | "1" | "1.0" | "+" | "excitatory" => Sign::Excitatory,
        "-1" | "-1.0" | "-" | "inhibitory" => Sign::Inhibitory,
        "0" | "0.0" | "-0" | "unsigned" => Sign::Unsigned,
        word => {
            let near = crate::suggest::hint(word, ["excitatory", "inhibitory", "unsigned"]);
            let hint = near.as_deref().and_then(|h| h.strip_prefix("\n  hint: "));
            let hint = hint.unwrap_or("write 0 or leave the cell empty where the sign is not known");
            return Err(cell(sheet, column, row, "+1, -1, 0, `excitatory`, `inhibitory` or `unsigned`", hint));
        }
    }))
}
