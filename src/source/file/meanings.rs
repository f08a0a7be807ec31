//! What the texts of a column mean, each looked up once.

use std::collections::HashMap;

/// Meanings of texts that were met. Columns hold few different texts, and many rows.
pub(super) struct Meanings<T> {
    known: HashMap<String, T>,
    /// The text of the row before, which is often that of the next one.
    last: Option<(String, T)>,
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

    /// What a text means: as it was found before, or as `look_up` finds it.
    pub(super) fn of(&mut self, text: &str, look_up: impl FnOnce(&str) -> T) -> T {
        if let Some((last, meaning)) = &self.last
            && last == text
        {
            return meaning.clone();
        }
        let meaning = match self.known.get(text) {
            Some(known) => known.clone(),
            None => {
                let found = look_up(text);
                if self.known.len() < Self::MOST {
                    self.known.insert(text.to_owned(), found.clone());
                }
                found
            }
        };
        self.last = Some((text.to_owned(), meaning.clone()));
        meaning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
