//! Functional motifs: groups of neurons whose activity goes together for some of the time, by
//! non-negative tensor factorisation of affinities (the method of arXiv 2402.14102).
//!
//! A recording is cut into windows. In each window every pair of neurons has an affinity, and over
//! all windows these make a non-negative tensor, neurons x neurons x windows. It is taken apart
//! into a few components, each a group of neurons with a course in time. Their number is a choice;
//! how well they explain the tensor, and whether they come back from other random starts, is
//! reported.
//!
//! What the affinity is differs between studies. Here it is the correlation within the window where
//! it is positive, and 0 elsewhere: an operational definition of ours.
//!
//! Read `affinity` first, then `factorisation` and `survey`.

mod affinity;
mod factorisation;
mod survey;
mod tables;

pub use affinity::{Affinities, Windows};
pub use factorisation::{Factors, factorise};
pub use survey::{FunctionalMotifError, FunctionalMotifSurvey, FunctionalMotifTables};
pub use tables::{FunctionalMotifCourseRow, FunctionalMotifNeuronRow, FunctionalMotifRow};
