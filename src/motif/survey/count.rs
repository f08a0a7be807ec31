//! The survey of one signed connectome: counts, parts, nulls and triads at every threshold.

use super::census::Census;
use super::comparison::{Comparison, Drawn};
use super::parts::{hub_rows, motif_row, participation_rows, sample_rows, synapse_rows};
use super::place::{Place, int64};
use super::settings::Survey;
use super::tables::{MotifCountRow, MotifTables};
use crate::connectome::{Connectome, Sign};
use crate::motif::{Counter, Matching, MotifError, Pattern, SignedGraph};
use crate::null_model::{Null, Surrogate};

/// A motif to be counted at one threshold after the other.
struct Tracked<'a> {
    /// The counters of the motif, one per matching.
    counters: [Counter<'a>; 2],
    /// Whether it has no occurrence, and none at any higher threshold.
    extinct: bool,
}

impl<'a> Tracked<'a> {
    fn new(graph: &'a SignedGraph, pattern: &Pattern) -> Result<Self, MotifError> {
        let [subgraph, induced] =
            Matching::ALL.map(|matching| Counter::new(graph, pattern, matching));
        Ok(Self {
            counters: [subgraph?, induced?],
            extinct: false,
        })
    }

    /// The counts of both matchings.
    fn count(&mut self, graph: &SignedGraph) -> Result<[u64; 2], MotifError> {
        let [subgraph, induced] = &self.counters;
        let all = if self.extinct {
            0
        } else {
            subgraph.on(graph).count()?
        };
        // Induced occurrences are some of them.
        if all == 0 {
            self.extinct = subgraph.pattern().is_monotone();
            return Ok([0, 0]);
        }
        Ok([all, induced.on(graph).count()?])
    }
}

/// The counts in one null, in the order of the counters, its triads, the fraction of attempts that
/// moved an edge, and the largest deviation of a summed input weight.
struct NullCounts {
    counts: Vec<f64>,
    triads: Option<Census>,
    acceptance: f64,
    strength_error: Option<f64>,
}

impl Survey {
    /// Counts motifs in a signed connectome; `None` where `proceed` said no. All chance follows
    /// from `seed`.
    ///
    /// The graph is built and the counters of all motifs are made once, at the lowest threshold,
    /// and the graph is thinned out from threshold to threshold. Where a threshold leaves out
    /// nothing more, the rows of the one before are repeated; a motif that has no occurrence left
    /// and can have none at any higher threshold ([`Pattern::is_monotone`]) is not counted again,
    /// and where that is true of all of them and nothing else is asked for, the graph is not
    /// thinned out either.
    ///
    /// The nulls of a threshold are drawn from the graph above that threshold, each from its own
    /// random stream; the numbers do not depend on the number of threads. The streams are the same
    /// for every connectome, sign model and threshold: their nulls are paired, not independent.
    ///
    /// # Errors
    /// [`MotifError`] if a count does not fit, or a motif asks for what the connectome does not
    /// know.
    pub fn tables(
        &self,
        patterns: &[Pattern],
        signed: &Connectome,
        sign_model: &str,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<MotifTables>, MotifError> {
        let mut tables = MotifTables {
            motifs: patterns.iter().map(motif_row).collect(),
            ..MotifTables::default()
        };
        let lowest = self.min_weights.lowest();
        let densest = SignedGraph::from_connectome(signed, lowest)?;
        let mut motifs = patterns
            .iter()
            .map(|p| Tracked::new(&densest, p))
            .collect::<Result<Vec<_>, _>>()?;
        let mut weights: Vec<f64> = signed.edges(lowest).map(|synapse| synapse.weight).collect();
        weights.sort_unstable_by(f64::total_cmp);
        let (mut thinned, mut before) = (None, None::<(usize, MotifTables)>);
        for min_weight in self.min_weights.ascending(|| densest.distinct_weights()) {
            if !proceed() {
                return Ok(None);
            }
            let edges = weights.len() - weights.partition_point(|&weight| weight < min_weight);
            let found = match before {
                Some((same, found)) if same == edges => found.at(min_weight),
                _ => {
                    let counts =
                        self.census || self.nulls > 0 || motifs.iter().any(|motif| !motif.extinct);
                    let graph = thinned.as_ref().unwrap_or(&densest);
                    if counts && edges < graph.edges() {
                        thinned = Some(graph.at_least(min_weight));
                    }
                    let graph = thinned.as_ref().unwrap_or(&densest);
                    let place = Place {
                        signed,
                        sign_model,
                        min_weight,
                        edges,
                        graph,
                    };
                    let Some(found) = self.one_threshold(&place, &mut motifs, seed, proceed)?
                    else {
                        return Ok(None);
                    };
                    found
                }
            };
            tables.append(&found);
            before = Some((edges, found));
        }
        Ok(Some(tables))
    }

    fn one_threshold(
        &self,
        place: &Place<'_>,
        motifs: &mut [Tracked<'_>],
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<MotifTables>, MotifError> {
        let mut tables = MotifTables::default();
        let observed = motifs
            .iter_mut()
            .map(|motif| motif.count(place.graph))
            .collect::<Result<Vec<_>, _>>()?;
        let observed = observed.as_flattened();
        let counters: Vec<Counter<'_>> = motifs
            .iter()
            .flat_map(|motif| {
                motif
                    .counters
                    .each_ref()
                    .map(|counter| counter.on(place.graph))
            })
            .collect();
        let triads = self.census.then(|| Census::of(place.graph));
        let Some(nulls) = self.null_counts(place, &counters, seed, proceed) else {
            return Ok(None);
        };
        let nulls = nulls
            .into_iter()
            .collect::<Result<Vec<NullCounts>, MotifError>>()?;
        let drawn = Drawn {
            neurons: place.graph.neurons(),
            acceptance: nulls.iter().map(|null| null.acceptance).sum::<f64>() / nulls.len() as f64,
            strength_error: nulls
                .iter()
                .filter_map(|null| null.strength_error)
                .reduce(f64::max),
            seed,
        };
        for (at, (counter, &count)) in counters.iter().zip(observed).enumerate() {
            let counts: Vec<f64> = nulls.iter().map(|null| null.counts[at]).collect();
            tables
                .counts
                .push(self.count_row(place, counter, drawn, count, &counts)?);
            if count > 0 {
                self.details(place, counter, count, seed, &mut tables)?;
            }
        }
        if let Some(triads) = triads {
            let nulls: Vec<&Census> = nulls
                .iter()
                .filter_map(|null| null.triads.as_ref())
                .collect();
            tables.census = triads.rows(place, self, drawn, &nulls)?;
        }
        Ok(Some(tables))
    }

    fn null_counts(
        &self,
        place: &Place<'_>,
        counters: &[Counter<'_>],
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Result<NullCounts, MotifError>>> {
        if self.nulls == 0 {
            return Some(Vec::new());
        }
        let surrogate = Surrogate::new(place.signed, place.min_weight, self.null_model);
        let identity: Vec<Sign> = place.signed.neurons().iter().map(|n| n.sign).collect();
        let count = |null: Null| {
            let edges = null.edges.iter().map(|s| (s.pre, s.post, s.sign, s.weight));
            let graph = SignedGraph::weighted(&identity, edges)?
                .with_neurons(place.signed.shared_neurons());
            let counts = counters
                .iter()
                .map(|counter| counter.on(&graph).on_one_thread().count().map(|n| n as f64));
            let counts = counts.collect::<Result<_, MotifError>>()?;
            let triads = self.census.then(|| Census::of(&graph));
            Ok(NullCounts {
                counts,
                triads,
                acceptance: null.acceptance,
                strength_error: null.strength_error,
            })
        };
        surrogate.for_each_null(self.nulls, self.null_settings(), seed, proceed, count)
    }

    fn count_row(
        &self,
        place: &Place<'_>,
        counter: &Counter<'_>,
        drawn: Drawn,
        count: u64,
        nulls: &[f64],
    ) -> Result<MotifCountRow, MotifError> {
        let pattern = counter.pattern();
        let columns = Comparison::of(self, drawn, count as f64, nulls);
        Ok(MotifCountRow {
            connectome: place.connectome(),
            sign_model: place.sign_model(),
            min_weight: place.min_weight,
            edges: place.edges as i64,
            motif: pattern.name().to_owned(),
            matching: counter.matching().as_str().to_owned(),
            count: int64(count, pattern)?,
            automorphisms: pattern.automorphisms() as i32,
            null_model: columns.null_model,
            null_chain: columns.null_chain,
            nulls: columns.nulls,
            null_mean: columns.null_mean,
            null_sd: columns.null_sd,
            z: columns.z,
            z_ci_low: columns.z_interval[0],
            z_ci_high: columns.z_interval[1],
            fold: columns.fold,
            fold_ci_low: columns.fold_interval[0],
            fold_ci_high: columns.fold_interval[1],
            p_greater: columns.p_greater,
            p_less: columns.p_less,
            acceptance: columns.acceptance,
            null_strength_error: columns.strength_error,
            seed: columns.seed,
            sign_draws: None,
            draws_count_mean: None,
            draws_count_low: None,
            draws_count_high: None,
            draws_z_mean: None,
            draws_z_low: None,
            draws_z_high: None,
        })
    }

    fn details(
        &self,
        place: &Place<'_>,
        counter: &Counter<'_>,
        count: u64,
        seed: u64,
        tables: &mut MotifTables,
    ) -> Result<(), MotifError> {
        if self.participation || self.hubs {
            let parts = counter.neurons()?;
            if self.participation {
                tables
                    .participation
                    .extend(participation_rows(place, counter, &parts)?);
            }
            if self.hubs {
                tables.hubs.extend(hub_rows(place, counter, count, &parts)?);
            }
        }
        if self.synapses {
            tables.synapses.extend(synapse_rows(place, counter)?);
        }
        if self.samples > 0 {
            tables
                .samples
                .extend(sample_rows(place, counter, self.samples as usize, seed)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::thresholds::Thresholds;
    use super::*;
    use crate::connectome::{Neuron, Synapse, SynapseType};
    use crate::motif::Motif;
    use proptest::prelude::*;

    /// Four to seven neurons whose synapses weigh 1 to 5.
    fn connectome() -> impl Strategy<Value = Connectome> {
        let sign = || {
            prop_oneof![
                5 => Just(Sign::Excitatory),
                4 => Just(Sign::Inhibitory),
                1 => Just(Sign::Unsigned),
            ]
            .boxed()
        };
        (4_usize..=7, 0.3_f64..0.9)
            .prop_flat_map(move |(neurons, density)| {
                let synapse = proptest::option::weighted(density, (sign(), 1..=5_u8));
                (
                    proptest::collection::vec(sign(), neurons),
                    proptest::collection::vec(synapse, neurons * neurons),
                )
            })
            .prop_map(|(signs, drawn)| {
                let count = signs.len();
                let named = |(at, sign)| Neuron {
                    sign,
                    ..Neuron::named(format!("N{at}"))
                };
                let neurons = signs.into_iter().enumerate().map(named).collect();
                let synapses = drawn.into_iter().enumerate().filter_map(|(at, drawn)| {
                    let ((sign, weight), synapse_type) = (drawn?, SynapseType::Chemical);
                    let (pre, post) = ((at / count) as u32, (at % count) as u32);
                    Some(Synapse {
                        pre,
                        post,
                        synapse_type,
                        weight: f64::from(weight),
                        sign,
                    })
                });
                Connectome::new("random", "synapses", neurons, synapses.collect())
                    .expect("distinct pairs and names")
            })
    }

    /// Two to four roles with every kind of statement about synapses.
    fn pattern() -> impl Strategy<Value = Pattern> {
        let arrow = || proptest::sample::select(vec!["->", "-|", "=>"]);
        let weight = || {
            proptest::sample::select(vec![
                "",
                "",
                "",
                " [weight >= 2]",
                " [weight < 4]",
                " [weight = 3]",
            ])
        };
        (2_usize..=4)
            .prop_flat_map(move |roles| {
                let tree: Vec<_> = (1..roles)
                    .map(|role| (0..role, any::<bool>(), arrow(), weight()))
                    .collect();
                let more = proptest::collection::vec(
                    (0..roles, 0..roles, arrow(), weight(), 0..6_u8),
                    0..5,
                );
                (tree, more)
            })
            .prop_filter_map("contradicts itself", |(tree, more)| {
                let name = |role: usize| char::from(b'A' + role as u8);
                let (mut lines, mut sets) = (Vec::new(), Vec::new());
                for (at, (other, forward, arrow, weight)) in tree.into_iter().enumerate() {
                    let (pre, post) = if forward {
                        (other, at + 1)
                    } else {
                        (at + 1, other)
                    };
                    lines.push(format!("{} {arrow} {}{weight}", name(pre), name(post)));
                }
                for (pre, post, arrow, weight, kind) in more {
                    match kind {
                        0..=2 => lines.push(format!("{} !> {}", name(pre), name(post))),
                        3 => lines.push(format!("{} {arrow} {}{weight}", name(pre), name(post))),
                        _ => sets.push(format!("{} {arrow} {}{weight}", name(pre), name(post))),
                    }
                }
                if sets.len() > 1 {
                    lines.push(format!("either {}", sets.join(" or ")));
                }
                Pattern::parse("random", &lines.join("\n")).ok()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 256,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn one_pass_over_thresholds_equals_separate_runs(
            signed in connectome(),
            pattern in pattern(),
            nulls in 0..=1_u32,
            census in any::<bool>(),
        ) {
            let patterns = [pattern, Motif::Li3.pattern().clone(), Motif::Ffli.pattern().clone()];
            let survey = |min_weights: Thresholds| Survey {
                min_weights,
                nulls,
                swaps_per_edge: 2.0,
                synapses: true,
                samples: 2,
                census,
                ..Survey::default()
            };
            let tables = |min_weights| {
                let tables = survey(min_weights).tables(&patterns, &signed, "file", 1, &|| true);
                tables.unwrap().unwrap()
            };
            let occurring = SignedGraph::from_connectome(&signed, 0.0).unwrap().distinct_weights();
            // Half of these leave out nothing more than the one before, and the last leaves
            // nothing.
            let halves: Vec<f64> = (0..=12).map(|half| f64::from(half) / 2.0).collect();
            let listed = Thresholds::Listed(halves.clone());
            for (at_once, weights) in [(Thresholds::ALL, occurring), (listed, halves)] {
                let mut separate = MotifTables {
                    motifs: tables(at_once.clone()).motifs,
                    ..MotifTables::default()
                };
                for weight in weights {
                    separate.append(&tables(Thresholds::Listed(vec![weight])));
                }
                prop_assert_eq!(format!("{:?}", tables(at_once)), format!("{:?}", separate));
            }
        }
    }

    /// Without an edge of weight 1 there is no edge against the only chain: the occurrence comes
    /// with the threshold.
    #[test]
    fn patterns_with_absent_edges_are_counted_at_every_threshold() {
        let synapse = |pre, post, weight| {
            let (synapse_type, sign) = (SynapseType::Chemical, Sign::Excitatory);
            Synapse {
                pre,
                post,
                synapse_type,
                weight,
                sign,
            }
        };
        let neurons = ["A", "B"].map(Neuron::named).to_vec();
        let edges = vec![synapse(0, 1, 2.0), synapse(1, 0, 1.0)];
        let signed = Connectome::new("pair", "synapses", neurons, edges).unwrap();
        let one_way = Pattern::parse("one_way", "A -> B; B !> A").unwrap();
        assert!(
            !one_way.is_monotone() && Motif::ALL.iter().all(|motif| motif.pattern().is_monotone())
        );
        let both_ways = Pattern::parse("both_ways", "A -> B; B -> A").unwrap();
        let survey = Survey {
            min_weights: Thresholds::ALL,
            ..Survey::counts_only(0.0)
        };
        let patterns = [one_way, both_ways];
        let tables = survey.tables(&patterns, &signed, "file", 1, &|| true);
        let tables = tables.unwrap().unwrap();
        let rows: Vec<(f64, i64, i64)> = tables
            .counts
            .iter()
            .map(|row| (row.min_weight, row.edges, row.count))
            .collect();
        let lower = [(1.0, 2, 0), (1.0, 2, 0), (1.0, 2, 1), (1.0, 2, 1)];
        let higher = [(2.0, 1, 1), (2.0, 1, 1), (2.0, 1, 0), (2.0, 1, 0)];
        assert_eq!(rows, [lower, higher].concat());
    }
}
