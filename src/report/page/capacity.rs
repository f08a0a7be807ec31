//! The section about the dimensions that the wirings carry by their structure.

use maud::{Markup, html};

use super::draw::{
    Scale, WIDTH, bars, bars_height, curve, legend, line, mark, svg, text, x_axis, y_axis,
};
use super::figure::{Data, Figure, Value, number};
use super::tables::{Tables, distinct, is_origin};
use super::verdicts::{carried, kept};
use crate::capacity::{Convention, HEADLINE_SNR, WiringDimensionNullRow};

/// The section's figures.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    [
        against_nulls(tables),
        error_curves(tables),
        development(tables),
        sweep(tables),
        through_whom(tables),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The words above the figures.
pub(super) fn introduction() -> Markup {
    let usual = Convention::default();
    html! {
        p {
            "How many latent dimensions can a wiring carry? The network is taken as linear, white \
             input enters the sensory neurons, the output is read from the motor neurons, and all \
             other neurons hold what passes. The number is the degrees of freedom of the map from \
             past inputs to future outputs (our own definition; Hankel singular values), over "
            (usual.horizon) " steps, with a leak of " (usual.leak)
            ", weights scaled to a spectral radius of " (usual.spectral_radius)
            ", and noise of one part in ten thousand. It is a property of the structure. Training \
             may find more or less."
        }
    }
}

/// One line per wiring and null model: the wiring and the interval of its nulls.
fn against_nulls(tables: &Tables) -> Option<Figure> {
    let rows: Vec<(&str, &WiringDimensionNullRow)> = ["counts", "binary"]
        .into_iter()
        .flat_map(|weights| carried(tables, weights).map(move |row| (weights, row)))
        .take(60)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let (left, top, step) = (250.0, 46.0, 22.0);
    let bottom = top + step * rows.len() as f64;
    let values = rows.iter().flat_map(|(_, row)| {
        [Some(row.value), row.null_low, row.null_high]
            .into_iter()
            .flatten()
    });
    let x = Scale::linear(values, (left, WIDTH - 20.0));
    let mut data = Data::new(&[
        "wiring",
        "weights",
        "null_model",
        "nulls",
        "value",
        "null_mean",
        "null_low",
        "null_high",
        "z",
        "p_holm",
    ]);
    for (weights, row) in &rows {
        data.push(vec![
            row.keys.topology.as_str().into(),
            (*weights).into(),
            row.null_model.as_str().into(),
            Value::from(i64::from(row.nulls)),
            row.value.into(),
            row.null_mean.into(),
            row.null_low.into(),
            row.null_high.into(),
            row.z.into(),
            row.p_holm.into(),
        ]);
    }
    let (key, _) = legend(&["the wiring"], 16.0, left);
    let drawing = html! {
        (key)
        (line("interval", (left + 110.0, 16.0), (left + 140.0, 16.0)))
        (text("tick", (left + 148.0, 20.0), "95 % of its nulls, with their mean"))
        (x_axis(x, top - 8.0, bottom, "carried dimensions"))
        @for (index, (weights, row)) in rows.iter().enumerate() {
            @let y = top + step * (index as f64 + 0.3);
            (text(
                "tick end",
                (left - 8.0, y + 4.0),
                &format!(
                    "{} · {} · {}",
                    row.keys.topology,
                    weights,
                    row.null_model.trim_start_matches("by_")
                ),
            ))
            @if let (Some(low), Some(high)) = (row.null_low, row.null_high) {
                (line("interval", (x.of(low), y), (x.of(high), y)))
            }
            @if let Some(mean) = row.null_mean {
                (line("mean", (x.of(mean), y - 6.0), (x.of(mean), y + 6.0)))
            }
            (mark(
                0,
                (x.of(row.value), y),
                &format!("{}: {}", row.keys.topology, number(row.value)),
            ))
        }
    };
    Some(Figure {
        id: "carried-against-nulls".to_owned(),
        title: "Carried dimensions of wirings and of their nulls".to_owned(),
        caption: "A mark left of the bar carries fewer dimensions than its nulls. Weights are \
                  synapse counts, or 1 for every synapse (binary)."
            .to_owned(),
        svg: svg(
            "carried-against-nulls",
            bottom + 44.0,
            "Carried dimensions of wirings and of their nulls",
            "One line for each wiring, kind of weights and null model. The table below has the \
             numbers.",
            drawing,
        ),
        data,
    })
}

/// A wiring, whether gap junctions take part, and the points of its error curve.
type Curve<'a> = (&'a str, bool, Vec<(f64, f64)>);

/// The share of power that is lost with a bottleneck of k units.
fn error_curves(tables: &Tables) -> Option<Figure> {
    let usual = Convention::default();
    let families = tables.families();
    let rows = tables.dimension_curves.iter().filter(|row| {
        row.measure == "carried"
            && row.weights == "counts"
            && row.horizon == usual.horizon as i32
            && row.leak == usual.leak
            && row.spectral_radius == usual.spectral_radius
            && families
                .get(row.topology.as_str())
                .is_some_and(|family| is_origin(family))
    });
    let mut curves: Vec<Curve<'_>> = Vec::new();
    let mut data = Data::new(&["wiring", "k", "error"]);
    for row in rows {
        let point = (f64::from(row.k), row.error);
        let same = |(name, gaps, _): &(&str, bool, Vec<(f64, f64)>)| {
            *name == row.topology && *gaps == row.gap_junctions
        };
        match curves.iter().position(same) {
            Some(index) => curves[index].2.push(point),
            None if curves.len() < 8 => {
                curves.push((&row.topology, row.gap_junctions, vec![point]));
            }
            None => continue,
        }
        data.push(vec![
            row.topology.as_str().into(),
            point.0.into(),
            point.1.into(),
        ]);
    }
    if curves.is_empty() {
        return None;
    }
    let names: Vec<String> = curves
        .iter()
        .map(|(name, gaps, _)| {
            let both = curves
                .iter()
                .any(|(other, g, _)| other == name && g != gaps);
            let without = if both && !gaps {
                " without gap junctions"
            } else {
                ""
            };
            format!("{name}{without}")
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (60.0, WIDTH - 20.0);
    let (key, used) = legend(&names, 16.0, left);
    let (top, bottom) = (used + 30.0, used + 310.0);
    let points = || curves.iter().flat_map(|(.., points)| points.iter());
    let x = Scale::linear(points().map(|p| p.0), (left, right));
    let y = Scale::logarithmic(points().map(|p| p.1).filter(|e| *e > 1e-6), (bottom, top));
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "units of the best linear bottleneck, k"))
        (y_axis(y, left, right, "share of the power lost, E(k)"))
        @for (series, (name, _, points)) in curves.iter().enumerate() {
            @let shown = points.iter().filter(|p| p.1 > 1e-6);
            (curve(&format!("line l{series}"), shown.clone().map(|p| (x.of(p.0), y.of(p.1)))))
            @for p in shown.clone().step_by((points.len() / 8).max(1)) {
                (mark(
                    series,
                    (x.of(p.0), y.of(p.1)),
                    &format!("{name}: k = {}, E = {}", p.0, number(p.1)),
                ))
            }
        }
    };
    Some(Figure {
        id: "error-curves".to_owned(),
        title: "What a bottleneck of k units loses".to_owned(),
        caption: "E(k) is exactly the error of the best linear bottleneck of k units against the \
                  same network without one. A curve that falls early belongs to a wiring that \
                  carries few dimensions."
            .to_owned(),
        svg: svg(
            "error-curves",
            bottom + 44.0,
            "Error curves of the wirings",
            "Lines from the upper left to the lower right, one per wiring.",
            drawing,
        ),
        data,
    })
}

/// The carried dimension over the age of the animal.
fn development(tables: &Tables) -> Option<Figure> {
    let mut points: Vec<(f64, &WiringDimensionNullRow)> = carried(tables, "counts")
        .filter_map(|row| {
            let of_animal =
                |c: &&crate::connectome::ConnectomeRow| c.connectome == row.keys.topology;
            let age = tables.connectomes.iter().find(of_animal)?.age_hours?;
            Some((age, row))
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let models = distinct(points.iter().map(|(_, row)| row.null_model.as_str()));
    let ages = points.len() / models.len().max(1);
    if ages < 3 {
        return None;
    }
    let mut data = Data::new(&["wiring", "age_hours", "null_model", "value", "null_mean"]);
    for (age, row) in &points {
        data.push(vec![
            row.keys.topology.as_str().into(),
            (*age).into(),
            row.null_model.as_str().into(),
            row.value.into(),
            row.null_mean.into(),
        ]);
    }
    let names: Vec<String> = std::iter::once("the animals".to_owned())
        .chain(
            models
                .iter()
                .map(|model| format!("mean of nulls {}", kept(model))),
        )
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (60.0, WIDTH - 20.0);
    let (key, used) = legend(&names, 16.0, left);
    let (top, bottom) = (used + 30.0, used + 250.0);
    let values = points
        .iter()
        .flat_map(|(_, row)| [Some(row.value), row.null_mean]);
    let x = Scale::linear(points.iter().map(|p| p.0), (left, right));
    let y = Scale::linear(values.flatten(), (bottom, top));
    let series =
        |number: usize, of: &dyn Fn(&WiringDimensionNullRow) -> Option<f64>, model: &str| {
            let shown: Vec<(f64, f64, &str)> = points
                .iter()
                .filter(|(_, row)| row.null_model == model)
                .filter_map(|(age, row)| Some((*age, of(row)?, row.keys.topology.as_str())))
                .collect();
            html! {
                (curve(&format!("line l{number}"), shown.iter().map(|p| (x.of(p.0), y.of(p.1)))))
                @for (age, value, name) in &shown {
                    (mark(
                        number,
                        (x.of(*age), y.of(*value)),
                        &format!("{name}, {age} h: {}", self::number(*value)),
                    ))
                }
            }
        };
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "hours after hatching"))
        (y_axis(y, left, right, "carried dimensions"))
        (series(0, &|row| Some(row.value), models[0]))
        @for (index, model) in models.iter().enumerate() {
            (series(index + 1, &|row| row.null_mean, model))
        }
    };
    Some(Figure {
        id: "development".to_owned(),
        title: "Carried dimensions over development".to_owned(),
        caption: "Each animal is one point; animals are not followed over time.".to_owned(),
        svg: svg(
            "development",
            bottom + 44.0,
            "Carried dimensions over the age of the animals",
            "One line for the animals and one for the mean of their nulls of each kind.",
            drawing,
        ),
        data,
    })
}

/// How the result changes with the conventions.
fn sweep(tables: &Tables) -> Option<Figure> {
    let mut data = Data::new(&[
        "wiring",
        "sign_model",
        "weights",
        "gap_junctions",
        "horizon",
        "leak",
        "spectral_radius",
        "snr",
        "null_model",
        "value",
        "null_mean",
        "z",
    ]);
    // What differs from the conventions above; rows in which several do are left out.
    let label = |row: &WiringDimensionNullRow| {
        let usual = Convention::default();
        let k = &row.keys;
        let changed = [
            (k.horizon != usual.horizon as i32).then(|| format!("T {}", k.horizon)),
            (k.leak != usual.leak).then(|| format!("leak {}", k.leak)),
            (k.spectral_radius != usual.spectral_radius)
                .then(|| format!("radius {}", k.spectral_radius)),
            (k.snr != HEADLINE_SNR).then(|| format!("s {:e}", k.snr)),
            (k.weights != "counts").then(|| k.weights.clone()),
            (k.gap_junctions != tables.headline.has_gap_junctions())
                .then(|| "no gap junctions".to_owned()),
            (!k.own_signs).then(|| format!("signs {}", k.sign_model)),
        ];
        let mut changed = changed.into_iter().flatten();
        let first = changed.next().unwrap_or_else(|| "as above".to_owned());
        changed.next().is_none().then_some(first)
    };
    let carried = tables
        .dimension_nulls
        .iter()
        .filter(|row| row.keys.measure == "carried" && is_origin(&row.keys.family));
    let rows: Vec<(String, f64, &WiringDimensionNullRow)> = carried
        .filter_map(|row| Some((label(row)?, row.z?, row)))
        .collect();
    for (_, z, row) in &rows {
        let k = &row.keys;
        data.push(vec![
            k.topology.as_str().into(),
            k.sign_model.as_str().into(),
            k.weights.as_str().into(),
            (if k.gap_junctions { "yes" } else { "no" }).into(),
            Value::from(i64::from(k.horizon)),
            k.leak.into(),
            k.spectral_radius.into(),
            k.snr.into(),
            row.null_model.as_str().into(),
            row.value.into(),
            row.null_mean.into(),
            (*z).into(),
        ]);
    }
    let mut labels = distinct(rows.iter().map(|(label, _, _)| label.as_str()));
    labels.sort_by_key(|label| *label != "as above");
    if labels.len() < 3 {
        return None;
    }
    let models = distinct(rows.iter().map(|(_, _, row)| row.null_model.as_str()));
    let (left, step) = (190.0, 22.0);
    let names: Vec<String> = models
        .iter()
        .map(|model| format!("nulls {}", kept(model)))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (key, used) = legend(&names, 16.0, left);
    let top = used + 24.0;
    let bottom = top + step * labels.len() as f64;
    let x = Scale::linear(rows.iter().map(|(_, z, _)| *z), (left, WIDTH - 20.0));
    let drawing = html! {
        (key)
        (x_axis(x, top - 8.0, bottom, "z against the nulls (left of 0: fewer dimensions)"))
        (line("mean", (x.of(0.0), top - 8.0), (x.of(0.0), bottom)))
        @for (index, wanted) in labels.iter().enumerate() {
            @let y = top + step * (index as f64 + 0.4);
            (text("tick end", (left - 8.0, y + 4.0), wanted))
            @for (_, z, row) in rows.iter().filter(|(label, _, _)| label == wanted) {
                @let series = models.iter().position(|model| *model == row.null_model).unwrap_or(0);
                (mark(series, (x.of(*z), y), &format!("{}: z = {}", row.keys.topology, number(*z))))
            }
        }
    };
    Some(Figure {
        id: "sweep".to_owned(),
        title: "Does the sign of the result depend on the conventions?".to_owned(),
        caption: "Every mark is a wiring. Each line changes one convention and leaves the others \
                  as above."
            .to_owned(),
        svg: svg(
            "sweep",
            bottom + 44.0,
            "z of all wirings under all conventions",
            "One line per convention, one mark per wiring and null model.",
            drawing,
        ),
        data,
    })
}

/// Neurons of each wiring without which most dimensions are lost.
fn through_whom(tables: &Tables) -> Option<Figure> {
    const NEURONS: usize = 8;
    let mut data = Data::new(&[
        "wiring",
        "neuron",
        "class",
        "value",
        "lost_not_held",
        "lost_removed",
    ]);
    let mut groups: Vec<(&str, Vec<(f64, &str)>)> = Vec::new();
    for wiring in tables.wirings() {
        let rows = tables.dimension_neurons.iter().filter(|row| {
            row.keys.topology == wiring
                && row.keys.weights == "counts"
                && tables.headline.has(&row.keys)
        });
        let mut rows: Vec<_> = rows
            .filter_map(|row| Some((row.lost_not_held?, row)))
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.neuron.cmp(&b.1.neuron)));
        rows.truncate(NEURONS);
        for (lost, row) in &rows {
            data.push(vec![
                wiring.into(),
                row.neuron.as_str().into(),
                row.class.as_str().into(),
                row.value.into(),
                (*lost).into(),
                row.lost_removed.into(),
            ]);
        }
        if !rows.is_empty() && groups.len() < 8 {
            let bars = rows.iter().map(|(lost, row)| (*lost, row.neuron.as_str()));
            groups.push((wiring, bars.collect()));
        }
    }
    if groups.is_empty() {
        return None;
    }
    let (content, height) = (bars(&groups, NEURONS), bars_height(groups.len(), NEURONS));
    Some(Figure {
        id: "through-whom".to_owned(),
        title: "Through whom the dimensions pass".to_owned(),
        caption: "Carried dimensions that are lost if a neuron is not among those that hold the \
                  latent. The eight neurons of each wiring that cost most."
            .to_owned(),
        svg: svg(
            "through-whom",
            height,
            "Neurons that carry most dimensions",
            "Bars of named neurons, one panel per wiring.",
            content,
        ),
        data,
    })
}
