//! Tables whose columns are known only when they are made, such as one column for each neuron.

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

use super::declare::write_parquet;
use super::text::{cell, digits, in_json, lines};
use super::{Batches, TableError};

/// The cells of a column. No cell is null.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// A text in each cell.
    Texts(Vec<String>),
    /// A whole number in each cell.
    Counts(Vec<i64>),
    /// A number in each cell; NaN where there is none.
    Numbers(Vec<f64>),
}

impl Cells {
    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Texts(cells) => cells.len(),
            Self::Counts(cells) => cells.len(),
            Self::Numbers(cells) => cells.len(),
        }
    }

    /// True for a column without a cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row as JSON has it, where what is no number is null.
    fn json(&self, row: usize) -> serde_json::Value {
        match self {
            Self::Texts(cells) => cells[row].as_str().into(),
            Self::Counts(cells) => cells[row].into(),
            Self::Numbers(cells) => cells[row].into(),
        }
    }

    fn array(&self) -> ArrayRef {
        match self {
            Self::Texts(cells) => Arc::new(StringArray::from_iter_values(cells)),
            Self::Counts(cells) => Arc::new(Int64Array::from_iter_values(cells.iter().copied())),
            Self::Numbers(cells) => Arc::new(Float64Array::from_iter_values(cells.iter().copied())),
        }
    }
}

/// A table whose columns are known only when it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Wide {
    /// Name of the table.
    pub name: &'static str,
    /// The columns by name, all of one length.
    pub columns: Vec<(String, Cells)>,
}

impl Wide {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// The table as [`to_csv`](super::text::to_csv) gives others.
    #[must_use]
    pub fn to_csv(&self) -> String {
        self.separated(',')
    }

    /// The table as [`to_tsv`](super::text::to_tsv) gives others.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        self.separated('\t')
    }

    fn separated(&self, separator: char) -> String {
        let header = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let rows = (0..self.rows()).map(|row| {
            let values = self.columns.iter().map(|(_, cells)| cells.json(row));
            values.map(|value| cell(&value, &digits)).collect()
        });
        lines(header, rows, separator)
    }

    /// The table as one JSON document, as [`to_json`](super::text::to_json) gives others:
    /// `{"schema": "engraph.TABLE", "rows": [...]}`. It has no version, for no declaration says
    /// which columns it has.
    #[must_use]
    pub fn to_json(&self) -> String {
        let row = |row: usize| {
            let entries = self.columns.iter();
            let entries: Vec<String> = entries
                .map(|(name, cells)| format!("{}:{}", json!(name), cells.json(row)))
                .collect();
            in_json(&format!("{{{}}}", entries.join(","))).into_owned()
        };
        let rows: Vec<String> = (0..self.rows()).map(row).collect();
        let rows = rows.join(",\n");
        format!(
            "{{\"schema\": \"engraph.{}\", \"rows\": [{rows}]}}",
            self.name
        )
    }

    fn batch(&self) -> Result<RecordBatch, TableError> {
        let arrays: Vec<ArrayRef> = self
            .columns
            .iter()
            .map(|(_, cells)| cells.array())
            .collect();
        let fields = self.columns.iter().zip(&arrays);
        let fields: Vec<Field> = fields
            .map(|((name, _), array)| Field::new(name, array.data_type().clone(), false))
            .collect();
        let footer = HashMap::from([("engraph.table".to_owned(), self.name.to_owned())]);
        let schema = Arc::new(Schema::new_with_metadata(fields, footer));
        RecordBatch::try_new(schema, arrays).map_err(|source| TableError::Arrow {
            table: self.name,
            source,
        })
    }

    /// The table as Arrow has it, with its name for `engraph.table`. O(cells); the cells are
    /// copied.
    ///
    /// # Errors
    /// [`TableError::Arrow`] if its columns have several lengths.
    pub fn batches(&self) -> Result<Batches, TableError> {
        let piece = self.batch()?;
        Ok(Batches {
            schema: piece.schema(),
            pieces: vec![piece],
        })
    }

    /// The table as a Parquet file, whose footer has its name.
    ///
    /// # Errors
    /// [`TableError`] if it cannot be encoded.
    pub fn to_parquet(&self) -> Result<Vec<u8>, TableError> {
        write_parquet(self.name, &self.batch()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Wide {
        let column = |name: &str, cells| (name.to_owned(), cells);
        Wide {
            name: "rates",
            columns: vec![
                column(
                    "phase",
                    Cells::Texts(vec!["a,b".to_owned(), "c".to_owned()]),
                ),
                column("step", Cells::Counts(vec![1, 2])),
                column("N\t1", Cells::Numbers(vec![0.1, f64::NAN])),
            ],
        }
    }

    #[test]
    fn every_form_says_the_same() {
        let table = table();
        assert_eq!(table.to_csv(), "phase,step,N\t1\n\"a,b\",1,0.1\nc,2,\n");
        assert_eq!(
            table.to_tsv(),
            "phase\tstep\t\"N\t1\"\na,b\t1\t0.1\nc\t2\t\n"
        );
        let json: serde_json::Value = serde_json::from_str(&table.to_json()).unwrap();
        assert_eq!(json["schema"], "engraph.rates");
        assert_eq!(json["rows"][0]["N\t1"], 0.1);
        assert_eq!(json["rows"][1]["N\t1"], serde_json::Value::Null);
        let read = Batches::from_parquet(table.to_parquet().unwrap()).unwrap();
        assert_eq!(read.schema.metadata()["engraph.table"], "rates");
        assert_eq!(
            read.schema.fields(),
            table.batches().unwrap().schema.fields()
        );
        let written = &table.batches().unwrap().pieces[0];
        assert_eq!(read.pieces[0].column(0), written.column(0));
        assert_eq!(read.pieces[0].column(1), written.column(1));
    }

    #[test]
    fn columns_of_several_lengths_are_no_table() {
        let mut table = table();
        table.columns[1].1 = Cells::Counts(vec![1]);
        assert!(matches!(table.batches(), Err(TableError::Arrow { .. })));
    }
}
