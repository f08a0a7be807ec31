//! What is asked of the paths of one connectome, and the tables about them.

use rayon::prelude::*;
use serde::Serialize;

use super::ends::{Group, UnknownEnd, groups};
use super::shares::InputShares;
use super::spread::{Effect, spread};
use super::strongest::strongest_paths;
use super::tables::{EffectiveConnectivityRow, StrongestPathRow};
use crate::connectome::Connectome;
use crate::text::OutOfRange;

/// Which paths are looked at, and how many of them are listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathSettings {
    /// Where paths begin: classes, names of neurons or cell types. Each word is a group.
    pub from: Vec<String>,
    /// Where paths end, in the same words.
    pub to: Vec<String>,
    /// Most synapses of a path.
    pub steps: u32,
    /// Strongest pairs of neurons that are listed for each number of steps.
    pub pairs: u32,
    /// Strongest paths that are listed for each number of steps.
    pub strongest: u32,
}

impl Default for PathSettings {
    fn default() -> Self {
        Self {
            from: vec!["sensory".to_owned()],
            to: vec!["motor".to_owned()],
            steps: Self::STEPS,
            pairs: 0,
            strongest: Self::STRONGEST,
        }
    }
}

/// The tables about the paths of one connectome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathTables {
    /// Effective connectivity: groups first, then the strongest pairs of neurons.
    pub effective: Vec<EffectiveConnectivityRow>,
    /// The strongest paths.
    pub strongest: Vec<StrongestPathRow>,
}

/// A pair of neurons, and what reaches the second from the first.
type Pair = (u32, u32, Effect);

impl PathSettings {
    /// Most synapses of a path where nothing else is said.
    pub const STEPS: u32 = 5;
    /// Strongest paths that are listed where nothing else is said.
    pub const STRONGEST: u32 = 10;
    /// Most synapses of a path.
    pub const MOST_STEPS: u32 = 20;
    /// Most pairs or paths that are listed.
    pub const MOST_LISTED: u32 = 100_000;

    /// Checks that all settings are in range.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let wrong = |field, message| Err(OutOfRange { field, message });
        if self.from.is_empty() {
            return wrong("from", "is empty");
        }
        if self.to.is_empty() {
            return wrong("to", "is empty");
        }
        if !(1..=Self::MOST_STEPS).contains(&self.steps) {
            return wrong("steps", "must be from 1 to 20");
        }
        if self.pairs > Self::MOST_LISTED {
            return wrong("pairs", "must be at most 100000");
        }
        if self.strongest > Self::MOST_LISTED {
            return wrong("strongest", "must be at most 100000");
        }
        Ok(())
    }

    /// The tables about a signed connectome, of which `sign_model` names what gave it the signs.
    ///
    /// O(groups x steps x E) for the groups; for pairs of neurons O(sources x steps x E) in all
    /// threads of the rayon pool, O(steps x n) space each; for single paths as [`strongest_paths`].
    ///
    /// # Errors
    /// [`UnknownEnd`] for a word that stands for no neuron.
    pub fn tables(&self, signed: &Connectome, sign_model: &str) -> Result<PathTables, UnknownEnd> {
        let (from, to) = (groups(signed, &self.from)?, groups(signed, &self.to)?);
        let shares = InputShares::of(signed);
        let name = |neuron: u32| signed.neurons()[neuron as usize].name.as_str();
        let row = |level: &str, ends: [&str; 2], sizes: [usize; 2], steps, effect: Effect| {
            EffectiveConnectivityRow {
                connectome: signed.name().to_owned(),
                sign_model: sign_model.to_owned(),
                level: level.to_owned(),
                source: ends[0].to_owned(),
                target: ends[1].to_owned(),
                steps,
                source_neurons: sizes[0] as i64,
                target_neurons: sizes[1] as i64,
                excitatory: effect.excitatory,
                inhibitory: effect.inhibitory,
                unsigned: effect.unsigned,
                net: effect.net(),
            }
        };
        let mut effective = Vec::new();
        for source in &from {
            let reached = spread(&shares, &source.neurons, self.steps);
            for target in &to {
                for (steps, effects) in (1..).zip(&reached) {
                    let ends = [&*source.label, &*target.label];
                    let sizes = [source.neurons.len(), target.neurons.len()];
                    let effect = mean(effects, &target.neurons);
                    effective.push(row("group", ends, sizes, steps, effect));
                }
            }
        }
        let (sources, targets) = (members(&from), members(&to));
        if self.pairs > 0 {
            let pairs = self.strongest_pairs(signed, &shares, &sources, &targets);
            for (steps, pairs) in (1..).zip(pairs) {
                effective.extend(pairs.into_iter().map(|(source, target, effect)| {
                    row(
                        "neuron",
                        [name(source), name(target)],
                        [1, 1],
                        steps,
                        effect,
                    )
                }));
            }
        }
        let ends = [&*sources, &*targets];
        let of_steps = |steps: u32| {
            let count = self.strongest as usize;
            let found = strongest_paths(&shares, signed.neurons(), ends, steps, count);
            (1..).zip(found).map(|(rank, path)| {
                let names: Vec<&str> = path.neurons.iter().map(|&neuron| name(neuron)).collect();
                StrongestPathRow {
                    connectome: signed.name().to_owned(),
                    sign_model: sign_model.to_owned(),
                    steps: path.shares.len() as i32,
                    rank,
                    source: names[0].to_owned(),
                    target: names[names.len() - 1].to_owned(),
                    sign: path.sign.as_str().to_owned(),
                    product: path.product,
                    path: names.join(" > "),
                    shares: path.shares,
                }
            })
        };
        let strongest = (1..=self.steps).flat_map(of_steps).collect();
        Ok(PathTables {
            effective,
            strongest,
        })
    }

    /// For each number of steps the pairs of neurons with the largest totals, the largest first; of
    /// equal ones those whose names come first.
    fn strongest_pairs(
        &self,
        signed: &Connectome,
        shares: &InputShares,
        sources: &[u32],
        targets: &[u32],
    ) -> Vec<Vec<Pair>> {
        let names = |&(source, target, _): &Pair| {
            [source, target].map(|neuron| &signed.neurons()[neuron as usize].name)
        };
        let strongest = |mut pairs: Vec<Pair>| {
            let before = |a: &Pair, b: &Pair| {
                let by_total = b.2.total().total_cmp(&a.2.total());
                by_total.then_with(|| names(a).cmp(&names(b)))
            };
            pairs.sort_by(before);
            pairs.truncate(self.pairs as usize);
            pairs
        };
        let of_source = |&source: &u32| -> Vec<Vec<Pair>> {
            let steps = spread(shares, &[source], self.steps).into_iter();
            let of_steps = steps.map(|effects| {
                let pairs = targets
                    .iter()
                    .map(|&target| (source, target, effects[target as usize]));
                strongest(pairs.filter(|pair| pair.2.total() > 0.0).collect())
            });
            of_steps.collect()
        };
        let found: Vec<Vec<Vec<Pair>>> = sources.par_iter().map(of_source).collect();
        let of_steps = |steps: usize| {
            let all = found
                .iter()
                .flat_map(|source| source[steps].iter().copied());
            strongest(all.collect())
        };
        (0..self.steps as usize).map(of_steps).collect()
    }
}

/// The mean effect on neurons, of which there is at least one.
fn mean(effects: &[Effect], neurons: &[u32]) -> Effect {
    let mut sum = Effect::default();
    for &neuron in neurons {
        sum += effects[neuron as usize];
    }
    sum.over(neurons.len() as f64)
}

/// The neurons of all groups, ascending, each once.
fn members(groups: &[Group]) -> Vec<u32> {
    let mut all: Vec<u32> = groups
        .iter()
        .flat_map(|group| group.neurons.clone())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    #[test]
    fn pairs_are_the_largest_entries_and_groups_their_sums_and_means() {
        let worm = bundled::connectome("cook2020_pharynx").unwrap();
        let worm = worm.with_signs(SignModel::Wang2024);
        let all = PathSettings {
            from: vec!["inter".to_owned(), "I1L".to_owned()],
            to: vec!["motor".to_owned()],
            steps: 3,
            pairs: PathSettings::MOST_LISTED,
            strongest: 0,
        };
        let rows = all.tables(&worm, "wang2024").unwrap().effective;
        let class = |name: &str| {
            let mut neurons = worm.neurons().iter();
            neurons.find(|n| n.name == name).unwrap().class.as_str()
        };
        for steps in 1..=3 {
            let of = |level: &'static str| {
                rows.iter()
                    .filter(move |row| row.level == level && row.steps == steps)
            };
            let group = of("group").next().unwrap();
            let from_inter = of("neuron").filter(|row| class(&row.source) == "inter");
            let sum: f64 = from_inter.map(|row| row.net).sum();
            assert!(group.source_neurons > 1 && sum != 0.0);
            assert!((group.net - sum / group.target_neurons as f64).abs() < 1e-12);
            let totals = of("neuron").map(|row| row.excitatory + row.inhibitory + row.unsigned);
            assert!(totals.collect::<Vec<_>>().is_sorted_by(|a, b| a >= b));
        }
        let few = PathSettings { pairs: 4, ..all };
        let few = few.tables(&worm, "wang2024").unwrap().effective;
        for steps in 1..=3 {
            let of = |rows: &[EffectiveConnectivityRow]| -> Vec<EffectiveConnectivityRow> {
                let rows = rows.iter().filter(|row| row.level == "neuron");
                rows.filter(|row| row.steps == steps)
                    .take(4)
                    .cloned()
                    .collect()
            };
            assert_eq!(of(&few), of(&rows));
        }
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let usual = PathSettings::default();
        assert_eq!(usual.check(), Ok(()));
        let wrong = PathSettings { steps: 0, ..usual };
        assert_eq!(
            wrong.check().unwrap_err().to_string(),
            "`steps` must be from 1 to 20"
        );
    }
}
