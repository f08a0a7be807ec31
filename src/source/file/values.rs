//! What single cells of a user's tables say, and the errors about them.

use std::borrow::Cow;

use super::columns::Found;
use super::error::ReadError;
use super::identifiers::Rounding;
use super::report::Words;
use super::sheet::{Cells, Identifier, Sheet};
use super::words::{SIGN_WORDS, is_absent, squashed, undirected};
use crate::connectome::{SynapseType, is_transmitter, transmitter_spelling};
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
        .map_err(|_| rounded(sheet, column, row))
}

/// The error of an identifier that went through floating point.
pub(super) fn rounded(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    cell(sheet, column, row, "an exact identifier", ROUNDED)
}

/// The error of whole numbers that were rounded before they came here.
pub(super) fn lost_digits(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
    why: Rounding,
) -> ReadError {
    match why {
        Rounding::Spreadsheet => cut_by_spreadsheet(sheet, column, row),
        Rounding::FloatingPoint => rounded(sheet, column, row),
    }
}

/// A cell as a number, also with the minus of typography; `None` where it is empty.
///
/// # Errors
/// The text that is no number.
pub(super) fn number(cells: &Cells, row: usize) -> Result<Option<f64>, Cow<'_, str>> {
    cells.number(row).or_else(|text| {
        let number = text.replace('\u{2212}', "-").parse();
        number.map(Some).map_err(|_| text)
    })
}

/// True for a column whose numbers rise by 1 in every row, as those of the rows do.
pub(super) fn rises_by_one(sheet: &Sheet, cells: &Cells) -> bool {
    let at = |row| cells.number(row).ok().flatten();
    let rises = |row| at(row).zip(at(row - 1)).is_some_and(|(a, b)| a - b == 1.0);
    (1..sheet.rows).all(rises)
}

/// The error of identifiers that a spreadsheet cut to 15 digits.
fn cut_by_spreadsheet(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    let hint = "a spreadsheet has rounded the identifiers to 15 digits, so that they end in zeros; \
                take them from the original file, as text";
    cell(sheet, column, row, "an exact identifier", hint)
}

/// A weight; 0 where there is none. Weights below 0 are refused unless they are signed.
pub(super) fn weight(
    sheet: &Sheet,
    column: &Found<'_>,
    row: usize,
    signed: bool,
) -> Result<f64, ReadError> {
    let hint = match number(column.cells, row) {
        Ok(None) => return Ok(0.0),
        Ok(Some(weight)) if weight.is_finite() && (signed || weight >= 0.0) => return Ok(weight),
        Ok(Some(weight)) if weight < 0.0 => {
            "a weight is a strength; give inhibition in a `sign` column as -1, or read the signs \
             of the weights as signs: `--signed-weights` (`signed_weights = true`)"
        }
        Err(text) if text.contains(',') => {
            "write decimals with a point, without separators of thousands"
        }
        _ => "leave the cell empty, or the row out, where there is no synapse",
    };
    Err(cell(sheet, column, row, "a number of 0 or more", hint))
}

/// The error of a matrix with an entry below 0.
pub(super) fn negative_in_matrix(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    let hint = "entries of an adjacency matrix are strengths; if those below 0 are inhibitory \
                synapses, say `--signed-weights` (`signed_weights = true`)";
    cell(
        sheet,
        column,
        row,
        "a number of 0 or more in the matrix",
        hint,
    )
}

/// The error of a matrix with an entry that is no number.
pub(super) fn no_number_in_matrix(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    let hint = "leave the entry empty, or write 0, where there is no synapse";
    cell(sheet, column, row, "a number in the matrix", hint)
}

/// Yes or no: `true`, `false`, `yes`, `no`, 1, 0; `None` for other words.
pub(super) fn flag(text: &str) -> Option<bool> {
    match &*text.trim().to_lowercase() {
        "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
        "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
        _ => None,
    }
}

/// Refuses an edge that has no direction.
pub(super) fn directed(sheet: &Sheet, column: &Found<'_>, row: usize) -> Result<(), ReadError> {
    let text = column.cells.text(row).unwrap_or_default();
    if undirected(&text) != Some(true) {
        return Ok(());
    }
    let hint = "a chemical synapse has a direction: export a directed graph (networkx: `DiGraph`), \
                or give gap junctions a column or attribute `synapse_type` = `electrical`";
    Err(cell(sheet, column, row, "an edge with a direction", hint))
}

/// The error of a cell that should say whether a row is a chemical synapse or a gap junction.
pub(super) fn no_synapse_type(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    let text = column.cells.text(row).unwrap_or_default();
    let types = [SynapseType::Chemical, SynapseType::Electrical];
    let hint: Cow<'static, str> =
        did_you_mean(&text.to_lowercase(), types.map(SynapseType::as_str)).map_or(
            "gap junctions are `electrical`, all other synapses `chemical`; if the column says \
             something else, leave it out: `--edge-column synapse_type=`"
                .into(),
            Cow::Owned,
        );
    cell(
        sheet,
        column,
        row,
        "a synapse type: `chemical` or `electrical`",
        hint,
    )
}

/// The error of a cell that should be a sign.
pub(super) fn no_sign(sheet: &Sheet, column: &Found<'_>, row: usize) -> ReadError {
    let text = column.cells.text(row).unwrap_or_default();
    let words = ["excitatory", "inhibitory", "unsigned"];
    let hint: Cow<'static, str> = did_you_mean(&text.to_lowercase(), words).map_or(
        "write 0 or leave the cell empty where the sign is not known".into(),
        Cow::Owned,
    );
    cell(sheet, column, row, SIGN_WORDS, hint)
}

/// The transmitters in a cell such as `acetylcholine+GABA`, in the spelling of the bundled table;
/// unknown words stay as they are.
pub(super) fn transmitters(cell: &str) -> Vec<String> {
    let spelled = |word: &str| {
        let spelled = transmitter_spelling(word);
        is_transmitter(spelled).then(|| spelled.to_owned())
    };
    let mut list: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !list.contains(&word) {
            list.push(word);
        }
    };
    let cell = cell.trim();
    if let Some(whole) = spelled(cell) {
        return vec![whole];
    }
    let listed = cell.replace(" and ", "+");
    for word in listed.split(['+', ',', ';', '/', '&', '|']).map(str::trim) {
        if is_absent(word) {
            continue;
        }
        let parts: Option<Vec<String>> = word.split(['_', '-', ' ']).map(spelled).collect();
        match (spelled(word), parts) {
            (Some(known), _) => add(known),
            (None, Some(parts)) => parts.into_iter().for_each(&mut add),
            (None, None) => add(word.to_owned()),
        }
    }
    list
}

/// Counts the words that are no transmitters.
pub(super) fn count_unknown(list: &[String], unknown: &mut Words) {
    for word in list.iter().filter(|word| !is_transmitter(word)) {
        *unknown.entry(word.clone()).or_default() += 1;
    }
}

/// True for a name such as `neurotransmitter` or `consensusNt`, and not for a share of one.
pub(super) fn is_about_transmitters(name: &str) -> bool {
    let parts = super::words::parts(name);
    let about = |part: &String| {
        ["nt", "nts"].contains(&part.as_str()) || squashed(part).contains("transmitter")
    };
    let share = |part: &String| {
        [
            "prob",
            "probability",
            "conf",
            "confidence",
            "score",
            "avg",
            "count",
            "source",
            "doi",
        ]
        .contains(&part.as_str())
    };
    parts.iter().any(about) && !parts.iter().any(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Vec<String> {
        transmitters(cell)
    }

    #[test]
    fn transmitters_are_spelled_as_in_the_bundled_table() {
        assert_eq!(read("acetylcholine + GABA"), ["ACh", "GABA"]);
        assert_eq!(read("GLUT"), ["Glu"]);
        assert_eq!(read("ACH+ach"), ["ACh"]);
        assert_eq!(read("unkMA"), ["unkMA"]);
        assert!(read("unknown").is_empty() && read(" ").is_empty() && read("NA").is_empty());
    }

    #[test]
    fn the_spellings_of_the_field_are_understood() {
        for (spelled, words) in [
            (
                "GABA",
                "gamma-aminobutyric acid|GABAergic|gaba-ergic|GABAergic \
                 neuron|\u{3b3}-aminobutyric acid",
            ),
            ("ACh", "cholinergic|Acetylcholine|ach|Cholinergic neurons"),
            ("Glu", "glutamatergic|L-glutamate|GLUT"),
            ("5HT", "5-HT|serotonergic|5-hydroxytryptamine|SER"),
            ("OA", "OCT|octopaminergic"),
            ("DA", "dopaminergic"),
        ] {
            for word in words.split('|') {
                assert_eq!(read(word), [spelled], "{word}");
            }
        }
        for list in [
            "GABA, serotonin",
            "GABA_Serotonin",
            "GABA;5-HT",
            "gaba / serotonin",
            "GABA & 5HT",
            "GABA and serotonin",
            "GABA+serotonin",
        ] {
            assert_eq!(read(list), ["GABA", "5HT"], "{list}");
        }
    }

    #[test]
    fn words_that_are_no_transmitters_are_counted() {
        assert_eq!(read("GABA_uptake"), ["GABA_uptake"]);
        let mut unknown = Words::new();
        for cell in ["GABA_uptake", "mystery+ACh", "mystery"] {
            count_unknown(&read(cell), &mut unknown);
        }
        let counts: Vec<(&str, usize)> = unknown.iter().map(|(w, n)| (w.as_str(), *n)).collect();
        assert_eq!(counts, [("GABA_uptake", 1), ("mystery", 2)]);
    }

    #[test]
    fn columns_about_transmitters_are_told_from_shares_of_them() {
        for name in [
            "neurotransmitter",
            "consensusNt",
            "nt_type",
            "top_nt",
            "transmitters",
        ] {
            assert!(is_about_transmitters(name), "{name}");
        }
        for name in [
            "predictedNtProb",
            "count",
            "nt_type_score",
            "int",
            "gaba_avg",
        ] {
            assert!(!is_about_transmitters(name), "{name}");
        }
    }
}
