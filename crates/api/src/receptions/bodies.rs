//! The body that records a reception.

use crate::input::body::{
    Facts, Fields, Index, Line, List, PastInstant, Perhaps, Phone, Text, TopicCode, VisitorName, body, nested,
};
use crate::limits::{DELEGATES_MAX, ISSUES_MAX, SUBJECT_CHARS_MAX, VISITORS_MAX};
use casework::receptions::{NewIssue, NewReception, NewVisitor};
use domain::ids::{ActivityId, AppointmentId, AreaId, DeedId, DelegateId, MeetingId, SessionId, StudyId};
use domain::reception::{self, DelegateDraft, IssueParts, Occasion, ReceptionParts};
use domain::refusal::Refusal;
use domain::vocabulary::{DelegateType, IssueKind, ReceptionForm};
use uuid::Uuid;

body! {
    /// A reception to be recorded.
    #[example = {
        "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "form": "walk_in", "held_at": "2026-11-19T14:10:00+08:00",
        "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f"}],
        "visitors": [{"name": "王小明", "phone": "13800001234"}],
        "issues": [
            {"kind": "demand", "topic": "livelihood", "subject": "楼道灯不亮", "text": "3号楼楼道灯三天不亮。", "visitor": 0},
            {"kind": "suggestion", "topic": "transport", "subject": "公交线路太远", "text": "最近的公交站要走25分钟。"}
        ]
    }]
    struct RecordReception {
        /// The grid.
        grid_id: Uuid,
        /// A unit of that grid.
        unit_id: Option<Uuid>,
        /// Its form.
        form: ReceptionForm,
        /// When it was held; the due dates count from the town's day of it.
        held_at: PastInstant,
        /// 所属的场次：须为同一网格、同一天，且未取消。The session in which it was held: of the same grid and day, and not
        /// cancelled.
        session_id: Option<SessionId>,
        /// 所应的预约，只有应约走访可写；记录后该预约即为已走访。The appointment that it keeps; only of a visit by appointment.
        appointment_id: Option<AppointmentId>,
        /// 在其中听取意见的活动；听取意见须写明活动、会议、调研、实事之一，其他形式不可写。The activity at which people were heard. A
        /// hearing names one activity, meeting, study or deed; no other form does.
        activity_id: Option<ActivityId>,
        /// 在其中听取意见的会议。The meeting at which people were heard.
        meeting_id: Option<MeetingId>,
        /// 为其听取意见的调研。The study for which people were heard.
        study_id: Option<StudyId>,
        /// 在其中听取意见的实事。The deed at which people were heard.
        deed_id: Option<DeedId>,
        /// Who received: 1 to 18. Without `responsible_delegate_id` the first owes the answers.
        delegates: List<Perhaps<ReceivedBy>, DELEGATES_MAX, 1>,
        /// Who came: up to 50; `{}` is an anonymous visitor.
        visitors: Option<List<Perhaps<VisitorBody>, VISITORS_MAX>>,
        /// What was raised: up to 15.
        issues: Option<List<RaiseIssue, ISSUES_MAX>> => |facts| {
            let parts = ReceptionParts {
                form,
                occasions: occasions(session_id, appointment_id, activity_id, meeting_id, study_id, deed_id),
                held_at,
                grid_id: grid_id.map(AreaId),
                unit_id: unit_id.flatten().map(AreaId),
                delegates: delegates.as_deref().map(drafts),
                visitors: visitors.as_ref().map(|came| came.as_ref().map_or(0, Vec::len)),
                issues: issues.iter().flatten().flatten().map(RaiseIssue::parts).collect(),
            };
            faults(facts, &parts)
        },
    }
}

body! {
    /// A delegate who received.
    struct ReceivedBy {
        /// Who.
        delegate_id: Uuid,
        /// In which capacity; needed only of holders of both mandates.
        delegate_type: Option<DelegateType>,
    }
}

body! {
    /// A visitor, sealed: names and numbers never stand in the leaf.
    struct VisitorBody {
        /// Name, if given, as they name themselves; stored without padding and with one kind of middle dot.
        name: Option<VisitorName>,
        /// Phone number, if given.
        phone: Option<Phone>,
    }
}

body! {
    /// An issue to be raised.
    struct RaiseIssue {
        /// Who raised it, by index; by default the first.
        visitor: Option<Index>,
        /// Opinion, suggestion or demand.
        kind: Perhaps<IssueKind>,
        /// A topic code of the policy (`GET /v1/topics`).
        topic: Perhaps<TopicCode>,
        /// What it is about, in one line.
        subject: Perhaps<Line<SUBJECT_CHARS_MAX>>,
        /// What was said.
        text: Perhaps<Text>,
        /// Who owes the answer; one of `delegates`.
        responsible_delegate_id: Option<Uuid>,
    }
}

nested! { ReceivedBy VisitorBody RaiseIssue }

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &ReceptionParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.held_at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| reception::faults(&facts.people(), &rules, parts))
}

/// What a reception is said to belong to, in the order of its fields.
fn occasions(
    session: Option<Option<SessionId>>,
    appointment: Option<Option<AppointmentId>>,
    activity: Option<Option<ActivityId>>,
    meeting: Option<Option<MeetingId>>,
    study: Option<Option<StudyId>>,
    deed: Option<Option<DeedId>>,
) -> Vec<Occasion> {
    let named = [
        session.flatten().map(Occasion::Session),
        appointment.flatten().map(Occasion::Appointment),
        activity.flatten().map(Occasion::Activity),
        meeting.flatten().map(Occasion::Meeting),
        study.flatten().map(Occasion::Study),
        deed.flatten().map(Occasion::Deed),
    ];
    named.into_iter().flatten().collect()
}

/// Delegates as rules take them; an entry that could not be read keeps its place.
pub(crate) fn drafts(delegates: &[Option<ReceivedBy>]) -> Vec<Option<DelegateDraft>> {
    let draft =
        |by: &ReceivedBy| DelegateDraft { delegate_id: DelegateId(by.delegate_id), delegate_type: by.delegate_type };
    delegates.iter().map(|by| by.as_ref().map(draft)).collect()
}

impl RaiseIssue {
    fn parts(&self) -> IssueParts {
        IssueParts {
            topic: self.topic.clone(),
            visitor: self.visitor,
            responsible_delegate_id: self.responsible_delegate_id.map(DelegateId),
        }
    }

    fn whole(self) -> Option<NewIssue> {
        Some(NewIssue {
            kind: self.kind?,
            topic: self.topic?,
            subject: self.subject?,
            text: self.text?,
            visitor: self.visitor,
            responsible_delegate_id: self.responsible_delegate_id.map(DelegateId),
        })
    }
}

/// Reads what is to be recorded.
pub(crate) fn read(fields: &mut Fields<'_>) -> Option<NewReception> {
    let body = RecordReception::read(fields)?;
    let (session, appointment) = (Some(body.session_id), Some(body.appointment_id));
    let (activity, meeting) = (Some(body.activity_id), Some(body.meeting_id));
    // One at most: several are faults.
    let occasion = occasions(session, appointment, activity, meeting, Some(body.study_id), Some(body.deed_id)).pop();
    let visitor = |visitor: VisitorBody| NewVisitor { name: visitor.name, phone: visitor.phone };
    Some(NewReception {
        form: body.form,
        grid_id: AreaId(body.grid_id),
        unit_id: body.unit_id.map(AreaId),
        held_at: body.held_at,
        occasion,
        delegates: drafts(&body.delegates).into_iter().collect::<Option<_>>()?,
        visitors: body.visitors.into_iter().flatten().map(|came| came.map(visitor)).collect::<Option<_>>()?,
        issues: body.issues.into_iter().flatten().map(RaiseIssue::whole).collect::<Option<_>>()?,
    })
}
