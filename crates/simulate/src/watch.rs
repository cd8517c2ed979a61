//! Which sessions, issues and other things the clock over obligations is to look at.

use chrono::{DateTime, Utc};
use domain::clock::{Candidate, Member, Subject};
use domain::ids::{AreaId, MajorIssueId};
use std::collections::{BTreeSet, HashMap};

/// What the clock is to look at: what changed since it ran last, and what it foresaw for a later instant. So a day costs
/// what happened on it, and not what ever was.
#[derive(Debug, Default)]
pub(super) struct Watch {
    changed: BTreeSet<Subject>,
    foreseen: BTreeSet<(DateTime<Utc>, Subject)>,
    waits: HashMap<Subject, DateTime<Utc>>,
    /// What counts for the years of a grid, and its meetings for its major issues.
    members: HashMap<AreaId, BTreeSet<Member>>,
    grids: HashMap<MajorIssueId, AreaId>,
}

impl Watch {
    /// Something of it changed.
    pub fn changed(&mut self, subject: Subject) {
        self.changed.insert(subject);
    }

    /// Something counts for years of a grid, or counts otherwise than before.
    pub fn counts(&mut self, grid: AreaId, member: Member, years: impl Iterator<Item = i32>) {
        self.members.entry(grid).or_default().insert(member);
        self.changed.extend(years.map(|year| Subject::GridYear(grid, year)));
        if let Member::Activity(id) = member {
            self.changed.insert(Subject::Activity(id));
        }
    }

    /// A major issue of a grid changed, or a meeting that it may come before.
    pub fn changed_major(&mut self, id: MajorIssueId, grid: AreaId) {
        self.grids.insert(id, grid);
        self.changed.insert(Subject::MajorIssue(id));
    }

    /// What something may have happened of until an instant.
    pub fn due(&self, until: DateTime<Utc>) -> Vec<Candidate> {
        let foreseen = self.foreseen.iter().take_while(|(at, _)| *at <= until);
        let due: BTreeSet<Subject> =
            foreseen.map(|(_, subject)| *subject).chain(self.changed.iter().copied()).collect();
        due.into_iter().map(|subject| Candidate { subject, members: self.members_of(subject) }).collect()
    }

    fn members_of(&self, subject: Subject) -> Vec<Member> {
        let of_grid = |grid: &AreaId| self.members.get(grid).into_iter().flatten().copied();
        match subject {
            Subject::GridYear(grid, _) => of_grid(&grid).collect(),
            Subject::MajorIssue(id) => {
                let meetings = self.grids.get(&id).into_iter().flat_map(of_grid);
                meetings.filter(|member| matches!(member, Member::Meeting(_))).collect()
            }
            Subject::Session(_)
            | Subject::Issue(_)
            | Subject::Grid(_)
            | Subject::Deed(_)
            | Subject::Study(_)
            | Subject::Appointment(_)
            | Subject::Activity(_)
            | Subject::DelegateYear(..) => Vec::new(),
        }
    }

    /// It was looked at, and something happens of it next.
    pub fn looked(&mut self, subject: Subject, next: Option<DateTime<Utc>>) {
        self.changed.remove(&subject);
        if let Some(at) = self.waits.remove(&subject) {
            self.foreseen.remove(&(at, subject));
        }
        if let Some(at) = next {
            self.waits.insert(subject, at);
            self.foreseen.insert((at, subject));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::{ActivityId, MeetingId};
    use uuid::Uuid;

    #[test]
    fn the_clock_looks_at_what_changed_and_at_what_it_foresaw() {
        let (one, other) = (Subject::Grid(AreaId(Uuid::from_u128(1))), Subject::Grid(AreaId(Uuid::from_u128(2))));
        let at = |s| DateTime::<Utc>::from_timestamp(s, 0).unwrap();
        let mut watch = Watch::default();
        watch.changed(one);
        watch.changed(other);
        let due = |watch: &Watch, until| watch.due(until).iter().map(|due| due.subject).collect::<Vec<_>>();
        assert_eq!(due(&watch, at(0)), [one, other]);
        watch.looked(one, Some(at(50)));
        watch.looked(other, None);
        assert_eq!((due(&watch, at(49)), due(&watch, at(50))), (Vec::new(), vec![one]));
        // What was foreseen is no more once it is looked at again.
        watch.looked(one, Some(at(90)));
        assert!(watch.due(at(89)).is_empty() && watch.foreseen.len() == 1);
    }

    #[test]
    fn what_counts_for_a_year_is_named_with_it_and_meetings_with_a_major_issue() {
        let (grid, other) = (AreaId(Uuid::from_u128(1)), AreaId(Uuid::from_u128(2)));
        let (activity, meeting) = (ActivityId(Uuid::from_u128(3)), MeetingId(Uuid::from_u128(4)));
        let major = MajorIssueId(Uuid::from_u128(5));
        let mut watch = Watch::default();
        watch.changed(Subject::GridYear(other, 2026));
        watch.changed_major(major, grid);
        watch.counts(grid, Member::Activity(activity), [2026].into_iter());
        watch.counts(grid, Member::Meeting(meeting), [2026, 2027].into_iter());
        let both = vec![Member::Activity(activity), Member::Meeting(meeting)];
        let mut due: Vec<_> =
            watch.due(DateTime::UNIX_EPOCH).into_iter().map(|due| (due.subject, due.members)).collect();
        due.sort();
        let mut wanted = vec![
            (Subject::GridYear(grid, 2026), both.clone()),
            (Subject::GridYear(grid, 2027), both),
            (Subject::GridYear(other, 2026), Vec::new()),
            (Subject::Activity(activity), Vec::new()),
            (Subject::MajorIssue(major), vec![Member::Meeting(meeting)]),
        ];
        wanted.sort();
        assert_eq!(due, wanted);
    }
}
