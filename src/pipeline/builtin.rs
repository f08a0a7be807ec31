//! The pipelines that come with engraph.

use std::path::Path;

use super::spec::{Spec, SpecError};

/// Their names.
pub const NAMES: [&str; 6] = [
    "celegans",
    "convergence",
    "hub",
    "smoke",
    "species",
    "validation",
];

/// The text of a pipeline that comes with engraph; `None` for other names.
///
/// ```
/// use engraph::pipeline::{build, builtin};
///
/// let spec = builtin::spec("smoke", &["training.seeds=2".to_owned()])?.ok_or("not built in")?;
/// let plan = build(&spec)?;
/// assert!(plan.cells().len() > 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "celegans" => include_str!("../../pipelines/celegans.toml"),
        "convergence" => include_str!("../../pipelines/convergence.toml"),
        "hub" => include_str!("../../pipelines/hub.toml"),
        "smoke" => include_str!("../../pipelines/smoke.toml"),
        "species" => include_str!("../../pipelines/species.toml"),
        "validation" => include_str!("../../pipelines/validation.toml"),
        _ => return None,
    })
}

/// A pipeline that comes with engraph, with `overrides` (`a.b=value`) applied; `None` for other
/// names.
///
/// # Errors
/// [`SpecError`] if an override does not fit.
pub fn spec(name: &str, overrides: &[String]) -> Result<Option<Spec>, SpecError> {
    let Some(text) = text(name) else {
        return Ok(None);
    };
    Spec::parse(text, Path::new(&format!("{name} (built in)")), overrides).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_pipeline_of_that_name() {
        for name in NAMES {
            assert_eq!(spec(name, &[]).unwrap().unwrap().name, name);
        }
        assert!(text("no_such").is_none());
    }
}
