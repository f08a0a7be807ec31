//! Between which neurons: classes, cell types and single neurons by their words.

use std::borrow::Cow;

use crate::connectome::{Connectome, NeuronClass};
use crate::text::{Hinted, suggest};

/// Neurons at one end of paths, under one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The word: a class, the name of a neuron, or a cell type.
    pub label: String,
    /// The neurons, ascending.
    pub neurons: Vec<u32>,
}

/// A word that stands for no neuron of the connectome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no neuron of {connectome} is called or classed `{word}`")]
pub struct UnknownEnd {
    /// The connectome.
    pub connectome: String,
    /// The word.
    pub word: String,
    /// The nearest word that is known, or where classes come from.
    hint: String,
}

impl Hinted for UnknownEnd {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(self.hint.clone().into())
    }
}

/// The neurons that each word stands for: those of a class, else the neuron of that name, else
/// those of a cell type. Words that come twice count once. O(words x n).
///
/// # Errors
/// [`UnknownEnd`] for the first word that stands for no neuron.
pub fn groups(connectome: &Connectome, words: &[String]) -> Result<Vec<Group>, UnknownEnd> {
    let neurons = connectome.neurons();
    let mut found: Vec<Group> = Vec::new();
    for word in words {
        if found.iter().any(|group| group.label == *word) {
            continue;
        }
        let class = word.parse::<NeuronClass>().ok();
        let mut members: Vec<u32> = (0..)
            .zip(neurons)
            .filter(|(_, neuron)| class.map_or(neuron.name == *word, |class| neuron.class == class))
            .map(|(at, _)| at)
            .collect();
        if members.is_empty() && class.is_none() {
            let of_type = (0..)
                .zip(neurons)
                .filter(|(_, neuron)| neuron.cell_type.as_ref() == Some(word));
            members = of_type.map(|(at, _)| at).collect();
        }
        if members.is_empty() {
            let names = neurons.iter().map(|neuron| neuron.name.as_str());
            let classes = NeuronClass::ALL.iter().map(|class| class.as_str());
            let hint = match class {
                Some(_) => {
                    "a table of neurons gives classes, and names of neurons may be given in \
                            place of classes"
                        .to_owned()
                }
                None => suggest::did_you_mean(word, names.chain(classes)).unwrap_or_else(|| {
                    "give classes (sensory, inter, motor), cell types or names of neurons".into()
                }),
            };
            return Err(UnknownEnd {
                connectome: connectome.name().to_owned(),
                word: word.clone(),
                hint,
            });
        }
        found.push(Group {
            label: word.clone(),
            neurons: members,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::Neuron;

    #[test]
    fn words_are_classes_then_names_then_cell_types() {
        let neuron = |name: &str, class, cell_type: &str| Neuron {
            class,
            cell_type: Some(cell_type.to_owned()),
            ..Neuron::named(name)
        };
        let neurons = vec![
            neuron("ASHL", NeuronClass::Sensory, "ASH"),
            neuron("ASHR", NeuronClass::Sensory, "ASH"),
            neuron("AVA", NeuronClass::Inter, "command"),
        ];
        let c = Connectome::new("t", "synapses", neurons, vec![]).unwrap();
        let of = |word: &str| groups(&c, &[word.to_owned(), word.to_owned()]);
        let members = |word: &str| of(word).unwrap()[0].neurons.clone();
        assert_eq!(members("sensory"), [0, 1]);
        assert_eq!(members("ASHR"), [1]);
        assert_eq!(members("ASH"), [0, 1]);
        assert_eq!(of("AVA").unwrap().len(), 1);
        let error = of("ASHX").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no neuron of t is called or classed `ASHX`"
        );
        assert_eq!(error.hint().as_deref(), Some("did you mean `ASHL`?"));
        assert!(of("motor").unwrap_err().hint().unwrap().contains("table"));
    }
}
