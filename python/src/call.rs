//! Work beside Python: the interpreter is free meanwhile, and Ctrl-C stops the work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use engraph::interruption::{self, Interruption};
use engraph::pipeline::{Progress, StageWork};
use pyo3::prelude::*;

use crate::fault::Fault;
use crate::log;

/// Time after which Python's signals are looked at.
const LOOK: Duration = Duration::from_millis(50);
/// Longest wait for work that was asked to stop. What has not stopped by then ends on its own
/// threads, at its next step, and nobody sees what it makes.
const PATIENCE: Duration = Duration::from_millis(800);
/// Largest number of threads, as on the command line.
const MOST_JOBS: usize = 512;

/// News of a pipeline that is being run: what happened, the stage, and two numbers.
type News = (&'static str, String, usize, usize);

/// What a thread at work sends.
enum Sent<T> {
    News(News),
    End(Result<T, Fault>),
}

/// The receiver of news, for the thread at work.
pub(crate) struct Reporter<T>(Sender<Sent<T>>);

impl<T: Send> Reporter<T> {
    fn tell(&self, what: &'static str, stage: &str, first: usize, second: usize) {
        // Nobody listens any more after an interruption.
        _ = self
            .0
            .send(Sent::News((what, stage.to_owned(), first, second)));
    }
}

impl<T: Send> Progress for Reporter<T> {
    fn begin(&self, stage: &str, work: &StageWork) {
        self.tell("begin", stage, work.pieces.len(), work.cached);
    }

    fn done(&self, stage: &str, _: &str) {
        self.tell("done", stage, 1, 0);
    }

    fn end(&self, stage: &str) {
        self.tell("end", stage, 0, 0);
    }

    fn set_aside(&self, path: &Path, what: &str) {
        let path = path.display();
        log::warn(format!(
            "a stored result was damaged ({what}) and is computed again; it is now in `{path}`"
        ));
    }
}

/// The number of threads that was asked for, or else the number of cores.
pub(crate) fn threads(asked: Option<usize>) -> Result<usize, Fault> {
    match asked {
        Some(0) => Err(Fault::refused((
            "`jobs=0` leaves nobody to work",
            "give at least 1",
        ))),
        Some(jobs) if jobs > MOST_JOBS => Err(Fault::refused((
            format!("`jobs={jobs}` is more threads than are of use"),
            "leave it out, or give as many as there are cores",
        ))),
        Some(jobs) => Ok(jobs),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// Does work in a pool of threads.
pub(crate) fn in_pool<T: Send + 'static>(
    py: Python<'_>,
    jobs: Option<usize>,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> PyResult<T> {
    beside(py, None, threads(jobs)?, move |_| work())
}

/// Does work of a few milliseconds on this thread. It must not ask for other threads.
pub(crate) fn at_once<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Fault> + Send,
) -> PyResult<T> {
    log::listen();
    let result = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    log::deliver(py)?;
    Ok(result.unwrap_or_else(|payload| Err(Fault::panic(&*payload)))?)
}

/// Does work in a pool of threads, while this one passes on news and looks for signals. No thread
/// outlives the work, so that a process can be forked at any time between two calls.
pub(crate) fn beside<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    jobs: usize,
    work: impl FnOnce(&Reporter<T>) -> Result<T, Fault> + Send + 'static,
) -> PyResult<T> {
    log::listen();
    let interruption = Interruption::default();
    let (sender, receiver) = channel();
    let receiver = Mutex::new(receiver);
    let listens = interruption.clone();
    let task = move || {
        let reporter = Reporter(sender);
        let run = || listens.run(|| work(&reporter));
        let result = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(result)) => result,
            Ok(Err(interrupted)) => Err(Fault::broke(interrupted.to_string())),
            Err(payload) => Err(Fault::panic(&*payload)),
        };
        _ = reporter.0.send(Sent::End(result));
    };
    let pool = interruption.run(|| interruption::pool(jobs));
    let pool = pool.map_err(|e| Fault::broke(e.to_string()))?;
    let pool = pool.map_err(|e| Fault::broke(format!("cannot start {jobs} threads: {e}")))?;
    pool.spawn(task);
    let result = listen(py, progress, &receiver);
    match result {
        Ok(result) => {
            // The work has sent its last word.
            py.detach(|| drop(pool));
            log::deliver(py)?;
            Ok(result?)
        }
        Err(error) => {
            interruption.ask();
            py.detach(|| match wait(&receiver) {
                true => drop(pool),
                false => pool.leave(),
            });
            log::deliver(py)?;
            Err(error)
        }
    }
}

/// Waits for the end of the work. An error is an exception of Python: a signal, or what the
/// receiver of the news raised.
fn listen<T: Send>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    receiver: &Mutex<Receiver<Sent<T>>>,
) -> PyResult<Result<T, Fault>> {
    loop {
        let next = || {
            receiver
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv_timeout(LOOK)
        };
        match py.detach(next) {
            Ok(Sent::End(result)) => return Ok(result),
            Ok(Sent::News(news)) => {
                if let Some(progress) = progress {
                    progress.call1(news)?;
                }
                py.check_signals()?;
            }
            Err(RecvTimeoutError::Timeout) => {
                py.check_signals()?;
                log::deliver(py)?;
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(Err(Fault::broke("the thread at work has ended".to_owned())));
            }
        }
    }
}

/// Waits until work that was asked to stop has stopped, but not for long. True if it has.
fn wait<T>(receiver: &Mutex<Receiver<Sent<T>>>) -> bool {
    let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
    let until = Instant::now() + PATIENCE;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left) {
            Ok(Sent::News(_)) => {}
            Ok(Sent::End(_)) | Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => return false,
        }
    }
}
