//! The key `training.bottlenecks`: the widths of the bottleneck.

use serde::{Deserialize, Serialize};

use crate::task::CheckedTask;

/// The bottleneck widths that are trained on every task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a list of widths, such as [1, 2, 3], or \"auto\" for widths around each \
                 task's dimension"
)]
pub enum Widths {
    /// The same list of ascending widths for every task.
    These(Vec<u32>),
    /// Widths around the dimension of each task.
    Around(Around),
}

/// The word for widths that depend on the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Around {
    /// The widths `1..=m + 1` and `2 m + 2`, for a task whose exact code needs `m` dimensions. The
    /// first ones show the elbow of the error at `m`, and the last one lies far beyond it.
    Auto,
}

impl Widths {
    /// The widths trained on `task`; none on a task of sources, whose carried dimension is read
    /// from the network without a bottleneck. They are `None` if they depend on its dimension and
    /// it has none.
    #[must_use]
    pub fn of(&self, task: &CheckedTask) -> Option<Vec<u32>> {
        if task.sources().is_some() {
            return Some(Vec::new());
        }
        match self {
            Self::These(widths) => Some(widths.clone()),
            Self::Around(Around::Auto) => {
                let m = u32::try_from(task.embedding_dimension()?).ok()?;
                Some((1..=m + 1).chain((m > 0).then_some(2 * m + 2)).collect())
            }
        }
    }

    /// True if only the network without a bottleneck is trained.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::These(widths) if widths.is_empty())
    }

    /// True if the widths ascend and are at least 1.
    pub(super) fn ascend(&self) -> bool {
        match self {
            Self::These(widths) => widths.first() != Some(&0) && widths.is_sorted_by(|a, b| a < b),
            Self::Around(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Nonlinearity, TaskConfig, TaskKind};

    #[test]
    fn widths_follow_the_dimension_an_exact_code_needs() {
        let auto = Widths::Around(Around::Auto);
        let task = |kind| TaskConfig::new("t", kind).check().unwrap();
        let linear = task(TaskKind::Linear { dimension: 2 });
        let torus = task(TaskKind::Torus {
            nonlinearity: Nonlinearity::Tanh,
        });
        assert_eq!(auto.of(&linear), Some(vec![1, 2, 3, 6]));
        assert_eq!(auto.of(&torus), Some(vec![1, 2, 3, 4, 8]));
        assert_eq!(auto.of(&task(TaskKind::Constant {})), Some(vec![1]));
        assert_eq!(auto.of(&task(TaskKind::White {})), None);
        assert_eq!(Widths::These(vec![4]).of(&linear), Some(vec![4]));
    }
}
