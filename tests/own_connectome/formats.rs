//! Compressed text, Parquet and Feather.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float32Array, Int8Array, Int16Array, Int32Array,
    LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray, TimestampSecondArray,
    UInt8Array, UInt16Array, UInt32Array,
};
use arrow::datatypes::{Int8Type, UInt32Type};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use engraph::text::Hinted;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::{
    Excitatory, Unsigned, assert_says, chemical, csv, names, notes, parquet, read_bytes, refusal,
};

const TEXT: &str = "pre,post,weight,sign\nA,B,2,1\nB,A,1.5,1\nC,A,1,1\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .unwrap()
}

fn feather(columns: Vec<(&str, ArrayRef)>, compression: Option<CompressionType>) -> Vec<u8> {
    let batch = batch(columns);
    let options = IpcWriteOptions::default()
        .try_with_compression(compression)
        .unwrap();
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn text(cells: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

#[test]
fn compressed_text_is_read_as_what_it_holds() {
    let plain = csv(TEXT);
    let halves = [gzip(&TEXT.as_bytes()[..30]), gzip(&TEXT.as_bytes()[30..])].concat();
    let frames = [zstd(&TEXT.as_bytes()[..30]), zstd(&TEXT.as_bytes()[30..])].concat();
    let tabs = gzip(TEXT.replace(',', "\t").as_bytes());
    for bytes in [
        gzip(TEXT.as_bytes()),
        zstd(TEXT.as_bytes()),
        halves,
        frames,
        tabs,
    ] {
        for name in [
            "edges.csv.gz",
            "edges.csv",
            "edges.tsv.GZ",
            "edges.csv.zst",
            "edges",
        ] {
            assert_eq!(read_bytes((name, &bytes), None).unwrap(), plain, "{name}");
        }
    }
    let neurons = gzip(b"neuron,nt_type\nA,GABA\n");
    let (c, _) = read_bytes(
        ("edges.csv", TEXT.as_bytes()),
        Some(("neurons.csv.gz", &neurons)),
    )
    .unwrap();
    assert_eq!(c.neurons()[0].transmitters, ["GABA"]);
    let inside = gzip(&parquet(vec![
        ("pre", text(&["A"])),
        ("post", text(&["B"])),
    ]));
    assert_eq!(
        names(&read_bytes(("edges.parquet.gz", &inside), None).unwrap().0),
        ["A", "B"]
    );
    assert_says(
        &refusal(("e.csv.gz", &gzip(&gzip(TEXT.as_bytes()))), None),
        &["compressed twice"],
    );
    assert_says(&refusal(("e.csv.gz", &gzip(b"")), None), &["is empty"]);
    assert_says(
        &refusal(("e.csv.gz", &gzip(b"pre,post\nA,B,C\n")), None),
        &["row 2", "3 cells"],
    );
}

#[test]
fn damaged_compression_is_refused() {
    for (whole, format) in [
        (gzip(TEXT.as_bytes()), "gzip"),
        (zstd(TEXT.as_bytes()), "zstd"),
    ] {
        for length in 4..whole.len() {
            let message = refusal(("e.csv.gz", &whole[..length]), None);
            assert_says(
                &message,
                &[&format!("not readable as {format}"), "truncated or damaged"],
            );
        }
    }
    let mut wrong = gzip(TEXT.as_bytes());
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    assert_says(
        &refusal(("e.csv.gz", &wrong), None),
        &["not readable as gzip", "checksum"],
    );
    let garbage = [gzip(TEXT.as_bytes()), b"and more".to_vec()].concat();
    assert_says(
        &refusal(("e.csv.gz", &garbage), None),
        &["not readable as gzip"],
    );
}

#[test]
fn a_decompression_bomb_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let row = [b"A,B,", [b'x'; 1 << 20].as_slice(), b"\n"].concat();
    encoder.write_all(b"pre,post,note\n").unwrap();
    (0..260).for_each(|_| encoder.write_all(&row).unwrap());
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    assert_says(
        &refusal(("e.csv.zst", &bomb), None),
        &["holds more than 256 MiB"],
    );
}

#[test]
fn rows_and_elements_without_an_end_are_refused_before_they_are_kept() {
    let head = "pre,post,weight\nA,B,1\n";
    let open = format!("{head}\"A");
    let cases = [
        (
            "e.csv",
            head,
            ",",
            1 << 21,
            "more than 1048576 cells or 16 MiB",
        ),
        (
            "e.csv",
            "",
            "x,",
            1 << 21,
            "more than 1048576 cells or 16 MiB",
        ),
        (
            "e.csv",
            head,
            "x",
            1 << 25,
            "more than 1048576 cells or 16 MiB",
        ),
        (
            "e.csv",
            &open,
            "x\n",
            1 << 24,
            "more than 1048576 cells or 16 MiB",
        ),
        (
            "e.graphml",
            "<graphml>",
            "<a>",
            1 << 12,
            "more than 1000 elements lie in each other",
        ),
        (
            "e.graphml",
            "<graphml><a b='",
            "x",
            1 << 25,
            "longer than 16 MiB",
        ),
    ];
    for (name, begin, piece, times, words) in cases {
        let text = [begin, &piece.repeat(times)].concat();
        assert_says(&refusal((name, text.as_bytes()), None), &[words]);
        let packed = zstd(text.as_bytes());
        assert_says(&refusal((name, &packed), None), &[words]);
    }
    // As many short rows are no row without an end.
    let rows = format!("{head}{}", "A,C,1\nB,C,1\n".repeat(1 << 21));
    let (read, _) = read_bytes(("e.csv", rows.as_bytes()), None).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(read.edges(0.0).count(), 3);
}

#[test]
fn feather_is_read_in_every_compression() {
    let plain = csv(TEXT);
    for compression in [
        None,
        Some(CompressionType::LZ4_FRAME),
        Some(CompressionType::ZSTD),
    ] {
        let pre: ArrayRef = Arc::new(LargeStringArray::from(vec!["A", "B", "C"]));
        let post: ArrayRef = Arc::new(StringViewArray::from(vec!["B", "A", "A"]));
        let weight: ArrayRef = Arc::new(Float32Array::from(vec![2.0, 1.5, 1.0]));
        let sign: ArrayRef = Arc::new(Int8Array::from(vec![1, 1, 1]));
        let when: ArrayRef = Arc::new(TimestampSecondArray::from(vec![1, 2, 3]));
        let columns = vec![
            ("pre", pre),
            ("post", post),
            ("when", when),
            ("weight", weight),
            ("sign", sign),
        ];
        let bytes = feather(columns.clone(), compression);
        for name in ["edges.feather", "edges.arrow", "edges.csv", "edges"] {
            let (c, report) = read_bytes((name, &bytes), None).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(c, plain.0);
            assert_eq!(report.ignored_columns, ["when"]);
        }
        assert_eq!(
            read_bytes(("edges.feather.gz", &gzip(&bytes)), None)
                .unwrap()
                .0,
            plain.0
        );
        let batch = batch(columns);
        let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        (0..3).for_each(|row| stream.write(&batch.slice(row, 1)).unwrap());
        assert_eq!(
            read_bytes(("edges.arrows", &stream.into_inner().unwrap()), None)
                .unwrap()
                .0,
            plain.0
        );
    }
}

#[test]
fn dictionaries_and_small_integers_are_read() {
    for is_feather in [false, true] {
        let write = |columns| match is_feather {
            true => feather(columns, Some(CompressionType::LZ4_FRAME)),
            false => parquet(columns),
        };
        let pre: DictionaryArray<Int8Type> = vec![Some("A"), Some("B"), Some("A"), None]
            .into_iter()
            .collect();
        let post: DictionaryArray<UInt32Type> = vec![Some("B"), Some("A"), Some("C"), None]
            .into_iter()
            .collect();
        let none: ArrayRef = Arc::new(NullArray::new(4));
        let bytes = write(vec![
            ("pre", Arc::new(pre)),
            ("post", Arc::new(post)),
            ("sign", none),
        ]);
        let (c, report) = read_bytes(("edges", &bytes), None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(chemical(&c)[1], ("A", "C", 1.0, Unsigned));
        assert_eq!(report.rows, 3);

        let numbers: Vec<[ArrayRef; 2]> = vec![
            [
                Arc::new(Int8Array::from(vec![1, 2])),
                Arc::new(Int8Array::from(vec![2, 1])),
            ],
            [
                Arc::new(UInt8Array::from(vec![1, 2])),
                Arc::new(Int16Array::from(vec![2, 1])),
            ],
            [
                Arc::new(UInt16Array::from(vec![1, 2])),
                Arc::new(UInt32Array::from(vec![2, 1])),
            ],
            [Arc::new(Int32Array::from(vec![1, 2])), text(&["2", "1"])],
        ];
        for [pre, post] in numbers {
            let weight = Decimal128Array::from(vec![150, 200])
                .with_precision_and_scale(10, 2)
                .unwrap();
            let bytes = write(vec![
                ("pre", pre),
                ("post", post),
                ("weight", Arc::new(weight)),
            ]);
            let (c, report) = read_bytes(("edges", &bytes), None).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(
                chemical(&c),
                [("1", "2", 1.5, Unsigned), ("2", "1", 2.0, Unsigned)]
            );
            assert!(report.numbered);
        }
    }
}

#[test]
fn wrong_cells_of_feather_are_named() {
    let weights: ArrayRef = Arc::new(Float32Array::from(vec![1.0, f32::INFINITY]));
    let ends = || vec![("pre", text(&["A", "B"])), ("post", text(&["B", "A"]))];
    let bytes = feather([ends(), vec![("weight", weights)]].concat(), None);
    assert_says(
        &refusal(("e.feather", &bytes), None),
        &["row 2 (the first is row 1)", "column `weight`: `inf`"],
    );
    let when: ArrayRef = Arc::new(TimestampSecondArray::from(vec![1, 2]));
    let bytes = feather([ends(), vec![("weight", when)]].concat(), None);
    assert_says(
        &refusal(("e.feather", &bytes), None),
        &["column `weight`", "timestamp"],
    );
    let none = feather(vec![("pre", text(&[])), ("post", text(&[]))], None);
    assert_says(&refusal(("e.feather", &none), None), &["has no rows"]);
}

#[test]
fn numbers_and_words_are_joined_by_their_text() {
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![12, 7]));
    let bytes = parquet(vec![("pre", numbers.clone()), ("post", text(&["7", "12"]))]);
    let (c, report) = read_bytes(("e.parquet", &bytes), None).unwrap();
    assert_eq!((names(&c), report.mixed_identifiers), (vec!["7", "12"], 0));

    let bytes = parquet(vec![
        ("pre", numbers.clone()),
        ("post", text(&["7", "AVAL"])),
    ]);
    let (c, report) = read_bytes(("e.parquet", &bytes), None).unwrap();
    assert_eq!(
        (names(&c), report.mixed_identifiers),
        (vec!["12", "7", "AVAL"], 1)
    );
    assert!(
        notes(&report)
            .iter()
            .any(|n| n.starts_with("1 neuron called by words")),
        "{:?}",
        notes(&report)
    );

    let bytes = parquet(vec![
        ("pre", numbers.clone()),
        ("post", text(&["DD1", "AVAL"])),
    ]);
    let message = refusal(("e.parquet", &bytes), None);
    assert_says(
        &message,
        &[
            "row 1",
            "column `post`: `DD1`",
            "all of column `pre` are numbers",
        ],
    );
    let bytes = parquet(vec![
        ("pre", text(&["DD1", "AVAL"])),
        ("post", numbers.clone()),
    ]);
    assert_says(
        &refusal(("e.parquet", &bytes), None),
        &["column `pre`: `DD1`", "all of column `post` are numbers"],
    );
    assert_eq!(
        names(&csv("pre,post\n7,AVAL\nAVAL,DD1\n").0),
        ["7", "AVAL", "DD1"],
        "seven among names"
    );

    let edges = parquet(vec![("pre", numbers.clone()), ("post", numbers)]);
    let read = |neurons: &str| {
        read_bytes(
            ("e.parquet", &edges),
            Some(("neurons.csv", neurons.as_bytes())),
        )
    };
    assert_eq!(
        read("root_id,sign\n12,-1\n").unwrap().0.neurons()[1].sign,
        super::Inhibitory
    );
    let error = |neurons: &str| super::told(&read(neurons).unwrap_err());
    assert_eq!(
        read("root_id,sign\n12.0,-1\n").unwrap().0.neurons()[1].sign,
        super::Inhibitory,
        "12.0 is the 12 of the edges"
    );
    assert_says(
        &error("root_id,sign\n7.2e17,-1\n"),
        &[
            "neurons.csv`, row 2",
            "column `root_id`: `7.2e17`",
            "rounded",
        ],
    );
    assert_says(
        &error("root_id,sign\nAVAL,-1\n"),
        &["none of the neurons", "`AVAL`", "`12`"],
    );
}

/// Headers as FlyWire (Codex, Zenodo, CAVE) and neuPrint write them.
#[test]
fn exports_of_neurons_are_recognised() {
    let edges = "pre_pt_root_id,post_pt_root_id,neuropil,syn_count,gaba_avg\n\
                 10,11,GNG,5,0.1\n\
                 11,10,GNG,5,0.1\n";
    let read = |neurons: &str| {
        let neurons = Some(("neurons.csv", neurons.as_bytes()));
        read_bytes(("connections.csv", edges.as_bytes()), neurons).unwrap_or_else(|e| panic!("{e}"))
    };
    let (c, report) =
        read("root_id,group,nt_type,nt_type_score,da_avg\n10,AL.1,ACH,0.9,0.1\n11,AL.2,,,\n");
    assert_eq!(
        (c.neurons()[0].transmitters.concat(), report.unlisted),
        ("ACh".to_owned(), 0)
    );
    let header =
        "root_id,flow,super_class,class,sub_class,cell_type,hemibrain_type,hemilineage,side,nerve";
    let (c, report) = read(&format!(
        "{header}\n10,afferent,sensory,olfactory,,ORN_DA1,,,left,AN\n11,,motor,,,,,,,\n"
    ));
    let [a, b] = c.neurons() else {
        panic!("two neurons")
    };
    assert_eq!(
        (a.class.as_str(), a.cell_type.as_deref(), b.class.as_str()),
        ("sensory", Some("ORN_DA1"), "motor")
    );
    assert_eq!((b.cell_type.as_deref(), report.unknown_classes), (None, 0));
    let (c, _) = read("root_id,primary_type,additional_type(s)\n10,KCab,\n11,unknown,\n");
    assert_eq!(
        [0, 1].map(|i| c.neurons()[i].cell_type.as_deref()),
        [Some("KCab"), None]
    );
    let (c, _) = read(
        "bodyId,type,instance,consensusNt,predictedNt\n10,KCab-m,KCab-m_R,acetylcholine,gaba\n",
    );
    assert_eq!(
        (
            c.neurons()[0].cell_type.as_deref(),
            &c.neurons()[0].transmitters[0][..]
        ),
        (Some("KCab-m"), "ACh")
    );
    assert_eq!(chemical(&c)[0], ("10", "11", 5.0, Unsigned));
    let (c, _) = read_bytes(
        (
            "traced.csv",
            b"bodyId_pre,bodyId_post,roi,weight\n5,6,EB,1\n5,6,FB,2\n",
        ),
        None,
    )
    .unwrap();
    assert_eq!(chemical(&c), [("5", "6", 3.0, Unsigned)]);
}

#[test]
fn short_rows_and_quoted_line_breaks_keep_their_lines() {
    let message = super::csv_refusal("pre,post,weight,note\nA,B,1,\"two\nlines\"\nB,A,1\nB,C,-1\n");
    assert_says(&message, &["row 5 (the header is row 1)", "`-1`"]);
    let message = super::csv_refusal("pre,post,weight\r\n\r\nA,B,1\r\n  \r\nB,C,-1\r\n");
    assert_says(&message, &["row 5 (the header is row 1)", "`-1`"]);
    let message = super::csv_refusal(
        "\n\npre,post,note,weight\nA,B,\"two\n\nlines\",1\n\n\nB,C,\"and\nhere\",-1",
    );
    assert_says(&message, &["row 9 (the header is row 1)", "`-1`"]);
    let (c, _) = csv("pre,post,sign,note\nA,B,1\nB,A,\n");
    assert_eq!(
        chemical(&c),
        [("A", "B", 1.0, Excitatory), ("B", "A", 1.0, Unsigned)]
    );
}

#[test]
fn rows_that_end_before_a_cell_that_is_read_are_refused() {
    let message = super::csv_refusal("pre,post,sign,weight\nA,B,1,1\n\nB,A\n");
    assert_says(
        &message,
        &[
            "edges.csv",
            "row 4 (the header is row 1)",
            "it has 2 cells, the header 4",
            "`sign` is missing",
        ],
    );
    let message = super::csv_refusal("pre,post,note,weight\nA,B,,1\nB,A,cut");
    assert_says(
        &message,
        &[
            "row 3",
            "it has 3 cells, the header 4",
            "`weight` is missing",
        ],
    );
    let message = super::csv_refusal("pre\tpost\nA\tB\nB\n");
    assert_says(
        &message,
        &["row 3", "it has 1 cell, the header 2", "`post` is missing"],
    );
    let edges = ("edges.csv", &b"pre,post\nA,B\n"[..]);
    let neurons = Some(("neurons.csv", &b"neuron,transmitter\nA,GABA\nB\n"[..]));
    let message = super::told(&read_bytes(edges, neurons).unwrap_err());
    assert_says(
        &message,
        &["neurons.csv", "row 3", "`transmitter` is missing"],
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever the damage, the answer is the same, a refusal, or, where nothing guards the bytes,
    /// another table.
    #[test]
    fn damaged_files_never_panic(at in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let columns = || vec![("pre", text(&["A", "B", "C"])), ("post", text(&["B", "A", "A"]))];
        let files = [
            gzip(TEXT.as_bytes()),
            zstd(TEXT.as_bytes()),
            feather(columns(), None),
            parquet(columns()),
        ];
        for (file, mut bytes) in files.into_iter().enumerate() {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            match read_bytes(("edges", &bytes), None) {
                Ok((c, _)) if file == 0 => prop_assert_eq!(c.chemical().len(), 3),
                Ok(_) => {}
                Err(error) => prop_assert!(error.hint().is_some(), "{}", error),
            }
        }
    }
}
