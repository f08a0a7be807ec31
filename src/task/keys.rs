//! The keys that a type reads, as serde knows them: they are said once, by the type's fields.

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::fmt;

/// The fields of a struct.
pub(super) fn of_struct<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    of_variant::<T>("").unwrap_or_default()
}

/// The fields of the variant of an enum that is written as `variant`.
///
/// # Errors
/// What serde says of a word that is no variant.
pub(super) fn of_variant<'de, T: Deserialize<'de>>(
    variant: &str,
) -> Result<&'static [&'static str], String> {
    match T::deserialize(Question { variant }) {
        Err(Answer::Fields(fields)) => Ok(fields),
        Err(Answer::Refused(message)) => Err(message),
        Ok(_) => Ok(&[]),
    }
}

/// A deserialiser without any data. A type says what it wants to read, and that is the answer.
struct Question<'a> {
    variant: &'a str,
}

#[derive(Debug)]
enum Answer {
    Fields(&'static [&'static str]),
    Refused(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(fields) => write!(f, "{fields:?}"),
            Self::Refused(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Answer {}

impl de::Error for Answer {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

impl<'de> Deserializer<'de> for Question<'_> {
    type Error = Answer;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Answer> {
        Err(Answer::Fields(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer::Fields(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Answer> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> de::EnumAccess<'de> for Question<'_> {
    type Error = Answer;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Answer> {
        let word: StrDeserializer<'_, Answer> = self.variant.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Question<'_> {
    type Error = Answer;

    fn unit_variant(self) -> Result<(), Answer> {
        Err(Answer::Fields(&[]))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Answer> {
        Err(Answer::Fields(&[]))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Answer> {
        Err(Answer::Fields(&[]))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer::Fields(fields))
    }
}
