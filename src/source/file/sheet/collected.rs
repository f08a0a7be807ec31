//! The cells of a column, while they are read one by one.

use super::cells::{Cells, CellsBuilder};
use super::interest::Interest;
use super::words::WordsBuilder;

/// What is kept of a column so far.
pub(super) enum Collected {
    Whole(CellsBuilder),
    Words(WordsBuilder),
    Nothing,
}

impl Collected {
    pub(super) fn new(interest: Interest) -> Self {
        match interest {
            Interest::Whole | Interest::IfNumbers => Self::Whole(CellsBuilder::default()),
            Interest::Words => Self::Words(WordsBuilder::default()),
            Interest::No => Self::Nothing,
        }
    }

    /// The next cell; blanks around it do not count, and a blank one is empty.
    pub(super) fn push(&mut self, cell: &str) {
        match self {
            Self::Whole(cells) => cells.push(cell),
            Self::Words(words) => words.push(cell),
            Self::Nothing => {}
        }
    }

    /// True where the next cell would be kept.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Words(words) => !words.is_full(),
            Self::Nothing => false,
        }
    }

    /// All cells, or `None` where they are not kept.
    pub(super) fn finish(self) -> Option<Cells> {
        match self {
            Self::Whole(cells) => Some(cells.finish()),
            Self::Words(words) => words.finish().map(Cells::Words),
            Self::Nothing => None,
        }
    }
}
