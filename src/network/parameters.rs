//! The trainable numbers of a model: one flat vector, cut into named groups.

use std::ops::Range;

/// What an optimiser does with a group of parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// Steps are added.
    #[default]
    Additive,
    /// Steps multiply: exponentiated gradient.
    Multiplicative,
    /// The parameters stay as they are.
    Frozen,
}

/// A named run of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the parameters are, for instance `recurrent`.
    pub name: &'static str,
    /// Where they lie in the flat vector.
    pub range: Range<usize>,
    /// How they are moved.
    pub update: Update,
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
        self.groups.push(Group {
            name,
            range: start..start + length,
            update: Update::Additive,
        });
        start..start + length
    }

    /// Sets how the group called `name` is moved; false if there is none.
    pub fn set_update(&mut self, name: &str, update: Update) -> bool {
        let group = self.groups.iter_mut().find(|g| g.name == name);
        group.is_some_and(|group| {
            group.update = update;
            true
        })
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
