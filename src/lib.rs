//! engraph: engram networks on connectomes.

pub mod connectome;
pub mod latent;
