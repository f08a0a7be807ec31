//! The trainable numbers of a model: one flat vector, cut into named groups.

use std::ops::Range;

/// A named run of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the parameters are, for instance `recurrent`.
    pub name: &'static str,
    /// Where they lie in the flat vector.
    pub range: Range<usize>,
}

/// Lays groups out one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    groups: Vec<Group>,
}

impl Layout {
    /// Adds a group of `length` parameters at the end and returns where it lies.
    pub fn push(&mut self, name: &'static str, length: usize) -> Range<usize> {
        let start = self.len();
        self.groups.push(Group { name, range: start..start + length });
        start..start + length
    }

    /// Number of parameters of all groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.last().map_or(0, |g| g.range.end)
    }

    /// True without any parameter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The groups in order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}
