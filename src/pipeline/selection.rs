//! Which cells of a plan a process computes: all of them, those of some stages, its share among
//! several processes, or those that are named.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::costs::likeness;
use super::inputs::CellId;
use super::plan::{Cell, Plan};
use super::store::Store;
use crate::text::{Hinted, suggest};

/// What a run is limited to. Without limits it computes all cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The last stage to run. All stages run if it is `None`.
    pub until: Option<String>,
    /// The only stage to run. The results that it reads must be in the store.
    pub only: Option<String>,
    /// The cells among those of these stages.
    pub part: Part,
}

/// Which cells of a plan one process among several computes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    #[default]
    Whole,
    /// A fair share, and what it needs.
    ///
    /// Cells that are alike but for their seed or the number of their null are dealt to the shards
    /// one after the other, so that every shard gets equal work. A cell that joins several results
    /// of one stage, such as a comparison with nulls, is computed only if what it joins is there
    /// when its stage comes: the other shards may still be busy with it.
    Shard {
        /// Number of the share, from 1.
        index: usize,
        /// Number of shares.
        of: usize,
    },
    /// The cells with these keys, and what they need.
    Cells(HashSet<String>),
}

/// The name of a stage that a plan does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown stage `{stage}`")]
pub struct UnknownStage {
    stage: String,
    known: Vec<&'static str>,
}

impl Hinted for UnknownStage {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let near = suggest::did_you_mean(&self.stage, self.known.iter().copied());
        Some(
            near.unwrap_or_else(|| format!("one of {}", self.known.join(", ")))
                .into(),
        )
    }
}

impl Extent {
    /// Checks that the plan has the stages that are named.
    ///
    /// # Errors
    /// [`UnknownStage`] for the first that it does not have.
    pub fn check(&self, plan: &Plan) -> Result<(), UnknownStage> {
        let known = plan.stages();
        let is_unknown = |stage: &&String| !known.contains(&stage.as_str());
        let named = [&self.until, &self.only].into_iter().flatten();
        match named.into_iter().find(is_unknown) {
            None => Ok(()),
            Some(stage) => Err(UnknownStage {
                stage: stage.clone(),
                known,
            }),
        }
    }

    /// True if the cells of `stage` may be computed. `stages` are those of the plan, in order.
    #[must_use]
    pub fn covers(&self, stages: &[&str], stage: &str) -> bool {
        let at = |name: &str| stages.iter().position(|s| *s == name);
        self.only.as_deref().is_none_or(|only| only == stage)
            && self
                .until
                .as_deref()
                .is_none_or(|until| at(stage) <= at(until))
    }
}

/// The cells that a process is to compute if they are missing.
#[derive(Debug)]
pub(super) struct Chosen {
    /// For each cell of the plan, why it is computed, if it is.
    cells: Vec<Option<Demand>>,
    /// For each cell of the plan, the position of the cell that stands for it.
    pub(super) stands_for: Vec<usize>,
}

/// On which condition a cell is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    /// What it reads is computed first.
    WithInputs,
    /// It is an error if something that it reads is missing.
    Alone,
    /// It is left alone if something that it reads is missing.
    IfReady,
}

impl Chosen {
    /// Chooses the cells that `extent` asks for. Of cells with equal recipes, such as a topology
    /// that is named twice, the first stands for all.
    pub(super) fn new(plan: &Plan, extent: &Extent) -> Self {
        let stages = plan.stages();
        let stands_for = plan.firsts();
        let covers =
            |(at, cell): (usize, &Cell)| stands_for[at] == at && extent.covers(&stages, cell.stage);
        let covered: Vec<bool> = plan.cells().iter().enumerate().map(covers).collect();
        let whole = if extent.only.is_some() {
            Demand::Alone
        } else {
            Demand::WithInputs
        };
        let demands: Vec<Option<Demand>> = match &extent.part {
            Part::Whole => vec![Some(whole); covered.len()],
            Part::Cells(keys) => {
                let named = |cell: &Cell| keys.contains(&cell.key).then_some(whole);
                plan.cells().iter().map(named).collect()
            }
            Part::Shard { index, of } => {
                let joins = joining(plan, &stands_for);
                let demand = |(cell, dealt): (usize, usize)| {
                    let demand = if joins[cell] { Demand::IfReady } else { whole };
                    (dealt % of + 1 == *index).then_some(demand)
                };
                dealt(plan, &covered)
                    .into_iter()
                    .enumerate()
                    .map(demand)
                    .collect()
            }
        };
        let cells = demands.into_iter().zip(covered);
        Self {
            cells: cells
                .map(|(demand, covered)| demand.filter(|_| covered))
                .collect(),
            stands_for,
        }
    }

    /// The cells that have to be computed, given those that are in the store: the missing ones
    /// among the chosen, and the missing ones that these need.
    pub(super) fn missing(&self, plan: &Plan, present: &[bool]) -> Vec<bool> {
        let mut missing: Vec<bool> = self
            .cells
            .iter()
            .zip(present)
            .map(|(demand, present)| demand.is_some() && !present)
            .collect();
        // Every cell comes after the cells that it reads.
        for at in (0..missing.len()).rev() {
            // Without a demand of its own, it is what another one needs.
            if missing[at] && matches!(self.cells[at], None | Some(Demand::WithInputs)) {
                for &CellId(input) in &plan.cells()[at].inputs {
                    let input = self.stands_for[input];
                    missing[input] |= !present[input];
                }
            }
        }
        missing
    }

    /// False if a cell is to be left alone because something that it reads is not in the store.
    pub(super) fn is_ready(&self, plan: &Plan, store: &Store, at: CellId) -> bool {
        self.cells[at.0] != Some(Demand::IfReady)
            || plan.cell(at).inputs.iter().all(|&input| {
                let input = plan.cell(input);
                store.contains(input.stage, &input.key)
            })
    }
}

/// For each cell, its number when the cells are dealt one after the other, alike next to alike.
fn dealt(plan: &Plan, covered: &[bool]) -> Vec<usize> {
    let mut order: Vec<(&str, String, &str, usize)> = plan
        .cells()
        .iter()
        .enumerate()
        .filter(|(at, _)| covered[*at])
        .map(|(at, cell)| (cell.stage, likeness(&cell.name), cell.key.as_str(), at))
        .collect();
    order.sort();
    let mut dealt = vec![0; covered.len()];
    for (number, (.., at)) in order.into_iter().enumerate() {
        dealt[at] = number;
    }
    dealt
}

/// For each cell, whether it reads several results of one stage, by itself or through others.
fn joining(plan: &Plan, stands_for: &[usize]) -> Vec<bool> {
    // The one cell of each stage that a cell depends on. It is `None` for cells that join several.
    let mut single: Vec<Option<BTreeMap<&str, usize>>> = Vec::new();
    for cell in plan.cells() {
        let mut own = Some(BTreeMap::new());
        for &CellId(input) in &cell.inputs {
            let input = stands_for[input];
            let stage = plan.cells()[input].stage;
            own = own
                .zip(single[input].as_ref())
                .and_then(|(own, through)| union(own, through, (stage, input)));
        }
        single.push(own);
    }
    single.iter().map(Option::is_none).collect()
}

/// Both maps and one more entry as one map. It is `None` if they have different values of one key.
fn union<'a>(
    mut own: BTreeMap<&'a str, usize>,
    others: &BTreeMap<&'a str, usize>,
    one: (&'a str, usize),
) -> Option<BTreeMap<&'a str, usize>> {
    let mut entries = others
        .iter()
        .map(|(&key, &value)| (key, value))
        .chain([one]);
    entries
        .all(|(key, value)| *own.entry(key).or_insert(value) == value)
        .then_some(own)
}
