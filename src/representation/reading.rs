//! Reading latents: gradients of bottleneck units by the sequence, and how they lie to the sources
//! that sequences are made of.
//!
//! Patel and Wetzel (2024, *Closed-form interpretation of neural network latent spaces with
//! symbolic gradients*) read a concept that a unit has coded from its gradients: a unit `z =
//! phi(f(x))` has gradients parallel to those of `f`, whatever the monotone function `phi`. A
//! symbolic search takes the sequences, units and gradients of the table `latent_gradients`. Where
//! a task knows its sources, the angle between both spans says beforehand whether there is
//! something to find.

use faer::{Mat, MatRef};
use serde::{Deserialize, Serialize};

/// Singular values below this share of the largest one are rounding.
const RANK: f64 = 1e-10;

/// At how many held-out sequences the gradients of units are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LatentGradientsConfig {
    /// Held-out sequences of every network whose gradients are taken.
    pub samples: u32,
}

impl Default for LatentGradientsConfig {
    fn default() -> Self {
        Self { samples: 32 }
    }
}

impl LatentGradientsConfig {
    /// Most held-out sequences of a network.
    pub const MOST_SAMPLES: u32 = 4096;
}

/// How some directions lie to a tangent space; see [`alignment`].
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// Principal angles in degrees, ascending.
    pub angles: Vec<f64>,
    /// Share of the sum of squares of the directions that lies in the tangent space, 0 to 1.
    pub share: f64,
}

/// The angles between `directions` (rows of `ambient` values, such as the gradients of units) and
/// the tangent space that the columns of `tangent` (`ambient` rows) span.
///
/// Let `V` have the first `r` right singular vectors of the directions, `r` being the lesser of
/// their rank and the dimension `m` of the tangent space, and `Q` an orthonormal basis of that
/// space. The principal angles are the arc cosines of the singular values of `Q' V` (Jordan 1875),
/// small ones by the sines of `(1 - Q Q') V` (Björck and Golub 1973), which rounding spoils less.
/// The share is `|G Q|^2 / |G|^2` with the directions `G`: `m / ambient` on average of random ones.
///
/// `None` if the directions or the tangent are zero. O(ambient (rows + m)^2).
///
/// ```
/// use engraph::representation::alignment;
/// let plane = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
/// let found = alignment(&[0.0, 2.0, 0.0, 0.0, 0.0, 1.0], &plane, 3).unwrap();
/// assert!(found.angles[0] < 1e-9 && (found.angles[1] - 90.0).abs() < 1e-9);
/// assert!((found.share - 0.8).abs() < 1e-12);
/// ```
#[must_use]
pub fn alignment(directions: &[f64], tangent: &[f64], ambient: usize) -> Option<Alignment> {
    let rows = directions.len() / ambient.max(1);
    let columns = tangent.len() / ambient.max(1);
    if rows == 0 || columns == 0 {
        return None;
    }
    let directions = MatRef::from_row_major_slice(directions, rows, ambient);
    let tangent = MatRef::from_row_major_slice(tangent, ambient, columns);
    let basis = leading(tangent, usize::MAX)?;
    let top = leading(directions.transpose(), basis.ncols())?;
    let across = basis.transpose() * &top;
    let cosines = across.singular_values().ok()?;
    let rest = &top - &basis * &across;
    let sines = rest.singular_values().ok()?;
    let angle = |(cosine, sine): (&f64, &f64)| {
        let radians = if *cosine > 0.5 {
            sine.min(1.0).asin()
        } else {
            cosine.acos()
        };
        radians.to_degrees()
    };
    let inside = (directions * &basis).squared_norm_l2();
    Some(Alignment {
        // Cosines fall as sines rise.
        angles: cosines.iter().zip(sines.iter().rev()).map(angle).collect(),
        share: inside / directions.squared_norm_l2(),
    })
}

/// An orthonormal basis of the first `most` left singular vectors that are no rounding.
fn leading(matrix: MatRef<'_, f64>, most: usize) -> Option<Mat<f64>> {
    let svd = matrix.thin_svd().ok()?;
    let singular = svd.S().column_vector();
    let largest = *singular.iter().next()?;
    let rank = singular.iter().filter(|s| **s > RANK * largest).count();
    let basis = svd.U().subcols(0, rank.min(most)).to_owned();
    (largest > 0.0).then_some(basis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::Sign;
    use crate::network::{Bottleneck, Connection, Demand, EngramNetwork, NetworkConfig, Wiring};
    use crate::random::stream;
    use crate::task::{Task, TaskConfig, TaskKind};
    use crate::training::{HELD_OUT_DRAW, TrainingConfig, held_out_stream, train};
    use rand::RngExt;
    use rand_distr::StandardNormal;

    /// `scipy.linalg.subspace_angles` of SciPy 1.17 of the same matrices, in degrees.
    #[test]
    fn angles_are_those_of_scipy() {
        let wave = |i: usize| (1.0 + 1.7 * i as f64).sin() + 0.3 * (0.9 * i as f64).cos();
        let directions: Vec<f64> = (0..2 * 6).map(wave).collect();
        let tangent: Vec<f64> = (20..20 + 6 * 3).map(wave).collect();
        let found = alignment(&directions, &tangent, 6).unwrap();
        for (found, wanted) in found.angles.iter().zip(GOLDEN) {
            assert!((found - wanted).abs() < 1e-9, "{found}, not {wanted}");
        }
        assert_eq!(found.angles.len(), 2);
        assert!(
            (found.share - GOLDEN_SHARE).abs() < 1e-12,
            "{}",
            found.share
        );
    }

    const GOLDEN: [f64; 2] = [17.179_981_804_476_622, 42.027_392_477_045_844];
    const GOLDEN_SHARE: f64 = 0.629_820_372_376_453_6;

    #[test]
    fn gradients_within_the_tangent_space_have_no_angle_and_random_ones_have_their_share() {
        let mut random = stream(1, &["alignment"]);
        let mut normal =
            |n: usize| -> Vec<f64> { (0..n).map(|_| random.sample(StandardNormal)).collect() };
        let (ambient, m) = (40, 3);
        let tangent = normal(ambient * m);
        let mix = normal(5 * m);
        let mixed = |row: usize, value: usize| -> f64 {
            let terms = (0..m).map(|q| mix[row * m + q] * tangent[value * m + q]);
            terms.sum()
        };
        let within: Vec<f64> = (0..5)
            .flat_map(|row| (0..ambient).map(move |value| (row, value)))
            .map(|(row, value)| mixed(row, value))
            .collect();
        let found = alignment(&within, &tangent, ambient).unwrap();
        assert_eq!(found.angles.len(), m);
        assert!(found.angles.iter().all(|a| *a < 1e-6), "{found:?}");
        assert!((found.share - 1.0).abs() < 1e-12);
        let apart = alignment(&normal(2000 * ambient), &tangent, ambient).unwrap();
        assert!((apart.share - 0.075).abs() < 0.003, "{}", apart.share);
        // Fewer directions than sources have as many angles as there are directions.
        assert_eq!(
            alignment(&within[..ambient], &tangent, ambient)
                .unwrap()
                .angles
                .len(),
            1
        );
        assert_eq!(alignment(&[0.0; 40], &tangent, ambient), None);
    }

    /// A network over a random wiring of twenty neurons.
    fn network(task: &Task) -> EngramNetwork<f32> {
        let mut random = stream(5, &["wiring"]);
        let pairs = (0..20).flat_map(|post| (0..20).map(move |pre| (post, pre)));
        let sign = |pre| [Sign::Inhibitory, Sign::Excitatory][usize::from(pre % 4 > 0)];
        let connections = pairs.filter(|_| random.random::<f64>() < 0.3);
        let connections = connections.map(|(post, pre)| Connection {
            pre,
            post,
            strength: 0.1,
            sign: sign(pre),
        });
        let wiring = Wiring {
            neurons: 20,
            connections: connections.collect(),
            gap_junctions: Vec::new(),
            input: (0..8).collect(),
            inner: (4..16).collect(),
            output: (12..20).collect(),
        };
        let config = NetworkConfig {
            leak: 0.45,
            rest: 1.0,
            ..NetworkConfig::default()
        };
        let demand = Demand::of(task);
        EngramNetwork::new(&wiring, demand, &Bottleneck::Linear(2), &config, 1).unwrap()
    }

    /// Largest angle and share of the units' gradients, and of the output by the units: means over
    /// held-out sequences.
    fn seen(model: &mut EngramNetwork<f32>, task: &Task) -> [Alignment; 2] {
        let held_out = task.held_out(32, &mut held_out_stream(task, 1));
        let sources = task.held_out_sources(32, &mut held_out_stream(task, 1));
        let all = model.latent_gradients(&held_out, HELD_OUT_DRAW, 32);
        let tangents = sources.unwrap();
        let tangents = tangents.chunks(2).map(|s| task.tangent(s).unwrap());
        let mut means = [(); 2].map(|()| Alignment {
            angles: vec![0.0],
            share: 0.0,
        });
        for (of, tangent) in all.iter().zip(tangents) {
            let sides = [&of.gradients, &of.output];
            for (mean, directions) in means.iter_mut().zip(sides) {
                let found = alignment(directions, &tangent, of.ambient).unwrap();
                mean.angles[0] += found.angles[1] / 32.0;
                mean.share += found.share / 32.0;
            }
        }
        means
    }

    /// Learning turns what the units write into the tangent space of the task. What they read off
    /// it costs nothing on sequences of the task, and stays in part.
    #[test]
    fn learning_turns_the_output_of_units_to_the_sources() {
        for (kind, angle) in [
            (TaskKind::Linear { dimension: 2 }, 12.0),
            (TaskKind::Smooth { dimension: 2 }, 30.0),
        ] {
            let config = TaskConfig {
                channels: Some(3),
                steps: Some(4),
                ..TaskConfig::new("t", kind)
            };
            let task = Task::new(&config.check().unwrap(), 5).unwrap();
            let training = TrainingConfig {
                epochs: 60,
                batches: 50,
                batch_size: 32,
                test_samples: 192,
                ..TrainingConfig::default()
            };
            let mut model = network(&task);
            let [read, written] = seen(&mut model, &task);
            let run = train(&mut model, &task, &training, 1, &|| true).unwrap();
            assert!(run.curve.last().unwrap().test_error < 0.03);
            let [read_after, written_after] = seen(&mut model, &task);
            assert!(written.angles[0] > 80.0, "{written:?}");
            assert!(written_after.angles[0] < angle, "{written_after:?}");
            assert!(written_after.share > 0.85, "{written_after:?}");
            assert!(
                read_after.share > 2.0 * read.share,
                "{read:?} {read_after:?}"
            );
            assert!(read_after.angles[0] < read.angles[0] - 10.0);
        }
    }
}
