//! Corrections of the record of what delegates do beside receiving people: at once where nothing rests on the value, else
//! proposed and decided on. By turns one of its family is put right, another is proposed to be.

use super::dice::Dice;
use super::doing::{Doing, Undertaken};
use super::town::Town;
use super::undertaking_steps::{Mending, Thing, UndertakingStep};
use casework::Failure;
use casework::corrections::{CorrectionDecision, NewCorrection};
use casework::loaded::AsOf;
use chrono::{DateTime, Days, Duration, Utc};
use domain::activity::Activity;
use domain::clock::Subject;
use domain::correction::{CorrectedValue, OCCURRED_AT};
use domain::deed::Deed;
use domain::meeting::Meeting;
use domain::study::Study;
use domain::vocabulary::{AttendanceClass, Role};

/// So many things of a family share one that is corrected, one whose correction is approved, one where it is refused.
const TURNS: u64 = 7;
const CORRECTED: u64 = 1;
const APPROVED: u64 = 3;
const REFUSED: u64 = 5;

/// An event by its version, what of it, and the right value.
type Right = (u64, &'static str, CorrectedValue);

impl Town<'_> {
    /// What will be put right of something that was just recorded, if anything.
    pub(super) fn mends(
        &self,
        doing: &Doing<'_>,
        thing: Thing,
        dice: &mut Dice,
    ) -> Option<(DateTime<Utc>, UndertakingStep)> {
        let mending = match doing.of.nth % TURNS {
            CORRECTED => Mending::Correct(thing),
            APPROVED | REFUSED => Mending::Propose(thing),
            _ => return None,
        };
        Some((self.in_days(dice, 1, 4), UndertakingStep::Mend(mending)))
    }

    /// Puts it right, or goes on with it.
    pub(super) async fn mend(
        &self,
        doing: &Doing<'_>,
        mending: Mending,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (thing, then) = match mending {
            Mending::Correct(thing) => {
                let right = self.right_words(thing).await?;
                self.correct(doing, thing, right, "录入有误，现予更正。").await?;
                (thing, Vec::new())
            }
            Mending::Propose(thing) => {
                let right = self.right_value(thing).await?;
                let version = right.0;
                self.correct(doing, thing, right, "与签到簿和原始记录不一致。").await?;
                (thing, vec![(self.in_days(dice, 0, 3), UndertakingStep::Mend(Mending::Decide(thing, version)))])
            }
            Mending::Decide(thing, version) => {
                self.decide_on(doing, thing, version).await?;
                (thing, Vec::new())
            }
        };
        let done = Undertaken::then(then);
        Ok(match thing {
            Thing::Activity(_) | Thing::Meeting(_) => done,
            Thing::Study(id) => done.about(Subject::Study(id)),
            Thing::Deed(id) => done.about(Subject::Deed(id)),
        })
    }

    /// Words that nothing rests on.
    async fn right_words(&self, thing: Thing) -> Result<Right, Failure> {
        let text = |text: &str| CorrectedValue::Text(text.to_owned());
        Ok(match thing {
            Thing::Activity(_) => (1, "/personal/0/title", text("活动名称（更正后，演示）")),
            Thing::Study(_) => (1, "/personal/0/title", text("调研题目（更正后，演示）")),
            Thing::Deed(_) => (1, "/personal/0/title", text("实事名称（更正后，演示）")),
            Thing::Meeting(id) => {
                let meeting = self.casework.load::<Meeting>(id, AsOf::Now).await?;
                let closed = meeting.state.held.map_or(1, |held| held.version);
                (closed, "/personal/0/text", text("会议情况（更正后，演示）。"))
            }
        })
    }

    /// A number or a day that something rests on.
    async fn right_value(&self, thing: Thing) -> Result<Right, Failure> {
        let one_more = |count: u32| CorrectedValue::Whole(i64::from(count) + 1);
        Ok(match thing {
            Thing::Activity(id) => {
                let activity = self.casework.load::<Activity>(id, AsOf::Now).await?;
                let came = activity.state.attended(AttendanceClass::Resident);
                (1, "/public/attendance/resident", one_more(came))
            }
            Thing::Meeting(id) => {
                let meeting = self.casework.load::<Meeting>(id, AsOf::Now).await?;
                let closed = meeting.state.held.map_or(1, |held| held.version);
                let came = meeting.state.attendance.get(&AttendanceClass::Official).copied().unwrap_or(0);
                (closed, "/public/attendance/official", one_more(came))
            }
            Thing::Study(id) => {
                let study = self.casework.load::<Study>(id, AsOf::Now).await?;
                let began = study.state.begun.at - Duration::minutes(15);
                (1, OCCURRED_AT, CorrectedValue::Text(began.to_rfc3339()))
            }
            Thing::Deed(id) => {
                let deed = self.casework.load::<Deed>(id, AsOf::Now).await?;
                let promised_on = deed.state.promised_on + Days::new(7);
                (1, "/public/promised_on", CorrectedValue::Text(promised_on.to_string()))
            }
        })
    }

    async fn correct(
        &self,
        doing: &Doing<'_>,
        thing: Thing,
        (event_version, pointer, value): Right,
        reason: &str,
    ) -> Result<(), Failure> {
        let (call, at) = (doing.by(Role::Liaison), Some(doing.at));
        let (pointer, reason) = (pointer.to_owned(), reason.to_owned());
        let new = NewCorrection { event_version, pointer, value, reason, at };
        match thing {
            Thing::Activity(id) => self.casework.correct_activity(&call, id, &new).await.map(drop),
            Thing::Meeting(id) => self.casework.correct_meeting(&call, id, &new).await.map(drop),
            Thing::Study(id) => self.casework.correct_study(&call, id, &new).await.map(drop),
            Thing::Deed(id) => self.casework.correct_deed(&call, id, &new).await.map(drop),
        }
    }

    async fn decide_on(&self, doing: &Doing<'_>, thing: Thing, event_version: u64) -> Result<(), Failure> {
        let call = doing.by(Role::Convener);
        let approved = doing.of.nth % TURNS == APPROVED;
        let reason =
            if approved { "与原始记录相符，同意更正。" } else { "原始记录无误，不予更正。" };
        let decision =
            CorrectionDecision { event_version, approved, reason: Some(reason.to_owned()), at: Some(doing.at) };
        match thing {
            Thing::Activity(id) => self.casework.decide_activity_correction(&call, id, &decision).await.map(drop),
            Thing::Meeting(id) => self.casework.decide_meeting_correction(&call, id, &decision).await.map(drop),
            Thing::Study(id) => self.casework.decide_study_correction(&call, id, &decision).await.map(drop),
            Thing::Deed(id) => self.casework.decide_deed_correction(&call, id, &decision).await.map(drop),
        }
    }
}
