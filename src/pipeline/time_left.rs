//! How long the rest of a stage will take, judged by the cells that have ended and by those that
//! run.
//!
//! The cells of a stage can differ a thousandfold in cost, and the cheap ones end first. A mean
//! over the cells that have ended is then far too low, and the speed of the last seconds jumps. The
//! time that a unit of work takes is therefore estimated as for lifetimes that are not over yet:
//! all time that was spent so far, also in cells that still run, over the work that has ended.
//! Cells of one kind (those that differ in their seed, or the nulls of one wiring) are judged by
//! each other as soon as one of them has ended.

use std::collections::HashMap;

use super::costs::likeness;

/// A cell that is to be computed, as far as its time matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Name of the cell.
    pub cell: String,
    /// Its work, in the unit of its stage.
    pub work: f64,
}

/// Time and work of some cells.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    /// Number of cells that have ended.
    ended: f64,
    /// Seconds that were spent, also in cells that still run.
    seconds: f64,
    /// Work of the cells that have ended.
    work: f64,
}

/// The state of the pieces of a stage.
#[derive(Clone, Debug)]
pub struct TimeLeft {
    threads: f64,
    /// Kind and work of each piece that has not ended, by its name.
    left: HashMap<String, (String, f64)>,
    /// When each piece that runs was begun, in seconds.
    running: HashMap<String, f64>,
    /// The pieces of each kind that have ended.
    ended: HashMap<String, Pace>,
    /// True if work is measured in seconds.
    is_measured: bool,
    /// Work of all pieces.
    whole: f64,
}

impl TimeLeft {
    /// Of pieces that `threads` threads work on. If `is_measured`, their work is the time in
    /// seconds that pieces like them took before.
    #[must_use]
    pub fn new(threads: usize, pieces: &[Piece], is_measured: bool) -> Self {
        let left = pieces
            .iter()
            .map(|piece| (piece.cell.clone(), (likeness(&piece.cell), piece.work)));
        Self {
            threads: threads.clamp(1, pieces.len().max(1)) as f64,
            left: left.collect(),
            running: HashMap::new(),
            ended: HashMap::new(),
            is_measured,
            whole: pieces.iter().map(|piece| piece.work).sum(),
        }
    }

    /// A piece is begun at the time `now`, in seconds.
    pub fn begun(&mut self, cell: &str, now: f64) {
        self.running.insert(cell.to_owned(), now);
    }

    /// A piece has ended at the time `now`.
    pub fn ended(&mut self, cell: &str, now: f64) {
        let Some((kind, work)) = self.left.remove(cell) else {
            return;
        };
        let begun = self.running.remove(cell).unwrap_or(now);
        let pace = self.ended.entry(kind).or_default();
        pace.ended += 1.0;
        pace.seconds += now - begun;
        pace.work += work;
    }

    /// Seconds until all pieces have ended. It is `None` while nothing is known.
    #[must_use]
    pub fn left(&self, now: f64) -> Option<f64> {
        if self.left.is_empty() {
            return Some(0.0);
        }
        // Time that was spent in cells that still run counts as well, without any work for it.
        // Where it is known how long they take, they are on schedule until that time has passed.
        let mut paces = self.ended.clone();
        for (cell, begun) in &self.running {
            if let Some((kind, work)) = self.left.get(cell) {
                let (spent, pace) = (now - begun, paces.entry(kind.clone()).or_default());
                pace.seconds += spent;
                if self.is_measured {
                    pace.work += spent.min(*work);
                }
            }
        }
        let mut all = Pace::default();
        for pace in paces.values() {
            all.ended += pace.ended;
            all.seconds += pace.seconds;
            all.work += pace.work;
        }
        // What was measured before counts as one more cell.
        if self.is_measured {
            let work = self.whole / (self.left.len() as f64 + all.ended).max(1.0);
            all.ended += 1.0;
            all.seconds += work;
            all.work += work;
        }
        if all.work <= 0.0 {
            return None;
        }
        let of_all = all.seconds / all.work;
        let per_work = |kind: &str| match paces.get(kind) {
            Some(pace) if pace.work > 0.0 => {
                let of_kind = pace.seconds / pace.work;
                (pace.ended * of_kind + 0.2 * of_all) / (pace.ended + 0.2)
            }
            _ => of_all,
        };
        let (mut waiting, mut longest) = (0.0, 0.0_f64);
        let mut under_way = 0.0;
        for (cell, (kind, work)) in &self.left {
            let expected = work * per_work(kind);
            match self.running.get(cell) {
                // A cell that runs longer than expected is not over at once.
                Some(begun) => {
                    let spent = now - begun;
                    let rest = (expected - spent).max(0.2 * spent.min(expected));
                    longest = longest.max(rest);
                    under_way += rest;
                }
                None => waiting += expected,
            }
        }
        Some(longest.max((waiting + under_way) / self.threads))
    }

    /// Share of the work that is done, from 0 to 1.
    #[must_use]
    pub fn share_done(&self) -> f64 {
        let left: f64 = self.left.values().map(|(_, work)| work).sum();
        if self.whole > 0.0 {
            1.0 - left / self.whole
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the pieces on two threads, each with the cost that it is given, and asks at every one
    /// of `looks` shares of the time how much is left. Returns estimate over truth at each look.
    fn looks(pieces: &[(Piece, f64)], is_measured: bool, looks: &[f64]) -> Vec<Option<f64>> {
        const THREADS: usize = 2;
        // (time, begun, cell)
        let mut events: Vec<(f64, bool, &str)> = Vec::new();
        let mut free = [0.0_f64; THREADS];
        for (piece, cost) in pieces {
            let thread = (0..THREADS)
                .min_by(|&a, &b| free[a].total_cmp(&free[b]))
                .unwrap();
            events.push((free[thread], true, &piece.cell));
            free[thread] += cost;
            events.push((free[thread], false, &piece.cell));
        }
        let end = free.into_iter().fold(0.0, f64::max);
        events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let ask = |share: &f64| {
            let now = share * end;
            let all: Vec<Piece> = pieces.iter().map(|(piece, _)| piece.clone()).collect();
            let mut left = TimeLeft::new(THREADS, &all, is_measured);
            for (time, begun, cell) in events.iter().filter(|event| event.0 <= now) {
                if *begun {
                    left.begun(cell, *time);
                } else {
                    left.ended(cell, *time);
                }
            }
            Some(left.left(now)? / (end - now))
        };
        looks.iter().map(ask).collect()
    }

    /// Cells of four kinds whose costs differ by a factor of 200, in the order of a run: as good as
    /// random, each with its own deviation of up to a fifth.
    fn mixed(work: impl Fn(f64) -> f64) -> Vec<(Piece, f64)> {
        let kinds = [
            ("small/a", 1.0),
            ("large/b", 200.0),
            ("middle/c", 20.0),
            ("small/d", 2.0),
        ];
        let mut state = 7_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        let mut pieces = Vec::new();
        for seed in 1..=25 {
            for (kind, cost) in kinds {
                let cell = format!("{kind}/none/seed{seed}");
                let cost = cost * (0.8 + 0.4 * random());
                let work = work(cost.log10().round());
                pieces.push((random(), (Piece { cell, work }, cost)));
            }
        }
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    /// Nothing is known of the costs beforehand; every cell counts alike.
    #[test]
    fn the_time_left_is_right_within_a_factor_of_two() {
        let at = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
        for ratio in looks(&mixed(|_| 1.0), false, &at) {
            let ratio = ratio.expect("cells have ended");
            assert!((0.5..=2.0).contains(&ratio), "{ratio}");
        }
    }

    /// Where the work is known, the first looks are right as well.
    #[test]
    fn known_work_makes_early_looks_right() {
        let work = |magnitude: f64| 10.0_f64.powf(magnitude);
        let at = [0.02, 0.05, 0.1, 0.5, 0.95];
        for ratio in looks(&mixed(work), true, &at) {
            let ratio = ratio.expect("the pace is known");
            assert!((0.5..=2.0).contains(&ratio), "{ratio}");
        }
    }

    /// Three cells that run at once, as at the start of a stage: the estimate does not come before
    /// one has ended, and cells that run past what was expected raise it.
    #[test]
    fn cells_that_run_count() {
        let pieces: Vec<Piece> = ["a", "b", "c"]
            .map(|cell| Piece {
                cell: cell.to_owned(),
                work: 1.0,
            })
            .to_vec();
        let mut left = TimeLeft::new(2, &pieces, false);
        left.begun("a", 0.0);
        left.begun("b", 0.0);
        assert_eq!(left.left(5.0), None);
        left.ended("a", 10.0);
        left.begun("c", 10.0);
        let early = left.left(10.0).unwrap();
        assert!((5.0..=20.0).contains(&early), "{early}");
        left.ended("c", 20.0);
        // `b` runs for 100 seconds: it is known to be long, and not over yet.
        let late = left.left(100.0).unwrap();
        assert!(late > 5.0, "{late}");
        assert!((left.share_done() - 2.0 / 3.0).abs() < 1e-12);
        left.ended("b", 101.0);
        assert_eq!(left.left(101.0), Some(0.0));
    }
}
