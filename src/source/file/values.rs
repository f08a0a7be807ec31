//! What single cells of a user's tables say, and the errors about them.

use std::borrow::Cow;

use super::columns::Found;
use super::error::ReadError;
use super::sheet::{Identifier, Sheet};
use crate::connectome::{Sign, SynapseType, transmitter_spelling};
use crate::source::nearest::did_you_mean;

/// An error about one cell.
pub(super) fn cell(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
    expected: &'static str,
    hint: impl Into<Cow<'static, str>>,
) -> ReadError {
    ReadError::Cell {
        path: sheet.path.clone(),
        row: sheet.row(row),
        column: column.name.into(),
        value: column
            .cells
            .text(row)
            .map_or_else(|| "empty".into(), |t| format!("`{t}`").into()),
        expected,
        hint: hint.into(),
    }
}

/// The error of a row that does not name its neuron.
pub(super) fn no_identifier(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    cell(
        sheet,
        column,
        row,
        "the name or number of a neuron",
        "name the neuron, or delete the row",
    )
}

/// What to do about identifiers that lost digits.
const ROUNDED: &str = "write identifiers as text or 64-bit integers: floating point has rounded \
                       them (pandas: read them with `dtype=str`)";

/// The name of a neuron. Integers of up to 64 bits stay exact.
pub(super) fn identifier<'a>(
    sheet: &Sheet,
    column: &Found<'a>,
    row: usize,
) -> Result<Option<Identifier<'a>>, ReadError> {
    column
        .cells
        .identifier(row)
        .map_err(|_| cell(sheet, column, row, "an exact identifier", ROUNDED))
}

/// Text such as `7.2e17` or `720575940600000000.0` in a table of numbered neurons is a number that
/// lost its last digits. `words` are the identifiers that are not plain numbers.
pub(super) fn refuse_rounded<'a>(
    sheet: &Sheet,
    columns: &[&Found<'_>],
    words: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), ReadError> {
    let rounded = |n: &str| {
        n.parse::<f64>().is_ok() && (n.ends_with(".0") || n.contains("e+") || n.contains("E+"))
    };
    if !words.clone().any(|n| rounded(n)) || words.clone().any(|n| n.parse::<f64>().is_err()) {
        return Ok(());
    }
    let mut cells =
        (0..sheet.rows).flat_map(|row| columns.iter().map(move |column| (row, *column)));
    let first = cells.find(|(row, column)| column.cells.text(*row).is_some_and(|t| rounded(&t)));
    first.map_or(Ok(()), |(row, column)| {
        Err(cell(sheet, column, row, "an exact identifier", ROUNDED))
    })
}

/// A weight; 0 where there is none.
pub(super) fn weight(sheet: &Sheet, column: &Found<'_>, row: usize) -> Result<f64, ReadError> {
    let hint = match column.cells.number(row) {
        Ok(None) => return Ok(0.0),
        Ok(Some(weight)) if weight.is_finite() && weight >= 0.0 => return Ok(weight),
        Ok(Some(weight)) if weight < 0.0 => {
            "a weight is a strength; give inhibition in a `sign` column as -1"
        }
        Err(text) if text.contains(',') => {
            "write decimals with a point, without separators of thousands"
        }
        _ => "leave the cell empty, or the row out, where there is no synapse",
    };
    Err(cell(sheet, column, row, "a number of 0 or more", hint))
}

/// Whether a row is a chemical synapse or a gap junction.
pub(super) fn synapse_type(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
) -> Result<SynapseType, ReadError> {
    let text = column.cells.text(row).unwrap_or_default();
    let types = [SynapseType::Chemical, SynapseType::Electrical];
    types
        .into_iter()
        .find(|t| text.eq_ignore_ascii_case(t.as_str()))
        .ok_or_else(|| {
            let hint: Cow<'static, str> =
                did_you_mean(&text.to_lowercase(), types.map(SynapseType::as_str)).map_or(
                    "gap junctions are `electrical`, all other synapses `chemical`".into(),
                    Cow::Owned,
                );
            cell(sheet, column, row, "`chemical` or `electrical`", hint)
        })
}

/// A sign; `None` where the cell is empty.
pub(super) fn sign(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
) -> Result<Option<Sign>, ReadError> {
    let Some(text) = column.cells.text(row) else {
        return Ok(None);
    };
    Ok(Some(match &*text.to_ascii_lowercase() {
        "+1" | "1" | "1.0" | "+" | "excitatory" => Sign::Excitatory,
        "-1" | "-1.0" | "-" | "inhibitory" => Sign::Inhibitory,
        "0" | "0.0" | "-0" | "unsigned" => Sign::Unsigned,
        word => {
            let hint: Cow<'static, str> =
                did_you_mean(word, ["excitatory", "inhibitory", "unsigned"]).map_or(
                    "write 0 or leave the cell empty where the sign is not known".into(),
                    Cow::Owned,
                );
            return Err(cell(
                sheet,
                column,
                row,
                "+1, -1, 0, `excitatory`, `inhibitory` or `unsigned`",
                hint,
            ));
        }
    }))
}

/// True for words that stand for nothing known.
pub(super) fn is_absent(word: &str) -> bool {
    ["", "unknown", "unclear", "none", "na", "nan", "null"].contains(&&*word.to_lowercase())
}

/// The transmitters in a cell such as `acetylcholine+GABA`, in the spelling of the bundled table;
/// unknown words stay as they are.
pub(super) fn transmitters(cell: &str) -> Vec<String> {
    let words = cell.split('+').map(str::trim);
    let mut list = Vec::new();
    for word in words.filter(|w| !is_absent(w)) {
        let spelled = transmitter_spelling(word).to_owned();
        if !list.contains(&spelled) {
            list.push(spelled);
        }
    }
    list
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
