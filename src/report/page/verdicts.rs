//! Sentences made from the numbers, never stronger than the test behind them.

use super::figure::number;
use super::tables::{Tables, is_origin};
use crate::bottleneck::LatentDimensionRow;
use crate::capacity::{Convention, HEADLINE_SNR, WiringDimensionKeys, WiringDimensionNullRow};

/// Level of corrected p below which a difference is told as one.
const LEVEL: f64 = 0.05;

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
    add("motifs", motifs(tables));
    add("contrasts", contrasts(tables));
    add("validation", validation(tables));
    add("training", training(tables));
    all
}

/// True for the conventions of the headline: gap junctions as they are in most rows, horizon, leak,
/// radius and signal-to-noise ratio by default.
pub(super) fn is_headline(keys: &WiringDimensionKeys, tables: &Tables) -> bool {
    let usual = Convention::default();
    // Where a pipeline measures with and without gap junctions, the headline is with them.
    let with_gaps = tables.dimensions.iter().any(|row| row.keys.gap_junctions);
    keys.horizon == usual.horizon as i32
        && keys.leak == usual.leak
        && keys.spectral_radius == usual.spectral_radius
        && keys.snr == HEADLINE_SNR
        && keys.gap_junctions == with_gaps
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
            && is_headline(&row.keys, tables)
    })
}

/// How a wiring lies among its nulls, in words.
pub(super) fn place(row: &WiringDimensionNullRow) -> String {
    let significant = row.p_holm.is_some_and(|p| p <= LEVEL);
    let (Some(mean), Some(less), Some(greater)) = (row.null_mean, row.p_less, row.p_greater) else {
        return "without a comparison".to_owned();
    };
    let extreme = 1.5 / (1.0 + f64::from(row.nulls));
    let fewer = row.value < mean;
    let all = if fewer { less } else { greater } < extreme;
    let word = if fewer { "fewer" } else { "more" };
    match (significant, all) {
        (true, true) => format!("{word} than all of them"),
        (true, false) => format!("{word} than most of them"),
        (false, _) => "no different from them".to_owned(),
    }
}

/// What nulls of a model keep, in words.
pub(super) fn kept(null_model: &str) -> &str {
    match null_model {
        "by_source_sign" => "that keep degrees and signs",
        "by_sign_and_class" => "that keep degrees, signs and classes",
        "by_sign_pair" => "that keep degrees by pairs of signs",
        "by_transmitter" => "that keep degrees by transmitter",
        "by_strength" => "that keep degrees, signs and summed weights",
        "unlayered" => "that keep degrees alone",
        "erdos_renyi" => "that keep the number of synapses alone",
        other => other,
    }
}

fn capacity(tables: &Tables) -> Vec<String> {
    let mut texts = Vec::new();
    let mut models: Vec<&str> = Vec::new();
    for row in carried(tables, "counts") {
        if !models.contains(&row.null_model.as_str()) {
            models.push(&row.null_model);
        }
    }
    for model in &models {
        let of_model = |weights| carried(tables, weights).filter(|row| row.null_model == **model);
        let count = |word: &str| {
            let rows = of_model("counts").filter(|row| place(row).starts_with(word));
            rows.count()
        };
        let total = of_model("counts").count();
        if total < 2 {
            continue;
        }
        let (fewer, more) = (count("fewer"), count("more"));
        let binary_total = of_model("binary").count();
        let binary = of_model("binary").filter(|row| place(row).starts_with("fewer"));
        let mut text = format!(
            "Beside nulls {}, {fewer} of {total} wirings carry fewer dimensions from sensors to \
             motors, {more} more",
            kept(model)
        );
        if binary_total > 0 {
            text += &format!(
                "; with every synapse counted as 1, {} of {binary_total} carry fewer",
                binary.count()
            );
        }
        texts.push(text + " (corrected p at most .05).");
    }
    for row in carried(tables, "counts").take(8) {
        let interval = match (row.null_low, row.null_high, row.null_mean) {
            (Some(low), Some(high), Some(mean)) => {
                format!("{} [{}, {}]", number(mean), number(low), number(high))
            }
            _ => continue,
        };
        texts.push(format!(
            "{} carries {} dimensions, its {} nulls {} carry {interval}: {}.",
            row.keys.topology,
            number(row.value),
            row.nulls,
            kept(&row.null_model),
            place(row)
        ));
    }
    texts
}

fn motifs(tables: &Tables) -> Vec<String> {
    let rows = tables
        .motif_counts
        .iter()
        .filter(|row| row.motif == "xor5" && row.matching == "subgraph" && row.p_greater.is_some());
    let mut models: Vec<&str> = Vec::new();
    let rows: Vec<_> = rows.collect();
    for row in &rows {
        if !models.contains(&row.sign_model.as_str()) {
            models.push(&row.sign_model);
        }
    }
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
        "Check of the training: the sufficient bottleneck k* equals the units that the task needs in \
         {exact} of {found} cases in which a network learnt the task, and {} did not learn it. k* \
         measures the task and says nothing about wirings.",
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
