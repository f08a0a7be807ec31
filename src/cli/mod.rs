//! The command line: one module per command.
//!
//! Read [`main`] first, then the module of a command. `arguments` and `sources` turn what was typed
//! into a checked pipeline. `output`, `message`, `progress` and `failure` say where results,
//! messages and exit codes go.
//!
//! Standard output carries data only. Progress and errors go to standard error. The exit codes are
//! 0 for success, 1 for failure, 2 for wrong usage, 10 for stale sources, and 130 or 143 after an
//! interruption.

mod arguments;
mod audit;
mod capacity;
#[cfg(feature = "hub")]
mod checks;
mod cite;
mod columns;
mod completions;
mod connectomes;
mod diff;
mod dimension;
mod export;
mod failure;
#[cfg(feature = "hub")]
mod fetch;
mod functional_motifs;
mod gc;
mod infer;
mod interruption;
mod message;
mod motifs;
mod named;
mod new;
mod output;
mod outside;
mod paths;
mod plan;
mod progress;
mod reading;
mod reference;
#[cfg(feature = "hub")]
mod refresh;
mod report;
mod run;
mod schema;
mod sentences;
mod share;
mod signed;
#[cfg(feature = "hub")]
mod sources;
mod species;
mod terminal;
mod traces;
mod verify;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

pub use self::named::{inferred_from, pipeline_named};
pub use self::outside::{Access, CommandError};

use self::failure::Failure;
use self::message::Message;

/// Engram networks on connectomes: motif counts, training, latent dimension.
#[derive(Debug, Parser)]
#[command(name = "engraph", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Two examples, which end the help of a command.
macro_rules! examples {
    ($first:literal, $second:literal $(,)?) => {
        concat!("Examples:\n  ", $first, "\n  ", $second)
    };
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a pipeline and write its reports.
    #[command(after_help = examples!(
        "engraph run",
        "engraph run mine.toml --set training.seeds=10",
    ))]
    Run(run::Command),
    /// Write a commented pipeline to start from.
    #[command(after_help = examples!(
        "engraph new mine",
        "engraph new mine --edges edges.csv --neurons neurons.csv",
    ))]
    New(new::Args),
    /// Make the page of a run again, from the tables in its folder.
    #[command(after_help = examples!(
        "engraph report reports/celegans",
        "engraph report reports/mine",
    ))]
    Report(report::Args),
    /// Check that a report folder is as its run has left it.
    #[command(after_help = examples!(
        "engraph verify reports/celegans",
        "engraph verify reports/celegans --format json",
    ))]
    Verify(verify::Args),
    /// Compare the rows of two report folders, or of two tables, and the pipelines behind them.
    #[command(after_help = examples!(
        "engraph diff reports/before reports/after",
        "engraph diff before.parquet after.parquet --tolerance 1e-9",
    ))]
    Diff(diff::Args),
    /// Say what a run would compute, and why.
    #[command(after_help = examples!(
        "engraph plan celegans --spec",
        "engraph plan mine.toml --set training.seeds=10",
    ))]
    Plan(plan::Args),
    /// Pin and fetch the sources of a pipeline that are on the Hugging Face Hub, or trained
    /// networks.
    #[cfg(feature = "hub")]
    #[command(after_help = examples!(
        "engraph fetch hub",
        "engraph fetch hf://datasets/OWNER/NAME/networks --out networks",
    ))]
    Fetch(fetch::Args),
    /// Move the pins to what the sources are now, run what depends on them, and say what changed.
    #[cfg(feature = "hub")]
    #[command(after_help = examples!(
        "engraph refresh hub --check",
        "engraph refresh mine.toml",
    ))]
    Refresh(refresh::Args),
    /// List the bundled connectomes, or show one.
    #[command(after_help = examples!(
        "engraph connectomes",
        "engraph connectomes cook2019_herm --format json",
    ))]
    Connectomes(connectomes::Args),
    /// Audit a connectome: what was read, and what in it would mislead.
    #[command(after_help = examples!(
        "engraph audit cook2019_herm",
        "engraph audit edges.csv --neurons neurons.csv",
    ))]
    Audit(audit::Args),
    /// Count motifs in a bundled connectome or in your own.
    #[command(after_help = examples!(
        "engraph motifs --motif xor5 --nulls 100",
        "engraph motifs --edges edges.csv --neurons neurons.csv --out motifs.parquet",
    ))]
    Motifs(motifs::Args),
    /// Say how much of whose input comes from where over several synapses, and by which paths.
    #[command(after_help = examples!(
        "engraph paths --steps 4",
        "engraph paths --from ASHL --from ASHR --to AVAL --strongest 20",
    ))]
    Paths(paths::Args),
    /// Say in closed form how many dimensions a wiring offers, without training.
    #[command(after_help = examples!(
        "engraph capacity --nulls 100",
        "engraph capacity --edges edges.csv --neurons neurons.csv --curves",
    ))]
    Capacity(capacity::Args),
    /// Generate species-like topologies and compare them with what was published.
    #[command(after_help = examples!(
        "engraph species worm_like",
        "engraph species human_like --neurons 500 --graphs 3",
    ))]
    Species(species::Args),
    /// Write a connectome, a null of it or a species-like topology as a table of edges.
    #[command(after_help = examples!(
        "engraph export cook2019_herm --out edges.csv --neurons-out neurons.csv",
        "engraph export cook2019_herm --null-model by_source_sign --out null.csv",
    ))]
    Export(export::Args),
    /// Estimate the intrinsic dimension of a table of points.
    #[command(after_help = examples!(
        "engraph dimension points.csv --estimator recommended",
        "engraph dimension traces.csv --theiler 20",
    ))]
    Dimension(dimension::Args),
    /// Find groups of neurons whose activity goes together for some of the time.
    #[command(after_help = examples!(
        "engraph functional-motifs traces.csv --components 4",
        "engraph functional-motifs traces.parquet --window 90 --connectome cook2019_herm",
    ))]
    FunctionalMotifs(functional_motifs::Args),
    /// Run a trained network on a series of your own.
    #[command(after_help = examples!(
        "engraph infer reports/networks traces.csv --latent-units 2",
        "engraph infer reports/mine traces.csv --latent-units 2 --stride 1 --out latents.parquet",
    ))]
    Infer(infer::Args),
    /// Print what to cite for a pipeline, as BibTeX: the software, the connectomes, the methods.
    #[command(after_help = examples!(
        "engraph cite celegans",
        "engraph cite mine.toml --out citations.bib",
    ))]
    Cite(cite::Args),
    /// Remove results from the store that no pipeline of yours needs.
    #[command(after_help = examples!(
        "engraph gc celegans mine.toml",
        "engraph gc mine.toml --older-than 30 --remove",
    ))]
    Gc(gc::Args),
    /// Explain the columns of the tables.
    #[command(after_help = examples!(
        "engraph schema motif_counts",
        "engraph schema --json",
    ))]
    Schema(schema::Args),
    /// Print what makes a shell complete commands and options.
    #[command(after_help = examples!(
        "engraph completions bash",
        "engraph completions zsh",
    ))]
    Completions(completions::Args),
    /// Write the reference of commands, pipelines and tables as Markdown.
    #[command(hide = true)]
    Reference(reference::Args),
}

/// Runs the program with the arguments of the process, and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    run_command(std::env::args_os()).into()
}

/// Runs the command that these arguments are, of which the first is the name of the program, and
/// returns its exit code. It takes over the signals, the log and the panic hook of the process.
pub fn run_command(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return message::usage(&error),
    };
    interruption::watch();
    let quiet = matches!(&cli.command, Command::Run(args) if args.run.quiet);
    let level = tracing_subscriber::EnvFilter::try_from_env("ENGRAPH_LOG")
        .unwrap_or_else(|_| if quiet { "error" } else { "engraph=warn" }.into());
    tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_writer(|| message::Log)
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .try_init()
        // A second command of the same process keeps the log of the first.
        .unwrap_or_default();
    // A damaged table can make a reader panic. The panic is caught and reported as an error, so its
    // own message would only repeat it.
    std::panic::set_hook(Box::new(|info| tracing::debug!("{info}")));
    let result = std::panic::catch_unwind(|| match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Plan(args) => plan::run(&args),
        #[cfg(feature = "hub")]
        Command::Fetch(args) => fetch::run(&args),
        #[cfg(feature = "hub")]
        Command::Refresh(args) => refresh::run(&args),
        Command::Connectomes(args) => connectomes::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Cite(args) => cite::run(&args),
        Command::Motifs(args) => motifs::run(&args),
        Command::Paths(args) => paths::run(&args),
        Command::Capacity(args) => capacity::run(&args),
        Command::Species(args) => species::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Dimension(args) => dimension::run(&args),
        Command::FunctionalMotifs(args) => functional_motifs::run(&args),
        Command::Infer(args) => infer::run(&args),
        Command::Gc(args) => gc::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::New(args) => new::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Reference(args) => reference::run(&args),
    });
    let (code, message) = match result {
        Ok(Ok(())) | Ok(Err(Failure::Closed)) => return 0,
        #[cfg(feature = "hub")]
        Ok(Err(Failure::Stale)) => return 10,
        Ok(Err(Failure::Differs)) => return 1,
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
    code
}
