//! The functional motifs of a recording, from several random starts.

use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::affinity::{Affinities, Windows};
use super::factorisation::{Factors, factorise};
use super::tables::{FunctionalMotifCourseRow, FunctionalMotifNeuronRow, FunctionalMotifRow};
use crate::random::stream;
use crate::statistics::{RankCorrelation, holm, rank_correlation};
use crate::text::Hinted;

/// Sweeps after which a factorisation ends at the latest.
const MOST_SWEEPS: usize = 2000;
/// Most entries of the tensor.
const MOST_ENTRIES: usize = 1 << 28;

/// How functional motifs are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionalMotifSurvey {
    /// How the recording is cut.
    pub windows: Windows,
    /// Number of components.
    pub components: usize,
    /// Random starts.
    pub starts: u32,
}

/// Why a recording has no functional motifs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FunctionalMotifError {
    /// Fewer than two traces.
    #[error("affinities are between neurons, and there is {0}")]
    TooFewNeurons(usize),
    /// No window, or windows of which correlations mean nothing.
    #[error("no window of {length} steps fits into a recording of {steps}")]
    NoWindow {
        /// Steps of a window.
        length: usize,
        /// Steps of the recording.
        steps: usize,
    },
    /// Windows of fewer than three steps.
    #[error("windows of {0} steps are too short for correlations")]
    ShortWindow(usize),
    /// No component, or no start.
    #[error("at least one component and one start are needed")]
    Nothing,
    /// The tensor does not fit into memory.
    #[error("{neurons} neurons in {windows} windows are too many affinities")]
    TooLarge {
        /// Neurons of the recording.
        neurons: usize,
        /// Windows of the recording.
        windows: usize,
    },
    /// No pair of neurons goes together in any window.
    #[error("no two traces are positively correlated in any window")]
    NoAffinity,
}

impl Hinted for FunctionalMotifError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::TooFewNeurons(_) => "give a column for each neuron and a row for each time",
            Self::NoWindow { .. } => "take shorter windows",
            Self::ShortWindow(_) => "take at least 3 steps, better 20 or more",
            Self::Nothing => return None,
            Self::TooLarge { .. } => "take fewer neurons, or windows further apart",
            Self::NoAffinity => "are the columns traces of neurons?",
        };
        Some(hint.into())
    }
}

/// The tables about one recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionalMotifTables {
    /// One row for each component.
    pub motifs: Vec<FunctionalMotifRow>,
    /// The loadings of the neurons, the largest first.
    pub neurons: Vec<FunctionalMotifNeuronRow>,
    /// The weights over windows.
    pub courses: Vec<FunctionalMotifCourseRow>,
}

impl FunctionalMotifSurvey {
    /// Looks for the functional motifs of traces by name, all of one length. `participation` says
    /// how often each neuron of a connectome takes part in XOR5, and its correlation with the
    /// loadings is told. Results do not depend on the number of threads.
    ///
    /// # Errors
    /// [`FunctionalMotifError`] if the recording or the settings admit none.
    pub fn tables(
        &self,
        traces: &[(String, Vec<f64>)],
        participation: Option<&BTreeMap<String, f64>>,
        seed: u64,
    ) -> Result<FunctionalMotifTables, FunctionalMotifError> {
        let steps = traces.first().map_or(0, |(_, values)| values.len());
        let ranges = self.checked_windows(traces.len(), steps)?;
        let values: Vec<&[f64]> = traces.iter().map(|(_, values)| &values[..]).collect();
        let tensor = Affinities::of(&values, &ranges);
        if tensor.slices().iter().flatten().all(|x| *x == 0.0) {
            return Err(FunctionalMotifError::NoAffinity);
        }
        let found: Vec<Factors> = (0..self.starts)
            .into_par_iter()
            .map(|start| {
                let mut random = stream(seed, &["functional_motifs", &start.to_string()]);
                factorise(&tensor, self.components, MOST_SWEEPS, &mut random)
            })
            .collect();
        let best = (0..found.len())
            .min_by(|&a, &b| found[a].error.total_cmp(&found[b].error))
            .ok_or(FunctionalMotifError::Nothing)?;
        let (best, others): (&Factors, Vec<&Factors>) = (
            &found[best],
            (0..found.len())
                .filter(|&at| at != best)
                .map(|at| &found[at])
                .collect(),
        );
        let loadings: Vec<Vec<f64>> = (0..self.components)
            .map(|r| {
                let pairs = best.rows.iter().zip(&best.columns);
                let column = pairs.skip(r).step_by(self.components);
                column.map(|(a, b)| 0.5 * (a + b)).collect()
            })
            .collect();
        let relations = participation.map(|of| relations(traces, &loadings, of, seed));
        let mut tables = FunctionalMotifTables::default();
        let weights = |r: usize| best.courses.iter().skip(r).step_by(self.components);
        let all: f64 = best.courses.iter().sum();
        for (r, of_component) in loadings.iter().enumerate() {
            let component = r as i32 + 1;
            let matches: Vec<f64> = others
                .iter()
                .map(|other| {
                    let likeness = (0..self.components).map(|its| best.likeness(r, other, its));
                    likeness.fold(0.0, f64::max)
                })
                .collect();
            let relation = relations.as_ref().and_then(|(of, _)| of[r]);
            tables.motifs.push(FunctionalMotifRow {
                component,
                share: weights(r).sum::<f64>() / all,
                core_neurons: core(of_component),
                stability: (!matches.is_empty())
                    .then(|| matches.iter().sum::<f64>() / matches.len() as f64),
                least_stability: matches.iter().copied().reduce(f64::min),
                explained: 1.0 - best.error,
                components: self.components as i32,
                windows: ranges.len() as i32,
                starts: self.starts as i32,
                xor5_correlation: relation.map(|(found, _)| found.rho),
                xor5_low: relation.map(|(found, _)| found.ci_low),
                xor5_high: relation.map(|(found, _)| found.ci_high),
                xor5_p: relation.map(|(_, corrected)| corrected),
                xor5_neurons: relations.as_ref().map(|(_, shared)| *shared as i32),
            });
            let mut order: Vec<usize> = (0..traces.len()).collect();
            order.sort_by(|&a, &b| of_component[b].total_cmp(&of_component[a]));
            let neuron = |at: usize| FunctionalMotifNeuronRow {
                component,
                neuron: traces[at].0.clone(),
                loading: of_component[at],
            };
            tables.neurons.extend(order.into_iter().map(neuron));
            let course = |(at, (range, weight)): (usize, (&std::ops::Range<usize>, &f64))| {
                FunctionalMotifCourseRow {
                    component,
                    window: at as i32 + 1,
                    first_row: range.start as i64 + 1,
                    last_row: range.end as i64,
                    weight: *weight,
                }
            };
            let pairs = ranges.iter().zip(weights(r)).enumerate();
            tables.courses.extend(pairs.map(course));
        }
        Ok(tables)
    }

    fn checked_windows(
        &self,
        neurons: usize,
        steps: usize,
    ) -> Result<Vec<std::ops::Range<usize>>, FunctionalMotifError> {
        let length = self.windows.length;
        if neurons < 2 {
            return Err(FunctionalMotifError::TooFewNeurons(neurons));
        }
        if self.components == 0 || self.starts == 0 {
            return Err(FunctionalMotifError::Nothing);
        }
        if length < 3 {
            return Err(FunctionalMotifError::ShortWindow(length));
        }
        let ranges = self.windows.of(steps);
        if ranges.is_empty() {
            return Err(FunctionalMotifError::NoWindow { length, steps });
        }
        let windows = ranges.len();
        let entries = neurons
            .checked_mul(neurons)
            .and_then(|n| n.checked_mul(windows));
        if entries.is_none_or(|entries| entries > MOST_ENTRIES) {
            return Err(FunctionalMotifError::TooLarge { neurons, windows });
        }
        Ok(ranges)
    }
}

/// The fewest neurons that have half of the squared loadings.
fn core(loadings: &[f64]) -> i32 {
    let mut squares: Vec<f64> = loadings.iter().map(|l| l * l).collect();
    squares.sort_by(|a, b| b.total_cmp(a));
    let half = 0.5 * squares.iter().sum::<f64>();
    let mut sum = 0.0;
    let reached = squares.iter().position(|square| {
        sum += square;
        sum >= half
    });
    reached.map_or(0, |at| at as i32 + 1)
}

/// For each component the correlation of its loadings with the participation of the neurons that
/// both have, with its corrected p, and the number of these neurons.
fn relations(
    traces: &[(String, Vec<f64>)],
    loadings: &[Vec<f64>],
    participation: &BTreeMap<String, f64>,
    seed: u64,
) -> (Vec<Option<(RankCorrelation, f64)>>, usize) {
    let shared: Vec<(usize, f64)> = traces
        .iter()
        .enumerate()
        .filter_map(|(at, (name, _))| Some((at, *participation.get(name)?)))
        .collect();
    let counts: Vec<f64> = shared.iter().map(|&(_, count)| count).collect();
    let found: Vec<Option<RankCorrelation>> = loadings
        .iter()
        .map(|of_component| {
            let own: Vec<f64> = shared.iter().map(|&(at, _)| of_component[at]).collect();
            rank_correlation(&own, &counts, seed)
        })
        .collect();
    let known: Vec<f64> = found.iter().flatten().map(|f| f.p_value).collect();
    let mut corrected = holm(&known).into_iter();
    let paired = found
        .into_iter()
        .map(|found| found.and_then(|found| Some((found, corrected.next()?))))
        .collect();
    (paired, shared.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    /// Two groups of neurons, each driven by an oscillation of its own, the second one only in the
    /// second half.
    fn recording() -> Vec<(String, Vec<f64>)> {
        let mut random = stream(2, &["recording"]);
        let mut noise = move || 0.1 * (random.random::<f64>() - 0.5);
        (0..10)
            .map(|neuron| {
                let values = (0..400).map(|t| {
                    let t = f64::from(t);
                    let drive = if neuron < 5 {
                        (0.3 * t).sin()
                    } else if t > 200.0 {
                        (0.17 * t).cos()
                    } else {
                        0.0
                    };
                    drive + noise()
                });
                (format!("N{neuron}"), values.collect())
            })
            .collect()
    }

    const SURVEY: FunctionalMotifSurvey = FunctionalMotifSurvey {
        windows: Windows {
            length: 50,
            stride: 25,
        },
        components: 2,
        starts: 5,
    };

    #[test]
    fn groups_and_their_times_are_found_and_stable() {
        let participation = (0..10)
            .map(|neuron| (format!("N{neuron}"), f64::from(9 - neuron)))
            .collect();
        let tables = SURVEY
            .tables(&recording(), Some(&participation), 1)
            .unwrap();
        for row in &tables.motifs {
            assert!(row.explained > 0.9, "{row:?}");
            assert!(row.least_stability.unwrap() > 0.95, "{row:?}");
        }
        let group = |component: i32| {
            let mut names: Vec<&str> = tables
                .neurons
                .iter()
                .filter(|row| row.component == component && row.loading > 0.3)
                .map(|row| row.neuron.as_str())
                .collect();
            names.sort_unstable();
            names
        };
        assert_eq!(group(1), ["N0", "N1", "N2", "N3", "N4"]);
        assert_eq!(group(2), ["N5", "N6", "N7", "N8", "N9"]);
        let weight = |component: i32, window: i32| {
            let mut rows = tables.courses.iter();
            rows.find(|row| row.component == component && row.window == window)
                .unwrap()
                .weight
        };
        assert!(weight(2, 1) < 0.2 * weight(2, 15));
        assert!(weight(1, 1) > 0.8 * weight(1, 15));
        // The first group has the neurons that take part most often.
        assert!(tables.motifs[0].xor5_correlation.unwrap() > 0.5);
        assert!(tables.motifs[1].xor5_correlation.unwrap() < -0.5);
        assert_eq!(tables.motifs[0].xor5_neurons, Some(10));
    }

    #[test]
    fn recordings_without_functional_motifs_are_refused() {
        let refused = |survey: FunctionalMotifSurvey, traces: &[(String, Vec<f64>)]| {
            survey.tables(traces, None, 1).unwrap_err()
        };
        let recording = recording();
        assert_eq!(
            refused(SURVEY, &recording[..1]),
            FunctionalMotifError::TooFewNeurons(1)
        );
        let windows = |length| FunctionalMotifSurvey {
            windows: Windows { length, stride: 1 },
            ..SURVEY
        };
        assert!(matches!(
            refused(windows(500), &recording),
            FunctionalMotifError::NoWindow { .. }
        ));
        assert_eq!(
            refused(windows(2), &recording),
            FunctionalMotifError::ShortWindow(2)
        );
        let flat = vec![
            ("a".to_owned(), vec![1.0; 100]),
            ("b".to_owned(), vec![2.0; 100]),
        ];
        assert_eq!(refused(SURVEY, &flat), FunctionalMotifError::NoAffinity);
    }
}
