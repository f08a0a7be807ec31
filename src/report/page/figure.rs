//! A figure: a drawing, what it shows in words, and the numbers behind it.

use maud::{Markup, html};

/// A table of texts and numbers, as it stands on the page and in a CSV file.
#[derive(Clone, Debug, Default)]
pub(super) struct Data {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A missing number.
    Missing,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Missing
        }
    }
}

impl From<Option<f64>> for Value {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Missing, Self::from)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// A number with three digits, as people read it.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    if value.fract() == 0.0 && value.abs() < 1e9 {
        format!("{value:.0}")
    } else if (-4.0..6.0).contains(&magnitude) {
        format!("{value:.*}", (2.0 - magnitude).max(0.0) as usize)
    } else {
        format!("{value:.2e}")
    }
}

impl Value {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) => number(*value),
            Self::Missing => "–".to_owned(),
        }
    }

    fn exact(&self) -> String {
        match self {
            Self::Text(text) if text.contains([',', '"', '\n']) => {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            Self::Text(text) => text.clone(),
            Self::Number(value) => value.to_string(),
            Self::Missing => String::new(),
        }
    }
}

/// Most rows of a table on the page. The files of the folder have all rows.
const MOST_ROWS: usize = 400;

impl Data {
    pub(super) fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// The table as CSV.
    pub(super) fn csv(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let cells: Vec<String> = row.iter().map(Value::exact).collect();
            cells.join(",")
        });
        let lines: Vec<String> = std::iter::once(self.columns.join(","))
            .chain(rows)
            .collect();
        lines.join("\n") + "\n"
    }

    /// The table as HTML, with a caption for screen readers.
    pub(super) fn html(&self, caption: &str) -> Markup {
        let left_out = self.rows.len().saturating_sub(MOST_ROWS);
        html! {
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table.sortable {
                    caption.unseen { (caption) }
                    thead { tr { @for column in &self.columns { th scope="col" { (column) } } } }
                    tbody {
                        @for row in self.rows.iter().take(MOST_ROWS) {
                            tr {
                                @for cell in row {
                                    @match cell {
                                        Value::Text(text) => td { (text) },
                                        Value::Number(value) => {
                                            td.number data-value=(value) { (cell.shown()) }
                                        }
                                        Value::Missing => td.number { (cell.shown()) },
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if left_out > 0 {
                p.note { (left_out) " more rows are in the CSV file of this figure." }
            }
        }
    }
}

/// A drawing with a title, a caption and the data behind it.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// Name of the figure in addresses and of its files.
    pub(super) id: String,
    /// What the figure shows, in a few words.
    pub(super) title: String,
    /// How to read it.
    pub(super) caption: String,
    /// The drawing.
    pub(super) svg: Markup,
    /// The numbers behind it.
    pub(super) data: Data,
}

impl Figure {
    /// The figure as HTML.
    pub(super) fn html(&self) -> Markup {
        let (svg, csv) = (
            format!("figures/{}.svg", self.id),
            format!("figures/{}.csv", self.id),
        );
        html! {
            figure id=(self.id) {
                (self.svg)
                figcaption {
                    strong { (self.title) @if !self.title.ends_with('?') { "." } " " }
                    (self.caption) " "
                    span.links { a href=(svg) { "SVG" } " · " a href=(csv) { "CSV" } }
                }
                details {
                    summary { "The numbers" }
                    (self.data.html(&self.title))
                }
            }
        }
    }
}
