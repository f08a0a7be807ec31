//! Which sweeps may be read, and the sentences that say so.

use super::status::Status;
use super::sweep::BottleneckSweep;

/// Fewest seeds of which a sufficient bottleneck is read.
pub const FEWEST_SEEDS: usize = 5;
/// A network has learnt its task when its held-out error is below this share of the variance. A
/// network above it says nothing of the dimension that it can carry.
pub const LEARNT: f64 = 0.05;

/// The first part of the gate that is closed: why nothing may be read from this sweep.
pub(super) fn refusal(
    sweep: &BottleneckSweep,
    floor_mean: Option<f64>,
) -> Option<(Status, String)> {
    let seeds = sweep.floor.len();
    if seeds < FEWEST_SEEDS {
        return Some((
            Status::TooFewSeeds,
            format!("{seeds} seeds are too few for a paired bound: train at least {FEWEST_SEEDS}"),
        ));
    }
    let Some(floor_mean) = floor_mean else {
        let diverged = sweep.floor.iter().filter(|f| !f.is_finite()).count();
        return Some((
            Status::Diverged,
            format!(
                "{diverged} of {seeds} runs without a bottleneck diverged: \
                 lower the learning rate or leave those seeds out everywhere"
            ),
        ));
    };
    let waiting = sweep.floor_converged.iter().filter(|c| !**c).count();
    if waiting > 0 {
        return Some((
            Status::NotConverged,
            format!(
                "{waiting} of {seeds} runs without a bottleneck had not converged: \
                 train for more epochs"
            ),
        ));
    }
    if floor_mean >= LEARNT {
        return Some((
            Status::NotLearnt,
            format!(
                "without a bottleneck the network leaves {:.1} % of the variance unexplained \
                 (the limit is {:.0} %): it has not learnt the task",
                100.0 * floor_mean,
                100.0 * LEARNT
            ),
        ));
    }
    let runs = || {
        sweep
            .units
            .iter()
            .zip(&sweep.errors)
            .flat_map(|(k, row)| row.iter().enumerate().map(move |(s, e)| (k, s, e)))
    };
    let (k, s, _) = runs().find(|(_, _, e)| !e.is_finite())?;
    let diverged = runs().filter(|(_, _, e)| !e.is_finite()).count();
    Some((
        Status::Diverged,
        format!(
            "{diverged} bottleneck runs diverged, the first with {k} units at seed {s} \
             (counted from 0): lower the learning rate or leave those seeds out everywhere"
        ),
    ))
}

/// The status of a sweep that passed the gate, with its sentence.
pub(super) fn verdict(
    sweep: &BottleneckSweep,
    margin: f64,
    k_star: Option<usize>,
) -> (Status, String) {
    let seeds = sweep.floor.len();
    let waiting = sweep.converged.iter().flatten().filter(|c| !**c).count();
    let caution = match waiting {
        0 => String::new(),
        _ => format!(
            "; {waiting} of {} bottleneck runs had not converged, \
             so the true number may be smaller",
            seeds * sweep.units.len()
        ),
    };
    match k_star {
        Some(k) => (
            Status::Ok,
            format!(
                "{k} units suffice: the error exceeds that without a bottleneck by less than {:.3} \
                 of the variance (one-sided 95 % bound over {seeds} paired seeds){caution}",
                margin
            ),
        ),
        None => (
            Status::NotReached,
            format!(
                "no bottleneck of up to {} units comes within {:.3} of the error without one: \
                 test wider ones{caution}",
                sweep.units[sweep.units.len() - 1],
                margin
            ),
        ),
    }
}
