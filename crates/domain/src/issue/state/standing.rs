//! An issue as it stands on a day. A suspension ends by itself after its last day, without an event: what that means
//! follows from the suspension's own event and the day alone, so that nobody has to write at midnight (T8).

use super::{DueChange, Issue, SuspendedSpan, Suspension};
use crate::calendar::Calendars;
use crate::deadline::{later, resumed};
use crate::issue::Due;
use crate::vocabulary::{ClockState, DueRule, IssueState};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use std::borrow::Cow;

impl Issue {
    /// When it was over: closed, withdrawn or referred. Nothing while it is none of these, or somebody asks that it is reopened.
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        if self.reopening_pending.is_some() {
            return None;
        }
        match self.state {
            IssueState::Closed => self.closed_at,
            IssueState::Withdrawn | IssueState::Referred => self.stopped_at,
            IssueState::Registered
            | IssueState::InHand
            | IssueState::Escalated
            | IssueState::AwaitingAnswer
            | IssueState::Answered
            | IssueState::Merged => None,
        }
    }

    /// The issue as it stands on a day of the town: what has ended by itself by then has ended.
    ///
    /// What is left after a suspension is counted by the calendars that its own event knew; one published later moves
    /// the date by an event. Whatever was decided after the last day was decided of the issue as it stood then.
    pub fn on(&self, day: NaiveDate, zone: Tz, calendars: &Calendars) -> Cow<'_, Self> {
        let running = self.stands_still().filter(|suspension| suspension.until_on < day);
        let ended_by_itself = |span: &SuspendedSpan| span.suspension.until_on < town_date(span.recorded_at, zone);
        if running.is_none() && !self.suspended_spans.iter().any(ended_by_itself) {
            return Cow::Borrowed(self);
        }
        let mut issue = self.clone();
        let mut ended = Vec::new();
        for span in issue.suspended_spans.iter_mut().filter(|span| ended_by_itself(span)) {
            *span = ended_of_itself(span.suspension, zone);
            ended.push(span.suspension);
        }
        if let Some(suspension) = running {
            issue.suspension = None;
            issue.clock = ClockState::Running;
            issue.suspended_spans.push(ended_of_itself(suspension, zone));
            ended.push(suspension);
        }
        for suspension in &ended {
            issue.run_again(suspension, zone, calendars);
        }
        Cow::Owned(issue)
    }

    /// The suspension that no event has ended, of an issue that is owed an answer: what has stopped does not run again.
    pub fn stands_still(&self) -> Option<Suspension> {
        self.suspension.filter(|_| self.is_open())
    }

    /// The issue as it stands once a suspension is over that nobody ends before; as it is where there is none.
    pub fn after_suspension(&self, zone: Tz, calendars: &Calendars) -> Cow<'_, Self> {
        let next_day = self.stands_still().and_then(|suspension| suspension.until_on.checked_add_days(Days::new(1)));
        next_day.map_or(Cow::Borrowed(self), |day| self.on(day, zone, calendars))
    }

    /// Puts the date in force that holds after a suspension's last day, among the changes of the date where it belongs.
    fn run_again(&mut self, suspension: &Suspension, zone: Tz, calendars: &Calendars) {
        let decided_since = |at: DateTime<Utc>| suspension.until_on < town_date(at, zone);
        let this_cycle = self.due_changes.iter().position(|change| change.cycle == self.cycle).unwrap_or_default();
        let since = self.due_changes[this_cycle..].iter().position(|change| decided_since(change.recorded_at));
        let place = since.map_or(self.due_changes.len(), |since| this_cycle + since);
        let Some(before) = place.checked_sub(1).and_then(|before| self.due_changes.get(before)) else { return };
        let mut due = before.due.clone();
        let mut steps = Vec::new();
        let mut step = |next: Due, change: DueChange| {
            let from = Some(due.on);
            due = next.clone();
            steps.push(DueChange { from, due: next, ..change });
        };
        let counted = resumed_by_itself(suspension, &before.due, zone, calendars);
        if counted != before.due {
            let change = DueChange {
                position: suspension.position,
                calendar: suspension.calendar,
                calendar_year: None,
                corrected: false,
                ..before.clone()
            };
            step(counted, change);
        }
        for recounted in self.resumptions_recounted.iter().filter(|known| known.due.from == suspension.until_on) {
            step(recounted.due.clone(), recounted.clone());
        }
        if let Some(next) = self.due_changes.get_mut(place) {
            next.from = next.from.map(|_| due.on);
            // The escalation put the outer limit in place of this very promise.
            if self.escalation_position == Some(next.position) && self.promised_due.is_some() {
                self.promised_due = Some(due);
            }
        } else {
            self.due = due;
        }
        self.due_changes.splice(place..place, steps);
    }
}

/// When it is due after a suspension's last day: on that day plus the working days that were left, and never earlier than
/// before.
fn resumed_by_itself(suspension: &Suspension, before: &Due, zone: Tz, calendars: &Calendars) -> Due {
    let known = known_to(suspension, calendars);
    let left = working_days_left(suspension, before, zone, &known);
    later(resumed(&known, suspension.until_on, left), before)
}

/// The working days that were left when the clock stopped, or that are left of a date promised since: an extension told,
/// a corrected day of the reception. Dates of other rules do not count from the clock that was stopped: an outer limit, or
/// what a return promised, stands by itself.
pub(in crate::issue) fn working_days_left(suspension: &Suspension, due: &Due, zone: Tz, calendars: &Calendars) -> u32 {
    let kept = suspension.remaining_working_days;
    match due.rule {
        DueRule::FinalAnswer | DueRule::Extension => {
            kept.max(calendars.working_days(town_date(suspension.since, zone), due.on))
        }
        DueRule::OuterLimit
        | DueRule::AfterReturn
        | DueRule::AfterReportBack
        | DueRule::Rework
        | DueRule::Resumption
        | DueRule::Handling => kept,
    }
}

fn known_to<'a>(suspension: &Suspension, calendars: &'a Calendars) -> Cow<'a, Calendars> {
    if calendars.newest() <= suspension.calendar {
        return Cow::Borrowed(calendars);
    }
    Cow::Owned(calendars.as_of(suspension.calendar.unwrap_or(0)))
}

fn ended_of_itself(suspension: Suspension, zone: Tz) -> SuspendedSpan {
    let until = last_instant(suspension.until_on, zone);
    SuspendedSpan { suspension, until, recorded_at: until }
}

/// The last millisecond of a day of the town.
fn last_instant(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    // A midnight that a clock change leaves out is not a town's whose clock never changes; the day in UTC is near enough.
    let next = zone.from_local_datetime(&next).earliest().map_or_else(|| next.and_utc(), |at| at.to_utc());
    next - TimeDelta::milliseconds(1)
}

fn town_date(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}
