//! Seeds in TOML, whose own integers end at 2^63 - 1: larger ones are numbers to people and text to
//! its parser.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use toml::de::{DeTable, DeValue};

/// What a seed must be.
const EXPECTED: &str = "a whole number from 0 to 18446744073709551615";

/// The same pipeline, with its seed in quotation marks where it is a number that only 64 bits
/// without a sign hold. All else stays in its place.
pub(super) fn as_text(pipeline: &str) -> Cow<'_, str> {
    let large = || {
        let document = DeTable::parse(pipeline).ok()?;
        let (_, value) = document
            .get_ref()
            .iter()
            .find(|(key, _)| key.get_ref() == "seed")?;
        let DeValue::Integer(number) = value.get_ref() else {
            return None;
        };
        let seed = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
        let is_large = i64::try_from(seed).is_err();
        is_large.then(|| (value.span(), seed.to_string()))
    };
    match large() {
        Some((span, digits)) => {
            let (before, behind) = (&pipeline[..span.start], &pipeline[span.end..]);
            Cow::Owned(format!("{before}\"{digits}\"{behind}"))
        }
        None => Cow::Borrowed(pipeline),
    }
}

/// Writes a seed: as an integer where TOML has one for it, else as text.
pub(super) fn serialize<S: Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    match i64::try_from(*seed) {
        Ok(number) => serializer.serialize_i64(number),
        Err(_) => serializer.serialize_str(&seed.to_string()),
    }
}

/// Reads a seed from an integer, or from text that is one.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(Seed)
}

struct Seed;

impl Visitor<'_> for Seed {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        let wrong = |_| E::invalid_value(Unexpected::Signed(number), &self);
        u64::try_from(number).map_err(wrong)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let wrong = || E::invalid_value(Unexpected::Str(text), &self);
        is_number
            .then(|| text.parse().ok())
            .flatten()
            .ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use std::path::Path;

    fn read(seed: &str, overrides: &[&str]) -> Result<Spec, String> {
        let text = format!(
            "# seed = 3\nname = \"a\"\nseed = {seed} # seed\nconnectomes = [\"cook2020_pharynx\"]\n"
        );
        let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
        let spec = Spec::parse(&text, Path::new("a.toml"), &overrides);
        spec.map_err(|error| error.to_string())
    }

    #[test]
    fn every_seed_is_taken_as_it_is_written() {
        for seed in [0, 1, 1 << 53, u64::MAX >> 1, 1 << 63, u64::MAX] {
            let quoted = format!("\"{seed}\"");
            let set = format!("seed={seed}");
            for spec in [
                read(&seed.to_string(), &[]),
                read(&quoted, &[]),
                read("7", &[&set]),
            ] {
                let spec = spec.unwrap();
                assert_eq!(spec.seed, seed);
                // As it is written, it is read again.
                let written = toml::to_string(&spec).unwrap();
                let again = Spec::parse(&written, Path::new("a.toml"), &[]).unwrap();
                assert_eq!(again.seed, seed, "{written}");
            }
        }
        assert_eq!(
            read("18_446_744_073_709_551_615", &[]).unwrap().seed,
            u64::MAX
        );
        assert_eq!(read("0x7f", &[]).unwrap().seed, 127);
        assert_eq!(read("0xffffffffffffffff", &[]).unwrap().seed, u64::MAX);
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        for wrong in [
            "-1",
            "18446744073709551616",
            "1.0",
            "1e3",
            "true",
            "\"\"",
            "\"1e3\"",
            "\"-1\"",
            "\"18446744073709551616\"",
            "[1]",
        ] {
            assert!(read(wrong, &[]).is_err(), "{wrong}");
            let error = read("7", &[&format!("seed={wrong}")]).unwrap_err();
            assert!(error.contains("seed"), "{wrong}: {error}");
        }
    }

    /// Numbers that fit no integer of TOML, elsewhere.
    #[test]
    fn other_numbers_out_of_range_are_refused() {
        for key in [
            "training.seeds=18446744073709551616",
            "training.seeds=4294967296",
            "training.seeds=-1",
            "motifs.nulls=9223372036854775808",
            "topologies.nulls=-5",
            "max_age=4294967296",
        ] {
            assert!(read("7", &[key]).is_err(), "{key}");
        }
    }
}
