//! How much a Hub may send, and how long it may take.

use std::time::Duration;

/// How much a Hub may send, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub file: u64,
    /// Most entries of a listing.
    pub entries: usize,
    /// How often a request is tried.
    pub attempts: u32,
    /// Pause before the second try where the Hub does not say how long; it doubles with every
    /// further one.
    pub pause: Duration,
    /// The longest pause that is kept when the Hub asks for one.
    pub longest_pause: Duration,
    /// Longest silence within a request.
    pub silence: Duration,
    /// Longest time that one request may take.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The neural collection has 670 MB; what is read of a file is bounded by its reader.
            file: 1 << 30,
            entries: 10_000,
            attempts: 5,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(120),
            silence: Duration::from_secs(30),
            request: Duration::from_secs(1800),
        }
    }
}
