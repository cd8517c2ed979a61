//! A major issue comes before a meeting of each quarter (O-12).

use super::tell;
use super::things::{EXCUSED, KEPT, town};
use super::years::{AFTER, case, entries, how, meeting, stream};
use crate::Stamp;
use crate::area::{AreaEvent, ConvenerAppointed};
use crate::clock::{Happened, Members, Recorded, years_of_case, years_of_major_issue, years_of_meeting};
use crate::fixtures::{day, stamp};
use crate::ids::{IssueId, MajorIssueId, MeetingId};
use crate::issue::fixture::at;
use crate::major_issue::{Concluded, MajorIssueEvent, Submitted, Triaged};
use crate::meeting::{MeetingEvent, OnAgenda};
use crate::session::fixture::{GRID, PARTY};
use crate::vocabulary::{Level, Outcome, TriageDecision};
use uuid::Uuid;

const MAJOR: MajorIssueId = MajorIssueId(Uuid::from_u128(0x22));

/// Accepted on 2026-11-10, with meetings of the grid; over on a day, where one is named.
fn major(meetings: &[Vec<(MeetingEvent, Stamp)>], over: Option<&str>) -> Recorded {
    let submitted = Submitted { grid_id: GRID, level: Level::L2, issue_id: IssueId(Uuid::from_u128(0x11)) };
    let triaged = Triaged { decision: TriageDecision::Accept, level: None };
    let mut facts = vec![
        (MajorIssueEvent::Submitted(submitted), "2026-11-09 09:00", "2026-11-09 09:00"),
        (MajorIssueEvent::Triaged(triaged), "2026-11-10 09:00", "2026-11-10 09:00"),
    ];
    let concluded = MajorIssueEvent::Concluded(Concluded { outcome: Outcome::Resolved });
    facts.extend(over.map(|when| (concluded, when, when)));
    let ids = (0..).map(|n| MeetingId(Uuid::from_u128(0xa00 + n)));
    let members = Members { meetings: ids.zip(meetings.iter().cloned()).collect(), ..Members::default() };
    Recorded::MajorIssue { id: MAJOR, events: stream(4000, &facts), members }
}

fn tabled(when: &'static str) -> (MeetingEvent, &'static str, &'static str) {
    (MeetingEvent::MajorIssueTabled(OnAgenda { major_issue_id: MAJOR }), when, when)
}

#[test]
fn an_open_major_issue_comes_before_a_meeting_of_each_quarter() {
    let mut town = town();
    let convener = ConvenerAppointed { delegate_id: PARTY[1], from: day("2024-01-01") };
    town.take(Some(GRID.0), &AreaEvent::ConvenerAppointed(convener).into(), &stamp(9, 3));
    let none = major(&[], None);
    let until = |recorded: &Recorded, when: &str| -> Vec<String> {
        recorded.happenings(&town, &Happened::new(), at(when)).iter().map(tell).collect()
    };
    assert_eq!(
        until(&none, "2027-04-05 09:00"),
        [
            "O-12 major_issue_not_tabled due 12-31 judged 01-02 00:00",
            "O-12 major_issue_not_tabled due 03-31 judged 04-02 00:00",
        ]
    );
    let owed = entries(&none, &town, "O-12");
    assert_eq!(owed[0].owed_by.id, PARTY[1].0);
    let first = &owed[0];
    assert_eq!((first.opens_on, first.key.period.as_deref()), (day("2026-11-10"), Some("2026-Q4")));
    // A regular meeting sets the day; what it did not table is found after it.
    let regular = meeting(2000, "2026-11-24 14:00", "2026-11-24 17:00", &[]);
    let missed = major(std::slice::from_ref(&regular), None);
    assert_eq!(until(&missed, "2026-12-31 09:00"), ["O-12 major_issue_not_tabled due 11-24 judged 11-26 00:00"]);
    // One that is written down late is judged when its day is known.
    let late = major(&[meeting(2000, "2026-11-24 14:00", "2026-12-07 17:00", &[])], None);
    assert_eq!(until(&late, "2026-12-31 09:00"), ["O-12 major_issue_not_tabled due 11-24 judged 12-09 00:00"]);
    let kept = major(&[meeting(2000, "2026-11-24 14:00", "2026-11-24 17:00", &[tabled("2026-11-20 09:00")])], None);
    assert_eq!((until(&kept, "2026-12-31 09:00"), how(&kept, &town, "O-12", "2026-12-31")[0]), (vec![], KEPT));
    // It is over, and had come before no meeting: nothing is owed any more, nor of the quarters after it.
    let over = major(&[], Some("2026-12-15 09:00"));
    assert_eq!((until(&over, AFTER), how(&over, &town, "O-12", "2027-12-31")), (vec![], vec![EXCUSED]));
    assert_eq!(years_of_meeting(&regular, chrono_tz::Asia::Shanghai), [(GRID, 2026)].into());
    assert_eq!(
        years_of_case(&case(3000, "2026-12-31 23:00", "2027-01-01 09:00"), chrono_tz::Asia::Shanghai),
        [(GRID, 2026)].into()
    );
}

#[test]
fn meetings_count_from_the_year_of_the_acceptance_to_that_of_the_end() {
    let zone = chrono_tz::Asia::Shanghai;
    let years = |recorded: &Recorded| {
        let Recorded::MajorIssue { events, .. } = recorded else { panic!("{recorded:?}") };
        [years_of_major_issue(&events[..1], zone), years_of_major_issue(events, zone)]
    };
    assert_eq!(years(&major(&[], None)), [None, Some(2026..=i32::MAX)]);
    assert_eq!(years(&major(&[], Some("2027-02-01 09:00"))), [None, Some(2026..=2027)]);
}
