//! Numbers as people write them in cells of text: with decimal commas, a minus sign of typography,
//! or their unit.
//!
//! What can be read in one way only is read, and said. What could mean two things, and what begins
//! like a number and is none, is refused with its place: a column of coordinates must never be
//! taken for a column of words.

use super::columns::Found;
use super::error::ReadError;
use super::sheet::{Cells, Sheet};
use super::values::cell;

/// A column of which this share of the cells begins with a digit is meant as numbers.
const NUMBERS: f64 = 0.5;
/// The most bytes of a number with its unit.
const LONGEST: usize = 64;
/// Words for a value that is not there.
const MISSING: [&str; 12] = [
    "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "missing",
];

/// What a column holds.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// Finite numbers, and how they were written where that is not plain.
    Numbers(Vec<f64>, Option<String>),
    /// Cells that are no numbers, such as names.
    Words,
    /// Dates, times or durations in text.
    Times,
    /// No value in any row.
    Nothing,
}

/// Reads a column.
///
/// # Errors
/// [`ReadError::Cell`] for a column that holds numbers and something else.
pub(super) fn content(sheet: &Sheet, found: &Found<'_>) -> Result<Content, ReadError> {
    let cells = found.cells;
    let rows = 0..sheet.rows;
    if let Ok(values) = rows
        .clone()
        .map(|row| finite(cells, row).ok_or(row))
        .collect()
    {
        return Ok(Content::Numbers(values, None));
    }
    if rows.clone().all(|row| cells.text(row).is_none()) {
        return Ok(Content::Nothing);
    }
    let (Cells::Text(_) | Cells::Repeated(_)) = cells else {
        return Err(refused(sheet, found, false));
    };
    let (mut all, mut plainly, mut times, mut digits) = (0_usize, 0, 0, 0);
    cells.each_text(|text, count| {
        let text = &*plain(text);
        if !is_missing(text) {
            let counted = |test: bool| if test { count } else { 0 };
            all += count;
            plainly += counted(text.parse::<f64>().is_ok_and(f64::is_finite));
            times += counted(is_time(text));
            digits += counted(begins_with_a_digit(text));
        }
    });
    if all == 0 {
        return Ok(Content::Nothing);
    }
    // Texts are written out only where all of them may be numbers.
    let may_be_number = |row: usize| {
        let text = cells.text(row);
        text.is_some_and(|text| text.len() <= LONGEST && divided(&plain(&text)).is_some())
    };
    if rows.clone().all(may_be_number) {
        let texts: Vec<Option<String>> = rows
            .map(|row| cells.text(row).map(|text| plain(&text)))
            .collect();
        if let Some((values, manner)) = written(&texts) {
            return Ok(Content::Numbers(values, Some(manner)));
        }
    }
    if plainly == 0 {
        let least = NUMBERS * all as f64;
        if (times as f64) > least {
            return Ok(Content::Times);
        }
        if (digits as f64) < least {
            return Ok(Content::Words);
        }
    }
    Err(refused(sheet, found, true))
}

/// The cell as a finite number, if it is one.
fn finite(cells: &Cells, row: usize) -> Option<f64> {
    match cells.number(row) {
        Ok(Some(value)) if value.is_finite() => Some(value),
        Ok(_) | Err(_) => None,
    }
}

fn is_missing(text: &str) -> bool {
    text.len() <= 8 && MISSING.contains(&&*text.to_lowercase())
}

/// A cell with a plain minus sign, and plain blanks.
fn plain(text: &str) -> String {
    let plain = |letter| match letter {
        '\u{2212}' => '-',
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        letter => letter,
    };
    text.chars().map(plain).collect()
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text).trim_start()
}

fn begins_with_a_digit(text: &str) -> bool {
    let text = unsigned(text);
    let text = text.strip_prefix(['.', ',']).unwrap_or(text);
    text.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Whether a cell looks like a date, a time of day, or a duration: digits between which there are
/// dashes, slashes, points or colons as in those.
fn is_time(text: &str) -> bool {
    let words = text
        .split(['T', ' ', '+', 'Z', ','])
        .filter(|w| !w.is_empty());
    let (mut times, mut others) = (0, 0);
    for word in words {
        let of = |separator: char, parts: std::ops::RangeInclusive<usize>| {
            let mut all = word.split(separator);
            let count = word.split(separator).count();
            let digits = |part: &str| {
                let part = part.split('.').next().unwrap_or_default();
                (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
            };
            parts.contains(&count) && all.all(digits)
        };
        let month = |part: &str| {
            let months = "janfebmaraprmayjunjulaugsepoctnovdec";
            let short: String = part.chars().take(3).collect::<String>().to_lowercase();
            short.len() == 3 && months.find(&short).is_some_and(|at| at % 3 == 0)
        };
        let dotted = word.split('.').count() == 3 && of_digits(word);
        let named = word.split(['-', '/']).any(month) || ["day", "days"].contains(&word);
        if of('-', 3..=3) || of('/', 3..=3) || of(':', 2..=4) || dotted || named {
            times += 1;
        } else if !word.bytes().all(|b| b.is_ascii_digit()) && !is_zone(word) {
            others += 1;
        }
    }
    times > 0 && others == 0
}

fn of_digits(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    word.split('.').all(digits)
}

fn is_zone(word: &str) -> bool {
    [
        "am", "pm", "utc", "gmt", "cet", "cest", "est", "edt", "pst", "pdt",
    ]
    .contains(&&*word.to_lowercase())
}

/// A number taken apart.
struct Written<'a> {
    /// The digits and signs of the number, with a comma or a point.
    number: &'a str,
    /// What follows it: a unit, a percent sign, or nothing.
    unit: &'a str,
}

/// Divides a cell where its number ends; `None` where it does not begin with one.
fn divided(text: &str) -> Option<Written<'_>> {
    if !begins_with_a_digit(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let digits = |from: usize, and: &[u8]| {
        let more = |b: &&u8| b.is_ascii_digit() || and.contains(b);
        from + bytes[from..].iter().take_while(more).count()
    };
    let sign = usize::from(bytes[0] == b'-' || bytes[0] == b'+');
    let mut end = digits(sign, b".,");
    if let Some(b'e' | b'E') = bytes.get(end) {
        let signed = matches!(bytes.get(end + 1), Some(b'-' | b'+'));
        let begin = end + 1 + usize::from(signed);
        if bytes.get(begin).is_some_and(u8::is_ascii_digit) {
            end = digits(begin, b"");
        }
    }
    let unit = text[end..].trim();
    // A unit is no further number: `1 234`, `3-4`, `2024-01-05`.
    let is_unit = unit.chars().all(|letter| {
        letter.is_alphabetic()
            || "%\u{2030}\u{b0}/\u{b5}\u{b2}\u{b3}\u{b7}^*$\u{20ac}".contains(letter)
    });
    // `001.png` is the name of a file.
    let is_number = !text[..end].ends_with(['.', ',']) || unit.is_empty();
    (is_unit && is_number).then_some(Written {
        number: &text[..end],
        unit,
    })
}

/// The numbers of a column and how they are written, if there is one way to read them all.
fn written(texts: &[Option<String>]) -> Option<(Vec<f64>, String)> {
    let parts: Vec<Written<'_>> = texts
        .iter()
        .map(|text| divided(text.as_deref()?))
        .collect::<Option<_>>()?;
    let unit = parts.first()?.unit;
    if parts.iter().any(|part| part.unit != unit) {
        return None;
    }
    let with_comma = || parts.iter().filter(|part| part.number.contains(','));
    let commas = with_comma().next().is_some();
    if commas {
        let points = parts.iter().any(|part| part.number.contains('.'));
        let several = with_comma().any(|part| part.number.matches(',').count() > 1);
        // `1,234` may be either; one cell that cannot be thousands decides for all.
        if points || several || !with_comma().any(|part| is_decimal(part.number)) {
            return None;
        }
    }
    let number = |part: &Written<'_>| {
        let number = part.number.replace(',', ".").parse::<f64>();
        number.ok().filter(|value| value.is_finite())
    };
    let values = parts.iter().map(number).collect::<Option<_>>()?;
    let mut manner = Vec::new();
    if commas {
        manner.push("commas were read as decimal points".to_owned());
    }
    if !unit.is_empty() {
        manner.push(format!("unit `{unit}` was left out"));
    }
    if manner.is_empty() {
        manner.push("minus signs are those of typography".to_owned());
    }
    Some((values, manner.join(", ")))
}

/// Whether the comma of a number cannot be one between thousands.
fn is_decimal(number: &str) -> bool {
    let Some((before, after)) = unsigned(number).split_once(',') else {
        return false;
    };
    after.len() != 3 || before.is_empty() || before.starts_with('0') || before.len() > 3
}

/// The error of the first cell that is no number.
fn refused(sheet: &Sheet, found: &Found<'_>, is_text: bool) -> ReadError {
    let bad = |row: &usize| finite(found.cells, *row).is_none();
    let row = (0..sheet.rows).find(bad).unwrap_or_default();
    let text = found.cells.text(row).filter(|_| is_text);
    let text = text.map(|text| plain(&text));
    let hint = match text.as_deref() {
        Some(text) if begins_with_a_digit(text) => match divided(text) {
            Some(part) if part.number.contains(',') => {
                "write decimals with a point, and thousands without a separator"
            }
            Some(part) if !part.unit.is_empty() => {
                "write numbers alone, in one unit, and the unit into the header"
            }
            Some(_) | None => {
                "write numbers as `-1.5` or `2e-3`, or name the columns to read without this one"
            }
        },
        Some(_) | None => "fill gaps in, or leave the rows or the column out",
    };
    cell(sheet, found, row, "a finite number", hint)
}
