//! Every command's `--help`.

use crate::pin::pinned;

pinned! {
    help: ["--help"];
    help_audit: ["audit", "--help"];
    help_capacity: ["capacity", "--help"];
    help_cite: ["cite", "--help"];
    help_completions: ["completions", "--help"];
    help_connectomes: ["connectomes", "--help"];
    help_diff: ["diff", "--help"];
    help_dimension: ["dimension", "--help"];
    help_export: ["export", "--help"];
    help_fetch: ["fetch", "--help"];
    help_functional_motifs: ["functional-motifs", "--help"];
    help_gc: ["gc", "--help"];
    help_infer: ["infer", "--help"];
    help_motifs: ["motifs", "--help"];
    help_new: ["new", "--help"];
    help_paths: ["paths", "--help"];
    help_plan: ["plan", "--help"];
    help_report: ["report", "--help"];
    help_refresh: ["refresh", "--help"];
    help_run: ["run", "--help"];
    help_schema: ["schema", "--help"];
    help_species: ["species", "--help"];
    help_verify: ["verify", "--help"];
    version: ["--version"];
}

/// The names of all commands but `help`.
fn commands() -> Vec<String> {
    let overview = crate::common::stdout(&["--help"]);
    let (_, commands) = overview
        .split_once("Commands:\n")
        .expect("a list of commands");
    let (commands, _) = commands.split_once("\n\n").expect("options follow");
    commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|&command| command != "help")
        .map(str::to_owned)
        .collect()
}

/// A new command needs a snapshot above.
#[test]
fn every_command_has_a_snapshot() {
    for command in commands() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/snapshots");
        let snapshot =
            std::path::Path::new(folder).join(format!("help_{}.snap", command.replace('-', "_")));
        assert!(snapshot.exists(), "no {}", snapshot.display());
    }
}

/// The examples are commands that are understood, in their short help and in the long one.
#[test]
fn every_help_ends_with_two_examples() {
    for command in commands() {
        for flag in ["-h", "--help"] {
            let help = crate::common::stdout(&[command.as_str(), flag]);
            let (_, examples) = help
                .rsplit_once("\nExamples:\n")
                .unwrap_or_else(|| panic!("`{command} {flag}` has no examples:\n{help}"));
            let examples: Vec<&str> = examples.lines().collect();
            assert_eq!(examples.len(), 2, "{command}: {examples:?}");
            for example in examples {
                let words: Vec<&str> = example.split_whitespace().collect();
                assert_eq!(words[..2], ["engraph", command.as_str()], "{example}");
                // With `--help` at its end a command checks nothing that stands before it, but for
                // the names of its options.
                let args = [&words[1..], &["--help"]].concat();
                crate::common::engraph(&args).succeeded();
            }
        }
    }
}
