//! The circuit moves its body: an exact simulation, and exact derivatives backwards through time.

use super::swimmer::{Side, Swimmer, Unit};
use super::wave::{Oscillation, Wave};

/// The activation of a unit: its input, held between 0 and 1.
fn graded(input: f64) -> f64 {
    input.clamp(0.0, 1.0)
}

/// The derivative of [`graded`]: 1 from 0 to 1 and 0 elsewhere. Both ends count as inside, so that
/// a unit that is just silent or just saturated can still be moved.
fn slope(input: f64) -> f64 {
    f64::from((0.0..=1.0).contains(&input))
}

/// What was at one step: everything that derivatives need.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    step: usize,
    /// Angle of each joint before the step.
    angles: Vec<f64>,
    /// Summed input of each unit.
    inputs: Vec<f64>,
}

/// A circuit on its body, with the wave that it is to make. Angles start at 0 and lie in [-1, 1].
///
/// At each step all units are computed from the angles `x(t)`, as published. The oscillator of a
/// side is 1 in its half of the period and else 0, the dorsal one first. A joint's torque is the
/// activation of its dorsal muscle less that of its ventral one. The body is ours: `x(t + 1) = x(t)
/// + rate (torque(t) - x(t))`.
#[derive(Clone, Debug, PartialEq)]
pub struct Swim<'a> {
    /// The circuit.
    pub swimmer: &'a Swimmer,
    /// The wave that the angles should follow.
    pub wave: Wave,
    /// Periods that are simulated. The error is that of the last one.
    pub periods: usize,
    /// Share of the way to its torque that a joint goes in a step.
    pub rate: f64,
}

impl Swim<'_> {
    /// Number of steps that are simulated.
    fn steps(&self) -> usize {
        self.wave.period * self.periods
    }

    /// The first of the steps whose angles count.
    fn first(&self) -> usize {
        self.steps() - self.wave.period + 1
    }

    /// What a unit passes on: oscillators and B neurons their activation, muscles the stretch of
    /// their side of their joint.
    fn passed(&self, unit: Unit, moment: &Moment) -> f64 {
        match unit {
            Unit::Oscillator(side) => {
                let half = moment.step % self.wave.period / (self.wave.period / 2);
                f64::from(half == side as usize)
            }
            Unit::Neuron(..) => graded(moment.inputs[unit.index()]),
            Unit::Muscle(joint, side) => graded(side.factor() * moment.angles[joint]),
        }
    }

    /// The course of one swim, step by step, and the angles after the last step.
    fn course(&self, weights: &[f64]) -> Vec<Moment> {
        let mut moment = Moment {
            step: 0,
            angles: vec![0.0; self.swimmer.joints()],
            inputs: vec![0.0; self.swimmer.units()],
        };
        let mut course = Vec::with_capacity(self.steps() + 1);
        for step in 0..self.steps() {
            moment.step = step;
            moment.inputs.fill(0.0);
            for (connection, weight) in self.swimmer.connections().iter().zip(weights) {
                let passed = self.passed(connection.pre, &moment);
                moment.inputs[connection.post.index()] += weight * passed;
            }
            course.push(moment.clone());
            for (joint, angle) in moment.angles.iter_mut().enumerate() {
                let [dorsal, ventral] =
                    muscles(joint).map(|unit| graded(moment.inputs[unit.index()]));
                *angle += self.rate * (dorsal - ventral - *angle);
            }
        }
        moment.step = self.steps();
        course.push(moment);
        course
    }

    /// The angles of every joint, after each step, of a circuit with one weight per connection.
    /// Time `O(steps joints)`.
    ///
    /// # Panics
    /// If there are fewer weights than connections (as all methods with weights).
    #[must_use]
    pub fn angles(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        assert_eq!(weights.len(), self.swimmer.connections().len());
        let after = self.course(weights).into_iter().skip(1);
        after.map(|moment| moment.angles).collect()
    }

    /// The oscillation of each joint over the last period.
    #[must_use]
    pub fn oscillations(&self, weights: &[f64]) -> Vec<Oscillation> {
        let angles = self.angles(weights);
        let last = &angles[self.first() - 1..];
        (0..self.swimmer.joints())
            .map(|joint| {
                let of_joint: Vec<f64> = last.iter().map(|angles| angles[joint]).collect();
                self.wave.projected(&of_joint, self.first())
            })
            .collect()
    }

    /// The squared error over the last period as a share of the variance of the wave, `mean (x -
    /// x*)^2 / (amplitude^2 / 2)` over steps and joints, with its derivative by the weight of each
    /// connection, backwards through time. 0 is perfect, and a body at rest has 1.
    ///
    /// Time and memory `O(steps joints)`.
    #[must_use]
    pub fn error(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        assert_eq!(weights.len(), self.swimmer.connections().len());
        let course = self.course(weights);
        let (joints, connections) = (self.swimmer.joints(), self.swimmer.connections());
        let variance = self.wave.amplitude * self.wave.amplitude / 2.0;
        let scale = 1.0 / ((self.wave.period * joints) as f64 * variance);
        let mut error = 0.0;
        let mut gradient = vec![0.0; weights.len()];
        // Derivatives by the angles after a step, and by the activations of the units in it.
        let mut of_angles = vec![0.0; joints];
        let mut of_units = vec![0.0; self.swimmer.units()];
        for step in (1..=self.steps()).rev() {
            if step >= self.first() {
                for (joint, of_angle) in of_angles.iter_mut().enumerate() {
                    let off = course[step].angles[joint] - self.wave.angle(joint, step);
                    error += scale * off * off;
                    *of_angle += 2.0 * scale * off;
                }
            }
            let moment = &course[step - 1];
            of_units.fill(0.0);
            for (joint, of_angle) in of_angles.iter_mut().enumerate() {
                let [dorsal, ventral] = muscles(joint);
                of_units[dorsal.index()] = self.rate * *of_angle;
                of_units[ventral.index()] = -self.rate * *of_angle;
                *of_angle *= 1.0 - self.rate;
            }
            for (at, connection) in connections.iter().enumerate().rev() {
                let post = connection.post.index();
                let of_input = of_units[post] * slope(moment.inputs[post]);
                gradient[at] += of_input * self.passed(connection.pre, moment);
                let of_passed = of_input * weights[at];
                match connection.pre {
                    Unit::Oscillator(_) => (),
                    Unit::Neuron(..) => of_units[connection.pre.index()] += of_passed,
                    Unit::Muscle(joint, side) => {
                        let towards = side.factor();
                        of_angles[joint] +=
                            towards * of_passed * slope(towards * moment.angles[joint]);
                    }
                }
            }
        }
        (error, gradient)
    }
}

/// The dorsal and the ventral muscle of a joint.
fn muscles(joint: usize) -> [Unit; 2] {
    Side::ALL.map(|side| Unit::Muscle(joint, side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit_prior::Connection;
    use proptest::prelude::*;

    const JOINTS: usize = 3;

    fn swim(swimmer: &Swimmer) -> Swim<'_> {
        Swim {
            swimmer,
            wave: Wave {
                period: 12,
                amplitude: 0.6,
                lag: 0.7,
            },
            periods: 2,
            rate: 0.4,
        }
    }

    fn weights() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-1.5..1.5, 6 * JOINTS)
    }

    proptest! {
        /// The circuit with its sides exchanged, oscillators too, bends the other way.
        #[test]
        fn a_mirrored_circuit_makes_mirrored_angles(weights in weights()) {
            let swimmer = Swimmer::new(JOINTS);
            let other = |unit| match unit {
                Unit::Oscillator(side) => Unit::Oscillator(side.other()),
                Unit::Neuron(joint, side) => Unit::Neuron(joint, side.other()),
                Unit::Muscle(joint, side) => Unit::Muscle(joint, side.other()),
            };
            let mut mirrored = swimmer.clone();
            for connection in &mut mirrored.connections {
                *connection = Connection {
                    pre: other(connection.pre),
                    post: other(connection.post),
                    role: connection.role,
                };
            }
            // The oscillators exchange their halves of the period, too: the one that comes first
            // now drives the ventral side.
            for connection in &mut mirrored.connections[..2] {
                connection.pre = other(connection.pre);
            }
            let angles = swim(&swimmer).angles(&weights);
            let mirror: Vec<Vec<f64>> = swim(&mirrored)
                .angles(&weights)
                .into_iter()
                .map(|angles| angles.into_iter().map(|angle| -angle).collect())
                .collect();
            prop_assert_eq!(angles, mirror);
        }

        /// Central differences, where no unit changes from held to free between the two.
        #[test]
        fn derivatives_are_those_of_central_differences(weights in weights()) {
            const STEP: f64 = 1e-6;
            let swimmer = Swimmer::new(JOINTS);
            let swim = swim(&swimmer);
            let (_, gradient) = swim.error(&weights);
            for (at, derivative) in gradient.into_iter().enumerate() {
                let moved = |by: f64| {
                    let mut moved = weights.clone();
                    moved[at] += by;
                    moved
                };
                let free = |weights: &[f64]| -> Vec<bool> {
                    let inputs = swim.course(weights).into_iter().flat_map(|m| m.inputs);
                    inputs.map(|input| slope(input) == 1.0).collect()
                };
                let (below, above) = (moved(-STEP), moved(STEP));
                if free(&below) == free(&above) {
                    let difference = (swim.error(&above).0 - swim.error(&below).0) / (2.0 * STEP);
                    prop_assert!(
                        (derivative - difference).abs() < 1e-7,
                        "{at}: {derivative} {difference}"
                    );
                }
            }
        }
    }

    /// By hand: one joint, weights 1 and -1, goes half of the way to 1 in each of two steps and
    /// then to -1.
    #[test]
    fn one_joint_by_hand() {
        let swimmer = Swimmer::new(1);
        let swim = Swim {
            wave: Wave {
                period: 4,
                amplitude: 1.0,
                lag: 0.0,
            },
            periods: 1,
            rate: 0.5,
            swimmer: &swimmer,
        };
        let weights: Vec<f64> = swimmer
            .connections()
            .iter()
            .map(|c| c.role.sign().factor())
            .collect();
        let angles: Vec<f64> = swim.angles(&weights).concat();
        assert_eq!(angles, [0.5, 0.75, -0.125, -0.5625]);
        // The wave is 1, 0, -1, 0 at steps 1 to 4, and its variance is a half.
        let expected = (0.25 + 0.5625 + 0.765_625 + 0.316_406_25) / 4.0 / 0.5;
        assert!((swim.error(&weights).0 - expected).abs() < 1e-15);
    }

    #[test]
    fn a_circuit_at_rest_has_an_error_of_one() {
        let swimmer = Swimmer::new(4);
        let (error, _) = swim(&swimmer).error(&[0.0; 24]);
        assert!((error - 1.0).abs() < 1e-12);
        let still = swim(&swimmer).oscillations(&[0.0; 24]);
        assert!(still.iter().all(|oscillation| oscillation.amplitude == 0.0));
    }
}
