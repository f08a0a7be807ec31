//! Dimensions: of wirings in closed form, of points, and of recordings beside their wiring.

use std::path::PathBuf;
use std::sync::Arc;

use engraph::capacity::{
    CapacitySurvey, Convention, SNR, Status, Subject, check_snr, compare_with_nulls,
};
use engraph::connectome::SignTally;
use engraph::dimension::{DimensionSurvey, Points, Settings as Estimating, theiler_window};
use engraph::functional_motifs::{FunctionalMotifSurvey, Windows};
use engraph::motif::{Motif, participation_by_name};
use engraph::null_model::NullModel;
use engraph::paths::PathSettings;
use engraph::source::file::{Numbers, read_array, read_series};
use engraph::source::{Signing, batches};
use engraph::table::Batches;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::call::in_pool;
use crate::capsules::held;
use crate::connectomes::{Wiring, signing};
use crate::drawn::null_settings;
use crate::fault::Fault;
use crate::log;
use crate::module::Arguments;
use crate::settings::Settings;
use crate::tables::table;

fn capacity_survey(settings: &Settings) -> Result<CapacitySurvey, Fault> {
    let usual = Convention::default();
    let convention = Convention {
        weights: settings.word("weights")?.unwrap_or(usual.weights),
        horizon: settings.or("horizon", usual.horizon)?,
        leak: settings.or("leak", usual.leak)?,
        spectral_radius: settings.or("spectral_radius", usual.spectral_radius)?,
        gap_junctions: settings.or("gap_junctions", usual.gap_junctions)?,
    };
    let snr: Vec<f64> = match settings.maybe::<f64>("snr") {
        Ok(Some(snr)) => vec![snr],
        Ok(None) => SNR.to_vec(),
        Err(_) => settings.or("snr", Vec::new())?,
    };
    convention
        .check()
        .and_then(|()| check_snr(&snr))
        .map_err(|fault| {
            Fault::refused((
                format!("`{}` {}", fault.field, fault.message),
                fault.hint.to_owned(),
            ))
        })?;
    let null_settings = null_settings(settings)?;
    let null_models = settings.words("null_model")?;
    Ok(CapacitySurvey {
        conventions: vec![convention],
        snr,
        nulls: settings.or("nulls", 0)?,
        null_models: if null_models.is_empty() {
            vec![NullModel::BySourceSign, NullModel::BySignAndClass]
        } else {
            null_models
        },
        null_settings,
        curves: settings.or("curves", false)?,
        neurons: settings.or("held_neurons", false)?,
    })
}

/// What was asked of a connectome with its signs.
struct OfWiring {
    wiring: Arc<Wiring>,
    signs: Option<String>,
    fraction: Option<f64>,
    settings: Settings,
    seed: u64,
    jobs: Option<usize>,
}

impl OfWiring {
    /// Of `(connectome, signs or None, fraction or None, settings, seed, jobs)`.
    fn asked(arguments: &Arguments<'_>) -> PyResult<Self> {
        let (wiring, signs, fraction, settings, seed, jobs): (
            Bound<'_, PyAny>,
            Option<String>,
            Option<f64>,
            String,
            u64,
            Option<usize>,
        ) = arguments.extract()?;
        Ok(Self {
            wiring: held::<Wiring>(&wiring)?,
            signs,
            fraction,
            settings: Settings::of(&settings)?,
            seed,
            jobs,
        })
    }

    fn signing(&self) -> Result<Signing, Fault> {
        signing(self.signs.clone(), self.fraction, self.seed, 1)
    }
}

/// `capacity(connectome, signs or None, fraction or None, settings, seed, jobs)`: the tables by
/// their names.
pub(crate) fn capacity(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let asked = OfWiring::asked(arguments)?;
    let survey = capacity_survey(&asked.settings)?;
    let signing = asked.signing()?;
    let OfWiring {
        wiring, seed, jobs, ..
    } = asked;
    let measure = move || {
        let (signed, model) = wiring.signed(signing)?;
        let subject = Subject {
            connectome: &signed,
            family: "observed",
            species: wiring.species,
            sign_model: &model,
            own_signs: true,
        };
        let found = survey.tables(subject, seed, &|| true).unwrap_or_default();
        let noted = found.dimensions.iter().find(|row| row.note.is_some());
        if let Some(row) = noted
            && let Some(text) = &row.note
        {
            log::warn(if row.status == Status::NoClasses.as_str() {
                format!("{text}: give classes in a table of neurons")
            } else {
                format!("{}: {text}", row.keys.measure)
            });
        }
        let nulls = compare_with_nulls(&found.draws);
        Ok((found, nulls))
    };
    let (found, nulls) = in_pool(py, jobs, measure)?;
    let tables = PyDict::new(py);
    tables.set_item("wiring_dimension", table(py, &found.dimensions)?)?;
    tables.set_item("wiring_dimension_nulls", table(py, &nulls)?)?;
    tables.set_item("wiring_dimension_curves", table(py, &found.curves)?)?;
    tables.set_item("wiring_dimension_neurons", table(py, &found.neurons)?)?;
    Ok(tables.into_any().unbind())
}

/// `paths(connectome, signs or None, fraction or None, settings, seed, jobs)`: the tables by their
/// names.
pub(crate) fn paths(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let asked = OfWiring::asked(arguments)?;
    let (settings, usual) = (&asked.settings, PathSettings::default());
    let paths = PathSettings {
        from: settings.or("from", usual.from)?,
        to: settings.or("to", usual.to)?,
        steps: settings.or("steps", usual.steps)?,
        pairs: settings.or("pairs", usual.pairs)?,
        strongest: settings.or("strongest", usual.strongest)?,
    };
    paths.check().map_err(|fault| {
        // Python keeps `from` for itself.
        let name = if fault.field == "from" {
            "from_"
        } else {
            fault.field
        };
        Fault::plain(format!("`{name}` {}", fault.message))
    })?;
    let signing = asked.signing()?;
    let OfWiring { wiring, jobs, .. } = asked;
    let follow = move || {
        let (signed, model) = wiring.signed(signing)?;
        let tally = SignTally::of(&signed, 0.0);
        if tally.unsigned > 0 {
            log::note(format!(
                "{tally} (under `{model}`); paths with an unsigned synapse have no sign"
            ));
        }
        paths.tables(&signed, &model).map_err(Fault::usage)
    };
    let found = in_pool(py, jobs, follow)?;
    let tables = PyDict::new(py);
    tables.set_item("effective_connectivity", table(py, &found.effective)?)?;
    tables.set_item("strongest_paths", table(py, &found.strongest)?)?;
    Ok(tables.into_any().unbind())
}

/// Where points are, and which of them are taken.
pub(crate) struct Source {
    place: Place,
    columns: Option<Vec<String>>,
    array: Option<String>,
    recording: Option<String>,
}

enum Place {
    File(PathBuf),
    Memory(Arc<Batches>),
}

impl Source {
    pub(crate) fn of(points: &Bound<'_, PyAny>, settings: &Settings) -> PyResult<Self> {
        Ok(Self {
            place: match held::<Batches>(points) {
                Ok(table) => Place::Memory(table),
                Err(_) => Place::File(points.extract()?),
            },
            columns: settings.maybe("columns")?,
            array: settings.maybe("array")?,
            recording: settings.maybe("recording")?,
        })
    }

    /// What messages call the points.
    fn about(&self) -> String {
        match &self.place {
            Place::Memory(_) => "points".to_owned(),
            Place::File(path) => path.display().to_string(),
        }
    }

    /// Reads the columns, and logs which were taken.
    pub(crate) fn read(&self) -> Result<Numbers, Fault> {
        let columns = self.columns.as_deref();
        let numbers = match (&self.place, &self.recording) {
            (Place::Memory(table), _) => batches::read_numbers(table, columns),
            (Place::File(path), Some(recording)) => read_series(path, Some(recording), columns),
            (Place::File(path), None) => read_array(path, self.array.as_deref(), columns),
        };
        let numbers = numbers.map_err(Fault::failed)?;
        numbers.notes().into_iter().for_each(log::note);
        Ok(numbers)
    }
}

/// `dimension(path or table, settings, jobs)`: a table.
pub(crate) fn dimension(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (points, settings, jobs): (Bound<'_, PyAny>, String, Option<usize>) =
        arguments.extract()?;
    let settings = Settings::of(&settings)?;
    let source = Source::of(&points, &settings)?;
    let estimating = Estimating {
        theiler: settings.or::<u32>("theiler", 0)? as usize,
        seed: settings.or("seed", 1)?,
    };
    let names: Vec<String> = settings.or("estimator", Vec::new())?;
    let named = DimensionSurvey::named(&names, estimating).map_err(Fault::usage)?;
    let survey = DimensionSurvey {
        intervals: settings.or("intervals", true)?,
        ..named
    };
    let estimate = move || {
        let (values, rows, width) = by_rows(&source.read()?);
        let fail = |error| Fault::failed(error).about(&source.about());
        let points = Points::new(&values, rows, width).map_err(fail)?;
        if estimating.theiler == 0
            && let Some(window) = theiler_window(points)
        {
            log::warn(format!(
                "neighbouring rows are alike, as those of a time series are: then near in time \
                 passes for near in space; `theiler={window}`"
            ));
        }
        survey.rows(points).map_err(fail)
    };
    table(py, &in_pool(py, jobs, estimate)?)
}

/// `functional_motifs(path or table, connectome or None, signs or None, settings, jobs)`: the
/// tables by their names.
pub(crate) fn functional_motifs(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (points, wiring, signs, settings, jobs): (
        Bound<'_, PyAny>,
        Option<Bound<'_, PyAny>>,
        Option<String>,
        String,
        Option<usize>,
    ) = arguments.extract()?;
    let settings = Settings::of(&settings)?;
    let source = Source::of(&points, &settings)?;
    let seed = settings.or("seed", 1)?;
    let wiring = wiring.map(|wiring| held::<Wiring>(&wiring)).transpose()?;
    let signing = signing(signs, None, seed, 1)?;
    let length = settings.or("window", 60)?;
    let survey = FunctionalMotifSurvey {
        windows: Windows {
            length,
            stride: settings.or("stride", (length / 2).max(1))?,
        },
        components: settings.or("components", 5)?,
        starts: settings.or("starts", 10)?,
    };
    let find = move || {
        let participation = match wiring {
            Some(wiring) => {
                let (signed, _) = wiring.signed(signing)?;
                let found = participation_by_name(&signed, Motif::Xor5.pattern());
                Some(found.map_err(Fault::failed)?)
            }
            None => None,
        };
        let traces = source.read()?.columns;
        survey
            .tables(&traces, participation.as_ref(), seed)
            .map_err(|error| Fault::failed(error).about(&source.about()))
    };
    let found = in_pool(py, jobs, find)?;
    let tables = PyDict::new(py);
    tables.set_item("functional_motifs", table(py, &found.motifs)?)?;
    tables.set_item("functional_motif_neurons", table(py, &found.neurons)?)?;
    tables.set_item("functional_motif_courses", table(py, &found.courses)?)?;
    Ok(tables.into_any().unbind())
}

/// The numbers row by row, with the numbers of rows and of columns.
fn by_rows(numbers: &Numbers) -> (Vec<f64>, usize, usize) {
    let columns = &numbers.columns;
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    let values = (0..rows).flat_map(|row| columns.iter().map(move |(_, column)| column[row]));
    (values.collect(), rows, columns.len())
}
