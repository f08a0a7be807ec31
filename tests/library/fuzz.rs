//! The fuzz targets compile, and hold for a few inputs each.

use std::fs;
use std::path::{Path, PathBuf};

#[allow(dead_code, missing_docs, unreachable_pub)]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// All files in a folder of the repository, and in those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found.sort();
    found
}

#[test]
fn every_fuzz_target_takes_whole_and_damaged_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let inputs: Vec<Vec<u8>> = ["tests/own_connectome", "pipelines/motifs"]
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .map(|path| fs::read(path).unwrap())
        .filter(|bytes| bytes.len() < 1 << 16)
        .collect();
    assert!(inputs.len() > 10);
    for (name, target) in targets::TARGETS {
        for (number, whole) in inputs.iter().enumerate() {
            // The first byte chooses the form of a file.
            let mut input = [&[number as u8], &whole[..]].concat();
            target(&input);
            target(&input[1..]);
            let middle = input.len() / 2;
            input[middle] ^= 0x20;
            target(&input);
            target(&input[..middle]);
        }
        target(b"");
        println!("{name}");
    }
}

#[test]
fn every_target_is_a_program_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let programs: Vec<String> = files(&folder)
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(programs, targets::TARGETS.map(|(name, _)| name));
}
