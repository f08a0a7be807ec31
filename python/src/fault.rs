//! What goes wrong, as exceptions: `EngraphError`, and `UsageError` for what was asked wrongly.

use arrow::error::ArrowError;
use engraph::text::Hinted;
use pyo3::prelude::*;

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    is_usage: bool,
    text: String,
    hint: Option<String>,
}

/// A message with a hint.
pub(crate) struct Said(String, Option<String>);

impl<E: Hinted> From<E> for Said {
    fn from(error: E) -> Self {
        Self(error.to_string(), error.hint().map(Into::into))
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self(text, None)
    }
}

impl<T: Into<String>, H: Into<String>> From<(T, H)> for Said {
    fn from((text, hint): (T, H)) -> Self {
        Self(text.into(), Some(hint.into()))
    }
}

impl Fault {
    /// What was asked for is impossible.
    pub(crate) fn usage(said: impl Into<Said>) -> Self {
        let Said(text, hint) = said.into();
        Self {
            is_usage: true,
            text,
            hint,
        }
    }

    /// The work failed on the way.
    pub(crate) fn failed(said: impl Into<Said>) -> Self {
        Self {
            is_usage: false,
            ..Self::usage(said)
        }
    }

    /// A table of another program is not what it promises.
    pub(crate) fn arrow(error: ArrowError) -> Self {
        Self::failed(format!("an Arrow table cannot be taken over: {error}"))
    }

    /// A panic was caught.
    pub(crate) fn panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let told = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let told = told.or_else(|| payload.downcast_ref::<String>().cloned());
        let told = told.unwrap_or_else(|| "no message".to_owned());
        Self::failed((
            format!("a bug in engraph: {told}"),
            "please report it with what you called; nothing was written",
        ))
    }

    /// The same fault, with the name of what it is about.
    pub(crate) fn about(self, of: &str) -> Self {
        Self {
            text: format!("`{of}`: {}", self.text),
            ..self
        }
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        Python::attach(|py| {
            let raise = || -> PyResult<PyErr> {
                let class = if fault.is_usage {
                    "UsageError"
                } else {
                    "EngraphError"
                };
                let class = py.import("engraph._errors")?.getattr(class)?;
                Ok(PyErr::from_value(class.call1((fault.text, fault.hint))?))
            };
            raise().unwrap_or_else(|error| error)
        })
    }
}
