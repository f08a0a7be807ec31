//! Sources on a Hub as the commands handle them: pinned in the lock beside the pipeline, kept in a
//! cache, and fetched over the network.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::arguments::PipelineArgs;
use super::failure::Failure;
pub(super) use super::outside::Access;
use crate::pipeline::{Lock, Pinned, SourceSpec, Spec};
use crate::report::networks::{pins, place};
use crate::source::file::{FileSource, read, read_numbers, recordings};
use crate::source::hub::{Address, ENDPOINT, Hub, HubError, Limits, Token};
use crate::text::plain_line;

/// Where fetched tables are kept, and whether a Hub may be asked.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct HubArgs {
    /// Ask no Hub: what is pinned must be in the cache.
    #[arg(long)]
    pub(super) offline: bool,
    /// Refuse to write the lock: every source on a Hub must be pinned.
    #[arg(long)]
    pub(super) frozen: bool,
    /// Folder of fetched tables [default: the user's cache folder].
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Longest silence of a Hub before it counts as gone.
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, hide = true)]
    pub(super) timeout: f64,
}

impl Default for HubArgs {
    fn default() -> Self {
        Self {
            offline: false,
            frozen: false,
            cache: None,
            timeout: 30.0,
        }
    }
}

/// The value of an environment variable, unless it is blank. The names that are asked for are those
/// of hf-hub and of Python's huggingface_hub.
fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

fn home() -> Option<PathBuf> {
    variable("HOME")
        .or_else(|| variable("USERPROFILE"))
        .map(PathBuf::from)
}

fn cache(args: &HubArgs) -> PathBuf {
    let users = || {
        variable("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(home()?.join(".cache")))
    };
    let default = || {
        users()
            .map_or_else(
                || PathBuf::from(".engraph"),
                |folder| folder.join("engraph"),
            )
            .join("hub")
    };
    args.cache.clone().unwrap_or_else(default)
}

fn token() -> Result<Option<Token>, Failure> {
    let file = || {
        let named = variable("HF_TOKEN_PATH").map(PathBuf::from);
        let of_home = || variable("HF_HOME").map(|folder| Path::new(&folder).join("token"));
        let path = named
            .or_else(of_home)
            .or_else(|| Some(home()?.join(".cache/huggingface/token")))?;
        std::fs::read_to_string(path)
            .ok()
            .filter(|text| !text.trim().is_empty())
    };
    variable("HF_TOKEN")
        .or_else(file)
        .map(|text| Token::new(&text))
        .transpose()
        .map_err(Failure::usage)
}

/// The Hub that the flags and the environment of the user ask for.
pub(super) fn hub(args: &HubArgs, access: Access) -> Result<Hub, Failure> {
    let silence = Duration::try_from_secs_f64(args.timeout)
        .map_err(|_| Failure::usage("`--timeout` must be seconds"))?;
    let limits = Limits {
        silence,
        ..Limits::default()
    };
    let off = variable("HF_HUB_OFFLINE")
        .is_some_and(|v| matches!(&*v.to_lowercase(), "1" | "on" | "yes" | "true"));
    if args.offline || off || access == Access::Look {
        return Ok(Hub::offline(cache(args), limits));
    }
    let endpoint = variable("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
    Hub::online(&endpoint, token()?.as_ref(), cache(args), limits).map_err(Failure::usage)
}

/// Shows the progress of a download on a terminal.
pub(super) fn progress(name: &str) -> impl Fn(u64, u64) + use<> {
    let bar = indicatif::ProgressBar::new(0).with_message(format!("fetching {}", plain_line(name)));
    if !super::terminal::Terminal::stderr().redraws {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let style = indicatif::ProgressStyle::with_template("{msg} {bytes} of {total_bytes}");
    bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
    move |received, expected| {
        bar.set_length(expected);
        bar.set_position(received);
        if received >= expected {
            bar.finish_and_clear();
        }
    }
}

/// The sources on a Hub, each with its name and its repository.
pub(super) fn on_hub(spec: &Spec) -> impl Iterator<Item = (&String, &SourceSpec, &str)> {
    spec.sources
        .iter()
        .filter_map(|(name, source)| Some((name, source, source.hub.as_deref()?)))
}

/// Finds what a source refers to on its Hub now, and fetches that table.
pub(super) fn resolve(
    hub: &Hub,
    spec: &Spec,
    name: &str,
    source: &SourceSpec,
    repository: &str,
) -> Result<Pinned, HubError> {
    let repository = repository.parse()?;
    let edges = |path: &Path| {
        read(&FileSource {
            edges: path.to_owned(),
            neurons: Vec::new(),
            unit: source.unit.clone(),
            options: source.reading.clone(),
        })
        .is_ok()
    };
    let series =
        |path: &Path| matches!(recordings(path), Ok(Some(_))) || read_numbers(path, None).is_ok();
    let is_table = |path: &Path| {
        if spec.is_series(name) {
            series(path)
        } else {
            edges(path)
        }
    };
    let pin = hub.resolve(
        &repository,
        &source.revision,
        &source.file,
        &is_table,
        &progress(name),
    )?;
    Ok(Pinned {
        revision: source.revision.clone(),
        file: source.file.clone(),
        pin,
    })
}

/// Reads the pipeline, and pins and fetches its sources on a Hub as far as `access` and the flags
/// allow.
pub(super) fn spec(args: &PipelineArgs, access: Access) -> Result<Spec, Failure> {
    let (mut spec, path) = args.located()?;
    if on_hub(&spec).next().is_none() {
        return Ok(spec);
    }
    let lock_path = Lock::path(&path);
    let mut lock = Lock::read(&lock_path).map_err(Failure::failed)?;
    let hub = hub(&args.hub, access)?;
    let mut pinned_now = false;
    let asked = spec.clone();
    for (name, source) in &mut spec.sources {
        let Some(repository) = source.hub.clone() else {
            continue;
        };
        let known = lock.sources.get(name).cloned();
        if let Some(known) = &known {
            agrees(name, source, known, &lock_path, &args.pipeline)?;
        }
        let pinned = match known {
            Some(known) => known,
            None if access == Access::Look => continue,
            None if args.hub.frozen => {
                let lock = lock_path.display();
                return Err(Failure::failed((
                    format!(
                        "`sources.{name}` is not pinned in `{lock}`, and `--frozen` keeps it so"
                    ),
                    format!(
                        "`engraph fetch {}`, and keep the lock with the pipeline",
                        args.pipeline
                    ),
                )));
            }
            None => {
                let pinned =
                    resolve(&hub, &asked, name, source, &repository).map_err(Failure::failed)?;
                pinned_now = true;
                lock.sources.insert(name.clone(), pinned.clone());
                pinned
            }
        };
        match hub.open(&pinned.pin, &progress(name)) {
            Ok(table) => source.edges = Some(table),
            Err(HubError::Offline { .. }) if access == Access::Look => {}
            Err(error) => return Err(Failure::failed(error)),
        }
    }
    if pinned_now {
        lock.write(&lock_path)?;
    }
    Ok(spec)
}

/// Fetches the trained networks at an address on a Hub into a folder. What is returned is the
/// address with the commit, which names them for good.
pub(super) fn put_networks(
    address: &str,
    cache: Option<&Path>,
    folder: &Path,
) -> Result<Address, Failure> {
    let address: Address = address.parse().map_err(Failure::usage)?;
    let args = HubArgs {
        cache: cache.map(Path::to_owned),
        ..HubArgs::default()
    };
    let hub = hub(&args, Access::Fetch)?;
    let told = progress(address.name());
    let lock = pins(&hub, &address, &told).map_err(Failure::failed)?;
    place(&hub, &lock, folder, &told).map_err(Failure::failed)?;
    let commit = lock.sources.values().next();
    Ok(match commit {
        Some(pinned) => Address {
            revision: pinned.pin.commit.clone(),
            ..address
        },
        None => address,
    })
}

/// Refuses a pin that was made for another repository, revision or file than the pipeline names
/// now. `pipeline` is the pipeline as it was typed.
fn agrees(
    name: &str,
    source: &SourceSpec,
    known: &Pinned,
    lock: &Path,
    pipeline: &str,
) -> Result<(), Failure> {
    if known.answers(source) {
        return Ok(());
    }
    Err(Failure::failed((
        format!(
            "`{}` pins `sources.{name}` to `{}` of `{}` at `{}`, which is no longer what the \
             pipeline asks for",
            lock.display(),
            known.file,
            known.pin.repository,
            known.revision
        ),
        format!("`engraph refresh {pipeline}` moves the pin"),
    )))
}
