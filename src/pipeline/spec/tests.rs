//! What pipelines are read and refused.

use std::path::Path;

use super::Spec;
use crate::connectome::SignModel;
use crate::motif::Motif;
use crate::task::TaskKind;
use crate::text::Hinted;
use proptest::prelude::*;

const SMALL: &str = "name = 't'\nconnectomes = ['cook2020_pharynx']\n";

fn parse(text: &str, overrides: &[&str]) -> Result<Spec, String> {
    let overrides: Vec<String> = overrides.iter().map(|s| (*s).to_owned()).collect();
    Spec::parse(text, Path::new("p.toml"), &overrides)
        .map_err(|e| format!("{e}; {}", e.hint().unwrap_or_default()))
}

#[test]
fn defaults_are_complete_and_overrides_apply() {
    let spec = parse(SMALL, &["training.seeds=3", "topologies.sign_model=gaba26"]).unwrap();
    assert_eq!(
        (spec.seed, spec.training.seeds, spec.topologies.sign_model),
        (1, 3, SignModel::Gaba26)
    );
    assert_eq!(spec.motifs.patterns.len(), Motif::ALL.len());
}

#[test]
fn errors_name_the_key_and_suggest() {
    let error = |text: &str, overrides: &[&str]| parse(text, overrides).unwrap_err();
    let typo = error(SMALL, &["training.seds=3"]);
    assert!(
        typo.contains("`training") && typo.contains("did you mean `seeds`"),
        "{typo}"
    );
    let connectome = error("name = 't'\nconnectomes = ['cook2019_hermm']\n", &[]);
    assert!(
        connectome.contains("`connectomes`") && connectome.contains("`cook2019_herm`"),
        "{connectome}"
    );
    assert!(error(SMALL, &["motifs.min_weights=[-1.0]"]).contains("`motifs.min_weights`: -1"));
    assert!(error(SMALL, &["training.engram.batch_size=10"]).contains("multiple of 32"));
    assert!(error(SMALL, &["training.bottlenecks=[2,1]"]).contains("ascend"));
    assert!(error(SMALL, &["network.leak=0.7"]).contains("network.leak"));
    assert!(error(SMALL, &["network.leek=0.1"]).contains("did you mean `leak`"));
    assert!(parse(SMALL, &["training.bottlenecks=[]", "topologies.nulls=1"]).is_ok());
    assert!(error(SMALL, &["training.seeds=4294967295"]).contains("from 1 to 100000"));
    assert!(
        error(SMALL, &["motifs.patterns=['lat','lat']"]).contains("two motifs are called `lat`")
    );
    assert!(
        error(SMALL, &["motifs.patterns=['no.motif']"])
            .contains("cannot read the motif `no.motif`")
    );
    assert!(error(SMALL, &["motifs.min_weights='some'"]).contains("or \"all\""));
    let bits = format!("{SMALL}[[tasks]]\nname = 'a'\nkind = 'binary'\n");
    assert_eq!(
        parse(&bits, &["training.homeostatic.epochs=9"])
            .unwrap()
            .training
            .homeostatic
            .unwrap()
            .epochs,
        9
    );
    assert!(
        error(&bits, &["training.homeostatic.patience=0"])
            .contains("`training.homeostatic.patience`")
    );
    assert!(error(&bits, &["training.homeostatic.epoch=9"]).contains("did you mean `epochs`"));
    assert!(
        error(SMALL, &["training.homeostatic.epochs=9"])
            .contains("learns tasks of bits, and there is none")
    );
    assert!(
        error(SMALL, &["training.used_dimension.points=2"])
            .contains("is read on tasks of sources, and there is none")
    );
    assert!(
        error(SMALL, &["training.used_dimension.points=33"])
            .contains("`training.used_dimension.points`: is 33, not 1 to 32")
    );
    assert!(
        error(SMALL, &["training.latent_gradients.samples=0"])
            .contains("`training.latent_gradients.samples`")
    );
    assert!(
        error(SMALL, &["training.range_condition.samples=2"])
            .contains("`training.range_condition.samples`")
    );
    let surface = |units: &str, active: &str| {
        ["units", "active"]
            .into_iter()
            .zip([units, active])
            .map(|(key, value)| format!("training.sparse_bottleneck.{key}={value}"))
            .collect::<Vec<_>>()
    };
    let refused = |settings: &[String]| {
        error(
            SMALL,
            &settings.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    assert!(refused(&surface("[2]", "[3]")).contains("none that could be active"));
    assert!(
        refused(&surface("[4, 4]", "[1]")).contains("`training.sparse_bottleneck.units`: names")
    );
    let mut twice = surface("[8]", "[1]");
    twice.extend(["network.bottleneck='top_k'", "network.top_k.units=8"].map(str::to_owned));
    assert!(refused(&twice).contains("which is trained anyway"));
    let mine = "name = 't'\nconnectomes = ['mlp']\n[sources.mlp]\nedges = 'e.csv'\n";
    assert!(error(mine, &[]).contains("is taken"));
    let task = format!("{SMALL}[[tasks]]\nname = 'a'\nkind = 'smooth'\ndimension = 2\n");
    assert_eq!(
        parse(&task, &["tasks.0.dimension=3"]).unwrap().tasks[0].kind,
        TaskKind::Smooth { dimension: 3 }
    );
    let narrow = ["network.bottleneck='top_k'", "network.top_k.units=2"];
    assert!(error(&task, &narrow).contains("2 are fewer than the 6 active ones"));
    assert!(error(&task, &["tasks.1.dimension=3"]).contains("1 entries"));
    assert!(
        error(&task, &["tasks.0.dimension=200"])
            .contains("`tasks[0].dimension`: 200 latents do not fit 128")
    );
    assert!(
        error(&task, &["tasks.0.rank=2"])
            .contains("`tasks[0].rank`: does not apply to a task of kind `smooth`")
    );
    assert!(error(&task, &["tasks.0.dimensoin=2"]).contains("did you mean `dimension`"));
    assert!(error(&task, &["tasks.0.name='x y'"]).contains("tasks[0].name"));
    let wrong = |value: &str| error(SMALL, &[&format!("topologies.species={value}")]);
    assert!(
        wrong("['worm_lik']").contains("did you mean `worm_like`"),
        "{}",
        wrong("['worm_lik']")
    );
    assert!(wrong("[{preset='worm_like',neuron=9}]").contains("did you mean `neurons`"));
    assert!(
        wrong("[{preset='worm_like',neurons=9}]").contains("`topologies.species[0]`: 9 neurons")
    );
    assert!(
        wrong("['worm_like','worm_like']")
            .contains("`topologies.species[1]`: the name `worm_like` is taken")
    );
    assert!(wrong("[{preset='fly_like',ii_multiplier=-1.0}]").contains("multiplier -1"));
    assert!(wrong("[{preset='fly_like',replicates=0}]").contains("species[0].replicates`: is 0"));
    assert!(wrong("[{preset='fly_like',name='x.y'}]").contains("is no name"));
    assert!(wrong("[3]").contains("name of a species-like topology"));
    let matched = |n: u32| parse(SMALL, &[&format!("topologies.matched_neurons={n}")]);
    assert!(
        matched(23)
            .unwrap_err()
            .contains("the 22 neurons of `cook2020_pharynx`")
            && matched(22).is_ok()
    );
    assert!(error(SMALL, &["connectomes=[]"]).contains("is empty"));
    assert!(
        parse(
            SMALL,
            &["connectomes=[]", "topologies.species=['worm_like']"]
        )
        .is_ok()
    );
    assert!(error(SMALL, &["name='../x'"]).contains("cannot name a folder"));
    assert!(error(SMALL, &["nonsense"]).contains("no `=`"));
    assert!(error("name = 't'\nconnectomes = [", &[]).contains("line 2"));
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,80}", key in "[a-z.=]{0,20}") {
        let _ = parse(&text, &[]);
        let _ = parse(SMALL, &[&key]);
    }
}

#[test]
fn every_built_in_pipeline_can_be_read() {
    for name in crate::pipeline::builtin::NAMES {
        // A build that knows no Hub refuses the pipeline that asks one.
        if cfg!(not(feature = "hub")) && name == "hub" {
            continue;
        }
        assert_eq!(Spec::built_in(name, &[]).unwrap().unwrap().name, name);
    }
    assert!(Spec::built_in("no_such", &[]).unwrap().is_none());
}
