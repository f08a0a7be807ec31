//! Messages on standard error: errors, warnings and notes, each with its hint.

use std::borrow::Cow;

use super::terminal::Terminal;
use crate::text::{Hinted, plain};

/// A sentence for a person, with a hint about what to do.
#[derive(Debug)]
pub(super) struct Message {
    text: String,
    hint: Option<Cow<'static, str>>,
}

impl<E: Hinted> From<E> for Message {
    fn from(error: E) -> Self {
        Self {
            text: error.to_string(),
            hint: error.hint(),
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self { text, hint: None }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<T: Into<String>, H: Into<Cow<'static, str>>> From<(T, H)> for Message {
    /// Makes a message from a sentence and its hint.
    fn from((text, hint): (T, H)) -> Self {
        Self {
            text: text.into(),
            hint: Some(hint.into()),
        }
    }
}

impl Message {
    /// The same message with the name of the file or thing that it is about.
    pub(super) fn about(self, of: impl std::fmt::Display) -> Self {
        Self {
            text: format!("`{of}`: {}", self.text),
            ..self
        }
    }

    /// The sentence, and the hint.
    pub(super) fn parts(self) -> (String, Option<String>) {
        (self.text, self.hint.map(Cow::into_owned))
    }

    /// Prints the message as the error that ended the command.
    pub(super) fn error(&self) {
        self.show("error", "31");
    }

    fn show(&self, kind: &str, colour: &str) {
        let (on, off) = if Terminal::stderr().colours {
            (format!("\x1b[1;{colour}m"), "\x1b[0m")
        } else {
            (String::new(), "")
        };
        eprintln!("{on}{kind}{off}: {}", plain(&self.text));
        if let Some(hint) = &self.hint {
            eprintln!("  hint: {}", plain(hint));
        }
    }
}

/// Shows help, or what is wrong with the arguments, and returns the exit code. Arguments are often
/// names of files: where one holds what acts on a terminal, all is shown without colours.
pub(super) fn usage(error: &clap::Error) -> u8 {
    let text = error.render().to_string();
    if plain(&text) == text || !error.use_stderr() {
        _ = error.print();
    } else {
        eprint!("{}", plain(&text));
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// Says on standard error how far the work is.
pub(super) fn say(line: &str) {
    eprintln!("{}", plain(line));
}

/// Standard error for what is logged, each event as [`plain()`] shows it.
pub(super) struct Log;

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        std::io::stderr().write_all(plain(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// Warns of something that may make the result misleading.
pub(super) fn warning(message: impl Into<Message>) {
    message.into().show("warning", "33");
}

/// Says what was read, or what was left out.
pub(super) fn note(message: impl Into<Message>) {
    message.into().show("note", "36");
}
