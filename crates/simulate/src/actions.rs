//! What can be due in the queue: done through the use cases, and followed by what comes of it.

use super::people;
use super::receptions::{self, PlannedReception, Raised};
use super::steps::{Effect, OfReception, ReceptionStep};
use super::stories::IssueStory;
use super::town::{Action, Town};
use casework::Failure;
use casework::loaded::{AsOf, Loaded};
use casework::transact::Outcome;
use chrono::{Datelike as _, NaiveDate};
use domain::calendar::NamedDay;
use domain::ids::DelegateId;
use domain::issue::Issue;
use domain::vocabulary::{DepartureReason, Role};
use std::sync::Arc;

/// How an action ended.
pub(super) enum ActionResult {
    Step(Effect),
    Issue(Effect, Arc<Loaded<Issue>>),
    Recorded(OfReception, Vec<(IssueStory, Arc<Loaded<Issue>>)>),
    Departed(DelegateId),
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
            Action::CloseOffices(on) => self.close_offices(*on).await,
            Action::Depart(name) => self.depart(name).await,
            Action::CorrectReception(of) => {
                self.correct_reception(of).await.map(|()| ActionResult::Step(Effect::Happened))
            }
        }
    }

    /// Puts what follows into the queue; a step that a rule refused is left out and counted.
    pub(super) async fn follow(
        &mut self,
        action: &Action,
        outcome: Result<ActionResult, Failure>,
    ) -> Result<(), Failure> {
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
            (_, ActionResult::Recorded(of, raised)) => {
                self.tally.receptions += 1;
                self.tally.happened += 1;
                self.plan_corrections(&of);
                for (story, loaded) in raised {
                    let number = self.stories.begin(story);
                    self.follow_raised(number, &loaded);
                }
            }
            (_, ActionResult::Departed(delegate)) => {
                self.tally.happened += 1;
                self.hand_over_all(delegate);
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
        self.stories.end(*number);
        Ok(())
    }

    fn count(&mut self, did: Effect) {
        match did {
            Effect::Happened | Effect::Made(_) => self.tally.happened += 1,
            Effect::Moot => self.tally.moot += 1,
        }
    }

    async fn record(&self, planned: &PlannedReception) -> Result<ActionResult, Failure> {
        let desk = self.people.grids.get(planned.grid).ok_or(Failure::NotFound)?;
        let reference = self.casework.reference();
        let Some((reception, raised)) = receptions::recorded(&reference, desk, planned, self.seed) else {
            return Ok(ActionResult::Step(Effect::Moot));
        };
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
        Ok(ActionResult::Recorded(
            of,
            told.map(|((id, loaded), raised)| (story(id, &loaded, raised), loaded)).collect(),
        ))
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
        let call = people::call(self.people.administrator, Role::Administrator, "closure");
        self.casework.publish_calendar(&call, &calendar, None).await?;
        let open: Vec<_> = self.stories.issues().values().filter(|story| story.open).map(|story| story.id).collect();
        self.casework.recompute_deadlines_of(before, &open).await?;
        Ok(ActionResult::Step(Effect::Happened))
    }

    async fn depart(&self, name: &str) -> Result<ActionResult, Failure> {
        let reference = self.casework.reference();
        let Some(delegate) = reference.delegates.named(name).next().map(|delegate| delegate.id) else {
            return Ok(ActionResult::Step(Effect::Moot));
        };
        let call = people::call(self.people.administrator, Role::Administrator, &format!("departure/{name}"));
        let reason = DepartureReason::TermEnd;
        self.casework.depart_delegate(&call, delegate, reason, self.today(), None).await?;
        Ok(ActionResult::Departed(delegate))
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
