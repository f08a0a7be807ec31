//! A survey under signs that are assumed: one draw in full, and the counts of many.

use super::settings::Survey;
use super::tables::{MotifCountRow, MotifTables};
use crate::connectome::{Connectome, InhibitoryFraction};
use crate::motif::{MotifError, Pattern};
use crate::statistics::{mean_and_sd, quantile};

/// What the draws gave for one row of the counts, one value per draw.
#[derive(Clone, Default)]
struct Drawn {
    counts: Vec<f64>,
    /// Of the draws that have one.
    z: Vec<f64>,
}

impl Drawn {
    fn add(&mut self, row: &MotifCountRow) {
        self.counts.push(row.count as f64);
        self.z.extend(row.z);
    }
}

impl Survey {
    /// Surveys a connectome of whose signs nothing is known: the share `inhibitory` of its neurons,
    /// drawn [`sign_draws`](Self::sign_draws) times, inhibits, and all others excite
    /// ([`Connectome::with_assumed_signs`]). `None` where `proceed` said no.
    ///
    /// All tables are those of the first draw. The counts say beside it what the draws give
    /// together: mean, 5 % and 95 % quantile of the count and, where there are nulls, of its z.
    /// Only counts and their nulls are made for the other draws; their cost is that of so many
    /// surveys without participation, synapses, hubs, samples and triads. Where one draw was asked
    /// for, mean and quantiles are null.
    ///
    /// ```
    /// use engraph::connectome::{Connectome, InhibitoryFraction, Neuron, Sign};
    /// use engraph::connectome::{Synapse, SynapseType};
    /// use engraph::motif::{Motif, survey::Survey};
    ///
    /// let neurons = ["A", "B", "C"].map(Neuron::named).to_vec();
    /// let synapse = |pre, post| Synapse {
    ///     pre,
    ///     post,
    ///     synapse_type: SynapseType::Chemical,
    ///     weight: 1.0,
    ///     sign: Sign::Unsigned,
    /// };
    /// let ring = vec![synapse(0, 1), synapse(1, 2), synapse(2, 0)];
    /// let ring = Connectome::new("ring", "synapses", neurons, ring)?;
    /// let third = InhibitoryFraction::new(1.0 / 3.0)?;
    /// let survey = Survey::counts_only(1.0);
    /// let li3 = [Motif::Li3.pattern().clone()];
    /// let tables = survey.assumed_tables(&li3, &ring, third, 1, &|| true)?.ok_or("stopped")?;
    /// // Whichever neuron of the three inhibits, its ring is one chain of inhibition.
    /// let row = &tables.counts[0];
    /// assert_eq!((row.count, row.sign_draws), (1, Some(20)));
    /// assert_eq!((row.draws_count_low, row.draws_count_high), (Some(1.0), Some(1.0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Survey::tables`].
    pub fn assumed_tables(
        &self,
        patterns: &[Pattern],
        connectome: &Connectome,
        inhibitory: InhibitoryFraction,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<MotifTables>, MotifError> {
        let tables = |survey: &Self, draw| {
            let signed = connectome
                .clone()
                .with_assumed_signs(inhibitory, seed, draw);
            survey.tables(patterns, &signed, &inhibitory.to_string(), seed, proceed)
        };
        let Some(mut first) = tables(self, 1)? else {
            return Ok(None);
        };
        let counts_only = Self {
            participation: false,
            synapses: false,
            hubs: false,
            samples: 0,
            census: false,
            ..self.clone()
        };
        let mut drawn = vec![Drawn::default(); first.counts.len()];
        let mut add = |rows: &[MotifCountRow]| {
            drawn
                .iter_mut()
                .zip(rows)
                .for_each(|(drawn, row)| drawn.add(row));
        };
        add(&first.counts);
        for draw in 2..=self.sign_draws {
            let Some(other) = tables(&counts_only, draw)? else {
                return Ok(None);
            };
            add(&other.counts);
        }
        for (row, drawn) in first.counts.iter_mut().zip(drawn) {
            row.sign_draws = Some(self.sign_draws.into());
            if self.sign_draws > 1 {
                let [mean, low, high] = summary(drawn.counts);
                (row.draws_count_mean, row.draws_count_low) = (mean, low);
                row.draws_count_high = high;
                let [mean, low, high] = summary(drawn.z);
                (row.draws_z_mean, row.draws_z_low) = (mean, low);
                row.draws_z_high = high;
            }
        }
        Ok(Some(first))
    }
}

/// Mean, 5 % quantile and 95 % quantile; `None` of no value.
fn summary(mut values: Vec<f64>) -> [Option<f64>; 3] {
    values.sort_unstable_by(f64::total_cmp);
    let mean = (!values.is_empty()).then(|| mean_and_sd(&values).0);
    [mean, quantile(&values, 0.05), quantile(&values, 0.95)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, Sign, Synapse, SynapseType};
    use crate::motif::Motif;

    const NEURONS: u32 = 6;
    /// Two of the six neurons inhibit.
    const SHARE: f64 = 1.0 / 3.0;
    const PAIRS: [(u32, u32); 13] = [
        (0, 1),
        (0, 2),
        (1, 2),
        (1, 3),
        (2, 0),
        (2, 4),
        (3, 4),
        (3, 5),
        (4, 1),
        (4, 5),
        (5, 0),
        (5, 3),
        (5, 5),
    ];

    fn graph() -> Connectome {
        let neurons = (0..NEURONS).map(|at| Neuron::named(format!("N{at}")));
        let synapses = PAIRS.map(|(pre, post)| Synapse {
            pre,
            post,
            synapse_type: SynapseType::Chemical,
            weight: 1.0,
            sign: Sign::Unsigned,
        });
        Connectome::new("t", "synapses", neurons.collect(), synapses.to_vec()).unwrap()
    }

    /// Chains X -> I -> Y of three different neurons.
    fn chains() -> usize {
        let chain = |&(x, i): &(u32, u32)| {
            PAIRS
                .iter()
                .filter(|&&(from, y)| from == i && x != i && y != i && y != x)
                .count()
        };
        PAIRS.iter().map(chain).sum()
    }

    fn share() -> InhibitoryFraction {
        InhibitoryFraction::new(SHARE).unwrap()
    }

    fn li3(survey: &Survey, signed: &Connectome) -> MotifCountRow {
        let li3 = [Motif::Li3.pattern().clone()];
        let tables = survey.tables(&li3, signed, "file", 5, &|| true);
        tables.unwrap().unwrap().counts[0].clone()
    }

    /// LI3 asks that X and Y excite and I inhibits. Of all ways to choose two inhibitory neurons
    /// out of six, that holds for any three neurons in 2/6 x 4/5 x 3/4 = 1/5. The mean over all
    /// fifteen ways is a fifth of the chains, and the mean over draws tends to it.
    #[test]
    fn the_mean_over_draws_is_the_expectation_over_all_choices() {
        let counts_only = Survey::counts_only(1.0);
        let mut counts = Vec::new();
        for first in 0..NEURONS {
            for second in 0..first {
                let sign = |at| match at == first || at == second {
                    true => Sign::Inhibitory,
                    false => Sign::Excitatory,
                };
                let signs: Vec<Sign> = (0..NEURONS).map(sign).collect();
                counts.push(li3(&counts_only, &graph().with_neuron_signs(&signs)).count as f64);
            }
        }
        let (expected, sd) = mean_and_sd(&counts);
        assert_eq!(counts.len(), 15);
        assert!(
            (expected - chains() as f64 / 5.0).abs() < 1e-12,
            "{expected}"
        );
        let survey = Survey {
            sign_draws: 2000,
            ..counts_only
        };
        let patterns = [Motif::Li3.pattern().clone()];
        let tables = survey.assumed_tables(&patterns, &graph(), share(), 1, &|| true);
        let row = tables.unwrap().unwrap().counts[0].clone();
        let error = (row.draws_count_mean.unwrap() - expected).abs();
        assert!(
            sd > 0.5 && error < 5.0 * sd / 2000_f64.sqrt(),
            "{error} of {sd}"
        );
        assert_eq!(row.sign_model, share().to_string());
    }

    /// Of 21 draws the 5 % and 95 % quantiles are the second lowest and the second highest.
    #[test]
    fn draws_are_summarised_and_the_first_is_shown() {
        let survey = Survey {
            nulls: 9,
            sign_draws: 21,
            swaps_per_edge: 5.0,
            ..Survey::default()
        };
        let patterns = Motif::ALL.map(|motif| motif.pattern().clone());
        let assumed = |survey: &Survey| {
            let tables = survey.assumed_tables(&patterns, &graph(), share(), 5, &|| true);
            tables.unwrap().unwrap()
        };
        let tables = assumed(&survey);
        let rows = tables.counts.iter();
        let row = rows
            .clone()
            .find(|r| r.motif == "li3" && r.matching == "subgraph")
            .unwrap();
        let signed = |draw| graph().with_assumed_signs(share(), 5, draw);
        let drawn: Vec<MotifCountRow> = (1..=21).map(|draw| li3(&survey, &signed(draw))).collect();
        let sorted = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values
        };
        let counts = sorted(drawn.iter().map(|r| r.count as f64).collect());
        assert_eq!((row.count, row.z), (drawn[0].count, drawn[0].z));
        assert_eq!(row.sign_draws, Some(21));
        let mean = counts.iter().sum::<f64>() / 21.0;
        assert!((row.draws_count_mean.unwrap() - mean).abs() < 1e-12);
        assert_eq!(row.draws_count_low, Some(counts[1]));
        assert_eq!(row.draws_count_high, Some(counts[19]));
        assert!(counts[1] < counts[19]);
        let z = sorted(drawn.iter().filter_map(|r| r.z).collect());
        assert_eq!(z.len(), 21, "every draw has a spread among its nulls");
        assert_eq!(
            (row.draws_z_low, row.draws_z_high),
            (Some(z[1]), Some(z[19]))
        );

        // One draw is no sample, and the tables that are no counts are those of the first.
        let one = assumed(&Survey {
            sign_draws: 1,
            ..survey.clone()
        });
        let blank = |row: &MotifCountRow| MotifCountRow {
            sign_draws: None,
            draws_count_mean: None,
            draws_count_low: None,
            draws_count_high: None,
            draws_z_mean: None,
            draws_z_low: None,
            draws_z_high: None,
            ..row.clone()
        };
        assert!(
            one.counts
                .iter()
                .all(|r| r.sign_draws == Some(1) && r.draws_count_mean.is_none())
        );
        assert_eq!(
            one.counts.iter().map(blank).collect::<Vec<_>>(),
            rows.map(blank).collect::<Vec<_>>()
        );
        assert_eq!((one.census, one.hubs), (tables.census, tables.hubs));
    }

    #[test]
    fn a_survey_that_is_told_to_stop_stops_between_draws() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let asked = AtomicU32::new(0);
        let proceed = || asked.fetch_add(1, Ordering::Relaxed) < 3;
        let patterns = [Motif::Li3.pattern().clone()];
        let survey = Survey::counts_only(1.0);
        let tables = survey.assumed_tables(&patterns, &graph(), share(), 1, &proceed);
        assert!(tables.unwrap().is_none());
        assert_eq!(asked.load(Ordering::Relaxed), 4);
    }
}
