//! Commands as people and programs call them.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod motifs;
