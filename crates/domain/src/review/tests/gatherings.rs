//! Theme activities, regular meetings and symposia: of a grid the quarters and half-years that are over, of a delegate what was
//! held where they belong.

use super::super::gatherings::KNOWN_SINCE;
use super::super::{Gathered, Gathering, Gatherings, What, judge_attended, judge_recurring};
use super::*;
use crate::activity::{Activity, ActivityEvent, ActivityHeld};
use crate::area::{AreaEvent, Areas, Grid, GridDefined};
use crate::clock::row;
use crate::fixtures::stamp;
use crate::ids::{ActivityId, AreaId, MeetingId};
use crate::meeting::{Meeting, MeetingCancelled, MeetingClosed, MeetingConvened, MeetingEvent};
use crate::policy::{Adopted, Policies, PolicyEvent};
use crate::reception::ReceivingDelegate;
use crate::session::fixture::{BOTH, DEPUTY, GRID, LATER, OTHER_GRID, PARTY, TOWN};
use crate::vocabulary::{ActivityKind, AttendanceClass, DelegateType, MeetingKind, ObligationCode, ObligationPart};
use crate::{Fold, Stamp};
use Indicator::{Meetings, Symposia, ThemeActivities};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A fact claimed for a time and recorded at another.
fn told(position: u64, version: u64, occurred: &str, recorded: &str) -> Stamp {
    let (policy, calendar) = (Some(POLICY.position()), crate::issue::fixture::CALENDARS.newest());
    Stamp { occurred_at: at(occurred), recorded_at: at(recorded), policy, calendar, ..stamp(position, version) }
}

/// Both kinds of delegates of the grid, one of each.
fn seats() -> Vec<ReceivingDelegate> {
    let seat = |delegate_id, delegate_type| ReceivingDelegate { delegate_id, delegate_type };
    vec![seat(PARTY[0], DelegateType::Party), seat(DEPUTY[0], DelegateType::Deputy)]
}

/// What is held, one after the other.
#[derive(Default)]
struct Given(Gatherings);

impl Given {
    fn place(&self) -> u64 {
        101 + (self.0.activities.len() + self.0.meetings.len()) as u64
    }

    fn activity_of(mut self, kind: ActivityKind, grid_ids: &[AreaId], occurred: &str, recorded: &str) -> Self {
        let classes = [AttendanceClass::MassOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident];
        let held = ActivityHeld {
            kind,
            grid_ids: grid_ids.to_vec(),
            unit_id: None,
            delegates: seats(),
            attendance: classes.map(|class| (class, 3)).into(),
            file_ids: Vec::new(),
            outreach_form: None,
            office_ids: Vec::new(),
            questions: None,
            briefings: None,
            mode: None,
        };
        let mut activity = Activity::default();
        activity.apply(&ActivityEvent::Held(held), &told(self.place(), 1, occurred, recorded));
        let id = ActivityId(Uuid::from_u128(self.place().into()));
        self.0.activities.push((id, activity));
        self
    }

    fn activity(self, kind: ActivityKind, when: &str) -> Self {
        self.activity_of(kind, &[GRID], when, when)
    }

    fn theme(self, when: &str) -> Self {
        self.activity(ActivityKind::ThemeActivity, when)
    }

    fn meeting(mut self, kind: MeetingKind, events: &[(MeetingEvent, &str)]) -> Self {
        let convened =
            MeetingConvened { grid_id: GRID, kind, scheduled_on: day("2026-03-20"), with_work_meeting: true };
        let mut meeting = Meeting::default();
        let first = self.place();
        meeting.apply(&MeetingEvent::Convened(convened), &told(first, 1, "2026-01-05 09:00", "2026-01-05 09:00"));
        for (version, (event, when)) in (2..).zip(events) {
            meeting.apply(event, &told(first + 500, version, when, when));
        }
        self.0.meetings.push((MeetingId(Uuid::from_u128(first.into())), meeting));
        self
    }

    fn of_grid(&self, grid: &Grid, seen_on: &str, book: &Book) -> Vec<Gathered> {
        let mut found = Vec::new();
        judge_recurring(grid, &self.0, &seen(seen_on), book, &mut |one| found.push(one));
        found
    }

    fn held(&self, seen_on: &str) -> Vec<Gathered> {
        self.of_grid(TOWN.areas.grid(GRID).unwrap(), seen_on, &BOOK)
    }

    fn sum(&self, indicator: Indicator, seen_on: &str) -> (u64, u64) {
        sum(&self.held(seen_on), indicator)
    }

    fn attended(&self, seen_on: &str) -> Vec<Gathered> {
        let mut found = Vec::new();
        judge_attended(&self.0, &TOWN.delegates, &seen(seen_on), &BOOK, &mut |one| found.push(one));
        found
    }

    /// What an indicator says of a delegate as of the end of the year.
    fn share_of(&self, who: DelegateId, indicator: Indicator) -> (u64, u64) {
        let found = self.attended("2026-12-31").into_iter().filter(|one| one.delegates.contains(&who));
        sum(&found.collect::<Vec<_>>(), indicator)
    }
}

fn closed() -> MeetingEvent {
    MeetingEvent::Closed(MeetingClosed { delegates: seats(), attendance: BTreeMap::new(), file_ids: Vec::new() })
}

fn sum(found: &[Gathered], indicator: Indicator) -> (u64, u64) {
    let mut tally = Tally::default();
    found.iter().for_each(|one| tally.take(&one.finding));
    let Measure::Share(ratio) = measure(&tally, indicator) else { panic!("of another kind") };
    (ratio.n, ratio.of)
}

/// The periods that are members of an indicator.
fn periods(found: &[Gathered], indicator: Indicator) -> Vec<String> {
    let of_one = |one: &Gathered| {
        let What::Held { of, .. } = one.finding.what else { return None };
        (of.indicator() == indicator).then(|| of.to_string())
    };
    found.iter().filter_map(of_one).collect()
}

#[test]
fn a_quarter_or_half_year_is_a_member_once_it_is_over_whether_or_not_anything_was_held() {
    let nothing = Given::default();
    assert!(nothing.held("2026-03-30").is_empty());
    let after = |on: &str| [ThemeActivities, Meetings, Symposia].map(|of| nothing.sum(of, on));
    assert_eq!(after("2026-03-31"), [(0, 1), (0, 1), (0, 0)]);
    assert_eq!(after("2026-06-30"), [(0, 2), (0, 2), (0, 1)]);
    assert_eq!(after("2026-12-31"), [(0, 4), (0, 4), (0, 2)]);
    let found = nothing.held("2026-12-31");
    assert_eq!(periods(&found, ThemeActivities), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]);
    assert_eq!(periods(&found, Symposia), ["2026-H1", "2026-H2"]);
    assert!(found.iter().all(|one| one.of.is_none() && one.grid_id == Some(GRID) && one.delegates.is_empty()));
    assert_eq!(found[0].finding.dates.due_on, Some(day("2026-03-31")));
}

#[test]
fn a_quarter_has_what_was_held_in_it() {
    let given = Given::default().theme("2026-02-10 14:00").theme("2026-03-10 14:00").theme("2026-08-10 14:00");
    assert_eq!((given.sum(ThemeActivities, "2026-06-30"), given.sum(ThemeActivities, "2026-12-31")), ((1, 2), (2, 4)));
    let first = &given.held("2026-03-31")[0];
    assert_eq!(first.of, Some(Gathering::Activity(given.0.activities[0].0)));
    assert_eq!(first.finding.dates.held_on, Some(day("2026-02-10")));
    // Another kind is none of them, and a symposium is of its half-year.
    let given = Given::default()
        .activity(ActivityKind::Symposium, "2026-05-06 14:00")
        .activity(ActivityKind::Outreach, "2026-05-07 14:00")
        .activity(ActivityKind::Consultation, "2026-05-08 14:00");
    assert_eq!((given.sum(ThemeActivities, "2026-12-31"), given.sum(Symposia, "2026-12-31")), ((0, 4), (1, 2)));
    // One for several grids is held in each of them.
    let both = Given::default().activity_of(
        ActivityKind::ThemeActivity,
        &[OTHER_GRID, GRID],
        "2026-02-10 14:00",
        "2026-02-10 15:00",
    );
    for grid in [GRID, OTHER_GRID] {
        let found = both.of_grid(TOWN.areas.grid(grid).unwrap(), "2026-03-31", &BOOK);
        assert_eq!(sum(&found, ThemeActivities), (1, 1));
    }
    let found = given.of_grid(TOWN.areas.grid(OTHER_GRID).unwrap(), "2026-12-31", &BOOK);
    assert_eq!(sum(&found, Symposia), (0, 2));
}

#[test]
fn what_was_written_down_too_late_gains_nothing() {
    let recorded = |on: &str| {
        let given = Given::default().activity_of(ActivityKind::ThemeActivity, &[GRID], "2026-03-31 14:00", on);
        (given.sum(ThemeActivities, "2026-12-31"), given.share_of(PARTY[0], ThemeActivities), given)
    };
    let (held, attended, _) = recorded("2026-04-01 09:00");
    assert_eq!((held, attended), ((1, 4), (1, 1)));
    let (held, attended, given) = recorded("2026-04-02 09:00");
    assert_eq!((held, attended), ((0, 4), (0, 1)));
    // What came too late is named all the same.
    let first = &given.held("2026-12-31")[0];
    assert_eq!(first.of, Some(Gathering::Activity(given.0.activities[0].0)));
    assert_eq!(first.finding.dates.recorded_on, Some(day("2026-04-02")));
}

#[test]
fn a_regular_meeting_is_held_once_it_is_closed() {
    let of = |kind, events: &[(MeetingEvent, &str)]| Given::default().meeting(kind, events).sum(Meetings, "2026-03-31");
    let held = [(closed(), "2026-03-20 16:00")];
    assert_eq!((of(MeetingKind::Regular, &[]), of(MeetingKind::Regular, &held)), ((0, 1), (1, 1)));
    assert_eq!(of(MeetingKind::Extraordinary, &held), (0, 1));
    let off = [(MeetingEvent::Cancelled(MeetingCancelled {}), "2026-03-19 16:00")];
    assert_eq!(of(MeetingKind::Regular, &off), (0, 1));
    let given = Given::default().meeting(MeetingKind::Regular, &held);
    let first = given.held("2026-03-31").into_iter().find(|one| one.of.is_some()).unwrap();
    assert_eq!(first.of, Some(Gathering::Meeting(given.0.meetings[0].0)));
}

#[test]
fn a_symposium_that_lacks_a_class_of_people_is_held_and_not_enough() {
    let mut given = Given::default().activity(ActivityKind::Symposium, "2026-05-06 14:00");
    given.0.activities[0].1.attendance.remove(&AttendanceClass::Resident);
    assert_eq!(given.sum(Symposia, "2026-06-30"), (0, 1));
    // Whoever came was there.
    assert_eq!(given.share_of(PARTY[0], Symposia), (1, 1));
}

/// The default policy, changed, in force since the beginning; `schema` is that of its leaf.
fn under(schema: u32, change: impl FnOnce(&mut serde_json::Value)) -> Book {
    let mut document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
    change(&mut document);
    let mut policies = Policies::default();
    policies.apply(&PolicyEvent::VersionAdopted(Adopted { document, schema }), &stamp(3, 1));
    Book::new(RuleSet::NEWEST, &policies, &fixtures::calendars(), day("2026-12-31")).unwrap()
}

#[test]
fn what_the_clock_does_not_look_at_is_no_member() {
    let given = Given::default().theme("2026-02-10 14:00").theme("2026-05-10 14:00");
    let grid = TOWN.areas.grid(GRID).unwrap();
    let members = |book: &Book, grid: &Grid| {
        let found = given.of_grid(grid, "2026-12-31", book);
        [ThemeActivities, Meetings, Symposia].map(|of| sum(&found, of))
    };
    assert_eq!(members(&under(3, |_| {}), grid), [(2, 4), (0, 4), (0, 2)]);
    let from = |day: &'static str| move |policy: &mut serde_json::Value| policy["clock"]["from"] = day.into();
    assert_eq!(members(&under(3, from("2026-01-01")), grid), [(2, 4), (0, 4), (0, 2)]);
    assert_eq!(members(&under(3, from("2026-01-02")), grid), [(1, 3), (0, 3), (0, 1)]);
    assert_eq!(members(&under(2, |_| {}), grid), [(0, 0); 3]);
    let none = |policy: &mut serde_json::Value| policy["cadence"]["meetings_per_quarter"] = 0.into();
    assert_eq!(members(&under(3, none), grid), [(2, 4), (0, 0), (0, 2)]);
    // Adopted in the middle of the year, without a day from which it counts.
    let mut policies = Policies::default();
    let document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
    policies.apply(&PolicyEvent::VersionAdopted(document.into()), &told(3, 1, "2026-05-04 09:00", "2026-05-04 09:00"));
    let book = Book::new(RuleSet::NEWEST, &policies, &fixtures::calendars(), day("2026-12-31")).unwrap();
    assert_eq!(members(&book, grid), [(0, 2), (0, 2), (0, 1)]);
    // A grid that was defined when the first quarter was over.
    let mut areas = Areas::default();
    let defined = GridDefined { name: "新网格".to_owned(), level: 1, parent_id: AreaId::default() };
    areas.apply(GRID, &AreaEvent::GridDefined(defined), &told(40, 1, "2026-04-01 09:00", "2026-04-01 09:00"));
    assert_eq!(members(&BOOK, areas.grid(GRID).unwrap()), [(1, 3), (0, 3), (0, 2)]);
}

#[test]
fn as_many_are_wanted_as_the_policy_of_the_first_day_asks_for() {
    let twice = under(3, |policy| policy["cadence"]["theme_activities_per_quarter"] = 2.into());
    let grid = TOWN.areas.grid(GRID).unwrap();
    let of = |given: &Given| sum(&given.of_grid(grid, "2026-03-31", &twice), ThemeActivities);
    let once = Given::default().theme("2026-02-10 14:00");
    assert_eq!((of(&once), of(&once.theme("2026-03-10 14:00"))), ((0, 1), (1, 1)));
}

#[test]
fn whoever_belongs_to_a_grid_attends_what_it_holds() {
    let given =
        Given::default().theme("2026-02-10 14:00").meeting(MeetingKind::Regular, &[(closed(), "2026-03-20 16:00")]);
    for (who, there) in [(PARTY[0], 1), (PARTY[1], 0), (DEPUTY[0], 1), (DEPUTY[1], 0)] {
        assert_eq!(given.share_of(who, ThemeActivities), (there, 1), "{who}");
        assert_eq!(given.share_of(who, Meetings), (there, 1), "{who}");
        assert_eq!(given.share_of(who, Symposia), (0, 0), "{who}");
    }
    // Of another grid; and of this one from 2030 on.
    assert_eq!((given.share_of(BOTH, ThemeActivities), given.share_of(LATER, ThemeActivities)), ((0, 0), (0, 0)));
    assert!(given.attended("2026-02-09").is_empty());
    let found = given.attended("2026-02-10");
    let of_one = |one: &Gathered| (one.of, one.grid_id, one.first_position, one.finding.dates.held_on);
    let theme = Some(Gathering::Activity(given.0.activities[0].0));
    assert!(found.iter().all(|one| of_one(one) == (theme, None, 101, Some(day("2026-02-10")))), "{found:?}");
    // Somebody who came from elsewhere is no member; at one for both grids they are.
    let mut given = Given::default().theme("2026-02-10 14:00");
    let guest = ReceivingDelegate { delegate_id: BOTH, delegate_type: DelegateType::Party };
    given.0.activities[0].1.delegates.push(guest);
    assert_eq!(given.share_of(BOTH, ThemeActivities), (0, 0));
    given.0.activities[0].1.grid_ids.push(OTHER_GRID);
    assert_eq!(given.share_of(BOTH, ThemeActivities), (1, 1));
}

#[test]
fn meetings_between_the_regular_ones_and_other_activities_are_attended_for_no_figure() {
    let given = Given::default()
        .activity(ActivityKind::Outreach, "2026-02-10 14:00")
        .activity(ActivityKind::Consultation, "2026-02-11 14:00")
        .meeting(MeetingKind::Extraordinary, &[(closed(), "2026-03-20 16:00")])
        .meeting(MeetingKind::Regular, &[]);
    assert!(given.attended("2026-12-31").is_empty());
}

#[test]
fn what_may_be_written_down_in_a_year_without_a_calendar_is_provisional() {
    let provisional = |found: Vec<Gathered>| -> Vec<bool> { found.iter().map(|one| one.finding.provisional).collect() };
    let given = Given::default().theme("2026-12-31 14:00");
    assert_eq!(provisional(given.held("2026-12-31"))[..4], [false, false, false, true]);
    assert!(provisional(given.attended("2026-12-31")).into_iter().all(|provisional| provisional));
    let given = Given::default().theme("2026-12-30 09:00");
    assert!(provisional(given.attended("2026-12-31")).into_iter().all(|provisional| !provisional));
}

/// What could go wrong: the review counts a quarter that the clock did not look at, or the other way round.
#[test]
fn the_review_counts_the_quarters_that_the_clock_looks_at() {
    let held = Some(ObligationPart::Held);
    for (code, part) in [(ObligationCode::O10, held), (ObligationCode::O11, None), (ObligationCode::O13, None)] {
        assert_eq!(row(code, part).unwrap().since, KNOWN_SINCE, "{code}");
    }
}
