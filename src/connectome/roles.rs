//! Which neurons see, which act, and which hold what passes between them.

use super::{Neuron, NeuronClass};

/// The neurons of a wiring by what they do in an engram network, each list ascending. The lists may
/// be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Neurons that receive the input: by default the sensory ones.
    pub input: Vec<u32>,
    /// Neurons that hold the latent: those that neither receive input nor give output.
    pub held: Vec<u32>,
    /// Neurons that the output is read from: by default the motor ones.
    pub output: Vec<u32>,
}

impl Roles {
    /// The roles of neurons whose class is among `input` or among `output`, and of all others.
    #[must_use]
    pub fn of(neurons: &[Neuron], input: &[NeuronClass], output: &[NeuronClass]) -> Self {
        let those = |wanted: &dyn Fn(&NeuronClass) -> bool| -> Vec<u32> {
            (0..)
                .zip(neurons)
                .filter(|(_, neuron)| wanted(&neuron.class))
                .map(|(index, _)| index)
                .collect()
        };
        Self {
            input: those(&|class| input.contains(class)),
            held: those(&|class| !input.contains(class) && !output.contains(class)),
            output: those(&|class| output.contains(class)),
        }
    }

    /// The same roles, where a role that nobody has is everybody's.
    #[must_use]
    pub fn or_everyone(self, neurons: usize) -> Self {
        let everyone = |list: Vec<u32>| match list.is_empty() {
            true => (0..neurons as u32).collect(),
            false => list,
        };
        Self {
            input: everyone(self.input),
            held: everyone(self.held),
            output: everyone(self.output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_nobody_has_is_everybodys_where_asked() {
        use NeuronClass::{Inter, Sensory};
        let neuron = |class| Neuron {
            class,
            ..Neuron::named("n")
        };
        let neurons = [Sensory, Inter, Sensory].map(neuron);
        let roles = Roles::of(&neurons, &[Sensory], &[NeuronClass::Motor]);
        assert_eq!(roles.input, [0, 2]);
        assert_eq!(roles.held, [1]);
        assert!(roles.output.is_empty());
        assert_eq!(roles.or_everyone(3).output, [0, 1, 2]);
    }
}
