//! Everything that is counted in one signed connectome, as tables.
//!
//! [`Survey`] says what is counted and beside which nulls; [`Survey::tables`] counts, and
//! [`Survey::assumed_tables`] where signs are assumed. Read `settings` first, then `count` and
//! `draws`; `parts` and `census` make the rows. `weights` weighs the occurrences, and
//! `fingerprints` says which classes of neurons play which roles.

mod census;
mod comparison;
mod count;
mod draws;
mod fingerprints;
mod parts;
mod place;
mod settings;
mod tables;
mod thresholds;
mod weights;

pub use fingerprints::role_fingerprints;
pub use parts::{OccurrenceRows, motif_row};
pub use settings::{InvalidSetting, Survey};
pub use tables::{
    MotifCountRow, MotifHubRow, MotifKeys, MotifOccurrenceRow, MotifParticipationRow, MotifRow,
    MotifSampleRow, MotifSynapseRow, MotifTables, MotifWeightRow, RoleFingerprintRow,
    TriadCensusRow,
};
pub use thresholds::{Every, InvalidThresholds, Thresholds};
