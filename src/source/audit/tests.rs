//! A table in the published format, made of bundled connectomes, with defects planted and without.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::*;
use crate::source::bundled;

/// The source that a table of edges alone makes.
fn edges(path: &std::path::Path) -> crate::source::file::FileSource {
    crate::source::file::FileSource {
        edges: path.to_owned(),
        ..crate::source::file::FileSource::default()
    }
}

#[derive(Default)]
struct Row {
    chemical: Vec<f64>,
    gap: Vec<f64>,
    functional: Option<f64>,
    sources: BTreeSet<String>,
}

#[derive(Default)]
struct Table(BTreeMap<(String, String), Row>);

impl Table {
    /// Adds a bundled connectome as a source; without the neurons of `dropped`.
    fn add(&mut self, source: &str, connectome: &str, dropped: impl Fn(&str) -> bool) {
        let read = bundled::connectome(connectome).unwrap();
        let name = |index: u32| read.neurons()[index as usize].name.clone();
        for (synapse, electrical) in read
            .edges(0.0)
            .map(|s| (s, false))
            .chain(read.gap_pairs().map(|s| (s, true)))
        {
            let (pre, post) = (name(synapse.pre), name(synapse.post));
            if dropped(&pre) || dropped(&post) {
                continue;
            }
            let ends = if electrical {
                vec![(pre.clone(), post.clone()), (post, pre)]
            } else {
                vec![(pre, post)]
            };
            for pair in ends {
                let row = self.0.entry(pair).or_default();
                row.sources.insert(source.to_owned());
                if electrical {
                    &mut row.gap
                } else {
                    &mut row.chemical
                }
                .push(synapse.weight);
            }
        }
    }

    fn functional(&mut self, pairs: impl Iterator<Item = (String, String)>) {
        for pair in pairs {
            let row = self.0.entry(pair).or_default();
            row.sources.insert("funconn".to_owned());
            row.functional = Some(0.1);
        }
    }

    fn audit(&self) -> Audit {
        let mut text = String::from(
            "data_sources,from_neuron,to_neuron,from_pos,to_pos,mean_gap_weight,\
             mean_chem_weight,functional_weight\n",
        );
        let mean = |weights: &[f64]| match weights.len() {
            0 => String::new(),
            n => (weights.iter().sum::<f64>() / n as f64).to_string(),
        };
        for ((pre, post), row) in &self.0 {
            let sources: Vec<String> = row.sources.iter().map(|s| format!("'{s}'")).collect();
            let functional = row.functional.map(|f| f.to_string()).unwrap_or_default();
            let (gap, chemical) = (mean(&row.gap), mean(&row.chemical));
            let place = "\"(0.0, 1.0, -2.5)\"";
            let sources = sources.join(", ");
            writeln!(
                text,
                "\"[{sources}]\",{pre},{post},{place},{place},{gap},{chemical},{functional}"
            )
            .unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("consensus.csv");
        std::fs::write(&path, text).unwrap();
        file(&edges(&path)).unwrap()
    }
}

fn found<'a>(audit: &'a Audit, check: &str, subject: &str) -> &'a AuditRow {
    let rows = || audit.checks.iter().filter(|row| row.check == check);
    rows()
        .find(|row| row.subject == subject)
        .unwrap_or_else(|| panic!("{check} of {subject} in {:?}", audit.checks))
}

fn counts(audit: &Audit, check: &str, subject: &str) -> (String, i64) {
    let row = found(audit, check, subject);
    (row.severity.clone(), row.found.unwrap())
}

/// What the published procedure loses of Cook et al. 2019: names that its spreadsheets write with a
/// zero, and the two neurons that the label list lacks.
fn lost(name: &str) -> bool {
    ["CANL", "CANR"].contains(&name)
        || ["AS", "DA", "DB", "DD", "VA", "VB", "VC", "VD"]
            .iter()
            .any(|class| {
                name.strip_prefix(class)
                    .is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
            })
}

fn significant() -> BTreeSet<(String, String)> {
    bundled::significant_functional_pairs()
        .unwrap()
        .into_iter()
        .map(|r| (r.pre, r.post))
        .collect()
}

/// Pairs of the neurons with significant pairs that are not significant.
fn insignificant() -> Vec<(String, String)> {
    let significant = significant();
    let neurons: BTreeSet<&String> = significant
        .iter()
        .flat_map(|(pre, post)| [pre, post])
        .collect();
    let all = neurons
        .iter()
        .flat_map(|pre| neurons.iter().map(|post| ((*pre).clone(), (*post).clone())));
    all.filter(|pair| pair.0 != pair.1 && !significant.contains(pair))
        .collect()
}

/// The facts of the published table, planted: 64 neurons, 668 of 3,671 edges, 15 of 26 GABA
/// neurons, none of 1,150 pairs. They were counted from the published procedure by other programs.
#[test]
fn every_known_defect_is_found() {
    let mut table = Table::default();
    table.add("cook2019", "cook2019_herm", lost);
    table.add("white1986_whole", "white1986_whole", |_| false);
    table.add("another", "varshney2011", |_| false);
    table.add("witvliet2020_7", "witvliet2021_7", |_| false);
    table.functional(insignificant().into_iter().map(|(pre, post)| (post, pre)));
    // VC6 has no partner in the other sources, but a place in the label list.
    table.functional([("VC6".to_owned(), "AVAL".to_owned())].into_iter());
    let one = table
        .0
        .values_mut()
        .find(|row| !row.gap.is_empty())
        .unwrap();
    one.gap.push(1000.0);
    let audit = table.audit();

    let error = |count| ("error".to_owned(), count);
    let ok = ("ok".to_owned(), 0);
    assert_eq!(counts(&audit, "lost_neurons", "cook2019"), error(64));
    assert_eq!(counts(&audit, "lost_edges", "cook2019"), error(668));
    assert_eq!(found(&audit, "lost_edges", "cook2019").expected, Some(3671));
    assert_eq!(
        counts(&audit, "inhibitory_without_output", "cook2019"),
        error(15)
    );
    assert_eq!(
        found(&audit, "inhibitory_without_output", "cook2019").expected,
        Some(26)
    );
    for source in ["white1986_whole", "another", "witvliet2020_7"] {
        for check in ["lost_neurons", "lost_edges", "inhibitory_without_output"] {
            assert_eq!(counts(&audit, check, source), ok, "{check} of {source}");
        }
    }
    assert_eq!(
        counts(
            &audit,
            "functional_without_significant_pairs",
            "functional_weight"
        ),
        error(1150)
    );
    assert_eq!(
        found(&audit, "functional_transposed", "functional_weight").severity,
        "error"
    );
    assert_eq!(
        counts(&audit, "asymmetric_gap_weights", "mean_gap_weight"),
        error(1)
    );
    assert_eq!(
        found(&audit, "mixed_units", "mean weights").severity,
        "error"
    );
    assert_eq!(
        found(&audit, "unrecoverable_weights", "mean weights").severity,
        "warning"
    );
    let repeated = found(&audit, "repeated_animals", "sources");
    assert_eq!(
        (repeated.severity.as_str(), repeated.found),
        ("warning", Some(1)),
        "{}",
        repeated.detail
    );
    assert!(
        repeated.detail.contains("another and white1986_whole"),
        "{}",
        repeated.detail
    );

    let cook = audit
        .agreement
        .iter()
        .find(|row| row.source == "cook2019")
        .unwrap();
    assert_eq!((cook.shared, cook.missing, cook.extra), (4043, 1056, 0));
    assert!((cook.jaccard - 4043.0 / 5099.0).abs() < 1e-15);
    let another = audit
        .agreement
        .iter()
        .find(|row| row.source == "another")
        .unwrap();
    assert_eq!(
        (&*another.connectome, &*another.matched_by, another.jaccard),
        ("varshney2011", "overlap", 1.0)
    );
    assert!(audit.agreement.iter().all(|row| row.source != "funconn"));
}

/// A sound table of independent animals in one unit: no check finds anything, but that two sources
/// were averaged.
#[test]
fn a_sound_table_is_found_sound() {
    let mut table = Table::default();
    table.add("witvliet2020_7", "witvliet2021_7", |_| false);
    table.add("witvliet2020_1", "witvliet2021_1", |_| false);
    table.functional(significant().into_iter());
    let audit = table.audit();
    let bad: Vec<_> = audit
        .checks
        .iter()
        .filter(|r| !["ok", "note"].contains(&&*r.severity))
        .collect();
    assert!(
        bad.len() == 1 && bad[0].check == "unrecoverable_weights",
        "{bad:?}"
    );
    assert!(audit.agreement.iter().all(|row| row.jaccard == 1.0));
}

/// A matrix that is only transposed is told from one with another threshold.
#[test]
fn a_transposed_matrix_is_told_from_an_inverted_threshold() {
    let verdict = |pairs: Vec<(String, String)>| {
        let mut table = Table::default();
        table.add("witvliet2020_7", "witvliet2021_7", |_| false);
        table.functional(pairs.into_iter());
        let audit = table.audit();
        let subject = "functional_weight";
        let lost = found(&audit, "functional_without_significant_pairs", subject);
        (
            lost.detail.clone(),
            counts(&audit, "functional_transposed", subject).0,
        )
    };
    let (detail, transposed) = verdict(
        significant()
            .into_iter()
            .map(|(pre, post)| (post, pre))
            .collect(),
    );
    assert!(
        detail.ends_with("the matrix is transposed") && transposed == "error",
        "{detail}"
    );
    let (detail, transposed) = verdict(insignificant());
    assert!(
        detail.ends_with("the threshold on q is inverted") && transposed == "ok",
        "{detail}"
    );
}

#[test]
fn edge_tables_are_audited_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edges.csv");
    let rows = "pre,post,weight,synapse_type\n\
                VB01,AVAL,2,chemical\n\
                VB1,AVAL,1,chemical\n\
                VB1,AVAL,1,chemical\n\
                DB02,DB02,3,chemical\n\
                AVAL,AVAR,1,electrical\n\
                AVAR,AVAL,5,electrical\n\
                AVAL,AVBL,0,chemical\n";
    std::fs::write(&path, rows).unwrap();
    let audit = file(&edges(&path)).unwrap();
    assert!(audit.agreement.is_empty());
    for (check, subject, severity, count) in [
        ("autapses", "edges", "note", 1),
        ("isolated_neurons", "edges", "warning", 1),
        ("padded_name_collisions", "edges", "error", 1),
        ("padded_names", "edges", "error", 1),
        ("duplicates", "edge table", "note", 1),
        ("rows_without_weight", "edge table", "note", 1),
        ("asymmetric_gap_weights", "edge table", "warning", 1),
        ("sign_conflicts", "edge table", "ok", 0),
    ] {
        assert_eq!(
            counts(&audit, check, subject),
            (severity.to_owned(), count),
            "{check}"
        );
    }
    for name in bundled::names().unwrap() {
        let checks = connectome(&bundled::connectome(&name).unwrap()).unwrap();
        assert!(
            checks.iter().all(|row| row.severity != "error"),
            "{name}: {checks:?}"
        );
    }
}
