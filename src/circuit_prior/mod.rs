//! Circuit priors: the worm's swimming circuit as a network whose wiring and signs are given and
//! whose weights are learnt (Bhattasali, Zador and Engel 2022, arXiv 2201.05242).
//!
//! The circuit is theirs: head oscillators, B-type motor neurons with proprioception, and muscles
//! that are excited from their own side and inhibited from the other. They train it by
//! reinforcement on a simulated body. The body and the task here are our own operational
//! definition: each joint relaxes towards its torque, and the angles are to follow a wave that
//! travels from head to tail. Their returns are therefore not reproduced. What is asked is theirs
//! again: do the signs matter for learning, and do the values that it starts from?
//!
//! Read `swimmer` first, then `swim`, which simulates and differentiates; `learning` has the four
//! variants, and `experiment` makes the tables.

mod experiment;
mod learning;
mod swim;
mod swimmer;
mod tables;
mod wave;

pub use experiment::{CircuitPriorSettings, CircuitPriorTables, MOST_JOINTS};
pub use learning::{Parameters, Start, Training, Variant, train};
pub use swim::Swim;
pub use swimmer::{Connection, Role, Side, Swimmer, Unit};
pub use tables::{CircuitPriorRow, CircuitVariantRow, CircuitWaveRow};
pub use wave::{Oscillation, Wave};
