//! T7: tunes to be remembered.
//!
//! A tune is one voice in twelve pitch classes (octaves are not told apart). A step is the tune's
//! shortest note, an eighth in most. Of the 13 channels, channel `p` (0 is C, 1 C sharp, ..., 11 B)
//! is 1 while a note of pitch class `p` sounds and 0 otherwise, and channel 12, the onset, is 1 in
//! the first step of a note alone: a repeated note differs from a held one by it. A rest is 0 in
//! all channels. A sequence is the beginning of a tune; every task of melodies holds at least two
//! of them, and none is longer than its shortest tune.
//!
//! There are but a few sequences, and to recall them is the task: training draws tunes at random,
//! and the test set is the same tunes in turn. The number of latent dimensions that tunes need is
//! not known (a single real unit can tell any number of tunes apart), so that wirings can be ranked
//! by their error, and no more.
//!
//! The notation of a tune: notes `C` to `B` with `#` or `b`, or a rest `z`, each with its number of
//! steps (1 where none is given), separated by blanks; `|` ends a bar. Only the first and the last
//! bar may be shorter than the others.

mod family;
mod notation;
mod tune;
mod tunes;

pub(super) use family::Melody;
pub use notation::Note;
pub use tune::Tune;
pub use tunes::TUNES;
