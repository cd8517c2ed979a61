//! Whose counter a cell is.

use domain::ids::{AreaId, DelegateId};
use std::sync::Arc;

/// Whose counter: a grid's, a unit's, a delegate's or a topic's, each within one grid.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// What kind of thing it is.
    pub dimension: Dimension,
    /// The grid of the receptions and issues counted.
    pub grid_id: AreaId,
    /// Which one.
    pub key: Key,
}

/// The kinds of owners, by their stored names' order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Dimension {
    Delegate,
    Grid,
    Topic,
    Unit,
}

impl Dimension {
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    pub dimension: Dimension,
    pub period: i64,
    pub grid_id: AreaId,
    pub key: Key,
}

impl Owner {
    /// The owner's cell of a period.
    pub(super) fn cell(&self, period: i64) -> Cell {
        Cell { dimension: self.dimension, period, grid_id: self.grid_id, key: self.key.clone() }
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
