//! The tunes, all in the public domain, transposed to few accidentals.

use super::tune::Tune;

/// Every tune, by name.
pub const TUNES: &[Tune] = &[
    Tune {
        name: "ah_vous_dirai_je",
        title: "Ah ! vous dirai-je, maman (France, 18th century; Twinkle, twinkle, little star)",
        bar: 8,
        notation: "\
            C2 C2 G2 G2 | A2 A2 G4 | F2 F2 E2 E2 | D2 D2 C4 | G2 G2 F2 F2 | E2 E2 D4 | \
            G2 G2 F2 F2 | E2 E2 D4 | C2 C2 G2 G2 | A2 A2 G4 | F2 F2 E2 E2 | D2 D2 C4",
    },
    Tune {
        name: "au_clair_de_la_lune",
        title: "Au clair de la lune (France, 18th century)",
        bar: 8,
        notation: "\
            C2 C2 C2 D2 | E4 D4 | C2 E2 D2 D2 | C8 | C2 C2 C2 D2 | E4 D4 | C2 E2 D2 D2 | C8 | \
            D2 D2 D2 D2 | A4 A4 | D2 C2 B2 A2 | G8 | C2 C2 C2 D2 | E4 D4 | C2 E2 D2 D2 | C8",
    },
    Tune {
        name: "frere_jacques",
        title: "Frère Jacques (France, 18th century)",
        bar: 8,
        notation: "\
            C2 D2 E2 C2 | C2 D2 E2 C2 | E2 F2 G4 | E2 F2 G4 | G A G F E2 C2 | G A G F E2 C2 | \
            C2 G2 C4 | C2 G2 C4",
    },
    Tune {
        name: "fur_elise",
        title: "Für Elise (Beethoven, 1810), its theme; a step is a sixteenth",
        bar: 6,
        notation: "\
            E D# | E D# E B D C | A2 z C E A | B2 z E G# B | C2 z E E D# | E D# E B D C | \
            A2 z C E A | B2 z E C B | A4",
    },
    Tune {
        name: "jingle_bells",
        title: "Jingle bells (Pierpont, 1857), the refrain as it is sung",
        bar: 8,
        notation: "\
            E2 E2 E4 | E2 E2 E4 | E2 G2 C3 D | E8 | F2 F2 F3 F | F2 E2 E2 E E | E2 D2 D2 E2 | \
            D4 G4 | E2 E2 E4 | E2 E2 E4 | E2 G2 C3 D | E8 | F2 F2 F3 F | F2 E2 E2 E E | \
            G2 G2 F2 D2 | C8",
    },
    Tune {
        name: "london_bridge",
        title: "London Bridge is falling down (England, 18th century)",
        bar: 8,
        notation: "\
            G3 A G2 F2 | E2 F2 G4 | D2 E2 F4 | E2 F2 G4 | G3 A G2 F2 | E2 F2 G4 | D4 G4 | \
            E2 C6",
    },
    Tune {
        name: "mary_had_a_little_lamb",
        title: "Mary had a little lamb (United States, 19th century)",
        bar: 8,
        notation: "\
            E2 D2 C2 D2 | E2 E2 E4 | D2 D2 D4 | E2 G2 G4 | E2 D2 C2 D2 | E2 E2 E2 E2 | \
            D2 D2 E2 D2 | C8",
    },
    Tune {
        name: "ode_to_joy",
        title: "Ode to joy (Beethoven, 1824)",
        bar: 8,
        notation: "\
            E2 E2 F2 G2 | G2 F2 E2 D2 | C2 C2 D2 E2 | E3 D D4 | E2 E2 F2 G2 | G2 F2 E2 D2 | \
            C2 C2 D2 E2 | D3 C C4",
    },
    Tune {
        name: "old_macdonald",
        title: "Old MacDonald had a farm (England and United States, 18th to 19th century)",
        bar: 8,
        notation: "\
            C2 C2 C2 G2 | A2 A2 G4 | E2 E2 D2 D2 | C6 G2 | C2 C2 C2 G2 | A2 A2 G4 | \
            E2 E2 D2 D2 | C8",
    },
    Tune {
        name: "row_row_row",
        title: "Row, row, row your boat (United States, 19th century), in six eighths",
        bar: 6,
        notation: "C3 C3 | C2 D E3 | E2 D E2 F | G6 | C C C G G G | E E E C C C | G2 F E2 D | C6",
    },
    Tune {
        name: "yankee_doodle",
        title: "Yankee Doodle (England and United States, 18th century), its verse",
        bar: 8,
        notation: "\
            C2 C2 D2 E2 | C2 E2 D4 | C2 C2 D2 E2 | C4 B4 | C2 C2 D2 E2 | F2 E2 D2 C2 | \
            B2 G2 A2 B2 | C4 C4",
    },
];
