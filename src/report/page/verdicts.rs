//! Sentences made from the numbers, never stronger than the test behind them.

use super::figure::number;
use super::tables::{Tables, distinct, is_origin};
use super::{circuit_prior, self_optimisation, spiking};
use crate::bottleneck::LatentDimensionRow;
use crate::capacity::WiringDimensionNullRow;
use crate::null_model::NullModel;

/// Level of corrected p below which a difference is told as one.
const LEVEL: f64 = 0.05;
/// Most wirings of which the verdict speaks one by one.
const MOST_WIRINGS: usize = 8;

/// A sentence about the whole run, and the section of the page that has the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The sentence.
    pub(super) text: String,
    /// Identifier of the section.
    pub(super) section: &'static str,
}

/// All verdicts that the tables support, the most important first.
pub(super) fn verdicts(tables: &Tables) -> Vec<Verdict> {
    let mut all = Vec::new();
    let mut add = |section, texts: Vec<String>| {
        all.extend(texts.into_iter().map(|text| Verdict { text, section }));
    };
    add("capacity", capacity(tables));
    add("carried", gap(tables));
    add("motifs", motifs(tables));
    add("spiking", spiking::sentences(tables));
    add("self-optimisation", self_optimisation::sentences(tables));
    add("circuit-prior", circuit_prior::sentences(tables));
    add("contrasts", contrasts(tables));
    add("validation", validation(tables));
    add("training", training(tables));
    all
}

/// The comparisons of the carried dimension with nulls, under the headline's conventions.
pub(super) fn carried<'a>(
    tables: &'a Tables,
    weights: &'a str,
) -> impl Iterator<Item = &'a WiringDimensionNullRow> {
    tables.dimension_nulls.iter().filter(move |row| {
        row.keys.measure == "carried"
            && row.keys.weights == weights
            && is_origin(&row.keys.family)
            && tables.headline.has(&row.keys)
    })
}

/// How a wiring lies among its nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It has less than every null.
    BelowAll,
    /// It has less than most nulls, significantly so.
    BelowMost,
    /// It is not found to differ.
    Among,
    /// It has less than every null, and there are too few nulls for as many wirings.
    BelowTooFew,
    /// It has more than every null, and there are too few nulls for as many wirings.
    AboveTooFew,
    /// It has more than most nulls, significantly so.
    AboveMost,
    /// It has more than every null.
    AboveAll,
}

impl Place {
    /// In a sentence, before the nulls.
    fn preposition(self) -> &'static str {
        match self {
            Self::BelowAll => "fewer than all of",
            Self::BelowMost => "fewer than most of",
            Self::Among => "not found to differ from",
            Self::BelowTooFew => {
                "fewer, which so few nulls cannot prove for so many wirings, than all of"
            }
            Self::AboveTooFew => {
                "more, which so few nulls cannot prove for so many wirings, than all of"
            }
            Self::AboveMost => "more than most of",
            Self::AboveAll => "more than all of",
        }
    }

    /// In a cell of a table.
    pub(super) fn in_short(self) -> &'static str {
        match self {
            Self::BelowAll => "below all",
            Self::BelowMost => "below most",
            Self::Among => "not found to differ",
            Self::BelowTooFew => "below all, unproved",
            Self::AboveTooFew => "above all, unproved",
            Self::AboveMost => "above most",
            Self::AboveAll => "above all",
        }
    }

    fn is_below(self) -> bool {
        matches!(self, Self::BelowAll | Self::BelowMost)
    }

    fn is_above(self) -> bool {
        matches!(self, Self::AboveAll | Self::AboveMost)
    }
}

/// How a wiring lies among its nulls. It differs from them if the corrected p says so.
pub(super) fn place(row: &WiringDimensionNullRow) -> Place {
    let significant = row.p_holm.is_some_and(|p| p <= LEVEL);
    let (Some(mean), Some(less), Some(greater)) = (row.null_mean, row.p_less, row.p_greater) else {
        return Place::Among;
    };
    // The least p is that of a wiring which no null reaches.
    let least = 1.5 / (1.0 + f64::from(row.nulls));
    let below = row.value < mean;
    let beyond_all = if below { less } else { greater } < least;
    match (below, beyond_all, significant) {
        (true, true, true) => Place::BelowAll,
        (true, false, true) => Place::BelowMost,
        (false, true, true) => Place::AboveAll,
        (false, false, true) => Place::AboveMost,
        (true, true, false) => Place::BelowTooFew,
        (false, true, false) => Place::AboveTooFew,
        (_, false, false) => Place::Among,
    }
}

/// What nulls of a model keep, in words.
pub(super) fn kept(null_model: &str) -> String {
    let kept = null_model.parse().map(NullModel::kept);
    kept.map_or_else(
        |_| null_model.to_owned(),
        |kept| format!("that keep {kept}"),
    )
}

fn capacity(tables: &Tables) -> Vec<String> {
    let mut texts = Vec::new();
    let models = distinct(carried(tables, "counts").map(|row| row.null_model.as_str()));
    for model in &models {
        let of_model = |weights| carried(tables, weights).filter(|row| row.null_model == **model);
        let count =
            |weights, is: fn(Place) -> bool| of_model(weights).filter(|row| is(place(row))).count();
        let total = of_model("counts").count();
        if total < 2 {
            continue;
        }
        let fewer = count("counts", Place::is_below);
        let more = count("counts", Place::is_above);
        let binary_total = of_model("binary").count();
        let binary = count("binary", Place::is_below);
        let mut text = format!(
            "Beside nulls {}, {fewer} of {total} wirings carry fewer dimensions from sensors to \
             motors, {more} more",
            kept(model)
        );
        if binary_total > 0 {
            text += &format!(
                "; with every synapse counted as 1, {binary} of {binary_total} carry fewer"
            );
        }
        texts.push(text + " (corrected p at most .05).");
    }
    texts.extend(robustness(tables));
    for wiring in tables.wirings().into_iter().take(MOST_WIRINGS) {
        let rows: Vec<_> = carried(tables, "counts")
            .filter(|row| row.keys.topology == wiring)
            .collect();
        let Some(first) = rows.first() else { continue };
        let beside = rows.iter().filter_map(|row| {
            let (low, high, mean) = (row.null_low?, row.null_high?, row.null_mean?);
            Some(format!(
                "{} its {} nulls {} ({} [{}, {}])",
                place(row).preposition(),
                row.nulls,
                kept(&row.null_model),
                number(mean),
                number(low),
                number(high),
            ))
        });
        let beside: Vec<String> = beside.collect();
        if !beside.is_empty() {
            let value = number(first.value);
            texts.push(format!(
                "{wiring} carries {value} dimensions: {}.",
                beside.join("; ")
            ));
        }
    }
    texts
}

/// In how many comparisons under other conventions a wiring lies on the same side of its nulls as
/// under those of the headline.
fn robustness(tables: &Tables) -> Option<String> {
    let (mut same, mut all) = (0, 0);
    for usual in carried(tables, "counts") {
        let others = tables.dimension_nulls.iter().filter(|row| {
            row.keys.measure == "carried"
                && row.keys.topology == usual.keys.topology
                && row.null_model == usual.null_model
                && row.keys != usual.keys
        });
        for other in others {
            if let (Some(a), Some(b)) = (usual.z, other.z) {
                all += 1;
                same += usize::from(a.signum() == b.signum());
            }
        }
    }
    (all > 0).then(|| {
        format!(
            "Under other conventions (weights, noise, gap junctions, signs and what else was \
             swept) a wiring lies on the same side of its nulls in {same} of {all} comparisons."
        )
    })
}

/// What the wirings carry in relation to their nulls, by structure and after training.
fn gap(tables: &Tables) -> Vec<String> {
    let Some(sources) = tables.carried.iter().map(|row| row.latent_dimension).max() else {
        return Vec::new();
    };
    let of = |topology: &str| {
        let row = tables
            .carried
            .iter()
            .find(|row| row.topology == topology && row.latent_dimension == sources)?;
        row.carried
    };
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    let mut model = "";
    for row in carried(tables, "counts") {
        let topology = &row.keys.topology;
        let nulls = of(&format!("{topology}.nulls"));
        let (Some(fold), Some(trained), Some(nulls)) = (row.fold, of(topology), nulls) else {
            continue;
        };
        let is_trained_null = tables.topologies.iter().any(|null| {
            null.parent.as_deref() == Some(topology)
                && null.null_model.as_deref() == Some(&row.null_model)
        });
        if is_trained_null && nulls > 0.0 {
            pairs.push((fold, trained / nulls));
            model = &row.null_model;
        }
    }
    let range = |of: fn(&(f64, f64)) -> f64| {
        let values = pairs.iter().map(of);
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(f64::NEG_INFINITY, f64::max);
        format!("{} to {} %", number(100.0 * low), number(100.0 * high))
    };
    if pairs.len() < 2 {
        return Vec::new();
    }
    vec![format!(
        "By structure the {} wirings carry {} of what their nulls {} carry; after training on \
         {sources} sources, {} of what trained nulls carry.",
        pairs.len(),
        range(|pair| pair.0),
        kept(model),
        range(|pair| pair.1),
    )]
}

fn motifs(tables: &Tables) -> Vec<String> {
    let rows = tables
        .motif_counts
        .iter()
        .filter(|row| row.motif == "xor5" && row.matching == "subgraph" && row.p_greater.is_some());
    let rows: Vec<_> = rows.collect();
    let models = distinct(rows.iter().map(|row| row.sign_model.as_str()));
    let text = |model: &&str| {
        let of_model: Vec<_> = rows
            .iter()
            .filter(|row| row.sign_model == **model)
            .collect();
        let more = of_model
            .iter()
            .filter(|row| row.p_greater.is_some_and(|p| p <= LEVEL));
        let fewer = of_model
            .iter()
            .filter(|row| row.p_less.is_some_and(|p| p <= LEVEL));
        let nulls = of_model.first().and_then(|row| row.nulls).unwrap_or(0);
        let kept = kept(
            of_model
                .first()
                .and_then(|row| row.null_model.as_deref())
                .unwrap_or(""),
        );
        format!(
            "Under the sign model {model}, the motif xor5 is more frequent than in nulls {kept} in \
             {} of {} counts and rarer in {} ({nulls} nulls, one-sided p at most .05, not \
             corrected).",
            more.count(),
            of_model.len(),
            fewer.count()
        )
    };
    models.iter().map(text).collect()
}

fn contrasts(tables: &Tables) -> Vec<String> {
    let pooled = tables.pooled.iter().filter(|row| {
        row.family == "observed" && ["error_without", "k90"].contains(&row.estimator.as_str())
    });
    let text = |row: &crate::bottleneck::PooledContrastRow| {
        let (difference, low, high) = (row.difference?, row.ci_low?, row.ci_high?);
        let what = match row.estimator.as_str() {
            "k90" => "the number of latent units that keep 90 % of what is explained",
            _ => "the held-out error",
        };
        let verdict = match row.p_holm {
            Some(p) if p <= LEVEL && difference < 0.0 => "is lower than",
            Some(p) if p <= LEVEL => "is higher than",
            _ => "is not found to differ from",
        };
        Some(format!(
            "After training on {}, {what} {verdict} that of the nulls: {} [{}, {}] pooled over {} \
             animals, {} of them with the same sign.",
            row.task,
            number(difference),
            number(low),
            number(high),
            row.n_topologies,
            row.same_sign
        ))
    };
    pooled.filter_map(text).collect()
}

fn validation(tables: &Tables) -> Vec<String> {
    let stars: Vec<&LatentDimensionRow> = tables
        .latent
        .iter()
        .filter(|row| row.estimator == "sufficient_bottleneck" && row.embedding_dimension.is_some())
        .collect();
    let found = stars.iter().filter(|row| row.value.is_some());
    let exact = found
        .clone()
        .filter(|row| row.value == row.embedding_dimension.map(f64::from));
    let (found, exact) = (found.count(), exact.count());
    if stars.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "Check of the training: the sufficient bottleneck k* equals the units that the task needs \
         in {exact} of {found} cases in which a network learnt the task, and {} did not learn it. \
         k* measures the task and says nothing about wirings.",
        stars.len() - found
    )]
}

fn training(tables: &Tables) -> Vec<String> {
    let runs = &tables.runs;
    if runs.is_empty() {
        return Vec::new();
    }
    let failed = runs.iter().filter(|run| !run.converged).count();
    vec![format!(
        "{} networks were trained; {failed} of them did not converge.",
        runs.len()
    )]
}
