//! The `engraph` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    engraph::main()
}
