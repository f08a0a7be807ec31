//! Everything that is counted in one signed connectome, as tables.
//!
//! [`Counting`] says what is counted and beside which nulls; [`Counting::tables`] counts.

mod census;
mod counting;
mod nulls;
mod parts;
mod place;
mod tables;
mod thresholds;

pub use counting::{Counting, MotifTables};
pub use nulls::Nulls;
pub use parts::{OccurrenceRows, motif_row};
pub use tables::{
    MotifCountRow, MotifHubRow, MotifKeys, MotifOccurrenceRow, MotifParticipationRow, MotifRow,
    MotifSampleRow, MotifSynapseRow, TriadCensusRow,
};
pub use thresholds::{Every, Thresholds};
