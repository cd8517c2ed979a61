//! Chance that repeats itself: SplitMix64, seeded. The same seed gives the same story on every machine.

/// A stream of numbers. Not for secrets.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The stream of a seed, of one thing among many, and of one step of it: no story's chance depends on how many
    /// numbers another one drew.
    pub(super) fn of(seed: u64, thing: u64, step: u64) -> Self {
        let mut dice =
            Self(seed ^ thing.wrapping_mul(0xA24B_AED4_963E_E407) ^ step.wrapping_mul(0x9FB2_1C65_1E98_DF25));
        dice.next();
        dice
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap_or(0)
    }

    /// A number of `low..=high`.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in so many of a thousand cases.
    pub(super) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille
    }

    /// One of several; `None` of none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX));
        from.get(usize::try_from(index).unwrap_or(0))
    }

    /// One of several texts; an empty one of none.
    pub(super) fn say<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.pick(from).copied().unwrap_or("")
    }

    /// One of several by their weights; the last when the weights are all 0.
    pub(super) fn weighed<T: Copy>(&mut self, from: &[(u32, T)], otherwise: T) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in from {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64_and_stay_in_their_bounds() {
        // First three outputs of the reference program for the seed 1234567.
        let mut dice = Dice(1_234_567);
        let drawn = [dice.next(), dice.next(), dice.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        let mut dice = Dice::of(1, 2, 3);
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert!((0..1000).all(|_| dice.weighed(&[(0, 'a'), (7, 'b')], 'c') == 'b'));
        assert_eq!((dice.below(0), dice.pick::<u8>(&[]), dice.say(&[])), (0, None, ""));
    }
}
