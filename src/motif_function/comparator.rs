//! Occurrences of a comparator motif, by what its neurons do.

use std::borrow::Cow;

use crate::motif::{Matching, MotifError, Pattern, SignedGraph, participation, sample};
use crate::text::Hinted;

/// Why the comparators of a wiring cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MotifFunctionError {
    /// The motif has no inputs, relays and hub.
    #[error("motif `{motif}` has no role `{role}`, so it is no comparator")]
    NoComparator {
        /// Name of the motif.
        motif: String,
        /// The role it lacks.
        role: &'static str,
    },
    /// The motif engine refused.
    #[error(transparent)]
    Motif(#[from] MotifError),
}

impl Hinted for MotifFunctionError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::NoComparator { .. } => Some(
                "use xor5, xor6, sxor8, or a motif with inputs A and B, relays C and D and a hub I"
                    .into(),
            ),
            Self::Motif(error) => error.hint(),
        }
    }
}

/// The neurons of one occurrence of XOR5 and its extensions, numbered as in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// The inputs A and B.
    pub inputs: [u32; 2],
    /// The relays: C, driven by A, and D, driven by B.
    pub relays: [u32; 2],
    /// The inhibitory hub I.
    pub hub: u32,
    /// The read-out O, where the motif has one.
    pub readout: Option<u32>,
}

/// Where the roles of a comparator stand in a pattern.
struct Places {
    inputs: [usize; 2],
    relays: [usize; 2],
    hub: usize,
    readout: Option<usize>,
}

impl Places {
    fn of(pattern: &Pattern) -> Result<Self, MotifFunctionError> {
        let find = |name: &str| pattern.roles().iter().position(|role| role.name == name);
        let need = |role: &'static str| {
            find(role).ok_or_else(|| MotifFunctionError::NoComparator {
                motif: pattern.name().to_owned(),
                role,
            })
        };
        Ok(Self {
            inputs: [need("A")?, need("B")?],
            relays: [need("C")?, need("D")?],
            hub: need("I")?,
            readout: find("O"),
        })
    }
}

/// Draws `count` comparators, each occurrence equally likely and with replacement ([`sample`]);
/// none if the motif does not occur. The roles are found by their names: A, B, C, D, I and, where
/// there is one, O.
///
/// # Errors
/// [`MotifFunctionError::NoComparator`], and those of [`sample`].
///
/// # Complexity
/// That of [`sample`].
pub fn comparators(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
    count: usize,
    seed: u64,
) -> Result<Vec<Comparator>, MotifFunctionError> {
    let places = Places::of(pattern)?;
    let drawn = sample(graph, pattern, matching, count, seed)?;
    let comparator = |neurons: &Vec<u32>| Comparator {
        inputs: places.inputs.map(|role| neurons[role]),
        relays: places.relays.map(|role| neurons[role]),
        hub: neurons[places.hub],
        readout: places.readout.map(|role| neurons[role]),
    };
    Ok(drawn.iter().map(comparator).collect())
}

/// The `relays` neurons that are most often a relay (C or D) of the motif and the `hubs` that are
/// most often its hub (I), ascending, each once; fewer where fewer take part. Neurons that take
/// part equally often are taken in their order.
///
/// # Errors
/// [`MotifFunctionError::NoComparator`], and those of [`participation`].
///
/// # Complexity
/// That of [`participation`].
pub fn leading_neurons(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
    relays: usize,
    hubs: usize,
) -> Result<Vec<u32>, MotifFunctionError> {
    let places = Places::of(pattern)?;
    let rows = participation(graph, pattern, matching)?;
    let mut neurons = Vec::new();
    for (roles, wanted) in [(&places.relays[..], relays), (&[places.hub][..], hubs)] {
        // C and D may be exchangeable, and then share a row, or not.
        let mut orbits: Vec<usize> = roles.iter().map(|&role| pattern.orbit_of(role)).collect();
        orbits.dedup();
        let plays = |neuron: u32| {
            orbits
                .iter()
                .map(|&orbit| u128::from(rows[orbit].counts[neuron as usize]))
                .sum::<u128>()
        };
        let mut ranked: Vec<(u128, u32)> = (0..graph.neurons() as u32)
            .map(|neuron| (plays(neuron), neuron))
            .collect();
        ranked.retain(|&(count, _)| count > 0);
        ranked.sort_by_key(|&(count, _)| std::cmp::Reverse(count));
        neurons.extend(ranked.iter().take(wanted).map(|&(_, neuron)| neuron));
    }
    neurons.sort_unstable();
    neurons.dedup();
    Ok(neurons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Sign, SignModel};
    use crate::motif::Motif;
    use crate::source::bundled;

    #[test]
    fn roles_are_where_they_should_be() {
        let worm = bundled::connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Gaba26);
        let graph = SignedGraph::from_connectome(&worm, 1.0).unwrap();
        for motif in [Motif::Xor5, Motif::Xor6] {
            let found = comparators(&graph, motif.pattern(), Matching::Subgraph, 50, 3).unwrap();
            assert_eq!(found.len(), 50);
            for Comparator {
                inputs: [a, b],
                relays: [c, d],
                hub,
                readout,
            } in found
            {
                let (excites, inhibits) = (Some(Sign::Excitatory), Some(Sign::Inhibitory));
                for (pre, post, sign) in [
                    (a, c, excites),
                    (b, d, excites),
                    (a, hub, excites),
                    (b, hub, excites),
                    (hub, c, inhibits),
                    (hub, d, inhibits),
                ] {
                    assert_eq!(graph.sign(pre, post), sign);
                }
                assert_eq!(readout.is_some(), motif == Motif::Xor6);
                assert!(
                    readout
                        .is_none_or(|o| graph.sign(c, o) == excites && graph.sign(d, o) == excites)
                );
            }
        }
    }

    /// The ranking of XOR6 hubs that the reference counts give: AVJR 52,467, AVJL 21,963, RIBR
    /// 6,430.
    #[test]
    fn leading_hubs() {
        let worm = bundled::connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let graph = SignedGraph::from_connectome(&worm, 1.0).unwrap();
        let leading =
            leading_neurons(&graph, Motif::Xor6.pattern(), Matching::Subgraph, 0, 3).unwrap();
        let mut names: Vec<&str> = leading
            .iter()
            .map(|&i| &*worm.neurons()[i as usize].name)
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["AVJL", "AVJR", "RIBR"]);
        let relays =
            leading_neurons(&graph, Motif::Xor6.pattern(), Matching::Subgraph, 5, 0).unwrap();
        assert!(
            relays.len() == 5
                && relays
                    .iter()
                    .all(|&i| graph.identity(i) == Sign::Excitatory)
        );
    }

    #[test]
    fn other_motifs_are_refused() {
        let graph = SignedGraph::new(&[Sign::Excitatory; 3], []).unwrap();
        let error =
            comparators(&graph, Motif::Li3.pattern(), Matching::Subgraph, 1, 1).unwrap_err();
        assert!(error.to_string().starts_with("motif `li3` has no role `A`"));
        assert_eq!(
            comparators(&graph, Motif::Xor5.pattern(), Matching::Subgraph, 1, 1),
            Ok(vec![])
        );
        assert_eq!(
            leading_neurons(&graph, Motif::Xor5.pattern(), Matching::Subgraph, 3, 3),
            Ok(vec![])
        );
    }
}
