//! `engraph dimension` as its users run it, and its values beside those of scikit-dimension.

#![cfg(feature = "files")]

use engraph::dimension::{DancoStatistics, Estimator, Points, danco_statistics, estimate};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

#[derive(Deserialize)]
struct Golden {
    source: String,
    clouds: Vec<Cloud>,
}

#[derive(Deserialize)]
struct Cloud {
    name: String,
    columns: usize,
    points: Vec<f64>,
    values: BTreeMap<String, Option<f64>>,
    /// Dimension, direction and concentration, from its neighbours and angles.
    danco: [f64; 3],
}

/// `benches/dimension_peers.py --golden` made these with scikit-dimension 0.5.0.
#[test]
fn the_same_definitions_give_the_same_values() {
    let golden: Golden = serde_json::from_str(include_str!("golden/dimension.json")).unwrap();
    assert!(golden.source.starts_with("scikit-dimension 0.5.0"));
    assert_eq!(golden.clouds.len(), 5);
    for cloud in &golden.clouds {
        let points = Points::new(
            &cloud.points,
            cloud.points.len() / cloud.columns,
            cloud.columns,
        )
        .unwrap();
        assert!(cloud.values.len() > 15);
        for (name, expected) in &cloud.values {
            let found = estimate(points, name.parse::<Estimator>().unwrap())
                .map(|e| e.value)
                .ok();
            match (found, expected) {
                (Some(found), Some(expected)) => {
                    let difference = (found - expected).abs() / expected.abs().max(1.0);
                    assert!(
                        difference < 1e-6,
                        "{} {name}: {found}, scikit-dimension {expected}",
                        cloud.name
                    );
                }
                (found, expected) => assert_eq!(found, *expected, "{} {name}", cloud.name),
            }
        }
        let DancoStatistics {
            dimension,
            direction,
            concentration,
        } = danco_statistics(points).unwrap();
        for (found, expected) in [dimension, direction, concentration]
            .into_iter()
            .zip(cloud.danco)
        {
            assert!(
                (found - expected).abs() < 1e-9 * expected,
                "{} DANCo: {found}, {expected}",
                cloud.name
            );
        }
    }
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn engraph(&self, table: &str, args: &[&str]) -> Output {
        fs::write(self.0.path().join("points.csv"), table).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
        command
            .args(["dimension", "points.csv"])
            .args(args)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    fn rows(&self, table: &str, args: &[&str]) -> (Vec<serde_json::Value>, String) {
        let output = self.engraph(table, &[&["--format", "json"], args].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["schema"], "engraph.dimension/1");
        (document["rows"].as_array().unwrap().clone(), stderr)
    }

    fn refused(&self, table: &str, args: &[&str], code: i32) -> String {
        let output = self.engraph(table, args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(
            output.stdout.is_empty() && stderr.starts_with("error: "),
            "{stderr}"
        );
        stderr
    }
}

/// A plane, bent, in three columns: points in no order of time.
fn sheet(rows: u32) -> String {
    let coordinate = |i: u32, step: f64| (f64::from(i) * step).fract();
    let row = |i: u32| {
        let (a, b) = (
            coordinate(i, 0.754_877_666_246_692_8),
            coordinate(i, 0.569_840_290_998_053_2),
        );
        format!("{a},{b},{}\n", (3.0 * a).sin())
    };
    "x,y,z\n".to_owned() + &(1..=rows).map(row).collect::<String>()
}

#[test]
fn a_table_of_points_has_its_dimensions() {
    let place = Place::new();
    let (rows, _) = place.rows(&sheet(600), &["--jobs", "2"]);
    let names: Vec<&str> = rows
        .iter()
        .map(|r| r["estimator"].as_str().unwrap())
        .collect();
    assert_eq!(names[0], "recommended");
    assert_eq!(names.len(), 1 + Estimator::all().len());
    for row in &rows {
        assert_eq!(
            (row["n_points"].as_i64(), row["ambient_dimension"].as_i64()),
            (Some(600), Some(3))
        );
    }
    let (few, _) = place.rows(
        &sheet(600),
        &[
            "--estimator",
            "mle_20",
            "--columns",
            "x,y",
            "--no-intervals",
        ],
    );
    assert_eq!(
        (few.len(), few[0]["ambient_dimension"].as_i64()),
        (1, Some(2))
    );
    assert!((few[0]["value"].as_f64().unwrap() - 2.0).abs() < 0.5);
    let same = place
        .engraph(&sheet(600), &["--jobs", "1", "--format", "csv"])
        .stdout;
    assert_eq!(
        same,
        place
            .engraph(&sheet(600), &["--jobs", "2", "--format", "csv"])
            .stdout
    );
}

#[test]
fn a_series_is_told_to_be_one() {
    let place = Place::new();
    let wave: String = (0..400)
        .map(|t| {
            format!(
                "{},{}\n",
                (0.05 * f64::from(t)).sin(),
                (0.031 * f64::from(t)).cos()
            )
        })
        .collect();
    let (_, stderr) = place.rows(&format!("a,b\n{wave}"), &["--estimator", "two_nn"]);
    assert!(stderr.contains("--theiler"), "{stderr}");
    let (rows, stderr) = place.rows(
        &format!("a,b\n{wave}"),
        &["--estimator", "two_nn", "--theiler", "30"],
    );
    assert!(
        stderr.is_empty() && rows[0]["value"].is_number(),
        "{stderr}"
    );
}

/// A plane in three columns with others beside them, as tables of points come.
#[test]
fn what_is_no_coordinate_is_left_out_and_said() {
    let place = Place::new();
    let plain = sheet(300);
    let value = |table: &str, args: &[&str]| {
        let args = [&["--estimator", "pca_95", "--no-intervals"], args].concat();
        let (rows, stderr) = place.rows(table, &args);
        let [columns, value] =
            ["ambient_dimension", "value"].map(|column| rows[0][column].as_f64().unwrap());
        (columns, value, stderr)
    };
    let (columns, clean, stderr) = value(&plain, &[]);
    assert!(columns == 3.0 && stderr.is_empty(), "{stderr}");
    // Each row with its number: from 0 and without a name as pandas writes it, from 1 as R does,
    // and as a time in steps of a third, rounded.
    let beside = |name: &str, cell: &dyn Fn(usize) -> String| {
        let line = |(row, line): (usize, &str)| match row {
            0 => format!("{name},{line}\n"),
            row => format!("{},{line}\n", cell(row - 1)),
        };
        plain.lines().enumerate().map(line).collect::<String>()
    };
    let tables = [
        beside("", &|row| row.to_string()),
        beside("\"\"", &|row| format!("\"{}\"", row + 1)),
        beside("Unnamed: 0", &|row| row.to_string()),
        beside("frame", &|row| (row * row).to_string()),
        beside("depth", &|row| format!("{:.2}", row as f64 / 3.0)),
        beside("label", &|row| ["a", "b"][row % 2].to_owned()),
        beside("when", &|row| {
            format!("2024-01-05 10:{:02}:{:02}", row / 60, row % 60)
        }),
    ];
    for table in tables {
        let (columns, found, stderr) = value(&table, &[]);
        assert_eq!((columns, found), (3.0, clean), "{stderr}");
        assert!(
            stderr.contains("3 columns read: `x`, `y`, `z`; left out: `")
                && stderr.contains("`--columns` names others"),
            "{stderr}"
        );
    }
    let numbered = beside("depth", &|row| row.to_string());
    let (columns, _, stderr) = value(&numbered, &["--columns", "depth,x,y,z"]);
    assert!(columns == 4.0 && stderr.is_empty(), "{stderr}");
    let (_, _, stderr) = value(&beside("k", &|_| "7".to_owned()), &[]);
    assert!(stderr.contains("column `k` is constant"), "{stderr}");
    let table = beside("v", &|row| format!("\"{},{}\"", row % 7, row % 10));
    let (columns, _, stderr) = value(&table, &[]);
    assert!(
        columns == 4.0 && stderr.contains("column `v`: its commas were read as"),
        "{stderr}"
    );
    let table = beside("v", &|row| format!("{} {}", row % 7, ["mV", "V"][row % 2]));
    let error = place.refused(&table, &[], 1);
    assert!(
        error.contains("row 2") && error.contains("column `v`: `0 mV`"),
        "{error}"
    );
}

#[test]
fn arrays_of_numpy_are_read() {
    let array = |name: &str, args: &[&str]| {
        let file = format!("{}/tests/points/{name}", env!("CARGO_MANIFEST_DIR"));
        Command::new(env!("CARGO_BIN_EXE_engraph"))
            .args([
                "dimension",
                &file,
                "--estimator",
                "pca_95",
                "--format",
                "json",
            ])
            .args(args)
            .output()
            .unwrap()
    };
    let columns = ["--columns", "1,3"];
    for (name, args) in [
        ("big_f4.npy", &columns[..]),
        ("one.npz", &columns),
        ("two.npz", &["--columns", "1,3", "--array", "train"]),
    ] {
        let output = array(name, args);
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let row = &document["rows"][0];
        assert_eq!(
            (row["n_points"].as_i64(), row["ambient_dimension"].as_i64()),
            (Some(4), Some(2))
        );
    }
    let error = String::from_utf8(array("two.npz", &[]).stderr).unwrap();
    assert!(
        error.contains("hint: choose one with `array`: `train` (4 x 3)"),
        "{error}"
    );
}

/// Forty points of a plane come again, 1e-9 apart: the recommended value is that without them, and
/// the others, of scikit-dimension's definitions, stay what they are.
#[test]
fn near_copies_are_joined_for_the_recommended_value() {
    let place = Place::new();
    let args = [
        "--estimator",
        "recommended",
        "--estimator",
        "two_nn",
        "--no-intervals",
    ];
    let plain = sheet(400);
    let copies = |(row, line): (usize, &str)| {
        let values = line.split(',').map(|v| v.parse::<f64>().unwrap());
        let moved = values.zip([1.0, -0.6, 0.3]).map(|(v, by)| {
            let moved = v + 1e-9 * by * (1.0 + row as f64 / 40.0);
            moved.to_string()
        });
        moved.collect::<Vec<_>>().join(",") + "\n"
    };
    let copied: String = plain
        .lines()
        .skip(1)
        .take(40)
        .enumerate()
        .map(copies)
        .collect();
    let (clean, _) = place.rows(&plain, &args);
    let (found, _) = place.rows(&format!("{plain}{copied}"), &args);
    assert_eq!(found[0]["value"], clean[0]["value"]);
    assert!(
        found[0]["note"]
            .as_str()
            .unwrap()
            .contains("40 points at most")
    );
    assert!(found[1]["value"].as_f64().unwrap() < 0.8 * clean[1]["value"].as_f64().unwrap());
}

#[test]
fn bad_points_get_an_answer_with_a_remark_or_one_error() {
    let place = Place::new();
    // Fewer points than dimensions.
    let wide: String = (0..8)
        .map(|i| {
            (0..12)
                .map(|j| format!("{}", ((i * 37 + j * 11) % 23) as f64 + 0.1 * f64::from(i)))
                .collect::<Vec<_>>()
                .join(",")
                + "\n"
        })
        .collect();
    let header = (0..12)
        .map(|j| format!("c{j}"))
        .collect::<Vec<_>>()
        .join(",");
    let (rows, _) = place.rows(&format!("{header}\n{wide}"), &["--estimator", "pca_90"]);
    assert!(
        rows[0]["note"]
            .as_str()
            .unwrap()
            .contains("8 points in 12 columns")
    );
    // A constant column, and points that occur twice.
    let (rows, _) = place.rows(
        &sheet(100)
            .replace("x,y,z", "x,y,z,k")
            .lines()
            .map(|l| {
                if l.contains('k') {
                    format!("{l}\n")
                } else {
                    format!("{l},7\n{l},7\n")
                }
            })
            .collect::<String>(),
        &["--estimator", "two_nn"],
    );
    let note = rows[0]["note"].as_str().unwrap();
    assert!(
        note.contains("1 of 4 columns are constant") && note.contains("100 duplicated points"),
        "{note}"
    );
    // One dimension.
    let line: String = "x\n".to_owned()
        + &(1..200)
            .map(|i| format!("{}\n", (f64::from(i * i) * 0.618_033_988_749_894_9).fract()))
            .collect::<String>();
    let (rows, _) = place.rows(&line, &["--estimator", "recommended"]);
    assert!((rows[0]["value"].as_f64().unwrap() - 1.0).abs() < 0.2);
    for (table, args, code, words) in [
        ("x,y\n1,2\n3,NaN\n5,6\n", &[][..], 1, "row"),
        (
            "x,y\n1,2\n3,word\n5,6\n",
            &["--columns", "x,y"][..],
            1,
            "word",
        ),
        ("x,y\n1,2\n1,2\n1,2\n1,2\n", &[][..], 1, "equal"),
        ("x,y\n1,2\n", &[][..], 1, "1 points are too few"),
        (
            "x,y\n1,2\n3,4\n",
            &["--estimator", "two_n"][..],
            2,
            "`two_n`",
        ),
        ("x,y\n1,2\n3,4\n", &["--format", "parquet"][..], 2, "--out"),
    ] {
        let error = place.refused(table, args, code);
        assert!(error.contains(words), "{error}");
    }
}

/// A pipe can be read but once.
#[cfg(unix)]
#[test]
fn points_come_through_a_pipe_as_well() {
    let text = "x,y\n".to_owned()
        + &(0..200)
            .map(|i| format!("{},{}\n", (i * i) % 97, (i * 31) % 101))
            .collect::<String>();
    let mut child = Command::new(env!("CARGO_BIN_EXE_engraph"))
        .args([
            "dimension",
            "/dev/stdin",
            "--estimator",
            "pca_95",
            "--no-intervals",
            "--all-columns",
        ])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && table.contains("pca_95") && table.contains("200"),
        "{table}"
    );
}
