//! The isomorphism classes of three neurons, with and without types.

use std::fmt;
use std::sync::LazyLock;

use crate::connectome::Sign;

/// One of the 16 isomorphism classes of simple digraphs of three neurons, by its name after Davis
/// and Leinhardt (1972).
///
/// The digits of a name are the numbers of mutual, one-way and absent pairs; the letter tells apart
/// what they leave open (Down, Up, Cyclic, Transitive). Each class has one [wiring](Self::wiring)
/// of neurons 1, 2 and 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TriadClass {
    /// No two of the three neurons are connected.
    T003,
    /// One one-way edge and a neuron apart.
    T012,
    /// One mutual pair and a neuron apart.
    T102,
    /// One neuron drives the two others (divergence).
    T021D,
    /// Two neurons drive the third (convergence).
    T021U,
    /// A chain of two one-way edges.
    T021C,
    /// A mutual pair, one of which a third neuron drives.
    T111D,
    /// A mutual pair, one of which drives a third neuron.
    T111U,
    /// The feed-forward loop, transitive.
    T030T,
    /// The cycle.
    T030C,
    /// Two mutual pairs.
    T201,
    /// One neuron drives both of a mutual pair.
    T120D,
    /// Both of a mutual pair drive one neuron.
    T120U,
    /// A chain whose ends form a mutual pair.
    T120C,
    /// All pairs but one are mutual, that one is one-way.
    T210,
    /// All pairs are mutual.
    T300,
}

impl TriadClass {
    /// Every class, in the customary order; its place here is its [index](Self::index).
    pub const ALL: [TriadClass; 16] = [
        TriadClass::T003,
        TriadClass::T012,
        TriadClass::T102,
        TriadClass::T021D,
        TriadClass::T021U,
        TriadClass::T021C,
        TriadClass::T111D,
        TriadClass::T111U,
        TriadClass::T030T,
        TriadClass::T030C,
        TriadClass::T201,
        TriadClass::T120D,
        TriadClass::T120U,
        TriadClass::T120C,
        TriadClass::T210,
        TriadClass::T300,
    ];

    /// The name: `021D`, `030T` and so on.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.describe().0
    }

    /// The edges among neurons 1, 2 and 3, mutual pairs as `1<->2`, separated by spaces; empty for
    /// `003`.
    ///
    /// Neurons are numbered along the flow of one-way edges (but for the edge that closes the cycle
    /// `030C`), and the middle of an open chain is neuron 2.
    #[must_use]
    pub fn wiring(self) -> &'static str {
        self.describe().1
    }

    /// The place of the class in [`TriadClass::ALL`].
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name of the class and its wiring.
    fn describe(self) -> (&'static str, &'static str) {
        match self {
            TriadClass::T003 => ("003", ""),
            TriadClass::T012 => ("012", "1->2"),
            TriadClass::T102 => ("102", "1<->2"),
            TriadClass::T021D => ("021D", "1->2 1->3"),
            TriadClass::T021U => ("021U", "1->3 2->3"),
            TriadClass::T021C => ("021C", "1->2 2->3"),
            TriadClass::T111D => ("111D", "1->2 2<->3"),
            TriadClass::T111U => ("111U", "1<->2 2->3"),
            TriadClass::T030T => ("030T", "1->2 1->3 2->3"),
            TriadClass::T030C => ("030C", "1->2 2->3 3->1"),
            TriadClass::T201 => ("201", "1<->2 2<->3"),
            TriadClass::T120D => ("120D", "1->2 1->3 2<->3"),
            TriadClass::T120U => ("120U", "1->3 2->3 1<->2"),
            TriadClass::T120C => ("120C", "1->2 2->3 1<->3"),
            TriadClass::T210 => ("210", "1->2 1<->3 2<->3"),
            TriadClass::T300 => ("300", "1<->2 1<->3 2<->3"),
        }
    }

    /// The wiring as [`Triad`] keeps it.
    fn dyads(self) -> [u8; 3] {
        let mut dyads = [0; 3];
        for edge in self.wiring().split_whitespace() {
            let neuron = |at: usize| usize::from(edge.as_bytes()[at] - b'1');
            let (one, other) = (neuron(0), neuron(edge.len() - 1));
            let (dyad, forward) = (
                one + other - 1,
                if one < other { FORWARD } else { BACKWARD },
            );
            dyads[dyad] = if edge.contains('<') { MUTUAL } else { forward };
        }
        dyads
    }
}

impl fmt::Display for TriadClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An isomorphism class of three neurons of which each is excitatory (E), inhibitory (I) or
/// unsigned (U).
///
/// It is a [`TriadClass`], whose wiring tells which part neurons 1, 2 and 3 play, and their types
/// in that order: class `030T` with types `EIE` and wiring `1->2 1->3 2->3` is an excitatory neuron
/// that drives an excitatory one both directly and through an inhibitory one. Where the wiring can
/// be numbered in several ways (the two targets of `021D` may be exchanged) the types are those
/// that come first with E before I before U, so that each class is written in one way only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignedTriadClass(u16);

impl SignedTriadClass {
    /// The number of classes.
    pub const COUNT: usize = 328;

    /// The class of neurons 1, 2 and 3 wired as `triad` and of these types; any numbering the
    /// wiring allows gives the same class.
    #[must_use]
    pub fn new(triad: TriadClass, types: [Sign; 3]) -> Self {
        Triad {
            types: types.map(|sign| sign as u8),
            dyads: triad.dyads(),
        }
        .class()
    }

    /// Every class, ordered by [`TriadClass::ALL`] and then by types.
    pub fn all() -> impl ExactSizeIterator<Item = SignedTriadClass> + Clone {
        (0..Self::COUNT as u16).map(SignedTriadClass)
    }

    /// The place of the class in [`SignedTriadClass::all`].
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The wiring, without the types.
    #[must_use]
    pub fn triad(self) -> TriadClass {
        CATALOGUE.classes[self.index()].0
    }

    /// The types of neurons 1, 2 and 3.
    #[must_use]
    pub fn types(self) -> [Sign; 3] {
        self.representative()
            .types
            .map(|kind| SIGNS[usize::from(kind)])
    }

    /// The types as three letters, such as `EIE`.
    #[must_use]
    pub fn types_str(self) -> &'static str {
        const LETTERS: [&str; 27] = [
            "EEE", "EEI", "EEU", "EIE", "EII", "EIU", "EUE", "EUI", "EUU", "IEE", "IEI", "IEU",
            "IIE", "III", "IIU", "IUE", "IUI", "IUU", "UEE", "UEI", "UEU", "UIE", "UII", "UIU",
            "UUE", "UUI", "UUU",
        ];
        LETTERS[self.representative().code() >> 6]
    }

    /// The neurons as the class numbers them.
    #[inline]
    pub(super) fn representative(self) -> Triad {
        CATALOGUE.classes[self.index()].1
    }
}

impl fmt::Display for SignedTriadClass {
    /// Name and types, such as `030T EIE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.triad(), self.types_str()))
    }
}

impl fmt::Debug for SignedTriadClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The types, as [`Triad`] numbers them.
const SIGNS: [Sign; 3] = [Sign::Excitatory, Sign::Inhibitory, Sign::Unsigned];
/// An edge from the neuron with the lower number.
pub(super) const FORWARD: u8 = 1;
/// An edge from the neuron with the higher number.
pub(super) const BACKWARD: u8 = 2;
/// A dyad with an edge each way.
pub(super) const MUTUAL: u8 = FORWARD | BACKWARD;

/// Three numbered neurons.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triad {
    /// Excitatory 0, inhibitory 1, unsigned 2, as [`Sign`] orders them.
    pub(super) types: [u8; 3],
    /// What joins neurons 1 and 2, 1 and 3, 2 and 3.
    pub(super) dyads: [u8; 3],
}

impl Triad {
    /// The number of ways to type and wire three numbered neurons.
    pub(super) const CODES: usize = 27 * 64;

    /// A number of its own for each way.
    #[inline]
    pub(super) fn code(self) -> usize {
        let [one, two, three] = self.types.map(usize::from);
        let [one_two, one_three, two_three] = self.dyads.map(usize::from);
        (((one * 3 + two) * 3 + three) << 6) | one_two | one_three << 2 | two_three << 4
    }

    /// The way that has this number.
    pub(super) fn from_code(code: usize) -> Self {
        let types = code >> 6;
        let dyad = |at: usize| (code >> (2 * at) & 3) as u8;
        Self {
            types: [types / 9, types / 3 % 3, types % 3].map(|kind| kind as u8),
            dyads: [dyad(0), dyad(1), dyad(2)],
        }
    }

    /// The class these neurons are of.
    #[inline]
    pub(super) fn class(self) -> SignedTriadClass {
        SignedTriadClass(CATALOGUE.class_of[self.code()])
    }

    /// What the neuron `from` (counted from 0) sends to and receives from `to`.
    fn dyad(self, from: usize, to: usize) -> u8 {
        let dyad = self.dyads[from + to - 1];
        if from < to {
            dyad
        } else {
            dyad >> 1 | (dyad & 1) << 1
        }
    }

    /// The same neurons numbered anew: number `at` goes to the neuron that was number `order[at]`.
    fn renumbered(self, order: [usize; 3]) -> Self {
        let [one, two, three] = order;
        Self {
            types: order.map(|at| self.types[at]),
            dyads: [
                self.dyad(one, two),
                self.dyad(one, three),
                self.dyad(two, three),
            ],
        }
    }
}

/// All classes, each with the neurons as it numbers them, and the class of every way to type and
/// wire three numbered neurons.
struct Catalogue {
    classes: Vec<(TriadClass, Triad)>,
    class_of: Vec<u16>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    const UNKNOWN: u16 = u16::MAX;
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let (mut classes, mut class_of) = (
        Vec::with_capacity(SignedTriadClass::COUNT),
        vec![UNKNOWN; Triad::CODES],
    );
    for class in TriadClass::ALL {
        // Ascending, so that a class is first met with the types it is written with.
        for types in (0..27).map(|at| [at / 9, at / 3 % 3, at % 3]) {
            let triad = Triad {
                types,
                dyads: class.dyads(),
            };
            if class_of[triad.code()] == UNKNOWN {
                for order in ORDERS {
                    class_of[triad.renumbered(order).code()] = classes.len() as u16;
                }
                classes.push((class, triad));
            }
        }
    }
    Catalogue { classes, class_of }
});
