//! Drawing: scales, axes and marks of SVG, coloured by the classes of the style sheet.
//!
//! A drawing is laid out for 720 units of width and scales with the page. Series have both a colour
//! and a shape, so that colour alone never carries meaning.

use maud::{Markup, PreEscaped, html};
use std::fmt::Write;

/// Width of all drawings, in units of the SVG.
pub(super) const WIDTH: f64 = 720.0;

/// A coordinate with at most one decimal, as SVG needs it.
pub(super) fn at(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Negative zero would be written as "-0".
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// A scale from values to coordinates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
    logarithmic: bool,
}

impl Scale {
    /// A linear scale that begins at zero or at the least value below it.
    pub(super) fn linear(values: impl IntoIterator<Item = f64>, to: (f64, f64)) -> Self {
        let (low, high) = range(values);
        let (low, high) = (low.min(0.0), high.max(0.0));
        let high = if high > low { high } else { low + 1.0 };
        Self {
            from: (low, high + 0.03 * (high - low)),
            to,
            logarithmic: false,
        }
    }

    /// A linear scale from just below the lowest to just above the highest value.
    pub(super) fn between(low: f64, high: f64, to: (f64, f64)) -> Self {
        let margin = if high > low { 0.05 * (high - low) } else { 1.0 };
        Self {
            from: (low - margin, high + margin),
            to,
            logarithmic: false,
        }
    }

    /// A logarithmic scale. Values of zero and below are drawn at its lower end.
    pub(super) fn logarithmic(values: impl IntoIterator<Item = f64>, to: (f64, f64)) -> Self {
        let (low, high) = range(values.into_iter().filter(|value| *value > 0.0));
        let (low, high) = if low > 0.0 { (low, high) } else { (0.1, 1.0) };
        let high = if high > low * 1.01 { high } else { low * 10.0 };
        Self {
            from: (low / 1.1, high * 1.1),
            to,
            logarithmic: true,
        }
    }

    /// The coordinate of a value.
    pub(super) fn of(self, value: f64) -> f64 {
        let place = |v: f64| {
            if self.logarithmic {
                v.max(self.from.0).ln()
            } else {
                v
            }
        };
        let (low, high) = (place(self.from.0), place(self.from.1));
        let share = (place(value) - low) / (high - low);
        self.to.0 + share * (self.to.1 - self.to.0)
    }

    /// Round values along the scale.
    pub(super) fn ticks(self) -> Vec<f64> {
        if self.logarithmic {
            let (low, high) = (self.from.0.log10().ceil(), self.from.1.log10().floor());
            let decades = (high - low) as i32;
            if decades < 1 {
                return linear_ticks(self.from.0, self.from.1);
            }
            let step = (decades / 6 + 1) as usize;
            return (low as i32..=high as i32)
                .step_by(step)
                .map(|power| 10.0_f64.powi(power))
                .collect();
        }
        linear_ticks(self.from.0, self.from.1)
    }
}

fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let finite = values.into_iter().filter(|value| value.is_finite());
    let fold = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), fold);
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// Five or so round values from `low` to `high`.
fn linear_ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// A value of an axis in few characters.
pub(super) fn tick(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e5) {
        return format!("{value:e}");
    }
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A drawing with its title and description for people who do not see it.
pub(super) fn svg(
    id: &str,
    height: f64,
    title: &str,
    description: &str,
    content: Markup,
) -> Markup {
    let (title_id, description_id) = (format!("{id}-title"), format!("{id}-description"));
    html! {
        svg
            xmlns="http://www.w3.org/2000/svg"
            class="figure"
            viewBox=(format!("0 0 {} {}", at(WIDTH), at(height)))
            role="img"
            aria-labelledby=(format!("{title_id} {description_id}"))
        {
            title id=(title_id) { (title) }
            desc id=(description_id) { (description) }
            (content)
        }
    }
}

/// A horizontal axis below a drawing, with a label and lines through it.
pub(super) fn x_axis(scale: Scale, top: f64, bottom: f64, label: &str) -> Markup {
    html! {
        g.axis {
            @for value in scale.ticks() {
                (line("grid", (scale.of(value), top), (scale.of(value), bottom)))
                (text("tick middle", (scale.of(value), bottom + 16.0), &tick(value)))
            }
            (text("label middle", ((scale.to.0 + scale.to.1) / 2.0, bottom + 34.0), label))
        }
    }
}

/// A vertical axis left of a drawing, with a label above it and lines through it.
pub(super) fn y_axis(scale: Scale, left: f64, right: f64, label: &str) -> Markup {
    let top = scale.to.0.min(scale.to.1);
    html! {
        g.axis {
            @for value in scale.ticks() {
                (line("grid", (left, scale.of(value)), (right, scale.of(value))))
                (text("tick end", (left - 6.0, scale.of(value) + 4.0), &tick(value)))
            }
            (text("label", (left - 40.0, top - 8.0), label))
        }
    }
}

/// A straight line.
pub(super) fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Markup {
    html! { line class=(class) x1=(at(from.0)) y1=(at(from.1)) x2=(at(to.0)) y2=(at(to.1)) {} }
}

/// A text whose baseline begins, ends or has its middle at a point, as its class says.
pub(super) fn text(class: &str, (x, y): (f64, f64), words: &str) -> Markup {
    html! { text class=(class) x=(at(x)) y=(at(y)) { (words) } }
}

/// A curve through points.
pub(super) fn curve(class: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Markup {
    let mut path = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        let _ = write!(
            path,
            "{}{} {}",
            if index == 0 { "M" } else { "L" },
            at(x),
            at(y)
        );
    }
    html! { path class=(class) d=(path) {} }
}

/// Many small squares of one class as a single path.
pub(super) fn squares(
    class: &str,
    size: f64,
    corners: impl IntoIterator<Item = (f64, f64)>,
) -> Markup {
    let mut path = String::new();
    let side = at(size);
    for (x, y) in corners {
        let _ = write!(path, "M{} {}h{side}v{side}h-{side}z", at(x), at(y));
    }
    html! { path class=(class) d=(path) {} }
}

/// Number of colours and shapes of series.
pub(super) const SERIES: usize = 8;

/// A mark in the shape and the colour of a series, with words that appear when it is pointed at.
pub(super) fn mark(series: usize, (x, y): (f64, f64), words: &str) -> Markup {
    let series = series % SERIES;
    let shape = match series % 4 {
        0 => format!(
            "M{} {}m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
            at(x),
            at(y)
        ),
        1 => format!("M{} {}h8v8h-8z", at(x - 4.0), at(y - 4.0)),
        2 => format!("M{} {}l5 9h-10z", at(x), at(y - 5.0)),
        _ => format!("M{} {}l5.5 5.5l-5.5 5.5l-5.5-5.5z", at(x), at(y - 5.5)),
    };
    html! { path class=(format!("mark s{series}")) d=(shape) { title { (words) } } }
}

/// The names of series in a row of the drawing, each with its mark.
pub(super) fn legend(names: &[&str], top: f64, left: f64) -> (Markup, f64) {
    let (mut x, mut y) = (left, top);
    let mut places = Vec::new();
    for name in names {
        let width = 26.0 + 7.2 * name.chars().count() as f64;
        if x + width > WIDTH && x > left {
            (x, y) = (left, y + 20.0);
        }
        places.push((x, y));
        x += width;
    }
    let height = y - top + 20.0;
    let markup = html! {
        g.legend {
            @for (series, (name, (x, y))) in names.iter().zip(places).enumerate() {
                (mark(series, (x + 6.0, y), name))
                (text("tick", (x + 16.0, y + 4.0), name))
            }
        }
    };
    (markup, height)
}

/// Panels of bars side by side.
const PANELS: usize = 2;
/// Space between panels.
const PANEL_GAP: f64 = 30.0;
/// Height of a panel's title.
const PANEL_HEAD: f64 = 40.0;
/// Height of a bar with the space below it.
const BAR: f64 = 18.0;

/// Height of [`bars`] with this many panels of this many bars.
pub(super) fn bars_height(panels: usize, bars: usize) -> f64 {
    panels.div_ceil(PANELS) as f64 * (PANEL_HEAD + BAR * bars as f64 + 14.0)
}

/// Panels of named bars, all on one scale.
pub(super) fn bars(panels: &[(&str, Vec<(f64, &str)>)], most: usize) -> Markup {
    let width = (WIDTH - PANEL_GAP) / PANELS as f64;
    let height = bars_height(1, most);
    let values = panels
        .iter()
        .flat_map(|(_, bars)| bars.iter().map(|bar| bar.0));
    let x = Scale::linear(values, (74.0, width - 60.0));
    html! {
        @for (index, (name, bars)) in panels.iter().enumerate() {
            @let left = (index % PANELS) as f64 * (width + PANEL_GAP);
            @let top = (index / PANELS) as f64 * height;
            (text("title", (left, top + 18.0), name))
            @for (place, (value, label)) in bars.iter().enumerate() {
                @let y = top + PANEL_HEAD + BAR * place as f64;
                @let (start, end) = (x.of(value.min(0.0)), x.of(value.max(0.0)));
                (text("tick end", (left + 68.0, y + 4.0), label))
                rect.bar x=(at(left + start)) y=(at(y - 6.0)) width=(at(end - start)) height="12" {}
                (text("tick", (left + end + 6.0, y + 4.0), &crate::table::text::short(*value)))
            }
        }
    }
}

/// A drawing as a file of its own, with the colours of the page.
pub(super) fn standalone(svg: &Markup, style: &str) -> String {
    let body = svg.clone().into_string();
    match body.split_once('>') {
        Some((head, rest)) => {
            let style = html! { style { (PreEscaped(style)) } }.into_string();
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}>{style}{rest}\n")
        }
        None => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::linear([0.0, 9.7], (0.0, 100.0));
        assert_eq!(scale.ticks(), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(scale.of(0.0), 0.0);
        let scale = Scale::logarithmic([1e-6, 1.0, 0.0], (100.0, 0.0));
        assert!(scale.ticks().iter().all(|tick| (1e-6..=1.1).contains(tick)));
        assert!(
            (scale.of(0.0) - 100.0).abs() < 1e-9,
            "zero is at the lower end"
        );
        // A single value, or none, still gives a scale.
        assert!(Scale::linear([], (0.0, 1.0)).of(0.5).is_finite());
        assert!(Scale::logarithmic([5.0], (0.0, 1.0)).of(5.0).is_finite());
    }

    #[test]
    fn numbers_of_axes_are_short() {
        let shown: Vec<String> = [0.0, 0.25, 1e-6, 120_000.0, -2.0].map(tick).to_vec();
        assert_eq!(shown, ["0", "0.25", "1e-6", "1.2e5", "-2"]);
        assert_eq!(at(-0.04), "0");
    }
}
