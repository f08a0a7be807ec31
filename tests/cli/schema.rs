//! The documentation of all tables, which other programs rely on.

use crate::common::{json, stdout};

/// Names, types, units and meanings of all columns. A change is made on purpose and told in the
/// changelog.
#[test]
fn tables_are_those_of_the_golden_file() {
    let golden = include_str!("../golden/schema.json");
    let found = stdout(&["schema", "--json"]);
    let difference = golden
        .lines()
        .zip(found.lines())
        .position(|(golden, found)| golden != found);
    assert!(
        golden == found,
        "the tables differ from tests/golden/schema.json, first in line {}; if that is meant, run \
         `cargo run --release -- schema --json > tests/golden/schema.json`",
        difference.unwrap_or(golden.lines().count().min(found.lines().count())) + 1,
    );
}

/// Every table but the list of differences says which of its columns tell its rows apart.
#[test]
fn every_key_is_made_of_columns() {
    let tables = json(&["schema", "--json"]);
    for table in tables.as_array().expect("a list of tables") {
        let name = table["table"].as_str().expect("a name");
        let key = table["key"].as_array().expect("a key");
        let columns = table["columns"].as_array().expect("columns");
        assert_eq!(key.is_empty(), name == "differences", "{name}");
        for column in key {
            let is_column = columns.iter().any(|found| found["name"] == *column);
            assert!(is_column, "{name}: {column}");
        }
    }
}
