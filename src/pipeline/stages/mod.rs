//! The stages, one file each.

pub mod budget;
pub mod connectome;
pub mod contrasts;
pub mod effects;
pub mod homeostatic;
pub mod latent;
pub mod motifs;
pub mod probe;
pub mod relations;
pub mod species;
pub mod topology;
pub mod topology_motifs;
pub mod train;
pub mod whereabouts;
