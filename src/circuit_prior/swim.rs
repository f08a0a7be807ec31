//! The circuit moves its body: an exact simulation, and exact derivatives backwards through time.

use super::swimmer::{Side, Swimmer, Unit};
use super::wave::{Oscillation, Wave};

/// The activation of a unit: its input, held between 0 and 1.
fn graded(input: f64) -> f64 {
    input.clamp(0.0, 1.0)
}

/// The derivative of [`graded`]: 1 from 0 to 1 and 0 elsewhere. Both ends count as inside, so that a
/// unit that is just silent or just saturated can still be moved.
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
/// At each step all units are computed from the angles `x(t)`, as published. The oscillator of a side
/// is 1 in its half of the period and else 0, the dorsal one first. A joint's torque is the
/// activation of its dorsal muscle less that of its ventral one. The body is ours:
/// `x(t + 1) = x(t) + rate (torque(t) - x(t))`.
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

    /// The squared error over the last period as a share of the variance of the wave,
    /// `mean (x - x*)^2 / (amplitude^2 / 2)` over steps and joints, with its derivative by the weight
    /// of each connection, backwards through time. 0 is perfect, and a body at rest has 1.
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
