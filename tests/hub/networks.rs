//! Trained networks from a Hub: `fetch` and `infer` of an address.

use crate::stand_in::{COMMIT, Request, StandIn, Stored, reply};
use sha1::{Digest, Sha1};
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const ADDRESS: &str = "hf://datasets/owner/name/networks";
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba98";
const SECRET: &str = "hf_neverShownAnywhere";
/// What is fetched of a folder.
const FILES: [&str; 5] = [
    "README.md",
    "checkpoints.parquet",
    "croissant.json",
    "pipeline.toml",
    "training_runs.parquet",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository, with the name git gives its content.
fn stored(path: &str, content: Vec<u8>) -> Stored {
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", content.len()));
    hasher.update(&content);
    let object = hasher
        .finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Stored {
        path: path.to_owned().leak(),
        content: content.leak(),
        object: object.leak(),
    }
}

/// `reports/networks` as a folder of a repository, beside a file that is none of it.
fn published(folder: &str) -> Vec<Stored> {
    let entries = fs::read_dir(root().join("reports/networks")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let mut all = vec![stored("README.md", b"# networks".to_vec())];
    all.extend(files.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        stored(&format!("{folder}/{name}"), fs::read(&path).unwrap())
    }));
    all
}

struct Place {
    folder: TempDir,
    stand_in: StandIn,
}

impl Place {
    fn new(files: Vec<Stored>) -> Self {
        Self::with(files, |_, _| false)
    }

    fn with(
        files: Vec<Stored>,
        trouble: impl Fn(&Request, &mut TcpStream) -> bool + Send + Sync + 'static,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        fs::copy(
            root().join("examples/waves.csv"),
            folder.path().join("waves.csv"),
        )
        .unwrap();
        Self {
            folder,
            stand_in: StandIn::new(files, trouble),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs, expects the exit code, and returns both outputs; the token is in none.
    fn exits(&self, args: &[&str], code: i32) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
        let Output {
            status,
            stdout,
            stderr,
        } = command
            .args(args)
            .args(["--cache", "cache"])
            .current_dir(self.folder.path())
            .env("HF_ENDPOINT", &self.stand_in.endpoint)
            .env("HF_TOKEN", SECRET)
            .env("ENGRAPH_LOG", "trace")
            .env_remove("HF_HUB_OFFLINE")
            .output()
            .unwrap();
        let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(code), "{args:?}: {text}");
        assert!(!text.contains(SECRET), "{text}");
        text
    }

    /// How often the content of a file was asked for.
    fn downloads(&self, file: &str) -> usize {
        let asked = self.stand_in.requests();
        let of_file = |r: &&Request| r.is_content() && r.path.ends_with(file);
        asked.iter().filter(of_file).count()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

const INFER: [&str; 5] = ["waves.csv", "--latent-units", "2", "--format", "csv"];

#[test]
fn a_folder_is_fetched_pinned_and_run() {
    let place = Place::new(published("networks"));
    let told = place.exits(&["fetch", ADDRESS], 0);
    assert!(told.contains(&COMMIT[..12]), "{told}");
    let mut expected = FILES.to_vec();
    expected.insert(4, "fetched.lock");
    expected.sort_unstable();
    assert_eq!(place.names("reports/networks"), expected);
    for file in FILES {
        let there = fs::read(place.path("reports/networks").join(file)).unwrap();
        let here = fs::read(root().join("reports/networks").join(file)).unwrap();
        assert!(there == here, "{file}");
        assert_eq!(place.downloads(file), 1, "{file}");
    }
    let contents = place.stand_in.requests();
    let contents = contents.iter().filter(|request| request.is_content());
    assert_eq!(contents.count(), 6, "these and SHA256SUMS, nothing else");
    let lock = fs::read_to_string(place.path("reports/networks/fetched.lock")).unwrap();
    assert!(lock.contains(COMMIT) && lock.contains("networks/checkpoints.parquet"));

    // From the folder no Hub is asked, and it gives what the folder of the run gives.
    let asked = place.stand_in.requests().len();
    let fetched = place.exits(&[&["infer", "reports/networks"], &INFER[..]].concat(), 0);
    let own = root().join("reports/networks");
    let of_run = place.exits(&[&["infer", own.to_str().unwrap()], &INFER[..]].concat(), 0);
    assert_eq!(fetched, of_run);
    assert_eq!(place.stand_in.requests().len(), asked);

    // A file that was lost or changed comes back, from the cache; the pin stays.
    fs::write(place.path("reports/networks/pipeline.toml"), "x = 1").unwrap();
    place.stand_in.push(OTHER, published("networks"));
    place.exits(&["fetch", ADDRESS, "--offline", "--frozen"], 0);
    assert_eq!(place.stand_in.requests().len(), asked);
    let again = fs::read(place.path("reports/networks/pipeline.toml")).unwrap();
    assert!(again == fs::read(own.join("pipeline.toml")).unwrap());
    let kept = fs::read_to_string(place.path("reports/networks/fetched.lock")).unwrap();
    assert_eq!(kept, lock);
}

#[test]
fn an_address_is_run_without_a_folder() {
    let place = Place::new(published("networks"));
    let told = place.exits(&[&["infer", ADDRESS], &INFER[..]].concat(), 0);
    let pinned = format!("hf://datasets/owner/name@{COMMIT}/networks");
    assert!(told.contains(&pinned), "{told}");
    let own = root().join("reports/networks");
    let of_run = place.exits(&[&["infer", own.to_str().unwrap()], &INFER[..]].concat(), 0);
    assert!(told.contains(of_run.lines().last().unwrap()), "{told}");
    // What is cached is not downloaded again.
    place.exits(&[&["infer", &pinned], &INFER[..]].concat(), 0);
    assert_eq!(place.downloads("checkpoints.parquet"), 1);
    assert!(!place.path("reports").exists());
}

#[test]
fn an_address_without_networks_is_told() {
    let place = Place::new(published("deep/networks"));
    let there = "hf://datasets/owner/name/deep/networks";
    for address in ["hf://datasets/owner/name", "hf://datasets/owner/name/deep"] {
        let error = place.exits(&["fetch", address], 1);
        assert!(
            error.contains("has no `checkpoints.parquet`") && error.contains(there),
            "{error}"
        );
        let error = place.exits(&["infer", address, "waves.csv"], 1);
        assert!(error.contains(there), "{error}");
    }
    assert!(!place.path("reports").exists());
    let bare = Place::new(vec![stored("README.md", b"# nothing".to_vec())]);
    let error = bare.exits(&["fetch", "hf://datasets/owner/name"], 1);
    assert!(error.contains("no folder of the repository"), "{error}");
    let error = bare.exits(&["fetch", "hf://datasets/owner/missing"], 1);
    assert!(error.contains("the Hub has no `owner/missing"), "{error}");
    let error = bare.exits(&["fetch", "hf://owner/name"], 2);
    assert!(error.contains("hf://datasets/OWNER/NAME"), "{error}");
    let error = bare.exits(&["fetch", ADDRESS, "--set", "seed=2"], 2);
    assert!(error.contains("`--set`"), "{error}");
}

#[test]
fn damaged_files_are_refused() {
    // The content of a file is not that of the listing.
    let place = Place::with(published("networks"), |request, stream| {
        let is_it = request.is_content() && request.path.ends_with("/pipeline.toml");
        if is_it {
            let length = fs::metadata(root().join("reports/networks/pipeline.toml"));
            reply(
                stream,
                "200 OK",
                "",
                &vec![b'#'; length.unwrap().len() as usize],
            );
        }
        is_it
    });
    let error = place.exits(&["fetch", ADDRESS], 1);
    assert!(error.contains("is not what it should be"), "{error}");
    assert!(!place.path("reports").exists());

    // The repository has another file than the run has left.
    let mut files = published("networks");
    let at = files
        .iter()
        .position(|f| f.path == "networks/checkpoints.parquet");
    files[at.unwrap()] = stored("networks/checkpoints.parquet", b"PAR1 and no more".to_vec());
    let place = Place::new(files.clone());
    let error = place.exits(&["fetch", ADDRESS], 1);
    assert!(error.contains("sha256"), "{error}");
    // Nor is a folder without hashes trusted to be one of networks.
    files.retain(|file| file.path != "networks/SHA256SUMS");
    let place = Place::new(files);
    let error = place.exits(&[&["infer", ADDRESS], &INFER[..]].concat(), 1);
    assert!(error.contains("not readable as Parquet"), "{error}");
    let mut files = published("networks");
    let at = files.iter().position(|f| f.path == "networks/SHA256SUMS");
    files[at.unwrap()] = stored("networks/SHA256SUMS", b"what?\n".to_vec());
    let error = Place::new(files).exits(&["fetch", ADDRESS], 1);
    assert!(error.contains("is no list of hashes"), "{error}");
}

#[test]
fn a_gated_or_silent_hub_leaves_everything_as_it_was() {
    let gated = |_: &Request, stream: &mut TcpStream| {
        reply(stream, "403 Forbidden", "X-Error-Code: GatedRepo", b"no");
        true
    };
    let place = Place::with(published("networks"), gated);
    for args in [&["fetch", ADDRESS][..], &["infer", ADDRESS, "waves.csv"]] {
        let error = place.exits(args, 1);
        assert!(
            error.contains("is gated") && error.contains("accept the terms"),
            "{error}"
        );
    }
    let error = place.exits(&["fetch", ADDRESS, "--offline"], 1);
    assert!(
        error.contains("offline no Hub is asked") && error.contains("once online"),
        "{error}"
    );
    let error = place.exits(&["fetch", ADDRESS, "--frozen"], 1);
    assert!(error.contains("`--frozen` keeps it so"), "{error}");
    assert_eq!(place.names("."), ["waves.csv"]);
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let place = Place::new(published("networks"));
    fs::create_dir(place.path("mine")).unwrap();
    fs::write(place.path("mine/notes.txt"), "mine").unwrap();
    let error = place.exits(&["fetch", ADDRESS, "--out", "mine"], 1);
    assert!(error.contains("`mine` holds something else"), "{error}");
    assert_eq!(place.names("mine"), ["notes.txt"]);
    place.exits(&["fetch", ADDRESS, "--out", "theirs"], 0);
    for other in [
        &format!("{}@v2/networks", &ADDRESS[..24]),
        "hf://datasets/owner/name",
    ] {
        let error = place.exits(&["fetch", other, "--out", "theirs"], 1);
        assert!(error.contains("`theirs` holds something else"), "{error}");
    }
}
