//! The built-in motifs and their names.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::error::{LARGEST_FILE, UnreadablePattern};
use super::{MotifError, Pattern, Role, symmetry};
use crate::text::suggest;

/// A built-in motif. All but SXOR8 have a closed form; that one is a join, whose last roles are
/// counted together.
///
/// Every role is a distinct neuron. `->` is an excitatory edge, `-|` an inhibitory one. Under a
/// sign model that obeys Dale's law the sign of an edge fixes the identity of the neuron that emits
/// it. A neuron of which a motif asks no signed output has no identity through its edges, so the
/// motif asks for it outright: the *relays* C and D and the inhibited Y must be excitatory by
/// identity. That reading is the one that reproduces the brute-force reference counts: on the
/// hermaphrodite connectome of Cook et al. (2019) with the 26 classic GABA neurons inhibitory, LAT
/// has 242,082 subgraph occurrences, but 347,230 without the two constraints, 291,655 with the one
/// on C and 285,674 with the one on D; LI3 has 1,283, but 1,632 if Y may be anything; XOR5 has
/// 3,117 instead of 4,418. The read-out O of XOR6, the inputs, and the roles of WTA3 and MI2 are
/// not constrained beyond their edges.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(
    serialize_all = "lowercase",
    ascii_case_insensitive,
    parse_err_ty = MotifError,
    parse_err_fn = unknown
)]
pub enum Motif {
    /// Error core: `A -> C, B -> D, A -> I, B -> I, I -| C, I -| D`, C and D excitatory. C is
    /// active if A is and B is not, D if B is and A is not. |Aut| = 2.
    Xor5,
    /// [`Motif::Xor5`] with its read-out, `C -> O, D -> O`: O = A xor B. O may be any neuron. |Aut|
    /// = 2.
    Xor6,
    /// Comparator with signed outputs: [`Motif::Xor6`] with `O => P, O => N` and, from the inputs
    /// or from the relays of the two sides, `A -> P, B -> N` or `C -> P, D -> N`; O signed, P
    /// excitatory, N inhibitory by identity. A filling that meets both alternatives counts once.
    /// |Aut| = 1, for P and N tell the sides apart.
    Sxor8,
    /// Lateral inhibition: `A -> C, A -> I, I -| D, B -> D`, C and D excitatory. An input drives
    /// its own relay and, through I, silences its neighbour's. |Aut| = 1.
    Lat,
    /// Feed-forward lateral inhibition, half an XOR5: `A -> C, A -> I, I -| D`, C and D excitatory.
    /// |Aut| = 1.
    Ffli,
    /// Disynaptic inhibition: `X -> I, I -| Y`, Y excitatory. |Aut| = 1.
    Li3,
    /// Winner take all by shared inhibition: `E1 -> I, E2 -> I, I -| E1, I -| E2`. |Aut| = 2.
    Wta3,
    /// Mutual inhibition: `I1 -| I2, I2 -| I1`. |Aut| = 2.
    Mi2,
}

impl Motif {
    /// Every built-in motif, in the order of the declaration.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The name used in tables, configurations and commands.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The motif written out, from `pipelines/motifs/`.
    #[must_use]
    pub fn pattern(self) -> &'static Pattern {
        static PATTERNS: LazyLock<[Pattern; Motif::ALL.len()]> = LazyLock::new(|| {
            Motif::ALL.map(|motif| {
                Pattern::parse(motif.as_str(), motif.notation())
                    .expect("a built-in motif is well formed; a test reads them all")
            })
        });
        &PATTERNS[self as usize]
    }

    /// The motif in the `.motif` notation, with comments.
    #[must_use]
    pub fn notation(self) -> &'static str {
        match self {
            Motif::Xor5 => include_str!("../../pipelines/motifs/xor5.motif"),
            Motif::Xor6 => include_str!("../../pipelines/motifs/xor6.motif"),
            Motif::Sxor8 => include_str!("../../pipelines/motifs/sxor8.motif"),
            Motif::Lat => include_str!("../../pipelines/motifs/lat.motif"),
            Motif::Ffli => include_str!("../../pipelines/motifs/ffli.motif"),
            Motif::Li3 => include_str!("../../pipelines/motifs/li3.motif"),
            Motif::Wta3 => include_str!("../../pipelines/motifs/wta3.motif"),
            Motif::Mi2 => include_str!("../../pipelines/motifs/mi2.motif"),
        }
    }
}

impl Pattern {
    /// The pattern a person names: a built-in motif, or the path of a `.motif` file, relative to
    /// `folder`. A file's pattern is called as the file is, without the extension.
    ///
    /// # Errors
    /// [`MotifError::UnknownMotif`], [`MotifError::Read`], those of [`Pattern::parse`], and
    /// [`MotifError::NameTaken`] for a file that is called as a built-in motif but differs from it.
    pub fn named(name: &str, folder: &Path) -> Result<Self, MotifError> {
        let path = Path::new(name);
        let is_path = path.extension().is_some_and(|e| e == "motif") || name.contains(['/', '\\']);
        if !is_path {
            return name.parse().map(|motif: Motif| motif.pattern().clone());
        }
        let path = folder.join(path);
        let unreadable = |reason: UnreadablePattern| MotifError::Read {
            path: path.display().to_string(),
            reason,
            known: known(),
        };
        let mut bytes = Vec::new();
        std::fs::File::open(&path)
            .and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
            .map_err(|error| unreadable(UnreadablePattern::Io(Arc::new(error))))?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(unreadable(UnreadablePattern::TooLarge));
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| unreadable(UnreadablePattern::NoText(error)))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let pattern = Self::parse(&stem, text.strip_prefix('\u{feff}').unwrap_or(&text))?;
        match stem.parse::<Motif>() {
            Err(_) => Ok(pattern),
            Ok(motif) if pattern.says_the_same(motif.pattern()) => Ok(motif.pattern().clone()),
            Ok(motif) => Err(MotifError::NameTaken {
                path: path.display().to_string(),
                motif: motif.as_str(),
            }),
        }
    }

    /// Whether both ask the same of roles with the same names, in whatever order.
    fn says_the_same(&self, other: &Self) -> bool {
        let same_name = |(role, &image): (&Role, &usize)| role.name == other.roles()[image].name;
        let renamings = symmetry::isomorphisms(self.statements(), other.statements());
        renamings
            .iter()
            .any(|images| self.roles().iter().zip(images).all(same_name))
    }
}

/// The names of the built-in motifs, separated by commas.
fn known() -> String {
    Motif::ALL.map(Motif::as_str).join(", ")
}

fn unknown(name: &str) -> MotifError {
    MotifError::UnknownMotif {
        given: name.to_owned(),
        known: known(),
        nearest: suggest::did_you_mean(name, Motif::ALL.map(Motif::as_str)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Hinted;

    #[test]
    fn automorphism_groups_have_the_documented_order() {
        let orders = Motif::ALL.map(|motif| motif.pattern().automorphisms());
        assert_eq!(orders, [2, 2, 1, 1, 1, 1, 2, 2]);
    }

    #[test]
    fn names_are_read_back() {
        for motif in Motif::ALL {
            assert_eq!(motif.to_string().parse(), Ok(motif));
            assert_eq!(motif.pattern().name(), motif.as_str());
        }
        assert_eq!("XOR5".parse(), Ok(Motif::Xor5));
        let error = "xor7".parse::<Motif>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown motif `xor7`; the built-in motifs are xor5, xor6, sxor8, lat, ffli, li3, \
             wta3, mi2, and files ending in `.motif`"
        );
        assert_eq!(error.hint().as_deref(), Some("did you mean `xor5`?"));
    }

    #[test]
    fn patterns_show_their_statements() {
        let shown = Motif::Xor5.pattern().to_string();
        let expected = "A -> C\nB -> D\nA -> I\nB -> I\nI -| C\nI -| D\n\
                        C.class = excitatory\nD.class = excitatory\n";
        assert_eq!(shown, expected);
    }
}
