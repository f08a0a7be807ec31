//! The command `engraph infer`.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::message::note;
use super::output::{Format, Output, OutputArgs};
use super::sentences;
use super::traces::Traces;
use crate::pipeline::{Inference, Sequencing, Series, Store, WhichNetwork};
use crate::report::networks::{Networks, NetworksError};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a run that has kept its networks (`training.engram.checkpoints = true`), or such a
    /// folder on the Hugging Face Hub: hf://datasets/OWNER/NAME[@REVISION][/FOLDER].
    #[arg(value_name = "FOLDER")]
    folder: String,
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
    /// Take the values as they are. Without it each channel is standardised.
    #[arg(long)]
    raw: bool,
    /// Also write the rates of all neurons at every step of encoding and decoding to this file: a
    /// row for each sequence and step, a column for each neuron. Its extension is the form: .csv,
    /// .tsv, .json or .parquet. `engraph functional-motifs` reads it as it is.
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Folder of fetched files [default: the user's cache folder].
    #[cfg(feature = "hub")]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let rates_output = match args.rates.as_deref() {
        Some(path) if output.out == Some(path) => {
            return Err(Failure::usage((
                format!("`{}` cannot hold both tables", path.display()),
                "name another file for one of them",
            )));
        }
        Some(path) => Some(Output::exact(None, Some(path), Format::Csv, "rates")?),
        None => None,
    };
    #[cfg(feature = "hub")]
    let cache = args.cache.as_deref();
    #[cfg(not(feature = "hub"))]
    let cache = None;
    let (networks, address) = networks(&args.folder, cache)?;
    if let Some(address) = address {
        note(format!("the networks are `{address}`"));
    }
    let series = args.traces.read()?;
    let which = WhichNetwork {
        topology: args.topology.clone(),
        task: args.task.clone(),
        seed: args.seed,
        latent_units: args.latent_units,
    };
    let sequencing = Sequencing {
        stride: args.stride,
        raw: args.raw,
        rates: args.rates.is_some(),
    };
    let jobs = super::arguments::jobs(args.jobs)?;
    let Inference { sequences, rates } = inferred(&networks, &which, &series, sequencing, jobs)?;
    if let (Some(place), Some(rates)) = (rates_output, &rates) {
        place.emit_wide(rates)?;
    }
    let read = sentences::of_inference(&sequences);
    output.emit_all(vec![output.form_with(&sequences, &read)?])
}

/// The networks in a folder, or in a folder on the Hub, which is fetched. The second part is what
/// names the latter for good.
pub(super) fn networks(
    folder: &str,
    cache: Option<&Path>,
) -> Result<(Networks, Option<String>), Failure> {
    let failed = |error| match error {
        NetworksError::Spec(error) => Failure::usage(error),
        error => Failure::failed(error),
    };
    #[cfg(feature = "hub")]
    if crate::source::hub::Address::is_meant(folder) {
        let place = tempfile::tempdir().map_err(Failure::failed)?;
        let address = super::sources::put_networks(folder, cache, place.path())?;
        let networks = Networks::read(place.path()).map_err(failed)?;
        return Ok((networks, Some(address.to_string())));
    }
    _ = cache;
    let networks = Networks::read(Path::new(folder)).map_err(failed)?;
    Ok((networks, None))
}

/// What one of the networks makes of a series.
pub(super) fn inferred(
    networks: &Networks,
    which: &WhichNetwork,
    series: &Series,
    sequencing: Sequencing,
    jobs: usize,
) -> Result<Inference, Failure> {
    let place = tempfile::tempdir().map_err(Failure::failed)?;
    let store = Store::open(&place.path().join("store")).map_err(Failure::failed)?;
    networks
        .infer(which, series, sequencing, &store, jobs)
        .map_err(Failure::failed)
}
