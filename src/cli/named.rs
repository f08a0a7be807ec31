//! What the commands do with a name, for callers that are no command.

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::outside::{Access, CommandError};
use crate::pipeline::{Inference, Sequencing, Series, Spec, WhichNetwork};

/// The pipeline at a path, or one that comes with engraph, with overrides of the form `a.b=value`:
/// what `engraph run` would run. Its sources on a Hub are pinned and fetched as `engraph run` does,
/// if `access` allows it.
///
/// # Errors
/// [`CommandError`] with what the command would say.
pub fn pipeline_named(
    pipeline: &str,
    overrides: &[String],
    access: Access,
) -> Result<Spec, CommandError> {
    let args = PipelineArgs::named(pipeline, overrides);
    let spec = match access {
        Access::Fetch => args.fetched(),
        Access::Look => args.looked_at(),
    };
    spec.map_err(Failure::told)
}

/// What `engraph infer` gives for the networks in a folder, or in one on the Hub that an address
/// such as `hf://datasets/OWNER/NAME/FOLDER` names.
///
/// # Errors
/// [`CommandError`] with what the command would say.
pub fn inferred_from(
    folder: &str,
    which: &WhichNetwork,
    series: &Series,
    sequencing: Sequencing,
    jobs: usize,
) -> Result<Inference, CommandError> {
    let infer = || {
        let (networks, address) = super::infer::networks(folder, None)?;
        if let Some(address) = address {
            tracing::info!("the networks are `{address}`");
        }
        super::infer::inferred(&networks, which, series, sequencing, jobs)
    };
    infer().map_err(Failure::told)
}
