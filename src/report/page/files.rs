//! The section about the files of the folder: what each table holds, where it comes from, and how to
//! cite it.

use maud::{Markup, html};

use super::tables::Tables;

/// The section.
pub(super) fn section(tables: &Tables) -> Markup {
    html! {
        section #files aria-labelledby="files-heading" {
            h2 #files-heading { "Files and their columns" }
            p {
                "Every number of this page is in a Parquet table beside it, which pandas, polars, DuckDB and R read. "
                "Open a table's line to see its columns and first rows."
            }
            @for file in &tables.files {
                details {
                    summary {
                        code { (file.table) ".parquet" } " – " (file.rows) " rows. " (file.description)
                    }
                    div.scroll tabindex="0" role="region" aria-label=(format!("Columns of {}", file.table)) {
                        table {
                            thead { tr {
                                th scope="col" { "column" } th scope="col" { "type" }
                                th scope="col" { "unit" } th scope="col" { "meaning" }
                            } }
                            tbody {
                                @for column in file.columns {
                                    tr {
                                        th scope="row" { code { (column.name) } }
                                        td { (column.kind) @if column.nullable { ", may be null" } }
                                        td { (column.unit.unwrap_or("")) }
                                        td { (column.description) }
                                    }
                                }
                            }
                        }
                    }
                    @if !file.preview.is_empty() {
                        div.scroll tabindex="0" role="region" aria-label=(format!("First rows of {}", file.table)) {
                            table {
                                thead { tr { @for column in file.columns { th scope="col" { (column.name) } } } }
                                tbody {
                                    @for row in &file.preview {
                                        tr { @for cell in row { td { (cell.as_deref().unwrap_or("–")) } } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The section with what to cite.
pub(super) fn citations(tables: &Tables) -> Markup {
    html! {
        section #cite aria-labelledby="cite-heading" {
            h2 #cite-heading { "What to cite" }
            ul #citations {
                li { (tables.citation) }
                @for source in tables.sources.split("; ").filter(|source| !source.is_empty()) {
                    li { (source) }
                }
            }
            p { "“engraph cite PIPELINE” prints these, and the publications of the methods, as BibTeX." }
        }
    }
}
