//! Arguments that several commands share: a pipeline, and a number of threads.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::message::{note, warning};
use crate::pipeline::{BuildError, Plan, Spec, Store, build, builtin};
use crate::text::plural::counted;

/// Largest number of threads. More of them cost time and gain nothing.
const MOST_JOBS: usize = 512;

/// The number of threads that was asked for, or else the number of cores.
pub(super) fn jobs(asked: Option<usize>) -> Result<usize, Failure> {
    match asked {
        Some(0) => Err(Failure::usage((
            "`--jobs 0` leaves nobody to work",
            "give at least 1",
        ))),
        Some(jobs) if jobs > MOST_JOBS => Err(Failure::usage((
            format!("`--jobs {jobs}` is more threads than are of use"),
            "leave it out, or give as many as there are cores",
        ))),
        Some(jobs) => Ok(jobs),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// Runs `work` in a pool with the number of threads that was asked for.
pub(super) fn in_threads(
    asked: Option<usize>,
    work: impl FnOnce() -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let jobs = jobs(asked)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    pool.map_err(|e| Failure::failed(format!("cannot start {}: {e}", counted(jobs, "thread"))))?
        .install(work)
}

/// Which pipeline, and what to change in it.
#[derive(Debug, clap::Args)]
pub(super) struct PipelineArgs {
    /// Path of a pipeline, or the name of one that comes with engraph (animals, celegans,
    /// convergence, hub, quick, smoke, species, validation).
    #[arg(default_value = "celegans")]
    pub(super) pipeline: String,
    /// Change a value of the pipeline, for instance `--set training.seeds=3`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Folder of cached results.
    #[arg(long, value_name = "DIR", default_value = ".engraph")]
    pub(super) store: PathBuf,
    #[cfg(feature = "hub")]
    #[command(flatten)]
    pub(super) hub: super::sources::HubArgs,
}

impl PipelineArgs {
    /// A pipeline under the defaults of the other flags.
    pub(super) fn named(pipeline: &str, overrides: &[String]) -> Self {
        Self {
            pipeline: pipeline.to_owned(),
            overrides: overrides.to_vec(),
            store: PathBuf::from(".engraph"),
            #[cfg(feature = "hub")]
            hub: super::sources::HubArgs::default(),
        }
    }

    /// The pipeline and its path. Its lock lies beside that path.
    pub(super) fn located(&self) -> Result<(Spec, PathBuf), Failure> {
        let path = Path::new(&self.pipeline);
        if !path.is_file() && builtin::NAMES.contains(&self.pipeline.as_str()) {
            // A copy in the repository takes precedence, because it is the one that people edit.
            let name = &self.pipeline;
            let own = Path::new("pipelines").join(format!("{name}.toml"));
            if !own.exists()
                && let Some(spec) = Spec::built_in(name, &self.overrides)?
            {
                return Ok((spec, PathBuf::from(format!("{name}.toml"))));
            }
            return Ok((Spec::read(&own, &self.overrides)?, own));
        }
        Ok((Spec::read(path, &self.overrides)?, path.to_owned()))
    }

    /// The store, opened for a run. What is unusual about it is told.
    pub(super) fn opened_store(&self) -> Result<Store, Failure> {
        let store = Store::open(&self.store)?;
        if let Some(folder) = store.earlier() {
            note((
                "the store is of an earlier engraph, and its results are computed again",
                format!("what was there is now in `{}`", folder.display()),
            ));
        }
        if !store.has_locks() {
            warning((
                "the file system of the store has no locks",
                "results are safe; what killed runs leave in the store's `tmp` stays there, and \
                 processes that share the store may compute a result twice",
            ));
        }
        Ok(store)
    }

    /// The pipeline as it is written.
    pub(super) fn spec(&self) -> Result<Spec, Failure> {
        Ok(self.located()?.0)
    }

    /// The pipeline, after fetching its sources on a Hub.
    pub(super) fn fetched(&self) -> Result<Spec, Failure> {
        #[cfg(feature = "hub")]
        return super::sources::spec(self, super::sources::Access::Fetch);
        #[cfg(not(feature = "hub"))]
        self.spec()
    }

    /// The pipeline, with the tables of those sources on a Hub that were fetched before.
    pub(super) fn looked_at(&self) -> Result<Spec, Failure> {
        #[cfg(feature = "hub")]
        return super::sources::spec(self, super::sources::Access::Look);
        #[cfg(not(feature = "hub"))]
        self.spec()
    }

    /// The plan of the pipeline, whose hints name it as it was typed.
    pub(super) fn plan(&self, spec: &Spec) -> Result<Plan, Failure> {
        build(spec).map_err(|error| match error {
            BuildError::NotFetched { .. } => Failure::usage((
                error.to_string(),
                format!("`engraph fetch {}`", self.pipeline),
            )),
            BuildError::File { .. } | BuildError::Task { .. } => Failure::usage(error),
        })
    }

    /// How long ago its sources were compared with the Hub. It is `None` if there are no such
    /// sources.
    pub(super) fn age(&self, _spec: &Spec) -> Option<String> {
        #[cfg(feature = "hub")]
        return super::checks::age(_spec, &self.store, &self.pipeline);
        #[cfg(not(feature = "hub"))]
        None
    }
}
