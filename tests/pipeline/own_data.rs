//! A user's own motifs, time series and tables in a pipeline.

#[cfg(feature = "files")]
use std::fs;

use engraph::motif::survey::MotifCountRow;
#[cfg(feature = "files")]
use engraph::topology::TopologyRow;

use crate::tiny::Tiny;

/// Motifs in a user's own files are counted, and what they mean, not how they are written, is part
/// of the key.
#[test]
fn own_motifs_take_part_and_their_text_is_part_of_the_key() {
    let place = Tiny::new();
    place.write("gate.motif", "A -> B; B => C; A => C");
    let set = [
        "--set",
        "motifs.patterns=['gate.motif', 'xor5']",
        "--set",
        "motifs.min_weights='all'",
        "--until",
        "motifs",
    ];
    let run = |more: &[&str]| place.succeed(&[&["run", "tiny.toml"], &set[..], more].concat());
    run(&[]);
    let counts = || -> Vec<MotifCountRow> { place.read_table(Tiny::report("motif_counts")) };
    let before = counts();
    let gate = |rows: &[MotifCountRow]| {
        rows.iter()
            .filter(|r| r.motif == "gate")
            .map(|r| r.count)
            .max()
            .unwrap()
    };
    assert!(gate(&before) > 0);
    // A comment changes nothing, a condition does.
    place.write("gate.motif", "# fan\nA -> B; B => C; A => C");
    run(&[]);
    assert_eq!(counts(), before);
    place.write("gate.motif", "A -> B; B => C; A => C; C !> A");
    run(&[]);
    assert!(gate(&counts()) < gate(&before));
    assert!(place.reports().contains_key("triad_census.parquet"));
    run(&["--set", "motifs.census=false"]);
    assert!(!place.reports().contains_key("triad_census.parquet"));
}

/// A time series is trained on, its content is part of the key and its path is not.
#[cfg(feature = "files")]
#[test]
fn own_time_series_take_part() {
    let place = Tiny::new();
    let rows = |n: u32| -> String {
        (0..n)
            .map(|i| format!("{i},{},{}\n", i * i % 13, i * 7 % 5))
            .collect()
    };
    let write = |name: &str, text: String| place.write(name, "time,a,b\n".to_owned() + &text);
    write("traces.csv", rows(100));
    let text = "
        name = 'tiny'
        connectomes = ['cook2020_pharynx']
        [motifs]
        patterns = []
        [topologies]
        connectomes = []
        perceptron = 8
        [training]
        bottlenecks = [1]
        seeds = 5
        perceptron = { epochs = 1, batches = 1, batch_size = 32, test_samples = 32 }
        [[tasks]]
        name = 'traces'
        kind = 'series'
        file = 'traces.csv'
        steps = 4
    ";
    place.write("tiny.toml", text);
    let told = place.succeed(&["run", "tiny.toml"]);
    assert!(told.contains("`time`"), "a time is no channel: {told}");
    let chosen = ["--set", "tasks.0.columns=['a', 'b']"];
    let run = |more: &[&str]| place.succeed(&[&["run", "tiny.toml"], &chosen[..], more].concat());
    run(&[]);
    fs::rename(
        place.path().join("traces.csv"),
        place.path().join("moved.csv"),
    )
    .unwrap();
    assert!(
        place
            .fail(&["plan", "tiny.toml", chosen[0], chosen[1]], 2)
            .contains("traces.csv")
    );
    assert!(run(&["--set", "tasks.0.file='moved.csv'"]).contains("nothing to compute"));
    write("traces.csv", rows(101));
    assert!(run(&[]).contains("training: 10 to compute"));
    let page = place.read_text("reports/tiny/index.html");
    assert!(page.contains("<dt>Tasks</dt><dd>traces</dd>"), "{page}");
}

/// A user's own tables beside a bundled connectome: their signs are used, their content is part of
/// the key, and notes are given.
#[cfg(feature = "files")]
#[test]
fn own_tables_take_part() {
    let place = Tiny::new();
    let edges = "pre,post,weight,sign\nA,C,3,1\nB,D,2,1\nA,I,1,1\nB,I,1,1\n\
        I,C,2,-1\nI,D,2,-1\nA,A,1,1\nC,A,1,1\nD,A,1,1\n";
    place.write("edges.csv", edges);
    let text = "name = 'tiny'\nconnectomes = ['mine', 'cook2020_pharynx']\n\
        [sources.mine]\nedges = 'edges.csv'\n[motifs]\npatterns = ['xor5']\n";
    place.write("tiny.toml", text);
    let log = place.succeed(&["run", "tiny.toml"]);
    assert!(log.contains("1 autapse "), "{log}");
    let counts: Vec<MotifCountRow> = place.read_table(Tiny::report("motif_counts"));
    let mine: Vec<_> = counts
        .iter()
        .filter(|r| r.connectome == "mine")
        .map(|r| (r.matching.as_str(), r.count))
        .collect();
    assert_eq!(
        mine,
        [("induced", 0), ("subgraph", 1)],
        "C -> A and D -> A are further edges"
    );
    let topologies: Vec<TopologyRow> = place.read_table(Tiny::report("topologies"));
    let signs: Vec<_> = topologies
        .iter()
        .map(|t| (t.topology.as_str(), t.sign_model.as_str()))
        .collect();
    assert_eq!(signs, [("cook2020_pharynx", "wang2024"), ("mine", "file")]);

    place.write("edges.csv", edges.replace("I,D,2,-1\n", ""));
    let log = place.succeed(&["run", "tiny.toml"]);
    assert!(log.contains("connectomes: 1 to compute, 1 cached"), "{log}");
    let unsigned = "pre,post\nA,B\nB,C\n";
    place.write("edges.csv", unsigned);
    assert!(
        place
            .fail_last(&["run", "tiny.toml"])
            .contains("has a sign")
    );
    fs::remove_file(place.path().join("edges.csv")).unwrap();
    assert!(place.fail(&["plan", "tiny.toml"], 2).contains("edges.csv"));
}

/// A connectome of whose signs nothing is known takes part under assumed ones, as in the command
/// `motifs`, and its networks have the signs of the first draw.
#[cfg(feature = "files")]
#[test]
fn assumed_signs_take_part() {
    use engraph::connectome::NeuronRow;
    use engraph::source::file::{FileSource, read};

    let place = Tiny::new();
    let pair = |at: u32| format!("N{},N{}\n", at % 12, (at * 5 + at / 12 + 1) % 12);
    let edges = "pre,post\n".to_owned() + &(0..60).map(pair).collect::<String>();
    let path = place.write("edges.csv", edges);
    let text = "name = 'tiny'\nseed = 6\nconnectomes = ['mine', 'cook2020_pharynx']\n\
        [sources.mine]\nedges = 'edges.csv'\nassume_inhibitory = 0.3\n\
        [motifs]\npatterns = ['li3']\nsign_draws = 4\nnulls = 3\n\
        [topologies]\nmatched_neurons = 12\n";
    place.write("tiny.toml", text);
    place.succeed(&["run", "tiny.toml"]);
    let counts: Vec<MotifCountRow> = place.read_table(Tiny::report("motif_counts"));
    let of = |name: &str| -> Vec<MotifCountRow> {
        let rows = counts.iter().filter(|r| r.connectome == name);
        rows.cloned().collect()
    };
    let mine = of("mine");
    let command = [
        "motifs",
        "--edges",
        &path,
        "--motif",
        "li3",
        "--assume-inhibitory",
        "0.3",
        "--sign-draws",
        "4",
        "--nulls",
        "3",
        "--seed",
        "6",
        "--out",
        "counts.parquet",
    ];
    place.succeed(&command);
    let mut alone: Vec<MotifCountRow> = place.read_table("counts.parquet");
    alone.sort_by(|a, b| a.matching.cmp(&b.matching));
    alone
        .iter_mut()
        .for_each(|row| row.connectome = "mine".to_owned());
    assert_eq!(mine, alone);
    assert!(
        mine.iter()
            .all(|row| row.sign_model == "assumed:0.3" && row.sign_draws == Some(4))
    );
    assert!(mine[1].draws_count_low.unwrap() <= mine[1].draws_count_high.unwrap());
    assert!(
        of("cook2020_pharynx")
            .iter()
            .all(|row| row.sign_draws.is_none())
    );

    // The whole connectome is the part: it has twelve neurons.
    let topologies: Vec<TopologyRow> = place.read_table(Tiny::report("topologies"));
    let made = topologies
        .iter()
        .find(|t| t.topology == "mine.n12")
        .unwrap();
    assert_eq!(
        (made.sign_model.as_str(), made.inhibitory_neurons),
        ("assumed:0.3", 4)
    );
    let source = FileSource {
        edges: path.into(),
        unit: "synapses".to_owned(),
        ..FileSource::default()
    };
    let (connectome, _) = read(&source).unwrap();
    let share = "0.3".parse().unwrap();
    let drawn = connectome.with_assumed_signs(share, 6, 1);
    let expected: Vec<(&str, &str)> = drawn
        .neurons()
        .iter()
        .map(|n| (n.name.as_str(), n.sign.as_str()))
        .collect();
    let neurons: Vec<NeuronRow> = place.read_table(Tiny::report("neurons"));
    let of_topology = neurons.iter().filter(|n| n.connectome == "mine.n12");
    let found: Vec<(&str, &str)> = of_topology
        .map(|n| (n.neuron.as_str(), n.sign.as_str()))
        .collect();
    assert_eq!(found, expected);

    // How often signs are drawn matters only where they are drawn.
    let log = place.succeed(&["run", "tiny.toml", "--set", "motifs.sign_draws=5"]);
    assert!(log.contains("motifs: 1 to compute, 1 cached"), "{log}");

    let both = text.replace(
        "assume_inhibitory = 0.3",
        "assume_inhibitory = 0.3\nsign_model = 'file'",
    );
    place.write("tiny.toml", both);
    assert!(
        place
            .fail(&["plan", "tiny.toml"], 2)
            .contains("known or assumed")
    );
    place.write("tiny.toml", text.replace("0.3", "30"));
    assert!(
        place
            .fail(&["plan", "tiny.toml"], 2)
            .contains("not a fraction")
    );
}

/// A sign model for the worm is refused for other animals, and says so.
#[cfg(feature = "files")]
#[test]
fn sign_models_of_the_worm_are_refused_elsewhere() {
    let place = Tiny::new();
    place.write("edges.csv", "pre,post,weight\nMi1,Tm3,4\nTm3,T4a,7\n");
    for model in ["gaba26", "gaba32", "fenyves2020", "fenyves2020+wang2024"] {
        let text = format!(
            "name = 'tiny'\nconnectomes = ['fly']\n\
             [sources.fly]\nedges = 'edges.csv'\nsign_model = '{model}'\n"
        );
        place.write("tiny.toml", text);
        let error = place.fail_last(&["run", "tiny.toml"]);
        assert!(
            error.contains(&format!("`{model}`")) && error.contains("knows 0 of the 3 neurons"),
            "{error}"
        );
        assert!(
            error.contains("hint: ") && error.contains("assume_inhibitory"),
            "{error}"
        );
    }
}
