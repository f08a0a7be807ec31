//! Which classes of neurons play which roles.

use super::tables::{MotifParticipationRow, RoleFingerprintRow};
use crate::connectome::{Neuron, NeuronClass};

/// The share of each class of neurons in every role, beside its share of the neurons. The rows of
/// one role must stand together. O(rows x n).
///
/// A class whose neurons play no role has a row, too; a class that no neuron has has none.
#[must_use]
pub fn role_fingerprints(
    participation: &[MotifParticipationRow],
    neurons: &[Neuron],
) -> Vec<RoleFingerprintRow> {
    let class_of: std::collections::HashMap<&str, NeuronClass> = neurons
        .iter()
        .map(|neuron| (neuron.name.as_str(), neuron.class))
        .collect();
    let size = |class: NeuronClass| neurons.iter().filter(|n| n.class == class).count();
    let classes = NeuronClass::ALL.map(|class| (class, size(class)));
    let of_one_role =
        |a: &MotifParticipationRow, b: &MotifParticipationRow| a.keys == b.keys && a.role == b.role;
    let mut rows = Vec::new();
    for role in participation.chunk_by(of_one_role) {
        let sum = |class: Option<NeuronClass>| -> i64 {
            let counted = role
                .iter()
                .filter(|row| class.is_none_or(|class| class_of.get(&*row.neuron) == Some(&class)));
            counted.map(|row| row.count).sum()
        };
        let all = sum(None);
        for &(class, size) in classes.iter().filter(|(_, size)| *size > 0) {
            let count = sum(Some(class));
            let share = count as f64 / all as f64;
            let neuron_share = size as f64 / neurons.len() as f64;
            rows.push(RoleFingerprintRow {
                keys: role[0].keys.clone(),
                role: role[0].role.clone(),
                class: class.as_str().to_owned(),
                count,
                share,
                neurons: size as i64,
                neuron_share,
                fold: share / neuron_share,
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::motif::Motif;
    use crate::motif::survey::Survey;
    use crate::source::bundled;

    #[test]
    fn shares_are_those_of_the_participation() {
        let worm = bundled::connectome("cook2019_herm").unwrap();
        let worm = worm.with_signs(SignModel::Gaba26);
        let patterns = [Motif::Xor5.pattern().clone()];
        let tables = Survey::default().tables(&patterns, &worm, "gaba26", 1, &|| true);
        let participation = tables.unwrap().unwrap().participation;
        let rows = role_fingerprints(&participation, worm.neurons());
        let subgraph: Vec<_> = rows
            .iter()
            .filter(|row| row.keys.matching == "subgraph")
            .collect();
        // Inputs, relays and hub, each with the classes of the worm.
        let roles = ["A", "C", "I"];
        for role in roles {
            let of_role: Vec<_> = subgraph.iter().filter(|row| row.role == role).collect();
            let count: i64 = of_role.iter().map(|row| row.count).sum();
            assert_eq!(count, if role == "I" { 3117 } else { 2 * 3117 }, "{role}");
            let share: f64 = of_role.iter().map(|row| row.share).sum();
            let neurons: f64 = of_role.iter().map(|row| row.neuron_share).sum();
            assert!((share - 1.0).abs() < 1e-12 && (neurons - 1.0).abs() < 1e-12);
            for row in of_role {
                let names = worm
                    .neurons()
                    .iter()
                    .filter(|n| n.class.as_str() == row.class);
                let names: Vec<&str> = names.map(|n| n.name.as_str()).collect();
                assert_eq!(names.len() as i64, row.neurons);
                let counted = participation.iter().filter(|other| {
                    other.keys == row.keys && other.role == role && names.contains(&&*other.neuron)
                });
                assert_eq!(counted.map(|other| other.count).sum::<i64>(), row.count);
            }
        }
    }
}
