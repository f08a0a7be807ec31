//! engraph: engram networks on connectomes.

pub mod connectome;
pub mod network;
pub mod random;
pub mod report;
pub mod task;
