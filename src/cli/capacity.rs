//! The command `engraph capacity`.

use std::path::PathBuf;

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::message::{note, warning};
use super::output::{Output, OutputArgs};
use super::sentences;
use super::signed::ConnectomeArgs;
use crate::capacity::{
    CapacitySurvey, Convention, MOST_DENSE, MOST_LEFT_OUT, SNR, Status, Subject, Weights,
    check_snr, compare_with_nulls,
};
use crate::connectome::{Connectome, SignTally};
use crate::null_model::{Chain, GLOBAL_TRADES, NullModel, NullSettings, SWAPS_PER_EDGE};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    connectome: ConnectomeArgs,
    /// What a synapse counts for: counts (its weight) or binary (one).
    #[arg(
        long,
        value_name = "WORD",
        default_value_t = Weights::Counts,
        value_parser = word::<Weights>
    )]
    weights: Weights,
    /// Steps of past inputs and of future outputs.
    #[arg(long, value_name = "T", default_value_t = Convention::default().horizon)]
    horizon: u32,
    /// Time step over time constant.
    #[arg(
        long,
        value_name = "A",
        default_value_t = Convention::default().leak,
        allow_negative_numbers = true
    )]
    leak: f64,
    /// Spectral radius that the signed weights are scaled to.
    #[arg(
        long,
        value_name = "G",
        default_value_t = Convention::default().spectral_radius,
        allow_negative_numbers = true
    )]
    spectral_radius: f64,
    /// Power of the strongest direction over that of the noise; may be repeated [default: 1e2, 1e4
    /// and 1e6].
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    snr: Vec<f64>,
    /// Leave out gap junctions.
    #[arg(long)]
    no_gap_junctions: bool,
    /// Compare with this many null connectomes of each kind.
    #[arg(long, value_name = "N", default_value_t = 0)]
    nulls: u32,
    /// What a null keeps: by_transmitter, by_source_sign, by_strength, by_sign_pair,
    /// by_sign_and_class, unlayered, erdos_renyi; may be repeated [default: by_source_sign and
    /// by_sign_and_class].
    #[arg(long, value_name = "MODEL", value_parser = word::<NullModel>)]
    null_model: Vec<NullModel>,
    /// How a null is drawn: swaps, trades (for very large connectomes), or auto.
    #[arg(long, value_name = "CHAIN", default_value_t = Chain::Auto, value_parser = word::<Chain>)]
    null_chain: Chain,
    /// Attempted swaps per edge and null.
    #[arg(long, value_name = "X", default_value_t = SWAPS_PER_EDGE)]
    swaps_per_edge: f64,
    /// Global trades per null.
    #[arg(long, value_name = "N", default_value_t = GLOBAL_TRADES)]
    global_trades: u32,
    /// Seed of nulls and assumed signs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also give the error curves E(k).
    #[arg(long)]
    curves: bool,
    /// Write what is carried without each held neuron to this file.
    #[arg(long, value_name = "FILE")]
    neurons_out: Option<PathBuf>,
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
    let survey = args.survey()?;
    let output = args.output.checked()?;
    if args.nulls > 0 || args.curves {
        output.check_several()?;
    }
    let neurons_output = match &args.neurons_out {
        Some(path) if output.out == Some(path) => {
            return Err(Failure::usage((
                format!("`{}` cannot hold both tables", path.display()),
                "name another file for one of them",
            )));
        }
        Some(path) => Some(Output::checked(None, Some(path), output.format)?),
        None => None,
    };
    let (signed, sign_model) = args.signed()?;
    let subject = Subject {
        connectome: &signed,
        family: "observed",
        species: if args.connectome.edges.is_some() {
            "unknown"
        } else {
            "Caenorhabditis elegans"
        },
        sign_model: &sign_model,
        own_signs: true,
    };
    let tables = survey
        .tables(subject, args.seed, &|| true)
        .unwrap_or_default();
    if let Some(row) = tables.dimensions.iter().find(|row| row.note.is_some())
        && let Some(text) = &row.note
    {
        if row.status == Status::NoClasses.as_str() {
            let hint = "give classes in a table of neurons: `--neurons FILE`";
            warning((text.clone(), hint));
        } else {
            warning(format!("{}: {text}", row.keys.measure));
        }
    }
    let held = tables
        .dimensions
        .first()
        .map_or(0, |row| row.held_neurons as usize);
    if held > MOST_DENSE && (args.nulls > 0 || args.curves || args.neurons_out.is_some()) {
        note(format!(
            "more than {MOST_DENSE} neurons hold: values are estimated, and nulls, curves and \
             neurons left out"
        ));
    } else if held > MOST_LEFT_OUT && args.neurons_out.is_some() {
        note(format!(
            "more than {MOST_LEFT_OUT} neurons hold: none is left out"
        ));
    }
    let compared = compare_with_nulls(&tables.draws);
    let read = sentences::of_capacity(&tables.dimensions, &compared);
    let mut formed = Vec::new();
    if compared.is_empty() {
        formed.push(output.form_with(&tables.dimensions, &read)?);
    } else {
        formed.push(output.form(&tables.dimensions)?);
    }
    if args.nulls > 0 {
        formed.push(output.form_with(&compared, &read)?);
    }
    if args.curves {
        formed.push(output.form(&tables.curves)?);
    }
    if let Some(place) = neurons_output {
        place.emit(&tables.neurons)?;
    }
    output.emit_all(formed)
}

impl Args {
    fn survey(&self) -> Result<CapacitySurvey, Failure> {
        let convention = Convention {
            weights: self.weights,
            horizon: self.horizon,
            leak: self.leak,
            spectral_radius: self.spectral_radius,
            gap_junctions: !self.no_gap_junctions,
        };
        let snr = if self.snr.is_empty() {
            SNR.to_vec()
        } else {
            self.snr.clone()
        };
        convention
            .check()
            .and_then(|()| check_snr(&snr))
            .map_err(|fault| {
                let flag = fault.field.replace('_', "-");
                Failure::usage((format!("`--{flag}` {}", fault.message), fault.hint))
            })?;
        let swaps = self.swaps_per_edge;
        if !(swaps.is_finite() && swaps >= 0.0) {
            return Err(Failure::usage((
                format!("`--swaps-per-edge {swaps}`"),
                "give a number of at least 0",
            )));
        }
        let null_models = if self.null_model.is_empty() {
            vec![NullModel::BySourceSign, NullModel::BySignAndClass]
        } else {
            self.null_model.clone()
        };
        Ok(CapacitySurvey {
            conventions: vec![convention],
            snr,
            nulls: self.nulls,
            null_models,
            null_settings: NullSettings {
                chain: self.null_chain,
                swaps_per_edge: swaps,
                global_trades: self.global_trades,
            },
            curves: self.curves,
            neurons: self.neurons_out.is_some(),
        })
    }

    /// The connectome with its signs, and the name of what gave it the signs.
    fn signed(&self) -> Result<(Connectome, String), Failure> {
        let (signed, sign_model) = self.connectome.signed(self.seed)?;
        let tally = SignTally::of(&signed, 0.0);
        if tally.unsigned > 0 {
            note(format!(
                "{tally} (under `{sign_model}`); unsigned synapses count as excitatory"
            ));
        }
        Ok((signed, sign_model))
    }
}
