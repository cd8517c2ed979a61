//! What can be due in the queue: done through the use cases, and followed by what comes of it.

use super::doing::Undertaken;
use super::hours;
use super::obligations::Ran;
use super::people;
use super::receptions::{self, Heard, PlannedReception, Raised};
use super::review_steps::Reviewed;
use super::rotas::Published;
use super::session_steps::SessionDid;
use super::steps::{Effect, OfReception, ReceptionStep};
use super::stories::IssueStory;
use super::town::{Action, Town};
use casework::Failure;
use casework::loaded::{AsOf, Loaded};
use casework::transact::Outcome;
use chrono::{Datelike as _, Days, NaiveDate};
use domain::calendar::NamedDay;
use domain::clock::Subject;
use domain::ids::DelegateId;
use domain::issue::Issue;
use domain::reception::{DelegateDraft, Occasion};
use domain::session::PlannedEvent;
use domain::vocabulary::{IssueState, Role};
use std::sync::Arc;

/// How an action ended.
pub(super) enum ActionResult {
    Step(Effect),
    Issue(Effect, Arc<Loaded<Issue>>),
    Recorded(Heard),
    Session(Option<SessionDid>),
    Planned(Vec<PlannedEvent>),
    Published(usize, Published),
    Departed(DelegateId),
    /// Numbers of the issues.
    HandedOver(Vec<usize>),
    Ran(Ran),
    Undertaken(Undertaken),
    Reviewed(Reviewed),
}

impl Town<'_> {
    /// Does what is to be done.
    pub(super) async fn act(&self, action: &Action) -> Result<ActionResult, Failure> {
        match action {
            Action::Record(planned) => self.record(planned).await,
            Action::Issue(index, step) => {
                self.do_issue(*index, *step).await.map(|(did, loaded)| ActionResult::Issue(did, loaded))
            }
            Action::Major(index, step) => self.do_major(*index, *step).await.map(ActionResult::Step),
            Action::Session(number, step) => self.do_session(*number, *step).await.map(ActionResult::Session),
            Action::Plan(from, to) => self.plan_days(*from, *to).await.map(ActionResult::Planned),
            Action::Publish { grid, from, to } => {
                self.publish(*grid, *from, *to).await.map(|published| ActionResult::Published(*grid, published))
            }
            Action::MakeUp { grid, missed } => {
                self.make_up(*grid, *missed).await.map(|published| ActionResult::Published(*grid, published))
            }
            Action::CloseOffices(on) => self.close_offices(*on).await,
            Action::Depart(grid) => {
                let left = self.depart(*grid).await?;
                Ok(left.map_or(ActionResult::Step(Effect::Moot), ActionResult::Departed))
            }
            Action::HandOver(from) => self.hand_over(*from).await.map(ActionResult::HandedOver),
            Action::Office(grid, step) => {
                let did = self.do_office(*grid, *step).await?;
                Ok(ActionResult::Step(if did { Effect::Happened } else { Effect::Moot }))
            }
            Action::RunClock => self.run_clock().await.map(ActionResult::Ran),
            Action::Explain(id, about) => {
                self.explain(*id, *about).await.map(|()| ActionResult::Step(Effect::Happened))
            }
            Action::DecideExplanation(id, about, nth) => {
                let decided = self.decide_explanation(*id, *about, *nth).await;
                decided.map(|()| ActionResult::Step(Effect::Happened))
            }
            Action::CorrectReception(of) => {
                self.correct_reception(of).await.map(|()| ActionResult::Step(Effect::Happened))
            }
            Action::Undertaking(of) => self.undertake(of).await.map(ActionResult::Undertaken),
            Action::Review(step) => self.do_review(step).await.map(ActionResult::Reviewed),
        }
    }

    /// Puts what follows into the queue; a step that a rule refused is left out and counted.
    pub(super) async fn follow(
        &mut self,
        action: &Action,
        outcome: Result<ActionResult, Failure>,
    ) -> Result<(), Failure> {
        self.follow_outcome(action, outcome).await?;
        match action {
            Action::Record(planned) => {
                if let Some(session) = planned.session {
                    self.session_waits_less(session);
                }
            }
            Action::Session(number, _) => self.session_waits_less(*number),
            Action::Issue(..)
            | Action::Major(..)
            | Action::Plan(..)
            | Action::Publish { .. }
            | Action::MakeUp { .. }
            | Action::CloseOffices(_)
            | Action::Depart(_)
            | Action::HandOver(_)
            | Action::Office(..)
            | Action::RunClock
            | Action::Explain(..)
            | Action::DecideExplanation(..)
            | Action::CorrectReception(_)
            | Action::Undertaking(_)
            | Action::Review(_) => {}
        }
        Ok(())
    }

    async fn follow_outcome(&mut self, action: &Action, outcome: Result<ActionResult, Failure>) -> Result<(), Failure> {
        if let Action::Issue(number, _) = action
            && let Some(story) = self.stories.issue_mut(*number)
        {
            story.waiting = story.waiting.saturating_sub(1);
        }
        let ended = match outcome {
            Ok(ended) => ended,
            Err(failure) => match refusal(&failure) {
                Some(code) => {
                    *self.tally.refused.entry(format!("{code} {}", action.name())).or_default() += 1;
                    return self.end_if_over(action, None).await;
                }
                None => return Err(failure),
            },
        };
        match (action, ended) {
            (Action::Record(planned), ActionResult::Recorded(heard)) => {
                self.plan_corrections(&heard.of);
                self.follow_heard(planned.session, heard);
            }
            (Action::Undertaking(of), ActionResult::Undertaken(done)) => self.follow_undertaking(of, done).await?,
            (Action::Review(step), ActionResult::Reviewed(done)) => self.follow_review(*step, done),
            (Action::Session(number, step), ActionResult::Session(did)) => {
                self.count(if did.is_some() { Effect::Happened } else { Effect::Moot });
                self.follow_session(*number, *step, did).await?;
            }
            (Action::Plan(from, to), ActionResult::Planned(planned)) => {
                self.tally.happened += 1;
                self.follow_planned(&planned);
                let at = hours::soon(&self.casework.reference(), self.now);
                for grid in 0..self.people.grids.len() {
                    self.queue.put(at, Action::Publish { grid, from: *from, to: *to });
                }
            }
            (_, ActionResult::Planned(planned)) => {
                self.tally.happened += 1;
                self.follow_planned(&planned);
            }
            (_, ActionResult::Published(grid, published)) => {
                self.count(if published.is_empty() { Effect::Moot } else { Effect::Happened });
                self.follow_published(grid, &published);
            }
            (_, ActionResult::Departed(delegate)) => {
                self.tally.happened += 1;
                self.after_departure(delegate);
            }
            (_, ActionResult::HandedOver(numbers)) => {
                self.count(if numbers.is_empty() { Effect::Moot } else { Effect::Happened });
                for number in numbers {
                    self.follow_handed_over(number).await?;
                }
            }
            (_, ActionResult::Ran(ran)) => self.follow_clock(ran),
            (Action::Explain(id, about), ActionResult::Step(did)) => {
                self.count(did);
                self.after_explaining(*id, *about);
            }
            (Action::Office(grid, step), ActionResult::Step(did)) => {
                self.count(did);
                self.after_office(*grid, *step);
            }
            (Action::Issue(index, step), ActionResult::Issue(did, loaded)) => {
                self.count(did);
                self.follow_issue(*index, *step, did, &loaded).await?;
                self.end_if_over(action, Some(loaded)).await?;
            }
            (Action::Major(index, step), ActionResult::Step(did)) => {
                self.count(did);
                self.follow_major(*index, *step, did).await?;
            }
            (Action::CorrectReception(of), ActionResult::Step(did)) => {
                self.count(did);
                self.after_correcting(of);
            }
            (_, ActionResult::Step(did) | ActionResult::Issue(did, _)) => self.count(did),
            (
                _,
                ActionResult::Recorded(_)
                | ActionResult::Session(_)
                | ActionResult::Undertaken(_)
                | ActionResult::Reviewed(_),
            ) => {
                self.count(Effect::Happened);
            }
        }
        Ok(())
    }

    /// Counts and forgets the issue of an action, where nothing more can come of it.
    async fn end_if_over(&mut self, action: &Action, loaded: Option<Arc<Loaded<Issue>>>) -> Result<(), Failure> {
        let Action::Issue(number, _) = action else { return Ok(()) };
        let Some(story) = self.stories.issue(*number).filter(|story| story.is_over()) else { return Ok(()) };
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => self.casework.issue(story.id, AsOf::Now).await?,
        };
        self.tally.ended(story.id, &loaded.state);
        if matches!(loaded.state.state, IssueState::Answered | IssueState::Closed) {
            self.went_well.issue(story.grid, story.id);
        }
        self.stories.end(*number);
        Ok(())
    }

    /// After people were received or heard: what becomes of what they raised.
    pub(super) fn follow_heard(&mut self, session: Option<usize>, heard: Heard) {
        self.tally.receptions += 1;
        self.tally.happened += 1;
        if let Some(story) = session.and_then(|number| self.sessions.get_mut(number)) {
            story.visitors += heard.visitors;
        }
        for (story, loaded) in heard.raised {
            self.watch.changed(Subject::Issue(story.id));
            let number = self.stories.begin(story);
            self.follow_raised(number, session, &loaded);
        }
    }

    pub(super) fn count(&mut self, did: Effect) {
        match did {
            Effect::Happened | Effect::Made(_) => self.tally.happened += 1,
            Effect::Moot => self.tally.moot += 1,
        }
    }

    async fn record(&self, planned: &PlannedReception) -> Result<ActionResult, Failure> {
        let reference = self.casework.reference();
        let moot = Ok(ActionResult::Step(Effect::Moot));
        let Some(session) = planned.session.and_then(|number| self.sessions.get(number)) else { return moot };
        // A visit of another day is none of the session's.
        let there = reference.town_date(planned.held_at) == session.held_on;
        let occasion = there.then_some(Occasion::Session(session.id));
        let heard = self.receive(planned, occasion, &session.present).await?;
        heard.map_or(moot, |heard| Ok(ActionResult::Recorded(heard)))
    }

    /// Records a reception by those who were there; nothing where none of them holds a mandate on its day.
    pub(super) async fn receive(
        &self,
        planned: &PlannedReception,
        occasion: Option<Occasion>,
        present: &[DelegateDraft],
    ) -> Result<Option<Heard>, Failure> {
        let desk = self.people.grids.get(planned.grid).ok_or(Failure::NotFound)?;
        let reference = self.casework.reference();
        let recorded = receptions::recorded(&reference, desk, planned, (occasion, present), self.seed);
        let Some((reception, raised)) = recorded else { return Ok(None) };
        let visitors = u32::try_from(reception.visitors.len()).unwrap_or(0);
        let call = people::call(desk.account, Role::Liaison, &format!("reception/{}", planned.number));
        let received = match self.casework.record_reception(&call, &reception).await? {
            Outcome::Done(received) => received,
            Outcome::Replayed(_) => return Err(Failure::KeyReused),
        };
        let story = |id, loaded: &Loaded<Issue>, raised: Raised| IssueStory {
            id,
            grid: planned.grid,
            matter: raised.matter,
            scene: raised.scene,
            steps: 0,
            responsible: loaded.state.responsible_delegate_id,
            open: true,
            linked: false,
            waiting: 0,
        };
        let of = OfReception {
            id: received.id,
            grid: planned.grid,
            number: planned.number,
            form: planned.form,
            held_at: planned.held_at,
            step: ReceptionStep::CorrectForm,
        };
        let told = received.issues.into_iter().zip(raised);
        let raised = told.map(|((id, loaded), raised)| (story(id, &loaded, raised), loaded)).collect();
        Ok(Some(Heard { of, visitors, raised }))
    }

    /// A typhoon closes the offices for a day: an amendment of the calendar, and what it does to open due dates.
    async fn close_offices(&self, on: NaiveDate) -> Result<ActionResult, Failure> {
        let reference = self.casework.reference();
        let before = self.casework.store.head().position;
        let year = on.year();
        let Some(mut calendar) = reference.calendars.year(year).cloned() else {
            return Ok(ActionResult::Step(Effect::Moot));
        };
        calendar.source.title = format!("演示·{year}年台风防御停工通知（虚构）");
        calendar.source.document = None;
        calendar.source.published_on = self.today();
        calendar.local_closures.push(NamedDay { date: on, name: "演示·台风防御停工".to_owned() });
        let call = people::call(self.people.administrator, Role::Administrator, &format!("closure/{on}"));
        self.casework.publish_calendar(&call, &calendar, None).await?;
        let open: Vec<_> = self.stories.issues().values().filter(|story| story.open).map(|story| story.id).collect();
        self.casework.recompute_deadlines_of(before, &open).await?;
        let from = self.today() + Days::new(1);
        let days = self.plan_days(from, hours::quarter_end(from)).await?;
        Ok(ActionResult::Planned(days))
    }
}

/// What a rule said, if it was a rule that stopped a step.
fn refusal(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::Refused(refusal) => Some(refusal.code.as_str()),
        Failure::RefusedAtOnce(refusals) | Failure::Invalid(refusals) => {
            Some(refusals.first().map_or("unfit", |refusal| refusal.code.as_str()))
        }
        Failure::Contended => Some("contended"),
        Failure::NotFound
        | Failure::Forbidden { .. }
        | Failure::OutOfScope { .. }
        | Failure::ApprovedByOthers { .. }
        | Failure::Proposed(_)
        | Failure::Stale { .. }
        | Failure::KeyReused
        | Failure::BeyondHead
        | Failure::Overloaded
        | Failure::ClockImplausible(_)
        | Failure::StorageFull
        | Failure::Unavailable(_)
        | Failure::OutcomeUnknown(_)
        | Failure::Fault(_) => None,
    }
}
