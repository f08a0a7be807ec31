//! Sign models that go by the neurons of *C. elegans*, applied to connectomes of other animals.

use std::borrow::Cow;

use super::bundled;
use crate::connectome::{Connectome, SignModel};
use crate::text::Hinted;
use crate::text::plural::counted;

/// A sign model that does not know the neurons of a connectome.
///
/// `gaba26` and `gaba32` call every neuron excitatory that is not on a list of names. With other
/// names than the worm's, that makes all neurons of a connectome excitatory. The Fenyves models
/// know transmitters and receptors by the same names, and leave all other synapses to another rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the sign model `{model}` is made for the neurons of C. elegans, and knows {known} of the {} \
     of `{connectome}`",
    counted(neurons, "neuron")
)]
pub struct ForeignSigns {
    /// Name of the connectome.
    pub connectome: String,
    /// The sign model.
    pub model: SignModel,
    /// Neurons of the connectome that the model knows.
    pub known: usize,
    /// Neurons of the connectome that have a synapse.
    pub neurons: usize,
}

impl Hinted for ForeignSigns {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(
            "take `file` where the tables give signs, `wang2024` where they give transmitters, or \
             assume signs: `--assume-inhibitory 0.3`, in a pipeline `assume_inhibitory = 0.3`"
                .into(),
        )
    }
}

/// Checks that a sign model knows the neurons of a connectome. Neurons without synapses do not
/// count. O(n + E).
///
/// - `wang2024` and `file` go by what is known of each neuron or synapse, and fit every connectome.
/// - `gaba26` and `gaba32` fit if at least half of the neurons have names of the bundled table.
/// - `fenyves2020` and `fenyves2020+wang2024` fit if in addition the rule has the transmitter of a
///   presynaptic neuron and the receptors of a postsynaptic one. A user's table has them from the
///   bundled table, if no table of neurons is given with it.
///
/// ```
/// use engraph::connectome::{Connectome, Neuron, Sign, SignModel, Synapse, SynapseType};
/// use engraph::source::{bundled, check_signs};
/// let worm = bundled::connectome("cook2019_herm").unwrap();
/// assert!(check_signs(SignModel::Gaba26, &worm).is_ok());
///
/// let neurons = ["Tm3", "Mi1"].map(Neuron::named).to_vec();
/// let synapse = Synapse {
///     pre: 0,
///     post: 1,
///     synapse_type: SynapseType::Chemical,
///     weight: 1.0,
///     sign: Sign::Unsigned,
/// };
/// let fly = Connectome::new("fly", "synapses", neurons, vec![synapse]).unwrap();
/// assert_eq!(check_signs(SignModel::Gaba26, &fly).unwrap_err().known, 0);
/// ```
///
/// # Errors
/// [`ForeignSigns`] if the model does not fit.
pub fn check_signs(model: SignModel, connectome: &Connectome) -> Result<(), ForeignSigns> {
    let by_receptors = match model {
        SignModel::Wang2024 | SignModel::File => return Ok(()),
        SignModel::Gaba26 | SignModel::Gaba32 => false,
        SignModel::Fenyves2020 | SignModel::Fenyves2020Wang2024 => true,
    };
    let neurons = connectome.neurons();
    let is_connected = connectome.connected();
    let connected = || neurons.iter().zip(&is_connected).filter(|&(_, &is)| is);
    let (total, known) = (
        connected().count(),
        connected()
            .filter(|(neuron, _)| {
                // The bundled table can be read, or this connectome would not be there.
                matches!(bundled::known_neuron(&neuron.name), Ok(Some(_)))
            })
            .count(),
    );
    let error = |known| ForeignSigns {
        connectome: connectome.name().to_owned(),
        model,
        known,
        neurons: total,
    };
    if 2 * known < total {
        return Err(error(known));
    }
    let transmits = || connected().any(|(n, _)| n.fenyves_transmitters[0].is_some());
    let receives = || connected().any(|(n, _)| n.receptors.0.as_flattened().iter().any(|&g| g > 0));
    if by_receptors && total > 0 && !(transmits() && receives()) {
        return Err(error(0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::connectome::Neuron;

    /// The wiring of a bundled connectome, with other neurons.
    fn with_neurons(name: &str, neuron: impl Fn(usize, &Neuron) -> Neuron) -> Connectome {
        let worm = bundled::connectome(name).unwrap();
        let neurons = worm.neurons().iter().enumerate();
        let neurons = neurons.map(|(at, n)| neuron(at, n)).collect();
        let synapses = worm.chemical().iter().chain(worm.electrical()).copied();
        Connectome::new("own", "synapses", neurons, synapses.collect()).unwrap()
    }

    #[test]
    fn every_model_fits_every_bundled_connectome() {
        for name in bundled::names().unwrap() {
            let worm = bundled::connectome(&name).unwrap();
            for &model in SignModel::VARIANTS {
                assert_eq!(check_signs(model, &worm), Ok(()), "{name}");
            }
        }
    }

    #[test]
    fn half_of_the_names_must_be_the_worms() {
        let n = bundled::connectome("cook2019_herm")
            .unwrap()
            .neurons()
            .len();
        let renamed = |foreign: usize| {
            with_neurons("cook2019_herm", |at, neuron| {
                if at < foreign {
                    Neuron::named(format!("LC{at}"))
                } else {
                    neuron.clone()
                }
            })
        };
        for model in SignModel::ALL {
            assert_eq!(check_signs(model, &renamed(n / 2)), Ok(()), "{model}");
            let refused = check_signs(model, &renamed(n / 2 + 1));
            if model == SignModel::Wang2024 {
                assert_eq!(refused, Ok(()));
                continue;
            }
            let error = refused.unwrap_err();
            assert_eq!((error.known, error.neurons), (n - n / 2 - 1, n));
            let message = format!(
                "the sign model `{model}` is made for the neurons of C. elegans, and knows {} of \
                 the {n} neurons of `own`",
                n - n / 2 - 1
            );
            assert_eq!(error.to_string(), message);
        }
    }

    /// With a table of neurons, the worm's names come without its receptors.
    #[test]
    fn the_fenyves_models_need_transmitters_and_receptors() {
        let bare = with_neurons("cook2019_herm", |_, n| Neuron::named(&*n.name));
        for (model, fits) in [
            (SignModel::Gaba26, true),
            (SignModel::Gaba32, true),
            (SignModel::Fenyves2020, false),
            (SignModel::Fenyves2020Wang2024, false),
            (SignModel::Wang2024, true),
            (SignModel::File, true),
        ] {
            assert_eq!(check_signs(model, &bare).is_ok(), fits, "{model}");
        }
    }

    #[test]
    fn neurons_without_synapses_do_not_count() {
        let worm = bundled::connectome("cook2020_pharynx").unwrap();
        let strangers = (0..10 * worm.neurons().len()).map(|i| Neuron::named(format!("LC{i}")));
        let neurons = worm.neurons().iter().cloned().chain(strangers).collect();
        let synapses = worm.chemical().iter().chain(worm.electrical()).copied();
        let more = Connectome::new("own", "synapses", neurons, synapses.collect()).unwrap();
        assert_eq!(check_signs(SignModel::Gaba26, &more), Ok(()));
    }
}
