//! Progress on standard error: bars with the time left on a terminal, lines elsewhere, and nothing
//! when quiet.

use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::interruption;
use super::message::{say, warning};
use super::terminal::Terminal;
use crate::pipeline::Progress;
use crate::text::plain_line;

/// The form in which progress is shown.
pub(super) enum Reporter {
    /// Progress is not shown.
    Quiet,
    /// A line is written when a stage starts, every half minute, and when it ends.
    Lines(Mutex<Option<Stage>>),
    /// A bar is drawn for the current stage.
    Bars(Mutex<Option<ProgressBar>>),
}

/// The stage that is running.
pub(super) struct Stage {
    todo: usize,
    done: usize,
    start: Instant,
    told: Instant,
}

/// Shortest time between two lines about the same stage.
const PAUSE: Duration = Duration::from_secs(30);

impl Reporter {
    pub(super) fn new(quiet: bool) -> Self {
        match (quiet, Terminal::stderr().redraws) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Bars(Mutex::new(None)),
            (false, false) => Self::Lines(Mutex::new(None)),
        }
    }
}

impl Progress for Reporter {
    fn begin(&self, stage: &str, todo: usize, cached: usize) {
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                say(&format!("{stage}: {todo} to compute, {cached} cached"));
                let now = Instant::now();
                if let Ok(mut state) = state.lock() {
                    *state = Some(Stage {
                        todo,
                        done: 0,
                        start: now,
                        told: now,
                    });
                }
            }
            Self::Bars(state) => {
                let style = ProgressStyle::with_template(
                    "{prefix:<12} {bar:30} {pos}/{len} {elapsed} left {eta} {wide_msg}",
                );
                let bar = ProgressBar::new(todo as u64).with_prefix(stage.to_owned());
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.set_message(if cached > 0 {
                    format!("({cached} cached)")
                } else {
                    String::new()
                });
                bar.enable_steady_tick(Duration::from_millis(250));
                if let Ok(mut state) = state.lock() {
                    *state = Some(bar);
                }
            }
        }
    }

    fn done(&self, stage: &str, cell: &str) {
        interruption::published();
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                let Ok(mut state) = state.lock() else { return };
                let Some(at) = state.as_mut() else { return };
                at.done += 1;
                if at.told.elapsed() >= PAUSE && at.done < at.todo {
                    at.told = Instant::now();
                    let left = at.start.elapsed().as_secs_f64() * (at.todo - at.done) as f64
                        / at.done as f64;
                    say(&format!(
                        "{stage}: {} of {}, about {left:.0} s left",
                        at.done, at.todo
                    ));
                }
            }
            Self::Bars(state) => {
                if let Ok(Some(bar)) = state.lock().as_deref() {
                    bar.inc(1);
                    bar.set_message(plain_line(cell).into_owned());
                }
            }
        }
    }

    fn set_aside(&self, path: &Path, what: &str) {
        if !matches!(self, Self::Quiet) {
            let text = format!("a stored result was damaged ({what}) and is computed again");
            let hint = format!("what was there is now in `{}`", path.display());
            warning((text, hint));
        }
    }

    fn waiting(&self, stage: &str, cell: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                let Ok(mut state) = state.lock() else { return };
                let Some(at) = state.as_mut() else { return };
                if at.told.elapsed() >= PAUSE {
                    at.told = Instant::now();
                    say(&format!(
                        "{stage}: another process computes {}",
                        plain_line(cell)
                    ));
                }
            }
            Self::Bars(state) => {
                if let Ok(Some(bar)) = state.lock().as_deref() {
                    bar.set_message(format!("another process computes {}", plain_line(cell)));
                }
            }
        }
    }

    fn end(&self, stage: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                if let Ok(Some(at)) = state.lock().as_deref()
                    && at.todo > 0
                {
                    let seconds = at.start.elapsed().as_secs_f64();
                    say(&format!("{stage}: done in {seconds:.1} s"));
                }
            }
            Self::Bars(state) => {
                if let Ok(Some(bar)) = state.lock().as_deref() {
                    bar.set_message("");
                    bar.finish();
                }
            }
        }
    }
}

/// Says from time to time that work goes on whose end is not known: a line after ten seconds and
/// every half minute, until it is dropped.
pub(super) struct Pulse {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The time after which work is long.
const LONG: Duration = Duration::from_secs(10);

impl Pulse {
    /// Of work that is described as `what`.
    pub(super) fn new(what: String) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let start = Instant::now();
        let tell = move || {
            let mut pause = LONG;
            while stopped.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                let seconds = start.elapsed().as_secs_f64();
                say(&format!("{what}: {seconds:.0} s so far"));
                pause = PAUSE;
            }
        };
        Self {
            stop: Some(stop),
            // Where no thread can be had, the work goes on in silence.
            thread: std::thread::Builder::new().spawn(tell).ok(),
        }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that only prints has nothing to say of its end.
            let _ = thread.join();
        }
    }
}
