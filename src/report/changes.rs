//! The differences between the numbers of two runs of a pipeline.

use std::collections::BTreeMap;
use std::path::Path;

use super::folder::Folder;

use crate::bottleneck::LatentDimensionRow;
use crate::motif::survey::MotifCountRow;
use crate::table::TableError;
use crate::table::text::short;
use crate::text::{plain, plain_line};

/// The numbers of a report folder that people cite: motif counts and latent dimensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    motifs: BTreeMap<String, String>,
    dimensions: BTreeMap<String, String>,
}

impl Snapshot {
    /// Reads the tables `motif_counts` and `latent_dimension` of `folder`. A table that is not
    /// there counts as empty.
    ///
    /// # Errors
    /// [`TableError`] if a table is damaged.
    pub fn read(folder: &Path) -> Result<Self, TableError> {
        let motif = |r: &MotifCountRow| {
            let key = format!(
                "{} | {} | {} | {} | {}",
                r.connectome,
                r.sign_model,
                short(r.min_weight),
                r.motif,
                r.matching
            );
            (key, r.count.to_string())
        };
        let dimension = |r: &LatentDimensionRow| {
            let end = |x: Option<f64>| x.map_or("?".to_owned(), short);
            let value = match r.value {
                Some(value) if r.ci_low.is_none() => short(value),
                Some(value) => format!("{} [{}, {}]", short(value), end(r.ci_low), end(r.ci_high)),
                None => format!("none: {}", r.status.replace('_', " ")),
            };
            (
                format!("{} | {} | {}", r.topology, r.task, r.estimator),
                value,
            )
        };
        let folder = Folder::at(folder);
        Ok(Self {
            motifs: folder.rows::<MotifCountRow>()?.iter().map(motif).collect(),
            dimensions: folder
                .rows::<LatentDimensionRow>()?
                .iter()
                .map(dimension)
                .collect(),
        })
    }

    /// The numbers that are different in `after`, as Markdown under `title`.
    #[must_use]
    pub fn changes(&self, after: &Self, title: &str) -> String {
        let mut text = title.to_owned();
        for (heading, columns, before, after) in [
            (
                "Motif counts",
                "connectome | signs | weight >= | motif | matching",
                &self.motifs,
                &after.motifs,
            ),
            (
                "Latent dimensions",
                "topology | task | estimator",
                &self.dimensions,
                &after.dimensions,
            ),
        ] {
            let keys: std::collections::BTreeSet<&String> =
                before.keys().chain(after.keys()).collect();
            let moved: Vec<String> = keys
                .into_iter()
                .filter(|key| before.get(*key) != after.get(*key))
                .map(|key| {
                    let show = |side: &BTreeMap<String, String>| {
                        side.get(key).map_or("-".to_owned(), Clone::clone)
                    };
                    format!(
                        "| {} | {} | {} |\n",
                        plain_line(key),
                        show(before),
                        show(after)
                    )
                })
                .collect();
            text += &format!(
                "\n## {heading}\n\n{} of {} differ.\n",
                moved.len(),
                before.len().max(after.len())
            );
            if !moved.is_empty() {
                let width = columns.split('|').count() + 2;
                text += &format!(
                    "\n| {columns} | before | after |\n|{}\n{}",
                    "---|".repeat(width),
                    moved.concat()
                );
            }
        }
        plain(&text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_listed() {
        let of = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let before = Snapshot {
            motifs: of(&[("a | xor5", "3"), ("b | xor5", "4")]),
            ..Snapshot::default()
        };
        let after = Snapshot {
            motifs: of(&[("a | xor5", "3"), ("b | xor5", "5"), ("c | xor5", "1")]),
            ..Snapshot::default()
        };
        let text = before.changes(&after, "# t\n");
        assert!(
            text.contains("2 of 3 differ")
                && text.contains("| b | xor5 | 4 | 5 |")
                && text.contains("| c | xor5 | - | 1 |")
        );
        assert!(!text.contains("| a |") && text.contains("0 of 0 differ"));
    }
}
