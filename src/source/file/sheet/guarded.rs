//! Readers of bytes that nobody vouches for.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a reader of untrusted bytes. Where it checks too little before it indexes into a damaged
/// file, what it panics over is an error here. What this cannot catch is an announcement of more
/// values than memory holds: that allocation aborts the process.
pub(in super::super) fn guarded<T, E: ToString>(
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => {
            result.map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned())
        }
        Err(_) => Err("its parts contradict each other".to_owned()),
    }
}
