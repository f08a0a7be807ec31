//! Why a pipeline is refused.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::text::{Hinted, suggest};

/// A value of a pipeline that is refused, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Dotted key of the value, such as `training.engram.epochs`.
    pub key: String,
    /// What is wrong with the value.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<Cow<'static, str>>,
}

impl Invalid {
    /// Refuses the value under `key` with `message`.
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
            hint: None,
        }
    }

    /// The same refusal with a hint.
    pub(super) fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The same refusal with a hint, if there is one.
    pub(super) fn maybe_hint(self, hint: Option<impl Into<Cow<'static, str>>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Refuses the value under `key` with the message and the hint of `error`.
    pub(super) fn from_error(key: impl Into<String>, error: &dyn Hinted) -> Self {
        Self {
            key: key.into(),
            message: error.to_string(),
            hint: error.hint(),
        }
    }

    /// The same refusal with `name.` in front of its key, for a section of the pipeline.
    pub(super) fn within(self, name: &str) -> Self {
        let key = match self.key.as_str() {
            "" => name.to_owned(),
            key if key.starts_with('[') => format!("{name}{key}"),
            key => format!("{name}.{key}"),
        };
        Self { key, ..self }
    }
}

/// Refuses a list that contains the same item twice.
pub(super) fn check_distinct<T: PartialEq>(key: &str, list: &[T]) -> Result<(), Invalid> {
    let repeats = |(i, item)| list[..i].contains(item);
    match list.iter().enumerate().any(repeats) {
        true => Err(Invalid::new(key, "names something twice")),
        false => Ok(()),
    }
}

/// Refuses numbers below 0, infinities and NaN.
pub(super) fn check_size(key: &str, value: f64) -> Result<(), Invalid> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    let message = format!("{value} must be a number of at least 0");
    Err(Invalid::new(key, message))
}

/// Refuses numbers outside of a range.
pub(super) fn check_range(
    key: &str,
    value: u32,
    range: RangeInclusive<u32>,
) -> Result<(), Invalid> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    let message = format!("is {value}, and must be from {least} to {most}");
    Err(Invalid::new(key, message))
}

/// The refusal of a value that serde could not read. An unknown name gets the nearest known one as
/// its hint.
pub(super) fn unreadable(error: serde_path_to_error::Error<toml::de::Error>) -> Invalid {
    let key = error.path().to_string();
    let message = error.into_inner().message().to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let near = quoted
        .next()
        .filter(|_| message.starts_with("unknown"))
        .and_then(|typed| suggest::did_you_mean(typed, quoted));
    Invalid::new(key, message).maybe_hint(near)
}

/// The characters that names in a pipeline may consist of, as a hint.
pub(super) const NAME_HINT: &str = "letters, digits, `_`, `-`";

/// True for names that can be part of a path: letters, digits, `_`, `-`, and `.` except at the
/// start.
pub(super) fn names_a_file(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !name.is_empty() && name.chars().all(is_plain) && !name.starts_with('.')
}

/// True for names to which others can be appended with `.`: letters, digits, `_`, `-`.
pub(super) fn is_plain_name(name: &str) -> bool {
    names_a_file(name) && !name.contains('.')
}

/// Why a pipeline could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The file could not be read.
    #[error("cannot read the pipeline `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path}: {message}", path = path.display())]
    Syntax {
        /// Path of the file.
        path: PathBuf,
        /// Line, column and cause, followed by the line itself.
        message: String,
    },
    /// A key is unknown, or a value is refused.
    #[error("{path}: {}", shown(invalid, snippet), path = path.display())]
    Value {
        /// Path of the file.
        path: PathBuf,
        /// The key and the reason for the refusal.
        invalid: Invalid,
        /// The line of the file with carets below the value. It is `None` if the value is not in
        /// the file.
        snippet: Option<String>,
    },
    /// An override on the command line does not have the form `key=value`.
    #[error("`--set {text}`: {message}")]
    Override {
        /// The override as it was typed.
        text: String,
        /// What is wrong with the override.
        message: String,
    },
}

fn shown(invalid: &Invalid, snippet: &Option<String>) -> impl fmt::Display {
    let Invalid { key, message, .. } = invalid;
    match snippet {
        Some(snippet) => format!("`{key}`: {message}\n{snippet}"),
        None => format!("`{key}`: {message}"),
    }
}

impl Hinted for SpecError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Read { .. } => {
                let names = super::super::builtin::NAMES.map(|name| format!("`{name}`"));
                let (last, others) = names.split_last()?;
                let names = format!("{} and {last}", others.join(", "));
                Some(format!("{names} come with engraph; else give the path of a TOML file").into())
            }
            Self::Syntax { .. } => None,
            Self::Value { invalid, .. } => invalid.hint.clone(),
            Self::Override { .. } => Some("write `--set training.seeds=3`".into()),
        }
    }
}
