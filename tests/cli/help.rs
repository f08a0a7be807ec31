//! Every command's `--help`.

use crate::pin::pinned;

pinned! {
    help: ["--help"];
    help_audit: ["audit", "--help"];
    help_capacity: ["capacity", "--help"];
    help_cite: ["cite", "--help"];
    help_connectomes: ["connectomes", "--help"];
    help_dimension: ["dimension", "--help"];
    help_export: ["export", "--help"];
    help_fetch: ["fetch", "--help"];
    help_motifs: ["motifs", "--help"];
    help_plan: ["plan", "--help"];
    help_refresh: ["refresh", "--help"];
    help_run: ["run", "--help"];
    help_schema: ["schema", "--help"];
    help_species: ["species", "--help"];
    version: ["--version"];
}

/// A new command needs a snapshot above.
#[test]
fn every_command_has_a_snapshot() {
    let overview = crate::common::stdout(&["--help"]);
    let (_, commands) = overview
        .split_once("Commands:\n")
        .expect("a list of commands");
    let (commands, _) = commands.split_once("\n\n").expect("options follow");
    for command in commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
    {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/snapshots");
        let snapshot = std::path::Path::new(folder).join(format!("help_{command}.snap"));
        assert!(
            command == "help" || snapshot.exists(),
            "no {}",
            snapshot.display()
        );
    }
}
