//! What to cite, as BibTeX: the software, the connectomes a pipeline reads, and the methods it
//! uses.

use crate::connectome::SignModel;
use crate::dimension::Estimator;
use crate::pipeline::Spec;
use crate::source::bundled;
use crate::topology::SpeciesPreset;

use crate::table::TableError;

/// BibTeX entries of all publications, in the order in which they are printed.
const PUBLICATIONS: &str = include_str!("citations.bib");
/// The facts about the software itself.
const SOFTWARE: &str = include_str!("../../CITATION.cff");

/// What to cite for the software or a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citations {
    /// BibTeX entries: the software first, then the publications, each once.
    pub entries: Vec<String>,
    /// Sources without a known entry, with one sentence each.
    pub uncited: Vec<String>,
}

impl Citations {
    /// The entries as one BibTeX file. Sources without an entry become comments.
    #[must_use]
    pub fn to_bibtex(&self) -> String {
        let comments = self.uncited.iter().map(|line| format!("% {line}"));
        comments
            .chain(self.entries.iter().cloned())
            .collect::<Vec<_>>()
            .join("\n\n")
            + "\n"
    }
}

/// What to cite for the software alone, or for a pipeline if `spec` is given.
///
/// # Errors
/// [`TableError`] if the snapshot inside the program is damaged.
pub fn citations(spec: Option<&Spec>) -> Result<Citations, TableError> {
    let mut keys: Vec<&str> = Vec::new();
    let mut uncited = Vec::new();
    if let Some(spec) = spec {
        let rows = bundled::connectomes()?;
        for row in rows
            .iter()
            .filter(|row| spec.connectomes.contains(&row.connectome))
        {
            match of_publication(&row.connectome) {
                Some(key) => keys.push(key),
                None => uncited.push(format!("{}: {}", row.connectome, row.citation)),
            }
        }
        uncited.extend(spec.sources.iter().map(|(name, source)| {
            match (&source.citation, &source.hub) {
                (given, _) if !given.is_empty() => format!("{name}: {given}"),
                (_, Some(repository)) => {
                    format!("{name}: the dataset {repository} of the Hugging Face Hub")
                }
                _ => format!("{name}: your own connectome, cite where it is from"),
            }
        }));
        for species in &spec.topologies.species {
            match of_species(species.model.preset) {
                Some(key) => keys.push(key),
                None => uncited.push(format!(
                    "{}: {}",
                    species.name,
                    species.model.preset.source()
                )),
            }
        }
        let further = spec.capacity.iter().flat_map(|c| &c.sign_models);
        let of_paths = spec.paths.iter().flat_map(|paths| &paths.sign_models);
        let models = spec.motifs.sign_models.iter().chain(of_paths);
        let models = models.chain(further).chain([&spec.topologies.sign_model]);
        models.for_each(|model| keys.extend(of_sign_model(*model)));
        if spec.motifs.survey.nulls > 0 {
            keys.push("milo2002");
        }
        if !spec.tasks.is_empty() {
            keys.push("kingma2015");
            spec.latent
                .estimators
                .iter()
                .for_each(|estimator| keys.extend(Estimator::citation(*estimator)));
        }
    }
    let known = PUBLICATIONS.split("\n\n").map(str::trim);
    let wanted = known
        .filter(|entry| keys.contains(&key(entry)))
        .map(str::to_owned);
    Ok(Citations {
        entries: std::iter::once(software()).chain(wanted).collect(),
        uncited,
    })
}

/// The entry of the software itself, made from `CITATION.cff`.
fn software() -> String {
    let fact = |name: &str| {
        let line = SOFTWARE
            .lines()
            .find_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix(name));
        line.and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or_default()
            .trim()
            .trim_matches('"')
            .to_owned()
    };
    format!(
        "@software{{engraph,\n  author = {{{{{}}}}},\n  title = {{{}}},\n  version = {{{}}},\n  \
         note = {{licence: {}}},\n}}",
        fact("name"),
        fact("title"),
        fact("version"),
        fact("license")
            .trim_matches(['[', ']'])
            .replace(", ", " or "),
    )
}

/// The key of a BibTeX entry.
fn key(entry: &str) -> &str {
    entry
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once(','))
        .map_or("", |(key, _)| key)
}

/// The name of a bundled connectome begins with the key of its publication.
fn of_publication(connectome: &str) -> Option<&'static str> {
    let publication = connectome.split('_').next()?;
    PUBLICATIONS
        .split("\n\n")
        .map(|entry| key(entry.trim()))
        .find(|key| *key == publication)
}

fn of_species(preset: SpeciesPreset) -> Option<&'static str> {
    match preset {
        SpeciesPreset::WormLike => Some("cook2019"),
        SpeciesPreset::WormL1Like => Some("witvliet2021"),
        SpeciesPreset::CionaLike => Some("ryan2016"),
        SpeciesPreset::LarvaLike => Some("winding2023"),
        _ => None,
    }
}

fn of_sign_model(model: SignModel) -> &'static [&'static str] {
    match model {
        SignModel::Wang2024 => &["wang2024"],
        SignModel::Fenyves2020 => &["fenyves2020"],
        SignModel::Fenyves2020Wang2024 => &["fenyves2020", "wang2024"],
        SignModel::Gaba26 | SignModel::Gaba32 | SignModel::File => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn of(text: &str) -> Citations {
        let spec = Spec::parse(text, Path::new("p.toml"), &[]).unwrap();
        citations(Some(&spec)).unwrap()
    }

    /// The DOI of every bundled connectome's row, written by another program, is that of its entry.
    #[test]
    fn every_bundled_connectome_has_the_entry_with_its_doi() {
        for row in bundled::connectomes().unwrap() {
            let name = of_publication(&row.connectome)
                .unwrap_or_else(|| panic!("{} has no entry", row.connectome));
            let entry = PUBLICATIONS
                .split("\n\n")
                .find(|entry| key(entry.trim()) == name)
                .unwrap();
            match &row.doi {
                Some(doi) => assert!(
                    entry.contains(&format!("doi = {{{doi}}}")),
                    "{}: {entry}",
                    row.connectome
                ),
                None => assert!(!entry.contains("doi ="), "{entry}"),
            }
        }
    }

    #[test]
    fn entries_are_whole_and_their_keys_differ() {
        let mut keys = Vec::new();
        for entry in PUBLICATIONS.split("\n\n").map(str::trim) {
            assert!(entry.starts_with('@') && entry.ends_with('}'), "{entry}");
            assert_eq!(
                entry.matches('{').count(),
                entry.matches('}').count(),
                "{entry}"
            );
            assert!(
                ["author = ", "title = ", "year = "]
                    .iter()
                    .all(|field| entry.contains(field)),
                "{entry}"
            );
            keys.push(key(entry));
        }
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
        let named = Estimator::all().into_iter().filter_map(Estimator::citation);
        for name in named.chain([
            "milo2002",
            "kingma2015",
            "wang2024",
            "fenyves2020",
            "ryan2016",
            "winding2023",
        ]) {
            assert!(keys.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_software_is_the_one_that_runs() {
        let alone = citations(None).unwrap();
        assert_eq!(alone.entries.len(), 1);
        let version = format!("version = {{{}}}", env!("CARGO_PKG_VERSION"));
        for words in [
            &*version,
            "author = {{The engraph authors}}",
            "licence: MIT or Apache-2.0",
            "engram networks",
        ] {
            assert!(alone.entries[0].contains(words), "{}", alone.entries[0]);
        }
    }

    #[test]
    fn a_pipeline_cites_what_it_reads_and_nothing_else() {
        let found = of(
            "name = 'p'\nconnectomes = ['cook2019_herm', 'cook2019_male', \
             'durbin1987_n2u']\n[motifs]\nnulls = 5\nsign_models = ['fenyves2020']",
        );
        let keys: Vec<&str> = found.entries.iter().map(|entry| key(entry)).collect();
        let expected = [
            "engraph",
            "cook2019",
            "durbin1987",
            "wang2024",
            "fenyves2020",
            "milo2002",
        ];
        assert_eq!(keys, expected, "wang2024 is the topologies' sign model");
        assert!(found.uncited.is_empty());
        let found = of(
            "name = 'p'\nconnectomes = ['mine']\n[sources.mine]\nedges = \
             'mine.csv'\n[topologies]\nspecies = ['mouse_like']",
        );
        assert_eq!(found.uncited.len(), 2, "{:?}", found.uncited);
        assert!(found.to_bibtex().starts_with("% mine: your own connectome"));
    }
}
