//! What goes wrong, as exceptions: `EngraphError`, and `UsageError` for what was asked wrongly.

use arrow::error::ArrowError;
use engraph::text::Hinted;
use pyo3::prelude::*;

use crate::words::in_python;

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    is_usage: bool,
    text: String,
    hint: Option<String>,
}

impl Fault {
    fn new(is_usage: bool, text: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            is_usage,
            text: text.into(),
            hint,
        }
    }

    /// What was asked for is impossible, as the library says.
    pub(crate) fn usage(error: impl Hinted) -> Self {
        Self::new(true, error.to_string(), error.hint().map(Into::into))
    }

    /// The same, in a sentence and a hint.
    pub(crate) fn refused((text, hint): (impl Into<String>, impl Into<String>)) -> Self {
        Self::new(true, text, Some(hint.into()))
    }

    /// The same, in a sentence.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(true, text, None)
    }

    /// The work failed on the way, as the library says.
    pub(crate) fn failed(error: impl Hinted) -> Self {
        Self::new(false, error.to_string(), error.hint().map(Into::into))
    }

    /// The same, in a sentence and a hint.
    pub(crate) fn broken((text, hint): (impl Into<String>, impl Into<String>)) -> Self {
        Self::new(false, text, Some(hint.into()))
    }

    /// The same, in a sentence.
    pub(crate) fn broke(text: impl Into<String>) -> Self {
        Self::new(false, text, None)
    }

    /// A table of another program is not what it promises.
    pub(crate) fn arrow(error: ArrowError) -> Self {
        Self::broke(format!("an Arrow table cannot be taken over: {error}"))
    }

    /// A panic was caught.
    pub(crate) fn panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let told = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let told = told.or_else(|| payload.downcast_ref::<String>().cloned());
        let told = told.unwrap_or_else(|| "no message".to_owned());
        Self::broken((
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
                let (text, hint) = (in_python(&fault.text), fault.hint.as_deref().map(in_python));
                Ok(PyErr::from_value(class.call1((text, hint))?))
            };
            raise().unwrap_or_else(|error| error)
        })
    }
}
