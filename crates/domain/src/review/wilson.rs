//! The Wilson interval of a proportion, without floats.

/// The smallest and the largest whole number of thousandths `p` with
/// 10⁴ · (1000·k − p·n)² ≤ 38416 · n · p · (1000 − p); 38416 is 1.96² · 10⁴. Nothing for `n` 0, and nothing where the
/// interval is so narrow that no whole number lies in it.
pub(super) fn wilson_95_permille(k: u64, n: u64) -> Option<(u32, u32)> {
    if n == 0 {
        return None;
    }
    let (k, n) = (i128::from(k), i128::from(n));
    let holds = |p: &u32| {
        let p = i128::from(*p);
        let off = 1000 * k - p * n;
        10_000 * off * off <= 38_416 * n * p * (1000 - p)
    };
    let low = (0..=1000).find(holds)?;
    let high = (0..=1000).rev().find(holds)?;
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_those_of_the_formula_with_floats_rounded_inwards() {
        for n in 1..=60u32 {
            for k in 0..=n {
                let (z2, nf) = (1.96f64 * 1.96, f64::from(n));
                let share = f64::from(k) / nf;
                let centre = (share + z2 / (2.0 * nf)) / (1.0 + z2 / nf);
                let half = (z2 * (share * (1.0 - share) / nf + z2 / (4.0 * nf * nf))).sqrt() / (1.0 + z2 / nf);
                let found = wilson_95_permille(k.into(), n.into());
                let Some((low, high)) = found else { panic!("{k} of {n}: {found:?}") };
                let near = |bound: u32, exact: f64| (f64::from(bound) - exact * 1000.0).abs() <= 1.000_001;
                assert!(near(low, (centre - half).max(0.0)), "{k} of {n}: {low}");
                assert!(near(high, (centre + half).min(1.0)), "{k} of {n}: {high}");
                assert!(f64::from(low) + 1e-6 >= (centre - half) * 1000.0);
            }
        }
    }

    #[test]
    fn known_values_and_the_ends() {
        assert_eq!(wilson_95_permille(0, 0), None);
        assert_eq!(wilson_95_permille(9, 10), Some((596, 982)));
        assert_eq!(wilson_95_permille(0, 5), Some((0, 434)));
        assert_eq!(wilson_95_permille(5, 5), Some((566, 1000)));
        // A million answers leave no room for a whole thousandth.
        assert_eq!(wilson_95_permille(1, 1_000_000), None);
        assert_eq!(wilson_95_permille(500_000, 1_000_000), Some((500, 500)));
    }
}
