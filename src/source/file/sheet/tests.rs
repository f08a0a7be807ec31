//! Files of every container as sheets.

use std::io::Write as _;
use std::path::Path;

use super::super::error::ReadError;
use super::{Contents, Interest, Sheet};
use crate::text::Hinted as _;

/// The file `name` with these bytes, in which every column is wanted whole.
fn read(name: &str, bytes: &[u8]) -> Result<Sheet, ReadError> {
    read_as(name, bytes, Interest::Whole)
}

fn read_as(name: &str, bytes: &[u8], interest: Interest) -> Result<Sheet, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    match Contents::read(&path, |names| vec![interest; names.len()])? {
        Contents::Table(sheet) | Contents::Graph { edges: sheet, .. } => Ok(sheet),
    }
}

fn text(text: &str) -> Sheet {
    read("t.csv", text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// A refusal and its hint.
fn refusal(name: &str, bytes: &[u8]) -> String {
    match read(name, bytes) {
        Ok(sheet) => panic!("{name} is read: {:?}", table(&sheet)),
        Err(error) => format!("{error}; {}", error.hint().unwrap()),
    }
}

fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Names and rows, cells separated by bars. Columns that are not kept are dashes.
fn table(sheet: &Sheet) -> Vec<String> {
    let row = |row: usize| {
        let cells = sheet.columns.iter().map(|(_, cells)| {
            cells
                .text(row)
                .map_or_else(String::new, |cell| cell.into_owned())
        });
        cells.collect::<Vec<_>>().join("|")
    };
    std::iter::once(sheet.names.join("|"))
        .chain((0..sheet.rows).map(row))
        .collect()
}

/// The circuit that the tables below hold in their own ways.
const CIRCUIT: [&str; 3] = ["pre|post|weight", "A|B|2", "B|C|15"];

#[test]
fn comments_and_titles_above_the_header_are_skipped() {
    for (content, remarks, row) in [
        (
            "pre,post,weight\nA,B,2\nB,C,15\n",
            &[][..],
            "row 2 (the header is row 1)",
        ),
        (
            "# made by a program\n# two, lines, x\npre,post,weight\nA,B,2\nB,C,15\n",
            &["2 comment lines skipped"],
            "line 4",
        ),
        (
            "% one\n\n// another\npre\tpost\tweight\nA\tB\t2\nB\tC\t15\n",
            &["2 comment lines skipped"],
            "line 5",
        ),
        (
            "Table S3: synapses,,\npre,post,weight\nA,B,2\nB,C,15\n",
            &["title `Table S3: synapses` above the header skipped"],
            "line 3",
        ),
        (
            "Table S3, chemical synapses\n\"A; \"\"b\"\"\"\n\npre;post;weight\nA;B;2\nB;C;15\n",
            &[
                "title `Table S3, chemical synapses` above the header skipped",
                "title `A; \"b\"` above the header skipped",
            ],
            "line 5",
        ),
        (
            "#pre\tpost\tweight\nA\tB\t2\nB\tC\t15\n",
            &["the `#` before the header left out"],
            "line 2",
        ),
        (
            "# made\n# pre post  weight\nA B 2\nB C 15\n",
            &[
                "the `#` before the header left out",
                "1 comment line skipped",
            ],
            "line 3",
        ),
        (
            "sep=;\npre;post;weight\nA;B;2\nB;C;15\n",
            &["separator from the line `sep=;`"],
            "line 3",
        ),
        (
            "\"sep=|\"\r\npre|post|weight\r\nA|B|2\r\nB|C|15\r\n",
            &["separator from the line `\"sep=|\"`"],
            "line 3",
        ),
    ] {
        let sheet = text(content);
        assert_eq!(table(&sheet), CIRCUIT, "{content}");
        assert_eq!(sheet.remarks, remarks, "{content}");
        assert_eq!(sheet.row(0).to_string(), row, "{content}");
        assert!(!sheet.headerless);
    }
}

#[test]
fn a_comment_is_no_header_where_a_header_follows() {
    // Both have two cells; only one is attached to its mark.
    let sheet = text("# from Smith, 2020\npre,post\nA,B\nB,C\n");
    assert_eq!(table(&sheet), ["pre|post", "A|B", "B|C"]);
    let sheet = text("#by Smith, in, 2020\npre,post,weight\nA,B,2\nB,C,1\n");
    assert_eq!(table(&sheet), ["pre|post|weight", "A|B|2", "B|C|1"]);
    // As numpy.savetxt writes a header.
    let sheet = text("# x y\n0.5 1e-3\n0.25 2\n");
    assert_eq!(table(&sheet), ["x|y", "0.5|1e-3", "0.25|2"]);
    assert!(!sheet.headerless);
    // And without one.
    let sheet = text("# points of a run\n0.5 1e-3\n0.25 2\n");
    assert_eq!(table(&sheet), ["1|2", "0.5|1e-3", "0.25|2"]);
    assert!(sheet.headerless);
    let refused = refusal("t.csv", b"# one\n# two\n");
    assert_says(&refused, &["is empty", "comments only"]);
}

#[test]
fn a_mark_before_a_header_is_no_column() {
    let sheet = text("#\tA\tB\nA\t0\t1\nB\t2\t0\n");
    assert_eq!(table(&sheet), ["|A|B", "A|0|1", "B|2|0"]);
    let sheet = text("%pre,post\nA,B\nB,C\n");
    assert_eq!(table(&sheet), ["pre|post", "A|B", "B|C"]);
    assert_eq!(sheet.remarks, ["the `%` before the header left out"]);
    let sheet = text("sep=\t\npre\tpost\nA\tB\n");
    assert_eq!(sheet.remarks, ["separator from the line `sep=\\t`"]);
}

#[test]
fn comments_between_rows_are_skipped_and_rows_are_not() {
    let sheet = text("pre,post,weight\nA,B,2\n# a remark, of two \"cells\nB,C,15\n# end\n");
    assert_eq!(table(&sheet), CIRCUIT);
    assert_eq!(sheet.remarks, ["2 comment lines skipped"]);
    assert_eq!(sheet.row(1).to_string(), "row 4 (the header is row 1)");
    let sheet = text("pre,post,weight\n#12,B,2\nB,#12,1\n\"#7\",B,1\n");
    assert_eq!(
        table(&sheet),
        ["pre|post|weight", "#12|B|2", "B|#12|1", "#7|B|1"]
    );
    assert!(sheet.remarks.is_empty());
    let refused = refusal(
        "t.csv",
        b"pre,post,weight\nA,B,2\n# checked by A, B, 2024\n",
    );
    assert_says(&refused, &["row 3", "begins with `#`", "comment"]);
}

#[test]
fn lines_end_in_any_way() {
    for end in ["\n", "\r\n", "\r"] {
        let content = ["pre,post,weight", "A,B,2", "", "B,C,15"].join(end);
        for content in [
            content.clone(),
            format!("{content}{end}"),
            format!("\u{feff}{content}"),
        ] {
            let sheet = text(&content);
            assert_eq!(table(&sheet), CIRCUIT, "{content:?}");
            assert_eq!(sheet.row(1).to_string(), "row 4 (the header is row 1)");
        }
    }
    let sheet = text("pre,post,note\rA,B,\"two\nlines\"\rB,C,x\r");
    assert_eq!(table(&sheet), ["pre|post|note", "A|B|two\nlines", "B|C|x"]);
}

#[test]
fn cells_are_separated_in_any_way() {
    for content in [
        "pre|post|weight\nA|B|2\nB|C|15\n",
        "pre post weight\nA B 2\nB C 15\n",
        "  pre   post  weight\n    A      B       2\n    B      C      15  \n",
        "\"pre\" \"post\" \"weight\"\n\"A\" \"B\" 2\n\"B\" \"C\" 15\n",
        "\"pre\";post;\"weight\"\nA;B;2\nB;C;15\n",
        // Separators too many, at the end of the header and of rows.
        "pre,post,weight,\nA,B,2,\nB,C,15,\n",
        "pre,post,weight,,\nA,B,2\nB,C,15,\n",
        "pre,post,weight\nA,B,2,\nB,C,15,,\n",
    ] {
        assert_eq!(table(&text(content)), CIRCUIT, "{content}");
    }
    let sheet = text("pre;post;weight\nA;B;2,5\nB;C;0,5\n");
    assert_eq!(table(&sheet), ["pre|post|weight", "A|B|2,5", "B|C|0,5"]);
    let sheet = text("0,5;1,25;3\n1;2,5;0,1\n");
    assert_eq!(table(&sheet), ["1|2|3", "0,5|1,25|3", "1|2,5|0,1"]);
    // Names with blanks are no columns where rows do not agree.
    let sheet = text("cell name\nAVAL\nKC a\n");
    assert_eq!(table(&sheet), ["cell name", "AVAL", "KC a"]);
    let sheet = text("pre,post,,\nA,B,note,\n");
    assert_eq!(table(&sheet), ["pre|post", "A|B"]);
    assert_eq!(sheet.remarks, ["1 cell in columns without a name left out"]);
}

#[test]
fn names_of_rows_are_a_column_without_a_name() {
    for content in [
        "\"pre\",\"post\",\"weight\"\n\"1\",\"A\",\"B\",2\n\"2\",\"B\",\"C\",15\n",
        "pre post weight\n1 A B 2\n2 B C 15\n",
        "pre\tpost\tweight\n1\tA\tB\t2\n2\tB\tC\t15\n",
    ] {
        let sheet = text(content);
        assert_eq!(
            table(&sheet),
            ["|pre|post|weight", "1|A|B|2", "2|B|C|15"],
            "{content}"
        );
        assert_eq!(sheet.remarks.len(), 1);
        assert_says(&sheet.remarks[0], &["names of rows"]);
    }
    let sheet = text(",pre,post\n0,A,B\n1,B,C\n");
    assert_eq!(table(&sheet), ["|pre|post", "0|A|B", "1|B|C"]);
    // A decimal comma makes a row longer, too, and the same name twice names no row.
    for content in [
        "pre,post,weight\nA,B,2,5\nB,C,1,5\n",
        "pre\tpost\nA\tB\t1\nA\tC\t2\n",
    ] {
        let refused = refusal("t.csv", content.as_bytes());
        assert_says(
            &refused,
            &["row 2", "the header", "column of row names", "with a point"],
        );
    }
}

#[test]
fn a_first_row_of_numbers_is_a_row() {
    let sheet = text("10,20,1.5\n20,30,2\n");
    assert_eq!(table(&sheet), ["1|2|3", "10|20|1.5", "20|30|2"]);
    assert!(sheet.headerless);
    assert_eq!(sheet.row(0).to_string(), "line 1");
    assert_eq!(sheet.row(1).to_string(), "line 2");
    assert!(text(",0.5\n0.1,2\n").headerless);
    assert!(text("7\n8\n").headerless);
    // Words in it, names of a matrix, and the names that pandas gives to columns without any.
    for content in [
        "A,B,3\nB,A,2\n",
        ",10,20\n10,0,1\n20,1,0\n",
        "0,1\n0.5,0.1\n0.2,0.3\n",
    ] {
        assert!(!text(content).headerless, "{content}");
    }
    let refused = refusal("t.csv", b"1,2\n3,4,5\n");
    assert_says(&refused, &["line 2", "it has 3 cells, the first row 2"]);
}

#[test]
fn what_makes_no_table_is_refused_with_its_row() {
    for (content, parts) in [
        (
            "pre,post\nA,B\npre,post\nB,C\n",
            &["row 3", "repeats the header", "joined"][..],
        ),
        (
            "# x\npre,post\nA,B\n\npre, post\nB,C\n",
            &["line 5", "repeats the header"],
        ),
        (
            "pre,post\nA,B,5\n",
            &["row 2", "it has 3 cells, the header 2"],
        ),
        (
            "neuron\nA,B,1\n",
            &["row 2", "it has 3 cells, the header 1", "name every column"],
        ),
        (
            "pre post weight\nA;B;1\nB;C;2\n",
            &["line 1", "1 cell", "have 3", "name every column"],
        ),
        (
            "pre,post,weight\nA,B,1\nB\n",
            &["row 3", "`post` is missing"],
        ),
        ("pre,post\nA,\"B\n", &["never closed"]),
    ] {
        assert_says(&refusal("t.csv", content.as_bytes()), parts);
    }
}

#[test]
fn a_wide_table_is_seen_whole() {
    let cells = |row: usize| {
        (0..40_000)
            .map(|c| ((row + c) % 7).to_string())
            .collect::<Vec<_>>()
    };
    let names: Vec<String> = (0..40_000).map(|c| format!("name{c}")).collect();
    let rows: Vec<String> = (0..20).map(|row| cells(row).join(",")).collect();
    let sheet = text(&format!(
        "# wide\n{}\n{}\n",
        names.join(","),
        rows.join("\n")
    ));
    assert_eq!((sheet.names.len(), sheet.rows), (40_000, 20));
    assert_eq!(
        sheet.column("name39999").unwrap().text(19).unwrap(),
        cells(19)[39_999]
    );
}

#[test]
fn a_long_table_is_read_to_its_end() {
    let rows: String = (0..100_000)
        .map(|row| format!("n{row},n{},{}\n", row + 1, row % 9))
        .collect();
    let sheet = text(&format!("pre,post,weight\n{rows}# end\n"));
    assert_eq!((sheet.rows, &sheet.remarks.len()), (100_000, &1));
    assert_eq!(
        sheet.column("post").unwrap().text(99_999).unwrap(),
        "n100000"
    );
    assert_eq!(
        sheet.row(99_999).to_string(),
        "row 100001 (the header is row 1)"
    );
}

#[test]
fn words_are_kept_where_there_are_few() {
    let rows: String = (0..200)
        .map(|row| format!("A,{},{row}\n", row % 3))
        .collect();
    let content = format!("kind,few,many\n{rows}");
    let sheet = read_as("t.csv", content.as_bytes(), Interest::Words).unwrap();
    let names: Vec<&str> = sheet
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!((names, sheet.rows), (vec!["kind", "few"], 200));
    assert_eq!(sheet.column("few").unwrap().text(5).unwrap(), "2");
    let sheet = read_as("t.csv", content.as_bytes(), Interest::No).unwrap();
    assert!(sheet.columns.is_empty());
}

#[test]
fn the_caller_is_asked_once_for_all_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, ",a,b\n1,2,3\n").unwrap();
    let read = Contents::read(&path, |names| {
        assert_eq!(names, ["", "a", "b"]);
        // No answer for the last: it is not wanted.
        vec![Interest::No, Interest::Whole]
    });
    let Ok(Contents::Table(sheet)) = read else {
        panic!("a table")
    };
    assert_eq!(table(&sheet), ["|a|b", "2"]);
}

mod of_columns {
    use super::*;
    use arrow::array::{
        ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Date32Array, DictionaryArray,
        DurationNanosecondArray, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array,
        LargeBinaryArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::Int32Type;
    use std::sync::Arc;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let batch = batch(columns);
        let mut bytes = Vec::new();
        let writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None);
        let mut writer = writer.unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn feather(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let batch = batch(columns);
        let mut writer =
            arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn bytes_that_are_text_are_text() {
        let plain: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"Pal", b"", "é".as_bytes()]));
        let large: ArrayRef = Arc::new(LargeBinaryArray::from_vec(vec![b"a", b"12", b"7"]));
        let view: ArrayRef = Arc::new(BinaryViewArray::from_iter_values([
            "x",
            "longer than twelve",
            "z",
        ]));
        let fixed = [b"ab\0\0", b"abcd", b"\0\0\0\0"].into_iter();
        let fixed: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_iter(fixed).unwrap());
        let columns = || {
            vec![
                ("plain", plain.clone()),
                ("large", large.clone()),
                ("view", view.clone()),
                ("fixed", fixed.clone()),
            ]
        };
        let expected = [
            "plain|large|view|fixed",
            "Pal|a|x|ab",
            "|12|longer than twelve|abcd",
            "é|7|z|",
        ];
        for bytes in [parquet(columns()), feather(columns())] {
            assert_eq!(table(&read("t", &bytes).unwrap()), expected);
        }
        let broken: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"a", b"\xff\xfe"]));
        for bytes in [
            parquet(vec![("raw", broken.clone())]),
            feather(vec![("raw", broken)]),
        ] {
            assert_says(
                &refusal("t", &bytes),
                &["column `raw`", "not UTF-8", "convert"],
            );
            for interest in [Interest::Words, Interest::IfNumbers] {
                let sheet = read_as("t", &bytes, interest).unwrap();
                assert!(sheet.columns.is_empty());
                assert_eq!(sheet.unread, [("raw".to_owned(), "bytes".to_owned())]);
            }
        }
    }

    #[test]
    fn types_that_are_not_read_are_listed() {
        let columns = || -> Vec<(&str, ArrayRef)> {
            vec![
                ("name", Arc::new(StringArray::from(vec!["a", "b"]))),
                ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
                ("day", Arc::new(Date32Array::from(vec![1, 2]))),
                (
                    "when",
                    Arc::new(TimestampMicrosecondArray::from(vec![1, 2])),
                ),
                ("lag", Arc::new(DurationNanosecondArray::from(vec![1, 2]))),
                ("count", Arc::new(Int64Array::from(vec![1, 2]))),
                ("value", Arc::new(Float64Array::from(vec![0.5, 2.0]))),
            ]
        };
        let kept = |sheet: &Sheet| {
            sheet
                .columns
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        let unread = |sheet: &Sheet| {
            let words = sheet
                .unread
                .iter()
                .map(|(name, kind)| format!("{name}: {kind}"));
            words.collect::<Vec<_>>()
        };
        let times = ["day: dates", "when: timestamps", "lag: durations"];
        for bytes in [parquet(columns()), feather(columns())] {
            let sheet = read_as("t", &bytes, Interest::IfNumbers).unwrap();
            assert_eq!(kept(&sheet), ["name", "count", "value"]);
            assert_eq!(unread(&sheet), [&["flag: booleans"], &times[..]].concat());
            let sheet = read_as("t", &bytes, Interest::Words).unwrap();
            assert_eq!(
                (kept(&sheet), unread(&sheet)),
                (
                    vec!["name".into(), "flag".into()],
                    times.map(String::from).to_vec()
                )
            );
            assert_eq!(sheet.column("flag").unwrap().text(1).unwrap(), "false");
            assert_eq!(sheet.names.len(), 7);
            assert_says(&refusal("t", &bytes), &["column `day`", "dates", "convert"]);
        }
    }

    /// Written by pyarrow with `write_page_checksum`.
    #[test]
    fn checksums_of_pages_are_verified() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path.join("tests/own_connectome/checksums.parquet")).unwrap();
        let whole = table(&read("t", &bytes).unwrap());
        assert_eq!(
            whole,
            ["pre|post|weight", "Pal|Bek|2", "Bek|Cim|1", "Cim|Pal|5"]
        );
        let mut found = 0;
        for at in 0..bytes.len() - 2 {
            if &bytes[at..at + 3] == b"Pal" {
                found += 1;
                let mut flipped = bytes.clone();
                flipped[at + 1] ^= 4;
                assert_says(&refusal("t", &flipped), &["Parquet", "checksum", "damaged"]);
            }
        }
        assert_eq!(found, 2);
        // No bit of a page or its header makes another table of it. Behind them is the footer, and
        // its length, which have no checksums.
        let length = bytes.len() - 8;
        let length = u32::from_le_bytes(bytes[length..length + 4].try_into().unwrap());
        let (pages, mut refused) = (4..bytes.len() - 8 - length as usize, 0);
        for bit in pages.start * 8..pages.end * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match read("t", &flipped) {
                Ok(sheet) => assert_eq!(table(&sheet), whole, "bit {bit}"),
                Err(_) => refused += 1,
            }
        }
        assert!(
            refused > 4 * pages.len(),
            "{refused} of {}",
            8 * pages.len()
        );
    }

    /// A number in Thrift's compact protocol, in `length` bytes or as few as it needs.
    fn written(number: i64, length: usize) -> Vec<u8> {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        let mut bytes = Vec::new();
        while rest > 127 || bytes.len() + 1 < length {
            bytes.push(rest as u8 | 128);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        bytes
    }

    /// The only group of rows says that it has -1 of them. Found by fuzzing: without a column to
    /// read, the reader went on for as many rows as a machine can count.
    #[test]
    fn rows_without_columns_are_not_gone_through() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = path.join("tests/own_connectome/endless_rows.parquet");
        let bytes = std::fs::read(file).unwrap();
        let sheet = read_as("t", &bytes, Interest::No).unwrap();
        assert_eq!((sheet.rows, sheet.names.len()), (4, 7));
        let refused = read_as("t", &bytes, Interest::IfNumbers).err().unwrap();
        assert_says(&refused.to_string(), &["Parquet", "contradict"]);
    }

    /// The header of the first page of a file of pyarrow: its kind, both its sizes and its
    /// checksum, which makes room for longer sizes.
    #[test]
    fn pages_that_announce_too_much_are_refused() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path.join("tests/own_connectome/checksums.parquet")).unwrap();
        let end = |from: usize| from + bytes[from..].iter().take_while(|b| **b > 127).count() + 1;
        let size = end(7);
        let (compressed, checksum) = (size + 1..end(size + 1), end(end(size + 1) + 1));
        assert_eq!((&bytes[4..7], bytes[size]), (&[0x15, 0, 0x15][..], 0x15));
        assert_eq!(bytes[checksum], 0x1c);
        let stored = bytes[compressed.start];
        assert!(stored < 128);
        for (announced, says) in [
            (i64::from(i32::MAX), "more than 256 MiB"),
            (300_000_000, "more than 256 MiB"),
            (-1, "contradict"),
            (i64::MIN, "contradict"),
        ] {
            let mut patched = [&bytes[..6], &[0x15], &written(announced, 1)].concat();
            patched.push(0x15);
            let room = checksum.saturating_sub(patched.len());
            if room == 0 {
                continue;
            }
            patched.extend(written(i64::from(stored >> 1), room));
            patched.push(0x2c);
            assert_eq!(patched.len(), checksum + 1, "{announced}");
            patched.extend(&bytes[checksum + 1..]);
            assert_says(&refusal("t", &patched), &["Parquet", says]);
        }
    }

    /// Written out, the names would take more than is ever read.
    #[test]
    fn dictionaries_stay_dictionaries() {
        let rows = 250_000_i32;
        let long = "n".repeat(1400);
        let keys = |different: i32| {
            Int32Array::from_iter_values((0..rows).map(move |row| row % different))
        };
        let of = |keys, values: Vec<&str>| -> ArrayRef {
            let values = Arc::new(StringArray::from(values));
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).unwrap())
        };
        let columns = || -> Vec<(&str, ArrayRef)> {
            vec![
                ("pre", of(keys(1), vec![&long])),
                ("post", of(keys(2), vec!["B", "C"])),
            ]
        };
        for bytes in [parquet(columns()), feather(columns())] {
            let sheet = read("t", &bytes).unwrap();
            assert_eq!(sheet.rows, rows as usize);
            let text = |name: &str, row| sheet.column(name).unwrap().text(row).unwrap();
            assert_eq!(text("pre", 0), long);
            assert_eq!(text("pre", 249_999), long);
            assert_eq!((&*text("post", 0), &*text("post", 249_999)), ("B", "C"));
        }
    }

    #[test]
    fn more_rows_than_a_small_file_can_hold_are_refused() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![7; 5_000_000]));
        let many =
            || (0..8).map(|i| (["a", "b", "c", "d", "e", "f", "g", "h"][i], numbers.clone()));
        let bytes = parquet(many().collect());
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert_says(&refusal("t", &bytes), &["more than 256 MiB"]);
        let bytes = parquet(many().take(2).collect());
        assert_eq!(read("t", &bytes).unwrap().rows, 5_000_000);
    }

    #[test]
    fn words_of_long_tables_are_kept_where_there_are_few() {
        let rows = 100_000;
        let kinds = (0..rows).map(|row| if row % 2 == 0 { "a" } else { "b" });
        let late = (0..rows).map(|row| if row < 90_000 { 0 } else { row }.to_string());
        let columns: Vec<(&str, ArrayRef)> = vec![
            (
                "name",
                Arc::new(StringArray::from_iter_values(
                    (0..rows).map(|r| r.to_string()),
                )),
            ),
            ("kind", Arc::new(StringArray::from_iter_values(kinds))),
            ("late", Arc::new(StringArray::from_iter_values(late))),
        ];
        for bytes in [parquet(columns.clone()), feather(columns)] {
            let sheet = read_as("t", &bytes, Interest::Words).unwrap();
            let names: Vec<&str> = sheet
                .columns
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            assert_eq!((names, sheet.rows), (vec!["kind"], rows));
            let kind = sheet.column("kind").unwrap();
            assert_eq!(
                (kind.len(), kind.text(rows - 1).unwrap()),
                (rows, "b".into())
            );
        }
    }
}

mod of_workbooks {
    use super::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// A workbook by its specification (ECMA-376), with these sheets: a name, an attribute, and the
    /// rows in XML.
    fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
        let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
        let listed: String = (1..)
            .zip(sheets)
            .map(|(i, (name, attribute, _))| {
                format!("<sheet name=\"{name}\" sheetId=\"{i}\" r:id=\"r{i}\" {attribute}/>")
            })
            .collect();
        let related: String = (1..=sheets.len())
            .map(|i| {
                format!(
                    "<Relationship Id=\"r{i}\" Type=\"{documents}/worksheet\" \
                     Target=\"worksheets/sheet{i}.xml\"/>"
                )
            })
            .collect();
        let mut entries = vec![
            (
                "_rels/.rels".to_owned(),
                format!(
                    "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" \
                     Type=\"{documents}/officeDocument\" Target=\"xl/workbook.xml\"/>\
                     </Relationships>"
                ),
            ),
            (
                "xl/workbook.xml".to_owned(),
                format!(
                    "<workbook xmlns=\"{spreadsheet}\" xmlns:r=\"{documents}\"><sheets>{listed}\
                     </sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                format!("<Relationships xmlns=\"{packages}\">{related}</Relationships>"),
            ),
        ];
        for (i, (_, _, rows)) in (1..).zip(sheets) {
            entries.push((
                format!("xl/worksheets/sheet{i}.xml"),
                format!(
                    "<worksheet xmlns=\"{spreadsheet}\"><sheetData>{rows}</sheetData></worksheet>"
                ),
            ));
        }
        let entries: Vec<(&str, &str)> = entries
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_str()))
            .collect();
        archive(&entries)
    }

    /// A row in XML; cells separated by bars, numbers as numbers.
    fn row(number: usize, cells: &str) -> String {
        let cells: String = (b'A'..)
            .zip(cells.split('|'))
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| {
                let place = format!("r=\"{}{number}\"", column as char);
                match cell.parse::<f64>() {
                    Ok(_) => format!("<c {place}><v>{cell}</v></c>"),
                    Err(_) if cell == "TRUE" => format!("<c {place} t=\"b\"><v>1</v></c>"),
                    Err(_) => {
                        format!("<c {place} t=\"inlineStr\"><is><t>{cell}</t></is></c>")
                    }
                }
            })
            .collect();
        format!("<row r=\"{number}\">{cells}</row>")
    }

    fn rows(first: usize, rows: &[&str]) -> String {
        (first..)
            .zip(rows)
            .map(|(number, cells)| row(number, cells))
            .collect()
    }

    #[test]
    fn the_first_sheet_with_cells_is_read() {
        let circuit = rows(1, &["pre|post|weight", "A|B|2.0", "B|C|1.5E1"]);
        let sheet = read("t.xlsx", &workbook(&[("S", "", &circuit)])).unwrap();
        assert_eq!(table(&sheet), CIRCUIT);
        assert!(sheet.remarks.is_empty());
        assert_eq!(sheet.row(1).to_string(), "row 3 (the header is row 1)");
        let hidden = rows(1, &["x|y", "1|2"]);
        let several = workbook(&[
            ("old", "state=\"hidden\"", &hidden),
            ("empty", "", ""),
            ("edges", "", &circuit),
        ]);
        // The name of the file does not matter.
        let sheet = read("t.csv", &several).unwrap();
        assert_eq!(table(&sheet), CIRCUIT);
        assert_eq!(
            sheet.remarks,
            ["first of 3 sheets with cells, `edges` (`--sheet NAME` reads another)"]
        );
        let empty = workbook(&[("S", "", "")]);
        assert_says(&refusal("t.xlsx", &empty), &["is empty", "no sheet"]);
    }

    #[test]
    fn sheets_have_titles_gaps_and_numbers() {
        let cells = rows(
            3,
            &[
                "|Table S1: synapses",
                "|# counted by hand",
                "",
                "|pre|post|weight|flag",
                "|A|B|0.1|TRUE",
                "|720575940623377|C||#N/A|aside",
                "",
                "|# a remark",
                "|B|C|-3",
            ],
        );
        let sheet = read("t.xlsx", &workbook(&[("S", "", &cells)])).unwrap();
        assert_eq!(
            table(&sheet),
            [
                "pre|post|weight|flag",
                "A|B|0.1|true",
                "720575940623377|C||#N/A",
                "B|C|-3|",
            ]
        );
        assert_eq!(sheet.row(2).to_string(), "row 11 (the first is row 1)");
        assert_eq!(
            sheet.remarks,
            [
                "title `Table S1: synapses` above the header skipped",
                "2 comment lines skipped",
                "1 cell in columns without a name left out",
            ]
        );
        let sheet = read("t.xlsx", &workbook(&[("S", "", &rows(1, &["1|2", "3|4"]))])).unwrap();
        assert!(sheet.headerless);
        assert_eq!(table(&sheet), ["1|2", "1|2", "3|4"]);
        let twice = rows(1, &["pre|post", "A|B", "pre|post"]);
        let refused = refusal("t.xlsx", &workbook(&[("S", "", &twice)]));
        assert_says(
            &refused,
            &[
                "row 3 (the header is row 1)",
                "a workbook",
                "repeats the header",
            ],
        );
    }

    /// Two cells in corners far apart do not fill the memory with what is between them.
    #[test]
    fn a_sheet_of_two_corners_is_small() {
        let far = "<c r=\"XFD1048576\"><v>1</v></c>";
        let cells = format!(
            "{}<row r=\"1048576\">{far}</row>",
            rows(1, &["pre|post", "A|B", "B|C"])
        );
        let sheet = read("t.xlsx", &workbook(&[("S", "", &cells)])).unwrap();
        assert_eq!((sheet.names.len(), sheet.rows), (2, 3));
        assert_eq!(sheet.remarks, ["1 cell in columns without a name left out"]);
        let refused = refusal(
            "t.xlsx",
            &workbook(&[("S", "", &format!("{}{}", row(2, "a"), row(1, "b")))]),
        );
        assert_says(&refused, &["a workbook", "contradict"]);
    }

    #[test]
    fn archives_that_are_no_workbooks_are_named() {
        let other = archive(&[("edges.csv", "pre,post\nA,B\n")]);
        assert_says(
            &refusal("t.xlsx", &other),
            &["a zip archive or an Excel workbook", "unpack"],
        );
        let arrays = archive(&[("arr_0.npy", "x")]);
        assert_says(&refusal("t.npz", &arrays), &["NumPy", "CSV"]);
        let zeros = "0".repeat(400 << 20);
        let bomb = archive(&[("xl/workbook.xml", "<workbook/>"), ("xl/media/a", &zeros)]);
        assert!(bomb.len() < 1 << 20);
        assert_says(&refusal("t.xlsx", &bomb), &["holds more than 256 MiB"]);
        let locked: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let locked = [super::super::workbook::COMPOUND, &locked].concat();
        assert_says(&refusal("t.xlsx", &locked), &["password"]);
    }

    #[test]
    fn damaged_workbooks_are_refused() {
        let circuit = rows(1, &["pre|post|weight", "A|B|2", "B|C|15"]);
        let whole = workbook(&[("S", "", &circuit)]);
        for length in [10, whole.len() / 2, whole.len() - 10] {
            assert_says(
                &refusal("t.xlsx", &whole[..length]),
                &["a workbook", "damaged"],
            );
        }
        let mut flipped = whole.clone();
        // A byte of the first entry, which its checksum guards.
        flipped[60] ^= 4;
        assert_says(&refusal("t.xlsx", &flipped), &["a workbook"]);
    }

    /// Files that other programs wrote.
    #[test]
    fn workbooks_of_other_programs_are_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own_connectome/workbooks");
        for name in ["openpyxl.xlsx", "xlwt.xls", "odfpy.ods"] {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            let sheet = read("t.csv", &bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                table(&sheet),
                [
                    "pre|post|weight|seen",
                    "A|B|2|2024-03-01",
                    "B|C|0.25|2024-03-02"
                ],
                "{name}"
            );
        }
    }
}

/// As yEd writes it, shortened: labels are part of how nodes and edges are drawn.
const YED: &str = r##"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <!--Created by yEd 3.23-->
  <key attr.name="Description" attr.type="string" for="graph" id="d0"/>
  <key for="port" id="d1" yfiles.type="portgraphics"/>
  <key attr.name="url" attr.type="string" for="node" id="d4"/>
  <key for="node" id="d6" yfiles.type="nodegraphics"/>
  <key for="graphml" id="d7" yfiles.type="resources"/>
  <key attr.name="weight" attr.type="double" for="edge" id="d8"/>
  <key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <data key="d0" xml:space="preserve"/>
    <node id="n0">
      <data key="d6">
        <y:ShapeNode>
          <y:Geometry height="30.0" width="30.0" x="1.0" y="2.0"/>
          <y:NodeLabel alignment="center" visible="true" xml:space="preserve">AVAL<y:LabelModel>
            <y:SmartNodeLabelModel distance="4.0"/></y:LabelModel></y:NodeLabel>
          <y:NodeLabel>second</y:NodeLabel>
          <y:Shape type="rectangle"/>
        </y:ShapeNode>
      </data>
    </node>
    <node id="n1">
      <data key="d6"><y:ShapeNode><y:NodeLabel>KC &lt;1&gt;</y:NodeLabel></y:ShapeNode></data>
    </node>
    <edge id="e0" source="n0" target="n1">
      <data key="d8">4</data>
      <data key="d10">
        <y:PolyLineEdge><y:EdgeLabel>excites</y:EdgeLabel></y:PolyLineEdge>
      </data>
    </edge>
    <edge id="e1" source="n1" target="n0"><data key="d10"><y:PolyLineEdge/></data></edge>
  </graph>
  <data key="d7"><y:Resources/></data>
</graphml>"##;

#[test]
fn labels_of_yed_are_names() {
    let sheet = read("t.graphml", YED.as_bytes()).unwrap();
    let column = |name: &str| {
        let cells = sheet.column(name).unwrap();
        [0, 1].map(|row| cells.text(row).unwrap_or_default().into_owned())
    };
    assert_eq!(sheet.names, ["pre", "post", "weight", "label"]);
    assert_eq!(column("pre"), ["AVAL", "KC <1>"]);
    assert_eq!(column("post"), ["KC <1>", "AVAL"]);
    assert_eq!(
        (column("weight"), column("label")),
        (
            ["4", ""].map(String::from),
            ["excites", ""].map(String::from)
        )
    );
}

#[test]
fn other_formats_are_named_with_what_to_do() {
    for (bytes, found) in [
        (
            &b"graph [\n  directed 1\n  node [ id 0 ]\n]"[..],
            "a graph in GML",
        ),
        (
            b"Creator \"igraph\"\nVersion 1\ngraph\n[\n",
            "a graph in GML",
        ),
        (b"*Vertices 2\n1 \"A\"\n", "Pajek"),
        (b"*network x\r\n*vertices 2\n", "Pajek"),
        (b"{\"nodes\": []}", "JSON"),
        (b"[\n  {\"pre\": 1}\n]", "JSON"),
        (b"digraph G {\n a -> b;\n}", "DOT"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            "git lfs pull",
        ),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "MATLAB"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "MATLAB"),
        (b"X\n\x00\x00\x00\x03", "object of R"),
        (b"RDX3\nX\n", "data of R"),
        (b"\x80\x04\x95\x10", "pickle"),
        (b"\x93NUMPY\x01\x00v\x00", "NumPy"),
        (
            b"<!DOCTYPE html>\n<html><body>404</body></html>",
            "an HTML page",
        ),
        (b"  <html lang=\"en\">", "an HTML page"),
        (b"%PDF-1.7\n", "a PDF"),
        (
            b"%%MatrixMarket matrix coordinate real general\n3 3 1\n",
            "Matrix Market",
        ),
    ] {
        let refused = refusal("t.csv", bytes);
        assert_says(&refused, &[found]);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        assert_says(&refusal("t.rds", &packed.finish().unwrap()), &[found]);
    }
    let gexf = b"<?xml version='1.0'?><gexf version='1.2'><graph/></gexf>";
    assert_says(
        &refusal("t.gexf", gexf),
        &["begins with `<gexf>`", "as GraphML"],
    );
    // Tables that begin like those.
    for content in [
        "graph,b\n1,2\n",
        "[pre],[post]\nA,B\n",
        "X\n1\n2\n",
        "RD,b\n1,2\n",
    ] {
        assert!(text(content).rows > 0);
    }
}
