//! All tables about one wiring: its dimensions, those of its nulls, and those without each neuron.

use serde::{Deserialize, Serialize};

use super::circuit::Circuit;
use super::convention::{Convention, HEADLINE_SNR, SNR};
use super::dense::{MOST_DENSE, Spectra};
use super::measure::{Measure, Status};
use super::spectrum::Reading;
use super::tables::{
    WiringDimensionCurveRow, WiringDimensionDrawRow, WiringDimensionKeys, WiringDimensionNeuronRow,
    WiringDimensionRow,
};
use crate::connectome::{Connectome, Synapse};
use crate::null_model::{NullModel, NullSettings, Surrogate};

/// Error at which a curve ends.
const END_OF_CURVE: f64 = 1e-6;

/// Largest error of an estimate that is given as a number, as a share of it.
const WIDEST: f64 = 0.25;

/// What is measured of a wiring, and beside which nulls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapacitySurvey {
    /// Conventions, of which the first is that of curves and neurons.
    pub conventions: Vec<Convention>,
    /// Signal-to-noise ratios.
    pub snr: Vec<f64>,
    /// Nulls of each kind.
    pub nulls: u32,
    /// Kinds of nulls.
    pub null_models: Vec<NullModel>,
    /// How nulls are drawn.
    pub null_settings: NullSettings,
    /// Also give the error curves.
    pub curves: bool,
    /// Also leave out every held neuron, one at a time.
    pub neurons: bool,
}

impl Default for CapacitySurvey {
    /// The default convention, no nulls, no curves, no neurons.
    fn default() -> Self {
        Self {
            conventions: vec![Convention::default()],
            snr: SNR.to_vec(),
            nulls: 0,
            null_models: Vec::new(),
            null_settings: NullSettings::default(),
            curves: false,
            neurons: false,
        }
    }
}

/// A wiring, and what tables say of it beside its name.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The signed wiring.
    pub connectome: &'a Connectome,
    /// Family of the topology, such as `observed`.
    pub family: &'a str,
    /// Species of the animal, or of the model.
    pub species: &'a str,
    /// Model that gave the signs.
    pub sign_model: &'a str,
    /// True if these are the wiring's own signs, and no further ones that are tried.
    pub own_signs: bool,
}

/// What a survey found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapacityTables {
    /// The dimensions, for each convention, measure and signal-to-noise ratio.
    pub dimensions: Vec<WiringDimensionRow>,
    /// The error curves under the first convention.
    pub curves: Vec<WiringDimensionCurveRow>,
    /// The dimensions of the nulls.
    pub draws: Vec<WiringDimensionDrawRow>,
    /// The carried dimensions without each held neuron, under the first convention.
    pub neurons: Vec<WiringDimensionNeuronRow>,
}

/// The readings of one convention, a list by signal-to-noise ratio for each measure.
struct Measured {
    footing: Status,
    method: &'static str,
    of: [Result<Vec<Reading>, Status>; 3],
}

impl Measured {
    fn of_spectra(spectra: &Spectra, snr: &[f64]) -> Self {
        let read = |measure: &Measure| match spectra.of(*measure) {
            Ok(spectrum) => Ok(snr.iter().map(|&s| spectrum.read(s)).collect()),
            Err(status) => Err(*status),
        };
        Self {
            footing: spectra.footing,
            method: "dense",
            of: [Measure::Encoded, Measure::Decoded, Measure::Carried].map(|m| read(&m)),
        }
    }
}

impl CapacitySurvey {
    /// The signal-to-noise ratio of the table of neurons: 1e4, or else the first that was asked
    /// for.
    #[must_use]
    pub fn headline(&self) -> f64 {
        let first = self.snr.first().copied().unwrap_or(HEADLINE_SNR);
        let has_headline = self.snr.contains(&HEADLINE_SNR);
        if has_headline { HEADLINE_SNR } else { first }
    }

    /// What is measured of the same wiring under other signs: the first convention, and nulls.
    #[must_use]
    pub fn of_other_signs(&self) -> Self {
        Self {
            conventions: self.conventions.iter().take(1).copied().collect(),
            curves: false,
            neurons: false,
            ..self.clone()
        }
    }

    /// Measures a wiring. Work runs on all threads of the current rayon pool, and no number depends
    /// on how many there are. `None` where `proceed` said no.
    #[must_use]
    pub fn tables(
        &self,
        subject: Subject<'_>,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<CapacityTables> {
        let circuit = Circuit::new(subject.connectome);
        let edges: Vec<Synapse> = subject.connectome.edges(0.0).copied().collect();
        let mut tables = CapacityTables::default();
        if circuit.roles().held.len() > MOST_DENSE {
            for convention in &self.conventions {
                let estimated = circuit.estimate(&edges, convention, &self.snr, seed, proceed)?;
                let measured = Measured {
                    footing: estimated.footing,
                    method: "lanczos",
                    of: estimated.of,
                };
                self.dimension_rows(subject, &circuit, convention, &measured, &mut tables);
            }
            return Some(tables);
        }
        let largest = self.snr.iter().copied().fold(0.0, f64::max);
        let spectra = circuit.spectra(&edges, &self.conventions, largest);
        for (convention, spectra) in self.conventions.iter().zip(&spectra) {
            let measured = Measured::of_spectra(spectra, &self.snr);
            self.dimension_rows(subject, &circuit, convention, &measured, &mut tables);
        }
        if let (true, Some(convention), Some(spectra)) =
            (self.curves, self.conventions.first(), spectra.first())
        {
            tables.curves = curves(subject, convention, spectra);
        }
        for &model in &self.null_models {
            if self.nulls > 0 {
                let rows = self.draws(subject, &circuit, &spectra, model, seed, proceed)?;
                tables.draws.extend(rows);
            }
        }
        if self.neurons {
            tables.neurons = self.neuron_rows(subject, &circuit, &edges, proceed)?;
        }
        Some(tables)
    }

    fn keys(
        &self,
        subject: Subject<'_>,
        convention: &Convention,
        snr: f64,
        measure: Measure,
    ) -> WiringDimensionKeys {
        WiringDimensionKeys {
            topology: subject.connectome.name().to_owned(),
            family: subject.family.to_owned(),
            species: subject.species.to_owned(),
            sign_model: subject.sign_model.to_owned(),
            own_signs: subject.own_signs,
            weights: convention.weights.as_str().to_owned(),
            gap_junctions: convention.gap_junctions,
            horizon: convention.horizon as i32,
            leak: convention.leak,
            spectral_radius: convention.spectral_radius,
            snr,
            measure: measure.as_str().to_owned(),
        }
    }

    fn dimension_rows(
        &self,
        subject: Subject<'_>,
        circuit: &Circuit,
        convention: &Convention,
        measured: &Measured,
        tables: &mut CapacityTables,
    ) {
        let roles = circuit.roles();
        for (measure, readings) in Measure::ALL.iter().zip(&measured.of) {
            let status = match readings {
                Ok(_) => measured.footing,
                Err(status) => *status,
            };
            for (index, &snr) in self.snr.iter().enumerate() {
                let reading = readings.as_ref().ok().and_then(|all| all.get(index));
                let is_too_wide = |r: &&Reading| {
                    let error = r.value_error.unwrap_or(0.0);
                    error > WIDEST * r.value
                };
                let status = match reading.filter(is_too_wide) {
                    Some(_) => Status::TooWide,
                    None => status,
                };
                let reading = reading.filter(|r| !is_too_wide(r));
                let units = |k: Option<usize>| k.map(|k| k as i32);
                tables.dimensions.push(WiringDimensionRow {
                    keys: self.keys(subject, convention, snr, *measure),
                    value: reading.map(|r| r.value),
                    value_error: reading.and_then(|r| r.value_error),
                    k90: units(reading.and_then(|r| r.k90)),
                    k99: units(reading.and_then(|r| r.k99)),
                    bits: reading.map(|r| r.bits),
                    input_neurons: roles.input.len() as i32,
                    held_neurons: roles.held.len() as i32,
                    output_neurons: roles.output.len() as i32,
                    method: measured.method.to_owned(),
                    status: status.as_str().to_owned(),
                    note: status.note().map(str::to_owned),
                });
            }
        }
    }

    /// Degrees of freedom of the nulls of one kind, beside those of the wiring.
    fn draws(
        &self,
        subject: Subject<'_>,
        circuit: &Circuit,
        observed: &[Spectra],
        model: NullModel,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<WiringDimensionDrawRow>> {
        let surrogate = Surrogate::new(subject.connectome, 0.0, model);
        let largest = self.snr.iter().copied().fold(0.0, f64::max);
        let nulls =
            surrogate.for_each_null(self.nulls, self.null_settings, seed, proceed, |null| {
                let spectra = circuit.spectra_of_null(&null.edges, &self.conventions, largest);
                (self.values(&spectra), null.acceptance)
            })?;
        let acceptance = nulls.iter().map(|(_, a)| a).sum::<f64>() / f64::from(self.nulls);
        let mut rows = Vec::new();
        let mut at = 0;
        for (convention, spectra) in self.conventions.iter().zip(observed) {
            for &measure in Measure::ALL {
                for &snr in &self.snr {
                    let drawn: Vec<f64> = nulls.iter().filter_map(|(v, _)| v[at]).collect();
                    at += 1;
                    let Ok(spectrum) = spectra.of(measure) else {
                        continue;
                    };
                    rows.push(WiringDimensionDrawRow {
                        keys: self.keys(subject, convention, snr, measure),
                        value: spectrum.degrees_of_freedom(snr),
                        null_model: model.to_string(),
                        without_value: (nulls.len() - drawn.len()) as i32,
                        null_values: drawn,
                        acceptance,
                        seed: seed.cast_signed(),
                    });
                }
            }
        }
        Some(rows)
    }

    /// Degrees of freedom by convention, measure and signal-to-noise ratio, in this order. A null
    /// without a path carries none.
    fn values(&self, spectra: &[Spectra]) -> Vec<Option<f64>> {
        let mut values = Vec::new();
        for spectra in spectra {
            for &measure in Measure::ALL {
                let of = spectra.of(measure);
                values.extend(self.snr.iter().map(|&snr| match of {
                    Ok(spectrum) => Some(spectrum.degrees_of_freedom(snr)),
                    Err(Status::NoPath) => Some(0.0),
                    Err(_) => None,
                }));
            }
        }
        values
    }

    fn neuron_rows(
        &self,
        subject: Subject<'_>,
        circuit: &Circuit,
        edges: &[Synapse],
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<WiringDimensionNeuronRow>> {
        let Some(convention) = self.conventions.first() else {
            return Some(Vec::new());
        };
        let snr = self.headline();
        let weighted = circuit.weighted(edges, convention.weights);
        let whole = circuit
            .spectra(edges, std::slice::from_ref(convention), snr)
            .remove(0);
        let Ok(spectrum) = whole.of(Measure::Carried) else {
            return Some(Vec::new());
        };
        let value = spectrum.degrees_of_freedom(snr);
        let left_out = match circuit.left_out(&weighted, convention, snr, proceed) {
            Ok(Some(rows)) => rows,
            Ok(None) if proceed() => return Some(Vec::new()),
            Ok(None) => return None,
            Err(_) => return Some(Vec::new()),
        };
        let row = |left: super::neurons::LeftOut| {
            let neuron = &subject.connectome.neurons()[left.neuron as usize];
            let known = |found: Result<f64, Status>| match found {
                Ok(value) => Some(value),
                Err(Status::NoPath) => Some(0.0),
                Err(_) => None,
            };
            let (not_held, removed) = (known(left.not_held), known(left.removed));
            WiringDimensionNeuronRow {
                keys: self.keys(subject, convention, snr, Measure::Carried),
                neuron: neuron.name.clone(),
                class: neuron.class.as_str().to_owned(),
                value,
                not_held,
                removed,
                lost_not_held: not_held.map(|without| value - without),
                lost_removed: removed.map(|without| value - without),
                power_lost: left.power_lost.is_finite().then_some(left.power_lost),
            }
        };
        Some(left_out.into_iter().map(row).collect())
    }
}

/// The error curves of a wiring, each until it is negligible.
fn curves(
    subject: Subject<'_>,
    convention: &Convention,
    spectra: &Spectra,
) -> Vec<WiringDimensionCurveRow> {
    let mut rows = Vec::new();
    for &measure in Measure::ALL {
        let Ok(spectrum) = spectra.of(measure) else {
            continue;
        };
        for (k, error) in (0..).zip(spectrum.errors()) {
            rows.push(WiringDimensionCurveRow {
                topology: subject.connectome.name().to_owned(),
                weights: convention.weights.as_str().to_owned(),
                gap_junctions: convention.gap_junctions,
                horizon: convention.horizon as i32,
                leak: convention.leak,
                spectral_radius: convention.spectral_radius,
                measure: measure.as_str().to_owned(),
                k,
                error,
            });
            if error < END_OF_CURVE {
                break;
            }
        }
    }
    rows
}
