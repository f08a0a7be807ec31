//! Traces of many animals in one table, as the neural collection on the Hub has them
//! (`worm_data_short.parquet`, 670 MB).
//!
//! A row is one neuron of one animal: `source_dataset`, `worm` and `neuron` name it, `calcium_data`
//! is its trace, a list of numbers evenly spaced in time and of one length within an animal (in
//! that collection 0.333 s apart, smoothed and standardised by its authors), `is_labeled_neuron`
//! says whether `neuron` is its name or only a number. An animal, `source_dataset/worm`, is a
//! recording.
//!
//! Only what is asked for is read: first the names, row group by row group, then the traces of one
//! animal. Memory is that of the names and of the traces chosen.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::reader::Length;

use super::columns::list;
use super::error::{AnyError, Damage, ReadError};
use super::open::{largest, read_error};
use super::sheet::{guarded, pages};
use crate::source::nearest::did_you_mean;

const DATASET: &str = "source_dataset";
const ANIMAL: &str = "worm";
const NEURON: &str = "neuron";
const LABELLED: &str = "is_labeled_neuron";
const TRACE: &str = "calcium_data";

/// Most values of a recording, over all its neurons: what goes beyond is a file made to fill the
/// memory.
const LARGEST: usize = 1 << 27;

/// Columns by name, in their order, each with a value for every row.
pub type Columns = Vec<(String, Vec<f64>)>;

/// Reads the neurons `chosen` of a recording `DATASET/WORM`, in that order, or without a choice
/// those with a name (all, where none has one) in the order of the file.
pub(super) fn read_recording(
    path: &Path,
    recording: &str,
    chosen: Option<&[String]>,
) -> Result<Columns, ReadError> {
    let table = Collection { path };
    let Some(rows) = table.rows()? else {
        let needed = [DATASET, ANIMAL, NEURON, TRACE].join("`, `");
        let hint = format!(
            "that is a Parquet table with the columns `{needed}`; of any other leave out \
             `recording`"
        );
        return Err(table.refused("is no collection of recordings", hint));
    };
    let (of_animal, others): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.recording == recording);
    if of_animal.is_empty() {
        let known: BTreeSet<&str> = others.iter().map(|row| row.recording.as_str()).collect();
        let hint = did_you_mean(recording, known.iter().copied())
            .unwrap_or_else(|| format!("there are {}", list(known.into_iter(), 20)));
        return Err(table.refused(format!("has no recording `{recording}`"), hint));
    }
    let named = of_animal.iter().any(|row| row.labelled);
    let mut traces = Vec::new();
    let wanted = |row: &Row| match chosen {
        Some(chosen) => chosen.contains(&row.neuron),
        None => row.labelled || !named,
    };
    let rows: Vec<&Row> = of_animal.iter().filter(|row| wanted(row)).collect();
    for (row, values) in rows.iter().zip(table.traces(&rows)?) {
        if traces.iter().any(|(name, _)| *name == row.neuron) {
            return Err(table.wrong(format!(
                "`{recording}` has the neuron `{}` twice",
                row.neuron
            )));
        }
        if let Some(step) = values.iter().position(|v| !v.is_finite()) {
            let neuron = &row.neuron;
            let problem = format!(
                "`{recording}`, neuron `{neuron}`: step {step} of its trace is no finite number"
            );
            return Err(table.refused(problem, "leave the neuron out of `columns`"));
        }
        traces.push((row.neuron.clone(), values));
    }
    if let Some(chosen) = chosen {
        if let Some(missing) = chosen
            .iter()
            .find(|name| !traces.iter().any(|(n, _)| n == *name))
        {
            let known = || of_animal.iter().map(|row| row.neuron.as_str());
            let hint = did_you_mean(missing, known()).unwrap_or_else(|| {
                let known: Vec<&str> = known().collect();
                format!("it has {}", list(known.into_iter(), 20))
            });
            return Err(table.refused(format!("`{recording}` has no neuron `{missing}`"), hint));
        }
        traces.sort_by_key(|(name, _)| chosen.iter().position(|c| c == name));
    }
    let steps = traces.first().map_or(0, |(_, values)| values.len());
    if let Some((name, values)) = traces
        .iter()
        .find(|(_, values)| values.len() != steps || values.is_empty())
    {
        let problem = format!(
            "`{recording}`: the trace of `{name}` has {} steps, that of `{}` {steps}",
            values.len(),
            traces[0].0
        );
        return Err(table.refused(problem, "choose neurons with `columns`"));
    }
    Ok(traces)
}

/// The recordings of a file, by name; `None` where it is something else.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read.
pub fn recordings(path: &Path) -> Result<Option<Vec<String>>, ReadError> {
    let rows = Collection { path }.rows()?;
    Ok(rows.map(|rows| {
        rows.into_iter()
            .map(|row| row.recording)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }))
}

struct Row {
    index: usize,
    recording: String,
    neuron: String,
    labelled: bool,
}

struct Collection<'a> {
    path: &'a Path,
}

impl Collection<'_> {
    fn open(&self) -> Result<ParquetRecordBatchReaderBuilder<File>, ReadError> {
        let file = File::open(self.path).map_err(|error| read_error(self.path, error))?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        self.check(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))
    }

    /// Who was recorded; `None` for other tables.
    fn rows(&self) -> Result<Option<Vec<Row>>, ReadError> {
        // What is read of a pipe is gone.
        let metadata =
            std::fs::metadata(self.path).map_err(|error| read_error(self.path, error))?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let mut start = [0; 4];
        let mut file = File::open(self.path).map_err(|error| read_error(self.path, error))?;
        if file.read_exact(&mut start).is_err() || &start != b"PAR1" {
            return Ok(None);
        }
        let builder = self.open()?;
        let has = |name: &str| builder.schema().field_with_name(name).is_ok();
        if ![DATASET, ANIMAL, NEURON, TRACE]
            .iter()
            .all(|name| has(name))
        {
            return Ok(None);
        }
        let marked = has(LABELLED);
        let names = [DATASET, ANIMAL, NEURON]
            .into_iter()
            .chain(marked.then_some(LABELLED));
        let names: Vec<&str> = names.collect();
        let (rows, most) = self.limits(&builder, &names)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let builder = builder.with_projection(mask).with_batch_size(rows);
        let mut batches = self.check(|| builder.build())?;
        let mut taken = 0;
        let mut rows: Vec<Row> = Vec::new();
        while let Some(batch) = self.check(|| batches.next().transpose())? {
            let texts = |name| self.column(&batch, name, &DataType::Utf8);
            let (datasets, animals, neurons) = (texts(DATASET)?, texts(ANIMAL)?, texts(NEURON)?);
            let labelled = marked
                .then(|| self.column(&batch, LABELLED, &DataType::Boolean))
                .transpose()?;
            for row in 0..batch.num_rows() {
                let text = |column: &arrow::array::ArrayRef| {
                    column.as_string::<i32>().value(row).to_owned()
                };
                // The name of the animal stands in each of its rows.
                taken += (text(&datasets).len() + text(&animals).len() + text(&neurons).len())
                    as u64
                    + size_of::<Row>() as u64;
                if taken > most {
                    let mebibytes = most >> 20;
                    return Err(self.damaged(Damage::Endless { mebibytes }));
                }
                rows.push(Row {
                    index: rows.len(),
                    recording: format!("{}/{}", text(&datasets), text(&animals)),
                    neuron: text(&neurons),
                    labelled: labelled.as_ref().is_none_or(|l| l.as_boolean().value(row)),
                });
            }
        }
        Ok(Some(rows))
    }

    /// The traces of `rows`, which are in the order of the file; empty where there is none.
    fn traces(&self, rows: &[&Row]) -> Result<Vec<Vec<f64>>, ReadError> {
        let builder = self.open()?;
        let total = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let chosen = rows.iter().map(|row| row.index..row.index + 1);
        let selection =
            self.check(|| Ok::<_, AnyError>(RowSelection::from_consecutive_ranges(chosen, total)))?;
        self.limits(&builder, &[TRACE])?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [TRACE]);
        let batches = builder
            .with_projection(mask)
            .with_row_selection(selection)
            .with_batch_size(1);
        let mut batches = self.check(|| batches.build())?;
        let (mut traces, mut values) = (Vec::new(), 0);
        while let Some(batch) = self.check(|| batches.next().transpose())? {
            let numbers = DataType::new_list(DataType::Float64, true);
            let lists = self.column(&batch, TRACE, &numbers)?;
            for row in 0..batch.num_rows() {
                let trace = lists.as_list::<i32>().value(row);
                let trace: Vec<f64> = trace
                    .as_primitive::<Float64Type>()
                    .iter()
                    .map(|v| v.unwrap_or(f64::NAN))
                    .collect();
                values += trace.len();
                if values > LARGEST {
                    return Err(
                        self.wrong(format!("holds a recording of more than {LARGEST} values"))
                    );
                }
                traces.push(trace);
            }
        }
        if traces.len() != rows.len() {
            return Err(self.wrong(format!("holds {} of {} traces", traces.len(), rows.len())));
        }
        Ok(traces)
    }

    /// Checks the pages of some columns. The rows that may be decoded at a time, and the bytes that
    /// may be kept.
    fn limits(
        &self,
        builder: &ParquetRecordBatchReaderBuilder<File>,
        columns: &[&str],
    ) -> Result<(usize, u64), ReadError> {
        let file = File::open(self.path).map_err(|error| read_error(self.path, error))?;
        let roots = builder.parquet_schema();
        let is_wanted = |leaf: &usize| columns.contains(&roots.get_column_root(*leaf).name());
        let leaves: Vec<usize> = (0..roots.num_columns()).filter(is_wanted).collect();
        let limits = pages::Limits {
            most: largest(file.len()),
            batch: 1 << 10,
            written_out: true,
        };
        let checked =
            guarded(|| Ok::<_, AnyError>(pages::check(&file, builder.metadata(), &leaves, limits)));
        let checked = checked
            .and_then(|checked| checked)
            .map_err(|damage| self.damaged(damage))?;
        Ok((checked.rows.into_iter().min().unwrap_or(1), limits.most))
    }

    fn column(
        &self,
        batch: &RecordBatch,
        name: &str,
        kind: &DataType,
    ) -> Result<arrow::array::ArrayRef, ReadError> {
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| self.wrong(format!("has no column `{name}`")))?;
        cast(column, kind).map_err(|error| ReadError::ColumnType {
            path: self.path.to_owned(),
            column: name.to_owned(),
            found: column.data_type().to_string().to_lowercase(),
            expected: if name == TRACE {
                "a list of numbers"
            } else {
                "text, or true and false"
            },
            source: Some(error.into()),
        })
    }

    fn check<T, E: Into<AnyError>>(
        &self,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, ReadError> {
        guarded(read).map_err(|source| self.damaged(source))
    }

    fn damaged(&self, source: Damage) -> ReadError {
        ReadError::Damaged {
            path: self.path.to_owned(),
            format: "Parquet",
            source,
        }
    }

    /// The error of a collection in which something is wrong that nobody can help.
    fn wrong(&self, problem: String) -> ReadError {
        ReadError::Recording {
            path: self.path.to_owned(),
            problem,
            hint: None,
        }
    }

    /// The error of a collection that something else can be asked of.
    fn refused(&self, problem: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> ReadError {
        ReadError::Recording {
            path: self.path.to_owned(),
            problem: problem.into(),
            hint: Some(hint.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbers::read_numbers;
    use super::*;
    use crate::text::Hinted;
    use arrow::array::{ArrayRef, BooleanArray, ListArray, StringArray};
    use arrow::datatypes::Float32Type;
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;
    use std::sync::Arc;

    /// The message of an error and its hint.
    fn told(error: &ReadError) -> String {
        format!("{error}; {}", error.hint().unwrap_or_default())
    }

    /// Rows of (dataset, worm, neuron, labelled, trace), two to a row group.
    fn written(rows: &[(&str, &str, &str, bool, Vec<f32>)]) -> tempfile::NamedTempFile {
        let texts = |pick: fn(&(&'static str, &'static str, &'static str)) -> &'static str,
                     all: &[_]| {
            Arc::new(StringArray::from_iter_values(all.iter().map(pick))) as ArrayRef
        };
        let names: Vec<(&'static str, &'static str, &'static str)> = rows
            .iter()
            .map(|r| {
                (
                    &*r.0.to_owned().leak(),
                    &*r.1.to_owned().leak(),
                    &*r.2.to_owned().leak(),
                )
            })
            .collect();
        let traces = rows
            .iter()
            .map(|r| Some(r.4.iter().map(|v| Some(*v)).collect::<Vec<_>>()));
        let batch = RecordBatch::try_from_iter([
            (DATASET, texts(|r| r.0, &names)),
            (ANIMAL, texts(|r| r.1, &names)),
            (NEURON, texts(|r| r.2, &names)),
            (
                LABELLED,
                Arc::new(BooleanArray::from_iter(rows.iter().map(|r| Some(r.3)))) as ArrayRef,
            ),
            (
                TRACE,
                Arc::new(ListArray::from_iter_primitive::<Float32Type, _, _>(traces)) as ArrayRef,
            ),
        ])
        .unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let groups = WriterProperties::builder()
            .set_max_row_group_row_count(Some(2))
            .build();
        let mut writer =
            ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), Some(groups)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        file
    }

    fn collection() -> tempfile::NamedTempFile {
        written(&[
            ("Kato2015", "worm0", "AVAL", true, vec![0.0, 1.0, 2.0]),
            ("Kato2015", "worm0", "17", false, vec![9.0, 9.0, 9.0]),
            ("Kato2015", "worm1", "AVAL", true, vec![5.0, 6.0]),
            ("Kato2015", "worm0", "RIML", true, vec![3.0, 4.0, 5.0]),
            ("Uzel2022", "worm0", "AVAL", true, vec![7.0]),
        ])
    }

    #[test]
    fn one_animal_is_read_across_row_groups() {
        let file = collection();
        let names: Vec<String> = ["Kato2015/worm0", "Kato2015/worm1", "Uzel2022/worm0"]
            .map(str::to_owned)
            .into();
        assert_eq!(recordings(file.path()).unwrap(), Some(names));
        let (aval, riml) = (
            ("AVAL".to_owned(), vec![0.0, 1.0, 2.0]),
            ("RIML".to_owned(), vec![3.0, 4.0, 5.0]),
        );
        let read = |chosen: Option<&[&str]>| {
            let chosen: Option<Vec<String>> =
                chosen.map(|c| c.iter().map(|&n| n.to_owned()).collect());
            read_recording(file.path(), "Kato2015/worm0", chosen.as_deref()).map_err(|e| told(&e))
        };
        assert_eq!(read(None).unwrap(), [aval.clone(), riml.clone()]);
        assert_eq!(read(Some(&["RIML", "AVAL"])).unwrap(), [riml, aval]);
        assert_eq!(
            read(Some(&["17"])).unwrap(),
            [("17".to_owned(), vec![9.0; 3])]
        );
        assert!(
            read(Some(&["RIMR"]))
                .unwrap_err()
                .contains("did you mean `RIML`")
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let file = collection();
        let error =
            |path: &Path, recording| told(&read_recording(path, recording, None).unwrap_err());
        assert!(error(file.path(), "Kato2015/worm2").contains("did you mean"));
        assert!(error(file.path(), "x").contains("there are `Kato2015/worm0`, `Kato2015/worm1`"));
        let text = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(text.path(), "a,b\n1,2\n").unwrap();
        assert!(error(text.path(), "x").contains("is no collection of recordings"));
        assert_eq!(recordings(text.path()).unwrap(), None);
        let uneven = written(&[
            ("a", "b", "X", true, vec![1.0]),
            ("a", "b", "Y", true, vec![1.0, 2.0]),
        ]);
        assert!(
            error(uneven.path(), "a/b").contains("the trace of `Y` has 2 steps, that of `X` 1")
        );
        let gap = written(&[("a", "b", "X", true, vec![1.0, f32::NAN])]);
        assert!(error(gap.path(), "a/b").contains("step 1 of its trace"));
        let twice = written(&[
            ("a", "b", "X", true, vec![1.0]),
            ("a", "b", "X", true, vec![1.0]),
        ]);
        assert!(error(twice.path(), "a/b").contains("the neuron `X` twice"));
        let mut bytes = std::fs::read(file.path()).unwrap();
        bytes.truncate(bytes.len() / 2);
        std::fs::write(text.path(), bytes).unwrap();
        assert!(error(text.path(), "a/b").contains("truncated or damaged"));
        let all = told(&read_numbers(file.path(), None).unwrap_err());
        assert!(
            all.contains("3 recordings") && all.contains("`Kato2015/worm0`"),
            "{all}"
        );
    }
}
