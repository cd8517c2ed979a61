//! The clock over obligations (履职时钟) runs at the end of every day, and some of what it finds is explained.

use super::dice::Dice;
use super::hours;
use super::people;
use super::town::{Action, Town};
use casework::Failure;
use casework::clock::explaining::{ExplanationDecision, NewExplanation};
use chrono::{DateTime, Utc};
use domain::clock::{ObligationEvent, Subject};
use domain::ids::ObligationId;
use domain::vocabulary::{ObligationCode, Role};

/// What is explained: obligations that are breached in one way only, so that which of them it is makes no difference.
const EXPLAINED: [ObligationCode; 4] = [ObligationCode::O1, ObligationCode::O2, ObligationCode::O3, ObligationCode::O4];

/// What a run of the clock came to.
#[derive(Debug)]
pub(super) struct Ran {
    /// What was looked at, and when something happens of it next.
    looked: Vec<(Subject, Option<DateTime<Utc>>)>,
    /// The breaches found, of what may be explained: which, and what it is about.
    breached: Vec<(ObligationId, Subject)>,
    /// How many breaches were found in all.
    found: u64,
}

impl Town<'_> {
    /// Lets the clock run up to now.
    pub(super) async fn run_clock(&self) -> Result<Ran, Failure> {
        let due = self.watch.due(self.now);
        let run = self.casework.run_clock(&due, self.now, false).await?;
        let mut looked = Vec::with_capacity(due.len());
        for candidate in due {
            looked.push((candidate.subject, self.casework.clock_waits_until(&candidate, self.now).await?));
        }
        let (mut breached, mut found) = (Vec::new(), 0);
        for item in &run.items {
            let ObligationEvent::Breached(breach) = &item.event else { continue };
            found += 1;
            if EXPLAINED.contains(&breach.code) {
                breached.extend(
                    item.event.key().and_then(|key| Subject::of_key(&key)).map(|about| (item.obligation_id, about)),
                );
            }
        }
        Ok(Ran { looked, breached, found })
    }

    /// After a run: the next one, and who explains what was found.
    pub(super) fn follow_clock(&mut self, ran: Ran) {
        for (subject, next) in ran.looked {
            self.watch.looked(subject, next);
        }
        let mut dice = Dice::of(self.seed ^ 0x0B11_6A70, self.tally.breaches, 0);
        self.tally.breaches += ran.found;
        for (obligation, about) in ran.breached {
            if dice.chance(120) {
                let at = self.in_days(&mut dice, 1, 6);
                self.queue.put(at, Action::Explain(obligation, about));
            }
        }
        let next = hours::midnight(&self.casework.reference(), self.today());
        if self.clock_until.is_none_or(|until| next <= until) {
            self.queue.put(next, Action::RunClock);
        }
    }

    /// A breach is explained.
    pub(super) async fn explain(&self, id: ObligationId, about: Subject) -> Result<(), Failure> {
        let text = "当日参加防汛抢险，已于次日补办并向群众说明。".to_owned();
        let new = NewExplanation { text, file_ids: Vec::new(), at: None };
        let call = people::call(self.people.administrator, Role::Liaison, &format!("explained/{id}/{}", self.today()));
        self.casework.explain_obligation(&call, id, Some(&about.into()), &new).await.map(drop)
    }

    /// Its explanation is accepted or refused; by the place in the story, as ids are random.
    pub(super) async fn decide_explanation(&self, id: ObligationId, about: Subject, nth: u64) -> Result<(), Failure> {
        let accepted = Dice::of(self.seed ^ 0x0B11_6A70, nth, 1).chance(600);
        let reason =
            if accepted { "情况属实，予以免责。" } else { "事前可以安排顶岗，不予免责。" };
        let decision = ExplanationDecision { accepted, reason: Some(reason.to_owned()), at: None };
        let call = people::call(self.people.administrator, Role::Convener, &format!("decided/{id}/{}", self.today()));
        self.casework.decide_explanation(&call, id, Some(&about.into()), &decision).await.map(drop)
    }

    /// After an explanation: somebody decides on it.
    pub(super) fn after_explaining(&mut self, id: ObligationId, about: Subject) {
        self.tally.explained += 1;
        let mut dice = Dice::of(self.seed ^ 0x0B11_6A70, self.tally.explained, 2);
        let at = self.in_days(&mut dice, 1, 5);
        self.queue.put(at, Action::DecideExplanation(id, about, self.tally.explained));
    }
}
