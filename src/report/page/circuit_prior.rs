//! The section about the swimming circuit, trained with and without its signs.

use maud::html;

use super::draw::{Scale, WIDTH, legend, line, mark, svg, text, x_axis};
use super::figure::{Data, Figure, number};
use super::tables::Tables;
use crate::circuit_prior::{CircuitVariantRow, Variant};

/// Height of a row of marks.
const ROW: f64 = 26.0;

/// Errors before and after training, of every start of each variant.
pub(super) fn figure(tables: &Tables) -> Option<Figure> {
    let rows = &tables.circuits;
    let threshold = rows.first()?.threshold;
    let columns = ["variant", "draw", "error_before", "error_after", "status"];
    let mut data = Data::new(&columns);
    for row in rows {
        data.push(vec![
            row.variant.as_str().into(),
            i64::from(row.draw).into(),
            row.error_before.into(),
            row.error_after.into(),
            row.status.as_str().into(),
        ]);
    }
    let (left, right) = (250.0, WIDTH - 20.0);
    let (key, used) = legend(&["before training", "after training"], 16.0, left);
    let top = used + 14.0;
    let bottom = top + ROW * Variant::ALL.len() as f64;
    let errors = rows
        .iter()
        .flat_map(|row| [row.error_before, row.error_after]);
    let x = Scale::logarithmic(errors.chain([threshold, 1.0]), (left, right));
    let drawing = html! {
        (key)
        (x_axis(x, top, bottom, "squared error as a share of the variance of the wave"))
        (line("bound", (x.of(threshold), top), (x.of(threshold), bottom)))
        @for (place, variant) in Variant::ALL.into_iter().enumerate() {
            @let y = top + ROW * (place as f64 + 0.5);
            (text("tick end", (left - 10.0, y + 4.0), &label(tables, variant)))
            @for row in rows.iter().filter(|row| row.variant == variant.as_str()) {
                @let errors = [row.error_before, row.error_after];
                @for (series, error) in errors.into_iter().enumerate() {
                    (mark(
                        series,
                        (x.of(error), y),
                        &format!("start {}: {}", row.draw, number(error)),
                    ))
                }
            }
        }
    };
    let id = "circuit-prior".to_owned();
    let title = "Learning to swim, with and without signs".to_owned();
    let caption = "Each mark is the error of one start before or after training along exact \
                   derivatives. A body at rest has an error of 1; the line is the threshold at and \
                   below which the wave counts as learnt; how many starts learn it stands behind \
                   each name. With signs from constants nothing is random, and there is one start."
        .to_owned();
    Some(Figure {
        svg: svg(&id, bottom + 50.0, &title, &caption, drawing),
        id,
        title,
        caption,
        data,
    })
}

/// A variant with the number of its starts that learn.
fn label(tables: &Tables, variant: Variant) -> String {
    let found = of(tables, variant);
    let learned = found.map(|row| format!(": {} of {}", row.learned, row.draws));
    words(variant).to_owned() + &learned.unwrap_or_default()
}

/// What the tables say of a variant as a whole.
fn of(tables: &Tables, variant: Variant) -> Option<&CircuitVariantRow> {
    let mut rows = tables.circuit_variants.iter();
    rows.find(|row| row.variant == variant.as_str())
}

/// A variant in words.
fn words(variant: Variant) -> &'static str {
    match variant {
        Variant::SignedConstant => "signs, from constants",
        Variant::SignedRandom => "signs, from random values",
        Variant::UnsignedConstant => "no signs, from constants",
        Variant::UnsignedRandom => "no signs, from random values",
    }
}

/// What signs do for learning from random values, and what constants do for the start.
pub(super) fn sentences(tables: &Tables) -> Vec<String> {
    let of = |variant| of(tables, variant);
    let signs = of(Variant::SignedRandom).zip(of(Variant::UnsignedRandom));
    let signs = signs.and_then(|(with, without)| {
        let told = |row: &CircuitVariantRow| {
            let ends = row.share_low.zip(row.share_high);
            ends.map(|(low, high)| {
                let [low, high] = [low, high].map(number);
                let (learned, draws) = (row.learned, row.draws);
                format!("{learned} of {draws} (95 % interval of the share: {low} to {high})")
            })
        };
        let conclusion = if with.share_low > without.share_high {
            "the signs make the wave easier to learn"
        } else if with.share_high < without.share_low {
            "the signs make the wave harder to learn"
        } else {
            "so few starts do not show that the signs matter"
        };
        Some(format!(
            "Of swimming circuits with random weights and the published signs {} learn the wave, \
             without signs {}: {conclusion}.",
            told(with)?,
            told(without)?,
        ))
    });
    let start = of(Variant::SignedConstant).zip(of(Variant::SignedRandom));
    let start = start.map(|(constant, random)| {
        format!(
            "Before training, the swimming circuit with the published signs has an error of {} \
             from constants, and a median of {} from random weights; a body at rest has 1.",
            number(constant.error_before),
            number(random.error_before),
        )
    });
    signs.into_iter().chain(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit_prior::CircuitPriorSettings;

    fn told(settings: &CircuitPriorSettings) -> Vec<String> {
        let tables = settings.tables(1);
        sentences(&Tables {
            circuits: tables.runs,
            circuit_variants: tables.variants,
            ..Tables::default()
        })
    }

    /// The verdict is that of the intervals: two starts do not show what twelve do.
    #[test]
    fn the_verdict_is_as_strong_as_the_numbers() {
        let settings = CircuitPriorSettings {
            joints: 2,
            period: 20,
            periods: 2,
            rate: 0.35,
            threshold: 0.15,
            draws: 12,
            steps: 150,
            ..CircuitPriorSettings::default()
        };
        let many = told(&settings);
        assert!(many[0].ends_with("easier to learn."), "{many:?}");
        let few = told(&CircuitPriorSettings {
            draws: 2,
            ..settings
        });
        assert!(
            few[0].ends_with("do not show that the signs matter."),
            "{few:?}"
        );
        assert!(sentences(&Tables::default()).is_empty());
    }
}
