//! The sources of a consensus table beside the bundled connectomes.

use std::collections::BTreeSet;

use super::tables::SourceAgreementRow;
use crate::connectome::Connectome;
use crate::source::bundled::{self, BundledError};
use crate::source::consensus::Consensus;

/// Ordered pairs of different neurons.
pub(super) type Pairs<'a> = BTreeSet<(&'a str, &'a str)>;

/// Which bundled connectome is of the same publication as a source, as the collection's generator
/// names its sources. Sources that are not here are matched by overlap.
const PUBLICATIONS: [(&str, &str); 16] = [
    ("cook2019", "cook2019_herm"),
    ("chklovskii", "varshney2011"),
    ("white1986_whole", "white1986_whole"),
    ("white1986_n2u", "white1986_n2u"),
    ("white1986_jsh", "white1986_jsh"),
    ("witvliet2020_1", "witvliet2021_1"),
    ("witvliet2020_2", "witvliet2021_2"),
    ("witvliet2020_3", "witvliet2021_3"),
    ("witvliet2020_4", "witvliet2021_4"),
    ("witvliet2020_5", "witvliet2021_5"),
    ("witvliet2020_6", "witvliet2021_6"),
    ("witvliet2020_7", "witvliet2021_7"),
    ("witvliet2020_8", "witvliet2021_8"),
    ("cook2020", "cook2020_pharynx"),
    ("haspel2011", "haspel2011_vnc"),
    ("yim2024", "yim2024_dauer"),
];

/// Another connectome with less in common is no counterpart: two animals of one age share about
/// half (witvliet2021_7 and _8: 0.51).
const LEAST_JACCARD: f64 = 0.75;

/// How a counterpart was found, as the column `matched_by` says it.
#[derive(Clone, Copy, Debug, strum::Display)]
#[strum(serialize_all = "snake_case")]
enum MatchedBy {
    /// It is known to be of the same publication.
    Publication,
    /// It is the most similar one.
    Overlap,
}

/// A source of a consensus table and its bundled counterpart.
pub(super) struct Matched<'a> {
    pub source: usize,
    pub bundled: &'a Connectome,
    pub row: SourceAgreementRow,
}

/// Reads all bundled connectomes.
pub(super) fn bundled_connectomes() -> Result<Vec<Connectome>, BundledError> {
    bundled::names()?
        .iter()
        .map(|name| bundled::connectome(name))
        .collect()
}

/// The pairs that each source has a row for, those with only a functional weight among them.
pub(super) fn pairs_of_sources(table: &Consensus) -> Vec<Pairs<'_>> {
    let mut pairs = vec![Pairs::new(); table.sources.len()];
    for row in table.rows.iter().filter(|r| r.pre != r.post) {
        for &source in &row.sources {
            pairs[source as usize].insert((table.name(row.pre), table.name(row.post)));
        }
    }
    pairs
}

/// The chemical edges of a connectome, autapses left out.
pub(super) fn chemical_pairs(connectome: &Connectome) -> Pairs<'_> {
    let name = |index: u32| connectome.neurons()[index as usize].name.as_str();
    connectome
        .edges(0.0)
        .map(|s| (name(s.pre), name(s.post)))
        .collect()
}

/// The chemical edges, and the gap junctions in both directions.
pub(super) fn all_pairs(connectome: &Connectome) -> Pairs<'_> {
    let name = |index: u32| connectome.neurons()[index as usize].name.as_str();
    let mut pairs = chemical_pairs(connectome);
    pairs.extend(connectome.gap_pairs().map(|s| (name(s.pre), name(s.post))));
    pairs.extend(connectome.gap_pairs().map(|s| (name(s.post), name(s.pre))));
    pairs
}

/// Matches every source that has a counterpart, in the order of the sources.
pub(super) fn agreement<'a>(
    table: &Consensus,
    structural: &[usize],
    pairs: &[Pairs<'_>],
    bundled: &'a [Connectome],
) -> Vec<Matched<'a>> {
    let known: Vec<[Pairs<'a>; 2]> = bundled
        .iter()
        .map(|c| [all_pairs(c), chemical_pairs(c)])
        .collect();
    let compare = |source: usize, index: usize, matched_by: MatchedBy| {
        let (of_source, [all, chemical]) = (&pairs[source], &known[index]);
        let shared = of_source.intersection(all).count() as i64;
        let (missing, extra) = (all.len() as i64 - shared, of_source.len() as i64 - shared);
        let union = shared + missing + extra;
        SourceAgreementRow {
            source: table.sources[source].clone(),
            connectome: bundled[index].name().to_owned(),
            matched_by: matched_by.to_string(),
            shared,
            missing,
            extra,
            jaccard: if union == 0 {
                0.0
            } else {
                shared as f64 / union as f64
            },
            chemical_edges: chemical.len() as i64,
            chemical_missing: chemical.difference(of_source).count() as i64,
        }
    };
    let mut matched = Vec::new();
    for &source in structural {
        let publication = PUBLICATIONS
            .iter()
            .find(|(name, _)| *name == table.sources[source]);
        let index =
            publication.and_then(|(_, name)| bundled.iter().position(|c| c.name() == *name));
        let found = match index {
            Some(index) => Some((index, compare(source, index, MatchedBy::Publication))),
            None => (0..bundled.len())
                .map(|index| (index, compare(source, index, MatchedBy::Overlap)))
                .filter(|(_, row)| row.jaccard >= LEAST_JACCARD)
                .max_by(|(a, x), (b, y)| x.jaccard.total_cmp(&y.jaccard).then(b.cmp(a))),
        };
        matched.extend(found.map(|(index, row)| Matched {
            source,
            bundled: &bundled[index],
            row,
        }));
    }
    matched
}
