//! The travelling wave that the angles are to follow, and the one that they make.

use std::f64::consts::PI;

use crate::portable::{atan2, cos, sin};

/// A wave that travels from head to tail: the angle of joint `i`, counted from 1, is
/// `amplitude sin(2 pi t / period - i lag)` at step `t`. Both oscillators switch at `t = 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    /// Steps of a period, an even number.
    pub period: usize,
    /// Largest angle, as a share of the largest possible one.
    pub amplitude: f64,
    /// Phase by which a joint lags behind the one before it, in radians; the first behind the
    /// oscillators.
    pub lag: f64,
}

/// The part of a joint's course that has the period of the wave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oscillation {
    /// Its largest angle.
    pub amplitude: f64,
    /// Its phase behind the oscillators, in radians from `-pi` to `pi`.
    pub phase: f64,
}

impl Wave {
    /// The angle of a joint, counted from 0, at a step.
    #[must_use]
    pub fn angle(&self, joint: usize, step: usize) -> f64 {
        self.amplitude * sin(self.turned(step) - (joint + 1) as f64 * self.lag)
    }

    /// How far the wave has turned at a step, in radians.
    fn turned(&self, step: usize) -> f64 {
        2.0 * PI * (step % self.period) as f64 / self.period as f64
    }

    /// Projects the angles of a joint over one whole period, the first of them at step `first`, on
    /// sine and cosine.
    #[must_use]
    pub fn projected(&self, angles: &[f64], first: usize) -> Oscillation {
        let on = |of: fn(f64) -> f64| {
            let terms = angles
                .iter()
                .zip(first..)
                .map(|(angle, step)| angle * of(self.turned(step)));
            2.0 * terms.sum::<f64>() / self.period as f64
        };
        let (sine, cosine) = (on(sin), on(cos));
        Oscillation {
            amplitude: (sine * sine + cosine * cosine).sqrt(),
            phase: atan2(-cosine, sine),
        }
    }
}

/// An angle in radians, wrapped to the one from `-pi` to `pi` that points the same way.
pub(super) fn wrapped(angle: f64) -> f64 {
    atan2(sin(angle), cos(angle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_finds_the_wave_that_was_put_in() {
        for (period, lag) in [(60, 0.7), (4, 2.0), (10, -1.0)] {
            let wave = Wave {
                period,
                amplitude: 0.6,
                lag,
            };
            for joint in 0..4 {
                let first = 2 * period + 1;
                // A constant is no part of it.
                let angles: Vec<f64> = (first..first + period)
                    .map(|step| wave.angle(joint, step) + 0.1)
                    .collect();
                let found = wave.projected(&angles, first);
                assert!((found.amplitude - 0.6).abs() < 1e-12);
                let behind = found.phase - (joint + 1) as f64 * lag;
                assert!(wrapped(behind).abs() < 1e-12, "{period} {joint}: {behind}");
            }
        }
    }

    #[test]
    fn angles_that_point_the_same_way_are_one() {
        for turns in -3..=3 {
            let angle = 1.25 + f64::from(turns) * 2.0 * PI;
            assert!((wrapped(angle) - 1.25).abs() < 1e-12);
        }
    }
}
