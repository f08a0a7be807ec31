//! The trainable parameters of a model: one flat vector, cut into named groups.

use std::ops::Range;

/// How an optimiser changes a group of parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// Steps are added to the parameters.
    #[default]
    Additive,
    /// The parameters are multiplied by the exponential of a step (exponentiated gradient).
    Multiplicative,
    /// The parameters do not change.
    Frozen,
}

/// How a group of parameters stands in a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixShape {
    /// Rows of the matrix.
    pub rows: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// Place of each parameter in the row-major matrix; `None` if they are the whole matrix in
    /// order.
    pub places: Option<Vec<u32>>,
    /// Sign of each entry (+1, -1), of which the parameter is the strength; 0 or missing where the
    /// parameter is the entry itself.
    pub signs: Vec<i8>,
}

impl MatrixShape {
    /// A whole matrix of so many entries and columns.
    #[must_use]
    pub fn full(entries: usize, columns: usize) -> Self {
        Self {
            rows: entries / columns.max(1),
            columns,
            places: None,
            signs: Vec::new(),
        }
    }

    /// Number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places
            .as_ref()
            .map_or(self.rows * self.columns, Vec::len)
    }

    /// True if there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A named range of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name of the group, for instance `recurrent`.
    pub name: &'static str,
    /// Place of the group in the flat vector.
    pub range: Range<usize>,
    /// How the optimiser changes the group.
    pub update: Update,
    /// How the group stands in a matrix of which at least half of the entries are there, if it
    /// does.
    pub matrix: Option<MatrixShape>,
}

/// The groups of a model, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    groups: Vec<Group>,
}

impl Layout {
    /// Adds a group of `length` parameters at the end and returns its place.
    pub fn push(&mut self, name: &'static str, length: usize) -> Range<usize> {
        let start = self.len();
        self.groups.push(Group {
            name,
            range: start..start + length,
            update: Update::Additive,
            matrix: None,
        });
        start..start + length
    }

    /// As [`push`](Self::push), for the entries of a matrix.
    pub fn push_matrix(&mut self, name: &'static str, matrix: MatrixShape) -> Range<usize> {
        let range = self.push(name, matrix.len());
        if let Some(group) = self.groups.last_mut() {
            group.matrix = Some(matrix);
        }
        range
    }

    /// Sets how the group called `name` is changed. Returns false if there is no such group.
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

    /// True if there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The groups in the order of the flat vector.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}
