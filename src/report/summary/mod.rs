//! The file `summary.md`, which tells people what a pipeline found.

mod dimensions;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::folder::Folder;
use crate::bottleneck::{DimensionRelationRow, LatentContrastRow, LatentDimensionRow};
use crate::connectome::ConnectomeRow;
use crate::motif::survey::MotifCountRow;
use crate::pipeline::Spec;
use crate::representation::HiddenDimensionRow;
use crate::table::TableError;
use crate::table::text::short;
use crate::text::{plain, plain_line};
use crate::training::homeostatic::HomeostaticRunRow;
use crate::training::{TrainingBudgetRow, TrainingRunRow};

/// The tables that the summary is made from.
struct Tables {
    connectomes: Vec<ConnectomeRow>,
    motif_counts: Vec<MotifCountRow>,
    homeostatic_runs: Vec<HomeostaticRunRow>,
    training_runs: Vec<TrainingRunRow>,
    training_budgets: Vec<TrainingBudgetRow>,
    latent_dimension: Vec<LatentDimensionRow>,
    hidden_dimension: Vec<HiddenDimensionRow>,
    latent_contrasts: Vec<LatentContrastRow>,
    relations: Vec<DimensionRelationRow>,
}

/// Makes the summary of a pipeline from the tables in a folder, as Markdown.
///
/// # Errors
/// [`TableError`] if a table in the folder is damaged.
pub fn markdown(spec: &Spec, folder: &Folder) -> Result<String, TableError> {
    let tables = &Tables {
        connectomes: folder.rows()?,
        motif_counts: folder.rows()?,
        homeostatic_runs: folder.rows()?,
        training_runs: folder.rows()?,
        training_budgets: folder.rows()?,
        latent_dimension: folder.rows()?,
        hidden_dimension: folder.rows()?,
        latent_contrasts: folder.rows()?,
        relations: folder.rows()?,
    };
    let mut text = format!("# {}\n\n", spec.name);
    text += "Made by engraph from the tables in this folder; `engraph schema` explains their \
             columns. Numbers are computed here unless a source is named. A contrast between \
             topologies is a hypothesis under test, not a fact about animals.\n\n";
    connectomes(&mut text, tables);
    motifs(&mut text, spec, tables);
    dimensions::known(&mut text, spec, tables);
    latent(&mut text, spec, tables);
    dimensions::by_class(&mut text, spec, tables);
    contrasts(&mut text, tables);
    dimensions::relations(&mut text, tables);
    runs(&mut text, tables);
    homeostatic(&mut text, tables);
    Ok(plain(&text).into_owned())
}

fn table(text: &mut String, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = writeln!(text, "| {} |", header.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(header.len()));
    for row in rows {
        let row: Vec<_> = row.iter().map(|cell| plain_line(cell)).collect();
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text.push('\n');
}

fn connectomes(text: &mut String, tables: &Tables) {
    *text += "## Connectomes\n\n";
    let header = [
        "connectome",
        "animal",
        "neurons",
        "edges",
        "gap pairs",
        "unit",
        "source",
    ];
    let rows = tables.connectomes.iter().map(|c| {
        let numbers = [c.neurons, c.chemical_edges, c.gap_pairs].map(|n| n.to_string());
        let [neurons, edges, gaps] = numbers;
        vec![
            c.connectome.clone(),
            c.animal.clone(),
            neurons,
            edges,
            gaps,
            c.unit.clone(),
            c.citation.clone(),
        ]
    });
    table(text, &header, rows);
}

fn motifs(text: &mut String, spec: &Spec, tables: &Tables) {
    if tables.motif_counts.is_empty() {
        return;
    }
    *text += "## Motifs\n\nOccurrences as subgraph / as induced subgraph, and their ratio to the null mean where nulls were drawn \
              (`<` or `>` where the empirical one-sided p is at most .05; two tests a cell, uncorrected). Both are shown, for a motif may be enriched as a subgraph and \
              depleted as an induced one.\n\n";
    let names: Vec<&str> = spec.motifs.resolved.iter().map(|m| m.name()).collect();
    let mut keys: Vec<(&str, &str, f64)> = Vec::new();
    for row in &tables.motif_counts {
        let key = (
            row.connectome.as_str(),
            row.sign_model.as_str(),
            row.min_weight,
        );
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let find = |key: &(&str, &str, f64), motif: &str, matching: &str| {
        tables.motif_counts.iter().find(|r| {
            (r.connectome.as_str(), r.sign_model.as_str(), r.min_weight) == *key
                && r.motif == motif
                && r.matching == matching
        })
    };
    let rows = keys.iter().map(|key| {
        let mut row = vec![key.0.to_owned(), key.1.to_owned(), short(key.2)];
        for motif in &names {
            let cell = |matching| find(key, motif, matching).map_or("-".to_owned(), count_cell);
            row.push(format!("{} / {}", cell("subgraph"), cell("induced")));
        }
        row
    });
    let header: Vec<&str> = ["connectome", "signs", "weight >="]
        .into_iter()
        .chain(names.iter().copied())
        .collect();
    table(text, &header, rows);
    if let Some(row) = tables.motif_counts.iter().find(|r| r.nulls.is_some()) {
        let (nulls, model) = (
            row.nulls.unwrap_or(0),
            row.null_model.as_deref().unwrap_or(""),
        );
        let _ = writeln!(
            text,
            "Nulls: {nulls} per count, `{model}`, seed {}.\n",
            row.seed.unwrap_or(0)
        );
    }
    let drawn = |r: &&MotifCountRow| r.draws_count_mean.is_some();
    if let Some(draws) = tables
        .motif_counts
        .iter()
        .find(drawn)
        .and_then(|r| r.sign_draws)
    {
        let _ = writeln!(
            text,
            "Where signs are assumed, the count is that of one draw of signs; beside it stand mean [5 %, 95 % quantile] of {draws} draws.\n"
        );
    }
}

fn count_cell(row: &MotifCountRow) -> String {
    let mark = match (row.p_greater, row.p_less) {
        (Some(p), _) if p <= 0.05 => " >",
        (_, Some(p)) if p <= 0.05 => " <",
        _ => "",
    };
    let count = match row.fold {
        Some(fold) => format!("{} ({}x{mark})", row.count, short(fold)),
        // No ratio to nulls that all count 0 exists, but their tail does.
        None => format!("{}{mark}", row.count),
    };
    let draws = (
        row.draws_count_mean,
        row.draws_count_low,
        row.draws_count_high,
    );
    let (Some(mean), Some(low), Some(high)) = draws else {
        return count;
    };
    format!(
        "{count}, draws {} [{}, {}]",
        short(mean),
        short(low),
        short(high)
    )
}

/// An estimate as `2 [2, 2]`, or the reason why there is no number.
fn dimension_cell(row: Option<&LatentDimensionRow>) -> String {
    let Some(row) = row else {
        return "-".to_owned();
    };
    let Some(value) = row.value else {
        return format!("none: {}", row.status.replace('_', " "));
    };
    let end = |end: Option<f64>| end.map_or("?".to_owned(), short);
    if row.ci_low.is_none() && row.ci_high.is_none() {
        return short(value);
    }
    format!(
        "{} [{}, {}]",
        short(value),
        end(row.ci_low),
        end(row.ci_high)
    )
}

fn latent(text: &mut String, spec: &Spec, tables: &Tables) {
    if tables.latent_dimension.is_empty() {
        return;
    }
    *text += "## Latent dimension\n\nThe sufficient bottleneck k* is the smallest number of latent units with which a topology \
              reproduces held-out sequences about as well as without a bottleneck; k90 is the interpolated number that keeps 90 % of \
              what it explains. Both come with 95 % intervals over seeds. A network that has not learnt gives no number. The last columns \
              estimate the dimension of the activity itself: of the widest bottleneck's units (PR: corrected participation ratio; TwoNN) \
              and of the hidden state. Each null stands below the topology it was made from; species-like topologies are models with published statistics, no \
              animal's data.\n\n";
    for task in &spec.tasks {
        let of_task: Vec<&LatentDimensionRow> = tables
            .latent_dimension
            .iter()
            .filter(|r| r.task == task.name)
            .collect();
        let known = task.known_dimension();
        let ambient = of_task.first().map_or(0, |row| row.ambient_dimension);
        let _ = writeln!(
            text,
            "### Task {} ({known}, {ambient} values per sequence)\n",
            task.name
        );
        let mut topologies: Vec<(&str, &str)> = Vec::new();
        for row in &of_task {
            if !topologies.contains(&(&row.topology, &row.family)) {
                topologies.push((&row.topology, &row.family));
            }
        }
        // Topologies come first, each followed by its nulls, whose names begin with its own.
        // Controls come last.
        topologies.sort_by_key(|&(name, family)| (family == "control", name));
        let find = |name: &str, estimator: &str| {
            of_task
                .iter()
                .find(|r| r.topology == name && r.estimator == estimator)
                .copied()
        };
        let error = |name: &str, units: Option<i32>| {
            let errors: Vec<f64> = tables
                .training_runs
                .iter()
                .filter(|r| {
                    r.keys.topology == name
                        && r.keys.task == task.name
                        && r.keys.latent_units == units
                })
                .map(|r| r.test_loss.unwrap_or(f64::NAN))
                .collect();
            short(errors.iter().sum::<f64>() / errors.len() as f64)
        };
        let rows = topologies.iter().map(|&(name, family)| {
            let estimate = |estimator: &str| dimension_cell(find(name, estimator));
            vec![
                name.to_owned(),
                family.to_owned(),
                estimate("sufficient_bottleneck"),
                estimate("k90"),
                error(name, None),
                estimate("latent_participation_ratio_corrected"),
                estimate("latent_two_nn"),
                estimate("hidden_participation_ratio_corrected"),
                estimate("hidden_two_nn"),
            ]
        });
        let header = [
            "topology",
            "family",
            "k*",
            "k90",
            "error without bottleneck",
            "latent PR",
            "latent TwoNN",
            "hidden PR",
            "hidden TwoNN",
        ];
        table(text, &header, rows);
    }
}

fn contrasts(text: &mut String, tables: &Tables) {
    if tables.latent_contrasts.is_empty() {
        return;
    }
    *text += "## Topologies against their nulls\n\nDifferences paired by seed (topology minus the mean of its nulls), with 95 % \
              intervals over pairs. Nulls trained with every seed are averaged and taken as given: with one null this compares with that one wiring. \
              Paired nulls have one pair each, over wirings and seeds. p by sign-flip permutation, Holm-corrected per estimator; with five pairs \
              it cannot fall below .0625. What differs is a hypothesis under test, what does not is kept.\n\n";
    let show = |x: Option<f64>| x.map_or("-".to_owned(), short);
    let rows = tables
        .latent_contrasts
        .iter()
        .filter(|r| r.estimator == "k90")
        .map(|r| {
            vec![
                r.topology.clone(),
                r.n_baselines.to_string(),
                r.task.clone(),
                r.estimator.clone(),
                match r.difference {
                    Some(_) => format!(
                        "{} [{}, {}]",
                        show(r.difference),
                        show(r.ci_low),
                        show(r.ci_high)
                    ),
                    None => format!("none: {}", r.status.replace('_', " ")),
                },
                show(r.p_value),
                show(r.p_holm),
                r.n_pairs.to_string(),
            ]
        });
    table(
        text,
        &[
            "topology",
            "nulls",
            "task",
            "estimator",
            "difference",
            "p",
            "p (Holm)",
            "pairs",
        ],
        rows,
    );
}

fn runs(text: &mut String, tables: &Tables) {
    let runs = &tables.training_runs;
    if runs.is_empty() {
        return;
    }
    let failed: Vec<&TrainingRunRow> = runs.iter().filter(|r| !r.converged).collect();
    let _ = writeln!(
        text,
        "## Training\n\n{} runs, {} of which did not converge.\n",
        runs.len(),
        failed.len()
    );
    let slow = tables.training_budgets.iter().filter(|row| row.patient);
    let slow: Vec<_> = slow
        .map(|row| format!("{} on {}", row.topology, row.task))
        .collect();
    if !slow.is_empty() {
        let _ = writeln!(
            text,
            "Trained with patience, for they learn slowly: {}.\n",
            slow.join(", ")
        );
    }
    if failed.is_empty() {
        return;
    }
    let mut groups: BTreeMap<[&str; 3], Vec<Option<i32>>> = BTreeMap::new();
    for r in &failed {
        groups
            .entry([&r.keys.task, &r.keys.topology, &r.status])
            .or_default()
            .push(r.keys.latent_units);
    }
    let rows = groups
        .into_iter()
        .map(|([task, topology, status], mut widths)| {
            let count = widths.len();
            widths.sort_unstable();
            widths.dedup();
            let width = |k: Option<i32>| k.map_or("none".to_owned(), |k| k.to_string());
            let widths: Vec<String> = widths.into_iter().map(width).collect();
            vec![
                task.to_owned(),
                topology.to_owned(),
                status.replace('_', " "),
                count.to_string(),
                widths.join(", "),
            ]
        });
    table(
        text,
        &["task", "topology", "status", "runs", "bottleneck units"],
        rows,
    );
}

fn homeostatic(text: &mut String, tables: &Tables) {
    if tables.homeostatic_runs.is_empty() {
        return;
    }
    *text += "## Homeostatic rule\n\nBits of held-out sequences reconstructed by binary units that learn from mismatched bits alone; means \
              over seeds. Matched: runs in which every bit of every training sequence matched. Bits without a path of two synapses \
              from their input neuron to their output neuron stay at chance, unless other bits foretell them.\n\n";
    let mut groups: BTreeMap<[&str; 2], Vec<&HomeostaticRunRow>> = BTreeMap::new();
    for row in &tables.homeostatic_runs {
        groups
            .entry([&row.task, &row.topology])
            .or_default()
            .push(row);
    }
    let rows = groups.into_iter().map(|([task, topology], rows)| {
        let mean = |column: fn(&HomeostaticRunRow) -> Option<f64>| {
            let values: Vec<f64> = rows.iter().filter_map(|row| column(row)).collect();
            if values.is_empty() {
                "-".to_owned()
            } else {
                short(values.iter().sum::<f64>() / values.len() as f64)
            }
        };
        let matched = rows.iter().filter(|row| row.status == "matched").count();
        let refused = rows.iter().any(|row| row.status == "too_many_bits");
        vec![
            task.to_owned(),
            topology.to_owned(),
            rows[0].bits.to_string(),
            mean(|row| row.bit_accuracy),
            mean(|row| row.balanced_accuracy),
            mean(|row| row.constant_accuracy),
            mean(|row| row.exact_sequences),
            mean(|row| row.pathless_bits.map(f64::from)),
            if refused {
                "too many bits".to_owned()
            } else {
                format!("{matched} of {}", rows.len())
            },
        ]
    });
    let header = [
        "task",
        "topology",
        "bits",
        "bit accuracy",
        "balanced",
        "best constant",
        "exact sequences",
        "bits without a path",
        "matched",
    ];
    table(text, &header, rows);
}
