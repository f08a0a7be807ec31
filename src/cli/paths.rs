//! The command `engraph paths`.

use super::arguments::in_threads;
use super::failure::Failure;
use super::message::note;
use super::output::OutputArgs;
use super::sentences;
use super::signed::ConnectomeArgs;
use crate::connectome::SignTally;
use crate::paths::PathSettings;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    connectome: ConnectomeArgs,
    /// Where paths begin: a class (sensory, inter, motor, polymodal, unknown), the name of a neuron
    /// or a cell type; may be repeated, each a group of its own [default: sensory].
    #[arg(long, value_name = "WORD")]
    from: Vec<String>,
    /// Where paths end, in the same words [default: motor].
    #[arg(long, value_name = "WORD")]
    to: Vec<String>,
    /// Most synapses of a path.
    #[arg(long, value_name = "N", default_value_t = PathSettings::STEPS)]
    steps: u32,
    /// Also list so many strongest pairs of neurons for each number of steps.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pairs: u32,
    /// List so many strongest paths by name for each number of steps.
    #[arg(long, value_name = "K", default_value_t = PathSettings::STRONGEST)]
    strongest: u32,
    /// Seed of assumed signs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    in_threads(args.jobs, || run_here(args))
}

fn run_here(args: &Args) -> Result<(), Failure> {
    let settings = args.settings()?;
    let output = args.output.checked()?;
    if settings.strongest > 0 {
        output.check_several()?;
    }
    let (signed, sign_model) = args.connectome.signed(args.seed)?;
    let tally = SignTally::of(&signed, 0.0);
    if tally.unsigned > 0 {
        note(format!(
            "{tally} (under `{sign_model}`); paths with an unsigned synapse have no sign"
        ));
    }
    let tables = settings
        .tables(&signed, &sign_model)
        .map_err(Failure::usage)?;
    let read = sentences::of_effective_connectivity(&tables.effective);
    let mut formed = vec![output.form_with(&tables.effective, &read)?];
    if settings.strongest > 0 {
        let read = sentences::of_paths(&tables.strongest);
        formed.push(output.form_with(&tables.strongest, &read)?);
    }
    output.emit_all(formed)
}

impl Args {
    fn settings(&self) -> Result<PathSettings, Failure> {
        let usual = PathSettings::default();
        let given = |words: &[String], usual: Vec<String>| match words {
            [] => usual,
            words => words.to_vec(),
        };
        let settings = PathSettings {
            from: given(&self.from, usual.from),
            to: given(&self.to, usual.to),
            steps: self.steps,
            pairs: self.pairs,
            strongest: self.strongest,
        };
        settings
            .check()
            .map_err(|fault| Failure::usage(format!("`--{}` {}", fault.field, fault.message)))?;
        Ok(settings)
    }
}
