//! The command `engraph cite`.

use std::path::PathBuf;

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::output::{check_name, deliver};
use crate::report::cite::citations;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if let Some(path) = &args.out {
        check_name(path, ["bib", "txt"], "BibTeX")?;
    }
    let found = citations(Some(&args.pipeline.spec()?)).map_err(Failure::failed)?;
    deliver(found.to_bibtex().as_bytes(), args.out.as_deref())
}
