//! Words of the library as people of Python write them: the library's hints name the flags of the
//! command line.

/// The text with the arguments of functions in the place of flags.
///
/// What stands in backticks and begins with two hyphens is a flag: `` `--signed-weights` `` becomes
/// `` `signed_weights=True` ``, `` `--sheet NAME` `` `` `sheet="NAME"` ``, and `` `--edge-column
/// pre=NAME` ``, which may be repeated, `` `edge_columns={"pre": "NAME"}` ``. Whole commands, as
/// `` `engraph fetch hub` ``, stay: the wheel has the program.
pub(crate) fn in_python(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 && part.starts_with("--") {
            let flags = format!(" {part}");
            let flags = flags.split(" --").skip(1).map(argument);
            flags.collect::<Vec<_>>().join(", ")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// The argument that stands for a flag, given without its hyphens.
fn argument(flag: &str) -> String {
    let (name, value) = match flag.split_once([' ', '\n']) {
        Some((name, value)) => (name, Some(value.trim())),
        None => (flag, None),
    };
    let name = name.replace('-', "_");
    match value {
        None => format!("{name}=True"),
        Some(value) => match value.split_once('=') {
            Some((key, value)) => {
                let all = match &*name {
                    "set" => "overrides".to_owned(),
                    one => format!("{one}s"),
                };
                format!("{all}={{\"{key}\": {}}}", literal(value))
            }
            None => format!("{name}={}", literal(value)),
        },
    }
}

/// A value of the command line as a literal.
fn literal(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(_) => value.to_owned(),
        Err(_) => format!("\"{value}\""),
    }
}
