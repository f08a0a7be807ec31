//! Which of the dimensions that wirings offer their trained networks use.

use maud::html;

use super::draw::{Scale, WIDTH, legend, line, mark, svg, text, x_axis};
use super::figure::{Data, Figure, number};
use super::tables::{Tables, is_origin};
use crate::capacity::HEADLINE_SNR;
use crate::statistics::mean_and_sd;
use crate::training::UsedDimensionRow;

/// What is compared, in the order of the series.
const NAMES: [&str; 3] = ["offered by structure", "used", "carried"];

/// One line per wiring, at the largest number of sources: what the structure offers, what the
/// trained network uses, and what it carries.
pub(super) fn figure(tables: &Tables) -> Option<Figure> {
    let headline: Vec<&UsedDimensionRow> = tables
        .used
        .iter()
        .filter(|row| row.measure == "carried" && row.snr == HEADLINE_SNR && row.value.is_some())
        .collect();
    let sources = headline.iter().map(|row| row.latent_dimension).max()?;
    let at_most = |row: &&&UsedDimensionRow| row.latent_dimension == sources;
    let rows: Vec<&UsedDimensionRow> = headline.iter().filter(at_most).copied().collect();
    let offered = |topology: &str| {
        let of_wiring = tables.dimensions.iter().find(|row| {
            row.keys.topology == topology
                && row.keys.measure == "carried"
                && row.keys.weights == "counts"
                && tables.headline.has(&row.keys)
        });
        of_wiring.and_then(|row| row.value)
    };
    let carried = |used: &UsedDimensionRow| {
        let of_task = tables
            .carried
            .iter()
            .find(|row| row.topology == used.topology && row.task == used.task);
        of_task.and_then(|row| row.carried)
    };
    // Paired nulls are one topology, `X.nulls`, others are `X.null1`, `X.null2`, and so on.
    let of_nulls = |origin: &UsedDimensionRow| {
        let name = format!("{}.null", origin.topology);
        let nulls = rows
            .iter()
            .filter(|row| row.topology.starts_with(&name) && row.task == origin.task);
        let values: Vec<f64> = nulls.filter_map(|row| row.value).collect();
        (!values.is_empty()).then(|| mean_and_sd(&values).0)
    };
    let mut data = Data::new(&[
        "wiring",
        "task",
        "offered",
        "used",
        "ci_low",
        "ci_high",
        "used_by_nulls",
        "carried",
        "status",
    ]);
    let origins: Vec<&UsedDimensionRow> = rows
        .iter()
        .filter(|row| is_origin(&row.family))
        .copied()
        .take(40)
        .collect();
    if origins.is_empty() {
        return None;
    }
    let mut values = Vec::new();
    for row in &origins {
        let of_row = [offered(&row.topology), row.value, carried(row)];
        values.extend([of_row[0], of_row[1], of_row[2], row.ci_high, of_nulls(row)]);
        data.push(vec![
            row.topology.as_str().into(),
            row.task.as_str().into(),
            of_row[0].into(),
            row.value.into(),
            row.ci_low.into(),
            row.ci_high.into(),
            of_nulls(row).into(),
            of_row[2].into(),
            row.status.as_str().into(),
        ]);
    }
    let (left, step) = (190.0, 24.0);
    let (key, used) = legend(&NAMES, 16.0, left);
    let top = used + 24.0;
    let bottom = top + step * origins.len() as f64;
    let x = Scale::linear(values.into_iter().flatten(), (left, WIDTH - 20.0));
    let drawing = html! {
        (key)
        (line("mean", (left + 420.0, 10.0), (left + 420.0, 22.0)))
        (text("tick", (left + 428.0, 20.0), "used by its nulls"))
        (x_axis(x, top - 8.0, bottom, "dimensions"))
        @for (index, row) in origins.iter().enumerate() {
            @let y = top + step * (index as f64 + 0.3);
            (text("tick end", (left - 8.0, y + 4.0), &row.topology))
            @if let (Some(low), Some(high)) = (row.ci_low, row.ci_high) {
                (line("interval", (x.of(low), y), (x.of(high), y)))
            }
            @if let Some(nulls) = of_nulls(row) {
                (line("mean", (x.of(nulls), y - 6.0), (x.of(nulls), y + 6.0)))
            }
            @let of_row = [offered(&row.topology), row.value, carried(row)];
            @for (series, value) in of_row.into_iter().enumerate() {
                @if let Some(value) = value {
                    (mark(
                        series,
                        (x.of(value), y),
                        &format!("{}: {} {}", row.topology, number(value), NAMES[series]),
                    ))
                }
            }
        }
    };
    Some(Figure {
        id: "used-after-training".to_owned(),
        title: format!("Dimensions offered, used and carried, {sources} sources"),
        caption: "Offered: by the structure alone. Used: degrees of freedom of the trained \
                  network, made linear around held-out sequences, under the same noise of one part \
                  in ten thousand; the bar is its 95 % interval over seeds. Carried: sources that \
                  the network gives back. Offered and used are counted from the strongest \
                  direction, carried is not."
            .to_owned(),
        svg: svg(
            "used-after-training",
            bottom + 44.0,
            "Dimensions that wirings offer, and that their trained networks use and carry",
            "One line per wiring with a mark for each of the three.",
            drawing,
        ),
        data,
    })
}
