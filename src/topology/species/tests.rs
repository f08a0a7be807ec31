use proptest::prelude::*;
use std::collections::BTreeSet;

use super::*;
use crate::connectome::{InhibitoryFraction, NeuronClass, Sign, Synapse};
use crate::null_model::NullModel;
use crate::source::bundled;
use crate::text::Hinted;
use crate::topology::{Measures, Topology};

/// The requirement: at 300 neurons, averaged over ten seeds, every preset meets every target.
#[test]
fn every_preset_meets_its_targets() {
    for &preset in SpeciesPreset::ALL {
        let model = SpeciesLike::new(preset);
        let compared: Vec<Vec<Compared>> = (1..=10)
            .map(|seed| {
                model.compare(&Measures::of(
                    &model.generate(preset.as_str(), seed).unwrap().connectome,
                ))
            })
            .collect();
        for (index, first) in compared[0].iter().enumerate() {
            let realised = compared.iter().map(|c| c[index].realised).sum::<f64>() / 10.0;
            let mean = Compared { realised, ..*first };
            assert!(
                mean.relative_error().abs() <= first.tolerance,
                "{preset}: {mean:?}"
            );
        }
    }
}

/// The two presets whose source is bundled agree with it.
#[test]
fn worm_targets_are_those_of_the_bundled_worms() {
    for (preset, name) in [
        (SpeciesPreset::WormLike, "cook2019_herm"),
        (SpeciesPreset::WormL1Like, "witvliet2021_1"),
    ] {
        let worm = bundled::connectome(name)
            .unwrap()
            .with_signs(crate::connectome::SignModel::Wang2024);
        let model = SpeciesLike {
            neurons: worm.neurons().len() as u32,
            ..SpeciesLike::new(preset)
        };
        for compared in model.compare(&Measures::of(&worm)) {
            // Two digits are given.
            assert!(
                (compared.realised - compared.target).abs() <= 0.006,
                "{name}: {compared:?}"
            );
        }
    }
}

#[test]
fn the_multiplier_changes_inhibition_among_inhibitory_neurons_only() {
    let draw = |ii_multiplier| {
        SpeciesLike {
            ii_multiplier,
            ..SpeciesLike::new(SpeciesPreset::HumanLike)
        }
        .generate("h", 3)
        .unwrap()
        .connectome
    };
    let (plain, fivefold) = (draw(1.0), draw(5.0));
    let mut changed = 0;
    for (a, b) in plain.chemical().iter().zip(fivefold.chemical()) {
        let both = [a.pre, a.post]
            .iter()
            .all(|&i| plain.neurons()[i as usize].sign == Sign::Inhibitory);
        let factor = if both { 5.0 } else { 1.0 };
        assert_eq!(
            *b,
            Synapse {
                weight: factor * a.weight,
                ..*a
            }
        );
        changed += usize::from(both);
    }
    assert!(changed > 50, "{changed}");
}

/// Song et al. 2005: mean 1 and a standard deviation of the logarithm of 0.94.
#[test]
fn weights_are_lognormal() {
    let dense = SpeciesLike::new(SpeciesPreset::CionaLike)
        .generate("c", 1)
        .unwrap()
        .connectome;
    let n = dense.chemical().len() as f64;
    let mean = dense.chemical().iter().map(|s| s.weight).sum::<f64>() / n;
    let logs: Vec<f64> = dense.chemical().iter().map(|s| s.weight.ln()).collect();
    let centre = logs.iter().sum::<f64>() / n;
    let sd = (logs.iter().map(|l| (l - centre).powi(2)).sum::<f64>() / n).sqrt();
    let skew = logs
        .iter()
        .map(|l| ((l - centre) / sd).powi(3))
        .sum::<f64>()
        / n;
    assert!(
        (mean - 1.0).abs() < 0.06 && (sd - LOG_WEIGHT_SD).abs() < 0.03 && skew.abs() < 0.1,
        "{mean} {sd} {skew}"
    );
}

#[test]
fn what_cannot_be_is_refused_with_a_hint() {
    let model = SpeciesLike::new(SpeciesPreset::FlyLike);
    let refused = |model: SpeciesLike| {
        let error = model.generate("x", 1).unwrap_err();
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    };
    assert!(
        refused(SpeciesLike {
            neurons: 49,
            ..model
        })
        .contains("49 neurons")
    );
    assert!(
        refused(SpeciesLike {
            inhibitory_fraction: 1.5,
            ..model
        })
        .contains("1.5")
    );
    assert!(
        refused(SpeciesLike {
            ii_multiplier: 0.0,
            ..model
        })
        .contains("multiplier 0")
    );
    // Twenty partners of 99 close triangles whatever one does.
    assert!(
        refused(SpeciesLike {
            neurons: 100,
            ..model
        })
        .contains("clustering")
    );
}

/// A null of a species-like topology keeps its degrees and signs, and names it as parent.
#[test]
fn nulls_have_species_like_parents() {
    let parent = SpeciesLike::new(SpeciesPreset::WormLike)
        .generate("worm_like", 1)
        .unwrap()
        .connectome;
    let null =
        Topology::null(&parent, "worm_like.null1", NullModel::BySourceSign, 20.0, 1).unwrap();
    assert_eq!(null.parent.as_deref(), Some("worm_like"));
    let (before, after) = (Measures::of(&parent), Measures::of(&null.connectome));
    assert_eq!(
        (before.edges, before.inhibitory_edges),
        (after.edges, after.inhibitory_edges)
    );
    assert!(
        (before.out_degree_cv - after.out_degree_cv).abs() < 1e-12
            && after.clustering < 0.7 * before.clustering
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Simple, of the size asked for, every neuron wired and of one sign, the same from the same
    /// seed, another from another.
    #[test]
    fn a_simple_signed_digraph(
        index in 0..8usize,
        neurons in 200..400u32,
        fraction in 0.0..=1.0,
        seed in any::<u64>(),
    ) {
        let model = SpeciesLike {
            neurons,
            inhibitory_fraction: fraction,
            ..SpeciesLike::new(SpeciesPreset::ALL[index])
        };
        // Few neurons are no failure of these laws.
        let Ok(topology) = model.generate("x", seed) else {
            return Err(TestCaseError::reject("unreachable"));
        };
        prop_assert_eq!(&topology, &model.generate("x", seed).unwrap());
        let c = &topology.connectome;
        if let Ok(other) = model.generate("x", seed.wrapping_add(1)) {
            prop_assert!(other.connectome.chemical() != c.chemical());
        }
        prop_assert_eq!(c.neurons().len(), neurons as usize);
        let pairs: BTreeSet<_> = c.chemical().iter().map(|s| (s.pre, s.post)).collect();
        prop_assert_eq!(pairs.len(), c.chemical().len());
        let sign = |neuron: u32| c.neurons()[neuron as usize].sign;
        prop_assert!(c.chemical().iter().all(|s| s.pre != s.post && s.sign == sign(s.pre)));
        prop_assert!((0..neurons).all(|i| !c.outgoing(i).is_empty() || c.incoming(i).len() > 0));
        let inhibitory = c.neurons().iter().filter(|n| n.sign == Sign::Inhibitory).count();
        let expected = InhibitoryFraction::new(fraction).unwrap().of(neurons as usize);
        prop_assert_eq!(inhibitory, expected);
        let class = |class| c.neurons().iter().filter(|n| n.class == class).count();
        let interface = (0.3 * f64::from(neurons)).round() as usize;
        prop_assert_eq!(class(NeuronClass::Sensory), interface);
        prop_assert_eq!(class(NeuronClass::Motor), interface);
        prop_assert!(c.electrical().is_empty());
    }
}
