//! Sentences that read a table for people, below its text.

use crate::capacity::{WiringDimensionNullRow, WiringDimensionRow};
use crate::dimension::{DimensionRow, RECOMMENDED};
use crate::functional_motifs::FunctionalMotifTables;
use crate::motif::survey::{MotifCountRow, MotifWeightRow};
use crate::null_model::NullModel;
use crate::paths::{EffectiveConnectivityRow, StrongestPathRow};
use crate::pipeline::InferenceRow;
use crate::source::audit::AuditRow;
use crate::statistics::mean_and_sd;
use crate::table::text::short;
use crate::text::plural::counted;
use crate::topology::SpeciesTargetRow;

/// Most sentences below a table.
const MOST: usize = 6;

/// What random wirings keep, from the word for their model.
fn kept(null_model: &str) -> &str {
    null_model
        .parse::<NullModel>()
        .map_or(null_model, |model| model.kept())
}

/// A number with three digits.
fn brief(value: f64) -> String {
    let magnitude = value.abs().log10().floor();
    if value != 0.0 && (-4.0..6.0).contains(&magnitude) {
        format!("{value:.*}", (2.0 - magnitude).max(0.0) as usize)
    } else {
        short(value)
    }
}

/// The first sentences, and how many are left out.
fn at_most(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(MOST);
    sentences.truncate(MOST);
    if more > 0 {
        sentences.push(format!("({more} more rows are read alike.)"));
    }
    sentences
}

/// How often motifs occur beside random wirings.
pub(super) fn of_counts(rows: &[MotifCountRow]) -> Vec<String> {
    let compared = rows.iter().filter_map(|row| {
        let (nulls, mean) = (row.nulls.filter(|&nulls| nulls > 0)?, row.null_mean?);
        let (motif, matching, name) = (&row.motif, &row.matching, &row.connectome);
        let keep = kept(row.null_model.as_deref()?);
        let p = match row.count as f64 >= mean {
            true => row.p_greater?,
            false => row.p_less?,
        };
        let often = match row.fold {
            Some(fold) => format!("{} times as often as", brief(fold)),
            None => format!("{}, and never", counted(row.count, "time")),
        };
        Some(format!(
            "{motif} ({matching}) occurs in {name} {often} in {nulls} random wirings that keep \
             {keep} (p = {}).",
            brief(p)
        ))
    });
    let sentences: Vec<String> = compared.collect();
    if sentences.is_empty() && !rows.is_empty() {
        let hint = "A count alone says little: `--nulls 100` sets random wirings beside it.";
        return vec![hint.to_owned()];
    }
    at_most(sentences)
}

/// How many dimensions a wiring carries, beside random wirings where there are some.
pub(super) fn of_capacity(
    rows: &[WiringDimensionRow],
    compared: &[WiringDimensionNullRow],
) -> Vec<String> {
    let is_carried = |measure: &str| measure == "carried";
    let beside = compared.iter().filter(|row| is_carried(&row.keys.measure));
    let beside = beside.filter_map(|row| {
        Some(format!(
            "{} carries {} dimensions from sensory to motor neurons at a signal-to-noise ratio of \
             {}; {} random wirings that keep {} carry {} [{}, {}] (p = {}).",
            row.keys.topology,
            brief(row.value),
            short(row.keys.snr),
            row.nulls,
            kept(&row.null_model),
            brief(row.null_mean?),
            brief(row.null_low?),
            brief(row.null_high?),
            brief(row.p_value?),
        ))
    });
    let sentences: Vec<String> = beside.collect();
    if !compared.is_empty() {
        return at_most(sentences);
    }
    let alone = rows.iter().filter(|row| is_carried(&row.keys.measure));
    let alone = alone.filter_map(|row| {
        Some(format!(
            "{} carries {} dimensions from input to output neurons at a signal-to-noise ratio of \
             {}.",
            row.keys.topology,
            brief(row.value?),
            short(row.keys.snr)
        ))
    });
    let mut sentences = at_most(alone.collect());
    if !sentences.is_empty() {
        sentences.push("`--nulls 100` sets random wirings beside it.".to_owned());
    }
    sentences
}

/// What dimension the points have.
pub(super) fn of_dimension(rows: &[DimensionRow]) -> Vec<String> {
    let recommended = rows.iter().find(|row| row.estimator == RECOMMENDED);
    let recommended = recommended.and_then(|row| {
        let interval = match (row.ci_low, row.ci_high) {
            (Some(low), Some(high)) => format!(" [{}, {}]", brief(low), brief(high)),
            _ => String::new(),
        };
        Some(format!(
            "The {} have about {} dimensions{interval}, by the recommended estimate.",
            counted(row.n_points, "point"),
            brief(row.value?)
        ))
    });
    recommended.into_iter().collect()
}

/// What an audit found that would mislead, and what to do about it.
pub(super) fn of_audit(rows: &[AuditRow]) -> Vec<String> {
    let of = |severity: &str| rows.iter().filter(|row| row.severity == severity).count();
    let (errors, warnings) = (of("error"), of("warning"));
    let mut sentences = vec![match (errors, warnings) {
        (0, 0) => "Nothing was found that would mislead.".to_owned(),
        _ => format!(
            "{} and {} must be known before conclusions are drawn.",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }];
    let advice = rows.iter().filter(|row| !row.hint.is_empty());
    let advice = advice.map(|row| format!("{} ({}): {}", row.check, row.subject, row.hint));
    sentences.extend(at_most(advice.collect()));
    sentences
}

/// How strong the synapses of motifs are beside random wirings.
pub(super) fn of_weights(rows: &[MotifWeightRow]) -> Vec<String> {
    let compared = rows
        .iter()
        .filter(|row| row.measure == "mean_intensity" && row.matching == "subgraph");
    let told = compared.filter_map(|row| {
        let (value, mean, nulls) = (row.value?, row.null_mean?, row.nulls?);
        let p = match value >= mean {
            true => row.p_greater?,
            false => row.p_less?,
        };
        Some(format!(
            "The synapses of an average {} in {} are {} strong (geometric mean), and {} in {nulls} \
             random wirings that keep {} (p = {}).",
            row.motif,
            row.connectome,
            brief(value),
            brief(mean),
            kept(row.null_model.as_deref()?),
            brief(p),
        ))
    });
    at_most(told.collect())
}

/// A share in per cent.
fn percent(share: f64) -> String {
    format!("{} %", brief(100.0 * share))
}

/// Over how many synapses most of the input comes, for each pair of groups.
pub(super) fn of_effective_connectivity(rows: &[EffectiveConnectivityRow]) -> Vec<String> {
    let total = |row: &EffectiveConnectivityRow| row.excitatory + row.inhibitory + row.unsigned;
    let mut most: Vec<&EffectiveConnectivityRow> = Vec::new();
    for row in rows.iter().filter(|row| row.level == "group") {
        let of_pair = |other: &&mut &EffectiveConnectivityRow| {
            (&other.source, &other.target) == (&row.source, &row.target)
        };
        match most.iter_mut().find(of_pair) {
            Some(other) if total(row) > total(other) => *other = row,
            Some(_) => {}
            None => most.push(row),
        }
    }
    let told = most.into_iter().map(|row| {
        let ends = format!("{} to {} in {}", row.source, row.target, row.connectome);
        if total(row) == 0.0 {
            return format!("No path of these lengths leads from {ends}.");
        }
        format!(
            "From {ends} most passes over {}: {} of an average target's input, {} of it excitatory \
             and {} inhibitory.",
            counted(row.steps, "synapse"),
            percent(total(row)),
            percent(row.excitatory),
            percent(row.inhibitory),
        )
    });
    at_most(told.collect())
}

/// The strongest path of each length.
pub(super) fn of_paths(rows: &[StrongestPathRow]) -> Vec<String> {
    let first = rows.iter().filter(|row| row.rank == 1);
    let told = first.map(|row| {
        format!(
            "The strongest path over {} is {} ({}): {} of the input of {}.",
            counted(row.steps, "synapse"),
            row.path,
            row.sign,
            percent(row.product),
            row.target,
        )
    });
    at_most(told.collect())
}

/// How many of the published statistics a model meets.
pub(super) fn of_species(rows: &[SpeciesTargetRow]) -> Vec<String> {
    let mut sentences: Vec<(&str, usize, usize)> = Vec::new();
    for row in rows {
        let met = usize::from(row.relative_error.abs() <= row.tolerance);
        match sentences
            .iter_mut()
            .find(|(name, ..)| *name == row.topology)
        {
            Some((_, all, within)) => (*all, *within) = (*all + 1, *within + met),
            None => sentences.push((&row.topology, 1, met)),
        }
    }
    let told = sentences.iter().map(|(name, all, met)| {
        format!("{name} meets {met} of its {all} published statistics within the tolerance.")
    });
    told.collect()
}

/// How well a trained network reconstructs a series.
pub(super) fn of_inference(rows: &[InferenceRow]) -> Vec<String> {
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let errors: Vec<f64> = rows.iter().map(|row| row.error).collect();
    let (mean, _) = mean_and_sd(&errors);
    let learnt = if mean < 1.0 {
        "less than the variance of the series"
    } else {
        "no better than the mean of each channel would be"
    };
    vec![format!(
        "{} reconstructs {} with a mean error of {}: {learnt}.",
        first.keys.topology,
        counted(rows.len(), "sequence"),
        brief(mean)
    )]
}

/// How well the components explain a recording, come back, and follow XOR5.
pub(super) fn of_functional_motifs(tables: &FunctionalMotifTables) -> Vec<String> {
    let Some(first) = tables.motifs.first() else {
        return Vec::new();
    };
    let mut sentences = vec![format!(
        "{} explain {} of the squared affinities.",
        counted(first.components, "component"),
        brief(first.explained)
    )];
    for row in &tables.motifs {
        let of_component = tables.neurons.iter();
        let core: Vec<&str> = of_component
            .filter(|neuron| neuron.component == row.component)
            .take(row.core_neurons.min(5) as usize)
            .map(|neuron| neuron.neuron.as_str())
            .collect();
        let comes_back = match row.least_stability {
            Some(least) if least >= 0.9 => "it comes back from every start",
            Some(_) => "it does not come back from every start",
            None => "one start says nothing of its stability",
        };
        let follows = match (row.xor5_correlation, row.xor5_p) {
            (Some(rho), Some(p)) if p <= 0.05 => {
                let along = if rho > 0.0 { "take" } else { "do not take" };
                format!(
                    "; its neurons {along} part in XOR5 (rho {}, p = {})",
                    brief(rho),
                    brief(p)
                )
            }
            (Some(_), Some(p)) => {
                format!("; it is not found to follow XOR5 (p = {})", brief(p))
            }
            _ => String::new(),
        };
        sentences.push(format!(
            "Component {} is led by {}; {comes_back}{follows}.",
            row.component,
            core.join(", ")
        ));
    }
    at_most(sentences)
}
