//! Whose counter a cell is.

use domain::ids::{AreaId, DelegateId};
use siphasher::sip::SipHasher13;
use std::hash::Hasher as _;
use std::sync::Arc;

/// Whose counter: a grid's, a unit's, a delegate's or a topic's, each within one grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// What kind of thing it is.
    pub dimension: Dimension,
    /// The grid of the receptions and issues counted.
    pub grid_id: AreaId,
    /// Which one.
    pub key: Key,
}

/// The kinds of owners, by their stored names' order; cells are kept under their place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Dimension {
    Delegate,
    Grid,
    Topic,
    Unit,
}

impl Dimension {
    /// The stored number.
    pub(super) const fn stored(self) -> i64 {
        match self {
            Self::Delegate => 0,
            Self::Grid => 1,
            Self::Topic => 2,
            Self::Unit => 3,
        }
    }

    /// The stored name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Unit => "unit",
            Self::Delegate => "delegate",
            Self::Topic => "topic",
        }
    }
}

/// Which one of its dimension.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// The grid itself.
    Grid,
    /// A unit or a delegate.
    Id(uuid::Uuid),
    /// A topic's code.
    Topic(Arc<str>),
}

/// A cell of the counters, ordered as its table is: neighbours share pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    pub dimension: Dimension,
    pub period: i64,
    /// [`Owner::number`].
    pub owner: i64,
}

/// Bits of an owner's number that say which one it is; those above say of which grid.
const KEY_BITS: u32 = 42;

impl Owner {
    /// The number that its cells go by, which follows from what it is. Owners of one grid lie together.
    pub(super) fn number(&self) -> i64 {
        let mut hasher = SipHasher13::new();
        hasher.write(self.dimension.as_str().as_bytes());
        hasher.write(self.grid_id.0.as_bytes());
        match &self.key {
            Key::Grid => {}
            Key::Id(id) => hasher.write(id.as_bytes()),
            Key::Topic(code) => hasher.write(code.as_bytes()),
        }
        let within = (hasher.finish() >> (u64::BITS - KEY_BITS)).cast_signed();
        Self::numbers_of(self.grid_id).0 | within
    }

    /// The first and the last number that an owner of this grid may have. Another grid's may lie there, too.
    pub(super) fn numbers_of(grid_id: AreaId) -> (i64, i64) {
        let mut hasher = SipHasher13::new();
        hasher.write(grid_id.0.as_bytes());
        let first = (hasher.finish() >> (KEY_BITS + 1)).cast_signed() << KEY_BITS;
        (first, first | ((1 << KEY_BITS) - 1))
    }

    /// As it was stored; none where no such owner has this number.
    pub(super) fn stored(number: i64, dimension: Dimension, grid_id: &str, key: &str) -> Option<Self> {
        let key = match dimension {
            Dimension::Grid => Key::Grid,
            Dimension::Unit | Dimension::Delegate => Key::Id(key.parse().ok()?),
            Dimension::Topic => Key::Topic(key.into()),
        };
        let owner = Self { dimension, grid_id: AreaId(grid_id.parse().ok()?), key };
        (owner.number() == number).then_some(owner)
    }

    /// Its key as a text.
    pub(super) fn key_text(&self) -> String {
        match &self.key {
            Key::Grid => String::new(),
            Key::Id(id) => id.to_string(),
            Key::Topic(code) => code.to_string(),
        }
    }

    pub(super) const fn grid(grid_id: AreaId) -> Self {
        Self { dimension: Dimension::Grid, grid_id, key: Key::Grid }
    }

    pub(super) const fn unit(grid_id: AreaId, unit_id: AreaId) -> Self {
        Self { dimension: Dimension::Unit, grid_id, key: Key::Id(unit_id.0) }
    }

    pub(super) const fn delegate(grid_id: AreaId, delegate_id: DelegateId) -> Self {
        Self { dimension: Dimension::Delegate, grid_id, key: Key::Id(delegate_id.0) }
    }

    pub(super) const fn topic(grid_id: AreaId, code: Arc<str>) -> Self {
        Self { dimension: Dimension::Topic, grid_id, key: Key::Topic(code) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_owner_is_known_by_its_number() {
        let (grid, other) = (AreaId(Uuid::from_u128(7)), AreaId(Uuid::from_u128(8)));
        let owners = [
            Owner::grid(grid),
            Owner::unit(grid, AreaId(Uuid::from_u128(9))),
            Owner::delegate(grid, DelegateId(Uuid::from_u128(9))),
            Owner::topic(grid, "housing".into()),
            Owner::topic(other, "housing".into()),
        ];
        let (first, last) = Owner::numbers_of(grid);
        for owner in &owners {
            let (number, key, grid_text) = (owner.number(), owner.key_text(), owner.grid_id.to_string());
            assert!(number >= 0 && (first..=last).contains(&number) == (owner.grid_id == grid), "{owner:?}");
            assert_eq!(Owner::stored(number, owner.dimension, &grid_text, &key).as_ref(), Some(owner));
            assert_eq!(Owner::stored(number + 1, owner.dimension, &grid_text, &key), None);
        }
        let mut numbers = owners.map(|owner| owner.number());
        numbers.sort_unstable();
        assert!(numbers.windows(2).all(|two| two[0] < two[1]));
    }

    /// Cells are kept under them.
    #[test]
    fn numbers_stay_what_they_were() {
        assert_eq!(Owner::grid(AreaId(Uuid::from_u128(7))).number(), 9_199_699_781_548_523_691);
    }
}
