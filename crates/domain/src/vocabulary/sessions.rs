//! The values of service days, sessions and what is held beside them.

vocabulary! {
    /// States of a session (接待场次).
    SessionState, clause "C-4.1" { Planned = "planned", "已安排", "planned"; Open = "open", "进行中", "open"; Closed = "closed", "已结束", "closed"; Cancelled = "cancelled", "已取消", "cancelled"; }
}
vocabulary! {
    /// What became of a slot of the rota.
    SlotState, clause "C-4.1" {
        Assigned = "assigned", "已排班", "assigned"; Attended = "attended", "已到岗", "attended"; Substituted = "substituted", "已顶岗", "substituted"; OnLeave = "on_leave", "请假", "on leave"; Absent = "absent", "缺席", "absent";
    }
}
vocabulary! {
    /// Where an ordinary service day is placed.
    Placement, clause "C-2" { Ordinary = "ordinary", "照常", "ordinary"; Postponed = "postponed", "顺延", "postponed"; Advanced = "advanced", "提前", "advanced"; Merged = "merged", "合并", "merged"; Skipped = "skipped", "不安排", "skipped"; }
}
vocabulary! {
    /// How a session is judged.
    Verdict, clause "C-4.1" { Pending = "pending", "待认定", "pending"; Valid = "valid", "有效", "valid"; Invalid = "invalid", "无效", "invalid"; }
}
vocabulary! {
    /// What may be found of a session.
    Finding, clause "C-4.1" {
        NotHeld = "not_held", "未开展", "not held"; PartyMissing = "party_missing", "缺党代表", "Party delegate missing"; DeputyMissing = "deputy_missing", "缺人大代表", "deputy missing";
        OverlapShort = "overlap_short", "同时在场不足", "too short a time together"; RecordMissing = "record_missing", "缺记录", "record missing"; RecordLate = "record_late", "记录迟交", "record late";
        NoticeMissing = "notice_missing", "未公示", "notice missing"; NoticeLate = "notice_late", "公示迟", "notice late"; NoticeMismatch = "notice_mismatch", "公示与实际不符", "notice unlike the session";
        SameDayChange = "same_day_change", "临时变更公示", "changed too late"; Absence = "absence", "代表缺席", "a delegate absent";
    }
}
vocabulary! {
    /// Why a session is moved or cancelled.
    SessionReason, clause "C-2" {
        Weather = "weather", "天气原因", "weather"; Epidemic = "epidemic", "疫情防控", "epidemic"; Election = "election", "选举工作", "election"; Emergency = "emergency", "突发事件", "emergency";
        Calendar = "calendar", "工作日历", "the working calendar"; NoDelegate = "no_delegate", "无代表可到", "no delegate can come"; Other = "other", "其他", "other";
    }
}
vocabulary! {
    /// Why somebody else serves a slot.
    SubstitutionReason, clause "C-4.1" { Leave = "leave", "请假", "leave"; Work = "work", "本职工作", "work"; Personal = "personal", "个人原因", "personal"; Other = "other", "其他", "other"; }
}
vocabulary! {
    /// Why a delegate asks for leave. Why somebody is ill is never said.
    LeaveReason, clause "C-5.1" { Work = "work", "本职工作冲突", "conflict with work"; Personal = "personal", "个人原因", "personal"; }
}
vocabulary! {
    /// States of a leave of absence.
    LeaveState, clause "C-5.1" { Requested = "requested", "待批准", "requested"; Approved = "approved", "已准假", "approved"; Refused = "refused", "未准假", "refused"; Withdrawn = "withdrawn", "已撤回", "withdrawn"; }
}
vocabulary! {
    /// Why somebody no longer holds an office of a grid.
    OfficeEndReason, clause "C-5.1" { Resignation = "resignation", "辞任", "resignation"; Replaced = "replaced", "调换", "replaced"; Departed = "departed", "离任", "departed"; Other = "other", "其他", "other"; }
}
vocabulary! {
    /// Boards on which a notice hangs.
    NoticeBoard, clause "C-5.2" { VillageAffairs = "village_affairs", "村务公开栏", "village-affairs board"; PartyAffairs = "party_affairs", "党务公开栏", "Party-affairs board"; Online = "online", "网上公开", "online"; }
}
vocabulary! {
    /// Whether a notice was posted in time.
    NoticeTiming, clause "C-5.2" { InTime = "in_time", "按时", "in time"; Late = "late", "逾期", "late"; Shortened = "shortened", "因日历缩短", "shortened by the calendar"; }
}
vocabulary! {
    /// In what a notice is unlike the session.
    NoticeDifference, clause "C-5.2" { HeldOn = "held_on", "日期", "day"; From = "from", "开始时间", "beginning"; To = "to", "结束时间", "end"; Venue = "venue", "地点", "venue"; DelegateIds = "delegate_ids", "代表", "delegates"; }
}
vocabulary! {
    /// What an objection is about.
    ObjectionGround, clause "C-5.2" {
        NotPosted = "not_posted", "未公示", "not posted"; ContentWrong = "content_wrong", "内容有误", "wrong content"; NotHeld = "not_held", "未开展", "not held"; Conduct = "conduct", "履职作风", "conduct"; Other = "other", "其他", "other";
    }
}
vocabulary! {
    /// Classes of people who attend.
    AttendanceClass, clause "C-4.3b" {
        PartyOrganisation = "party_organisation", "党组织", "Party organisation"; PartyMember = "party_member", "党员代表", "Party members"; Resident = "resident", "群众代表", "residents";
        MassOrganisation = "mass_organisation", "群团组织代表", "mass organisations"; Official = "official", "部门负责人", "officials";
    }
}
vocabulary! {
    /// Grades of the annual review.
    Grade, clause "C-5.2" {
        Excellent = "excellent", "优秀", "excellent"; Competent = "competent", "称职", "competent";
        BasicallyCompetent = "basically_competent", "基本称职", "basically competent"; NotCompetent = "not_competent", "不称职", "not competent";
    }
}
