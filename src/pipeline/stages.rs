//! The list of all stages, and how the plan of a pipeline is built from them.
//!
//! Every stage is a file in `stages`. A new stage is named here in three places: as a module, in
//! the list of all stages (without which it cannot be added to a plan), and in the function that
//! lays out its cells. Read [`build`] first.

mod carried;
mod carried_gaps;
mod circuit_prior;
mod connectome;
mod contrasts;
mod exercise;
mod fingerprints;
mod gradients;
mod hidden;
mod homeostatic;
mod inference;
mod latent;
mod measures;
mod motif_weights;
mod motifs;
mod paths;
mod range;
mod relations;
mod reservoir;
mod self_optimisation;
mod signs;
mod sparse;
mod species;
mod spiking;
mod topology;
mod topology_motifs;
mod train;
mod used;
mod wiring_dimension;

use std::borrow::Cow;
use std::path::Path;

use self::carried::{CarriedInputs, ReadCarriedDimension};
use self::carried_gaps::{CompareWithTraining, GapInputs, TrainedPair};
use self::circuit_prior::TrainCircuitPrior;
use self::connectome::{ReadConnectome, Source, UserTables};
use self::contrasts::{CompareWithNulls, Comparison, ContrastInputs};
use self::exercise::Arm;
use self::fingerprints::{FingerprintInputs, FingerprintRoles};
use self::gradients::{LatentGradientInputs, ReadLatents};
use self::homeostatic::{Form, HomeostaticInputs, TrainHomeostatic};
use self::inference::{InferNetwork, InferenceInputs};
use self::latent::{EstimateDimension, LatentInputs};
use self::motif_weights::{WeighMotifs, WeightInputs};
use self::motifs::{CountMotifs, MotifInputs};
use self::paths::{FindPaths, PathInputs};
use self::range::CheckRanges;
use self::relations::{FEWEST_WIRINGS, Relate, RelationInputs, STRUCTURE, WiringInputs};
use self::reservoir::{ProfileReservoir, ReservoirInputs};
use self::self_optimisation::{SelfOptimisationInputs, SelfOptimise};
use self::signs::SignsOf;
use self::sparse::{ReadSparseBottleneck, SparseInputs};
use self::species::GenerateSpeciesLike;
use self::spiking::SimulateSpikes;
use self::topology::{AssumedSigns, Kind, MakeTopology, Matched, TopologyInputs};
use self::topology_motifs::{CountTopologyMotifs, TopologyMotifInputs};
use self::train::{TrainNetwork, TrainingInputs};
use self::used::{LineariseNetwork, LinearisedInputs, ReadUsedDimension, UsedInputs};
use self::wiring_dimension::{
    CapacityInputs, CapacityNullInputs, CompareCapacity, MeasureCapacity,
};
use super::inputs::{CellId, Handle};
use super::output::{Output, TableDeclaration};
use super::plan::Plan;
use super::spec::{NullTraining, SourceSpec, SparseSurface, Spec, replicates};
use super::stage::{Listed, Stage};
use crate::connectome::{InhibitoryFraction, SignModel};
use crate::motif::survey::Survey;
use crate::network::{BottleneckKind, NetworkConfig, TopK};
use crate::source::{bundled, fingerprint};
use crate::spiking::Circuit;
use crate::task::{CheckedTask, TaskError};
use crate::text::Hinted;
use crate::topology::Family;
use crate::training::homeostatic::FULLY_CONNECTED;
use crate::training::{PERCEPTRON, RunKeys, TrainingConfig};

pub use self::inference::InferenceRow;
pub(super) use self::inference::NeuronRatesRow;

macro_rules! stages {
    ($($stage:ty),+ $(,)?) => {
        $( impl Listed for $stage {} )+

        /// The tables of all stages, one stage after the other.
        fn declared() -> Vec<TableDeclaration> {
            [$( <$stage as Stage>::Output::tables() ),+].concat()
        }

        /// The names of all stages in the order of the flow, as `--until` and `--only` take them,
        /// each with its tables.
        #[must_use]
        pub fn stages() -> Vec<(&'static str, Vec<TableDeclaration>)> {
            vec![$( (<$stage as Stage>::NAME, <$stage as Stage>::Output::tables()) ),+]
        }

        /// The tables of all stages in the order of the flow, both reported ones and those kept in
        /// the store. A table that several stages make comes once.
        #[must_use]
        pub fn tables() -> Vec<TableDeclaration> {
            let mut all: Vec<TableDeclaration> = Vec::new();
            for table in declared() {
                if all.iter().all(|other| other.schema.table != table.schema.table) {
                    all.push(table);
                }
            }
            all
        }
    };
}

stages!(
    ReadConnectome,
    CountMotifs,
    SimulateSpikes,
    WeighMotifs,
    FingerprintRoles,
    FindPaths,
    GenerateSpeciesLike,
    MakeTopology,
    CountTopologyMotifs,
    MeasureCapacity,
    CompareCapacity,
    ProfileReservoir,
    SelfOptimise,
    TrainCircuitPrior,
    TrainHomeostatic,
    CheckRanges,
    TrainNetwork,
    EstimateDimension,
    ReadSparseBottleneck,
    ReadCarriedDimension,
    CompareWithTraining,
    LineariseNetwork,
    ReadUsedDimension,
    ReadLatents,
    CompareWithNulls,
    Relate,
    InferNetwork,
);

/// Why a pipeline could not be laid out: a file or a source that it names cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A table of a connectome cannot be read.
    #[error("cannot read `{path}`, named by `sources.{name}`: {source}", path = path.display())]
    File {
        /// Name of the connectome in the pipeline.
        name: String,
        /// Path of the table.
        path: std::path::PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A source on a Hub has not been fetched yet.
    #[error("`sources.{name}` has not been fetched")]
    NotFetched {
        /// Name of the source in the pipeline.
        name: String,
    },
    /// The table of a time series cannot be used as a task.
    #[error("`tasks[{index}]`, called `{name}`: {source}")]
    Task {
        /// Position of the task in the pipeline, from 0.
        index: usize,
        /// Name of the task in the pipeline.
        name: String,
        /// What is wrong with the table.
        source: Box<TaskError>,
    },
}

impl Hinted for BuildError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::File { .. } => Some("paths are relative to the pipeline's file".into()),
            Self::NotFetched { .. } => Some("`engraph fetch PIPELINE`".into()),
            Self::Task { source, .. } => source.hint(),
        }
    }
}

/// A topology to be trained, or the perceptron.
#[derive(Clone)]
struct Trained {
    name: String,
    family: Family,
    species: String,
    /// The cell that makes the wiring. The perceptron has none.
    wiring: Option<Handle<MakeTopology>>,
    /// The cell that counts the motifs of the wiring. Controls have none.
    motifs: Option<Handle<CountTopologyMotifs>>,
    /// The cell that measures the dimensions that the wiring offers, if the pipeline asks for it.
    capacity: Option<Handle<MeasureCapacity>>,
    parent: Option<String>,
    /// Number of the null among the nulls of its parent, from 1. It is `None` for other topologies.
    null: Option<u32>,
    arm: Arm,
    training: TrainingConfig,
}

impl Trained {
    /// True if the units of its bottlenecks are read: those of nulls would be too many.
    fn is_read(&self) -> bool {
        self.family != Family::Null
    }
}

/// Builds the plan of a pipeline, with every cell that the pipeline needs.
///
/// # Errors
/// [`BuildError`] if a user's table cannot be read. Its content is needed already here, as part of
/// the keys.
pub fn build(spec: &Spec) -> Result<Plan, BuildError> {
    let mut plan = Plan::default();
    let connectomes = connectome_cells(spec, &mut plan)?;
    motif_cells(spec, &mut plan, &connectomes);
    spiking_cells(spec, &mut plan);
    circuit_prior_cells(spec, &mut plan);
    weight_cells(spec, &mut plan, &connectomes);
    path_cells(spec, &mut plan, &connectomes);
    let (trained, structure) = topology_cells(spec, &mut plan, &connectomes);
    let tasks = resolved_tasks(spec)?;
    range_cells(spec, &tasks, &mut plan);
    homeostatic_cells(spec, &tasks, &mut plan, &trained);
    learning_cells(spec, &tasks, &mut plan, &trained, structure.as_ref());
    structure_cells(spec, &mut plan, &trained);
    Ok(plan)
}

fn connectome_cells(
    spec: &Spec,
    plan: &mut Plan,
) -> Result<Vec<(String, Handle<ReadConnectome>)>, BuildError> {
    let mut connectomes = Vec::new();
    for name in &spec.connectomes {
        let source = match spec.sources.get(name) {
            Some(file) => file_source(name, file)?,
            None => Source::Bundled {
                snapshot: bundled::fingerprint(),
            },
        };
        let stage = ReadConnectome {
            connectome: name.clone(),
            source,
        };
        connectomes.push((name.clone(), plan.add(name, stage, ())));
    }
    Ok(connectomes)
}

/// A trained network, and the sequences that it is run on.
pub(super) struct Inferred {
    /// Which network.
    pub(super) keys: RunKeys,
    /// Its parameters by group.
    pub(super) parameters: Vec<(String, Vec<f64>)>,
    /// What it has learnt.
    pub(super) task: CheckedTask,
    /// One list of values for each channel.
    pub(super) series: Vec<Vec<f64>>,
    /// The mean variance of the channels.
    pub(super) variance: f64,
    /// The first row of each sequence.
    pub(super) firsts: Vec<usize>,
    /// Keeps the rates of all neurons.
    pub(super) rates: bool,
}

/// The plan that runs a trained network of a pipeline on sequences, and the cell that does so;
/// `None` if the pipeline has no such topology.
pub(super) fn inference_plan(
    spec: &Spec,
    inferred: Inferred,
) -> Result<Option<(Plan, CellId)>, BuildError> {
    let keys = inferred.keys;
    let mut plan = Plan::default();
    let connectomes = connectome_cells(spec, &mut plan)?;
    let (trained, _) = topology_cells(spec, &mut plan, &connectomes);
    let named = |trained: &Trained| trained.name == keys.topology;
    let Some(network) = trained.into_iter().find(named) else {
        return Ok(None);
    };
    let stage = InferNetwork {
        arm: network.arm,
        bottleneck: keys.latent_units.map(|units| units as u32),
        task: inferred.task,
        seed: keys.seed as u32,
        pipeline_seed: spec.seed,
        words: (keys.rule, keys.bottleneck),
        parameters: inferred.parameters,
        series: inferred.series,
        variance: inferred.variance,
        firsts: inferred.firsts,
        rates: inferred.rates,
    };
    let topology = network.wiring;
    let cell = plan.add(&keys.topology, stage, InferenceInputs { topology });
    Ok(Some((plan, cell.cell)))
}

/// The tasks, with the properties that only their files can tell, such as the number of channels.
pub(super) fn resolved_tasks(spec: &Spec) -> Result<Vec<CheckedTask>, BuildError> {
    let resolve = |(index, task): (usize, &CheckedTask)| {
        let wrong = |source: TaskError| BuildError::Task {
            index,
            name: task.name.clone(),
            source: Box::new(source),
        };
        let fetched = match task.file().and_then(|file| spec.source_of(file)) {
            Some((name, source)) => {
                let path = source.edges.clone();
                let path = path.ok_or_else(|| BuildError::NotFetched { name: name.clone() })?;
                let moved = task.with_path(path);
                moved.map_err(|error| wrong(error.into()))?
            }
            None => task.clone(),
        };
        fetched.resolved().map_err(wrong)
    };
    spec.tasks.iter().enumerate().map(resolve).collect()
}

fn file_source(name: &str, file: &SourceSpec) -> Result<Source, BuildError> {
    let content = |path: &Path| {
        let missing = |source| BuildError::File {
            name: name.to_owned(),
            path: path.to_owned(),
            source,
        };
        fingerprint(path).map_err(missing)
    };
    let edges = file.edges.as_ref().ok_or_else(|| BuildError::NotFetched {
        name: name.to_owned(),
    })?;
    Ok(Source::File(Box::new(UserTables {
        content: std::iter::once(edges)
            .chain(&file.neurons)
            .map(|path| content(path))
            .collect::<Result<_, _>>()?,
        edges: edges.clone(),
        neurons: file.neurons.clone(),
        reading: file.reading.clone(),
        unit: file.unit.clone(),
        species: file.species.clone(),
        citation: file.citation.clone(),
        licence: file.licence.clone(),
        snapshot: bundled::fingerprint(),
    })))
}

/// The sign model that a user's connectome asks for, and whether the connectome's own signs take
/// precedence over the sign models of the pipeline.
fn own_signs(spec: &Spec, name: &str) -> (Option<SignModel>, bool) {
    let file = spec.sources.get(name);
    let fixed = file.and_then(|f| f.sign_model);
    (fixed, file.is_some() && fixed.is_none())
}

/// The share of inhibitory neurons that is assumed of a user's connectome.
fn assumed_share(spec: &Spec, name: &str) -> Option<InhibitoryFraction> {
    spec.sources.get(name)?.assume_inhibitory
}

fn motif_cells(spec: &Spec, plan: &mut Plan, connectomes: &[(String, Handle<ReadConnectome>)]) {
    let motifs = &spec.motifs;
    for (name, connectome) in connectomes {
        let assumed = assumed_share(spec, name);
        if let Some(share) = assumed {
            let stage = CountMotifs {
                sign_model: SignModel::File,
                own_signs: false,
                assumed,
                patterns: motifs.resolved.clone(),
                survey: motifs.survey.clone(),
                seed: spec.seed,
            };
            let cell = format!("{name}/{share}");
            let inputs = MotifInputs {
                connectome: connectome.clone(),
            };
            let counted = plan.add(&cell, stage, inputs);
            fingerprint_cell(spec, plan, cell, connectome, counted);
            continue;
        }
        // How often assumed signs are drawn does not matter where none are assumed.
        let survey = Survey {
            sign_draws: Survey::SIGN_DRAWS,
            ..motifs.survey.clone()
        };
        let (fixed, own_signs) = own_signs(spec, name);
        let mut models = fixed.map_or_else(|| motifs.sign_models.clone(), |model| vec![model]);
        // A connectome with signs of its own gives the same counts under every model.
        models.truncate(if own_signs { 1 } else { models.len() });
        for sign_model in models {
            let stage = CountMotifs {
                sign_model,
                own_signs,
                assumed: None,
                patterns: motifs.resolved.clone(),
                survey: survey.clone(),
                seed: spec.seed,
            };
            let cell = format!("{name}/{sign_model}");
            let inputs = MotifInputs {
                connectome: connectome.clone(),
            };
            let counted = plan.add(&cell, stage, inputs);
            fingerprint_cell(spec, plan, cell, connectome, counted);
        }
    }
}

/// Adds the cell that tells which classes of neurons play the roles of the motifs that a cell
/// counts, if the pipeline asks for it.
fn fingerprint_cell(
    spec: &Spec,
    plan: &mut Plan,
    cell: String,
    connectome: &Handle<ReadConnectome>,
    motifs: Handle<CountMotifs>,
) {
    if spec.motifs.fingerprints {
        let connectome = connectome.clone();
        let inputs = FingerprintInputs { connectome, motifs };
        plan.add(cell, FingerprintRoles {}, inputs);
    }
}

/// Adds the cells that weigh motifs, if the pipeline asks for them.
fn weight_cells(spec: &Spec, plan: &mut Plan, connectomes: &[(String, Handle<ReadConnectome>)]) {
    let motifs = &spec.motifs;
    if !motifs.weights {
        return;
    }
    // What is only counted does not matter here.
    let survey = Survey {
        participation: false,
        synapses: false,
        hubs: false,
        samples: 0,
        census: false,
        sign_draws: Survey::SIGN_DRAWS,
        ..motifs.survey.clone()
    };
    for (name, connectome) in connectomes {
        for (cell, signs) in signings(spec, name, &motifs.sign_models) {
            let connectome = connectome.clone();
            let stage = WeighMotifs {
                signs,
                patterns: motifs.resolved.clone(),
                survey: survey.clone(),
                seed: spec.seed,
            };
            plan.add(cell, stage, WeightInputs { connectome });
        }
    }
}

/// Where the signs of a connectome come from, once for each of the sign models, with the name of
/// the cell. A connectome with signs of its own has them once.
fn signings(spec: &Spec, name: &str, models: &[SignModel]) -> Vec<(String, SignsOf)> {
    if let Some(inhibitory) = assumed_share(spec, name) {
        let seed = spec.seed;
        let signs = SignsOf {
            sign_model: SignModel::File,
            own_signs: false,
            assumed: Some(AssumedSigns { inhibitory, seed }),
        };
        return vec![(format!("{name}/{inhibitory}"), signs)];
    }
    let (fixed, own_signs) = own_signs(spec, name);
    let mut models = fixed.map_or_else(|| models.to_vec(), |model| vec![model]);
    models.truncate(if own_signs { 1 } else { models.len() });
    let of_model = |sign_model| {
        let signs = SignsOf {
            sign_model,
            own_signs,
            assumed: None,
        };
        (format!("{name}/{sign_model}"), signs)
    };
    models.into_iter().map(of_model).collect()
}

/// Adds the cells that look at polysynaptic paths, if the pipeline asks for them.
fn path_cells(spec: &Spec, plan: &mut Plan, connectomes: &[(String, Handle<ReadConnectome>)]) {
    let Some(paths) = &spec.paths else {
        return;
    };
    for (name, connectome) in connectomes {
        for (cell, signs) in signings(spec, name, &paths.sign_models) {
            let connectome = connectome.clone();
            let settings = paths.settings();
            let stage = FindPaths { signs, settings };
            plan.add(cell, stage, PathInputs { connectome });
        }
    }
}

fn spiking_cells(spec: &Spec, plan: &mut Plan) {
    let Some(settings) = &spec.spiking else {
        return;
    };
    let circuits = spec.motifs.resolved.iter();
    for pattern in circuits.filter(|pattern| Circuit::of(pattern).is_ok()) {
        let stage = SimulateSpikes {
            pattern: pattern.clone(),
            settings: settings.clone(),
            seed: spec.seed,
        };
        plan.add(pattern.name(), stage, ());
    }
}

fn circuit_prior_cells(spec: &Spec, plan: &mut Plan) {
    if let Some(settings) = spec.circuit_prior.clone() {
        let seed = spec.seed;
        plan.add("swimmer", TrainCircuitPrior { settings, seed }, ());
    }
}

/// What a topology and its nulls and controls are made from: a whole connectome, a part of one, or
/// a generated one.
struct Origin {
    /// Name of the topology itself. Nulls and controls add to it.
    name: String,
    made_of: TopologyInputs,
    /// The stage that makes the topology itself. Nulls and controls change its name and its kind.
    stage: MakeTopology,
    /// Name of the connectome that this one is a part of.
    whole: Option<String>,
}

/// The observed connectomes, whole or in parts of matched size.
fn observed_origins(spec: &Spec, connectomes: &[(String, Handle<ReadConnectome>)]) -> Vec<Origin> {
    let topologies = &spec.topologies;
    let mut origins = Vec::new();
    for (whole, cell) in connectomes {
        let assumed = assumed_share(spec, whole).map(|inhibitory| AssumedSigns {
            inhibitory,
            seed: spec.seed,
        });
        let (fixed, own_signs) = match assumed {
            Some(_) => (Some(SignModel::File), false),
            None => own_signs(spec, whole),
        };
        let species = match spec.sources.get(whole) {
            Some(file) if file.species.is_empty() => "unknown".to_owned(),
            Some(file) => file.species.clone(),
            None => "Caenorhabditis elegans".to_owned(),
        };
        let names: Vec<String> = match topologies.matched_neurons {
            Some(n) => {
                replicates(&format!("{whole}.n{n}"), topologies.matched_replicates).collect()
            }
            None => vec![whole.clone()],
        };
        for name in names {
            let matched = |neurons| Matched {
                name: name.clone(),
                neurons,
                seed: spec.seed,
            };
            let stage = MakeTopology {
                topology: name.clone(),
                species: species.clone(),
                sign_model: fixed.unwrap_or(topologies.sign_model),
                own_signs,
                matched: topologies.matched_neurons.map(matched),
                generated_with: None,
                assumed,
                kind: Kind::Observed,
            };
            origins.push(Origin {
                name,
                made_of: TopologyInputs {
                    connectome: Some(cell.clone()),
                    generated: None,
                },
                whole: stage.matched.as_ref().map(|_| whole.clone()),
                stage,
            });
        }
    }
    origins
}

/// The species-like topologies. The cells that generate them are added to `plan`.
fn species_origins(spec: &Spec, plan: &mut Plan) -> Vec<Origin> {
    let mut origins = Vec::new();
    for species in &spec.topologies.species {
        for name in species.names() {
            let (model, seed) = (species.model, spec.seed);
            let generate = GenerateSpeciesLike {
                topology: name.clone(),
                model,
                seed,
            };
            let generated = plan.add(&name, generate, ());
            let stage = MakeTopology {
                topology: name.clone(),
                species: model.preset.to_string(),
                sign_model: SignModel::File,
                own_signs: true,
                matched: None,
                generated_with: model.signs().ok(),
                assumed: None,
                kind: Kind::SpeciesLike { seed },
            };
            origins.push(Origin {
                name,
                made_of: TopologyInputs {
                    connectome: None,
                    generated: Some(generated),
                },
                stage,
                whole: None,
            });
        }
    }
    origins
}

/// The topologies to be trained, and the cell that compares what they offer with nulls, if the
/// pipeline asks for it.
fn topology_cells(
    spec: &Spec,
    plan: &mut Plan,
    connectomes: &[(String, Handle<ReadConnectome>)],
) -> (Vec<Trained>, Option<Handle<CompareCapacity>>) {
    let topologies = &spec.topologies;
    let mut trained = Vec::new();
    let mut measured = Vec::new();
    // Stages run in the order of their first cells, so the generators must come before their users.
    let generated = species_origins(spec, plan);
    let mut add = |plan: &mut Plan,
                   name: String,
                   of: &Origin,
                   kind: Kind,
                   family: Family,
                   null: Option<u32>| {
        let stage = MakeTopology {
            topology: name.clone(),
            kind,
            ..of.stage.clone()
        };
        let wiring = plan.add(&name, stage, of.made_of.clone());
        let wired = family != Family::Control;
        let capacity = spec.capacity.as_ref().filter(|_| wired).map(|capacity| {
            let survey = capacity.survey(!family.has_nulls());
            let has_nulls = survey.nulls > 0;
            let topology = wiring.clone();
            let seed = spec.seed;
            let whole = of.whole.as_deref().unwrap_or(&of.name);
            let sign_models = match family {
                // Those of `[sources]` have the signs that are given there.
                Family::Observed if !spec.sources.contains_key(whole) => {
                    capacity.sign_models.clone()
                }
                Family::Observed | Family::SpeciesLike | Family::Null | Family::Control => {
                    Vec::new()
                }
            };
            let stage = MeasureCapacity {
                survey,
                sign_models,
                seed,
            };
            let cell = plan.add(&name, stage, CapacityInputs { topology });
            if has_nulls {
                measured.push(cell.clone());
            }
            cell
        });
        if let Some(settings) = spec.reservoir.clone().filter(|_| wired) {
            let (topology, seed) = (wiring.clone(), spec.seed);
            let stage = ProfileReservoir { settings, seed };
            plan.add(&name, stage, ReservoirInputs { topology });
        }
        let optimised = spec.self_optimisation.clone();
        if let Some(settings) = optimised.filter(|_| family.has_nulls()) {
            let (topology, seed) = (wiring.clone(), spec.seed);
            let stage = SelfOptimise { settings, seed };
            plan.add(&name, stage, SelfOptimisationInputs { topology });
        }
        trained.push(Trained {
            motifs: wired.then(|| {
                let topology = wiring.clone();
                plan.add(
                    &name,
                    CountTopologyMotifs::default(),
                    TopologyMotifInputs { topology },
                )
            }),
            name,
            family,
            species: of.stage.species.clone(),
            capacity,
            wiring: Some(wiring),
            parent: if family.has_nulls() {
                of.whole.clone()
            } else {
                Some(of.name.clone())
            },
            null,
            arm: Arm::Engram {
                network: Box::new(without_sparse_units(&spec.network)),
            },
            training: if wired {
                &spec.training.engram
            } else {
                &spec.training.dense
            }
            .clone(),
        });
    };
    let observed = observed_origins(spec, connectomes);
    let whole = |of: &Origin| of.whole.as_ref().unwrap_or(&of.name).clone();
    let wanted = topologies.connectomes.as_ref().unwrap_or(&spec.connectomes);
    for of in observed
        .iter()
        .filter(|of| wanted.contains(&whole(of)))
        .chain(&generated)
    {
        let kind = of.stage.kind.clone();
        let family = if matches!(kind, Kind::Observed) {
            Family::Observed
        } else {
            Family::SpeciesLike
        };
        add(plan, of.name.clone(), of, kind, family, None);
        for index in 1..=topologies.nulls {
            let kind = Kind::Null {
                null_model: topologies.null_model,
                swaps_per_edge: topologies.swaps_per_edge,
                seed: spec.seed,
            };
            add(
                plan,
                format!("{}.null{index}", of.name),
                of,
                kind,
                Family::Null,
                Some(index),
            );
        }
    }
    for of in observed
        .iter()
        .filter(|of| topologies.dense.contains(&whole(of)))
    {
        add(
            plan,
            format!("{}.dense", of.name),
            of,
            Kind::Dense,
            Family::Control,
            None,
        );
    }
    let structure = (!measured.is_empty()).then(|| {
        let wirings = measured;
        plan.add("all", CompareCapacity {}, CapacityNullInputs { wirings })
    });
    if let Some(hidden) = topologies.perceptron {
        trained.push(Trained {
            name: PERCEPTRON.to_owned(),
            family: Family::Control,
            species: "none".to_owned(),
            wiring: None,
            motifs: None,
            capacity: None,
            parent: None,
            null: None,
            arm: Arm::Perceptron { hidden },
            training: spec.training.perceptron.clone(),
        });
    }
    (trained, structure)
}

/// The settings of a network without those of sparse units where it has none, so that they do not
/// become part of its key.
fn without_sparse_units(network: &NetworkConfig) -> NetworkConfig {
    let mut network = network.clone();
    if network.bottleneck != BottleneckKind::TopK {
        network.top_k = None;
    }
    network
}

/// The cells that train one topology on one task, or that read these networks.
struct Runs<'a, S = TrainNetwork> {
    topology: &'a Trained,
    cells: Vec<Handle<S>>,
}

fn learning_cells(
    spec: &Spec,
    tasks: &[CheckedTask],
    plan: &mut Plan,
    trained: &[Trained],
    structure: Option<&Handle<CompareCapacity>>,
) {
    let mut runs: Vec<Vec<Runs<'_>>> = Vec::new();
    for task in tasks {
        let has_nulls = spec.topologies.has_nulls_on(&task.name);
        let on_task = trained
            .iter()
            .filter(|t| has_nulls || t.family != Family::Null);
        let train = |topology| Runs {
            topology,
            cells: training_cells(spec, plan, task, topology),
        };
        runs.push(on_task.map(train).collect());
    }
    for (task, runs) in tasks.iter().zip(&runs) {
        for (name, of, cells) in latent_readings(spec, runs) {
            if let Some(sources) = task.sources() {
                let stage = ReadCarriedDimension {
                    topology: name.clone(),
                    family: of.family,
                    species: of.species.clone(),
                    task: task.name.clone(),
                    sources: sources as u32,
                };
                let inputs = CarriedInputs { runs: cells };
                plan.add(format!("{}/{name}", task.name), stage, inputs);
                continue;
            }
            let stage = EstimateDimension {
                topology: name.clone(),
                family: of.family,
                species: of.species.clone(),
                task: task.name.clone(),
                true_dimension: task.true_dimension(),
                embedding_dimension: task.embedding_dimension().map(|m| m as u32),
                ambient_dimension: task.shape().map_or(0, |shape| shape.values() as u32),
                estimators: spec.latent.estimators.clone(),
                seed: spec.seed,
            };
            plan.add(
                format!("{}/{name}", task.name),
                stage,
                LatentInputs { runs: cells },
            );
        }
    }
    if let Some(structure) = structure {
        gap_cells(spec, tasks, plan, &runs, structure);
    }
    for (task, runs) in tasks.iter().zip(&runs) {
        sparse_cells(spec, plan, task, runs);
        used_cells(spec, plan, task, runs);
        gradient_cells(spec, plan, task, runs);
    }
    comparison_cells(spec, tasks, plan, &runs);
    relation_cells(spec, tasks, plan, &runs);
}

/// Adds the cells that read which dimensions networks trained on a task of sources use.
fn used_cells(spec: &Spec, plan: &mut Plan, task: &CheckedTask, runs: &[Runs<'_>]) {
    let (Some(used), Some(sources)) = (&spec.training.used_dimension, task.sources()) else {
        return;
    };
    let mut linearised = Vec::new();
    for Runs { topology, cells } in runs {
        let Some(wiring) = &topology.wiring else {
            continue;
        };
        // The networks without a bottleneck come first, one for each seed.
        let mut networks = Vec::new();
        for (seed, run) in training_seeds(spec, task, topology).zip(cells) {
            let stage = LineariseNetwork {
                arm: topology.arm.clone(),
                task: task.clone(),
                seed,
                pipeline_seed: spec.seed,
                used: used.clone(),
            };
            let inputs = LinearisedInputs {
                topology: wiring.clone(),
                run: run.clone(),
            };
            let name = format!("{}/{}/seed{seed}", task.name, topology.name);
            networks.push(plan.add(name, stage, inputs));
        }
        linearised.push(Runs {
            topology,
            cells: networks,
        });
    }
    for (name, of, networks) in latent_readings(spec, &linearised) {
        let stage = ReadUsedDimension {
            topology: name.clone(),
            family: of.family,
            species: of.species.clone(),
            task: task.name.clone(),
            sources: sources as u32,
            points: used.points,
        };
        plan.add(
            format!("{}/{name}", task.name),
            stage,
            UsedInputs { networks },
        );
    }
}

/// Adds the cells that train networks with sparse bottlenecks and read their errors.
fn sparse_cells(spec: &Spec, plan: &mut Plan, task: &CheckedTask, runs: &[Runs<'_>]) {
    if task.sources().is_some() {
        return;
    }
    let top_k = spec.network.top_k.unwrap_or_default();
    let main = spec.network.bottleneck == BottleneckKind::TopK;
    for Runs { topology, cells } in runs {
        if topology.wiring.is_none() || !topology.is_read() {
            continue;
        }
        let seeds = training_seeds(spec, task, topology);
        let (floor, narrow) = cells.split_at(seeds.count());
        let (mut all_units, mut surface) = (Vec::new(), Vec::new());
        if main && !narrow.is_empty() {
            all_units.push(top_k.units);
            surface.push(narrow.to_vec());
        }
        let asked = spec.training.sparse_bottleneck.iter();
        for (units, active) in asked.flat_map(SparseSurface::points) {
            let network = NetworkConfig {
                bottleneck: BottleneckKind::TopK,
                top_k: Some(TopK { units, ..top_k }),
                ..spec.network.clone()
            };
            let sparse = Trained {
                arm: Arm::Engram {
                    network: Box::new(network),
                },
                ..(*topology).clone()
            };
            let new = networks(spec, plan, task, &sparse, &[Some(active)]);
            match all_units.iter().position(|&other| other == units) {
                Some(at) => surface[at].extend(new),
                None => {
                    all_units.push(units);
                    surface.push(new);
                }
            }
        }
        if surface.is_empty() {
            continue;
        }
        let stage = ReadSparseBottleneck {
            topology: topology.name.clone(),
            family: topology.family,
            species: topology.species.clone(),
            task: task.name.clone(),
            embedding_dimension: task.embedding_dimension().map(|m| m as u32),
            units: all_units,
            dead_after: top_k.dead_after,
            seed: spec.seed,
        };
        let floor = floor.to_vec();
        let name = format!("{}/{}", task.name, topology.name);
        plan.add(name, stage, SparseInputs { floor, surface });
    }
}

/// The widths of the bottlenecks of a task's networks, in the order of their runs. The first is
/// that of the network without one.
fn bottlenecks(spec: &Spec, task: &CheckedTask) -> Vec<Option<u32>> {
    let widths = spec.training.bottlenecks.of(task).unwrap_or_default();
    [None]
        .into_iter()
        .chain(widths.into_iter().map(Some))
        .collect()
}

/// Adds the cells that take the gradients of bottleneck units.
fn gradient_cells(spec: &Spec, plan: &mut Plan, task: &CheckedTask, runs: &[Runs<'_>]) {
    let Some(gradients) = &spec.training.latent_gradients else {
        return;
    };
    for Runs { topology, cells } in runs {
        let Some(wiring) = topology.wiring.as_ref().filter(|_| topology.is_read()) else {
            continue;
        };
        let seeds = training_seeds(spec, task, topology);
        let of_widths = cells.chunks(seeds.clone().count());
        for (width, of_width) in bottlenecks(spec, task).into_iter().zip(of_widths) {
            let Some(bottleneck) = width else { continue };
            for (seed, run) in seeds.clone().zip(of_width) {
                let stage = ReadLatents {
                    arm: topology.arm.clone(),
                    bottleneck,
                    task: task.clone(),
                    seed,
                    pipeline_seed: spec.seed,
                    gradients: gradients.clone(),
                };
                let inputs = LatentGradientInputs {
                    topology: wiring.clone(),
                    run: run.clone(),
                };
                let name = format!("{}/{}/k{bottleneck}/seed{seed}", task.name, topology.name);
                plan.add(name, stage, inputs);
            }
        }
    }
}

/// The groups of runs from which one latent dimension is read each. A topology is a group of its
/// own. Paired nulls form one group, because each of them has a single seed.
fn latent_readings<'a, S>(
    spec: &Spec,
    runs: &[Runs<'a, S>],
) -> Vec<(String, &'a Trained, Vec<Handle<S>>)> {
    let mut readings: Vec<(String, &Trained, Vec<Handle<S>>)> = Vec::new();
    for Runs { topology, cells } in runs {
        let parent = topology
            .parent
            .as_ref()
            .filter(|_| topology.family == Family::Null);
        let name = match (spec.topologies.null_training, parent) {
            (NullTraining::Paired, Some(parent)) => format!("{parent}.nulls"),
            _ => topology.name.clone(),
        };
        match readings.iter_mut().find(|(other, ..)| *other == name) {
            Some((.., all)) => all.extend_from_slice(cells),
            None => readings.push((name, *topology, cells.clone())),
        }
    }
    readings
}

/// The nulls of a topology among the runs on one task.
fn nulls_of<'a>(
    topology: &'a Trained,
    runs: &'a [Runs<'_>],
) -> impl Iterator<Item = &'a [Handle<TrainNetwork>]> {
    let is_null =
        |t: &Trained| t.family == Family::Null && t.parent.as_deref() == Some(&topology.name);
    let nulls = runs.iter().filter(move |r| is_null(r.topology));
    nulls.map(|r| r.cells.as_slice())
}

/// Adds the cell that sets what trained wirings carry against what they offer by structure.
fn gap_cells(
    spec: &Spec,
    tasks: &[CheckedTask],
    plan: &mut Plan,
    runs: &[Vec<Runs<'_>>],
    structure: &Handle<CompareCapacity>,
) {
    let null_model = spec.topologies.null_model;
    let mut pairs = Vec::new();
    for (task, runs) in tasks.iter().zip(runs) {
        let Some(sources) = task.sources() else {
            continue;
        };
        for Runs { topology, cells } in runs.iter().filter(|r| r.topology.family.has_nulls()) {
            let nulls: Vec<_> = nulls_of(topology, runs).flatten().cloned().collect();
            if nulls.is_empty() {
                continue;
            }
            let pair = TrainedPair {
                topology: topology.name.clone(),
                task: task.name.clone(),
                null_model: null_model.to_string(),
                runs: cells.clone(),
                nulls,
            };
            let family = topology.family.as_str().to_owned();
            pairs.push((pair, (family, topology.species.clone(), sources as u32)));
        }
    }
    if !pairs.is_empty() {
        pairs.sort_by(|(a, _), (b, _)| (&a.task, &a.topology).cmp(&(&b.task, &b.topology)));
        let (trained, of) = pairs.into_iter().unzip();
        let structure = structure.clone();
        plan.add(
            "all",
            CompareWithTraining { of },
            GapInputs { structure, trained },
        );
    }
}

/// Adds the cell that compares every topology with its nulls.
fn comparison_cells(spec: &Spec, tasks: &[CheckedTask], plan: &mut Plan, runs: &[Vec<Runs<'_>>]) {
    let mut comparisons = Vec::new();
    for (task, runs) in tasks.iter().zip(runs) {
        for Runs { topology, cells } in runs.iter().filter(|r| r.topology.family.has_nulls()) {
            let nulls: Vec<_> = nulls_of(topology, runs).map(<[_]>::to_vec).collect();
            if !nulls.is_empty() {
                comparisons.push(Comparison {
                    topology: topology.name.clone(),
                    family: topology.family.as_str().to_owned(),
                    baseline: format!("null:{}", spec.topologies.null_model),
                    task: task.name.clone(),
                    runs: cells.clone(),
                    nulls,
                });
            }
        }
    }
    if !comparisons.is_empty() {
        // Sorted, so that the order of the tasks in the pipeline has no effect on the key.
        comparisons.sort_by(|a, b| (&a.task, &a.topology).cmp(&(&b.task, &b.topology)));
        plan.add(
            "all",
            CompareWithNulls { seed: spec.seed },
            ContrastInputs { comparisons },
        );
    }
}

/// Adds the cell that relates the dimensions that wirings offer to the rest of their structure.
fn structure_cells(spec: &Spec, plan: &mut Plan, trained: &[Trained]) {
    let wired = |topology: &Trained| {
        let is_null = topology.family == Family::Null;
        let unit = topology.parent.as_ref().filter(|_| is_null);
        Some(WiringInputs {
            unit: unit.unwrap_or(&topology.name).clone(),
            structure: topology.wiring.clone()?,
            motifs: topology.motifs.clone()?,
            capacity: Some(topology.capacity.clone()?),
            runs: Vec::new(),
        })
    };
    let wirings: Vec<WiringInputs> = trained.iter().filter_map(wired).collect();
    if wirings.len() >= FEWEST_WIRINGS {
        let stage = Relate {
            task: STRUCTURE.to_owned(),
            seed: spec.seed,
        };
        plan.add(STRUCTURE, stage, RelationInputs { wirings });
    }
}

/// Adds the cells that relate dimension to structure over all wirings.
fn relation_cells(spec: &Spec, tasks: &[CheckedTask], plan: &mut Plan, runs: &[Vec<Runs<'_>>]) {
    for (task, runs) in tasks.iter().zip(runs) {
        let wired = |Runs { topology, cells }: &Runs<'_>| {
            let is_null = topology.family == Family::Null;
            let unit = topology.parent.as_ref().filter(|_| is_null);
            Some(WiringInputs {
                unit: unit.unwrap_or(&topology.name).clone(),
                structure: topology.wiring.clone()?,
                motifs: topology.motifs.clone()?,
                capacity: None,
                runs: cells.clone(),
            })
        };
        let wirings: Vec<WiringInputs> = runs.iter().filter_map(wired).collect();
        if wirings.len() >= FEWEST_WIRINGS {
            let stage = Relate {
                task: task.name.clone(),
                seed: spec.seed,
            };
            plan.add(&task.name, stage, RelationInputs { wirings });
        }
    }
}

/// Adds the cells that read the range condition of each task.
fn range_cells(spec: &Spec, tasks: &[CheckedTask], plan: &mut Plan) {
    let Some(range) = &spec.training.range_condition else {
        return;
    };
    for task in tasks {
        let stage = CheckRanges {
            task: task.clone(),
            range: range.clone(),
            pipeline_seed: spec.seed,
        };
        plan.add(&task.name, stage, ());
    }
}

/// Adds the cells that train by the homeostatic rule: every topology and a fully connected network,
/// on every task of bits.
fn homeostatic_cells(spec: &Spec, tasks: &[CheckedTask], plan: &mut Plan, trained: &[Trained]) {
    let Some(training) = &spec.training.homeostatic else {
        return;
    };
    let wirings = trained
        .iter()
        .filter_map(|t| Some((t.name.as_str(), Some(t.wiring.clone()?))));
    let networks: Vec<_> = wirings.chain([(FULLY_CONNECTED, None)]).collect();
    for task in tasks.iter().filter(|task| task.bits().is_some()) {
        for (name, wiring) in &networks {
            for seed in 1..=spec.training.seeds {
                let stage = TrainHomeostatic {
                    form: wiring
                        .as_ref()
                        .map_or(Form::FullyConnected, |_| Form::Wiring {
                            unsigned: spec.network.unsigned,
                            input: spec.network.input.clone(),
                            output: spec.network.output.clone(),
                        }),
                    task: task.clone(),
                    training: training.clone(),
                    seed,
                    pipeline_seed: spec.seed,
                };
                plan.add(
                    format!("{}/{name}/seed{seed}", task.name),
                    stage,
                    HomeostaticInputs {
                        topology: wiring.clone(),
                    },
                );
            }
        }
    }
}

fn training_cells(
    spec: &Spec,
    plan: &mut Plan,
    task: &CheckedTask,
    trained: &Trained,
) -> Vec<Handle<TrainNetwork>> {
    networks(spec, plan, task, trained, &bottlenecks(spec, task))
}

/// Adds the cells that train one topology with bottlenecks of these widths.
fn networks(
    spec: &Spec,
    plan: &mut Plan,
    task: &CheckedTask,
    trained: &Trained,
    widths: &[Option<u32>],
) -> Vec<Handle<TrainNetwork>> {
    let seeds = training_seeds(spec, task, trained);
    // A control has no motifs whose function could be tested.
    let tested = trained.family != Family::Control;
    let training = &spec.training;
    let linearised = training.used_dimension.is_some() && task.sources().is_some();
    let read = training.latent_gradients.is_some() && trained.is_read();
    let word = match &trained.arm {
        Arm::Engram { network } if network.bottleneck == BottleneckKind::TopK => {
            format!("{}_k", network.bottleneck_word())
        }
        Arm::Engram { .. } | Arm::Perceptron { .. } => "k".to_owned(),
    };
    let sparse = word != "k" && trained.is_read();
    let mut cells = Vec::new();
    for &bottleneck in widths {
        for seed in seeds.clone() {
            let function = spec.training.motif_function.clone();
            let stage = TrainNetwork {
                arm: trained.arm.clone(),
                bottleneck,
                task: task.clone(),
                training: trained.training.clone(),
                seed,
                pipeline_seed: spec.seed,
                motif_function: function.filter(|_| tested && bottleneck.is_none()),
                keeps_parameters: trained.wiring.is_some()
                    && bottleneck.map_or(linearised, |_| read || sparse),
            };
            let width = bottleneck.map_or("none".to_owned(), |k| format!("{word}{k}"));
            let name = format!("{}/{}/{width}/seed{seed}", task.name, trained.name);
            let inputs = TrainingInputs {
                topology: trained.wiring.clone(),
            };
            cells.push(plan.add(name, stage, inputs));
        }
    }
    cells
}

/// The seeds with which a topology is trained on a task.
fn training_seeds(
    spec: &Spec,
    task: &CheckedTask,
    trained: &Trained,
) -> std::ops::RangeInclusive<u32> {
    let topologies = &spec.topologies;
    let all = spec.training.seeds;
    if topologies.null_training == NullTraining::EverySeed || !topologies.has_nulls_on(&task.name) {
        return 1..=all;
    }
    match trained.null {
        Some(index) => index..=index,
        None if trained.family == Family::Control => 1..=all,
        None => 1..=all.max(topologies.nulls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_the_same_whichever_stage_makes_it() {
        let all = tables();
        for table in &all {
            let of_name = |t: &&TableDeclaration| t.schema.table == table.schema.table;
            assert_eq!(all.iter().filter(of_name).count(), 1);
        }
        for (a, b) in declared()
            .iter()
            .flat_map(|a| all.iter().map(move |b| (*a, *b)))
        {
            assert!(a.schema.table != b.schema.table || a.schema == b.schema);
        }
    }
}
