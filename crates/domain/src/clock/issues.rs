//! What an issue makes its responsible delegate owe: that it has a way on when its session ends (O-6), the final answer
//! (O-7), a word meanwhile (O-8), and what a planned answer promised (O-17). How each was met is the review's reading.

use super::obligation::{Charge, Key, Obligation, OwedBy, Waits};
use super::promising::{Edition, due};
use crate::Stamp;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::deadline::{NEVER, marks};
use crate::ids::{IssueId, SessionId};
use crate::issue::{Issue, IssueEvent};
use crate::policy::{Policies, Policy};
use crate::review::{Book, CycleDuty, IssueFacts, as_corrected};
use crate::vocabulary::{Breach, ObligationCode};
use chrono::NaiveDate;

/// What is known when one asks: everything recorded up to an instant.
#[derive(Clone, Copy)]
pub struct IssueKnown<'a> {
    /// Policies and calendars, as the review reads them.
    pub book: &'a Book,
    /// Every policy version.
    pub policies: &'a Policies,
    /// The calendars as they are.
    pub calendars: &'a Calendars,
    /// The calendars as they became so.
    pub editions: &'a [Edition],
    /// The session that the issue's reception names.
    pub session_id: Option<SessionId>,
    /// The last day up to which interim dates are looked for: silent ones come again without an end.
    pub until: NaiveDate,
}

/// Every obligation that an issue brings, as it stands by its events so far, corrections in effect.
pub fn of_issue<'a>(id: IssueId, events: &[(IssueEvent, Stamp)], known: &IssueKnown<'a>) -> Vec<Obligation<'a>> {
    let Some(facts) = IssueFacts::of(id, events, known.book) else { return Vec::new() };
    let events = as_corrected(events);
    let mut issue = Issue::default();
    for (event, at) in events.iter() {
        crate::Fold::apply(&mut issue, event, at);
    }
    let begun: Vec<&Stamp> = events.iter().filter(|(event, _)| begins(event)).map(|(_, at)| at).collect();
    let begun_at = |cycle: usize| begun.get(cycle).copied();
    let mut all = Vec::new();
    for (at, (duty, begun)) in facts.duties(known.until, known.book).iter().zip(&begun).enumerate() {
        let Some(policy) = begun.policy.and_then(|at| known.policies.at(at)).or(known.policies.newest()) else {
            continue;
        };
        let again = begun_at(at + 1);
        let of = OfCycle { id, issue: &issue, events: &events, duty, begun, again, policy, known };
        all.extend(of.disposal());
        all.extend(of.answer());
        all.extend(of.words());
        all.extend(of.commitment());
    }
    all
}

fn begins(event: &IssueEvent) -> bool {
    matches!(event, IssueEvent::Raised(_) | IssueEvent::Reopened(_))
}

struct OfCycle<'s, 'a> {
    id: IssueId,
    issue: &'s Issue,
    events: &'s [(IssueEvent, Stamp)],
    duty: &'s CycleDuty,
    begun: &'s Stamp,
    /// What took it up again by a new cycle.
    again: Option<&'s Stamp>,
    policy: &'a Policy,
    known: &'s IssueKnown<'a>,
}

impl<'a> OfCycle<'_, 'a> {
    fn is_present(&self) -> bool {
        self.duty.number == self.issue.cycle
    }

    /// An obligation of the cycle with a day of its own and nothing done yet.
    fn owed(&self, code: ObligationCode, period: Option<String>, opened: &Stamp, due_on: NaiveDate) -> Obligation<'a> {
        let key = Key { code, part: None, about: format!("issue/{}", self.id), period };
        let whose = (self.issue.grid_id, OwedBy::delegate(self.duty.responsible_on(due_on)));
        Obligation {
            opens_on: self.policy.town_date(opened.occurred_at),
            ..Obligation::opened(key, whose, Claim::from(opened), due_on, self.policy)
        }
    }

    fn cycle(&self) -> Option<String> {
        Some(self.duty.number.to_string())
    }

    /// O-6: raised in a session, something was decided of it on that day.
    fn disposal(&self) -> Option<Obligation<'a>> {
        self.known.session_id.filter(|_| self.duty.number == 1)?;
        let held_on = self.policy.town_date(self.begun.occurred_at);
        let disposed = self.events.iter().find(|(event, _)| disposes(event));
        let kept = disposed.map(|(_, at)| (self.known.book.counted(at), Claim::from(at)));
        let unkept = kept.is_none_or(|(on, _)| on > held_on);
        Some(Obligation {
            kept,
            charges: vec![Charge::of(Breach::IssueLeftOpenEnded, held_on, unkept)],
            ..self.owed(ObligationCode::O6, None, self.begun, held_on)
        })
    }

    /// O-7: the final answer by its effective due date; long after it a second time.
    fn answer(&self) -> Option<Obligation<'a>> {
        let Some(due_on) = self.duty.due_on else {
            // Withdrawn before its day: nothing was owed in the end. The day is the last that was promised.
            let raised_on = self.policy.town_date(self.begun.occurred_at);
            let due_on = if self.is_present() { self.issue.due.on.max(raised_on) } else { raised_on };
            let none = self.owed(ObligationCode::O7, self.cycle(), self.begun, due_on);
            return Some(Obligation { excused: self.duty.ended_by.as_ref().map(Claim::from), ..none });
        };
        let kept = self.duty.delivered.map(|(on, at)| (on, Claim::from(&at)));
        let withdrawn = self.withdrawn();
        // Whoever withdrew it by then ended the duty in time.
        let ended_by = |day: NaiveDate| withdrawn.is_some_and(|(on, _)| on <= day);
        let later_than = |day: NaiveDate| kept.is_none_or(|(on, _)| on > day) && !ended_by(day);
        let mut charges = vec![Charge::of(Breach::AnswerOverdue, due_on, later_than(due_on))];
        if let Some(long) = self.long_overdue_from().filter(|long| *long > due_on).and_then(|long| long.pred_opt()) {
            charges.push(Charge::of(Breach::AnswerLongOverdue, long, later_than(long)));
        }
        // While the clock stands still no date passes: once one has, it runs.
        let waits = self.is_present() && self.issue.is_open();
        Some(Obligation {
            provisional: self.is_present() && self.issue.due.provisional,
            kept,
            excused: withdrawn.filter(|_| ended_by(due_on)).map(|(_, claim)| claim),
            waits: waits.then_some(Waits::On),
            charges,
            ..self.owed(ObligationCode::O7, self.cycle(), self.begun, due_on)
        })
    }

    /// The day from which a withdrawal counts that ended the cycle, and its leaf.
    fn withdrawn(&self) -> Option<(NaiveDate, Claim)> {
        let ended = self.duty.ended_by?;
        let is_end = |(event, at): &&(IssueEvent, Stamp)| {
            at.position == ended.position && matches!(event, IssueEvent::Withdrawn(_))
        };
        self.events.iter().find(is_end).map(|(_, at)| (self.known.book.counted(at), Claim::from(at)))
    }

    /// The first day on which the answer of the present cycle is long overdue, as if it were not given yet.
    fn long_overdue_from(&self) -> Option<NaiveDate> {
        if !self.is_present() {
            return None;
        }
        // A suspension ends by itself, and nothing is recorded when it does.
        let running = self.issue.after_suspension(self.policy.time_zone(), self.known.calendars);
        let open = Issue { stopped_at: None, ..running.into_owned() };
        let from = marks(&open, self.policy, self.known.calendars).long_overdue_from;
        (from < NEVER).then_some(from)
    }

    /// O-8: each interim date, kept by a word, passed in silence, or excused where the issue came back before it.
    fn words(&self) -> impl Iterator<Item = Obligation<'a>> {
        let before = std::iter::once(None).chain(self.duty.interim.iter().map(Some));
        self.duty.interim.iter().zip(before).map(|(date, before)| {
            let owed = self.owed(ObligationCode::O8, Some(date.on.to_string()), &date.set_by, date.on);
            // A date that passed in silence has the next one after it, by the same leaf: it is owed from the day after.
            let silent = before.filter(|before| before.set_by.position == date.set_by.position);
            let word = date.ended_by.filter(|_| date.kept);
            let kept = word.map(|at| (self.known.book.counted(&at), Claim::from(&at)));
            Obligation {
                provisional: date.provisional,
                kept,
                excused: date.ended_by.as_ref().filter(|_| date.fell_away).map(Claim::from),
                waits: (date.ended_by.is_none() && self.duty.ended_by.is_none()).then_some(Waits::On),
                charges: vec![Charge::of(Breach::EchoSilent, date.on, !date.kept)],
                opens_on: silent.and_then(|before| before.on.succ_opt()).unwrap_or(owed.opens_on),
                ..owed
            }
        })
    }

    /// O-17: what a planned answer promised is looked at soon after its day, and found kept. What was found not to be is a
    /// breach when it was found. Taken up again by a new cycle, the promise of the old one is owed no more.
    fn commitment(&self) -> Option<Obligation<'a>> {
        let (promised_on, answered) = self.duty.commitment?;
        let looked = self.look();
        let made = Claim::from(&answered);
        let days = self.policy.commitment.check_working_days;
        let by = (ObligationCode::O17, self.policy, self.known.editions);
        let last_look = looked.map(|(_, at)| Claim::from(at));
        let due_on = due(by, made, last_look, &|calendars| calendars.after(promised_on, days).on);
        let looked_on = looked.map(|(_, at)| self.known.book.counted(at));
        let kept = looked.filter(|(kept, _)| *kept).map(|(_, at)| (self.known.book.counted(at), Claim::from(at)));
        let mut charges =
            vec![Charge::of(Breach::CommitmentUnverified, due_on, looked_on.is_none_or(|on| on > due_on))];
        if let Some((false, at)) = looked {
            let found = Some(Claim::from(at));
            charges.push(Charge { found, ..Charge::of(Breach::CommitmentBroken, due_on, true) });
        }
        Some(Obligation {
            provisional: self.known.calendars.provisional(promised_on, due_on),
            kept,
            excused: self.again.filter(|_| looked.is_none()).map(Claim::from),
            waits: looked.is_none().then_some(Waits::On),
            charges,
            ..self.owed(ObligationCode::O17, self.cycle(), &answered, due_on)
        })
    }

    /// The newest look at the commitment of the cycle: whether it was kept, and its leaf.
    fn look(&self) -> Option<(bool, &Stamp)> {
        let mut cycle = 0;
        let mut looked = None;
        for (event, at) in self.events {
            cycle += u32::from(begins(event));
            if let IssueEvent::CommitmentVerified(verified) = event
                && cycle == self.duty.number
            {
                looked = Some((verified.kept, at));
            }
        }
        looked
    }
}

/// Whether an event gives an issue that was raised a way on.
fn disposes(event: &IssueEvent) -> bool {
    match event {
        IssueEvent::Taken(_)
        | IssueEvent::Referred(_)
        | IssueEvent::InterimReplyGiven(_)
        | IssueEvent::ExtensionRequested(_)
        | IssueEvent::ClockSuspended(_)
        | IssueEvent::Escalated(_)
        | IssueEvent::FinalAnswerGiven(_)
        | IssueEvent::Withdrawn(_)
        | IssueEvent::ResponsibilityHandedOver(_)
        | IssueEvent::Merged(_) => true,
        IssueEvent::Raised(_)
        | IssueEvent::ExtensionGranted(_)
        | IssueEvent::ExtensionRefused(_)
        | IssueEvent::VisitorToldOfExtension(_)
        | IssueEvent::ClockResumed(_)
        | IssueEvent::EscalationReturned(_)
        | IssueEvent::OutcomeReportedBack(_)
        | IssueEvent::FeedbackRecorded(_)
        | IssueEvent::Closed(_)
        | IssueEvent::ReopeningRequested(_)
        | IssueEvent::ReopeningRefused(_)
        | IssueEvent::Reopened(_)
        | IssueEvent::DeadlineRecomputed(_)
        | IssueEvent::DeliveryAttempted(_)
        | IssueEvent::CommitmentVerified(_)
        | IssueEvent::Unmerged(_)
        | IssueEvent::Linked(_)
        | IssueEvent::InputRequested(_)
        | IssueEvent::InputGiven(_)
        | IssueEvent::EvidenceAttached(_)
        | IssueEvent::ReceiptReissued(_)
        | IssueEvent::CorrectionProposed(_)
        | IssueEvent::CorrectionRefused(_)
        | IssueEvent::Corrected(_) => false,
    }
}
