//! Whose a cell is.

use domain::ids::{AreaId, DelegateId};
use std::sync::Arc;
use uuid::Uuid;

/// Whose cell: a grid's, a unit's, a delegate's or a topic's, each within one grid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Owner {
    /// What kind of thing it is.
    pub dimension: Dimension,
    /// The grid of the receptions and issues counted.
    pub grid_id: AreaId,
    /// Which one.
    pub key: Key,
}

/// The kinds of owners, by their names' order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Dimension {
    Delegate,
    Grid,
    Topic,
    Unit,
}

impl Dimension {
    /// Every value.
    pub(super) const ALL: [Self; 4] = [Self::Delegate, Self::Grid, Self::Topic, Self::Unit];

    /// Its place among them.
    pub(super) const fn place(self) -> i64 {
        match self {
            Self::Delegate => 0,
            Self::Grid => 1,
            Self::Topic => 2,
            Self::Unit => 3,
        }
    }

    /// The name that views show.
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
    Id(Uuid),
    /// A topic's code.
    Topic(Arc<str>),
}

impl Owner {
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

    /// Its key as a text.
    pub(super) fn key_text(&self) -> String {
        match &self.key {
            Key::Grid => String::new(),
            Key::Id(id) => id.to_string(),
            Key::Topic(code) => code.to_string(),
        }
    }
}
