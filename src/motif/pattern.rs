//! Patterns: what a motif asks of the neurons that play its roles.

use std::fmt;

use super::MotifError;
use crate::connectome::Sign;

/// The sign that a role asks of its neuron, or an edge of its synapse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignConstraint {
    /// Any sign, unsigned included.
    #[default]
    Any,
    /// Excitatory only.
    Excitatory,
    /// Inhibitory only.
    Inhibitory,
}

impl SignConstraint {
    /// Whether something of this sign meets the constraint.
    #[must_use]
    pub fn admits(self, sign: Sign) -> bool {
        match self {
            SignConstraint::Any => true,
            SignConstraint::Excitatory => sign == Sign::Excitatory,
            SignConstraint::Inhibitory => sign == Sign::Inhibitory,
        }
    }
}

/// A place in a pattern, to be filled by one neuron.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name, unique within the pattern: a letter or `_`, then letters, digits or `_`.
    pub name: String,
    /// What the neuron itself must be, whatever the signs of its edges.
    pub class: SignConstraint,
}

/// A synapse that a pattern requires; roles are given by their position in [`Pattern::roles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternEdge {
    /// The presynaptic role.
    pub presynaptic: usize,
    /// The postsynaptic role.
    pub postsynaptic: usize,
    /// The sign the synapse must have.
    pub sign: SignConstraint,
}

/// A signed digraph pattern of two to eight roles, each to be played by a distinct neuron.
///
/// Its [`Display`](fmt::Display) form is the `.motif` notation: `A -> B` excitatory, `A -| B` inhibitory, `A => B` any sign,
/// `A !> B` absent, `A.class = excitatory`, one statement per line.
///
/// ```
/// use engraph::motif::Motif;
///
/// let pattern = Motif::Li3.pattern();
/// assert_eq!(pattern.to_string(), "X -> I\nI -| Y\nY.class = excitatory\n");
/// assert_eq!(pattern.automorphisms(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    name: String,
    roles: Vec<Role>,
    edges: Vec<PatternEdge>,
    absent: Vec<(usize, usize)>,
    automorphisms: usize,
    orbits: Vec<Vec<usize>>,
}

impl Pattern {
    /// The most roles a pattern may have.
    pub const MAX_ROLES: usize = 8;

    /// Checks the parts of a pattern and finds its symmetries.
    ///
    /// `absent` lists ordered pairs of roles whose neurons must not be joined by a synapse of any sign.
    ///
    /// # Errors
    /// [`MotifError::InvalidPattern`] unless there are two to eight roles with distinct well-formed names, every role takes part in a
    /// required edge, no role synapses on itself, and no ordered pair of roles is mentioned twice.
    ///
    /// # Complexity
    /// At most 8! steps, for the automorphism group is found by trying permutations role by role.
    pub fn new(
        name: impl Into<String>,
        roles: Vec<Role>,
        edges: Vec<PatternEdge>,
        absent: Vec<(usize, usize)>,
    ) -> Result<Self, MotifError> {
        let mut pattern = Self { name: name.into(), roles, edges, absent, automorphisms: 0, orbits: Vec::new() };
        if let Some(reason) = pattern.fault() {
            return Err(MotifError::InvalidPattern { pattern: pattern.name, reason });
        }
        let group = pattern.automorphism_group();
        pattern.automorphisms = group.len();
        for role in 0..pattern.roles.len() {
            if !pattern.orbits.iter().any(|orbit| orbit.contains(&role)) {
                let mut orbit: Vec<usize> = group.iter().map(|images| images[role]).collect();
                orbit.sort_unstable();
                orbit.dedup();
                pattern.orbits.push(orbit);
            }
        }
        Ok(pattern)
    }

    /// The pattern's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles; edges refer to them by position.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The synapses that must be there.
    #[must_use]
    pub fn edges(&self) -> &[PatternEdge] {
        &self.edges
    }

    /// The ordered pairs `(presynaptic, postsynaptic)` that must not be joined by a synapse.
    #[must_use]
    pub fn absent(&self) -> &[(usize, usize)] {
        &self.absent
    }

    /// The order of the joint automorphism group: the permutations of the roles that keep classes, required edges with their signs,
    /// and absent edges. A count of occurrences is the number of ways to fill the roles divided by this order.
    ///
    /// Absent edges count here even under [`Matching::Induced`](super::Matching::Induced), which implies them all.
    #[must_use]
    pub fn automorphisms(&self) -> usize {
        self.automorphisms
    }

    /// The roles that the automorphism group exchanges, by position, each orbit ascending and the orbits by their first role.
    #[must_use]
    pub fn orbits(&self) -> &[Vec<usize>] {
        &self.orbits
    }

    fn fault(&self) -> Option<String> {
        let count = self.roles.len();
        if !(2..=Self::MAX_ROLES).contains(&count) {
            return Some(format!("it has {count} roles; give it 2 to {}", Self::MAX_ROLES));
        }
        for (position, role) in self.roles.iter().enumerate() {
            let mut letters = role.name.chars();
            let starts_well = letters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
            if !starts_well || !letters.all(|letter| letter.is_alphanumeric() || letter == '_') {
                return Some(format!("`{}` is no role name; use a letter, then letters, digits or `_`", role.name));
            }
            if self.roles[..position].iter().any(|earlier| earlier.name == role.name) {
                return Some(format!("two roles are named `{}`; rename one", role.name));
            }
        }
        let mut mentioned: Vec<(usize, usize)> = self.edges.iter().map(|e| (e.presynaptic, e.postsynaptic)).collect();
        mentioned.extend(&self.absent);
        for (position, &(pre, post)) in mentioned.iter().enumerate() {
            if pre.max(post) >= count {
                return Some(format!("an edge names role {} of {count}; roles are numbered from 0", pre.max(post)));
            }
            let (from, to) = (&self.roles[pre].name, &self.roles[post].name);
            if pre == post {
                return Some(format!("`{from}` synapses on itself; motifs have no autapses"));
            }
            if mentioned[..position].contains(&(pre, post)) {
                return Some(format!("the edge from `{from}` to `{to}` is mentioned twice; keep one statement"));
            }
        }
        let idle =
            (0..count).find(|&role| !self.edges.iter().any(|e| e.presynaptic == role || e.postsynaptic == role))?;
        Some(format!("role `{}` takes part in no required edge; connect or remove it", self.roles[idle].name))
    }

    /// What joins an ordered pair of roles: a required sign, an absence, or nothing.
    fn relation(&self, pre: usize, post: usize) -> (Option<SignConstraint>, bool) {
        let required = self.edges.iter().find(|e| (e.presynaptic, e.postsynaptic) == (pre, post));
        (required.map(|e| e.sign), self.absent.contains(&(pre, post)))
    }

    /// Every automorphism as the images of the roles, the identity among them.
    fn automorphism_group(&self) -> Vec<Vec<usize>> {
        let mut group = Vec::new();
        self.extend_automorphism(&mut Vec::new(), &mut group);
        group
    }

    fn extend_automorphism(&self, images: &mut Vec<usize>, group: &mut Vec<Vec<usize>>) {
        let role = images.len();
        if role == self.roles.len() {
            group.push(images.clone());
            return;
        }
        for image in 0..self.roles.len() {
            let fits = !images.contains(&image)
                && self.roles[role].class == self.roles[image].class
                && images.iter().enumerate().all(|(other, &other_image)| {
                    self.relation(role, other) == self.relation(image, other_image)
                        && self.relation(other, role) == self.relation(other_image, image)
                });
            if fits {
                images.push(image);
                self.extend_automorphism(images, group);
                images.pop();
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |role: usize| &self.roles[role].name;
        for edge in &self.edges {
            let arrow = match edge.sign {
                SignConstraint::Any => "=>",
                SignConstraint::Excitatory => "->",
                SignConstraint::Inhibitory => "-|",
            };
            writeln!(f, "{} {arrow} {}", name(edge.presynaptic), name(edge.postsynaptic))?;
        }
        for &(pre, post) in &self.absent {
            writeln!(f, "{} !> {}", name(pre), name(post))?;
        }
        for role in &self.roles {
            match role.class {
                SignConstraint::Any => {}
                SignConstraint::Excitatory => writeln!(f, "{}.class = excitatory", role.name)?,
                SignConstraint::Inhibitory => writeln!(f, "{}.class = inhibitory", role.name)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(roles: &[&str], edges: &[(usize, usize)], absent: &[(usize, usize)]) -> Result<Pattern, MotifError> {
        let roles = roles.iter().map(|&name| Role { name: name.into(), class: SignConstraint::Any }).collect();
        let edges = edges.iter().map(|&(presynaptic, postsynaptic)| PatternEdge {
            presynaptic,
            postsynaptic,
            sign: SignConstraint::Any,
        });
        Pattern::new("test", roles, edges.collect(), absent.to_vec())
    }

    #[test]
    fn symmetries_respect_absent_edges_and_classes() {
        let cycle = pattern(&["A", "B", "C"], &[(0, 1), (1, 2), (2, 0)], &[]).unwrap();
        assert_eq!((cycle.automorphisms(), cycle.orbits()), (3, &[vec![0, 1, 2]][..]));
        let fan = pattern(&["A", "B", "C"], &[(0, 1), (0, 2)], &[]).unwrap();
        assert_eq!((fan.automorphisms(), fan.orbits()), (2, &[vec![0], vec![1, 2]][..]));
        let broken = pattern(&["A", "B", "C"], &[(0, 1), (0, 2)], &[(1, 2)]).unwrap();
        assert_eq!(broken.automorphisms(), 1);
        let mut roles = fan.roles().to_vec();
        roles[1].class = SignConstraint::Excitatory;
        assert_eq!(Pattern::new("classes", roles, fan.edges().to_vec(), vec![]).unwrap().automorphisms(), 1);
        let star: Vec<(usize, usize)> = (1..8).map(|leaf| (0, leaf)).collect();
        assert_eq!(pattern(&["A", "B", "C", "D", "E", "F", "G", "H"], &star, &[]).unwrap().automorphisms(), 5040);
    }

    #[test]
    fn the_notation_shows_every_kind_of_statement() {
        let shown = pattern(&["A", "B"], &[(0, 1)], &[(1, 0)]).unwrap().to_string();
        assert_eq!(shown, "A => B\nB !> A\n");
    }

    #[test]
    fn contradictions_are_refused() {
        let refused = |roles: &[&str], edges: &[(usize, usize)], absent: &[(usize, usize)], part: &str| {
            let message = pattern(roles, edges, absent).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        };
        refused(&["A"], &[], &[], "1 roles");
        refused(&["A", "A"], &[(0, 1)], &[], "two roles");
        refused(&["A", "2"], &[(0, 1)], &[], "no role name");
        refused(&["A", "B"], &[(0, 2)], &[], "role 2 of 2");
        refused(&["A", "B"], &[(0, 0)], &[], "itself");
        refused(&["A", "B"], &[(0, 1)], &[(0, 1)], "twice");
        refused(&["A", "B", "C"], &[(0, 1)], &[], "`C` takes part in no");
    }
}
