//! Readers of bytes that nobody vouches for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::error::{AnyError, Damage};

/// Runs a reader of untrusted bytes. Some readers check too little before they index into a damaged
/// file: where one panics, that is an error here. This cannot catch a file that announces more
/// values than memory holds: that allocation aborts the process.
pub(in super::super) fn guarded<T, E: Into<AnyError>>(
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, Damage> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| Damage::Refused(error.into())),
        Err(_) => Err(Damage::Contradiction),
    }
}
