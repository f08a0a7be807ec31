//! The swimming circuit: its units and its signed connections.

use crate::connectome::{Connectome, Neuron, NeuronClass, Sign, Synapse, SynapseType};

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The back; joints bend towards it at positive angles.
    Dorsal,
    /// The belly.
    Ventral,
}

impl Side {
    /// Both sides.
    pub const ALL: [Self; 2] = [Self::Dorsal, Self::Ventral];

    /// The opposite side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Dorsal => Self::Ventral,
            Self::Ventral => Self::Dorsal,
        }
    }

    /// The sign of the angles towards this side: 1 or -1.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::Dorsal => 1.0,
            Self::Ventral => -1.0,
        }
    }
}

/// A unit of the circuit. Joints are counted from 0 at the head, in names from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A head oscillator.
    Oscillator(Side),
    /// The B-type motor neuron of a joint.
    Neuron(usize, Side),
    /// The muscle of a joint.
    Muscle(usize, Side),
}

impl Unit {
    /// Its place among all units: the oscillators first, then joint by joint.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::Oscillator(side) => side as usize,
            Self::Neuron(joint, side) => 2 + 4 * joint + side as usize,
            Self::Muscle(joint, side) => 4 + 4 * joint + side as usize,
        }
    }

    /// Its name, such as `OscD`, `BV1` or `MD5`.
    #[must_use]
    pub fn name(self) -> String {
        let letter = |side| match side {
            Side::Dorsal => 'D',
            Side::Ventral => 'V',
        };
        match self {
            Self::Oscillator(side) => format!("Osc{}", letter(side)),
            Self::Neuron(joint, side) => format!("B{}{}", letter(side), joint + 1),
            Self::Muscle(joint, side) => format!("M{}{}", letter(side), joint + 1),
        }
    }

    /// The unit as a neuron of a connectome.
    fn neuron(self) -> Neuron {
        // A B neuron excites one muscle and inhibits the other.
        let (class, cell_type, sign) = match self {
            Self::Oscillator(_) => (NeuronClass::Sensory, "oscillator", Sign::Excitatory),
            Self::Neuron(..) => (NeuronClass::Inter, "B", Sign::Unsigned),
            Self::Muscle(..) => (NeuronClass::Motor, "muscle", Sign::Excitatory),
        };
        Neuron {
            class,
            cell_type: Some(cell_type.to_owned()),
            sign,
            ..Neuron::named(self.name())
        }
    }
}

/// What a connection is for. Connections of one role may share their weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// From a head oscillator to the B neuron of the first joint.
    Oscillator,
    /// From the stretch of the joint before to a B neuron. Muscles make the stretch, so they are
    /// its presynaptic units.
    Proprioception,
    /// From a B neuron to the muscle of its own side.
    Ipsilateral,
    /// From a B neuron to the muscle of the other side.
    Contralateral,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [
        Self::Oscillator,
        Self::Proprioception,
        Self::Ipsilateral,
        Self::Contralateral,
    ];

    /// The published sign: all excite but the contralateral ones.
    #[must_use]
    pub fn sign(self) -> Sign {
        match self {
            Self::Oscillator | Self::Proprioception | Self::Ipsilateral => Sign::Excitatory,
            Self::Contralateral => Sign::Inhibitory,
        }
    }
}

/// A connection between two units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The unit that it leads away from.
    pub pre: Unit,
    /// The unit that it leads to.
    pub post: Unit,
    /// What it is for.
    pub role: Role,
}

/// The swimming circuit of a body with so many joints.
///
/// It has `2 + 4 joints` units and `6 joints` connections.
///
/// ```
/// use engraph::circuit_prior::Swimmer;
/// let published = Swimmer::new(5);
/// assert_eq!((published.units(), published.connections().len()), (22, 30));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swimmer {
    joints: usize,
    /// Those onto B neurons come first, so that one pass in this order finds every input complete.
    pub(super) connections: Vec<Connection>,
}

impl Swimmer {
    /// The circuit of `joints` joints.
    #[must_use]
    pub fn new(joints: usize) -> Self {
        let places = || (0..joints).flat_map(|joint| Side::ALL.map(|side| (joint, side)));
        let onto_neurons = places().map(|(joint, side)| {
            let (pre, role) = match joint.checked_sub(1) {
                None => (Unit::Oscillator(side), Role::Oscillator),
                Some(before) => (Unit::Muscle(before, side), Role::Proprioception),
            };
            let post = Unit::Neuron(joint, side);
            Connection { pre, post, role }
        });
        let onto_muscles = places().flat_map(|(joint, side)| {
            [
                (side, Role::Ipsilateral),
                (side.other(), Role::Contralateral),
            ]
            .map(|(from, role)| Connection {
                pre: Unit::Neuron(joint, from),
                post: Unit::Muscle(joint, side),
                role,
            })
        });
        Self {
            joints,
            connections: onto_neurons.chain(onto_muscles).collect(),
        }
    }

    /// Number of joints.
    #[must_use]
    pub fn joints(&self) -> usize {
        self.joints
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        2 + 4 * self.joints
    }

    /// The connections, those onto B neurons first.
    #[must_use]
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// The wiring as a connectome called `swimmer`, every connection with weight 1 and its
    /// published sign. Oscillators are its sensory, B neurons its inter-, muscles its motor
    /// neurons.
    #[must_use]
    pub fn connectome(&self) -> Connectome {
        let joints = (0..self.joints).flat_map(|joint| {
            let neurons = Side::ALL.map(|side| Unit::Neuron(joint, side));
            neurons
                .into_iter()
                .chain(Side::ALL.map(|side| Unit::Muscle(joint, side)))
        });
        let units = Side::ALL.map(Unit::Oscillator).into_iter().chain(joints);
        let synapse = |connection: &Connection| Synapse {
            pre: connection.pre.index() as u32,
            post: connection.post.index() as u32,
            synapse_type: SynapseType::Chemical,
            weight: 1.0,
            sign: connection.role.sign(),
        };
        Connectome::new(
            "swimmer",
            "connections",
            units.map(Unit::neuron).collect(),
            self.connections.iter().map(synapse).collect(),
        )
        .expect("every unit has a name of its own, and every pair one connection")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first two joints, connection by connection, as the paper describes them.
    #[test]
    fn the_wiring_of_two_joints() {
        let swimmer = Swimmer::new(2);
        let connectome = swimmer.connectome();
        let names: Vec<&str> = connectome
            .neurons()
            .iter()
            .map(|n| n.name.as_str())
            .collect();
        let expected = [
            "OscD", "OscV", "BD1", "BV1", "MD1", "MV1", "BD2", "BV2", "MD2", "MV2",
        ];
        assert_eq!(names, expected);
        let mut wiring: Vec<String> = connectome
            .chemical()
            .iter()
            .map(|s| {
                let sign = if s.sign == Sign::Inhibitory { '-' } else { '+' };
                format!("{}{sign}{}", names[s.pre as usize], names[s.post as usize])
            })
            .collect();
        wiring.sort();
        let expected = [
            "BD1+MD1", "BD1-MV1", "BD2+MD2", "BD2-MV2", "BV1+MV1", "BV1-MD1", "BV2+MV2", "BV2-MD2",
            "MD1+BD2", "MV1+BV2", "OscD+BD1", "OscV+BV1",
        ];
        assert_eq!(wiring, expected);
    }
}
