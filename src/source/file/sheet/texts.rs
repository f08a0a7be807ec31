//! Columns of text in which an array names the same text again and again: each text is read once,
//! and rows hold its number.
//!
//! An array of a few bytes can stand for gigabytes of text: a dictionary repeats its words, and
//! views of one buffer may overlap. Such arrays are never written out.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

use super::super::error::{AnyError, Damage};
use super::cells::{NotText, trimmed};

/// What gives each text of a column a number, and takes the number of each row.
pub(super) trait Numbering {
    /// The number of a text, from 1, or 0 for a blank one; `None` where there is no room for it.
    fn number(&mut self, text: &str) -> Option<u32>;

    /// The number of the text in the next row; 0 for an empty cell.
    fn push(&mut self, number: u32);
}

/// True for arrays that may name one text in many rows.
pub(super) fn repeats(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8View | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn is_text(kind: &DataType) -> bool {
    use DataType as T;
    matches!(
        kind,
        T::Utf8
            | T::LargeUtf8
            | T::Utf8View
            | T::Binary
            | T::LargeBinary
            | T::BinaryView
            | T::FixedSizeBinary(_)
    )
}

/// Numbers of the texts of a dictionary, kept from one array to the next one of the same
/// dictionary.
#[derive(Default)]
pub(super) struct Dictionary {
    values: Option<ArrayData>,
    numbers: Vec<Option<u32>>,
}

impl Dictionary {
    /// Numbers the rows of an array whose type [`repeats`].
    ///
    /// # Errors
    /// [`Damage::Endless`] where there is no room for a text, [`Damage::Contradiction`] for a key
    /// without a value, and [`NotText`].
    pub(super) fn push_all(
        &mut self,
        array: &ArrayRef,
        numbering: &mut impl Numbering,
    ) -> Result<(), Damage> {
        let Some(dictionary) = array.as_any_dictionary_opt() else {
            return views(array, numbering);
        };
        let values = dictionary.values();
        let texts = Texts::of(values).ok_or(Damage::Contradiction)?;
        let data = values.to_data();
        if !self.values.as_ref().is_some_and(|last| last.ptr_eq(&data)) {
            self.values = Some(data);
            self.numbers.clear();
            self.numbers.resize(values.len(), None);
        }
        let keys = cast(dictionary.keys(), &DataType::Int64).map_err(refused)?;
        for key in keys.as_primitive::<Int64Type>() {
            let number = match key {
                None => 0,
                Some(key) => {
                    let key = usize::try_from(key).map_err(|_| Damage::Contradiction)?;
                    match self.numbers.get_mut(key).ok_or(Damage::Contradiction)? {
                        Some(number) => *number,
                        unknown => *unknown.insert(numbered(texts.get(key)?, numbering)?),
                    }
                }
            };
            numbering.push(number);
        }
        Ok(())
    }
}

/// Views of the same place of a buffer are one text, which is looked at once.
fn views(array: &ArrayRef, numbering: &mut impl Numbering) -> Result<(), Damage> {
    let texts = Texts::of(array).ok_or(Damage::Contradiction)?;
    let mut known: HashMap<(usize, usize), u32> = HashMap::new();
    for row in 0..array.len() {
        let text = texts.get(row)?;
        let number = match text {
            // Short ones stand in the view itself.
            Some(text) if text.len() > 12 => {
                let place = (text.as_ptr() as usize, text.len());
                match known.get(&place) {
                    Some(number) => *number,
                    None => {
                        let number = numbered(Some(text), numbering)?;
                        known.insert(place, number);
                        number
                    }
                }
            }
            text => numbered(text, numbering)?,
        };
        numbering.push(number);
    }
    Ok(())
}

fn numbered(text: Option<&str>, numbering: &mut impl Numbering) -> Result<u32, Damage> {
    let number = text.map_or(Some(0), |text| numbering.number(text));
    number.ok_or(Damage::Endless {
        mebibytes: MOST_TEXT >> 20,
    })
}

fn refused(error: impl Into<AnyError>) -> Damage {
    Damage::Refused(error.into())
}

/// An array of text, in any of the types that hold text.
struct Texts<'a> {
    array: &'a ArrayRef,
}

impl<'a> Texts<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        is_text(array.data_type()).then_some(Self { array })
    }

    fn get(&self, index: usize) -> Result<Option<&'a str>, Damage> {
        use DataType as T;
        let array = self.array;
        if array.is_null(index) {
            return Ok(None);
        }
        let bytes: &[u8] = match array.data_type() {
            T::Utf8 => return Ok(Some(array.as_string::<i32>().value(index))),
            T::LargeUtf8 => return Ok(Some(array.as_string::<i64>().value(index))),
            T::Utf8View => return Ok(Some(array.as_string_view().value(index))),
            T::Binary => array.as_binary::<i32>().value(index),
            T::LargeBinary => array.as_binary::<i64>().value(index),
            T::BinaryView => array.as_binary_view().value(index),
            T::FixedSizeBinary(_) => {
                // Fixed lengths are filled up with zeros.
                let bytes = array.as_fixed_size_binary().value(index);
                let end = bytes.iter().rposition(|byte| *byte != 0);
                &bytes[..end.map_or(0, |last| last + 1)]
            }
            _ => return Err(Damage::Contradiction),
        };
        let text = std::str::from_utf8(bytes).map_err(|_| refused(NotText))?;
        Ok(Some(text))
    }
}

/// A column of text that is kept once, with the number of the text in each row.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Repeated {
    /// Without blanks around them, in the order in which they first occur.
    texts: Vec<Arc<str>>,
    /// One more than the position of the text; 0 where the cell is empty.
    rows: Vec<u32>,
}

impl Repeated {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// All texts, each with the number of its rows.
    pub(super) fn each(&self, mut visit: impl FnMut(&str, usize)) {
        let mut counts = vec![0; self.texts.len() + 1];
        for number in &self.rows {
            counts[*number as usize] += 1;
        }
        for (text, count) in self.texts.iter().zip(&counts[1..]) {
            visit(text, *count);
        }
    }

    /// The text of a row; `None` where the cell is empty.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        self.texts.get(self.place(row)?).map(AsRef::as_ref)
    }

    /// The place of the text of a row among the texts; `None` where the cell is empty.
    pub(super) fn place(&self, row: usize) -> Option<usize> {
        (*self.rows.get(row)? as usize).checked_sub(1)
    }

    /// True if both rows have a text, and the same one.
    pub(super) fn are_same(&self, a: usize, b: usize) -> bool {
        let number = |row| self.rows.get(row).filter(|number| **number > 0);
        number(a).is_some() && number(a) == number(b)
    }
}

/// Most bytes of all different texts of a column. No connectome names its neurons at such length.
const MOST_TEXT: u64 = 1 << 28;

/// Collects such a column.
#[derive(Default)]
pub(super) struct RepeatedBuilder {
    repeated: Repeated,
    numbers: HashMap<Arc<str>, u32>,
    bytes: u64,
}

impl Numbering for RepeatedBuilder {
    fn number(&mut self, text: &str) -> Option<u32> {
        let text = trimmed(text);
        if text.is_empty() {
            return Some(0);
        }
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        self.bytes += text.len() as u64;
        let number = u32::try_from(self.repeated.texts.len() + 1).ok();
        let number = number.filter(|_| self.bytes <= MOST_TEXT)?;
        let text: Arc<str> = text.into();
        self.repeated.texts.push(text.clone());
        self.numbers.insert(text, number);
        Some(number)
    }

    fn push(&mut self, number: u32) {
        self.repeated.rows.push(number);
    }
}

impl RepeatedBuilder {
    pub(super) fn finish(self) -> Repeated {
        self.repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        ArrayRef, BinaryArray, DictionaryArray, FixedSizeBinaryArray, Int8Array, Int32Array,
        StringArray, StringViewArray, StringViewBuilder,
    };
    use arrow::buffer::Buffer;
    use arrow::datatypes::{Int8Type, Int32Type};

    fn collected(arrays: &[ArrayRef]) -> Result<Vec<Option<String>>, Damage> {
        let (mut dictionary, mut builder) = (Dictionary::default(), RepeatedBuilder::default());
        for array in arrays {
            assert!(repeats(array.data_type()));
            dictionary.push_all(array, &mut builder)?;
        }
        let column = builder.finish();
        let rows = 0..column.len();
        Ok(rows
            .map(|row| column.text(row).map(str::to_owned))
            .collect())
    }

    fn cells(texts: &[&str]) -> Vec<Option<String>> {
        let cell = |text: &&str| (!text.is_empty()).then(|| (*text).to_owned());
        texts.iter().map(cell).collect()
    }

    #[test]
    fn dictionaries_are_read_by_their_keys() {
        let of = |keys: &[Option<i32>], values: ArrayRef| -> ArrayRef {
            let keys = Int32Array::from(keys.to_vec());
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).unwrap())
        };
        let first: ArrayRef = Arc::new(StringArray::from(vec![Some(" A "), None, Some("B"), None]));
        let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![&b"B"[..], b"C", b" "]));
        let keys = [Some(2), None, Some(0), Some(1), Some(2)];
        let read = collected(&[
            of(&keys, first.clone()),
            of(&[Some(0)], first),
            of(&[Some(1), Some(0), Some(2)], bytes),
        ]);
        let expected = cells(&["B", "", "A", "", "B", "A", "C", "B", ""]);
        assert_eq!(read.unwrap(), expected);
        let padded = FixedSizeBinaryArray::try_from_iter([b"A\0", b"\0\0"].iter()).unwrap();
        let keys = Int8Array::from(vec![0, 1]);
        let padded = DictionaryArray::<Int8Type>::try_new(keys, Arc::new(padded)).unwrap();
        assert_eq!(collected(&[Arc::new(padded)]).unwrap(), cells(&["A", ""]));
        let wrong: ArrayRef = Arc::new(BinaryArray::from(vec![&b"\xff"[..]]));
        assert!(matches!(
            collected(&[of(&[Some(0)], wrong)]),
            Err(Damage::Refused(_))
        ));
    }

    #[test]
    fn views_that_share_a_buffer_are_kept_once() {
        let long = "a text that is longer than a view";
        let array = StringViewArray::from(vec![Some(long), Some("x"), None, Some(long), Some("")]);
        let read = collected(&[Arc::new(array)]).unwrap();
        assert_eq!(read, cells(&[long, "x", "", long, ""]));
        // A megabyte that every one of a hundred thousand rows shows: a hundred gigabytes of text.
        let mut builder = StringViewBuilder::new();
        let block = builder.append_block(Buffer::from(vec![b'n'; 1 << 20]));
        (0..100_000).for_each(|_| builder.try_append_view(block, 0, 1 << 20).unwrap());
        let read = {
            let (mut dictionary, mut column) = (Dictionary::default(), RepeatedBuilder::default());
            let array: ArrayRef = Arc::new(builder.finish());
            dictionary.push_all(&array, &mut column).unwrap();
            column.finish()
        };
        assert_eq!((read.len(), read.texts.len()), (100_000, 1));
        // Views that each begin a byte later are all different.
        let mut builder = StringViewBuilder::new();
        let block = builder.append_block(Buffer::from(vec![b'n'; 1 << 20]));
        (0..1000).for_each(|i| builder.try_append_view(block, i, (1 << 20) - i).unwrap());
        assert!(matches!(
            collected(&[Arc::new(builder.finish())]),
            Err(Damage::Endless { mebibytes: 256 })
        ));
    }
}
