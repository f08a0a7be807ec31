//! Checks of a consensus table.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::{
    Matched, Pairs, agreement, all_pairs, bundled_connectomes, chemical_pairs, pairs_of_sources,
};
use super::check::{Explanation, Severity, check, read, said};
use super::error::AuditError;
use super::tables::{Audit, AuditRow};
use super::{functional, naming};
use crate::connectome::{Sign, SignModel};
use crate::source::consensus::Consensus;

/// Two sources of which one holds this share of the other's pairs go back to the same animal. Two
/// animals of one age share about two thirds of the smaller set (witvliet2021_7 and _8: 0.68; head
/// of an adult and of a larva: 0.73).
const SAME_ANIMAL: f64 = 0.85;

/// Audits a consensus table against itself and against the bundled connectomes. O(S E log E) for E
/// rows and S sources.
///
/// # Errors
/// [`AuditError::Bundled`] only if the program itself is damaged.
pub fn consensus(table: &Consensus) -> Result<Audit, AuditError> {
    let chemical = table.chemical().count();
    let mut checks = vec![read(
        "table",
        table.neurons.len(),
        chemical,
        table.gap_pairs().len(),
    )];
    let structural = structural_sources(table);
    let pairs = pairs_of_sources(table);
    let bundled = bundled_connectomes()?;
    let matched = agreement(table, &structural, &pairs, &bundled);

    checks.extend(lost_by_padding(table, &structural, &pairs, &matched));
    checks.extend(matched.iter().map(|m| lost_edges(m, &pairs[m.source])));
    checks.extend(
        matched
            .iter()
            .filter_map(|m| silent_inhibitors(m, &pairs[m.source])),
    );
    checks.extend(functional::overlap(table)?);
    checks.push(mixed_units(table, &matched));
    checks.push(repeated_animals(table, &structural, &pairs));
    checks.push(merged_weights(table, &structural));
    checks.push(asymmetric_gaps(table));
    Ok(Audit {
        checks,
        agreement: matched.into_iter().map(|m| m.row).collect(),
    })
}

/// The sources that report synapses. Not among them: a source all of whose rows have a functional
/// weight, or whose own rows (where it stands alone) have no synapse.
fn structural_sources(table: &Consensus) -> Vec<usize> {
    let count = table.sources.len();
    let (mut anatomical, mut alone, mut alone_with_synapse) =
        (vec![false; count], vec![false; count], vec![false; count]);
    for row in &table.rows {
        if row.functional.is_none() {
            row.sources
                .iter()
                .for_each(|&s| anatomical[s as usize] = true);
        }
        if let [only] = row.sources[..] {
            alone[only as usize] = true;
            alone_with_synapse[only as usize] |= row.chemical.is_some() || row.gap.is_some();
        }
    }
    (0..count)
        .filter(|&s| anatomical[s] && (!alone[s] || alone_with_synapse[s]))
        .collect()
}

/// Neurons of the label list without a single edge in a source, although they have some elsewhere,
/// whose names end in one digit: as when a source spells `VB1` as `VB01` and its rows were dropped.
/// "Elsewhere" is the bundled connectome of the same publication; without one, any other source,
/// and then only of a source that has most of the other neurons, for a source may simply end where
/// its images end. The rule asks that a class has lost all its members of one digit and kept one of
/// two; then every class that has lost all of them is counted.
fn lost_by_padding(
    table: &Consensus,
    structural: &[usize],
    pairs: &[Pairs<'_>],
    matched: &[Matched<'_>],
) -> Vec<AuditRow> {
    let active: Vec<BTreeSet<&str>> = pairs.iter().map(neurons_of).collect();
    let anywhere: BTreeSet<&str> = structural
        .iter()
        .flat_map(|&s| active[s].iter().copied())
        .collect();
    let lost_in = |source: usize| -> Vec<String> {
        let counterpart = matched
            .iter()
            .find(|m| m.source == source)
            .map(|m| all_pairs(m.bundled));
        let elsewhere = counterpart
            .as_ref()
            .map_or_else(|| anywhere.clone(), neurons_of);
        let mut classes: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
        let (mut others, mut others_there) = (0_usize, 0_usize);
        for name in table
            .neurons
            .iter()
            .map(|n| n.name.as_str())
            .filter(|n| elsewhere.contains(n))
        {
            let single = naming::can_be_padded(name);
            if let Some((class, _)) = naming::numbered(name) {
                classes.entry(class).or_default()[usize::from(!single)].push(name);
            }
            others += usize::from(!single);
            others_there += usize::from(!single && active[source].contains(name));
        }
        let (mut lost, mut proven) = (Vec::new(), false);
        if counterpart.is_none() && 2 * others_there < others {
            return lost;
        }
        for [single, double] in classes.values() {
            if single.len() > 1 && !single.iter().any(|n| active[source].contains(n)) {
                proven |= double.iter().any(|n| active[source].contains(n));
                lost.extend(single.iter().map(|n| (*n).to_owned()));
            }
        }
        if proven { lost } else { Vec::new() }
    };
    structural
        .iter()
        .map(|&source| {
            let lost = lost_in(source);
            let what = "neurons without any edge here, but with edges elsewhere, whose names can \
                        be zero-padded";
            let explanation = Explanation {
                detail: said(what, &lost),
                hint: "the source spells them with a zero (VB01) and its rows were dropped; take \
                       the bundled connectome instead",
            };
            check(
                "lost_neurons",
                &table.sources[source],
                Severity::Error,
                lost.len(),
                Some(table.neurons.len()),
                explanation,
            )
        })
        .collect()
}

/// The neurons of some pairs.
fn neurons_of<'a>(pairs: &Pairs<'a>) -> BTreeSet<&'a str> {
    pairs.iter().flat_map(|(pre, post)| [*pre, *post]).collect()
}

/// Chemical edges of the bundled connectome of the same publication that the source has no row for.
fn lost_edges(matched: &Matched<'_>, pairs: &Pairs<'_>) -> AuditRow {
    let row = &matched.row;
    let lost: Vec<String> = chemical_pairs(matched.bundled)
        .difference(pairs)
        .map(|(pre, post)| format!("{pre}-{post}"))
        .collect();
    let explanation = Explanation {
        detail: said(
            &format!(
                "chemical edges of `{}` that the source has no row for",
                row.connectome
            ),
            &lost,
        ),
        hint: "take the bundled connectome instead",
    };
    let severity = if lost.len() * 20 > row.chemical_edges as usize {
        Severity::Error
    } else {
        Severity::Warning
    };
    check(
        "lost_edges",
        &row.source,
        severity,
        lost.len(),
        Some(chemical_pairs(matched.bundled).len()),
        explanation,
    )
}

/// Classical GABA neurons of the bundled connectome that are presynaptic in no row of the source,
/// if any of them has chemical output in the bundled one. `None` where that has no GABA neurons.
fn silent_inhibitors(matched: &Matched<'_>, pairs: &Pairs<'_>) -> Option<AuditRow> {
    let inhibitory: BTreeSet<&str> = matched
        .bundled
        .neurons()
        .iter()
        .filter(|n| SignModel::Gaba26.neuron_sign(n) == Sign::Inhibitory)
        .map(|n| n.name.as_str())
        .collect();
    let sends = |pairs: &Pairs<'_>, name: &str| {
        pairs
            .range((name, "")..)
            .next()
            .is_some_and(|p| p.0 == name)
    };
    let sending = chemical_pairs(matched.bundled);
    let mut silent: Vec<String> = inhibitory
        .iter()
        .filter(|n| !sends(pairs, n))
        .map(|n| (*n).to_owned())
        .collect();
    let lost = silent.iter().filter(|n| sends(&sending, n)).count();
    if lost == 0 {
        silent.clear();
    }
    let explanation = Explanation {
        detail: said(
            &format!(
                "classical GABA neurons without output here, of which {lost} have output in the \
                 bundled connectome"
            ),
            &silent,
        ),
        hint: "inhibition is missing: motifs with inhibitory neurons are undercounted",
    };
    (!inhibitory.is_empty()).then(|| {
        check(
            "inhibitory_without_output",
            &matched.row.source,
            Severity::Error,
            silent.len(),
            Some(inhibitory.len()),
            explanation,
        )
    })
}

/// Rows with a weight that is a mean over sources of different units.
fn mixed_units(table: &Consensus, matched: &[Matched<'_>]) -> AuditRow {
    let units: BTreeMap<u32, &str> = matched
        .iter()
        .map(|m| (m.source as u32, m.bundled.unit()))
        .collect();
    let weighted = || {
        table
            .rows
            .iter()
            .filter(|r| r.chemical.is_some() || r.gap.is_some())
    };
    let of_row = |sources: &[u32]| {
        sources
            .iter()
            .filter_map(|s| units.get(s))
            .collect::<BTreeSet<_>>()
            .len()
    };
    let mixed = weighted().filter(|r| of_row(&r.sources) > 1).count();
    let all: BTreeSet<&str> = units.values().copied().collect();
    let explanation = Explanation {
        detail: format!(
            "rows whose weight is a mean over different units (units of the sources: {})",
            all.into_iter().collect::<Vec<_>>().join(", ")
        ),
        hint: "do not compare or threshold the mean weights",
    };
    check(
        "mixed_units",
        "mean weights",
        Severity::Error,
        mixed,
        Some(weighted().count()),
        explanation,
    )
}

/// Pairs of sources that go back to the same animal.
fn repeated_animals(table: &Consensus, structural: &[usize], pairs: &[Pairs<'_>]) -> AuditRow {
    let (mut repeated, mut compared) = (Vec::new(), 0);
    for (position, &a) in structural.iter().enumerate() {
        for &b in &structural[position + 1..] {
            compared += 1;
            let smaller = pairs[a].len().min(pairs[b].len());
            let shared = pairs[a].intersection(&pairs[b]).count();
            if smaller > 0 && shared as f64 >= SAME_ANIMAL * smaller as f64 {
                repeated.push(format!("{} and {}", table.sources[a], table.sources[b]));
            }
        }
    }
    let explanation = Explanation {
        detail: said(
            &format!(
                "pairs of sources that share at least {SAME_ANIMAL} of the smaller one's edges"
            ),
            &repeated,
        ),
        hint: "they are readings of the same animals: neither the means nor the uncertainty are \
               over independent animals",
    };
    check(
        "repeated_animals",
        "sources",
        Severity::Warning,
        repeated.len(),
        Some(compared),
        explanation,
    )
}

/// Rows whose weight is a mean over several sources: what each of them said cannot be found out.
fn merged_weights(table: &Consensus, structural: &[usize]) -> AuditRow {
    let structural: BTreeSet<u32> = structural.iter().map(|&s| s as u32).collect();
    let weighted = || {
        table
            .rows
            .iter()
            .filter(|r| r.chemical.is_some() || r.gap.is_some())
    };
    let merged = weighted()
        .filter(|r| r.sources.iter().filter(|s| structural.contains(s)).count() > 1)
        .count();
    let explanation = Explanation {
        detail: "rows whose weight is a mean over several sources: the weight in each is lost, \
                 and whether it has the chemical synapse, the gap junction or both"
            .to_owned(),
        hint: "take the connectomes themselves where weights of one animal are needed",
    };
    check(
        "unrecoverable_weights",
        "mean weights",
        Severity::Warning,
        merged,
        Some(weighted().count()),
        explanation,
    )
}

/// Pairs whose gap junction has another weight in the other direction, or none.
fn asymmetric_gaps(table: &Consensus) -> AuditRow {
    let gaps = table.gap_pairs();
    let asymmetric: Vec<String> = gaps
        .iter()
        .filter(|(_, [there, back])| there != back)
        .map(|((pre, post), _)| format!("{}-{}", table.name(*pre), table.name(*post)))
        .collect();
    let explanation = Explanation {
        detail: said(
            "gap junctions whose weights in the two directions differ",
            &asymmetric,
        ),
        hint: "a gap junction has one weight: find out which direction is right",
    };
    check(
        "asymmetric_gap_weights",
        "mean_gap_weight",
        Severity::Error,
        asymmetric.len(),
        Some(gaps.len()),
        explanation,
    )
}
