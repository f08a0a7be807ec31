//! The section about polysynaptic paths: how much passes over how many synapses, and by which
//! paths.

use maud::{Markup, html};

use super::draw::{SERIES, Scale, WIDTH, at, curve, legend, line, mark, svg, text, x_axis, y_axis};
use super::figure::{Data, Figure, Value, number};
use super::tables::{Tables, distinct};
use crate::paths::{EffectiveConnectivityRow, StrongestPathRow};

/// The section's figures.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    [by_steps(tables), layers(tables)]
        .into_iter()
        .flatten()
        .collect()
}

/// Effective connectivity of the first pair of groups, by the number of steps.
fn by_steps(tables: &Tables) -> Option<Figure> {
    let groups: Vec<&EffectiveConnectivityRow> = tables
        .effective
        .iter()
        .filter(|row| row.level == "group")
        .collect();
    let first = *groups.first()?;
    let shown: Vec<&EffectiveConnectivityRow> = groups
        .iter()
        .filter(|row| {
            (&row.source, &row.target, &row.sign_model)
                == (&first.source, &first.target, &first.sign_model)
        })
        .copied()
        .collect();
    let mut data = Data::new(&[
        "connectome",
        "sign_model",
        "source",
        "target",
        "steps",
        "excitatory",
        "inhibitory",
        "unsigned",
        "net",
    ]);
    for row in &groups {
        data.push(vec![
            row.connectome.as_str().into(),
            row.sign_model.as_str().into(),
            row.source.as_str().into(),
            row.target.as_str().into(),
            Value::from(i64::from(row.steps)),
            row.excitatory.into(),
            row.inhibitory.into(),
            row.unsigned.into(),
            row.net.into(),
        ]);
    }
    let mut connectomes = distinct(shown.iter().map(|row| row.connectome.as_str()));
    connectomes.truncate(SERIES);
    let left = 60.0;
    let (key, used) = legend(&connectomes, 16.0, left);
    let (top, bottom) = (used + 40.0, used + 240.0);
    let steps = shown.iter().map(|row| f64::from(row.steps));
    let x = Scale::linear(steps, (left, WIDTH - 20.0));
    let y = Scale::linear(shown.iter().map(|row| row.net), (bottom, top));
    let of = |name: &str| -> Vec<(f64, f64, f64)> {
        let rows = shown.iter().filter(|row| row.connectome == name);
        let point = |row: &&EffectiveConnectivityRow| {
            let steps = f64::from(row.steps);
            (x.of(steps), y.of(row.net), row.net)
        };
        rows.map(point).collect()
    };
    let content = html! {
        (key)
        (x_axis(x, top, bottom, "synapses of the paths"))
        (y_axis(y, left, WIDTH - 20.0, "excitatory less inhibitory share of input"))
        @for (series, name) in connectomes.iter().enumerate() {
            (curve(&format!("line l{series}"), of(name).into_iter().map(|(x, y, _)| (x, y))))
            @for (x, y, net) in of(name) {
                (mark(series, (x, y), &format!("{name}: {}", number(net))))
            }
        }
    };
    let (source, target) = (&first.source, &first.target);
    Some(Figure {
        id: "effective-connectivity".to_owned(),
        title: format!("From {source} to {target}, by the number of synapses"),
        caption: format!(
            "The share of an average {target} neuron's input that comes from {source} neurons over \
             paths of exactly so many synapses: excitatory less inhibitory, under the sign model \
             {}. The numbers below have both, and every other group.",
            first.sign_model
        ),
        svg: svg(
            "effective-connectivity",
            bottom + 44.0,
            "Effective connectivity by number of synapses",
            "One curve per connectome.",
            content,
        ),
        data,
    })
}

/// Height of a row of the drawing.
const ROW: f64 = 30.0;
/// Height of a box with the name of a neuron.
const BOX: f64 = 20.0;

/// The strongest paths of the first connectome, the longest of them, as layers.
fn layers(tables: &Tables) -> Option<Figure> {
    let first = tables.strongest_paths.first()?;
    let of_first = |row: &&StrongestPathRow| {
        (&row.connectome, &row.sign_model) == (&first.connectome, &first.sign_model)
    };
    let rows: Vec<&StrongestPathRow> = tables.strongest_paths.iter().filter(of_first).collect();
    let mut data = Data::new(&["steps", "rank", "path", "sign", "product"]);
    for row in &rows {
        data.push(vec![
            Value::from(i64::from(row.steps)),
            Value::from(i64::from(row.rank)),
            row.path.as_str().into(),
            row.sign.as_str().into(),
            row.product.into(),
        ]);
    }
    // Over three synapses there are layers between the ends, and names still have room.
    let drawn_steps = rows.iter().map(|row| row.steps).max()?.min(3);
    let drawn: Vec<&StrongestPathRow> = rows
        .iter()
        .filter(|row| row.steps == drawn_steps)
        .copied()
        .collect();
    let paths: Vec<Vec<&str>> = drawn
        .iter()
        .map(|row| row.path.split(" > ").collect())
        .collect();
    let layers: Vec<Vec<&str>> = (0..=drawn_steps as usize)
        .map(|layer| distinct(paths.iter().filter_map(|path| path.get(layer).copied())))
        .collect();
    let most = layers.iter().map(Vec::len).max()?;
    let (top, width) = (34.0, 90.0);
    let height = top + ROW * most as f64;
    let place = |layer: usize, name: &str| -> (f64, f64) {
        let members = &layers[layer];
        let row = members.iter().position(|other| *other == name).unwrap_or(0);
        let space = (height - top) / members.len() as f64;
        let across = (WIDTH - width) / drawn_steps as f64;
        (across * layer as f64, top + space * (row as f64 + 0.5))
    };
    let widest = drawn
        .iter()
        .flat_map(|row| &row.shares)
        .copied()
        .fold(0.0, f64::max);
    let synapse = |path: usize, layer: usize| -> Markup {
        let (from, to) = (
            place(layer, paths[path][layer]),
            place(layer + 1, paths[path][layer + 1]),
        );
        let share = drawn[path].shares.get(layer).copied().unwrap_or(0.0);
        let stroke = 1.0 + 5.0 * share / widest;
        html! {
            line class=(format!("synapse path {}", drawn[path].sign)) stroke-width=(at(stroke))
                style=(format!("stroke-width:{}", at(stroke)))
                x1=(at(from.0 + width)) y1=(at(from.1)) x2=(at(to.0)) y2=(at(to.1)) {
                title { (drawn[path].path) ": " (number(drawn[path].product)) }
            }
        }
    };
    let content = html! {
        @for layer in 0..layers.len() {
            @let left = place(layer, "").0;
            (text("title middle", (left + width / 2.0, 16.0), &match layer {
                0 => "source".to_owned(),
                last if last == layers.len() - 1 => "target".to_owned(),
                between => format!("after {between}"),
            }))
        }
        @for path in 0..paths.len() {
            @for layer in 0..drawn_steps as usize { (synapse(path, layer)) }
        }
        @for (layer, members) in layers.iter().enumerate() {
            @for name in members {
                @let (x, y) = place(layer, name);
                rect.neuron
                    x=(at(x))
                    y=(at(y - BOX / 2.0))
                    width=(at(width))
                    height=(at(BOX))
                    rx="4" {}
                (text("role middle", (x + width / 2.0, y + 4.5), name))
            }
        }
        (line("grid", (0.0, 24.0), (WIDTH, 24.0)))
    };
    Some(Figure {
        id: "strongest-paths".to_owned(),
        title: format!("The strongest paths of {}", first.connectome),
        caption: format!(
            "The {} paths over {drawn_steps} synapses with the largest products of input shares, \
             under the sign model {}. A line is as wide as the share of its target's input. Blue \
             paths excite, orange ones inhibit, grey ones have a synapse without a sign. The \
             numbers below have the paths of all lengths.",
            drawn.len(),
            first.sign_model
        ),
        svg: svg(
            "strongest-paths",
            height + 8.0,
            "Strongest paths as layers of neurons",
            "The table below names them.",
            content,
        ),
        data,
    })
}
