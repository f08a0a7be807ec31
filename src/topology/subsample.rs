//! Fewer neurons of a connectome, so that connectomes can be compared at matched size.

use std::borrow::Cow;

use rand::seq::SliceRandom;

use crate::connectome::{Connectome, ConnectomeError, Neuron, NeuronClass, Synapse};
use crate::random::stream;
use crate::text::Hinted;

/// A subsample that cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SubsampleError {
    /// More neurons wanted than there are, or none.
    #[error("`{connectome}` has {has} neurons, {wanted} cannot be drawn")]
    Size {
        /// Name of the connectome.
        connectome: String,
        /// Number of neurons that the connectome has.
        has: usize,
        /// Neurons that were asked for.
        wanted: usize,
    },
    /// A bug: the subsample is no connectome.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl Hinted for SubsampleError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Size { .. } => Some("match to the smallest connectome compared".into()),
            Self::Connectome(error) => error.hint(),
        }
    }
}

/// `neurons` neurons of `connectome`, drawn without preference within each class, and all synapses
/// among them, as a connectome called `name`.
///
/// Each class keeps its share (largest remainders). Density, reciprocity and the share of
/// inhibitory neurons are kept in expectation; the mean degree falls with the number of neurons,
/// paths grow longer, and a neuron may lose all its partners: it stays, so that the size is exact.
/// Weights, signs, gap junctions and autapses are those of the whole. What holds for one draw need
/// not hold for the next: draw several. O(n + E).
///
/// # Errors
/// [`SubsampleError::Size`].
///
/// ```
/// use engraph::source::bundled;
/// use engraph::topology::subsample;
/// let worm = bundled::connectome("witvliet2021_8").unwrap();
/// let part = subsample(&worm, "witvliet2021_8.n161", 161, 1).unwrap();
/// assert_eq!(part.neurons().len(), 161);
/// ```
pub fn subsample(
    connectome: &Connectome,
    name: &str,
    neurons: usize,
    seed: u64,
) -> Result<Connectome, SubsampleError> {
    let all = connectome.neurons();
    if neurons == 0 || neurons > all.len() {
        let connectome = connectome.name().to_owned();
        return Err(SubsampleError::Size {
            connectome,
            has: all.len(),
            wanted: neurons,
        });
    }
    let mut random = stream(seed, &["subsample", connectome.name(), name]);
    let mut members: Vec<Vec<usize>> = CLASSES.iter().map(|&class| positions(all, class)).collect();
    let sizes: Vec<usize> = members.iter().map(Vec::len).collect();
    let mut kept = Vec::with_capacity(neurons);
    for (members, share) in members.iter_mut().zip(shares(&sizes, neurons)) {
        members.shuffle(&mut random);
        kept.extend_from_slice(&members[..share]);
    }
    kept.sort_unstable();
    let mut place = vec![None; all.len()];
    (0..)
        .zip(&kept)
        .for_each(|(new, &old): (u32, &usize)| place[old] = Some(new));
    let synapses = connectome
        .chemical()
        .iter()
        .chain(connectome.electrical())
        .filter_map(|s| {
            let (pre, post) = (place[s.pre as usize]?, place[s.post as usize]?);
            Some(Synapse { pre, post, ..*s })
        });
    let neurons = kept.iter().map(|&i| all[i].clone()).collect();
    Ok(Connectome::new(
        name,
        connectome.unit(),
        neurons,
        synapses.collect(),
    )?)
}

const CLASSES: [NeuronClass; 5] = [
    NeuronClass::Sensory,
    NeuronClass::Inter,
    NeuronClass::Motor,
    NeuronClass::Polymodal,
    NeuronClass::Unknown,
];

fn positions(neurons: &[Neuron], class: NeuronClass) -> Vec<usize> {
    (0..neurons.len())
        .filter(|&i| neurons[i].class == class)
        .collect()
}

/// `total` in whole parts proportional to `sizes`, by largest remainder; the first of equals.
fn shares(sizes: &[usize], total: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let mut shares: Vec<usize> = sizes.iter().map(|size| size * total / all).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(sizes[i] * total % all));
    let missing = total - shares.iter().sum::<usize>();
    order.iter().take(missing).for_each(|&i| shares[i] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;
    use crate::topology::Measures;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn density_and_reciprocity_are_kept_on_average() {
        let whole = bundled::connectome("cook2019_herm").unwrap();
        let truth = Measures::of(&whole);
        let parts: Vec<Measures> = (0..40)
            .map(|seed| Measures::of(&subsample(&whole, "p", 150, seed).unwrap()))
            .collect();
        let mean =
            |of: fn(&Measures) -> f64| parts.iter().map(of).sum::<f64>() / parts.len() as f64;
        // Standard errors over 40 draws are near 1 %.
        assert!((mean(|m| m.density) / truth.density - 1.0).abs() < 0.05);
        assert!((mean(|m| m.reciprocity) / truth.reciprocity - 1.0).abs() < 0.05);
    }

    #[test]
    fn more_than_there_are_is_refused() {
        let pharynx = bundled::connectome("cook2020_pharynx").unwrap();
        assert_eq!(subsample(&pharynx, pharynx.name(), 22, 1).unwrap(), pharynx);
        let error = subsample(&pharynx, "p", 23, 1).unwrap_err();
        assert!(error.to_string().contains("has 22 neurons"), "{error}");
        assert!(error.hint().is_some());
        assert!(subsample(&pharynx, "p", 0, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 30,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// The induced part: every synapse among the neurons kept, no other, classes within one of
        /// their share.
        #[test]
        fn an_induced_part_with_the_shares_of_the_classes(
            neurons in 1..=180usize,
            seed in any::<u64>(),
        ) {
            let whole = bundled::connectome("witvliet2021_8").unwrap();
            let whole = whole.with_signs(SignModel::Wang2024);
            let part = subsample(&whole, "p", neurons, seed).unwrap();
            prop_assert_eq!(part.neurons().len(), neurons);
            prop_assert_eq!(&part, &subsample(&whole, "p", neurons, seed).unwrap());
            let names: HashSet<&str> = part.neurons().iter().map(|n| n.name.as_str()).collect();
            let name = |c: &Connectome, i: u32| c.neurons()[i as usize].name.clone();
            let listed = |c: &Connectome| -> Vec<(String, String, f64, _)> {
                let synapses = c.chemical().iter().chain(c.electrical());
                let named = synapses.map(|s| (name(c, s.pre), name(c, s.post), s.weight, s.sign));
                let kept = |name: &str| names.contains(name);
                named.filter(|(pre, post, ..)| kept(pre) && kept(post)).collect()
            };
            prop_assert_eq!(listed(&part), listed(&whole));
            for class in CLASSES {
                let count = |c: &Connectome| positions(c.neurons(), class).len() as f64;
                let share = count(&whole) * neurons as f64 / 180.0;
                prop_assert!((count(&part) - share).abs() < 1.0);
            }
        }
    }
}
