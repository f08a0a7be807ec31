//! From a spec to the plan of its cells.

use std::path::Path;

use super::plan::{CellId, Plan};
use super::spec::{FileSpec, Spec};
use super::species::replicates;
use super::stages::connectome::{ReadConnectome, Source, fingerprint};
use super::stages::contrasts::{Comparison, Contrast};
use super::stages::homeostatic::{FULLY_CONNECTED, Form, TrainHomeostatic};
use super::stages::latent::EstimateDimension;
use super::stages::motifs::CountMotifs;
use super::stages::probe::ProbeLearningRate;
use super::stages::species::GenerateSpeciesLike;
use super::stages::topology::{Kind, MakeTopology, Matched};
use super::stages::train::{Arm, PERCEPTRON, TrainNetwork};
use crate::connectome::SignModel;
use crate::network::instruction_set;
use crate::source::bundled;
use crate::task::{TaskConfig, TaskError};
use crate::topology::Family;
use crate::training::TrainingConfig;

/// A pipeline that cannot be laid out, since a user's file does not give what it should.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A table of a connectome cannot be read.
    #[error("cannot read `{path}`, named by `files.{name}`: {source}\n  hint: paths are relative to the pipeline's file", path = path.display())]
    File {
        /// Name of the connectome.
        name: String,
        /// The path.
        path: std::path::PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The table of a time series cannot be used.
    #[error("`tasks[{index}]`, called `{name}`: {source}")]
    Task {
        /// Place of the task, from 0.
        index: usize,
        /// Its name.
        name: String,
        /// Cause.
        source: TaskError,
    },
}

/// A wiring to be trained, or the perceptron.
struct Trained {
    name: String,
    family: Family,
    species: String,
    cell: Option<CellId>,
    parent: Option<String>,
    arm: Arm,
    training: TrainingConfig,
}

/// Lays out every cell of a pipeline.
///
/// # Errors
/// [`BuildError`] if a user's table cannot be read; its content is part of the key.
pub fn build(spec: &Spec) -> Result<Plan, BuildError> {
    let mut plan = Plan::default();
    let mut connectomes = Vec::new();
    for name in &spec.connectomes {
        let source = match spec.files.get(name) {
            Some(file) => file_source(name, file)?,
            None => Source::Bundled { snapshot: bundled::fingerprint() },
        };
        let stage = ReadConnectome { connectome: name.clone(), source };
        connectomes.push((name.clone(), plan.add(name, stage, vec![])));
    }
    motif_cells(spec, &mut plan, &connectomes);
    let trained = topology_cells(spec, &mut plan, &connectomes);
    let tasks = resolved_tasks(spec)?;
    homeostatic_cells(spec, &tasks, &mut plan, &trained);
    learning_cells(spec, &tasks, &mut plan, &trained);
    Ok(plan)
}

/// The tasks with what only their files tell.
fn resolved_tasks(spec: &Spec) -> Result<Vec<TaskConfig>, BuildError> {
    let resolve = |(index, task): (usize, &TaskConfig)| {
        task.resolved().map_err(|source| BuildError::Task { index, name: task.name.clone(), source })
    };
    spec.tasks.iter().enumerate().map(resolve).collect()
}

fn file_source(name: &str, file: &FileSpec) -> Result<Source, BuildError> {
    let content = |path: &Path| {
        let missing = |source| BuildError::File { name: name.to_owned(), path: path.to_owned(), source };
        fingerprint(path).map_err(missing)
    };
    Ok(Source::File {
        content: [Some(&file.edges), file.neurons.as_ref()]
            .into_iter()
            .flatten()
            .map(|p| content(p))
            .collect::<Result<_, _>>()?,
        edges: file.edges.clone(),
        neurons: file.neurons.clone(),
        unit: file.unit.clone(),
        species: file.species.clone(),
        snapshot: bundled::fingerprint(),
    })
}

/// The sign model a user's connectome asks for, and whether its own signs come before the pipeline's model.
fn own_signs(spec: &Spec, name: &str) -> (Option<SignModel>, bool) {
    let file = spec.files.get(name);
    let fixed = file.and_then(|f| f.sign_model);
    (fixed, file.is_some() && fixed.is_none())
}

fn motif_cells(spec: &Spec, plan: &mut Plan, connectomes: &[(String, CellId)]) {
    let motifs = &spec.motifs;
    for (name, connectome) in connectomes {
        let (fixed, own_signs) = own_signs(spec, name);
        let mut models = fixed.map_or_else(|| motifs.sign_models.clone(), |model| vec![model]);
        // With signs of its own all models would be one.
        models.truncate(if own_signs { 1 } else { models.len() });
        for sign_model in models {
            let stage = CountMotifs { sign_model, own_signs, counting: motifs.counting(spec.seed) };
            plan.add(format!("{name}/{sign_model}"), stage, vec![*connectome]);
        }
    }
}

/// What topologies are made of: a connectome, a part of one, or a generated one.
struct Origin {
    /// Name of the topology itself, without nulls and controls.
    name: String,
    cell: CellId,
    /// As it is made of `cell`, under its own name; nulls and controls change name and kind.
    stage: MakeTopology,
    /// Of what it is a part.
    whole: Option<String>,
}

/// Observed connectomes, as they are or parts of matched size.
fn observed_origins(spec: &Spec, connectomes: &[(String, CellId)]) -> Vec<Origin> {
    let topologies = &spec.topologies;
    let mut origins = Vec::new();
    for (whole, cell) in connectomes {
        let (fixed, own_signs) = own_signs(spec, whole);
        let species = match spec.files.get(whole) {
            Some(file) if file.species.is_empty() => "unknown".to_owned(),
            Some(file) => file.species.clone(),
            None => "Caenorhabditis elegans".to_owned(),
        };
        let names: Vec<String> = match topologies.matched_neurons {
            Some(n) => replicates(&format!("{whole}.n{n}"), topologies.matched_replicates).collect(),
            None => vec![whole.clone()],
        };
        for name in names {
            let matched = |neurons| Matched { name: name.clone(), neurons, seed: spec.seed };
            let stage = MakeTopology {
                topology: name.clone(),
                species: species.clone(),
                sign_model: fixed.unwrap_or(topologies.sign_model),
                own_signs,
                matched: topologies.matched_neurons.map(matched),
                assumed: None,
                kind: Kind::Observed,
            };
            origins.push(Origin { name, cell: *cell, whole: stage.matched.as_ref().map(|_| whole.clone()), stage });
        }
    }
    origins
}

/// Species-like topologies, and the cells that generate them.
fn species_origins(spec: &Spec, plan: &mut Plan) -> Vec<Origin> {
    let mut origins = Vec::new();
    for species in &spec.topologies.species {
        for name in species.names() {
            let (model, seed) = (species.model, spec.seed);
            let cell = plan.add(&name, GenerateSpeciesLike { topology: name.clone(), model, seed }, vec![]);
            let stage = MakeTopology {
                topology: name.clone(),
                species: model.preset.to_string(),
                sign_model: SignModel::File,
                own_signs: true,
                matched: None,
                assumed: model.signs().ok(),
                kind: Kind::SpeciesLike { seed },
            };
            origins.push(Origin { name, cell, stage, whole: None });
        }
    }
    origins
}

fn topology_cells(spec: &Spec, plan: &mut Plan, connectomes: &[(String, CellId)]) -> Vec<Trained> {
    let topologies = &spec.topologies;
    let mut trained = Vec::new();
    // Stages run in the order of their first cells: what generates comes before what is generated.
    let generated = species_origins(spec, plan);
    let mut add = |plan: &mut Plan, name: String, of: &Origin, kind: Kind, family: Family| {
        let stage = MakeTopology { topology: name.clone(), kind, ..of.stage.clone() };
        let cell = plan.add(&name, stage, vec![of.cell]);
        trained.push(Trained {
            name,
            family,
            species: of.stage.species.clone(),
            cell: Some(cell),
            parent: if family.has_nulls() { of.whole.clone() } else { Some(of.name.clone()) },
            arm: Arm::Engram { network: spec.network.clone() },
            training: if family == Family::Control { &spec.training.dense } else { &spec.training.engram }.clone(),
        });
    };
    let observed = observed_origins(spec, connectomes);
    let whole = |of: &Origin| of.whole.as_ref().unwrap_or(&of.name).clone();
    let wanted = topologies.connectomes.as_ref().unwrap_or(&spec.connectomes);
    for of in observed.iter().filter(|of| wanted.contains(&whole(of))).chain(&generated) {
        let kind = of.stage.kind.clone();
        let family = if matches!(kind, Kind::Observed) { Family::Observed } else { Family::SpeciesLike };
        add(plan, of.name.clone(), of, kind, family);
        for index in 1..=topologies.nulls {
            let kind = Kind::Null {
                null_model: topologies.null_model,
                swaps_per_edge: topologies.swaps_per_edge,
                seed: spec.seed,
            };
            add(plan, format!("{}.null{index}", of.name), of, kind, Family::Null);
        }
    }
    for of in observed.iter().filter(|of| topologies.dense.contains(&whole(of))) {
        add(plan, format!("{}.dense", of.name), of, Kind::Dense, Family::Control);
    }
    if let Some(hidden) = topologies.perceptron {
        trained.push(Trained {
            name: PERCEPTRON.to_owned(),
            family: Family::Control,
            species: "none".to_owned(),
            cell: None,
            parent: None,
            arm: Arm::Perceptron { hidden },
            training: spec.training.perceptron.clone(),
        });
    }
    trained
}

fn learning_cells(spec: &Spec, tasks: &[TaskConfig], plan: &mut Plan, trained: &[Trained]) {
    let mut runs: Vec<Vec<Vec<CellId>>> = Vec::new();
    for task in tasks {
        runs.push(trained.iter().map(|t| training_cells(spec, plan, task, t)).collect());
    }
    for (task, runs) in tasks.iter().zip(&runs) {
        for (topology, runs) in trained.iter().zip(runs) {
            let stage = EstimateDimension {
                topology: topology.name.clone(),
                family: topology.family.as_str().to_owned(),
                species: topology.species.clone(),
                task: task.name.clone(),
                // The table has whole numbers only: of a strange attractor none.
                true_dimension: task.true_dimension().filter(|m| m.fract() == 0.0).map(|m| m as u32),
                ambient_dimension: task.shape().map_or(0, |shape| shape.values() as u32),
                estimators: spec.latent.estimators.clone(),
                seed: spec.seed,
            };
            plan.add(format!("{}/{}", task.name, topology.name), stage, runs.clone());
        }
    }
    let mut inputs = Vec::new();
    let mut comparisons = Vec::new();
    let mut take = |cells: &[CellId]| {
        inputs.extend_from_slice(cells);
        (inputs.len() - cells.len(), inputs.len())
    };
    for (task, runs) in tasks.iter().zip(&runs) {
        for (index, topology) in trained.iter().enumerate().filter(|(_, t)| t.family.has_nulls()) {
            let is_null = |t: &Trained| t.family == Family::Null && t.parent.as_deref() == Some(&topology.name);
            let nulls: Vec<usize> = (0..trained.len()).filter(|&i| is_null(&trained[i])).collect();
            if !nulls.is_empty() {
                comparisons.push(Comparison {
                    topology: topology.name.clone(),
                    baseline: format!("null:{}", spec.topologies.null_model),
                    task: task.name.clone(),
                    runs: take(&runs[index]),
                    baselines: nulls.iter().map(|&i| take(&runs[i])).collect(),
                });
            }
        }
    }
    if !comparisons.is_empty() {
        plan.add("all", Contrast { comparisons, seed: spec.seed }, inputs);
    }
}

/// The homeostatic rule learns tasks of bits, over every topology and fully connected.
fn homeostatic_cells(spec: &Spec, tasks: &[TaskConfig], plan: &mut Plan, trained: &[Trained]) {
    let Some(training) = &spec.training.homeostatic else { return };
    let wirings = trained.iter().filter_map(|t| Some((t.name.as_str(), Some(t.cell?))));
    let networks: Vec<_> = wirings.chain([(FULLY_CONNECTED, None)]).collect();
    for task in tasks.iter().filter(|task| task.bits().is_some()) {
        for &(name, cell) in &networks {
            for seed in 1..=spec.training.seeds {
                let stage = TrainHomeostatic {
                    form: cell.map_or(Form::FullyConnected, |_| Form::Wiring {
                        unsigned: spec.network.unsigned,
                        input: spec.network.input.clone(),
                        output: spec.network.output.clone(),
                    }),
                    task: task.clone(),
                    training: training.clone(),
                    seed,
                    pipeline_seed: spec.seed,
                };
                plan.add(format!("{}/{name}/seed{seed}", task.name), stage, cell.into_iter().collect());
            }
        }
    }
}

fn training_cells(spec: &Spec, plan: &mut Plan, task: &TaskConfig, trained: &Trained) -> Vec<CellId> {
    let widths = [None].into_iter().chain(spec.training.bottlenecks.iter().copied().map(Some));
    let mut inputs: Vec<CellId> = trained.cell.into_iter().collect();
    if !trained.training.probe.is_empty() {
        let probe = ProbeLearningRate {
            arm: trained.arm.clone(),
            task: task.clone(),
            training: trained.training.clone(),
            pipeline_seed: spec.seed,
            instruction_set: instruction_set(),
        };
        inputs.push(plan.add(format!("{}/{}", task.name, trained.name), probe, inputs.clone()));
    }
    // A control has no motifs of its own.
    let tested = trained.family != Family::Control;
    let mut cells = Vec::new();
    for bottleneck in widths {
        for seed in 1..=spec.training.seeds {
            let stage = TrainNetwork {
                arm: trained.arm.clone(),
                bottleneck,
                task: task.clone(),
                training: trained.training.clone(),
                seed,
                pipeline_seed: spec.seed,
                motif_function: spec.training.motif_function.clone().filter(|_| tested && bottleneck.is_none()),
                instruction_set: instruction_set(),
            };
            let width = bottleneck.map_or("none".to_owned(), |k| format!("k{k}"));
            let name = format!("{}/{}/{width}/seed{seed}", task.name, trained.name);
            cells.push(plan.add(name, stage, inputs.clone()));
        }
    }
    cells
}
