//! Columns that name the two ends of a synapse.

use super::names::parts;

/// What the two ends are called, presynaptic first.
const ENDS: [(&str, &str); 20] = [
    ("pre", "post"),
    ("presynaptic", "postsynaptic"),
    ("presynapse", "postsynapse"),
    ("presyn", "postsyn"),
    ("preneuron", "postneuron"),
    ("source", "target"),
    ("src", "tgt"),
    ("src", "dst"),
    ("src", "dest"),
    ("from", "to"),
    ("upstream", "downstream"),
    ("sender", "receiver"),
    ("sending", "receiving"),
    ("origin", "destination"),
    ("tail", "head"),
    ("1", "2"),
    ("i", "j"),
    ("row", "col"),
    ("row", "column"),
    ("rows", "columns"),
];

/// Words that may stand beside the end: those for neurons and their identifiers, the preferred ones
/// first. What the programs of the field call a segment, a body or a root is a neuron.
const BESIDE: [&str; 27] = [
    "root", "bodyid", "body", "segid", "segment", "seg", "skid", "skeleton", "id", "ids", "pt",
    "neuron", "neurons", "cell", "node", "nodes", "vertex", "name", "names", "label", "partner",
    "synaptic", "key", "unit", "v", "index", "idx",
];

/// Words for neurons that are numbered as they were segmented, so that none has the number 0.
const SEGMENTED: [&str; 7] = [
    "root",
    "body",
    "bodyid",
    "segid",
    "segment",
    "seg",
    "supervoxel",
];

/// A column that names one end of a synapse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct End {
    /// Position of the column in the table.
    pub column: usize,
    /// True for the presynaptic end.
    pub pre: bool,
    /// Smaller for words that are preferred.
    rank: usize,
    /// What stands beside the end, which both ends have in common.
    beside: Vec<String>,
}

/// Every column that may name an end.
fn ends(names: &[String]) -> Vec<End> {
    let mut ends = Vec::new();
    for (column, name) in names.iter().enumerate() {
        let words = parts(name);
        let as_end = |(rank, (word, pre)): (usize, (&str, bool))| {
            let at = words.iter().position(|w| w == word)?;
            let beside: Vec<String> = words
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != at)
                .map(|(_, w)| w.clone())
                .collect();
            let places: Option<Vec<usize>> = beside
                .iter()
                .map(|w| BESIDE.iter().position(|b| b == w))
                .collect();
            let places = places?;
            // A bare number or index is no name of a column of neurons, and `row number` is none.
            let fits = match word {
                "1" | "2" => !beside.is_empty(),
                "i" | "j" => beside.is_empty(),
                "row" | "rows" | "col" | "column" | "columns" => beside.is_empty(),
                _ => true,
            };
            let place = places.into_iter().min().map_or(0, |place| place + 1);
            fits.then_some(End {
                column,
                pre,
                rank: rank * 100 + place,
                beside,
            })
        };
        let both = ENDS
            .iter()
            .enumerate()
            .flat_map(|(rank, (pre, post))| [(rank, (*pre, true)), (rank, (*post, false))]);
        ends.extend(both.filter_map(as_end));
    }
    ends
}

/// Pairs of columns that name both ends of a synapse, the likeliest first: those called alike come
/// before others, then those with the commoner words.
pub(in super::super) fn pairs(names: &[String]) -> Vec<(End, End)> {
    let ends = ends(names);
    let mut pairs: Vec<(bool, usize, End, End)> = Vec::new();
    for pre in ends.iter().filter(|end| end.pre) {
        for post in ends.iter().filter(|end| !end.pre) {
            if pre.column == post.column {
                continue;
            }
            let alike = pre.rank / 100 == post.rank / 100 && pre.beside == post.beside;
            // `i` and `1` mean an end only beside `j` and `2`.
            let weak = |end: &End| end.rank / 100 >= 15;
            if alike || !weak(pre) && !weak(post) {
                pairs.push((!alike, pre.rank + post.rank, pre.clone(), post.clone()));
            }
        }
    }
    pairs.sort_by_key(|(unlike, rank, pre, post)| (*unlike, *rank, pre.column, post.column));
    let mut seen = Vec::new();
    pairs.retain(|(_, _, pre, post)| {
        let columns = (pre.column, post.column);
        let new = !seen.contains(&columns);
        seen.push(columns);
        new
    });
    pairs
        .into_iter()
        .map(|(_, _, pre, post)| (pre, post))
        .collect()
}

/// True where the name of a column says that its numbers are those of a segmentation, which gives
/// 0 to what belongs to no neuron.
pub(in super::super) fn of_no_neurons(name: &str) -> bool {
    parts(name)
        .iter()
        .any(|word| SEGMENTED.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(names: &[&str]) -> Option<(String, String)> {
        let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
        let (pre, post) = pairs(&names).into_iter().next()?;
        Some((names[pre.column].clone(), names[post.column].clone()))
    }

    #[test]
    fn ends_of_published_tables_are_found() {
        for columns in [
            "pre,post,weight",
            "post,pre",
            "Source,Target,Weight,Type",
            "from,to",
            "body_pre,body_post,weight",
            "bodyId_pre,bodyId_post,roi,weight",
            "Presynaptic_ID,Postsynaptic_ID,Presynaptic_Index,Postsynaptic_Index,Connectivity",
            "Neuron 1,Neuron 2,Type,Nbr",
            "id,pre_pt_root_id,post_pt_root_id,pre_pt_position,post_pt_supervoxel_id,size",
            "pre_root_id,post_root_id,neuropil,syn_count,nt_type",
            "source_neuron,target_neuron",
            "cell1,cell2",
            "i,j,w",
            "row,col,data",
            "V1,V2",
            "presynaptic neuron,postsynaptic neuron,n",
            "from_node,to_node",
            "#pre,post",
            "upstream_id,downstream_id,upstream_type,downstream_type",
        ] {
            let names: Vec<&str> = columns.split(',').collect();
            let (pre, post) = first(&names).unwrap_or_else(|| panic!("{columns}"));
            let said = format!("{pre} {post}").to_lowercase();
            assert!(!said.contains("type") && !said.contains("index"), "{said}");
            let before = |a: &str, b: &str| a == "post" || a < b || !a.contains("post");
            assert!(before(&pre, &post), "{columns}: {pre}, {post}");
        }
        let both = first(&["pre_name", "post_name", "pre_root_id", "post_root_id"]);
        assert_eq!(both, Some(("pre_root_id".into(), "post_root_id".into())));
        let mixed = first(&["pre", "to_neuron"]);
        assert_eq!(mixed, Some(("pre".into(), "to_neuron".into())));
    }

    #[test]
    fn what_names_no_ends_is_left_alone() {
        for columns in [
            "AVAL,AVAR,AVBL",
            "pre_type,post_type",
            "1,2",
            "x,y,z",
            "1,j",
            "cell_type_1,cell_type_2",
            "source,weight",
            "pre_count,post_count",
        ] {
            let names: Vec<&str> = columns.split(',').collect();
            assert_eq!(first(&names), None, "{columns}");
        }
    }

    #[test]
    fn segments_are_told_from_names() {
        for name in ["pre_pt_root_id", "body_pre", "bodyId_pre", "segid_post"] {
            assert!(of_no_neurons(name), "{name}");
        }
        for name in ["pre", "source", "Neuron 1", "pre_id"] {
            assert!(!of_no_neurons(name), "{name}");
        }
    }
}
