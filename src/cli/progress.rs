//! Progress on standard error: bars with the time left on a terminal, lines elsewhere, and nothing
//! when quiet.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::interruption;
use super::message::{say, warning};
use super::terminal::Terminal;
use crate::pipeline::{Progress, StageWork, TimeLeft};
use crate::text::plain_line;

/// A time in words.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{:.0} s", s.max(1.0)),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// The form in which progress is shown.
pub(super) enum Reporter {
    /// Progress is not shown.
    Quiet,
    /// A line is written when a stage starts, every half minute, and when it ends.
    Lines(Mutex<Option<Stage>>),
    /// A bar is drawn for each stage.
    Bars(Mutex<Option<(ProgressBar, Arc<Mutex<Stage>>)>>),
}

/// The stage that is running.
pub(super) struct Stage {
    todo: usize,
    done: usize,
    cached: usize,
    start: Instant,
    told: Instant,
    left: TimeLeft,
}

impl Stage {
    fn new(work: &StageWork) -> Self {
        let now = Instant::now();
        Self {
            todo: work.pieces.len(),
            done: 0,
            cached: work.cached,
            start: now,
            told: now,
            left: TimeLeft::new(work.threads, &work.pieces, work.is_measured),
        }
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// The time left, in words.
    fn left(&self) -> String {
        match self.left.left(self.now()) {
            Some(seconds) => format!("about {} left", duration(seconds)),
            None => "time left not known yet".to_owned(),
        }
    }

    fn ended(&mut self, cell: &str) {
        let now = self.now();
        self.left.ended(cell, now);
        self.done += 1;
    }
}

/// Shortest time between two lines about the same stage.
const PAUSE: Duration = Duration::from_secs(30);
/// Steps of a bar.
const STEPS: u64 = 1000;

impl Reporter {
    pub(super) fn new(quiet: bool) -> Self {
        match (quiet, Terminal::stderr().redraws) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Bars(Mutex::new(None)),
            (false, false) => Self::Lines(Mutex::new(None)),
        }
    }
}

/// A bar whose length is the estimated work of the stage. Its words are made anew whenever it is
/// drawn.
fn bar(name: &str, stage: &Arc<Mutex<Stage>>) -> ProgressBar {
    let told = |tell: fn(&Stage) -> String| {
        let stage = Arc::clone(stage);
        move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            if let Ok(stage) = stage.lock() {
                let _ = out.write_str(&tell(&stage));
            }
        }
    };
    let style = ProgressStyle::with_template(
        "{prefix:<22} {bar:24} {cells}, {so_far} so far, {left}{cached}{msg}",
    )
    .unwrap_or_else(|_| ProgressStyle::default_bar())
    .with_key(
        "cells",
        told(|stage| format!("{} of {}", stage.done, stage.todo)),
    )
    .with_key("so_far", told(|stage| duration(stage.now())))
    .with_key("left", told(Stage::left))
    .with_key(
        "cached",
        told(|stage| match stage.cached {
            0 => String::new(),
            cached => format!(" ({cached} cached)"),
        }),
    );
    let bar = ProgressBar::new(STEPS).with_prefix(name.to_owned());
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

impl Progress for Reporter {
    fn begin(&self, name: &str, work: &StageWork) {
        let stage = Stage::new(work);
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                say(&format!(
                    "{name}: {} to compute, {} cached",
                    stage.todo, stage.cached
                ));
                if let Ok(mut state) = state.lock() {
                    *state = Some(stage);
                }
            }
            Self::Bars(state) => {
                // A stage whose results are all cached has nothing to wait for.
                let shown = (stage.todo > 0).then(|| {
                    let stage = Arc::new(Mutex::new(stage));
                    (bar(name, &stage), stage)
                });
                if let Ok(mut state) = state.lock() {
                    *state = shown;
                }
            }
        }
    }

    fn started(&self, _: &str, cell: &str) {
        let begin = |stage: &mut Stage| {
            let now = stage.now();
            stage.left.begun(cell, now);
        };
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                if let Ok(Some(stage)) = state.lock().as_deref_mut() {
                    begin(stage);
                }
            }
            Self::Bars(state) => {
                if let Ok(Some((_, stage))) = state.lock().as_deref()
                    && let Ok(mut stage) = stage.lock()
                {
                    begin(&mut stage);
                }
            }
        }
    }

    fn done(&self, name: &str, cell: &str) {
        interruption::published();
        match self {
            Self::Quiet => {}
            Self::Lines(state) => {
                let Ok(mut state) = state.lock() else { return };
                let Some(at) = state.as_mut() else { return };
                at.ended(cell);
                if at.told.elapsed() >= PAUSE && at.done < at.todo {
                    at.told = Instant::now();
                    say(&format!(
                        "{name}: {} of {}, {}",
                        at.done,
                        at.todo,
                        at.left()
                    ));
                }
            }
            Self::Bars(state) => {
                if let Ok(Some((bar, stage))) = state.lock().as_deref() {
                    let share = stage.lock().map_or(0.0, |mut stage| {
                        stage.ended(cell);
                        stage.left.share_done()
                    });
                    bar.set_position((share * STEPS as f64) as u64);
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
                if let Ok(Some((bar, _))) = state.lock().as_deref() {
                    let cell = plain_line(cell);
                    bar.set_message(format!(", another process computes {cell}"));
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
                if let Ok(Some((bar, stage))) = state.lock().as_deref() {
                    let seconds = stage.lock().map_or(0.0, |stage| stage.now());
                    let style = ProgressStyle::with_template("{prefix:<22} {msg}");
                    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                    bar.finish_with_message(format!("done in {}", duration(seconds)));
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
