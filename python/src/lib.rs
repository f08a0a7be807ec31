//! The compiled part of the Python module `engraph`.
//!
//! It is thin: what people see, with its documentation, is in `engraph/*.py` beside this folder,
//! and what is computed is in the crate `engraph`. Read `module` first, which lists the functions,
//! then `call`, which lets work run beside Python. `capsules` is where Rust and C meet: it holds
//! all unsafe code. `columns` and `graphs` make Arrow tables of what Python programs have, and
//! `connectomes`, `drawn`, `motifs`, `numbers` and `pipelines` call the library.
//!
//! What the library says goes to Python through `fault` and `log`, and `words` puts arguments of
//! functions in the place of the flags of the command line.
//!
//! Objects of Rust are capsules for Python, opaque to everybody else. There are no macros of pyo3:
//! they would ask for other features of `syn` than the program does, and all would be compiled
//! twice.

mod call;
mod capsules;
mod columns;
mod connectomes;
mod drawn;
mod fault;
mod graphs;
mod log;
mod module;
mod motifs;
mod numbers;
mod pipelines;
mod settings;
mod tables;
mod words;
