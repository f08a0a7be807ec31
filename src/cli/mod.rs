//! The command line: one module per command; what was typed, what was checked, what is done.
//!
//! Standard output carries data only; progress and errors go to standard error. Exit codes: 0 ok, 1
//! failed, 2 usage, 10 stale.

mod audit;
mod cite;
mod connectomes;
mod dimension;
#[cfg(feature = "hub")]
mod fetch;
mod message;
mod motifs;
mod output;
mod plan;
mod progress;
#[cfg(feature = "hub")]
mod refresh;
mod run;
mod schema;
#[cfg(feature = "hub")]
mod sources;
mod species;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use self::message::Message;
use crate::files::FileError;
use crate::pipeline::{RunError, Spec, SpecError, StoreError, builtin};
use crate::report::write::ReportError;
use crate::table::TableError;
use crate::text::Hinted;
use crate::text::plural::counted;

/// Engram networks on connectomes: motif counts, training, latent dimension.
#[derive(Debug, Parser)]
#[command(name = "engraph", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a pipeline and write its reports.
    Run(run::Args),
    /// Say what a run would compute, and why.
    Plan(plan::Args),
    /// Pin and fetch the sources of a pipeline that are on the Hugging Face Hub.
    #[cfg(feature = "hub")]
    Fetch(fetch::Args),
    /// Move the pins to what the sources are now, run what depends on them, and say what changed.
    #[cfg(feature = "hub")]
    Refresh(refresh::Args),
    /// List the bundled connectomes, or show one.
    Connectomes(connectomes::Args),
    /// Audit a connectome: what was read, and what in it would mislead.
    Audit(audit::Args),
    /// Count motifs in a bundled connectome or in your own.
    Motifs(motifs::Args),
    /// Generate species-like topologies and compare them with what was published.
    Species(species::Args),
    /// Estimate the intrinsic dimension of a table of points.
    Dimension(dimension::Args),
    /// Print what to cite for a pipeline, as BibTeX: the software, the connectomes, the methods.
    Cite(cite::Args),
    /// Explain the columns of the tables.
    Schema(schema::Args),
}

/// Why a command ended without success.
#[derive(Debug)]
enum Failure {
    /// What was typed, or written in a pipeline, cannot be done: exit code 2.
    Usage(Message),
    /// Something failed on the way: exit code 1.
    Failed(Message),
    /// Upstream has moved: exit code 10.
    #[cfg(feature = "hub")]
    Stale,
    /// The reader of standard output has gone (`| head`): nobody is left to be told.
    Closed,
}

impl Failure {
    fn usage(message: impl Into<Message>) -> Self {
        Self::Usage(message.into())
    }

    fn failed(message: impl Into<Message>) -> Self {
        Self::Failed(message.into())
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        Self::usage(error)
    }
}

macro_rules! failures {
    ($($error:ty),+ $(,)?) => {
        $(
            impl From<$error> for Failure {
                fn from(error: $error) -> Self {
                    Self::failed(error)
                }
            }
        )+
    };
}

failures!(
    crate::motif::MotifError,
    StoreError,
    FileError,
    RunError,
    ReportError,
    TableError,
);

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let quiet = matches!(&cli.command, Command::Run(args) if args.quiet);
    let level = tracing_subscriber::EnvFilter::try_from_env("ENGRAPH_LOG")
        .unwrap_or_else(|_| if quiet { "error" } else { "engraph=warn" }.into());
    tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .init();
    // A damaged table can make a reader panic inside; the panic is caught and told as an error, its
    // own message is noise.
    std::panic::set_hook(Box::new(|info| tracing::debug!("{info}")));
    let result = std::panic::catch_unwind(|| match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Plan(args) => plan::run(&args),
        #[cfg(feature = "hub")]
        Command::Fetch(args) => fetch::run(&args),
        #[cfg(feature = "hub")]
        Command::Refresh(args) => refresh::run(&args),
        Command::Connectomes(args) => connectomes::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Cite(args) => cite::run(&args),
        Command::Motifs(args) => motifs::run(&args),
        Command::Species(args) => species::run(&args),
        Command::Dimension(args) => dimension::run(&args),
        Command::Schema(args) => schema::run(&args),
    });
    let (code, message) = match result {
        Ok(Ok(())) | Ok(Err(Failure::Closed)) => return ExitCode::SUCCESS,
        #[cfg(feature = "hub")]
        Ok(Err(Failure::Stale)) => return ExitCode::from(10),
        Ok(Err(Failure::Usage(message))) => (2, message),
        Ok(Err(Failure::Failed(message))) => (1, message),
        Err(_) => (
            1,
            Message::from((
                "a bug in engraph",
                "run again with ENGRAPH_LOG=debug and report what it says",
            )),
        ),
    };
    message.error();
    ExitCode::from(code)
}

/// Parses a word of the command line; what to do about a wrong one stands below the message.
fn word<T: FromStr<Err: Hinted>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| match error.hint() {
        Some(hint) => format!("{error}\n  hint: {hint}"),
        None => error.to_string(),
    })
}

/// More threads than this only cost.
const MOST_JOBS: usize = 512;

/// The number of threads asked for, or of cores.
fn jobs(asked: Option<usize>) -> Result<usize, Failure> {
    match asked {
        Some(0) => Err(Failure::usage((
            "`--jobs 0` leaves nobody to work",
            "give at least 1",
        ))),
        Some(jobs) if jobs > MOST_JOBS => Err(Failure::usage((
            format!("`--jobs {jobs}` is more threads than are of use"),
            "leave it out, or give as many as there are cores",
        ))),
        Some(jobs) => Ok(jobs),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// Does the work in a pool of so many threads.
fn in_threads(
    asked: Option<usize>,
    work: impl FnOnce() -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let jobs = jobs(asked)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    pool.map_err(|e| Failure::failed(format!("cannot start {}: {e}", counted(jobs, "thread"))))?
        .install(work)
}

/// Which pipeline, and what to change in it.
#[derive(Debug, clap::Args)]
struct PipelineArgs {
    /// Path of a pipeline, or the name of one that comes with engraph (celegans, convergence, hub,
    /// smoke, species, validation).
    #[arg(default_value = "celegans")]
    pipeline: String,
    /// Change a value of the pipeline, for instance `--set training.seeds=3`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Folder of cached results.
    #[arg(long, value_name = "DIR", default_value = ".engraph")]
    store: PathBuf,
    #[cfg(feature = "hub")]
    #[command(flatten)]
    hub: sources::HubArgs,
}

impl PipelineArgs {
    /// The pipeline, and where it is: locks lie beside it.
    fn located(&self) -> Result<(Spec, PathBuf), Failure> {
        let path = Path::new(&self.pipeline);
        if !path.is_file() && builtin::NAMES.contains(&self.pipeline.as_str()) {
            // The repository's own copy wins: it is the one people edit.
            let name = &self.pipeline;
            let own = Path::new("pipelines").join(format!("{name}.toml"));
            if !own.exists()
                && let Some(spec) = builtin::spec(name, &self.overrides)?
            {
                return Ok((spec, PathBuf::from(format!("{name}.toml"))));
            }
            return Ok((Spec::read(&own, &self.overrides)?, own));
        }
        Ok((Spec::read(path, &self.overrides)?, path.to_owned()))
    }

    /// The pipeline as it is written.
    fn spec(&self) -> Result<Spec, Failure> {
        Ok(self.located()?.0)
    }

    /// The pipeline with its sources on a Hub fetched.
    fn fetched(&self) -> Result<Spec, Failure> {
        #[cfg(feature = "hub")]
        return sources::spec(self, sources::Access::Fetch);
        #[cfg(not(feature = "hub"))]
        self.spec()
    }

    /// The pipeline with those of its sources on a Hub that were fetched before.
    fn looked_at(&self) -> Result<Spec, Failure> {
        #[cfg(feature = "hub")]
        return sources::spec(self, sources::Access::Look);
        #[cfg(not(feature = "hub"))]
        self.spec()
    }

    /// How old the knowledge about its sources on a Hub is; nothing without such sources.
    fn age(&self, _spec: &Spec) -> Option<String> {
        #[cfg(feature = "hub")]
        return refresh::age(_spec, &self.store);
        #[cfg(not(feature = "hub"))]
        None
    }
}
