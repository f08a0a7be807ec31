//! The command `engraph new`.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::message::say;
use super::output::print;
use crate::files;
use crate::pipeline::Spec;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the pipeline, which is written to NAME.toml in this folder.
    name: String,
    /// Your own edges, which the pipeline is to read [default: the bundled witvliet2021_8].
    #[arg(long, value_name = "FILE")]
    edges: Option<PathBuf>,
    /// Your own tables of neurons, with classes, transmitters or signs.
    #[arg(long, value_name = "FILE", requires = "edges")]
    neurons: Vec<PathBuf>,
}

/// The pipeline, with `NAME` and `CONNECTOMES` for what differs.
const TEMPLATE: &str = include_str!("new.toml");
/// The connectome of a pipeline that names no table.
const BUNDLED: &str = "witvliet2021_8";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let name = args.name.strip_suffix(".toml").unwrap_or(&args.name);
    let path = PathBuf::from(format!("{name}.toml"));
    let text = pipeline(name, args);
    Spec::parse(&text, &path, &[])?;
    if path.symlink_metadata().is_ok() {
        return Err(Failure::failed((
            format!("`{}` is there already", path.display()),
            "choose another name, or move the file",
        )));
    }
    for table in args.edges.iter().chain(&args.neurons) {
        if !table.is_file() {
            return Err(Failure::failed((
                format!("there is no file `{}`", table.display()),
                "paths start from this folder",
            )));
        }
    }
    files::write(&path, text.as_bytes())?;
    say(&format!(
        "`engraph plan {0}` says what it computes, `engraph run {0}` computes it",
        path.display()
    ));
    print(&format!("{}\n", path.display()))
}

/// The text of the pipeline.
fn pipeline(name: &str, args: &Args) -> String {
    let connectomes = match &args.edges {
        None => format!(
            "connectomes = [\"{BUNDLED}\"]       # `engraph connectomes` lists those at hand\n\n# \
             Your own tables: take the marks away and put \"mine\" among `connectomes`.\n# \
             [sources.mine]\n# edges = \"edges.csv\"                # columns pre, post and \
             optionally weight, sign\n# neurons = [\"neurons.csv\"]          # columns neuron and \
             class, transmitter or sign\n# species = \"Caenorhabditis elegans\"\n"
        ),
        Some(edges) => {
            let quoted = |path: &Path| toml::Value::String(path.display().to_string()).to_string();
            let tables: Vec<String> = args.neurons.iter().map(|path| quoted(path)).collect();
            format!(
                "connectomes = [\"mine\"]             # add bundled ones: `engraph connectomes`\n\n\
                 # Your own tables. `engraph audit FILE` says how each column is read.\n\
                 [sources.mine]\n\
                 edges = {}\n\
                 neurons = [{}]\n\
                 # species = \"Caenorhabditis elegans\"\n\
                 # assume_inhibitory = 0.3            # where nothing is known of signs\n",
                quoted(edges),
                tables.join(", ")
            )
        }
    };
    TEMPLATE
        .replace("CONNECTOMES\n", &connectomes)
        .replace("NAME", name)
}
