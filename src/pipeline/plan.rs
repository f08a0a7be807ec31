//! The plan: every cell a pipeline needs, its key, and why it would run.
//!
//! A cell's key is the blake3 hash of its recipe: stage, version, config, and the keys of its
//! inputs. All keys are therefore known before anything runs, and a changed field changes the keys
//! of exactly the cells that depend on it.

use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::artifact::Artifact;
use super::inputs::{CellId, Handle, Inputs, Loaded};
use super::output::{Output, TableDeclaration, gathered_rows};
use super::shared::Shared;
use super::stage::{Context, Listed, Stage, StageError};
use super::store::{Store, StoreError};
use crate::table::Table;

type Run = Box<dyn Fn(&Store, &Shared, &Context<'_>) -> Result<Artifact, StageError> + Send + Sync>;

/// One unit of work, caching and resuming.
pub struct Cell {
    /// Name of its stage.
    pub stage: &'static str,
    /// Name within the stage, for people.
    pub name: String,
    /// Content key: the hash of the recipe.
    pub key: String,
    /// Stage, version, config, and the keys of the inputs by the names of their fields.
    pub recipe: Value,
    /// The cells it reads.
    pub inputs: Vec<CellId>,
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
    /// As the stage.
    pub(super) fn compute(
        &self,
        store: &Store,
        shared: &Shared,
        context: &Context<'_>,
    ) -> Result<Artifact, StageError> {
        (self.run)(store, shared, context)
    }

    /// The tables that its stage may make.
    #[must_use]
    pub fn tables(&self) -> Vec<TableDeclaration> {
        (self.tables)()
    }
}

/// All cells, inputs before what reads them.
#[derive(Debug, Default)]
pub struct Plan {
    cells: Vec<Cell>,
}

/// Why a cell would run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// It is in the store.
    Cached,
    /// It never ran in this pipeline.
    New,
    /// It ran before, but with other settings or inputs.
    Changed {
        /// What changed: `field: old -> new`, or the input that did.
        changes: Vec<String>,
    },
    /// Nothing changed, but its result is no longer in the store (or the run that was to make it
    /// was interrupted).
    Missing,
}

impl Plan {
    /// Adds a cell that runs `stage` on `inputs`, and returns its handle.
    ///
    /// The content key is the hash of stage, version, config, and the keys of the inputs under the
    /// names of their fields. A list of inputs has the order it is given in.
    ///
    /// # Panics
    /// If a config is not JSON: a bug of the program.
    pub fn add<S: Stage + Listed>(
        &mut self,
        name: impl Into<String>,
        stage: S,
        inputs: S::Inputs,
    ) -> Handle<S> {
        let mut cells = Vec::new();
        let keys = inputs.record(&mut cells);
        let config = serde_json::to_value(&stage).expect("a stage's config is plain data");
        let recipe =
            json!({"stage": S::NAME, "version": S::VERSION, "config": config, "inputs": keys});
        // serde_json keeps object keys sorted (its feature `preserve_order` must stay off): equal
        // values give equal text.
        let key = blake3::hash(recipe.to_string().as_bytes()).to_hex()[..32].to_owned();
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
            tables: S::Output::tables,
            run,
        });
        handle
    }

    /// A cell.
    #[must_use]
    pub fn cell(&self, id: CellId) -> &Cell {
        &self.cells[id.0]
    }

    /// All cells, inputs before what reads them.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The stages, each after those it reads, otherwise in order of first use.
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
            // Stages that read each other would have no order: the first of them is taken.
            let next = waiting.iter().position(is_ready).unwrap_or(0);
            stages.push(waiting.remove(next));
        }
        stages
    }

    /// The cells of a stage.
    pub fn of_stage<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a Cell> {
        self.cells.iter().filter(move |c| c.stage == stage)
    }

    /// The tables that the stages of the plan declare for reports, each once, in the order of the
    /// stages, with the cells that may hold them.
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

    /// The rows of a reported table that are in `store` already, sorted, each once.
    ///
    /// # Errors
    /// [`StoreError`] if an artifact is damaged.
    pub fn rows<T: Table>(&self, store: &Store) -> Result<Vec<T>, StoreError> {
        let mut holding = Vec::new();
        for (table, cells) in self.reported() {
            if table.schema.table == T::NAME {
                holding.extend(
                    cells
                        .into_iter()
                        .filter(|cell| store.holds(cell.stage, &cell.key, T::NAME)),
                );
            }
        }
        let keys: Vec<_> = holding.iter().map(|c| (c.stage, c.key.as_str())).collect();
        gathered_rows(store, &keys)
    }

    /// Recipes by cell name, to be remembered for the next plan.
    #[must_use]
    pub fn recipes(&self) -> Map<String, Value> {
        self.cells
            .iter()
            .map(|c| (format!("{}/{}", c.stage, c.name), c.recipe.clone()))
            .collect()
    }

    /// Why each cell would run, given what is in `store` and what the pipeline was last run with.
    #[must_use]
    pub fn reasons(&self, store: &Store, remembered: &Map<String, Value>) -> Vec<Reason> {
        self.cells
            .iter()
            .map(|cell| {
                if store.contains(cell.stage, &cell.key) {
                    return Reason::Cached;
                }
                match remembered.get(&format!("{}/{}", cell.stage, cell.name)) {
                    None => Reason::New,
                    Some(before) => {
                        let changes = differences(before, &cell.recipe);
                        if changes.is_empty() {
                            Reason::Missing
                        } else {
                            Reason::Changed { changes }
                        }
                    }
                }
            })
            .collect()
    }
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

/// The fields in which two recipes differ, as `field: old -> new`.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    compare("", &before["config"], &after["config"], &mut changes);
    if before["version"] != after["version"] {
        changes.push(format!(
            "version of the stage: {} -> {}",
            before["version"], after["version"]
        ));
    }
    let (old, new) = (before["inputs"].as_object(), after["inputs"].as_object());
    for (field, input) in new.into_iter().flatten() {
        if old.and_then(|old| old.get(field)) != Some(input) {
            changes.push(format!("input {field}"));
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
                .reasons(&store, &Map::new())
                .iter()
                .all(|r| *r == Reason::New)
        );
        for cell in before.cells() {
            store
                .publish(cell.stage, &cell.key, &Artifact::default(), &cell.recipe)
                .unwrap();
        }
        let reasons = plan(2).reasons(&store, &before.recipes());
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
