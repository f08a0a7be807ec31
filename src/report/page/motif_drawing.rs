//! Drawings of motifs: roles on a circle, arrows that excite, bars that inhibit.

use maud::{Markup, html};
use std::f64::consts::TAU;

use super::draw::{at, line, text};
use crate::motif::{Pattern, SignConstraint};

/// Width and height of a drawing.
pub(super) const SIDE: f64 = 168.0;
/// Radius of a neuron.
const NEURON: f64 = 13.0;

/// A motif drawn with its upper left corner at a point.
pub(super) fn drawing(pattern: &Pattern, (left, top): (f64, f64)) -> Markup {
    let roles = pattern.roles();
    let (middle, radius) = (
        (left + SIDE / 2.0, top + SIDE / 2.0 + 10.0),
        SIDE / 2.0 - 30.0,
    );
    let place = |index: usize| {
        let turn = TAU * (index as f64 / roles.len() as f64 - 0.25);
        (
            middle.0 + radius * turn.cos(),
            middle.1 + radius * turn.sin(),
        )
    };
    html! {
        (text("title middle", (middle.0, top + 12.0), pattern.name()))
        @for edge in pattern.edges() {
            (synapse(place(edge.presynaptic), place(edge.postsynaptic), edge.sign))
        }
        @for (index, role) in roles.iter().enumerate() {
            @let (x, y) = place(index);
            circle
                class=(format!("neuron {}", class(role.class)))
                cx=(at(x))
                cy=(at(y))
                r=(at(NEURON)) {}
            (text("role middle", (x, y + 4.0), &role.name))
        }
    }
}

fn class(sign: SignConstraint) -> &'static str {
    match sign {
        SignConstraint::Excitatory => "excitatory",
        SignConstraint::Inhibitory => "inhibitory",
        SignConstraint::Signed | SignConstraint::Any => "unsigned",
    }
}

/// A synapse between two neurons. It ends in an arrow, a bar, or a circle if any sign is allowed.
fn synapse(from: (f64, f64), to: (f64, f64), sign: SignConstraint) -> Markup {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    // Reciprocal synapses lie side by side.
    let (sx, sy) = (-uy * 4.0, ux * 4.0);
    let along = |distance: f64| (from.0 + ux * distance + sx, from.1 + uy * distance + sy);
    let end = length - NEURON - 4.0;
    let class = class(sign);
    let across = |(x, y): (f64, f64), by: f64| (x - uy * by, y + ux * by);
    html! {
        (line(&format!("synapse {class}"), along(NEURON), along(end)))
        @match sign {
            SignConstraint::Inhibitory => {
                (line(
                    &format!("synapse {class}"),
                    across(along(end), -6.0),
                    across(along(end), 6.0),
                ))
            }
            SignConstraint::Excitatory => {
                (line(&format!("synapse {class}"), along(end), across(along(end - 8.0), -5.0)))
                (line(&format!("synapse {class}"), along(end), across(along(end - 8.0), 5.0)))
            }
            SignConstraint::Signed | SignConstraint::Any => {
                @let (x, y) = along(end - 3.0);
                circle class="any" cx=(at(x)) cy=(at(y)) r="3" {}
            }
        }
    }
}
