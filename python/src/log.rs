//! The log of the library, for Python's `logging`.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Mutex, Once, PoisonError};

use pyo3::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::words::in_python;

/// Numbers of Python's levels.
const WARNING: u8 = 30;
const INFO: u8 = 20;

/// Most lines that wait for Python; older ones are lost.
const MOST: usize = 10_000;

/// What was said and not yet passed on.
static WAITING: Mutex<VecDeque<(u8, String)>> = Mutex::new(VecDeque::new());

fn say(level: u8, text: &str) {
    let text = in_python(text);
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.len() == MOST {
        waiting.pop_front();
    }
    waiting.push_back((level, text));
}

/// Warns of what may make a result misleading.
pub(crate) fn warn(text: String) {
    say(WARNING, &text);
}

/// Says what was read, or what was left out.
pub(crate) fn note(text: String) {
    say(INFO, &text);
}

/// Passes on what was said to the logger `engraph`.
pub(crate) fn deliver(py: Python<'_>) -> PyResult<()> {
    let waiting = std::mem::take(&mut *WAITING.lock().unwrap_or_else(PoisonError::into_inner));
    if waiting.is_empty() {
        return Ok(());
    }
    let logger = py
        .import("logging")?
        .call_method1("getLogger", ("engraph",))?;
    for (level, text) in waiting {
        logger.call_method1("log", (level, "%s", text))?;
    }
    Ok(())
}

/// From now on the events of the library are passed on, and panics, which become exceptions, print
/// nothing.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The command of the wheel has a log of its own.
        _ = tracing::subscriber::set_global_default(Listener);
        std::panic::set_hook(Box::new(|info| tracing::debug!("{info}")));
    });
}

/// Takes the events of the library.
struct Listener;

/// The message of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            _ = write!(self.0, "{value:?}");
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO && metadata.target().starts_with("engraph")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        let level = if *event.metadata().level() <= Level::WARN {
            WARNING
        } else {
            INFO
        };
        say(level, &message.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
