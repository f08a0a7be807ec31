//! Columns of text in which few words occur again and again.

use arrow::array::{ArrayRef, AsArray};

use super::texts::Numbering;

/// Words of a column, and which one stands in each row.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Words {
    /// Without blanks around them, in the order in which they first occur.
    words: Vec<String>,
    /// One more than the position of the word; 0 where the cell is empty.
    rows: Vec<u8>,
}

impl Words {
    /// The most different words. A column with more of them names things, not kinds of things.
    pub(in super::super) const MOST: usize = 64;
    /// The most bytes of a word: what is longer is no word.
    const LONGEST: usize = 1 << 12;

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The word of a row; `None` where the cell is empty.
    pub(super) fn word(&self, row: usize) -> Option<&str> {
        let position = usize::from(*self.rows.get(row)?).checked_sub(1)?;
        self.words.get(position).map(String::as_str)
    }
}

/// Collects a column of words for as long as there are few.
#[derive(Default)]
pub(super) struct WordsBuilder {
    words: Words,
    too_many: bool,
}

impl Numbering for WordsBuilder {
    fn number(&mut self, text: &str) -> Option<u32> {
        let text = text.trim();
        if text.is_empty() || self.too_many {
            return Some(0);
        }
        let known = self.words.words.iter().position(|word| word == text);
        let position = known.unwrap_or(self.words.words.len());
        if position == Words::MOST || text.len() > Words::LONGEST {
            *self = Self {
                too_many: true,
                words: Words::default(),
            };
            return Some(0);
        }
        if known.is_none() {
            self.words.words.push(text.to_owned());
        }
        Some(position as u32 + 1)
    }

    fn push(&mut self, number: u32) {
        if !self.too_many {
            self.words.rows.push(number as u8);
        }
    }
}

impl WordsBuilder {
    /// True once there were more than [`Words::MOST`].
    pub(super) fn is_full(&self) -> bool {
        self.too_many
    }

    /// The next cell; blanks around it do not count, and a blank one is empty.
    pub(super) fn push(&mut self, cell: &str) {
        if self.too_many {
            return;
        }
        let cell = cell.trim();
        // Few words: a search beats hashing, and rows beside each other are often the same.
        let last = self.words.rows.last().copied().unwrap_or_default();
        if last > 0 && self.words.word(self.words.len() - 1) == Some(cell) {
            return self.words.rows.push(last);
        }
        if let Some(number) = self.number(cell) {
            Numbering::push(self, number);
        }
    }

    /// The cells of an array of text of the type `LargeUtf8`.
    pub(super) fn push_all(&mut self, text: &ArrayRef) {
        let cells = text.as_string::<i64>().iter();
        cells.for_each(|cell| self.push(cell.unwrap_or_default()));
    }

    /// `None` where there were more than [`Words::MOST`].
    pub(super) fn finish(self) -> Option<Words> {
        (!self.too_many).then_some(self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(cells: impl Iterator<Item = String>) -> Option<Words> {
        let mut builder = WordsBuilder::default();
        cells.for_each(|cell| builder.push(&cell));
        builder.finish()
    }

    #[test]
    fn few_words_are_kept_and_many_are_not() {
        let cells = ["b", "", " a ", "a", "b", "  "].map(String::from);
        let words = collected(cells.into_iter()).unwrap();
        let read: Vec<_> = (0..7).map(|row| words.word(row)).collect();
        assert_eq!(
            read,
            [Some("b"), None, Some("a"), Some("a"), Some("b"), None, None]
        );
        assert_eq!(words.len(), 6);
        let most = collected((0..1000).map(|i| (i % 64).to_string())).unwrap();
        assert_eq!((most.word(63), most.word(999)), (Some("63"), Some("39")));
        assert!(collected((0..1000).map(|i| (i % 65).to_string())).is_none());
    }
}
