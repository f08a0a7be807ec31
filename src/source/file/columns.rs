//! Which column of a user's table holds what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::error::ReadError;
use super::sheet::{Cells, Interest, Sheet};
use super::words::{pairs, squashed};
use crate::source::nearest::did_you_mean;

/// What a column can hold, and the names it goes by.
pub(super) struct Role {
    /// Our word for it.
    pub word: &'static str,
    /// The same in a sentence.
    pub what: &'static str,
    /// Names of such columns, those that are preferred first. They are compared by letters and
    /// digits alone.
    pub names: &'static [&'static str],
}

pub(super) const PRE: Role = Role {
    word: "pre",
    what: "the presynaptic neuron",
    names: &[
        "pre",
        "pre_root_id",
        "body_pre",
        "source",
        "from",
        "from_neuron",
    ],
};
pub(super) const POST: Role = Role {
    word: "post",
    what: "the postsynaptic neuron",
    names: &[
        "post",
        "post_root_id",
        "body_post",
        "target",
        "to",
        "to_neuron",
    ],
};
pub(super) const WEIGHT: Role = Role {
    word: "weight",
    what: "the weight",
    names: &[
        "weight",
        "weights",
        "syn_count",
        "synapse_count",
        "synapses",
        "n_syn",
        "n_syns",
        "n_synapses",
        "num_synapses",
        "num_syn",
        "num_syns",
        "number_of_synapses",
        "synapse_number",
        "synaptic_count",
        "count",
        "counts",
        "nbr",
        "connectivity",
        "connection_strength",
        "strength",
        "edge_weight",
        "connection_weight",
        "synaptic_weight",
        "mean_chem_weight",
        "chem_weight",
        "chemical_weight",
        "weight_chem",
        "n_chem",
        "number",
        "num",
        "n",
        "w",
        "total_weight",
        "sum_weight",
        "chemical",
        "data",
        "value",
    ],
};
pub(super) const GAP_WEIGHT: Role = Role {
    word: "gap_weight",
    what: "the gap junction weight",
    names: &[
        "mean_gap_weight",
        "gap_weight",
        "gap_junction_weight",
        "weight_gap",
        "electrical_weight",
        "n_gap",
        "n_gap_junctions",
        "gap_count",
        "gap_junctions",
        "gap_junction",
        "electrical",
        "gap",
        "gj",
    ],
};
pub(super) const SYNAPSE_TYPE: Role = Role {
    word: "synapse_type",
    what: "the synapse type",
    names: &["synapse_type", "syn_type", "type_of_synapse"],
};
/// Names of columns that often say what a synapse is, and as often something else.
pub(super) const USUAL_TYPE_NAMES: [&str; 15] = [
    "type",
    "synapse",
    "kind",
    "interaction",
    "edge_type",
    "connection_type",
    "conn_type",
    "link_type",
    "connection",
    "junction",
    "junction_type",
    "contact",
    "modality",
    "mode",
    "relation",
];
/// Columns of yes and no for gap junctions.
pub(super) const GAP_FLAGS: [&str; 6] = [
    "electrical",
    "is_electrical",
    "gap_junction",
    "is_gap_junction",
    "is_gap",
    "gap",
];
pub(super) const SIGN: Role = Role {
    word: "sign",
    what: "the sign",
    names: &[
        "sign",
        "signs",
        "synapse_sign",
        "edge_sign",
        "excitatory",
        "is_excitatory",
        "inhibitory",
        "is_inhibitory",
        "ei",
        "exc_inh",
        "polarity",
        "effect",
        "valence",
        "synaptic_sign",
        "action",
        "sgn",
    ],
};
pub(super) const EDGE_TRANSMITTER: Role = Role {
    word: "transmitter",
    what: "the presynaptic transmitter",
    names: &[
        "nt_type",
        "transmitter",
        "neurotransmitter",
        "nt",
        "pre_nt",
        "pre_nt_type",
        "pre_transmitter",
        "nt_pre",
        "consensus_nt",
        "predicted_nt",
        "top_nt",
        "nt_pred",
        "pre_top_nt",
        "pre_neurotransmitter",
        "neurotransmitter_type",
        "transmitter_type",
    ],
};
pub(super) const CONNECTOME: Role = Role {
    word: "connectome",
    what: "the connectome",
    names: &["connectome", "dataset", "animal", "specimen"],
};
pub(super) const NEURON: Role = Role {
    word: "neuron",
    what: "the neuron",
    names: &[
        "neuron",
        "root_id",
        "pt_root_id",
        "body_id",
        "body",
        "segment_id",
        "seg_id",
        "skeleton_id",
        "skid",
        "neuron_id",
        "cell_id",
        "node_id",
        "node",
        "id",
        "cell",
        "neuron_name",
        "cell_name",
        "name",
        "label",
        "index",
        "idx",
    ],
};
pub(super) const TRANSMITTER: Role = Role {
    word: "transmitter",
    what: "the transmitter",
    names: &[
        "transmitter",
        "transmitters",
        "neurotransmitter",
        "neurotransmitters",
        "nt_type",
        "known_nt",
        "consensus_nt",
        "predicted_nt",
        "nt",
        "nts",
        "top_nt",
        "nt_pred",
        "pred_nt",
        "celltype_predicted_nt",
        "cell_type_nt",
        "conf_nt",
        "nt_prediction",
        "neurotransmitter_prediction",
        "neurotransmitter_predicted",
        "predicted_neurotransmitter",
        "neurotransmitter_verified",
        "fast_nt",
        "neurotransmitter_type",
        "transmitter_type",
    ],
};
pub(super) const CLASS: Role = Role {
    word: "class",
    what: "the class",
    names: &[
        "class",
        "neuron_class",
        "neuron_type",
        "cell_class",
        "functional_class",
    ],
};
/// What FlyWire and neuPrint call their coarsest class; their `class` is finer than sensory, inter
/// and motor.
pub(super) const SUPERCLASS: Role = Role {
    word: "super_class",
    what: "the class",
    names: &["super_class"],
};
pub(super) const CELL_TYPE: Role = Role {
    word: "cell_type",
    what: "the cell type",
    names: &["cell_type", "type", "primary_type", "hemibrain_type"],
};

pub(super) const EDGE_ROLES: [&Role; 8] = [
    &PRE,
    &POST,
    &WEIGHT,
    &GAP_WEIGHT,
    &SYNAPSE_TYPE,
    &SIGN,
    &EDGE_TRANSMITTER,
    &CONNECTOME,
];
pub(super) const NEURON_ROLES: [&Role; 6] = [
    &NEURON,
    &TRANSMITTER,
    &SIGN,
    &CLASS,
    &SUPERCLASS,
    &CELL_TYPE,
];

/// Columns that the owner of a table names for roles: an empty name for a role that no column has.
pub(super) type Named = BTreeMap<String, String>;

/// Interest in the columns of any of the roles, and none in the others.
pub(super) fn interests_of_roles(roles: &[&Role], names: &[String]) -> Vec<Interest> {
    let of = |name: &String| {
        let recognised = roles.iter().any(|role| role.has(name));
        if recognised {
            Interest::Whole
        } else {
            Interest::No
        }
    };
    names.iter().map(of).collect()
}

/// True where `name` is one of `names`, by letters and digits.
pub(super) fn is_called(name: &str, names: &[&str]) -> bool {
    let name = squashed(name);
    names.iter().any(|known| squashed(known) == name)
}

/// A column of a sheet that holds what was looked for.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub name: &'a str,
    pub cells: &'a Cells,
}

impl Role {
    /// True for a name of the role.
    pub(super) fn has(&self, name: &str) -> bool {
        is_called(name, self.names)
    }

    /// Positions of the columns whose names are the role's, the preferred names first.
    pub(super) fn positions(&self, names: &[String]) -> Vec<usize> {
        let squashed_names: Vec<String> = names.iter().map(|name| squashed(name)).collect();
        let mut found = Vec::new();
        for known in self.names.iter().map(|known| squashed(known)) {
            found.extend((0..names.len()).filter(|&i| squashed_names[i] == known));
        }
        let mut seen = Vec::new();
        found.retain(|position| {
            let new = !seen.contains(position);
            seen.push(*position);
            new
        });
        found
    }

    /// The column that the owner of the table named for the role: `None` where nothing was said,
    /// `Some(None)` where the table has none.
    ///
    /// # Errors
    /// [`ReadError::MissingColumn`] where it is not there.
    pub(super) fn named<'a>(
        &self,
        sheet: &'a Sheet,
        named: &Named,
    ) -> Result<Option<Option<&'a str>>, ReadError> {
        let Some(wanted) = named.get(self.word) else {
            return Ok(None);
        };
        if wanted.is_empty() {
            return Ok(Some(None));
        }
        let found = sheet
            .names
            .iter()
            .find(|name| *name == wanted)
            .or_else(|| sheet.names.iter().find(|n| squashed(n) == squashed(wanted)));
        let names = || sheet.names.iter().map(String::as_str);
        found
            .map(|name| Some(Some(name.as_str())))
            .ok_or_else(|| ReadError::MissingColumn {
                path: sheet.path.clone(),
                role: self.what,
                expected: format!("`{wanted}`"),
                found: list(names().collect::<Vec<_>>().into_iter(), 20),
                hint: Some(
                    did_you_mean(wanted, names())
                        .unwrap_or_else(|| "name one of the columns that are there".to_owned())
                        .into(),
                ),
            })
    }

    /// The column in a table, the names being tried in their order.
    ///
    /// # Errors
    /// [`ReadError::RepeatedColumn`] where it is there twice.
    pub(super) fn find<'a>(&self, sheet: &'a Sheet) -> Result<Option<Found<'a>>, ReadError> {
        let Some(&position) = self.positions(&sheet.names).first() else {
            return Ok(None);
        };
        only(sheet, &sheet.names[position])
    }

    /// The column, which has to be there.
    ///
    /// # Errors
    /// [`ReadError::MissingColumn`], or as [`Role::find`].
    pub(super) fn require<'a>(
        &self,
        sheet: &'a Sheet,
        roles: &[&Role],
    ) -> Result<Found<'a>, ReadError> {
        self.find(sheet)?.ok_or_else(|| self.missing(sheet, roles))
    }

    /// The error of a table without such a column.
    pub(super) fn missing(&self, sheet: &Sheet, roles: &[&Role]) -> ReadError {
        ReadError::MissingColumn {
            path: sheet.path.clone(),
            role: self.what,
            expected: format!("one of {}", list(self.names.iter().copied(), 6)),
            found: list(sheet.names.iter().map(String::as_str), 20),
            hint: self.hint(sheet, roles),
        }
    }

    /// What to do about the missing column.
    fn hint(&self, sheet: &Sheet, roles: &[&Role]) -> Option<Cow<'static, str>> {
        let others = sheet
            .names
            .iter()
            .filter(|name| !roles.iter().any(|role| role.has(name)));
        for name in others {
            let plain = name.to_lowercase();
            if let Some(meant) = did_you_mean(&plain, self.names.iter().copied()) {
                return Some(format!("{meant} rename `{name}`").into());
            }
        }
        let [ours, ..] = self.names else {
            return None;
        };
        Some(if sheet.names.len() == 1 {
            "only one column was found; separate columns by commas, tabs or semicolons".into()
        } else if sheet.headerless || sheet.names.iter().any(|name| name.parse::<f64>().is_ok()) {
            "the first row must give the column names; this file seems to have no header".into()
        } else {
            let flag = match roles.iter().any(|role| role.word == NEURON.word) {
                true => "--neuron-column",
                false => "--edge-column",
            };
            let word = self.word;
            format!(
                "rename the column of {} to `{ours}`, or name it: `{flag} {word}=NAME`; if the \
                 first row is a row like the others, put a header above it",
                self.what
            )
            .into()
        })
    }
}

/// The column of this name.
///
/// # Errors
/// [`ReadError::RepeatedColumn`] where there are two.
pub(super) fn only<'a>(sheet: &'a Sheet, name: &'a str) -> Result<Option<Found<'a>>, ReadError> {
    let plain = squashed(name);
    if sheet.names.iter().filter(|n| squashed(n) == plain).count() > 1 {
        return Err(ReadError::RepeatedColumn {
            path: sheet.path.clone(),
            column: name.to_owned(),
        });
    }
    Ok(found(sheet, name))
}

/// The first column of this name, if it was kept.
pub(super) fn found<'a>(sheet: &'a Sheet, name: &'a str) -> Option<Found<'a>> {
    let cells = sheet.column(name)?;
    Some(Found { name, cells })
}

/// The column that the owner named for a role, else the first whose name is the role's and that is
/// neither `taken` nor named for another.
pub(super) fn chosen<'a>(
    role: &Role,
    sheet: &'a Sheet,
    named: &Named,
    taken: &[&str],
) -> Result<Option<Found<'a>>, ReadError> {
    match role.named(sheet, named)? {
        Some(None) => Ok(None),
        Some(Some(name)) => only(sheet, name),
        None => {
            let names = role.positions(&sheet.names).into_iter();
            let free = |name: &&String| {
                !taken.contains(&name.as_str()) && !named.values().any(|wanted| wanted == *name)
            };
            match names.map(|at| &sheet.names[at]).find(free) {
                Some(name) => only(sheet, name),
                None => Ok(None),
            }
        }
    }
}

/// Positions of the columns of both ends: those that the owner named, else the likeliest pair.
pub(super) fn ends(names: &[String], named: &Named) -> Option<(usize, usize)> {
    let at = |role: &Role| {
        let wanted = named.get(role.word)?;
        names
            .iter()
            .position(|name| name == wanted)
            .or_else(|| names.iter().position(|n| squashed(n) == squashed(wanted)))
    };
    let pairs = pairs(names);
    match (at(&PRE), at(&POST)) {
        (Some(pre), Some(post)) => Some((pre, post)),
        (Some(pre), None) => pairs
            .into_iter()
            .find(|(_, end)| end.column != pre)
            .map(|(_, end)| (pre, end.column)),
        (None, Some(post)) => pairs
            .into_iter()
            .find(|(end, _)| end.column != post)
            .map(|(end, _)| (end.column, post)),
        (None, None) => pairs.first().map(|(pre, post)| (pre.column, post.column)),
    }
}

/// Names in backticks, the first `most` of them.
pub(super) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let mut text = names
        .take(most)
        .map(|n| format!("`{n}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        text += &format!(" and {more} more");
    }
    text
}
