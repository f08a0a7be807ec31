//! Compressed sparse rows: for each neuron a sorted list of neurons.

/// Sorted lists of neurons, one per neuron, stored end to end.
#[derive(Clone, Debug)]
pub(super) struct Adjacency {
    offsets: Vec<usize>,
    neurons: Vec<u32>,
}

impl Adjacency {
    /// Rows from pairs `(row, neuron)` that come in ascending order.
    pub(super) fn from_sorted(rows: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut offsets = vec![0; rows + 1];
        let mut neurons = Vec::with_capacity(pairs.size_hint().0);
        for (row, neuron) in pairs {
            neurons.push(neuron);
            offsets[row as usize + 1] = neurons.len();
        }
        // Rows without a pair end where the row before them ends.
        for row in 1..=rows {
            offsets[row] = offsets[row].max(offsets[row - 1]);
        }
        Self { offsets, neurons }
    }

    /// Rows that a function appends one by one.
    pub(super) fn from_rows(
        rows: usize,
        capacity: usize,
        fill: impl Fn(u32, &mut Vec<u32>),
    ) -> Self {
        let mut neurons = Vec::with_capacity(capacity);
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        for row in 0..rows as u32 {
            fill(row, &mut neurons);
            offsets.push(neurons.len());
        }
        neurons.shrink_to_fit();
        Self { offsets, neurons }
    }

    /// The same pairs seen from the other end. O(neurons + pairs).
    pub(super) fn transpose(&self) -> Self {
        let rows = self.rows();
        let mut offsets = vec![0; rows + 1];
        for &neuron in &self.neurons {
            offsets[neuron as usize + 1] += 1;
        }
        for row in 1..=rows {
            offsets[row] += offsets[row - 1];
        }
        let mut next = offsets.clone();
        let mut neurons = vec![0; self.neurons.len()];
        for (row, neuron) in self.pairs() {
            let slot = &mut next[neuron as usize];
            neurons[*slot] = row;
            *slot += 1;
        }
        Self { offsets, neurons }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The number of pairs in all rows.
    pub(super) fn len(&self) -> usize {
        self.neurons.len()
    }

    /// The sorted row of `neuron`.
    #[inline]
    pub(super) fn row(&self, neuron: u32) -> &[u32] {
        let neuron = neuron as usize;
        &self.neurons[self.offsets[neuron]..self.offsets[neuron + 1]]
    }

    /// Where the pair `(row, neuron)` is stored, if it is. O(log row length).
    #[inline]
    pub(super) fn position(&self, row: u32, neuron: u32) -> Option<usize> {
        let start = self.offsets[row as usize];
        self.row(row)
            .binary_search(&neuron)
            .ok()
            .map(|at| start + at)
    }

    /// Whether the pair `(row, neuron)` is stored. O(log row length).
    #[inline]
    pub(super) fn contains(&self, row: u32, neuron: u32) -> bool {
        self.row(row).binary_search(&neuron).is_ok()
    }

    /// All pairs in ascending order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.rows() as u32)
            .flat_map(|row| self.row(row).iter().map(move |&neuron| (row, neuron)))
    }
}

#[cfg(test)]
mod tests {
    use super::Adjacency;

    #[test]
    fn transposing_twice_gives_the_same_rows() {
        let pairs = [(0, 1), (0, 3), (3, 0), (3, 1)];
        let rows = Adjacency::from_sorted(5, pairs.into_iter());
        assert_eq!(rows.row(1), &[] as &[u32]);
        assert_eq!(rows.row(3), &[0, 1]);
        assert_eq!(rows.transpose().row(1), &[0, 3]);
        assert_eq!(
            rows.transpose().transpose().pairs().collect::<Vec<_>>(),
            pairs
        );
    }
}
