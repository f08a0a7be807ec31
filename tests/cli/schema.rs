//! The documentation of all tables, which other programs rely on.

use crate::common::stdout;

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
