//! The plan: every cell that a pipeline needs, the cell's key, and why it would run.
//!
//! A cell's key is the blake3 hash of its recipe, which holds the stage, its version, its config,
//! the keys of its inputs, and the columns of its tables. All keys are therefore known before
//! anything runs, and a changed field changes the keys of exactly the cells that depend on it.

use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::artifact::Artifact;
use super::inputs::{CellId, Handle, Inputs, Loaded};
use super::key::content_key;
use super::output::{Output, TableDeclaration, gathered_rows};
use super::shared::Shared;
use super::stage::{Context, Listed, Stage, StageError};
use super::store::{Store, StoreError};
use crate::table::Table;

type Run = Box<dyn Fn(&Store, &Shared, &Context<'_>) -> Result<Artifact, StageError> + Send + Sync>;

/// One unit of work: a stage with its config and inputs, whose result is cached as a whole.
pub struct Cell {
    /// Name of the stage that the cell runs.
    pub stage: &'static str,
    /// Name that tells the cell from others of its stage in messages.
    pub name: String,
    /// Content key: the hash of the recipe, under which the result is stored.
    pub key: String,
    /// What the key is the hash of: stage, version, config, and the keys of the inputs by field
    /// name, as JSON.
    pub recipe: Box<str>,
    /// The cells whose results this cell reads.
    pub inputs: Vec<CellId>,
    /// How much work the cell is, in a unit of its stage ([`Stage::work`]).
    pub work: f64,
    tables: fn() -> Vec<TableDeclaration>,
    run: Run,
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.stage, self.name, self.key)
    }
}

impl Cell {
    /// Computes the cell from its inputs in `store`.
    ///
    /// # Errors
    /// The error of the stage.
    pub(super) fn compute(
        &self,
        store: &Store,
        shared: &Shared,
        context: &Context<'_>,
    ) -> Result<Artifact, StageError> {
        (self.run)(store, shared, context)
    }

    /// The declarations of the tables that the cell's stage may make.
    #[must_use]
    pub fn tables(&self) -> Vec<TableDeclaration> {
        (self.tables)()
    }
}

/// All cells of a pipeline. Every cell comes after the cells that it reads.
#[derive(Debug, Default)]
pub struct Plan {
    cells: Vec<Cell>,
}

/// Why a run would compute a cell, or why it would not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The result is in the store already.
    Cached,
    /// The pipeline has never been run with this cell.
    New,
    /// The cell was run before, with other settings or inputs.
    Changed {
        /// The differences, as `field: old -> new` or as the name of the input that changed.
        changes: Vec<String>,
    },
    /// The recipe is the one of the last run, but the result is not in the store. It was deleted,
    /// or the run that was to make it was interrupted.
    Missing,
}

impl Plan {
    /// Adds a cell that runs `stage` on `inputs`, and returns its handle.
    ///
    /// The content key is the hash of the stage, its version, its config, the keys of the inputs
    /// under the names of their fields, and the columns of the tables that the stage makes. The
    /// order of a list of inputs is part of the key.
    ///
    /// # Panics
    /// If a config cannot be written as JSON, which would be a bug of the program.
    pub fn add<S: Stage + Listed>(
        &mut self,
        name: impl Into<String>,
        stage: S,
        inputs: S::Inputs,
    ) -> Handle<S> {
        let mut cells = Vec::new();
        let keys = inputs.record(&mut cells);
        let config = serde_json::to_value(&stage).expect("a stage's config is plain data");
        let tables: Map<String, Value> = S::Output::tables()
            .iter()
            .map(|table| {
                (
                    table.schema.table.to_owned(),
                    json!(table.schema.fingerprint()),
                )
            })
            .collect();
        let recipe: Value = json!({
            "stage": S::NAME,
            "version": S::VERSION,
            "config": config,
            "inputs": keys,
            "tables": tables,
        });
        // Equal values must give equal text. serde_json therefore has to keep object keys sorted:
        // its feature `preserve_order` must stay off.
        let recipe = recipe.to_string().into_boxed_str();
        let key = content_key(recipe.as_bytes());
        let work = stage.work();
        let run: Run = Box::new(move |store, shared, context| {
            let output = stage.run(&Loaded::new(&inputs, store, shared), context)?;
            Ok(output.encode()?)
        });
        let handle = Handle {
            cell: CellId(self.cells.len()),
            key: Arc::from(key.as_str()),
            stage: PhantomData,
        };
        self.cells.push(Cell {
            stage: S::NAME,
            name: name.into(),
            key,
            recipe,
            inputs: cells,
            work,
            tables: S::Output::tables,
            run,
        });
        handle
    }

    /// The cell with the number `id`.
    #[must_use]
    pub fn cell(&self, id: CellId) -> &Cell {
        &self.cells[id.0]
    }

    /// All cells. Every cell comes after the cells that it reads.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// For each cell, the position of the first cell with the same key. Cells with equal recipes,
    /// such as a topology that is named twice, have one result.
    pub(super) fn firsts(&self) -> Vec<usize> {
        let mut first = HashMap::new();
        let cells = self.cells.iter().enumerate();
        cells
            .map(|(at, cell)| *first.entry(cell.key.as_str()).or_insert(at))
            .collect()
    }

    /// The names of the stages. Every stage comes after the stages that it reads; otherwise the
    /// order is that of first use.
    #[must_use]
    pub fn stages(&self) -> Vec<&'static str> {
        let mut waiting: Vec<&'static str> = Vec::new();
        for cell in &self.cells {
            if !waiting.contains(&cell.stage) {
                waiting.push(cell.stage);
            }
        }
        let mut stages = Vec::new();
        while !waiting.is_empty() {
            let is_ready = |stage: &&str| {
                let mut read = self
                    .of_stage(stage)
                    .flat_map(|cell| &cell.inputs)
                    .map(|&id| self.cell(id).stage);
                read.all(|other| other == *stage || stages.contains(&other))
            };
            // No stage is ready if stages read each other; the first one is then taken.
            let next = waiting.iter().position(is_ready).unwrap_or(0);
            stages.push(waiting.remove(next));
        }
        stages
    }

    /// The cells that run the stage `stage`.
    pub fn of_stage<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a Cell> {
        self.cells.iter().filter(move |c| c.stage == stage)
    }

    /// The tables that the stages declare for reports, each with the cells that may hold rows of
    /// it. The tables come in the order of the stages, and each comes once.
    #[must_use]
    pub fn reported(&self) -> Vec<(TableDeclaration, Vec<&Cell>)> {
        let mut tables: Vec<(TableDeclaration, Vec<&Cell>)> = Vec::new();
        for stage in self.stages() {
            for cell in self.of_stage(stage) {
                for table in cell.tables().into_iter().filter(|table| table.reported) {
                    let name = table.schema.table;
                    match tables.iter_mut().find(|(t, _)| t.schema.table == name) {
                        Some((_, cells)) => cells.push(cell),
                        None => tables.push((table, vec![cell])),
                    }
                }
            }
        }
        tables
    }

    /// The rows of a reported table from those cells whose results are in `store`, sorted, each
    /// once.
    ///
    /// # Errors
    /// [`StoreError`] if an artifact is damaged.
    pub fn rows<T: Table>(&self, store: &Store) -> Result<Vec<T>, StoreError> {
        let mut holding = Vec::new();
        for (table, cells) in self.reported() {
            if table.schema.table == T::NAME {
                for cell in cells {
                    if store.holds(cell.stage, &cell.key, T::NAME)? {
                        holding.push(cell);
                    }
                }
            }
        }
        let keys: Vec<_> = holding.iter().map(|c| (c.stage, c.key.as_str())).collect();
        gathered_rows(store, &keys)
    }

    /// The keys of all cells by cell name. They are stored so that the next plan can say what
    /// changed.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<String, String> {
        self.cells
            .iter()
            .map(|c| (format!("{}/{}", c.stage, c.name), c.key.clone()))
            .collect()
    }

    /// Why each cell would run, given the results in `store` and the keys of the last run.
    #[must_use]
    pub fn reasons(&self, store: &Store, remembered: &BTreeMap<String, String>) -> Vec<Reason> {
        let reason = |cell: &Cell| {
            if store.contains(cell.stage, &cell.key) {
                return Reason::Cached;
            }
            match remembered.get(&format!("{}/{}", cell.stage, cell.name)) {
                None => Reason::New,
                Some(before) if *before == cell.key => Reason::Missing,
                Some(before) => Reason::Changed {
                    changes: match store.recipe(cell.stage, before) {
                        Some(before) => differences(&before, &parsed(&cell.recipe)),
                        // The run that was to make the earlier result was interrupted.
                        None => vec!["other settings than in the last run".to_owned()],
                    },
                },
            }
        };
        self.cells.iter().map(reason).collect()
    }
}

/// A recipe as JSON. It is null if the text is none, which cannot be for recipes of a plan.
fn parsed(recipe: &str) -> Value {
    serde_json::from_str(recipe).unwrap_or_default()
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cached => f.write_str("cached"),
            Self::New => f.write_str("new"),
            Self::Missing => f.write_str("not in the store"),
            Self::Changed { changes } => f.write_str(&changes.join("; ")),
        }
    }
}

/// The fields in which two recipes differ, each as `field: old -> new`.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    compare("", &before["config"], &after["config"], &mut changes);
    if before["version"] != after["version"] {
        changes.push(format!(
            "version of the stage: {} -> {}",
            before["version"], after["version"]
        ));
    }
    for (part, word) in [("inputs", "input"), ("tables", "columns of")] {
        let (old, new) = (before[part].as_object(), after[part].as_object());
        for (field, value) in new.into_iter().flatten() {
            if old.and_then(|old| old.get(field)) != Some(value) {
                changes.push(format!("{word} {field}"));
            }
        }
    }
    changes
}

fn compare(path: &str, before: &Value, after: &Value, changes: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let join = |key: &str| {
                if path.is_empty() {
                    key.to_owned()
                } else {
                    format!("{path}.{key}")
                }
            };
            for (key, value) in new {
                compare(
                    &join(key),
                    old.get(key).unwrap_or(&Value::Null),
                    value,
                    changes,
                );
            }
            for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
                compare(&join(key), value, &Value::Null, changes);
            }
        }
        _ if before != after => {
            let (old, new) = (before.to_string(), after.to_string());
            let long = old.len().max(new.len()) > 60;
            changes.push(if long {
                format!("{path} changed")
            } else {
                format!("{path}: {old} -> {new}")
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::inputs::inputs;
    use super::super::output::outputs;
    use super::super::rows::Kept;
    use super::*;
    use crate::training::ActivityRow;

    #[derive(Serialize)]
    pub(crate) struct Add {
        a: i32,
        nested: Option<Value>,
    }

    outputs! {
        /// Nothing of interest.
        pub(crate) struct Nothing {
            /// No rows.
            rows: Kept<ActivityRow>,
        }
    }

    inputs! {
        /// Other sums.
        pub(crate) struct Summands {
            /// One more.
            summand: Option<Handle<Add>>,
        }
    }

    impl Listed for Add {}

    impl Stage for Add {
        const NAME: &'static str = "add";
        const VERSION: u32 = 1;
        type Inputs = Summands;
        type Output = Nothing;

        fn run(&self, _: &Loaded<'_, Summands>, _: &Context<'_>) -> Result<Nothing, StageError> {
            Ok(Nothing::default())
        }
    }

    fn plan(a: i32) -> Plan {
        let mut plan = Plan::default();
        let none = Summands { summand: None };
        let first = plan.add("first", Add { a, nested: None }, none.clone());
        plan.add(
            "second",
            Add {
                a: 0,
                nested: Some(json!({"b": {"c": 1}})),
            },
            Summands {
                summand: Some(first),
            },
        );
        plan.add("apart", Add { a: 0, nested: None }, none);
        plan
    }

    #[test]
    fn a_key_changes_with_its_config_and_its_inputs_only() {
        let (one, two) = (plan(1), plan(2));
        let keys = |p: &Plan| p.cells().iter().map(|c| c.key.clone()).collect::<Vec<_>>();
        assert_eq!(keys(&one), keys(&plan(1)));
        assert_ne!(one.cells()[0].key, two.cells()[0].key);
        assert_ne!(one.cells()[1].key, two.cells()[1].key);
        assert_eq!(one.cells()[2].key, two.cells()[2].key);
    }

    #[test]
    fn reasons_name_the_field() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let before = plan(1);
        assert!(
            before
                .reasons(&store, &BTreeMap::new())
                .iter()
                .all(|r| *r == Reason::New)
        );
        for cell in before.cells() {
            store
                .publish(cell.stage, &cell.key, &Artifact::default(), &cell.recipe)
                .unwrap();
        }
        let reasons = plan(2).reasons(&store, &before.keys());
        assert_eq!(reasons[0].to_string(), "a: 1 -> 2");
        assert_eq!(reasons[1].to_string(), "input summand");
        assert_eq!(reasons[2], Reason::Cached);
        assert_eq!(
            differences(
                &json!({"config": {"b": {"c": 1}}}),
                &json!({"config": {"b": {"c": 2}}})
            ),
            ["b.c: 1 -> 2"]
        );
    }
}
