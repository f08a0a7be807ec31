//! A checked view of a point cloud.

use super::DimensionError;

/// `rows` points in `columns` dimensions, row-major, every coordinate finite.
///
/// A view: it borrows the values and copies for free.
///
/// ```
/// use engraph::dimension::Points;
/// let points = Points::new(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2, 3)?;
/// assert_eq!((points.rows(), points.columns(), points.row(1)), (2, 3, &[3.0, 4.0, 5.0][..]));
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    values: &'a [f64],
    rows: usize,
    columns: usize,
}

impl<'a> Points<'a> {
    /// Checks and wraps `rows * columns` values, one point after the other. Time `O(rows *
    /// columns)`.
    ///
    /// # Errors
    /// [`DimensionError::NoColumns`], [`DimensionError::TooFewPoints`] below two rows,
    /// [`DimensionError::Shape`] when the length does not fit, [`DimensionError::NotFinite`] naming
    /// the first NaN or infinity by row and column.
    pub fn new(values: &'a [f64], rows: usize, columns: usize) -> Result<Self, DimensionError> {
        if columns == 0 {
            return Err(DimensionError::NoColumns);
        }
        if rows.checked_mul(columns) != Some(values.len()) {
            return Err(DimensionError::Shape {
                values: values.len(),
                rows,
                columns,
            });
        }
        if rows < 2 {
            return Err(DimensionError::TooFewPoints {
                found: rows,
                needed: 2,
            });
        }
        if let Some(at) = values.iter().position(|v| !v.is_finite()) {
            return Err(DimensionError::NotFinite {
                row: at / columns,
                column: at % columns,
                value: values[at],
            });
        }
        Ok(Self {
            values,
            rows,
            columns,
        })
    }

    /// Number of points.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of coordinates of a point: the ambient dimension.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All coordinates, row-major.
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// The coordinates of one point.
    ///
    /// # Panics
    /// When `row` is not below [`Points::rows`].
    #[must_use]
    pub fn row(&self, row: usize) -> &'a [f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// The largest power of two not above the largest magnitude (1 for a cloud of zeros): dividing
    /// by it is exact for normal numbers and keeps squares from overflowing or vanishing.
    pub(crate) fn binary_scale(&self) -> f64 {
        let largest = self.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if largest < f64::MIN_POSITIVE {
            return if largest > 0.0 {
                f64::MIN_POSITIVE
            } else {
                1.0
            };
        }
        f64::from_bits(largest.to_bits() & 0x7ff0_0000_0000_0000)
    }

    /// Copies the rows named by `selected`, in that order.
    pub(crate) fn gather(&self, selected: &[u32]) -> Vec<f64> {
        selected
            .iter()
            .flat_map(|&row| self.row(row as usize))
            .copied()
            .collect()
    }

    /// Columns that hold one value only.
    pub(crate) fn constant_columns(&self) -> usize {
        (0..self.columns)
            .filter(|&c| (1..self.rows).all(|r| self.row(r)[c] == self.values[c]))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_are_named_by_row_and_column() {
        let error = Points::new(&[1.0, 2.0, 3.0, 4.0, f64::NAN, 6.0], 2, 3).unwrap_err();
        let DimensionError::NotFinite { row, column, value } = error else {
            panic!("{error}");
        };
        assert!((row, column) == (1, 1) && value.is_nan());
        assert!(error.to_string().contains("row 1, column 1"));
        assert!(matches!(
            Points::new(&[1.0, f64::NEG_INFINITY], 2, 1),
            Err(DimensionError::NotFinite {
                row: 1,
                column: 0,
                ..
            })
        ));
    }

    #[test]
    fn shape_and_size_are_checked() {
        assert_eq!(
            Points::new(&[1.0], 1, 1).unwrap_err(),
            DimensionError::TooFewPoints {
                found: 1,
                needed: 2
            }
        );
        assert_eq!(
            Points::new(&[], 0, 3).unwrap_err(),
            DimensionError::TooFewPoints {
                found: 0,
                needed: 2
            }
        );
        assert_eq!(
            Points::new(&[], 4, 0).unwrap_err(),
            DimensionError::NoColumns
        );
        assert!(matches!(
            Points::new(&[1.0; 5], 2, 3),
            Err(DimensionError::Shape { values: 5, .. })
        ));
        assert!(matches!(
            Points::new(&[], usize::MAX, 3),
            Err(DimensionError::Shape { .. })
        ));
    }

    #[test]
    fn scale_is_a_power_of_two() {
        for (largest, scale) in [
            (1.0, 1.0),
            (-3.0, 2.0),
            (0.3, 0.25),
            (0.0, 1.0),
            (f64::MAX, 2.0_f64.powi(1023)),
            (5e-324, f64::MIN_POSITIVE),
        ] {
            assert_eq!(
                Points::new(&[largest, 0.0], 2, 1).unwrap().binary_scale(),
                scale
            );
        }
    }
}
