//! What the comparator motifs of a wiring do in a network trained on it.
//!
//! Counting says how often a motif occurs, not whether it works. Two tests ask that of XOR5, XOR6
//! and SXOR8 in a trained network, both against controls drawn from the same network, and both
//! report a difference of nil as readily as any other:
//!
//! * [`ablation`]: does the held-out error rise more when the relays C, D and the hub I of
//!   comparators are silenced than when as many other neurons are, matched by class, sign and,
//!   nearly, degree?
//! * [`mismatch`]: do the rates of relays and read-out carry the mismatch of the two inputs, `|a -
//!   b|`, the analogue of A xor B for rates, better than other neurons matched in the same way?
//!
//! All definitions here are our own operational ones. An interval is over draws within one network.
//! Draws share neurons (a hub is part of thousands of occurrences), so it says how far the number
//! depends on the draw, not how other networks would behave: for that, give the
//! [`Comparison::value`] and [`Comparison::matched_value`] of networks trained from several seeds
//! to [`contrast`](crate::statistics::contrast), a pair per network.
//!
//! ```
//! use engraph::connectome::SignModel;
//! use engraph::motif::{Matching, Motif, SignedGraph};
//! use engraph::motif_function::{Population, ablation, comparators, silencing_sets};
//! use engraph::source::bundled;
//!
//! let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
//! let graph = SignedGraph::from_connectome(&worm, 1.0)?;
//! let found = comparators(&graph, Motif::Xor5.pattern(), Matching::Subgraph, 40, 1)?;
//! let sets = silencing_sets(&found, 2);
//! // In earnest, the error is `error_without(&mut network, &data, neurons)`.
//! let error = |silenced: &[u32]| 0.01 * silenced.len() as f64;
//! let result = ablation(&sets, &Population::of(&worm, 1.0), 1, error);
//! assert_eq!(result.draws, 20);
//! assert!(result.difference.unwrap().abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ablation;
mod comparator;
mod comparison;
mod mismatch;
mod population;
mod tables;

pub use ablation::{ablation, error_without, silencing_sets};
pub use comparator::{Comparator, MotifFunctionError, comparators, leading_neurons};
pub use comparison::{Comparison, ComparisonStatus};
pub use mismatch::{Mismatch, Signal, mismatch};
pub use population::{Matched, Population, Traits};
pub use tables::MotifFunctionRow;
