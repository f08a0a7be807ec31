//! The state that a training run is resumed from.

use super::trainer::Epoch;
use crate::network::Layout;

/// The state of a training run after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Groups of the parameters and their places.
    pub layout: Layout,
    /// The parameters, in the order of the layout.
    pub parameters: Vec<f32>,
    /// First and second moments of the optimiser, one per parameter.
    pub moments: [Vec<f32>; 2],
    /// Number of minibatches trained.
    pub steps: u32,
    /// Number of words drawn from the stream of training data.
    pub data_position: u64,
    /// The epochs trained so far.
    pub curve: Vec<Epoch>,
}

/// A checkpoint of another model than the one it is to resume.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint is of another model: {0}")]
pub struct CheckpointError(String);

impl crate::text::Hinted for CheckpointError {}

impl CheckpointError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// Names of the numbers that are kept of every epoch.
const EPOCH_NUMBERS: [&str; 11] = [
    "train_error",
    "test_error",
    "learning_rate",
    "reconstruction",
    "error",
    "nonnegativity",
    "latent_energy",
    "weight_energy",
    "rate_energy",
    "homeostasis",
    AUXILIARY,
];

/// The cost that only bottlenecks with dead units have. It is left out where it is always 0.
const AUXILIARY: &str = "auxiliary";

fn numbers_of(e: &mut Epoch) -> [&mut f64; 11] {
    let c = &mut e.costs;
    [
        &mut e.train_error,
        &mut e.test_error,
        &mut e.learning_rate,
        &mut c.reconstruction,
        &mut c.error,
        &mut c.nonnegativity,
        &mut c.latent_energy,
        &mut c.weight_energy,
        &mut c.rate_energy,
        &mut c.homeostasis,
        &mut c.auxiliary,
    ]
}

impl Checkpoint {
    /// The checkpoint as lists of numbers: quantity, group, and values, which are all exact.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &'static str, Vec<f64>)> {
        let mut all = Vec::new();
        let [first, second] = &self.moments;
        for (quantity, values) in [
            ("parameters", &self.parameters),
            ("first_moments", first),
            ("second_moments", second),
        ] {
            for group in self.layout.groups() {
                all.push((
                    quantity,
                    group.name,
                    values[group.range.clone()]
                        .iter()
                        .map(|&v| f64::from(v))
                        .collect(),
                ));
            }
        }
        let state = vec![f64::from(self.steps), self.data_position as f64];
        all.push(("state", "steps, data_position", state));
        for (index, name) in EPOCH_NUMBERS.into_iter().enumerate() {
            let column: Vec<f64> = self
                .curve
                .iter()
                .map(|epoch| *numbers_of(&mut epoch.clone())[index])
                .collect();
            if name != AUXILIARY || column.iter().any(|&cost| cost != 0.0) {
                all.push(("epochs", name, column));
            }
        }
        all
    }

    /// Reads back a checkpoint listed by [`Self::values`], for a model with this layout.
    ///
    /// # Errors
    /// [`CheckpointError`] naming the list that is missing or has another length.
    pub fn from_values<'a>(
        layout: &Layout,
        values: impl IntoIterator<Item = (&'a str, &'a str, &'a [f64])>,
    ) -> Result<Self, CheckpointError> {
        let all: Vec<_> = values.into_iter().collect();
        let find = |quantity: &str, group: Option<&str>| {
            let found = all
                .iter()
                .find(|(q, g, _)| *q == quantity && group.is_none_or(|group| group == *g));
            let missing = || {
                CheckpointError::new(format!(
                    "it has no {quantity} {}",
                    group.unwrap_or_default()
                ))
            };
            found.map(|(_, _, values)| *values).ok_or_else(missing)
        };
        let by_parameter = |quantity: &str| {
            let mut whole = Vec::with_capacity(layout.len());
            for group in layout.groups() {
                let values = find(quantity, Some(group.name))?;
                if values.len() != group.range.len() {
                    let (there, here) = (values.len(), group.range.len());
                    let message = format!(
                        "`{}` has {there} parameters there and {here} here",
                        group.name
                    );
                    return Err(CheckpointError::new(message));
                }
                whole.extend(values.iter().map(|&v| v as f32));
            }
            Ok(whole)
        };
        let &[steps, position] = find("state", None)? else {
            return Err(CheckpointError::new("its state is not two numbers"));
        };
        let mut curve = vec![Epoch::default(); find("epochs", Some(EPOCH_NUMBERS[0]))?.len()];
        for (index, name) in EPOCH_NUMBERS.into_iter().enumerate() {
            let column = match find("epochs", Some(name)) {
                Err(_) if name == AUXILIARY => continue,
                column => column?,
            };
            for (epoch, &value) in curve.iter_mut().zip(column) {
                *numbers_of(epoch)[index] = value;
            }
        }
        Ok(Self {
            layout: layout.clone(),
            parameters: by_parameter("parameters")?,
            moments: [
                by_parameter("first_moments")?,
                by_parameter("second_moments")?,
            ],
            steps: steps as u32,
            data_position: position as u64,
            curve,
        })
    }

    /// Checks that the checkpoint is of a model with this layout.
    ///
    /// # Errors
    /// [`CheckpointError`] naming the first group that differs.
    pub fn check(&self, layout: &Layout) -> Result<(), CheckpointError> {
        let (mine, theirs) = (self.layout.groups(), layout.groups());
        if let Some((a, b)) = mine.iter().zip(theirs).find(|(a, b)| a != b) {
            let (name, length) = (a.name, a.range.len());
            let message = format!(
                "`{name}` has {length} parameters there, `{}` has {} here",
                b.name,
                b.range.len()
            );
            return Err(CheckpointError::new(message));
        }
        let lengths = [&self.parameters, &self.moments[0], &self.moments[1]];
        if mine.len() != theirs.len() || lengths.iter().any(|values| values.len() != layout.len()) {
            return Err(CheckpointError::new("it has another number of parameters"));
        }
        Ok(())
    }
}
