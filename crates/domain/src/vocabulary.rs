//! The values an enum of the service may take, with stored name, Chinese term and clause. One name per thing, in
//! code, JSON, SQL and docs.

use serde::{Deserialize, Serialize};

/// Declares one closed list of values: the stored name, the Chinese term, and what it means.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])+ $name:ident, clause $clause:literal { $($variant:ident = $text:literal, $zh:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = $zh] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the documents.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The clause the list comes from.
            pub const CLAUSE: &'static str = $clause;

            /// The stored name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The Chinese term.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// Reads a stored name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// Kinds of delegate (两代表).
    DelegateType, clause "C-1" { Party = "party", "党代表"; Deputy = "deputy", "人大代表"; }
}
vocabulary! {
    /// Kinds of unit below a grid. Only villages and communities have a public notice board.
    UnitKind, clause "C-A1" { Village = "village", "村"; Community = "community", "社区"; Institution = "institution", "机关企事业单位"; }
}
vocabulary! {
    /// Kinds of office.
    OfficeKind, clause "C-3.5" {
        PartyStudio = "party_studio", "党代表工作室"; CongressOffice = "congress_office", "人大办公室";
        Department = "department", "职能部门"; Institution = "institution", "机关企事业单位";
    }
}
vocabulary! {
    /// Why a delegate left.
    DepartureReason, clause "C-1" {
        TermEnd = "term_end", "任期届满"; Termination = "termination", "资格终止"; Suspension = "suspension", "暂停执行职务";
        Resignation = "resignation", "辞职"; Moved = "moved", "调离"; Death = "death", "去世"; Other = "other", "其他";
    }
}
vocabulary! {
    /// Forms of a reception (联系记录).
    ReceptionForm, clause "C-3.1" {
        WalkIn = "walk_in", "接待来访"; GroupVisit = "group_visit", "集中走访";
        ThemedVisit = "themed_visit", "专题走访"; Appointment = "appointment", "应约走访";
    }
}
vocabulary! {
    /// Kinds of issue.
    IssueKind, clause "C-3.6" { Opinion = "opinion", "意见"; Suggestion = "suggestion", "建议"; Demand = "demand", "要求"; }
}
vocabulary! {
    /// States of an issue.
    IssueState, clause "C-3.6" {
        Registered = "registered", "已登记"; InHand = "in_hand", "办理中"; Escalated = "escalated", "已上报";
        AwaitingAnswer = "awaiting_answer", "待答复"; Answered = "answered", "已答复"; Closed = "closed", "已办结";
        Withdrawn = "withdrawn", "撤回"; Referred = "referred", "已导入法定途径"; Merged = "merged", "并案";
    }
}
impl IssueState {
    /// The states in which an answer is still owed (API §3): what `state=open` stands for.
    pub const OPEN: [Self; 5] = [Self::Registered, Self::InHand, Self::Escalated, Self::AwaitingAnswer, Self::Merged];
}

vocabulary! {
    /// Whether an issue's clock runs.
    ClockState, clause "C-4.4" { Running = "running", "计时中"; Suspended = "suspended", "中止计时"; Stopped = "stopped", "已停止"; }
}
vocabulary! {
    /// How an issue stands against its due date.
    Lateness, clause "C-4.4" {
        OnTime = "on_time", "按期"; DueSoon = "due_soon", "即将到期"; Overdue = "overdue", "逾期"; LongOverdue = "long_overdue", "严重逾期";
    }
}
vocabulary! {
    /// Outcomes of an answer, a report or a conclusion.
    Outcome, clause "C-3.6" {
        Resolved = "resolved", "已解决"; Planned = "planned", "列入计划"; Explained = "explained", "解释说明"; Declined = "declined", "不予采纳";
    }
}
vocabulary! {
    /// How an answer was given.
    AnswerChannel, clause "C-4.4" { Oral = "oral", "口头"; Written = "written", "书面"; }
}
vocabulary! {
    /// What shows that an answer arrived.
    EvidenceKind, clause "C-4.4" {
        VisitorConfirmation = "visitor_confirmation", "来访人确认"; Witness = "witness", "见证人";
        Signature = "signature", "签收"; DeliveryReceipt = "delivery_receipt", "送达回执"; Posted = "posted", "公示送达";
    }
}
vocabulary! {
    /// How words other than answers reached the visitor.
    WordChannel, clause "C-4.4" { InPerson = "in_person", "当面"; Phone = "phone", "电话"; Letter = "letter", "信函"; Message = "message", "短信"; }
}
vocabulary! {
    /// Levels of the major-issue process (网格重大问题处理流程).
    Level, clause "C-3.6" { L1 = "L1", "二级网格"; L2 = "L2", "一级网格工作例会"; L3 = "L3", "镇级联席会议"; L4 = "L4", "区级及以上"; }
}
vocabulary! {
    /// Why more time is asked for.
    ExtensionReason, clause "C-4.4" {
        NeedsOtherUnit = "needs_other_unit", "需其他单位配合"; NeedsSiteVisit = "needs_site_visit", "需现场核查";
        NeedsDecision = "needs_decision", "需上级决定"; Complex = "complex", "情况复杂";
        VisitorUnavailable = "visitor_unavailable", "来访人联系不上"; Other = "other", "其他";
    }
}
vocabulary! {
    /// Why a clock stands still.
    SuspensionReason, clause "C-4.4" { VisitorFacts = "visitor_facts", "等待来访人补充情况"; ForceMajeure = "force_majeure", "不可抗力"; }
}
vocabulary! {
    /// Statutory channels to which an issue may be referred.
    StatutoryChannel, clause "C-3.6" {
        Court = "court", "诉讼"; Arbitration = "arbitration", "仲裁"; Supervision = "supervision", "监察";
        Reconsideration = "reconsideration", "行政复议"; Petition = "petition", "信访"; Emergency = "emergency", "紧急求助";
    }
}
vocabulary! {
    /// What the visitor thinks of the answer.
    Satisfaction, clause "C-3.6" {
        Satisfied = "satisfied", "满意"; BasicallySatisfied = "basically_satisfied", "基本满意"; Dissatisfied = "dissatisfied", "不满意";
    }
}
vocabulary! {
    /// Who passed the feedback on.
    FeedbackBy, clause "C-3.6" { Visitor = "visitor", "来访人"; CallBack = "call_back", "回访"; }
}
vocabulary! {
    /// Why an issue is taken up again.
    ReopeningGround, clause "C-3.6" {
        Dissatisfied = "dissatisfied", "不满意"; NewFacts = "new_facts", "新情况";
        CommitmentBroken = "commitment_broken", "承诺未兑现"; WrongOutcome = "wrong_outcome", "结果有误";
    }
}
vocabulary! {
    /// Why responsibility passes to another delegate.
    HandoverReason, clause "C-4.4" {
        TermEnd = "term_end", "任期届满"; Termination = "termination", "资格终止"; Suspension = "suspension", "暂停执行职务";
        GridChange = "grid_change", "网格调整"; LongLeave = "long_leave", "长期请假"; Recusal = "recusal", "回避";
    }
}
vocabulary! {
    /// The last thing the visitor was told.
    LastWordKind, clause "C-3.6" {
        Receipt = "receipt", "受理告知"; InterimReply = "interim_reply", "阶段性答复"; ExtensionNotice = "extension_notice", "延期告知";
        FinalAnswer = "final_answer", "正式答复"; Referral = "referral", "途径告知"; ReopeningDecision = "reopening_decision", "重办决定告知";
    }
}
vocabulary! {
    /// How one issue is linked to another; no effect on anybody's duty.
    LinkKind, clause "C-3.6" { Related = "related", "相关"; Recurring = "recurring", "重复反映"; CausedBy = "caused_by", "由其引起"; }
}
vocabulary! {
    /// Which rule a due date comes from.
    DueRule, clause "C-4.4" {
        FinalAnswer = "final_answer", "答复期限"; OuterLimit = "outer_limit", "最长期限"; AfterReturn = "after_return", "退回后期限";
        AfterReportBack = "after_report_back", "结果反馈后期限"; Rework = "rework", "重办期限"; Extension = "extension", "延期";
        Resumption = "resumption", "恢复计时"; Handling = "handling", "承办期限";
    }
}
vocabulary! {
    /// States of a major issue.
    MajorIssueState, clause "C-3.6" {
        Submitted = "submitted", "提交"; Triaged = "triaged", "研判"; Deliberated = "deliberated", "会商"; Assigned = "assigned", "交办";
        Handling = "handling", "办理"; ReportedBack = "reported_back", "反馈"; Verified = "verified", "核查";
        ReturnedForRework = "returned_for_rework", "退回重办"; Concluded = "concluded", "办结"; Returned = "returned", "退回"; Referred = "referred", "已导入法定途径";
    }
}
impl MajorIssueState {
    /// Whether it is an end: concluded, returned or referred (domain §4.3).
    pub const fn is_over(self) -> bool {
        match self {
            Self::Concluded | Self::Returned | Self::Referred => true,
            Self::Submitted
            | Self::Triaged
            | Self::Deliberated
            | Self::Assigned
            | Self::Handling
            | Self::ReportedBack
            | Self::Verified
            | Self::ReturnedForRework => false,
        }
    }
}

vocabulary! {
    /// What triage decided.
    TriageDecision, clause "C-3.6" { Accept = "accept", "受理"; Return = "return", "退回"; Refer = "refer", "导入法定途径"; }
}
vocabulary! {
    /// Roles in which an account may act.
    Role, clause "C-5.1" {
        Delegate = "delegate", "代表"; Convener = "convener", "召集人"; Liaison = "liaison", "联络员"; PartyStudio = "party_studio", "党代表工作室";
        CongressOffice = "congress_office", "人大办公室"; HandlingUnit = "handling_unit", "承办单位"; Administrator = "administrator", "管理员"; System = "system", "系统";
    }
}
vocabulary! {
    /// Indicators of the annual review (domain §5.4), in the order in which they are shown.
    Indicator, clause "C-5.2" {
        AnswerRate = "answer_rate", "答复率"; OnTime = "on_time", "按时答复率"; OnTimeOriginal = "on_time_original", "原期限按时答复率";
        OnTheSpot = "on_the_spot", "当场解答率"; Interim = "interim", "阶段性答复率"; MedianWd = "median_wd", "答复工作日中位数"; P90Wd = "p90_wd", "答复工作日九成位数";
        ResolutionResolved = "resolution_resolved", "解决率"; ResolutionPlanned = "resolution_planned", "列入计划率";
        ResolutionExplained = "resolution_explained", "解释说明率"; ResolutionDeclined = "resolution_declined", "不予采纳率";
        Promises = "promises", "承诺兑现率"; Satisfaction = "satisfaction", "满意率"; Reopened = "reopened", "重办率";
        EscalationQuality = "escalation_quality", "上报得当率"; PostReturn = "post_return", "反馈后按时答复率"; LateRecords = "late_records", "迟录率";
        Corrections = "corrections", "更正率"; DisputesUpheld = "disputes_upheld", "异议成立率"; Attendance = "attendance", "出勤率";
        ValidSessions = "valid_sessions", "有效场次率"; Notices = "notices", "按时公示率"; ThemeActivities = "theme_activities", "主题活动";
        Meetings = "meetings", "季度例会"; Symposia = "symposia", "代表群众座谈会"; Studies = "studies", "调查研究"; Deeds = "deeds", "领办实事";
        TypicalCases = "typical_cases", "典型案例";
    }
}
impl Indicator {
    /// The clause whose duty it measures.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::OnTime | Self::OnTimeOriginal | Self::MedianWd | Self::P90Wd | Self::PostReturn => "C-4.4",
            Self::AnswerRate
            | Self::OnTheSpot
            | Self::Interim
            | Self::ResolutionResolved
            | Self::ResolutionPlanned
            | Self::ResolutionExplained
            | Self::ResolutionDeclined
            | Self::Promises
            | Self::Satisfaction
            | Self::Reopened
            | Self::EscalationQuality => "C-3.6",
            Self::LateRecords | Self::Corrections | Self::Attendance | Self::ValidSessions => "C-4.1",
            Self::DisputesUpheld | Self::Notices => "C-5.2",
            Self::ThemeActivities => "C-4.2",
            Self::Meetings => "C-4.3a",
            Self::Symposia => "C-4.3b",
            Self::Studies => "C-3.5",
            Self::Deeds => "C-3.4",
            Self::TypicalCases => "C-5.3",
        }
    }

    /// Whether facts that are recorded so far decide it.
    pub const fn is_decided(self) -> bool {
        !matches!(
            self,
            Self::DisputesUpheld
                | Self::Attendance
                | Self::ValidSessions
                | Self::Notices
                | Self::ThemeActivities
                | Self::Meetings
                | Self::Symposia
                | Self::Studies
                | Self::Deeds
                | Self::TypicalCases
        )
    }

    /// Whether it is said of grids only, not of a delegate.
    pub const fn of_grids_only(self) -> bool {
        matches!(self, Self::ValidSessions | Self::Notices)
    }
}
