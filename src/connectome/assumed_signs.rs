//! Signs for connectomes of which none is known.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use rand::RngExt;

use super::{Connectome, Sign};
use crate::random::ChaCha8Rng;
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InhibitoryFraction(f64);

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
    /// O(n + E).
    ///
    /// What holds for one draw need not hold for the next: repeat it under several seeds.
    ///
    /// ```
    /// use engraph::connectome::{Connectome, InhibitoryFraction, Neuron, Sign};
    /// use engraph::random::stream;
    /// let neurons = ["A", "B", "C", "D", "E"].map(Neuron::named).to_vec();
    /// let connectome = Connectome::new("example", "synapses", neurons, vec![]).unwrap();
    /// let fraction = InhibitoryFraction::new(0.4).unwrap();
    /// let signed = connectome.with_assumed_signs(fraction, &mut stream(1, &["signs"]));
    /// assert_eq!(signed.neurons().iter().filter(|n| n.sign == Sign::Inhibitory).count(), 2);
    /// ```
    #[must_use]
    pub fn with_assumed_signs(self, inhibitory: InhibitoryFraction, rng: &mut ChaCha8Rng) -> Self {
        let n = self.neurons().len();
        let mut order: Vec<usize> = (0..n).collect();
        let mut signs = vec![Sign::Excitatory; n];
        // The beginning of a Fisher-Yates shuffle.
        for drawn in 0..inhibitory.of(n) {
            order.swap(drawn, rng.random_range(drawn..n));
            signs[order[drawn]] = Sign::Inhibitory;
        }
        self.with_neuron_signs(&signs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{SignModel, Synapse};
    use crate::random::stream;
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
            let signed = c
                .clone()
                .with_assumed_signs(fraction, &mut stream(seed, &["signs"]));
            inhibitory(&signed)
                .iter()
                .zip(&mut drawn)
                .for_each(|(&i, drawn)| *drawn += u32::from(i));
        }
        // Binomial(400, 1/4): mean 100, sd 8.7; six of them hold for all neurons at once.
        assert!(drawn.iter().all(|&d| (48..=152).contains(&d)), "{drawn:?}");
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
            let draw = || c.clone().with_assumed_signs(fraction, &mut stream(seed, &["signs"]));
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
