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
