//! The pipelines that come with engraph.

/// The names of the pipelines that come with engraph, as `engraph run NAME` takes them.
pub const NAMES: [&str; 8] = [
    "animals",
    "celegans",
    "convergence",
    "hub",
    "quick",
    "smoke",
    "species",
    "validation",
];

/// The TOML text of a pipeline that comes with engraph. It is `None` for any other name.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    Some(match name {
        "animals" => include_str!("../../pipelines/animals.toml"),
        "celegans" => include_str!("../../pipelines/celegans.toml"),
        "convergence" => include_str!("../../pipelines/convergence.toml"),
        "hub" => include_str!("../../pipelines/hub.toml"),
        "quick" => include_str!("../../pipelines/quick.toml"),
        "smoke" => include_str!("../../pipelines/smoke.toml"),
        "species" => include_str!("../../pipelines/species.toml"),
        "validation" => include_str!("../../pipelines/validation.toml"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_text() {
        assert!(NAMES.iter().all(|name| text(name).is_some()));
        assert!(text("no_such").is_none());
    }
}
