//! Reading a consensus table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::columns::{Found, GAP_WEIGHT, POST, PRE, Role, WEIGHT, interests_of_roles};
use super::super::error::ReadError;
use super::super::sheet::{Contents, Sheet};
use super::super::values::{cell, identifier, no_identifier};
use super::python_text;
use super::table::{Consensus, ConsensusNeuron, ConsensusRow};
use crate::connectome::NeuronClass;

const ENDS: [[Role; 2]; 2] = [
    [
        Role {
            word: "from_pos",
            what: "the presynaptic position",
            names: &["from_pos"],
        },
        Role {
            word: "from_type",
            what: "the presynaptic class",
            names: &["from_type"],
        },
    ],
    [
        Role {
            word: "to_pos",
            what: "the postsynaptic position",
            names: &["to_pos"],
        },
        Role {
            word: "to_type",
            what: "the postsynaptic class",
            names: &["to_type"],
        },
    ],
];
const UNCERTAINTY: Role = Role {
    word: "uncertainty",
    what: "the uncertainty",
    names: &["uncertainty"],
};
const FUNCTIONAL: Role = Role {
    word: "functional_weight",
    what: "the functional weight",
    names: &["functional_weight"],
};
const SOURCES: Role = Role {
    word: "data_sources",
    what: "the sources of a row",
    names: &["data_sources"],
};

/// Reads a consensus table; `None` for a graph, and for a table without a column `data_sources`,
/// which is none. O(E log E) for E rows.
///
/// # Errors
/// [`ReadError`], naming file, row and column: as [`file::read`](crate::source::file::read); text
/// that is no tuple or list; a neuron whose position or type changes from row to row; a weight that
/// is negative or not finite.
pub fn read(path: &Path) -> Result<Option<Consensus>, ReadError> {
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
    match Contents::read(path, |names| interests_of_roles(&roles, names))? {
        Contents::Table(sheet) => match SOURCES.find(&sheet)? {
            Some(sources) => from_sheet(&sheet, &sources, &roles).map(Some),
            None => Ok(None),
        },
        Contents::Graph { .. } => Ok(None),
    }
}

fn from_sheet(sheet: &Sheet, sources: &Found<'_>, roles: &[&Role]) -> Result<Consensus, ReadError> {
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
                        "an earlier row says otherwise of `{name}`; a neuron has one position and \
                         one type"
                    );
                    return Err(cell(sheet, column, row, "what the earlier rows say", hint));
                }
            }
            pair.push(name);
        }
        let list = sources.cells.text(row).unwrap_or("[]".into());
        let Some(list) = python_text::words(&list) else {
            let hint = "write names in quotes between square brackets, for instance ['cook2019', \
                        'witvliet2020_7']";
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
) -> Result<ConsensusNeuron, ReadError> {
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
) -> Result<Option<f64>, ReadError> {
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
    use crate::text::Hinted;

    fn parse(text: &str) -> Result<Option<Consensus>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("consensus.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| match error.hint() {
            Some(hint) => format!("{error}\nhint: {hint}"),
            None => error.to_string(),
        })
    }

    #[test]
    fn columns_may_stand_in_any_order_beside_others() {
        let table = parse(
            "note,data_sources,to_neuron,from_neuron,from_pos,to_pos,from_type,to_type,\
             mean_gap_weight,mean_chem_weight,functional_weight\n\
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
