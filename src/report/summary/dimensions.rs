//! The parts of the summary about dimensions: found and known ones, by class of neurons, and in
//! relation to structure.

use std::fmt::Write;

use super::{Tables, table};
use crate::bottleneck::LatentDimensionRow;
use crate::pipeline::Spec;
use crate::table::text::short;

/// A table of k* beside the number of units that an exact code needs, with a column per task. It is
/// written if more than one task has a known dimension.
pub(super) fn known(text: &mut String, spec: &Spec, tables: &Tables) {
    let tasks: Vec<(&str, usize)> = spec
        .tasks
        .iter()
        .filter_map(|t| Some((t.name.as_str(), t.embedding_dimension()?)))
        .collect();
    let stars: Vec<&LatentDimensionRow> = tables
        .latent_dimension
        .iter()
        .filter(|r| r.estimator == "sufficient_bottleneck")
        .collect();
    if tasks.len() < 2 || stars.is_empty() {
        return;
    }
    *text += "## Known and found\n\nk* of every topology, beside the units that an exact code of the task needs (for closed manifolds one more \
              than they have dimensions). **Bold**: it differs. A dash: the network has not learnt the task, so it says nothing.\n\n";
    let mut topologies: Vec<(&str, &str)> = Vec::new();
    for row in &stars {
        if !topologies.contains(&(&row.topology, &row.family)) && row.family != "null" {
            topologies.push((&row.topology, &row.family));
        }
    }
    topologies.sort_by_key(|&(name, family)| (family == "control", name));
    let header: Vec<String> = tasks
        .iter()
        .map(|(name, units)| format!("{name} ({units})"))
        .collect();
    let header: Vec<&str> = ["topology"]
        .into_iter()
        .chain(header.iter().map(String::as_str))
        .collect();
    let rows = topologies.iter().map(|&(topology, _)| {
        let cell = |&(task, units): &(&str, usize)| {
            let found = stars
                .iter()
                .find(|r| r.topology == topology && r.task == task)
                .and_then(|r| r.value);
            match found {
                Some(k) if k == units as f64 => short(k),
                Some(k) => format!("**{}**", short(k)),
                None => "-".to_owned(),
            }
        };
        [topology.to_owned()]
            .into_iter()
            .chain(tasks.iter().map(cell))
            .collect()
    });
    table(text, &header, rows);
}

/// A table of the dimension of the rates by class and phase, for the networks without a bottleneck.
pub(super) fn by_class(text: &mut String, spec: &Spec, tables: &Tables) {
    let rows: Vec<_> = tables
        .hidden_dimension
        .iter()
        .filter(|r| {
            r.estimator == "participation_ratio_corrected"
                && r.latent_units.is_none()
                && r.family != "null"
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    *text += "## Where the latent lives\n\nParticipation ratio (corrected) of the rates of each class of neurons: at the end of encoding / as the \
              bottleneck leaves them / halfway through decoding. Networks without a bottleneck that learnt the task, mean over seeds; a dash where the \
              neurons are silent. Table `hidden_dimension` has TwoNN and the intervals.\n\n";
    let mut classes: Vec<&str> = Vec::new();
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for row in &rows {
        if !classes.contains(&row.class.as_str()) {
            classes.push(&row.class);
        }
        if !keys.contains(&(&row.task, &row.topology)) {
            keys.push((&row.task, &row.topology));
        }
    }
    keys.sort_by_key(|(task, _)| spec.tasks.iter().position(|t| t.name == *task));
    let header: Vec<&str> = ["task", "topology"]
        .into_iter()
        .chain(classes.iter().copied())
        .collect();
    let body = keys.iter().map(|&(task, topology)| {
        let cell = |class: &&str| {
            let phase = |phase: &str| {
                let of = |r: &&&_| {
                    let r: &crate::representation::HiddenDimensionRow = r;
                    r.task == task
                        && r.topology == topology
                        && r.class == **class
                        && r.phase == phase
                };
                rows.iter()
                    .find(of)
                    .and_then(|r| r.value)
                    .map_or("-".to_owned(), short)
            };
            ["encode", "hold", "decode"].map(phase).join(" / ")
        };
        [task.to_owned(), topology.to_owned()]
            .into_iter()
            .chain(classes.iter().map(cell))
            .collect()
    });
    table(text, &header, body);
}

/// The rank correlations of k90 with structure whose intervals exclude zero, or the strongest ones
/// if there are none.
pub(super) fn relations(text: &mut String, tables: &Tables) {
    let mut rows: Vec<_> = tables
        .relations
        .iter()
        .filter(|r| r.estimator == "k90" && r.rho.is_some())
        .collect();
    if rows.is_empty() {
        return;
    }
    *text += "## Dimension and structure\n\nSpearman's rank correlation of k90 with measures of structure; the five strongest of each task and scope. \
              `without_nulls` is over animals and models, each of which is one unit. `within` is over each of them and its nulls, as deviations from \
              their mean, tested by exchanges within an animal. p is Holm-corrected over all measures of the scope.\n\n";
    let strength = |rho: Option<f64>| -rho.unwrap_or(0.0).abs();
    rows.sort_by(|a, b| {
        (&a.task, &a.scope)
            .cmp(&(&b.task, &b.scope))
            .then(strength(a.rho).total_cmp(&strength(b.rho)))
    });
    let show = |x: Option<f64>| x.map_or("-".to_owned(), short);
    let groups = rows.chunk_by(|a, b| (&a.task, &a.scope) == (&b.task, &b.scope));
    let body = groups.flat_map(|group| group.iter().take(5)).map(|r| {
        let interval = format!("{} [{}, {}]", show(r.rho), show(r.ci_low), show(r.ci_high));
        vec![
            r.task.clone(),
            r.scope.clone(),
            r.measure.clone(),
            format!("{} of {} units", r.n_topologies, r.n_units),
            interval,
            show(r.p_holm),
        ]
    });
    table(
        text,
        &["task", "scope", "measure", "wirings", "rho", "p (Holm)"],
        body,
    );
    let _ = writeln!(
        text,
        "Table `dimension_relations` has all of them, and those of the errors with each width.\n"
    );
}
