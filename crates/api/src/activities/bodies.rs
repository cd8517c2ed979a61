//! The body that records an activity.

use crate::input::body::{Count, Facts, Fields, Line, List, PastInstant, Perhaps, Text, body, given, nested};
use crate::receptions::bodies::{ReceivedBy, drafts};
use crate::undertakings::attendance::AttendanceBody;
use casework::undertakings::activities::NewActivity;
use domain::activity::{
    self, ActivityDraft, ActivityParts, DELEGATES_MAX, GRIDS_MAX, OFFICES_MAX, OwnFields, Questions,
};
use domain::ids::{AreaId, FileId, OfficeId};
use domain::refusal::Refusal;
use domain::session::{FILES_MAX, files};
use domain::text::TITLE_CHARS_MAX;
use domain::vocabulary::{ActivityKind, ActivityMode, OutreachForm};
use uuid::Uuid;

body! {
    /// 举行的一次活动。An activity that was held.
    #[example = {"kind": "outreach", "grid_ids": ["0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"],
        "held_at": "2026-11-19T14:00:00+08:00", "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f"}],
        "attendance": {"party_member": 12, "resident": 30}, "title": "垃圾分类政策宣讲", "text": "讲解新的分类办法。",
        "outreach_form": "lecture", "questions": {"asked": 5, "answered": 4}}]
    struct HoldActivity {
        /// 活动种类。Which kind of activity.
        kind: ActivityKind,
        /// 为哪些网格举行，1 至 50 个；对每个网格均计。The grids that it was held for: 1 to 50; it counts for each.
        grid_ids: List<Perhaps<Uuid>, GRIDS_MAX, 1>,
        /// 其中一个网格的单位。A unit of one of these grids.
        unit_id: Option<Uuid>,
        /// 举行的时间；当日的季度、半年即其所属。When it was held; it belongs to the quarter and half-year of that day.
        held_at: PastInstant,
        /// 参加的代表，1 至 100 名，其他网格的也可以。The delegates who took part: 1 to 100; those of other grids are welcome.
        delegates: List<Perhaps<ReceivedBy>, DELEGATES_MAX, 1>,
        /// 代表以外各类人员的到会人数。民主恳谈只有党组织、党员和群众。How many others came, by class. A consultation has
        /// Party organisations, Party members and residents only.
        attendance: AttendanceBody,
        /// 一句话说明活动内容，密封保存。What it was about, in one line; sealed.
        title: Line<TITLE_CHARS_MAX>,
        /// 活动情况，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 文件影像资料，至多 20 个；之后还可留存。Documents, pictures and recordings, at most 20; more may follow.
        file_ids: Option<List<FileId, FILES_MAX>> => |_| {
            let named = file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default();
            files(named).map_err(|refusal| refusal.under(kind.map_or("C-4.2", ActivityKind::clause))).err()
        },
        /// 宣讲形式，政策宣讲必填，其他种类没有。Form of an outreach: required there; no other kind has it.
        outreach_form: Option<OutreachForm>,
        /// 政策宣讲中前来答疑的部门，至多 20 个。The offices that came to explain, at most 20; of an outreach only.
        office_ids: Option<List<Perhaps<Uuid>, OFFICES_MAX>>,
        /// 政策宣讲中的提问；未当场答复的，须由听取意见的联系记录登记为事项。The questions of an outreach. Whatever was not answered there is
        /// to be raised as an issue at a hearing.
        questions: Option<QuestionsBody>,
        /// 民主恳谈中通报的次数，民主恳谈必填，其他种类没有。How many briefings a consultation had: required there; no other kind has it.
        briefings: Option<Count>,
        /// 集中或分散，季度主题活动必填，其他种类没有。How a theme activity was held: required there; no other kind has it.
        mode: Option<ActivityMode> => |facts| {
            let parts = ActivityParts {
                kind,
                grid_ids: grid_ids.as_ref().map(|ids| ids.iter().map(|id| id.map(AreaId)).collect()),
                unit_id: unit_id.flatten().map(AreaId),
                held_at,
                delegates: delegates.as_deref().map(drafts),
                attendance: attendance.as_ref().map(AttendanceBody::counts).unwrap_or_default(),
                office_ids: office_ids.iter().flatten().flatten().map(|id| id.map(OfficeId)).collect(),
                questions: questions.as_ref().and_then(Option::as_ref).and_then(QuestionsBody::whole),
                briefings: briefings.flatten(),
                own: OwnFields {
                    outreach_form: given(&outreach_form),
                    office_ids: given(&office_ids),
                    questions: given(&questions),
                    briefings: given(&briefings),
                    mode: given(&mode),
                },
            };
            faults(facts, &parts)
        },
    }
}

body! {
    /// 提问与答复的数目。How many questions were asked and answered.
    struct QuestionsBody {
        /// 提问数。How many were asked.
        asked: Perhaps<Count>,
        /// 其中当场答复的。How many of them were answered there.
        answered: Perhaps<Count>,
    }
}

nested! { QuestionsBody }

impl QuestionsBody {
    /// Both, where both could be read.
    fn whole(&self) -> Option<Questions> {
        Some(Questions { asked: self.asked?, answered: self.answered? })
    }
}

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &ActivityParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.held_at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| {
        activity::parts_faults(&facts.people(), &facts.reference.offices, &rules, parts)
    })
}

/// Reads what is to be recorded.
pub(crate) fn read(fields: &mut Fields<'_>) -> Option<NewActivity> {
    let body = HoldActivity::read(fields)?;
    let offices = body.office_ids.map(|ids| ids.into_iter().map(|id| id.map(OfficeId)).collect::<Option<Vec<_>>>());
    let draft = ActivityDraft {
        kind: body.kind,
        grid_ids: body.grid_ids.into_iter().map(|id| id.map(AreaId)).collect::<Option<_>>()?,
        unit_id: body.unit_id.map(AreaId),
        held_at: body.held_at,
        delegates: drafts(&body.delegates).into_iter().collect::<Option<_>>()?,
        attendance: body.attendance.counts(),
        files: Vec::new(),
        outreach_form: body.outreach_form,
        office_ids: match offices {
            Some(offices) => Some(offices?),
            None => None,
        },
        questions: match body.questions {
            Some(questions) => Some(questions.whole()?),
            None => None,
        },
        briefings: body.briefings,
        mode: body.mode,
    };
    Some(NewActivity { draft, file_ids: body.file_ids.unwrap_or_default(), title: body.title, text: body.text })
}
