//! The section about the dimensions that trained networks carry.

use maud::html;

use super::draw::{SERIES, Scale, WIDTH, curve, legend, line, mark, svg, x_axis, y_axis};
use super::figure::{Data, Figure, Value, number};
use super::tables::{Tables, is_origin};

/// The series of a point, the number of sources, what was carried, its interval, and the linear
/// bound.
type Point = (usize, f64, f64, Option<(f64, f64)>, Option<f64>);

/// The carried dimension against the number of sources, beside the linear bound.
pub(super) fn figure(tables: &Tables) -> Option<Figure> {
    let mut data = Data::new(&[
        "topology",
        "family",
        "sources",
        "carried",
        "ci_low",
        "ci_high",
        "linear_bound",
        "status",
    ]);
    let mut names: Vec<&str> = Vec::new();
    let mut points: Vec<Point> = Vec::new();
    for row in &tables.carried {
        data.push(vec![
            row.topology.as_str().into(),
            row.family.as_str().into(),
            Value::from(i64::from(row.latent_dimension)),
            row.carried.into(),
            row.ci_low.into(),
            row.ci_high.into(),
            row.linear_bound.into(),
            row.status.as_str().into(),
        ]);
        let Some(carried) = row.carried else { continue };
        if !is_origin(&row.family) && row.family != "control" {
            continue;
        }
        let known = names.iter().position(|name| *name == row.topology);
        if known.is_none() && names.len() == SERIES {
            continue;
        }
        let series = known.unwrap_or(names.len());
        if known.is_none() {
            names.push(&row.topology);
        }
        points.push((
            series,
            f64::from(row.latent_dimension),
            carried,
            row.ci_low.zip(row.ci_high),
            row.linear_bound,
        ));
    }
    if points.is_empty() {
        return None;
    }
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (left, right) = (60.0, WIDTH - 20.0);
    let (key, used) = legend(&names, 16.0, left);
    let (top, bottom) = (used + 30.0, used + 310.0);
    let values = points
        .iter()
        .flat_map(|p| [Some(p.2), p.3.map(|ci| ci.1), p.4]);
    let x = Scale::logarithmic(points.iter().map(|p| p.1), (left + 10.0, right - 10.0));
    let y = Scale::linear(values.flatten(), (bottom, top));
    let of = |series: usize| points.iter().filter(move |p| p.0 == series);
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "sources, m"))
        (y_axis(y, left, right, "carried dimensions, C(m)"))
        @for (series, name) in names.iter().enumerate() {
            (curve(&format!("line l{series}"), of(series).map(|p| (x.of(p.1), y.of(p.2)))))
            @for (_, sources, carried, interval, bound) in of(series) {
                @if let Some((low, high)) = interval {
                    (line("mean", (x.of(*sources), y.of(*low)), (x.of(*sources), y.of(*high))))
                }
                @if let Some(bound) = bound {
                    (line(
                        "bound",
                        (x.of(*sources) - 7.0, y.of(*bound)),
                        (x.of(*sources) + 7.0, y.of(*bound)),
                    ))
                }
                (mark(
                    series,
                    (x.of(*sources), y.of(*carried)),
                    &format!("{name}: {} of {sources} sources", number(*carried)),
                ))
            }
        }
    };
    Some(Figure {
        id: "carried-after-training".to_owned(),
        title: "Dimensions that trained networks carry".to_owned(),
        caption: "The share of m independent white sources that a trained network gives back, \
                  summed over the sources, with 95 % intervals over seeds. A dash is what the \
                  untrained wiring carries at linear rates with the best maps: a network below its \
                  dash has not learnt what is there."
            .to_owned(),
        svg: svg(
            "carried-after-training",
            bottom + 44.0,
            "Carried dimensions of trained networks against the number of sources",
            "One line per wiring, with intervals and the linear bound.",
            drawing,
        ),
        data,
    })
}
