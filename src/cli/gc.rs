//! The command `engraph gc`.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::output::print;
use crate::pipeline::{Store, Stored};
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Paths or names of the pipelines whose results stay.
    #[arg(required = true, value_name = "PIPELINE")]
    pipelines: Vec<String>,
    /// Folder of cached results.
    #[arg(long, value_name = "DIR", default_value = ".engraph")]
    store: PathBuf,
    /// Leave results that are younger than this.
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// Leave results that are smaller than this.
    #[arg(long, value_name = "KILOBYTES")]
    larger_than: Option<u64>,
    /// Remove them. Without this flag the command only says what it would remove.
    #[arg(long)]
    remove: bool,
    #[cfg(feature = "hub")]
    #[command(flatten)]
    hub: super::sources::HubArgs,
}

const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut needed = HashSet::new();
    for pipeline in &args.pipelines {
        let pipeline = PipelineArgs {
            pipeline: pipeline.clone(),
            overrides: Vec::new(),
            store: args.store.clone(),
            #[cfg(feature = "hub")]
            hub: args.hub.clone(),
        };
        let spec = pipeline.looked_at()?;
        let plan = pipeline.plan(&spec)?;
        needed.extend(plan.cells().iter().map(|cell| cell.key.clone()));
    }
    let store = if args.remove {
        Store::open_alone(&args.store)?
    } else {
        Store::look(&args.store)?
    };
    let before = args
        .older_than
        .map(|days| Duration::from_secs(u64::from(days) * SECONDS_OF_A_DAY))
        .and_then(|age| SystemTime::now().checked_sub(age));
    let is_asked = |stored: &Stored| {
        !needed.contains(&stored.key)
            && before.is_none_or(|before| stored.modified <= before)
            && args
                .larger_than
                .is_none_or(|kilobytes| stored.bytes > kilobytes.saturating_mul(1000))
    };
    let all = store.stored()?;
    let total = (all.len(), bytes(&all));
    let unneeded: Vec<Stored> = all.into_iter().filter(is_asked).collect();
    let mut text = String::new();
    for stage in unneeded.chunk_by(|a, b| a.stage == b.stage) {
        text += &format!(
            "{:<24} {:>7} {:>10}\n",
            stage[0].stage,
            stage.len(),
            size(bytes(stage))
        );
    }
    if args.remove {
        for stored in &unneeded {
            store.remove(stored)?;
        }
    }
    text += &format!(
        "{} of {} ({} of {}) {}\n",
        unneeded.len(),
        counted(total.0, "result"),
        size(bytes(&unneeded)),
        size(total.1),
        if args.remove {
            "removed"
        } else {
            "would be removed with `--remove`"
        }
    );
    print(&text)
}

fn bytes(stored: &[Stored]) -> u64 {
    stored.iter().map(|stored| stored.bytes).sum()
}

fn size(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
