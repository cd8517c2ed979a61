//! An activity was held: in which grids, by whom, who came, and what its kind asks for (C-3.2, C-3.3, C-4.2, C-4.3b).

use super::classes::classes_of;
use super::events::{ActivityHeld, Questions};
use crate::area::Areas;
use crate::file::{NamedFile, named_faults, named_ids};
use crate::ids::{AreaId, OfficeId};
use crate::office::Offices;
use crate::reception::{DelegateDraft, People, attending, held_faults};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{ActivityKind, ActivityMode, AttendanceClass, OutreachForm};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Grids of one activity. With the delegates and files that there may be, one leaf holds no more (FORMAT §1).
pub const GRIDS_MAX: usize = 50;
/// Delegates who took part in one activity.
pub const DELEGATES_MAX: usize = 100;
/// Offices that came to explain.
pub const OFFICES_MAX: usize = 20;
/// The most that may be counted of anything: people of a class, briefings, questions. A bound, not a rule of the service.
pub const COUNT_MAX: u32 = 100_000;

/// An activity as it is recorded, but for title and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityDraft {
    /// Which kind.
    pub kind: ActivityKind,
    /// The grids that it was held for.
    pub grid_ids: Vec<AreaId>,
    /// A unit of one of them.
    pub unit_id: Option<AreaId>,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Who took part for the delegates.
    pub delegates: Vec<DelegateDraft>,
    /// How many of each class of people attended.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Documents, pictures and recordings of it.
    pub files: Vec<NamedFile>,
    /// Of an outreach: its form.
    pub outreach_form: Option<OutreachForm>,
    /// Of an outreach: the offices that came to explain.
    pub office_ids: Option<Vec<OfficeId>>,
    /// Of an outreach: questions asked and answered.
    pub questions: Option<Questions>,
    /// Of a consultation: how many briefings were given.
    pub briefings: Option<u32>,
    /// Of a theme activity: how it was held.
    pub mode: Option<ActivityMode>,
}

/// What could be read of one, but for its files: a value that is not there was not sent, or could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityParts {
    /// Which kind.
    pub kind: Option<ActivityKind>,
    /// The grids; `None` where the list itself could not be read.
    pub grid_ids: Option<Vec<Option<AreaId>>>,
    /// A unit.
    pub unit_id: Option<AreaId>,
    /// When it was held.
    pub held_at: Option<DateTime<Utc>>,
    /// Who took part; `None` where the list itself could not be read.
    pub delegates: Option<Vec<Option<DelegateDraft>>>,
    /// How many attended, of the classes that could be read.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// The offices that came to explain.
    pub office_ids: Vec<Option<OfficeId>>,
    /// Questions asked and answered.
    pub questions: Option<Questions>,
    /// How many briefings were given.
    pub briefings: Option<u32>,
    /// Which of the fields that only some kinds have were sent, whether or not they could be read.
    pub own: OwnFields,
}

/// The fields that only some kinds of activity have: which of them were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each field of the body")]
pub struct OwnFields {
    /// `outreach_form`.
    pub outreach_form: bool,
    /// `office_ids`.
    pub office_ids: bool,
    /// `questions`.
    pub questions: bool,
    /// `briefings`.
    pub briefings: bool,
    /// `mode`.
    pub mode: bool,
}

impl ActivityDraft {
    fn parts(&self) -> ActivityParts {
        ActivityParts {
            kind: Some(self.kind),
            grid_ids: Some(self.grid_ids.iter().copied().map(Some).collect()),
            unit_id: self.unit_id,
            held_at: Some(self.held_at),
            delegates: Some(self.delegates.iter().copied().map(Some).collect()),
            attendance: self.attendance.clone(),
            office_ids: self.office_ids.iter().flatten().copied().map(Some).collect(),
            questions: self.questions,
            briefings: self.briefings,
            own: OwnFields {
                outreach_form: self.outreach_form.is_some(),
                office_ids: self.office_ids.is_some(),
                questions: self.questions.is_some(),
                briefings: self.briefings.is_some(),
                mode: self.mode.is_some(),
            },
        }
    }
}

/// Records that an activity was held, under the policy in force on its day. What it lacks to be complete is no fault of the
/// record: it may be made good.
///
/// Errors, all at once: those of [`parts_faults`] and of [`named_faults`].
pub fn hold(
    people: &People<'_>,
    offices: &Offices,
    rules: &Rules<'_>,
    draft: &ActivityDraft,
) -> Result<ActivityHeld, Vec<Refusal>> {
    let parts = draft.parts();
    let mut faults = parts_faults(people, offices, rules, &parts);
    faults.extend(named_faults(&draft.files, 0, draft.kind.clause()));
    if !faults.is_empty() {
        return Err(faults);
    }
    // Everybody has a capacity: who has none is a fault above.
    let held_on = rules.town_date(draft.held_at);
    let (delegates, _) = attending(people.delegates, parts.delegates.as_deref().unwrap_or_default(), Some(held_on));
    Ok(ActivityHeld {
        kind: draft.kind,
        grid_ids: draft.grid_ids.clone(),
        unit_id: draft.unit_id,
        delegates,
        attendance: draft.attendance.clone(),
        file_ids: named_ids(&draft.files),
        outreach_form: draft.outreach_form,
        office_ids: draft.office_ids.clone().unwrap_or_default(),
        questions: draft.questions,
        briefings: draft.briefings,
        mode: draft.mode,
    })
}

/// Everything that does not fit in what could be read of an activity, but for its files. The clause is that of its kind.
///
/// At `/held_at` [`Code::InTheFuture`], [`Code::BeforeProgramme`]; of the grids [`Code::Missing`], [`Code::TooMany`],
/// [`Code::UnknownId`], [`Code::Duplicate`]; [`Code::UnknownId`] and [`Code::UnitNotInGrid`] of the unit; of delegates
/// [`Code::NoDelegate`], [`Code::TooMany`] and those of [`attending`]; [`Code::FieldUnexpected`] and [`Code::Missing`] of
/// what is a kind's own, and of a class that a consultation does not have; [`Code::OutOfRange`] of counts; of offices
/// [`Code::TooMany`], [`Code::UnknownId`], [`Code::Duplicate`].
pub fn parts_faults(people: &People<'_>, offices: &Offices, rules: &Rules<'_>, parts: &ActivityParts) -> Vec<Refusal> {
    let mut faults = Vec::new();
    places(people.areas, parts, &mut faults);
    faults.extend(parts.held_at.map(|at| held_faults(people, rules, at)).unwrap_or_default());
    delegates(people, rules, parts, &mut faults);
    if let Some(kind) = parts.kind {
        own_fields(kind, parts.own, &mut faults);
    }
    for (class, n) in &parts.attendance {
        let pointer = format!("/attendance/{class}");
        let unfit = parts.kind.and_then(|kind| class_fits(kind, *class).err()).or(count_fits(*n).err());
        faults.extend(unfit.map(|refusal| refusal.at(pointer)));
    }
    if let Some(questions) = parts.questions {
        faults.extend(questions_fit(questions).err());
    }
    faults.extend(parts.briefings.and_then(|n| count_fits(n).err()).map(|refusal| refusal.at("/briefings")));
    explaining(offices, parts, &mut faults);
    if let Some(kind) = parts.kind {
        for fault in &mut faults {
            fault.clause.get_or_insert(kind.clause());
        }
    }
    faults
}

/// The grids, each once, and a unit of one of them.
fn places(areas: &Areas, parts: &ActivityParts, faults: &mut Vec<Refusal>) {
    let grids = parts.grid_ids.as_deref().unwrap_or_default();
    match parts.grid_ids.as_ref().map(Vec::len) {
        Some(0) => faults.push(
            Refusal::new(Code::Missing).at("/grid_ids").because("至少须写明一个网格。", "At least one grid is needed."),
        ),
        Some(count) if count > GRIDS_MAX => faults.push(Refusal::new(Code::TooMany).at("/grid_ids").because(
            format!("一次活动最多 {GRIDS_MAX} 个网格。"),
            format!("One activity is held for {GRIDS_MAX} grids at most."),
        )),
        Some(_) | None => {
            for (index, one) in grids.iter().enumerate() {
                let Some(grid) = one else { continue };
                let at = |code| Refusal::new(code).at(format!("/grid_ids/{index}"));
                if grids[..index].contains(one) {
                    faults.push(at(Code::Duplicate));
                } else if areas.grid(*grid).is_none() {
                    faults.push(at(Code::UnknownId));
                }
            }
        }
    }
    let Some(unit) = parts.unit_id else { return };
    // One that could not be read may be the one that is meant.
    let unread = parts.grid_ids.is_none() || grids.contains(&None);
    let known: Vec<AreaId> = grids.iter().flatten().copied().collect();
    let unfit = unit_fits(areas, unit, &known).err();
    faults.extend(unfit.filter(|no| !(unread && no.code == Code::UnitNotInGrid)).map(|no| no.at("/unit_id")));
}

/// A unit of one of the grids.
///
/// Errors: [`Code::UnknownId`], [`Code::UnitNotInGrid`].
pub(super) fn unit_fits(areas: &Areas, unit: AreaId, grids: &[AreaId]) -> Result<(), Refusal> {
    if areas.unit(unit).is_none() {
        return Err(Refusal::new(Code::UnknownId));
    }
    if grids.iter().any(|grid| areas.unit_in_grid(unit, *grid)) {
        return Ok(());
    }
    Err(Refusal::new(Code::UnitNotInGrid))
}

fn delegates(people: &People<'_>, rules: &Rules<'_>, parts: &ActivityParts, faults: &mut Vec<Refusal>) {
    let Some(list) = &parts.delegates else { return };
    if list.is_empty() {
        let no = Refusal::new(Code::NoDelegate).at("/delegates");
        // The clause of the code is that of receptions.
        let no = Refusal { clause: None, ..no };
        faults.push(no.because("活动至少须有一名代表参加。", "At least one delegate takes part in an activity."));
    }
    if list.len() > DELEGATES_MAX {
        faults.push(Refusal::new(Code::TooMany).at("/delegates").because(
            format!("一次活动最多 {DELEGATES_MAX} 名代表。"),
            format!("One activity has {DELEGATES_MAX} delegates at most."),
        ));
        return;
    }
    let (_, unfit) = attending(people.delegates, list, parts.held_at.map(|at| rules.town_date(at)));
    faults.extend(unfit);
}

/// A kind has its own fields and no others.
fn own_fields(kind: ActivityKind, own: OwnFields, faults: &mut Vec<Refusal>) {
    use ActivityKind::{Consultation, Outreach, ThemeActivity};
    for (field, sent, of, needed) in [
        ("/outreach_form", own.outreach_form, Outreach, true),
        ("/office_ids", own.office_ids, Outreach, false),
        ("/questions", own.questions, Outreach, false),
        ("/briefings", own.briefings, Consultation, true),
        ("/mode", own.mode, ThemeActivity, true),
    ] {
        if sent && kind != of {
            faults.push(Refusal::new(Code::FieldUnexpected).at(field).because(
                format!("只有{}才有该字段。", of.zh()),
                format!("Only an activity of the kind {of} has this field."),
            ));
        } else if needed && kind == of && !sent {
            faults.push(Refusal::new(Code::Missing).at(field));
        }
    }
}

/// A class that the kind of activity has.
///
/// Errors: [`Code::FieldUnexpected`].
pub(super) fn class_fits(kind: ActivityKind, class: AttendanceClass) -> Result<(), Refusal> {
    let classes = classes_of(kind);
    if classes.contains(&class) {
        return Ok(());
    }
    let zh = classes.iter().map(|class| class.zh()).collect::<Vec<_>>().join("、");
    let en = classes.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(", ");
    Err(Refusal::new(Code::FieldUnexpected)
        .because(format!("{}的参加人员类别：{zh}。", kind.zh()), format!("The classes of this kind are: {en}.")))
}

/// A count within its bound.
///
/// Errors: [`Code::OutOfRange`].
pub(super) fn count_fits(n: u32) -> Result<(), Refusal> {
    if n <= COUNT_MAX {
        return Ok(());
    }
    Err(Refusal::out_of_range(0, COUNT_MAX))
}

/// No more questions were answered than asked.
///
/// Errors at `/questions/asked` and `/questions/answered`: [`Code::OutOfRange`].
pub(super) fn questions_fit(questions: Questions) -> Result<(), Refusal> {
    count_fits(questions.asked).map_err(|refusal| refusal.at("/questions/asked"))?;
    if questions.answered <= questions.asked {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange)
        .at("/questions/answered")
        .because("答复的提问不能多于所提的提问。", "No more questions can be answered than were asked."))
}

/// The offices that came to explain: of any kind, each once.
fn explaining(offices: &Offices, parts: &ActivityParts, faults: &mut Vec<Refusal>) {
    let list = &parts.office_ids;
    if list.len() > OFFICES_MAX {
        faults.push(
            Refusal::new(Code::TooMany).at("/office_ids").because(
                format!("最多 {OFFICES_MAX} 个部门。"),
                format!("There may be {OFFICES_MAX} offices at most."),
            ),
        );
        return;
    }
    for (index, one) in list.iter().enumerate() {
        let Some(office) = one else { continue };
        let at = |code| Refusal::new(code).at(format!("/office_ids/{index}"));
        if list[..index].contains(one) {
            faults.push(at(Code::Duplicate));
        } else if offices.get(*office).is_none() {
            faults.push(at(Code::UnknownId));
        }
    }
}
