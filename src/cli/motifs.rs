//! `engraph motifs`.

use std::path::PathBuf;

use super::Failure;
use super::output::{Format, emit, print, require_file};
use crate::connectome::{Connectome, Sign, SignModel};
use crate::motif::Motif;
use crate::pipeline::stages::motifs::CountMotifs;
use crate::report::write::check_writable;
use crate::source::bundled;
use crate::topology::{NullModel, SWAPS_PER_EDGE};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Bundled connectome [default: cook2019_herm].
    #[arg(long, value_name = "NAME", conflicts_with_all = ["edges", "neurons"])]
    connectome: Option<String>,
    /// Your own edges, CSV or Parquet: columns pre, post and optionally weight, synapse_type, sign.
    #[arg(long, value_name = "FILE")]
    edges: Option<PathBuf>,
    /// Your own neurons: columns neuron and transmitter or sign.
    #[arg(long, value_name = "FILE", requires = "edges")]
    neurons: Option<PathBuf>,
    /// Sign model: wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, or file for the input's own signs
    /// [default: file where the input has signs, else wang2024].
    #[arg(long, value_name = "MODEL")]
    signs: Option<SignModel>,
    /// Leave out weaker synapses; may be repeated.
    #[arg(long, value_name = "W", default_value = "1", allow_negative_numbers = true)]
    min_weight: Vec<f64>,
    /// Motif: xor5, xor6, lat, ffli, li3, wta3, mi2, or all; may be repeated.
    #[arg(long, value_name = "NAME", default_value = "all")]
    motif: Vec<String>,
    /// Compare with this many null connectomes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    nulls: u32,
    /// What a null keeps: by_transmitter, by_source_sign, by_sign_pair, unlayered, erdos_renyi.
    #[arg(long, value_name = "MODEL", default_value_t = NullModel::BySourceSign)]
    null_model: NullModel,
    /// Attempted swaps per edge and null.
    #[arg(long, value_name = "X", default_value_t = SWAPS_PER_EDGE)]
    swaps_per_edge: f64,
    /// Seed of the nulls.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also say which neuron plays which role how often.
    #[arg(long)]
    participation: bool,
    /// Show what the motifs are: roles, edges, symmetry.
    #[arg(long)]
    list: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Write to this file instead of standard output; with --participation FILE.csv becomes FILE.motif_counts.csv and
    /// FILE.motif_participation.csv.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut patterns = Vec::new();
    for name in &args.motif {
        if name == "all" {
            patterns.extend(Motif::ALL);
        } else {
            patterns.push(name.parse().map_err(Failure::usage)?);
        }
    }
    if args.list {
        let explain = |m: &Motif| {
            let pattern = m.pattern();
            format!(
                "# {m}: {} roles, {} symmetries\n{}\n",
                pattern.roles().len(),
                pattern.automorphisms(),
                pattern.to_string().trim_end()
            )
        };
        return print(&patterns.iter().map(explain).collect::<Vec<_>>().join("\n"));
    }
    let mut seen = Vec::new();
    patterns.retain(|m: &Motif| {
        !seen.contains(m) && {
            seen.push(*m);
            true
        }
    });
    if let Some(w) = args.min_weight.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
        return Err(Failure::usage(format!("`--min-weight {w}` is not a weight\n  hint: give a number of at least 0")));
    }
    if !(args.swaps_per_edge.is_finite() && args.swaps_per_edge >= 0.0) {
        return Err(Failure::usage("`--swaps-per-edge` must be a number of at least 0"));
    }
    require_file(args.format, args.out.as_deref())?;
    if args.participation && args.format == Format::Csv && args.out.is_none() {
        return Err(Failure::usage(
            "two tables do not fit one CSV\n  hint: name files with `--out FILE`, or use `--format json`",
        ));
    }
    if let Some(folder) = args.out.as_ref().and_then(|p| p.parent()).filter(|p| !p.as_os_str().is_empty()) {
        check_writable(folder)?;
    }
    let connectome = match &args.edges {
        Some(edges) => own(edges, args.neurons.as_ref())?,
        None => {
            let name = args.connectome.as_deref().unwrap_or("cook2019_herm");
            bundled::connectome(name).map_err(Failure::usage)?
        }
    };
    let own = if connectome.is_signed() { SignModel::File } else { SignModel::Wang2024 };
    let sign_model = args.signs.unwrap_or(own);
    let stage = CountMotifs {
        sign_model,
        own_signs: false,
        patterns,
        min_weights: args.min_weight.clone(),
        nulls: args.nulls,
        null_model: args.null_model,
        swaps_per_edge: args.swaps_per_edge,
        participation: args.participation,
        seed: args.seed,
    };
    let signed = connectome.with_signs(sign_model);
    let lightest = args.min_weight.iter().copied().fold(f64::INFINITY, f64::min);
    let (all, left) = (signed.edges(0.0).count(), signed.edges(lightest).count());
    if args.edges.is_some() && left < all {
        eprintln!(
            "note: {} of {all} edges are weaker than {lightest} and left out\n  hint: `--min-weight 0` keeps all",
            all - left
        );
    }
    let mut edges = signed.edges(lightest).peekable();
    if edges.peek().is_none() {
        eprintln!("warning: no synapse is at least {lightest} strong\n  hint: lower `--min-weight`");
    } else if edges.all(|s| s.sign == Sign::Unsigned) {
        eprintln!(
            "warning: no synapse has a sign under `{sign_model}`, so no motif can occur\n  hint: use `--signs file` if the tables give \
             signs; else give a `sign` column, or a neuron table with `neuron` and `transmitter` or `sign`"
        );
    }
    let counts = stage.counts(&signed, &|| true).map_err(Failure::failed)?.unwrap_or_default();
    let participants = stage.participants(&signed).map_err(Failure::failed)?;
    emit(&counts, args.format, args.out.as_deref(), args.participation)?;
    if args.participation {
        emit(&participants, args.format, args.out.as_deref(), true)?;
    }
    Ok(())
}

#[cfg(feature = "report")]
fn own(edges: &std::path::Path, neurons: Option<&PathBuf>) -> Result<Connectome, Failure> {
    use crate::source::file::{FileSource, read};
    let source = FileSource { edges: edges.to_owned(), neurons: neurons.cloned(), unit: "synapses".to_owned() };
    let (connectome, report) = read(&source).map_err(Failure::failed)?;
    for note in report.notes() {
        eprintln!("note: {}: {note}", edges.display());
    }
    Ok(connectome)
}

#[cfg(not(feature = "report"))]
fn own(_: &std::path::Path, _: Option<&PathBuf>) -> Result<Connectome, Failure> {
    Err(Failure::usage("this build reads no user tables\n  hint: build with the feature `report` (the default)"))
}
