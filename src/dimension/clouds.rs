//! Point clouds for tests, by formulas that any language can repeat.

/// `rows` points of a smooth `latent`-dimensional manifold in `columns` dimensions.
///
/// `u` (rows x latent, row by row) are the upper 53 bits over 2^53 of the generator `s <-
/// 6364136223846793005 s + 1442695040888963407 mod 2^64` from `s = 0`; coordinate `c` is `sum_q
/// sin((c + 1) (q + 1) + u_q (1 + c/2)) / (q + 1)`, plus `u_c` for `c < latent`.
pub(crate) fn sine_cloud(rows: usize, columns: usize, latent: usize) -> Vec<f64> {
    let mut state = 0_u64;
    let mut values = Vec::with_capacity(rows * columns);
    for _ in 0..rows {
        let u: Vec<f64> = (0..latent)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / 9_007_199_254_740_992.0
            })
            .collect();
        for c in 0..columns {
            let c_f = c as f64;
            let wave = |(q, u): (usize, &f64)| {
                ((c_f + 1.0) * (q as f64 + 1.0) + u * (1.0 + c_f / 2.0)).sin() / (q as f64 + 1.0)
            };
            values.push(
                u.iter().enumerate().map(wave).sum::<f64>() + u.get(c).copied().unwrap_or(0.0),
            );
        }
    }
    values
}
