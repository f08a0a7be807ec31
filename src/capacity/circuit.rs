//! What a wiring and all of its nulls have in common, and the linear network that is made of it.

use super::convention::{Convention, GAP_CONDUCTANCE, Weights};
use super::measure::{Measure, Status};
use super::radius::radius;
use super::sparse::Sparse;
use crate::connectome::{Connectome, NeuronClass, Roles, Sign, Synapse, strength};

/// The neurons of a wiring with their roles, and its gap junctions: all that it shares with its
/// nulls.
#[derive(Clone, Debug)]
pub struct Circuit {
    neurons: usize,
    unit: String,
    roles: Roles,
    /// Whether no neuron has a class, so that each has every role.
    no_classes: bool,
    gap_junctions: Vec<(u32, u32, f64)>,
}

/// `L` of a linear network `x <- L x + B u`, and its transpose, with the roles of its neurons.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) forward: Sparse,
    pub(super) backward: Sparse,
    pub(super) roles: Roles,
    pub(super) horizon: u32,
}

/// A wiring at one kind of weights, with its spectral radius.
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    /// Row, column, signed weight.
    entries: Vec<(u32, u32, f64)>,
    radius: Result<f64, Status>,
}

impl Circuit {
    /// The circuit of a connectome. Sensory neurons see, motor neurons act, and all others hold;
    /// where no neuron has a class, every neuron does all three.
    #[must_use]
    pub fn new(connectome: &Connectome) -> Self {
        let neurons = connectome.neurons();
        let no_classes = neurons.iter().all(|n| n.class == NeuronClass::Unknown);
        let roles = if no_classes {
            Roles::default().or_everyone(neurons.len())
        } else {
            Roles::of(neurons, &[NeuronClass::Sensory], &[NeuronClass::Motor])
        };
        let unit = connectome.unit().to_owned();
        let gap = |s: &Synapse| (s.pre, s.post, strength(&unit, s.weight));
        Self {
            neurons: neurons.len(),
            gap_junctions: connectome.gap_pairs().map(gap).collect(),
            unit,
            roles,
            no_classes,
        }
    }

    /// The neurons that see, hold and act.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Why the measure cannot be taken in any wiring of these neurons.
    pub(super) fn missing(&self, measure: Measure) -> Option<Status> {
        let (sees, acts) = match measure {
            Measure::Encoded => (true, false),
            Measure::Decoded => (false, true),
            Measure::Carried => (true, true),
        };
        [
            (sees && self.roles.input.is_empty(), Status::NoInput),
            (self.roles.held.is_empty(), Status::NoHeld),
            (acts && self.roles.output.is_empty(), Status::NoOutput),
        ]
        .into_iter()
        .find_map(|(is_missing, status)| is_missing.then_some(status))
    }

    /// Signed weights of these synapses between different neurons. Unsigned ones count as
    /// excitatory.
    pub(super) fn weighted<'a>(
        &self,
        edges: impl IntoIterator<Item = &'a Synapse>,
        weights: Weights,
    ) -> Weighted {
        let entry = |s: &Synapse| {
            let size = match weights {
                Weights::Counts => strength(&self.unit, s.weight),
                Weights::Binary => 1.0,
            };
            let factor = match s.sign {
                Sign::Excitatory | Sign::Unsigned => 1.0,
                Sign::Inhibitory => -1.0,
            };
            (s.post, s.pre, factor * size)
        };
        let entries: Vec<_> = edges
            .into_iter()
            .filter(|s| s.pre != s.post)
            .map(entry)
            .collect();
        let radius = if entries.is_empty() {
            Err(Status::NoSynapses)
        } else {
            match radius(&Sparse::new(self.neurons, &entries)) {
                None => Err(Status::NoRadius),
                Some(0.0) => Err(Status::Acyclic),
                Some(found) => Ok(found),
            }
        };
        Weighted { entries, radius }
    }

    /// `L = (1 - a) 1 + a (W + G - diag(G 1))` under a convention.
    pub(super) fn linear(
        &self,
        weighted: &Weighted,
        convention: &Convention,
    ) -> Result<Linear, Status> {
        self.linear_without(weighted, convention, None)
    }

    /// The same, where one neuron neither holds nor has synapses or gap junctions. All others are
    /// scaled as in the whole wiring.
    pub(super) fn linear_without(
        &self,
        weighted: &Weighted,
        convention: &Convention,
        gone: Option<u32>,
    ) -> Result<Linear, Status> {
        let factor = convention.leak * convention.spectral_radius / weighted.radius?;
        let stays = |i: u32, j: u32| gone != Some(i) && gone != Some(j);
        let mut entries: Vec<_> = weighted
            .entries
            .iter()
            .filter(|entry| stays(entry.0, entry.1))
            .map(|&(i, j, weight)| (i, j, factor * weight))
            .collect();
        let kept = 1.0 - convention.leak;
        entries.extend((0..self.neurons as u32).map(|i| (i, i, kept)));
        if convention.gap_junctions {
            let size = |weight: f64| match convention.weights {
                Weights::Counts => weight,
                Weights::Binary => 1.0,
            };
            let mut sums = vec![0.0; self.neurons];
            for &(a, b, weight) in &self.gap_junctions {
                sums[a as usize] += size(weight);
                sums[b as usize] += size(weight);
            }
            let most = sums.iter().copied().fold(0.0, f64::max);
            for &(a, b, weight) in self.gap_junctions.iter().filter(|g| stays(g.0, g.1)) {
                let share = convention.leak * GAP_CONDUCTANCE * size(weight) / most;
                entries.extend([(a, b, share), (b, a, share), (a, a, -share), (b, b, -share)]);
            }
        }
        if entries.iter().any(|entry| !entry.2.is_finite()) {
            return Err(Status::NotFinite);
        }
        let forward = Sparse::new(self.neurons, &entries);
        let mut roles = self.roles.clone();
        roles.held.retain(|&neuron| gone != Some(neuron));
        Ok(Linear {
            backward: forward.transposed(),
            forward,
            roles,
            horizon: convention.horizon,
        })
    }

    /// What the values of this network stand on: stable or not, and whose roles.
    pub(super) fn footing(&self, linear: &Linear, convention: &Convention) -> Status {
        // Without gap junctions the eigenvalues of L are (1 - a) + a times those of W.
        let bounded = convention.spectral_radius < 1.0
            && (!convention.gap_junctions || self.gap_junctions.is_empty());
        let is_unstable = !bounded && radius(&linear.forward).is_some_and(|r| r >= 1.0);
        match (is_unstable, self.no_classes) {
            (true, _) => Status::Unstable,
            (false, true) => Status::NoClasses,
            (false, false) => Status::Ok,
        }
    }
}
