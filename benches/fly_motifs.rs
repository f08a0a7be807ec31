//! The motif engine on a made-up wiring of the size of a fly brain (`fly/mod.rs`): every built-in
//! motif, participation, samples, the triad census, the graph's own construction and memory, and
//! what a second thread adds.
//!
//! `cargo bench --bench fly_motifs` prints a table; `-- --json` prints JSON. `-- fly`, `-- tenth`,
//! `-- hub` and `-- cook` choose wirings, none of them means all. `-- --export DIR` writes the
//! wirings as Parquet, for `motif_peers.py`. Every answer is checked before its time is printed.

mod fly;

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Float64Array, Int8Array, RecordBatch, UInt32Array};
use clap::{Parser, ValueEnum};
use engraph::connectome::{Sign, SignModel};
use engraph::motif::{
    Counter, Matching, Motif, MotifError, Pattern, SignConstraint, SignedGraph, count,
    participation, sample, triad_census,
};
use engraph::random::stream;
use engraph::source::bundled;
use parquet::arrow::ArrowWriter;
use rand::RngExt;
use rayon::ThreadPool;
use serde::Serialize;

const SEED: u64 = 1;
const SAMPLES: usize = 1_000_000;
/// A measurement is repeated until it has taken this long, or as often as was asked.
const PATIENCE: f64 = 20.0;
/// What is counted once more by the join, which shares no code with the closed forms: what it can
/// do in a minute or two.
const BY_JOIN: [(Motif, Matching); 10] = [
    (Motif::Xor5, Matching::Subgraph),
    (Motif::Xor5, Matching::Induced),
    (Motif::Xor6, Matching::Subgraph),
    (Motif::Xor6, Matching::Induced),
    (Motif::Ffli, Matching::Subgraph),
    (Motif::Ffli, Matching::Induced),
    (Motif::Li3, Matching::Subgraph),
    (Motif::Li3, Matching::Induced),
    (Motif::Wta3, Matching::Subgraph),
    (Motif::Wta3, Matching::Induced),
];

#[derive(Parser)]
struct Arguments {
    /// Wirings to measure; all if none is named.
    #[arg(value_enum)]
    wirings: Vec<Which>,
    /// Write the wirings as Parquet here instead of measuring.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Repeats of every measurement, fewer where one takes seconds.
    #[arg(long, default_value_t = 7)]
    repeats: usize,
    /// Count by the join as well where that takes a minute or two at most; counts must be equal.
    #[arg(long)]
    by_join: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Count the XOR5 of the edges in this file and print counts and peak memory: what a process of
    /// its own is needed for.
    #[arg(long, hide = true)]
    peak: Option<PathBuf>,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// 139,255 neurons, 2.7 million edges.
    Fly,
    /// A tenth of both.
    Tenth,
    /// One inhibitory neuron with 5,000 inputs and 5,000 targets, 2 million edges.
    Hub,
    /// The hermaphrodite worm, 26 GABA neurons inhibitory.
    Cook,
}

/// Neurons and edges, sorted.
struct Wiring {
    name: &'static str,
    identity: Vec<Sign>,
    edges: Vec<(u32, u32, Sign, f64)>,
}

#[derive(Serialize)]
struct Row {
    wiring: &'static str,
    work: String,
    threads: usize,
    answer: Option<u128>,
    repeats: usize,
    min_ms: f64,
    median_ms: f64,
}

#[derive(Serialize)]
struct Report {
    wirings: Vec<Size>,
    rows: Vec<Row>,
    /// Largest resident memory of a process that reads the fly's edges, builds its graph and counts
    /// XOR5 both ways on two threads.
    peak_mb: Option<f64>,
}

#[derive(Serialize)]
struct Size {
    wiring: &'static str,
    neurons: usize,
    edges: usize,
    inhibitory: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(path) = &arguments.peak {
        return peak(path);
    }
    let all = [Which::Fly, Which::Tenth, Which::Hub, Which::Cook];
    let wirings = if arguments.wirings.is_empty() {
        &all[..]
    } else {
        &arguments.wirings
    };
    let mut report = Report {
        wirings: Vec::new(),
        rows: Vec::new(),
        peak_mb: None,
    };
    for &which in wirings {
        let wiring = make(which)?;
        if let Some(folder) = &arguments.export {
            export(folder, &wiring)?;
            continue;
        }
        let inhibitory = wiring
            .identity
            .iter()
            .filter(|&&sign| sign == Sign::Inhibitory)
            .count();
        let (neurons, edges) = (wiring.identity.len(), wiring.edges.len());
        report.wirings.push(Size {
            wiring: wiring.name,
            neurons,
            edges,
            inhibitory,
        });
        if which == Which::Fly {
            report.peak_mb = peak_of_a_process(&wiring)?;
        }
        let mut bench = Bench {
            wiring: &wiring,
            repeats: arguments.repeats,
            rows: &mut report.rows,
            shown: !arguments.json,
        };
        bench.measure(which, arguments.by_join)?;
    }
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if let Some(peak) = report.peak_mb {
        println!(
            "peak memory of reading the fly, building its graph and counting XOR5: {peak:.0} MB"
        );
    }
    Ok(())
}

fn make(which: Which) -> Result<Wiring, Box<dyn Error>> {
    let fly = |name, share: u32| {
        let fly::Fly { identity, edges } =
            fly::graph(fly::NEURONS / share, fly::EDGES / share as usize, SEED);
        Wiring {
            name,
            identity,
            edges,
        }
    };
    Ok(match which {
        Which::Fly => fly("fly", 1),
        Which::Tenth => fly("tenth", 10),
        Which::Hub => one_hub(),
        Which::Cook => {
            let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
            let identity = worm.neurons().iter().map(|neuron| neuron.sign).collect();
            let edges = worm
                .edges(1.0)
                .filter(|s| s.pre != s.post)
                .map(|s| (s.pre, s.post, s.sign, s.weight));
            Wiring {
                name: "cook",
                identity,
                edges: edges.collect(),
            }
        }
    })
}

/// Neuron 0 inhibits 5,000 neurons, 5,000 others excite it; all other edges are excitatory and join
/// any two of these at random.
fn one_hub() -> Wiring {
    const SIDE: u32 = 5000;
    const EDGES: usize = 2_000_000;
    let mut identity = vec![Sign::Excitatory; 2 * SIDE as usize + 1];
    identity[0] = Sign::Inhibitory;
    let random = &mut stream(SEED, &["one-hub"]);
    let mut pairs: Vec<(u32, u32)> = (1..=SIDE).map(|input| (input, 0)).collect();
    pairs.extend((SIDE + 1..=2 * SIDE).map(|target| (0, target)));
    while pairs.len() < EDGES {
        let missing = EDGES - pairs.len();
        let pair = |_| {
            (
                random.random_range(1..=2 * SIDE),
                random.random_range(1..=2 * SIDE),
            )
        };
        pairs.extend((0..missing).map(pair).filter(|(pre, post)| pre != post));
        pairs.sort_unstable();
        pairs.dedup();
    }
    let edges = pairs
        .into_iter()
        .map(|(pre, post)| (pre, post, identity[pre as usize], 1.0))
        .collect();
    Wiring {
        name: "hub",
        identity,
        edges,
    }
}

/// Measures one wiring.
struct Bench<'a> {
    wiring: &'a Wiring,
    repeats: usize,
    rows: &'a mut Vec<Row>,
    shown: bool,
}

impl Bench<'_> {
    fn measure(&mut self, which: Which, by_join: bool) -> Result<(), Box<dyn Error>> {
        let Wiring {
            identity, edges, ..
        } = self.wiring;
        let edges = || edges.iter().map(|&(pre, post, sign, _)| (pre, post, sign));
        let pools = [pool(1), pool(2)];
        if self.shown {
            println!(
                "{}: {} neurons, {} edges",
                self.wiring.name,
                identity.len(),
                edges().len()
            );
            println!(
                "  {:<34}{:>8}{:>24}{:>8}{:>14}{:>14}",
                "work", "threads", "answer", "repeats", "min ms", "median ms"
            );
        }
        for pool in &pools {
            self.time(pool, "graph built", || {
                SignedGraph::new(identity, edges()).map(|g| g.edges() as u128)
            })?;
        }
        let graph = &SignedGraph::new(identity, edges())?;
        let motifs: &[Motif] = match which {
            Which::Fly => &Motif::ALL,
            Which::Tenth | Which::Hub => &[Motif::Xor5],
            Which::Cook => &[Motif::Xor5, Motif::Xor6, Motif::Lat, Motif::Li3],
        };
        for &motif in motifs {
            for matching in Matching::ALL {
                let (pattern, name) = (motif.pattern(), format!("{motif} {}", matching.as_str()));
                let mut counts = Vec::new();
                for pool in &pools {
                    counts.push(self.time(pool, &name, || {
                        count(graph, pattern, matching).map(u128::from)
                    })?);
                }
                if by_join && BY_JOIN.contains(&(motif, matching)) {
                    let join = Counter::by_join(graph, pattern, matching)?;
                    let (repeats, pool) = (std::mem::replace(&mut self.repeats, 1), &pools[1]);
                    counts.push(self.time(pool, &format!("{name}, by join"), || {
                        join.count().map(u128::from)
                    })?);
                    self.repeats = repeats;
                }
                assert!(
                    counts.iter().all(|count| *count == counts[0]),
                    "{name}: {counts:?}"
                );
                self.check(which, motif, matching, counts[0]);
                if motif == Motif::Xor5 && which == Which::Fly {
                    self.participation(&pools, graph, pattern, matching, counts[0])?;
                    self.samples(&pools, graph, pattern, matching)?;
                }
            }
        }
        if matches!(which, Which::Fly | Which::Cook) {
            let neurons = identity.len() as u128;
            let triads = neurons * (neurons - 1) * (neurons - 2) / 6;
            for pool in &pools {
                // A sum in which every class has another factor tells censuses apart.
                let numbered = |(at, (_, count)): (usize, (_, u128))| (at as u128 + 1) * count;
                self.time(pool, "triad census", || {
                    Ok(triad_census(graph).iter().enumerate().map(numbered).sum())
                })?;
                assert_eq!(
                    triad_census(graph)
                        .iter()
                        .map(|(_, count)| count)
                        .sum::<u128>(),
                    triads
                );
            }
        }
        Ok(())
    }

    /// Counts that were found by other programs: the worm's XOR5 by brute force and those in
    /// `motif_peers.py`, its others by brute force, the made-up wirings' by DuckDB there (induced
    /// ones of the hub: by nobody else).
    fn check(&self, which: Which, motif: Motif, matching: Matching, count: u128) {
        let expected = match (which, motif, matching) {
            (Which::Fly, Motif::Xor5, Matching::Subgraph) => 6_061_547,
            (Which::Fly, Motif::Xor5, Matching::Induced) => 877_607,
            (Which::Tenth, Motif::Xor5, Matching::Subgraph) => 775_574,
            (Which::Tenth, Motif::Xor5, Matching::Induced) => 105_087,
            (Which::Hub, Motif::Xor5, Matching::Subgraph) => 123_557_715_827,
            (Which::Cook, Motif::Xor5, Matching::Subgraph) => 3117,
            (Which::Cook, Motif::Xor5, Matching::Induced) => 24,
            (Which::Cook, Motif::Xor6, Matching::Subgraph) => 8309,
            (Which::Cook, Motif::Xor6, Matching::Induced) => 3,
            (Which::Cook, Motif::Lat, Matching::Subgraph) => 242_082,
            (Which::Cook, Motif::Lat, Matching::Induced) => 13_530,
            (Which::Cook, Motif::Li3, Matching::Subgraph) => 1283,
            (Which::Cook, Motif::Li3, Matching::Induced) => 348,
            _ => return,
        };
        assert_eq!(
            count,
            expected,
            "{} {motif} {}",
            self.wiring.name,
            matching.as_str()
        );
    }

    fn participation(
        &mut self,
        pools: &[ThreadPool],
        graph: &SignedGraph,
        pattern: &Pattern,
        matching: Matching,
        count: u128,
    ) -> Result<(), Box<dyn Error>> {
        let name = format!("{} {}, participation", pattern.name(), matching.as_str());
        for pool in pools {
            let sum = self.time(pool, &name, || {
                let rows = participation(graph, pattern, matching)?;
                Ok(rows
                    .iter()
                    .flat_map(|row| &row.counts)
                    .map(|&n| u128::from(n))
                    .sum())
            })?;
            assert_eq!(
                sum,
                pattern.roles().len() as u128 * count,
                "each occurrence has {} neurons",
                pattern.roles().len()
            );
        }
        Ok(())
    }

    fn samples(
        &mut self,
        pools: &[ThreadPool],
        graph: &SignedGraph,
        pattern: &Pattern,
        matching: Matching,
    ) -> Result<(), Box<dyn Error>> {
        let name = format!(
            "{} {}, {SAMPLES} samples",
            pattern.name(),
            matching.as_str()
        );
        for pool in pools {
            self.time(pool, &name, || {
                sample(graph, pattern, matching, SAMPLES, SEED).map(|drawn| drawn.len() as u128)
            })?;
        }
        let drawn = sample(graph, pattern, matching, SAMPLES, SEED)?;
        assert_eq!(drawn.len(), SAMPLES);
        assert!(
            drawn
                .iter()
                .all(|neurons| occurs(graph, pattern, matching, neurons)),
            "every sample is an occurrence"
        );
        Ok(())
    }

    /// Times a call on the threads of a pool and returns its answer, which must be the same every
    /// time.
    fn time(
        &mut self,
        pool: &ThreadPool,
        work: &str,
        call: impl Fn() -> Result<u128, MotifError> + Sync,
    ) -> Result<u128, MotifError> {
        let answer = pool.install(&call)?;
        let mut times = Vec::new();
        let begun = Instant::now();
        while times.is_empty()
            || times.len() < self.repeats && begun.elapsed().as_secs_f64() < PATIENCE
        {
            let start = Instant::now();
            let again = black_box(pool.install(&call)?);
            times.push(1e3 * start.elapsed().as_secs_f64());
            assert_eq!(again, answer, "{work} gives the same answer every time");
        }
        times.sort_by(f64::total_cmp);
        let (repeats, threads) = (times.len(), pool.current_num_threads());
        let (min_ms, median_ms) = (times[0], times[repeats / 2]);
        if self.shown {
            println!(
                "  {work:<34}{threads:>8}{answer:>24}{repeats:>8}{min_ms:>14.3}{median_ms:>14.3}"
            );
        }
        let (work, wiring) = (work.to_owned(), self.wiring.name);
        self.rows.push(Row {
            wiring,
            work,
            threads,
            answer: Some(answer),
            repeats,
            min_ms,
            median_ms,
        });
        Ok(answer)
    }
}

fn pool(threads: usize) -> ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads")
}

/// Whether the neurons, given by role, are an occurrence: straight from the definition.
fn occurs(graph: &SignedGraph, pattern: &Pattern, matching: Matching, neurons: &[u32]) -> bool {
    let fits = |constraint: SignConstraint, sign: Option<Sign>| {
        sign.is_some_and(|sign| constraint.admits(sign))
    };
    let roles = pattern
        .roles()
        .iter()
        .zip(neurons)
        .all(|(role, &neuron)| fits(role.class, Some(graph.identity(neuron))));
    let pairs =
        (0..neurons.len()).flat_map(|one| (0..neurons.len()).map(move |other| (one, other)));
    roles
        && pairs
            .filter(|(one, other)| one != other)
            .all(|(one, other)| {
                let sign = graph.sign(neurons[one], neurons[other]);
                let edge = pattern
                    .edges()
                    .iter()
                    .find(|edge| edge.pair() == (one, other));
                let joined = edge
                    .map_or(matching == Matching::Subgraph || sign.is_none(), |edge| {
                        fits(edge.sign, sign)
                    });
                joined && neurons[one] != neurons[other]
            })
}

/// Writes the edges and has a process of its own read and count them.
fn peak_of_a_process(wiring: &Wiring) -> Result<Option<f64>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("edges");
    let mut file = BufWriter::new(File::create(&path)?);
    file.write_all(&(wiring.identity.len() as u32).to_le_bytes())?;
    file.write_all(
        &wiring
            .identity
            .iter()
            .map(|&sign| sign as u8)
            .collect::<Vec<u8>>(),
    )?;
    for (pre, post, ..) in &wiring.edges {
        file.write_all(&pre.to_le_bytes())?;
        file.write_all(&post.to_le_bytes())?;
    }
    file.into_inner()?.sync_all()?;
    let output = Command::new(std::env::current_exe()?)
        .arg("--peak")
        .arg(&path)
        .env("RAYON_NUM_THREADS", "2")
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let graph = SignedGraph::new(
        &wiring.identity,
        wiring
            .edges
            .iter()
            .map(|&(pre, post, sign, _)| (pre, post, sign)),
    )?;
    for matching in Matching::ALL {
        assert_eq!(
            found[matching.as_str()],
            count(&graph, Motif::Xor5.pattern(), matching)?,
            "the other process's count"
        );
    }
    Ok(found["peak_mb"].as_f64())
}

/// What the process of its own does. The file is read edge by edge, so that nothing but the graph
/// is kept.
fn peak(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut neurons = [0; 4];
    file.read_exact(&mut neurons)?;
    let mut identity = vec![0; u32::from_le_bytes(neurons) as usize];
    file.read_exact(&mut identity)?;
    let inhibits = |kind: &u8| *kind == Sign::Inhibitory as u8;
    let sign = |kind: &u8| {
        if inhibits(kind) {
            Sign::Inhibitory
        } else {
            Sign::Excitatory
        }
    };
    let identity: Vec<Sign> = identity.iter().map(sign).collect();
    let edges = std::iter::from_fn(|| {
        let mut pair = [[0; 4]; 2];
        file.read_exact(pair.as_flattened_mut()).ok()?;
        let [pre, post] = pair.map(u32::from_le_bytes);
        Some((pre, post, identity[pre as usize]))
    });
    let graph = SignedGraph::new(&identity, edges)?;
    let xor5 = |matching| count(&graph, Motif::Xor5.pattern(), matching);
    let (subgraph, induced) = (xor5(Matching::Subgraph)?, xor5(Matching::Induced)?);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
    });
    let peak_mb = kilobytes.map(|kilobytes| kilobytes * 1024.0 / 1e6);
    println!(
        "{}",
        serde_json::json!({ "subgraph": subgraph, "induced": induced, "peak_mb": peak_mb })
    );
    Ok(())
}

/// Neurons (`excitatory`) and edges (`pre`, `post`, `sign` 1 or -1, `weight`).
fn export(folder: &Path, wiring: &Wiring) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let write = |name: String, columns: Vec<(&str, ArrayRef)>| -> Result<(), Box<dyn Error>> {
        let batch = RecordBatch::try_from_iter(columns)?;
        let mut writer =
            ArrowWriter::try_new(File::create(folder.join(name))?, batch.schema(), None)?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(())
    };
    let number = |sign: Sign| match sign {
        Sign::Excitatory => 1,
        Sign::Inhibitory => -1,
        Sign::Unsigned => 0,
    };
    let neurons = UInt32Array::from_iter_values(0..wiring.identity.len() as u32);
    let identity = Int8Array::from_iter_values(wiring.identity.iter().map(|&sign| number(sign)));
    write(
        format!("{}_neurons.parquet", wiring.name),
        vec![("neuron", Arc::new(neurons)), ("sign", Arc::new(identity))],
    )?;
    let edges = &wiring.edges;
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "pre",
            Arc::new(UInt32Array::from_iter_values(
                edges.iter().map(|edge| edge.0),
            )),
        ),
        (
            "post",
            Arc::new(UInt32Array::from_iter_values(
                edges.iter().map(|edge| edge.1),
            )),
        ),
        (
            "sign",
            Arc::new(Int8Array::from_iter_values(
                edges.iter().map(|edge| number(edge.2)),
            )),
        ),
        (
            "weight",
            Arc::new(Float64Array::from_iter_values(
                edges.iter().map(|edge| edge.3),
            )),
        ),
    ];
    write(format!("{}.parquet", wiring.name), columns)
}
