//! Drives a target without libFuzzer, on any toolchain: seeds, changed at random.
//!
//! ```sh
//! cargo run --release --no-default-features --bin mutate -- TARGET INPUTS [FOLDER]...
//! ```
//!
//! Each of the INPUTS is one of the seeds with one to eight changes: a bit flipped, bytes replaced,
//! inserted, removed or doubled, a piece of another seed or a word of the formats put in. Seeds are
//! those of the target below, and the files in each FOLDER. An input that makes the target panic is
//! written to `artifacts/TARGET/`, and the program fails; the slowest one is written to
//! `artifacts/slowest/`. At the end it says how many inputs it tried in how many seconds, the
//! largest memory of the process, and the time of the slowest input. Equal arguments try equal
//! inputs.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use engraph::motif::survey::MotifCountRow;
use engraph::pipeline::{Artifact, Store};
use engraph::table::{Footer, to_parquet};
use engraph_fuzz::{RECIPE, STAGE, TARGETS, WORKBOOK, allow_caught_panics, key_of};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [target, inputs, folders @ ..] = &arguments[..] else {
        eprintln!(
            "mutate TARGET INPUTS [FOLDER]...; targets: {:?}",
            TARGETS.map(|(name, _)| name)
        );
        return ExitCode::FAILURE;
    };
    let known = TARGETS.iter().find(|(name, _)| name == target);
    let (Some((name, run)), Ok(inputs)) = (known, inputs.parse::<u64>()) else {
        eprintln!("no target `{target}`, or `{inputs}` is no number");
        return ExitCode::FAILURE;
    };
    let mut seeds = built_in(name);
    let above: &[u8] = if NO_FILES.contains(name) { &[] } else { &[0] };
    folders
        .iter()
        .for_each(|folder| add_files(Path::new(folder), above, &mut seeds));
    allow_caught_panics();
    let (mut random, began, mut panics) = (Random(0x9e37_79b9_7f4a_7c15), Instant::now(), 0);
    let mut slowest = 0.0;
    for number in 0..inputs {
        let input = changed(&seeds, &mut random);
        let start = Instant::now();
        let result = catch_unwind(|| run(&input));
        let taken = start.elapsed().as_secs_f64();
        if taken > slowest {
            slowest = taken;
            fs::create_dir_all("artifacts/slowest").expect("a folder");
            fs::write(format!("artifacts/slowest/{name}"), &input).expect("a file");
        }
        if result.is_err() {
            panics += 1;
            let path = PathBuf::from(format!("artifacts/{name}/{number}"));
            fs::create_dir_all(format!("artifacts/{name}")).expect("a folder");
            fs::write(&path, &input).expect("a file");
            eprintln!("panicked: {}", path.display());
        }
    }
    println!(
        "{name}: {inputs} inputs from {} seeds in {:.0} s, {} MiB and {slowest:.2} s at most, \
         {panics} panics",
        seeds.len(),
        began.elapsed().as_secs_f64(),
        largest_memory() >> 10,
    );
    if panics == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The largest memory of this process, in KiB; 0 where the system does not tell.
fn largest_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

/// Targets that read no files: nothing stands before their content.
const NO_FILES: [&str; 9] = [
    "artifact",
    "graphml",
    "lock",
    "motif",
    "notes",
    "overrides",
    "pipeline",
    "stored_table",
    "text",
];

/// Adds the files of a folder and of those in it, below the bytes that choose an extension.
fn add_files(folder: &Path, above: &[u8], seeds: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_files(&path, above, seeds);
        } else {
            let content = fs::read(&path).expect("a file");
            if content.len() < 1 << 16 {
                seeds.push([above, &content].concat());
            }
        }
    }
}

const EDGES: [&str; 14] = [
    "pre,post,weight,sign\nA,B,2,+1\nB,C,15,-1\nC,A,1,+1\n",
    "# made by a program\n# two, lines\npre\tpost\tweight\n12\t7\t2.5\n7\t12\t1\n",
    "Table S3: synapses,,\npre,post,synapse_type\nA,B,chemical\nB,A,electrical\n",
    "#pre\tpost\tnt_type\nA\tB\tACH\nB\tA\tGABA\n",
    "sep=;\r\npre;post;weight\r\nA;B;2,5\r\nB;C;0,5\r\n",
    "\"pre\" \"post\" \"weight\"\n\"1\" \"A\" \"B\" 2\n\"2\" \"B\" \"C\" 15\n",
    "\u{feff},pre,post,weight\r0,A,B,1\r1,B,A,\"1\"\r",
    ",A,B,C\nA,0,1,2\nB,3,0,0\nC,0,0.5,0\n",
    "0,1,2\n3,0,0\n0,0,1\n",
    "pre|post|weight\nA|B|2\n# a remark\nB|A|1\n",
    "<graphml><key id='w' for='edge' attr.name='weight'><default>1</default></key>\
     <key id='l' for='node' yfiles.type='nodegraphics'/><graph edgedefault='directed'>\
     <node id='a'><data key='l'><y:NodeLabel>AVAL</y:NodeLabel></data></node><node id='b'/>\
     <edge source='a' target='b'><data key='w'>2.5</data></edge></graph></graphml>",
    "{\"nodes\": [1, 2]}",
    "graph [\n node [ id 0 ]\n]\n",
    "neuron,transmitter,class,type\nA,ACh,sensory,KC\nB,GABA,inter,\nC,,motor,\n",
];

const CONSENSUS: &str = "from_neuron,to_neuron,mean_chem_weight,from_pos,to_pos,data_sources\n\
    A,B,2.5,\"(1.0, 2, -3)\",\"(0, 0, 0)\",\"['a', \"\"b\"\"]\"\n";

const LOCK: &str = "[sources.fly]\nrevision = \"main\"\nfile = \"*.parquet\"\n\n[sources.fly.pin]\n\
    repository = \"a/b\"\ncommit = \"0123456789012345678901234567890123456789\"\n\
    path = \"edges.parquet\"\nsize = 12\nsha256 = \
    \"0123456789012345678901234567890123456789012345678901234567890123\"\n";

/// Seeds that stand in the code.
fn built_in(target: &str) -> Vec<Vec<u8>> {
    let all = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    let below_zero = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| [&[0], text.as_bytes()].concat())
            .collect::<Vec<_>>()
    };
    match target {
        "text" | "graphml" => all(&EDGES),
        "edges" | "neurons" => below_zero(&EDGES),
        "numbers" => below_zero(&[
            "x,y\n0.5,1\n-2e3,7\n",
            "# x y z\n0.5 1e-3 2\n0.25 2 -1\n",
            "frame;x;y\n0;0,619;-0,775\n1;-0,749;-0,597\n",
            ",0,1\n0,0.5,0.25\n1,0.1,0.2\n",
        ]),
        "recording" => {
            below_zero(&["source_dataset,worm,neuron,calcium_data\na,b,AVAL,\"[1, 2]\"\n"])
        }
        "consensus" => below_zero(&[CONSENSUS, EDGES[0]]),
        "motif" => all(&[
            "A -> B; either A => C or B => C\nC -| A\nA.class = sensory",
            "A -> B;;B-|C ;# all of it\n\n# nothing\nA.type=5HT; C.name = 12\n",
        ]),
        "pipeline" => all(&[
            "name = 'small'\nconnectomes = ['cook2020_pharynx']\n[motifs]\nnulls = 2\n[[tasks]]\n\
             name = 'a'\nkind = 'smooth'\ndimension = 1\n[training]\nbottlenecks = 'auto'\n",
            "--set motifs.nulls=3\n--set training.seeds=[1, 2]\nname = 'b'\n",
        ]),
        "lock" => all(&[LOCK]),
        "overrides" => all(&[
            "training.seeds=[1, 2]\nmotifs.nulls=3\n",
            "seed=18446744073709551615\ntasks.0.dimension=2\ntasks.0.kind='sphere'\n",
            "topologies.sign_model=gaba26\nlatent={}\nname=x\nsources.own.edges='a.csv'\n",
        ]),
        "artifact" => {
            let folder = tempfile::tempdir().expect("a folder");
            let (store, key) = (Store::open(folder.path()).expect("a store"), key_of(RECIPE));
            let rows = vec![MotifCountRow::default(), MotifCountRow::default()];
            let artifact = Artifact::default().with(&rows).expect("a table");
            store.publish(STAGE, &key, &artifact, RECIPE).expect("an artifact");
            vec![fs::read(store.path(STAGE, &key)).expect("a file")]
        }
        "notes" => all(&[
            r#"{"training":{"t/w/k1/seed":{"cells":2,"seconds":1.5,"bytes":9,"memory":7}}}"#,
            r#"{"training/t":"0123456789abcdef"}"#,
            r#"{"pipeline":"a","files":[{"file":"a.parquet","rows":1,"blake3":"00"}]}"#,
        ]),
        "stored_table" => {
            let rows = [MotifCountRow::default(), MotifCountRow::default()];
            vec![to_parquet(&rows, &Footer::default()).expect("a table")]
        }
        "workbook" => {
            let part = |(index, (_, xml)): (usize, &(&str, &str))| {
                [&[index as u8], xml.as_bytes()].concat()
            };
            WORKBOOK.iter().enumerate().map(part).collect()
        }
        other => unreachable!("`{other}` is in the list of targets, and has no seeds"),
    }
}

/// Words that turn one kind of content into another.
const WORDS: [&str; 40] = [
    ",",
    ";",
    "\t",
    "|",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"\"",
    "#",
    "# ",
    "%",
    "//",
    "sep=;",
    "0",
    "-1",
    "1e400",
    "nan",
    "inf",
    "9223372036854775807",
    "18446744073709551616",
    "0,5",
    "1.0",
    "\0",
    "\u{feff}",
    "\u{fffd}",
    "pre",
    "post",
    "weight",
    "sign",
    "<",
    ">",
    "&lt;",
    "<data key='w'>",
    "XFD1048576",
    "r=\"A1\"",
    "t=\"s\"",
    "[",
    "{",
];

/// A seed with some changes.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let most = 1 << random.below(7);
        let length = random.below(most).min(bytes.len() - at);
        let range = at..at + length;
        match random.below(9) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
            2 => {
                let word = WORDS[random.below(WORDS.len())].bytes();
                bytes.splice(at..at, word);
            }
            3 => {
                let word = WORDS[random.below(WORDS.len())].bytes();
                bytes.splice(range, word);
            }
            4 => _ = bytes.drain(range),
            5 => {
                let piece = bytes[range].to_vec();
                bytes.splice(at..at, piece);
            }
            6 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + length).min(other.len())].to_vec();
                bytes.splice(range, piece);
            }
            7 => {
                // Numbers that are lengths and offsets in binary formats.
                let number = [0, 1, 0x7f, 0x80, 0xff][random.below(5)];
                bytes[range].fill(number);
            }
            _ => bytes.truncate(at),
        }
        bytes.truncate(1 << 16);
    }
    bytes
}

/// The generator xorshift64*, of Vigna (2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}
