//! Orthonormal rows, equal to the bit on every machine.

/// Makes the rows of a row-major matrix orthonormal by Gram and Schmidt, each row against those
/// before it, twice, so that rounding leaves no trace. There are at most as many rows as columns.
pub(crate) fn orthonormalise(values: &mut [f64], columns: usize) {
    let rows = values.len() / columns.max(1);
    for row in 0..rows {
        let (before, rest) = values.split_at_mut(row * columns);
        let this = &mut rest[..columns];
        for _ in 0..2 {
            for other in before.chunks_exact(columns) {
                let along: f64 = this.iter().zip(other).map(|(a, b)| a * b).sum();
                this.iter_mut()
                    .zip(other)
                    .for_each(|(a, b)| *a -= along * b);
            }
            let norm = this.iter().map(|a| a * a).sum::<f64>().sqrt();
            this.iter_mut().for_each(|a| *a /= norm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::StandardNormal;
    use crate::random::stream;
    use rand::RngExt;

    #[test]
    fn rows_are_of_length_one_and_at_right_angles() {
        let mut random = stream(1, &["rows"]);
        for (rows, columns) in [(1, 1), (3, 7), (40, 40)] {
            let draw = |_| random.sample::<f64, _>(StandardNormal);
            let mut values: Vec<f64> = (0..rows * columns).map(draw).collect();
            orthonormalise(&mut values, columns);
            for (i, a) in values.chunks_exact(columns).enumerate() {
                for (j, b) in values.chunks_exact(columns).enumerate() {
                    let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                    assert!((product - f64::from(i == j)).abs() < 1e-12);
                }
            }
        }
    }
}
