//! What makes statements no pattern.

use super::Pattern;
use super::pattern::{Attribute, Condition, PatternEdge, SignConstraint, Statements};

/// Counts look at every combination of alternatives.
const MOST_ALTERNATIVES: usize = 6;

/// The first thing wrong with the statements, and what would be right.
pub(super) fn fault(statements: &Statements) -> Option<String> {
    roles(statements).or_else(|| edges(statements)).or_else(|| alternatives(statements)).or_else(|| demands(statements))
}

fn roles(statements: &Statements) -> Option<String> {
    let roles = &statements.roles;
    if !(2..=Pattern::MAX_ROLES).contains(&roles.len()) {
        return Some(format!("it has {} roles; give it 2 to {}", roles.len(), Pattern::MAX_ROLES));
    }
    for (position, role) in roles.iter().enumerate() {
        let mut letters = role.name.chars();
        let starts_well = letters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
        if !starts_well || !letters.all(|letter| letter.is_alphanumeric() || letter == '_') {
            return Some(format!("`{}` is no role name; use a letter, then letters, digits or `_`", role.name));
        }
        if roles[..position].iter().any(|earlier| earlier.name == role.name) {
            return Some(format!("two roles are named `{}`; rename one", role.name));
        }
    }
    None
}

fn edges(statements: &Statements) -> Option<String> {
    let Statements { roles, edges, absent, alternatives } = statements;
    let required = || edges.iter().chain(alternatives.iter().flatten());
    let mut mentioned: Vec<(usize, usize)> = required().map(PatternEdge::pair).collect();
    mentioned.extend(absent);
    for (position, &(pre, post)) in mentioned.iter().enumerate() {
        if pre.max(post) >= roles.len() {
            return Some(format!("an edge names role {} of {}; roles are numbered from 0", pre.max(post), roles.len()));
        }
        let (from, to) = (&roles[pre].name, &roles[post].name);
        if pre == post {
            return Some(format!("`{from}` synapses on itself; motifs have no autapses"));
        }
        if mentioned[..position].contains(&(pre, post)) {
            return Some(format!("the edge from `{from}` to `{to}` is mentioned twice; keep one statement"));
        }
    }
    if required().any(|edge| edge.sign == SignConstraint::Signed) {
        return Some("an edge is excitatory, inhibitory or of any sign; `signed` is asked of neurons".to_owned());
    }
    let empty = required().find(|edge| edge.weight.is_empty())?;
    let (from, to) = (&roles[empty.presynaptic].name, &roles[empty.postsynaptic].name);
    Some(format!("no weight meets what is asked of the edge from `{from}` to `{to}`; drop one of the conditions"))
}

fn alternatives(statements: &Statements) -> Option<String> {
    let Statements { edges, alternatives, .. } = statements;
    if alternatives.len() > MOST_ALTERNATIVES {
        return Some(format!(
            "`either` has {} sets of synapses; give it at most {MOST_ALTERNATIVES} sets",
            alternatives.len()
        ));
    }
    if alternatives.len() == 1 || alternatives.iter().any(Vec::is_empty) {
        return Some("`either` needs two or more sets of synapses, none of them empty".to_owned());
    }
    let none = vec![Vec::new()];
    let cases = if alternatives.is_empty() { &none } else { alternatives };
    cases.iter().find_map(|alternative| disconnected(statements, edges.iter().chain(alternative)))
}

/// Names a role that the edges do not connect to the first one.
fn disconnected<'a>(statements: &Statements, edges: impl Iterator<Item = &'a PatternEdge> + Clone) -> Option<String> {
    let roles = &statements.roles;
    let mut reached = vec![false; roles.len()];
    reached[0] = true;
    for _ in 1..roles.len() {
        for edge in edges.clone() {
            let either = reached[edge.presynaptic] || reached[edge.postsynaptic];
            reached[edge.presynaptic] = either;
            reached[edge.postsynaptic] = either;
        }
    }
    let lost = reached.iter().position(|&reached| !reached)?;
    let name = &roles[lost].name;
    if !edges.clone().any(|e| e.presynaptic == lost || e.postsynaptic == lost) {
        return Some(format!("role `{name}` takes part in no required edge; connect or remove it"));
    }
    let first = &roles[0].name;
    Some(format!(
        "it falls apart: no required edges connect `{first}` and `{name}`; connect them, or count two patterns"
    ))
}

/// Conditions that no two distinct neurons can meet.
fn demands(statements: &Statements) -> Option<String> {
    let roles = &statements.roles;
    let names = |role: usize| {
        let named = |c: &&Condition| c.attribute == Attribute::Name && !c.negated;
        roles[role].conditions.iter().filter(named).collect::<Vec<_>>()
    };
    for (position, role) in roles.iter().enumerate() {
        // A neuron has one name, but may have several transmitters, and a class besides a cell type.
        let common = |value: &&String| {
            role.conditions
                .iter()
                .filter(|c| c.attribute == Attribute::Name)
                .all(|c| c.values.contains(*value) != c.negated)
        };
        if let Some(first) = names(position).first()
            && !first.values.iter().any(|value| common(&value))
        {
            return Some(format!("no name meets all that is asked of `{}`; drop one of the conditions", role.name));
        }
        for wanted in role.conditions.iter().filter(|c| !c.negated) {
            let forbids = |c: &&Condition| c.attribute == wanted.attribute && c.negated;
            if role
                .conditions
                .iter()
                .filter(forbids)
                .any(|c| wanted.values.iter().all(|value| c.values.contains(value)))
            {
                let (name, attribute) = (&role.name, wanted.attribute.as_str());
                return Some(format!("`{name}.{attribute}` is asked for and excluded; drop one of the conditions"));
            }
        }
        for (other, earlier) in roles[..position].iter().enumerate() {
            if let ([one], [two]) = (&names(other)[..], &names(position)[..])
                && one.values.len() == 1
                && one.values == two.values
            {
                let (first, second) = (&earlier.name, &role.name);
                return Some(format!("`{first}` and `{second}` ask for the same neuron; roles are distinct neurons"));
            }
        }
    }
    None
}
