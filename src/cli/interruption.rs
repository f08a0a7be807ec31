//! What happens at Ctrl-C (SIGINT) and at SIGTERM.
//!
//! Nothing has to be rescued: files are written whole or not at all, and a run publishes every
//! result as soon as it has it. The program therefore says what is kept, and ends at once with the
//! exit code that shells use for the signal: 130 for SIGINT, 143 for SIGTERM.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The store of the run that is under way.
static STORE: Mutex<Option<PathBuf>> = Mutex::new(None);
/// Number of results that this process has published.
static PUBLISHED: AtomicUsize = AtomicUsize::new(0);

/// From now on, an interruption says how many results are kept in `store`.
pub(super) fn in_run(store: &Path) {
    if let Ok(mut known) = STORE.lock() {
        *known = Some(store.to_owned());
    }
}

/// Counts a result that is in the store now.
pub(super) fn published() {
    PUBLISHED.fetch_add(1, Ordering::Relaxed);
}

/// Starts to watch for signals.
#[cfg(unix)]
pub(super) fn watch() {
    use super::message::say;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    // Without a watcher the system's own handling of signals stays: the process ends silently.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            crate::files::remove_unfinished();
            say(&words());
            std::process::exit(128 + signal);
        }
    });
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// What an interruption says.
#[cfg(unix)]
fn words() -> String {
    use crate::text::plural::counted;

    let store = STORE.lock().ok().and_then(|store| store.clone());
    match store {
        Some(store) => format!(
            "interrupted: {} of this run kept in `{}`; the same command goes on from there",
            counted(PUBLISHED.load(Ordering::Relaxed), "new result"),
            store.display()
        ),
        None => "interrupted: nothing was written".to_owned(),
    }
}
