//! Weighted motifs of one signed connectome, beside nulls.

use super::comparison::{Comparison, Drawn};
use super::place::int64;
use super::settings::Survey;
use super::tables::MotifWeightRow;
use crate::connectome::{Connectome, Sign};
use crate::motif::{
    Counter, Estimate, Matching, MotifError, MotifWeights, Pattern, SignedGraph, Weighing,
};
use crate::null_model::{Null, Surrogate};

/// What is measured of the weights of a motif, in the order of the rows.
const MEASURES: [&str; 3] = ["total_intensity", "mean_intensity", "mean_coherence"];

/// The value of each measure; `None` where no occurrence has a mean.
fn measures(weights: &MotifWeights) -> [Option<Estimate>; 3] {
    let [intensity, coherence] = weights
        .means
        .map_or([None; 2], |means| means.map(Option::Some));
    [Some(weights.total_intensity), intensity, coherence]
}

impl Survey {
    /// Weighs motifs in a signed connectome: the intensity and coherence of their occurrences
    /// (Onnela et al. 2005) at every threshold, beside the same nulls as in
    /// [`tables`](Self::tables). In a null, weight and sign have stayed with the presynaptic half
    /// of an edge. `None` where `proceed` said no. Participation, synapses, hubs, samples and
    /// triads are not asked for here.
    ///
    /// Time: that of counting, and for each motif, matching and null at most 100,000 occurrences
    /// that are listed or 20,000 that are drawn ([`Weighing`]).
    ///
    /// # Errors
    /// As [`Survey::tables`].
    pub fn weights(
        &self,
        patterns: &[Pattern],
        signed: &Connectome,
        sign_model: &str,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Vec<MotifWeightRow>>, MotifError> {
        let densest = SignedGraph::from_connectome(signed, self.min_weights.lowest())?;
        let mut rows = Vec::new();
        for min_weight in self.min_weights.ascending(|| densest.distinct_weights()) {
            let graph = densest.at_least(min_weight);
            let counters = patterns
                .iter()
                .flat_map(|pattern| Matching::ALL.map(|matching| (pattern, matching)))
                .map(|(pattern, matching)| Counter::new(&graph, pattern, matching))
                .collect::<Result<Vec<_>, _>>()?;
            let weigh = |counter: &Counter<'_>| Weighing::default().of(counter, seed);
            let mut observed = Vec::new();
            for counter in &counters {
                if !proceed() {
                    return Ok(None);
                }
                observed.push(weigh(counter)?);
            }
            let identity: Vec<Sign> = signed.neurons().iter().map(|n| n.sign).collect();
            let of_null = |null: Null| {
                let edges = null.edges.iter().map(|s| (s.pre, s.post, s.sign, s.weight));
                let graph =
                    SignedGraph::weighted(&identity, edges)?.with_neurons(signed.shared_neurons());
                let found = counters
                    .iter()
                    .map(|counter| weigh(&counter.on(&graph).on_one_thread()));
                let found = found.collect::<Result<Vec<_>, MotifError>>()?;
                Ok((found, null.acceptance, null.strength_error))
            };
            let surrogate = Surrogate::new(signed, min_weight, self.null_model);
            let settings = self.null_settings();
            let Some(nulls) = surrogate.for_each_null(self.nulls, settings, seed, proceed, of_null)
            else {
                return Ok(None);
            };
            let nulls = nulls.into_iter().collect::<Result<Vec<_>, MotifError>>()?;
            let drawn = Drawn {
                neurons: graph.neurons(),
                acceptance: nulls.iter().map(|null| null.1).sum::<f64>() / nulls.len() as f64,
                strength_error: nulls.iter().filter_map(|null| null.2).reduce(f64::max),
                seed,
            };
            for (at, (counter, weights)) in counters.iter().zip(&observed).enumerate() {
                for (which, value) in measures(weights).into_iter().enumerate() {
                    let of_nulls = nulls
                        .iter()
                        .filter_map(|(found, ..)| measures(&found[at])[which]);
                    let of_nulls: Vec<f64> = of_nulls.map(|estimate| estimate.value).collect();
                    let columns = match value {
                        Some(value) => Comparison::of(self, drawn, value.value, &of_nulls),
                        None => Comparison::default(),
                    };
                    let pattern = counter.pattern();
                    rows.push(MotifWeightRow {
                        connectome: signed.name().to_owned(),
                        sign_model: sign_model.to_owned(),
                        min_weight,
                        motif: pattern.name().to_owned(),
                        matching: counter.matching().as_str().to_owned(),
                        measure: MEASURES[which].to_owned(),
                        occurrences: int64(weights.count, pattern)?,
                        value: value.map(|value| value.value),
                        standard_error: value.map(|value| value.error).filter(|&error| error > 0.0),
                        null_model: columns.null_model,
                        null_chain: columns.null_chain,
                        nulls: columns.nulls.map(|_| of_nulls.len() as i64),
                        null_mean: columns.null_mean,
                        null_sd: columns.null_sd,
                        z: columns.z,
                        fold: columns.fold,
                        p_greater: columns.p_greater,
                        p_less: columns.p_less,
                        acceptance: columns.acceptance,
                        null_strength_error: columns.strength_error,
                        seed: columns.seed,
                    });
                }
            }
        }
        Ok(Some(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::motif::Motif;
    use crate::motif::survey::Thresholds;
    use crate::source::bundled;

    /// Every row of the survey against weighing the nulls one by one.
    #[test]
    fn rows_compare_the_observed_weights_with_those_of_the_nulls() {
        let worm = bundled::connectome("witvliet2021_1").unwrap();
        let worm = worm.with_signs(SignModel::Wang2024);
        let survey = Survey {
            nulls: 9,
            swaps_per_edge: 5.0,
            min_weights: Thresholds::Listed(vec![1.0, 2.0]),
            ..Survey::default()
        };
        let pattern = Motif::Li3.pattern().clone();
        let rows = survey.weights(
            std::slice::from_ref(&pattern),
            &worm,
            "wang2024",
            5,
            &|| true,
        );
        let rows = rows.unwrap().unwrap();
        assert_eq!(rows.len(), 2 * 2 * 3);
        let row = rows
            .iter()
            .find(|row| row.min_weight == 2.0 && row.measure == "mean_coherence")
            .unwrap();
        let surrogate = Surrogate::new(&worm, 2.0, survey.null_model);
        let mut values = Vec::new();
        for index in 0..9 {
            let null = surrogate.numbered(index, survey.null_settings(), 5);
            let null = null.in_place_of(&worm, "null").unwrap();
            let graph = SignedGraph::from_connectome(&null, 2.0).unwrap();
            let counter = Counter::new(&graph, &pattern, Matching::Subgraph).unwrap();
            let found = Weighing::default().of(&counter, 5).unwrap();
            values.extend(found.means.map(|means| means[1].value));
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert_eq!(row.nulls, Some(values.len() as i64));
        assert!((row.null_mean.unwrap() - mean).abs() < 1e-12);
        let at_least = values
            .iter()
            .filter(|&&value| value >= row.value.unwrap())
            .count();
        let p = (1 + at_least) as f64 / (1 + values.len()) as f64;
        assert_eq!(row.p_greater, Some(p));
        // Weights that are all alike have coherence 1 and their own intensity.
        let total = &rows[0];
        assert_eq!(total.measure, "total_intensity");
        let mean = rows[1].value.unwrap();
        assert!((total.value.unwrap() - mean * total.occurrences as f64).abs() < 1e-9);
    }
}
