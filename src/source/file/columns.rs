//! Which column of a user's table holds what.

use std::borrow::Cow;

use super::error::ReadError;
use super::sheet::{Cells, Interest, Sheet};
use crate::source::nearest::did_you_mean;

/// What a column can hold, and the names it goes by; the first is the one we give it.
pub(super) struct Role {
    pub what: &'static str,
    pub names: &'static [&'static str],
}

pub(super) const PRE: Role = Role {
    what: "the presynaptic neuron",
    names: &[
        "pre",
        "pre_root_id",
        "pre_pt_root_id",
        "bodyId_pre",
        "from_neuron",
    ],
};
pub(super) const POST: Role = Role {
    what: "the postsynaptic neuron",
    names: &[
        "post",
        "post_root_id",
        "post_pt_root_id",
        "bodyId_post",
        "to_neuron",
    ],
};
pub(super) const WEIGHT: Role = Role {
    what: "the weight",
    names: &["weight", "syn_count", "mean_chem_weight"],
};
pub(super) const GAP_WEIGHT: Role = Role {
    what: "the gap junction weight",
    names: &["mean_gap_weight"],
};
pub(super) const SYNAPSE_TYPE: Role = Role {
    what: "the synapse type",
    names: &["synapse_type"],
};
pub(super) const SIGN: Role = Role {
    what: "the sign",
    names: &["sign"],
};
pub(super) const EDGE_TRANSMITTER: Role = Role {
    what: "the presynaptic transmitter",
    names: &["nt_type"],
};
pub(super) const CONNECTOME: Role = Role {
    what: "the connectome",
    names: &["connectome"],
};
pub(super) const NEURON: Role = Role {
    what: "the neuron",
    names: &["neuron", "root_id", "pt_root_id", "bodyId", "id"],
};
pub(super) const TRANSMITTER: Role = Role {
    what: "the transmitter",
    names: &["transmitter", "nt_type", "consensusNt", "predictedNt"],
};
pub(super) const CLASS: Role = Role {
    what: "the class",
    names: &["class"],
};
/// What FlyWire and neuPrint call their coarsest class; their `class` is finer than sensory, inter
/// and motor.
pub(super) const SUPERCLASS: Role = Role {
    what: "the class",
    names: &["super_class", "superclass"],
};
pub(super) const CELL_TYPE: Role = Role {
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

/// True for a name of any of the roles, whatever its case.
pub(super) fn is_recognised(roles: &[&Role], name: &str) -> bool {
    roles
        .iter()
        .flat_map(|r| r.names)
        .any(|n| n.eq_ignore_ascii_case(name.trim()))
}

/// Columns of any of the roles whole, and nothing of others.
pub(super) fn interests_of_roles(roles: &[&Role], names: &[String]) -> Vec<Interest> {
    let interest = |name: &String| match is_recognised(roles, name) {
        true => Interest::Whole,
        false => Interest::No,
    };
    names.iter().map(interest).collect()
}

/// A column of a sheet that holds what was looked for.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub name: &'a str,
    pub cells: &'a Cells,
}

impl Role {
    /// The column in a table, the names being tried in their order.
    ///
    /// # Errors
    /// [`ReadError::RepeatedColumn`] where it is there twice.
    pub(super) fn find<'a>(&self, sheet: &'a Sheet) -> Result<Option<Found<'a>>, ReadError> {
        for name in self.names {
            let mut columns = sheet.names.iter().filter(|n| n.eq_ignore_ascii_case(name));
            let Some(found) = columns.next() else {
                continue;
            };
            if columns.next().is_some() {
                return Err(ReadError::RepeatedColumn {
                    path: sheet.path.clone(),
                    column: found.clone(),
                });
            }
            return Ok(sheet
                .column(found)
                .map(|cells| Found { name: found, cells }));
        }
        Ok(None)
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
        self.find(sheet)?.ok_or_else(|| ReadError::MissingColumn {
            path: sheet.path.clone(),
            role: self.what,
            expected: format!("one of {}", list(self.names.iter().copied(), usize::MAX)),
            found: list(sheet.names.iter().map(String::as_str), 20),
            hint: self.hint(sheet, roles),
        })
    }

    /// What to do about the missing column.
    fn hint(&self, sheet: &Sheet, roles: &[&Role]) -> Option<Cow<'static, str>> {
        let others = sheet
            .names
            .iter()
            .filter(|name| !is_recognised(roles, name));
        for name in others {
            if let Some(meant) = did_you_mean(name, self.names.iter().copied()) {
                return Some(format!("{meant} rename `{name}`").into());
            }
        }
        let [ours, ..] = self.names else {
            return None;
        };
        Some(if sheet.names.len() == 1 {
            "only one column was found; separate columns by commas, tabs or semicolons".into()
        } else if sheet.names.iter().any(|name| name.parse::<f64>().is_ok()) {
            "the first row must give the column names; this file seems to have no header".into()
        } else {
            format!("rename the column of {} to `{ours}`", self.what).into()
        })
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
