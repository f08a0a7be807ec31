//! Which neurons the rows of an edge table join.

use std::collections::HashSet;

use super::columns::Found;
use super::error::ReadError;
use super::identifiers::Numbering;
use super::report::FileReport;
use super::sheet::{Identifier, Sheet};
use super::values;
use super::words::is_missing_partner;

/// A neuron that a row names.
pub(super) enum Partner<'a> {
    /// One that has a number already.
    Numbered(u32),
    Named(Identifier<'a>),
}

/// The column of one end of the synapses.
pub(super) struct End<'a> {
    pub(super) column: Found<'a>,
    /// How the neurons of the column are written.
    pub(super) written: Written,
    /// The neuron of each text of a column that keeps its texts once.
    of_text: Vec<Option<u32>>,
    /// The last row whose neuron was numbered, and its number: most tables are sorted by one end.
    last: Option<(usize, u32)>,
}

impl<'a> End<'a> {
    pub(super) fn of(column: Found<'a>) -> Self {
        Self {
            column,
            written: Written::default(),
            of_text: Vec::new(),
            last: None,
        }
    }

    /// The neuron of a row; `None` for an empty cell.
    ///
    /// # Errors
    /// For an identifier that lost digits.
    pub(super) fn partner_of(
        &self,
        sheet: &Sheet,
        row: usize,
    ) -> Result<Option<Partner<'a>>, ReadError> {
        if let Some(neuron) = self.numbered(row) {
            return Ok(Some(Partner::Numbered(neuron)));
        }
        let identifier = values::identifier(sheet, &self.column, row)?;
        Ok(identifier.map(Partner::Named))
    }

    fn numbered(&self, row: usize) -> Option<u32> {
        let cells = self.column.cells;
        match cells.place_of_text(row) {
            Some(place) => *self.of_text.get(place)?,
            None => {
                let (last, neuron) = self.last?;
                cells.are_same(last, row).then_some(neuron)
            }
        }
    }

    /// Notes how the neuron of a row is written.
    pub(super) fn see(&mut self, partner: &Partner<'_>, row: usize) {
        if let Partner::Named(identifier) = partner {
            self.written.see(identifier, row);
        }
    }

    /// The number of the neuron of a row, which it keeps.
    pub(super) fn number(
        &mut self,
        partner: Partner<'_>,
        row: usize,
        neurons: &mut Numbering,
    ) -> u32 {
        let neuron = match partner {
            Partner::Numbered(neuron) => return neuron,
            Partner::Named(identifier) => neurons.number(identifier),
        };
        match self.column.cells.place_of_text(row) {
            Some(place) => {
                let texts = self.of_text.len().max(place + 1);
                self.of_text.resize(texts, None);
                self.of_text[place] = Some(neuron);
            }
            None => self.last = Some((row, neuron)),
        }
        neuron
    }
}

/// The neuron that a cell names; `None` for an empty cell and words for missing values, unless
/// a neuron table lists (`listed`) a neuron of this name.
pub(super) fn partner<'a>(
    named: Option<Partner<'a>>,
    listed: &HashSet<String>,
    report: &mut FileReport,
) -> Option<Partner<'a>> {
    let missing = match &named {
        None => "empty",
        Some(Partner::Named(Identifier::Text(word)))
            if is_missing_partner(word) && !listed.contains(&**word) =>
        {
            word
        }
        Some(_) => return named,
    };
    *report.missing_words.entry(missing.to_owned()).or_default() += 1;
    None
}

/// How the identifiers of a column are written.
#[derive(Default)]
pub(super) struct Written {
    pub(super) number: bool,
    /// The first row with something else.
    pub(super) word: Option<usize>,
}

impl Written {
    fn see(&mut self, identifier: &Identifier<'_>, row: usize) {
        match identifier {
            Identifier::Number(_) => self.number = true,
            Identifier::Text(text) if is_digits(text) => self.number = true,
            // `5.0` is a number in one table and a name in another.
            Identifier::Text(text) if is_decimal(text) => {}
            Identifier::Text(_) => _ = self.word.get_or_insert(row),
        }
    }
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.parse::<f64>().is_ok()
}
