//! The bodies of commands on major issues.

use crate::input::body::{LastDay, List, PastDay, PastInstant, Perhaps, Text, body, given};
use crate::limits::SUPPORT_OFFICES_MAX;
use domain::ids::{MeetingId, OfficeId};
use domain::major_issue::{assignment, triage};
use domain::vocabulary::{Level, Outcome, StatutoryChannel, TriageDecision};

body! {
    /// A triage (研判).
    #[example = {"decision": "accept", "level": "L3"}]
    struct Triage {
        decision: TriageDecision,
        /// The level it is accepted at, where it is another than the one asked for.
        level: Option<Level>,
        /// Why; a return and a referral need it.
        reason: Option<Text>,
        /// For a referral: where to.
        statutory_channel: Option<StatutoryChannel> => |_| decision.map_or_else(Vec::new, |decision| {
            triage::faults(decision, given(&reason), given(&level), given(&statutory_channel))
        }),
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A deliberation (会商).
    #[example = {"held_on": "2026-11-24", "decision": "由城建中心牵头，会同公交公司增设站点。"}]
    struct Deliberate {
        /// The day of the meeting.
        held_on: PastDay,
        /// 所在的会议，已登记的才写：须为同一网格、尚未闭会的会议，并记入其记录。The meeting, where it has a record of its own: a
        /// convened one of the same grid, to which the decision is told, too.
        meeting_id: Option<MeetingId>,
        /// What was decided.
        decision: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// An assignment (交办).
    #[example = {"lead_office_id": "0198f3c1-0000-7000-8000-000000000010",
        "support_office_ids": ["0198f3c1-0000-7000-8000-000000000011"], "due_on": "2027-01-08"}]
    struct Assign {
        /// Who leads (主办).
        lead_office_id: OfficeId,
        /// Who supports (协办); not the lead office.
        support_office_ids: Option<List<Perhaps<OfficeId>, SUPPORT_OFFICES_MAX>> => |_| {
            assignment::not_distinct(lead_office_id, support_office_ids.as_ref().and_then(Option::as_deref).unwrap_or_default())
        },
        /// When the lead office must report; by default, and at most, what the policy allows at this level (`handling`).
        due_on: Option<LastDay>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>
            => |facts| assignment::due_day_fits(facts?.day_of(occurred_at?), due_on??).err(),
    }
}

impl Assign {
    /// Who supports.
    pub fn supports(&self) -> Vec<OfficeId> {
        self.support_office_ids.iter().flatten().copied().flatten().collect()
    }
}

body! {
    /// A decision on a refused dispatch.
    #[example = {"upheld": true, "reason": "确属水务站职责。"}]
    struct DecideRefusal {
        /// The refusal stands, and the matter is deliberated anew; else the office handles it.
        upheld: bool,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// The lead office's report (反馈).
    #[example = {"outcome": "resolved", "basis": "《上海市公共汽车和电车客运管理条例》",
        "text": "已增设站点，12月1日起停靠。"}]
    struct ReportOutcome {
        outcome: Outcome,
        /// On which basis.
        basis: Text,
        /// What was done.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A verification (核查) by another office than the lead.
    #[example = {"confirmed": true, "by_office_id": "0198f3c1-0000-7000-8000-000000000012",
        "note": "现场查看，站牌已立。"}]
    struct VerifyOutcome {
        /// Confirmed; else it goes back for rework.
        confirmed: bool,
        /// Who verified; not the lead office.
        by_office_id: OfficeId,
        /// What was found.
        note: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A change of level.
    #[example = {"to": "L4", "reason": "涉及区级规划，镇级无权决定。"}]
    struct ChangeLevel {
        /// The level it then stands at.
        to: Level,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// The conclusion (终结).
    #[example = {"outcome": "resolved", "text": "已增设公交站点，请各首问责任人分别答复。"}]
    struct Conclude {
        outcome: Outcome,
        /// What came of it.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}
