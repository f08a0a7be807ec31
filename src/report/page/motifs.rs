//! The section about motifs: what they are, how often they occur, and through whom.

use maud::html;

use super::draw::{SERIES, Scale, WIDTH, legend, line, mark, svg, text, x_axis};
use super::figure::{Data, Figure, Value, number};
use super::motif_drawing::{SIDE, drawing};
use super::tables::{Tables, distinct};
use crate::motif::Pattern;
use crate::motif::survey::MotifCountRow;

/// The section's figures.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    [drawings(tables), enrichment(tables), participants(tables)]
        .into_iter()
        .flatten()
        .collect()
}

/// The motifs of the run, drawn.
fn drawings(tables: &Tables) -> Option<Figure> {
    let patterns: Vec<Pattern> = tables
        .motifs
        .iter()
        .filter_map(|row| Pattern::parse(&row.motif, &row.notation).ok())
        .collect();
    if patterns.is_empty() {
        return None;
    }
    let mut data = Data::new(&["motif", "roles", "synapses", "automorphisms", "notation"]);
    for row in &tables.motifs {
        data.push(vec![
            row.motif.as_str().into(),
            Value::from(i64::from(row.roles)),
            Value::from(i64::from(row.edges)),
            Value::from(i64::from(row.automorphisms)),
            row.notation.trim().replace('\n', "; ").into(),
        ]);
    }
    let across = (WIDTH / SIDE).floor() as usize;
    let height = SIDE + 12.0;
    let content = html! {
        @for (index, pattern) in patterns.iter().enumerate() {
            @let (column, row) = (index % across, index / across);
            (drawing(pattern, (column as f64 * (SIDE + 14.0), row as f64 * height)))
        }
    };
    let rows = patterns.len().div_ceil(across) as f64;
    Some(Figure {
        id: "motif-drawings".to_owned(),
        title: "The motifs".to_owned(),
        caption: "Arrows excite, bars inhibit, dots may do either. Neurons with a thick line are \
                  excitatory, with a dashed line inhibitory; the others may be either."
            .to_owned(),
        svg: svg(
            "motif-drawings",
            rows * height,
            "Drawings of the motifs",
            "The table below has the same in the notation of motif files.",
            content,
        ),
        data,
    })
}

/// Counts over the mean of the nulls, for each motif and connectome.
fn enrichment(tables: &Tables) -> Option<Figure> {
    let lowest = tables.motif_counts.iter().map(|row| row.min_weight);
    let lowest = lowest.fold(f64::INFINITY, f64::min);
    let rows: Vec<(&MotifCountRow, f64)> = tables
        .motif_counts
        .iter()
        .filter(|row| row.matching == "subgraph" && row.min_weight == lowest)
        .filter_map(|row| Some((row, row.fold.filter(|fold| *fold > 0.0)?)))
        .collect();
    let first_model = rows.first().map(|(row, _)| row.sign_model.clone())?;
    let mut data = Data::new(&[
        "motif",
        "connectome",
        "sign_model",
        "count",
        "fold",
        "fold_low",
        "fold_high",
        "z",
        "p_greater",
        "p_less",
    ]);
    for (row, fold) in &rows {
        data.push(vec![
            row.motif.as_str().into(),
            row.connectome.as_str().into(),
            row.sign_model.as_str().into(),
            row.count.into(),
            (*fold).into(),
            row.fold_ci_low.into(),
            row.fold_ci_high.into(),
            row.z.into(),
            row.p_greater.into(),
            row.p_less.into(),
        ]);
    }
    let shown: Vec<_> = rows
        .iter()
        .filter(|(row, _)| row.sign_model == first_model)
        .collect();
    let motifs = distinct(shown.iter().map(|(row, _)| row.motif.as_str()));
    let mut connectomes = distinct(shown.iter().map(|(row, _)| row.connectome.as_str()));
    connectomes.truncate(SERIES);
    let left = 80.0;
    let (key, used) = legend(&connectomes, 16.0, left);
    let step = 12.0 * connectomes.len() as f64 + 10.0;
    let top = used + 24.0;
    let bottom = top + step * motifs.len() as f64;
    let ends = shown
        .iter()
        .flat_map(|(row, fold)| [Some(*fold), row.fold_ci_low, row.fold_ci_high, Some(1.0)]);
    let x = Scale::logarithmic(ends.flatten(), (left, WIDTH - 20.0));
    let content = html! {
        (key)
        (x_axis(x, top - 6.0, bottom, "count over the mean of the nulls"))
        (line("mean", (x.of(1.0), top - 6.0), (x.of(1.0), bottom)))
        @for (index, motif) in motifs.iter().enumerate() {
            @let middle = top + step * (index as f64 + 0.5);
            (text("tick end", (left - 8.0, middle + 4.0), motif))
            @for (row, fold) in shown.iter().filter(|(row, _)| row.motif == **motif) {
                @if let Some(series) = connectomes.iter().position(|name| *name == row.connectome) {
                    @let y = top + step * index as f64 + 11.0 + 12.0 * series as f64;
                    @if let (Some(low), Some(high)) = (row.fold_ci_low, row.fold_ci_high) {
                        (line("interval", (x.of(low), y), (x.of(high), y)))
                    }
                    (mark(
                        series,
                        (x.of(*fold), y),
                        &format!(
                            "{motif} in {}: {} times its nulls",
                            row.connectome,
                            number(*fold)
                        ),
                    ))
                }
            }
        }
    };
    let nulls = shown.first().and_then(|(row, _)| row.nulls).unwrap_or(0);
    Some(Figure {
        id: "motif-enrichment".to_owned(),
        title: "Motifs beside their nulls".to_owned(),
        caption: format!(
            "Counts as subgraphs under the sign model {first_model}, over the mean of {nulls} \
             nulls, with the 95 % sampling interval. Right of the line a motif is more frequent \
             than in its nulls. The numbers below have every sign model."
        ),
        svg: svg(
            "motif-enrichment",
            bottom + 44.0,
            "Enrichment of motifs",
            "One group of marks per motif, one mark per connectome.",
            content,
        ),
        data,
    })
}

/// Neurons that take part in most occurrences of XOR5.
fn participants(tables: &Tables) -> Option<Figure> {
    const NEURONS: usize = 8;
    let lowest = tables.participation.iter().map(|row| row.keys.min_weight);
    let lowest = lowest.fold(f64::INFINITY, f64::min);
    let model = tables
        .participation
        .first()
        .map(|row| row.keys.sign_model.clone())?;
    let rows = tables.participation.iter().filter(|row| {
        row.keys.motif == "xor5"
            && row.keys.matching == "subgraph"
            && row.keys.min_weight == lowest
            && row.keys.sign_model == model
    });
    let mut groups: Vec<(&str, Vec<(f64, &str)>)> = Vec::new();
    for row in rows {
        let connectome = row.keys.connectome.as_str();
        let place = groups.iter().position(|(name, _)| *name == connectome);
        let place = place.unwrap_or_else(|| {
            groups.push((connectome, Vec::new()));
            groups.len() - 1
        });
        let neurons = &mut groups[place].1;
        match neurons.iter_mut().find(|(_, name)| *name == row.neuron) {
            Some((count, _)) => *count += row.count as f64,
            None => neurons.push((row.count as f64, &row.neuron)),
        }
    }
    groups.truncate(8);
    let mut data = Data::new(&["connectome", "neuron", "occurrences"]);
    for (connectome, neurons) in &mut groups {
        neurons.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        neurons.truncate(NEURONS);
        for (count, neuron) in neurons {
            data.push(vec![
                (*connectome).into(),
                (*neuron).into(),
                (*count).into(),
            ]);
        }
    }
    if data.rows.is_empty() {
        return None;
    }
    let content = super::draw::bars(&groups, NEURONS);
    let height = super::draw::bars_height(groups.len(), NEURONS);
    Some(Figure {
        id: "motif-participants".to_owned(),
        title: "Who takes part in XOR5".to_owned(),
        caption: format!(
            "Occurrences as subgraphs in which a neuron plays any role, under the sign model \
             {model}. The eight neurons of each connectome that take part most often."
        ),
        svg: svg(
            "motif-participants",
            height,
            "Neurons in most occurrences of XOR5",
            "Bars of named neurons, one panel per connectome.",
            content,
        ),
        data,
    })
}
