//! The house keeps its floors: no module uses what stands above it, and none goes in circles.
//!
//! A *room* is a module of the crate. An *arrow* is a path in the code of one file that names
//! something in another, through `crate::`, `super::`, `self::` or the name of a child module;
//! re-exports (`pub use`) are followed to where the thing is defined. Comments and tests are
//! exempt.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The rooms, from the lowest floor to the highest. Rooms of one floor may use each other, but not
/// in a circle.
const FLOORS: [&[&str]; 9] = [
    &[
        "statistics",
        "table",
        "files",
        "text",
        "random",
        "interruption",
        "number",
        "portable",
    ],
    &["connectome", "dimension", "functional_motifs"],
    &[
        "source",
        "null_model",
        "bottleneck",
        "capacity",
        "reservoir",
        "self_optimisation",
        "circuit_prior",
        "paths",
    ],
    &["motif", "task"],
    &["network", "spiking"],
    &["topology", "training", "motif_function", "representation"],
    &["pipeline"],
    &["report"],
    &["cli"],
];
/// Files of one room that may use each other in a circle.
const LARGEST_CIRCLE: usize = 3;

/// A module, such as `["task", "config"]`.
type Module = Vec<String>;

/// What one file says.
#[derive(Default)]
struct File {
    /// Paths in its code.
    uses: Vec<Module>,
    /// Paths that it gives on, by `pub use`.
    gives_on: Vec<Module>,
}

#[test]
fn no_arrow_runs_up_and_there_are_no_circles() {
    let mut files = BTreeMap::new();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &[],
        &mut files,
    );
    let arrows = |from: &Module| -> BTreeSet<Module> {
        let to = files[from]
            .uses
            .iter()
            .filter_map(|path| resolve(&files, from, path, 0));
        to.filter(|to| to != from).collect()
    };
    let arrows: BTreeMap<Module, BTreeSet<Module>> = files
        .keys()
        .map(|from| (from.clone(), arrows(from)))
        .collect();

    let mut faults = Vec::new();
    let mut rooms: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows
        .iter()
        .flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
    {
        if from[0] != to[0] {
            rooms.entry(&from[0]).or_default().insert(&to[0]);
            if floor(&from[0]) < floor(&to[0]) {
                faults.push(format!(
                    "`{}` uses `{}` above it",
                    from.join("::"),
                    to.join("::")
                ));
            }
        }
    }
    for circle in circles(&rooms) {
        faults.push(format!(
            "rooms in a circle: {}",
            circle.into_iter().collect::<Vec<_>>().join(", ")
        ));
    }
    let names: BTreeMap<&Module, BTreeSet<&Module>> = arrows
        .iter()
        .map(|(from, all)| (from, all.iter().filter(|to| to[0] == from[0]).collect()))
        .collect();
    for circle in circles(&names)
        .into_iter()
        .filter(|circle| circle.len() > LARGEST_CIRCLE)
    {
        let mut fault = format!("{} files in a circle:", circle.len());
        for from in &circle {
            let to = names[from].intersection(&circle).map(|to| to.join("::"));
            fault += &format!(
                "\n  {} -> {}",
                from.join("::"),
                to.collect::<Vec<_>>().join(", ")
            );
        }
        faults.push(fault);
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn floor(room: &str) -> usize {
    let floor = FLOORS.iter().position(|rooms| rooms.contains(&room));
    floor.unwrap_or_else(|| panic!("`{room}` stands on no floor: add it to `FLOORS`"))
}

/// The groups of more than one member that all reach each other.
fn circles<T: Ord + Copy>(arrows: &BTreeMap<T, BTreeSet<T>>) -> BTreeSet<BTreeSet<T>> {
    let reached = |from: T| {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(at) = next.pop() {
            let further = arrows.get(&at).into_iter().flatten();
            next.extend(further.copied().filter(|&to| reached.insert(to)));
        }
        reached
    };
    let reach: BTreeMap<T, BTreeSet<T>> =
        arrows.keys().map(|&from| (from, reached(from))).collect();
    let returns = |from: &T, to: &T| reach.get(to).is_some_and(|back| back.contains(from));
    let circle = |(from, to): (&T, &BTreeSet<T>)| {
        to.iter().copied().filter(|to| returns(from, to)).collect()
    };
    reach
        .iter()
        .map(circle)
        .filter(|circle: &BTreeSet<T>| circle.len() > 1)
        .collect()
}

/// The module in whose file the thing is defined that `path` names in `from`.
fn resolve(
    files: &BTreeMap<Module, File>,
    from: &Module,
    path: &[String],
    depth: usize,
) -> Option<Module> {
    let mut module = match path[0].as_str() {
        "crate" => Module::new(),
        _ => from.clone(),
    };
    for (index, name) in path.iter().enumerate() {
        let child = [&module[..], std::slice::from_ref(name)].concat();
        match name.as_str() {
            "crate" | "self" => {}
            "super" => drop(module.pop()),
            _ if files.contains_key(&child) => module = child,
            // The rest of the path is a thing, here or where this module has it from.
            name => {
                let given = files
                    .get(&module)?
                    .gives_on
                    .iter()
                    .find(|given| given.last().is_some_and(|last| last == name));
                return match given {
                    Some(given) if depth < 8 => {
                        let full = [&given[..], &path[index + 1..]].concat();
                        resolve(files, &module, &full, depth + 1)
                    }
                    _ => Some(module),
                };
            }
        }
    }
    files.contains_key(&module).then_some(module)
}

/// Reads the modules below a folder; the roots of the crate and tests are left out.
fn read(folder: &Path, module: &[String], files: &mut BTreeMap<Module, File>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let child = [module, std::slice::from_ref(&name)].concat();
        match (name.as_str(), path.is_dir()) {
            ("tests", _) => {}
            (_, true) => read(&path, &child, files),
            ("lib" | "main", false) if module.is_empty() => {}
            ("mod", false) => drop(files.insert(module.to_vec(), File::default())),
            (_, false) => drop(files.insert(child, File::default())),
        }
    }
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let this = if name == "mod" {
            module.to_vec()
        } else {
            [module, &[name]].concat()
        };
        if path.is_file() && files.contains_key(&this) {
            let text = fs::read_to_string(&path).expect("a file");
            let children = files
                .keys()
                .filter(|child| child.len() == this.len() + 1 && child.starts_with(&this));
            let children = children.map(|child| child[this.len()].clone()).collect();
            files.insert(this, scan(&words(&text), &children));
        }
    }
}

/// The words and signs of the code in a file, without comments and tests.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            match lines.next() {
                Some(item) if item.ends_with('{') => break,
                _ => continue,
            }
        }
        let mut word = false;
        for c in line.split("//").next().unwrap_or_default().chars() {
            let part = c.is_alphanumeric() || c == '_';
            match words.last_mut() {
                Some(last) if (word && part) || (c == ':' && last == ":") => last.push(c),
                _ if c == ' ' => {}
                _ => words.push(c.to_string()),
            }
            word = part;
        }
    }
    words
}

/// The paths that begin with `crate`, `super`, `self` or a child.
fn scan(words: &[String], children: &BTreeSet<String>) -> File {
    let mut file = File::default();
    let (mut at, mut gives_on) = (0, false);
    while at < words.len() {
        let before = at
            .checked_sub(1)
            .map_or("", |before| words[before].as_str());
        let begins = matches!(words[at].as_str(), "crate" | "super" | "self")
            || children.contains(&words[at]);
        let leads_on = words.get(at + 1).is_some_and(|next| next == "::");
        match words[at].as_str() {
            "pub" => gives_on = true,
            "fn" | "mod" | "struct" | "enum" | "const" | "static" | "trait" | "type" | ";" => {
                gives_on = false
            }
            _ if begins && leads_on && before != "::" && before != "$" => {
                let list = if gives_on {
                    &mut file.gives_on
                } else {
                    &mut file.uses
                };
                tree(words, &mut at, &mut Module::new(), list);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    file
}

/// Reads `a::b::{c, d::e}` from `at` on into its paths.
fn tree(words: &[String], at: &mut usize, path: &mut Module, paths: &mut Vec<Module>) {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let length = path.len();
    loop {
        path.push(word(*at).to_owned());
        *at += 1;
        if word(*at) != "::" {
            break;
        }
        *at += 1;
        if word(*at) == "{" {
            while !matches!(word(*at), "}" | "") {
                *at += 1;
                if !matches!(word(*at), "}" | ",") {
                    tree(words, at, path, paths);
                }
                while !matches!(word(*at), "," | "}" | "") {
                    *at += 1;
                }
            }
            *at += 1;
            path.truncate(length);
            return;
        }
        if !word(*at).starts_with(|c: char| c.is_alphabetic() || c == '_') {
            break;
        }
    }
    paths.push(path.clone());
    path.truncate(length);
}
