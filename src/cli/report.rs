//! The command `engraph report`.

use std::path::PathBuf;

use super::failure::Failure;
use super::output::print;
use crate::report::folder::Folder;
use crate::report::provenance;
use crate::report::write::{self, PAGE};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder with the tables of a run.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if Folder::at(&args.folder).is_empty() {
        return Err(Failure::usage((
            format!("`{}` has no tables of a run", args.folder.display()),
            "name the folder that `engraph run` wrote, such as reports/celegans",
        )));
    }
    let reports = write::write_page(&args.folder, None)?;
    provenance::renew(&args.folder, &reports.names())?;
    print(&format!("{}\n", args.folder.join(PAGE).display()))
}
