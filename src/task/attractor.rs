//! T5: windows of a trajectory on an attractor.
//!
//! | system | equations | dimension | variables | interval | time apart |
//! |---|---|---|---|---|---|
//! | Lorenz | `x' = 10 (y - x)`, `y' = x (28 - z) - y`, `z' = x y - 8/3 z` | 2.05 | 3 | 0.05 | 1 |
//! | Rössler | `x' = -y - z`, `y' = x + 0.2 y`, `z' = 0.2 + z (x - 5.7)` | 1.99 | 3 | 0.4 | 6 |
//! | limit cycle (van der Pol) | `x' = y`, `y' = (1 - x^2) y - x` | 1 | 2 | 0.4 | 0 |
//!
//! The dimension is the correlation dimension: of Lorenz 2.05 ± 0.01 (Grassberger and Procaccia
//! 1983, doi 10.1016/0167-2789(83)90298-1), of Rössler 1.99 ± 0.07 (Sprott 2003, *Chaos and
//! Time-Series Analysis*; an extrapolation: at the scales that some thousand points resolve the
//! correlation sum has slopes around 1.8); a limit cycle is a curve. As the equations are
//! deterministic, the first state of a window fixes all of it: windows have the dimension of the
//! attractor, and as many real units as there are variables hold them.
//!
//! One long trajectory starts near the attractor, from a seeded place, and is integrated by the
//! classical Runge-Kutta method of fourth order. After a burn-in it is cut into stretches. A window
//! starts at a random time, uniform over the stretches, so that starts follow the natural measure.
//! Held-out windows come from stretches of their own, later than all of training. They are spread
//! evenly over them, in the order of time, and where there are no more windows than stretches
//! (2048), any two start at least the last column apart, the Theiler window: neighbours among them
//! are neighbours in state and not in time.
//!
//! Channel `c` is `w_c . u(t)`, where `u` are the variables, standardised, and `w_c` is normal; it
//! is scaled to mean 0 and variance 1 over the stretches of training.

use rand::RngExt;
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::family::{Dimension, Family, Generator};
use super::shape::Shape;
use crate::portable::StandardNormal;
use crate::random::ChaCha8Rng;

/// Longest time between two steps of a sequence, so that a batch ends.
const LONGEST_INTERVAL: f64 = 10.0;

/// Stretches of the trajectory for training, and as many that are held out.
const STRETCHES: usize = 2048;

/// The values of a system's variables; the third is 0 where there are two.
type State = [f64; 3];

/// A differential equation with an attractor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// Lorenz 1963 with its classical parameters.
    Lorenz,
    /// Rössler 1976 with a = b = 0.2, c = 5.7.
    Rossler,
    /// Van der Pol with damping 1, of period 6.6633.
    VanDerPol,
}

impl System {
    /// Correlation dimension of the attractor.
    fn correlation_dimension(self) -> f64 {
        match self {
            Self::Lorenz => 2.05,
            Self::Rossler => 1.99,
            Self::VanDerPol => 1.0,
        }
    }

    /// Variables of the equation.
    fn variables(self) -> usize {
        match self {
            Self::Lorenz | Self::Rossler => 3,
            Self::VanDerPol => 2,
        }
    }

    /// Time between two steps of a sequence where none is given: 16 steps are about one turn.
    pub(super) fn default_interval(self) -> f64 {
        match self {
            Self::Lorenz => 0.05,
            Self::Rossler | Self::VanDerPol => 0.4,
        }
    }

    /// Time that two states must be apart to be near each other by the shape of the attractor
    /// alone. On a limit cycle neighbours in time are the neighbours.
    fn theiler_time(self) -> f64 {
        match self {
            Self::Lorenz => 1.0,
            Self::Rossler => 6.0,
            Self::VanDerPol => 0.0,
        }
    }

    /// Time that a stretch of the trajectory lasts.
    fn stretch(self) -> f64 {
        match self {
            Self::Lorenz => 2.0,
            Self::Rossler => 12.0,
            // No multiple of the period: stretches begin all around the cycle.
            Self::VanDerPol => 5.0,
        }
    }

    /// Longest step of integration: the error of a step is then below a millionth of the
    /// attractor's size.
    fn longest_step(self) -> f64 {
        match self {
            Self::Lorenz => 0.01,
            Self::Rossler | Self::VanDerPol => 0.04,
        }
    }

    /// Time after which a trajectory is on the attractor to the last digit.
    fn burn_in(self) -> f64 {
        match self {
            Self::Lorenz => 50.0,
            Self::Rossler | Self::VanDerPol => 200.0,
        }
    }

    fn derivative(self, [x, y, z]: State) -> State {
        match self {
            Self::Lorenz => [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z],
            Self::Rossler => [-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)],
            Self::VanDerPol => [y, (1.0 - x * x) * y - x, 0.0],
        }
    }

    /// One step of length `h` by the classical Runge-Kutta method of fourth order.
    fn step(self, s: State, h: f64) -> State {
        let along = |d: State, h: f64| [s[0] + h * d[0], s[1] + h * d[1], s[2] + h * d[2]];
        let a = self.derivative(s);
        let b = self.derivative(along(a, 0.5 * h));
        let c = self.derivative(along(b, 0.5 * h));
        let d = self.derivative(along(c, h));
        let slope = |i: usize| (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]) / 6.0;
        along([slope(0), slope(1), slope(2)], h)
    }

    /// The state after `time`, in equal steps of at most `longest`.
    fn after(self, mut state: State, time: f64, longest: f64) -> State {
        let steps = (time / longest).ceil();
        for _ in 0..steps as usize {
            state = self.step(state, time / steps);
        }
        state
    }

    /// States at the beginnings of stretches, after a burn-in from `start`.
    fn stretches(self, start: State) -> Vec<State> {
        let mut state = self.after(start, self.burn_in(), self.longest_step());
        let mut next = || {
            state = self.after(state, self.stretch(), self.longest_step());
            state
        };
        (0..STRETCHES).map(|_| next()).collect()
    }
}

/// Sequences that are windows of a trajectory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    system: System,
    interval: f64,
}

impl Windows {
    /// # Errors
    /// An interval out of range.
    pub(super) fn new(system: System, interval: f64) -> Result<Self, TaskConfigError> {
        if interval > 0.0 && interval <= LONGEST_INTERVAL {
            return Ok(Self { system, interval });
        }
        let message = format!("{interval} is not above 0 and at most {LONGEST_INTERVAL}");
        Err(TaskConfigError::new("interval", message))
    }
}

impl Family for Windows {
    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError> {
        let (variables, values) = (self.system.variables(), shape.values());
        if variables <= values {
            return Ok(());
        }
        let message = format!("{values} values cannot show {variables} variables");
        Err(TaskConfigError::new("steps", message))
    }

    fn dimension(&self) -> Dimension {
        Dimension::Known {
            intrinsic: self.system.correlation_dimension(),
            units: self.system.variables(),
        }
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError> {
        let Self { system, interval } = *self;
        Ok(Arc::new(Observed::new(system, interval, shape, random)))
    }
}

/// What a channel shows of a state: `weights . state + offset`.
#[derive(Clone, Copy, Debug)]
struct Channel {
    weights: State,
    offset: f64,
}

/// A trajectory that is seen through linear channels.
#[derive(Debug)]
struct Observed {
    system: System,
    interval: f64,
    steps: usize,
    channels: Vec<Channel>,
    /// States at the beginnings of the stretches of training.
    training: Vec<State>,
    /// States at the beginnings of the stretches that are held out.
    held_out: Vec<State>,
}

impl Observed {
    fn new(system: System, interval: f64, shape: Shape, random: &mut ChaCha8Rng) -> Self {
        // Every state in the cube around (1, 1, 1) ends up on the attractor.
        let [x, y, z] = [(); 3].map(|()| 0.5 + random.random::<f64>());
        let training = system.stretches(match system {
            System::Lorenz | System::Rossler => [x, y, z],
            System::VanDerPol => [x, y, 0.0],
        });
        let held_out = system.stretches(training[STRETCHES - 1]);
        let channels = (0..shape.channels)
            .map(|_| channel(&training, random))
            .collect();
        Self {
            system,
            interval,
            steps: shape.steps,
            channels,
            training,
            held_out,
        }
    }

    fn window(&self, start: State, offset: f64, sequence: &mut [f64]) {
        let longest = self.system.longest_step();
        let mut state = self.system.after(start, offset, longest);
        for step in 0..self.steps {
            for (channel, values) in self
                .channels
                .iter()
                .zip(sequence.chunks_exact_mut(self.steps))
            {
                let [x, y, z] = channel.weights;
                values[step] = x * state[0] + y * state[1] + z * state[2] + channel.offset;
            }
            if step + 1 < self.steps {
                state = self.system.after(state, self.interval, longest);
            }
        }
    }
}

/// A random direction, scaled so that `states` have mean 0 and variance 1 along it.
fn channel(states: &[State], random: &mut ChaCha8Rng) -> Channel {
    let over =
        |value: &dyn Fn(&State) -> f64| states.iter().map(value).sum::<f64>() / states.len() as f64;
    let mean: State = std::array::from_fn(|i| over(&|s| s[i]));
    let deviation: State = std::array::from_fn(|i| over(&|s| (s[i] - mean[i]).powi(2)).sqrt());
    let draws: State = std::array::from_fn(|_| random.sample(StandardNormal));
    let weights: State = std::array::from_fn(|i| {
        if deviation[i] > 0.0 {
            draws[i] / deviation[i]
        } else {
            0.0
        }
    });
    let along = |s: &State| {
        weights
            .iter()
            .zip(s)
            .zip(mean)
            .map(|((w, s), m)| w * (s - m))
            .sum::<f64>()
    };
    let scale = over(&|s| along(s).powi(2)).sqrt();
    let weights = weights.map(|w| w / scale);
    Channel {
        weights,
        offset: -weights.iter().zip(mean).map(|(w, m)| w * m).sum::<f64>(),
    }
}

impl Generator for Observed {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        let start = self.training[random.random_range(0..STRETCHES)];
        self.window(
            start,
            self.system.stretch() * random.random::<f64>(),
            sequence,
        );
    }

    fn draw_held_out(
        &self,
        sample: usize,
        of: usize,
        random: &mut ChaCha8Rng,
        sequence: &mut [f64],
    ) {
        let stretch = if of <= STRETCHES {
            sample * STRETCHES / of
        } else {
            sample % STRETCHES
        };
        let room = self.system.stretch() - self.system.theiler_time();
        self.window(
            self.held_out[stretch],
            room * random.random::<f64>(),
            sequence,
        );
    }

    fn theiler_window(&self) -> Option<usize> {
        Some((self.system.theiler_time() / self.interval).ceil() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    const ALL: [System; 3] = [System::Lorenz, System::Rossler, System::VanDerPol];

    fn distance(a: State, b: State) -> f64 {
        a.iter()
            .zip(b)
            .map(|(x, y)| (x - y).powi(2))
            .sum::<f64>()
            .sqrt()
    }

    /// Halving the step divides the error by 2^4, the order of the method.
    #[test]
    fn the_integration_is_of_fourth_order() {
        for system in ALL {
            let start = system.stretches([1.0, 1.2, 0.0])[7];
            let at = |h: f64| system.after(start, 0.5, h);
            let exact = at(0.5 / 4096.0);
            let ratio = distance(at(0.02), exact) / distance(at(0.01), exact);
            assert!((13.0..19.0).contains(&ratio), "{system:?}: {ratio}");
            assert!(
                distance(at(system.longest_step()), exact) < 2e-4,
                "{system:?}"
            );
        }
    }

    /// The Lorenz attractor lies in a sphere around (0, 0, sigma + r) of radius b (sigma + r) / (2
    /// sqrt(b - 1)); van der Pol has the period 6.6632868593; for Rössler the box is ours.
    #[test]
    fn trajectories_stay_on_their_attractors() {
        for state in System::Lorenz.stretches([1.0; 3]) {
            assert!(
                distance(state, [0.0, 0.0, 38.0])
                    < 8.0 / 3.0 * 38.0 / (2.0 * (5.0_f64 / 3.0).sqrt()),
                "{state:?}"
            );
        }
        for state in System::Rossler.stretches([1.0; 3]) {
            assert!(
                (-9.5..12.0).contains(&state[0]) && (0.0..24.0).contains(&state[2]),
                "{state:?}"
            );
        }
        let near = System::VanDerPol.stretches([1.0, 1.0, 0.0])[0];
        let start = System::VanDerPol.after(near, 50.0, 0.001);
        assert!(distance(near, System::VanDerPol.after(near, 6.663_286_859_3, 0.001)) < 1e-6);
        let back = System::VanDerPol.after(start, 6.663_286_859_3, 0.001);
        assert!(distance(start, back) < 1e-8, "{start:?} {back:?}");
    }

    /// The slope of the correlation sum between two radii: an estimate of the dimension that knows
    /// nothing of this module.
    fn correlation_dimension(states: &[State], small: f64, large: f64) -> f64 {
        let (mut below_small, mut below_large) = (0.0, 0.0);
        for (i, &a) in states.iter().enumerate() {
            for &b in &states[..i] {
                let r = distance(a, b);
                below_small += f64::from(u8::from(r < small));
                below_large += f64::from(u8::from(r < large));
            }
        }
        f64::ln(below_large / below_small) / (large / small).ln()
    }

    /// Of Rössler the slope at the scales of 2048 points is below the published dimension, an
    /// extrapolation to none.
    #[test]
    fn the_correlation_sums_have_the_published_slopes() {
        for (system, small, large, slope, tolerance) in [
            (System::Lorenz, 0.5, 2.0, 2.05, 0.06),
            (System::Rossler, 0.4, 1.6, 1.8, 0.1),
            (System::VanDerPol, 0.1, 0.2, 1.0, 0.03),
        ] {
            let d = correlation_dimension(&system.stretches([1.0, 1.1, 0.0]), small, large);
            assert!((d - slope).abs() < tolerance, "{system:?}: {d}");
        }
    }

    /// Channels are standardised, and held-out windows are a Theiler window apart in time.
    #[test]
    fn windows_are_standardised_and_apart() {
        for system in ALL {
            let shape = Shape {
                channels: 3,
                steps: 4,
            };
            let observed = Observed::new(
                system,
                system.default_interval(),
                shape,
                &mut stream(1, &["task"]),
            );
            let mut random = stream(2, &["x"]);
            let (mut sum, mut squares) = ([0.0; 12], [0.0; 12]);
            let n = 4000;
            for _ in 0..n {
                let mut window = [0.0; 12];
                observed.draw(&mut random, &mut window);
                for (i, v) in window.into_iter().enumerate() {
                    sum[i] += v / f64::from(n);
                    squares[i] += v * v / f64::from(n);
                }
            }
            for (mean, square) in sum.into_iter().zip(squares) {
                assert!(
                    mean.abs() < 0.1 && (square - 1.0).abs() < 0.15,
                    "{system:?}: {mean} {square}"
                );
            }
            assert!(system.stretch() > system.theiler_time());
            assert_eq!(
                observed.theiler_window(),
                Some([20, 15, 0][system as usize])
            );
        }
    }
}
