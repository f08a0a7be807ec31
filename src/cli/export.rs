//! The command `engraph export`.

use std::path::PathBuf;

use super::failure::{Failure, word};
use super::message::note;
use super::motifs::warn_of_strengths;
use super::output::{Format, Output};
use super::reading::Reading;
use crate::circuit_prior::{MOST_JOINTS, Swimmer};
use crate::connectome::{
    Connectome, InhibitoryFraction, SignModel, SignTally, Synapse, Unsaid, to_exported,
};
use crate::null_model::{Chain, GLOBAL_TRADES, NullModel, NullSettings, SWAPS_PER_EDGE, Surrogate};
use crate::source::{bundled, check_signs};
use crate::text::plural::counted;
use crate::topology::{SpeciesLike, SpeciesPreset};

#[derive(Debug, clap::Args)]
#[command(group(
    clap::ArgGroup::new("what")
        .required(true)
        .args(["connectome", "edges", "species", "circuit"])
))]
pub(super) struct Args {
    /// Bundled connectome.
    #[arg(value_name = "NAME")]
    connectome: Option<String>,
    /// Your own edges, as `engraph motifs` reads them.
    #[arg(long, value_name = "FILE")]
    edges: Option<PathBuf>,
    /// Species-like topology: the first graph of `engraph species` under the same --seed.
    #[arg(long, value_name = "PRESET", value_parser = word::<SpeciesPreset>)]
    species: Option<SpeciesPreset>,
    /// The worm's swimming circuit of `[circuit_prior]`, of a body with this many joints: 5 as
    /// published.
    #[arg(
        long,
        value_name = "JOINTS",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_JOINTS))
    )]
    circuit: Option<u32>,
    #[command(flatten)]
    reading: Reading,
    /// Number of neurons of the species-like topology.
    #[arg(long, value_name = "N", requires = "species")]
    size: Option<u32>,
    /// Share of inhibitory neurons instead of the preset's.
    #[arg(long, value_name = "SHARE", requires = "species")]
    inhibitory_fraction: Option<f64>,
    /// Sign model: wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, or file for the
    /// input's own signs [default: file; wang2024 for a null of an input without signs].
    #[arg(long, value_name = "MODEL", value_parser = word::<SignModel>)]
    signs: Option<SignModel>,
    /// Assume signs: make this fraction of the neurons, drawn at random (--seed), inhibitory, all
    /// others excitatory.
    #[arg(
        long,
        value_name = "FRACTION",
        conflicts_with = "signs",
        value_parser = word::<InhibitoryFraction>
    )]
    assume_inhibitory: Option<InhibitoryFraction>,
    /// Which draw of the assumed signs, from 1.
    #[arg(
        long,
        value_name = "I",
        default_value_t = 1,
        requires = "assume_inhibitory",
        conflicts_with = "signs",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    sign_draw: u32,
    /// Leave out weaker chemical synapses.
    #[arg(long, value_name = "W", default_value_t = 0.0)]
    min_weight: f64,
    /// Export a null: by_transmitter, by_source_sign, by_sign_and_class, by_strength, by_sign_pair,
    /// unlayered or erdos_renyi.
    #[arg(long, value_name = "MODEL", value_parser = word::<NullModel>)]
    null_model: Option<NullModel>,
    /// Which of the nulls that `engraph motifs --nulls` draws under the same flags, from 1.
    #[arg(
        long,
        value_name = "I",
        default_value_t = 1,
        requires = "null_model",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    null: u32,
    /// How the null is drawn: swaps, trades (for very large connectomes), or auto.
    #[arg(
        long,
        value_name = "CHAIN",
        default_value_t = Chain::Auto,
        requires = "null_model",
        value_parser = word::<Chain>
    )]
    null_chain: Chain,
    /// Attempted swaps per edge.
    #[arg(long, value_name = "X", default_value_t = SWAPS_PER_EDGE, requires = "null_model")]
    swaps_per_edge: f64,
    /// Global trades.
    #[arg(long, value_name = "N", default_value_t = GLOBAL_TRADES, requires = "null_model")]
    global_trades: u32,
    /// Seed of the null, of the species-like topology and of assumed signs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also write the neurons: names, classes, cell types, transmitters and signs. Edges alone do
    /// not show neurons without synapses, nor the signs of those that send none.
    #[arg(long, value_name = "FILE")]
    neurons_out: Option<PathBuf>,
    /// Form of the tables: csv, tsv, json or parquet [default: what the name of the file says, else
    /// csv].
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Option<Format>,
    /// Write the edges to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let output = Output::exact(args.format, args.out.as_deref(), Format::Csv, "weights")?;
    let neurons_output = match &args.neurons_out {
        Some(path) if args.out.as_ref() == Some(path) => {
            return Err(Failure::usage((
                format!("`{}` cannot hold both tables", path.display()),
                "name another file for one of them",
            )));
        }
        Some(path) => Some(Output::exact(None, Some(path), output.format, "weights")?),
        None => None,
    };
    let connectome = args.wiring()?;
    describe(&connectome, neurons_output.is_none());
    let (edges, neurons) = to_exported(&connectome);
    if let Some(place) = neurons_output {
        place.emit(&neurons)?;
    }
    output.emit(&edges)
}

impl Args {
    /// The connectome that is to be exported.
    fn wiring(&self) -> Result<Connectome, Failure> {
        let swaps = self.swaps_per_edge;
        if !(swaps.is_finite() && swaps >= 0.0) {
            return Err(Failure::usage((
                format!("`--swaps-per-edge {swaps}`"),
                "give a number of at least 0",
            )));
        }
        let signed = self.strong(self.signed(self.read()?)?)?;
        let Some(model) = self.null_model else {
            return Ok(signed);
        };
        let settings = NullSettings {
            chain: self.null_chain,
            swaps_per_edge: self.swaps_per_edge,
            global_trades: self.global_trades,
        };
        let name = format!("{}.null{}", signed.name(), self.null);
        let null = Surrogate::new(&signed, self.min_weight, model).numbered(
            self.null - 1,
            settings,
            self.seed,
        );
        warn_of_strengths(null.strength_error);
        null.in_place_of(&signed, &name).map_err(Failure::failed)
    }

    fn read(&self) -> Result<Connectome, Failure> {
        // clap waives `requires` where what is required conflicts with what is there.
        if self.species.is_none() && (self.size.is_some() || self.inhibitory_fraction.is_some()) {
            return Err(Failure::usage((
                "`--size` and `--inhibitory-fraction` are about species-like topologies",
                "name one with `--species`",
            )));
        }
        if self.edges.is_none() {
            self.reading.refuse_without_edges()?;
        }
        if let Some(preset) = self.species {
            let model = SpeciesLike::sized(preset, self.size, self.inhibitory_fraction);
            let model = model.map_err(Failure::usage)?;
            let topology = model.generate(preset.as_str(), self.seed);
            return Ok(topology.map_err(Failure::failed)?.connectome);
        }
        if let Some(joints) = self.circuit {
            return Ok(Swimmer::new(joints as usize).connectome());
        }
        match (&self.edges, &self.connectome) {
            (Some(edges), _) => self.reading.read(edges),
            (None, name) => {
                let name = name.as_deref().unwrap_or_default();
                bundled::connectome(name).map_err(Failure::usage)
            }
        }
    }

    fn signed(&self, connectome: Connectome) -> Result<Connectome, Failure> {
        if let Some(share) = self.assume_inhibitory {
            return Ok(connectome.with_assumed_signs(share, self.seed, self.sign_draw));
        }
        let model = match self.signs {
            Some(model) => model,
            // As `engraph motifs` signs what it draws nulls of.
            None if self.null_model.is_some() && !connectome.is_signed() => SignModel::Wang2024,
            None => SignModel::File,
        };
        check_signs(model, &connectome).map_err(Failure::usage)?;
        Ok(connectome.with_signs(model))
    }

    /// The connectome without chemical synapses below the threshold.
    fn strong(&self, connectome: Connectome) -> Result<Connectome, Failure> {
        if !(self.min_weight.is_finite() && self.min_weight >= 0.0) {
            return Err(Failure::usage((
                format!("`--min-weight {}` is not a weight", self.min_weight),
                "give a number of at least 0",
            )));
        }
        let strong = |s: &&Synapse| s.weight >= self.min_weight;
        let chemical = connectome.chemical().iter().filter(strong);
        if chemical.clone().next().is_none() && !connectome.chemical().is_empty() {
            return Err(Failure::usage((
                format!("no chemical synapse is at least {} strong", self.min_weight),
                "lower `--min-weight`",
            )));
        }
        let synapses = chemical.chain(connectome.electrical()).copied().collect();
        let name = connectome.name().to_owned();
        connectome.rewired(name, synapses).map_err(Failure::failed)
    }
}

/// Says what is exported, and what the table of edges leaves unsaid if it is alone.
fn describe(connectome: &Connectome, is_alone: bool) {
    let autapses = connectome.chemical().iter().filter(|s| s.pre == s.post);
    note(format!(
        "{}; {}; {}; {}; weights in {}",
        counted(connectome.neurons().len(), "neuron"),
        SignTally::of(connectome, 0.0),
        counted(autapses.count(), "autapse"),
        counted(connectome.electrical().len(), "gap junction"),
        connectome.unit(),
    ));
    let unsaid = Unsaid::of(connectome);
    if is_alone && unsaid != Unsaid::default() {
        let text = format!(
            "edges alone do not tell of {} without synapses and of the signs of {}",
            counted(unsaid.isolated, "neuron"),
            counted(unsaid.signs, "neuron"),
        );
        note((
            text,
            "`--neurons-out FILE` writes them, `--neurons FILE` reads them",
        ));
    }
}
