//! Roster imports (Annex 1, 安排表): one append of what a file changes, and a memory of the file by its SHA-256, so
//! that the same file again changes nothing (C-A1).

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::Governed;
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::NaiveDate;
use domain::access::{Line, Thing};
use domain::ids::{DelegateId, RosterImportId};
use domain::roster::Parsed;
use domain::roster::{self, Counts, Encoding, Imported, Named, RosterEvent, RowCounts, Warning};
use domain::vocabulary::DelegateType;
use event_store::{Position, StreamId};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use uuid::Uuid;

/// What an import did, or would do.
#[derive(Clone, Debug)]
pub struct RosterImported {
    /// Its id; that of the first import when the same file comes again.
    pub id: RosterImportId,
    /// Date the roster speaks of.
    pub source_date: NaiveDate,
    /// Type of every delegate in it.
    pub delegate_type: DelegateType,
    /// What was counted.
    pub counts: Counts,
    /// Remarks about rows.
    pub warnings: Vec<Warning>,
    /// What became of its rows.
    pub rows: RowCounts,
    /// How the file was read.
    pub encoding: Encoding,
    /// Who is new.
    pub created: Vec<Named>,
    /// Who was given an assignment or a mandate.
    pub moved: Vec<Named>,
    /// People of this type who are not in the file; reported, never removed.
    pub absent: Vec<DelegateId>,
    /// Position of the import's own event, where it was recorded before.
    pub position: Option<Position>,
}

/// What a roster is about: each grid that a row names, of the line of its delegates. A grid that is not known yet is nobody's.
fn things_of(reference: &Reference, parsed: &Parsed, delegate_type: DelegateType) -> Vec<Thing> {
    let line = Line::Party(delegate_type == DelegateType::Party);
    let named: BTreeSet<_> = parsed.rows.iter().map(|row| row.grid.as_str()).collect();
    let grids = named.into_iter().map(|name| reference.areas.grid_named(name).map(|grid| grid.id));
    grids.map(|grid| Thing { grids: grid.into_iter().collect(), line: line.clone(), ..Thing::default() }).collect()
}

impl Casework {
    /// Imports a roster file. With `dry_run` nothing is recorded.
    #[boxed(?Send)]
    pub async fn import_roster(
        &self,
        call: &CommandContext,
        csv: &[u8],
        delegate_type: DelegateType,
        source_date: NaiveDate,
        dry_run: bool,
    ) -> Result<Outcome<Governed<RosterImported>>, Failure> {
        let parsed = roster::parse(csv)?;
        let sha256 = hex(&Sha256::digest(csv));
        let fresh = RosterImportId(self.new_id());
        self.govern(call, None, None, |draft| {
            let mut new_id = ids_in_order(u64::try_from((self.clock)()).unwrap_or(0));
            let areas = &draft.reference.areas;
            let delegates = &draft.reference.delegates;
            let plan = roster::plan(&parsed, areas, delegates, delegate_type, source_date, &mut new_id)?;
            draft.admit_all(call, &things_of(draft.reference, &parsed, delegate_type))?;
            let before = draft.reference.rosters.same(&sha256, delegate_type, source_date);
            let mut imported = RosterImported {
                id: before.map_or(fresh, |import| import.id),
                source_date,
                delegate_type,
                counts: plan.counts,
                warnings: plan.warnings.clone(),
                rows: plan.rows,
                encoding: parsed.encoding,
                created: plan.created.clone(),
                moved: plan.moved.clone(),
                absent: plan.absent.clone(),
                position: before.map(|import| Position(import.position)),
            };
            if dry_run || (plan.is_empty() && before.is_some()) {
                return Ok(imported);
            }
            imported.id = fresh;
            imported.position = None;
            draft.in_bulk();
            for (area, event) in plan.areas {
                draft.write(StreamId::of("area", area.0), [event])?;
            }
            for (delegate, events) in plan.delegates {
                draft.write(StreamId::of("delegate", delegate.0), events)?;
            }
            let event = RosterEvent::Imported(Imported {
                source_date,
                delegate_type,
                sha256: sha256.clone(),
                counts: plan.counts,
            });
            draft.write(StreamId::of("roster", fresh.0), [event])?;
            Ok(imported)
        })
        .await
    }
}

/// Fresh UUIDv7 of one millisecond that ascend in the order in which they are asked for (RFC 9562 §6.2, method 1): an
/// import makes hundreds at once, and lists by id are to come in the order of the paper.
fn ids_in_order(ms: u64) -> impl FnMut() -> Uuid {
    let mut count: u16 = 0;
    move || {
        let mut bytes: [u8; 10] = event_store::random_bytes();
        // The twelve bits after the version; a plan has fewer events than that counts.
        bytes[..2].copy_from_slice(&count.to_be_bytes());
        count = (count + 1) % 0x1000;
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_import_ascend_and_are_of_its_time() {
        let mut new_id = ids_in_order(1_795_068_600_123);
        let ids: Vec<Uuid> = (0..roster::MAX_EVENTS).map(|_| new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in [ids[0], ids[roster::MAX_EVENTS - 1]] {
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
            assert_eq!(id.get_timestamp().map(|at| at.to_unix()), Some((1_795_068_600, 123_000_000)));
        }
    }
}
