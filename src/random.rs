//! Named random streams.
//!
//! Every use of chance draws from its own ChaCha8 stream, seeded with the blake3 hash of the run's
//! seed and of the names of what the stream is for. Streams therefore depend neither on the order
//! of work nor on the number of threads, and two runs that name the same stream (two bottlenecks on
//! the same task and seed, say) are paired draw by draw.

use rand::SeedableRng;
pub use rand_chacha::ChaCha8Rng;

/// The stream of `names` under `seed`. Names are length-prefixed, so that no two lists of names
/// collide.
///
/// ```
/// use engraph::random::stream;
/// use rand::Rng;
/// assert_eq!(stream(1, &["data", "t3"]).next_u64(), stream(1, &["data", "t3"]).next_u64());
/// assert_ne!(stream(1, &["data", "t3"]).next_u64(), stream(1, &["datat3"]).next_u64());
/// ```
#[must_use]
pub fn stream(seed: u64, names: &[&str]) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    for name in names {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}
