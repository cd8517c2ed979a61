//! The values an enum of the service may take, with stored name, Chinese and English term, and clause. One name per
//! thing, in code, JSON, SQL and docs.

/// Declares one closed list of values: the stored name, the Chinese term, the English one.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])+ $name:ident, clause $clause:literal { $($variant:ident = $text:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
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

            /// The English term.
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }

            /// Every stored name, in the same order.
            pub fn names() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.as_str()).collect()
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

mod accounts;
mod activities;
mod meetings;
mod obligations;
mod personal;
mod receipts;
mod reviews;
mod services;
mod sessions;
mod studies;
mod tasks;
mod typical_cases;

pub use accounts::*;
pub use activities::*;
pub use meetings::*;
pub use obligations::*;
pub use personal::*;
pub use receipts::*;
pub use reviews::*;
pub use services::*;
pub use sessions::*;
pub use studies::*;
pub use tasks::*;
pub use typical_cases::*;

vocabulary! {
    /// Kinds of delegate (两代表).
    DelegateType, clause "C-1" { Party = "party", "党代表", "Party delegate"; Deputy = "deputy", "人大代表", "people's congress deputy"; }
}
vocabulary! {
    /// Kinds of unit below a grid. Only villages and communities have a public notice board.
    UnitKind, clause "C-A1" { Village = "village", "村", "village"; Community = "community", "社区", "community"; Institution = "institution", "机关企事业单位", "institution"; }
}
vocabulary! {
    /// Kinds of office.
    OfficeKind, clause "C-3.5" {
        PartyStudio = "party_studio", "党代表工作室", "Party-delegate studio"; CongressOffice = "congress_office", "人大办公室", "congress office";
        Department = "department", "职能部门", "department"; Institution = "institution", "机关企事业单位", "institution";
    }
}
vocabulary! {
    /// Why a delegate left.
    DepartureReason, clause "C-1" {
        TermEnd = "term_end", "任期届满", "end of term"; Termination = "termination", "资格终止", "mandate terminated"; Suspension = "suspension", "暂停执行职务", "duties suspended";
        Resignation = "resignation", "辞职", "resignation"; Moved = "moved", "调离", "moved away"; Death = "death", "去世", "death"; Other = "other", "其他", "other";
    }
}
vocabulary! {
    /// Forms of a reception (联系记录).
    ReceptionForm, clause "C-3.1" {
        WalkIn = "walk_in", "接待来访", "walk-in"; GroupVisit = "group_visit", "集中走访", "group visit";
        ThemedVisit = "themed_visit", "专题走访", "themed visit"; Appointment = "appointment", "应约走访", "visit by appointment";
        Hearing = "hearing", "听取意见", "hearing";
    }
}
vocabulary! {
    /// Kinds of issue.
    IssueKind, clause "C-3.6" { Opinion = "opinion", "意见", "opinion"; Suggestion = "suggestion", "建议", "suggestion"; Demand = "demand", "要求", "demand"; }
}
vocabulary! {
    /// States of an issue.
    IssueState, clause "C-3.6" {
        Registered = "registered", "已登记", "registered"; InHand = "in_hand", "办理中", "in hand"; Escalated = "escalated", "已上报", "escalated";
        AwaitingAnswer = "awaiting_answer", "待答复", "awaiting the answer"; Answered = "answered", "已答复", "answered"; Closed = "closed", "已办结", "closed";
        Withdrawn = "withdrawn", "撤回", "withdrawn"; Referred = "referred", "已导入法定途径", "referred to a statutory channel"; Merged = "merged", "并案", "merged";
    }
}
impl IssueState {
    /// The states in which an answer is still owed: what `state=open` stands for.
    pub const OPEN: [Self; 5] = [Self::Registered, Self::InHand, Self::Escalated, Self::AwaitingAnswer, Self::Merged];
}

vocabulary! {
    /// Whether an issue's clock runs.
    ClockState, clause "C-4.4" { Running = "running", "计时中", "running"; Suspended = "suspended", "中止计时", "suspended"; Stopped = "stopped", "已停止", "stopped"; }
}
vocabulary! {
    /// How an issue stands against its due date.
    Lateness, clause "C-4.4" {
        OnTime = "on_time", "按期", "on time"; DueSoon = "due_soon", "即将到期", "due soon"; Overdue = "overdue", "逾期", "overdue"; LongOverdue = "long_overdue", "严重逾期", "long overdue";
    }
}
vocabulary! {
    /// Outcomes of an answer, a report or a conclusion.
    Outcome, clause "C-3.6" {
        Resolved = "resolved", "已解决", "resolved"; Planned = "planned", "列入计划", "planned"; Explained = "explained", "解释说明", "explained"; Declined = "declined", "不予采纳", "declined";
    }
}
vocabulary! {
    /// How an answer was given.
    AnswerChannel, clause "C-4.4" { Oral = "oral", "口头", "oral"; Written = "written", "书面", "written"; }
}
vocabulary! {
    /// What shows that an answer arrived.
    EvidenceKind, clause "C-4.4" {
        VisitorConfirmation = "visitor_confirmation", "来访人确认", "the visitor's confirmation"; Witness = "witness", "见证人", "witness";
        Signature = "signature", "签收", "signature"; DeliveryReceipt = "delivery_receipt", "送达回执", "delivery receipt"; Posted = "posted", "公示送达", "posted in public";
    }
}
vocabulary! {
    /// How words other than answers reached the visitor.
    WordChannel, clause "C-4.4" { InPerson = "in_person", "当面", "in person"; Phone = "phone", "电话", "by phone"; Letter = "letter", "信函", "by letter"; Message = "message", "短信", "by text message"; }
}
vocabulary! {
    /// Levels of the major-issue process (网格重大问题处理流程).
    Level, clause "C-3.6" { L1 = "L1", "二级网格", "second-level grid"; L2 = "L2", "一级网格工作例会", "regular meeting of the first-level grid"; L3 = "L3", "镇级联席会议", "town joint meeting"; L4 = "L4", "区级及以上", "district or above"; }
}
vocabulary! {
    /// Why more time is asked for.
    ExtensionReason, clause "C-4.4" {
        NeedsOtherUnit = "needs_other_unit", "需其他单位配合", "needs another unit"; NeedsSiteVisit = "needs_site_visit", "需现场核查", "needs a site visit";
        NeedsDecision = "needs_decision", "需上级决定", "needs a decision from above"; Complex = "complex", "情况复杂", "complex";
        VisitorUnavailable = "visitor_unavailable", "来访人联系不上", "the visitor cannot be reached"; Other = "other", "其他", "other";
    }
}
vocabulary! {
    /// Why a clock stands still.
    SuspensionReason, clause "C-4.4" { VisitorFacts = "visitor_facts", "等待来访人补充情况", "awaiting facts from the visitor"; ForceMajeure = "force_majeure", "不可抗力", "force majeure"; }
}
vocabulary! {
    /// Statutory channels to which an issue may be referred.
    StatutoryChannel, clause "C-3.6" {
        Court = "court", "诉讼", "court"; Arbitration = "arbitration", "仲裁", "arbitration"; Supervision = "supervision", "监察", "supervision";
        Reconsideration = "reconsideration", "行政复议", "administrative reconsideration"; Petition = "petition", "信访", "petition (letters and visits)"; Emergency = "emergency", "紧急求助", "emergency service";
    }
}
vocabulary! {
    /// What the visitor thinks of the answer.
    Satisfaction, clause "C-3.6" {
        Satisfied = "satisfied", "满意", "satisfied"; BasicallySatisfied = "basically_satisfied", "基本满意", "basically satisfied"; Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
    }
}
vocabulary! {
    /// Who passed the feedback on.
    FeedbackBy, clause "C-3.6" { Visitor = "visitor", "来访人", "the visitor"; CallBack = "call_back", "回访", "call-back"; }
}
vocabulary! {
    /// Why an issue is taken up again.
    ReopeningGround, clause "C-3.6" {
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied"; NewFacts = "new_facts", "新情况", "new facts";
        CommitmentBroken = "commitment_broken", "承诺未兑现", "commitment not kept"; WrongOutcome = "wrong_outcome", "结果有误", "wrong outcome";
    }
}
vocabulary! {
    /// Why responsibility passes to another delegate.
    HandoverReason, clause "C-4.4" {
        TermEnd = "term_end", "任期届满", "end of term"; Termination = "termination", "资格终止", "mandate terminated"; Suspension = "suspension", "暂停执行职务", "duties suspended";
        GridChange = "grid_change", "网格调整", "change of grid"; LongLeave = "long_leave", "长期请假", "long leave"; Recusal = "recusal", "回避", "recusal";
    }
}
vocabulary! {
    /// The last thing the visitor was told.
    LastWordKind, clause "C-3.6" {
        Receipt = "receipt", "受理告知", "receipt"; InterimReply = "interim_reply", "阶段性答复", "interim reply"; ExtensionNotice = "extension_notice", "延期告知", "notice of extension";
        FinalAnswer = "final_answer", "正式答复", "final answer"; Referral = "referral", "途径告知", "referral"; ReopeningDecision = "reopening_decision", "重办决定告知", "decision on reopening";
    }
}
vocabulary! {
    /// How one issue is linked to another; no effect on anybody's duty.
    LinkKind, clause "C-3.6" { Related = "related", "相关", "related"; Recurring = "recurring", "重复反映", "recurring"; CausedBy = "caused_by", "由其引起", "caused by"; }
}
vocabulary! {
    /// Which rule a due date comes from.
    DueRule, clause "C-4.4" {
        FinalAnswer = "final_answer", "答复期限", "time for the answer"; OuterLimit = "outer_limit", "最长期限", "outer limit"; AfterReturn = "after_return", "退回后期限", "time after a return";
        AfterReportBack = "after_report_back", "结果反馈后期限", "time after the outcome is reported back"; Rework = "rework", "重办期限", "time after reopening"; Extension = "extension", "延期", "extension";
        Resumption = "resumption", "恢复计时", "resumption of the clock"; Handling = "handling", "承办期限", "time for handling";
    }
}
vocabulary! {
    /// States of a major issue.
    MajorIssueState, clause "C-3.6" {
        Submitted = "submitted", "提交", "submitted"; Triaged = "triaged", "研判", "triaged"; Deliberated = "deliberated", "会商", "deliberated"; Assigned = "assigned", "交办", "assigned";
        Handling = "handling", "办理", "in handling"; ReportedBack = "reported_back", "反馈", "reported back"; Verified = "verified", "核查", "verified";
        ReturnedForRework = "returned_for_rework", "退回重办", "returned for rework"; Concluded = "concluded", "办结", "concluded"; Returned = "returned", "退回", "returned"; Referred = "referred", "已导入法定途径", "referred to a statutory channel";
    }
}
impl MajorIssueState {
    /// Whether it is an end: concluded, returned or referred.
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
    TriageDecision, clause "C-3.6" { Accept = "accept", "受理", "accept"; Return = "return", "退回", "return"; Refer = "refer", "导入法定途径", "refer to a statutory channel"; }
}
vocabulary! {
    /// Roles in which one acts. The system and visitors have no accounts.
    Role, clause "C-5.1" {
        Delegate = "delegate", "代表", "delegate"; Convener = "convener", "召集人", "convener"; Liaison = "liaison", "联络员", "liaison"; PartyStudio = "party_studio", "党代表工作室", "Party-delegate studio";
        CongressOffice = "congress_office", "人大办公室", "congress office"; HandlingUnit = "handling_unit", "承办单位", "handling unit"; Auditor = "auditor", "审计人员", "auditor"; ReportJob = "report_job", "报表任务", "report job";
        Visitor = "visitor", "群众", "visitor"; Administrator = "administrator", "管理员", "administrator"; System = "system", "系统", "system";
    }
}
impl Role {
    /// Whether an account may hold it. The system and visitors have no accounts: only leaves name them.
    pub const fn is_held(self) -> bool {
        match self {
            Self::Delegate
            | Self::Convener
            | Self::Liaison
            | Self::PartyStudio
            | Self::CongressOffice
            | Self::HandlingUnit
            | Self::Auditor
            | Self::ReportJob
            | Self::Administrator => true,
            Self::System | Self::Visitor => false,
        }
    }

    /// Those that an account may hold, in the order of the documents.
    pub fn held() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|role| role.is_held())
    }
}
vocabulary! {
    /// Indicators of the annual review, in the order in which they are shown.
    Indicator, clause "C-5.2" {
        AnswerRate = "answer_rate", "答复率", "answer rate"; OnTime = "on_time", "按时答复率", "answered on time"; OnTimeOriginal = "on_time_original", "原期限按时答复率", "answered on time by the original date";
        OnTheSpot = "on_the_spot", "当场解答率", "answered on the spot"; Interim = "interim", "阶段性答复率", "interim replies in time"; MedianWd = "median_wd", "答复工作日中位数", "median working days to the answer"; P90Wd = "p90_wd", "答复工作日九成位数", "90th percentile of working days to the answer";
        ResolutionResolved = "resolution_resolved", "解决率", "resolved"; ResolutionPlanned = "resolution_planned", "列入计划率", "planned";
        ResolutionExplained = "resolution_explained", "解释说明率", "explained"; ResolutionDeclined = "resolution_declined", "不予采纳率", "declined";
        Promises = "promises", "承诺兑现率", "commitments kept"; Satisfaction = "satisfaction", "满意率", "satisfaction"; Reopened = "reopened", "重办率", "reopened";
        EscalationQuality = "escalation_quality", "上报得当率", "escalations upheld"; PostReturn = "post_return", "反馈后按时答复率", "answered on time after the report back"; LateRecords = "late_records", "迟录率", "recorded late";
        Corrections = "corrections", "更正率", "corrected records"; DisputesUpheld = "disputes_upheld", "异议成立率", "disputes upheld"; Attendance = "attendance", "出勤率", "attendance";
        ValidSessions = "valid_sessions", "有效场次率", "valid sessions"; Notices = "notices", "按时公示率", "notices posted in time"; ThemeActivities = "theme_activities", "主题活动", "theme activities";
        Meetings = "meetings", "季度例会", "quarterly meetings"; Symposia = "symposia", "代表群众座谈会", "symposia"; Studies = "studies", "调查研究", "studies"; Deeds = "deeds", "领办实事", "pledged deeds";
        TypicalCases = "typical_cases", "典型案例", "typical cases";
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
}

vocabulary! {
    /// Kinds of file. What counts as which is closed: the media types of each stand in `file/media_type.rs`.
    FileKind, clause "" { Document = "document", "文件", "document"; Image = "image", "图片", "image"; Audio = "audio", "录音", "sound recording"; Video = "video", "录像", "video recording"; }
}
