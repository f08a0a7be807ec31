//! Dimension of the rates of a trained network, for each class of neurons and each phase.

use super::exercise::Exercise;
use super::train::TrainNetwork;
use crate::connectome::NeuronClass;
use crate::dimension::{Estimator, Points, estimate};
use crate::pipeline::stage::StageError;
use crate::representation::HiddenRunRow;
use crate::training::TrainingRun;

/// The first estimator follows the spread of the activity, the second one its manifold.
const ESTIMATORS: [Estimator; 2] = [Estimator::ParticipationRatioCorrected, Estimator::TwoNn];

impl TrainNetwork {
    /// The dimension of the rates of every class of neurons, and of all neurons, in every phase. A
    /// network without a wiring has no rows.
    pub(super) fn hidden_dimension(
        &self,
        exercise: &Exercise<'_>,
        run: &TrainingRun,
    ) -> Result<Vec<HiddenRunRow>, StageError> {
        let Some((topology, _)) = &exercise.wiring else {
            return Ok(Vec::new());
        };
        let neurons = topology.connectome.neurons();
        let mut classes: Vec<(&str, Vec<usize>)> = vec![("all", (0..neurons.len()).collect())];
        for class in NeuronClass::ALL {
            let members: Vec<usize> = (0..neurons.len())
                .filter(|&i| neurons[i].class == class)
                .collect();
            // A class that contains all neurons would repeat the row of all neurons.
            if !members.is_empty() && members.len() < neurons.len() {
                classes.push((class.as_str(), members));
            }
        }
        let activity = &run.activity;
        let mut rows = Vec::new();
        for (phase, rates) in [
            ("encode", &activity.hidden),
            ("hold", &activity.held),
            ("decode", &activity.decoding),
        ] {
            if rates.iter().any(|rate| !rate.is_finite()) {
                continue;
            }
            for (class, members) in &classes {
                let samples = rates.len() / neurons.len();
                let values: Vec<f64> = rates
                    .chunks_exact(neurons.len())
                    .flat_map(|row| members.iter().map(|&i| row[i]))
                    .collect();
                let points =
                    Points::new(&values, samples, members.len()).map_err(StageError::failed)?;
                for estimator in ESTIMATORS {
                    let (value, note) = match estimate(points, estimator) {
                        Ok(found) => (Some(found.value), found.note),
                        Err(error) => (None, Some(error.to_string())),
                    };
                    rows.push(HiddenRunRow {
                        phase: phase.to_owned(),
                        class: (*class).to_owned(),
                        neurons: members.len() as i32,
                        estimator: estimator.to_string(),
                        value,
                        note,
                        keys: self.keys(&exercise.topology),
                    });
                }
            }
        }
        Ok(rows)
    }
}
