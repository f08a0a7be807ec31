//! engraph: engram networks on connectomes.

pub mod cli;
pub mod connectome;
pub mod latent;
pub mod motif;
pub mod network;
pub mod pipeline;
pub mod random;
pub mod report;
pub mod source;
pub mod suggest;
pub mod task;
pub mod topology;
pub mod training;
