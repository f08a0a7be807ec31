//! DataFrames of polars.

use engraph::connectome::SynapseRow;
use engraph::connectome::to_rows;
use engraph::source::ReadOptions;
use engraph::source::frame::read;
use engraph::table::frame::{from_frame, to_frame};
use polars::prelude::{
    CategoricalPhysical, Categories, DataFrame, DataType, FrozenCategories, IntoColumn, NamedFrom,
    Series, df,
};

use super::*;

/// Nothing said of the tables beyond their own words.
fn asked() -> ReadOptions {
    ReadOptions::default()
}

/// What stands in a CSV text without quotation marks: integers, floating point or text; empty cells
/// are null.
fn frame(csv: &str) -> DataFrame {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let column = |(index, name): (usize, &&str)| {
        let cells: Vec<Option<&str>> = rows
            .iter()
            .map(|row| Some(row[index]).filter(|cell| !cell.is_empty()))
            .collect();
        fn parsed<T: std::str::FromStr>(cells: &[Option<&str>]) -> Option<Vec<Option<T>>> {
            cells
                .iter()
                .map(|cell| {
                    cell.map(|c| c.parse().ok())
                        .map_or(Some(None), |n| n.map(Some))
                })
                .collect()
        }
        let name = (*name).into();
        if let Some(integers) = parsed::<i64>(&cells) {
            Series::new(name, integers)
        } else if let Some(unsigned) = parsed::<u64>(&cells) {
            Series::new(name, unsigned)
        } else if let Some(numbers) = parsed::<f64>(&cells) {
            Series::new(name, numbers)
        } else {
            Series::new(name, cells)
        }
    };
    let columns = names
        .iter()
        .enumerate()
        .map(column)
        .map(IntoColumn::into_column)
        .collect();
    DataFrame::new(rows.len(), columns).unwrap()
}

/// The same frame with columns of another type, where they can be.
fn cast(frame: &DataFrame, kind: impl Fn(&DataType) -> Option<DataType>) -> DataFrame {
    let columns = frame
        .columns()
        .iter()
        .map(|column| match kind(column.dtype()) {
            Some(kind) => column.strict_cast(&kind).unwrap_or_else(|_| column.clone()),
            None => column.clone(),
        });
    DataFrame::new(frame.height(), columns.collect()).unwrap()
}

#[test]
fn a_frame_is_read_as_a_file_of_the_same_content() {
    let tables = [
        (
            "pre,post,weight\nB,A,2\nA,B,1.5\nA,B,2\nA,A,1\nA,C,0\nC,B,\n",
            None,
        ),
        (
            "pre,post,neuropil\nAVAL,DD1,ring\nmine,AVAL,\nDD1,other,cord\n",
            None,
        ),
        (
            "pre_root_id,post_root_id,neuropil,syn_count,nt_type\n\
             720575940623377802,720575940629174889,GNG,3,GABA\n\
             720575940623377802,720575940629174889,SAD,4,ACH\n\
             720575940623377802,99,SAD,1,GABA\n\
             99,99,SAD,1,\n",
            Some(
                "root_id,super_class,primary_type\n\
                 99,sensory,R1\n\
                 720575940623377802,motor,\n\
                 5,odd,x\n",
            ),
        ),
        (
            "bodyId_pre,bodyId_post,weight\n18446744073709551615,5,3\n",
            None,
        ),
        (
            "from_neuron,to_neuron,mean_gap_weight,mean_chem_weight\n\
             A,B,2.0,\nB,A,2.5,4\nA,C,,1\nC,A,3,\nB,C,,\n",
            None,
        ),
        (
            "pre,post,weight,synapse_type,sign\n\
             A,B,1,electrical,\nB,A,3,electrical,\nB,A,1,Chemical,+1\n",
            None,
        ),
        (
            "Pre,POST,sign\nA,B,1\nA,C,-1\nA,B,-1\n",
            Some("neuron,transmitter,sign\nA,gaba+ACh,\nB,,-1\nZ,DA,1\n"),
        ),
        (
            "pre,post\n1,2\n,\n2,3\n",
            Some("neuron,class\n1,sensory\n2,inter\n"),
        ),
    ];
    for (edges, neurons) in tables {
        let expected = read_bytes(
            ("edges.csv", edges.as_bytes()),
            neurons.map(|text| ("neurons.csv", text.as_bytes())),
        )
        .unwrap();
        let categories = DataType::from_categories(Categories::new(
            "c".into(),
            "".into(),
            CategoricalPhysical::U8,
        ));
        let small = [
            DataType::Int8,
            DataType::UInt8,
            DataType::Int16,
            DataType::UInt16,
            DataType::Int32,
        ];
        let mut frames: Vec<[Option<DataFrame>; 2]> =
            vec![[Some(frame(edges)), neurons.map(frame)]];
        let mut with = |of: fn(&DataType) -> bool, kind: DataType| {
            let like = |text| cast(&frame(text), |found| of(found).then(|| kind.clone()));
            frames.push([Some(like(edges)), neurons.map(like)]);
        };
        small
            .into_iter()
            .chain([DataType::UInt32, DataType::UInt64])
            .for_each(|kind| with(DataType::is_integer, kind));
        with(DataType::is_float, DataType::Float32);
        with(DataType::is_string, categories);
        with(|kind| !kind.is_string(), DataType::String);
        for [of_edges, of_neurons] in frames {
            let of_edges = of_edges.unwrap();
            let found = read(
                "edges",
                "synapses",
                &of_edges,
                of_neurons.as_ref(),
                &asked(),
            );
            assert_eq!(
                found.unwrap_or_else(|e| panic!("{e}")),
                expected,
                "{:?}",
                of_edges.schema()
            );
        }
    }
}

#[test]
fn pieces_and_enumerations_are_read() {
    let half = df!("pre" => ["A", "B"], "post" => ["B", "A"], "weight" => [1.5, 2.0]).unwrap();
    let mut whole = half.clone();
    whole.vstack_mut(&half).unwrap();
    let (c, report) = read("pieces", "synapses", &whole, None, &asked()).unwrap();
    assert_eq!((c.name(), c.unit()), ("pieces", "synapses"));
    assert_eq!(
        chemical(&c),
        [("A", "B", 3.0, Unsigned), ("B", "A", 4.0, Unsigned)]
    );
    assert_eq!((report.rows, report.duplicates), (4, 2));

    let mut signed = half.clone();
    let enumeration = DataType::from_frozen_categories(
        FrozenCategories::new(["excitatory", "inhibitory"]).unwrap(),
    );
    let signs = Series::new("sign".into(), ["inhibitory", "excitatory"])
        .cast(&enumeration)
        .unwrap();
    signed.with_column(signs.into_column()).unwrap();
    assert_eq!(
        sign(
            &read("signed", "synapses", &signed, None, &asked())
                .unwrap()
                .0,
            "A"
        ),
        Inhibitory
    );

    let mut unknown = half;
    unknown
        .with_column(Series::new_null("sign".into(), 2).into_column())
        .unwrap();
    unknown
        .with_column(Series::new("when".into(), [true, false]).into_column())
        .unwrap();
    let (c, report) = read("unknown", "synapses", &unknown, None, &asked()).unwrap();
    assert_eq!(report.ignored_columns, ["when"]);
    assert_eq!(sign(&c, "A"), Unsigned);
}

#[test]
fn wrong_frames_are_refused_as_files_are() {
    let refusal = |edges: &DataFrame, neurons: Option<&DataFrame>| {
        let message = super::told(
            &read("wrong", "synapses", edges, neurons, &asked()).expect_err("a refusal"),
        );
        assert_eq!(message.matches("\n  hint: ").count(), 1, "{message}");
        assert!(
            message.starts_with(if neurons.is_some() {
                "`neurons (data"
            } else {
                "`edges (data"
            }),
            "{message}"
        );
        message
    };
    let edges = |text| refusal(&frame(text), None);
    assert_says(
        &edges("pre,post,weight\nA,B,1\nB,A,-3\n"),
        &[
            "`edges (data frame)`, row 2 (the first is row 1), column `weight`: `-3`, expected a \
             number of 0 or more",
        ],
    );
    assert_says(
        &edges("pre,pots\nA,B\n"),
        &["has no column for the postsynaptic neuron", "rename `pots`"],
    );
    assert_says(
        &edges("pre,post,weight\nA,B,0\n"),
        &["`edges (data frame)` has no synapses"],
    );
    assert_says(
        &edges("pre,post,Post\nA,B,C\n"),
        &["the column `post` twice"],
    );
    assert_says(
        &edges("pre,post\n1,2\n3,7.205759406233778e17\n"),
        &["row 2", "column `post`", "rounded"],
    );
    assert_says(
        &refusal(&frame("pre,post\nA,B\n").slice(0, 0), None),
        &["has no rows"],
    );
    assert_says(&refusal(&DataFrame::empty(), None), &["has no rows"]);
    let flags = df!("pre" => ["A"], "post" => ["B"], "weight" => [true]).unwrap();
    assert_says(
        &refusal(&flags, None),
        &["column `weight`: `true`", "expected a number of 0 or more"],
    );
    let lists =
        df!("pre" => ["A"], "post" => ["B"], "weight" => [Series::new("".into(), [1.0])]).unwrap();
    assert_says(&refusal(&lists, None), &["the type list[f64] is not read"]);

    let right = frame("pre,post\nA,B\n");
    let neurons = |text| refusal(&right, Some(&frame(text)));
    assert_says(
        &neurons("neuron\nX\nY\n"),
        &[
            "lists none of the neurons of `edges (data frame)`",
            "`X`, here `A`",
        ],
    );
    assert_says(
        &neurons("neuron\nA\nA\n"),
        &["row 2 (the first is row 1)", "already in row 1"],
    );
    assert_says(&neurons("what\nA\n"), &["has no column for the neuron"]);
}

#[test]
fn a_connectome_survives_its_frames() {
    for name in ["cook2019_herm", "yim2024_dauer"] {
        let signed = bundled::connectome(name)
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let (neurons, synapses) = to_rows(&signed);
        let (neurons, synapses) = (to_frame(&neurons).unwrap(), to_frame(&synapses).unwrap());
        let (found, report) =
            read(name, signed.unit(), &synapses, Some(&neurons), &asked()).unwrap();
        assert!(
            found.chemical() == signed.chemical(),
            "{name}: the synapses differ"
        );
        assert!(
            found.electrical() == signed.electrical(),
            "{name}: the gap junctions differ"
        );
        assert_eq!(names(&found), names(&signed));
        assert_eq!(
            (report.duplicates, report.zero_weight, report.unlisted),
            (0, 0, 0)
        );
        assert_eq!(
            from_frame::<SynapseRow>(&synapses).unwrap().len(),
            synapses.height()
        );
    }
}
