//! What a body is held against while it is read: the town as it is known, and the time. So an unknown id, a time in the
//! future, a topic that does not exist are faults of the body like any other, told together with those of its shape.

use super::{Faults, Place, date, id, instant};
use casework::reference::Reference;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::claims;
use domain::ids::{
    AccountId, ActivityId, AppointmentId, AreaId, DeedId, DelegateId, FileId, GrantId, IssueId, MajorIssueId,
    MeetingId, OfficeId, SessionId, StudyId,
};
use domain::reception::People;
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use event_store::StreamId;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// The town and the time as one body finds them.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Areas, people, offices, policies.
    pub reference: Arc<Reference>,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Facts {
    /// The town's time zone.
    pub fn zone(&self) -> Tz {
        self.reference.time_zone()
    }

    /// The town's day of an instant that a body claims, of now where it claims none.
    pub fn day_of(&self, at: Option<DateTime<Utc>>) -> NaiveDate {
        self.reference.town_date(at.unwrap_or(self.now))
    }

    /// Who and what there is.
    pub fn people(&self) -> People<'_> {
        People {
            programme: self.reference.programme.established(),
            areas: &self.reference.areas,
            delegates: &self.reference.delegates,
        }
    }

    /// The rules of a day, else the newest; `None` before there is a policy.
    pub fn rules_on(&self, on: NaiveDate) -> Option<Rules<'_>> {
        let reference = &self.reference;
        reference.rules_on(on, self.now).or_else(|_| reference.rules(None, self.now)).ok()
    }
}

/// Something that a body names and that lies in the log, to be looked for once the body is read.
#[derive(Debug)]
pub(crate) struct LookUp {
    /// Where it is named.
    pub pointer: String,
    /// What it is.
    pub named: Named,
}

/// What lies in the log.
#[derive(Debug)]
pub(crate) enum Named {
    /// A thing, by its stream.
    Thing(StreamId),
    /// Leaves that are to be opened, by position; nothing of a position that cannot be read.
    Leaves(Vec<Option<u64>>),
}

type Read<T> = Option<T>;

/// When something is claimed to have happened: an instant that is not in the future. One that is ahead by no more than a
/// client's clock may be is now. One further ahead is a fault, and what else the body says is held against now: a wrong
/// clock hides nothing.
pub fn claimed() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<DateTime<Utc>> {
    |value, place, faults| {
        let at = instant()(value, place, faults)?.with_timezone(&Utc);
        match &faults.facts {
            None => Some(at),
            Some(facts) => {
                let now = facts.now;
                let claim = claims::instant(at, now, facts.zone());
                Some(claim.map_err(|refusal| faults.refuse(place, refusal)).unwrap_or(now))
            }
        }
    }
}

/// A day that is not in the future.
pub fn past_day() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<NaiveDate> {
    |value, place, faults| {
        let on = date()(value, place, faults)?;
        match &faults.facts {
            None => Some(on),
            Some(facts) => claims::day(on, facts.day_of(None)).map_err(|refusal| faults.refuse(place, refusal)).ok(),
        }
    }
}

/// An id that the town's reference data must know.
fn known<T: Copy>(
    as_id: fn(Uuid) -> T,
    is_known: impl FnOnce(&Reference, T) -> bool,
) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<T> {
    move |value, place, faults| {
        let named = as_id(id()(value, place, faults)?);
        if faults.facts.as_ref().is_none_or(|facts| is_known(&facts.reference, named)) {
            return Some(named);
        }
        faults.refuse(place, Refusal::new(Code::UnknownId));
        None
    }
}

/// A delegate.
pub fn delegate() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<DelegateId> {
    known(DelegateId, |reference, id| reference.delegates.get(id).is_some())
}

/// An office.
pub fn office() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<OfficeId> {
    known(OfficeId, |reference, id| reference.offices.get(id).is_some())
}

/// A grid.
pub fn grid() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<AreaId> {
    known(AreaId, |reference, id| reference.areas.grid(id).is_some())
}

/// A unit.
pub fn unit() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<AreaId> {
    known(AreaId, |reference, id| reference.areas.unit(id).is_some())
}

/// A grant of any account.
pub fn grant() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<GrantId> {
    known(GrantId, |reference, id| reference.accounts.all().any(|account| account.grants.contains_key(&id)))
}

/// An account.
pub fn account() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<AccountId> {
    known(AccountId, |reference, id| reference.accounts.get(id).is_some())
}

/// An issue, which is looked for in the log once the body is read.
pub fn issue() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<IssueId> {
    in_the_log(IssueId, "issue")
}

/// A major issue, likewise.
pub fn major_issue() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<MajorIssueId> {
    in_the_log(MajorIssueId, "major_issue")
}

/// A session, likewise.
pub fn session() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<SessionId> {
    in_the_log(SessionId, "session")
}

/// A file, likewise.
pub fn file() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<FileId> {
    in_the_log(FileId, "file")
}

/// An appointment, likewise.
pub fn appointment() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<AppointmentId> {
    in_the_log(AppointmentId, "appointment")
}

/// An activity, likewise.
pub fn activity() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<ActivityId> {
    in_the_log(ActivityId, "activity")
}

/// A meeting, likewise.
pub fn meeting() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<MeetingId> {
    in_the_log(MeetingId, "meeting")
}

/// A study, likewise.
pub fn study() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<StudyId> {
    in_the_log(StudyId, "study")
}

/// A deed, likewise.
pub fn deed() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<DeedId> {
    in_the_log(DeedId, "deed")
}

/// Notes that what a place names is to be looked for in the log once the body is read.
pub(crate) fn look_for(stream: StreamId, place: &Place<'_>, faults: &mut Faults) {
    faults.look_ups.push(LookUp { pointer: place.pointer(), named: Named::Thing(stream) });
}

/// Notes that leaves are to be looked at once the body is read, whether they may be opened.
pub(crate) fn look_at_leaves(positions: &[Option<u64>], place: &Place<'_>, faults: &mut Faults) {
    faults.look_ups.push(LookUp { pointer: place.pointer(), named: Named::Leaves(positions.to_vec()) });
}

fn in_the_log<T>(as_id: fn(Uuid) -> T, family: &'static str) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Read<T> {
    move |value, place, faults| {
        let named: Uuid = id()(value, place, faults)?;
        look_for(StreamId::of(family, named), place, faults);
        Some(as_id(named))
    }
}
