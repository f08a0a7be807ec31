//! Columns of numbers that count or date the rows of a table, and are no coordinates.

/// Why a column is taken to count or date its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It has no name, or one that a data frame gives to its index.
    Unnamed,
    /// Its name says so.
    Named,
    /// It rises or falls by the same step in every row.
    Even,
}

/// Words that count or date rows, whatever the numbers are.
const SURE: [&str; 21] = [
    "index",
    "idx",
    "id",
    "ids",
    "time",
    "times",
    "timestamp",
    "timestamps",
    "datetime",
    "date",
    "frame",
    "frames",
    "row",
    "rows",
    "rowid",
    "rowname",
    "rownames",
    "rownumber",
    "timestep",
    "timepoint",
    "elapsed",
];
/// Words that do so as the last of any others, under the same condition as [`LIKELY`].
const INDICES: [&str; 4] = ["index", "idx", "id", "ids"];
/// Words that do so where the numbers are whole and all different, in order, or count from the
/// first number again and again.
const LIKELY: [&str; 19] = [
    "t",
    "n",
    "i",
    "no",
    "nr",
    "num",
    "number",
    "sample",
    "samples",
    "step",
    "steps",
    "tick",
    "ticks",
    "obs",
    "observation",
    "point",
    "trial",
    "sequence",
    "sequences",
];
/// Words that may stand beside them: units of time, and what is counted.
const BESIDE: [&str; 35] = [
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "ms",
    "msec",
    "msecs",
    "millisecond",
    "milliseconds",
    "us",
    "usec",
    "microsecond",
    "microseconds",
    "ns",
    "nanoseconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "unix",
    "utc",
    "abs",
    "rel",
    "absolute",
    "relative",
    "epoch",
    "since",
];

/// Whether a column counts or dates the rows. At least three rows are needed to tell a step.
pub(super) fn clock(name: &str, values: &[f64]) -> Option<Clock> {
    if is_unnamed(name) {
        return Some(Clock::Unnamed);
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&&**word));
    let only = |lists: [&[&str]; 3]| {
        let known = |word: &String| lists.iter().any(|list| list.contains(&&**word));
        !words.is_empty() && words.iter().all(known)
    };
    if only([&SURE, &LIKELY, &BESIDE]) && has(&SURE) {
        return Some(Clock::Named);
    }
    // `cell_id`, but not the `refractive_index` or the `id` of a tube.
    let last = words.last().is_some_and(|last| INDICES.contains(&&**last));
    if (last || only([&SURE, &LIKELY, &BESIDE]) && has(&LIKELY)) && counts(values) {
        return Some(Clock::Named);
    }
    is_even(values).then_some(Clock::Even)
}

/// Whether a name is none: empty, or what pandas, polars and R write where there was none.
fn is_unnamed(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let numbered = |prefix: &str| {
        let rest = name
            .strip_prefix(prefix)
            .map(|rest| rest.trim_end_matches('_'));
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    name.is_empty() || numbered("unnamed: ") || numbered("__index_level_") || numbered("...")
}

/// The words of a name in small letters: `Time (ms)`, `frameNumber` and `row_id` have two each.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.trim().chars() {
        if !letter.is_alphanumeric() || small && letter.is_uppercase() {
            words.push(String::new());
        }
        small = letter.is_lowercase();
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether numbers are in order, whole and all different, or count up by one from the first number
/// again and again, as the steps of several sequences do.
fn counts(values: &[f64]) -> bool {
    if values.is_sorted() || values.iter().rev().is_sorted() {
        return true;
    }
    if values.iter().any(|v| v.fract() != 0.0) {
        return false;
    }
    let steps_on = |pair: &[f64]| pair[1] == pair[0] + 1.0 || pair[1] == values[0];
    if values.windows(2).all(steps_on) {
        return true;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] < pair[1])
}

/// Whether numbers lie on a line that rises or falls, but for the rounding of their last digit.
fn is_even(values: &[f64]) -> bool {
    let [first, .., last] = values else {
        return false;
    };
    if values.len() < 3 {
        return false;
    }
    let step = (last - first) / (values.len() - 1) as f64;
    let largest = first.abs().max(last.abs());
    // Single precision, or the last of the decimals that are written; half a step is no rounding,
    // and a few numbers are near a line by chance.
    let decimals = if values.len() < 10 {
        0.0
    } else {
        last_decimal(values)
    };
    let rounding = (1e-6 * largest).max(1.01 * decimals);
    let within = rounding.min(0.45 * step.abs());
    let on_line =
        |(row, value): (usize, &f64)| (value - (first + row as f64 * step)).abs() <= within;
    step != 0.0 && step.is_finite() && values.iter().enumerate().all(on_line)
}

/// The place of the last decimal that any of some numbers has: 1 where all are whole; 0 where some
/// have more than nine decimals.
fn last_decimal(values: &[f64]) -> f64 {
    let units = (0..=9).map(|decimals| 10_f64.powi(-decimals));
    let multiple = |unit: f64| {
        let of = |value: &f64| {
            let count = value / unit;
            (count - count.round()).abs() <= 1e-9 * count.abs().max(1.0)
        };
        values.iter().all(of)
    };
    units
        .into_iter()
        .find(|unit| multiple(*unit))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without order, and not whole.
    const SCATTERED: [f64; 5] = [0.3, -1.2, 2.5, 0.1, 0.7];
    /// Whole numbers without order, all different.
    const SHUFFLED: [f64; 5] = [3.0, 0.0, 4.0, 1.0, 2.0];

    #[test]
    fn names_of_indices_and_times() {
        for name in [
            "",
            " ",
            "Unnamed: 0",
            "unnamed: 12",
            "__index_level_0__",
            "...1",
        ] {
            assert_eq!(clock(name, &SCATTERED), Some(Clock::Unnamed), "{name}");
        }
        for name in [
            "index",
            "Index",
            "ID",
            "row",
            "frame",
            "Frame #",
            "time",
            "Time (s)",
            "time_ms",
            "timeMs",
            "timestamp",
            "Timestamp [us]",
            "row_id",
            "frame_number",
            "frameNumber",
            "elapsed seconds",
            "sample_index",
        ] {
            assert_eq!(clock(name, &SCATTERED), Some(Clock::Named), "{name}");
        }
        for name in ["t", "t [s]", "sample", "n", "cell_id", "neuronID", "step"] {
            assert_eq!(clock(name, &SHUFFLED), Some(Clock::Named), "{name}");
            assert_eq!(
                clock(name, &[0.0, 0.1, 0.3, 0.35, 2.0]),
                Some(Clock::Named),
                "{name}"
            );
        }
    }

    /// The steps of three sequences, and the numbers of these.
    #[test]
    fn columns_that_count_within_sequences() {
        let steps = [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0];
        let sequences = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0];
        assert_eq!(clock("step", &steps), Some(Clock::Named));
        assert_eq!(clock("sequence", &sequences), Some(Clock::Named));
        assert_eq!(clock("x", &steps), None);
        assert_eq!(clock("x", &sequences), None);
        assert_eq!(clock("step", &[1.0, 2.0, 4.0, 1.0]), None);
    }

    #[test]
    fn names_of_coordinates() {
        for name in [
            "x",
            "x0",
            "PC1",
            "t",
            "n",
            "sample",
            "refractive_index",
            "pipe id",
            "time_constant",
            "rowing",
            "identity",
            "frame_energy",
            "1",
            "dim_0",
            "TIMP1",
            "idh",
        ] {
            assert_eq!(clock(name, &SCATTERED), None, "{name}");
        }
        for name in ["x", "PC1", "count", "1"] {
            assert_eq!(clock(name, &SHUFFLED), None, "{name}");
        }
    }

    #[test]
    fn even_steps_but_for_rounding() {
        let steps = |n: u32, first: f64, step: f64| -> Vec<f64> {
            (0..n).map(|i| first + f64::from(i) * step).collect()
        };
        let rounded = |values: Vec<f64>, unit: f64| -> Vec<f64> {
            values.iter().map(|v| (v / unit).round() * unit).collect()
        };
        let single = |values: Vec<f64>| -> Vec<f64> {
            values.iter().map(|v| f64::from(*v as f32)).collect()
        };
        for values in [
            steps(3, 0.0, 1.0),
            steps(400, 1.0, 1.0),
            steps(400, 7.5, -0.25),
            steps(5000, 0.0, 1.0 / 3.0),
            rounded(steps(5000, 0.0, 1.0 / 30.0), 0.01),
            rounded(steps(5000, 0.0, 1000.0 / 30.0), 1.0),
            single(steps(5000, 0.0, 0.1)),
            steps(100, 1.7e9, 60.0),
        ] {
            assert_eq!(clock("x", &values), Some(Clock::Even), "{:?}", &values[..3]);
        }
        let sorted: Vec<f64> = {
            let mut values: Vec<f64> = (0..100)
                .map(|i| (f64::from(i * i) * 0.618_034).fract())
                .collect();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        let wave: Vec<f64> = steps(100, 0.0, 0.01).iter().map(|v| v.sin()).collect();
        for values in [
            sorted,
            wave,
            vec![2.0; 5],
            vec![1.0, 2.0],
            vec![0.0, 1.0, 3.0],
        ] {
            assert_eq!(clock("x", &values), None, "{:?}", &values[..2]);
        }
    }
}
