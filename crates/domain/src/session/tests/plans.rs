//! Where service days are placed, and what a plan records.

use super::told;
use crate::calendar::{CalendarEvent, CalendarYear, Calendars};
use crate::fixtures::{calendar_years, day, policies, stamp};
use crate::ids::{AreaId, SessionId};
use crate::issue::fixture::CALENDARS;
use crate::policy::{Policies, PolicyEvent};
use crate::session::fixture::{GRID, Given, OTHER_GRID, TOWN, calendars_before_2026};
use crate::session::{
    Plan, PlanDraft, Planning, Session, SessionCancelled, SessionEvent, SessionMoved, is_service_day,
    place_service_day, plan,
};
use crate::vocabulary::{Placement, SessionReason};
use crate::{Fold as _, reception::People};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The default with values of the service day replaced.
fn with(values: &[(&str, serde_json::Value)]) -> Policies {
    let mut document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
    for (key, value) in values {
        document["service_day"][key] = value.clone();
    }
    let mut policies = Policies::default();
    policies.apply(&PolicyEvent::VersionAdopted(document.into()), &stamp(3, 1));
    policies
}

/// Placement and day of the service day `on`; of a merged one the service day that it is merged into.
fn placed(policies: &Policies, on: &str) -> (Placement, Option<String>) {
    let placed = place_service_day(policies, &CALENDARS, day(on));
    let into = placed.held.map(|held| held.on).or(placed.merged_into);
    (placed.placement, into.map(|on| on.to_string()))
}

fn on(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_service_day_that_is_not_worked_is_postponed_or_merged() {
    let policies = policies();
    assert_eq!(placed(&policies, "2026-11-19"), (Placement::Ordinary, on("2026-11-19")));
    // The next working day is a Sunday that makes up for it: the Monday is meant.
    assert_eq!(placed(&policies, "2026-01-01"), (Placement::Postponed, on("2026-01-05")));
    assert_eq!(placed(&policies, "2026-02-19"), (Placement::Postponed, on("2026-02-24")));
    // The next working day is the next service day.
    assert_eq!(placed(&policies, "2025-10-02"), (Placement::Merged, on("2025-10-09")));
    assert_eq!(placed(&policies, "2026-10-01"), (Placement::Merged, on("2026-10-08")));
    let held = place_service_day(&policies, &CALENDARS, day("2026-10-08")).held.unwrap();
    assert_eq!((held.on, held.merged_days, held.provisional), (day("2026-10-08"), vec![day("2026-10-01")], false));
    // A year without a calendar goes by its weekdays.
    assert!(place_service_day(&policies, &CALENDARS, day("2027-10-07")).held.unwrap().provisional);
}

#[test]
fn the_policy_says_otherwise() {
    let advance = with(&[("holiday_rule", json!("advance"))]);
    assert_eq!(placed(&advance, "2026-10-01"), (Placement::Advanced, on("2026-09-30")));
    assert_eq!(placed(&advance, "2026-02-19"), (Placement::Advanced, on("2026-02-13")));
    let skip = with(&[("holiday_rule", json!("skip"))]);
    assert_eq!(placed(&skip, "2026-10-01"), (Placement::Skipped, None));
    let make_up = with(&[("allow_make_up_day", json!(true))]);
    assert_eq!(placed(&make_up, "2026-01-01"), (Placement::Postponed, on("2026-01-04")));
    let advance = with(&[("holiday_rule", json!("advance")), ("allow_make_up_day", json!(true))]);
    assert_eq!(placed(&advance, "2026-02-19"), (Placement::Advanced, on("2026-02-14")));
    // A Saturday that is worked is a service day like any other.
    let saturday = with(&[("weekday", json!("saturday"))]);
    assert_eq!(placed(&saturday, "2026-10-10"), (Placement::Ordinary, on("2026-10-10")));
    assert_eq!(placed(&saturday, "2026-10-17"), (Placement::Postponed, on("2026-10-19")));
}

#[test]
fn several_lost_days_are_one_session_of_the_last() {
    // Two weeks closed, and a service day after them that is worked.
    let closed = |from: &str, days: usize| {
        let mut calendars = CALENDARS.clone();
        let mut year: CalendarYear = calendar_years().pop().unwrap();
        let named = day(from).iter_days().take(days);
        year.local_closures = named.map(|date| crate::calendar::NamedDay { date, name: "停电".to_owned() }).collect();
        calendars.apply(&CalendarEvent::Amended(year), &stamp(20, 2));
        calendars
    };
    let policies = policies();
    // 11-12 and 11-19 are lost; the next working day is Friday 11-20.
    let calendars = closed("2026-11-12", 8);
    let placed = |on: &str| place_service_day(&policies, &calendars, day(on));
    assert_eq!(
        (placed("2026-11-12").placement, placed("2026-11-12").merged_into),
        (Placement::Merged, Some(day("2026-11-19")))
    );
    let held = placed("2026-11-19").held.unwrap();
    assert_eq!((held.on, held.merged_days), (day("2026-11-20"), vec![day("2026-11-12")]));
    // Up to the next service day: all three are held on it.
    let calendars = closed("2026-11-12", 14);
    let held = place_service_day(&policies, &calendars, day("2026-11-26")).held.unwrap();
    assert_eq!(held.merged_days, [day("2026-11-12"), day("2026-11-19")]);
}

/// Thursdays of a year, those that are lost, and the days on which sessions are held, worked out by hand from the notices of
/// the State Council.
#[test]
fn the_thursdays_of_three_years() {
    let policies = policies();
    for (year, thursdays, lost) in [
        (
            2024,
            52,
            vec![
                ("2024-02-15", "2024-02-19"),
                ("2024-04-04", "2024-04-08"),
                ("2024-05-02", "2024-05-06"),
                ("2024-10-03", "2024-10-08"),
            ],
        ),
        (2025, 52, vec![("2025-01-30", "2025-02-05"), ("2025-05-01", "2025-05-06"), ("2025-10-02", "2025-10-09")]),
        (2026, 53, vec![("2026-01-01", "2026-01-05"), ("2026-02-19", "2026-02-24"), ("2026-10-01", "2026-10-08")]),
    ] {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let days: Vec<NaiveDate> =
            first.iter_days().take_while(|on| on.to_string().starts_with(&year.to_string())).collect();
        let ordinary: Vec<NaiveDate> = days.into_iter().filter(|on| is_service_day(&policies, *on)).collect();
        assert_eq!(ordinary.len(), thursdays, "{year}");
        let mut moved = Vec::new();
        for ordinary_on in &ordinary {
            let placed = place_service_day(&policies, &CALENDARS, *ordinary_on);
            let on = placed.held.as_ref().map(|held| held.on).or(placed.merged_into).unwrap();
            if placed.placement != Placement::Ordinary {
                moved.push((ordinary_on.to_string(), on.to_string()));
            }
        }
        let lost: Vec<_> = lost.into_iter().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
        assert_eq!(moved, lost, "{year}");
    }
}

/// Sessions of the town, by id.
#[derive(Clone, Default)]
struct Sessions(BTreeMap<SessionId, Session>);

impl Sessions {
    fn plan(
        &self,
        calendars: &Calendars,
        today: &str,
        from: &str,
        to: &str,
    ) -> Result<Plan, Vec<crate::refusal::Refusal>> {
        self.plan_of(calendars, today, &PlanDraft { from: day(from), to: day(to), grid_ids: None })
    }

    fn plan_of(
        &self,
        calendars: &Calendars,
        today: &str,
        draft: &PlanDraft,
    ) -> Result<Plan, Vec<crate::refusal::Refusal>> {
        let sessions = self.0.iter().map(|(id, session)| (*id, session)).collect();
        let known = Planning {
            people: TOWN.people(),
            policies: &TOWN.policies,
            calendars,
            today: day(today),
            sessions: &sessions,
        };
        plan(&known, draft)
    }

    /// Records what was planned.
    fn take(&mut self, plan: &Plan) {
        for event in &plan.events {
            let session = self.0.entry(event.id).or_default();
            let next = session.version + 1;
            session.apply(&event.event, &stamp(100 + next, next));
        }
    }

    fn planned(calendars: &Calendars, today: &str, from: &str, to: &str) -> Self {
        let mut sessions = Self::default();
        let plan = sessions.plan(calendars, today, from, to).unwrap();
        sessions.take(&plan);
        sessions
    }

    fn days_of(&self, grid: AreaId) -> Vec<String> {
        let of_grid = self.0.values().filter(|session| session.grid_id == grid && session.cancelled.is_none());
        let days: BTreeSet<String> = of_grid.map(|session| session.held.on.to_string()).collect();
        days.into_iter().collect()
    }
}

#[test]
fn a_quarter_is_planned_once_for_every_grid() {
    let mut sessions = Sessions::default();
    let plan = sessions.plan(&CALENDARS, "2026-09-01", "2026-10-01", "2026-12-31").unwrap();
    // Fourteen Thursdays of which one is merged, in two grids.
    assert_eq!((plan.days.len(), plan.planned, plan.events.len()), (14, 26, 26));
    assert_eq!((plan.moved, plan.cancelled, plan.unchanged, plan.left_alone), (0, 0, 0, 0));
    assert_eq!(plan.days[0].placement, Placement::Merged);
    sessions.take(&plan);
    let again = sessions.plan(&CALENDARS, "2026-09-01", "2026-10-01", "2026-12-31").unwrap();
    assert_eq!((again.events.len(), again.unchanged), (0, 26));
    // A part of it for one grid, and more.
    let draft = PlanDraft { from: day("2026-12-24"), to: day("2027-01-07"), grid_ids: Some(vec![OTHER_GRID]) };
    let more = sessions.plan_of(&CALENDARS, "2026-09-01", &draft).unwrap();
    assert_eq!((more.planned, more.unchanged), (1, 2));
    assert_eq!(more.events[0].id, SessionId::of(OTHER_GRID, day("2027-01-07")));
}

#[test]
fn a_merged_day_is_in_the_plan_of_the_session_that_stands_for_it() {
    // The lost day lies before the range.
    let plan = Sessions::default().plan(&CALENDARS, "2026-09-01", "2026-10-08", "2026-10-08").unwrap();
    let SessionEvent::Planned(planned) = &plan.events[0].event else { panic!("{:?}", plan.events) };
    assert_eq!((planned.ordinary_on, &planned.merged_days), (day("2026-10-08"), &vec![day("2026-10-01")]));
    // And alone it is nobody's.
    let plan = Sessions::default().plan(&CALENDARS, "2026-09-01", "2026-10-01", "2026-10-01").unwrap();
    assert_eq!((plan.events.len(), plan.days[0].merged_into), (0, Some(day("2026-10-08"))));
}

#[test]
fn a_calendar_published_later_moves_cancels_and_gives_back() {
    let before = calendars_before_2026();
    let mut sessions = Sessions::planned(&before, "2025-10-01", "2025-12-25", "2026-02-26");
    assert!(sessions.0.values().any(|session| session.provisional));
    // By weekdays alone 01-01 and 02-19 are Thursdays like any other.
    assert!(sessions.days_of(GRID).contains(&"2026-01-01".to_owned()));
    let plan = sessions.plan(&CALENDARS, "2025-12-01", "2025-12-25", "2026-02-26").unwrap();
    assert_eq!((plan.planned, plan.moved, plan.cancelled), (0, 4, 0));
    let SessionEvent::Moved(moved) = &plan.events[0].event else { panic!("{:?}", plan.events) };
    assert_eq!((moved.held_on, moved.reason_code), (day("2026-01-05"), SessionReason::Calendar));
    sessions.take(&plan);
    let again = sessions.plan(&CALENDARS, "2025-12-01", "2025-12-25", "2026-02-26").unwrap();
    assert_eq!(again.events.len(), 0);

    // What is merged away is cancelled, and planned again when the day is worked after all.
    let mut sessions = Sessions::planned(&before, "2025-10-01", "2026-10-01", "2026-10-08");
    let plan = sessions.plan(&CALENDARS, "2025-12-01", "2026-10-01", "2026-10-08").unwrap();
    assert_eq!((plan.moved, plan.cancelled, plan.unchanged), (2, 2, 0));
    sessions.take(&plan);
    assert_eq!(sessions.days_of(GRID), ["2026-10-08"]);
    let mut worked: CalendarYear = calendar_years().pop().unwrap();
    worked.public_holidays.retain(|holiday| holiday.date < day("2026-10-01"));
    let mut amended = CALENDARS.clone();
    amended.apply(&CalendarEvent::Amended(worked), &stamp(150, 2));
    let back = sessions.plan(&amended, "2025-12-02", "2026-10-01", "2026-10-08").unwrap();
    assert_eq!((back.planned, back.moved), (2, 2));
    sessions.take(&back);
    assert_eq!(sessions.days_of(GRID), ["2026-10-01", "2026-10-08"]);
}

#[test]
fn what_was_done_by_hand_is_opened_or_past_is_left_alone() {
    let before = calendars_before_2026();
    let mut sessions = Sessions::planned(&before, "2025-10-01", "2026-02-19", "2026-02-19");
    let mut hand = sessions.clone();
    for session in hand.0.values_mut() {
        session.held.by = super::super::PlacedBy::Hand;
    }
    let plan = hand.plan(&CALENDARS, "2025-12-01", "2026-02-19", "2026-02-19").unwrap();
    assert_eq!((plan.events.len(), plan.left_alone), (0, 2));
    let past = sessions.plan(&CALENDARS, "2026-02-20", "2026-02-19", "2026-02-19").unwrap();
    assert_eq!((past.events.len(), past.left_alone), (0, 2));
    // An extra session stands on the day to which it would be postponed.
    let extra = Given::planned_on("2026-02-24", "2026-01-05 09:00");
    let mut extra = extra.session;
    extra.extra = true;
    sessions.0.insert(SessionId::of(GRID, day("2026-02-24")), extra);
    let plan = sessions.plan(&CALENDARS, "2026-01-06", "2026-02-19", "2026-02-19").unwrap();
    assert_eq!((plan.moved, plan.left_alone), (1, 1));
}

#[test]
fn whoever_gives_the_calendar_for_a_reason_is_left_alone_too() {
    let mut sessions = Sessions::planned(&CALENDARS, "2026-10-01", "2026-11-12", "2026-11-19");
    let done = |sessions: &mut Sessions, grid, on: &str, event: SessionEvent| {
        let session = sessions.0.get_mut(&SessionId::of(grid, day(on))).unwrap();
        session.apply(&event, &stamp(120, session.version + 1));
    };
    let reason_code = SessionReason::Calendar;
    done(&mut sessions, GRID, "2026-11-12", SessionEvent::Cancelled(SessionCancelled { reason_code }));
    let held = sessions.0[&SessionId::of(GRID, day("2026-11-19"))].held.clone();
    let moved = SessionMoved {
        held_on: day("2026-11-20"),
        from: held.from,
        to: held.to,
        venue: None,
        merged_days: Vec::new(),
        reason_code,
    };
    done(&mut sessions, GRID, "2026-11-19", SessionEvent::Moved(moved));
    let plan = sessions.plan(&CALENDARS, "2026-10-02", "2026-11-12", "2026-11-19").unwrap();
    assert_eq!((plan.events.len(), plan.unchanged, plan.left_alone), (0, 2, 2));
}

#[test]
fn a_plan_is_for_known_grids_a_year_at_most_and_the_time_of_the_programme() {
    let plan = |from: &str, to: &str, grids: Option<Vec<AreaId>>| {
        let draft = PlanDraft { from: day(from), to: day(to), grid_ids: grids };
        told(Sessions::default().plan_of(&CALENDARS, "2026-09-01", &draft))
    };
    assert_eq!(plan("2023-11-30", "2023-12-31", None), ["before_programme C-0 /from"]);
    assert_eq!(plan("2026-10-01", "2026-09-30", None), ["out_of_range C-2 /to"]);
    assert_eq!(plan("2026-01-01", "2027-01-02", None), ["out_of_range C-2 /to"]);
    assert_eq!(plan("1949-01-01", "2101-01-01", None), ["out_of_range - /from", "out_of_range - /to"]);
    let grids = vec![GRID, AreaId(Uuid::from_u128(7)), GRID];
    assert_eq!(
        plan("2026-10-01", "2026-10-31", Some(grids)),
        ["unknown_id - /grid_ids/1", "duplicate C-2 /grid_ids/2"]
    );
    // Nothing is planned before there is a programme.
    let sessions = BTreeMap::new();
    let people = People { programme: None, areas: &TOWN.areas, delegates: &TOWN.delegates };
    let known = Planning {
        people,
        policies: &TOWN.policies,
        calendars: &CALENDARS,
        today: day("2026-09-01"),
        sessions: &sessions,
    };
    let draft = PlanDraft { from: day("2026-10-01"), to: day("2026-10-31"), grid_ids: None };
    assert_eq!(told(super::super::plan(&known, &draft)), ["before_programme C-0 /from"]);
}

#[test]
fn a_plan_holds_a_thousand_sessions_at_most() {
    let mut areas = TOWN.areas.clone();
    for n in 0..20 {
        let grid = crate::area::GridDefined { name: format!("网格{n}"), level: 1, parent_id: AreaId::default() };
        areas.apply(AreaId(Uuid::from_u128(1000 + n)), &crate::area::AreaEvent::GridDefined(grid), &stamp(4, 1));
    }
    let sessions = BTreeMap::new();
    let people = People { areas: &areas, ..TOWN.people() };
    let known = Planning {
        people,
        policies: &TOWN.policies,
        calendars: &CALENDARS,
        today: day("2026-01-01"),
        sessions: &sessions,
    };
    let year = PlanDraft { from: day("2026-01-01"), to: day("2026-12-31"), grid_ids: None };
    assert_eq!(told(super::super::plan(&known, &year)), ["too_many C-2 /to"]);
    let half = PlanDraft { to: day("2026-06-30"), ..year };
    assert!(super::super::plan(&known, &half).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the rule and the weekday: every service day is held once or skipped, on a working day, and no grid has two
    /// sessions on one day.
    #[test]
    fn every_service_day_is_held_once(
        rule in prop::sample::select(vec!["postpone", "advance", "skip"]),
        weekday in prop::sample::select(vec!["monday", "thursday", "friday", "saturday", "sunday"]),
        make_up in any::<bool>(),
        start in 0u64..900,
    ) {
        let policies = with(&[("holiday_rule", json!(rule)), ("weekday", json!(weekday)), ("allow_make_up_day", json!(make_up))]);
        let first = day("2024-01-01") + chrono::Days::new(start);
        let ordinary: Vec<NaiveDate> = first.iter_days().take(120).filter(|on| is_service_day(&policies, *on)).collect();
        let placed: Vec<_> = ordinary.iter().map(|on| place_service_day(&policies, &CALENDARS, *on)).collect();
        let mut held = BTreeSet::new();
        for one in &placed {
            prop_assert_eq!(one.held.is_some(), one.merged_into.is_none() && one.placement != Placement::Skipped);
            if let Some(session) = &one.held {
                prop_assert!(CALENDARS.is_working(session.on) && held.insert(session.on));
                for merged in &session.merged_days {
                    prop_assert_eq!(place_service_day(&policies, &CALENDARS, *merged).merged_into, Some(one.ordinary_on));
                }
            }
            if let Some(into) = one.merged_into {
                let owner = place_service_day(&policies, &CALENDARS, into);
                prop_assert!(owner.held.is_some_and(|owner| owner.merged_days.contains(&one.ordinary_on)));
            }
        }
    }
}
