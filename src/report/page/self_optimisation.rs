//! The section about self-optimisation.

use maud::html;

use super::draw::{Scale, WIDTH, legend, mark, svg, text, x_axis};
use super::figure::{Data, Figure, number};
use super::tables::{Tables, distinct};
use crate::self_optimisation::{Control, SelfOptimisationControlRow, SelfOptimisationRow};

/// Level of a one-sided p below which a difference is told as one: half of .05, for there are two
/// controls.
const LEVEL: f64 = 0.025;
/// Height of a row of marks.
const ROW: f64 = 26.0;
/// Phases that are drawn, with their series.
const PHASES: [&str; 2] = ["before", "after"];

/// Energies before and after learning, of each wiring and its controls.
pub(super) fn figures(tables: &Tables) -> Vec<Figure> {
    let wirings = distinct(tables.optimised.iter().map(|row| row.topology.as_str()));
    wirings
        .into_iter()
        .map(|topology| figure(tables, topology))
        .collect()
}

fn figure(tables: &Tables, topology: &str) -> Figure {
    let rows: Vec<&SelfOptimisationRow> = tables
        .optimised
        .iter()
        .filter(|row| row.topology == topology && PHASES.contains(&row.phase.as_str()))
        .collect();
    let mut data = Data::new(&[
        "control",
        "draw",
        "phase",
        "mean_energy",
        "inhibitory_couplings",
        "inhibitory_weight",
    ]);
    for row in &rows {
        data.push(vec![
            row.control.as_str().into(),
            i64::from(row.draw).into(),
            row.phase.as_str().into(),
            row.mean_energy.into(),
            i64::from(row.inhibitory_couplings).into(),
            row.inhibitory_weight.into(),
        ]);
    }
    let (left, right) = (130.0, WIDTH - 20.0);
    let (key, used) = legend(&["before learning", "after learning"], 16.0, left);
    let top = used + 14.0;
    let bottom = top + ROW * Control::ALL.len() as f64;
    let energies = || rows.iter().map(|row| row.mean_energy);
    let low = energies().fold(f64::INFINITY, f64::min);
    let high = energies().fold(f64::NEG_INFINITY, f64::max);
    let x = Scale::between(low, high, (left, right));
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "energy of the original couplings (lower is better coordinated)"))
        @for (place, control) in Control::ALL.iter().enumerate() {
            @let y = top + ROW * (place as f64 + 0.5);
            (text("tick end", (left - 10.0, y + 4.0), &control.as_str().replace('_', "-")))
            @for row in rows.iter().filter(|row| row.control == control.as_str()) {
                @let series = usize::from(row.phase == PHASES[1]);
                (mark(
                    series,
                    (x.of(row.mean_energy), y),
                    &format!("draw {}: {}", row.draw, number(row.mean_energy)),
                ))
            }
        }
    };
    let id = format!("self-optimisation-{topology}");
    let title = format!("Self-optimisation of {topology}");
    let caption = "Each mark is the mean energy that a Hopfield network relaxes into from random \
                   states, before and after it has learnt its own attractors. The controls place \
                   inhibitory connections at random: as many as the wiring has, or as many as \
                   weigh the same."
        .to_owned();
    Figure {
        svg: svg(&id, bottom + 50.0, &title, &caption, drawing),
        id,
        title,
        caption,
        data,
    }
}

/// What the place of inhibition does, beside both controls.
pub(super) fn sentences(tables: &Tables) -> Vec<String> {
    let of = |topology: &str, control: Control| {
        let mut rows = tables.optimised_controls.iter();
        rows.find(|row| row.topology == topology && row.control == control.as_str())
    };
    let wirings = distinct(
        tables
            .optimised_controls
            .iter()
            .map(|row| row.topology.as_str()),
    );
    let sentence = |topology: &str| {
        let counted = of(topology, Control::CountMatched)?;
        let weighed = of(topology, Control::WeightMatched)?;
        let (than_count, than_weight) = (side(counted), side(weighed));
        let told = |row: &SelfOptimisationControlRow| {
            let ends = [row.control_mean, row.control_low, row.control_high].map(number);
            let [mean, low, high] = ends;
            format!("{mean} [{low}, {high}]")
        };
        let conclusion = match (than_count, than_weight) {
            (Side::Lower, Side::Lower) => {
                "where inhibition sits helps, whichever of the two is kept"
            }
            (Side::Lower, _) => {
                "the advantage over as many connections vanishes once their weight is matched: it \
                 is one of weight, not of place"
            }
            _ => "no advantage of where inhibition sits is found",
        };
        Some(format!(
            "Self-optimisation of {topology} ends at an energy of {}; {} random placements of as \
             many inhibitory connections end at {}, of as much inhibitory weight at {}: \
             {conclusion}.",
            number(counted.energy),
            counted.draws,
            told(counted),
            told(weighed)
        ))
    };
    wirings.into_iter().filter_map(sentence).collect()
}

/// Where the wiring ends beside a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Lower,
    Among,
    Higher,
}

fn side(row: &SelfOptimisationControlRow) -> Side {
    if row.p_less <= LEVEL {
        Side::Lower
    } else if row.p_greater <= LEVEL {
        Side::Higher
    } else {
        Side::Among
    }
}
