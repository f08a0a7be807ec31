//! The command `engraph infer`.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::message::Message;
use super::output::OutputArgs;
use super::sentences;
use super::traces::Traces;
use crate::pipeline::{InferenceError, Spec, Store, WhichNetwork, infer};
use crate::report::folder::Folder;
use crate::report::provenance::PIPELINE;
use crate::training::CheckpointRow;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a run that has kept its networks (`training.engram.checkpoints = true`).
    folder: PathBuf,
    #[command(flatten)]
    traces: Traces,
    /// Topology of the network.
    #[arg(long, value_name = "NAME")]
    topology: Option<String>,
    /// Task that the network has learnt.
    #[arg(long, value_name = "NAME")]
    task: Option<String>,
    /// Seed of the network.
    #[arg(long, value_name = "N")]
    seed: Option<i64>,
    /// Bottleneck units of the network.
    #[arg(long, value_name = "K")]
    latent_units: Option<i32>,
    /// Rows from one sequence to the next [default: as long as a sequence].
    #[arg(long, value_name = "ROWS")]
    stride: Option<usize>,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let folder = Folder::at(&args.folder);
    let checkpoints: Vec<CheckpointRow> = folder.rows().map_err(Failure::failed)?;
    if checkpoints.is_empty() {
        return Err(Failure::failed(InferenceError::NoCheckpoints));
    }
    let place = args.folder.join(PIPELINE);
    let text = std::fs::read_to_string(&place)
        .map_err(|error| Failure::Failed(Message::from(error).about(place.display())))?;
    // The pipeline is taken as one of the working folder, so that its paths are those of the run.
    let spec = Spec::parse(&text, Path::new(PIPELINE), &[]).map_err(Failure::usage)?;
    let series = args.traces.read()?;
    let which = WhichNetwork {
        topology: args.topology.clone(),
        task: args.task.clone(),
        seed: args.seed,
        latent_units: args.latent_units,
    };
    let place = tempfile::tempdir().map_err(Failure::failed)?;
    let store = Store::open(&place.path().join("store")).map_err(Failure::failed)?;
    let jobs = super::arguments::jobs(args.jobs)?;
    let rows = infer(
        &spec,
        &checkpoints,
        &which,
        &series,
        args.stride,
        &store,
        jobs,
    )
    .map_err(Failure::failed)?;
    let read = sentences::of_inference(&rows);
    output.emit_all(vec![output.form_with(&rows, &read)?])
}
