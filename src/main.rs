//! The `engraph` program.

fn main() {}
