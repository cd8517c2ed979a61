//! What a roster comes to: the differences as events, counted, with who is made, moved or absent.

use super::{Counts, Warning};
use crate::area::AreaEvent;
use crate::delegate::DelegateEvent;
use crate::ids::{AreaId, DelegateId};

/// The most events of one plan. An import is one append of at most 4,096 events, and one of them is the import's own.
pub const MAX_EVENTS: usize = 4095;
/// The most bytes of names in one plan: with as many events they stay within the 4 MiB of an append.
pub(super) const MAX_NAME_BYTES: usize = 1024 * 1024;

/// Somebody whom a row made or moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Line of the file.
    pub row: u64,
    /// Who.
    pub id: DelegateId,
    /// Their name.
    pub name: String,
}

/// What became of every row of a file that has something in it, the header aside:
/// `read = created + unchanged + moved + without_person + refused`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows read.
    pub read: u32,
    /// Rows that made a person.
    pub created: u32,
    /// Rows of people who are known and where they were.
    pub unchanged: u32,
    /// Rows of people who are known and were given an assignment or a mandate.
    pub moved: u32,
    /// Rows that name an area and nobody.
    pub without_person: u32,
    /// Rows of which nobody was taken; each has a warning that says why.
    pub refused: u32,
}

/// What an import would change. Events are in the order in which they are to be recorded, areas first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// New grids and units: each event is the first of its stream.
    pub areas: Vec<(AreaId, AreaEvent)>,
    /// New people and changed ones, each once; the version before is [`crate::delegate::Delegate::version`], or 0 for a new person.
    pub delegates: Vec<(DelegateId, Vec<DelegateEvent>)>,
    /// What is counted of it.
    pub counts: Counts,
    /// What became of its rows.
    pub rows: RowCounts,
    /// Who is new, in the file's order.
    pub created: Vec<Named>,
    /// Who is known and changes, in the file's order.
    pub moved: Vec<Named>,
    /// Remarks about rows, in the file's order.
    pub warnings: Vec<Warning>,
    /// Who holds a mandate of this type on that day but is not in the file. They are left as they are.
    pub absent: Vec<DelegateId>,
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.delegates.is_empty()
    }

    /// How many events it holds.
    pub fn events(&self) -> usize {
        let of_delegates: usize = self.delegates.iter().map(|(_, events)| events.len()).sum();
        self.areas.len() + of_delegates
    }

    /// Bytes of the names that it would record.
    pub(super) fn name_bytes(&self) -> usize {
        let of_area = |event: &AreaEvent| match event {
            AreaEvent::GridDefined(grid) => grid.name.len(),
            AreaEvent::UnitDefined(unit) => unit.name.len(),
            AreaEvent::Renamed(_)
            | AreaEvent::TownDefined(_)
            | AreaEvent::ConvenerAppointed(_)
            | AreaEvent::LiaisonAppointed(_)
            | AreaEvent::ConvenerEnded(_)
            | AreaEvent::LiaisonEnded(_)
            | AreaEvent::VenueSet(_) => 0,
        };
        let areas: usize = self.areas.iter().map(|(_, event)| of_area(event)).sum();
        areas + self.created.iter().map(|named| named.name.len()).sum::<usize>()
    }
}
