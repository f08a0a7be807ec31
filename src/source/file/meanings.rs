//! What the texts of a column mean, each looked up once.

use std::collections::HashMap;

use super::sheet::Cells;

/// Meanings of texts that were met. Columns hold few different texts, and many rows.
pub(super) struct Meanings<T> {
    known: HashMap<String, T>,
    /// The row before with its meaning, which is often that of the next one.
    last: Option<(usize, Option<T>)>,
}

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            last: None,
        }
    }
}

impl<T: Clone> Meanings<T> {
    /// Texts that are kept: a column of more different ones is no column of words.
    const MOST: usize = 1024;

    /// What the text of a row means, as [`Self::of`] finds it; `None` where the cell is empty. All
    /// rows must be of one column.
    pub(super) fn in_row(
        &mut self,
        cells: &Cells,
        row: usize,
        look_up: impl FnOnce(&str) -> T,
    ) -> Option<T> {
        if let Some((last, meaning)) = &self.last
            && cells.are_same(*last, row)
        {
            return meaning.clone();
        }
        let meaning = cells.text(row).map(|text| self.of(&text, look_up));
        self.last = Some((row, meaning.clone()));
        meaning
    }

    /// What a text means: as it was found before, or as `look_up` finds it.
    pub(super) fn of(&mut self, text: &str, look_up: impl FnOnce(&str) -> T) -> T {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let found = look_up(text);
        if self.known.len() < Self::MOST {
            self.known.insert(text.to_owned(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, LargeStringArray, UInt64Array};
    use arrow::datatypes::DataType;

    use super::*;

    #[test]
    fn rows_mean_what_their_texts_mean() {
        let texts = [
            Some("a"),
            Some("a"),
            Some(" a"),
            None,
            None,
            Some("b"),
            Some("a"),
        ];
        let whole = [Some(1), Some(1), None, None, Some(-1), Some(1)];
        let numbers = [
            Some(0.0),
            Some(-0.0),
            Some(f64::NAN),
            Some(f64::NAN),
            None,
            Some(0.0),
        ];
        let columns: [(ArrayRef, DataType); 4] = [
            (
                Arc::new(LargeStringArray::from(texts.to_vec())),
                DataType::LargeUtf8,
            ),
            (Arc::new(Int64Array::from(whole.to_vec())), DataType::Int64),
            (
                Arc::new(UInt64Array::from(vec![Some(7), Some(7), None, Some(8)])),
                DataType::UInt64,
            ),
            (
                Arc::new(Float64Array::from(numbers.to_vec())),
                DataType::Float64,
            ),
        ];
        for (column, kind) in columns {
            let rows = column.len();
            let cells = Cells::join(vec![column], &kind).unwrap();
            let mut meanings = Meanings::default();
            for row in (0..rows).chain((0..rows).rev()) {
                let found = meanings.in_row(&cells, row, str::to_owned);
                assert_eq!(found.as_deref(), cells.text(row).as_deref(), "row {row}");
            }
        }
    }

    #[test]
    fn meanings_are_those_of_the_texts_however_many_there_are() {
        let mut meanings = Meanings::default();
        let mut asked = 0;
        let texts = || (0..2 * Meanings::<usize>::MOST).map(|i| i.to_string());
        for text in texts()
            .chain(texts())
            .chain(["7".to_owned(), "7".to_owned()])
        {
            let found = meanings.of(&text, |text| {
                asked += 1;
                text.len()
            });
            assert_eq!(found, text.len(), "{text}");
        }
        // Of the texts beyond the largest number each is looked up again.
        assert_eq!(asked, 3 * Meanings::<usize>::MOST);
    }
}
