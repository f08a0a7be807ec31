//! Which of the dimensions that a wiring offers a trained network uses.
//!
//! The *used dimension* is the wiring dimension of [`capacity`](crate::capacity) with the trained
//! network in the place of the linear one. At a held-out sequence the network is made linear, by
//! its exact [`Jacobians`], and
//!
//! ```text
//! encoded    singular values of J_enc            from the sequence to what is held
//! decoded    of J_dec                            from the start state to the output
//! carried    of J_dec M J_enc                    M: through the bottleneck, or the maps in its
//!                                                place
//! ```
//!
//! are read by the same [`Spectrum`]. With linear rates and M = 1 the numbers are those of the
//! wiring under the same input and output, but for one step: a network is read after each step of
//! decoding, so that what is held acts on steps 1 to T, and on 0 to T - 1 in the closed form.

use faer::MatRef;
use serde::{Deserialize, Serialize};

use crate::capacity::{InvalidConvention, SNR, Spectrum, check_snr};
use crate::network::{Jacobians, LANES};

/// At how many sequences the used dimension is read, and at which signal-to-noise ratios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UsedDimensionConfig {
    /// Held-out sequences at which every trained network is made linear.
    pub points: u32,
    /// Signal-to-noise ratios.
    pub snr: Vec<f64>,
}

impl Default for UsedDimensionConfig {
    fn default() -> Self {
        Self {
            points: 4,
            snr: SNR.to_vec(),
        }
    }
}

impl UsedDimensionConfig {
    /// Most held-out sequences: those that a network takes at once.
    const MOST_POINTS: u32 = LANES as u32;

    /// Checks that all values are in range.
    ///
    /// # Errors
    /// [`InvalidConvention`] for the first that is not.
    pub fn check(&self) -> Result<(), InvalidConvention> {
        if !(1..=Self::MOST_POINTS).contains(&self.points) {
            return Err(InvalidConvention {
                field: "points",
                message: format!("is {}, not 1 to {}", self.points, Self::MOST_POINTS),
                hint: "sequences of one network differ little: 4 are the default",
            });
        }
        check_snr(&self.snr)
    }
}

/// The spectra of a network at one sequence, one for each [`Measure`](crate::capacity::Measure) in
/// their order, from Jacobians of finite numbers; `None` where nothing passes. O((held +
/// ambient)^3).
#[must_use]
pub fn used_spectra(jacobians: &Jacobians) -> [Option<Spectrum>; 3] {
    let (held, ambient) = (jacobians.held, jacobians.ambient);
    let encode = MatRef::from_row_major_slice(&jacobians.encode, held, ambient);
    let hold = MatRef::from_row_major_slice(&jacobians.hold, held, held);
    let decode = MatRef::from_row_major_slice(&jacobians.decode, ambient, held);
    let through = hold * encode;
    let carried = decode * &through;
    [encode, decode, carried.as_ref()].map(spectrum)
}

/// The spectrum of a matrix; `None` of one that is zero.
fn spectrum(matrix: MatRef<'_, f64>) -> Option<Spectrum> {
    let singular = matrix.singular_values().ok()?;
    Spectrum::new(singular.iter().map(|sigma| sigma * sigma).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::{Circuit, Convention, Measure};
    use crate::connectome::{Connectome, Sign, SignModel, Synapse};
    use crate::network::{
        Activation, Bottleneck, Connection, Demand, EngramNetwork, Model, NetworkConfig, Wiring,
    };
    use crate::portable::spectral_radius;
    use crate::source::bundled;
    use crate::task::Batch;
    use faer::Mat;

    /// The linear network of the closed form as an engram network: linear rates, every sensory
    /// neuron with a channel of its own, every motor neuron read by one, and the identity in the
    /// place of the bottleneck's maps.
    fn as_network(
        connectome: &Connectome,
        convention: &Convention,
        steps: usize,
    ) -> EngramNetwork<f64> {
        let circuit = Circuit::new(connectome);
        let roles = circuit.roles();
        let n = connectome.neurons().len();
        let mut matrix = Mat::<f64>::zeros(n, n);
        let signed = |s: &Synapse| match s.sign {
            Sign::Excitatory | Sign::Unsigned => s.weight,
            Sign::Inhibitory => -s.weight,
        };
        let mut edges: Vec<&Synapse> = connectome.edges(0.0).collect();
        edges.sort_by_key(|s| (s.post, s.pre));
        for s in &edges {
            matrix[(s.post as usize, s.pre as usize)] = signed(s);
        }
        let factor = convention.spectral_radius / spectral_radius(&matrix);
        let connections = edges.iter().map(|s| Connection {
            pre: s.pre,
            post: s.post,
            strength: factor * s.weight,
            sign: if s.sign == Sign::Inhibitory {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            },
        });
        let wiring = Wiring {
            neurons: n,
            connections: connections.collect(),
            gap_junctions: connectome
                .gap_pairs()
                .map(|s| (s.pre, s.post, s.weight))
                .collect(),
            input: roles.input.clone(),
            inner: roles.held.clone(),
            output: roles.output.clone(),
        };
        let config = NetworkConfig {
            activation: Activation::Linear,
            leak: convention.leak,
            ..NetworkConfig::default()
        };
        let channels = roles.input.len().max(roles.output.len());
        let demand = Demand::new(channels, steps);
        let mut network =
            EngramNetwork::new(&wiring, demand, &Bottleneck::None, &config, 1).unwrap();
        let (held, outputs) = (roles.held.len(), roles.output.len());
        for group in network.layout().groups().to_vec() {
            let values = &mut network.parameters_mut()[group.range];
            let columns = match group.name {
                "input" => channels,
                "encode" | "decode" => held,
                "readout" => outputs,
                // Strengths begin near those of the wiring.
                "recurrent" => {
                    let exact = wiring.connections.iter().map(|c| c.strength);
                    values
                        .iter_mut()
                        .zip(exact)
                        .for_each(|(to, from)| *to = from);
                    continue;
                }
                _ => continue,
            };
            for (at, value) in values.iter_mut().enumerate() {
                *value = f64::from(u8::from(at / columns == at % columns));
            }
        }
        network
    }

    #[test]
    fn linear_rates_and_the_identity_give_the_dimensions_of_the_wiring() {
        let connectome = bundled::connectome("witvliet2021_1")
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let steps = 6;
        let convention = Convention {
            horizon: steps as u32,
            ..Convention::default()
        };
        let mut network = as_network(&connectome, &convention, steps);
        let channels = 61;
        let batch = Batch {
            channels,
            steps,
            samples: LANES,
            values: vec![0.5; channels * steps * LANES],
        };
        let mut jacobians = network.jacobians(&batch, 0, 1).remove(0);
        let [encoded, decoded, _] = used_spectra(&jacobians);
        // The last step is one more than the closed form has.
        for row in (steps - 1..jacobians.ambient).step_by(steps) {
            jacobians.decode[row * jacobians.held..][..jacobians.held].fill(0.0);
        }
        let [.., carried] = used_spectra(&jacobians);
        let longer = Convention {
            horizon: steps as u32 + 1,
            ..convention
        };
        let circuit = Circuit::new(&connectome);
        let edges: Vec<&Synapse> = connectome.edges(0.0).collect();
        let wanted = circuit.spectra(edges, &[convention, longer], 1e4);
        for (measure, found, wanted) in [
            (Measure::Encoded, encoded, &wanted[0]),
            (Measure::Decoded, decoded, &wanted[1]),
            (Measure::Carried, carried, &wanted[0]),
        ] {
            let found = found.unwrap();
            let wanted = wanted.of(measure).as_ref().unwrap();
            for s in [1e2, 1e4] {
                let (found, wanted) = (found.read(s), wanted.read(s));
                let apart = (found.value / wanted.value - 1.0).abs();
                assert!(apart < 1e-10, "{measure} at {s}: {found:?}, not {wanted:?}");
                assert_eq!((found.k90, found.k99), (wanted.k90, wanted.k99));
            }
        }
    }

    #[test]
    fn a_network_that_passes_nothing_has_no_spectrum() {
        let zero = Jacobians {
            held: 2,
            ambient: 3,
            encode: vec![1.0; 6],
            hold: vec![0.0; 4],
            decode: vec![1.0; 6],
        };
        let [encoded, decoded, carried] = used_spectra(&zero);
        assert!(encoded.is_some() && decoded.is_some() && carried.is_none());
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let refused = |change: fn(&mut UsedDimensionConfig)| {
            let mut config = UsedDimensionConfig::default();
            change(&mut config);
            config.check().map_err(|error| error.field)
        };
        assert_eq!(refused(|_| ()), Ok(()));
        assert_eq!(refused(|c| c.points = 0), Err("points"));
        assert_eq!(refused(|c| c.snr.clear()), Err("snr"));
    }
}
