//! Columns of cells, and the names and numbers in them.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, Int64Builder, LargeStringArray,
    LargeStringBuilder, UInt64Array, new_empty_array,
};
use arrow::compute::{CastOptions, cast_with_options, concat};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use arrow::error::ArrowError;

use super::texts::Repeated;
use super::words::Words;

/// Types of columns that are read, in words.
pub(super) const TYPES: &str = "text, integers, floating point numbers, or booleans";

/// The cells of one column, in one of the types that are told apart.
#[derive(Clone)]
pub(in super::super) enum Cells {
    Text(LargeStringArray),
    /// Text of few different values.
    Words(Words),
    /// Text that stands in a dictionary.
    Repeated(Repeated),
    Integer(Int64Array),
    Unsigned(UInt64Array),
    Number(Float64Array),
}

/// What names a neuron. A number and its digits are the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Identifier<'a> {
    Number(i64),
    /// Anything else, numbers of more than 63 bits among them.
    Text(Cow<'a, str>),
}

impl<'a> Identifier<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        integer(text).map_or(Self::Text(Cow::Borrowed(text)), Self::Number)
    }

    pub(crate) fn into_name(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.into_owned(),
        }
    }
}

/// The number that `text` is, if the number is written `text`: not for `007`, `+7`, `-0`.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let canonical = match digits {
        [] => false,
        [b'0', ..] => text == "0",
        [first, ..] => first.is_ascii_digit() && digits.len() <= 19,
    };
    canonical.then(|| text.parse().ok()).flatten()
}

impl Cells {
    /// The type cells of an Arrow type are kept in; `None` for types that hold neither names nor
    /// numbers.
    pub(crate) fn kept_as(kind: &DataType) -> Option<DataType> {
        use DataType as T;
        match kind {
            T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Null | T::Boolean => Some(T::LargeUtf8),
            // Several databases write text as bytes.
            T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => {
                Some(T::LargeUtf8)
            }
            T::UInt64 => Some(T::UInt64),
            T::Decimal32(_, 0) | T::Decimal64(_, 0) | T::Decimal128(_, 0) | T::Decimal256(_, 0) => {
                Some(T::Int64)
            }
            kind if kind.is_integer() => Some(T::Int64),
            kind if kind.is_floating() || kind.is_decimal() => Some(T::Float64),
            T::Dictionary(_, values) => Self::kept_as(values),
            _ => None,
        }
    }

    /// A part of a column, in the type it is kept as. Booleans are the words `true` and `false`.
    ///
    /// # Errors
    /// Where a value does not fit it, and [`NotText`] for bytes that are no text.
    pub(crate) fn cast(part: &ArrayRef, kept_as: &DataType) -> Result<ArrayRef, ArrowError> {
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        if !is_bytes(part.data_type()) {
            return cast_with_options(part, kept_as, &options);
        }
        let bytes = cast_with_options(part, &DataType::LargeBinary, &options)?;
        let padded = matches!(part.data_type(), DataType::FixedSizeBinary(_));
        let mut text = LargeStringBuilder::new();
        for value in bytes.as_binary::<i64>() {
            let value = value.map(std::str::from_utf8).transpose();
            let value = value.map_err(|_| ArrowError::ExternalError(Box::new(NotText)))?;
            // Fixed lengths are filled up with zeros.
            text.append_option(value.map(|text| match padded {
                true => text.trim_end_matches('\0'),
                false => text,
            }));
        }
        Ok(Arc::new(text.finish()))
    }

    /// Joins the parts of a column.
    ///
    /// # Errors
    /// Where they are not of the type.
    pub(crate) fn join(mut parts: Vec<ArrayRef>, kept_as: &DataType) -> Result<Self, ArrowError> {
        let whole = if parts.len() > 1 {
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            concat(&parts)?
        } else {
            parts.pop().unwrap_or_else(|| new_empty_array(kept_as))
        };
        Ok(match kept_as {
            DataType::Int64 => Self::Integer(whole.as_primitive::<Int64Type>().clone()),
            DataType::UInt64 => Self::Unsigned(whole.as_primitive::<UInt64Type>().clone()),
            DataType::Float64 => Self::Number(whole.as_primitive::<Float64Type>().clone()),
            _ => Self::Text(whole.as_string::<i64>().clone()),
        })
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Words(words) => words.len(),
            Self::Repeated(cells) => cells.len(),
            Self::Integer(cells) => cells.len(),
            Self::Unsigned(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
        }
    }

    /// The cell as text without the blanks around it; `None` where it is empty.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(cells) => said(cells, row).map(Cow::Borrowed),
            Self::Words(words) => words.word(row).map(Cow::Borrowed),
            Self::Repeated(cells) => cells.text(row).map(Cow::Borrowed),
            Self::Integer(cells) => valid(cells, row).then(|| cells.value(row).to_string().into()),
            Self::Unsigned(cells) => valid(cells, row).then(|| cells.value(row).to_string().into()),
            Self::Number(cells) => valid(cells, row).then(|| cells.value(row).to_string().into()),
        }
    }

    /// The place of the text of a row among the texts of a column that keeps each once; `None` for
    /// other columns and for an empty cell.
    pub(crate) fn place_of_text(&self, row: usize) -> Option<usize> {
        match self {
            Self::Repeated(cells) => cells.place(row),
            _ => None,
        }
    }

    /// True if two rows surely hold the same cell. Texts are compared with the blanks around them,
    /// and no empty cell is the same as another.
    pub(crate) fn are_same(&self, a: usize, b: usize) -> bool {
        fn are_equal<A: Array, T: PartialEq>(
            cells: &A,
            [a, b]: [usize; 2],
            value: impl Fn(usize) -> T,
        ) -> bool {
            valid(cells, a) && valid(cells, b) && value(a) == value(b)
        }
        let rows = [a, b];
        match self {
            Self::Text(cells) => are_equal(cells, rows, |row| cells.value(row)),
            Self::Words(words) => words.word(a).is_some() && words.word(a) == words.word(b),
            Self::Repeated(cells) => cells.are_same(a, b),
            Self::Integer(cells) => are_equal(cells, rows, |row| cells.value(row)),
            Self::Unsigned(cells) => are_equal(cells, rows, |row| cells.value(row)),
            Self::Number(cells) => are_equal(cells, rows, |row| cells.value(row).to_bits()),
        }
    }

    /// All texts that are not empty, each with the number of rows in which it stands; a text may
    /// come again.
    pub(crate) fn each_text(&self, mut visit: impl FnMut(&str, usize)) {
        if let Self::Repeated(cells) = self {
            return cells.each(visit);
        }
        for row in 0..self.len() {
            if let Some(text) = self.text(row) {
                visit(&text, 1);
            }
        }
    }

    /// The cell as a number; `None` where it is empty.
    ///
    /// # Errors
    /// The text that is no number.
    pub(crate) fn number(&self, row: usize) -> Result<Option<f64>, Cow<'_, str>> {
        match self {
            Self::Text(_) | Self::Words(_) | Self::Repeated(_) => self
                .text(row)
                .map_or(Ok(None), |t| t.parse().map(Some).map_err(|_| t)),
            Self::Integer(cells) => Ok(valid(cells, row).then(|| cells.value(row) as f64)),
            Self::Unsigned(cells) => Ok(valid(cells, row).then(|| cells.value(row) as f64)),
            Self::Number(cells) => Ok(valid(cells, row).then(|| cells.value(row))),
        }
    }

    /// The cell as the name of a neuron; `None` where it is empty.
    ///
    /// # Errors
    /// A number that went through floating point and may have lost digits.
    pub(crate) fn identifier(&self, row: usize) -> Result<Option<Identifier<'_>>, f64> {
        Ok(match self {
            Self::Text(cells) => said(cells, row).map(Identifier::new),
            Self::Words(words) => words.word(row).map(Identifier::new),
            Self::Repeated(cells) => cells.text(row).map(Identifier::new),
            Self::Integer(cells) => valid(cells, row).then(|| Identifier::Number(cells.value(row))),
            Self::Unsigned(cells) => {
                valid(cells, row).then(|| match i64::try_from(cells.value(row)) {
                    Ok(number) => Identifier::Number(number),
                    Err(_) => Identifier::Text(cells.value(row).to_string().into()),
                })
            }
            Self::Number(cells) if !valid(cells, row) => None,
            Self::Number(cells) => {
                // Below 2^53 a whole number is what it was before it became floating point.
                let number = cells.value(row);
                if number.fract() != 0.0 || number.abs() >= 9_007_199_254_740_992.0 {
                    return Err(number);
                }
                Some(Identifier::Number(number as i64))
            }
        })
    }
}

/// Bytes in a column of text that are none.
#[derive(Debug, thiserror::Error)]
#[error("the bytes are not UTF-8")]
pub(super) struct NotText;

/// True for columns of bytes, which are text in many files.
pub(super) fn is_bytes(kind: &DataType) -> bool {
    use DataType as T;
    match kind {
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => true,
        T::Dictionary(_, values) => is_bytes(values),
        _ => false,
    }
}

/// What a column of a type that is not kept holds.
pub(super) fn in_words(kind: &DataType) -> String {
    use DataType as T;
    let words = match kind {
        T::Boolean => "booleans",
        T::Date32 | T::Date64 => "dates",
        T::Time32(_) | T::Time64(_) => "times",
        T::Timestamp(..) => "timestamps",
        T::Duration(_) | T::Interval(_) => "durations",
        T::List(_)
        | T::LargeList(_)
        | T::FixedSizeList(..)
        | T::ListView(_)
        | T::LargeListView(_) => "lists",
        T::Struct(_) => "records",
        other => return other.to_string().to_lowercase(),
    };
    words.to_owned()
}

/// The text without the blanks around it. Most texts show at their first and last byte that they
/// have none.
pub(super) fn trimmed(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        return text;
    }
    text.trim()
}

fn valid(cells: &impl Array, row: usize) -> bool {
    row < cells.len() && cells.is_valid(row)
}

/// The text of a row without the blanks around it; `None` where it is empty.
fn said(cells: &LargeStringArray, row: usize) -> Option<&str> {
    let text = valid(cells, row).then(|| trimmed(cells.value(row)))?;
    (!text.is_empty()).then_some(text)
}

/// Collects a column of text; as long as all of it are integers, as those.
#[derive(Default)]
pub(super) struct CellsBuilder {
    integers: Int64Builder,
    text: Option<LargeStringBuilder>,
}

impl CellsBuilder {
    /// The next cell; blanks around it do not count, and a blank one is empty.
    pub(super) fn push(&mut self, cell: &str) {
        let cell = cell.trim();
        if let Some(text) = &mut self.text {
            return text.append_option((!cell.is_empty()).then_some(cell));
        }
        match integer(cell) {
            None if cell.is_empty() => self.integers.append_null(),
            None => {
                let mut text = LargeStringBuilder::new();
                self.integers
                    .finish()
                    .iter()
                    .for_each(|n| text.append_option(n.map(|n| n.to_string())));
                text.append_value(cell);
                self.text = Some(text);
            }
            Some(number) => self.integers.append_value(number),
        }
    }

    pub(super) fn finish(mut self) -> Cells {
        match self.text {
            Some(mut text) => Cells::Text(text.finish()),
            None => Cells::Integer(self.integers.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_numbers_as_they_are_written_are_numbers() {
        for (text, number) in [
            ("0", 0),
            ("-1", -1),
            ("720575940623377802", 720_575_940_623_377_802),
        ] {
            assert_eq!(Identifier::new(text), Identifier::Number(number));
        }
        assert_eq!(
            Identifier::new(&i64::MIN.to_string()),
            Identifier::Number(i64::MIN)
        );
        for text in [
            "",
            "-",
            "-0",
            "007",
            "+7",
            "1.0",
            "1e3",
            "9223372036854775808",
            "18446744073709551615",
            "7 ",
        ] {
            assert_eq!(Identifier::new(text), Identifier::Text(text.into()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn blanks_around_a_text_are_taken_away(text in "[ \\ta\u{e9}\u{a0}\u{2003}\u{7f}]{0,4}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }

        #[test]
        fn a_collected_column_reads_as_it_was_written(
            cells in proptest::collection::vec("[-0-9a. ]{0,4}", 0..20),
        ) {
            let mut builder = CellsBuilder::default();
            cells.iter().for_each(|cell| builder.push(cell));
            let column = builder.finish();
            prop_assert_eq!(column.len(), cells.len());
            for (row, cell) in cells.iter().enumerate() {
                let cell = Some(cell.trim()).filter(|c| !c.is_empty());
                let text = column.text(row);
                prop_assert_eq!(text.as_deref(), cell);
                let name = column.identifier(row).unwrap().map(Identifier::into_name);
                prop_assert_eq!(name.as_deref(), cell);
            }
        }
    }
}
