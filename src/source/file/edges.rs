//! The rows of an edge table.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::columns::{
    CONNECTOME, EDGE_ROLES, EDGE_TRANSMITTER, Found, GAP_FLAGS, GAP_WEIGHT, Named, POST, PRE, Role,
    SIGN, SYNAPSE_TYPE, WEIGHT, chosen, ends, found, interests_of_roles, is_called, list, only,
};
use super::error::ReadError;
use super::identifiers::{Numbering, is_rounded, rounding, similar};
use super::kinds::{Kinds, is_taken, undirected_column};
use super::partners::{End, is_digits, partner};
use super::report::FileReport;
use super::sheet::{Interest, Sheet};
use super::signs::SignColumn;
use super::values::{self, cell, is_about_transmitters, rises_by_one, transmitters};
use super::words::{Said, is_count, of_no_neurons, parts};
use crate::connectome::{Sign, Synapse, SynapseType};
use crate::source::ReadOptions;

/// What an edge table says. Neurons are numbered as they first occur in a synapse.
#[derive(Default)]
pub(super) struct EdgeTable {
    pub names: Vec<String>,
    /// One per synapse of a row, not yet summed.
    pub synapses: Vec<Synapse>,
    /// True where the table gives signs.
    pub signed: bool,
    /// Transmitters of neurons, where the table gives them.
    pub transmitters: Vec<(u32, Vec<String>)>,
}

/// Which columns of an edge table are of interest: those with the names of a role, and columns of
/// few words, which may say what a synapse is. All are where no column names an end: the table may
/// be a matrix.
pub(super) fn interests(names: &[String], options: &ReadOptions) -> Vec<Interest> {
    let Some((pre, post)) = ends(names, &options.columns) else {
        return vec![Interest::Whole; names.len()];
    };
    let wanted: Vec<&String> = options.columns.values().collect();
    let by_role = interests_of_roles(&EDGE_ROLES, names);
    let of = |(index, name): (usize, &String)| {
        let whole = index == pre || index == post || wanted.contains(&name);
        let is_end = PRE.has(name) || POST.has(name);
        match by_role[index] {
            _ if whole => Interest::Whole,
            Interest::Whole if !is_end => Interest::Whole,
            _ if is_called(name, &GAP_FLAGS) || is_count(name) => Interest::Whole,
            _ => Interest::Words,
        }
    };
    names.iter().enumerate().map(of).collect()
}

/// The columns of an edge table by what they hold.
struct Columns<'a> {
    pre: Found<'a>,
    post: Found<'a>,
    weight: Option<Found<'a>>,
    gap_weight: Option<Found<'a>>,
    kinds: Option<Kinds<'a>>,
    undirected: Option<Found<'a>>,
    sign: Option<SignColumn<'a>>,
    transmitter: Option<Found<'a>>,
}

impl<'a> Columns<'a> {
    fn of(
        sheet: &'a Sheet,
        options: &ReadOptions,
        report: &mut FileReport,
    ) -> Result<Self, ReadError> {
        let named = &options.columns;
        let end = |role: &Role, at: Option<usize>| {
            role.named(sheet, named)?;
            let at = at.ok_or_else(|| role.missing(sheet, &EDGE_ROLES))?;
            only(sheet, &sheet.names[at])?.ok_or_else(|| role.missing(sheet, &EDGE_ROLES))
        };
        let pair = ends(&sheet.names, named);
        let one_end = |role: &Role| role.positions(&sheet.names).first().copied();
        let pre = end(&PRE, pair.map(|(pre, _)| pre).or_else(|| one_end(&PRE)))?;
        let post = end(&POST, pair.map(|(_, post)| post).or_else(|| one_end(&POST)))?;
        let ends_named = [pre.name, post.name];
        report.columns.clear();
        let read = &mut report.columns;
        note(read, &PRE, Some(&pre));
        note(read, &POST, Some(&post));
        let weight = match chosen(&WEIGHT, sheet, named, &ends_named)? {
            None if !named.contains_key(WEIGHT.word) => counted_in(sheet, &mut report.doubts),
            Some(found) if !named.contains_key(WEIGHT.word) && is_index(sheet, &found) => {
                report.doubts.push(format!(
                    "the column `{}` rises by 1 in every row, as a number of the row does, and is \
                     not read as the weight",
                    found.name
                ));
                None
            }
            known => known,
        };
        note(read, &WEIGHT, weight.as_ref());
        // Yes and no say what a synapse is, not how strong it is.
        let flag = gap_flag(sheet, named, weight.is_some());
        let gap_weight = chosen(&GAP_WEIGHT, sheet, named, &ends_named)?
            .filter(|gap| flag.as_ref().is_none_or(|flag| flag.name != gap.name));
        note(read, &GAP_WEIGHT, gap_weight.as_ref());
        let kinds = match SYNAPSE_TYPE.named(sheet, named)? {
            Some(None) => None,
            Some(Some(name)) => only(sheet, name)?.map(Kinds::documented),
            None => match flag {
                Some(flag) => Some(Kinds::flag(flag)),
                None => Kinds::find(sheet, read, &mut report.doubts),
            },
        };
        note(
            read,
            &SYNAPSE_TYPE,
            kinds.as_ref().map(|kinds| &kinds.column),
        );
        let sign = match chosen(&SIGN, sheet, named, &ends_named)? {
            Some(found) => SignColumn::of(sheet, found, named, &mut report.doubts),
            None => None,
        };
        note(read, &SIGN, sign.as_ref().map(|sign| &sign.column));
        let transmitter = chosen(&EDGE_TRANSMITTER, sheet, named, &ends_named)?;
        note(read, &EDGE_TRANSMITTER, transmitter.as_ref());
        let connectome = chosen(&CONNECTOME, sheet, named, &ends_named)?;
        note(read, &CONNECTOME, connectome.as_ref());
        if let Some(column) = connectome {
            refuse_several(sheet, &column)?;
        }
        let undirected = undirected_column(sheet, read);
        report.ignored_columns = sheet
            .names
            .iter()
            .filter(|name| !is_taken(read, name))
            .cloned()
            .collect();
        for name in &report.ignored_columns {
            let of_pre = is_about_transmitters(name) && !parts(name).iter().any(|p| p == "post");
            let doubtful = SIGN.has(name) && sign.is_none() || of_pre && transmitter.is_none();
            let told = report
                .doubts
                .iter()
                .any(|doubt| doubt.contains(&format!("`{name}`")));
            if doubtful && !told && !named.contains_key(SIGN.word) {
                report.doubts.push(format!(
                    "the column `{name}` may say something of signs and is not read"
                ));
            }
        }
        Ok(Self {
            pre,
            post,
            weight,
            gap_weight,
            kinds,
            undirected,
            sign,
            transmitter,
        })
    }
}

/// Writes down that a column is read.
fn note(read: &mut Vec<(String, String)>, role: &Role, found: Option<&Found<'_>>) {
    read.extend(found.map(|found| (role.word.to_owned(), found.name.to_owned())));
}

/// True for a column with a name that may be that of anything, whose numbers are those of the rows.
fn is_index(sheet: &Sheet, column: &Found<'_>) -> bool {
    const ANYTHING: [&str; 5] = ["number", "num", "n", "data", "value"];
    is_called(column.name, &ANYTHING) && sheet.rows > 4 && rises_by_one(sheet, column.cells)
}

/// The column whose name says that it counts synapses, where none has one of the usual names; of
/// several none, with a doubt.
fn counted_in<'a>(sheet: &'a Sheet, doubts: &mut Vec<String>) -> Option<Found<'a>> {
    let counts = sheet
        .names
        .iter()
        .filter(|name| is_count(name) && !GAP_WEIGHT.has(name));
    let found: Vec<Found<'a>> = counts.filter_map(|name| found(sheet, name)).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [..] => {
            let names = found.iter().map(|f| f.name).collect::<Vec<_>>();
            doubts.push(format!(
                "the columns {} may all be weights, and none is read: name one by `--edge-column \
                 weight=NAME`",
                list(names.into_iter(), 5)
            ));
            None
        }
    }
}

/// A column of yes and no for gap junctions, where there is one. A name that may also be that of
/// their weights counts as one only beside other weights.
fn gap_flag<'a>(sheet: &'a Sheet, named: &Named, weighted: bool) -> Option<Found<'a>> {
    if named.contains_key(SYNAPSE_TYPE.word) || named.contains_key(GAP_WEIGHT.word) {
        return None;
    }
    let called =
        |name: &&'a String| is_called(name, &GAP_FLAGS) && (weighted || !GAP_WEIGHT.has(name));
    let columns = sheet.names.iter().filter(called);
    let yes_or_no = |column: &Found<'_>| {
        let is_flag = |row| {
            column
                .cells
                .text(row)
                .is_some_and(|t| values::flag(&t).is_some())
        };
        (0..sheet.rows).all(is_flag)
    };
    columns
        .filter_map(|name| found(sheet, name))
        .find(yes_or_no)
}

/// Reads all rows of an edge table. `listed` are names that a neuron table lists although they look
/// like missing values.
pub(super) fn read(
    sheet: &Sheet,
    options: &ReadOptions,
    listed: &HashSet<String>,
    report: &mut FileReport,
) -> Result<EdgeTable, ReadError> {
    let mut columns = Columns::of(sheet, options, report)?;
    if options.signed_weights
        && let (Some(_), Some(sign)) = (&columns.weight, &columns.sign)
    {
        report.doubts.push(format!(
            "signs are those of the weights; the column `{}` is not read",
            sign.column.name
        ));
    }
    let mut sign_column = columns.sign.filter(|_| !options.signed_weights);
    let mut neurons = Numbering::default();
    let mut synapses = Vec::with_capacity(sheet.rows);
    let mut votes = Votes::default();
    let (mut pre_end, mut post_end) = (End::of(columns.pre), End::of(columns.post));
    let mut received = Vec::new();
    for row in 0..sheet.rows {
        let from = pre_end.partner_of(sheet, row)?;
        let to = post_end.partner_of(sheet, row)?;
        let blank = |column: &Option<Found<'_>>| {
            column.as_ref().is_none_or(|c| c.cells.text(row).is_none())
        };
        if from.is_none() && to.is_none() && blank(&columns.weight) && blank(&columns.gap_weight) {
            continue;
        }
        report.rows += 1;
        let (Some(from), Some(to)) = (partner(from, listed, report), partner(to, listed, report))
        else {
            report.missing_partner += 1;
            continue;
        };
        pre_end.see(&from, row);
        post_end.see(&to, row);
        let said = columns
            .kinds
            .as_mut()
            .map_or(Ok(Said::Chemical), |kinds| kinds.said(sheet, row))?;
        let kind = match said {
            Said::Chemical => SynapseType::Chemical,
            Said::Electrical => SynapseType::Electrical,
            Said::Received => {
                let to = post_end.number(to, row, &mut neurons);
                received.push((to, pre_end.number(from, row, &mut neurons)));
                report.received_copies += 1;
                continue;
            }
            Said::Neuromuscular => {
                report.neuromuscular += 1;
                continue;
            }
        };
        report.electrical_rows += usize::from(kind == SynapseType::Electrical);
        if kind == SynapseType::Chemical
            && let Some(column) = &columns.undirected
        {
            values::directed(sheet, column, row)?;
        }
        let strength = match (&columns.weight, &columns.gap_weight) {
            (Some(column), _) => values::weight(sheet, column, row, options.signed_weights)?,
            (None, Some(_)) => 0.0,
            (None, None) => 1.0,
        };
        let gap_strength = columns
            .gap_weight
            .as_ref()
            .map_or(Ok(0.0), |c| values::weight(sheet, c, row, false))?;
        let sign = match &mut sign_column {
            Some(sign) => sign.sign(sheet, row)?,
            None if options.signed_weights && strength > 0.0 => Sign::Excitatory,
            None if options.signed_weights && strength < 0.0 => Sign::Inhibitory,
            None => Sign::Unsigned,
        };
        let strength = strength.abs();
        if strength == 0.0 && gap_strength == 0.0 {
            report.zero_weight += 1;
            continue;
        }
        let pre = pre_end.number(from, row, &mut neurons);
        let post = post_end.number(to, row, &mut neurons);
        if strength > 0.0 {
            synapses.push(Synapse {
                pre,
                post,
                synapse_type: kind,
                weight: strength,
                sign,
            });
        }
        if gap_strength > 0.0 {
            let synapse_type = SynapseType::Electrical;
            synapses.push(Synapse {
                pre,
                post,
                synapse_type,
                weight: gap_strength,
                sign: Sign::Unsigned,
            });
        }
        let released = columns
            .transmitter
            .as_ref()
            .filter(|_| kind == SynapseType::Chemical && strength > 0.0);
        if let Some(name) = released.and_then(|c| c.cells.text(row)) {
            votes.cast(pre, &name, strength);
        }
    }
    match_received(&received, &synapses, report);
    let [pre, post] = [&pre_end.column, &post_end.column];
    refuse_rounded(sheet, [pre, post], &neurons)?;
    report.mixed_identifiers = match (pre_end.written.word, post_end.written.word) {
        (None, Some(row)) if pre_end.written.number && !post_end.written.number => {
            return Err(another_kind(sheet, post, row, pre));
        }
        (Some(row), None) if post_end.written.number && !pre_end.written.number => {
            return Err(another_kind(sheet, pre, row, post));
        }
        (None, Some(_)) | (Some(_), None) => {
            neurons.words().filter(|word| !is_digits(word)).count()
        }
        _ => 0,
    };
    report.signed_weights = options.signed_weights;
    let mut table = EdgeTable {
        transmitters: votes.elected(report),
        signed: sign_column.is_some() || options.signed_weights,
        synapses,
        names: Vec::new(),
    };
    let segmented = of_no_neurons(pre.name) || of_no_neurons(post.name);
    renumber(&mut table, neurons, segmented, listed, report);
    report.similar_names = similar(table.names.iter().map(String::as_str));
    Ok(table)
}

/// Counts the received copies that no row of the sending neuron matches.
fn match_received(received: &[(u32, u32)], synapses: &[Synapse], report: &mut FileReport) {
    if received.is_empty() {
        return;
    }
    let sent: HashSet<(u32, u32)> = synapses
        .iter()
        .filter(|s| s.synapse_type == SynapseType::Chemical)
        .map(|s| (s.pre, s.post))
        .collect();
    report.received_alone = received.iter().filter(|ends| !sent.contains(ends)).count();
}

/// Gives neurons their final numbers: those written `5` and `5.0` are one; 0 and -1 stand for no
/// neuron where all others are numbers as segmentations give them; a neuron of rows that were left
/// out is none.
fn renumber(
    table: &mut EdgeTable,
    neurons: Numbering,
    segmented: bool,
    listed: &HashSet<String>,
    report: &mut FileReport,
) {
    let mut names = Vec::new();
    let decimals = neurons.whole_decimals();
    let mut target: Vec<u32> = (0..neurons.names.len() as u32).collect();
    let mut renamed = BTreeMap::new();
    for (neuron, whole) in decimals {
        match whole {
            Ok(same) => {
                target[neuron as usize] = same;
                report.decimal_identifiers += 1;
            }
            Err(number) => _ = renamed.insert(neuron, number.to_string()),
        }
    }
    let mut nobody = Vec::new();
    let others_are_large = neurons.numbers().all(|number| {
        number == 0 || number == -1 || number >= if segmented { 1 } else { 1_000_000 }
    });
    if others_are_large && neurons.words().next().is_none() && neurons.names.len() > 2 {
        let missing = [0, -1]
            .into_iter()
            .filter(|n| !listed.contains(&n.to_string()));
        nobody.extend(missing.filter_map(|number| neurons.of_number(number)));
    }
    let of = |neuron: u32| target[neuron as usize];
    let before = table.synapses.len();
    table
        .synapses
        .retain(|s| !nobody.contains(&s.pre) && !nobody.contains(&s.post));
    report.no_segment = before - table.synapses.len();
    let mut used = vec![false; neurons.names.len()];
    for synapse in &mut table.synapses {
        (synapse.pre, synapse.post) = (of(synapse.pre), of(synapse.post));
        used[synapse.pre as usize] = true;
        used[synapse.post as usize] = true;
    }
    let mut place = vec![0; used.len()];
    for (index, name) in neurons.names.into_iter().enumerate() {
        if used[index] {
            place[index] = names.len() as u32;
            names.push(renamed.remove(&(index as u32)).unwrap_or(name));
        }
    }
    for synapse in &mut table.synapses {
        (synapse.pre, synapse.post) = (place[synapse.pre as usize], place[synapse.post as usize]);
    }
    let released = std::mem::take(&mut table.transmitters);
    let mut seen = HashSet::new();
    for (neuron, transmitters) in released {
        let neuron = of(neuron);
        if used[neuron as usize] && seen.insert(neuron) {
            table
                .transmitters
                .push((place[neuron as usize], transmitters));
        }
    }
    table.names = names;
}

/// Refuses identifiers that lost digits.
fn refuse_rounded(
    sheet: &Sheet,
    columns: [&Found<'_>; 2],
    neurons: &Numbering,
) -> Result<(), ReadError> {
    let first = |is: &dyn Fn(&str) -> bool| {
        (0..sheet.rows)
            .flat_map(|row| columns.map(|column| (row, column)))
            .find(|(row, column)| column.cells.text(*row).is_some_and(|t| is(&t)))
    };
    if neurons.words().any(is_rounded)
        && let Some((row, column)) = first(&is_rounded)
    {
        return Err(values::rounded(sheet, column, row));
    }
    let Some((why, example)) = rounding(neurons.numbers()) else {
        return Ok(());
    };
    let example = example.to_string();
    let (row, column) = first(&|text| text == example).unwrap_or((0, columns[0]));
    Err(values::lost_digits(sheet, column, row, why))
}

/// Transmitters named in the rows of each neuron, and their summed weights.
#[derive(Default)]
struct Votes {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    weights: HashMap<(u32, u32), f64>,
}

impl Votes {
    fn cast(&mut self, neuron: u32, word: &str, weight: f64) {
        let number = self.numbers.get(word).copied().unwrap_or_else(|| {
            let number = self.words.len() as u32;
            self.words.push(word.to_owned());
            self.numbers.insert(word.to_owned(), number);
            number
        });
        *self.weights.entry((neuron, number)).or_default() += weight;
    }

    /// The transmitter with the largest summed weight; of equal ones the first in the alphabet.
    fn elected(self, report: &mut FileReport) -> Vec<(u32, Vec<String>)> {
        let spelled: Vec<Vec<String>> = self.words.iter().map(|word| transmitters(word)).collect();
        let mut votes: Vec<((u32, u32), f64)> = self.weights.into_iter().collect();
        // Sums over words of one meaning run in the order of the alphabet.
        votes.sort_by_key(|((neuron, word), _)| (*neuron, &self.words[*word as usize]));
        let of_neuron = |votes: &[((u32, u32), f64)]| {
            let mut summed: BTreeMap<&[String], f64> = BTreeMap::new();
            for ((_, word), weight) in votes {
                *summed.entry(&spelled[*word as usize]).or_default() += weight;
            }
            let best = summed
                .into_iter()
                .filter(|(t, _)| !t.is_empty())
                .reduce(|a, b| if b.1 > a.1 { b } else { a });
            (
                votes[0].0.0,
                best.map_or_else(Vec::new, |(transmitters, _)| transmitters.to_vec()),
            )
        };
        let elected: Vec<(u32, Vec<String>)> = votes
            .chunk_by(|a, b| a.0.0 == b.0.0)
            .map(of_neuron)
            .collect();
        for (_, list) in &elected {
            values::count_unknown(list, &mut report.unknown_transmitters);
        }
        elected
    }
}

/// A column without a single number beside one of nothing else: they do not name the same neurons.
fn another_kind(sheet: &Sheet, column: &Found<'_>, row: usize, numbers: &Found<'_>) -> ReadError {
    let hint = format!(
        "all of column `{}` are numbers; name the neurons in both columns in the same way",
        numbers.name
    );
    cell(sheet, column, row, "the number of a neuron", hint)
}

/// A table of several connectomes, such as the bundled snapshot's, must not be summed into one.
fn refuse_several(sheet: &Sheet, column: &Found<'_>) -> Result<(), ReadError> {
    let names = || (0..sheet.rows).filter_map(|row| Some((row, column.cells.text(row)?)));
    let Some((_, first)) = names().next() else {
        return Ok(());
    };
    names()
        .find(|(_, name)| *name != first)
        .map_or(Ok(()), |(row, _)| {
            let hint =
                format!("the rows above are of `{first}`; write each connectome into its own file");
            Err(cell(sheet, column, row, "one connectome in the file", hint))
        })
}
