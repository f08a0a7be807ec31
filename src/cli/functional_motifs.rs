//! The command `engraph functional-motifs`.

use std::collections::BTreeMap;

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::message::{Message, note};
use super::output::OutputArgs;
use super::sentences;
use super::signed::ConnectomeArgs;
use super::traces::Traces;
use crate::connectome::SignModel;
use crate::functional_motifs::{FunctionalMotifError, FunctionalMotifSurvey, Windows};
use crate::motif::{Motif, participation_by_name};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    traces: Traces,
    /// Rows of a window.
    #[arg(long, value_name = "ROWS", default_value_t = 60)]
    window: usize,
    /// Rows from one window to the next [default: half a window].
    #[arg(long, value_name = "ROWS")]
    stride: Option<usize>,
    /// Number of components.
    #[arg(long, value_name = "N", default_value_t = 5)]
    components: usize,
    /// Random starts, of which the best is reported and the others tell how stable it is.
    #[arg(long, value_name = "N", default_value_t = 10)]
    starts: u32,
    /// Also relate the components to how often the neurons take part in XOR5 of this bundled
    /// connectome.
    #[arg(long, value_name = "NAME")]
    connectome: Option<String>,
    /// Sign model of the connectome [default: wang2024].
    #[arg(long, value_name = "MODEL", requires = "connectome", value_parser = word::<SignModel>)]
    signs: Option<SignModel>,
    /// Seed of the starts.
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
    let output = args.output.checked()?;
    output.check_several()?;
    let participation = args.participation()?;
    let traces = args.traces.read()?;
    if let Some(of) = &participation {
        let shared = traces.iter().filter(|(name, _)| of.contains_key(name));
        note(format!(
            "{} of {} traces have the name of a neuron of the connectome",
            shared.count(),
            traces.len()
        ));
    }
    let survey = FunctionalMotifSurvey {
        windows: Windows {
            length: args.window,
            stride: args.stride.unwrap_or(args.window / 2).max(1),
        },
        components: args.components,
        starts: args.starts,
    };
    let fail = |error: FunctionalMotifError| {
        Failure::Failed(Message::from(error).about(args.traces.path().display()))
    };
    let tables = survey
        .tables(&traces, participation.as_ref(), args.seed)
        .map_err(fail)?;
    let read = sentences::of_functional_motifs(&tables);
    output.emit_all(vec![
        output.form_with(&tables.motifs, &read)?,
        output.form(&tables.neurons)?,
        output.form(&tables.courses)?,
    ])
}

impl Args {
    /// How often each neuron of the connectome takes part in XOR5, in any role.
    fn participation(&self) -> Result<Option<BTreeMap<String, f64>>, Failure> {
        let Some(name) = &self.connectome else {
            return Ok(None);
        };
        let choice = ConnectomeArgs {
            connectome: Some(name.clone()),
            signs: self.signs,
            ..ConnectomeArgs::default()
        };
        let (signed, _) = choice.signed(self.seed)?;
        let motif = Motif::Xor5.pattern();
        let found = participation_by_name(&signed, motif).map_err(Failure::failed)?;
        Ok(Some(found))
    }
}
