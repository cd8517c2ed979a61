//! The steps of an activity's story (C-3.2, C-3.3, C-4.2, C-4.3b): held, kept, reported to both offices, and what a symposium
//! means to improve.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, as_receiving, begun};
use super::evidence::Shown;
use super::hours;
use super::town::Town;
use super::undertaking_steps::{ActivityStep, Bureau, Thing, UndertakingStep};
use super::undertaking_words::{IMPROVED, IMPROVEMENTS, activity_text, activity_titles};
use super::went_well::Well;
use casework::Failure;
use casework::loaded::AsOf;
use casework::undertakings::activities::NewActivity;
use chrono::{DateTime, Utc};
use domain::activity::{Activity, ActivityDraft, Questions};
use domain::clock::Member;
use domain::ids::ActivityId;
use domain::reception::Occasion;
use domain::vocabulary::{ActivityKind, ActivityMode, AttendanceClass, OutreachForm, ReceptionForm, Role};
use std::collections::BTreeMap;

/// One step and when.
type Later = (DateTime<Utc>, UndertakingStep);

fn step(at: DateTime<Utc>, step: ActivityStep) -> Later {
    (at, UndertakingStep::Activity(step))
}

impl Town<'_> {
    /// Does a step of an activity.
    pub(super) async fn do_activity(
        &self,
        doing: &Doing<'_>,
        what: ActivityStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (casework, at) = (self.casework, Some(doing.at));
        Ok(match what {
            ActivityStep::Hold(kind) => return self.hold(doing, kind, dice).await,
            ActivityStep::Hear(id) => {
                let activity = casework.load::<Activity>(id, AsOf::Now).await?;
                let there = as_receiving(&activity.state.delegates);
                let held_at = activity.state.held.at + chrono::Duration::minutes(i64::from(dice.between(45, 90)));
                let occasion = Occasion::Activity(id);
                let heard = self.hear(doing, (ReceptionForm::Hearing, held_at), occasion, &there).await?;
                Undertaken::heard(heard)
            }
            ActivityStep::Keep(id) => {
                let mut files = Vec::new();
                for shown in [Shown::Paper("主题活动记录（演示）.txt"), Shown::Picture("主题活动（演示）.png")]
                {
                    files.extend(self.keep_file(doing, shown).await?);
                }
                if files.is_empty() {
                    return Ok(Undertaken::moot());
                }
                casework.attach_activity_evidence(&doing.by(Role::Liaison), id, &files, at).await?;
                Undertaken::then(Vec::new()).well(Well::Activity(id))
            }
            ActivityStep::Submit(id, bureau) => {
                let filing = doing.filing(self.bureau(bureau), Some("报送本季度主题活动情况。"));
                casework.submit_activity(&doing.by(Role::Liaison), id, &filing).await?;
                let acknowledged = dice.chance(700);
                let later = step(self.in_days(dice, 1, 4), ActivityStep::Acknowledge(id, bureau));
                Undertaken::then(acknowledged.then_some(later).into_iter().collect())
            }
            ActivityStep::Acknowledge(id, bureau) => {
                let office = self.bureau(bureau);
                let filing = doing.filing(office, None);
                casework.acknowledge_activity(&doing.by_office(office, bureau), id, &filing).await?;
                Undertaken::then(Vec::new())
            }
            ActivityStep::Adopt(id) => {
                let by_on = self.casework.reference().calendars.after(self.today(), dice.between(15, 50)).on;
                let text = dice.say(&IMPROVEMENTS);
                let call = doing.by(Role::Convener);
                let changed = begun(casework.adopt_improvement(&call, id, text, Some(by_on), at).await?)?;
                let newest = changed.loaded.state.improvements.last().map(|improvement| improvement.id);
                let done = newest.filter(|_| dice.chance(800));
                let at = if dice.chance(850) { self.until(dice, by_on) } else { self.after(dice, by_on, 1, 20) };
                let later = done.map(|improvement| step(at, ActivityStep::Improve(id, improvement)));
                Undertaken::then(later.into_iter().collect())
            }
            ActivityStep::Improve(id, improvement) => {
                let text = Some(dice.say(&IMPROVED));
                casework.complete_improvement(&doing.by(Role::Convener), id, improvement, text, at).await?;
                Undertaken::then(Vec::new()).well(Well::Activity(id))
            }
        })
    }

    async fn hold(&self, doing: &Doing<'_>, kind: ActivityKind, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let reference = self.casework.reference();
        let delegates = self.team(doing.of.grid, 4, dice);
        if delegates.is_empty() {
            return Ok(Undertaken::moot());
        }
        let held_at = hours::afternoon(&reference, self.today(), dice.between(0, 30));
        let outreach = kind == ActivityKind::Outreach;
        let asked = dice.between(2, 9);
        let questions = Questions { asked, answered: asked - dice.between(0, 2) };
        let department = dice.pick(&self.people.departments).copied();
        let draft = ActivityDraft {
            kind,
            grid_ids: vec![doing.desk.id],
            unit_id: dice.pick(&doing.desk.homes).map(|(unit, _)| *unit),
            held_at,
            delegates,
            attendance: attendance(kind, doing.of.nth, dice),
            files: Vec::new(),
            outreach_form: outreach.then(|| dice.pick(OutreachForm::ALL).copied()).flatten(),
            office_ids: outreach.then(|| department.into_iter().collect()),
            questions: outreach.then_some(questions),
            briefings: (kind == ActivityKind::Consultation).then(|| u32::from(doing.of.nth % 5 != 4)),
            mode: (kind == ActivityKind::ThemeActivity).then_some(if dice.chance(700) {
                ActivityMode::Centralised
            } else {
                ActivityMode::Distributed
            }),
        };
        let title = dice.say(&activity_titles(kind)).to_owned();
        let new = NewActivity { draft, file_ids: Vec::new(), title, text: Some(activity_text(kind).to_owned()) };
        let (id, _) = begun(self.casework.hold_activity(&doing.by(Role::Liaison), &new).await?)?;
        let mut then = self.after_holding(id, kind, dice);
        then.extend(self.mends(doing, Thing::Activity(id), dice));
        Ok(Undertaken::then(then).member(Member::Activity(id)))
    }

    fn after_holding(&self, id: ActivityId, kind: ActivityKind, dice: &mut Dice) -> Vec<Later> {
        let soon = hours::soon(&self.casework.reference(), self.now);
        let mut then = Vec::new();
        let mut often =
            |dice: &mut Dice, permille: u32, later: Later| then.extend(dice.chance(permille).then_some(later));
        // Of what is due within five working days, a little comes late or never.
        let reported = |dice: &mut Dice| {
            let (low, high) = if dice.chance(900) { (1, 4) } else { (6, 11) };
            self.in_days(dice, low, high)
        };
        match kind {
            ActivityKind::ThemeActivity => {
                often(dice, 350, step(soon, ActivityStep::Hear(id)));
                for what in [
                    ActivityStep::Keep(id),
                    ActivityStep::Submit(id, Bureau::Studio),
                    ActivityStep::Submit(id, Bureau::Congress),
                ] {
                    let at = reported(dice);
                    often(dice, 960, step(at, what));
                }
            }
            ActivityKind::Outreach => often(dice, 300, step(soon, ActivityStep::Hear(id))),
            ActivityKind::Consultation => often(dice, 900, step(soon, ActivityStep::Hear(id))),
            ActivityKind::Symposium => {
                often(dice, 300, step(soon, ActivityStep::Hear(id)));
                let at = self.in_days(dice, 1, 3);
                often(dice, 900, step(at, ActivityStep::Adopt(id)));
            }
        }
        then
    }
}

/// Who came. Every ninth symposium lacks a class of people.
fn attendance(kind: ActivityKind, nth: u64, dice: &mut Dice) -> BTreeMap<AttendanceClass, u32> {
    use AttendanceClass::{MassOrganisation, Official, PartyMember, PartyOrganisation, Resident};
    let mut came = BTreeMap::from([(PartyMember, dice.between(3, 15)), (Resident, dice.between(8, 45))]);
    match kind {
        ActivityKind::Outreach => drop(came.insert(Official, dice.between(1, 3))),
        ActivityKind::Consultation => drop(came.insert(PartyOrganisation, dice.between(1, 4))),
        ActivityKind::ThemeActivity => {}
        ActivityKind::Symposium if nth % 9 == 5 => {}
        ActivityKind::Symposium => drop(came.insert(MassOrganisation, dice.between(1, 4))),
    }
    came
}
