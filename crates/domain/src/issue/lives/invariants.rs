//! What holds of every step and at every moment, whatever was tried.

use super::*;
use crate::issue::Suspension;

/// What holds of every event: its due date is counted from its inputs or kept as promised, and never shortened.
pub(super) fn check_step(before: &Issue, event: &IssueEvent, after: &Issue, calendars: &Calendars) {
    if let Some(due) = event.due() {
        let recounted = deadline::recount(due, calendars);
        let promised_before = before.due_changes.iter().any(|change| change.due.on == due.on);
        assert!(
            recounted.on == due.on || (recounted.on < due.on && promised_before),
            "{due:?} is neither {} nor a promise",
            recounted.on
        );
        assert_eq!(recounted.provisional, due.provisional);
        let of_suspension = |known: &Suspension| due.rule == DueRule::Resumption && due.from == known.until_on;
        let to_come =
            matches!(event, IssueEvent::DeadlineRecomputed(_)) && before.suspension.as_ref().is_some_and(of_suspension);
        if to_come {
            // It holds once the suspension is over; the old date stays shown.
            assert_eq!(after.due, before.due);
            assert_eq!(after.after_suspension(POLICY.time_zone(), calendars).due, *due);
        } else {
            assert_eq!(after.due, *due);
        }
        let new_cycle = after.cycle != before.cycle || !before.exists();
        // What leaves an escalation goes back to what was promised before it; a cycle that began escalated was promised
        // nothing but the outer limit, which holds only while escalated.
        let left = before.state == IssueState::Escalated && after.state != IssueState::Escalated;
        let promised = if left { before.promised_due.as_ref() } else { Some(&before.due) };
        let promised = promised.filter(|_| !new_cycle).map_or(due.on, |promised| promised.on);
        assert!(due.on >= promised, "shortened from {promised} to {}", due.on);
    } else {
        assert_eq!(after.due, before.due);
    }
    if let IssueEvent::ResponsibilityHandedOver(handed) = event {
        assert_eq!(handed.from_delegate_id, before.responsible_delegate_id);
    } else if before.exists() && !names_another(event) {
        assert_eq!(after.responsible_delegate_id, before.responsible_delegate_id, "the duty passed in silence");
    }
    if let IssueEvent::FinalAnswerGiven(answer) = event {
        assert_eq!(answer.answered_by, before.responsible_delegate_id);
        let tried = &before.delivery_attempts;
        let days: BTreeSet<NaiveDate> = tried.iter().map(|tried| POLICY.town_date(tried.at)).collect();
        let posted = answer.evidence.kind == EvidenceKind::Posted;
        assert!(!posted || before.on_own_motion || (tried.len() >= 3 && days.len() >= 2), "posted, but never tried");
    }
    if matches!(event, IssueEvent::Merged(_)) {
        assert_eq!(after.state, IssueState::Merged);
        assert_ne!(before.state, IssueState::Escalated);
        assert_eq!((after.clock, &after.suspension), (before.clock, &before.suspension));
    }
    if matches!(event, IssueEvent::Unmerged(_)) {
        assert_eq!(Some(after.state), before.merging.map(|merging| merging.before));
        assert_eq!((after.clock, &after.suspension), (before.clock, &before.suspension));
    }
    if unmoving(event) {
        let place = |issue: &Issue| (issue.state, issue.clock, issue.cycle, issue.last_word, issue.turned_at);
        assert_eq!(place(before), place(after));
    }
}

/// A correction of who received.
fn names_another(event: &IssueEvent) -> bool {
    matches!(event, IssueEvent::Corrected(corrected) if corrected.pointer == "/public/responsible_delegate_id")
}

/// Facts that are told of an issue and leave it where it is.
const fn unmoving(event: &IssueEvent) -> bool {
    matches!(
        event,
        IssueEvent::DeliveryAttempted(_)
            | IssueEvent::CommitmentVerified(_)
            | IssueEvent::Linked(_)
            | IssueEvent::InputRequested(_)
            | IssueEvent::InputGiven(_)
    )
}

/// From an issue to its primary, to the primary's, and so on, nobody comes back to where they began.
fn check_no_circle(world: &World, from: IssueId) {
    let mut seen = BTreeSet::from([from]);
    let mut here = from;
    while let Some(merging) = world.issues[&here].state.merging {
        here = merging.primary_issue_id;
        assert!(seen.insert(here), "merged in a circle");
    }
}

/// Every merged visitor is answered for themselves: of the issues that were merged and are no longer owed an answer, as
/// many have one of their own as were neither taken out again nor withdrawn.
fn check_answers_of_merged(world: &World) {
    let (mut merged, mut answers) = (0, 0);
    for stream in world.issues.values() {
        let mut unended = 0;
        for (at, (event, _)) in stream.events.iter().enumerate() {
            if matches!(event, IssueEvent::Merged(_)) {
                let ends = |event: &&IssueEvent| {
                    matches!(event, IssueEvent::Unmerged(_) | IssueEvent::FinalAnswerGiven(_))
                        || matches!(event, IssueEvent::Withdrawn(withdrawn) if !withdrawn.on_own_motion)
                };
                let end = stream.events[at..].iter().map(|(event, _)| event).find(ends);
                let answered = matches!(end, Some(IssueEvent::FinalAnswerGiven(_)));
                unended += u32::from(end.is_none());
                merged += u32::from(answered);
            }
            answers += u32::from(matches!(event, IssueEvent::FinalAnswerGiven(_)));
        }
        assert_eq!(unended, u32::from(stream.state.merging.is_some()), "merged and gone without an end");
    }
    assert!(answers >= merged, "{answers} answers for {merged} merged visitors");
}

/// What holds at every moment.
pub(super) fn check(world: &World) {
    check_answers_of_merged(world);
    for (id, stream) in &world.issues {
        let issue = &*world.rules().standing(&stream.state);
        check_explanation(issue, &world.calendars);
        check_suspensions(issue);
        let running = matches!(issue.clock, ClockState::Running | ClockState::Suspended);
        assert_eq!(issue.is_open(), running, "open means a clock that runs or stands still");
        assert_eq!(issue.clock == ClockState::Suspended, issue.suspension.is_some());
        // A cycle that begins escalated was promised nothing before.
        let promised = issue.promised_due.is_some() || issue.original_due.rule == DueRule::OuterLimit;
        assert!(promised || issue.state != IssueState::Escalated);
        assert!(issue.state == IssueState::Escalated || issue.promised_due.is_none());
        assert_eq!(issue.state == IssueState::Merged, issue.merging.is_some());
        check_no_circle(world, *id);
        if matches!(issue.state, IssueState::Closed | IssueState::Answered) {
            let answer = issue.answer.as_ref().expect("closed with an answer");
            assert_eq!(answer.cycle, issue.cycle);
            assert_eq!(answer.given.answered_by, responsible_at(&stream.events, answer.version));
        }
        if issue.state == IssueState::Escalated {
            let major_id = issue.major_issue_id.expect("escalated to a major issue");
            let major = &world.major_issues[&major_id].state;
            assert!(!major.is_over(), "the major issue ended and left an issue behind");
            assert!(major.issue_ids().any(|linked| linked == *id));
        }
        let marks = deadline::marks(issue, &POLICY, &world.calendars);
        let today = world.today();
        assert_eq!(marks.lateness(today), deadline::lateness(issue, &POLICY, &world.calendars, today));
        assert_eq!(replayed(&stream.events), stream.state, "a replay of the stored events differs");
    }
    for stream in world.major_issues.values() {
        let mut again = MajorIssue::default();
        for (event, stamp) in &stream.events {
            let stored = Event::MajorIssue(event.clone()).encode().unwrap();
            let read = Event::decode(&stored.event_type, stored.schema, &stored.public).unwrap();
            let Event::MajorIssue(event) = read else { panic!("stored as {read:?}") };
            again.apply(&event, stamp);
        }
        assert_eq!(again, stream.state);
    }
}

/// Whoever counts so many working days from the day named, as the days say, comes to the due date.
fn check_explanation(issue: &Issue, calendars: &Calendars) {
    let explained = deadline::explain(issue, &POLICY, calendars);
    assert!(explained.complete);
    let (first, last) = (explained.days.first().unwrap(), explained.days.last().unwrap());
    assert_eq!((first.date, last.date), (explained.from, issue.due.on));
    let counted = u32::try_from(explained.days.iter().filter(|day| day.counted()).count()).unwrap();
    assert_eq!(explained.working_days.is_some(), issue.due.working_days.is_some());
    assert_eq!(explained.working_days.unwrap_or(counted), counted, "{:?}: {explained:?}", issue.due);
    let numbers = explained.days.iter().filter_map(|day| day.n);
    assert!(numbers.eq(1..=counted));
}

/// The suspensions of a cycle follow each other, and together last no longer than the policy allows.
fn check_suspensions(issue: &Issue) {
    let days = |at: DateTime<Utc>| POLICY.town_date(at);
    let ended = issue.suspended_spans.iter().map(|span| (days(span.suspension.since), days(span.until)));
    let open = issue.suspension.iter().map(|suspension| (days(suspension.since), suspension.until_on));
    let spans: Vec<(NaiveDate, NaiveDate)> = ended.chain(open).collect();
    assert!(spans.windows(2).all(|two| two[0].1 <= two[1].0), "{spans:?} overlap");
    let total: i64 = spans.iter().map(|(since, until)| (*until - *since).num_days().max(0)).sum();
    assert!(total <= i64::from(POLICY.suspension.days_max), "stood still for {total} days");
}
