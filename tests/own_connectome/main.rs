//! A connectome from a user's own tables: what is read, what is refused, and how the refusal reads.

#![cfg(feature = "files")]

mod dictionaries;
mod exported;
mod field;
mod formats;
#[cfg(feature = "polars")]
mod frames;
mod graphml;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int8Array, Int64Array, RecordBatch,
    StringArray, UInt64Array,
};
use arrow::datatypes::Int32Type;
use engraph::connectome::{Connectome, NeuronClass, Sign, SignModel, SynapseType};
use engraph::source::bundled;
use engraph::source::file::{FileReport, FileSource, NeuronKnowledge, ReadError, read};
use engraph::text::Hinted;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;

/// Reads files of the given names and contents; the second is the neuron table.
fn read_bytes(
    edges: (&str, &[u8]),
    neurons: Option<(&str, &[u8])>,
) -> Result<(Connectome, FileReport), ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, bytes): (&str, &[u8])| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let source = FileSource {
        edges: write(edges),
        neurons: neurons.map(write).into_iter().collect(),
        unit: "synapses".to_owned(),
        ..FileSource::default()
    };
    read(&source)
}

fn csv(edges: &str) -> (Connectome, FileReport) {
    read_bytes(("edges.csv", edges.as_bytes()), None).unwrap_or_else(|e| panic!("{e}"))
}

fn csv_with_neurons(edges: &str, neurons: &str) -> (Connectome, FileReport) {
    let neurons = Some(("neurons.csv", neurons.as_bytes()));
    read_bytes(("edges.csv", edges.as_bytes()), neurons).unwrap_or_else(|e| panic!("{e}"))
}

/// What the owner of the tables is told.
fn notes(report: &FileReport) -> Vec<String> {
    report
        .messages()
        .into_iter()
        .map(|told| told.text)
        .collect()
}

/// The message of an error and its hint, as people see them.
fn told(error: &ReadError) -> String {
    let hint = error.hint().expect("a hint");
    format!("{error}\n  hint: {hint}")
}

/// The message of a refusal; it has one hint and names the file.
fn refusal(edges: (&str, &[u8]), neurons: Option<(&str, &[u8])>) -> String {
    let message = told(&read_bytes(edges, neurons).expect_err("a refusal"));
    assert_eq!(message.matches("\n  hint: ").count(), 1, "{message}");
    assert!(
        message.contains(if neurons.is_some() {
            "neurons."
        } else {
            edges.0
        }),
        "{message}"
    );
    message
}

fn csv_refusal(edges: &str) -> String {
    refusal(("edges.csv", edges.as_bytes()), None)
}

fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
            .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn names(connectome: &Connectome) -> Vec<&str> {
    connectome
        .neurons()
        .iter()
        .map(|n| n.name.as_str())
        .collect()
}

/// Chemical synapses as (pre, post, weight, sign).
fn chemical(connectome: &Connectome) -> Vec<(&str, &str, f64, Sign)> {
    let names = names(connectome);
    let row = |s: &engraph::connectome::Synapse| {
        (
            names[s.pre as usize],
            names[s.post as usize],
            s.weight,
            s.sign,
        )
    };
    connectome.chemical().iter().map(row).collect()
}

fn sign(connectome: &Connectome, neuron: &str) -> Sign {
    connectome
        .neurons()
        .iter()
        .find(|n| n.name == neuron)
        .unwrap()
        .sign
}

use Sign::{Excitatory, Inhibitory, Unsigned};

#[test]
fn rows_become_synapses() {
    let (c, report) = csv("pre,post,weight\nB,A,2\nA,B,1.5\nA,B,2\nA,A,1\nA,C,0\nC,B,\n");
    assert_eq!((c.name(), c.unit()), ("edges", "synapses"));
    assert_eq!(names(&c), ["A", "B"], "C has no synapse");
    assert_eq!(
        chemical(&c),
        [
            ("A", "A", 1.0, Unsigned),
            ("A", "B", 3.5, Unsigned),
            ("B", "A", 2.0, Unsigned)
        ]
    );
    let expected = FileReport {
        rows: 6,
        zero_weight: 2,
        duplicates: 1,
        autapses: 1,
        unsigned: 3,
        columns: ["pre", "post", "weight"]
            .map(|c| (c.to_owned(), c.to_owned()))
            .to_vec(),
        ..FileReport::default()
    };
    assert_eq!(report, expected);
}

#[test]
fn without_weights_rows_are_counted() {
    let (c, _) = csv("pre,post\nA,B\nA,B\nB,A\n");
    assert_eq!(
        chemical(&c),
        [("A", "B", 2.0, Unsigned), ("B", "A", 1.0, Unsigned)]
    );
}

#[test]
fn headers_and_separators_vary() {
    let plain = csv("pre,post,weight\nA,B,2\n").0;
    for text in [
        "\u{feff}pre,post,weight\r\nA,B,2\r\n",
        "Pre;POST;Weight\nA;B;2\n",
        "pre\tpost\tweight\nA\tB\t2\n",
        "\n\npre,post,weight\nA,B,2",
        "post , weight, note, pre\n B , 2 ,\"x, y\", A\n\n\n",
        "\"pre\",\"post\",\"weight\"\n\"A\",\"B\",\"2\"\n",
    ] {
        assert_eq!(csv(text).0, plain, "{text:?}");
    }
    let (_, report) = csv("pre,post,weight,neuropil\nA,B,2,ring\n");
    assert_eq!(report.ignored_columns, ["neuropil"]);
}

#[test]
fn exports_of_the_field_are_recognised() {
    let flywire = "pre_root_id,post_root_id,neuropil,syn_count,nt_type\n\
        720575940623377802,720575940629174889,GNG,3,GABA\n\
        720575940623377802,720575940629174889,SAD,4,ACH\n\
        720575940623377802,99,SAD,1,GABA\n\
        99,720575940623377802,SAD,1,GLUT\n\
        100,720575940623377802,SAD,1,unknown\n";
    let (c, report) = csv(flywire);
    assert_eq!(
        names(&c),
        ["99", "100", "720575940623377802", "720575940629174889"]
    );
    assert!(report.numbered);
    assert_eq!(report.duplicates, 1);
    assert_eq!(chemical(&c).last().unwrap().2, 7.0);
    let transmitters: Vec<_> = c
        .neurons()
        .iter()
        .map(|n| n.transmitters.concat())
        .collect();
    assert_eq!(
        transmitters,
        ["Glu", "", "ACh", ""],
        "of 4 GABA and 4 ACh the first in the alphabet"
    );
    assert_eq!(
        report.columns[2],
        ("weight".to_owned(), "syn_count".to_owned())
    );

    let (c, _) = csv("bodyId_pre,bodyId_post,weight\n18446744073709551615,5,3\n");
    assert_eq!(chemical(&c), [("18446744073709551615", "5", 3.0, Unsigned)]);

    let homogenised = "from_neuron,to_neuron,mean_gap_weight,mean_chem_weight\n\
        A,B,2.0,\nB,A,2.0,4\nA,C,,1\nC,A,3,\nB,C,,\n";
    let (c, report) = csv(homogenised);
    assert_eq!(
        chemical(&c),
        [("A", "C", 1.0, Unsigned), ("B", "A", 4.0, Unsigned)]
    );
    let gaps: Vec<_> = c
        .electrical()
        .iter()
        .map(|s| (s.pre, s.post, s.weight))
        .collect();
    assert_eq!(gaps, [(0, 1, 2.0), (0, 2, 3.0)]);
    assert_eq!(
        (
            report.zero_weight,
            report.electrical_both_directions,
            report.electrical_averaged
        ),
        (1, 1, 0)
    );
    assert_eq!(report.duplicates, 0);
}

#[test]
fn the_transmitter_with_the_largest_weight_wins() {
    let (c, _) =
        csv("pre,post,weight,nt_type\nA,B,3,GABA\nA,C,2,ACH\nA,D,2,acetylcholine\nB,A,1,\n");
    assert_eq!(c.neurons()[0].transmitters, ["ACh"]);
    assert_eq!(
        c.with_signs(SignModel::Wang2024).neurons()[0].sign,
        Excitatory
    );
}

#[test]
fn gap_junctions_are_stored_once() {
    let (c, report) = csv(
        "pre,post,weight,synapse_type\nA,B,1,electrical\nB,A,3,electrical\nB,A,1,Chemical\n\
        B,A,1,chemical\nC,B,2,electrical\nC,B,2,electrical\nA,A,5,electrical\n",
    );
    let gaps: Vec<_> = c
        .electrical()
        .iter()
        .map(|s| (s.pre, s.post, s.weight))
        .collect();
    assert_eq!(gaps, [(0, 0, 5.0), (0, 1, 2.0), (1, 2, 4.0)]);
    assert_eq!(
        (
            report.electrical_both_directions,
            report.electrical_averaged
        ),
        (1, 1)
    );
    assert_eq!((report.duplicates, report.autapses), (2, 1));
    assert_eq!(chemical(&c), [("B", "A", 2.0, Unsigned)]);
}

#[test]
fn signs_of_synapses_give_signs_of_neurons() {
    let (c, report) = csv(
        "pre,post,sign\nA,B,+1\nA,C,excitatory\nB,A,-1\nB,C,inhibitory\nC,A,1\nC,B,-1.0\n\
        D,A,0\nE,A,\nF,A,1\nF,A,-1\nF,A,1\nG,A,unsigned\n",
    );
    assert_eq!(
        ["A", "B", "C", "D", "E", "F", "G"].map(|n| sign(&c, n)),
        [
            Excitatory, Inhibitory, Unsigned, Unsigned, Unsigned, Unsigned, Unsigned
        ]
    );
    assert_eq!(chemical(&c)[5], ("C", "B", 1.0, Inhibitory));
    assert_eq!((report.unsigned, report.sign_conflicts), (4, 1));
    assert_eq!(c.clone().with_signs(SignModel::File), c);
}

#[test]
fn a_neuron_table_adds_knowledge_and_neurons() {
    let neurons = "neuron,transmitter,sign,class,colour\n\
                   B,gaba+Acetylcholine,-1,Interneuron,red\n\
                   A,GLUT,,sensory,\n\
                   Z,DA,1,,\n";
    let (c, report) = csv_with_neurons("pre,post\nA,B\nB,C\n", neurons);
    assert_eq!(names(&c), ["A", "B", "C", "Z"]);
    let [a, b, _, z] = c.neurons() else {
        panic!("four neurons")
    };
    assert_eq!(
        (&a.transmitters[..], a.class, a.sign),
        (&["Glu".to_owned()][..], NeuronClass::Sensory, Unsigned)
    );
    assert_eq!(
        (b.transmitters.join("+"), b.class, b.sign),
        ("GABA+ACh".to_owned(), NeuronClass::Inter, Inhibitory)
    );
    assert_eq!(z.sign, Excitatory);
    assert_eq!(
        chemical(&c),
        [("A", "B", 1.0, Unsigned), ("B", "C", 1.0, Inhibitory)],
        "by Dale's law"
    );
    assert_eq!(
        (report.neuron_rows, report.isolated, report.unlisted),
        (Some(3), 1, 1)
    );
    assert_eq!(
        (report.knowledge, report.bundled_names),
        (NeuronKnowledge::NeuronTable, 0)
    );
    assert_eq!(report.neuron_columns.len(), 4);

    let (c, _) = csv_with_neurons("pre,post,sign\nA,B,1\nB,C,1\n", "neuron,sign\nA,-1\n");
    assert_eq!(
        (sign(&c, "A"), sign(&c, "B")),
        (Inhibitory, Excitatory),
        "the neuron table's sign wins"
    );
    assert_eq!(chemical(&c)[0].3, Excitatory, "a synapse keeps its own");

    let (c, report) = csv_with_neurons(
        "pre_root_id,post_root_id,nt_type\n10,9,ACH\n9,10,ACH\n",
        "root_id,nt_type\n9,GABA\n",
    );
    assert_eq!(names(&c), ["9", "10"]);
    assert_eq!(
        c.neurons()
            .iter()
            .map(|n| n.transmitters.concat())
            .collect::<Vec<_>>(),
        ["GABA", "ACh"]
    );
    assert_eq!(report.unlisted, 1);
}

#[test]
fn known_names_bring_their_knowledge_when_they_are_half() {
    let (c, report) = csv("pre,post\nAVAL,DD1\nmine,AVAL\nDD1,other\n");
    assert_eq!(
        (report.knowledge, report.bundled_names),
        (NeuronKnowledge::Bundled, 2)
    );
    assert_eq!(c.neurons()[1].transmitters, ["GABA"]);
    let (c, report) = csv("pre,post\nAVAL,DD1\nmine,AVAL\nDD1,other\nDD1,third\n");
    assert_eq!(
        (report.knowledge, report.bundled_names),
        (NeuronKnowledge::None, 2)
    );
    assert!(c.neurons().iter().all(|n| n.transmitters.is_empty()));
    let (c, report) = csv_with_neurons("pre,post\nAVAL,DD1\n", "neuron\nAVAL\nDD1\n");
    assert_eq!(report.bundled_names, 0);
    assert!(
        c.neurons().iter().all(|n| n.transmitters.is_empty()),
        "a neuron table speaks for itself"
    );
}

#[test]
fn neurons_are_sorted_by_number_or_by_name() {
    assert_eq!(names(&csv("pre,post\n10,9\n9,100\n").0), ["9", "10", "100"]);
    assert_eq!(names(&csv("pre,post\n10,9\n9,x\n").0), ["10", "9", "x"]);
    assert_eq!(
        names(&csv("pre,post\n007,7\n7,10\n").0),
        ["007", "10", "7"],
        "007 is a name"
    );
}

#[test]
fn a_bundled_connectome_survives_the_round_trip() {
    for name in ["cook2019_herm", "white1986_whole"] {
        let bundled = bundled::connectome(name).unwrap();
        let mut text = "pre,post,synapse_type,weight\n".to_owned();
        for s in bundled.electrical().iter().chain(bundled.chemical()) {
            let [pre, post] = [s.pre, s.post].map(|i| &bundled.neurons()[i as usize].name);
            writeln!(
                text,
                "{pre},{post},{},{}",
                s.synapse_type.as_str(),
                s.weight
            )
            .unwrap();
        }
        let (read, report) = read_bytes((&format!("{name}.csv"), text.as_bytes()), None).unwrap();
        assert_eq!(read.name(), name);
        assert!(
            read.neurons() == bundled.neurons(),
            "{name}: the neurons differ"
        );
        assert!(
            read.chemical() == bundled.chemical(),
            "{name}: the synapses differ"
        );
        assert!(
            read.electrical() == bundled.electrical(),
            "{name}: the gap junctions differ"
        );
        assert_eq!(
            (
                report.duplicates,
                report.zero_weight,
                report.electrical_both_directions
            ),
            (0, 0, 0)
        );
    }
}

#[test]
fn parquet_is_known_by_its_content() {
    let ids = |list: [u64; 2]| Arc::new(UInt64Array::from(list.to_vec())) as ArrayRef;
    let (a, b) = (u64::MAX, 720_575_940_623_377_802);
    let kinds: DictionaryArray<Int32Type> = ["chemical", "electrical"].into_iter().collect();
    let bytes = parquet(vec![
        ("pre", ids([a, b])),
        ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
        ("post", ids([b, a])),
        (
            "weight",
            Arc::new(Float64Array::from(vec![Some(1.5), Some(2.0)])),
        ),
        ("synapse_type", Arc::new(kinds)),
    ]);
    for name in ["edges.parquet", "edges.csv", "edges"] {
        let (c, report) = read_bytes((name, &bytes), None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(names(&c), ["720575940623377802", "18446744073709551615"]);
        assert_eq!(
            chemical(&c),
            [("18446744073709551615", "720575940623377802", 1.5, Unsigned)]
        );
        assert_eq!(c.electrical()[0].synapse_type, SynapseType::Electrical);
        assert_eq!(report.ignored_columns, ["flag"]);
    }
    let text: ArrayRef = Arc::new(StringArray::from(vec![Some("A"), Some("B"), None]));
    let back: ArrayRef = Arc::new(StringArray::from(vec![Some("B"), Some("A"), None]));
    let count: ArrayRef = Arc::new(Int64Array::from(vec![Some(2), None, None]));
    let bytes = parquet(vec![
        ("pre", text.clone()),
        ("post", back.clone()),
        ("weight", count),
    ]);
    let (c, report) = read_bytes(("edges.parquet", &bytes), None).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(chemical(&c), [("A", "B", 2.0, Unsigned)]);
    assert_eq!(
        (report.rows, report.zero_weight),
        (2, 1),
        "the third is blank"
    );

    let weights: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN, 1.0]));
    let bytes = parquet(vec![
        ("pre", text.clone()),
        ("post", back.clone()),
        ("weight", weights),
    ]);
    assert_says(
        &refusal(("e.parquet", &bytes), None),
        &["row 2 (the first is row 1)", "`weight`", "`NaN`"],
    );

    let small: ArrayRef = Arc::new(Int8Array::from(vec![1, -1, 1]));
    let bytes = parquet(vec![
        ("pre", text.clone()),
        ("post", back.clone()),
        ("sign", small),
    ]);
    assert_eq!(
        sign(&read_bytes(("e.parquet", &bytes), None).unwrap().0, "B"),
        Inhibitory
    );
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true, true, true]));
    let bytes = parquet(vec![("pre", text), ("post", back), ("weight", flags)]);
    assert_says(
        &refusal(("e.parquet", &bytes), None),
        &[
            "column `weight`",
            "`true`",
            "expected a number of 0 or more",
        ],
    );
}

#[test]
fn rounded_identifiers_are_refused() {
    let floats = |list: [f64; 2]| Arc::new(Float64Array::from(list.to_vec())) as ArrayRef;
    let bytes = parquet(vec![
        ("pre", floats([1.0, 7.205_759_406_233_778e17])),
        ("post", floats([2.0, 1.0])),
    ]);
    assert_says(
        &refusal(("e.parquet", &bytes), None),
        &["row 2", "column `pre`", "rounded", "dtype=str"],
    );
    let bytes = parquet(vec![
        ("pre", floats([1.0, 2.0])),
        ("post", floats([2.0, 1.0])),
    ]);
    assert_eq!(
        names(&read_bytes(("e.parquet", &bytes), None).unwrap().0),
        ["1", "2"]
    );
    for rounded in ["7.205759406233778e+17", "720575940623377802.0"] {
        let message = csv_refusal(&format!("pre,post\n1,2\n3,{rounded}\n"));
        assert_says(&message, &["row 3", "column `post`", rounded, "rounded"]);
    }
    assert_eq!(
        csv("pre,post\nA,1.0\n").1.rows,
        1,
        "beside names it is a name"
    );
}

#[test]
fn wrong_cells_are_named() {
    let message = csv_refusal("pre,post,weight\nA,B,1\n\nB,A,-3\n");
    assert_says(
        &message,
        &[
            "edges.csv`, row 4 (the header is row 1), column `weight`: `-3`",
            "a number of 0 or more",
        ],
    );
    assert_says(
        &message,
        &["hint: a weight is a strength; give inhibition in a `sign` column"],
    );
    assert_says(
        &csv_refusal("\npre,post,weight\nA,B,-1\n"),
        &["row 3 (the header is row 1)"],
    );
    for (weight, hint) in [
        ("NaN", "leave the cell empty"),
        ("inf", "empty"),
        ("many", "empty"),
        ("\"1,5\"", "with a point"),
    ] {
        assert_says(
            &csv_refusal(&format!("pre,post,weight\nA,B,{weight}\n")),
            &["row 2", "`weight`", hint],
        );
    }
    assert_says(
        &csv_refusal("pre,post,weight\n,B,1\nNA,B,1\nA,,1\n"),
        &["no row has two neurons", "--edge-column pre=NAME"],
    );
    assert_says(
        &csv_refusal("pre,post,sign\nA,B,2\n"),
        &["column `sign`: `2`", "+1, -1, 0", "not known"],
    );
    assert_says(
        &csv_refusal("pre,post,sign\nA,B,inhibitry\n"),
        &["did you mean `inhibitory`?"],
    );
    assert_says(
        &csv_refusal("pre,post,synapse_type\nA,B,elektrical\n"),
        &["`elektrical`", "did you mean `electrical`?"],
    );
    assert_says(
        &csv_refusal("pre,post,synapse_type\nA,B,\n"),
        &["synapse_type`: empty", "gap junctions are"],
    );
    let several = csv_refusal("connectome,pre,post\nworm,A,B\nworm,B,A\nfly,A,B\n");
    assert_says(
        &several,
        &[
            "row 4",
            "column `connectome`: `fly`",
            "of `worm`",
            "its own file",
        ],
    );
    let zero = csv_refusal("pre,post,weight\nA,B,0\nA,B,\n");
    assert_says(&zero, &["has no synapses: every weight is 0 or empty"]);

    let neurons = |table: &str| {
        refusal(
            ("edges.csv", b"pre,post\nA,B\n"),
            Some(("neurons.csv", table.as_bytes())),
        )
    };
    assert_says(
        &neurons("neuron,sign\nA,1\nB,1\nA,1\n"),
        &["row 4", "the neuron `A` is already in row 2", "ACh+GABA"],
    );
    assert_says(
        &neurons("neuron,sign\nA,up\n"),
        &["row 2", "column `sign`: `up`"],
    );
    assert_says(&neurons("neuron,sign\n,1\n"), &["column `neuron`: empty"]);
    assert_says(
        &neurons("what,sign\nA,1\n"),
        &["no column for the neuron", "`root_id`", "`what`, `sign`"],
    );
    assert_says(
        &neurons("neuron\n123\n"),
        &["none of the neurons", "`123`", "`A`"],
    );
    assert_says(&neurons("neuron,sign\n,\n"), &["has no neurons"]);
    assert_says(&neurons(""), &["neurons.csv", "is empty"]);
}

#[test]
fn missing_columns_are_named() {
    let message = csv_refusal("pree,post,weight\nA,B,1\n");
    assert_says(
        &message,
        &[
            "no column for the presynaptic neuron",
            "`pre`, `pre_root_id`, `body_pre`, `source`, `from`, `from_neuron`",
        ],
    );
    assert_says(
        &message,
        &[
            "found `pree`, `post`, `weight`",
            "hint: did you mean `pre`? rename `pree`",
        ],
    );
    assert_says(
        &csv_refusal("alpha,beta\nA,B\n"),
        &[
            "hint: rename the column of the presynaptic neuron to `pre`",
            "--edge-column pre=NAME",
        ],
    );
    assert_says(&csv_refusal("A,B,3\nB,A,2\n"), &["seems to have no header"]);
    assert_says(&csv_refusal("pre/post\nA/B\n"), &["only one column"]);
    assert_says(
        &csv_refusal("pre,post,weight,weight\nA,B,1,2\n"),
        &["the column `weight` twice"],
    );
    let wide = (0..30)
        .map(|i| format!("column{i}"))
        .collect::<Vec<_>>()
        .join(",");
    let row = vec!["x"; 30].join(",");
    assert_says(&csv_refusal(&format!("{wide}\n{row}\n")), &["and 10 more"]);
}

#[test]
fn files_that_are_no_tables_are_refused() {
    assert_says(&csv_refusal(""), &["is empty"]);
    assert_says(&csv_refusal("\n\n"), &["is empty"]);
    assert_says(&csv_refusal("pre,post\n"), &["has no rows"]);
    assert_says(
        &csv_refusal("pre,post\nA,B,5\n"),
        &["row 2", "it has 3 cells, the header 2", "with a point"],
    );
    assert_says(
        &csv_refusal("pre,post\n\"A,B\nC,D\n"),
        &["opened and never closed"],
    );
    for (bytes, found) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "binary data"),
        (
            b"\x1f\x8b\x08\0\0",
            "not readable as gzip: it ends too early",
        ),
        (b"\x28\xb5\x2f\xfd\0", "not readable as zstd"),
        (b"BZh91AY&SY", "bzip2-compressed"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xff\xfep\0r\0e\0", "UTF-16"),
        (b"ARROW1\0\0", "not readable as Feather"),
        (b"FEA1\0\0\0\0", "Feather file of version 1"),
        (
            b"pre,post\nA,B\nM\xfcller,B\n",
            "row 3 (the header is row 1), is not readable as CSV: the text is not UTF-8",
        ),
    ] {
        assert_says(&refusal(("edges.csv", bytes), None), &[found]);
    }
    for bytes in [
        &b"PAR1"[..],
        b"PAR1PAR1",
        b"pre,post\nA,B\n",
        b"PAR1 is all that this has of Parquet \0\0\0\0PAR1",
    ] {
        assert_says(
            &refusal(("edges.parquet", bytes), None),
            &["not readable as Parquet", "truncated or damaged"],
        );
    }
    let folder = tempfile::tempdir().unwrap();
    for (path, hint) in [
        (folder.path().join("none.csv"), "spelling"),
        (folder.path().to_owned(), "not a folder"),
    ] {
        let error = read(&FileSource {
            edges: path,
            unit: String::new(),
            ..FileSource::default()
        })
        .unwrap_err();
        assert_says(&told(&error), &["cannot be read", hint]);
    }
}

fn small_parquet() -> Vec<u8> {
    let pre: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..200).map(|i| format!("N{}", i % 17)),
    ));
    let post: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..200).map(|i| format!("N{}", i % 23)),
    ));
    let weight: ArrayRef = Arc::new(Float64Array::from_iter_values((0..200).map(f64::from)));
    parquet(vec![("pre", pre), ("post", post), ("weight", weight)])
}

#[test]
fn a_truncated_parquet_file_is_refused() {
    let whole = small_parquet();
    assert!(read_bytes(("edges.parquet", &whole), None).is_ok());
    for length in (0..whole.len()).step_by(37) {
        refusal(("edges.parquet", &whole[..length]), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for name in ["edges.csv", "edges.parquet"] {
            if let Err(error) = read_bytes((name, &bytes), None) {
                prop_assert!(error.hint().is_some(), "{error}");
            }
        }
    }

    #[test]
    fn arbitrary_text_never_panics(rows in "[ab1.,;\"\t\r\n-]{0,60}") {
        for header in ["pre,post,weight\n", "pre,post,sign,synapse_type\n", ""] {
            let text = format!("{header}{rows}");
            if let Err(error) = read_bytes(("edges.csv", text.as_bytes()), None) {
                prop_assert!(error.hint().is_some(), "{error}");
            }
        }
    }

    /// In the footer; damage to the data is found only where it contradicts the footer.
    #[test]
    fn a_damaged_parquet_footer_never_panics(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = small_parquet();
        let length = &bytes[bytes.len() - 8..bytes.len() - 4];
        let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
        let at = bytes.len() - 8 - length + at.index(length);
        bytes[at] = byte;
        if let Err(error) = read_bytes(("edges.parquet", &bytes), None) {
            prop_assert!(error.hint().is_some(), "{error}");
        }
    }
}
