//! The command `engraph paths`.

use std::path::PathBuf;

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::message::note;
use super::output::OutputArgs;
use super::reading::Reading;
use super::sentences;
use super::signed::Choice;
use crate::connectome::{InhibitoryFraction, SignModel, SignTally};
use crate::paths::PathSettings;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Bundled connectome [default: cook2019_herm].
    #[arg(long, value_name = "NAME", conflicts_with_all = ["edges", "neurons"])]
    connectome: Option<String>,
    /// Your own edges, as `engraph motifs` reads them. Classes of neurons come with --neurons.
    #[arg(long, value_name = "FILE")]
    edges: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Sign model: wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, or file for the
    /// input's own signs [default: file where the input has signs, else wang2024].
    #[arg(long, value_name = "MODEL", value_parser = word::<SignModel>)]
    signs: Option<SignModel>,
    /// Where nothing is known of signs: make this fraction of the neurons, drawn at random
    /// (--seed), inhibitory, all others excitatory.
    #[arg(
        long,
        value_name = "FRACTION",
        conflicts_with = "signs",
        value_parser = word::<InhibitoryFraction>
    )]
    assume_inhibitory: Option<InhibitoryFraction>,
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
    let choice = Choice {
        connectome: args.connectome.as_deref(),
        edges: args.edges.as_deref(),
        reading: &args.reading,
        signs: args.signs,
        assumed: args.assume_inhibitory,
        seed: args.seed,
    };
    let (signed, sign_model) = choice.signed()?;
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
