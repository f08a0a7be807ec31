//! The program `engraph`, which runs the command line of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    engraph::main()
}
