//! The command `engraph motifs`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::json;

use super::arguments::in_threads;
use super::failure::{Failure, word};
use super::message::{note, say, warning};
use super::output::{Format, Output, OutputArgs, check_name, check_writable, deliver};
use super::sentences;
use super::signed::ConnectomeArgs;
use crate::connectome::{Connectome, SignTally};
use crate::files;
use crate::motif::survey::{MotifOccurrenceRow, MotifWeightRow, role_fingerprints};
use crate::motif::survey::{MotifTables, OccurrenceRows, Survey, Thresholds, motif_row};
use crate::motif::{Counter, Matching, Motif, Pattern, SignedGraph, Verified, verify};
use crate::null_model::{Chain, GLOBAL_TRADES, NullModel, STRENGTH_TOLERANCE, SWAPS_PER_EDGE};
use crate::spiking::{Circuit, PUBLISHED_HUB_TIME, SpikingResponseRow, SpikingSettings};
use crate::table::{Footer, ParquetStream};
use crate::text::Hinted;
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    connectome: ConnectomeArgs,
    /// Draw assumed signs this many times: the mean, 5 % and 95 % quantile of every count (and of
    /// its z) over the draws stand beside the count under the first. All else is of the first.
    /// Each draw costs a count with its nulls.
    #[arg(
        long,
        value_name = "N",
        default_value_t = Survey::SIGN_DRAWS,
        requires = "assume_inhibitory",
        conflicts_with = "signs"
    )]
    sign_draws: u32,
    /// Leave out weaker synapses; may be repeated. `all` counts at every weight that occurs.
    #[arg(
        long,
        value_name = "W",
        default_value = "1",
        allow_negative_numbers = true
    )]
    min_weight: Vec<Thresholds>,
    /// Motif: xor5, xor6, sxor8, lat, ffli, li3, wta3, mi2, all, or a file ending in .motif; may be
    /// repeated [default: all].
    #[arg(long, value_name = "NAME|FILE")]
    motif: Vec<String>,
    /// Compare with this many null connectomes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    nulls: u32,
    /// What a null keeps: by_transmitter, by_source_sign, by_sign_and_class, by_strength,
    /// by_sign_pair, unlayered, erdos_renyi.
    #[arg(
        long,
        value_name = "MODEL",
        default_value_t = NullModel::BySourceSign,
        value_parser = word::<NullModel>
    )]
    null_model: NullModel,
    /// How a null is drawn: swaps, trades (for very large connectomes), or auto.
    #[arg(long, value_name = "CHAIN", default_value_t = Chain::Auto, value_parser = word::<Chain>)]
    null_chain: Chain,
    /// Attempted swaps per edge and null.
    #[arg(long, value_name = "X", default_value_t = SWAPS_PER_EDGE)]
    swaps_per_edge: f64,
    /// Global trades per null.
    #[arg(long, value_name = "N", default_value_t = GLOBAL_TRADES)]
    global_trades: u32,
    /// Seed of nulls, samples and assumed signs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also say which neuron plays which role how often.
    #[arg(long)]
    participation: bool,
    /// Also say which synapse takes part how often.
    #[arg(long)]
    synapses: bool,
    /// Also say what single hubs carry, and what is left without each of them.
    #[arg(long)]
    hubs: bool,
    /// Also say how strong the synapses of the occurrences are, and how even: intensity and
    /// coherence after Onnela et al. 2005, beside the same nulls.
    #[arg(long)]
    weights: bool,
    /// Also say which classes of neurons play which role, beside their shares of all neurons.
    #[arg(long)]
    fingerprints: bool,
    /// Also draw occurrences at random, exactly uniform and independent.
    #[arg(long, value_name = "N", default_value_t = 0)]
    sample: u32,
    /// Also count triads, as they are and by the signs of their neurons; alone unless motifs are
    /// named.
    #[arg(long)]
    census: bool,
    /// List every occurrence into this Parquet file.
    #[arg(long, value_name = "FILE")]
    enumerate: Option<PathBuf>,
    /// Stop listing each motif and matching after so many occurrences.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1_000_000,
        requires = "enumerate"
    )]
    limit: u64,
    /// Recount by trying fillings one by one, in the whole graph or around hubs drawn at random,
    /// and fail on a difference.
    #[arg(long)]
    verify: bool,
    /// Say how each motif would be counted and what that costs, and count nothing.
    #[arg(long)]
    explain: bool,
    /// Simulate the motifs as circuits of spiking neurons, in no connectome: the truth table, and
    /// how slow the hub may be, with and without noise.
    #[arg(
        long,
        conflicts_with_all = [
            "connectome",
            "edges",
            "neurons",
            "nulls",
            "explain",
            "verify",
            "enumerate",
        ]
    )]
    spiking: bool,
    /// Show what the motifs are: roles, edges, symmetry.
    #[arg(long)]
    list: bool,
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
    let (patterns, survey) = (args.patterns()?, args.survey()?);
    if let (true, Some(Format::Csv | Format::Tsv | Format::Parquet)) =
        (args.explain, args.output.asked())
    {
        return Err(Failure::usage((
            "a plan is no table",
            "use `--format json`, or leave `--format` out",
        )));
    }
    let output = args.output.checked()?;
    if args.list {
        return list(&patterns, &output);
    }
    if args.spiking {
        return spiking(&patterns, args.motif.is_empty(), args.seed, &output);
    }
    args.check_outputs(&output)?;
    let (signed, sign_model) = args.signed(&survey.min_weights)?;
    warn_of_idle_roles(&signed, &patterns);
    if args.explain {
        return explain(&signed, &sign_model, &patterns, &survey, &output);
    }
    if args.verify {
        verified(&signed, &patterns, &survey, args.seed)?;
    }
    let tables = match args.connectome.assume_inhibitory {
        Some(share) => survey.assumed_tables(&patterns, &signed, share, args.seed, &|| true),
        None => survey.tables(&patterns, &signed, &sign_model, args.seed, &|| true),
    };
    let tables = tables.map_err(Failure::failed)?.unwrap_or_default();
    let of_counts = tables.counts.iter().map(|row| row.null_strength_error);
    let of_census = tables.census.iter().map(|row| row.null_strength_error);
    warn_of_strengths(of_counts.chain(of_census).flatten().reduce(f64::max));
    if let Some(path) = &args.enumerate {
        enumerate(&signed, &sign_model, &patterns, &survey, path, args.limit)?;
    }
    let weights = if args.weights {
        survey
            .weights(&patterns, &signed, &sign_model, args.seed, &|| true)
            .map_err(Failure::failed)?
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    args.emit(&tables, &weights, &signed, &output)
}

/// Warns where nulls that should keep summed input weights do not.
pub(super) fn warn_of_strengths(error: Option<f64>) {
    if let Some(error) = error.filter(|error| *error > STRENGTH_TOLERANCE) {
        let percent = 100.0 * error;
        let text = format!(
            "the summed input weight of a neuron differs by {percent:.3} % in a null: no wiring \
             within 1 % was found"
        );
        warning((text, "see the column `null_strength_error`"));
    }
}

impl Args {
    fn patterns(&self) -> Result<Vec<Pattern>, Failure> {
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut add =
            |pattern: Pattern| match patterns.iter().find(|other| other.name() == pattern.name()) {
                Some(other) if *other != pattern => {
                    let name = pattern.name();
                    Err(Failure::usage((
                        format!("two different motifs are called `{name}`"),
                        "rename a file",
                    )))
                }
                Some(_) => Ok(()),
                None => {
                    patterns.push(pattern);
                    Ok(())
                }
            };
        for name in self.motif_names() {
            if name == "all" {
                Motif::ALL
                    .into_iter()
                    .try_for_each(|motif| add(motif.pattern().clone()))?;
            } else {
                add(Pattern::named(name, Path::new("")).map_err(Failure::usage)?)?;
            }
        }
        Ok(patterns)
    }

    fn survey(&self) -> Result<Survey, Failure> {
        let mut given = Vec::new();
        let mut min_weights = None;
        for threshold in &self.min_weight {
            match threshold {
                Thresholds::Listed(weights) => given.extend(weights),
                every @ Thresholds::Every(_) => min_weights = Some(every.clone()),
            }
        }
        if min_weights.is_some() && !given.is_empty() {
            return Err(Failure::usage((
                "`--min-weight all` is every weight there is",
                "give it alone",
            )));
        }
        let min_weights = min_weights.unwrap_or(Thresholds::Listed(given));
        let survey = Survey {
            min_weights,
            nulls: self.nulls,
            null_model: self.null_model,
            null_chain: self.null_chain,
            swaps_per_edge: self.swaps_per_edge,
            global_trades: self.global_trades,
            participation: self.participation || self.fingerprints,
            synapses: self.synapses,
            hubs: self.hubs,
            samples: self.sample,
            census: self.census,
            sign_draws: self.sign_draws,
        };
        survey.check().map_err(|fault| {
            let flag = match fault.field {
                "min_weights" => "min-weight".to_owned(),
                field => field.replace('_', "-"),
            };
            let hint = fault.hint.map(|hint| format!("\n  hint: {hint}"));
            let hint = hint.unwrap_or_default();
            Failure::usage(format!("`--{flag}` {}{hint}", fault.message))
        })?;
        Ok(survey)
    }

    /// The names of the motifs to count: those given, none if only the census was asked for, or
    /// else all.
    fn motif_names(&self) -> &[String] {
        static ALL: LazyLock<[String; 1]> = LazyLock::new(|| ["all".to_owned()]);
        let parts = self.participation
            || self.synapses
            || self.hubs
            || self.weights
            || self.fingerprints
            || self.sample > 0
            || self.enumerate.is_some();
        let only_census = self.census && !(parts || self.list || self.explain || self.verify);
        if self.motif.is_empty() && !only_census {
            &*ALL
        } else {
            &self.motif
        }
    }

    /// The number of tables that will be written.
    fn tables(&self) -> usize {
        let more = [
            self.participation,
            self.synapses,
            self.hubs,
            self.weights,
            self.fingerprints,
            self.sample > 0,
            self.census,
        ];
        usize::from(!self.motif_names().is_empty())
            + more.into_iter().filter(|&asked| asked).count()
    }

    fn check_outputs(&self, output: &Output<'_>) -> Result<(), Failure> {
        if self.tables() > 1 {
            output.check_several()?;
        }
        if let Some(path) = &self.enumerate {
            check_name(path, ["parquet", "pq"], "Parquet")?;
            check_writable(path)?;
        }
        Ok(())
    }

    /// The connectome with its signs, and the name of what gave it the signs.
    fn signed(&self, min_weights: &Thresholds) -> Result<(Connectome, String), Failure> {
        let (signed, sign_model) = self.connectome.signed(self.seed)?;
        let lightest = min_weights.lowest();
        let (all, left) = (signed.edges(0.0).count(), signed.edges(lightest).count());
        if self.connectome.edges.is_some() && left < all {
            let are = if all - left == 1 { "is" } else { "are" };
            let (left, all) = (all - left, counted(all, "edge"));
            let text = format!("{left} of {all} {are} weaker than {lightest} and left out");
            note((text, "`--min-weight 0` keeps all"));
        }
        let tally = SignTally::of(&signed, lightest);
        if left > 0 && (self.connectome.edges.is_some() || tally.unsigned > 0) {
            let of_draws = match self.connectome.assume_inhibitory {
                Some(_) if self.sign_draws > 1 => format!(", draw 1 of {}", self.sign_draws),
                _ => String::new(),
            };
            note(format!("{tally} (under `{sign_model}`{of_draws})"));
        }
        if self.connectome.assume_inhibitory.is_some() && self.sign_draws > 1 && self.nulls > 0 {
            let (draws, nulls) = (self.sign_draws, counted(self.nulls, "null"));
            let text = format!("signs are drawn {draws} times, each time beside {nulls}");
            note((
                text,
                "`--sign-draws 1` counts under one draw, in as much less time",
            ));
        }
        if left == 0 {
            let text = format!("no synapse is at least {lightest} strong");
            warning((text, "lower `--min-weight`"));
        } else if tally.unsigned == tally.total() {
            let text = format!(
                "no synapse has a sign under `{sign_model}`, so no motif that asks for signs can \
                 occur"
            );
            let hint = "use `--signs file` if the tables give signs; else give a `sign` column, \
                        or a neuron table with `neuron` and `transmitter` or `sign`, or assume \
                        signs: `--assume-inhibitory 0.3`";
            warning((text, hint));
        }
        Ok((signed, sign_model))
    }

    fn emit(
        &self,
        tables: &MotifTables,
        weights: &[MotifWeightRow],
        signed: &Connectome,
        output: &Output<'_>,
    ) -> Result<(), Failure> {
        let mut formed = Vec::new();
        if !self.motif_names().is_empty() {
            formed.push(output.form_with(&tables.counts, &sentences::of_counts(&tables.counts))?);
        }
        if self.participation {
            formed.push(output.form(&tables.participation)?);
        }
        if self.synapses {
            formed.push(output.form(&tables.synapses)?);
        }
        if self.hubs {
            formed.push(output.form(&tables.hubs)?);
        }
        if self.weights {
            formed.push(output.form_with(weights, &sentences::of_weights(weights))?);
        }
        if self.fingerprints {
            let rows = role_fingerprints(&tables.participation, signed.neurons());
            formed.push(output.form(&rows)?);
        }
        if self.sample > 0 {
            formed.push(output.form(&tables.samples)?);
        }
        if self.census {
            formed.push(output.form(&tables.census)?);
        }
        output.emit_all(formed)
    }
}

/// Warns about roles that no neuron can fill, which are more often a typing error than a finding.
fn warn_of_idle_roles(signed: &Connectome, patterns: &[Pattern]) {
    for pattern in patterns {
        for (role, condition) in pattern.unmet(signed.neurons()) {
            let name = pattern.name();
            warning(format!(
                "motif `{name}`: no neuron of `{}` meets `{role}.{condition}",
                signed.name()
            ));
        }
    }
}

/// Prints the definitions of the motifs, as text or as the table `motifs`.
fn list(patterns: &[Pattern], output: &Output<'_>) -> Result<(), Failure> {
    if output.format != Format::Table {
        let rows: Vec<_> = patterns.iter().map(motif_row).collect();
        return output.emit(&rows);
    }
    let explain = |pattern: &Pattern| {
        let row = motif_row(pattern);
        format!(
            "# {}: {} ({}), {}, hub {}\n{}\n",
            row.motif,
            counted(row.roles, "role"),
            row.orbits,
            counted(row.automorphisms, "symmetry"),
            row.hubs,
            row.notation.trim_end()
        )
    };
    let text = patterns.iter().map(explain).collect::<Vec<_>>().join("\n");
    deliver(text.as_bytes(), output.out)
}

/// Simulates the motifs and prints their truth tables with the published hub and without noise, and
/// how often they are right with other hubs and with noise. Of `all` motifs only the circuits are
/// taken.
fn spiking(patterns: &[Pattern], all: bool, seed: u64, output: &Output<'_>) -> Result<(), Failure> {
    output.check_several()?;
    let settings = SpikingSettings::default();
    let (mut responses, mut margins) = (Vec::new(), Vec::new());
    for pattern in patterns {
        let circuit = match Circuit::of(pattern) {
            Ok(circuit) => circuit,
            Err(_) if all => continue,
            Err(error) => {
                let text = format!("motif `{}` is no circuit: {error}", pattern.name());
                let hint = error.hint().unwrap_or_default().into_owned();
                return Err(Failure::usage((text, hint)));
            }
        };
        let tables = settings.tables(pattern.name(), &circuit, seed);
        let published =
            |row: &SpikingResponseRow| row.hub_time == PUBLISHED_HUB_TIME && row.noise_rate == 0.0;
        responses.extend(tables.responses.into_iter().filter(published));
        margins.extend(tables.margins);
    }
    output.emit_all(vec![output.form(&responses)?, output.form(&margins)?])
}

/// Prints how the motifs would be counted at the lowest threshold, as text or as one JSON document.
fn explain(
    signed: &Connectome,
    sign_model: &str,
    patterns: &[Pattern],
    survey: &Survey,
    output: &Output<'_>,
) -> Result<(), Failure> {
    let min_weight = survey.min_weights.lowest();
    let graph = SignedGraph::from_connectome(signed, min_weight).map_err(Failure::failed)?;
    let of = |pattern| Matching::ALL.map(|matching| Counter::new(&graph, pattern, matching));
    let plans: Vec<Counter<'_>> = patterns
        .iter()
        .flat_map(of)
        .collect::<Result<_, _>>()
        .map_err(Failure::failed)?;
    let text = if output.format == Format::Json {
        let row = |plan: &Counter<'_>| {
            let (motif, matching, text) = (
                plan.pattern().name(),
                plan.matching().as_str(),
                plan.to_string(),
            );
            json!({
                "motif": motif,
                "matching": matching,
                "cost": plan.cost(),
                "lines": text.lines().collect::<Vec<_>>(),
            })
        };
        let document = json!({
            "schema": "engraph.motif_plans/1",
            "connectome": signed.name(),
            "sign_model": sign_model,
            "min_weight": min_weight,
            "edges": graph.edges(),
            "plans": plans.iter().map(row).collect::<Vec<_>>(),
        });
        document.to_string() + "\n"
    } else {
        plans.iter().map(Counter::to_string).collect()
    };
    deliver(text.as_bytes(), output.out)
}

fn verified(
    signed: &Connectome,
    patterns: &[Pattern],
    survey: &Survey,
    seed: u64,
) -> Result<(), Failure> {
    let mut graph = SignedGraph::from_connectome(signed, survey.min_weights.lowest())
        .map_err(Failure::failed)?;
    for min_weight in survey.min_weights.ascending(|| graph.distinct_weights()) {
        graph = graph.at_least(min_weight);
        for pattern in patterns {
            for matching in Matching::ALL {
                let verified = verify(&graph, pattern, matching, seed).map_err(Failure::failed)?;
                let what = format!(
                    "{} ({}), weight >= {min_weight}",
                    pattern.name(),
                    matching.as_str()
                );
                match verified {
                    Verified::Whole { count } => {
                        say(&format!("verified: {what}: {count} in the whole graph"))
                    }
                    Verified::Hubs {
                        hubs: 0, too_large, ..
                    } => {
                        return Err(Failure::failed((
                            format!(
                                "{what}: cannot be verified: of {} tried, none is small \
                                 enough to try all fillings",
                                counted(too_large, "hub")
                            ),
                            "verify at a \
                             higher `--min-weight`",
                        )));
                    }
                    Verified::Hubs {
                        hubs,
                        too_large,
                        count,
                    } => say(&format!(
                        "verified: {what}: {count} around {} drawn at random ({too_large} more too \
                         large), and the sum over all hubs",
                        counted(hubs, "hub")
                    )),
                }
            }
        }
    }
    Ok(())
}

/// Writes occurrences as they are found. The file appears only when all of them have been written.
fn enumerate(
    signed: &Connectome,
    sign_model: &str,
    patterns: &[Pattern],
    survey: &Survey,
    path: &Path,
    limit: u64,
) -> Result<(), Failure> {
    const ROWS: usize = 1 << 16;
    let mut graph = SignedGraph::from_connectome(signed, survey.min_weights.lowest())
        .map_err(Failure::failed)?;
    files::write_with(path, |file| {
        let mut stream = ParquetStream::new(file, &Footer::default()).map_err(Failure::failed)?;
        let mut rows: Vec<MotifOccurrenceRow> = Vec::with_capacity(ROWS);
        for min_weight in survey.min_weights.ascending(|| graph.distinct_weights()) {
            graph = graph.at_least(min_weight);
            for pattern in patterns {
                for matching in Matching::ALL {
                    let plan = Counter::new(&graph, pattern, matching).map_err(Failure::failed)?;
                    let listed = OccurrenceRows::new(signed, sign_model, min_weight, &plan);
                    let (mut number, mut result) = (0, Ok(()));
                    plan.each(|neurons| {
                        if number == limit {
                            let (name, matching) = (pattern.name(), matching.as_str());
                            note(format!(
                                "{name} ({matching}) has more than {}; the rest is not listed",
                                counted(limit, "occurrence")
                            ));
                            return false;
                        }
                        number += 1;
                        rows.extend(listed.of(number, neurons));
                        if rows.len() >= ROWS {
                            result = stream.write(&rows);
                            rows.clear();
                        }
                        result.is_ok()
                    })
                    .map_err(Failure::failed)?;
                    result.map_err(Failure::failed)?;
                }
            }
        }
        stream.write(&rows).map_err(Failure::failed)?;
        stream.close().map_err(Failure::failed)
    })
}
