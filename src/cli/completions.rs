//! The command `engraph completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::failure::Failure;
use super::output::deliver;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut super::Cli::command(),
        "engraph",
        &mut script,
    );
    deliver(&script, None)
}
