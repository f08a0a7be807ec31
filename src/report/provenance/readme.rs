//! `README.md`: what the folder is, for people who find it in an archive.

use super::licence::Licence;
use super::listed::Listed;
use crate::pipeline::Spec;
use crate::table::TableSchema;

/// The text for a folder with `tables`.
pub(super) fn readme(spec: &Spec, licence: &Licence, tables: &[(TableSchema, &Listed)]) -> String {
    let name = &spec.name;
    let mut text = format!(
        "# {name}\n\n\
         engraph {} made this folder by `engraph run` from the pipeline `{name}`.\n\n\
         - `index.html` is the page to read, `summary.md` its verdicts, `figures/` its figures.\n\
         - `pipeline.toml` is the pipeline with every default filled in.\n\
         - `run.json` says what ran, for how long, and from which inputs.\n\
         - `ro-crate-metadata.json` says the same as a Workflow Run RO-Crate, `croissant.json` \
         describes the tables for programs that read Croissant.\n\
         - `engraph verify` proves the folder against `SHA256SUMS`, and so does `sha256sum \
         --check SHA256SUMS`.\n\n",
        env!("CARGO_PKG_VERSION"),
    );
    text += "| table | a row is |\n|---|---|\n";
    for (schema, file) in tables {
        let description = schema.description.replace('|', "\\|");
        text += &format!("| [{0}]({0}) | {description} |\n", file.name);
    }
    if !spec.people.is_empty() {
        let people = spec.people.iter().map(|person| {
            let orcid = person.orcid_url().map(|url| format!(", <{url}>"));
            format!("- {}{}\n", person.name, orcid.unwrap_or_default())
        });
        text += &format!("\n## People\n\n{}", people.collect::<String>());
    }
    text += &format!("\n## Licence\n\n{}\n", licence.description);
    text
}
