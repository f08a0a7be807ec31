//! What the integration tests share: one way to run the program, and one finished run to read.
//!
//! [`Place`] is a temporary folder in which `engraph` runs; every run gives an [`Answer`].
//! [`smoke`] is the finished run of the pipeline `smoke`.

#![allow(
    dead_code,
    reason = "every test binary compiles this file and uses a part of it"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use engraph::table::{Table, from_parquet};
use serde_json::Value;
use tempfile::TempDir;

/// The command `engraph` with arguments, in a folder, deaf to the settings of whoever runs the
/// tests.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
    command
        .args(args)
        .current_dir(folder)
        .env_remove("ENGRAPH_LOG")
        .stdin(Stdio::null());
    command
}

/// What a finished command left: its two streams and its exit code.
pub(crate) struct Answer {
    /// The arguments it was given.
    pub(crate) args: Vec<String>,
    /// Standard output. Tests that read Parquet read it from files, so this is always text.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The exit code; nothing if a signal ended it.
    pub(crate) code: Option<i32>,
}

impl Answer {
    fn new(args: &[&str], output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self {
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            code: output.status.code(),
        }
    }

    /// Panics with the whole answer unless the command succeeded.
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "it should succeed\n{self}");
        self
    }

    /// Panics with the whole answer unless the command failed with `code`, said why on standard
    /// error in the form of all errors, and left standard output alone.
    pub(crate) fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "it should fail with {code}\n{self}");
        assert_eq!(
            self.stdout, "",
            "errors leave standard output alone\n{self}"
        );
        let last = self.stderr.lines().any(|line| line.starts_with("error: "));
        assert!(last, "no line says `error: `\n{self}");
        self
    }

    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("no JSON: {e}\n{self}"))
    }
}

impl fmt::Display for Answer {
    /// The whole answer, as a person would see it at a terminal: the form of the snapshots, too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = self.args.iter().map(|arg| {
            if arg.contains([' ', '\'', '[', '{']) {
                format!("{arg:?}")
            } else {
                arg.clone()
            }
        });
        writeln!(f, "$ engraph {}", quoted.collect::<Vec<_>>().join(" "))?;
        match self.code {
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "----- {name} -----\n{}", text.trim_end_matches('\n'))?;
            }
        }
        Ok(())
    }
}

/// A temporary folder in which commands run. It is removed when the test ends.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in the folder and returns its absolute path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// The content of a file below the folder.
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path().join(name);
        fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// The text of a file below the folder.
    pub(crate) fn read_text(&self, name: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(name)).expect("text in UTF-8")
    }

    /// The rows of a Parquet table below the folder.
    pub(crate) fn read_table<T: Table>(&self, name: impl AsRef<Path>) -> Vec<T> {
        from_parquet(self.read(name)).expect("a table")
    }

    /// The command, for tests that do more with it than wait for its end.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        command(self.path(), args)
    }

    /// Runs a command to its end.
    pub(crate) fn engraph(&self, args: &[&str]) -> Answer {
        let output = self.command(args).output().expect("the program starts");
        Answer::new(args, output)
    }

    /// Runs a command that must succeed, and returns its standard error.
    pub(crate) fn succeed(&self, args: &[&str]) -> String {
        self.engraph(args).succeeded().stderr
    }

    /// Runs a command that must fail with `code`, and returns its standard error.
    pub(crate) fn fail(&self, args: &[&str], code: i32) -> String {
        self.engraph(args).failed(code).stderr
    }
}

/// Runs a command that needs no files, in an empty folder.
pub(crate) fn engraph(args: &[&str]) -> Answer {
    Place::new().engraph(args)
}

/// What a command that must succeed writes on standard output.
pub(crate) fn stdout(args: &[&str]) -> String {
    engraph(args).succeeded().stdout
}

/// The one JSON document that a command writes.
pub(crate) fn json(args: &[&str]) -> Value {
    engraph(args).succeeded().json()
}

/// What a command that must fail with `code` says.
pub(crate) fn error(args: &[&str], code: i32) -> String {
    engraph(args).failed(code).stderr
}

/// A finished run of the pipeline `smoke`: for tests that only read.
pub(crate) struct Smoke {
    /// Folder with the store in `store` and the reports in `reports`.
    folder: PathBuf,
    /// What the run said.
    pub(crate) stderr: String,
}

impl Smoke {
    /// The folder of the reports.
    pub(crate) fn reports(&self) -> PathBuf {
        self.folder.join("reports")
    }

    /// The folder of the store.
    pub(crate) fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// The rows of a report.
    pub(crate) fn table<T: Table>(&self) -> Vec<T> {
        let path = self.reports().join(format!("{}.parquet", T::NAME));
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        from_parquet(bytes).expect("a table")
    }

    /// The files among the reports, by name.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.reports())
    }
}

/// The files of a report folder that tell times.
pub(crate) const TIMES: [&str; 3] = ["run.json", "ro-crate-metadata.json", "SHA256SUMS"];

/// The files of a folder by name, without those that tell times.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let name = |e: &fs::DirEntry| e.file_name().into_string().expect("a name in UTF-8");
    entries
        .map(|e| e.expect("an entry"))
        .filter(|e| e.path().is_file() && !TIMES.iter().any(|name| e.file_name() == *name))
        .map(|e| (name(&e), fs::read(e.path()).expect("a file")))
        .collect()
}

/// The run of `smoke`, made once for each build of the program, whichever test binary asks first.
///
/// The lock file holds the hash of the program that made the run. Whoever holds its lock may remake
/// the run; whoever waits finds it finished.
pub(crate) fn smoke() -> &'static Smoke {
    static SMOKE: LazyLock<Smoke> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("smoke");
        fs::create_dir_all(&folder).expect("a folder");
        let program = fs::read(env!("CARGO_BIN_EXE_engraph")).expect("the program");
        let program = blake3::hash(&program).to_hex();
        let mut options = fs::File::options();
        let lock = options.create(true).read(true).write(true).truncate(false);
        let mut lock = lock.open(folder.join("lock")).expect("a lock file");
        lock.lock().expect("a lock");
        let mut made_by = String::new();
        lock.read_to_string(&mut made_by).expect("a hash");
        let run = folder.join("run");
        let words = run.join("stderr.txt");
        if made_by != program.as_str() {
            lock.set_len(0).expect("an empty file");
            let _ = fs::remove_dir_all(&run);
            fs::create_dir_all(&run).expect("a folder");
            let args = ["run", "smoke", "--store", "store", "--out", "reports"];
            let output = command(&run, &args).output().expect("the program starts");
            let answer = Answer::new(&args, output).succeeded();
            fs::write(&words, answer.stderr).expect("a file");
            lock.rewind().expect("the start of the file");
            lock.write_all(program.as_bytes())
                .expect("the hash is written");
        }
        let stderr = fs::read_to_string(&words).expect("what the run said");
        Smoke {
            folder: run,
            stderr,
        }
    });
    &SMOKE
}
