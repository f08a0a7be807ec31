//! Pipelines as their users run them.

#[path = "../common/mod.rs"]
mod common;

mod faults;
mod latent_dimension;
mod mistakes;
mod own_data;
mod page;
mod provenance;
mod resume;
mod smoke;
mod species;
mod tiny;
mod training;
