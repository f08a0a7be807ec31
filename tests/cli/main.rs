//! Commands as people and programs call them.
//!
//! `commands`, `motifs`, `export` and `infer` check what commands mean, `forms` where results go.
//! Snapshots pin how they look: `help`, `outputs` and `errors`. `schema` compares the documentation
//! of all tables with a golden file. `readme` runs the commands of the README and of the guides,
//! `reference` compares the generated pages with the program, and `new` tries what helps to begin.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod export;
mod forms;
#[cfg(feature = "files")]
mod infer;
mod manners;
mod motifs;
mod new;
mod schema;

// The snapshots are those of the whole program: with fewer features its words differ.
#[cfg(all(feature = "hub", feature = "polars"))]
mod errors;
#[cfg(all(feature = "hub", feature = "polars"))]
mod help;
#[cfg(all(feature = "hub", feature = "polars"))]
mod outputs;
#[cfg(all(feature = "hub", feature = "polars"))]
mod pin;
#[cfg(all(feature = "hub", feature = "polars"))]
mod readme;
#[cfg(all(feature = "hub", feature = "polars"))]
mod reference;
