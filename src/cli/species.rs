//! The command `engraph species`.

use rayon::prelude::*;

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::output::OutputArgs;
use super::sentences;
use crate::topology::SpeciesTargetRow;
use crate::topology::{
    Compared, Measures, SPECIES_NEURONS, SpeciesError, SpeciesLike, SpeciesPreset,
};

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
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
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
    let mut models = Vec::new();
    for preset in presets {
        let own = SpeciesLike::new(preset);
        let inhibitory_fraction = args.inhibitory_fraction.unwrap_or(own.inhibitory_fraction);
        let model = SpeciesLike {
            neurons: args.neurons,
            inhibitory_fraction,
            ..own
        };
        model.check().map_err(Failure::usage)?;
        models.push(model);
    }
    in_threads(None, || {
        let mut rows = Vec::new();
        for model in &models {
            rows.extend(realised(model, args).map_err(Failure::failed)?);
        }
        output.emit_all(vec![
            output.form_with(&rows, &sentences::of_species(&rows))?,
        ])
    })
}

/// The targets of a model beside the means over the graphs that it generates.
fn realised(model: &SpeciesLike, args: &Args) -> Result<Vec<SpeciesTargetRow>, SpeciesError> {
    let name = model.preset.as_str();
    let draw = |index: u32| {
        let graph = model.generate(name, args.seed.wrapping_add(index.into()))?;
        Ok(model.compare(&Measures::of(&graph.connectome)))
    };
    let graphs: Vec<Vec<Compared>> = (0..args.graphs)
        .into_par_iter()
        .map(draw)
        .collect::<Result<_, SpeciesError>>()?;
    let mean = |(index, first): (usize, &Compared)| {
        let realised =
            graphs.iter().map(|g| g[index].realised).sum::<f64>() / f64::from(args.graphs);
        SpeciesTargetRow::new(name, model, &Compared { realised, ..*first }, args.graphs)
    };
    Ok(graphs[0].iter().enumerate().map(mean).collect())
}
