//! What a file is, as its first bytes say, and the reader for it.

use std::path::Path;

use super::super::error::ReadError;
use super::super::open::Opened;
use super::interest::Interest;
use super::table::Contents;
use super::{announced, columnar, csv, graphml, workbook};

/// What says which columns are wanted.
type Choose<'a> = Box<dyn FnOnce(&[String]) -> Vec<Interest> + 'a>;

impl Contents {
    /// Reads a file; of each column what `choose` says, which is asked once with the names of all
    /// columns in their order. Of a graph it is asked about the columns of the edges; all that is
    /// said of nodes is read.
    ///
    /// # Errors
    /// [`ReadError`] for anything that is no readable table with at least one row.
    pub(crate) fn read(
        path: &Path,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Self, ReadError> {
        Self::of(Opened::new(path)?, None, choose)
    }

    /// [`Contents::read`] of the sheet called `sheet`, if the file is a workbook and one is named.
    pub(crate) fn read_sheet(
        path: &Path,
        sheet: Option<&str>,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Self, ReadError> {
        Self::of(Opened::new(path)?, sheet, choose)
    }

    /// [`Contents::read`] of a file that is open.
    pub(crate) fn of(
        opened: Opened,
        sheet: Option<&str>,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Self, ReadError> {
        // Every reader is compiled once, not once for each caller.
        Self::chosen(opened, sheet, Box::new(choose))
    }

    fn chosen(opened: Opened, sheet: Option<&str>, choose: Choose<'_>) -> Result<Self, ReadError> {
        let path = &opened.path.clone();
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let begins = |magic: &[u8]| opened.head.starts_with(magic);
        let sheet = if begins(b"PAR1") || ["parquet", "pq"].contains(&&*extension) {
            columnar::parquet(opened, choose)?
        } else if begins(b"ARROW1")
            || ["feather", "arrow", "ipc"].contains(&&*extension)
                && !begins(b"FEA1")
                && !begins(announced::MESSAGE)
        {
            columnar::feather(opened, choose)?
        } else if begins(announced::MESSAGE) {
            columnar::stream(opened, choose)?
        } else if begins(workbook::ZIP) || begins(workbook::COMPOUND) {
            workbook::read(opened, sheet, choose)?
        } else if let Some((found, hint)) = other_format(&opened.head) {
            return Err(ReadError::Format {
                path: path.to_owned(),
                found,
                hint,
            });
        } else if graphml::is_xml(&opened.head) {
            return graphml::read(opened, choose);
        } else {
            csv::read(opened, choose)?
        };
        Ok(Self::Table(sheet.not_empty()?))
    }
}

/// What a file is that is not read, and what to do with it.
fn other_format(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = OTHER_FORMATS
        .iter()
        .find(|(magic, ..)| head.starts_with(magic));
    if let Some((_, found, hint)) = begins {
        return Some((found, hint));
    }
    if let [0x80, 2..=5, ..] = head {
        return Some((
            "a Python pickle",
            "save the table as CSV or Parquet: `DataFrame.to_parquet`",
        ));
    }
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let graph = |words: &[&str]| match words {
        [word, ..] => word.strip_prefix("graph").is_some_and(|rest| {
            rest.starts_with('[')
                || rest.is_empty() && words.get(1).is_some_and(|w| w.starts_with('['))
        }),
        [] => false,
    };
    let lines = || {
        text.lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
    };
    let is_gml = graph(&words)
        || words.first() == Some(&"creator") && lines().any(|line| line.first() == Some(&"graph"));
    let is_dot = ["graph", "digraph", "strict"]
        .iter()
        .any(|w| words.first() == Some(w))
        && text
            .lines()
            .next()
            .is_some_and(|line| line.trim_end().ends_with('{'));
    let is_html = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<div",
        "<script",
        "<table",
    ]
    .iter()
    .any(|tag| text.starts_with(tag));
    let is_json = {
        let mut characters = text.chars().filter(|c| !c.is_whitespace());
        let next_is = |next: Option<char>, of: &str| next.is_none_or(|next| of.contains(next));
        match characters.next() {
            Some('{') => next_is(characters.next(), "\"}"),
            Some('[') => next_is(characters.next(), "{[\"]-0123456789"),
            _ => false,
        }
    };
    let of_text = [
        (
            is_html,
            "an HTML page",
            "a page was saved in place of the table, perhaps an error or a \
                                   login; download the file again",
        ),
        (
            is_json,
            "JSON",
            "save the table as CSV, or a graph as GraphML (networkx: \
                           `write_graphml`)",
        ),
        (
            is_gml,
            "a graph in GML",
            "save it as GraphML (networkx: `write_graphml`, igraph: \
                                    `write_graph`)",
        ),
        (
            is_dot,
            "a graph of Graphviz (DOT)",
            "save the edges as CSV, or the graph as GraphML",
        ),
        (
            ["*vertices", "*network"]
                .iter()
                .any(|word| text.starts_with(word)),
            "a graph of Pajek",
            "save it as GraphML (networkx: `read_pajek`, `write_graphml`)",
        ),
        (
            text.starts_with("version https://git-lfs"),
            "a pointer of Git LFS, not the file itself",
            "fetch the file: `git lfs pull`",
        ),
        (
            text.starts_with("%%matrixmarket"),
            "a matrix of Matrix Market",
            "save its entries as a CSV table with the columns pre, post, weight",
        ),
    ];
    let found = of_text.iter().find(|(is, ..)| *is);
    found.map(|(_, found, hint)| (*found, *hint))
}

/// Beginnings of files that are often taken for tables.
const OTHER_FORMATS: [(&[u8], &str, &str); 18] = [
    (
        b"FEA1",
        "a Feather file of version 1",
        "write it again: `pandas.read_feather(FILE).to_feather(...)`",
    ),
    (
        b"PK\x05\x06",
        "an empty zip archive",
        "save the table again",
    ),
    (
        b"\x89HDF",
        "an HDF5 file",
        "save the table as CSV or Parquet",
    ),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB (.mat)", MATLAB),
    (
        b"MATLAB 7.3 MAT-file",
        "a file of MATLAB (.mat, HDF5)",
        MATLAB,
    ),
    (b"X\n\x00\x00", "an object of R (.rds)", R),
    (b"RDX", "data of R (.RData)", R),
    (b"RDA", "data of R (.RData)", R),
    (
        b"\x93NUMPY",
        "a NumPy array (.npy)",
        "save it as a table: CSV, Parquet",
    ),
    (
        b"%PDF-",
        "a PDF",
        "copy its table into a spreadsheet, and save that as CSV",
    ),
    (
        b"SQLite format 3",
        "an SQLite database",
        "export the table as CSV",
    ),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
    (
        b"BZh",
        "bzip2-compressed",
        "compress it by gzip or zstd, or not at all",
    ),
    (
        b"\xfd7zXZ",
        "xz-compressed",
        "compress it by gzip or zstd, or not at all",
    ),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (
        b"\x1f\x8b",
        "compressed twice",
        "decompress it once: `gunzip FILE`",
    ),
];

const MATLAB: &str = "save the table from MATLAB: `writetable(T, 'edges.csv')`, `writematrix`";
const R: &str = "save the table from R: `write.csv(edges, \"edges.csv\", row.names = FALSE)`";
