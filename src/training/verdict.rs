//! The verdict on a training run: whether its error can be trusted to be final.

use serde::{Deserialize, Serialize};

use super::config::End;

/// How a training run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The held-out error no longer falls under the annealed learning rate. With more epochs it
    /// might fall further.
    Ok,
    /// The error still fell at the end, or there were too few epochs to tell.
    StillFalling,
    /// The error no longer falls, and is still nine tenths of that of a constant output or more:
    /// the network has learnt next to nothing.
    Stalled,
    /// The error is not a number, or more than twice that of a constant output.
    Diverged,
    /// The output does not depend on the input, even at the smallest learning rate tried.
    Silent,
}

impl RunStatus {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::StillFalling => "still_falling",
            Self::Stalled => "stalled",
            Self::Diverged => "diverged",
            Self::Silent => "silent",
        }
    }
}

/// The status of a run and its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How the run ended.
    pub status: RunStatus,
    /// Why the run has this status, in words.
    pub reason: String,
}

/// Number of epochs below which convergence cannot be judged.
const LEAST_EPOCHS: usize = 5;
/// Largest fall of the error over the last fifth of the epochs that counts as none: relative, and
/// absolute.
const LARGEST_FALL: (f64, f64) = (0.1, 0.005);
/// Error over the variance of the data beyond which a run has diverged.
const DIVERGED_FROM: f64 = 2.0;
/// Error over the variance of the data from which on a network has learnt next to nothing.
const STALLED_FROM: f64 = 0.9;

/// Judges a run by its curve and by whether it has become silent.
pub(super) fn judge(errors: &[f64], ended: Option<End>, silent: bool) -> Verdict {
    let mut verdict = judge_curve(errors, ended);
    let stalled = errors.last().filter(|&&last| last >= STALLED_FROM);
    if let (RunStatus::Ok | RunStatus::StillFalling, Some(last)) = (verdict.status, stalled) {
        let reason = format!("the error is still {last:.3}; {}", verdict.reason);
        let status = RunStatus::Stalled;
        verdict = Verdict { status, reason };
    }
    if silent && verdict.status != RunStatus::Diverged {
        verdict = Verdict {
            status: RunStatus::Silent,
            reason: "the output does not depend on the input".to_owned(),
        };
    }
    verdict
}

/// Judges a run by its held-out error after each epoch, and by whether and why its schedule ended.
fn judge_curve(errors: &[f64], ended: Option<End>) -> Verdict {
    let verdict = |status, reason: String| Verdict { status, reason };
    let Some(&last) = errors.last() else {
        return verdict(RunStatus::Diverged, "no epoch was trained".to_owned());
    };
    if !last.is_finite() {
        return verdict(
            RunStatus::Diverged,
            format!(
                "the error is no longer a number after epoch {}",
                errors.len()
            ),
        );
    }
    if last > DIVERGED_FROM {
        return verdict(
            RunStatus::Diverged,
            format!("the error is {last:.3}, more than {DIVERGED_FROM} times the variance"),
        );
    }
    match ended {
        Some(End::Reached) => {
            return verdict(
                RunStatus::Ok,
                format!(
                    "the learning rate fell to its end after {} epochs",
                    errors.len()
                ),
            );
        }
        Some(End::Forced) => {
            let words = format!(
                "the error still fell when the last of {} epochs drew near",
                errors.len()
            );
            return verdict(RunStatus::StillFalling, words);
        }
        None => {}
    }
    if errors.len() < LEAST_EPOCHS {
        return verdict(
            RunStatus::StillFalling,
            format!("fewer than {LEAST_EPOCHS} epochs cannot be judged"),
        );
    }
    let fifth = errors.len() / 5;
    let fall = errors[errors.len() - 1 - fifth] - last;
    let bound = (LARGEST_FALL.0 * (last + fall)).max(LARGEST_FALL.1);
    let words = format!(
        "the error fell by {:.5} over the last {fifth} epochs",
        fall.max(0.0)
    );
    if fall > bound {
        verdict(
            RunStatus::StillFalling,
            format!("{words}, more than {bound:.5}"),
        )
    } else {
        verdict(RunStatus::Ok, format!("{words}, at most {bound:.5}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_judged_by_its_curve() {
        let status = |errors: &[f64]| judge_curve(errors, None).status;
        assert_eq!(status(&[1.0, 0.5, 0.1, 0.011, 0.01]), RunStatus::Ok);
        assert_eq!(status(&[1.0, 0.8, 0.6, 0.4, 0.2]), RunStatus::StillFalling);
        assert_eq!(status(&[0.5, 0.5, 0.5, 0.5]), RunStatus::StillFalling);
        assert_eq!(status(&[1.0, f64::NAN]), RunStatus::Diverged);
        assert_eq!(status(&[1.0, 5.0]), RunStatus::Diverged);
        assert_eq!(status(&[]), RunStatus::Diverged);
        assert_eq!(
            judge_curve(&[1.0, 0.8, 0.6, 0.4, 0.2], Some(End::Reached)).status,
            RunStatus::Ok
        );
        assert_eq!(
            judge_curve(&[1.0, 0.8, 0.6, 0.4, 0.2], Some(End::Forced)).status,
            RunStatus::StillFalling
        );
        assert!(
            judge_curve(&[1.0, 0.8, 0.6, 0.4, 0.2], None)
                .reason
                .contains("fell by 0.20000 over the last 1")
        );
    }

    #[test]
    fn what_no_longer_falls_has_not_learnt_for_that() {
        for (error, status) in [(0.89, RunStatus::Ok), (0.9, RunStatus::Stalled)] {
            for ended in [None, Some(End::Reached)] {
                assert_eq!(judge(&[error; 22], ended, false).status, status);
            }
        }
        let stalled = judge(&[0.99; 22], Some(End::Reached), false);
        assert!(
            stalled
                .reason
                .starts_with("the error is still 0.990; the learning rate fell")
        );
        let forced = judge(&[0.95; 22], Some(End::Forced), false);
        assert_eq!(forced.status, RunStatus::Stalled);
    }

    #[test]
    fn silence_comes_before_the_curve() {
        let flat = [1.0; 10];
        assert_eq!(
            judge(&[0.3; 10], Some(End::Reached), false),
            judge_curve(&[0.3; 10], Some(End::Reached))
        );
        let silent = judge(&flat, Some(End::Reached), true);
        assert_eq!(silent.status, RunStatus::Silent);
        let diverged = judge(&[1.0, 5.0], None, true);
        assert_eq!(diverged.status, RunStatus::Diverged);
    }
}
