//! A clock that runs all the time, late, twice, or after a month's stop finds the same.

use super::{Happened, Happening, World};
use crate::calendar::{CalendarEvent, NamedDay};
use crate::clock::judging::occurrence;
use crate::clock::{Key, ObligationEvent, Past, Recorded, judged_at};
use crate::fixtures::{calendar_years, day, stamp};
use crate::ids::LeaveId;
use crate::issue::fixture::at;
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use crate::notice::{self, AmendmentDraft};
use crate::session::fixture::{DEPUTY, Given, PARTY, TOWN, as_delegate, duty, moved_to};
use crate::session::{
    SessionEvent, SubstitutionDraft, cancel, check_in, check_out, close, file_record, move_session, open_session,
    substitute,
};
use crate::vocabulary::{Breach, LeaveReason, SessionReason, SubstitutionReason};
use crate::{Stamp, rules::Rules};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Something that somebody tries, so many minutes after the one before, written down so many hours later.
#[derive(Clone, Copy, Debug)]
struct Try {
    what: u8,
    who: usize,
    after_minutes: i64,
    late_hours: i64,
}

prop_compose! {
    fn tries()(what in 0u8..11, who in 0usize..3, after_minutes in 1i64..1500, late_hours in prop::sample::select(vec![0i64, 0, 0, 5, 30, 80])) -> Try {
        Try { what, who, after_minutes, late_hours }
    }
}

/// What comes of it: nothing where a rule says no.
fn event(given: &Given, one: Try, happened: DateTime<Utc>, now: DateTime<Utc>) -> Vec<SessionEvent> {
    let base = crate::issue::fixture::rules("2026-11-19 12:00");
    let rules = Rules::at(base.policy, base.calendars, now);
    let (session, people) = (&given.session, &TOWN.delegates);
    let who = if one.what.is_multiple_of(2) { PARTY[one.who] } else { DEPUTY[one.who] };
    let text = happened.with_timezone(&chrono_tz::Tz::Asia__Shanghai).format("%Y-%m-%d %H:%M").to_string();
    match one.what {
        0 | 1 => open_session(session, &rules, happened).map(SessionEvent::Opened).into_iter().collect(),
        2 | 3 => check_in(session, people, &rules, as_delegate(who), happened)
            .map(SessionEvent::CheckedIn)
            .into_iter()
            .collect(),
        4 | 5 => check_out(session, people, &rules, as_delegate(who), happened)
            .map(SessionEvent::CheckedOut)
            .into_iter()
            .collect(),
        6 => close(session, given.id, &rules, 1, &[], happened)
            .map(|closing| SessionEvent::Closed(closing.session))
            .into_iter()
            .collect(),
        7 => file_record(session, &rules, &[], happened).map(SessionEvent::RecordFiled).into_iter().collect(),
        8 => {
            let draft = notice::NoticeDraft { late_reason_given: true, ..notice::tests::draft(&text) };
            let posted = notice::post(session, TOWN.here(), &rules, &draft).unwrap_or_default();
            let draft = AmendmentDraft { unit_ids: None, posted_at: happened, content: None };
            let amended = notice::amend(session, TOWN.here(), &rules, &draft).unwrap_or_default();
            let posted = posted.into_iter().map(SessionEvent::NoticePosted);
            posted.chain(amended.into_iter().map(SessionEvent::NoticeAmended)).collect()
        }
        9 => {
            let (delegate_id, substitute_id) = (PARTY[0], PARTY[one.who]);
            let draft =
                SubstitutionDraft { delegate_id, substitute_id, reason_code: SubstitutionReason::Other, at: happened };
            substitute(session, &duty(), &rules, &draft).map(SessionEvent::DutySubstituted).into_iter().collect()
        }
        _ if one.who == 0 => cancel(session, &rules, SessionReason::NoDelegate, happened)
            .map(SessionEvent::Cancelled)
            .into_iter()
            .collect(),
        _ => {
            let mut draft = moved_to(&text, ["2026-11-19", "2026-11-20", "2026-11-23"][one.who]);
            draft.at = happened;
            move_session(session, given.id, &rules, &BTreeMap::new(), &draft)
                .map(SessionEvent::Moved)
                .into_iter()
                .collect()
        }
    }
}

/// A session as people may have lived it.
fn lived(tries: &[Try], amended: Option<(i64, &str)>) -> World {
    let mut given = Given::published();
    let mut happened = at("2026-11-13 08:00");
    let mut recorded = happened;
    for one in tries {
        happened += Duration::minutes(one.after_minutes);
        recorded = recorded.max(happened + Duration::hours(one.late_hours));
        for event in event(&given, *one, happened, recorded) {
            given = given.event(event, happened, recorded);
        }
    }
    let mut world = World::of(&given);
    if let Some((hours, closed)) = amended {
        let mut year = calendar_years().pop().unwrap();
        year.local_closures = vec![NamedDay { date: day(closed), name: "停电".to_owned() }];
        let when = at("2026-11-13 08:00") + Duration::hours(hours);
        world
            .calendars
            .push((CalendarEvent::Amended(year), Stamp { occurred_at: when, recorded_at: when, ..stamp(500, 2) }));
    }
    world
}

fn remember(happened: &mut Happened, found: &[Happening]) {
    for one in found {
        if let (Some(key), Some(of)) = (one.event.key(), occurrence(&one.event)) {
            assert!(happened.insert((key, of)), "twice: {one:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_clock_that_stood_still_finds_what_one_that_ran_all_the_time_found(
        tries in prop::collection::vec(tries(), 0..24),
        amended in prop::option::of((0i64..400, prop::sample::select(vec!["2026-11-16", "2026-11-18", "2026-11-20", "2026-11-23"]))),
        stops in prop::collection::vec(1i64..40_000, 0..12),
    ) {
        let world = lived(&tries, amended);
        let end = at("2027-01-31 09:00");
        let at_once = world.run(&Happened::new(), end);

        // Some runs at whatever minutes, each seeing what was recorded until then, and each twice.
        let mut runs: Vec<DateTime<Utc>> = stops.iter().map(|minutes| at("2026-11-13 08:00") + Duration::minutes(*minutes)).collect();
        runs.push(end);
        runs.sort_unstable();
        let mut happened = Happened::new();
        let mut found = Vec::new();
        for run in runs {
            let new = world.run(&happened, run);
            remember(&mut happened, &new);
            prop_assert!(world.run(&happened, run).is_empty(), "the same run again records nothing");
            found.extend(new);
        }
        found.sort_by_key(|one| one.at);
        let mut expected = at_once.clone();
        expected.sort_by_key(|one| one.at);
        let told = |all: &[Happening]| all.iter().map(|one| format!("{} {:?}", super::tell(one), one.event)).collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!(told(&found), told(&expected));
        prop_assert_eq!(found.len(), expected.len());
    }

    /// Nothing is missed where the timeline does not look after recordings between which nothing could happen; what is
    /// foreseen from the start is what is found in the end.
    #[test]
    fn by_the_timeline_the_same_is_found(
        tries in prop::collection::vec(tries(), 0..24),
        amended in prop::option::of((0i64..400, prop::sample::select(vec!["2026-11-16", "2026-11-18", "2026-11-20", "2026-11-23"]))),
        on_leave in prop::bool::ANY,
    ) {
        let mut world = lived(&tries, amended);
        if on_leave {
            let asked = LeaveRequested { leave_id: LeaveId(Uuid::from_u128(7)), from: day("2026-11-19"), to: day("2026-11-20"), reason_code: LeaveReason::Work };
            let decided = LeaveDecided { leave_id: asked.leave_id };
            let on = |when| Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(400, 1) };
            world.leaves.push((PARTY[0], LeaveEvent::Requested(asked), on("2026-11-14 10:00")));
            world.leaves.push((PARTY[0], LeaveEvent::Approved(decided), on("2026-11-18 10:00")));
        }
        let end = at("2027-01-31 09:00");
        let (timeline, recorded) = world.recorded();
        let expected = world.run(&Happened::new(), end);
        prop_assert_eq!(recorded.happenings(&timeline, &Happened::new(), end), expected.clone());
        let foreseen = recorded.foreseen(&timeline, &Happened::new(), day("2027-12-31"));
        let by_then: Vec<Happening> = foreseen.into_iter().filter(|one| one.at <= end).collect();
        prop_assert_eq!(by_then, expected);

        // Looked at after each recording: the past that is kept changes nothing.
        let Recorded::Session { id, events, leaves } = recorded else { unreachable!("a session's world") };
        let mut past = Past::default();
        for count in 1..=events.len() {
            let events = events[..count].to_vec();
            let by = events.iter().map(|(_, stamp)| stamp.recorded_at).max().unwrap();
            let by_then = |all: &Vec<(LeaveEvent, Stamp)>| all.iter().filter(|(_, stamp)| stamp.recorded_at <= by).cloned().collect();
            let leaves = leaves.iter().map(|(who, all)| (*who, by_then(all))).collect();
            let recorded = Recorded::Session { id, events, leaves };
            let kept = recorded.outlook_after(&mut past, &timeline, &BTreeMap::new(), by);
            prop_assert_eq!(kept, recorded.outlook(&timeline, &BTreeMap::new(), by));
        }
    }

    /// A charge of which nothing more was recorded once it was judged was found if it is unkept, and else was not. (Who moves
    /// a session after its notice was found late owes it by another day; the breach stands, and is not repeated.)
    #[test]
    fn what_is_unkept_at_the_end_was_found_and_what_was_kept_was_not(tries in prop::collection::vec(tries(), 0..24)) {
        let world = lived(&tries, None);
        let end = at("2027-01-31 09:00");
        let last = *world.changes(end).last().unwrap();
        let found: BTreeMap<(Key, Breach), NaiveDate> = world
            .run(&Happened::new(), end)
            .into_iter()
            .filter_map(|one| match one.event {
                ObligationEvent::Breached(ref breach) => Some(((one.event.key()?, breach.what), breach.due_on)),
                ObligationEvent::TierReached(_) | ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => None,
            })
            .collect();
        world.at(end, |obligations, calendars| {
            for one in obligations.iter().filter(|one| one.excused.is_none()) {
                for charge in &one.charges {
                    let judged = judged_at(one.key.code, one.policy, calendars, charge.due_on, one.opened);
                    let days = found.get(&(one.key.clone(), charge.what.unwrap()));
                    let as_found = if charge.unkept { days.is_some() } else { days != Some(&charge.due_on) };
                    assert!(judged <= last || as_found, "{:?} {charge:?} {days:?}", one.key);
                }
            }
        });
    }
}
