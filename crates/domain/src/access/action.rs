//! Every action of the service: who may do it, in the columns of [`COLUMNS`], who approves it where it takes two persons,
//! which separations of duties it is held to, and what it is called. A route names one of these, so that none is without
//! its row.

use crate::access::cell::{COLUMNS, Cell, cells};

/// What kind of call an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// It changes something.
    Command,
    /// It tells something.
    Read,
    /// It needs no account.
    Open,
}

/// What is declared of an action.
#[derive(Clone, Copy, Debug)]
pub struct ActionRow {
    /// Its name, `<thing>.<verb>`.
    pub name: &'static str,
    /// Its kind.
    pub kind: ActionKind,
    /// Of which things somebody may do it, role by role in the order of [`COLUMNS`].
    pub cells: [Cell; COLUMNS.len()],
    /// Roles that approve it, joined by `+`; `-` where one person is enough.
    pub approved_by: &'static str,
    /// Separations of duties it is held to, such as `S1 S2` (docs/ACCESS.md).
    pub separation: &'static str,
    /// The Chinese term.
    pub zh: &'static str,
    /// The English term.
    pub en: &'static str,
}

macro_rules! actions {
    ($($variant:ident = $name:literal, $kind:ident, $cells:literal, $approved:literal, $separation:literal, $zh:literal, $en:literal;)+) => {
        /// Something that somebody asks or commands. In the order of the table, which is that of the names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $en] $variant,)+
        }

        const ROWS: &[ActionRow] = &[$(ActionRow {
            name: $name,
            kind: ActionKind::$kind,
            cells: cells($cells),
            approved_by: $approved,
            separation: $separation,
            zh: $zh,
            en: $en,
        },)+];

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The action of a name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

// Columns: delegate, convener, liaison, party_studio, congress_office, handling_unit, auditor, report_job, public,
// administrator.
actions! {
    AccessAdopt = "access.adopt", Command, "- - - - - - - - - T", "congress_office", "S2", "采用权限表", "adopt an access table";
    AccessRead = "access.read", Open, "T T T T T T T T T T", "-", "", "查看权限表", "read the access table";
    AccountBindIdentity = "account.bind_identity", Command, "- - - - - - - - - T", "congress_office", "S2 S6", "绑定外部身份", "bind an outside identity to an account";
    AccountCreate = "account.create", Command, "- - - - - - - - - T", "congress_office", "S2", "建立账户", "create an account";
    AccountCredentials = "account.credentials", Command, "O O O O O O O O - O", "-", "", "设置本人密码与第二因素", "set one's own password and second factor";
    AccountEndGrant = "account.end_grant", Command, "- - - - T - - - - T", "-", "S6", "终止授权", "end a grant";
    AccountEnrol = "account.enrol", Command, "- - - - - - - - - T", "-", "S6", "发放开通码", "issue an enrolment code";
    AccountGrant = "account.grant", Command, "- - - - - - - - - T", "congress_office", "S2 S6", "授予权限", "give a grant";
    AccountList = "account.list", Read, "- - - - T - T - - T", "-", "", "查看账户列表", "list accounts";
    AccountMe = "account.me", Read, "O O O O O O O O - O", "-", "", "查看本人账户", "see one's own account";
    AccountRead = "account.read", Read, "O O O O T O T O - T", "-", "", "查看账户", "read an account";
    AccountReinstate = "account.reinstate", Command, "- - - - - - - - - T", "congress_office", "S2 S6", "恢复账户", "reinstate an account";
    AccountSignIn = "account.sign_in", Open, "T T T T T T T T T T", "-", "", "登录", "sign in";
    AccountSignOut = "account.sign_out", Command, "O O O O O O O O - O", "-", "", "退出登录", "sign out";
    AccountSuspend = "account.suspend", Command, "- - - - T - - - - T", "-", "S6", "停用账户", "suspend an account";
    AccountTasks = "account.tasks", Read, "O O O O O O O O - O", "-", "", "查看本人待办", "see one's own tasks";
    ActivityAcknowledge = "activity.acknowledge", Command, "- - - L T - - - - -", "-", "", "确认收悉活动情况", "acknowledge the report of an activity";
    ActivityAdoptImprovement = "activity.adopt_improvement", Command, "- G - L T - - - - -", "-", "", "提出改进措施", "adopt an improvement";
    ActivityAttachEvidence = "activity.attach_evidence", Command, "O G St L T - - - - -", "-", "", "留存活动资料", "attach evidence to an activity";
    ActivityCompleteImprovement = "activity.complete_improvement", Command, "- G St L T - - - - -", "-", "", "完成改进措施", "complete an improvement";
    ActivityCorrect = "activity.correct", Command, "O G St L T - - - - -", "-", "", "更正活动记录", "correct an activity's record";
    ActivityDecideCorrection = "activity.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定活动记录的更正", "decide on a correction of an activity's record";
    ActivityList = "activity.list", Read, "T T T T T T T T - T", "-", "", "查看活动列表", "list activities";
    ActivityRead = "activity.read", Read, "T T T T T T T T - T", "-", "", "查看活动", "read an activity";
    ActivityRecord = "activity.record", Command, "O G St L T - - - - -", "-", "", "记录活动", "record an activity";
    ActivitySubmit = "activity.submit", Command, "- G St - - - - - - -", "-", "", "报送活动情况", "report an activity to an office";
    AppointmentCancel = "appointment.cancel", Command, "O G St - - - - - - -", "-", "", "取消预约", "cancel an appointment";
    AppointmentContact = "appointment.contact", Command, "O G St - - - - - - -", "-", "", "与预约人联系", "contact whoever asked for an appointment";
    AppointmentList = "appointment.list", Read, "O G St L T - T Σ - -", "-", "", "查看预约列表", "list appointments";
    AppointmentRead = "appointment.read", Read, "O G St L T - T Σ - -", "-", "", "查看预约", "read an appointment";
    AppointmentRequest = "appointment.request", Command, "O G St L T - - - - -", "-", "", "预约走访", "request an appointment";
    AppointmentSchedule = "appointment.schedule", Command, "O G St L T - - - - -", "-", "", "约定走访", "schedule an appointment";
    BackupList = "backup.list", Read, "- - - - - - T - - T", "-", "", "查看备份列表", "list backups";
    BackupMake = "backup.make", Command, "- - - - - - - - - T", "-", "", "制作备份", "make a backup";
    CalendarList = "calendar.list", Read, "T T T T T T T T - T", "-", "", "查看工作日历列表", "list working calendars";
    CalendarPublish = "calendar.publish", Command, "- - - - T - - - - T", "congress_office", "S2", "公布工作日历", "publish a working calendar";
    CalendarRead = "calendar.read", Read, "T T T T T T T T - T", "-", "", "查看工作日历", "read a working calendar";
    ClauseRead = "clause.read", Read, "T T T T T T T T - T", "-", "", "查看条款台账", "read the ledger of clauses";
    ClockRead = "clock.read", Read, "- - - - T - T T - T", "-", "", "查看履职时钟", "read the clock over obligations";
    ClockRun = "clock.run", Command, "- - - - T - - - - T", "-", "", "运行履职时钟", "run the clock over obligations";
    ConfigurationRead = "configuration.read", Read, "- - - - - - T - - T", "-", "", "查看系统配置", "read the configuration";
    ConsoleRead = "console.read", Open, "T T T T T T T T T T", "-", "", "打开控制台", "open the console";
    ContractRead = "contract.read", Open, "T T T T T T T T T T", "-", "", "查看接口文档", "read the contract";
    DashboardRead = "dashboard.read", Read, "O G St L T D T T - -", "-", "", "查看跟踪统计", "read dashboards";
    DeedAbandon = "deed.abandon", Command, "O - St - - - - - - -", "-", "", "放弃实事", "give a deed up";
    DeedComplete = "deed.complete", Command, "O - St - - - - - - -", "-", "", "完成实事", "complete a deed";
    DeedCorrect = "deed.correct", Command, "O G St L T - - - - -", "-", "", "更正实事记录", "correct a deed's record";
    DeedDecideCorrection = "deed.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定实事记录的更正", "decide on a correction of a deed's record";
    DeedList = "deed.list", Read, "T T T T T T T T - T", "-", "", "查看实事列表", "list deeds";
    DeedPledge = "deed.pledge", Command, "O G St L T - - - - -", "-", "", "认领实事", "pledge a deed";
    DeedRead = "deed.read", Read, "T T T T T T T T - T", "-", "", "查看实事", "read a deed";
    DelegateChange = "delegate.change", Command, "- - - L T - - - - -", "-", "S6", "变更代表资格与分工", "change a delegate's mandates and assignments";
    DelegateList = "delegate.list", Read, "T T T T T T T T - T", "-", "", "查看代表列表", "list delegates";
    DelegateRead = "delegate.read", Read, "T T T T T T T T - T", "-", "", "查看代表", "read a delegate";
    DelegateRegister = "delegate.register", Command, "- - - L T - - - - -", "-", "", "登记代表", "register a delegate";
    DelegateRename = "delegate.rename", Command, "- - - L T - - - - -", "-", "", "代表更名", "rename a delegate";
    ErasureDecide = "erasure.decide", Command, "- - - - T - - - - T", "-", "S2", "决定是否删除", "decide on an erasure";
    ErasureList = "erasure.list", Read, "O G St L T - T - - T", "-", "", "查看删除申请列表", "list erasures";
    ErasureRead = "erasure.read", Read, "O G St L T - T - - T", "-", "", "查看删除申请", "read an erasure";
    ErasureRequest = "erasure.request", Command, "O G St L T - - - - -", "-", "", "申请删除个人信息", "request an erasure";
    FeedFollow = "feed.follow", Read, "O G St L T D T T - -", "-", "", "订阅新事件", "follow the feed";
    FileAdd = "file.add", Command, "O G St L T D - - - -", "-", "", "存入文件", "store a file";
    FileOpen = "file.open", Read, "O G St L T D - - - -", "-", "", "打开文件内容", "open a file";
    FileRead = "file.read", Read, "O G St L T D T Σ - -", "-", "", "查看附件", "read a file";
    HealthRead = "health.read", Open, "T T T T T T T T T T", "-", "", "查看运行状况", "read the health";
    IssueAnswer = "issue.answer", Command, "O - St - - - - - - -", "-", "S8", "答复事项", "answer an issue";
    IssueAttachEvidence = "issue.attach_evidence", Command, "O G St L T D - - - -", "-", "", "为事项附加材料", "attach evidence to an issue";
    IssueAttemptDelivery = "issue.attempt_delivery", Command, "O - St - - - - - - -", "-", "", "记录送达尝试", "record an attempt to deliver";
    IssueClose = "issue.close", Command, "O G St L T - - - - -", "-", "S4", "办结事项", "close an issue";
    IssueCorrect = "issue.correct", Command, "O G St L T D - - - -", "-", "", "更正事项记录", "correct an issue's record";
    IssueDecideCorrection = "issue.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定事项记录的更正", "decide on a correction of an issue's record";
    IssueDecideExtension = "issue.decide_extension", Command, "- G - L T - - - - -", "-", "S1 S2", "决定延期", "decide on more time";
    IssueDecideReopening = "issue.decide_reopening", Command, "- G - L T - - - - -", "-", "S1 S2", "决定重办", "decide on reopening";
    IssueEscalate = "issue.escalate", Command, "O G St L T - - - - -", "-", "", "上报事项", "escalate an issue";
    IssueExtend = "issue.extend", Command, "O - St - - D - - - -", "-", "", "申请延期并告知来访人", "ask for more time and tell the visitor";
    IssueFeedback = "issue.feedback", Command, "- - St L T - - - - -", "-", "S3 S4", "记录评价", "record feedback";
    IssueGiveInput = "issue.give_input", Command, "- - St - - D - - - -", "-", "", "回复征询", "give input";
    IssueHandOver = "issue.hand_over", Command, "- G - L T - - - - -", "-", "S1", "移交事项", "hand an issue over";
    IssueLink = "issue.link", Command, "O G St L T - - - - -", "-", "", "关联事项", "link issues";
    IssueList = "issue.list", Read, "O G St L T D T Σ - -", "-", "", "查看事项列表", "list issues";
    IssueMerge = "issue.merge", Command, "- G - L T - - - - -", "-", "", "并案与撤销并案", "merge and unmerge issues";
    IssueRead = "issue.read", Read, "O G St L T D T Σ - -", "-", "", "查看事项", "read an issue";
    IssueRefer = "issue.refer", Command, "O G - L T - - - - -", "-", "", "告知法定途径", "refer to a statutory channel";
    IssueReissueReceipt = "issue.reissue_receipt", Command, "- - St - T - - - - -", "-", "S3", "补发回执", "issue a receipt again";
    IssueReopen = "issue.reopen", Command, "- G St L T - - - - -", "-", "", "申请重办", "ask to reopen an issue";
    IssueReply = "issue.reply", Command, "O - St - - - - - - -", "-", "", "阶段性答复", "reply in the interim";
    IssueRequestInput = "issue.request_input", Command, "O - St - - - - - - -", "-", "", "征询情况", "request input";
    IssueReturn = "issue.return", Command, "- G - L T - - - - -", "-", "S1", "退回上报", "return an escalation";
    IssueSuspend = "issue.suspend", Command, "- G - L T - - - - -", "-", "S1", "中止与恢复计时", "suspend and resume the clock";
    IssueTake = "issue.take", Command, "O - St - - - - - - -", "-", "", "受理事项", "take an issue in hand";
    IssueVerifyCommitment = "issue.verify_commitment", Command, "- G St L T - - - - -", "-", "S3", "核实承诺", "verify a commitment";
    IssueWithdraw = "issue.withdraw", Command, "- G St L T - - - - -", "-", "S3", "撤回事项", "withdraw an issue";
    KeyRotate = "key.rotate", Command, "- - - - - - - - - T", "congress_office", "S2", "更换签名密钥", "rotate the signing key";
    LeaveDecide = "leave.decide", Command, "- G - L T - - - - -", "-", "S1", "决定请假", "decide on leave";
    LeaveList = "leave.list", Read, "O G St L T - T - - -", "-", "", "查看请假列表", "list leaves of absence";
    LeaveRequest = "leave.request", Command, "O - St - - - - - - -", "-", "", "请假", "ask for leave";
    LeaveWithdraw = "leave.withdraw", Command, "O - St - - - - - - -", "-", "", "撤回请假", "take leave back";
    LegalHoldLift = "legal_hold.lift", Command, "- - - - T - T - - -", "congress_office+auditor", "S2", "解除保全", "lift a legal hold";
    LegalHoldList = "legal_hold.list", Read, "- - - - T - T - - T", "-", "", "查看保全列表", "list legal holds";
    LegalHoldSet = "legal_hold.set", Command, "- - - - T - T - - -", "congress_office+auditor", "S2", "设定保全", "set a legal hold";
    LogCheck = "log.check", Open, "T T T T T T T T T T", "-", "", "核对日志", "check the log";
    LogProve = "log.prove", Read, "O G St L T D T T - -", "-", "", "出具记录证明", "prove a leaf";
    LogRead = "log.read", Read, "- - - - T - T T - -", "-", "", "读取日志", "read the log";
    LogRequestOpening = "log.request_opening", Command, "- - - - - - T - - -", "congress_office", "S2", "申请开启密封内容", "request an opening of boxes";
    MajorIssueAccept = "major_issue.accept", Command, "- - - - - D - - - -", "-", "", "接办重大问题", "accept a major issue";
    MajorIssueAssign = "major_issue.assign", Command, "- G - L T - - - - -", "-", "S5", "交办重大问题", "assign a major issue";
    MajorIssueChangeLevel = "major_issue.change_level", Command, "- G - L T - - - - -", "-", "S5", "变更层级", "change the level";
    MajorIssueConclude = "major_issue.conclude", Command, "- G - L T - - - - -", "-", "S5", "办结重大问题", "conclude a major issue";
    MajorIssueDecideRefusal = "major_issue.decide_refusal", Command, "- G - L T - - - - -", "-", "S5", "裁定退单", "decide on a refused dispatch";
    MajorIssueDeliberate = "major_issue.deliberate", Command, "- G - L T - - - - -", "-", "S5", "会商重大问题", "deliberate a major issue";
    MajorIssueList = "major_issue.list", Read, "O G St L T D T Σ - -", "-", "", "查看重大问题列表", "list major issues";
    MajorIssueRead = "major_issue.read", Read, "O G St L T D T Σ - -", "-", "", "查看重大问题", "read a major issue";
    MajorIssueRefuse = "major_issue.refuse", Command, "- - - - - D - - - -", "-", "", "退单", "refuse a dispatch";
    MajorIssueReport = "major_issue.report", Command, "- - - - - D - - - -", "-", "", "办理反馈", "report the outcome";
    MajorIssueTriage = "major_issue.triage", Command, "- G - L T - - - - -", "-", "S5", "研判重大问题", "triage a major issue";
    MajorIssueVerify = "major_issue.verify", Command, "- G - L T - - - - -", "-", "S5", "核查办理结果", "verify the outcome";
    MeetingCancel = "meeting.cancel", Command, "- G - L T - - - - -", "-", "", "取消会议", "cancel a meeting";
    MeetingClose = "meeting.close", Command, "- G St L T - - - - -", "-", "", "记录会议召开", "close a meeting";
    MeetingConvene = "meeting.convene", Command, "- G St L T - - - - -", "-", "", "召集会议", "convene a meeting";
    MeetingCorrect = "meeting.correct", Command, "O G St L T - - - - -", "-", "", "更正会议记录", "correct a meeting's record";
    MeetingDecide = "meeting.decide", Command, "- G - L T - - - - -", "-", "", "记录会议决定", "record what a meeting decides";
    MeetingDecideCorrection = "meeting.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定会议记录的更正", "decide on a correction of a meeting's record";
    MeetingDefer = "meeting.defer", Command, "- G - L T - - - - -", "-", "", "会上暂缓研究", "defer a major issue in a meeting";
    MeetingList = "meeting.list", Read, "T T T T T T T T - T", "-", "", "查看会议列表和议程", "list meetings and the agenda";
    MeetingRead = "meeting.read", Read, "T T T T T T T T - T", "-", "", "查看会议", "read a meeting";
    MeetingTable = "meeting.table", Command, "- G St L T - - - - -", "-", "", "重大问题上会", "table a major issue";
    MetricsRead = "metrics.read", Read, "- - - - - - - T - T", "-", "", "查看运行指标", "read the metrics";
    NoticeAmend = "notice.amend", Command, "- G St L T - - - - -", "-", "", "变更公示", "amend a notice";
    NoticeAnswerObjection = "notice.answer_objection", Command, "- - - L T - - - - -", "-", "S1", "答复公示异议", "answer an objection";
    NoticeList = "notice.list", Open, "T T T T T T T T T T", "-", "", "查看公示列表", "list notices";
    NoticeObject = "notice.object", Open, "O G St L T - - - T -", "-", "", "对公示提出异议", "object to a notice";
    NoticePost = "notice.post", Command, "- G St L T - - - - -", "-", "", "张贴公示", "post a notice";
    NoticeRead = "notice.read", Open, "T T T T T T T T T T", "-", "", "查看公示", "read a notice";
    ObligationDecideExplanation = "obligation.decide_explanation", Command, "- G - L T - - - - -", "-", "S1 S2", "认定情况说明", "decide on an explanation";
    ObligationExplain = "obligation.explain", Command, "O G St L T D - - - -", "-", "", "说明未履行情况", "explain a breach";
    ObligationList = "obligation.list", Read, "O G St L T D T T - -", "-", "", "查看义务清单", "list obligations";
    ObligationRead = "obligation.read", Read, "O G St L T D T T - -", "-", "", "查看义务", "read an obligation";
    OfficeList = "office.list", Read, "T T T T T T T T - T", "-", "", "查看办公室列表", "list offices";
    OfficeRead = "office.read", Read, "T T T T T T T T - T", "-", "", "查看办公室", "read an office";
    OfficeRegister = "office.register", Command, "- - - L T - - - - -", "-", "", "登记办公室", "register an office";
    OfficeRename = "office.rename", Command, "- - - - T - - - - -", "-", "", "办公室更名", "rename an office";
    PersonalExport = "personal.export", Read, "- - St L T - - - - -", "-", "", "导出个人信息", "export a person's data";
    PersonalOpen = "personal.open", Read, "O G St L T D - - - -", "-", "", "查看完整姓名或电话", "open a name or a phone number";
    PersonalRead = "personal.read", Read, "O G St L T D - - - -", "-", "", "阅读文字内容", "read the words";
    PersonalSearch = "personal.search", Read, "- - St L T - - - - -", "-", "", "查找个人", "search for a person";
    PersonalViews = "personal.views", Read, "- G - L T - T - - -", "-", "", "查看阅览记录", "see who looked";
    PlaceAppoint = "place.appoint", Command, "- - - L T - - - - -", "-", "S6", "任命召集人与联络员", "appoint conveners and liaisons";
    PlaceList = "place.list", Read, "T T T T T T T T - T", "-", "", "查看网格与单位列表", "list grids and units";
    PlaceRead = "place.read", Read, "T T T T T T T T - T", "-", "", "查看网格与单位", "read a grid or a unit";
    PlaceRename = "place.rename", Command, "- - - - T - - - - -", "-", "", "网格与单位更名", "rename a grid or a unit";
    PlaceSetVenue = "place.set_venue", Command, "- G St L T - - - - -", "-", "", "设定接待地点", "set the venue of a grid's sessions";
    PolicyAdopt = "policy.adopt", Command, "- - - - T - - - - T", "congress_office", "S2", "通过规则", "adopt a policy version";
    PolicyList = "policy.list", Read, "T T T T T T T T - T", "-", "", "查看规则列表", "list policy versions";
    PolicyRead = "policy.read", Read, "T T T T T T T T - T", "-", "", "查看规则", "read a policy version";
    ProgrammeAmend = "programme.amend", Command, "- - - - T - - - - -", "-", "", "修订活动概况", "amend the programme";
    ProgrammeRead = "programme.read", Read, "T T T T T T T T - T", "-", "", "查看活动概况", "read the programme";
    ProposalDecide = "proposal.decide", Command, "- - - - T - - - - T", "-", "S2", "审批提请事项", "decide on a proposal";
    ProposalList = "proposal.list", Read, "- - - L T - T - - T", "-", "", "查看提请事项列表", "list proposals";
    ProposalRead = "proposal.read", Read, "- - - L T - T - - T", "-", "", "查看提请事项", "read a proposal";
    ProposalRetract = "proposal.retract", Command, "O O O O O O O O - O", "-", "", "撤回提请事项", "retract a proposal";
    ReadModelRead = "read_model.read", Read, "- - - - T - T T - T", "-", "", "查看看板的状态", "read the state of the read models";
    ReadModelRebuild = "read_model.rebuild", Command, "- - - - - - - - - T", "-", "", "重建看板", "rebuild a read model";
    ReceiptAttach = "receipt.attach", Open, "- - - - - - - - R -", "-", "", "凭回执补充材料", "add files by a receipt";
    ReceiptErase = "receipt.erase", Open, "- - - - - - - - R -", "-", "", "凭回执申请删除", "request an erasure by a receipt";
    ReceiptFeedback = "receipt.feedback", Open, "- - - - - - - - R -", "-", "", "凭回执评价", "give feedback by a receipt";
    ReceiptProve = "receipt.prove", Open, "- - - - - - - - R -", "-", "", "凭回执核验", "prove a receipt";
    ReceiptRead = "receipt.read", Open, "- - - - - - - - R -", "-", "", "凭回执查询", "read by a receipt";
    ReceiptReopen = "receipt.reopen", Open, "- - - - - - - - R -", "-", "", "凭回执申请重办", "request a reopening by a receipt";
    ReceiptWithdraw = "receipt.withdraw", Open, "- - - - - - - - R -", "-", "", "凭回执撤回", "withdraw by a receipt";
    ReceptionCorrect = "reception.correct", Command, "O G St L T - - - - -", "-", "", "更正联系记录", "correct a reception's record";
    ReceptionDecideCorrection = "reception.decide_correction", Command, "- G - L T - - - - -", "-", "S2", "决定联系记录的更正", "decide on a correction of a reception's record";
    ReceptionList = "reception.list", Read, "O G St L T - T Σ - -", "-", "", "查看联系记录列表", "list receptions";
    ReceptionRead = "reception.read", Read, "O G St L T - T Σ - -", "-", "", "查看联系记录", "read a reception";
    ReceptionRecord = "reception.record", Command, "O G St L T - - - - -", "-", "", "登记联系", "record a reception";
    ReportFreeze = "report.freeze", Command, "- - - L T - - T - -", "-", "", "固定报告", "freeze a report";
    ReportPublish = "report.publish", Command, "- - - L T - - - - -", "congress_office", "S2", "公布报告", "publish a report";
    ReportRead = "report.read", Read, "O G St L T D T Σ - -", "-", "", "查看报告", "read a report";
    ReviewAdjust = "review.adjust", Command, "- - - L T - - - - -", "congress_office", "S2", "调整冻结的指标", "adjust a frozen figure";
    ReviewAppraise = "review.appraise", Command, "- - - L T - - - - -", "-", "", "记录测评", "record a vote on a delegate";
    ReviewDecideDispute = "review.decide_dispute", Command, "- - - L T - - - - -", "-", "S2", "认定评议异议", "decide on a dispute of a review";
    ReviewDecideResult = "review.decide_result", Command, "- - - L T - - - - -", "-", "S1", "确定评议结果", "decide on a review's result";
    ReviewDispute = "review.dispute", Command, "O - - L T - T - - -", "-", "", "提出评议异议", "dispute an entry of a review";
    ReviewFreeze = "review.freeze", Command, "- - - L T - - - - -", "-", "", "冻结评议指标", "freeze the figures of a year";
    ReviewOpen = "review.open", Command, "- - - L T - - - - -", "-", "", "启动年度评议", "open the review of a year";
    ReviewPublish = "review.publish", Command, "- - - L T - - - - -", "congress_office", "S2", "公布评议结果", "publish the result of a delegate";
    ReviewRead = "review.read", Read, "O G St L T - T T - -", "-", "", "查看年度评议", "read annual reviews";
    ReviewReadPublic = "review.read_public", Open, "T T T T T T T T Σ T", "-", "", "查看公布的评议结果", "read the published results of a review";
    ReviewReport = "review.report", Command, "O - - - - - - - - -", "-", "", "提交述职报告", "submit the report of a delegate";
    RosterImport = "roster.import", Command, "- - St L T - - - - -", "-", "", "导入名单", "import a roster";
    RosterRead = "roster.read", Read, "T T T T T T T T - T", "-", "", "查看名单导入", "read a roster import";
    SecurityRead = "security.read", Read, "- - - - - - T - - T", "-", "S7", "查看安全日志", "read the security journal";
    SessionAdd = "session.add", Command, "- G St L T - - - - -", "-", "", "加开场次", "add a session";
    SessionAssign = "session.assign", Command, "- G St L T - - - - -", "-", "", "安排轮值", "assign rotas";
    SessionCancel = "session.cancel", Command, "- G St L T - - - - -", "-", "", "取消场次", "cancel a session";
    SessionCheckIn = "session.check_in", Command, "O G St - - - - - - -", "-", "S3", "签到签退", "check in and out of a session";
    SessionClose = "session.close", Command, "- G St - - - - - - -", "-", "", "结束接待", "close a session";
    SessionCorrect = "session.correct", Command, "- G St L T - - - - -", "-", "", "更正场次记录", "correct a session's record";
    SessionDecideCorrection = "session.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定场次记录的更正", "decide on a correction of a session's record";
    SessionFileRecord = "session.file_record", Command, "- G St - - - - - - -", "-", "", "报送接待记录", "file the record of a session";
    SessionList = "session.list", Read, "T T T T T T T T - T", "-", "", "查看场次列表", "list sessions";
    SessionMove = "session.move", Command, "- G St L T - - - - -", "-", "", "场次改期", "move a session";
    SessionOpen = "session.open", Command, "- G St - - - - - - -", "-", "", "开始接待", "open a session";
    SessionPlan = "session.plan", Command, "- G St L T - - - - -", "-", "", "安排接待日", "plan service days";
    SessionProposeRota = "session.propose_rota", Read, "T T T T T T T T - T", "-", "", "查看轮值建议", "see a proposed rota";
    SessionPublishRota = "session.publish_rota", Command, "- G St L T - - - - -", "-", "", "公布轮值", "publish rotas";
    SessionRead = "session.read", Read, "T T T T T T T T - T", "-", "", "查看场次", "read a session";
    SessionSubstitute = "session.substitute", Command, "O G St L T - - - - -", "-", "", "安排顶岗", "substitute a delegate on duty";
    SlipRead = "slip.read", Open, "T T T T T T T T T T", "-", "", "查看公示单", "read the daily slip";
    StudyAcknowledge = "study.acknowledge", Command, "- - - L T - - - - -", "-", "", "确认收悉调研", "acknowledge a study";
    StudyCorrect = "study.correct", Command, "O G St L T - - - - -", "-", "", "更正调研记录", "correct a study's record";
    StudyDecideCorrection = "study.decide_correction", Command, "- G - L T - - - - -", "-", "S1 S2", "决定调研记录的更正", "decide on a correction of a study's record";
    StudyFinish = "study.finish", Command, "O G St - - - - - - -", "-", "", "完成调研", "finish a study";
    StudyList = "study.list", Read, "T T T T T T T T - T", "-", "", "查看调研列表", "list studies and inspections";
    StudyRead = "study.read", Read, "T T T T T T T T - T", "-", "", "查看调研", "read a study or an inspection";
    StudyRecordUse = "study.record_use", Command, "- - - L T D - - - -", "-", "", "记录调研的采用", "record what was made of a study";
    StudyStart = "study.start", Command, "O G St L T - - - - -", "-", "", "开展调研或巡查", "start a study or record an inspection";
    StudySubmit = "study.submit", Command, "O G St - - - - - - -", "-", "", "报送调研", "submit a study to an office";
    TokenIssue = "token.issue", Command, "- - - - - - - - - T", "-", "S6", "签发令牌", "issue a token";
    TokenList = "token.list", Read, "O O O O O O O O - T", "-", "", "查看令牌列表", "list tokens";
    TokenRead = "token.read", Read, "O O O O O O O O - T", "-", "", "查看令牌", "read a token";
    TokenRevoke = "token.revoke", Command, "O O O O O O O O - T", "-", "", "吊销令牌", "revoke a token";
    TopicList = "topic.list", Read, "T T T T T T T T - T", "-", "", "查看主题", "list topics";
    TypicalCaseAnnotate = "typical_case.annotate", Command, "- G St L T - - - - -", "-", "", "为典型案例加注", "annotate a typical case";
    TypicalCaseDeidentify = "typical_case.deidentify", Command, "- - St L T - - - - -", "-", "", "典型案例去标识", "de-identify a typical case";
    TypicalCaseList = "typical_case.list", Read, "O G St L T - T T - -", "-", "", "查看典型案例列表", "list typical cases";
    TypicalCaseNominate = "typical_case.nominate", Command, "O G St L T - - - - -", "-", "", "推荐典型案例", "nominate a typical case";
    TypicalCasePublish = "typical_case.publish", Command, "- - - L T - - - - -", "congress_office", "S2", "发布典型案例", "publish a typical case";
    TypicalCaseRead = "typical_case.read", Read, "O G St L T - T T - -", "-", "", "查看典型案例", "read a typical case";
    TypicalCaseReadPublic = "typical_case.read_public", Open, "T T T T T T T T T T", "-", "", "查看已发布的典型案例", "read what is published of typical cases";
    TypicalCaseSelect = "typical_case.select", Command, "- - - L T - - - - -", "-", "", "评选典型案例", "decide on a typical case";
    TypicalCaseSubmit = "typical_case.submit", Command, "- G St - - - - - - -", "-", "", "上报典型案例", "submit a typical case";
    VocabularyRead = "vocabulary.read", Open, "T T T T T T T T T T", "-", "", "查看词表", "read the vocabulary";
    WebhookChange = "webhook.change", Command, "- - - - - - - O - T", "-", "", "变更推送", "change a webhook";
    WebhookCreate = "webhook.create", Command, "- - - - - - - - - T", "congress_office", "S2", "建立推送", "create a webhook";
    WebhookList = "webhook.list", Read, "- - - - - - T O - T", "-", "", "查看推送列表", "list webhooks";
    WebhookRead = "webhook.read", Read, "- - - - - - T O - T", "-", "", "查看推送", "read a webhook";
    WebhookReplay = "webhook.replay", Command, "- - - - - - - O - T", "-", "", "重新推送", "replay a webhook";
}

impl Action {
    /// What is declared of it.
    pub const fn row(self) -> &'static ActionRow {
        &ROWS[self as usize]
    }

    /// Its name, `<thing>.<verb>`.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Whether it takes effect only when another person approves.
    pub fn takes_two(self) -> bool {
        self.row().approved_by != "-"
    }

    /// Whether it changes something.
    pub fn is_command(self) -> bool {
        self.row().kind == ActionKind::Command
    }

    /// Whether it is held to a separation of duties, such as `S1`.
    pub fn separates(self, which: &str) -> bool {
        self.row().separation.split(' ').any(|one| one == which)
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
