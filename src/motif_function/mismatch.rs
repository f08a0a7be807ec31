//! Do relays and read-outs of a trained network carry the mismatch of their inputs?

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::comparison::Draw;
use super::{Comparator, Comparison, Matched, Population};
use crate::dimension::Points;
use crate::random::{ChaCha8Rng, stream};
use crate::statistics::{correlation, partial_correlation};

/// Controls are drawn anew at most so often if their correlation is not defined.
const TRIES: usize = 16;

/// What of a comparator is held against the mismatch of its inputs. Small letters are rates.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Signal {
    /// `c + d` against `|a - b|`: each relay speaks for one side, both together for A xor B.
    RelaySum,
    /// `c - d` against `a - b`, the mismatch with its direction. Not against `|a - b|`: an
    /// occurrence is the same with A and B, C and D exchanged, and that changes the sign of `c - d`
    /// alone.
    RelayDifference,
    /// `o` against `|a - b|`, for motifs with a read-out.
    Readout,
}

impl Signal {
    /// Every signal, in the order of results.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word for it in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How well one signal of the comparators carries the mismatch of their inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The signal that is correlated with the mismatch.
    pub signal: Signal,
    /// Pearson's correlation with the mismatch.
    pub correlation: Comparison,
    /// The same given `a` and `b`: what a linear sum of the inputs could not do. `None` for the
    /// difference, which is such a sum.
    pub partial: Option<Comparison>,
}

/// Correlates the signals of comparators with the mismatch of their inputs, and the same of matched
/// controls.
///
/// `rates` are those of all neurons (samples x neurons) on held-out sequences, as
/// [`Activity::hidden`](crate::network::Activity::hidden) has them at the end of encoding. For each
/// comparator A, B, C, D (and O) are also replaced by controls of their class, sign and, nearly,
/// degree ([`Population::matched`]), which need not be joined by synapses: the value is the mean
/// correlation over comparators, the matched value that over controls. A plain correlation is high,
/// too, wherever signal and mismatch both rise with the inputs; the partial one is not. Our own
/// operational definition, for rates in place of the bits of A xor B.
///
/// A comparator whose correlation is not defined (its neurons are silent, or say the same to every
/// sequence) is left out; its controls are drawn anew up to sixteen times before it is. Chance is
/// drawn from `seed`, apart for each signal. Signals come in the order of [`Signal::ALL`], the
/// read-out only if all comparators have one.
///
/// # Panics
/// If `rates` or `population` have fewer neurons than a comparator names.
///
/// # Complexity
/// O(samples + n log n) per comparator and try, for n neurons.
#[must_use]
pub fn mismatch(
    comparators: &[Comparator],
    rates: Points,
    population: &Population,
    seed: u64,
) -> Vec<Mismatch> {
    let has_readout = !comparators.is_empty() && comparators.iter().all(|c| c.readout.is_some());
    let signals = Signal::ALL
        .iter()
        .copied()
        .filter(|&signal| signal != Signal::Readout || has_readout);
    let compare = |signal: Signal, kind: &str, measure: &dyn Fn(&Series) -> Option<f64>| {
        let mut random = stream(seed, &["motif_function", "mismatch", signal.as_str(), kind]);
        comparison(comparators, rates, population, &mut random, |neurons| {
            measure(&Series::of(rates, signal, neurons)).filter(|r| r.is_finite())
        })
    };
    let both = |signal| Mismatch {
        signal,
        correlation: compare(signal, "correlation", &|s| {
            correlation(&s.signal, &s.mismatch)
        }),
        partial: (signal != Signal::RelayDifference).then(|| {
            compare(signal, "partial", &|s| {
                partial_correlation(&s.signal, &s.mismatch, [&s.inputs[0], &s.inputs[1]])
            })
        }),
    };
    signals.map(both).collect()
}

/// One set of neurons over the samples.
struct Series {
    inputs: [Vec<f64>; 2],
    mismatch: Vec<f64>,
    signal: Vec<f64>,
}

impl Series {
    /// Of the neurons A, B, C, D and, where there is one, O.
    fn of(rates: Points, signal: Signal, neurons: &[u32]) -> Self {
        let series = |neuron: u32| -> Vec<f64> {
            assert!(
                (neuron as usize) < rates.columns(),
                "there are rates of neuron {neuron}"
            );
            rates
                .values()
                .iter()
                .skip(neuron as usize)
                .step_by(rates.columns())
                .copied()
                .collect()
        };
        let combine = |x: &[f64], y: &[f64], f: fn(f64, f64) -> f64| {
            x.iter().zip(y).map(|(x, y)| f(*x, *y)).collect()
        };
        let inputs = [series(neurons[0]), series(neurons[1])];
        let relays = [series(neurons[2]), series(neurons[3])];
        let distance: fn(f64, f64) -> f64 = |a, b| (a - b).abs();
        let (signal, against): (Vec<f64>, _) = match signal {
            Signal::RelaySum => (combine(&relays[0], &relays[1], |c, d| c + d), distance),
            Signal::RelayDifference => (
                combine(&relays[0], &relays[1], |c, d| c - d),
                (|a, b| a - b) as _,
            ),
            Signal::Readout => (series(neurons[4]), distance),
        };
        Self {
            mismatch: combine(&inputs[0], &inputs[1], against),
            inputs,
            signal,
        }
    }
}

fn comparison(
    comparators: &[Comparator],
    rates: Points,
    population: &Population,
    random: &mut ChaCha8Rng,
    measure: impl Fn(&[u32]) -> Option<f64>,
) -> Comparison {
    assert!(
        population.traits().len() <= rates.columns(),
        "there are rates of every neuron"
    );
    let (mut unmatched, mut silent, mut silent_controls) = (0, 0, 0);
    let mut draws = Vec::with_capacity(comparators.len());
    for comparator in comparators {
        let ([a, b], [c, d]) = (comparator.inputs, comparator.relays);
        let neurons: Vec<u32> = [a, b, c, d].into_iter().chain(comparator.readout).collect();
        let Some(value) = measure(&neurons) else {
            silent += 1;
            continue;
        };
        let mut controls = std::iter::repeat_with(|| population.matched(&neurons, random))
            .take(TRIES)
            .peekable();
        if controls.peek().is_some_and(Option::is_none) {
            unmatched += 1;
            continue;
        }
        let measured =
            |matched: Matched| measure(&matched.neurons).map(|value| (value, matched.neurons));
        match controls.flatten().find_map(measured) {
            Some((matched_value, controls)) => draws.push(Draw {
                values: (value, matched_value),
                degrees: (
                    population.mean_degree(&neurons),
                    population.mean_degree(&controls),
                ),
            }),
            None => silent_controls += 1,
        }
    }
    let all = comparators.len();
    let reasons = [
        (silent, "comparators with a constant signal or mismatch"),
        (silent_controls, "comparators with such controls only"),
        (unmatched, "comparators without controls of the same sign"),
    ];
    let notes = reasons.iter().filter(|(count, _)| *count > 0);
    let notes: Vec<String> = notes
        .map(|(count, reason)| format!("{count} of {all} {reason} left out"))
        .collect();
    Comparison::of(&draws, all, unmatched, &notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{NeuronClass, Sign};
    use crate::motif_function::{ComparisonStatus, Traits};
    use rand::RngExt;

    #[test]
    fn words_agree_everywhere() {
        for signal in Signal::ALL {
            assert_eq!(serde_json::to_value(signal).unwrap(), signal.as_str());
        }
    }

    const NEURONS: usize = 60;
    const SAMPLES: usize = 200;

    fn population() -> Population {
        let of = |neuron| Traits {
            class: NeuronClass::Inter,
            sign: if neuron % 5 == 4 {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            },
            degree: 10 + neuron % 3,
        };
        Population::new((0..NEURONS as u32).map(of).collect())
    }

    /// Eight comparators over neurons 0 to 39, five each, and 40 to 47 for their read-outs, where
    /// `of(a, b)` gives `[c, d, o]`. All others have rates of their own.
    fn world(of: impl Fn(f64, f64) -> [f64; 3]) -> (Vec<Comparator>, Vec<f64>) {
        let comparators: Vec<Comparator> = (0..8)
            .map(|i| Comparator {
                inputs: [5 * i, 5 * i + 1],
                relays: [5 * i + 2, 5 * i + 3],
                hub: 5 * i + 4,
                readout: Some(40 + i),
            })
            .collect();
        let mut random = stream(1, &["world"]);
        let mut rates: Vec<f64> = (0..NEURONS * SAMPLES)
            .map(|_| random.random::<f64>())
            .collect();
        for row in rates.chunks_mut(NEURONS) {
            for c in &comparators {
                let [relay_c, relay_d, readout] =
                    of(row[c.inputs[0] as usize], row[c.inputs[1] as usize]);
                row[c.relays[0] as usize] = relay_c;
                row[c.relays[1] as usize] = relay_d;
                row[c.readout.unwrap() as usize] = readout;
            }
        }
        (comparators, rates)
    }

    fn found(world: &(Vec<Comparator>, Vec<f64>)) -> Vec<Mismatch> {
        mismatch(
            &world.0,
            Points::new(&world.1, SAMPLES, NEURONS).unwrap(),
            &population(),
            1,
        )
    }

    #[test]
    fn comparators_that_compare_are_found() {
        let world = world(|a, b| [(a - b).max(0.0), (b - a).max(0.0), (a - b).abs()]);
        let found = found(&world);
        assert_eq!(
            found.iter().map(|m| m.signal).collect::<Vec<_>>(),
            Signal::ALL
        );
        for Mismatch {
            signal,
            correlation,
            partial,
        } in &found
        {
            assert_eq!(partial.is_none(), *signal == Signal::RelayDifference);
            for comparison in [Some(correlation), partial.as_ref()].into_iter().flatten() {
                assert!(
                    (comparison.value.unwrap() - 1.0).abs() < 1e-9,
                    "{signal:?} {comparison:?}"
                );
                assert!(
                    comparison.matched_value.unwrap().abs() < 0.5
                        && comparison.interval.unwrap().0 > 0.2
                );
                assert_eq!(comparison.draws, 8);
            }
        }
    }

    #[test]
    fn relays_that_merely_follow_their_inputs_carry_direction_only() {
        let world = world(|a, b| [a, b, a * a]);
        let [sum, difference, readout] = &found(&world)[..] else {
            panic!()
        };
        // Uniform rates: |a - b| is uncorrelated with a + b, and with a^2 but for a part near .1.
        assert!(sum.correlation.value.unwrap().abs() < 0.1);
        assert_eq!(
            sum.partial.as_ref().unwrap().status,
            ComparisonStatus::Undefined
        );
        assert!((difference.correlation.value.unwrap() - 1.0).abs() < 1e-9);
        assert!(readout.correlation.value.unwrap().abs() < 0.3);
    }

    #[test]
    fn unrelated_relays_differ_in_nothing() {
        let mut world = world(|a, b| [a, b, a]);
        let mut random = stream(9, &["unrelated"]);
        let (mut missed, mut sum) = (0, 0.0);
        for _ in 0..50 {
            world.1.iter_mut().for_each(|rate| *rate = random.random());
            for Mismatch { correlation, .. } in found(&world) {
                let (low, high) = correlation.interval.unwrap();
                missed += usize::from(low > 0.0 || high < 0.0);
                sum += correlation.difference.unwrap() / 150.0;
            }
        }
        // A 95 % interval misses in 7.5 of 150 cases, give or take 2.7.
        assert!(missed <= 16, "{missed} of 150");
        assert!(sum.abs() < 0.01, "{sum}");
    }

    #[test]
    fn silent_comparators_are_left_out_and_counted() {
        let mut world = world(|a, b| [(a - b).max(0.0), (b - a).max(0.0), 0.0]);
        for row in world.1.chunks_mut(NEURONS) {
            (row[2], row[3]) = (0.0, 0.0);
        }
        let [sum, _, readout] = &found(&world)[..] else {
            panic!()
        };
        assert_eq!(sum.correlation.draws, 7);
        assert_eq!(
            sum.correlation.note.as_deref(),
            Some("1 of 8 comparators with a constant signal or mismatch left out")
        );
        assert_eq!(
            (readout.correlation.status, readout.correlation.value),
            (ComparisonStatus::Undefined, None)
        );
        let none = mismatch(
            &[],
            Points::new(&world.1, SAMPLES, NEURONS).unwrap(),
            &population(),
            1,
        );
        assert_eq!(
            (none.len(), none[0].correlation.status),
            (2, ComparisonStatus::Absent)
        );
    }

    #[test]
    fn the_names_of_the_sides_do_not_matter() {
        let (comparators, rates) = world(|a, b| [(a - b).max(0.0), 0.5 * (b - a).max(0.0), a * b]);
        let points = Points::new(&rates, SAMPLES, NEURONS).unwrap();
        let exchange = |c: &Comparator| {
            let ([a, b], [c_relay, d_relay]) = (c.inputs, c.relays);
            Comparator {
                inputs: [b, a],
                relays: [d_relay, c_relay],
                ..*c
            }
        };
        let exchanged: Vec<Comparator> = comparators.iter().map(exchange).collect();
        let (one, other) = (
            mismatch(&comparators, points, &population(), 1),
            mismatch(&exchanged, points, &population(), 1),
        );
        for (one, other) in one.iter().zip(&other) {
            assert!(
                (one.correlation.value.unwrap() - other.correlation.value.unwrap()).abs() < 1e-12
            );
        }
    }
}
