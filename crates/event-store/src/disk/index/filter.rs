//! A Bloom filter over ids: says "not here" for certain, "here" with about one mistake in two hundred. Blocked: the
//! bits of one id lie in one cache line (Putze, Sanders, Singler 2007), so that a question costs one look at memory.

use crate::disk::records::Id;

/// Words of 64 bits in a block.
const BLOCK: usize = 8;
/// Bits for each id.
const BITS_AN_ID: usize = 12;
/// Bits set for each id.
const PROBES: u32 = 6;

#[derive(Debug)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// Empty, for so many ids.
    pub fn for_ids(ids: usize) -> Self {
        Self { words: vec![0; words_for(ids)] }
    }

    /// From the words of an earlier one for so many ids; `None` where they are too few or too many.
    pub fn of_words(ids: usize, words: Vec<u64>) -> Option<Self> {
        (words.len() == words_for(ids)).then_some(Self { words })
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub fn insert(&mut self, id: &Id) {
        let (block, bits) = self.place(id);
        for (word, mask) in places(bits) {
            self.words[block + word] |= mask;
        }
    }

    pub fn may_hold(&self, id: &Id) -> bool {
        let (block, bits) = self.place(id);
        places(bits).all(|(word, mask)| self.words[block + word] & mask != 0)
    }

    /// Where the block of an id begins, and the bits from which its places in there follow.
    fn place(&self, id: &Id) -> (usize, u64) {
        let [low, high] = [&id[..8], &id[8..]].map(|half| half.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        let hash = mix(low ^ mix(high));
        let blocks = (self.words.len() / BLOCK) as u64;
        // The upper bits choose the block (Lemire 2016), so that the places in it come from others.
        let block = ((hash >> 32) * blocks) >> 32;
        (usize::try_from(block).unwrap_or(0) * BLOCK, mix(hash))
    }
}

/// The length of a filter for so many ids, words.
pub(super) fn words_for(ids: usize) -> usize {
    (ids * BITS_AN_ID).div_ceil(64 * BLOCK).max(1) * BLOCK
}

/// Nine bits for each place in a block: three for the word, six for the bit in it.
fn places(bits: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..PROBES).map(move |probe| {
        let place = bits >> (9 * probe);
        (usize::try_from(place & 7).unwrap_or(0), 1 << ((place >> 3) & 63))
    })
}

/// Spreads every bit over all others (the finalizer of `SplitMix64`): ids may be alike in most of theirs.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> Id {
        u128::from(n).to_be_bytes()
    }

    #[test]
    fn it_never_misses_and_is_seldom_mistaken() {
        for ids in [0, 1, 100, 20_000] {
            let mut filter = Filter::for_ids(ids as usize);
            (0..ids).for_each(|n| filter.insert(&id(n)));
            assert!((0..ids).all(|n| filter.may_hold(&id(n))));
            let mistaken = (ids..ids + 100_000).filter(|&n| filter.may_hold(&id(n))).count();
            assert!(mistaken < 1_000, "{mistaken} of 100,000 beside {ids}");
        }
    }
}
