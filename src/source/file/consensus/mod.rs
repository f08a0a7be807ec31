//! The consensus table: several connectomes of *C. elegans* merged into one row per pair of
//! neurons, as the homogenised collection `qsimeon/celegans_connectome_data` gives it (Simeon et
//! al. 2024, arXiv 2411.12091).
//!
//! | column | meaning |
//! |---|---|
//! | `from_neuron`, `to_neuron` | the pair |
//! | `from_pos`, `to_pos` | positions, a Python tuple as text: `(0.03, 94.34, 10.31)` |
//! | `from_type`, `to_type` | `motor`, `sensory`, `inter` or `pharyngeal` |
//! | `mean_chem_weight` | mean weight of the chemical synapses over the sources; directed; empty where there are none |
//! | `mean_gap_weight` | the same for gap junctions, given in both directions |
//! | `uncertainty` | 0.9 sd(chemical) + 0.1 sd(electrical) over the sources |
//! | `functional_weight` | functional connectivity; the column may be missing |
//! | `data_sources` | a Python list as text: `['cook2019', 'witvliet2020_7']` |
//!
//! Columns may stand in any order; further ones are ignored. Positions, types and `uncertainty` may
//! be missing.

mod python_text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::columns::{Found, GAP_WEIGHT, POST, PRE, Role, WEIGHT};
use super::edges::{cell, identifier, no_identifier};
use super::error::FileError;
use super::sheet::{Contents, Sheet};
use crate::connectome::NeuronClass;

const ENDS: [[Role; 2]; 2] = [
    [
        Role {
            what: "the presynaptic position",
            names: &["from_pos"],
        },
        Role {
            what: "the presynaptic class",
            names: &["from_type"],
        },
    ],
    [
        Role {
            what: "the postsynaptic position",
            names: &["to_pos"],
        },
        Role {
            what: "the postsynaptic class",
            names: &["to_type"],
        },
    ],
];
const UNCERTAINTY: Role = Role {
    what: "the uncertainty",
    names: &["uncertainty"],
};
const FUNCTIONAL: Role = Role {
    what: "the functional weight",
    names: &["functional_weight"],
};
const SOURCES: Role = Role {
    what: "the sources of a row",
    names: &["data_sources"],
};

/// A neuron of the label list.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsensusNeuron {
    /// Name.
    pub name: String,
    /// Class; unknown for `pharyngeal`, which is none.
    pub class: NeuronClass,
    /// True where its type is `pharyngeal`.
    pub pharyngeal: bool,
    /// Position, in the table's own unit.
    pub position: Option<[f64; 3]>,
}

/// A row: what the sources say of an ordered pair of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsensusRow {
    /// Presynaptic neuron, an index into [`Consensus::neurons`].
    pub pre: u32,
    /// Postsynaptic neuron.
    pub post: u32,
    /// Mean weight of the chemical synapses, if any.
    pub chemical: Option<f64>,
    /// Mean weight of the gap junctions, if any.
    pub gap: Option<f64>,
    /// 0.9 sd(chemical) + 0.1 sd(electrical), where both are given.
    pub uncertainty: Option<f64>,
    /// Functional connectivity, of either sign.
    pub functional: Option<f64>,
    /// Indices into [`Consensus::sources`], increasing.
    pub sources: Vec<u32>,
}

/// A consensus table.
#[derive(Clone, Debug, PartialEq)]
pub struct Consensus {
    /// The label list: every neuron that is named, sorted by name in ASCII order.
    pub neurons: Vec<ConsensusNeuron>,
    /// Rows, in the order of the table.
    pub rows: Vec<ConsensusRow>,
    /// Names of the sources, sorted.
    pub sources: Vec<String>,
}

impl Consensus {
    /// Chemical synapses: presynaptic and postsynaptic neuron, mean weight above 0.
    pub fn chemical(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.rows
            .iter()
            .filter_map(|r| Some((r.pre, r.post, r.chemical.filter(|w| *w > 0.0)?)))
    }

    /// Gap junctions by pair (the lesser neuron first): the weights that the rows of both
    /// directions give, `None` where a row is missing. A gap junction of a neuron with itself has
    /// its one row's weight twice.
    #[must_use]
    pub fn gap_pairs(&self) -> BTreeMap<(u32, u32), [Option<f64>; 2]> {
        let mut pairs: BTreeMap<(u32, u32), [Option<f64>; 2]> = BTreeMap::new();
        for row in &self.rows {
            let Some(weight) = row.gap.filter(|w| *w > 0.0) else {
                continue;
            };
            let pair = pairs
                .entry((row.pre.min(row.post), row.pre.max(row.post)))
                .or_default();
            if row.pre <= row.post {
                pair[0] = Some(weight);
            }
            if row.post <= row.pre {
                pair[1] = Some(weight);
            }
        }
        pairs
    }

    /// Functional weights: the pair as the table has it, and the weight.
    pub fn functional(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.rows
            .iter()
            .filter_map(|r| Some((r.pre, r.post, r.functional?)))
    }

    /// The name of a neuron.
    #[must_use]
    pub fn name(&self, neuron: u32) -> &str {
        &self.neurons[neuron as usize].name
    }
}

/// Reads a consensus table; `None` for a graph, and for a table without a column `data_sources`,
/// which is none. O(E log E) for E rows.
///
/// # Errors
/// [`FileError`], naming file, row and column: as [`read`](super::read); text that is no tuple or
/// list; a neuron whose position or type changes from row to row; a weight that is negative or not
/// finite.
pub fn read(path: &Path) -> Result<Option<Consensus>, FileError> {
    let [[from_pos, from_type], [to_pos, to_type]] = &ENDS;
    let roles = [
        &PRE,
        &POST,
        &WEIGHT,
        &GAP_WEIGHT,
        from_pos,
        from_type,
        to_pos,
        to_type,
        &UNCERTAINTY,
        &FUNCTIONAL,
        &SOURCES,
    ];
    match Contents::read(path, |name| super::columns::is_recognised(&roles, name))? {
        Contents::Table(sheet) => match SOURCES.find(&sheet)? {
            Some(sources) => from_sheet(&sheet, &sources, &roles).map(Some),
            None => Ok(None),
        },
        Contents::Graph { .. } => Ok(None),
    }
}

fn from_sheet(sheet: &Sheet, sources: &Found<'_>, roles: &[&Role]) -> Result<Consensus, FileError> {
    let ends = [PRE.require(sheet, roles)?, POST.require(sheet, roles)?];
    let mut about = Vec::new();
    for [position, class] in &ENDS {
        about.push([position.find(sheet)?, class.find(sheet)?]);
    }
    let [chemical, gap] = [WEIGHT.find(sheet)?, GAP_WEIGHT.find(sheet)?];
    let [uncertainty, functional] = [UNCERTAINTY.find(sheet)?, FUNCTIONAL.find(sheet)?];

    let mut neurons: BTreeMap<String, ConsensusNeuron> = BTreeMap::new();
    let mut rows = Vec::with_capacity(sheet.rows);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for row in 0..sheet.rows {
        let mut pair = Vec::with_capacity(2);
        for (end, [position, class]) in ends.iter().zip(&about) {
            let Some(name) = identifier(sheet, end, row)? else {
                return Err(no_identifier(sheet, end, row));
            };
            let name = name.into_name();
            let neuron = describe(sheet, &name, position.as_ref(), class.as_ref(), row)?;
            let known = neurons
                .entry(name.clone())
                .or_insert_with(|| neuron.clone());
            for (column, same) in [
                (
                    position,
                    neuron.position.is_none() || known.position == neuron.position,
                ),
                (
                    class,
                    (known.class, known.pharyngeal) == (neuron.class, neuron.pharyngeal),
                ),
            ] {
                if let (Some(column), false) = (column, same) {
                    let hint = format!(
                        "an earlier row says otherwise of `{name}`; a neuron has one position and one type"
                    );
                    return Err(cell(sheet, column, row, "what the earlier rows say", hint));
                }
            }
            pair.push(name);
        }
        let list = sources.cells.text(row).unwrap_or("[]".into());
        let Some(list) = python_text::words(&list) else {
            let hint = "write names in quotes between square brackets, for instance ['cook2019', 'witvliet2020_7']";
            return Err(cell(sheet, sources, row, "a Python list of names", hint));
        };
        names.extend(list.iter().cloned());
        let strength = |column: &Option<Found<'_>>| number(sheet, column.as_ref(), row, 0.0);
        rows.push((
            pair,
            list,
            [
                strength(&chemical)?,
                strength(&gap)?,
                strength(&uncertainty)?,
            ],
            number(sheet, functional.as_ref(), row, f64::NEG_INFINITY)?,
        ));
    }
    let neurons: Vec<ConsensusNeuron> = neurons.into_values().collect();
    let sources: Vec<String> = names.into_iter().collect();
    // Everything named is in the sorted lists.
    let index = |name: &str| neurons.partition_point(|n| *n.name < *name) as u32;
    let numbered = |(pair, list, [chemical, gap, uncertainty], functional): (
        Vec<String>,
        Vec<String>,
        [_; 3],
        _,
    )| {
        let list: BTreeSet<u32> = list
            .iter()
            .map(|s| sources.partition_point(|n| n < s) as u32)
            .collect();
        let sources = list.into_iter().collect();
        ConsensusRow {
            pre: index(&pair[0]),
            post: index(&pair[1]),
            chemical,
            gap,
            uncertainty,
            functional,
            sources,
        }
    };
    let rows = rows.into_iter().map(numbered).collect();
    Ok(Consensus {
        rows,
        neurons,
        sources,
    })
}

/// What a row says of one of its neurons.
fn describe(
    sheet: &Sheet,
    name: &str,
    position: Option<&Found<'_>>,
    class: Option<&Found<'_>>,
    row: usize,
) -> Result<ConsensusNeuron, FileError> {
    let place = match position.and_then(|column| Some((column, column.cells.text(row)?))) {
        None => None,
        Some((column, text)) => Some(python_text::numbers(&text).ok_or_else(|| {
            cell(
                sheet,
                column,
                row,
                "a Python tuple of three numbers",
                "write it as (0.03, 94.34, 10.31), or leave it empty",
            )
        })?),
    };
    let word = class
        .and_then(|column| column.cells.text(row))
        .unwrap_or_default()
        .to_lowercase();
    Ok(ConsensusNeuron {
        name: name.to_owned(),
        class: NeuronClass::from_words(&word),
        pharyngeal: word == "pharyngeal",
        position: place,
    })
}

/// A finite number of at least `least`; `None` where there is none, which pandas writes as NaN.
fn number(
    sheet: &Sheet,
    column: Option<&Found<'_>>,
    row: usize,
    least: f64,
) -> Result<Option<f64>, FileError> {
    let Some(column) = column else {
        return Ok(None);
    };
    match column.cells.number(row) {
        Ok(None) => Ok(None),
        Ok(Some(value)) if value.is_nan() => Ok(None),
        Ok(Some(value)) if value.is_finite() && value >= least => Ok(Some(value)),
        _ => {
            let (expected, hint) = if least == 0.0 {
                (
                    "a number of 0 or more",
                    "leave the cell empty where there is no synapse",
                )
            } else {
                (
                    "a finite number",
                    "leave the cell empty where nothing was measured",
                )
            };
            Err(cell(sheet, column, row, expected, hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<Consensus>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("consensus.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|e| e.to_string())
    }

    #[test]
    fn columns_may_stand_in_any_order_beside_others() {
        let table = parse(
            "note,data_sources,to_neuron,from_neuron,from_pos,to_pos,from_type,to_type,mean_gap_weight,mean_chem_weight,functional_weight\n\
             x,\"['b', 'a']\",AVAL,ASHL,\"(1, 2.5, -3)\",\"(0, 0, 0)\",sensory,inter,2.0,6.0,-0.5\n\
             y,['a'],ASHL,AVAL,\"(0, 0, 0)\",\"(1, 2.5, -3)\",inter,sensory,2.0,,\n",
        )
        .unwrap()
        .unwrap();
        assert_eq!(table.sources, ["a", "b"]);
        let neuron = &table.neurons[0];
        assert_eq!(
            (neuron.name.as_str(), neuron.class),
            ("ASHL", NeuronClass::Sensory)
        );
        assert_eq!(neuron.position, Some([1.0, 2.5, -3.0]));
        assert_eq!(table.chemical().collect::<Vec<_>>(), [(0, 1, 6.0)]);
        assert_eq!(table.gap_pairs()[&(0, 1)], [Some(2.0), Some(2.0)]);
        assert_eq!(table.functional().collect::<Vec<_>>(), [(0, 1, -0.5)]);
        assert_eq!(
            (&*table.rows[0].sources, &*table.rows[1].sources),
            (&[0, 1][..], &[0][..])
        );
        assert_eq!(parse("pre,post\nA,B\n"), Ok(None));
    }

    #[test]
    fn what_is_no_python_text_is_told_with_its_place() {
        let header = "from_neuron,to_neuron,from_pos,mean_chem_weight,data_sources\n";
        for (row, words) in [
            (
                "A,B,\"(1, 2)\",1,['a']",
                "column `from_pos`: `(1, 2)`, expected a Python tuple of three numbers",
            ),
            (
                "A,B,\"(1, 2, 3)\",1,cook2019",
                "column `data_sources`: `cook2019`, expected a Python list",
            ),
            (
                "A,B,\"(1, 2, 3)\",-1,['a']",
                "column `mean_chem_weight`: `-1`, expected a number of 0 or more",
            ),
            ("A,,\"(1, 2, 3)\",1,['a']", "column `to_neuron`: empty"),
            (
                "A,B,\"(1, 2, 3)\",1,['a']\nA,C,\"(1, 2, 4)\",1,['a']",
                "expected what the earlier rows say",
            ),
        ] {
            let error = parse(&format!("{header}{row}\n")).unwrap_err();
            assert!(error.contains(words) && error.contains("hint:"), "{error}");
        }
    }
}
