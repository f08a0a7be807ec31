//! Time series from files.

use super::*;

/// A clock, a sine of the row number, a sawtooth, and labels.
fn text(rows: u32) -> String {
    let row = |i: u32| {
        format!(
            "{i},{},{},s{}\n",
            f64::from(i).sin(),
            f64::from(i * i % 17),
            i % 3
        )
    };
    "time,a,b,state\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

fn written(path: &std::path::Path, columns: Option<&[&str]>) -> TaskConfig {
    let owned = |columns: &[&str]| columns.iter().map(|name| (*name).to_owned()).collect();
    let kind = TaskKind::Series {
        file: path.to_owned().into(),
        recording: None,
        columns: columns.map(owned),
        test_fraction: 0.2,
    };
    TaskConfig {
        steps: Some(5),
        ..TaskConfig::new("t", kind)
    }
}

fn series(path: &std::path::Path) -> CheckedTask {
    written(path, Some(&["b", "a"])).check().unwrap()
}

#[test]
fn a_table_becomes_windows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traces.csv");
    std::fs::write(&path, text(100)).unwrap();
    let config = series(&path);
    let task = Task::new(&config, 1).unwrap();
    assert_eq!(
        (task.shape(), config.true_dimension()),
        (
            Shape {
                channels: 2,
                steps: 5
            },
            None
        )
    );
    // The 20 held-out rows have 16 windows; the second channel is the sine of consecutive numbers,
    // scaled.
    let test: Batch<f64> = task.held_out(16, &mut stream(1, &["x"]));
    let training: Vec<f64> = (0..80).map(|i| f64::from(i).sin()).collect();
    let mean = training.iter().sum::<f64>() / 80.0;
    let deviation = (training.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 80.0).sqrt();
    for (sample, window) in rows(&test).chunks_exact(10).enumerate() {
        for (step, value) in window[5..].iter().enumerate() {
            let expected = (((80 + sample + step) as f64).sin() - mean) / deviation;
            assert!((value - expected).abs() < 1e-9, "{sample} {step}");
        }
    }
}

/// The content, never the path, stands in keys; a table that changes under way is not trained on.
#[test]
fn the_content_enters_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.csv"), folder.path().join("two.csv"));
    std::fs::write(&one, text(100)).unwrap();
    std::fs::write(&two, text(100)).unwrap();
    let key = |path| serde_json::to_string(&series(path).resolved().unwrap()).unwrap();
    assert_eq!(key(&one), key(&two));
    assert!(
        key(&one).contains("\"file\":\"blake3:") && !key(&one).contains("one.csv"),
        "{}",
        key(&one)
    );
    std::fs::write(&two, text(101)).unwrap();
    assert_ne!(key(&one), key(&two));
    let resolved = series(&one).resolved().unwrap();
    assert_eq!(Task::new(&resolved, 1).unwrap().config(), &resolved);
    std::fs::write(&one, text(102)).unwrap();
    assert!(
        Task::new(&resolved, 1)
            .unwrap_err()
            .to_string()
            .contains("changed while the pipeline ran")
    );
}

#[test]
fn all_columns_of_numbers_are_channels_by_default() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traces.csv");
    std::fs::write(&path, text(100)).unwrap();
    let all = written(&path, None).check().unwrap();
    assert_eq!(all.shape(), None);
    let of_two = Some(Shape {
        channels: 2,
        steps: 5,
    });
    assert_eq!(
        all.resolved().unwrap().shape(),
        of_two,
        "a time is no channel"
    );
    let untimed: String = text(100)
        .lines()
        .map(|l| l.split_once(',').unwrap().1.to_owned() + "\n")
        .collect();
    std::fs::write(&path, untimed).unwrap();
    assert_eq!(
        all.resolved().unwrap().shape(),
        Some(Shape {
            channels: 2,
            steps: 5
        })
    );
    assert_eq!(
        Task::new(&all, 1).unwrap().shape(),
        Shape {
            channels: 2,
            steps: 5
        }
    );
    let wrong = TaskConfig {
        channels: Some(3),
        ..written(&path, None)
    };
    let wrong = wrong.check().unwrap();
    assert!(
        wrong
            .resolved()
            .unwrap_err()
            .to_string()
            .contains("`channels`: is 3")
    );
    assert!(Task::new(&wrong, 1).is_err());
}

#[test]
fn what_is_wrong_with_a_table_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traces.csv");
    let error = |config: &CheckedTask| Task::new(config, 1).unwrap_err().to_string();
    assert!(error(&series(&path)).contains("cannot read `"));
    std::fs::write(&path, text(100).replace("\n50,", "\n50,nan")).unwrap();
    assert!(error(&series(&path)).contains("row 52 (the header is row 1), column `a`"));
    std::fs::write(&path, text(20)).unwrap();
    assert!(error(&series(&path)).contains("4 of its 20 rows are the held-out part"));
    std::fs::write(&path, "a,b\n".to_owned() + &"1,2\n".repeat(50)).unwrap();
    assert!(error(&series(&path)).contains("column `b`: it has the same value"));
}
