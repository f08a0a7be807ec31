//! What a pipeline cannot tell, because it has too few seeds, nulls or wirings.

use super::{NullTraining, Spec};
use crate::bottleneck::FEWEST_SEEDS;
use crate::statistics::FEWEST_PAIRS;

/// Probability of error at which a difference counts.
const LEVEL: f64 = 0.05;

impl Spec {
    /// What the pipeline asks for and cannot answer, one sentence each: sizes of samples with which
    /// no test can reach 5 %, and estimates that need more seeds.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        let (topologies, training) = (&self.topologies, &self.training);
        let trains = !self.tasks.is_empty();
        let seeds = training.seeds;
        if trains && !training.bottlenecks.is_empty() && (seeds as usize) < FEWEST_SEEDS {
            advice.push(format!(
                "k* is read from at least {FEWEST_SEEDS} seeds: with `training.seeds` = {seeds} \
                 every k* is `too_few_seeds`"
            ));
        }
        let on_task = |task: &&_| topologies.has_nulls_on(task);
        let names = self.tasks.iter().map(|task| task.name.as_str());
        let tasks = names.filter(on_task).count();
        if tasks > 0 {
            let pairs = match topologies.null_training {
                NullTraining::EverySeed => seeds,
                NullTraining::Paired => topologies.nulls,
            };
            let comparisons = (tasks * self.compared_topologies()).max(1);
            // The least p of a sign-flip test, times the number of comparisons (Holm).
            let least = comparisons as f64 * 2.0 * 0.5_f64.powi(pairs.min(1000) as i32);
            if least > LEVEL {
                let enough = (comparisons as f64 * 2.0 / LEVEL).log2().ceil();
                advice.push(format!(
                    "no contrast with nulls can be significant: {pairs} pairs and {comparisons} \
                     comparisons allow no corrected p below {:.2}, and {enough} pairs would",
                    least.min(1.0)
                ));
            }
        }
        let nulls = self.motifs.survey.nulls;
        if nulls > 0 && 1.0 / f64::from(nulls + 1) > LEVEL {
            advice.push(format!(
                "no motif can be significant: {nulls} nulls allow no p below {:.2}, and 19 would \
                 reach .05",
                1.0 / f64::from(nulls + 1)
            ));
        }
        let units = self.compared_topologies();
        // With fewer wirings no relation is computed, and none is missed.
        let wirings = units * (1 + topologies.nulls as usize);
        if trains && units > 1 && units < FEWEST_PAIRS && wirings >= FEWEST_PAIRS {
            advice.push(format!(
                "relations over animals need at least {FEWEST_PAIRS} of them: {units} are too few"
            ));
        }
        advice
    }

    /// Number of observed and species-like topologies.
    fn compared_topologies(&self) -> usize {
        let topologies = &self.topologies;
        let observed = topologies.connectomes.as_ref().unwrap_or(&self.connectomes);
        let parts = topologies
            .matched_neurons
            .map_or(1, |_| topologies.matched_replicates as usize);
        let generated: usize = topologies
            .species
            .iter()
            .map(|s| s.replicates as usize)
            .sum();
        observed.len() * parts + generated
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::Spec;

    fn advice(overrides: &[&str]) -> Vec<String> {
        let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
        let spec = Spec::built_in("celegans", &overrides).unwrap().unwrap();
        spec.advice()
    }

    #[test]
    fn too_few_seeds_and_nulls_are_told() {
        let told = advice(&["training.seeds=3", "training.bottlenecks=[1, 2]"]);
        assert!(
            told.iter().any(|text| text.contains("too_few_seeds")),
            "{told:?}"
        );
        let told = advice(&["motifs.nulls=10"]);
        assert!(
            told.iter().any(|text| text.contains("no motif")),
            "{told:?}"
        );
        let paired = ["topologies.null_training=\"paired\"", "topologies.nulls=20"];
        let told = advice(&paired);
        assert!(
            !told.iter().any(|text| text.contains("no contrast")),
            "{told:?}"
        );
        let told = advice(&["topologies.nulls=2", "topologies.null_training=\"paired\""]);
        assert!(told.iter().any(|text| text.contains("2 pairs")), "{told:?}");
    }
}
