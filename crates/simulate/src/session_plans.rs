//! What follows a step of a session: the next step, and when.

use super::dice::Dice;
use super::hours;
use super::receptions;
use super::session_steps::SessionDid;
use super::sessions::{self, Course, Posting};
use super::steps::{IssueStep, SessionStep};
use super::town::{Action, Town};
use casework::Failure;
use casework::loaded::Loaded;
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::clock::Subject;
use domain::ids::{DelegateId, SessionId};
use domain::notice::notice_due;
use domain::session::{PlannedEvent, Session, SessionEvent};
use domain::vocabulary::LeaveState;
use std::sync::Arc;

impl Town<'_> {
    /// After a plan: where the calendar moved or cancelled what was published, the day's steps move along.
    pub(super) fn follow_planned(&mut self, planned: &[PlannedEvent]) {
        for one in planned {
            self.watch.changed(Subject::Session(one.id));
            let Some(number) = self.sessions.number(one.id) else { continue };
            if let SessionEvent::Moved(moved) = &one.event
                && let Some(story) = self.sessions.get_mut(number)
            {
                story.held_on = moved.held_on;
                self.plan_session(hours::opening(&self.casework.reference(), moved.held_on), number, SessionStep::Open);
                let at = hours::soon(&self.casework.reference(), self.now);
                self.plan_session(at, number, SessionStep::AmendNotice);
            }
        }
    }

    /// After the rotas of a grid's sessions were published: what becomes of each.
    pub(super) fn follow_published(&mut self, grid: usize, published: &[(SessionId, Arc<Loaded<Session>>)]) {
        for (id, session) in published {
            self.watch.changed(Subject::Session(*id));
            let number = self.sessions.begin(grid, *id, &session.state, self.seed);
            let mut dice = self.session_dice(number);
            self.plan_notice(number, &session.state, &mut dice);
            self.plan_the_day(number, *id, &mut dice);
            if dice.chance(70) {
                let at = self.days_before(number, 4, 11, &mut dice);
                self.plan_session(at, number, SessionStep::AskLeave);
            } else if dice.chance(25) {
                let at = self.days_before(number, 1, 6, &mut dice);
                self.plan_session(at, number, SessionStep::Substitute);
            }
            if dice.chance(20) {
                let at = self.after(&mut dice, session.state.held.on, 0, 8);
                self.plan_session(at, number, SessionStep::Object);
            }
            self.sessions.end_if_over(number);
        }
    }

    /// After a step of a session; `None` where it had become pointless.
    pub(super) async fn follow_session(
        &mut self,
        number: usize,
        step: SessionStep,
        did: Option<SessionDid>,
    ) -> Result<(), Failure> {
        let mut dice = self.session_dice(number);
        if let Some(story) = self.sessions.get_mut(number) {
            story.steps += 1;
            self.watch.changed(Subject::Session(story.id));
        }
        match did {
            None => {}
            Some(SessionDid::Leave(who, state)) => self.after_leave(number, step, who, state, &mut dice),
            Some(SessionDid::Session(session)) => {
                let session = &session.state;
                if let Some(story) = self.sessions.get_mut(number) {
                    story.held_on = session.held.on;
                    story.on_duty = sessions::on_duty(session);
                }
                self.after_session_step(number, step, session, &mut dice).await?;
            }
        }
        Ok(())
    }

    /// Puts a step of a session into the queue.
    pub(super) fn plan_session(&mut self, at: DateTime<Utc>, number: usize, step: SessionStep) {
        if self.queue.put(at, Action::Session(number, step)) {
            self.session_waits_more(number);
        }
    }

    /// Something less waits for a session: it is forgotten with the last.
    pub(super) fn session_waits_less(&mut self, number: usize) {
        if let Some(story) = self.sessions.get_mut(number) {
            story.waiting = story.waiting.saturating_sub(1);
        }
        self.sessions.end_if_over(number);
    }

    fn session_waits_more(&mut self, number: usize) {
        if let Some(story) = self.sessions.get_mut(number) {
            story.waiting += 1;
        }
    }

    fn session_dice(&self, number: usize) -> Dice {
        let steps = self.sessions.get(number).map_or(0, |story| story.steps);
        sessions::dice(self.seed, number, steps * 2 + 1)
    }

    /// Some instant so many days before a session; soon, where that is past.
    fn days_before(&self, number: usize, low: u64, high: u64, dice: &mut Dice) -> DateTime<Utc> {
        let reference = self.casework.reference();
        let held_on = self.sessions.get(number).map_or(self.today(), |story| story.held_on);
        let days = low + u64::from(dice.below(u32::try_from(high - low).unwrap_or(0) + 1));
        let day = reference.calendars.working_day_on_or_before(held_on - Days::new(days)).on;
        hours::some_time_on(&reference, dice, day.max(self.today()), self.now)
    }

    fn plan_notice(&mut self, number: usize, session: &Session, dice: &mut Dice) {
        let reference = self.casework.reference();
        let Some(policy) = reference.policies.in_force(session.held.on) else { return };
        let due_on = notice_due(session, policy, &reference.calendars).unpunished_until;
        let posting = self.sessions.get(number).map_or(Posting::Never, |story| story.posting);
        let day = match posting {
            Posting::Never => return,
            Posting::Late => (due_on + Days::new(u64::from(dice.between(1, 2)))).min(session.held.on - Days::new(1)),
            Posting::InTime | Posting::OneMissing | Posting::Wrong => {
                let day = due_on - Days::new(u64::from(dice.between(0, 6)));
                reference.calendars.working_day_on_or_before(day).on
            }
        };
        let at = hours::some_time_on(&reference, dice, day.max(self.today()), self.now);
        self.plan_session(at, number, SessionStep::PostNotice);
    }

    fn plan_the_day(&mut self, number: usize, id: SessionId, dice: &mut Dice) {
        let Some(story) = self.sessions.get(number) else { return };
        let (grid, held_on) = (story.grid, story.held_on);
        match story.course {
            Course::Held | Course::OneAbsent | Course::OneLate => self.plan_opening(number, held_on),
            Course::Missed => {
                if dice.chance(500) {
                    let at = self.after(dice, held_on, 1, 5);
                    self.queue.put(at, Action::MakeUp { grid, missed: id });
                }
            }
            Course::Cancelled => {
                let at = self.days_before(number, 1, 2, dice);
                self.plan_session(at, number, SessionStep::Cancel);
            }
            Course::Moved => {
                let at = self.days_before(number, 3, 9, dice);
                self.plan_session(at, number, SessionStep::Move);
            }
        }
    }

    fn plan_opening(&mut self, number: usize, on: NaiveDate) {
        let at = hours::opening(&self.casework.reference(), on);
        self.plan_session(at, number, SessionStep::Open);
    }

    async fn after_session_step(
        &mut self,
        number: usize,
        step: SessionStep,
        session: &Session,
        dice: &mut Dice,
    ) -> Result<(), Failure> {
        match step {
            SessionStep::Move => {
                self.plan_opening(number, session.held.on);
                self.plan_amendment(number, session, dice);
            }
            SessionStep::Substitute => {
                if let Some(story) = self.sessions.get_mut(number) {
                    story.away = None;
                }
                self.plan_amendment(number, session, dice);
            }
            SessionStep::Open => self.after_opening(number, session),
            SessionStep::Close => self.after_closing(number, session, dice).await?,
            SessionStep::Object => {
                let at = self.in_days(dice, 0, 6);
                self.plan_session(at, number, SessionStep::AnswerObjection);
            }
            SessionStep::ProposeCorrection(version) => {
                let at = self.in_days(dice, 0, 3);
                self.plan_session(at, number, SessionStep::DecideCorrection(version));
            }
            SessionStep::PostNotice
            | SessionStep::AmendNotice
            | SessionStep::AskLeave
            | SessionStep::DecideLeave
            | SessionStep::WithdrawLeave
            | SessionStep::Cancel
            | SessionStep::FileRecord
            | SessionStep::AnswerObjection
            | SessionStep::DecideCorrection(_) => {}
        }
        Ok(())
    }

    /// What hangs out no longer says what is so; mostly somebody sees to it.
    fn plan_amendment(&mut self, number: usize, session: &Session, dice: &mut Dice) {
        if !session.notices.is_empty() && dice.chance(850) {
            let at = hours::soon(&self.casework.reference(), self.now);
            self.plan_session(at, number, SessionStep::AmendNotice);
        }
    }

    fn after_leave(&mut self, number: usize, step: SessionStep, who: DelegateId, state: LeaveState, dice: &mut Dice) {
        let reference = self.casework.reference();
        match state {
            LeaveState::Requested => {
                if let Some(story) = self.sessions.get_mut(number) {
                    story.away = Some(who);
                }
                let at = hours::soon(&reference, self.now);
                self.plan_session(at, number, SessionStep::DecideLeave);
            }
            LeaveState::Approved if step == SessionStep::DecideLeave => {
                let at = hours::soon(&reference, self.now);
                let step = if dice.chance(250) { SessionStep::WithdrawLeave } else { SessionStep::Substitute };
                // A few are away, and nobody stands in.
                if dice.chance(900) {
                    self.plan_session(at, number, step);
                }
            }
            LeaveState::Approved | LeaveState::Refused | LeaveState::Withdrawn => {
                if let Some(story) = self.sessions.get_mut(number) {
                    story.away = None;
                }
            }
        }
    }

    /// Who is there receives, that afternoon and on visits of the days after.
    fn after_opening(&mut self, number: usize, session: &Session) {
        let reference = self.casework.reference();
        self.plan_session(hours::closing(&reference, session.held.on), number, SessionStep::Close);
        let Some(story) = self.sessions.get_mut(number) else { return };
        let came = session.presences.iter();
        story.present = story
            .on_duty
            .iter()
            .filter(|one| came.clone().any(|presence| presence.delegate_id == one.delegate_id))
            .copied()
            .collect();
        let of = (story.grid, number);
        let worth = self.towns_worth_thousandths;
        let planned = receptions::of_session(&reference, of, session.held.on, &mut self.receptions, worth, self.seed);
        for planned in planned {
            if self.queue.put(planned.recorded_at, Action::Record(planned)) {
                self.session_waits_more(number);
            }
        }
    }

    async fn after_closing(&mut self, number: usize, session: &Session, dice: &mut Dice) -> Result<(), Failure> {
        let at = match dice.below(1000) {
            0..900 => Some(self.after(dice, session.held.on, 0, 1)),
            900..970 => Some(self.after(dice, session.held.on, 2, 8)),
            _ => None,
        };
        if let Some(at) = at {
            self.plan_session(at, number, SessionStep::FileRecord);
        }
        if dice.chance(25) {
            let at = self.after(dice, session.held.on, 1, 4);
            self.plan_session(at, number, SessionStep::ProposeCorrection(session.version));
        }
        let taken = self.sessions.get_mut(number).map(|story| std::mem::take(&mut story.to_take)).unwrap_or_default();
        for (issue, onwards) in taken {
            if onwards && !self.follow_taken(issue).await? {
                // It was forgotten there, and is taken up later.
                let at = self.in_days(dice, 1, 3);
                self.plan_issue(at, issue, IssueStep::Take);
            }
        }
        Ok(())
    }
}
