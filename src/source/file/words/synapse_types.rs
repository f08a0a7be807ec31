//! Words that say what a synapse is.

use super::names::{parts, squashed};

/// What a word says of the row that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in super::super) enum Said {
    /// A chemical synapse from the first neuron to the second.
    Chemical,
    /// A gap junction.
    Electrical,
    /// The copy of a chemical synapse that the list of the other neuron has. It runs from the
    /// second neuron to the first.
    Received,
    /// A junction with a muscle.
    Neuromuscular,
}

/// Abbreviations that are understood only in a column where every word is. Most are those of a list
/// that names each synapse from both of its neurons: sent and received, alone (`S`, `R`) or with
/// several partners (`Sp`, `Rp`).
const CODES: [(&str, Said); 10] = [
    ("s", Said::Chemical),
    ("sp", Said::Chemical),
    ("r", Said::Received),
    ("rp", Said::Received),
    ("c", Said::Chemical),
    ("ch", Said::Chemical),
    ("e", Said::Electrical),
    ("g", Said::Electrical),
    ("j", Said::Electrical),
    ("el", Said::Electrical),
];

/// What a word says, and whether it says so beyond doubt; `None` for words of another kind.
pub(in super::super) fn says(word: &str) -> Option<(Said, bool)> {
    let whole = squashed(word);
    if let Some((_, said)) = CODES.iter().find(|(code, _)| *code == whole) {
        return Some((*said, false));
    }
    let words = parts(word);
    let any = |known: &[&str]| words.iter().any(|w| known.contains(&w.as_str()));
    let muscular = any(&["nmj", "nmjs", "neuromuscular"]) || whole.starts_with("neuromusc");
    let electrical = any(&[
        "electrical",
        "electric",
        "elec",
        "gap",
        "gj",
        "gjs",
        "ej",
        "ejs",
    ]) || ["electrical", "electricsyn", "electricjunc", "gapjunc"]
        .iter()
        .any(|stem| whole.starts_with(stem));
    let chemical = any(&["chemical", "chem"])
        || ["chemicalsyn", "chemsyn"]
            .iter()
            .any(|stem| whole.starts_with(stem));
    let sent = any(&["send", "sent", "sends", "sending"]) || whole.starts_with("sendpoly");
    let received =
        any(&["receive", "received", "receives", "receiving"]) || whole.starts_with("receive");
    let said = match (muscular, electrical, chemical || sent, received) {
        (true, false, _, false) => Said::Neuromuscular,
        (false, true, false, false) => Said::Electrical,
        (false, false, true, false) => Said::Chemical,
        (false, false, _, true) => Said::Received,
        _ => return None,
    };
    Some((said, true))
}

/// What graph programs say of an edge's direction: `Some(true)` for one that has none.
pub(in super::super) fn undirected(word: &str) -> Option<bool> {
    match &*squashed(word) {
        "undirected" | "mutual" => Some(true),
        "directed" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_synapses_are_understood() {
        for (said, words) in [
            (
                Said::Chemical,
                "chemical|Chemical|chem|chemical synapse|ChemicalSynapse|S|Sp|Send|Send-poly",
            ),
            (
                Said::Electrical,
                "electrical|ELECTRIC|gap junction|GapJunction|gap_junction|EJ|gj|gap|e|Electrical \
                 synapse|electrical junction",
            ),
            (Said::Received, "R|Rp|Receive|receive-poly|Received"),
            (Said::Neuromuscular, "NMJ|nmj|neuromuscular junction"),
        ] {
            for word in words.split('|') {
                assert_eq!(says(word).map(|(s, _)| s), Some(said), "{word}");
            }
        }
        for word in [
            "T2",
            "Directed",
            "sensory",
            "DN1",
            "",
            "PEN_a",
            "electroreceptor",
            "chemoreceptor",
            "both",
            "chemical and gap",
        ] {
            assert_eq!(says(word), None, "{word}");
        }
    }

    #[test]
    fn single_letters_are_doubtful() {
        assert_eq!(says("S"), Some((Said::Chemical, false)));
        assert_eq!(says("send"), Some((Said::Chemical, true)));
    }
}
