//! Which rows of a table stand for a wiring, where it was measured under many conventions.

use super::convention::{Convention, HEADLINE_SNR};
use super::tables::WiringDimensionKeys;

/// The conventions of the headline: the default ones and a wiring's own signs; with gap junctions,
/// where some rows have them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headline {
    has_gap_junctions: bool,
}

impl Headline {
    /// The headline of a table with these keys. O(rows).
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a WiringDimensionKeys>) -> Self {
        Self {
            has_gap_junctions: rows.into_iter().any(|keys| keys.gap_junctions),
        }
    }

    /// True if gap junctions take part.
    #[must_use]
    pub fn has_gap_junctions(self) -> bool {
        self.has_gap_junctions
    }

    /// True for the row of a wiring that the headline reads.
    #[must_use]
    pub fn has(self, keys: &WiringDimensionKeys) -> bool {
        let usual = Convention::default();
        keys.own_signs
            && keys.horizon == usual.horizon as i32
            && keys.leak == usual.leak
            && keys.spectral_radius == usual.spectral_radius
            && keys.snr == HEADLINE_SNR
            && keys.gap_junctions == self.has_gap_junctions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wiring_stands_with_its_own_signs_and_with_gap_junctions_where_they_are() {
        let usual = Convention::default();
        let keys = |own_signs, gap_junctions| WiringDimensionKeys {
            own_signs,
            gap_junctions,
            horizon: usual.horizon as i32,
            leak: usual.leak,
            spectral_radius: usual.spectral_radius,
            snr: HEADLINE_SNR,
            ..WiringDimensionKeys::default()
        };
        let rows = [keys(true, true), keys(true, false), keys(false, true)];
        let headline = Headline::of(&rows);
        assert_eq!(
            rows.each_ref().map(|row| headline.has(row)),
            [true, false, false]
        );
        let without = Headline::of(&rows[1..2]);
        assert!(without.has(&rows[1]) && !without.has(&rows[0]));
        let swept = WiringDimensionKeys {
            horizon: 8,
            ..keys(true, true)
        };
        assert!(!headline.has(&swept));
    }
}
