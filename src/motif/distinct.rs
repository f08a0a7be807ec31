//! How many ways there are to choose distinct elements, one from each of a few sets.

/// As many sets as a pattern can leave to be counted together.
const SETS: usize = super::Pattern::MAX_ROLES - 1;
const MASKS: usize = 1 << SETS;

/// Counts choices of distinct elements from sets S_1 .. S_k.
///
/// An element's *mask* says which sets have it. The number of choices is the sum over the
/// partitions of the sets of the product over the blocks B of (-1)^(|B|-1) (|B|-1)! times the size
/// of the intersection of the sets in B (Moebius inversion on the partition lattice, Rota 1964, doi
/// 10.1007/BF00531932), which needs no more than how many elements have which mask. O(k n + 3^k)
/// for n elements.
#[derive(Debug)]
pub(super) struct Distinct {
    /// Size of the intersection of the sets of each mask.
    meets: [i128; MASKS],
    /// Choices from the sets of each mask.
    ways: [i128; MASKS],
    heads: [usize; SETS],
    /// For each set and mask the choices in which an element with this mask is chosen from this
    /// set, once it was asked for.
    known: Vec<Option<Option<u128>>>,
}

impl Default for Distinct {
    fn default() -> Self {
        Self {
            meets: [0; MASKS],
            ways: [0; MASKS],
            heads: [0; SETS],
            known: Vec::new(),
        }
    }
}

impl Distinct {
    /// The number of choices from sorted sets; `None` beyond 127 bits.
    pub(super) fn ways(&mut self, sets: &[Vec<u32>]) -> Option<u128> {
        if let [x, y] = sets {
            let mut common = 0_u128;
            let mut rest = &y[..];
            for &element in x {
                rest = &rest[rest
                    .iter()
                    .position(|&other| other >= element)
                    .unwrap_or(rest.len())..];
                common += u128::from(rest.first() == Some(&element));
            }
            return Some(x.len() as u128 * y.len() as u128 - common);
        }
        self.intersect(sets);
        self.choices((1 << sets.len()) - 1, 0)
    }

    /// Calls back with each set, each of its elements, and in how many choices it is the one chosen
    /// from that set.
    pub(super) fn each(
        &mut self,
        sets: &[Vec<u32>],
        mut found: impl FnMut(usize, u32, Option<u128>),
    ) {
        self.intersect(sets);
        let full = (1_usize << sets.len()) - 1;
        self.known.clear();
        self.known.resize(sets.len() << sets.len(), None);
        let mut known = std::mem::take(&mut self.known);
        self.each_element(sets, |this, element, mask| {
            for set in (0..sets.len()).filter(|set| mask >> set & 1 == 1) {
                let entry = &mut known[set << sets.len() | mask];
                let ways = *entry.get_or_insert_with(|| this.choices(full & !(1 << set), mask));
                if ways != Some(0) {
                    found(set, element, ways);
                }
            }
        });
        self.known = known;
    }

    /// Goes through the elements of all sets, ascending, each once with its mask.
    fn each_element(&mut self, sets: &[Vec<u32>], mut found: impl FnMut(&mut Self, u32, usize)) {
        self.heads = [0; SETS];
        loop {
            let heads = sets
                .iter()
                .zip(&self.heads)
                .filter_map(|(set, &head)| set.get(head).copied());
            let Some(element) = heads.min() else { return };
            let mut mask = 0;
            for (at, set) in sets.iter().enumerate() {
                if set.get(self.heads[at]) == Some(&element) {
                    self.heads[at] += 1;
                    mask |= 1 << at;
                }
            }
            found(self, element, mask);
        }
    }

    /// Finds the sizes of all intersections.
    fn intersect(&mut self, sets: &[Vec<u32>]) {
        let masks = 1_usize << sets.len();
        self.meets[..masks].fill(0);
        self.each_element(sets, |this, _, mask| this.meets[mask] += 1);
        for set in 0..sets.len() {
            for mask in (0..masks).filter(|mask| mask >> set & 1 == 0) {
                self.meets[mask] += self.meets[mask | 1 << set];
            }
        }
    }

    /// Choices from the sets of a mask, without an element that is in the sets of `taken`; `None`
    /// beyond 127 bits.
    fn choices(&mut self, wanted: usize, taken: usize) -> Option<u128> {
        self.ways[0] = 1;
        for mask in (1..=wanted).filter(|mask| mask & !wanted == 0) {
            let lowest = mask & mask.wrapping_neg();
            let others = mask & !lowest;
            let mut sum = 0_i128;
            // All blocks with the lowest set: it and any of the others.
            let mut more = others;
            loop {
                let block = more | lowest;
                let size = self.meets[block] - i128::from(block & !taken == 0);
                let term = size
                    .checked_mul(self.ways[mask & !block])?
                    .checked_mul(COEFFICIENTS[more.count_ones() as usize])?;
                sum = sum.checked_add(term)?;
                if more == 0 {
                    break;
                }
                more = (more - 1) & others;
            }
            self.ways[mask] = sum;
        }
        u128::try_from(self.ways[wanted]).ok()
    }
}

/// (-1)^n n! for blocks of n + 1 sets.
const COEFFICIENTS: [i128; SETS] = [1, -1, 2, -6, 24, -120, 720];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    /// All choices, one by one: how many there are, and how many choose each element from each set.
    fn brute_force(sets: &[Vec<u32>]) -> (u64, Vec<Vec<u64>>) {
        fn extend(sets: &[Vec<u32>], chosen: &mut Vec<usize>, found: &mut (u64, Vec<Vec<u64>>)) {
            let Some(set) = sets.get(chosen.len()) else {
                found.0 += 1;
                chosen
                    .iter()
                    .enumerate()
                    .for_each(|(set, &at)| found.1[set][at] += 1);
                return;
            };
            for (at, element) in set.iter().enumerate() {
                if chosen
                    .iter()
                    .enumerate()
                    .all(|(other, &chosen)| sets[other][chosen] != *element)
                {
                    chosen.push(at);
                    extend(sets, chosen, found);
                    chosen.pop();
                }
            }
        }
        let mut found = (0, sets.iter().map(|set| vec![0; set.len()]).collect());
        extend(sets, &mut Vec::new(), &mut found);
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn choices_are_those_of_trying_all(
            sets in vec(btree_set(0_u32..7, 0..5), 2..6),
        ) {
            let sets: Vec<Vec<u32>> = sets.into_iter().map(Vec::from_iter).collect();
            let (ways, parts) = brute_force(&sets);
            let mut distinct = Distinct::default();
            prop_assert_eq!(distinct.ways(&sets), Some(u128::from(ways)));
            let mut found: Vec<Vec<u64>> = sets.iter().map(|set| vec![0; set.len()]).collect();
            distinct.each(&sets, |set, element, ways| {
                let place = sets[set].iter().position(|&e| e == element).unwrap();
                found[set][place] = ways.unwrap() as u64;
            });
            prop_assert_eq!(found, parts);
        }
    }

    #[test]
    fn what_does_not_fit_is_none() {
        let set: Vec<u32> = (0..1_000_000).collect();
        assert_eq!(Distinct::default().ways(&vec![set.clone(); 7]), None);
        assert_eq!(
            Distinct::default().ways(&vec![set; 3]),
            Some(1_000_000 * 999_999 * 999_998)
        );
    }
}
