//! When the sources of a pipeline were last compared with the Hub.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::failure::Failure;
use super::sources::on_hub;
use crate::files;
use crate::pipeline::Spec;

fn checks(store: &Path) -> std::path::PathBuf {
    store.join("refresh.json")
}

pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
}

pub(super) fn remember_check(store: &Path, name: &str) -> Result<(), Failure> {
    let mut all = all_checks(store);
    all.insert(name.to_owned(), now());
    let text = serde_json::to_vec_pretty(&all).map_err(Failure::failed)?;
    Ok(files::write(&checks(store), &text)?)
}

fn all_checks(store: &Path) -> BTreeMap<String, u64> {
    let bytes = std::fs::read(checks(store)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// How long ago the sources of a pipeline were compared with the Hub, for `engraph plan`.
/// `pipeline` is the pipeline as it was typed.
pub(super) fn age(spec: &Spec, store: &Path, pipeline: &str) -> Option<String> {
    on_hub(spec).next()?;
    let days = all_checks(store)
        .get(&spec.name)
        .map(|then| now().saturating_sub(*then) / 86_400);
    Some(match (days, spec.max_age) {
        (None, _) => "sources: never checked against the Hub from here".to_owned(),
        (Some(days), None) => format!("sources: checked {days} days ago"),
        (Some(days), Some(most)) if days <= u64::from(most) => {
            format!("sources: fresh, checked {days} days ago of at most {most}")
        }
        (Some(days), Some(most)) => {
            format!(
                "sources: stale, checked {days} days ago of at most {most}; \
                 `engraph refresh {pipeline} --check` asks the Hub"
            )
        }
    })
}
