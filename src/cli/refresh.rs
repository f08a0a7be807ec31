//! The command `engraph refresh`.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::checks::remember_check;
use super::failure::Failure;
use super::output::print;
use super::run;
use super::sources::{Access, hub, on_hub, resolve};
use crate::files;
use crate::pipeline::{Lock, Pinned, Spec, Store, no_locks};
use crate::report::changes::Snapshot;
use crate::report::provenance;
use crate::report::write::CHANGES;
use crate::source::hub::{Hub, HubError, Listing};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) run: run::Args,
    /// Only tell whether upstream has moved: exit code 10 if it has, 0 if not.
    #[arg(long)]
    check: bool,
}

/// Moves the pins of a pipeline to what its sources are now, runs what depends on them, and says
/// what changed in the numbers.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let pipeline = &args.run.pipeline;
    if pipeline.hub.frozen || pipeline.hub.offline {
        return Err(Failure::usage((
            "a refresh asks the Hub and may write the lock",
            "leave out `--frozen` and `--offline`",
        )));
    }
    let (mut spec, path) = pipeline.located()?;
    if on_hub(&spec).next().is_none() {
        return print(&format!(
            "no source of `{}` is on a Hub: nothing to refresh\n",
            spec.name
        ));
    }
    let store = args.run.store()?;
    let _alone = alone(&pipeline.store, &spec.name)?;
    let lock_path = Lock::path(&path);
    let lock = Lock::read(&lock_path).map_err(Failure::failed)?;
    let hub = hub(&pipeline.hub, Access::Fetch)?;
    let (mut moved, mut words) = (lock.clone(), String::new());
    moved
        .sources
        .retain(|name, _| spec.sources.get(name).is_some_and(|s| s.hub.is_some()));
    for (name, source, repository) in on_hub(&spec) {
        let known = lock.sources.get(name).filter(|known| known.answers(source));
        if let Some(known) = known {
            let listing = hub
                .list(&known.pin.repository, &source.revision)
                .map_err(Failure::failed)?;
            if listing.commit == known.pin.commit {
                same_content(&listing, name, known)?;
                words += &format!("{name}: unchanged, {}\n", short(known));
                continue;
            }
        }
        let now = resolve(&hub, &spec, name, source, repository).map_err(Failure::failed)?;
        match known {
            // A new commit that leaves the table unchanged is of no interest to the pipeline.
            Some(known) if known.pin.sha256 == now.pin.sha256 => {
                words += &format!(
                    "{name}: the repository moved to {}, the table is unchanged\n",
                    short(&now)
                );
            }
            Some(known) => {
                words += &format!("{name}: {} -> {}\n", short(known), short(&now));
                moved.sources.insert(name.clone(), now);
            }
            None => {
                words += &format!("{name}: not pinned yet -> {}\n", short(&now));
                moved.sources.insert(name.clone(), now);
            }
        }
    }
    remember_check(&pipeline.store, &spec.name)?;
    if moved == lock {
        return print(&(words + "fresh: nothing was written\n"));
    }
    if args.check {
        print(&(words + "stale\n"))?;
        return Err(Failure::Stale);
    }
    for (name, pinned) in &moved.sources {
        if let Some(source) = spec.sources.get_mut(name) {
            source.edges = Some(hub.open(&pinned.pin, &|_, _| {}).map_err(Failure::failed)?);
        }
    }
    let out = args.run.folder(&spec);
    let before = before(args, &spec, &store, &lock, &hub)?;
    let outcome = run::execute(&args.run, &spec, &store, &out, args.run.quiet)?;
    run::tell(&outcome, &args.run)?;
    let after = Snapshot::read(&out).map_err(Failure::failed)?;
    files::write(
        &out.join(CHANGES),
        before.changes(&after, &title(&spec, &words)).as_bytes(),
    )?;
    provenance::renew(&out, &[CHANGES.to_owned()])?;
    // The lock is written last, so that a refresh that failed on the way starts over.
    moved.write(&lock_path)?;
    print(&(words + &format!("{}\n", out.join(CHANGES).display())))
}

/// The numbers under the old pins. They are taken from the store, or computed if this machine has
/// not run the pipeline before. If an old table can no longer be fetched, the numbers come from the
/// report folder. Where nothing was pinned there are none: numbers in the report folder are then of
/// a first refresh that was interrupted.
fn before(
    args: &Args,
    spec: &Spec,
    store: &Store,
    lock: &Lock,
    hub: &Hub,
) -> Result<Snapshot, Failure> {
    if lock.sources.is_empty() {
        return Ok(Snapshot::default());
    }
    let mut old = spec.clone();
    for (name, source) in old
        .sources
        .iter_mut()
        .filter(|(_, source)| source.hub.is_some())
    {
        match lock
            .sources
            .get(name)
            .map(|known| hub.open(&known.pin, &|_, _| {}))
        {
            Some(Ok(table)) => source.edges = Some(table),
            _ => return Snapshot::read(&args.run.folder(spec)).map_err(Failure::failed),
        }
    }
    let folder = store.scratch()?;
    run::execute(&args.run, &old, store, folder.path(), args.run.quiet)?;
    Snapshot::read(folder.path()).map_err(Failure::failed)
}

fn title(spec: &Spec, words: &str) -> String {
    let sources: Vec<String> = words.lines().map(|line| format!("- {line}")).collect();
    format!(
        "# {}: what a refresh changed\n\n{}\n",
        spec.name,
        sources.join("\n")
    )
}

fn short(pinned: &Pinned) -> String {
    let pin = &pinned.pin;
    format!(
        "{} of {}@{:.12} (sha256 {:.12})",
        pin.path, pin.repository, pin.commit, pin.sha256
    )
}

/// A commit never changes its content. Different content under the same commit is an accident or an
/// attack.
fn same_content(listing: &Listing, name: &str, known: &Pinned) -> Result<(), Failure> {
    let pin = &known.pin;
    let found = listing.files.iter().find(|entry| entry.path == pin.path);
    let object = &found
        .ok_or_else(|| {
            Failure::failed(HubError::Missing {
                what: pin.path.clone(),
            })
        })?
        .object;
    if *object == pin.object {
        return Ok(());
    }
    Err(Failure::failed((
        format!(
            "`sources.{name}`: commit {} now lists git object {object} as `{}`, and {} is pinned",
            pin.commit, pin.path, pin.object
        ),
        "the repository was rewritten, or a mirror is wrong; nothing was written",
    )))
}

/// Locks out other refreshes of the same pipeline until the file is dropped, if the file system has
/// locks.
fn alone(store: &Path, name: &str) -> Result<File, Failure> {
    let path = store.join(format!("refresh-{name}.lock"));
    let io = |source: std::io::Error| {
        Failure::failed(format!("cannot lock `{}`: {source}", path.display()))
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::failed((
            format!("another refresh of `{name}` is under way"),
            "wait for it",
        ))),
        Err(TryLockError::Error(source)) if no_locks(&source) => Ok(file),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}
