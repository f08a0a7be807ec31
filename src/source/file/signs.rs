//! Columns that give signs.

use super::columns::{Found, Named, SIGN, is_called};
use super::error::ReadError;
use super::meanings::Meanings;
use super::sheet::Sheet;
use super::values;
use super::words::sign as sign_of;
use crate::connectome::Sign;

/// Names under which signs are found, and other things as well.
const DOUBTFUL: [&str; 6] = ["polarity", "effect", "valence", "action", "ei", "exc_inh"];

/// What yes, no, 1 and 0 mean in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// 1 and yes are excitatory, no is inhibitory, 0 is no sign.
    Sign,
    /// Yes and 1 are excitatory, no and 0 inhibitory.
    Excitatory,
    /// Yes and 1 are inhibitory, no and 0 excitatory.
    Inhibitory,
}

impl Meaning {
    /// The sign that a cell gives; `None` for a text that is no sign.
    fn sign(self, text: &str) -> Option<Sign> {
        if self == Self::Sign
            && let Some(sign) = sign_of(text)
        {
            return Some(sign);
        }
        let excites = values::flag(text)? != (self == Self::Inhibitory);
        Some(if excites {
            Sign::Excitatory
        } else {
            Sign::Inhibitory
        })
    }
}

/// A column that gives the signs of synapses or neurons.
pub(super) struct SignColumn<'a> {
    pub column: Found<'a>,
    meaning: Meaning,
    meanings: Meanings<Option<Sign>>,
}

impl<'a> SignColumn<'a> {
    /// The column as its name and its cells say; `None`, with a doubt, where the name is doubtful
    /// and the cells are no signs.
    pub(super) fn of(
        sheet: &Sheet,
        column: Found<'a>,
        named: &Named,
        doubts: &mut Vec<String>,
    ) -> Option<Self> {
        let texts = || (0..sheet.rows).filter_map(|row| column.cells.text(row));
        let is_sign = |t: &str| sign_of(t).is_some() || values::flag(t).is_some();
        if is_called(column.name, &DOUBTFUL)
            && !named.contains_key(SIGN.word)
            && let Some(other) = texts().find(|t| !is_sign(t))
        {
            doubts.push(format!(
                "the column `{}` may say something of signs and is not read: `{other}` is none",
                column.name
            ));
            return None;
        }
        let flag = |name: &str| {
            is_called(column.name, &[name, &format!("is_{name}")])
                && texts().all(|t| values::flag(&t).is_some())
        };
        let meaning = if flag("excitatory") {
            Meaning::Excitatory
        } else if flag("inhibitory") {
            Meaning::Inhibitory
        } else {
            Meaning::Sign
        };
        Some(Self {
            column,
            meaning,
            meanings: Meanings::default(),
        })
    }

    /// The sign of a row; unsigned where the cell is empty.
    ///
    /// # Errors
    /// [`ReadError::Cell`] for a cell that is no sign.
    pub(super) fn sign(&mut self, sheet: &Sheet, row: usize) -> Result<Sign, ReadError> {
        Ok(self.given(sheet, row)?.unwrap_or(Sign::Unsigned))
    }

    /// The sign of a row; `None` where the cell is empty.
    ///
    /// # Errors
    /// [`ReadError::Cell`] for a cell that is no sign.
    pub(super) fn given(&mut self, sheet: &Sheet, row: usize) -> Result<Option<Sign>, ReadError> {
        let (cells, meaning) = (self.column.cells, self.meaning);
        match self.meanings.in_row(cells, row, |text| meaning.sign(text)) {
            Some(None) => Err(values::no_sign(sheet, &self.column, row)),
            Some(sign) => Ok(sign),
            None => Ok(None),
        }
    }
}
