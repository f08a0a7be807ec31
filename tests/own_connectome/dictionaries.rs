//! A text that stands in a dictionary names the same neuron as one that is written out.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use engraph::connectome::{Connectome, to_exported};
use engraph::source::ReadOptions;
use engraph::source::batches::read;
use engraph::table::Batches;
use proptest::prelude::*;

/// An edge table; texts stand in dictionaries or are written out.
fn table(rows: &[(Option<&str>, Option<&str>, &str, f64)], in_dictionaries: bool) -> Batches {
    let texts = |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef {
        let plain: ArrayRef = Arc::new((0..rows.len()).map(of).collect::<StringArray>());
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        match in_dictionaries {
            true => cast(&plain, &kind).unwrap(),
            false => plain,
        }
    };
    let columns = [
        ("pre", texts(&|row| rows[row].0.map(str::to_owned))),
        ("post", texts(&|row| rows[row].1.map(str::to_owned))),
        ("type", texts(&|row| Some(rows[row].2.to_owned()))),
        (
            "weight",
            Arc::new(rows.iter().map(|row| row.3).collect::<Float64Array>()),
        ),
    ];
    let field =
        |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let pieces = vec![RecordBatch::try_new(schema.clone(), columns).unwrap()];
    Batches { schema, pieces }
}

fn told(table: &Batches) -> Result<(Vec<String>, Vec<String>), String> {
    let read = read("edges", "synapses", table, None, &ReadOptions::default());
    let (connectome, report) = read.map_err(|error| error.to_string())?;
    let said = report
        .messages()
        .iter()
        .map(|told| told.text.to_string())
        .collect();
    Ok((rows_of(&connectome), said))
}

fn rows_of(connectome: &Connectome) -> Vec<String> {
    let (edges, neurons) = to_exported(connectome);
    let edges = edges.iter().map(|row| format!("{row:?}"));
    edges
        .chain(neurons.iter().map(|row| format!("{row:?}")))
        .collect()
}

proptest! {
    /// Among the rows are some that name nobody, that weigh nothing, that go to muscles, and copies
    /// of what other neurons send: a neuron may stand in one of them first.
    #[test]
    fn dictionaries_read_as_texts(
        rows in proptest::collection::vec(
            (
                proptest::option::weighted(0.95, proptest::sample::select(vec!["AVAL", "AVAR", "RMDL", "NaN", " AVAL", "7", "7.0", "PVCL"])),
                proptest::option::weighted(0.95, proptest::sample::select(vec!["AVAL", "AVAR", "RMDL", "NA", "PVCL ", "7", "VB1"])),
                proptest::sample::select(vec!["S", "Sp", "R", "EJ", "NMJ"]),
                proptest::sample::select(vec![0.0, 1.0, 2.5]),
            ),
            1..30,
        )
    ) {
        prop_assert_eq!(told(&table(&rows, true)), told(&table(&rows, false)));
    }
}
