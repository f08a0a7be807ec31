//! How commands refuse: the message, the hint and the exit code.

use crate::pin::pinned;

/// A pipeline of one connectome.
const SMALL: &str = "name = \"small\"\nconnectomes = [\"cook2020_pharynx\"]\n";

pinned! {
    // What is typed.
    error_unknown_command: ["motif"];
    error_unknown_option: ["motifs", "--motiv", "xor5"];
    error_unknown_motif: ["motifs", "--motif", "xor55"];
    error_unknown_connectome: ["motifs", "--connectome", "cook2019"];
    error_unknown_signs: ["motifs", "--signs", "gaba"];
    error_unknown_null_model: ["motifs", "--null-model", "by_sign"];
    error_unknown_weights: ["capacity", "--weights", "count"];
    error_horizon_of_zero: ["capacity", "--horizon", "0"];
    error_leak_of_zero: ["capacity", "--leak", "0"];
    error_negative_snr: ["capacity", "--snr", "-1"];
    error_negative_spectral_radius: ["capacity", "--spectral-radius", "-0.5"];
    error_unknown_table: ["schema", "motif_count"];
    error_unknown_species: ["species", "worm"];
    error_unknown_stage: ["run", "smoke", "--until", "trainings"];
    error_unknown_audit: ["audit", "cook2019_hem"];
    error_no_jobs: ["run", "smoke", "--jobs", "0"];
    error_negative_weight: ["motifs", "--min-weight", "-3"];
    error_parquet_on_stdout: ["motifs", "--format", "parquet"];
    error_form_that_the_name_denies: ["connectomes", "--format", "csv", "--out", "x.json"];
    error_form_that_is_not_written: ["connectomes", "--out", "x.feather"];
    error_override_without_a_value: ["run", "smoke", "--set", "training.seeds"];
    error_override_of_an_unknown_key: ["run", "smoke", "--set", "training.sedes=3"];
    error_too_few_neurons: ["species", "worm_like", "--neurons", "9"];

    // What is in a file.
    error_missing_edges: ["motifs", "--edges", "absent.csv"];
    error_edges_with_a_word_for_a_weight: ["motifs", "--edges", "edges.csv"],
        "edges.csv" => "pre,post,weight\nA,B,1\nB,C,two\n";
    error_edges_without_a_column: ["motifs", "--edges", "edges.csv"],
        "edges.csv" => "from,weight\nA,1\n";
    error_edges_that_are_no_parquet: ["motifs", "--edges", "edges.parquet"],
        "edges.parquet" => "PAR1 and then no table at all";
    error_signs_of_another_animal: ["motifs", "--edges", "fly.csv", "--signs", "gaba26"],
        "fly.csv" => "pre,post,weight\nMi1,Tm3,12\nTm3,T4a,7\n";
    error_missing_motif: ["motifs", "--motif", "absent.motif"];
    error_motif_notation: ["motifs", "--motif", "mine.motif"],
        "mine.motif" => "A -> B\nB >> C\n";
    error_motif_of_two_pieces: ["motifs", "--motif", "mine.motif"],
        "mine.motif" => "A -> B\nC -> D\n";
    error_motif_under_a_taken_name: ["motifs", "--motif", "li3.motif"],
        "li3.motif" => "X -> I; I -| Y";
    error_points_with_a_gap: ["dimension", "points.csv"],
        "points.csv" => "x,y\n1,2\n3,\n5,6\n";
    error_points_too_few: ["dimension", "points.csv"],
        "points.csv" => "x,y\n1,2\n";
    error_unknown_estimator: ["dimension", "points.csv", "--estimator", "two_n"],
        "points.csv" => "x,y\n1,2\n3,4\n";

    // What is in a pipeline.
    error_missing_pipeline: ["run", "absent.toml"];
    error_pipeline_that_is_no_toml: ["run", "broken.toml"],
        "broken.toml" => "name = \"broken\"\nconnectomes = [\n\n[motifs\n";
    error_pipeline_with_a_capacity_of_no_steps: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[capacity]\nhorizon = [16, 0]\n";
    error_pipeline_without_a_name: ["run", "nameless.toml"],
        "nameless.toml" => "connectomes = [\"cook2020_pharynx\"]\n";
    error_pipeline_unknown_key: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[training]\nsedes = 3\n";
    error_pipeline_unknown_connectome: ["run", "small.toml"],
        "small.toml" => SMALL.replace("pharynx", "pharinx");
    error_pipeline_unknown_motif: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[motifs]\npatterns = [\"xor7\"]\n";
    error_pipeline_unknown_null_model: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[topologies]\nnull_model = \"by_sign\"\n";
    error_pipeline_unknown_kind_of_task: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[[tasks]]\nname = \"a\"\nkind = \"smoth\"\n";
    error_pipeline_negative_rate: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[training.engram]\nlearning_rate = -1.0\n";
    error_pipeline_word_for_a_number: ["run", "small.toml"],
        "small.toml" => SMALL.to_owned() + "[training]\nseeds = \"five\"\n";
    error_pipeline_missing_table: ["run", "small.toml"],
        "small.toml" => SMALL.replace("cook2020_pharynx", "mine")
            + "[sources.mine]\nedges = \"absent.csv\"\n";

    // Where it should go.
    error_reports_that_cannot_be_written: ["run", "smoke", "--out", "file/reports"],
        "file" => "";
    error_store_that_cannot_be_written: ["run", "smoke", "--store", "file/store"],
        "file" => "";
    error_store_that_is_none: ["run", "smoke", "--store", "."],
        "thesis.txt" => "precious";
    error_table_that_cannot_be_written: ["connectomes", "--format", "csv", "--out", "file/x.csv"],
        "file" => "";
    error_stage_without_what_it_reads: ["run", "small.toml", "--only", "topologies"],
        "small.toml" => SMALL;
}
