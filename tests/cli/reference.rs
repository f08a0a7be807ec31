//! The pages of `docs/reference` are what the program says of itself today.

use std::fs;
use std::path::Path;

use crate::common::Place;

/// A changed option, key or column changes these pages:
/// `cargo run --release --locked -- reference docs/reference` writes them anew.
#[test]
fn the_reference_is_current() {
    let place = Place::new();
    place.succeed(&["reference", "now"]);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let now = place.path().join("now");
    assert_eq!(names(&kept), names(&now));
    for name in names(&now) {
        let (kept, now) = (fs::read(kept.join(&name)), fs::read(now.join(&name)));
        assert!(
            kept.unwrap() == now.unwrap(),
            "docs/reference/{name} is not current"
        );
    }
}

/// What editors get is a JSON Schema that knows the sections.
#[test]
fn the_schema_of_pipelines_is_json() {
    let text = crate::common::stdout(&["schema", "--pipeline"]);
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    for section in [
        "motifs",
        "capacity",
        "topologies",
        "tasks",
        "network",
        "training",
        "latent",
    ] {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false);
}
