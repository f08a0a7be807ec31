//! Tables with the columns and words that the programs of the field write.

use engraph::connectome::{Connectome, Sign, SignModel, SynapseType};
use engraph::source::file::{FileReport, FileSource, ReadError, read};
use engraph::source::{MatrixRows, ReadOptions};

use super::{assert_says, notes, told};

/// Reads texts, the edges first, with what is said of them.
fn read_with(texts: &[&str], options: ReadOptions) -> Result<(Connectome, FileReport), ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("table{index}.csv"));
        std::fs::write(&path, text).unwrap();
        paths.push(path);
    }
    read(&FileSource {
        edges: paths.remove(0),
        neurons: paths,
        unit: "synapses".to_owned(),
        options,
    })
}

fn read_texts(texts: &[&str]) -> (Connectome, FileReport) {
    read_with(texts, ReadOptions::default()).unwrap_or_else(|e| panic!("{}", told(&e)))
}

fn refusal(texts: &[&str]) -> String {
    told(&read_with(texts, ReadOptions::default()).unwrap_err())
}

/// The chemical synapses in words: `A->B 3`.
fn chemical(c: &Connectome) -> Vec<String> {
    let name = |index: u32| c.neurons()[index as usize].name.as_str();
    c.chemical()
        .iter()
        .map(|s| format!("{}->{} {}", name(s.pre), name(s.post), s.weight))
        .collect()
}

fn told_of(report: &FileReport) -> String {
    notes(report).join("\n")
}

/// One synapse and one gap junction under many names of the column and its words.
#[test]
fn gap_junctions_are_told_from_synapses_whatever_they_are_called() {
    for (column, synapse, gap) in [
        ("type", "chemical", "electrical"),
        ("Type", "Chemical", "GapJunction"),
        ("synapse", "chem", "gap junction"),
        ("kind", "Send", "EJ"),
        ("SynType", "chemical synapse", "electrical synapse"),
        ("interaction", "S", "EJ"),
        ("Synapse Type", "CHEMICAL", "GAP_JUNCTION"),
        ("edge_type", "c", "e"),
        ("what it is", "chemical", "gap"),
        ("modality", "Chem", "Elec"),
    ] {
        let table = format!("pre,post,weight,{column}\nA,B,3,{synapse}\nA,C,2,{gap}\n");
        let (c, report) = read_texts(&[&table]);
        assert_eq!(chemical(&c), ["A->B 3"], "{column}: {}", told_of(&report));
        assert_eq!(c.electrical().len(), 1);
        assert_eq!(report.electrical_rows, 1);
        assert!(
            told_of(&report).contains(&format!("`{column}` as synapse type"))
                || column.starts_with("Synapse"),
            "{}",
            told_of(&report)
        );
    }
    for column in ["is_gap_junction", "electrical", "Gap"] {
        let table = format!("pre,post,weight,{column}\nA,B,3,0\nA,C,2,1\n");
        let (c, _) = read_texts(&[&table]);
        assert_eq!(
            (chemical(&c), c.electrical().len()),
            (vec!["A->B 3".into()], 1)
        );
    }
    let wide = "pre,post,chemical,electrical\nA,B,3,0\nB,A,4,5\n";
    let (c, _) = read_texts(&[wide]);
    assert_eq!(chemical(&c), ["A->B 3", "B->A 4"]);
    assert_eq!(c.electrical()[0].weight, 5.0);
}

#[test]
fn columns_of_other_kinds_are_left_alone() {
    for (column, words) in [
        ("type", ["Directed", "Directed"]),
        ("type", ["T2", "LC10"]),
        ("kind", ["E", "E"]),
        ("Type", ["sensory", "S"]),
        ("type", ["electroreceptor", "chemoreceptor"]),
    ] {
        let [a, b] = words;
        let table = format!("pre,post,{column}\nA,B,{a}\nA,C,{b}\n");
        let (c, report) = read_texts(&[&table]);
        assert_eq!(chemical(&c).len(), 2, "{words:?}");
        assert_eq!(report.ignored_columns, [column]);
    }
}

#[test]
fn what_a_word_for_a_synapse_does_not_say_is_refused_or_doubted() {
    let message = refusal(&["pre,post,type\nA,B,chemical\nA,C,mystery\n"]);
    assert_says(
        &message,
        &[
            "row 3",
            "`type`: `mystery`",
            "synapse type",
            "--edge-column",
        ],
    );
    let (_, report) = read_texts(&["pre,post,notes\nA,B,gap junction\nA,C,seen twice\n"]);
    assert!(report.doubts[0].contains("`notes`"), "{:?}", report.doubts);
    let (_, report) = read_texts(&["pre,post,type\nA,B,1\nA,C,2\n"]);
    assert!(report.doubts[0].contains("numbers"), "{:?}", report.doubts);
    let message = refusal(&["Source,Target,Type\nA,B,Undirected\n"]);
    assert_says(&message, &["row 2", "direction"]);
    let gap = "Source,Target,Type,kind\nA,B,Undirected,gap junction\nA,C,Directed,chemical\n";
    assert_eq!(read_texts(&[gap]).0.electrical().len(), 1);
}

/// A list that names each synapse from both of its neurons.
#[test]
fn copies_of_the_receiving_neuron_are_left_out() {
    let table = "Cell 1,Cell 2,Type,Nbr\nA,B,S,3\nB,A,R,3\nA,C,Sp,2\nC,A,Rp,2\nB,C,EJ,1\nC,B,EJ,1\n\
                 A,NMJ,NMJ,4\nD,A,R,1\n";
    let (c, report) = read_texts(&[table]);
    assert_eq!(chemical(&c), ["A->B 3", "A->C 2"]);
    assert_eq!((report.received_copies, report.neuromuscular), (3, 1));
    assert_eq!(report.received_alone, 1, "A->D is nowhere sent");
    assert_eq!(c.neurons().len(), 3, "neither NMJ nor D has a synapse");
}

#[test]
fn a_list_of_what_is_received_alone_is_refused() {
    let message = refusal(&["Neuron 1,Neuron 2,Type\nA,B,R\nB,C,Rp\nC,A,R\n"]);
    assert_says(
        &message,
        &["copies of what others send", "exchange the columns"],
    );
}

#[test]
fn weights_are_told_from_the_numbers_of_rows() {
    let rows = |column: &str, weights: [u32; 5]| {
        let ends = ["A,B", "B,C", "C,D", "D,E", "E,A"].into_iter().zip(weights);
        let rows: String = ends
            .map(|(ends, weight)| format!("{ends},{weight}\n"))
            .collect();
        format!("pre,post,{column}\n{rows}")
    };
    let (c, report) = read_texts(&[&rows("number", [1, 2, 3, 4, 5])]);
    assert!(c.chemical().iter().all(|s| s.weight == 1.0));
    assert!(
        report.doubts[0].contains("rises by 1"),
        "{:?}",
        report.doubts
    );
    for (column, weights) in [
        ("number", [1, 2, 3, 4, 6]),
        ("weight", [1, 2, 3, 4, 5]),
        ("Number of Connections", [1, 2, 3, 4, 5]),
    ] {
        let (c, _) = read_texts(&[&rows(column, weights)]);
        assert!(c.chemical().iter().any(|s| s.weight > 4.0), "{column}");
    }
    let (_, report) = read_texts(&["pre,post,n_contacts,total synapses\nA,B,1,2\n"]);
    assert!(
        report.doubts[0].contains("may all be weights"),
        "{:?}",
        report.doubts
    );
}

#[test]
fn partners_that_are_missing_are_no_neurons() {
    for word in [
        "NA", "NaN", "nan", "None", "null", "<NA>", "N/A", "#N/A", "",
    ] {
        let table = format!("pre,post,weight\nA,B,1\n{word},B,1\nB,{word},1\nB,A,1\n");
        let (c, report) = read_texts(&[&table]);
        assert_eq!(chemical(&c), ["A->B 1", "B->A 1"], "{word}");
        assert_eq!((report.rows, report.missing_partner), (4, 2));
        assert!(
            told_of(&report).contains("without a partner"),
            "{}",
            told_of(&report)
        );
    }
    let listed = [
        "pre,post\nA,NA\nNA,B\n",
        "neuron,transmitter\nA,ACh\nNA,GABA\n",
    ];
    assert_eq!(
        read_texts(&listed).0.neurons().len(),
        3,
        "a neuron called NA"
    );
}

#[test]
fn the_number_of_no_segment_is_no_neuron() {
    let roots = "pre_root_id,post_root_id\n0,12\n12,15\n15,0\n-1,15\n";
    let (c, report) = read_texts(&[roots]);
    assert_eq!(
        (chemical(&c), report.no_segment),
        (vec!["12->15 1".into()], 3)
    );
    let long = "pre,post\n0,720575940600007475\n720575940600007475,720575940600013553\n";
    assert_eq!(read_texts(&[long]).1.no_segment, 1);
    let indices = "pre,post\n0,1\n1,2\n2,0\n";
    let (c, report) = read_texts(&[indices]);
    assert_eq!(
        (c.neurons().len(), report.no_segment),
        (3, 0),
        "counted from 0"
    );
    let listed = [roots, "root_id,sign\n0,1\n12,1\n15,-1\n-1,1\n"];
    assert_eq!(
        read_texts(&listed).1.no_segment,
        0,
        "the neuron table has it"
    );
}

#[test]
fn five_and_five_point_nought_are_one_neuron() {
    let (c, report) = read_texts(&["pre,post\n5,6\n6.0,5.0\n5.0,7.0\n"]);
    assert_eq!(chemical(&c), ["5->6 1", "5->7 1", "6->5 1"]);
    assert_eq!(report.decimal_identifiers, 2);
    let (c, _) = read_texts(&["pre,post\n5,5.1\n5.0,5\n"]);
    assert_eq!(c.neurons().len(), 3, "names of another kind");
}

/// One word among the identifiers does not hide that the others were rounded.
#[test]
fn rounded_identifiers_are_seen_cell_by_cell() {
    for rounded in ["7.2057594e+17", "720575940600004500.0"] {
        let message = refusal(&[&format!("pre,post\nA,B\nA,{rounded}\n")]);
        assert_says(&message, &["row 3", rounded, "rounded"]);
    }
    let cut: String = (1..9)
        .map(|i| format!("72057594060000{i}000,AVAL\n"))
        .collect();
    assert_says(
        &refusal(&[&format!("pre,post\n{cut}")]),
        &["row 2", "spreadsheet"],
    );
    let floats: String = (1..30_i64)
        .map(|i| {
            format!(
                "{},AVAL\n",
                (720_575_940_600_000_000 + i * 7919) as f64 as i64
            )
        })
        .collect();
    assert_says(
        &refusal(&[&format!("pre,post\n{floats}")]),
        &["floating point"],
    );
}

#[test]
fn matrices_are_read_in_every_form() {
    let expected = ["A->B 2", "B->C 1", "C->A 3"];
    for text in [
        ",A,B,C\nA,0,2,0\nB,0,0,1\nC,3,0,0\n",
        "name;A;B;C\nA;;2;\nB;;;1\nC;3;;\n",
        "\tA\tB\tC\nC\t3\t0\t0\nB\t0\t0\t1\nA\t0\t2\t0\n",
        "A,B,C\n0,2,0\n0,0,1\n3,0,0\n",
        ",A,B,C\n0,0,2,0\n1,0,0,1\n2,3,0,0\n",
    ] {
        let (c, report) = read_texts(&[text]);
        assert_eq!(chemical(&c), expected, "{text}");
        let matrix = report.matrix.as_ref().expect("a matrix");
        assert_eq!((matrix.rows, matrix.columns), (3, 3));
        assert!(told_of(&report).contains("rows are presynaptic"));
    }
    let turned = ReadOptions {
        matrix_rows: Some(MatrixRows::Post),
        ..ReadOptions::default()
    };
    let (c, _) = read_with(&[",A,B\nA,0,2\nB,0,0\n"], turned).unwrap();
    assert_eq!(chemical(&c), ["B->A 2"]);
    let bare = "0,2,0,0\n0,0,1,0\n3,0,0,0\n0,0,0,4\n";
    let (c, report) = read_texts(&[bare]);
    assert_eq!(chemical(&c), ["1->2 2", "2->3 1", "3->1 3", "4->4 4"]);
    assert!(
        told_of(&report).contains("numbers from 1"),
        "{}",
        told_of(&report)
    );
    // As supplements of papers have them: groups and numbers around the names.
    let published =
        ",,,PHARYNX,,\n,,,1,2,3\n,,,A,B,C\nPHARYNX,1,A,,2,\n,2,B,,,1\n,3,C,3,,\n,,,3,2,1\n";
    assert_eq!(chemical(&read_texts(&[published]).0), expected);
    let turned = ",,,Pre,,\n,,,A,B,C\nPost,x,A,,,3\n,,B,2,,\n,,C,,1,\n";
    let (c, report) = read_texts(&[turned]);
    assert_eq!(chemical(&c), expected, "{}", told_of(&report));
    let rectangle = ",A,B,muscle\nA,0,2,1\nB,1,0,0\n";
    assert_eq!(read_texts(&[rectangle]).0.chemical().len(), 3);
    let gaps = ",A,B\nA,0,2\nB,2,0\n";
    assert!(told_of(&read_texts(&[gaps]).1).contains("symmetric"));
    let named = [
        ",A,B\nA,0,2\nB,1,0\n",
        "neuron,transmitter\nA,ACh\nB,GABA\n",
    ];
    let signed = read_texts(&named).0.with_signs(SignModel::Wang2024);
    assert_eq!(signed.chemical()[1].sign, Sign::Inhibitory);
}

#[test]
fn weights_below_nought_are_signs_on_request() {
    let signed = || ReadOptions {
        signed_weights: true,
        ..ReadOptions::default()
    };
    for text in [
        "pre,post,weight\nA,B,2\nB,A,-3\n",
        ",A,B\nA,0,2\nB,-3,0\n",
        "A,B\n0,2\n\u{2212}3,0\n",
    ] {
        assert_says(&refusal(&[text]), &["--signed-weights"]);
        let (c, _) = read_with(&[text], signed()).unwrap();
        assert_eq!(chemical(&c), ["A->B 2", "B->A 3"]);
        assert_eq!(c.chemical()[1].sign, Sign::Inhibitory);
    }
}

#[test]
fn signs_have_many_words() {
    for (column, plus, minus) in [
        ("sign", "excitatory", "inhibitory"),
        ("Sign", "+", "\u{2212}"),
        ("excitatory", "True", "False"),
        ("Excitatory", "1", "-1"),
        ("excitatory", "1", "0"),
        ("inhibitory", "0", "1"),
        ("effect", "exc", "inh"),
        ("polarity", "positive", "negative"),
    ] {
        let table = format!("pre,post,{column}\nA,B,{plus}\nB,A,{minus}\n");
        let (c, _) = read_texts(&[&table]);
        let signs: Vec<Sign> = c.chemical().iter().map(|s| s.sign).collect();
        assert_eq!(
            signs,
            [Sign::Excitatory, Sign::Inhibitory],
            "{column} {plus}"
        );
    }
    let (c, report) = read_texts(&["pre,post,effect\nA,B,strong\nB,A,weak\n"]);
    assert!(!c.is_signed() && report.doubts[0].contains("`effect`"));
}

/// The flat files of the male fly: weights, transmitters and types, each in a table of its own.
#[test]
fn several_neuron_tables_are_joined() {
    let (c, report) = read_texts(&[
        "body_pre,body_post,weight\n10010,10020,4\n10020,10030,2\n",
        "body,consensus_nt\n10010,acetylcholine\n10020,gaba\n",
        "bodyId,type,superclass\n10010,LC4,visual_projection\n10030,GF,motor\n10040,X,\n",
    ]);
    let neuron = |index: usize| &c.neurons()[index];
    assert_eq!(neuron(0).transmitters, ["ACh"]);
    assert_eq!(neuron(0).cell_type.as_deref(), Some("LC4"));
    assert_eq!(neuron(1).transmitters, ["GABA"]);
    assert_eq!(neuron(2).cell_type.as_deref(), Some("GF"));
    assert_eq!(
        (report.neuron_rows, report.isolated, report.unlisted),
        (Some(4), 1, 0)
    );
    let (_, report) = read_texts(&[
        "pre,post\nA,B\n",
        "neuron,transmitter\nA,ACh\n",
        "neuron,transmitter\nA,GABA\nB,ACh\n",
    ]);
    assert_eq!(report.contradictions, 1);
}

/// Of several columns that may name the neurons the one that the edges know counts.
#[test]
fn neurons_are_found_by_the_names_of_the_edges() {
    let (c, report) = read_texts(&["pre,post\nAx,Bx\n", "id,name,nt\n1,Ax,GABA\n2,Bx,ACh\n"]);
    assert_eq!(c.neurons()[0].transmitters, ["GABA"]);
    assert_eq!(report.neuron_columns[0], ("neuron".into(), "name".into()));
    assert!(report.ignored_neuron_columns.contains(&"id".to_owned()));
}

#[test]
fn words_for_transmitters_that_are_not_understood_are_told() {
    let (_, report) = read_texts(&[
        "pre,post\nA,B\nB,C\nC,A\n",
        "neuron,transmitter\nA,cholinergik\nB,GABAergic\nC,cholinergik\n",
    ]);
    assert!(
        told_of(&report).contains("`cholinergik` 2 x"),
        "{}",
        told_of(&report)
    );
}

#[test]
fn names_that_look_alike_are_told() {
    let (_, report) = read_texts(&["pre,post\nAVAL,aval\nRIA\u{200b},RIA\nB,C\n"]);
    assert_eq!(report.similar_names.len(), 2);
    assert!(told_of(&report).contains("differ only by case"));
    assert!(told_of(&report).contains("`AVAL` and `aval`"));
}

#[test]
fn the_owner_may_say_what_a_column_holds() {
    let options = ReadOptions {
        columns: [
            ("weight", "size"),
            ("pre", "alpha"),
            ("post", "beta"),
            ("sign", ""),
        ]
        .map(|(role, name)| (role.to_owned(), name.to_owned()))
        .into(),
        ..ReadOptions::default()
    };
    let table = "alpha,beta,weight,size,sign\nA,B,1,7,-1\n";
    let (c, report) = read_with(&[table], options.clone()).unwrap();
    assert_eq!(chemical(&c), ["A->B 7"]);
    assert_eq!(c.chemical()[0].sign, Sign::Unsigned);
    assert_eq!(report.ignored_columns, ["weight", "sign"]);
    assert!(options.check().is_ok());
    let error = read_with(&["alpha,beta,weight\nA,B,1\n"], options).unwrap_err();
    assert_says(&told(&error), &["`size`", "found"]);
    let wrong = ReadOptions {
        columns: [("wieght".to_owned(), "n".to_owned())].into(),
        ..ReadOptions::default()
    };
    assert!(wrong.check().unwrap_err().to_string().contains("`wieght`"));
}

#[test]
fn every_column_is_accounted_for() {
    let (_, report) = read_texts(&[
        "Source,Target,Weight,Label\nA,B,2,x\n",
        "neuron,transmitter,hue\nA,ACh,red\nB,GABA,blue\n",
    ]);
    let told = &notes(&report)[0];
    for words in [
        "`Source` as pre",
        "`Target` as post",
        "`Weight` as weight",
        "not read: `Label`",
        "of the neurons `neuron`, `transmitter`; not read: `hue`",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let columns = report.readings().into_iter().filter(|r| r.what == "column");
    assert_eq!(columns.count(), 7);
}

#[test]
fn electrical_synapses_have_no_sign() {
    let (c, _) = read_texts(&["pre,post,type,sign\nA,B,electrical,1\nB,C,chemical,-1\n"]);
    assert_eq!(c.electrical()[0].synapse_type, SynapseType::Electrical);
    assert_eq!(c.electrical()[0].sign, Sign::Unsigned);
}
