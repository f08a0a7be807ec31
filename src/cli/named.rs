//! The pipeline that the commands run under a name, for callers that are no command.

use super::arguments::PipelineArgs;
use super::failure::Failure;
use crate::pipeline::Spec;

/// What a command may do about sources on a Hub that have not been fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Pin the sources and fetch their tables.
    Fetch,
    /// Leave the sources without a table.
    Look,
}

/// Why a command would end without success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// Whether something impossible was asked for.
    pub is_usage: bool,
    /// What failed and why.
    pub text: String,
    /// What can be done about it.
    pub hint: Option<String>,
}

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
