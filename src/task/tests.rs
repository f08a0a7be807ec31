#[cfg(feature = "files")]
mod with_tables;

use super::written::keys_of_kind;
use super::*;
use crate::dimension::{Estimator, Points, estimate};
use crate::random::stream;
use crate::text::Hinted;
use proptest::prelude::*;
use strum::VariantNames;

/// Small sequences, where the kind does not fix their shape.
fn config(kind: TaskKind) -> CheckedTask {
    let config = TaskConfig::new("t", kind);
    let small = TaskConfig {
        channels: Some(4),
        steps: Some(6),
        ..config.clone()
    };
    small.check().or_else(|_| config.check()).unwrap()
}

/// A task of a kind that needs no file, by its word.
fn example(word: &str) -> CheckedTask {
    let needed = match keys_of_kind(word).unwrap() {
        ["dimension"] => "dimension = 2",
        ["sources"] => "sources = 2",
        ["rank"] => "rank = 5",
        _ => "",
    };
    config(
        parse(&format!("name = 't'\nkind = '{word}'\n{needed}"))
            .unwrap()
            .kind,
    )
}

/// A task of every kind that needs no file.
fn every_kind() -> Vec<CheckedTask> {
    let without_file = TaskKind::VARIANTS.iter().filter(|word| **word != "series");
    without_file.map(|word| example(word)).collect()
}

fn sample(config: &CheckedTask, samples: usize) -> Batch<f64> {
    Task::new(config, 7)
        .unwrap()
        .sample(samples, &mut stream(1, &["x"]))
}

/// Sequence after sequence.
fn rows(batch: &Batch<f64>) -> Vec<f64> {
    let values = batch.channels * batch.steps;
    (0..batch.samples)
        .flat_map(|s| (0..values).map(move |v| batch.values[v * batch.samples + s]))
        .collect()
}

/// Rank of the sample matrix by Gram-Schmidt.
fn rank(batch: &Batch<f64>) -> usize {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for sequence in rows(batch).chunks_exact(batch.channels * batch.steps) {
        let mut v = sequence.to_vec();
        for b in &basis {
            let dot: f64 = v.iter().zip(b).map(|(x, y)| x * y).sum();
            v.iter_mut().zip(b).for_each(|(x, y)| *x -= dot * y);
        }
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        if norm > 1e-8 {
            basis.push(v.iter().map(|x| x / norm).collect());
        }
    }
    basis.len()
}

fn two_nn(batch: &Batch<f64>) -> f64 {
    let rows = rows(batch);
    estimate(
        Points::new(&rows, batch.samples, rows.len() / batch.samples).unwrap(),
        Estimator::TwoNn,
    )
    .unwrap()
    .value
}

/// Values of version 0.1: published numbers stand on these streams.
#[test]
fn the_first_kinds_keep_their_sequences() {
    for (config, golden) in [
        (
            config(TaskKind::White {}),
            [
                0.344_209_316_615_157_86,
                1.530_416_846_209_357_5,
                -0.765_392_189_337_128_2,
            ],
        ),
        (
            config(TaskKind::Linear { dimension: 3 }),
            [
                -0.742_893_055_955_767_4,
                -0.436_344_951_364_192_1,
                3.156_878_799_023_047_6,
            ],
        ),
        (
            config(TaskKind::Manifold { dimension: 3 }),
            [
                -0.630_889_896_895_921_1,
                -0.410_610_204_753_153_24,
                0.996_384_119_895_107_4,
            ],
        ),
        (
            config(TaskKind::Smooth { dimension: 3 }),
            [
                -0.078_320_097_605_418_66,
                -0.710_536_260_889_303_9,
                -0.153_562_520_780_338_94,
            ],
        ),
    ] {
        let batch = sample(&config, 50);
        for (at, golden) in [0, 7 * 50 + 3, 1199].into_iter().zip(golden) {
            assert!((batch.values[at] - golden).abs() < 1e-14, "{}", config.kind);
        }
        let task = Task::new(&config, 7).unwrap();
        assert_eq!(
            task.held_out::<f64>(50, &mut stream(1, &["x"])),
            batch,
            "their test sets are of the same stream"
        );
    }
}

#[test]
fn a_linear_task_has_the_rank_of_its_dimension_and_unit_variance() {
    for m in 1..4 {
        let batch = sample(&config(TaskKind::Linear { dimension: m }), 4000);
        assert_eq!(rank(&batch), m);
        // Entries of F have variance 1/m: the variance of a value is 1 on average over generators.
        assert!(
            (0.3..3.0).contains(&batch.variance()),
            "{}",
            batch.variance()
        );
    }
}

#[test]
fn a_nonlinear_task_fills_more_linear_dimensions_than_it_has_latents() {
    let batch = sample(&config(TaskKind::Manifold { dimension: 2 }), 100);
    assert!(rank(&batch) > 2);
    assert!(batch.values.iter().all(|v| v.abs() <= 1.0));
}

fn sphere(dimension: usize, nonlinearity: Nonlinearity) -> TaskKind {
    TaskKind::Sphere {
        dimension,
        nonlinearity,
    }
}

/// Neighbours find the intrinsic dimension of a closed manifold, its linear rank is that of the
/// embedding.
#[test]
fn closed_manifolds_have_their_dimension_and_their_embedding() {
    type OfNonlinearity = fn(Nonlinearity) -> TaskKind;
    let kinds: [(OfNonlinearity, u8, f64); 4] = [
        (|nonlinearity| TaskKind::Circle { nonlinearity }, 1, 0.1),
        (|nonlinearity| TaskKind::Torus { nonlinearity }, 2, 0.25),
        (|nonlinearity| sphere(2, nonlinearity), 2, 0.25),
        (|nonlinearity| sphere(3, nonlinearity), 3, 0.4),
    ];
    for (kind, d, tolerance) in kinds {
        let curved = config(kind(Nonlinearity::Tanh));
        let flat = config(kind(Nonlinearity::None));
        for config in [&curved, &flat] {
            let found = two_nn(&sample(config, 2000));
            let error = (found - f64::from(d)).abs();
            assert!(error < tolerance, "{}: {found}", config.kind);
            assert_eq!(
                (config.true_dimension(), config.embedding_dimension()),
                (Some(f64::from(d)), Some(usize::from(d) + 1))
            );
        }
        assert_eq!(rank(&sample(&flat, 100)), usize::from(d) + 1);
        assert!(rank(&sample(&curved, 100)) > usize::from(d) + 1);
    }
}

/// Held-out windows have the dimension of the attractor, roughly: TwoNN has its own bias on a
/// fractal.
#[test]
fn windows_of_attractors_have_their_dimension() {
    for (word, units) in [("lorenz", 3), ("rossler", 3), ("limit_cycle", 2)] {
        let config = example(word);
        let task = Task::new(&config, 7).unwrap();
        let found = two_nn(&task.held_out(2000, &mut stream(1, &["x"])));
        assert!(
            (found - config.true_dimension().unwrap()).abs() < 0.3,
            "{word}: {found}"
        );
        assert_eq!(config.embedding_dimension(), Some(units));
        assert!(task.theiler_window().is_some());
    }
}

#[test]
fn the_generator_depends_on_the_seed_and_the_variables_on_the_stream() {
    let draw = |config: &CheckedTask, seed: u64, name: &str| -> Vec<f64> {
        Task::new(config, seed)
            .unwrap()
            .sample(20, &mut stream(1, &[name]))
            .values
    };
    for config in every_kind() {
        let first = draw(&config, 7, "a");
        assert_eq!(first, draw(&config, 7, "a"));
        if config.kind != (TaskKind::Constant {}) {
            assert_ne!(first, draw(&config, 7, "b"), "{}", config.kind);
        }
        if !matches!(config.kind, TaskKind::White {} | TaskKind::Melody { .. }) {
            assert_ne!(first, draw(&config, 8, "a"), "{}", config.kind);
        }
        let held_out = Task::new(&config, 7).unwrap();
        assert_eq!(
            held_out.held_out::<f64>(20, &mut stream(1, &["a"])),
            held_out.held_out::<f64>(20, &mut stream(1, &["a"]))
        );
    }
}

#[test]
fn what_is_recalled_is_what_was_trained_on() {
    for config in every_kind() {
        let task = Task::new(&config, 7).unwrap();
        let sequences = |batch: &Batch<f64>| -> std::collections::BTreeSet<Vec<u64>> {
            let bits: Vec<u64> = rows(batch).into_iter().map(f64::to_bits).collect();
            bits.chunks_exact(task.ambient_dimension())
                .map(<[u64]>::to_vec)
                .collect()
        };
        let training = sequences(&task.sample(400, &mut stream(1, &["train"])));
        let held_out = sequences(&task.held_out(40, &mut stream(1, &["test"])));
        if config.kind == (TaskKind::Constant {}) {
            let batch: Batch<f32> = task.held_out(48, &mut stream(1, &["test"]));
            assert_eq!(
                batch.variance(),
                0.0,
                "exactly: training measures by it where it can"
            );
        }
        if task.recalls_training_set() {
            assert_eq!(training, held_out, "{}", config.kind);
            assert_eq!(
                held_out.len(),
                if config.kind == (TaskKind::Constant {}) {
                    1
                } else {
                    TUNES.len()
                }
            );
        } else {
            assert!(training.is_disjoint(&held_out), "{}", config.kind);
        }
    }
}

#[test]
fn bits_need_units_by_the_capacity_of_their_noise() {
    let three = config(TaskKind::ThreeBits {});
    assert_eq!(
        (three.bits(), three.shape()),
        (
            Some(72),
            Some(Shape {
                channels: 3,
                steps: 24
            })
        )
    );
    // Half a bit, one bit and two bits per unit.
    assert_eq!(
        [1.0, 3.0, 15.0].map(|snr| three.sufficient_units(snr)),
        [Some(144), Some(72), Some(36)]
    );
    let code = config(TaskKind::Codewords { rank: 5 });
    // log2(1 + 100) / 2 = 3.33 bits per unit.
    assert_eq!(
        (code.bits(), code.sufficient_units(100.0)),
        (Some(5), Some(2))
    );
    assert_eq!(config(TaskKind::Binary {}).bits(), Some(24));
    assert_eq!(
        (code.sufficient_units(0.0), code.sufficient_units(f64::NAN)),
        (None, None)
    );
    assert_eq!(
        (example("torus").bits(), code.true_dimension()),
        (None, None)
    );
}

fn parse(text: &str) -> Result<TaskConfig, TaskConfigError> {
    TaskConfig::try_from(text.parse::<toml::Table>().unwrap())
}

#[test]
fn pipelines_say_the_same_as_ever() {
    let config = parse("name = 'smooth_m2'\nkind = 'smooth'\ndimension = 2").unwrap();
    assert_eq!(
        config,
        TaskConfig::new("smooth_m2", TaskKind::Smooth { dimension: 2 })
    );
    let complete = config.check().unwrap();
    assert_eq!(
        (complete.channels, complete.steps, complete.recall),
        (Some(8), Some(16), Recall::Reconstruct)
    );
    // Noise was written with a dimension of 0.
    assert_eq!(
        parse("name = 'w'\nkind = 'white'\ndimension = 0").unwrap(),
        TaskConfig::new("w", TaskKind::White {})
    );
    assert_eq!(complete.known_dimension(), "true dimension 2");
    assert_eq!(
        example("circle").known_dimension(),
        "true dimension 1, embedded in 2"
    );
    assert_eq!(
        example("melody").known_dimension(),
        "no known dimension: rank order only"
    );
    assert_eq!(
        example("white").known_dimension(),
        "no latent variables: noise"
    );
    assert_eq!(
        example("codewords").known_dimension(),
        "5 bits per sequence"
    );
}

/// The defaults as they are documented, in the order in which they are printed.
#[test]
fn defaults_are_written_out() {
    for (text, complete) in [
        (
            "name = 't'\nkind = 'sphere'",
            "name = \"t\"\nkind = \"sphere\"\nchannels = 8\nsteps = 16\n\
             recall = \"reconstruct\"\ndimension = 2\nnonlinearity = \"tanh\"\n",
        ),
        (
            "name = 't'\nkind = 'lorenz'\nlatent_snr = 2.5",
            "name = \"t\"\nkind = \"lorenz\"\nchannels = 8\nsteps = 16\n\
             recall = \"reconstruct\"\nlatent_snr = 2.5\ninterval = 0.05\n",
        ),
        (
            "name = 't'\nkind = 'rossler'\nsteps = 4",
            "name = \"t\"\nkind = \"rossler\"\nchannels = 8\nsteps = 4\n\
             recall = \"reconstruct\"\ninterval = 0.4\n",
        ),
        (
            "name = 't'\nkind = 'three_bits'",
            "name = \"t\"\nkind = \"three_bits\"\nchannels = 3\nsteps = 24\n\
             recall = \"reconstruct\"\n",
        ),
        (
            "name = 't'\nkind = 'series'\nfile = 'x.csv'\ncolumns = ['b', 'a']",
            "name = \"t\"\nkind = \"series\"\nchannels = 2\nsteps = 16\n\
             recall = \"reconstruct\"\nfile = \"x.csv\"\ncolumns = [\"b\", \"a\"]\n\
             test_fraction = 0.2\n",
        ),
    ] {
        let task: CheckedTask = toml::from_str(text).unwrap();
        assert_eq!(toml::to_string(&task).unwrap(), complete);
    }
    let melody = example("melody");
    assert_eq!((melody.channels, melody.steps), (Some(13), Some(32)));
}

#[test]
fn every_complete_task_stays_as_it_is() {
    for complete in every_kind() {
        assert_eq!(TaskConfig::clone(&complete).check().unwrap(), complete);
        let text = toml::to_string(&complete).unwrap();
        assert_eq!(parse(&text).unwrap(), *complete, "{text}");
        let json = serde_json::to_string(&complete).unwrap();
        let read: CheckedTask = serde_json::from_str(&json).unwrap();
        assert_eq!(read, complete, "{json}");
        // The words of the messages are the words of the tables.
        let tagged = serde_json::to_value(&complete.kind).unwrap();
        assert!(tagged.get(complete.kind.word()).is_some(), "{tagged}");
    }
}

#[test]
fn errors_name_the_key() {
    let error = |text: &str| {
        let task = parse(&format!("name = 't'\n{text}")).and_then(TaskConfig::check);
        task.map_err(|error| match error.hint() {
            Some(hint) => format!("{error}\n  hint: {hint}"),
            None => error.to_string(),
        })
    };
    for (text, words) in [
        (
            "kind = 'smooth'",
            "`dimension`: is missing: a task of kind `smooth` needs it",
        ),
        (
            "kind = 'smooth'\ndimension = 0",
            "`dimension`: 0 latents do not fit 128 values",
        ),
        (
            "kind = 'smooth'\ndimension = 129",
            "`dimension`: 129 latents do not fit 128 values",
        ),
        (
            "kind = 'white'\ndimension = 2",
            "`dimension`: does not apply to a task of kind `white`",
        ),
        (
            "kind = 'smooth'\ndimension = 2\nrank = 3",
            "`rank`: does not apply to a task of kind `smooth`\n  hint: `codewords` take it",
        ),
        (
            "kind = 'lorenz'\nnonlinearity = 'tanh'",
            "hint: `circle`, `torus`, `sphere` take it",
        ),
        (
            "kind = 'smooth'\ndimensions = 2",
            "`dimensions`: unknown field `dimensions`, expected one of `name`, `kind`, \
             `channels`, `steps`, `recall`, `latent_snr`, `dimension`, `sources`, \
             `nonlinearity`, `interval`, `rank`, `tunes`, `file`, `recording`, `columns`, \
             `test_fraction`\
             \n  hint: did you mean `dimension`?",
        ),
        ("kind = 'smoth'", "`kind`: unknown variant `smoth`"),
        ("kind = 'smoth'", "hint: did you mean `smooth`?"),
        ("dimension = 2", "`kind`: is missing: every task needs it"),
        (
            "kind = 'white'\nsteps = 'x'",
            "`steps`: invalid type: string \"x\"",
        ),
        (
            "kind = 'smooth'\ndimension = -1",
            "`dimension`: invalid value: integer `-1`",
        ),
        (
            "kind = 'linear'\ndimension = 1\nsteps = 0",
            "`steps`: channels x steps is 0",
        ),
        (
            "kind = 'white'\nchannels = 70000",
            "`steps`: channels x steps is 1120000, expected 1 to 65536",
        ),
        (
            "kind = 'sphere'\ndimension = 9\nchannels = 3\nsteps = 3",
            "`dimension`: a sphere of dimension 9 does not fit 9",
        ),
        (
            "kind = 'torus'\nchannels = 2\nsteps = 1",
            "`steps`: a torus does not fit 2 values",
        ),
        (
            "kind = 'torus'\nnonlinearity = 'relu'",
            "`nonlinearity`: unknown variant `relu`",
        ),
        (
            "kind = 'lorenz'\ninterval = 0.0",
            "`interval`: 0 is not above 0",
        ),
        ("kind = 'lorenz'\ninterval = nan", "`interval`: NaN"),
        (
            "kind = 'rossler'\nchannels = 1\nsteps = 2",
            "`steps`: 2 values cannot show 3 variables",
        ),
        ("kind = 'codewords'", "`rank`: is missing"),
        (
            "kind = 'codewords'\nrank = 1",
            "`rank`: 1 is not from 2 to 128, for 128 bits",
        ),
        (
            "kind = 'binary'\nchannels = 1\nsteps = 1",
            "`steps`: a sequence of one bit",
        ),
        (
            "kind = 'three_bits'\nsteps = 16",
            "`steps`: is 16, but this task has 24",
        ),
        (
            "kind = 'melody'\nchannels = 8",
            "`channels`: is 8, but this task has 13",
        ),
        (
            "kind = 'melody'\nsteps = 49",
            "`steps`: the shortest of the tunes has 48 steps",
        ),
        (
            "kind = 'melody'\ntunes = ['frere_jaques', 'row_row_row']",
            "did you mean `frere_jacques`",
        ),
        (
            "kind = 'melody'\ntunes = ['ode_to_joy', 'ode_to_joy']",
            "`tunes`: `ode_to_joy` is named twice",
        ),
        (
            "kind = 'melody'\ntunes = ['ode_to_joy']",
            "`tunes`: name at least two",
        ),
        ("kind = 'series'", "`file`: is missing"),
        (
            "kind = 'series'\nfile = 'x.csv'\ncolumns = []",
            "`columns`: is empty",
        ),
        (
            "kind = 'series'\nfile = 'x.csv'\ncolumns = ['a', 'b', 'a']",
            "`columns`: `a` is named twice",
        ),
        (
            "kind = 'series'\nfile = 'x.csv'\ncolumns = ['a']\nchannels = 2",
            "`channels`: is 2, but this task has 1",
        ),
        (
            "kind = 'series'\nfile = 'x.csv'\ntest_fraction = 1.0",
            "`test_fraction`: 1 is not above 0 and below 1",
        ),
        (
            "kind = 'white'\nlatent_snr = 0.0",
            "`latent_snr`: 0 is no number above 0",
        ),
        ("kind = 'white'\nlatent_snr = inf", "`latent_snr`: inf"),
        (
            "kind = 'white'\nsteps = 1\nrecall = 'previous'",
            "`recall`: there is no previous frame",
        ),
    ] {
        let message = error(text).unwrap_err();
        assert!(message.contains(words), "{text}: {message}");
    }
    assert!(
        error(
            "kind = 'three_bits'\nchannels = 3\nsteps = 24\nlatent_snr = 9.0\nrecall = 'previous'"
        )
        .is_ok()
    );
}

/// Values of keys, right and wrong ones.
fn value(key: &'static str) -> impl Strategy<Value = String> {
    let number = prop_oneof![
        4 => (0..12_usize).prop_map(|n| n.to_string()),
        1 => prop::sample::select(vec!["nan", "-1", "99999999999", "[]"]).prop_map(str::to_owned),
        2 => (-1.0..9.0_f64).prop_map(|x| format!("{x:?}")),
    ];
    let word = prop::sample::select(vec![
        "'tanh'",
        "'none'",
        "'previous'",
        "'x.csv'",
        "['a', 'b']",
        "['ode_to_joy', 'row_row_row']",
    ]);
    let word = word.prop_map(str::to_owned);
    let value = if [
        "nonlinearity",
        "recall",
        "file",
        "recording",
        "columns",
        "tunes",
    ]
    .contains(&key)
    {
        prop_oneof![1 => number, 8 => word].boxed()
    } else {
        prop_oneof![8 => number, 1 => word].boxed()
    };
    value.prop_map(move |value| format!("{key} = {value}\n"))
}

fn task_text() -> impl Strategy<Value = String> {
    let keys = [
        "channels",
        "steps",
        "recall",
        "latent_snr",
        "dimension",
        "nonlinearity",
        "interval",
        "rank",
        "tunes",
        "file",
    ]
    .into_iter()
    .chain(["columns", "test_fraction", "unheard_of"])
    .map(|key| prop::option::weighted(0.15, value(key)))
    .collect::<Vec<_>>();
    (prop::sample::select(TaskKind::VARIANTS), keys).prop_map(|(kind, lines)| {
        // Most kinds need a key of their own; it comes more often than by chance.
        let has = |key: &str| lines.iter().flatten().any(|line| line.starts_with(key));
        let needed = match keys_of_kind(kind).unwrap() {
            ["dimension"] if !has("dimension") => "dimension = 3\n",
            ["rank"] if !has("rank") => "rank = 3\n",
            _ => "",
        };
        format!(
            "name = 't'\nkind = '{kind}'\n{needed}{}",
            lines.into_iter().flatten().collect::<String>()
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_task_is_refused_or_gives_finite_values(text in task_text()) {
        let Ok(config) = parse(&text).and_then(TaskConfig::check) else { return Ok(()) };
        prop_assert_eq!(&TaskConfig::clone(&config).check().unwrap(), &config);
        let shape = match Task::new(&config, 1) {
            Ok(task) => {
                let shape = task.shape();
                prop_assert_eq!(Some(shape), config.shape());
                let training: Batch<f32> = task.sample(5, &mut stream(1, &["a"]));
                let held_out: Batch<f32> = task.held_out(5, &mut stream(1, &["b"]));
                for batch in [training, held_out] {
                    prop_assert_eq!((batch.channels, batch.steps), (shape.channels, shape.steps));
                    prop_assert_eq!(batch.samples, 5);
                    prop_assert_eq!(batch.values.len(), task.ambient_dimension() * 5);
                    prop_assert!(batch.values.iter().all(|v| v.is_finite()), "{}", text);
                }
                shape
            }
            Err(error) => {
                prop_assert!(config.file().is_some(), "{}", error);
                return Ok(());
            }
        };
        prop_assert!(config.embedding_dimension().is_none_or(|units| units <= shape.values()));
    }

    #[test]
    fn any_text_is_a_task_or_refused(text in "\\PC{0,60}") {
        _ = toml::from_str::<CheckedTask>(&text);
    }
}

#[cfg(not(feature = "files"))]
#[test]
fn without_the_feature_tables_are_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let kind = TaskKind::Series {
        file: file.path().to_owned().into(),
        recording: None,
        columns: None,
        test_fraction: 0.2,
    };
    let config = TaskConfig::new("t", kind).check().unwrap();
    let error = Task::new(&config, 1).unwrap_err();
    assert!(matches!(error, TaskError::NoTables));
    assert!(
        error
            .hint()
            .unwrap()
            .contains("build with the feature `files`")
    );
}
