//! The pipeline that the commands run under a name, for callers that are no command.

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::outside::{Access, CommandError};
use crate::pipeline::Spec;

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
