//! Non-increasing regression of a curve, and where the curve reaches a level.

use std::ops::Range;

/// A run of neighbouring values that the fit replaces by their mean.
#[derive(Clone, Copy)]
struct Block {
    sum: f64,
    length: usize,
}

impl Block {
    fn mean(self) -> f64 {
        self.sum / self.length as f64
    }
}

/// The non-increasing sequence nearest to `values` in least squares, by pooling adjacent violators.
///
/// Neighbours in the wrong order are replaced by their mean until none is left. `O(n)` time and
/// space. Source: Barlow, Bartholomew, Bremner & Brunk 1972, *Statistical inference under order
/// restrictions*. The sum is kept, and a non-increasing input is returned as it is. Values must be
/// finite.
#[must_use]
pub fn non_increasing(values: &[f64]) -> Vec<f64> {
    let mut fit = Vec::with_capacity(values.len());
    for (block, mean) in pooled_blocks(values) {
        fit.resize(block.end, mean);
    }
    fit
}

/// The blocks on which the non-increasing fit is constant because values were pooled, in order,
/// each with its mean; a value that was not pooled is a block of its own.
pub(crate) fn pooled_blocks(values: &[f64]) -> Vec<(Range<usize>, f64)> {
    let mut blocks: Vec<Block> = Vec::with_capacity(values.len());
    for &value in values {
        let mut block = Block {
            sum: value,
            length: 1,
        };
        while let Some(last) = blocks
            .last()
            .copied()
            .filter(|last| last.mean() < block.mean())
        {
            blocks.pop();
            block = Block {
                sum: last.sum + block.sum,
                length: last.length + block.length,
            };
        }
        blocks.push(block);
    }
    let mut start = 0;
    blocks
        .into_iter()
        .map(|block| {
            start += block.length;
            (start - block.length..start, block.mean())
        })
        .collect()
}

/// The smallest `x` at which the broken line through `(x, y)` points, `y` non-increasing, comes
/// down to `level`.
///
/// `None` when it never does. `x` ascending.
pub(crate) fn first_reached(line: impl IntoIterator<Item = (f64, f64)>, level: f64) -> Option<f64> {
    let mut before: Option<(f64, f64)> = None;
    for (x, y) in line {
        if y <= level {
            return Some(match before {
                Some((x0, y0)) => x0 + (x - x0) * (y0 - level) / (y0 - y),
                None => x,
            });
        }
        before = Some((x, y));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        assert_eq!(
            non_increasing(&[5.0, 1.0, 3.0, 2.0, 2.5]),
            [5.0, 2.125, 2.125, 2.125, 2.125]
        );
        assert_eq!(non_increasing(&[3.0, 1.0, 2.0, 0.0]), [3.0, 1.5, 1.5, 0.0]);
        assert_eq!(non_increasing(&[1.0, 2.0, 3.0]), [2.0; 3]);
        assert_eq!(
            pooled_blocks(&[3.0, 1.0, 2.0, 0.0]),
            [(0..1, 3.0), (1..3, 1.5), (3..4, 0.0)]
        );
        assert!(non_increasing(&[]).is_empty());
    }

    #[test]
    fn levels() {
        let line = [(0.0, 1.0), (1.0, 0.5), (2.0, 0.5), (4.0, 0.0)];
        assert_eq!(first_reached(line, 1.0), Some(0.0));
        assert_eq!(first_reached(line, 0.75), Some(0.5));
        assert_eq!(first_reached(line, 0.5), Some(1.0));
        assert_eq!(first_reached(line, 0.25), Some(3.0));
        assert_eq!(first_reached(line, -0.1), None);
    }

    proptest! {
        #[test]
        fn pooling_laws(values in prop::collection::vec(-10.0_f64..10.0, 1..30)) {
            let fit = non_increasing(&values);
            prop_assert_eq!(fit.len(), values.len());
            prop_assert!(fit.windows(2).all(|w| w[0] >= w[1]));
            prop_assert!((fit.iter().sum::<f64>() - values.iter().sum::<f64>()).abs() < 1e-9);
            let again = non_increasing(&fit);
            prop_assert!(again.iter().zip(&fit).all(|(a, b)| (a - b).abs() < 1e-12));
            // Optimality: the residual is orthogonal to the fit, and no partial sum of residuals is
            // positive (the conditions of Karush, Kuhn and Tucker for the non-increasing cone).
            let residual: Vec<f64> = values.iter().zip(&fit).map(|(v, f)| v - f).collect();
            prop_assert!(residual.iter().zip(&fit).map(|(r, f)| r * f).sum::<f64>().abs() < 1e-8);
            let mut partial = 0.0;
            for r in residual {
                partial += r;
                prop_assert!(partial < 1e-9);
            }
        }

        #[test]
        fn ordered_input_is_returned(mut values in prop::collection::vec(-10.0_f64..10.0, 1..30)) {
            values.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(non_increasing(&values), values);
        }
    }
}
