//! What is refused, and where nothing is written.

use crate::tiny::Tiny;

#[test]
fn mistakes_in_a_pipeline_name_the_key() {
    let place = Tiny::new();
    for (change, words) in [
        ("training.sedes=3", "did you mean `seeds`"),
        (
            "connectomes=['cook2019_her']",
            "did you mean `cook2019_herm`",
        ),
        ("motifs.patterns=['xor7']", "xor5"),
        (
            "training.engram.learning_rate=-1.0",
            "training.engram.learning_rate",
        ),
        ("topologies.null_model='by_sign'", "by_source_sign"),
    ] {
        let error = place.fail(&["run", "tiny.toml", "--set", change], 2);
        assert!(error.contains(words), "{change}: {error}");
        assert!(!place.path().join("reports").exists(), "nothing is written");
    }
    assert!(
        place
            .fail(&["run", "absent.toml"], 2)
            .contains("absent.toml")
    );
    place.write("broken.toml", "name = \n");
    assert!(place.fail(&["run", "broken.toml"], 2).contains("line 1"));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_any_work() {
    let place = Tiny::new();
    place.write("file", "");
    let error = place.fail(&["run", "tiny.toml", "--out", "file/reports"], 1);
    assert!(
        error.contains("file/reports") && error.contains("hint"),
        "{error}"
    );
    let error = place.fail(&["run", "tiny.toml", "--store", "file/store"], 1);
    assert!(error.contains("file/store"), "{error}");
    assert!(place.artifacts("connectomes").is_empty());
}
