//! Signs for connectomes of which none is known.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Connectome, Sign};
use crate::random::rank;
use crate::text::Hinted;

/// A share of inhibitory neurons: a number from 0 to 1.
///
/// ```
/// use engraph::connectome::InhibitoryFraction;
/// let fifth: InhibitoryFraction = "0.2".parse().unwrap();
/// assert_eq!(fifth.to_string(), "assumed:0.2");
/// assert_eq!(fifth.of(9), 2);
/// assert!(InhibitoryFraction::new(1.5).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct InhibitoryFraction(f64);

// A fraction is a number, so it equals itself.
impl Eq for InhibitoryFraction {}

impl TryFrom<f64> for InhibitoryFraction {
    type Error = InvalidFraction;

    fn try_from(fraction: f64) -> Result<Self, InvalidFraction> {
        Self::new(fraction)
    }
}

impl From<InhibitoryFraction> for f64 {
    fn from(fraction: InhibitoryFraction) -> Self {
        fraction.0
    }
}

/// A number that is no fraction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a fraction")]
pub struct InvalidFraction(String);

impl Hinted for InvalidFraction {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some("give a number from 0 to 1, such as 0.2".into())
    }
}

impl InhibitoryFraction {
    /// # Errors
    /// [`InvalidFraction`] for numbers below 0 or above 1.
    pub fn new(fraction: f64) -> Result<Self, InvalidFraction> {
        // `-0` is shown as `0`.
        (0.0..=1.0)
            .contains(&fraction)
            .then_some(Self(fraction + 0.0))
            .ok_or_else(|| InvalidFraction(fraction.to_string()))
    }

    /// The fraction, from 0 to 1.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The number of inhibitory neurons among `neurons`, rounded half up.
    #[must_use]
    pub fn of(self, neurons: usize) -> usize {
        (self.0 * neurons as f64).round() as usize
    }
}

/// As in the column `sign_model`: `assumed:0.2`.
impl fmt::Display for InhibitoryFraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "assumed:{}", self.0)
    }
}

/// From the number alone: `0.2`.
impl FromStr for InhibitoryFraction {
    type Err = InvalidFraction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim()
            .parse()
            .map_err(|_| InvalidFraction(text.to_owned()))
            .and_then(Self::new)
    }
}

impl Connectome {
    /// The same connectome with signs that are assumed, not known: of the n neurons
    /// `inhibitory.of(n)`, drawn without preference, inhibit, all others excite, and chemical
    /// synapses have the signs of their presynaptic neurons. Signs that were there are replaced.
    /// O(n log n + E).
    ///
    /// A draw depends on the seed, on its number, and on the names of the neurons that have
    /// synapses; their order does not matter. Neurons without synapses are drawn for themselves, so
    /// that a table that lists some does not change the draw of the others. Draws of other numbers
    /// are independent; under one seed and number, a larger share inhibits the same neurons and
    /// more.
    ///
    /// What holds for one draw need not hold for the next: repeat it under several numbers, as
    /// [`Survey::assumed_tables`](crate::motif::survey::Survey::assumed_tables) does.
    ///
    /// ```
    /// use engraph::connectome::{Connectome, InhibitoryFraction, Neuron, Sign};
    /// let neurons = ["A", "B", "C", "D", "E"].map(Neuron::named).to_vec();
    /// let connectome = Connectome::new("example", "synapses", neurons, vec![]).unwrap();
    /// let fraction = InhibitoryFraction::new(0.4).unwrap();
    /// let signed = connectome.with_assumed_signs(fraction, 1, 1);
    /// assert_eq!(signed.neurons().iter().filter(|n| n.sign == Sign::Inhibitory).count(), 2);
    /// ```
    #[must_use]
    pub fn with_assumed_signs(self, inhibitory: InhibitoryFraction, seed: u64, draw: u32) -> Self {
        let (draw, neurons) = (draw.to_string(), self.neurons());
        let key = |&at: &usize| {
            let name = &*neurons[at].name;
            (rank(seed, &["assumed-signs", &draw, name]), name)
        };
        let (mut connected, mut isolated): (Vec<usize>, Vec<usize>) = {
            let is_connected = self.connected();
            (0..neurons.len()).partition(|&at| is_connected[at])
        };
        connected.sort_by_cached_key(key);
        isolated.sort_by_cached_key(key);
        let of_connected = inhibitory.of(connected.len());
        let of_isolated = inhibitory.of(neurons.len()) - of_connected;
        let mut signs = vec![Sign::Excitatory; neurons.len()];
        let inhibit = connected[..of_connected].iter();
        for &at in inhibit.chain(&isolated[..of_isolated]) {
            signs[at] = Sign::Inhibitory;
        }
        self.with_neuron_signs(&signs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, SignModel, Synapse, SynapseType};
    use crate::source::bundled;
    use proptest::prelude::*;

    fn inhibitory(connectome: &Connectome) -> Vec<bool> {
        connectome
            .neurons()
            .iter()
            .map(|n| n.sign == Sign::Inhibitory)
            .collect()
    }

    #[test]
    fn fractions_are_checked() {
        for wrong in ["-0.1", "1.01", "NaN", "inf", "", "a fifth", "20%"] {
            let error = wrong.parse::<InhibitoryFraction>().unwrap_err();
            assert_eq!(error.to_string(), format!("`{wrong}` is not a fraction"));
        }
        for (text, shown) in [
            ("0", "assumed:0"),
            ("-0", "assumed:0"),
            ("1", "assumed:1"),
            (" .25", "assumed:0.25"),
        ] {
            assert_eq!(
                text.parse::<InhibitoryFraction>().unwrap().to_string(),
                shown
            );
        }
    }

    #[test]
    fn every_neuron_is_as_likely() {
        let c = bundled::connectome("white1986_whole").unwrap();
        let n = c.neurons().len();
        let mut drawn = vec![0; n];
        for seed in 0..400 {
            let fraction = InhibitoryFraction::new(0.25).unwrap();
            // Seeds and numbers of draws count alike.
            let signed = c
                .clone()
                .with_assumed_signs(fraction, u64::from(seed / 20), seed % 20);
            inhibitory(&signed)
                .iter()
                .zip(&mut drawn)
                .for_each(|(&i, drawn)| *drawn += u32::from(i));
        }
        // Binomial(400, 1/4): mean 100, sd 8.7; six of them hold for all neurons at once.
        assert!(drawn.iter().all(|&d| (48..=152).contains(&d)), "{drawn:?}");
    }

    fn named(names: &[&str], synapses: &[(u32, u32)]) -> Connectome {
        let synapse = |&(pre, post)| Synapse {
            pre,
            post,
            synapse_type: SynapseType::Chemical,
            weight: 1.0,
            sign: Sign::Unsigned,
        };
        let neurons = names.iter().map(|&name| Neuron::named(name)).collect();
        Connectome::new(
            "t",
            "synapses",
            neurons,
            synapses.iter().map(synapse).collect(),
        )
        .unwrap()
    }

    fn inhibitory_names(connectome: &Connectome) -> Vec<&str> {
        let neurons = connectome.neurons().iter();
        let inhibit = neurons.filter(|n| n.sign == Sign::Inhibitory);
        let mut names: Vec<&str> = inhibit.map(|n| n.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Published counts hang on these draws.
    ///
    /// From a program in Python: the names sorted by the first 8 bytes of
    /// `blake3(pack("<Q", seed) + b"".join(pack("<Q", len(n)) + n for n in [b"assumed-signs", draw,
    /// name]))`, the lowest first, of which the first two inhibit.
    const DRAWN: [(u64, u32, [&str; 2]); 5] = [
        (1, 1, ["A", "C"]),
        (1, 2, ["A", "D"]),
        (1, 3, ["B", "D"]),
        (2, 1, ["B", "C"]),
        (12_345_678_901_234_567_890, 20, ["B", "C"]),
    ];

    #[test]
    fn draws_are_those_of_published_numbers() {
        let ring = named(
            &["A", "B", "C", "D", "E"],
            &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)],
        );
        let fraction = InhibitoryFraction::new(0.4).unwrap();
        for (seed, draw, names) in DRAWN {
            let signed = ring.clone().with_assumed_signs(fraction, seed, draw);
            assert_eq!(inhibitory_names(&signed), names, "seed {seed}, draw {draw}");
        }
    }

    #[test]
    fn other_neurons_and_other_orders_do_not_change_a_draw() {
        let names = ["A", "B", "C", "D", "E", "F", "G"];
        let ring: Vec<(u32, u32)> = (0..7).map(|at| (at, (at + 1) % 7)).collect();
        // The same ring, its neurons in the opposite order and among 14 without synapses.
        let lonely: Vec<String> = (0..14).map(|at| format!("L{at}")).collect();
        let more = names
            .iter()
            .rev()
            .copied()
            .chain(lonely.iter().map(String::as_str));
        let more: Vec<&str> = more.collect();
        let reversed: Vec<(u32, u32)> = ring.iter().map(|&(a, b)| (6 - a, 6 - b)).collect();
        for share in [0.0, 0.1, 0.3, 0.5, 0.77, 1.0] {
            let fraction = InhibitoryFraction::new(share).unwrap();
            for draw in 1..20 {
                let alone = named(&names, &ring).with_assumed_signs(fraction, 9, draw);
                let among = named(&more, &reversed).with_assumed_signs(fraction, 9, draw);
                let (of_lonely, of_ring): (Vec<&str>, Vec<&str>) = inhibitory_names(&among)
                    .into_iter()
                    .partition(|name| name.starts_with('L'));
                assert_eq!(of_ring, inhibitory_names(&alone), "{share}, draw {draw}");
                assert_eq!(of_ring.len() + of_lonely.len(), fraction.of(21));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 20,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn exactly_the_fraction_inhibits_and_synapses_follow(
            fraction in 0.0..=1.0,
            seed in any::<u64>(),
        ) {
            let fraction = InhibitoryFraction::new(fraction).unwrap();
            let c = bundled::connectome("cook2019_herm").unwrap().with_signs(SignModel::Wang2024);
            let draw = || c.clone().with_assumed_signs(fraction, seed, 3);
            let signed = draw();
            prop_assert_eq!(&signed, &draw());
            let inhibit = inhibitory(&signed).into_iter().filter(|&i| i).count();
            prop_assert_eq!(inhibit, fraction.of(c.neurons().len()));
            prop_assert!(signed.neurons().iter().all(|n| n.sign != Sign::Unsigned));
            let of_neuron = |s: &Synapse| signed.neurons()[s.pre as usize].sign;
            prop_assert!(signed.chemical().iter().all(|s| s.sign == of_neuron(s)));
            prop_assert!(signed.electrical().iter().all(|s| s.sign == Sign::Unsigned));
            prop_assert_eq!(signed.chemical().len(), c.chemical().len());
        }
    }
}
