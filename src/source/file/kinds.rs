//! Columns that say what a synapse is.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Found, SYNAPSE_TYPE, USUAL_TYPE_NAMES, found, is_called, list};
use super::error::ReadError;
use super::meanings::Meanings;
use super::sheet::{Cells, Sheet};
use super::values;
use super::words::{Said, says, squashed, undirected};

/// A column with more different words names things, not kinds of things.
const MOST_WORDS: usize = 64;

/// The column that says of each row what synapse it is.
pub(super) struct Kinds<'a> {
    pub column: Found<'a>,
    /// True where it says yes to gap junctions and no to chemical synapses.
    flag: bool,
    meanings: Meanings<Option<Said>>,
}

/// What the words of a column say as a whole.
struct Words {
    understood: BTreeMap<String, Said>,
    /// Some are understood beyond doubt.
    clear: bool,
    others: Vec<String>,
}

impl<'a> Kinds<'a> {
    /// A column that is called so, or that the owner of the table named: every cell must say it.
    pub(super) fn documented(column: Found<'a>) -> Self {
        Self {
            column,
            flag: false,
            meanings: Meanings::default(),
        }
    }

    /// A column of yes and no for gap junctions.
    pub(super) fn flag(column: Found<'a>) -> Self {
        Self {
            flag: true,
            ..Self::documented(column)
        }
    }

    /// The column that says what a synapse is, if there is one: one called so; one with a usual
    /// name (`type`) and such words; any other with nothing but such words. A column that may say
    /// it and is not read becomes a doubt.
    pub(super) fn find(
        sheet: &'a Sheet,
        read: &[(String, String)],
        doubts: &mut Vec<String>,
    ) -> Option<Self> {
        let free: Vec<&'a String> = sheet
            .names
            .iter()
            .filter(|name| !is_taken(read, name))
            .collect();
        let so_called = |name: &&&'a String| SYNAPSE_TYPE.has(name);
        if let Some(column) = free
            .iter()
            .find(so_called)
            .and_then(|name| found(sheet, name))
        {
            return Some(Self::documented(column));
        }
        let usual = USUAL_TYPE_NAMES
            .iter()
            .flat_map(|usual| free.iter().filter(move |name| is_called(name, &[usual])));
        let others = free
            .iter()
            .filter(|name| !is_called(name, &USUAL_TYPE_NAMES));
        let candidates = usual.map(|n| (*n, true)).chain(others.map(|n| (*n, false)));
        for (name, is_usual) in candidates {
            let Some(column) = found(sheet, name) else {
                continue;
            };
            let Some(words) = Words::of(sheet, column.cells) else {
                continue;
            };
            let said: BTreeSet<Said> = words.understood.values().copied().collect();
            let all = words.others.is_empty() && !words.understood.is_empty();
            let speaks = match (all, words.clear, is_usual) {
                (true, true, _) => true,
                // `S` beside `R`, `R` beside `Rp`, or `C` beside `E`, but not `E` alone.
                (true, false, true) => {
                    let several = |word: &String| ["sp", "rp"].contains(&&*squashed(word));
                    said.len() > 1 || words.understood.keys().any(several)
                }
                // It speaks of synapses, and some of it is not understood: those cells are refused.
                (false, true, true) => true,
                (true, false, false) | (false, _, _) => false,
            };
            if speaks {
                return Some(Self::documented(column));
            }
            if words.clear || all && is_usual {
                let spoken: Vec<&str> = words.understood.keys().map(String::as_str).collect();
                doubts.push(format!(
                    "the column `{name}` holds words for synapses ({}) and is not read as their \
                     type",
                    list(spoken.into_iter(), 3)
                ));
            } else if is_usual && words.are_codes() {
                doubts.push(format!(
                    "the column `{name}` holds numbers that may say what a synapse is, and is not \
                     read"
                ));
            }
        }
        None
    }

    /// What a row is.
    ///
    /// # Errors
    /// [`ReadError::Cell`] for a cell that does not say it.
    pub(super) fn said(&mut self, sheet: &Sheet, row: usize) -> Result<Said, ReadError> {
        let look_up: fn(&str) -> Option<Said> = if self.flag {
            |text| match values::flag(text)? {
                true => Some(Said::Electrical),
                false => Some(Said::Chemical),
            }
        } else {
            |text| says(text).map(|(said, _)| said)
        };
        let said = self.meanings.in_row(self.column.cells, row, look_up);
        said.flatten()
            .ok_or_else(|| values::no_synapse_type(sheet, &self.column, row))
    }
}

impl Words {
    /// The words of a column; `None` for a column of too many.
    fn of(sheet: &Sheet, cells: &Cells) -> Option<Self> {
        let mut words = Self {
            understood: BTreeMap::new(),
            clear: false,
            others: Vec::new(),
        };
        for row in 0..sheet.rows {
            let Some(text) = cells.text(row) else {
                continue;
            };
            if words.understood.contains_key(&*text) || words.others.iter().any(|o| *o == text) {
                continue;
            }
            match says(&text) {
                Some((said, clear)) => {
                    words.clear |= clear;
                    words.understood.insert(text.into_owned(), said);
                }
                None => words.others.push(text.into_owned()),
            }
            if words.others.len() + words.understood.len() > MOST_WORDS {
                return None;
            }
        }
        Some(words)
    }

    /// True for a few different whole numbers.
    fn are_codes(&self) -> bool {
        (2..=5).contains(&self.others.len())
            && self.understood.is_empty()
            && self.others.iter().all(|word| word.parse::<i8>().is_ok())
    }
}

/// A column that says of each edge whether it has a direction, if some have none.
pub(super) fn undirected_column<'a>(
    sheet: &'a Sheet,
    read: &[(String, String)],
) -> Option<Found<'a>> {
    let free = sheet.names.iter().filter(|name| !is_taken(read, name));
    free.filter_map(|name| found(sheet, name)).find(|column| {
        let words = (0..sheet.rows).map(|row| column.cells.text(row));
        let mut some = false;
        let all = words.flatten().all(|word| {
            let said = undirected(&word);
            some |= said == Some(true);
            said.is_some()
        });
        all && some
    })
}

/// True for a column that is read already.
pub(super) fn is_taken(read: &[(String, String)], name: &str) -> bool {
    read.iter().any(|(_, own)| own == name)
}
