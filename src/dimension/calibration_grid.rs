//! The balls of which means are tabled: by scale, number of points and dimension.

/// Scales: the farther neighbour of the ratio. At the first it is TwoNN's maximum likelihood.
pub const SCALES: [u16; 6] = [2, 4, 8, 16, 32, 64];
/// Numbers of points at which estimators were calibrated.
pub const POINTS: [usize; 6] = [200, 500, 1000, 2500, 5000, 10_000];
/// Dimensions at which estimators were calibrated.
pub const DIMENSIONS: [usize; 17] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 28, 36, 46, 60, 80];
