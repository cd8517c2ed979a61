//! The steps of a meeting's story (C-4.3a): convened, with the major issues of its grid before it, held or called off. What it
//! decides on a major issue is its deliberation, and the major issue goes on from there.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, as_receiving, begun};
use super::evidence::Shown;
use super::hours;
use super::phrases::DELIBERATION;
use super::stories::MajorStory;
use super::town::Town;
use super::undertaking_steps::{MeetingStep, OnAgenda, Thing, UndertakingStep};

use casework::Failure;
use casework::loaded::AsOf;
use casework::undertakings::meetings::{HeldMeeting, NewMeeting};
use chrono::{DateTime, Duration, Utc};
use domain::clock::Member;
use domain::ids::{MajorIssueId, MeetingId};
use domain::major_issue::MajorIssue;
use domain::meeting::Meeting;
use domain::reception::Occasion;
use domain::vocabulary::{AttendanceClass, DeferralReason, Level, MeetingKind, ReceptionForm, Role};
use std::collections::BTreeMap;

fn step(at: DateTime<Utc>, step: MeetingStep) -> (DateTime<Utc>, UndertakingStep) {
    (at, UndertakingStep::Meeting(step))
}

impl Town<'_> {
    /// Does a step of a meeting.
    pub(super) async fn do_meeting(
        &self,
        doing: &Doing<'_>,
        what: MeetingStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        Ok(match what {
            MeetingStep::Convene(kind) => return self.convene(doing, kind, dice).await,
            MeetingStep::Table(id) => {
                let open = self.open_majors(doing.of.grid).await?;
                // Now and then one is left over.
                let left = doing.of.nth % 3 == 1 && open.len() > 1;
                for (index, (_, major, _)) in open.iter().enumerate().skip(usize::from(left)) {
                    let call = doing.part(Role::Convener, &index.to_string());
                    self.casework.table_major_issue(&call, id, *major, Some(doing.at)).await?;
                }
                let tabled = open.iter().skip(usize::from(left)).map(|(number, ..)| (*number, OnAgenda::Tabled));
                if open.is_empty() { Undertaken::moot() } else { Undertaken::then(Vec::new()).majors(tabled.collect()) }
            }
            MeetingStep::Meet(id) => return self.meet(doing, id, dice).await,
            MeetingStep::CallOff(id) => {
                let why = "网格内多名代表参加防汛值守，会议另行召集。";
                let meeting = self.casework.load::<Meeting>(id, AsOf::Now).await?;
                self.casework.cancel_meeting(&doing.by(Role::Convener), id, why, Some(doing.at)).await?;
                let open = self.open_majors(doing.of.grid).await?.into_iter();
                let tabled = open.filter(|(_, major, _)| meeting.state.item(*major).is_some());
                Undertaken::then(Vec::new()).majors(tabled.map(|(number, ..)| (number, OnAgenda::Left)).collect())
            }
            MeetingStep::Hear(id) => {
                let meeting = self.casework.load::<Meeting>(id, AsOf::Now).await?;
                let Some(held) = meeting.state.held else { return Ok(Undertaken::moot()) };
                let there = as_receiving(&meeting.state.delegates);
                let when = held.at + Duration::minutes(i64::from(dice.between(30, 80)));
                let said = (ReceptionForm::Hearing, when);
                Undertaken::heard(self.hear(doing, said, Occasion::Meeting(id), &there).await?)
            }
        })
    }

    async fn convene(&self, doing: &Doing<'_>, kind: MeetingKind, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let calendars = &self.casework.reference().calendars;
        let about = calendars.after(self.today(), dice.between(4, 8)).on;
        let Some(scheduled_on) = self.next_free_day(about) else { return Ok(Undertaken::moot()) };
        let nth = doing.of.nth;
        let regular = kind == MeetingKind::Regular;
        let with_work_meeting = regular && nth % 5 != 3;
        let reason = match kind {
            MeetingKind::Regular => "工作例会已在月初召开，本次会议单独召开。",
            MeetingKind::Extraordinary => "群众集中反映的事项须在例会前研究。",
        };
        let new = NewMeeting {
            grid_id: doing.desk.id,
            kind,
            scheduled_on,
            with_work_meeting,
            reason: (!with_work_meeting).then(|| reason.to_owned()),
            at: Some(doing.at),
        };
        let (id, _) = begun(self.casework.convene_meeting(&doing.by(Role::Convener), &new).await?)?;
        let mut then = vec![step(self.in_days(dice, 1, 3), MeetingStep::Table(id))];
        if regular || nth.is_multiple_of(2) {
            let late = hours::late(&self.casework.reference(), scheduled_on);
            then.push(step(late, MeetingStep::Meet(id)));
        } else {
            then.push(step(self.in_days(dice, 3, 4), MeetingStep::CallOff(id)));
        }
        Ok(Undertaken::then(then).member(Member::Meeting(id)))
    }

    /// What is on the agenda is decided on or put off, and the meeting is closed.
    async fn meet(&self, doing: &Doing<'_>, id: MeetingId, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let meeting = self.casework.load::<Meeting>(id, AsOf::Now).await?;
        let delegates = self.team(doing.of.grid, 6, dice);
        if delegates.is_empty() {
            return Ok(Undertaken::moot());
        }
        let mut majors = Vec::new();
        for (number, major_id, major) in self.open_majors(doing.of.grid).await? {
            if meeting.state.item(major_id).is_none() {
                continue;
            }
            if !major.decision_outstanding() || major.refusal_pending {
                majors.push((number, OnAgenda::Left));
                continue;
            }
            let call = doing.part(Role::Convener, &number.to_string());
            let why = if major.level > Level::L2 {
                Some((DeferralReason::NeedsLevel, "须由镇级研究，本次会议听取进展。"))
            } else if dice.chance(150) {
                Some((DeferralReason::NeedsFacts, "现场情况有待进一步查明，下次会议再议。"))
            } else {
                None
            };
            if let Some((code, why)) = why {
                self.casework.defer_major_issue(&call, id, major_id, code, why, Some(doing.at)).await?;
                majors.push((number, OnAgenda::Left));
            } else {
                let decision = dice.say(&DELIBERATION);
                self.casework.decide_in_meeting(&call, id, major_id, decision, Some(doing.at)).await?;
                majors.push((number, OnAgenda::Decided));
            }
        }
        let held = HeldMeeting {
            held_at: hours::afternoon(&self.casework.reference(), self.today(), 30),
            delegates,
            attendance: BTreeMap::from([
                (AttendanceClass::Official, dice.between(2, 5)),
                (AttendanceClass::Resident, dice.between(0, 6)),
            ]),
            text: Some("通报上季度办理情况，研究重大问题，明确牵头单位和时限。".to_owned()),
            file_ids: self.keep_file(doing, Shown::Paper("会议纪要（演示）.txt")).await?.into_iter().collect(),
        };
        self.casework.close_meeting(&doing.by(Role::Liaison), id, &held).await?;
        let mut then = Vec::new();
        if doing.of.nth.is_multiple_of(3) {
            then.push(step(hours::soon(&self.casework.reference(), self.now), MeetingStep::Hear(id)));
        }
        then.extend(self.mends(doing, Thing::Meeting(id), dice));
        Ok(Undertaken::then(then).majors(majors))
    }

    /// The major issues of a grid that are accepted and not over, as they are, by number.
    async fn open_majors(&self, grid: usize) -> Result<Vec<(usize, MajorIssueId, MajorIssue)>, Failure> {
        let of_grid: Vec<(usize, &MajorStory)> =
            self.stories.majors().into_iter().filter(|(_, story)| story.grid == grid).collect();
        let mut open = Vec::new();
        for (number, story) in of_grid {
            let loaded = self.casework.major_issue(story.id, AsOf::Now).await?;
            if loaded.state.is_open() {
                open.push((number, story.id, loaded.state.clone()));
            }
        }
        Ok(open)
    }
}
