//! The joint automorphism group of a pattern, and what follows from it.

use super::statements::{PatternEdge, Statements};

/// What the automorphism group says of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Symmetry {
    /// Number of automorphisms of the pattern.
    pub(super) order: usize,
    /// Roles that are exchanged.
    pub(super) orbits: Vec<Vec<usize>>,
    /// Edges that are exchanged.
    pub(super) edge_orbits: Vec<Vec<(usize, usize)>>,
}

/// Finds the group by trying permutations role by role.
pub(super) fn find(statements: &Statements) -> Symmetry {
    let group = isomorphisms(statements, statements);
    let roles = statements.roles.len();
    let pairs = statements
        .edges
        .iter()
        .chain(statements.alternatives.iter().flatten())
        .map(PatternEdge::pair);
    let edge_orbits = orbits(
        pairs,
        |&(pre, post), images| (images[pre], images[post]),
        &group,
    );
    let orbits = orbits(0..roles, |&role, images| images[role], &group)
        .into_iter()
        .map(|mut orbit| {
            orbit.sort_unstable();
            orbit
        });
    Symmetry {
        order: group.len(),
        orbits: orbits.collect(),
        edge_orbits,
    }
}

/// The orbits of `items`, each in the order in which they come.
fn orbits<T: PartialEq + Clone>(
    items: impl Iterator<Item = T> + Clone,
    image: impl Fn(&T, &[usize]) -> T,
    group: &[Vec<usize>],
) -> Vec<Vec<T>> {
    let mut orbits: Vec<Vec<T>> = Vec::new();
    for item in items.clone() {
        if !orbits.iter().any(|orbit| orbit.contains(&item)) {
            let images: Vec<T> = group.iter().map(|images| image(&item, images)).collect();
            orbits.push(
                items
                    .clone()
                    .filter(|other| images.contains(other))
                    .collect(),
            );
        }
    }
    orbits
}

/// Comparisons that break the symmetry such that a role is compared with roles that come after it
/// in `order`.
pub(super) fn breaking_along(statements: &Statements, order: &[usize]) -> Vec<(usize, usize)> {
    breaking(order, isomorphisms(statements, statements))
}

/// Fixes one role after the other: a role that is moved must get the smallest neuron of its orbit,
/// which leaves the automorphisms that keep it (Grochow and Kellis 2007, doi
/// 10.1007/978-3-540-71681-5_7).
fn breaking(order: &[usize], mut group: Vec<Vec<usize>>) -> Vec<(usize, usize)> {
    let mut comparisons = Vec::new();
    for &role in order {
        for &other in order {
            if other != role && group.iter().any(|images| images[role] == other) {
                comparisons.push((role, other));
            }
        }
        group.retain(|images| images[role] == role);
    }
    comparisons
}

/// Every way of naming the roles of `one` by roles of `other` such that both say the same: for each
/// role of `one` its image.
pub(super) fn isomorphisms(one: &Statements, other: &Statements) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let sizes = |s: &Statements| {
        (
            s.roles.len(),
            s.edges.len(),
            s.absent.len(),
            s.alternatives.len(),
        )
    };
    if sizes(one) == sizes(other) {
        extend(one, other, &mut Vec::new(), &mut found);
    }
    found
}

fn extend(
    one: &Statements,
    other: &Statements,
    images: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
) {
    let role = images.len();
    if role == one.roles.len() {
        if keeps_alternatives(one, other, images) {
            found.push(images.clone());
        }
        return;
    }
    for image in 0..other.roles.len() {
        let fits = !images.contains(&image)
            && one.roles[role].same_demands(&other.roles[image])
            && images.iter().enumerate().all(|(earlier, &earlier_image)| {
                relation(one, role, earlier) == relation(other, image, earlier_image)
                    && relation(one, earlier, role) == relation(other, earlier_image, image)
            });
        if fits {
            images.push(image);
            extend(one, other, images, found);
            images.pop();
        }
    }
}

/// What joins an ordered pair of roles: a required edge (roles left out), an absence, or nothing.
fn relation(statements: &Statements, pre: usize, post: usize) -> (Option<PatternEdge>, bool) {
    let required = statements
        .edges
        .iter()
        .find(|edge| edge.pair() == (pre, post));
    let anonymous = required.map(|edge| PatternEdge {
        presynaptic: 0,
        postsynaptic: 0,
        ..*edge
    });
    (anonymous, statements.absent.contains(&(pre, post)))
}

/// Whether the alternatives of `one`, renamed, are those of `other`. No ordered pair is in two
/// alternatives, so distinct ones have distinct images.
fn keeps_alternatives(one: &Statements, other: &Statements, images: &[usize]) -> bool {
    one.alternatives.iter().all(|edges| {
        let renamed = |e: &PatternEdge| PatternEdge {
            presynaptic: images[e.presynaptic],
            postsynaptic: images[e.postsynaptic],
            ..*e
        };
        other.alternatives.iter().any(|candidate| {
            candidate.len() == edges.len()
                && edges.iter().all(|edge| candidate.contains(&renamed(edge)))
        })
    })
}
