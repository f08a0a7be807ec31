//! The networks in the folder of a run, and the pipeline that they belong to.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::super::folder::Folder;
use super::super::provenance::PIPELINE;
use crate::pipeline::{
    Inference, InferenceError, Sequencing, Series, Spec, SpecError, Store, WhichNetwork, infer,
};
use crate::table::TableError;
use crate::text::Hinted;
use crate::training::CheckpointRow;

/// The networks that a run has kept, and the pipeline that says how they are laid out.
#[derive(Clone, Debug)]
pub struct Networks {
    /// The pipeline. Its paths are those of the run, from the working folder.
    pub spec: Spec,
    /// Parameters and more of every network.
    pub checkpoints: Vec<CheckpointRow>,
}

/// Why a folder has no networks that can be run.
#[derive(Debug, thiserror::Error)]
pub enum NetworksError {
    /// The folder has no trained networks.
    #[error("`{folder}` has no trained networks", folder = folder.display())]
    None {
        /// Path of the folder.
        folder: PathBuf,
    },
    /// The table of the networks is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The pipeline is not there or cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the pipeline.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The pipeline is none.
    #[error(transparent)]
    Spec(#[from] SpecError),
}

impl Hinted for NetworksError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::None { .. } => InferenceError::NoCheckpoints.hint(),
            Self::Table(error) => error.hint(),
            Self::Read { .. } => Some("a folder of networks holds the pipeline of its run".into()),
            Self::Spec(error) => error.hint(),
        }
    }
}

impl Networks {
    /// Reads the networks in the folder of a run.
    ///
    /// # Errors
    /// [`NetworksError`] if the folder has none, or what it has is damaged.
    pub fn read(folder: &Path) -> Result<Self, NetworksError> {
        let checkpoints: Vec<CheckpointRow> = Folder::at(folder).rows()?;
        if checkpoints.is_empty() {
            return Err(NetworksError::None {
                folder: folder.to_owned(),
            });
        }
        let path = folder.join(PIPELINE);
        let text = std::fs::read_to_string(&path)
            .map_err(|source| NetworksError::Read { path, source })?;
        // The pipeline is taken as one of the working folder, so that its paths are those of the
        // run.
        let spec = Spec::parse(&text, Path::new(PIPELINE), &[])?;
        Ok(Self { spec, checkpoints })
    }

    /// Runs one of the networks on a series, as [`infer`] does.
    ///
    /// # Errors
    /// Those of [`infer`].
    pub fn infer(
        &self,
        which: &WhichNetwork,
        series: &Series,
        sequencing: Sequencing,
        store: &Store,
        jobs: usize,
    ) -> Result<Inference, InferenceError> {
        infer(
            &self.spec,
            &self.checkpoints,
            which,
            series,
            sequencing,
            store,
            jobs,
        )
    }
}
