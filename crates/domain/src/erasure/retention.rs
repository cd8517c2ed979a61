//! Erasing by the clock: once what somebody came for has been over for as long as the policy says, and the review of that
//! year is published, their parts are kept no longer (PIPL Art. 19). A way to reach them goes before their name; words stay.

use super::target::{SUBJECTS_MAX, Target};
use super::{BY_NIGHT, ErasureEvent, ErasureRequested, Erasures};
use crate::calendar::Calendars;
use crate::legal_hold::LegalHolds;
use crate::policy::{ClockTime, Policy, Retention};
use crate::vocabulary::{ErasureGround, HeldBack, NarrativeRetention, PersonalClass};
use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};

/// The classes in the order in which they are erased.
const IN_ORDER: [PersonalClass; 3] = [PersonalClass::Contact, PersonalClass::Identity, PersonalClass::File];

/// How something that a part is kept for came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The day on which the issue was closed, withdrawn or referred; nothing while it is none of these.
    pub over_on: Option<NaiveDate>,
    /// Whether the results of that year's review are published of everybody who was responsible for it.
    pub review_published: bool,
}

/// Somebody's parts in one stream, with everything that they are kept for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The parts.
    pub target: Target,
    /// What they are kept for.
    pub endings: Vec<Ending>,
}

/// What is known when something is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// Every erasure.
    pub erasures: &'a Erasures,
    /// Every legal hold.
    pub holds: &'a LegalHolds,
    /// The day on which holds are looked at.
    pub today: NaiveDate,
}

/// What will be erased of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The class.
    pub class: PersonalClass,
    /// The day from which it is kept no longer.
    pub due_on: NaiveDate,
    /// What holds it back, whatever the day.
    pub held_back: Vec<HeldBack>,
}

impl Foreseen {
    /// Whether it is erased on a day.
    pub fn is_due(&self, on: NaiveDate) -> bool {
        self.due_on <= on && self.held_back.is_empty()
    }
}

impl Retention {
    /// The calendar days for which a class is kept once its issues are over; nothing where it stays.
    const fn days(&self, class: PersonalClass) -> Option<u32> {
        let (contact, identity) = (self.contact_days_after_close, self.identity_days_after_close);
        match class {
            PersonalClass::Contact => Some(contact),
            // Not before the contact, for whom would it be of?
            PersonalClass::Identity => Some(if contact > identity { contact } else { identity }),
            PersonalClass::File => Some(self.files_days_after_close),
            PersonalClass::Narrative => match self.narrative {
                NarrativeRetention::Keep => None,
            },
        }
    }
}

impl Kept {
    /// What will be erased of it, in the order in which it goes: nothing while an issue is not over, of what is erased or
    /// about to be, and under a policy that the town adopted without `retention`.
    pub fn foreseen(&self, known: &Known<'_>) -> Vec<Foreseen> {
        let over: Option<Vec<NaiveDate>> = self.endings.iter().map(|ending| ending.over_on).collect();
        let Some(over_on) = over.and_then(|days| days.into_iter().max()) else { return Vec::new() };
        if !known.policy.erases_by_the_clock() {
            return Vec::new();
        }
        let mut held_back = Vec::new();
        if known.holds.covers(&self.target, known.today) {
            held_back.push(HeldBack::LegalHold);
        }
        if self.endings.iter().any(|ending| !ending.review_published) {
            held_back.push(HeldBack::ReviewNotPublished);
        }
        let mut foreseen = Vec::new();
        for class in IN_ORDER.into_iter().filter(|class| self.target.classes.contains(class)) {
            let days = known.policy.retention.days(class).map(|days| Days::new(days.into()));
            if let Some(due_on) = days.and_then(|days| over_on.checked_add_days(days))
                && !known.erasures.is_decided(&self.target.subject, class)
            {
                foreseen.push(Foreseen { class, due_on, held_back: held_back.clone() });
            }
        }
        foreseen
    }
}

/// What the clock records for a class on a day: whose parts are erased, at most [`SUBJECTS_MAX`] of them; nothing where nobody
/// is due. It is carried out there and then: nobody approves of it, and it is night.
pub fn expire(class: PersonalClass, kept: &[Kept], known: &Known<'_>, on: NaiveDate) -> Option<ErasureEvent> {
    let is_due = |kept: &&Kept| kept.foreseen(known).iter().any(|one| one.class == class && one.is_due(on));
    let (subjects, streams): (Vec<_>, Vec<_>) = kept
        .iter()
        .filter(is_due)
        .take(SUBJECTS_MAX)
        .map(|kept| (kept.target.subject.clone(), kept.target.stream.clone()))
        .unzip();
    let (ground, classes) = (ErasureGround::Retention, vec![class]);
    let asked = ErasureRequested { ground, classes, subjects, streams, at_once: true };
    (!asked.subjects.is_empty()).then_some(ErasureEvent::Requested(asked))
}

/// The last day of a reception of which anything may be due on a day: no issue is over before it was raised. Nothing under a
/// policy that the town adopted without `retention`.
pub fn held_until(policy: &Policy, on: NaiveDate) -> Option<NaiveDate> {
    let days = IN_ORDER.into_iter().filter_map(|class| policy.retention.days(class)).min()?;
    policy.erases_by_the_clock().then(|| on.checked_sub_days(Days::new(days.into())))?
}

/// The day for which the clock erases at an instant: the first working day of the month, from half past two on; later in the
/// month that same day, so that it finds the same whenever it runs. Nothing before it.
pub fn day_of_run(policy: &Policy, calendars: &Calendars, now: DateTime<Utc>) -> Option<NaiveDate> {
    let day = first_working_day(calendars, policy.town_date(now))?;
    (policy.time_on(day, ClockTime(BY_NIGHT)) <= now).then_some(day)
}

/// The day on which what is due on a day is erased, where nothing holds it back: the first working day of a month that is
/// neither before it nor past.
pub fn erased_on(calendars: &Calendars, due_on: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    let from = due_on.max(today);
    let this_month = first_working_day(calendars, from)?;
    if this_month >= from {
        return Some(this_month);
    }
    first_working_day(calendars, from.with_day(1)?.checked_add_months(Months::new(1))?)
}

fn first_working_day(calendars: &Calendars, of_month: NaiveDate) -> Option<NaiveDate> {
    Some(calendars.working_day_on_or_after(of_month.with_day(1)?).on)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Fold as _;
    use crate::erasure::Matter;
    use crate::event::Event;
    use crate::fixtures::{calendars, day, policies, stamp};
    use crate::ids::{AreaId, ErasureId, IssueId, LegalHoldId, ReceptionId};
    use crate::legal_hold::{HoldScope, LegalHoldEvent, LegalHoldSet};
    use crate::policy::Policies;
    use uuid::Uuid;

    const CLASSES: [PersonalClass; 2] = [PersonalClass::Identity, PersonalClass::Contact];

    fn over(on: &str) -> Ending {
        Ending { over_on: Some(day(on)), review_published: true }
    }

    fn visitor(n: u128, endings: Vec<Ending>) -> Kept {
        let target = Target {
            subject: format!("s/{n}"),
            stream: format!("reception/{n}"),
            classes: CLASSES.to_vec(),
            matters: vec![Matter {
                reception_id: ReceptionId(Uuid::from_u128(n)),
                issue_id: Some(IssueId(Uuid::from_u128(n + 6))),
                grid_id: AreaId(Uuid::nil()),
                on: day("2024-01-05"),
            }],
            ..Target::default()
        };
        Kept { target, endings }
    }

    /// The town under the default policy.
    struct Town {
        policies: Policies,
        erasures: Erasures,
        holds: LegalHolds,
    }

    impl Town {
        fn new() -> Self {
            Self { policies: policies(), erasures: Erasures::default(), holds: LegalHolds::default() }
        }

        fn on(&self, today: &str) -> Known<'_> {
            let policy = self.policies.newest().unwrap();
            Known { policy, erasures: &self.erasures, holds: &self.holds, today: day(today) }
        }

        fn due(&self, kept: &[Kept], class: PersonalClass, on: &str) -> Vec<String> {
            match expire(class, kept, &self.on(on), day(on)) {
                Some(ErasureEvent::Requested(asked)) => asked.subjects,
                None => Vec::new(),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn contact_goes_180_days_after_the_last_issue_was_over_and_the_name_after_730() {
        let town = Town::new();
        let kept = [visitor(1, vec![over("2026-01-05"), over("2026-01-10")])];
        let foreseen = kept[0].foreseen(&town.on("2026-02-01"));
        let told: Vec<_> = foreseen.iter().map(|one| (one.class, one.due_on.to_string())).collect();
        let (contact, identity) = (PersonalClass::Contact, PersonalClass::Identity);
        assert_eq!(told, [(contact, "2026-07-09".to_owned()), (identity, "2028-01-10".to_owned())]);
        for (on, class, goes) in [
            ("2026-07-08", contact, false),
            ("2026-07-09", contact, true),
            ("2026-07-09", identity, false),
            ("2028-01-09", identity, false),
            ("2028-01-10", identity, true),
        ] {
            assert_eq!(town.due(&kept, class, on).len(), usize::from(goes), "{on} {class:?}");
        }
    }

    #[test]
    fn what_the_clock_records_names_the_ground_one_class_and_its_people() {
        let town = Town::new();
        let kept = [visitor(1, vec![over("2024-01-05")]), visitor(2, vec![over("2026-06-05")])];
        let on = day("2026-07-01");
        let event = expire(PersonalClass::Contact, &kept, &town.on("2026-07-01"), on);
        let Some(ErasureEvent::Requested(asked)) = event else { panic!() };
        assert_eq!(
            (asked.ground, asked.classes, asked.at_once),
            (ErasureGround::Retention, vec![PersonalClass::Contact], true)
        );
        assert_eq!((asked.subjects, asked.streams), (vec!["s/1".to_owned()], vec!["reception/1".to_owned()]));
        assert_eq!(expire(PersonalClass::Narrative, &kept, &town.on("2036-07-01"), day("2036-07-01")), None);
        let many: Vec<_> = (0..=SUBJECTS_MAX as u128).map(|n| visitor(n, vec![over("2024-01-05")])).collect();
        assert_eq!(town.due(&many, PersonalClass::Contact, "2026-07-01").len(), SUBJECTS_MAX);
    }

    #[test]
    fn nothing_goes_while_an_issue_is_open_or_nothing_says_what_it_was_for() {
        let town = Town::new();
        let open = Ending { over_on: None, ..over("2024-01-05") };
        let kept = [visitor(1, vec![over("2024-01-05"), open]), visitor(2, Vec::new())];
        assert!(kept.iter().all(|one| one.foreseen(&town.on("2030-01-01")).is_empty()));
        assert!(town.due(&kept, PersonalClass::Contact, "2030-01-01").is_empty());
    }

    #[test]
    fn nothing_goes_before_the_review_of_every_year_is_published() {
        let town = Town::new();
        let unpublished = Ending { review_published: false, ..over("2025-12-01") };
        let kept = [visitor(1, vec![over("2024-01-05"), unpublished])];
        let foreseen = kept[0].foreseen(&town.on("2027-06-01"));
        assert_eq!(foreseen[0].held_back, [HeldBack::ReviewNotPublished]);
        assert!(town.due(&kept, PersonalClass::Contact, "2027-06-01").is_empty());
        let published = [visitor(1, vec![over("2024-01-05"), over("2025-12-01")])];
        assert_eq!(town.due(&published, PersonalClass::Contact, "2027-06-01"), ["s/1"]);
    }

    #[test]
    fn a_hold_on_somebody_on_their_reception_or_on_an_issue_of_it_keeps_them_until_it_is_over() {
        let reception_id = ReceptionId(Uuid::from_u128(1));
        for scope in [
            HoldScope::Subjects { subjects: vec!["s/1".to_owned()] },
            HoldScope::Reception { reception_id },
            HoldScope::Issue { issue_id: IssueId(Uuid::from_u128(7)) },
        ] {
            let mut town = Town::new();
            let set = LegalHoldSet { scope, until_on: day("2026-09-30") };
            town.holds.apply(LegalHoldId(Uuid::from_u128(5)), &LegalHoldEvent::Set(set), &stamp(9, 1));
            let kept = [visitor(1, vec![over("2024-01-05")]), visitor(2, vec![over("2024-01-05")])];
            assert_eq!(kept[0].foreseen(&town.on("2026-09-30"))[0].held_back, [HeldBack::LegalHold]);
            assert_eq!(town.due(&kept, PersonalClass::Contact, "2026-09-30"), ["s/2"]);
            assert_eq!(town.due(&kept, PersonalClass::Contact, "2026-10-01"), ["s/1", "s/2"]);
        }
    }

    #[test]
    fn what_is_erased_or_about_to_be_is_not_found_again() {
        let mut town = Town::new();
        let kept = [visitor(1, vec![over("2024-01-05")])];
        let event = expire(PersonalClass::Contact, &kept, &town.on("2026-07-01"), day("2026-07-01")).unwrap();
        town.erasures.apply(ErasureId(Uuid::from_u128(4)), &event, &stamp(20, 1), "system/clock");
        assert!(town.due(&kept, PersonalClass::Contact, "2026-07-01").is_empty());
        assert_eq!(town.due(&kept, PersonalClass::Identity, "2026-07-01"), ["s/1"], "another class");
        assert_eq!(kept[0].foreseen(&town.on("2026-07-01")).len(), 1);
    }

    #[test]
    fn a_name_never_goes_before_the_way_to_reach_it() {
        let mut town = Town::new();
        let mut document = town.policies.newest().unwrap().document().unwrap();
        document["retention"]["identity_days_after_close"] = 90.into();
        let adopted = crate::policy::PolicyEvent::VersionAdopted(document.into());
        town.policies.apply(&adopted, &stamp(4, 2));
        let foreseen = visitor(1, vec![over("2026-01-10")]).foreseen(&town.on("2026-02-01"));
        assert_eq!(foreseen.iter().map(|one| one.due_on).collect::<Vec<_>>(), [day("2026-07-09"); 2]);
    }

    #[test]
    fn under_a_policy_that_was_adopted_without_retention_nothing_goes() {
        let golden = include_str!("../../golden/policy.version_adopted.3.json");
        let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
        let event = Event::decode("policy.version_adopted", 3, &golden["public"]).unwrap();
        let Event::Policy(event) = event else { panic!() };
        let mut town = Town::new();
        town.policies = Policies::default();
        town.policies.apply(&event, &stamp(3, 1));
        let kept = [visitor(1, vec![over("2024-01-05")])];
        assert!(town.due(&kept, PersonalClass::Contact, "2036-01-04").is_empty());
        assert!(kept[0].foreseen(&town.on("2036-01-04")).is_empty());
        assert_eq!(held_until(town.policies.newest().unwrap(), day("2036-01-04")), None);
        let now = Town::new();
        assert_eq!(held_until(now.policies.newest().unwrap(), day("2026-07-09")), Some(day("2026-01-10")));
    }

    #[test]
    fn it_runs_by_night_on_the_first_working_day_of_a_month_and_for_that_day_all_month() {
        let (town, calendars) = (Town::new(), calendars());
        let policy = town.policies.newest().unwrap();
        for (now, expected) in [
            // 2026-10-01 to 07 are the national holiday; 11-01 is a Sunday.
            ("2026-10-07T12:00:00+08:00", None),
            ("2026-10-08T02:29:59+08:00", None),
            ("2026-10-08T02:30:00+08:00", Some("2026-10-08")),
            ("2026-10-31T23:59:59+08:00", Some("2026-10-08")),
            ("2026-11-01T12:00:00+08:00", None),
            ("2026-11-02T02:30:00+08:00", Some("2026-11-02")),
        ] {
            let now = now.parse::<DateTime<Utc>>().unwrap();
            assert_eq!(day_of_run(policy, &calendars, now), expected.map(day), "{now}");
        }
        for (due_on, today, expected) in [
            ("2026-09-02", "2026-08-15", "2026-10-08"),
            ("2026-10-08", "2026-08-15", "2026-10-08"),
            ("2026-10-09", "2026-08-15", "2026-11-02"),
            ("2025-01-01", "2026-10-09", "2026-11-02"),
        ] {
            assert_eq!(erased_on(&calendars, day(due_on), day(today)), Some(day(expected)), "{due_on} {today}");
        }
    }
}
