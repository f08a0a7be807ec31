//! The error over the number of units and of active units of sparse bottlenecks.

use maud::html;
use std::collections::BTreeMap;

use super::draw::{Scale, WIDTH, curve, legend, line, mark, svg, text, tick};
use super::figure::{Data, Figure, Value, number};
use super::tables::Tables;
use crate::bottleneck::SparseBottleneckRow;

/// Most panels of the figure.
const MOST_PANELS: usize = 12;
/// Most numbers of units in a panel.
const MOST_CURVES: usize = 6;

/// The errors over active units, one panel per task and topology, one line per number of units.
pub(super) fn figure(tables: &Tables) -> Option<Figure> {
    let mut panels: BTreeMap<(&str, &str), Vec<&SparseBottleneckRow>> = BTreeMap::new();
    let mut data = Data::new(&[
        "task",
        "topology",
        "units",
        "active_units",
        "needed",
        "error",
        "ci_low",
        "ci_high",
        "dead_share",
        "status",
    ]);
    for row in &tables.sparse {
        panels
            .entry((&row.task, &row.topology))
            .or_default()
            .push(row);
        data.push(vec![
            row.task.as_str().into(),
            row.topology.as_str().into(),
            Value::from(i64::from(row.units)),
            Value::from(i64::from(row.active_units)),
            row.embedding_dimension.map(f64::from).into(),
            row.error.into(),
            row.ci_low.into(),
            row.ci_high.into(),
            row.dead_share.into(),
            row.status.as_str().into(),
        ]);
    }
    if panels.is_empty() {
        return None;
    }
    let mut units: Vec<i32> = tables.sparse.iter().map(|row| row.units).collect();
    units.sort_unstable();
    units.dedup();
    units.truncate(MOST_CURVES);
    let names: Vec<String> = units.iter().map(|units| format!("{units} units")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (key, used) = legend(&names, 16.0, 0.0);
    let (across, gap, head, tall) = (3_usize, 24.0, 26.0, 110.0);
    let width = (WIDTH - 2.0 * gap) / 3.0;
    let height = head + tall + 40.0;
    let errors = tables.sparse.iter().filter_map(|row| row.error);
    let (low, high) = errors.fold((1e-2, 1.0), |(low, high): (f64, f64), error| {
        (low.min(error.max(1e-5)), high.max(error.min(10.0)))
    });
    let content = html! {
        (key)
        @for (index, ((task, topology), rows)) in panels.iter().take(MOST_PANELS).enumerate() {
            @let left = (index % across) as f64 * (width + gap);
            @let top = used + (index / across) as f64 * height + head;
            @let last = rows.iter().map(|row| row.active_units).max().map_or(1.0, f64::from);
            @let x = Scale::linear([0.0, last], (left + 34.0, left + width - 8.0));
            @let y = Scale::logarithmic([low, high], (top + tall, top));
            (text("panel", (left, top - 10.0), &format!("{topology} · {task}")))
            @for value in y.ticks() {
                (line("grid", (left + 34.0, y.of(value)), (left + width, y.of(value))))
                (text("tick end", (left + 30.0, y.of(value) + 4.0), &tick(value)))
            }
            @let needed = rows[0].embedding_dimension.map(f64::from);
            @if let Some(needed) = needed.filter(|m| *m <= last) {
                (line("mean", (x.of(needed), top), (x.of(needed), top + tall)))
            }
            (text("tick end", (left + width, top + tall + 16.0), &format!("{last} active units")))
            @for (series, units) in units.iter().enumerate() {
                @let points: Vec<(f64, f64)> = rows
                    .iter()
                    .filter(|row| row.units == *units)
                    .filter_map(|row| {
                        Some((f64::from(row.active_units), row.error?.clamp(low, high)))
                    })
                    .collect();
                (curve(
                    &format!("line thin l{series}"),
                    points.iter().map(|p| (x.of(p.0), y.of(p.1))),
                ))
                @for point in &points {
                    (mark(series, (x.of(point.0), y.of(point.1)),
                        &format!("{} of {units} units: {}", point.0, number(point.1))))
                }
            }
        }
    };
    let rows = panels.len().min(MOST_PANELS).div_ceil(across) as f64;
    let mut caption = "Held-out error over the units that are active in a sequence, for several \
                       numbers of units; mean over seeds. The upright line is what an exact code \
                       of the task needs."
        .to_owned();
    let left_out = panels.len().saturating_sub(MOST_PANELS);
    if left_out > 0 {
        caption += &format!(" {left_out} more panels are in the CSV file.");
    }
    Some(Figure {
        id: "sparse-bottleneck".to_owned(),
        title: "Error over units and active units".to_owned(),
        caption,
        svg: svg(
            "sparse-bottleneck",
            used + rows * height,
            "Held-out error of networks with sparse bottlenecks",
            "Small panels, one for each topology and task.",
            content,
        ),
        data,
    })
}
