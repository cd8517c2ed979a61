//! What a decision on sessions looks at beside its own: the other sessions of a grid around some days, and the leaves of
//! delegates.

use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::read::reference::Reference;
use crate::write::change::Transaction;
use crate::write::failure::Failure;
use chrono::{Days, NaiveDate};
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::leave::{Leaves, LeavesOf};
use domain::session::{Session, SessionsOfGrid, is_service_day};
use event_store::Version;
use event_store::store::READ_MAX;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Days around a day from which the calendar may have put a session on it: more than any year ever closed in a row.
const CALENDAR_REACH_DAYS: u64 = 31;

/// The sessions of some grids around some days.
pub(crate) struct Around {
    /// Those that there are.
    pub found: BTreeMap<SessionId, Arc<Loaded<Session>>>,
    /// Of those that there are not, the ones that somebody may plan or add on these days.
    absent: Vec<SessionId>,
}

impl Around {
    /// As decisions take them.
    pub fn states(&self) -> SessionsOfGrid<'_> {
        states(&self.found)
    }

    /// Demands that none of them moved, and that none was planned since.
    pub fn rely_on(&self, tx: &mut Transaction<'_>) {
        for (id, session) in &self.found {
            tx.rely_on(Session::stream(*id), session.version);
        }
        for id in &self.absent {
            tx.rely_on(Session::stream(*id), Version(0));
        }
    }
}

impl Casework {
    /// Every session of a grid that may be held between two days.
    pub(crate) async fn sessions_around(
        &self,
        reference: &Reference,
        grid: AreaId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Around, Failure> {
        let within = |on: NaiveDate| first <= on && on <= last;
        let days = days_around(reference, first, last);
        let absent = days.iter().filter(|on| within(**on) || is_service_day(&reference.policies, **on));
        let absent: BTreeSet<SessionId> = absent.map(|on| SessionId::of(grid, *on)).collect();
        let found = self.sessions_of(&[grid], &days, AsOf::Now).await?;
        let absent = absent.into_iter().filter(|id| !found.contains_key(id)).collect();
        Ok(Around { found, absent })
    }

    /// The sessions that grids have for ordinary days: their ids follow from both.
    pub(crate) async fn sessions_of(
        &self,
        grids: &[AreaId],
        days: &[NaiveDate],
        as_of: AsOf,
    ) -> Result<BTreeMap<SessionId, Arc<Loaded<Session>>>, Failure> {
        let ids = grids.iter().flat_map(|grid| days.iter().map(|on| SessionId::of(*grid, *on)));
        let ids: Vec<SessionId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        let mut sessions = BTreeMap::new();
        // Most days have none: whether there is one is asked of many streams at once.
        for ids in ids.chunks(READ_MAX) {
            let streams: Vec<_> = ids.iter().map(|id| Session::stream(*id)).collect();
            let there = self.store.read_streams(&streams, 1).await?;
            for (id, _) in ids.iter().zip(there).filter(|(_, events)| !events.is_empty()) {
                match self.load::<Session>(*id, as_of).await {
                    // Not yet, then.
                    Err(Failure::NotFound) => {}
                    session => drop(sessions.insert(*id, session?)),
                }
            }
        }
        Ok(sessions)
    }

    /// The leaves of delegates.
    pub(crate) async fn leaves_of(
        &self,
        who: impl IntoIterator<Item = DelegateId>,
        as_of: AsOf,
    ) -> Result<SeenLeaves, Failure> {
        let mut seen = SeenLeaves::default();
        for id in who.into_iter().collect::<BTreeSet<_>>() {
            let loaded = match self.load::<Leaves>(id, as_of).await {
                Err(Failure::NotFound) => Arc::default(),
                loaded => loaded?,
            };
            seen.versions.push((id, loaded.version));
            seen.leaves.insert(id, loaded.state.clone());
        }
        Ok(seen)
    }
}

/// Sessions as decisions take them.
pub(crate) fn states(sessions: &BTreeMap<SessionId, Arc<Loaded<Session>>>) -> SessionsOfGrid<'_> {
    sessions.iter().map(|(id, session)| (*id, &session.state)).collect()
}

/// The ordinary days of all sessions that may be held between two days: not farther from them than somebody may move a
/// session, or a calendar ever put one.
pub(crate) fn days_around(reference: &Reference, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let by_hand = reference.policies.all().iter().map(|policy| u64::from(policy.service_day.move_days_max)).max();
    let reach = Days::new(by_hand.unwrap_or(0).max(CALENDAR_REACH_DAYS));
    let from = first.checked_sub_days(reach).unwrap_or(first);
    let to = last.checked_add_days(reach).unwrap_or(last);
    from.iter_days().take_while(|on| *on <= to).collect()
}

/// Leaves, and the versions at which they were seen.
#[derive(Default)]
pub(crate) struct SeenLeaves {
    /// As decisions take them.
    pub leaves: LeavesOf,
    versions: Vec<(DelegateId, Version)>,
}

impl SeenLeaves {
    /// Demands that no leave was asked for or decided on since.
    pub fn rely_on(&self, tx: &mut Transaction<'_>) {
        for (id, version) in &self.versions {
            tx.rely_on(Leaves::stream(*id), *version);
        }
    }
}
