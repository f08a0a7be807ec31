//! The section about spiking circuits of motifs.

use maud::{Markup, html};

use super::draw::{Scale, WIDTH, curve, legend, line, mark, svg, text, x_axis, y_axis};
use super::figure::{Data, Figure, number};
use super::tables::{Tables, distinct};
use crate::spiking::{PUBLISHED_HUB_TIME, SpikingMarginRow};

/// One figure for each motif: how often it does what it should, by the time constant of its hub.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    let motifs = distinct(tables.spiking.iter().map(|row| row.motif.as_str()));
    motifs
        .into_iter()
        .map(|motif| figure(tables, motif))
        .collect()
}

fn figure(tables: &Tables, motif: &str) -> Figure {
    let rows: Vec<&SpikingMarginRow> = tables
        .spiking
        .iter()
        .filter(|row| row.motif == motif)
        .collect();
    let mut rates: Vec<f64> = rows.iter().map(|row| row.noise_rate).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    let mut data = Data::new(&["motif", "hub_time", "noise_rate", "correct", "worst_inputs"]);
    for row in &rows {
        data.push(vec![
            motif.into(),
            row.hub_time.into(),
            row.noise_rate.into(),
            row.correct.into(),
            row.worst_inputs.as_str().into(),
        ]);
    }
    let names: Vec<String> = rates
        .iter()
        .map(|rate| format!("noise {rate} Hz"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (60.0, WIDTH - 20.0);
    let (key, used) = legend(&names, 16.0, left);
    let (top, bottom) = (used + 30.0, used + 210.0);
    let x = Scale::linear(rows.iter().map(|row| row.hub_time), (left, right));
    let y = Scale::linear([0.0, 1.0], (bottom, top));
    let of = |rate: f64| rows.iter().filter(move |row| row.noise_rate == rate);
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "membrane time constant of the hub (ms)"))
        (y_axis(y, left, right, "share of trials that are right"))
        (line("bound", (x.of(PUBLISHED_HUB_TIME), top), (x.of(PUBLISHED_HUB_TIME), bottom)))
        (text("tick", (x.of(PUBLISHED_HUB_TIME) + 5.0, bottom - 8.0), "published"))
        @for (series, rate) in rates.iter().enumerate() {
            (curve(
                &format!("line l{series}"),
                of(*rate).map(|row| (x.of(row.hub_time), y.of(row.correct))),
            ))
            @for row in of(*rate) {
                (mark(
                    series,
                    (x.of(row.hub_time), y.of(row.correct)),
                    &format!(
                        "{} ms: {}, worst for {}",
                        row.hub_time,
                        number(row.correct),
                        row.worst_inputs
                    ),
                ))
            }
        }
    };
    let id = format!("spiking-{motif}");
    let title = format!("Does {motif} work with spikes?");
    let caption = "Every neuron of the motif is a leaky integrate-and-fire neuron. A trial is \
                   right if every neuron that is no input spikes when it should and only then; \
                   shown is the choice of inputs that fares worst. Potentials, weights, delays and \
                   the other time constants are the published ones; how long a synaptic current \
                   lasts (7 ms) and a neuron is refractory (2 ms) is ours.";
    Figure {
        svg: svg(&id, bottom + 50.0, &title, caption, drawing),
        caption: caption.to_owned(),
        id,
        title,
        data,
    }
}

/// The truth tables at the published time constant without noise.
pub(super) fn truth_tables(tables: &Tables) -> Markup {
    let rows = tables
        .spiking_responses
        .iter()
        .filter(|row| row.hub_time == PUBLISHED_HUB_TIME && row.noise_rate == 0.0);
    let motifs = distinct(rows.clone().map(|row| row.motif.as_str()));
    html! {
        @for motif in motifs {
            @let own = rows.clone().filter(|row| row.motif == motif);
            @let neurons = distinct(own.clone().map(|row| row.neuron.as_str()));
            @let choices = distinct(own.clone().map(|row| row.inputs.as_str()));
            div.scroll tabindex="0" role="region" aria-label=(format!("Truth table of {motif}")) {
                table {
                    caption {
                        "Spikes of each neuron of " (motif)
                        " at the published time constants, without noise"
                    }
                    thead { tr {
                        th scope="col" { "driven" }
                        @for neuron in &neurons { th.number scope="col" { (neuron) } }
                    } }
                    tbody {
                        @for choice in &choices {
                            tr {
                                th scope="row" { (choice) }
                                @for neuron in &neurons {
                                    @let of_cell = own.clone().filter(|row| {
                                        row.inputs == *choice && row.neuron == *neuron
                                    });
                                    @for row in of_cell {
                                        td.number {
                                            (number(row.spikes))
                                            @if (row.active > 0.5) != row.expected { " (wrong)" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Over which time constants of the hub a motif works without noise.
pub(super) fn sentences(tables: &Tables) -> Vec<String> {
    let motifs = distinct(tables.spiking.iter().map(|row| row.motif.as_str()));
    let sentence = |motif: &str| {
        let quiet = tables
            .spiking
            .iter()
            .filter(|row| row.motif == motif && row.noise_rate == 0.0);
        let works = |row: &&SpikingMarginRow| row.correct == 1.0;
        let times = |wanted: bool| quiet.clone().filter(move |row| works(row) == wanted);
        let tried = quiet.clone().count();
        let right: Vec<f64> = times(true).map(|row| row.hub_time).collect();
        let (low, high) = (
            right.iter().copied().reduce(f64::min),
            right.iter().copied().reduce(f64::max),
        );
        match (low, high) {
            _ if tried == 0 => None,
            (Some(low), Some(high)) => {
                let inside = times(false).any(|row| (low..=high).contains(&row.hub_time));
                let holds = if inside { "some" } else { "all" };
                Some(format!(
                    "As a spiking circuit {motif} does what it should at {holds} time constants of \
                     its hub from {low} to {high} ms, of {tried} that were tried without noise."
                ))
            }
            _ => Some(format!(
                "As a spiking circuit {motif} fails at each of the {tried} time constants of its \
                 hub that were tried without noise."
            )),
        }
    };
    motifs.into_iter().filter_map(sentence).collect()
}
