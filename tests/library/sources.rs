//! Tasks of independent white sources are what they are said to be.

use engraph::random::stream;
use engraph::task::{Task, TaskConfig, TaskKind};

const SAMPLES: usize = 2000;

fn task(sources: usize) -> Task {
    let config = TaskConfig {
        channels: Some(3),
        steps: Some(4),
        ..TaskConfig::new("t", TaskKind::Capacity { sources })
    };
    Task::new(&config.check().unwrap(), 3).unwrap()
}

/// Directions are orthogonal and of equal length, values have unit variance, and the sources are
/// read back from the sequences.
#[test]
fn sources_are_white_and_can_be_read_back() {
    for sources in [1, 5, 12] {
        let task = task(sources);
        let directions = task.directions().unwrap();
        assert_eq!((directions.sources, directions.ambient()), (sources, 12));
        for a in 0..sources {
            for b in 0..sources {
                let rows = directions.values.chunks_exact(sources);
                let product: f64 = rows.map(|row| row[a] * row[b]).sum();
                let wanted = f64::from(a == b) * 12.0 / sources as f64;
                assert!((product - wanted).abs() < 1e-9, "{a} {b}: {product}");
            }
        }
        let draw = || stream(4, &["held out"]);
        let batch = task.held_out::<f64>(SAMPLES, &mut draw());
        assert!(
            (batch.variance() - 1.0).abs() < 0.15,
            "{}",
            batch.variance()
        );
        let truth = task.held_out_sources(SAMPLES, &mut draw()).unwrap();
        let found = directions.sources_of(&batch.values, SAMPLES);
        assert!(truth.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-9));
        for j in 0..sources {
            let own = truth.iter().skip(j).step_by(sources);
            let power = own.map(|s| s * s).sum::<f64>() / SAMPLES as f64;
            assert!((power - 1.0).abs() < 0.15, "{power}");
        }
    }
}

#[test]
fn there_are_no_more_sources_than_values() {
    let config = TaskConfig {
        channels: Some(3),
        steps: Some(4),
        ..TaskConfig::new("t", TaskKind::Capacity { sources: 13 })
    };
    let error = config.check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sources`: 13 sources do not fit 12 values"
    );
}
