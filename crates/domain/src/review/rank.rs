//! Nearest rank: the value of which at least so many hundredths of the members are no greater.

/// The value at rank ⌈percent · m / 100⌉ of `m` sorted values, counted from 1; 0 where there is none. Sorts the values.
pub(super) fn nearest_rank(values: &mut [u32], percent: usize) -> u32 {
    values.sort_unstable();
    let rank = values.len().saturating_mul(percent).div_ceil(100);
    rank.checked_sub(1).and_then(|at| values.get(at)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_is_rounded_up_and_nothing_has_none() {
        assert_eq!(nearest_rank(&mut [], 50), 0);
        assert_eq!(nearest_rank(&mut [7], 50), 7);
        assert_eq!(nearest_rank(&mut [3, 1], 50), 1);
        assert_eq!(nearest_rank(&mut [5, 1, 3], 50), 3);
        let mut ten: Vec<u32> = (1..=10).collect();
        assert_eq!((nearest_rank(&mut ten, 50), nearest_rank(&mut ten, 90)), (5, 9));
        let mut eleven: Vec<u32> = (1..=11).rev().collect();
        assert_eq!((nearest_rank(&mut eleven, 50), nearest_rank(&mut eleven, 90)), (6, 10));
    }
}
