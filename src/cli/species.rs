//! The command `engraph species`.

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::output::OutputArgs;
use super::sentences;
use crate::topology::{SPECIES_NEURONS, SpeciesLike, SpeciesPreset};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Presets (worm_like, human_like, ...); all without one.
    #[arg(value_parser = word::<SpeciesPreset>)]
    presets: Vec<SpeciesPreset>,
    /// Neurons of each graph.
    #[arg(long, value_name = "N", default_value_t = SPECIES_NEURONS)]
    neurons: u32,
    /// Share of inhibitory neurons instead of the preset's.
    #[arg(long, value_name = "SHARE")]
    inhibitory_fraction: Option<f64>,
    /// Graphs the realised values are means of.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    graphs: u32,
    /// Seed of the first graph.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = args.output.checked()?;
    let presets = if args.presets.is_empty() {
        SpeciesPreset::ALL.to_vec()
    } else {
        args.presets.clone()
    };
    let sized = |preset| SpeciesLike::sized(preset, Some(args.neurons), args.inhibitory_fraction);
    let models = presets.into_iter().map(sized);
    let models: Vec<SpeciesLike> = models.collect::<Result<_, _>>().map_err(Failure::usage)?;
    in_threads(None, || {
        let mut rows = Vec::new();
        for model in &models {
            let realised = model.realised(args.graphs, args.seed);
            rows.extend(realised.map_err(Failure::failed)?);
        }
        output.emit_all(vec![
            output.form_with(&rows, &sentences::of_species(&rows))?,
        ])
    })
}
