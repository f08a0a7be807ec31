//! What is fuzzed: every reader of what comes from outside, as a function of bytes.
//!
//! A function panics where its reader does, or where what was read contradicts itself. The programs
//! in `fuzz_targets` give them to libFuzzer; `src/bin/mutate.rs` drives them without it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use engraph::motif::Pattern;
use engraph::motif::survey::MotifCountRow;
use engraph::pipeline::{Condition, Lock, Spec, Store};
use engraph::report::verify::verify;
use engraph::source::consensus;
use engraph::source::file::{FileSource, read, read_numbers, read_series, recordings};
use engraph::table::from_parquet;
use engraph::training::CheckpointRow;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A reader of bytes, and the name of its target.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 15] = [
    ("artifact", artifact),
    ("consensus", consensus_table),
    ("edges", edges),
    ("graphml", graphml),
    ("lock", lock),
    ("motif", motif),
    ("neurons", neurons),
    ("notes", notes),
    ("numbers", numbers),
    ("overrides", overrides),
    ("pipeline", pipeline),
    ("recording", recording),
    ("stored_table", stored_table),
    ("text", text),
    ("workbook", workbook),
];

/// A user's table of edges in any container, and the same file as a table of neurons.
pub fn edges(input: &[u8]) {
    const EXTENSIONS: [&str; 10] = [
        "csv", "tsv", "csv.gz", "csv.zst", "parquet", "feather", "arrow", "graphml", "xlsx", "txt",
    ];
    as_file(input, &EXTENSIONS, |path| {
        for neurons in [Vec::new(), vec![path.to_owned()]] {
            connectome(path, neurons);
        }
    });
}

/// A table of edges in text, which other bytes than the first ones cannot turn into anything else.
pub fn text(input: &[u8]) {
    let begun = [&b"c"[..], b"\n", input].concat();
    as_file(&begun, &["csv"], |path| connectome(path, Vec::new()));
}

/// A graph in GraphML.
pub fn graphml(input: &[u8]) {
    let begun = [&b"g"[..], b"<", input.strip_prefix(b"<").unwrap_or(input)].concat();
    as_file(&begun, &["graphml"], |path| connectome(path, Vec::new()));
}

/// A workbook with this text as the XML of its sheet, or of another part: the first byte chooses.
pub fn workbook(input: &[u8]) {
    let Some((&first, xml)) = input.split_first() else {
        return;
    };
    let chosen = usize::from(first) % WORKBOOK.len();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (part, (name, content)) in WORKBOOK.iter().enumerate() {
        let content = if part == chosen {
            xml
        } else {
            content.as_bytes()
        };
        writer.start_file(*name, stored).expect("an entry");
        writer.write_all(content).expect("an entry");
    }
    let bytes = writer.finish().expect("an archive").into_inner();
    let begun = [&b"w"[..], &bytes].concat();
    as_file(&begun, &["xlsx"], |path| connectome(path, Vec::new()));
}

/// A table of neurons beside edges that are right.
pub fn neurons(input: &[u8]) {
    static EDGES: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = FOLDER.path().join("edges.csv");
        fs::write(&path, "pre,post,weight\nA,B,2\nB,C,1\n12,A,1\n").expect("a file");
        path
    });
    as_file(
        input,
        &["csv", "parquet", "graphml", "feather", "xlsx"],
        |path| {
            connectome(&EDGES, vec![path.to_owned()]);
        },
    );
}

/// A table of numbers, as `engraph dimension` and the time series of tasks are read.
pub fn numbers(input: &[u8]) {
    const EXTENSIONS: [&str; 8] = [
        "csv", "tsv", "csv.gz", "csv.zst", "parquet", "feather", "npy", "npz",
    ];
    as_file(input, &EXTENSIONS, |path| {
        if let Ok(numbers) = read_numbers(path, None) {
            let columns = numbers.columns;
            let rows = columns[0].1.len();
            assert!(columns.iter().all(|(_, values)| values.len() == rows));
            let mut values = columns.iter().flat_map(|(_, values)| values);
            assert!(values.all(|value| value.is_finite()));
        }
        let _ = read_numbers(path, Some(&["x".to_owned()]));
    });
}

/// A collection of recordings of many animals.
pub fn recording(input: &[u8]) {
    as_file(input, &["parquet", "csv"], |path| {
        if let Ok(Some(names)) = recordings(path) {
            for name in &names {
                let _ = read_series(path, Some(name), None);
            }
        }
        let _ = read_series(path, Some("dataset/worm"), Some(&["AVAL".to_owned()]));
    });
}

/// A table of a consensus of several connectomes.
pub fn consensus_table(input: &[u8]) {
    as_file(input, &["csv", "parquet"], |path| {
        let _ = consensus::read(path);
    });
}

/// The notation of motifs. What is read must be read back from how it is written.
pub fn motif(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Ok(pattern) = Pattern::parse("fuzzed", text) {
        let again = Pattern::parse("fuzzed", &pattern.to_string());
        assert_eq!(again.as_ref(), Ok(&pattern));
    }
}

/// A lock of sources on a Hub. What is read must be read back from how it is written.
pub fn lock(input: &[u8]) {
    let path = FOLDER.path().join("fuzzed.lock");
    fs::write(&path, input).expect("a file");
    if let Ok(lock) = Lock::read(&path) {
        lock.write(&path).expect("a file");
        assert_eq!(Lock::read(&path).expect("a lock"), lock);
    }
}

/// Overrides of a pipeline that comes with engraph, one in each line.
pub fn overrides(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let overrides: Vec<String> = text.lines().map(str::to_owned).collect();
    let _ = Spec::built_in("smoke", &overrides);
}

/// A pipeline in TOML; lines that begin with `--set ` are overrides, as on the command line.
pub fn pipeline(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let (overrides, text): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with("--set "));
    let overrides: Vec<String> = overrides
        .iter()
        .map(|line| line["--set ".len()..].to_owned())
        .collect();
    let _ = Spec::parse(&text.join("\n"), Path::new("fuzzed.toml"), &overrides);
}

/// A Parquet table of the store.
pub fn stored_table(input: &[u8]) {
    let _ = from_parquet::<MotifCountRow>(input.to_vec());
    let _ = from_parquet::<CheckpointRow>(input.to_vec());
}

/// Stage of the artifact that is fuzzed.
pub const STAGE: &str = "motifs";

/// The file of a result in a store. Its header is sealed anew, so that changes come as far as to
/// what the header says.
pub fn artifact(input: &[u8]) {
    let Ok(store) = Store::open(STORE.path()) else {
        return;
    };
    let path = store.path(STAGE, &key_of(RECIPE));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    for bytes in [Some(input.to_vec()), sealed(input)].into_iter().flatten() {
        fs::write(&path, bytes).expect("a file");
        // A store remembers headers that it has read.
        let store = Store::look(STORE.path()).expect("a store");
        let key = key_of(RECIPE);
        let whole = store.examine(STAGE, &key) == Condition::Whole;
        let recipe = store.recipe(STAGE, &key);
        assert!(!whole || recipe == serde_json::from_str(RECIPE).ok());
        let _ = store.read::<MotifCountRow>(STAGE, &key);
    }
}

/// The recipe of the artifact that is fuzzed.
pub const RECIPE: &str = "{\"stage\":\"motifs\"}";

static STORE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// The content key of a recipe.
#[must_use]
pub fn key_of(recipe: &str) -> String {
    blake3::hash(recipe.as_bytes()).to_hex()[..32].to_owned()
}

/// The bytes with the seal that belongs to their header, if their first line is one.
fn sealed(input: &[u8]) -> Option<Vec<u8>> {
    let end = input.iter().position(|&byte| byte == b'\n')?;
    let header: Header = serde_json::from_slice(&input[..end]).ok()?;
    let rest = (&header.stage, &header.key, header.recipe, &header.tables);
    let text = serde_json::to_vec(&rest).ok()?;
    let seal = blake3::hash(&text).to_hex().to_string();
    let mut line = serde_json::to_vec(&Header { seal, ..header }).ok()?;
    line.extend_from_slice(&input[end..]);
    Some(line)
}

/// The first line of an artifact, as `src/pipeline/store/manifest.rs` writes it.
#[derive(Serialize, Deserialize)]
struct Header {
    stage: String,
    key: String,
    recipe: u64,
    tables: Vec<Entry>,
    seal: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    bytes: u64,
    blake3: String,
}

/// What a store notes beside its results (what cells have taken, which plan ran last) and what
/// `run.json` says of a folder of reports.
pub fn notes(input: &[u8]) {
    let store = Store::open(STORE.path()).expect("a store");
    let plans = STORE.path().join("plans");
    fs::create_dir_all(&plans).expect("a folder");
    for path in [STORE.path().join("costs.json"), plans.join("fuzzed.json")] {
        fs::write(path, input).expect("a file");
    }
    let _ = store.remembered("fuzzed");
    if let Some(spent) = store.costs().expected("training", "t/w/k1/seed1") {
        let _ = spent.of_process();
    }
    let report = FOLDER.path().join("report");
    fs::create_dir_all(&report).expect("a folder");
    fs::write(report.join("run.json"), input).expect("a file");
    let _ = verify(&report);
}

/// Lets a panic that a reader catches pass. libFuzzer's own hook ends the process at every panic;
/// one that nobody catches still ends it, as a crash. To be given to `init:` of a target.
pub fn allow_caught_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Parts of a small workbook; the first is its sheet.
pub const WORKBOOK: [(&str, &str); 5] = [
    (
        "xl/worksheets/sheet1.xml",
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\">\
         <v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>weight</t></is></c></row><row r=\"2\">\
         <c r=\"A2\"><v>12</v></c><c r=\"B2\"><v>7.0</v></c><c r=\"C2\" s=\"1\"><v>45000.5</v></c>\
         <c r=\"D2\" t=\"b\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\" t=\"str\"><f>1+1</f>\
         <v>A</v></c><c r=\"B3\" t=\"e\"><v>#N/A</v></c></row></sheetData></worksheet>",
    ),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/\
         officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"edges\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/\
         officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
         relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
    ),
    (
        "xl/sharedStrings.xml",
        "<sst count=\"2\" uniqueCount=\"2\"><si><t>pre</t></si><si><r><t>po</t></r><r><t>st</t></r>\
         </si></sst>",
    ),
];

/// One folder for the whole process: readers take paths, and a folder for every input would be
/// slow.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// Writes the input to a file and hands its path to `read`. The first byte chooses the extension,
/// by which some readers know a format; the rest is the content.
fn as_file(input: &[u8], extensions: &[&str], read: impl FnOnce(&Path)) {
    let Some((&first, content)) = input.split_first() else {
        return;
    };
    let extension = extensions[usize::from(first) % extensions.len()];
    let path = FOLDER.path().join(format!("input.{extension}"));
    fs::write(&path, content).expect("a file");
    read(&path);
}

/// Reads a connectome. The report of one that is right has sentences.
fn connectome(edges: &Path, neurons: Vec<PathBuf>) {
    let source = FileSource {
        edges: edges.to_owned(),
        neurons,
        unit: "synapses".to_owned(),
        ..FileSource::default()
    };
    if let Ok((connectome, report)) = read(&source) {
        let neurons = connectome.neurons().len();
        let ends = connectome.chemical().iter().flat_map(|s| [s.pre, s.post]);
        assert!(ends.into_iter().all(|end| (end as usize) < neurons));
        assert!(report.messages().iter().all(|told| !told.text.is_empty()));
    }
}
