//! The page that people look at: one HTML file with verdicts, figures and tables.
//!
//! The page is made from the tables of a report folder and from nothing else, so that it can be
//! made again at any time. It asks no network, reads well without JavaScript, and has the same
//! bytes for the same tables. HTML comes from `maud`. The figures are drawn here as SVG that takes
//! its colours from the style sheet of the page: a plotting library with fixed colours (`kuva` was
//! tried) cannot follow the reader's light or dark theme, and has many times the code that these
//! figures need.
//!
//! Read `page.rs` first, which puts the sections in their order. `tables.rs` reads the folder,
//! `verdicts.rs` makes sentences, `figure.rs` and `draw.rs` are what figures are made of, and every
//! other file is a section.

mod capacity;
mod carried;
mod circuit_prior;
mod draw;
mod figure;
mod files;
mod general;
mod motif_drawing;
mod motifs;
#[allow(
    clippy::module_inception,
    reason = "the page is in the file of its name"
)]
mod page;
mod paths;
mod self_optimisation;
mod sparse;
mod spiking;
mod tables;
mod training;
mod used;
mod verdicts;
mod wiring;

pub use page::{Page, UnderWay, page};
