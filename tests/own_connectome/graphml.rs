//! GraphML: what networkx, igraph and Gephi write, and what is refused.

use std::io::Write as _;

use engraph::connectome::{Connectome, NeuronClass};
use engraph::source::file::{FileReport, NeuronKnowledge, NodeNames};
use engraph::text::Hinted;
use proptest::prelude::*;

use super::{Inhibitory, Unsigned, assert_says, chemical, names, notes, read_bytes, refusal};

/// As networkx writes it: a key for each type that the values of an attribute have.
const NETWORKX: &str = include_str!("graphml/networkx.graphml");

/// As igraph writes it: the names are an attribute.
const IGRAPH: &str = include_str!("graphml/igraph.graphml");

/// As Gephi writes it, with defaults.
const GEPHI: &str = include_str!("graphml/gephi.graphml");

fn read(text: &str) -> (Connectome, FileReport) {
    read_bytes(("brain.graphml", text.as_bytes()), None).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn networkx() {
    let (c, report) = read(NETWORKX);
    assert_eq!(c.name(), "brain");
    assert_eq!(names(&c), ["a", "b<&\"é", "c"]);
    assert_eq!(
        chemical(&c),
        [
            ("a", "b<&\"é", 2.5, Inhibitory),
            ("b<&\"é", "a", 1.0, Unsigned)
        ]
    );
    let [a, b, _] = c.neurons() else {
        panic!("three neurons")
    };
    assert_eq!(
        (&a.transmitters[..], a.cell_type.as_deref()),
        (&["GABA".to_owned()][..], Some("KC"))
    );
    assert_eq!((b.transmitters.len(), b.cell_type.as_deref()), (0, None));
    assert_eq!(report.node_names, Some(NodeNames::Identifiers));
    assert_eq!(
        (report.rows, report.isolated, report.knowledge),
        (2, 1, NeuronKnowledge::NeuronTable)
    );

    let neurons: &[u8] = b"neuron,transmitter\na,ACh\n";
    let (c, _) = read_bytes(
        ("brain.graphml", NETWORKX.as_bytes()),
        Some(("neurons.csv", neurons)),
    )
    .unwrap();
    assert_eq!(
        c.neurons()[0].transmitters,
        ["ACh"],
        "a neuron table takes the place of the nodes' attributes"
    );
    let table: &[u8] = b"pre,post\na,c\n";
    let (c, _) = read_bytes(
        ("e.csv", table),
        Some(("neurons.graphml", NETWORKX.as_bytes())),
    )
    .unwrap();
    assert_eq!(
        (c.neurons().len(), c.neurons()[0].transmitters.concat()),
        (3, "GABA".to_owned())
    );
}

#[test]
fn igraph() {
    let (c, report) = read(IGRAPH);
    assert_eq!(chemical(&c), [("AVAL", "DD1", 5.0, Unsigned)]);
    assert_eq!(
        report.node_names,
        Some(NodeNames::Attribute("name".to_owned()))
    );
    assert_eq!(
        (report.duplicates, report.knowledge),
        (1, NeuronKnowledge::Bundled),
        "names of the worm's neurons"
    );
    let (c, report) = read(&IGRAPH.replace("DD1", "AVAL"));
    assert_eq!(names(&c), ["n0", "n1"]);
    assert_eq!(
        report.node_names,
        Some(NodeNames::InsteadOf("name".to_owned()))
    );
    assert!(
        notes(&report)
            .iter()
            .any(|n| n.contains("identifiers of their nodes")),
        "{:?}",
        notes(&report)
    );
}

#[test]
fn gephi() {
    let (c, report) = read(GEPHI);
    assert_eq!(names(&c), ["KC 1", "MBON"]);
    assert_eq!(chemical(&c), [("KC 1", "MBON", 1.0, Unsigned)]);
    assert_eq!(
        (c.electrical()[0].weight, report.electrical_both_directions),
        (4.0, 0)
    );
    assert_eq!(
        [0, 1].map(|i| c.neurons()[i].class),
        [NeuronClass::Sensory, NeuronClass::Inter]
    );
    assert!(
        report.ignored_columns.contains(&"Edge Label".to_owned()),
        "{:?}",
        report.ignored_columns
    );
}

#[test]
fn compressed() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(NETWORKX.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    let (c, report) = read_bytes(("brain.graphml.gz", &bytes), None).unwrap();
    assert_eq!((c, report), read(NETWORKX));
    let message = refusal(("brain.graphml.gz", &bytes[..bytes.len() / 2]), None);
    assert_says(&message, &["not readable as gzip: it ends too early"]);
}

#[test]
fn faults_are_named_with_their_lines() {
    let refused = |text: &str| refusal(("brain.graphml", text.as_bytes()), None);
    let without = |from: &str, to: &str| {
        assert!(NETWORKX.contains(from), "{from}");
        refused(&NETWORKX.replacen(from, to, 1))
    };
    assert_says(
        &without("\"directed\"", "\"undirected\""),
        &[
            "line 13",
            "expected an edge with a direction",
            "DiGraph",
            "electrical",
        ],
    );
    assert_says(
        &without("2.5", "-2.5"),
        &["line 13, column `weight`: `-2.5`", "a number of 0 or more"],
    );
    assert_says(&without("2.5", "NaN"), &["line 13, column `weight`: `NaN`"]);
    assert_says(
        &without("<node id=\"c\"/>", "<node id=\"a\"/>"),
        &["line 12", "`a` is already in line 7"],
    );
    assert_says(
        &without("target=\"a\"", "target=\"d\""),
        &["line 17", "there is no node `d`"],
    );
    assert_says(
        &without(" target=\"a\"", ""),
        &["line 17", "`<edge>` has no `target`"],
    );
    assert_says(
        &without("<data key=\"d2\">", "<data key=\"d9\">"),
        &["line 14", "`d9` is not declared"],
    );
    assert_says(
        &without("GABA", "&lol;"),
        &["line 8", "`&lol;` is none of XML's own"],
    );
    assert_says(&without("id=\"c\"", "id=\"&lol;\""), &["line 12", "lol"]);
    assert_says(
        &without("</edge>", "</egde>"),
        &["line 16", "is not readable as GraphML", "(byte "],
    );
    assert_says(&without("</graph></graphml>", ""), &["truncated"]);
    assert_says(
        &refused(&NETWORKX[..NETWORKX.len() - 40]),
        &["is not readable as GraphML"],
    );
    assert_says(
        &refused("<gexf><graph/></gexf>"),
        &["line 1", "begins with `<gexf>`", "as GraphML"],
    );
    assert_says(&refused("<graphml></graphml>"), &["no `<graph>`"]);
    let empty = "<graphml><graph edgedefault=\"directed\"><node id=\"a\"/></graph></graphml>";
    assert_says(&refused(empty), &["has no edges"]);
    let twice = NETWORKX.replace("</graphml>", "<graph edgedefault=\"directed\"/></graphml>");
    assert_says(&refused(&twice), &["a second graph"]);
    let nested = NETWORKX.replace(
        "<node id=\"c\"/>",
        "<node id=\"c\"><graph edgedefault=\"directed\"/></node>",
    );
    assert_says(&refused(&nested), &["line 12", "a graph of its own"]);
}

#[test]
fn entities_are_not_expanded() {
    let bomb = NETWORKX.replace(
        "<graphml ",
        "<!DOCTYPE graphml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\n\
         <!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n\
         <graphml ",
    );
    assert_eq!(names(&read(&bomb).0).len(), 3, "declared, and never used");
    for entity in ["&b;", "&f;"] {
        let message = refusal(
            ("brain.graphml", bomb.replace("GABA", entity).as_bytes()),
            None,
        );
        assert_says(&message, &["line 10", "none of XML's own"]);
    }
}

#[test]
fn attributes_called_as_the_ends_do_not_count() {
    let text = NETWORKX
        .replace("attr.name=\"sign\"", "attr.name=\"Post\"")
        .replace("\"transmitter\"", "\"Neuron\"");
    let (c, report) = read(&text);
    assert_eq!(chemical(&c)[0], ("a", "b<&\"é", 2.5, Unsigned));
    assert_eq!(report.ignored_columns, ["Post (attribute)"]);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_graphs_never_panic(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        length in 0..4_usize,
    ) {
        for text in [NETWORKX, IGRAPH, GEPHI] {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes.splice(at..(at + length).min(text.len()), [byte]);
            if let Err(error) = read_bytes(("brain.graphml", &bytes), None) {
                prop_assert!(error.hint().is_some(), "{}", error);
            }
        }
    }

    #[test]
    fn arbitrary_elements_never_panic(parts in proptest::collection::vec(0..12_usize, 0..20)) {
        let pieces = [
            "<graphml>",
            "</graphml>",
            "<graph edgedefault=\"directed\">",
            "</graph>",
            "<node id=\"a\">",
            "</node>",
            "<edge source=\"a\" target=\"a\">",
            "</edge>",
            "<key id=\"k\" attr.name=\"weight\"><default>1</default></key>",
            "<data key=\"k\">2</data>",
            "&amp;",
            "<default>",
        ];
        let text: String = parts.iter().map(|&part| pieces[part]).collect();
        let text = format!("<graphml>{text}");
        if let Err(error) = read_bytes(("brain.graphml", text.as_bytes()), None) {
            prop_assert!(error.hint().is_some(), "{}", error);
        }
    }
}
