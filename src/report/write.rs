//! Writes the report folder from the store: one Parquet file per table, the page and the summary.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::folder::Folder;
use super::page::{UnderWay, page};
use crate::connectome::ConnectomeRow;
use crate::files::{self, FileError};
use crate::pipeline::{self, Cell, CellId, Plan, Spec, Store, StoreError, TableDeclaration};
use crate::table::{Footer, TableError, TableSchema, file_name};
use crate::text::Hinted;

/// Why the reports could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or the folder could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A table in the folder is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Hinted for ReportError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Table(error) => error.hint(),
        }
    }
}

/// A file of the report folder.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Written {
    /// Name of the file within the folder.
    pub file: String,
    /// Hash of everything that a table is made from: its cells, its columns and its footer. It is
    /// empty for the page and the summary, which are made from the tables.
    pub key: String,
    /// Number of rows of a table, or of lines of a text.
    pub rows: usize,
    /// The blake3 hash of the file.
    pub blake3: String,
    /// False if the file was there already with the same bytes.
    pub changed: bool,
}

/// What was written into a report folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// The tables, the summary and the page.
    pub files: Vec<Written>,
    /// Names of the figures of the page and of their data, below the folder.
    pub figures: Vec<String>,
    /// The verdicts of the page, the most important first.
    pub verdicts: Vec<String>,
}

impl Reports {
    /// Names of all files below the folder.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let files = self.files.iter().map(|written| written.file.clone());
        files.chain(self.figures.iter().cloned()).collect()
    }
}

/// Checks that reports can be written to `folder`, and creates it if it does not exist.
///
/// # Errors
/// [`FileError`] if the folder cannot be created or written to.
pub fn check_writable(folder: &Path) -> Result<(), FileError> {
    files::create_folder(folder)?;
    files::check_folder(folder)
}

/// Name of the page.
pub const PAGE: &str = "index.html";

/// Name of the folder with the figures of the page and their data.
pub const FIGURES: &str = "figures";

/// Name of the file that says what a refresh changed. The program writes it.
pub const CHANGES: &str = "CHANGES.md";

/// Name of the file that says how the last run went. The program writes it.
pub const RUN: &str = "run.json";

/// How to cite engraph. The footer of every table says it.
const CITATION: &str = concat!(
    "engraph ",
    env!("CARGO_PKG_VERSION"),
    " (CITATION.cff), and the connectomes' publications (engraph.sources)"
);

/// Writes every table of `plan` whose cells are all in `store`, the page, its figures, and
/// `summary.md`. Leaves files alone that would not change. Tables of an earlier run that this run
/// does not have are removed when the run has ended, that is, without `under_way`.
///
/// The stages of the plan declare which tables there are.
///
/// # Errors
/// [`ReportError`] if a result cannot be read or a file cannot be written.
pub fn write(
    spec: &Spec,
    plan: &Plan,
    store: &Store,
    folder: &Path,
    before: &[Written],
    under_way: Option<&UnderWay>,
) -> Result<Reports, ReportError> {
    let before = by_file(before);
    let mut written = Vec::new();
    for table in tables(spec, plan, store)? {
        if table.is_complete && !table.cells.is_empty() {
            let file = file_name(table.declaration.schema.table);
            written.push(match unchanged(folder, &before, &table) {
                Some(kept) => kept,
                None => {
                    let cells = &table.cells;
                    let keys: Vec<_> = cells.iter().map(|c| (c.stage, c.key.as_str())).collect();
                    let gathered = table.declaration.gather(store, &keys, &table.footer)?;
                    put(folder, file, table.key, gathered.rows, &gathered.parquet)?
                }
            });
        }
    }
    if under_way.is_none() {
        remove_others(folder, &written)?;
    }
    let page = write_page(folder, under_way)?;
    written.extend(page.files);
    Ok(Reports {
        files: written,
        figures: page.figures,
        verdicts: page.verdicts,
    })
}

/// The cells whose results [`write()`] will read, given what is in `store` now: those of every
/// table that is not in the folder as it will be.
///
/// # Errors
/// [`StoreError`] if damage shows already here.
pub fn to_be_read(
    spec: &Spec,
    plan: &Plan,
    store: &Store,
    folder: &Path,
    before: &[Written],
) -> Result<Vec<CellId>, StoreError> {
    let before = by_file(before);
    let is_read = |table: &TableOf<'_>| {
        !table.is_complete
            || (!table.cells.is_empty() && unchanged(folder, &before, table).is_none())
    };
    let tables = tables(spec, plan, store)?;
    let read: HashSet<&str> = tables
        .iter()
        .filter(|table| is_read(table))
        .flat_map(|table| table.cells.iter().map(|cell| cell.key.as_str()))
        .collect();
    let cells = (0..).map(CellId).zip(plan.cells());
    let read = cells.filter(|(_, cell)| read.contains(cell.key.as_str()));
    Ok(read.map(|(at, _)| at).collect())
}

/// A table that the stages of a plan make, as far as its results are there.
struct TableOf<'a> {
    declaration: TableDeclaration,
    /// The cells whose results are in the store and hold rows of the table.
    cells: Vec<&'a Cell>,
    /// True if the results of all cells that may hold rows are in the store.
    is_complete: bool,
    footer: Footer,
    /// The hash of everything that the table is made from.
    key: String,
}

/// The tables of a plan, each with the results that it is made from.
fn tables<'a>(spec: &Spec, plan: &'a Plan, store: &Store) -> Result<Vec<TableOf<'a>>, StoreError> {
    let sources = sources(spec, &plan.rows(store)?);
    let reported = plan.reported().into_iter();
    let table = |(declaration, all): (TableDeclaration, Vec<&'a Cell>)| {
        let is_complete = all.iter().all(|cell| store.contains(cell.stage, &cell.key));
        let mut cells = Vec::new();
        for cell in all {
            if store.holds(cell.stage, &cell.key, declaration.schema.table)? {
                cells.push(cell);
            }
        }
        let footer = Footer {
            key: joint_key(&cells),
            pipeline: spec.name.clone(),
            sources: sources.clone(),
            citation: CITATION.to_owned(),
        };
        Ok(TableOf {
            declaration,
            key: origin(&declaration.schema, &footer),
            cells,
            is_complete,
            footer,
        })
    };
    reported.map(table).collect()
}

fn by_file(written: &[Written]) -> HashMap<&str, &Written> {
    written.iter().map(|w| (w.file.as_str(), w)).collect()
}

/// Writes the page, its figures, and the summary from the tables in `folder` alone.
///
/// # Errors
/// [`ReportError`] if a table is damaged or a file cannot be written.
pub fn write_page(folder: &Path, under_way: Option<&UnderWay>) -> Result<Reports, ReportError> {
    let page = page(&Folder::at(folder), under_way)?;
    let figures = folder.join(FIGURES);
    files::create_folder(&figures)?;
    let mut names = Vec::new();
    for (file, text) in &page.figures {
        put(&figures, file.clone(), String::new(), 0, text.as_bytes())?;
        names.push(format!("{FIGURES}/{file}"));
    }
    let texts = [("summary.md", &page.summary), (PAGE, &page.html)];
    let put = |(file, text): (&str, &String)| {
        let lines = text.lines().count();
        put(
            folder,
            file.to_owned(),
            String::new(),
            lines,
            text.as_bytes(),
        )
    };
    Ok(Reports {
        files: texts.into_iter().map(put).collect::<Result<_, _>>()?,
        figures: names,
        verdicts: page.verdicts,
    })
}

/// The connectomes that the tables are made from, as one line for the footers.
fn sources(spec: &Spec, connectomes: &[ConnectomeRow]) -> String {
    let cite = |c: &ConnectomeRow| match &c.doi {
        Some(doi) => format!("{}: {}, doi {doi}", c.connectome, c.citation),
        None => format!("{}: {}", c.connectome, c.citation),
    };
    let mut connectomes: Vec<&ConnectomeRow> = connectomes.iter().collect();
    connectomes.sort_by_key(|c| {
        spec.connectomes
            .iter()
            .position(|name| *name == c.connectome)
    });
    let models = spec.topologies.species.iter().map(|s| {
        let preset = s.model.preset;
        format!(
            "{}: model of the statistics of {preset}, {}",
            s.name,
            preset.source()
        )
    });
    connectomes
        .into_iter()
        .map(cite)
        .chain(models)
        .collect::<Vec<_>>()
        .join("; ")
}

/// One key for a table to which several cells contribute.
fn joint_key(cells: &[&Cell]) -> String {
    let mut hasher = blake3::Hasher::new();
    for cell in cells {
        hasher.update(cell.key.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The hash of everything that a table is made from. Equal hashes stand for equal files.
fn origin(schema: &TableSchema, footer: &Footer) -> String {
    let made_from = serde_json::json!({
        "engraph": env!("CARGO_PKG_VERSION"),
        "schema": schema,
        "key": footer.key,
        "pipeline": footer.pipeline,
        "sources": footer.sources,
        "citation": footer.citation,
    });
    blake3::hash(made_from.to_string().as_bytes()).to_hex()[..32].to_owned()
}

/// What `run.json` in the folder says about the files that the last run wrote.
#[must_use]
pub fn written_before(folder: &Path) -> Vec<Written> {
    #[derive(serde::Deserialize)]
    struct Run {
        tables: Vec<Written>,
    }
    let text = fs::read(folder.join(RUN)).unwrap_or_default();
    // A run of an earlier version, or a damaged file, makes the tables anew.
    let run: Option<Run> = serde_json::from_slice(&text).ok();
    run.map(|run| run.tables).unwrap_or_default()
}

/// The table that the last run wrote, if it was made from the same and nobody has changed it since.
fn unchanged(
    folder: &Path,
    before: &HashMap<&str, &Written>,
    table: &TableOf<'_>,
) -> Option<Written> {
    let before = before.get(file_name(table.declaration.schema.table).as_str())?;
    if before.key != table.key {
        return None;
    }
    let bytes = fs::read(folder.join(&before.file)).ok()?;
    let same = blake3::hash(&bytes).to_hex().as_str() == before.blake3;
    same.then(|| Written {
        changed: false,
        ..(*before).clone()
    })
}

/// Writes a file, unless it has the same bytes already.
fn put(
    folder: &Path,
    file: String,
    key: String,
    rows: usize,
    bytes: &[u8],
) -> Result<Written, FileError> {
    let path = folder.join(&file);
    let changed = fs::read(&path).map_or(true, |there| there != bytes);
    if changed {
        files::write(&path, bytes)?;
    }
    let blake3 = blake3::hash(bytes).to_hex().to_string();
    Ok(Written {
        file,
        key,
        rows,
        blake3,
        changed,
    })
}

/// A table left over from an earlier run would pass for a table of this run.
fn remove_others(folder: &Path, written: &[Written]) -> Result<(), FileError> {
    for table in pipeline::tables() {
        let file = file_name(table.schema.table);
        let path = folder.join(&file);
        if written.iter().all(|w| w.file != file) && path.exists() {
            files::remove(&path)?;
        }
    }
    Ok(())
}
