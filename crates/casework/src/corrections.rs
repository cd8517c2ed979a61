//! Correcting the record of issues, receptions (T20), sessions and what else delegates do: proposed or at once, decided on, and
//! a corrected time of a reception carried to its issues in one append.

mod activities;
mod deeds;
mod meetings;
mod own_stream;
mod receptions;
mod sessions;
mod studies;

pub use receptions::CorrectedReception;

use crate::access::Sight;
use crate::access::sight::Shown;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::issues::IssueOutcome;
use crate::personal::{KeptBox, Part};
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::staging::Staged;
use crate::write::transact::Outcome;
use chrono::{DateTime, Utc};
use domain::Fold;
use domain::correction::{CorrectedValue, Corrections, TextNow, Wanted, refuse};
use domain::ids::{DelegateId, IssueId};
use domain::issue::correcting as issues;
use domain::issue::{Issue, IssueEvent};
use domain::reception::{People, Reception};
use domain::refusal::{Code, Refusal};
use domain::vocabulary::EvidenceKind;
use event_store::Class;
use serde_json::Value;
use std::sync::Arc;

/// A correction as a client asks for it.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    /// Version of the event to correct.
    pub event_version: u64,
    /// What of it.
    pub pointer: String,
    /// The right value; an instant is RFC 3339.
    pub value: CorrectedValue,
    /// Why.
    pub reason: String,
    /// When it is said to be corrected.
    pub at: OccurredAt,
}

/// A decision on a correction that waits.
#[derive(Clone, Debug)]
pub struct CorrectionDecision {
    /// Version of the event that it is about.
    pub event_version: u64,
    /// Approved, or refused.
    pub approved: bool,
    /// Why; a refusal needs it.
    pub reason: Option<String>,
    /// When it was decided.
    pub at: OccurredAt,
}

impl NewCorrection {
    fn wanted(&self, now: DateTime<Utc>) -> Wanted {
        Wanted {
            event_version: self.event_version,
            pointer: self.pointer.clone(),
            value: self.value.clone(),
            at: self.at.unwrap_or(now),
        }
    }
}

impl CorrectionDecision {
    /// Errors: [`Code::ReasonMissing`] of a refusal without one.
    fn check(&self) -> Result<(), Refusal> {
        if self.approved || self.reason.is_some() {
            Ok(())
        } else {
            Err(Refusal::new(Code::ReasonMissing).at("/reason"))
        }
    }
}

/// A sealed text that a correction is about.
struct Sealed {
    now: Part,
    /// The box of the event itself: whose it is, and of which class.
    original: KeptBox,
}

/// What a text says now.
enum Said<'a> {
    Value(&'a Value),
    Erased,
}

/// What decides a correction of an issue, with the words for it.
type DecideCorrection<'d> = dyn Fn(&issues::Record<'_>, &Transaction<'_>) -> Result<(IssueEvent, Words), Refusal> + 'd;

impl Casework {
    /// Corrects a value of an event of an issue, at once or as a proposal (T20).
    #[boxed(?Send)]
    pub async fn correct_issue(&self, call: &CommandContext, id: IssueId, new: &NewCorrection) -> IssueOutcome {
        self.correcting_issue(call, id, new.event_version, Some(&new.pointer), new.at, &|record, tx| {
            let event = issues::correct(record, &tx.rules, &new.wanted(tx.at))?;
            if new.pointer == "/public/evidence/kind"
                && let Some(kind) = new.value.text().and_then(EvidenceKind::parse)
            {
                self.said_in_a_name(call, kind).map_err(|refusal| refusal.at("/value"))?;
            }
            Ok((event, said(&new.pointer, &new.reason, &new.value)))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of an issue (T20).
    #[boxed(?Send)]
    pub async fn decide_issue_correction(
        &self,
        call: &CommandContext,
        id: IssueId,
        decision: &CorrectionDecision,
    ) -> IssueOutcome {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_issue(call, id, version, None, decision.at, &|record, tx| {
            let words = words([("reason", decision.reason.as_deref())]);
            let event = if decision.approved {
                // No text of an issue needs approval, so there is none to be carried over.
                IssueEvent::Corrected(issues::approve(record, &tx.rules, version, tx.at)?)
            } else {
                IssueEvent::CorrectionRefused(refuse(&record.issue.corrections, &tx.rules, version, tx.at)?)
            };
            Ok((event, words))
        })
        .await
    }

    /// Decides one correction event of an issue and records it.
    fn correcting_issue<'a>(
        &'a self,
        call: &'a CommandContext,
        id: IssueId,
        event_version: u64,
        pointer: Option<&'a str>,
        at: OccurredAt,
        decide: &'a DecideCorrection<'a>,
    ) -> LocalBoxed<'a, IssueOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.load_if_match::<Issue>(call, id).await?;
                if pointer.is_none() {
                    let pending = loaded.state.corrections.pending_of(event_version);
                    self.another_than(call, pending.and_then(|pending| pending.by))?;
                }
                let history = self.events::<Issue>(id, loaded.version).await?;
                let reception = self.reception(loaded.state.reception_id, AsOf::Now).await?;
                let text = match pointer {
                    Some(pointer) => self.sealed(&loaded, &loaded.state.corrections, event_version, pointer).await?,
                    None => None,
                };
                let basis = self.sealed(&loaded, &loaded.state.corrections, event_version, "/personal/0/basis").await?;
                let record = issues::Record {
                    issue: &loaded.state,
                    history: &history,
                    reception: &reception.state,
                    people: people(&reference),
                    text: text_now(text.as_ref()),
                    basis_given: basis.is_some(),
                };
                let target = history.iter().find(|(_, stamp)| stamp.version == event_version);
                let policy = target.and_then(|(_, stamp)| stamp.policy).or(loaded.state.policy);
                let rules = reference.rules(policy, self.now())?;
                let mut tx = Transaction::new(self, call, &reference, rules, at);
                let (event, words) = decide(&record, &tx)?;
                // Who may have raised it and who received is what the reception says.
                tx.rely_on(Reception::stream(loaded.state.reception_id), reception.version);
                let mut days = vec![rules.today, rules.town_date(loaded.state.raised_at), loaded.state.due.on];
                days.extend(target.map(|(_, stamp)| rules.town_date(stamp.occurred_at)));
                if let Some((pointer, value)) = value_of_issue_event(&event) {
                    if let Some(delegate) = value.uuid().filter(|_| pointer.ends_with("_delegate_id")) {
                        tx.rely_on_delegate(DelegateId(delegate));
                    }
                    days.extend(value.day());
                    days.extend(value.instant().map(|at| rules.town_date(at)));
                }
                tx.count_through(&days);
                let mut staged = Staged::on(id, Arc::clone(&loaded), tx.envelope(&loaded.state));
                self.say(&mut staged, event, &words, text.as_ref()).await?;
                tx.record(staged).await
            })
            .await
        })
    }

    /// A text of one box of an event as a reader sees it, the newest correction in place of what was recorded; nothing where
    /// there is none, its person was erased, or it is not theirs to see.
    pub async fn text_of<S: Fold>(
        &self,
        sight: &Sight,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        event_version: u64,
        index: usize,
        member: &str,
    ) -> Result<Option<String>, Failure> {
        let kept = loaded.boxes_of(event_version).find(|kept| kept.index == index);
        let Some(kept) = kept.filter(|kept| sight.of(&kept.class) != Shown::Withheld) else { return Ok(None) };
        let parts = loaded.parts(self, event_version).await?;
        let Some((_, part)) = parts.into_iter().find(|(kept, _)| kept.index == index) else { return Ok(None) };
        // Almost nothing is corrected: then no pointer is written to look for it.
        let corrected = (!corrections.made().is_empty())
            .then(|| corrections.corrected_box(event_version, &format!("/personal/{index}/{member}")))
            .flatten();
        let said = self.said_now(loaded, part, corrected, member).await?;
        let text = if let Some(Said::Value(text)) = said { text.as_str() } else { None };
        Ok(text.and_then(|text| sight.text(&kept.class, text)))
    }

    /// The text at a pointer below `/personal`, and the box it was first said in.
    async fn sealed<S: Fold>(
        &self,
        loaded: &Loaded<S>,
        corrections: &Corrections,
        event_version: u64,
        pointer: &str,
    ) -> Result<Option<Sealed>, Failure> {
        let place = pointer.strip_prefix("/personal/").and_then(|rest| rest.split_once('/'));
        let Some((index, member)) = place else { return Ok(None) };
        let parts = loaded.parts(self, event_version).await?;
        let Some((kept, part)) = parts.into_iter().find(|(kept, _)| kept.index.to_string() == index) else {
            return Ok(None);
        };
        let corrected = corrections.corrected_box(event_version, pointer);
        let now = match self.said_now(loaded, part, corrected, member).await? {
            Some(Said::Value(text)) => Part::Open(text.clone()),
            Some(Said::Erased) => Part::Erased,
            None => return Ok(None),
        };
        Ok(Some(Sealed { now, original: kept.clone() }))
    }

    /// What a member of an opened box says now: what the event of that version corrected it to, where there is one.
    async fn said_now<'a, S: Fold>(
        &self,
        loaded: &'a Loaded<S>,
        part: &'a Part,
        corrected: Option<u64>,
        member: &str,
    ) -> Result<Option<Said<'a>>, Failure> {
        Ok(match (part, corrected) {
            (Part::Open(payload), None) => payload.get(member).map(Said::Value),
            (Part::Open(_), Some(version)) => match loaded.parts(self, version).await?.into_iter().next() {
                Some((_, Part::Open(payload))) => Some(Said::Value(payload.get("value").unwrap_or(&Value::Null))),
                Some((_, Part::Erased)) | None => Some(Said::Erased),
            },
            (Part::Erased, _) => Some(Said::Erased),
        })
    }

    /// Stages a correcting event: words on a sealed text are sealed for its person, in a box of the same class.
    async fn say<S: Entity>(
        &self,
        staged: &mut Staged<S>,
        event: S::Event,
        words: &Words,
        text: Option<&Sealed>,
    ) -> Result<(), Failure> {
        let Some(Sealed { original, .. }) = text.filter(|_| !words.is_empty()) else {
            return staged.add(self, event, words).await;
        };
        let class = match original.class.as_str() {
            "identity" => Class::Identity,
            "contact" => Class::Contact,
            _ => Class::Narrative,
        };
        let person = self.person(original.subject, class).await?;
        staged.add_sealed(self, event, words, &person, class.name())
    }
}

pub(crate) fn people(reference: &Reference) -> People<'_> {
    People { programme: reference.programme.established(), areas: &reference.areas, delegates: &reference.delegates }
}

fn text_now(text: Option<&Sealed>) -> TextNow<'_> {
    match text.map(|text| &text.now) {
        Some(Part::Open(Value::String(text))) => TextNow::Said(text),
        Some(Part::Erased) => TextNow::Erased,
        Some(Part::Open(_)) | None => TextNow::Absent,
    }
}

/// The words of a correction: why, and the value where it is a sealed text.
fn said(pointer: &str, reason: &str, value: &CorrectedValue) -> Words {
    let text = value.text().filter(|_| pointer.starts_with("/personal/"));
    words([("reason", Some(reason)), ("value", text)])
}

fn value_of_issue_event(event: &IssueEvent) -> Option<(&str, &CorrectedValue)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only corrections are staged here")]
    match event {
        IssueEvent::Corrected(corrected) => Some((&corrected.pointer, corrected.value.as_ref()?)),
        IssueEvent::CorrectionProposed(proposed) => Some((&proposed.pointer, proposed.value.as_ref()?)),
        _ => None,
    }
}
