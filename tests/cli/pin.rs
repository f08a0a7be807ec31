//! Snapshots of whole answers: what was typed, the exit code, standard output and standard error.
//!
//! They lie in `snapshots/`. A change of words that is meant is taken over with
//! `INSTA_UPDATE=always cargo test --release --test cli`, and read in the diff before it is
//! committed.

use crate::common::{Answer, Place};

/// Compares the answer with the snapshot `name`. What differs between machines, runs and releases
/// is replaced: temporary folders and files, seconds, keys, and the version of engraph.
pub(crate) fn pin(name: &str, answer: &Answer, place: &Place) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let folder = place.path().to_str().expect("a path in UTF-8");
    settings.add_filter(&literal(folder), "[FOLDER]");
    settings.add_filter(r"\b\d+\.\d+ s\b", "[SECONDS] s");
    settings.add_filter(r"\b[0-9a-f]{32}\b", "[KEY]");
    settings.add_filter(r"\.engraph-\w{6}\b", "[UNFINISHED]");
    settings.add_filter(&literal(env!("CARGO_PKG_VERSION")), "[VERSION]");
    settings.bind(|| insta::assert_snapshot!(name, answer.to_string()));
}

/// A regular expression that matches just `text`.
fn literal(text: &str) -> String {
    let escape = |c: char| {
        if c.is_alphanumeric() || c == '/' {
            c.to_string()
        } else {
            format!("\\{c}")
        }
    };
    text.chars().map(escape).collect()
}

/// Tests that run one command each, in a folder with the given files, and pin its answer under the
/// name of the test.
macro_rules! pinned {
    ($($name:ident: $args:expr $(, $file:expr => $content:expr)*;)+) => {
        $(
            #[test]
            fn $name() {
                let place = crate::common::Place::new();
                $(place.write($file, $content);)*
                let answer = place.engraph(&$args);
                crate::pin::pin(stringify!($name), &answer, &place);
            }
        )+
    };
}

pub(crate) use pinned;
