//! The command `engraph fetch`.

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::output::print;
use super::sources::{Access, on_hub, spec};
use crate::pipeline::Lock;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let fetched = spec(&args.pipeline, Access::Fetch)?;
    let (_, path) = args.pipeline.located()?;
    let lock = Lock::read(&Lock::path(&path)).map_err(Failure::failed)?;
    let mut text = String::new();
    for (name, source, _) in on_hub(&fetched) {
        if let (Some(pinned), Some(table)) = (lock.sources.get(name), &source.edges) {
            let pin = &pinned.pin;
            let place = format!("{}@{:.12} {}", pin.repository, pin.commit, pin.path);
            text += &format!(
                "{name}: {place}, {} bytes, sha256 {}\n  {}\n",
                pin.size,
                pin.sha256,
                table.display()
            );
        }
    }
    print(if text.is_empty() {
        "no source of this pipeline is on a Hub\n"
    } else {
        &text
    })
}
