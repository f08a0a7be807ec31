//! The sections about trained networks: learning curves, contrasts with nulls, and the check of k*.

use maud::{Markup, html};
use std::collections::BTreeMap;

use super::draw::{Scale, WIDTH, at, curve, line, mark, svg, text, x_axis};
use super::figure::{Data, Figure, Value, number};
use super::tables::{Tables, is_origin};
use crate::bottleneck::LatentDimensionRow;

/// Most panels of learning curves.
const MOST_PANELS: usize = 18;
/// Most curves in a panel.
const MOST_CURVES: usize = 6;

/// Points of a curve.
type Points = Vec<(f64, f64)>;

/// Learning curves of the networks without a bottleneck, one panel per task and topology.
pub(super) fn learning_curves(tables: &Tables) -> Option<Figure> {
    let families = tables.families();
    let is_shown = |topology: &str| {
        families
            .get(topology)
            .is_none_or(|family| *family != "null")
    };
    let mut panels: BTreeMap<(&str, &str), BTreeMap<i64, Points>> = BTreeMap::new();
    let mut data = Data::new(&["task", "topology", "seed", "epoch", "test_loss"]);
    for row in &tables.learning_curves {
        let keys = &row.keys;
        if keys.latent_units.is_some() || !is_shown(&keys.topology) {
            continue;
        }
        let seeds = panels.entry((&keys.task, &keys.topology)).or_default();
        if seeds.len() < MOST_CURVES || seeds.contains_key(&keys.seed) {
            seeds
                .entry(keys.seed)
                .or_default()
                .push((f64::from(row.epoch), row.test_loss));
        }
        data.push(vec![
            keys.task.as_str().into(),
            keys.topology.as_str().into(),
            keys.seed.into(),
            Value::from(i64::from(row.epoch)),
            row.test_loss.into(),
        ]);
    }
    if panels.is_empty() {
        return None;
    }
    let left_out = panels.len().saturating_sub(MOST_PANELS);
    let (across, gap, head) = (3_usize, 24.0, 26.0);
    let (width, tall) = ((WIDTH - 2.0 * gap) / 3.0, 110.0);
    let height = head + tall + 34.0;
    let errors = panels
        .values()
        .flat_map(|seeds| seeds.values().flatten().map(|p| p.1));
    let (low, high) = (1e-3, errors.fold(1.0_f64, f64::max).min(10.0));
    let content = html! {
        @for (index, ((task, topology), seeds)) in panels.iter().take(MOST_PANELS).enumerate() {
            @let left = (index % across) as f64 * (width + gap);
            @let top = (index / across) as f64 * height + head;
            @let last = seeds.values().flatten().map(|p| p.0).fold(1.0, f64::max);
            @let x = Scale::linear([0.0, last], (left + 34.0, left + width));
            @let y = Scale::logarithmic([low, high], (top + tall, top));
            (text("panel", (left, top - 10.0), &format!("{topology} · {task}")))
            @for value in y.ticks() {
                (line("grid", (left + 34.0, y.of(value)), (left + width, y.of(value))))
                (text("tick end", (left + 30.0, y.of(value) + 4.0), &super::draw::tick(value)))
            }
            (text("tick end", (left + width, top + tall + 16.0), &format!("{last} epochs")))
            @for (series, points) in seeds.values().enumerate() {
                (curve(
                    &format!("line thin l{series}"),
                    points.iter().map(|p| (x.of(p.0), y.of(p.1.max(low)))),
                ))
            }
        }
    };
    let rows = panels.len().min(MOST_PANELS).div_ceil(across) as f64;
    let mut caption = "Held-out error after each epoch, without a bottleneck; one line per seed \
                       (at most six). An error of 1 is that of a network that has learnt nothing."
        .to_owned();
    if left_out > 0 {
        caption += &format!(" {left_out} more panels are in the CSV file.");
    }
    Some(Figure {
        id: "learning-curves".to_owned(),
        title: "Learning curves".to_owned(),
        caption,
        svg: svg(
            "learning-curves",
            rows * height,
            "Learning curves of the networks without a bottleneck",
            "Small panels, one for each topology and task.",
            content,
        ),
        data,
    })
}

/// The differences of trained topologies from their nulls.
pub(super) fn contrasts(tables: &Tables) -> Option<Figure> {
    let rows: Vec<_> = tables
        .contrasts
        .iter()
        .filter(|row| {
            row.difference.is_some() && ["error_without", "k90"].contains(&row.estimator.as_str())
        })
        .take(48)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut data = Data::new(&[
        "topology",
        "task",
        "estimator",
        "difference",
        "ci_low",
        "ci_high",
        "effect_size",
        "smallest_detectable",
        "p_value",
        "p_holm",
        "pairs",
    ]);
    for row in &rows {
        data.push(vec![
            row.topology.as_str().into(),
            row.task.as_str().into(),
            row.estimator.as_str().into(),
            row.difference.into(),
            row.ci_low.into(),
            row.ci_high.into(),
            row.effect_size.into(),
            row.smallest_detectable.into(),
            row.p_value.into(),
            row.p_holm.into(),
            Value::from(i64::from(row.n_pairs)),
        ]);
    }
    let mut content = html! {};
    let mut top = 0.0;
    for (estimator, label) in [
        (
            "error_without",
            "held-out error without a bottleneck, wiring minus nulls",
        ),
        ("k90", "latent units that keep 90 %, wiring minus nulls"),
    ] {
        let of: Vec<_> = rows
            .iter()
            .filter(|row| row.estimator == estimator)
            .collect();
        if of.is_empty() {
            continue;
        }
        let (left, step) = (250.0, 20.0);
        let ends = of
            .iter()
            .flat_map(|row| [row.difference, row.ci_low, row.ci_high]);
        let x = Scale::linear(ends.flatten(), (left, WIDTH - 20.0));
        let (start, bottom) = (top + 16.0, top + 20.0 + step * of.len() as f64);
        content = html! {
            (content)
            (x_axis(x, start, bottom, label))
            (line("mean", (x.of(0.0), start), (x.of(0.0), bottom)))
            @for (index, row) in of.iter().enumerate() {
                @let y = start + step * (index as f64 + 0.5);
                (text(
                    "tick end",
                    (left - 8.0, y + 4.0),
                    &format!("{} · {}", row.topology, row.task),
                ))
                @if let (Some(low), Some(high)) = (row.ci_low, row.ci_high) {
                    (line("interval", (x.of(low), y), (x.of(high), y)))
                }
                @let difference = row.difference.unwrap_or(0.0);
                (mark(
                    0,
                    (x.of(difference), y),
                    &format!("{}: {}", row.topology, number(difference)),
                ))
            }
        };
        top = bottom + 48.0;
    }
    Some(Figure {
        id: "contrasts".to_owned(),
        title: "Trained wirings against their nulls".to_owned(),
        caption: "Differences paired by seed, with 95 % intervals. Left of the line the wiring \
                  does better than its nulls."
            .to_owned(),
        svg: svg(
            "contrasts-figure",
            top,
            "Differences of trained wirings from their nulls",
            "One line per wiring and task.",
            content,
        ),
        data,
    })
}

/// k* against the units that the task needs.
pub(super) fn known_and_found(tables: &Tables) -> Option<Figure> {
    let stars: Vec<(&LatentDimensionRow, f64, f64)> = tables
        .latent
        .iter()
        .filter(|row| row.estimator == "sufficient_bottleneck" && row.family != "null")
        .filter_map(|row| Some((row, f64::from(row.embedding_dimension?), row.value?)))
        .collect();
    if stars.is_empty() {
        return None;
    }
    let mut data = Data::new(&["topology", "task", "needed", "found", "ci_low", "ci_high"]);
    for (row, needed, found) in &stars {
        data.push(vec![
            row.topology.as_str().into(),
            row.task.as_str().into(),
            (*needed).into(),
            (*found).into(),
            row.ci_low.into(),
            row.ci_high.into(),
        ]);
    }
    let (left, right, top, bottom) = (60.0, 420.0, 30.0, 330.0);
    let largest = stars
        .iter()
        .flat_map(|star| [star.1, star.2])
        .fold(1.0, f64::max);
    let (x, y) = (
        Scale::linear([0.0, largest], (left, right)),
        Scale::linear([0.0, largest], (bottom, top)),
    );
    // Equal points lie side by side, so that each can be seen.
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut earlier = |needed: f64, found: f64| {
        let place = seen.entry((at(needed), at(found))).or_default();
        *place += 1;
        *place - 1
    };
    let content = html! {
        (x_axis(x, top, bottom, "units that the task needs"))
        (super::draw::y_axis(y, left, right, "sufficient bottleneck, k*"))
        (line("mean", (x.of(0.0), y.of(0.0)), (x.of(largest), y.of(largest))))
        @for (row, needed, found) in &stars {
            @let offset = (earlier(*needed, *found) % 8) as f64 * 10.0;
            @let series = usize::from(!is_origin(&row.family));
            (mark(series, (x.of(*needed) + offset, y.of(*found)),
                &format!("{} on {}: {found} of {needed}", row.topology, row.task)))
        }
    };
    Some(Figure {
        id: "known-and-found".to_owned(),
        title: "Does training find the known dimension?".to_owned(),
        caption: "Every mark is a topology on a task whose dimension is known; on the line, k* is \
                  right. Circles are wirings, squares controls. Equal marks lie side by side."
            .to_owned(),
        svg: svg(
            "known-and-found",
            bottom + 44.0,
            "k* against the units that the tasks need",
            "Marks on the diagonal are right.",
            content,
        ),
        data,
    })
}

/// What did not converge, as a table. It is `None` if everything did.
pub(super) fn failures(tables: &Tables) -> Option<Markup> {
    let mut groups: BTreeMap<(&str, &str, &str), (usize, f64)> = BTreeMap::new();
    for run in tables.runs.iter().filter(|run| !run.converged) {
        let key = (
            run.keys.task.as_str(),
            run.keys.topology.as_str(),
            run.status.as_str(),
        );
        let (count, error) = groups.entry(key).or_default();
        *count += 1;
        *error += run.test_loss.unwrap_or(f64::NAN);
    }
    if groups.is_empty() {
        return None;
    }
    let mut data = Data::new(&["task", "topology", "status", "runs", "mean error"]);
    for ((task, topology, status), (count, error)) in groups {
        data.push(vec![
            task.into(),
            topology.into(),
            status.replace('_', " ").into(),
            Value::from(count as i64),
            (error / count as f64).into(),
        ]);
    }
    Some(data.html("Networks that did not converge"))
}
