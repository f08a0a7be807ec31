//! From the store to the report folder: one Parquet file per table, a summary, and what the run
//! was.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use super::summary;
use crate::bottleneck::{DimensionRelationRow, LatentContrastRow, LatentDimensionRow};
use crate::connectome::{ConnectomeRow, NeuronRow, SynapseRow};
use crate::files::{self, FileError};
use crate::motif::survey::{
    MotifCountRow, MotifHubRow, MotifParticipationRow, MotifRow, MotifSampleRow, MotifSynapseRow,
    TriadCensusRow,
};
use crate::motif_function::MotifFunctionRow;
use crate::pipeline::{Plan, Spec, Store, StoreError};
use crate::representation::{DisentanglementRow, HiddenDimensionRow, TrainingRegimeRow};
use crate::table::{Footer, Table, TableError, sort, to_parquet};
use crate::text::Hinted;
use crate::topology::{SpeciesTargetRow, TopologyMotifRow, TopologyRow};
use crate::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};
use crate::training::{
    CheckpointRow, LearningCurveRow, LearningRateRow, TrainingBudgetRow, TrainingRunRow,
};

/// The reports could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// A table could not be encoded.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Hinted for ReportError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Table(error) => error.hint(),
        }
    }
}

/// A written table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// File name.
    pub file: String,
    /// Rows.
    pub rows: usize,
    /// blake3 of the file.
    pub blake3: String,
    /// False where the same bytes were there already.
    pub changed: bool,
}

/// All tables of a finished pipeline, sorted.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Connectomes read.
    pub connectomes: Vec<ConnectomeRow>,
    /// Motif counts.
    pub motif_counts: Vec<MotifCountRow>,
    /// Topologies.
    pub topologies: Vec<TopologyRow>,
    /// Runs of the homeostatic rule.
    pub homeostatic_runs: Vec<HomeostaticRunRow>,
    /// Training runs.
    pub training_runs: Vec<TrainingRunRow>,
    /// Which topologies learn slowly.
    pub training_budgets: Vec<TrainingBudgetRow>,
    /// Latent dimensions.
    pub latent_dimension: Vec<LatentDimensionRow>,
    /// Where the latent lives.
    pub hidden_dimension: Vec<HiddenDimensionRow>,
    /// Contrasts.
    pub latent_contrasts: Vec<LatentContrastRow>,
    /// Dimension against structure.
    pub relations: Vec<DimensionRelationRow>,
}

/// Checks that reports can be written to `folder`, which is made if it is not there.
///
/// # Errors
/// [`FileError`].
pub fn check_writable(folder: &Path) -> Result<(), FileError> {
    files::create_folder(folder)?;
    files::check_folder(folder)
}

/// Writes every table of `plan` whose cells are all in `store`, and `summary.md`; removes tables of
/// an earlier run that this one has not. Files that would not change are left alone.
///
/// # Errors
/// [`ReportError`].
pub fn write(
    spec: &Spec,
    plan: &Plan,
    store: &Store,
    folder: &Path,
) -> Result<Vec<Written>, ReportError> {
    let mut writer = Writer {
        spec,
        plan,
        store,
        folder,
        sources: String::new(),
        written: Vec::new(),
    };
    let connectomes: Vec<ConnectomeRow> = writer.gather("connectomes")?;
    let cite = |c: &ConnectomeRow| match &c.doi {
        Some(doi) => format!("{}: {}, doi {doi}", c.connectome, c.citation),
        None => format!("{}: {}", c.connectome, c.citation),
    };
    let models = spec.topologies.species.iter().map(|s| {
        let preset = s.model.preset;
        format!(
            "{}: model of the statistics of {preset}, {}",
            s.name,
            preset.source()
        )
    });
    writer.sources = connectomes
        .iter()
        .map(cite)
        .chain(models)
        .collect::<Vec<_>>()
        .join("; ");
    let mut tables = Tables {
        connectomes,
        ..Tables::default()
    };
    writer.write("connectomes", &mut tables.connectomes)?;
    tables.motif_counts = writer.gather("motifs")?;
    writer.write("motifs", &mut tables.motif_counts)?;
    // Every connectome counts the same motifs.
    let mut motifs: Vec<MotifRow> = writer.gather("motifs")?;
    sort(&mut motifs);
    motifs.dedup();
    writer.write("motifs", &mut motifs)?;
    let asked = &spec.motifs;
    writer.copy::<MotifParticipationRow>("motifs", asked.participation)?;
    writer.copy::<MotifSynapseRow>("motifs", asked.synapses)?;
    writer.copy::<MotifHubRow>("motifs", asked.hubs)?;
    writer.copy::<MotifSampleRow>("motifs", asked.samples > 0)?;
    writer.copy::<TriadCensusRow>("motifs", asked.census)?;
    writer.copy::<SpeciesTargetRow>("species", !spec.topologies.species.is_empty())?;
    tables.topologies = writer.gather("topologies")?;
    writer.write("topologies", &mut tables.topologies)?;
    // The wiring of a dense control is every pair: it is left out.
    let is_wiring = |name: &String| {
        tables
            .topologies
            .iter()
            .any(|t| t.topology == *name && t.family != "control")
    };
    let mut neurons: Vec<NeuronRow> = writer.gather("topologies")?;
    neurons.retain(|n| is_wiring(&n.connectome));
    writer.write("topologies", &mut neurons)?;
    let mut synapses: Vec<SynapseRow> = writer.gather("topologies")?;
    synapses.retain(|s| is_wiring(&s.connectome));
    writer.write("topologies", &mut synapses)?;
    writer.copy::<TopologyMotifRow>("topology_motifs", true)?;
    tables.homeostatic_runs = writer.gather("homeostatic")?;
    writer.write("homeostatic", &mut tables.homeostatic_runs)?;
    writer.copy::<HomeostaticCurveRow>("homeostatic", spec.training.homeostatic.is_some())?;
    tables.training_runs = writer.gather("training")?;
    writer.write("training", &mut tables.training_runs)?;
    let mut curves: Vec<LearningCurveRow> = writer.gather("training")?;
    writer.write("training", &mut curves)?;
    writer.copy::<TrainingRegimeRow>("training", true)?;
    writer.copy::<DisentanglementRow>("training", true)?;
    let training = &spec.training;
    writer.copy::<MotifFunctionRow>("training", training.motif_function.is_some())?;
    let arms = [&training.engram, &training.dense, &training.perceptron];
    writer.copy::<LearningRateRow>("probe", arms.iter().any(|arm| !arm.probe.is_empty()))?;
    tables.training_budgets = writer.gather("budget")?;
    writer.write("budget", &mut tables.training_budgets)?;
    writer.copy::<CheckpointRow>("training", arms.iter().any(|arm| arm.checkpoints))?;
    tables.latent_dimension = writer.gather("latent")?;
    writer.write("latent", &mut tables.latent_dimension)?;
    tables.hidden_dimension = writer.gather("latent")?;
    writer.write("latent", &mut tables.hidden_dimension)?;
    tables.latent_contrasts = writer.gather("contrasts")?;
    writer.write("contrasts", &mut tables.latent_contrasts)?;
    tables.relations = writer.gather("relations")?;
    writer.write("relations", &mut tables.relations)?;
    let text = summary::markdown(spec, &tables);
    writer.file("summary.md", text.lines().count(), text.as_bytes())?;
    Ok(writer.written)
}

struct Writer<'a> {
    spec: &'a Spec,
    plan: &'a Plan,
    store: &'a Store,
    folder: &'a Path,
    sources: String,
    written: Vec<Written>,
}

/// How to cite engraph, in the footer of every table.
const CITATION: &str = concat!(
    "engraph ",
    env!("CARGO_PKG_VERSION"),
    " (CITATION.cff), and the connectomes' publications (engraph.sources)"
);

impl Writer<'_> {
    /// The rows of a table from all cells of a stage; none if any cell is missing.
    fn gather<T: Table>(&self, stage: &str) -> Result<Vec<T>, StoreError> {
        if !self
            .plan
            .of_stage(stage)
            .all(|c| self.store.contains(stage, &c.key))
        {
            return Ok(Vec::new());
        }
        let mut rows = Vec::new();
        for cell in self.plan.of_stage(stage) {
            rows.extend(self.store.read::<T>(stage, &cell.key)?);
        }
        Ok(rows)
    }

    /// Gathers and writes a table that was asked for; removes that of an earlier run if it was not.
    fn copy<T: Table>(&mut self, stage: &str, asked: bool) -> Result<(), ReportError> {
        if asked {
            let mut rows: Vec<T> = self.gather(stage)?;
            return self.write(stage, &mut rows);
        }
        self.remove::<T>()
    }

    /// An earlier run's table beside this run's would pass for one of them.
    fn remove<T: Table>(&self) -> Result<(), ReportError> {
        let path = self.folder.join(format!("{}.parquet", T::NAME));
        if path.exists() {
            Ok(files::remove(&path)?)
        } else {
            Ok(())
        }
    }

    /// Sorts and writes a table whose stage is part of the plan and finished.
    fn write<T: Table>(&mut self, stage: &str, rows: &mut [T]) -> Result<(), ReportError> {
        let mut cells = self.plan.of_stage(stage).peekable();
        if cells.peek().is_none()
            || !self
                .plan
                .of_stage(stage)
                .all(|c| self.store.contains(stage, &c.key))
        {
            return self.remove::<T>();
        }
        sort(rows);
        let mut hasher = blake3::Hasher::new();
        cells.for_each(|c| {
            hasher.update(c.key.as_bytes());
        });
        let footer = Footer {
            key: hasher.finalize().to_hex()[..32].to_owned(),
            pipeline: self.spec.name.clone(),
            sources: self.sources.clone(),
            citation: CITATION.to_owned(),
        };
        let bytes = to_parquet(rows, &footer)?;
        self.file(&format!("{}.parquet", T::NAME), rows.len(), &bytes)
    }

    fn file(&mut self, name: &str, rows: usize, bytes: &[u8]) -> Result<(), ReportError> {
        let path: PathBuf = self.folder.join(name);
        let changed = fs::read(&path).map_or(true, |there| there != bytes);
        if changed {
            files::write(&path, bytes)?;
        }
        let blake3 = blake3::hash(bytes).to_hex().to_string();
        self.written.push(Written {
            file: name.to_owned(),
            rows,
            blake3,
            changed,
        });
        Ok(())
    }
}
