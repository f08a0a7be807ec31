//! Stopping work that is under way.
//!
//! Long computations call [`check`] between two of their steps. If [`Interruption::run`] has
//! started the work, and another thread has asked that [`Interruption`] to stop, `check` leaves the
//! work by unwinding, and `run` gives [`Interrupted`]. Nothing of the work goes on, and nothing
//! half done is seen by anybody. Threads of a pool that was made by [`pool`] stop with the work
//! that made the pool. Where nobody ever asks, `check` only looks at one number.

use std::cell::RefCell;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// The number of interruptions that were asked for and are still known to some thread.
static ASKED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The interruption that the work of this thread listens to.
    static CURRENT: RefCell<Option<Interruption>> = const { RefCell::new(None) };
}

/// A handle by which one thread stops the work of others.
///
/// ```
/// use engraph::interruption::{Interrupted, Interruption, check};
///
/// let interruption = Interruption::default();
/// assert_eq!(interruption.run(|| { check(); 1 }), Ok(1));
/// interruption.ask();
/// assert_eq!(interruption.run(|| { check(); 1 }), Err(Interrupted));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interruption(Arc<Flag>);

/// Whether the work is to stop.
#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Drop for Flag {
    fn drop(&mut self) {
        if *self.0.get_mut() {
            ASKED.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The work was stopped before it was finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

impl Interruption {
    /// Asks the work to stop. It does so at its next step.
    pub fn ask(&self) {
        if !self.0.0.swap(true, Ordering::Relaxed) {
            ASKED.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Runs work that listens to this interruption.
    ///
    /// # Errors
    /// [`Interrupted`] if the work was asked to stop and did.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, Interrupted> {
        let before = CURRENT.replace(Some(self.clone()));
        let result = catch_unwind(AssertUnwindSafe(work));
        CURRENT.set(before);
        result.map_err(|payload| match payload.downcast::<Interrupted>() {
            Ok(interrupted) => *interrupted,
            Err(panic) => resume_unwind(panic),
        })
    }
}

/// True if the work of this thread has been asked to stop.
#[must_use]
pub fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed) > 0
        && CURRENT.with_borrow(|current| {
            let asked = |interruption: &Interruption| interruption.0.0.load(Ordering::Relaxed);
            current.as_ref().is_some_and(asked)
        })
}

/// Leaves the work of this thread if it has been asked to stop.
#[inline]
pub fn check() {
    if ASKED.load(Ordering::Relaxed) > 0 {
        leave_if_asked();
    }
}

/// Waits. Where it is asked to stop meanwhile, it leaves the work of this thread.
pub fn sleep(duration: Duration) {
    const LOOK: Duration = Duration::from_millis(100);
    let until = Instant::now() + duration;
    loop {
        check();
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(LOOK));
    }
}

#[cold]
fn leave_if_asked() {
    if is_asked() {
        resume_unwind(Box::new(Interrupted));
    }
}

/// A pool of threads, all of which have ended once it is dropped. None of them may drop it.
pub struct Pool {
    pool: Option<ThreadPool>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Lets go of threads that may not come to an end soon. Each ends with what it is at.
    pub fn leave(mut self) {
        self.threads.clear();
    }
}

impl Deref for Pool {
    type Target = ThreadPool;

    fn deref(&self) -> &ThreadPool {
        self.pool.as_ref().expect("it is there until it is dropped")
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.pool.take());
        for thread in self.threads.drain(..) {
            // What they do is caught by the pool: they do not panic.
            _ = thread.join();
        }
    }
}

/// A pool whose threads listen to the interruption that this thread listens to now.
///
/// # Errors
/// Where the operating system does not start the threads.
pub fn pool(threads: usize) -> Result<Pool, ThreadPoolBuildError> {
    let current = CURRENT.with_borrow(Clone::clone);
    let mut started = Vec::with_capacity(threads);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| CURRENT.set(current.clone()))
        .spawn_handler(|thread| {
            let named = std::thread::Builder::new().name("engraph".to_owned());
            started.push(named.spawn(|| thread.run())?);
            Ok(())
        })
        .build()?;
    Ok(Pool {
        pool: Some(pool),
        threads: started,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    /// Work in a pool of three threads that ends only when it is stopped.
    fn endless() {
        let work = || loop {
            check();
            std::thread::sleep(Duration::from_millis(1));
        };
        pool(3)
            .unwrap()
            .install(|| (0..6).into_par_iter().for_each(|_| work()));
    }

    #[test]
    fn work_in_a_pool_stops() {
        let interruption = Interruption::default();
        let asks = interruption.clone();
        let asking = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            asks.ask();
        });
        assert_eq!(interruption.run(endless), Err(Interrupted));
        asking.join().unwrap();
    }

    #[test]
    fn only_what_listens_stops() {
        let (one, other) = (Interruption::default(), Interruption::default());
        one.ask();
        assert_eq!(other.run(|| pool(2).unwrap().install(check)), Ok(()));
        check();
        // Inside of each other the inner one counts, and afterwards the outer one again.
        let nested = other.run(|| (one.run(check), is_asked()));
        assert_eq!(nested, Ok((Err(Interrupted), false)));
    }

    #[test]
    fn a_panic_is_not_taken_for_an_interruption() {
        let panicked = catch_unwind(|| Interruption::default().run(|| panic!("a fault")));
        assert!(panicked.is_err());
    }
}
