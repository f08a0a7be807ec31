//! The definition of counts and participation taken literally, to check the closed forms against.

use super::{Matching, Pattern, SignedGraph};

/// Count, and participation per orbit and neuron, by trying every injective map of roles to neurons.
pub(super) fn brute_force(graph: &SignedGraph, pattern: &Pattern, matching: Matching) -> (u64, Vec<Vec<u64>>) {
    let mut search = Search { graph, pattern, matching, filled: Vec::new(), maps: 0, plays: Vec::new() };
    search.plays = vec![vec![0; graph.neurons()]; pattern.roles().len()];
    search.extend();
    let order = pattern.automorphisms() as u64;
    let divide = |maps: u64| {
        assert_eq!(maps % order, 0, "maps come in whole automorphism classes");
        maps / order
    };
    let orbit_row = |orbit: &Vec<usize>| {
        let sum = |neuron: usize| divide(orbit.iter().map(|&role| search.plays[role][neuron]).sum());
        (0..graph.neurons()).map(sum).collect()
    };
    (divide(search.maps), pattern.orbits().iter().map(orbit_row).collect())
}

struct Search<'a> {
    graph: &'a SignedGraph,
    pattern: &'a Pattern,
    matching: Matching,
    filled: Vec<u32>,
    maps: u64,
    plays: Vec<Vec<u64>>,
}

impl Search<'_> {
    fn extend(&mut self) {
        if self.filled.len() == self.pattern.roles().len() {
            self.maps += 1;
            for (plays, &neuron) in self.plays.iter_mut().zip(&self.filled) {
                plays[neuron as usize] += 1;
            }
            return;
        }
        for neuron in 0..self.graph.neurons() as u32 {
            if self.fits(neuron) {
                self.filled.push(neuron);
                self.extend();
                self.filled.pop();
            }
        }
    }

    fn fits(&self, neuron: u32) -> bool {
        let role = self.filled.len();
        !self.filled.contains(&neuron)
            && self.pattern.roles()[role].class.admits(self.graph.identity(neuron))
            && self.filled.iter().enumerate().all(|(other, &other_neuron)| {
                self.pair_fits(role, other, neuron, other_neuron) && self.pair_fits(other, role, other_neuron, neuron)
            })
    }

    fn pair_fits(&self, pre: usize, post: usize, pre_neuron: u32, post_neuron: u32) -> bool {
        let sign = self.graph.sign(pre_neuron, post_neuron);
        match self.pattern.edges().iter().find(|edge| (edge.presynaptic, edge.postsynaptic) == (pre, post)) {
            Some(edge) => sign.is_some_and(|sign| edge.sign.admits(sign)),
            None if self.matching == Matching::Induced || self.pattern.absent().contains(&(pre, post)) => {
                sign.is_none()
            }
            None => true,
        }
    }
}
