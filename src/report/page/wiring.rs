//! The section that shows a wiring itself, beside one of its nulls.

use maud::{Markup, html};
use std::collections::HashMap;

use super::draw::{WIDTH, at, line, squares, svg, text};
use super::figure::{Data, Figure, Value};
use super::tables::Tables;

/// Most neurons of a wiring that is drawn.
const MOST_NEURONS: usize = 600;

/// Pictures of the first wiring of the pipeline and of its first null.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    tables
        .wirings()
        .first()
        .and_then(|wiring| adjacency(tables, wiring))
        .into_iter()
        .collect()
}

/// The order of classes along the sides of the picture.
const CLASSES: [&str; 5] = ["sensory", "inter", "polymodal", "motor", "unknown"];

fn adjacency(tables: &Tables, wiring: &str) -> Option<Figure> {
    let null = tables
        .topologies
        .iter()
        .find(|row| row.family == "null" && row.parent.as_deref() == Some(wiring));
    let mut neurons: Vec<(&str, usize)> = tables
        .neurons
        .iter()
        .filter(|row| row.connectome == wiring)
        .map(|row| {
            let class = CLASSES.iter().position(|class| *class == row.class);
            (row.neuron.as_str(), class.unwrap_or(CLASSES.len() - 1))
        })
        .collect();
    if neurons.is_empty() || neurons.len() > MOST_NEURONS {
        return None;
    }
    neurons.sort_by(|a, b| (a.1, a.0).cmp(&(b.1, b.0)));
    let place: HashMap<&str, usize> = neurons
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (*name, at))
        .collect();
    let (gap, head) = (24.0, 40.0);
    let side = (WIDTH - gap) / 2.0;
    let cell = side / neurons.len() as f64;
    let mut data = Data::new(&[
        "wiring",
        "class_from",
        "class_to",
        "excitatory",
        "inhibitory",
        "unsigned",
        "gap_pairs",
    ]);
    let mut panel = |name: &str, left: f64| -> Markup {
        let of = |kind: &str, sign: &str| -> Vec<(usize, usize)> {
            tables
                .synapses
                .iter()
                .filter(|row| {
                    row.connectome == name && row.synapse_type == kind && row.sign == sign
                })
                .filter_map(|row| {
                    Some((
                        *place.get(row.pre.as_str())?,
                        *place.get(row.post.as_str())?,
                    ))
                })
                .collect()
        };
        let kinds = [
            ("excitatory", of("chemical", "excitatory")),
            ("inhibitory", of("chemical", "inhibitory")),
            ("unsigned", of("chemical", "unsigned")),
            ("gap", of("electrical", "unsigned")),
        ];
        let count = |kind: usize, from: usize, to: usize| {
            let of_classes =
                |&&(pre, post): &&(usize, usize)| neurons[pre].1 == from && neurons[post].1 == to;
            Value::from(kinds[kind].1.iter().filter(of_classes).count() as i64)
        };
        for (from, from_name) in CLASSES.iter().enumerate() {
            for (to, to_name) in CLASSES.iter().enumerate() {
                let counts: Vec<Value> = (0..4).map(|kind| count(kind, from, to)).collect();
                if counts
                    .iter()
                    .any(|value| matches!(value, Value::Number(n) if *n > 0.0))
                {
                    let names = [name.into(), (*from_name).into(), (*to_name).into()];
                    data.push(names.into_iter().chain(counts).collect());
                }
            }
        }
        html! {
            (text("title", (left, 18.0), name))
            rect.frame x=(at(left)) y=(at(head)) width=(at(side)) height=(at(side)) {}
            @for class in 1..CLASSES.len() {
                @let first = neurons
                    .iter()
                    .position(|(_, other)| *other >= class)
                    .unwrap_or(neurons.len());
                @if first > 0 && first < neurons.len() {
                    @let offset = first as f64 * cell;
                    (line("grid", (left + offset, head), (left + offset, head + side)))
                    (line("grid", (left, head + offset), (left + side, head + offset)))
                }
            }
            @for (class, pairs) in &kinds {
                @if !pairs.is_empty() {
                    (squares(
                        &format!("cell {class}"),
                        cell.max(0.8),
                        pairs.iter().map(|&(pre, post)| {
                            (left + post as f64 * cell, head + pre as f64 * cell)
                        }),
                    ))
                }
            }
        }
    };
    let first = panel(wiring, 0.0);
    let second = null.map(|row| panel(&row.topology, side + gap));
    let content = html! {
        (first)
        @if let Some(second) = second { (second) }
    };
    Some(Figure {
        id: "adjacency".to_owned(),
        title: format!("The wiring of {wiring}"),
        caption: "Every dot is a synapse, from the neuron of its row to the neuron of its column. \
                  Neurons stand by class: sensory, inter, motor, divided by lines. Blue excites, \
                  orange inhibits, grey is unsigned, green is a gap junction. The null on the \
                  right keeps what its model keeps."
            .to_owned(),
        svg: svg(
            "adjacency",
            head + side + 10.0,
            &format!("Adjacency matrix of {wiring} and of a null"),
            "Dots for synapses in blocks of classes. The table below counts them by block.",
            content,
        ),
        data,
    })
}
