//! The command `engraph fetch`.

use std::path::{Path, PathBuf};

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::output::print;
use super::sources::{Access, hub, on_hub, progress, spec};
use crate::pipeline::Lock;
use crate::report::networks::{FILES, LOCK, fetch};
use crate::source::hub::{Address, Pin};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// With `hf://datasets/OWNER/NAME[@REVISION][/FOLDER]` in the place of the pipeline: the folder
    /// that the trained networks there are put into, for `engraph infer` [default: reports/ and the
    /// last word of the address].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if Address::is_meant(&args.pipeline.pipeline) {
        return networks(args);
    }
    if args.out.is_some() {
        return Err(Failure::usage((
            "`--out` is a folder for trained networks, and a pipeline has none",
            "the tables of a pipeline go to the cache: `--cache DIR`",
        )));
    }
    let fetched = spec(&args.pipeline, Access::Fetch)?;
    let (_, path) = args.pipeline.located()?;
    let lock = Lock::read(&Lock::path(&path)).map_err(Failure::failed)?;
    let mut text = String::new();
    for (name, source, _) in on_hub(&fetched) {
        if let (Some(pinned), Some(table)) = (lock.sources.get(name), &source.edges) {
            text += &line(name, &pinned.pin, table);
        }
    }
    print(if text.is_empty() {
        "no source of this pipeline is on a Hub\n"
    } else {
        &text
    })
}

/// What was fetched, from where, and where it is now.
fn line(name: &str, pin: &Pin, place: &Path) -> String {
    format!(
        "{name}: {}@{:.12} {}, {} bytes, sha256 {}\n  {}\n",
        pin.repository,
        pin.commit,
        pin.path,
        pin.size,
        pin.sha256,
        place.display()
    )
}

/// Fetches a folder of trained networks.
fn networks(args: &Args) -> Result<(), Failure> {
    let typed = &args.pipeline.pipeline;
    let address: Address = typed.parse().map_err(Failure::usage)?;
    if !args.pipeline.overrides.is_empty() {
        return Err(Failure::usage((
            format!("`--set` changes a pipeline, and `{address}` is a folder of networks"),
            "leave it out",
        )));
    }
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => PathBuf::from("reports").join(address.name()),
    };
    let hub = hub(&args.pipeline.hub, Access::Fetch)?;
    let frozen = args.pipeline.hub.frozen;
    let found = fetch(&hub, &address, &folder, frozen, &progress(address.name()));
    let Some(lock) = found.map_err(Failure::failed)? else {
        let lock = folder.join(LOCK);
        return Err(Failure::failed((
            format!(
                "`{address}` is not pinned in `{}`, and `--frozen` keeps it so",
                lock.display()
            ),
            format!("`engraph fetch {typed}`"),
        )));
    };
    let pinned = FILES
        .iter()
        .filter_map(|(file, _)| Some((file, lock.sources.get(*file)?)));
    let lines = pinned.map(|(file, pinned)| line(file, &pinned.pin, &folder.join(file)));
    print(&lines.collect::<String>())
}
