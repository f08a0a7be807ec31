//! Where the weights start, which signs they may have, and how they are learnt.

use rand::RngExt;

use super::swim::Swim;
use super::swimmer::{Role, Swimmer};
use crate::portable::power;
use crate::random::ChaCha8Rng;

/// Where the weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At 1 or -1: with the published sign if signs are kept, else by a fair coin.
    Constant,
    /// Anywhere from 0 to 1 with the published sign if signs are kept, else from -1 to 1.
    Random,
}

/// What is trained: with the published signs or without, from constants or random values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Variant {
    /// With signs, from constants. Nothing is random in it.
    SignedConstant,
    /// With signs, from random values.
    SignedRandom,
    /// Without signs, from constants of random sign.
    UnsignedConstant,
    /// Without signs, from random values.
    UnsignedRandom,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::SignedConstant,
        Self::SignedRandom,
        Self::UnsignedConstant,
        Self::UnsignedRandom,
    ];

    /// The name in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether the published signs are kept, and where weights start.
    #[must_use]
    pub fn meaning(self) -> (bool, Start) {
        match self {
            Self::SignedConstant => (true, Start::Constant),
            Self::SignedRandom => (true, Start::Random),
            Self::UnsignedConstant => (false, Start::Constant),
            Self::UnsignedRandom => (false, Start::Random),
        }
    }
}

/// What is learnt: a number for each role or each connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// The numbers, role by role or connection by connection.
    pub values: Vec<f64>,
    /// True if the connections of a role share their number.
    pub shared: bool,
    /// True if the weights keep the published signs: a number of the wrong sign gives the weight 0,
    /// as the authors have it.
    pub signed: bool,
}

impl Parameters {
    /// The numbers that a variant starts from.
    #[must_use]
    pub fn start(
        swimmer: &Swimmer,
        variant: Variant,
        shared: bool,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let (signed, start) = variant.meaning();
        let of_connections = swimmer.connections().iter().map(|c| c.role);
        let roles: Vec<Role> = if shared {
            Role::ALL.to_vec()
        } else {
            of_connections.collect()
        };
        let mut value = |role: Role| match (signed, start) {
            (true, Start::Constant) => role.sign().factor(),
            (true, Start::Random) => role.sign().factor() * random.random::<f64>(),
            (false, Start::Constant) => [-1.0, 1.0][usize::from(random.random::<bool>())],
            (false, Start::Random) => 2.0 * random.random::<f64>() - 1.0,
        };
        Self {
            values: roles.into_iter().map(&mut value).collect(),
            shared,
            signed,
        }
    }

    /// The place of a connection's number.
    fn place(&self, connection: usize, role: Role) -> usize {
        if self.shared {
            role as usize
        } else {
            connection
        }
    }

    /// True where the sign of a connection's number is the published one, or may be any.
    fn may_act(&self, value: f64, role: Role) -> bool {
        !self.signed || value * role.sign().factor() >= 0.0
    }

    /// The weight of each connection.
    #[must_use]
    pub fn weights(&self, swimmer: &Swimmer) -> Vec<f64> {
        let weight = |(at, role)| {
            let value = self.values[self.place(at, role)];
            if self.may_act(value, role) {
                value
            } else {
                0.0
            }
        };
        roles(swimmer).map(weight).collect()
    }

    /// The derivatives by the numbers, from those by the weights.
    #[must_use]
    pub fn gradient(&self, swimmer: &Swimmer, by_weights: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; self.values.len()];
        for ((at, role), by_weight) in roles(swimmer).zip(by_weights) {
            let place = self.place(at, role);
            if self.may_act(self.values[place], role) {
                gradient[place] += by_weight;
            }
        }
        gradient
    }
}

/// The roles of all connections, with their places.
fn roles(swimmer: &Swimmer) -> impl Iterator<Item = (usize, Role)> {
    swimmer.connections().iter().map(|c| c.role).enumerate()
}

/// Adam (Kingma and Ba 2015, arXiv 1412.6980) with bias correction, as PyTorch defines it.
struct Adam {
    rate: f64,
    steps: u32,
    /// First and second moment of each parameter.
    moments: Vec<[f64; 2]>,
}

impl Adam {
    fn step(&mut self, values: &mut [f64], gradient: &[f64]) {
        const BETAS: [f64; 2] = [0.9, 0.999];
        self.steps += 1;
        let [first, second] = BETAS.map(|beta| 1.0 - power(beta, self.steps));
        for ((value, g), [m, v]) in values.iter_mut().zip(gradient).zip(&mut self.moments) {
            *m = BETAS[0] * *m + (1.0 - BETAS[0]) * g;
            *v = BETAS[1] * *v + (1.0 - BETAS[1]) * g * g;
            *value -= self.rate / first * *m / (v.sqrt() / second.sqrt() + 1e-8);
        }
    }
}

/// What training made of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// The parameters at the end.
    pub parameters: Parameters,
    /// The error before training and after each step.
    pub errors: Vec<f64>,
}

/// Trains the parameters of a circuit by `steps` steps of Adam along exact derivatives.
/// Time `O(steps)` swims.
#[must_use]
pub fn train(swim: &Swim<'_>, mut parameters: Parameters, steps: u32, rate: f64) -> Training {
    let mut adam = Adam {
        rate,
        steps: 0,
        moments: vec![[0.0; 2]; parameters.values.len()],
    };
    let mut errors = Vec::with_capacity(steps as usize + 1);
    for step in 0..=steps {
        let (error, by_weights) = swim.error(&parameters.weights(swim.swimmer));
        errors.push(error);
        if step < steps {
            let gradient = parameters.gradient(swim.swimmer, &by_weights);
            adam.step(&mut parameters.values, &gradient);
        }
    }
    Training { parameters, errors }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit_prior::{CircuitPriorSettings, Wave};
    use crate::random::stream;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Golden {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        joints: usize,
        shared_weights: bool,
        signed: bool,
        period: usize,
        periods: usize,
        rate: f64,
        amplitude: f64,
        lag: f64,
        learning_rate: f64,
        start: Vec<f64>,
        gradient: Vec<f64>,
        errors: Vec<f64>,
        end: Vec<f64>,
    }

    fn distance(one: &[f64], other: &[f64]) -> f64 {
        assert_eq!(one.len(), other.len());
        let each = one.iter().zip(other).map(|(a, b)| (a - b).abs());
        each.fold(0.0, f64::max)
    }

    /// `tests/golden/circuit_prior.json` is by `benches/circuit_prior_torch.py`: autograd and Adam
    /// of PyTorch 2.15 in double precision, 50 steps from the same numbers.
    #[test]
    fn errors_derivatives_and_training_are_those_of_pytorch() {
        let golden: Golden =
            serde_json::from_str(include_str!("../../tests/golden/circuit_prior.json")).unwrap();
        assert_eq!(golden.cases.len(), 5);
        for case in golden.cases {
            let swimmer = Swimmer::new(case.joints);
            let swim = Swim {
                swimmer: &swimmer,
                wave: Wave {
                    period: case.period,
                    amplitude: case.amplitude,
                    lag: case.lag,
                },
                periods: case.periods,
                rate: case.rate,
            };
            let start = Parameters {
                values: case.start,
                shared: case.shared_weights,
                signed: case.signed,
            };
            let (error, by_weights) = swim.error(&start.weights(&swimmer));
            assert!((error - case.errors[0]).abs() < 1e-12, "{error}");
            let gradient = start.gradient(&swimmer, &by_weights);
            assert!(distance(&gradient, &case.gradient) < 1e-12, "{gradient:?}");
            let steps = case.errors.len() as u32 - 1;
            let trained = train(&swim, start, steps, case.learning_rate);
            assert!(distance(&trained.errors, &case.errors) < 1e-9);
            assert!(distance(&trained.parameters.values, &case.end) < 1e-9);
        }
    }

    /// With signs no start has a weight of the wrong sign, and a number that training pushes past 0
    /// gives a weight of 0 without a derivative.
    #[test]
    fn signs_are_kept() {
        let swimmer = Swimmer::new(3);
        let mut random = stream(1, &["test"]);
        for shared in [true, false] {
            let mut start = |variant| Parameters::start(&swimmer, variant, shared, &mut random);
            let wrong = |parameters: &Parameters| {
                let weights = parameters.weights(&swimmer);
                let mut both = weights.iter().zip(swimmer.connections());
                both.any(|(weight, c)| weight * c.role.sign().factor() < 0.0)
            };
            assert!(!wrong(&start(Variant::SignedConstant)));
            let signed = start(Variant::SignedRandom);
            assert!(!wrong(&signed));
            // Four or more fair coins are not right a hundred times in a row.
            assert!((0..100).any(|_| wrong(&start(Variant::UnsignedConstant))));
            assert!((0..100).any(|_| wrong(&start(Variant::UnsignedRandom))));
            let values = signed.values.iter().map(|value| -value).collect();
            let past = Parameters { values, ..signed };
            assert_eq!(past.weights(&swimmer), [0.0; 18]);
            let gradient = past.gradient(&swimmer, &[1.0; 18]);
            assert!(gradient.iter().all(|derivative| *derivative == 0.0));
        }
    }

    /// On this task the rule that keeps signs never acts: a start with the published signs is
    /// trained to the same bits with it and without it. What signs decide is where training starts.
    #[test]
    fn starts_with_the_published_signs_keep_them_by_themselves() {
        let swimmer = Swimmer::new(5);
        let swim = CircuitPriorSettings::default().swim(&swimmer);
        for number in 0..8 {
            let mut random = stream(number, &["test"]);
            let kept = Parameters::start(&swimmer, Variant::SignedRandom, true, &mut random);
            let free = Parameters {
                signed: false,
                ..kept.clone()
            };
            let [kept, free] = [kept, free].map(|start| train(&swim, start, 200, 0.02));
            assert_eq!(kept.errors, free.errors);
            assert_eq!(kept.parameters.values, free.parameters.values);
            let last = kept.errors[kept.errors.len() - 1];
            assert!(last < kept.errors[0], "{number}: {last}");
        }
    }

    /// Of all sixteen choices of four signs, those learn in which the oscillators, the stretch and
    /// a muscle's own side excite, whatever the other side does.
    #[test]
    fn two_of_the_sixteen_signs_of_constants_learn() {
        let swimmer = Swimmer::new(5);
        let swim = CircuitPriorSettings::default().swim(&swimmer);
        let learned: Vec<Vec<f64>> = (0..16)
            .map(|bits| {
                [0, 1, 2, 3]
                    .map(|at| 1.0 - 2.0 * f64::from(bits >> at & 1))
                    .to_vec()
            })
            .filter(|values| {
                let start = Parameters {
                    values: values.clone(),
                    shared: true,
                    signed: false,
                };
                let errors = train(&swim, start, 150, 0.02).errors;
                errors[errors.len() - 1] <= 0.05
            })
            .collect();
        assert_eq!(learned, [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, -1.0]]);
    }
}
