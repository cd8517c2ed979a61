//! The table of refusals.

use super::Kind;
use std::fmt;

/// Declares the table of codes: name, kind, clause (`""` where the notice has none), Chinese and English text.
macro_rules! codes {
    ($($variant:ident = $text:literal, $kind:ident, $clause:literal, $zh:literal, $en:literal;)+) => {
        /// Every rule's "no". The names are part of the API and are fixed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Rule (409), unfit (422) or mistyped (415).
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind),+ }
            }

            /// The clause of the notice, where the rule rests on one.
            pub const fn clause(self) -> Option<&'static str> {
                let clause = match self { $(Self::$variant => $clause),+ };
                if clause.is_empty() { None } else { Some(clause) }
            }

            /// What it means, in Chinese.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// What it means, in English.
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }
    };
}

codes! {
    // Values and texts.
    Missing = "missing", Invalid, "", "缺少必填内容。", "A required value is missing or empty.";
    TooShort = "too_short", Invalid, "", "内容太短。", "The text is shorter than allowed.";
    TooLong = "too_long", Invalid, "", "内容超过长度上限。", "The text is longer than allowed.";
    TooMany = "too_many", Invalid, "", "条目数量超过上限。", "There are more entries than allowed.";
    ControlCharacter = "control_character", Invalid, "", "内容含有控制字符或不可见字符。", "The text holds control or invisible characters.";
    NotAName = "not_a_name", Invalid, "", "这不是一个人的姓名。", "This is not the name of a person.";
    SeveralNames = "several_names", Invalid, "", "一处只能填写一个人的姓名。", "Only one person's name may stand here.";
    InvalidValue = "invalid_value", Invalid, "", "取值不符合要求。", "The value does not fit.";
    OutOfRange = "out_of_range", Invalid, "", "数值超出允许范围。", "The number is out of its range.";
    UnknownId = "unknown_id", Invalid, "", "引用的编号不存在。", "An id in the body does not exist.";
    UnknownTopic = "unknown_topic", Invalid, "C-3.6", "该主题不在现行规则的主题表中。", "The topic is not in the policy's list of topics.";
    Duplicate = "duplicate", Invalid, "", "同一内容重复出现。", "The same entry is given twice.";

    // Times and days.
    InTheFuture = "in_the_future", Invalid, "", "所述时间在将来。", "The claimed time is in the future.";
    BeforeProgramme = "before_programme", Invalid, "C-0", "日期早于联系服务活动的实施日期。", "The day is before the programme came into effect.";
    BeforeReception = "before_reception", Invalid, "C-3.1", "时间早于接待时间。", "The time is before the reception.";
    BeforeAnswer = "before_answer", Invalid, "C-3.6", "时间早于答复送达时间。", "The time is before the answer was delivered.";
    BeforePrevious = "before_previous", Invalid, "", "时间早于其所依据的前一事实。", "The time is before the fact it follows.";
    DueTooFar = "due_too_far", Invalid, "C-4.4", "日期超出可接受的范围。", "The date is too far away.";
    NotLater = "not_later", Invalid, "C-4.4", "新的日期须晚于现行日期。", "The new date must be later than the one in force.";
    NoPolicyInForce = "no_policy_in_force", Rule, "C-0", "当日没有生效的规则。", "No policy is in force on that day.";

    // People and places.
    UnitNotInGrid = "unit_not_in_grid", Invalid, "C-1", "该单位不属于该网格。", "The unit does not belong to the grid.";
    DelegateWithoutMandate = "delegate_without_mandate", Invalid, "C-1", "该代表当日不具有相应的代表资格。", "The delegate holds no such mandate on that day.";
    DelegateTypeNeeded = "delegate_type_needed", Invalid, "C-1", "该代表兼有两种代表资格，请注明以何种身份。", "The delegate holds both mandates; say in which capacity.";
    DelegateTwice = "delegate_twice", Invalid, "C-1", "同一代表只计一次。", "A delegate counts once.";
    DelegateNotAtReception = "delegate_not_at_reception", Invalid, "C-4.4", "首问责任人须为参加该次接待的代表。", "The responsible delegate must be one of those who received.";
    NoDelegate = "no_delegate", Invalid, "C-3.1", "一次接待至少须有一名代表。", "A reception needs at least one delegate.";
    AlreadyEstablished = "already_established", Rule, "C-0", "联系服务活动已经设立。", "The programme is already established.";
    AlreadyDefined = "already_defined", Rule, "C-1", "同名区域已经存在。", "An area of that name already exists there.";
    NoTown = "no_town", Rule, "C-1", "尚未设立镇。", "The town is not defined yet.";
    AlreadyRegistered = "already_registered", Rule, "C-1", "该名称已经登记。", "That name is already registered.";
    AlreadyNamed = "already_named", Rule, "C-1", "名称与现有的相同，没有变化。", "It has that name already.";
    NotANamesake = "not_a_namesake", Invalid, "C-1", "namesake_of 所指的代表不是这个姓名。", "The delegate that namesake_of names has another name.";
    AlreadyHoldsMandate = "already_holds_mandate", Rule, "C-1", "该代表已具有这种代表资格。", "The delegate already holds a mandate of that type.";
    AlreadyAssigned = "already_assigned", Rule, "C-1", "该代表在此期间已联系该网格或单位，期间不得重叠。", "The delegate is already assigned there at that time; intervals must not overlap.";
    NotAssigned = "not_assigned_there", Rule, "C-1", "该代表未联系该网格或单位。", "The delegate is not assigned there.";
    BeforeMandate = "before_mandate", Invalid, "C-1", "日期早于代表资格的起始日。", "The day is before the delegate's mandate began.";
    BeforeAssignment = "before_assignment", Invalid, "C-1", "结束日早于联系的起始日。", "The last day is before the assignment began.";
    BeforeDeparture = "before_departure", Invalid, "C-1", "日期不晚于该代表离任之日。", "The day is not after the delegate's departure.";
    AlreadyDeparted = "already_departed", Rule, "C-1", "该代表已经离任。", "The delegate has already departed.";
    AlreadyAppointed = "already_appointed", Rule, "C-5.1", "该人已担任此职。", "That person already holds the office.";
    BeforeLastAppointment = "before_last_appointment", Invalid, "C-5.1", "起始日不晚于前一任的起始日。", "The first day is not after that of the holder before.";

    // Policies, calendars, accounts.
    AlreadyAdopted = "already_adopted", Rule, "C-0", "与现行规则版本相同，没有变化。", "This is the policy version in force already.";
    UnknownTimeZone = "unknown_time_zone", Invalid, "C-0", "时区名称无法识别。", "The time zone is not known.";
    TimeZoneFixed = "time_zone_fixed", Invalid, "C-0", "时区随首个规则版本确定，在记录的存续期间不变。", "The time zone is that of the first policy version for the life of the log.";
    AlreadyPublished = "already_published", Rule, "C-4.4", "该年度的工作日历已发布，且内容相同。", "That year's calendar is published already and says the same.";
    NotInYear = "not_in_year", Invalid, "C-4.4", "日期不在该年度内。", "The date is not in the calendar's year.";
    NotOnWeekend = "not_on_weekend", Invalid, "C-4.4", "调休上班日须为周六或周日。", "A make-up working day must be a Saturday or Sunday.";
    NameTaken = "name_taken", Rule, "", "该名称已被使用。", "The name is taken.";
    NoRole = "no_role", Invalid, "", "账户至少须有一种角色。", "An account needs at least one role.";
    UnknownToken = "unknown_token", Rule, "", "该账户没有此令牌。", "The account has no such token.";
    AlreadyIssued = "already_issued", Rule, "", "该令牌已经签发。", "The token was issued already.";
    AlreadyRevoked = "already_revoked", Rule, "", "该令牌已经吊销。", "The token was revoked already.";

    // Accounts, grants, proposals, access rules.
    AccountSuspended = "account_suspended", Rule, "", "该账户已停用。", "The account is suspended already.";
    AccountActive = "account_active", Rule, "", "该账户未停用。", "The account is not suspended.";
    NotAPerson = "not_a_person", Rule, "", "这不是个人账户；程序凭令牌访问。", "Only a person signs in; a machine has tokens.";
    NotAnAdministrator = "not_an_administrator", Rule, "", "该账户没有管理员权限。", "The account is no administrator's.";
    NotEnrolled = "not_enrolled", Rule, "", "尚未凭开通码设置密码，或开通码已失效；请管理员发放开通码。", "No password was set by an enrolment code, or the code is over: have an administrator issue one.";
    TooCommon = "too_common", Invalid, "", "该密码过于常见，最先被人猜到；请另选。", "The password is one of the commonest, which are guessed first: choose another.";
    IdentityTaken = "identity_taken", Rule, "", "该外部身份已绑定账户。", "The identity is bound to an account already.";
    NotAMachine = "not_a_machine", Rule, "", "只能为程序账户签发令牌；个人凭密码登录。", "Only an account of a machine has tokens; a person signs in.";
    NotOfThisRole = "not_of_this_role", Invalid, "", "该角色的授权没有此项。", "A grant of this role does not have it.";
    UnknownGrant = "unknown_grant", Rule, "", "该账户没有此授权。", "The account has no such grant.";
    RolesExclude = "roles_exclude", Rule, "", "业务角色、管理员、审计人员与报表任务不得由同一账户兼任。", "Roles of casework, administrator, auditor and report job exclude one another.";
    AlreadyGranted = "already_granted", Rule, "", "该账户已有相同的授权。", "The account holds the same grant already.";
    GrantEnded = "grant_ended", Rule, "", "该授权已终止。", "The grant was ended already.";
    OwnMatter = "own_matter", Rule, "", "不得就自己的事项作决定；请另一人办理。", "Nobody decides on their own matter: let another person do it.";
    SamePerson = "same_person", Rule, "", "提请人与审批人须为不同的人。", "Whoever proposed or requested it does not approve it: another person is needed.";
    NotPending = "not_pending", Rule, "", "该提请事项已有结果。", "The proposal is not pending any more.";
    ProposerUnentitled = "proposer_unentitled", Rule, "", "提请人已无此项权限，请由有权的人重新提请。", "Whoever proposed it may not do so any more: let somebody who may propose it again.";
    ProposalExpired = "proposal_expired", Rule, "", "该提请事项已过期，请重新提请。", "The proposal has expired: propose it again.";
    NotTheProposer = "not_the_proposer", Rule, "", "只有提请人可以撤回。", "Only whoever proposed it can retract it.";
    AccessAdopted = "access_adopted", Rule, "", "权限表已经采用。", "Access rules are adopted already.";
    WouldLockOut = "would_lock_out", Rule, "", "须有两名已开通的个人分别担任管理员和人大办公室。", "Two different enrolled persons must hold administrator and congress_office first.";
    UnknownTable = "unknown_table", Invalid, "", "本程序不含此权限表。", "The program has no such access table.";

    // Rosters.
    NotACsv = "not_a_roster", Invalid, "C-A1", "文件无法作为名单读取。", "The file cannot be read as a roster.";
    UnknownHeader = "unknown_header", Invalid, "C-A1", "表头须为 grid,unit,name，可另有 delegate_id。", "The header must be grid,unit,name and may have delegate_id.";

    // Issues: states.
    NotTheResponsibleDelegate = "not_the_responsible_delegate", Rule, "C-4.4", "谁接待、谁答复：答复须由首问责任人作出。", "Whoever receives answers: only the responsible delegate may.";
    AlreadyTaken = "already_taken", Rule, "C-3.6", "该事项已在办理中。", "The issue is already in hand.";
    AlreadyAnswered = "already_answered", Rule, "C-3.6", "该事项已经答复。", "The issue is already answered.";
    NotAnswered = "not_answered", Rule, "C-3.6", "该事项尚未答复。", "The issue is not answered yet.";
    AlreadyEscalated = "already_escalated", Rule, "C-3.6", "该事项已上报，须待处理结果反馈。", "The issue is escalated and waits for the outcome.";
    NotEscalated = "not_escalated", Rule, "C-3.6", "该事项未上报。", "The issue is not escalated.";
    IssueClosed = "issue_closed", Rule, "C-3.6", "该事项已办结。", "The issue is closed.";
    AlreadyClosed = "already_closed", Rule, "C-3.6", "该事项已经办结。", "The issue is closed already.";
    IssueNotOpen = "issue_not_open", Rule, "C-3.6", "该事项已不在办理之中。", "The issue is no longer open.";
    AlreadyWithdrawn = "already_withdrawn", Rule, "C-3.6", "该事项已经撤回。", "The issue is withdrawn already.";
    AlreadyReferred = "already_referred", Rule, "C-3.6", "该事项已导入法定途径。", "The issue is referred already.";
    AlreadyRequested = "already_requested", Rule, "", "同样的申请已经提出过。", "The same was requested already.";
    IssueMerged = "issue_merged", Rule, "C-3.6", "并案事项不能进行此操作。", "A merged issue allows no such step.";
    OutcomeAlreadyReported = "outcome_already_reported", Rule, "C-3.6", "处理结果已经反馈，请予答复。", "The outcome was reported back already; it is to be answered.";

    // Issues: answers.
    EvidenceMissing = "evidence_missing", Invalid, "C-4.4", "缺少与答复方式相符的送达凭证。", "The evidence of delivery that this way of answering needs is missing.";
    NotEnoughAttempts = "not_enough_attempts", Rule, "C-4.4", "公示送达前的送达尝试次数或天数不足。", "Posting needs more delivery attempts, or attempts on more days.";
    NotOnTheSpot = "not_on_the_spot", Rule, "C-3.6", "当场解答须在接待当日，且事项尚未办理。", "An answer on the spot is given on the day of the reception, of an issue just registered.";
    CommitmentMissing = "commitment_missing", Invalid, "C-3.6", "列入计划的答复须写明承诺日期。", "A planned outcome needs the date of the commitment.";
    CommitmentUnexpected = "commitment_unexpected", Invalid, "C-3.6", "只有列入计划的答复可写承诺日期。", "Only a planned outcome has a commitment date.";
    BasisMissing = "basis_missing", Invalid, "C-3.6", "不予采纳的答复须写明依据。", "A declined outcome needs its basis.";
    BasisUnexpected = "basis_unexpected", Invalid, "C-3.6", "只有不予采纳的答复可写依据。", "Only a declined outcome has a basis.";
    NextWordTooFar = "next_word_too_far", Invalid, "C-3.6", "下次告知日期超过规定间隔。", "The next word is later than the policy allows.";

    // Issues: time.
    ExtensionAfterDue = "extension_after_due", Rule, "C-4.4", "期限已过，不能延期。", "The due date has passed; no extension is possible.";
    ExtensionOnce = "extension_once", Rule, "C-4.4", "每轮办理只能申请一次延期。", "One extension request is allowed in a cycle.";
    ExtensionTooLong = "extension_too_long", Rule, "C-4.4", "延期超过规定的总期限。", "The extension goes beyond the total the policy allows.";
    NoExtensionPending = "no_extension_pending", Rule, "C-4.4", "没有待决定的延期申请。", "No extension request awaits a decision.";
    ExtensionNotGranted = "extension_not_granted", Rule, "C-4.4", "没有已批准而待告知的延期。", "No granted extension awaits its notification.";
    AlreadyDecided = "already_decided", Rule, "C-4.4", "该申请已经决定。", "The request is decided already.";
    AlreadyTold = "already_told", Rule, "C-4.4", "来访人已被告知延期。", "The visitor was told of the extension already.";
    ToldTooLate = "told_too_late", Rule, "C-4.4", "须在原期限届满前告知来访人，延期无效。", "The visitor was not told by the old due date; the extension is void.";
    SuspensionAfterDue = "suspension_after_due", Rule, "C-4.4", "期限已过，不能中止计时。", "The due date has passed; the clock cannot be suspended.";
    SuspensionTooLong = "suspension_too_long", Rule, "C-4.4", "中止时间超过规定上限。", "The suspension is longer than the policy allows.";
    AlreadySuspended = "already_suspended", Rule, "C-4.4", "计时已经中止。", "The clock is suspended already.";
    NotSuspended = "not_suspended", Rule, "C-4.4", "计时未中止。", "The clock is not suspended.";
    AlreadyResponsible = "already_responsible", Rule, "C-4.4", "该代表已是首问责任人。", "That delegate is responsible already.";

    // Issues: after the answer.
    FeedbackWindowOver = "feedback_window_over", Rule, "C-3.6", "评价期限已过。", "The time for feedback is over.";
    FeedbackMissing = "feedback_missing", Rule, "C-3.6", "评价期限未满，且尚无基本满意以上的评价。", "There is no feedback of at least basically satisfied and the window is still open.";
    FeedbackDissatisfied = "feedback_dissatisfied", Rule, "C-3.6", "来访人不满意，评价期限未满不能办结。", "The visitor is dissatisfied and the window is still open.";
    ReopeningPending = "reopening_pending", Rule, "C-3.6", "已有待决定的重办申请。", "A request to reopen awaits its decision.";
    NoReopeningPending = "no_reopening_pending", Rule, "C-3.6", "没有待决定的重办申请。", "No request to reopen awaits a decision.";
    ReopeningWindowOver = "reopening_window_over", Rule, "C-3.6", "申请重办的期限已过。", "The time for reopening on that ground is over.";
    ReopeningGroundRefused = "reopening_ground_refused", Rule, "C-3.6", "同一理由的重办申请已被驳回。", "Reopening on the same ground was refused before.";
    CommitmentNotDue = "commitment_not_due", Rule, "C-3.6", "只有列入计划且已过承诺日期的答复，才能以承诺未兑现为由重办。", "Only a planned answer past its date can be reopened for a broken commitment.";
    LevelNeeded = "level_needed", Rule, "C-3.6", "第二次不满意须上报，请注明层级。", "A second dissatisfaction is escalated at once; say to which level.";
    LevelUnexpected = "level_unexpected", Invalid, "C-3.6", "此处不需要层级。", "No level is expected here.";

    // Issues: life together (attempts, merging, input, corrections).
    NotTaken = "not_taken", Rule, "C-3.6", "该事项尚未受理。", "The issue is not taken in hand yet.";
    AlreadyAttempted = "already_attempted", Rule, "C-4.4", "该次送达尝试已经记录。", "That delivery attempt is recorded already.";
    IssueFull = "issue_full", Rule, "C-3.6", "该事项的此类记录已达上限。", "The issue holds as many entries of that kind as allowed.";
    AlreadyMerged = "already_merged", Rule, "C-3.6", "该事项已经并案。", "The issue is merged already.";
    NotMerged = "not_merged", Rule, "C-3.6", "该事项未并案。", "The issue is not merged.";
    PrimaryUnfit = "primary_unfit", Rule, "C-3.6", "主事项须为同一网格、办理中且自身未并案的另一事项。", "The primary must be another open issue of the same grid that is not merged itself.";
    AlreadyLinked = "already_linked", Rule, "C-3.6", "两事项已经关联。", "The issues are linked already.";
    NoInputRequested = "no_input_requested", Rule, "C-3.6", "没有待回复的征询。", "No input was asked for.";
    NoCommitment = "no_commitment", Rule, "C-3.6", "该事项没有承诺。", "The issue holds no commitment.";
    CommitmentKept = "commitment_kept", Rule, "C-3.6", "承诺已核实兑现。", "The commitment was verified as kept.";
    AlreadyVerified = "already_verified", Rule, "C-3.6", "已经核实。", "It is verified already.";
    CorrectionPending = "correction_pending", Rule, "C-3.6", "该事实已有待决定的更正。", "A correction of that event awaits its decision already.";
    ContradictsLaterFact = "contradicts_later_fact", Rule, "C-3.6", "后来的事实以此为据，不能这样更正。", "Facts recorded later rest on the value; it cannot be corrected so.";
    PersonErased = "person_erased", Rule, "", "该人的个人信息已经删除，没有可更正的内容，也不能再记录文字。", "The person's data were erased: there is nothing left to correct, and no words can be recorded any more.";
    NoCorrectionPending = "no_correction_pending", Rule, "C-3.6", "没有待决定的更正。", "No correction awaits a decision.";
    NothingToCorrect = "nothing_to_correct", Invalid, "C-3.6", "所指内容不存在或没有变化。", "There is no such value, or it would not change.";

    // Major issues.
    MajorIssueFull = "major_issue_full", Rule, "C-3.6", "该重大问题的事项数量已达上限。", "The major issue holds as many issues as allowed.";
    MajorIssueConcluded = "major_issue_concluded", Rule, "C-3.6", "该重大问题已终结。", "The major issue has ended.";
    MajorIssueOfOtherGrid = "major_issue_of_other_grid", Rule, "C-3.6", "该重大问题属于其他网格。", "The major issue belongs to another grid.";
    MajorIssueOfOtherLevel = "major_issue_of_other_level", Rule, "C-3.6", "该重大问题处于其他层级。", "The major issue is at another level.";
    AlreadyJoined = "already_joined", Rule, "C-3.6", "该事项已归入此重大问题。", "The issue has joined the major issue already.";
    MajorIssueWrongState = "major_issue_wrong_state", Rule, "C-3.6", "重大问题的当前状态不允许此操作。", "The major issue's state does not allow this step.";
    AlreadyTriaged = "already_triaged", Rule, "C-3.6", "该重大问题已经研判。", "The major issue is triaged already.";
    AlreadyDeliberated = "already_deliberated", Rule, "C-3.6", "该重大问题已经会商。", "The major issue is deliberated already.";
    AlreadyDispatched = "already_dispatched", Rule, "C-3.6", "该重大问题已经交办。", "The major issue is assigned already.";
    AlreadyAccepted = "already_accepted", Rule, "C-3.6", "承办单位已经接办。", "The lead office has accepted already.";
    AlreadyReported = "already_reported", Rule, "C-3.6", "办理结果已经反馈。", "The outcome was reported already.";
    AlreadyConcluded = "already_concluded", Rule, "C-3.6", "该重大问题已经办结。", "The major issue is concluded already.";
    AlreadyAtLevel = "already_at_level", Rule, "C-3.6", "该重大问题已在此层级。", "The major issue is at that level already.";
    ReasonMissing = "reason_missing", Invalid, "C-3.6", "须说明理由。", "A reason is needed.";
    ChannelMissing = "channel_missing", Invalid, "C-3.6", "须写明法定途径。", "The statutory channel is needed.";
    LeadAmongSupports = "lead_among_supports", Invalid, "C-3.6", "主办单位不能同时为协办单位。", "The lead office cannot support itself.";
    HandlingTooLong = "handling_too_long", Invalid, "C-3.6", "办理期限超过该层级的上限。", "The due date is later than the level allows.";
    DispatchRefusedOnce = "dispatch_refused_once", Rule, "C-3.6", "退单只能一次。", "A dispatch can be refused once only.";
    RefusalTooLate = "refusal_too_late", Rule, "C-3.6", "退单期限已过。", "The time for refusing the dispatch is over.";
    NoRefusalPending = "no_refusal_pending", Rule, "C-3.6", "没有待决定的退单。", "No refusal of the dispatch awaits a decision.";
    VerifiedByLead = "verified_by_lead", Rule, "C-3.6", "核查不能由主办单位进行。", "The lead office cannot verify its own work.";

    // Sessions, leave, notices.
    AlreadyPlanned = "already_planned", Rule, "C-2", "该网格当日的场次已经安排。", "A session of that grid and service day is planned already.";
    AlreadyCancelled = "already_cancelled", Rule, "C-2", "该场次已经取消。", "The session is cancelled already.";
    SessionNotPlanned = "session_not_planned", Rule, "C-2", "场次已开始、已结束或已取消。", "The session has begun, has ended or is cancelled.";
    SessionOver = "session_over", Rule, "C-2", "场次日期已过。", "The day of the session has passed.";
    SessionFull = "session_full", Rule, "C-4.1", "该场次的记录已达上限。", "The session holds as many entries as allowed.";
    DayTaken = "day_taken", Rule, "C-2", "该网格当日已有另一场次。", "Another session of the grid is held on that day.";
    SessionOfOtherGrid = "session_of_other_grid", Invalid, "C-4.1", "该场次属于其他网格。", "The session belongs to another grid.";
    SessionCancelled = "session_cancelled", Rule, "C-4.1", "该场次已取消。", "The session is cancelled.";
    NoRota = "no_rota", Rule, "C-4.1", "尚无已公布的轮值安排。", "There is no rota yet.";
    OnLeave = "on_leave", Rule, "C-4.1", "该代表当日已准假。", "Leave of the delegate is approved for that day.";
    NotOnDuty = "not_on_duty", Rule, "C-4.1", "该代表在此场次没有轮值。", "The delegate has no duty in that session.";
    AlreadyOnDuty = "already_on_duty", Rule, "C-4.1", "该代表在此场次已有轮值。", "The delegate has a duty in that session already.";
    SubstituteOfOtherType = "substitute_of_other_type", Rule, "C-4.1", "顶岗的代表须为同一类代表。", "A substitute must be a delegate of the same kind.";
    NotTheDay = "not_the_day", Rule, "C-4.1", "不是场次当日。", "It is not the day of the session.";
    AlreadyOpened = "already_opened", Rule, "C-4.1", "该场次已经开始。", "The session was opened already.";
    SessionNotOpen = "session_not_open", Rule, "C-4.1", "该场次不在进行中。", "The session is not open.";
    SessionNotClosed = "session_not_closed", Rule, "C-4.1", "该场次尚未结束。", "The session is not closed.";
    AlreadyCheckedIn = "already_checked_in", Rule, "C-4.1", "该代表已签到；一场只以一种身份计。", "The delegate is checked in already; one capacity counts in a session.";
    NotCheckedIn = "not_checked_in", Rule, "C-4.1", "该代表没有签到。", "The delegate is not checked in.";
    IssueNotOfSession = "issue_not_of_session", Rule, "C-4.1", "该事项不是本场次登记而待办理的事项。", "The issue is not one that was registered in this session and waits.";
    AlreadyFiled = "already_filed", Rule, "C-4.1", "接待记录已经报送。", "The record is filed already.";
    LeaveTooLate = "leave_too_late", Rule, "C-5.1", "请假须在起始日当日或之前提出。", "Leave must be asked for by its first day.";
    AlreadyOnLeave = "already_on_leave", Rule, "C-5.1", "该期间已请假。", "Leave was asked for at that time already.";
    NotAppointed = "not_appointed", Rule, "C-5.1", "该职务目前无人担任，或任职已有末日。", "Nobody holds the office, or the term has its last day already.";
    NoNoticeBoard = "no_notice_board", Invalid, "C-5.2", "该单位没有须公示的公开栏。", "The unit owes no notice and has no board for it.";
    AlreadyPosted = "already_posted", Rule, "C-5.2", "该单位已经公示。", "The unit has posted the notice already.";
    NotPosted = "not_posted", Rule, "C-5.2", "该单位尚未公示。", "The unit has posted no notice yet.";
    WrongState = "wrong_state", Rule, "", "当前状态不允许此操作。", "The present state does not allow this step.";
    NotInBreach = "not_in_breach", Rule, "", "该义务没有逾期或未履行，无须说明。", "The obligation is neither late nor missing.";
    ExplanationPending = "explanation_pending", Rule, "", "已有待认定的说明。", "An explanation awaits its decision.";
    NoExplanationPending = "no_explanation_pending", Rule, "", "没有待认定的说明。", "No explanation awaits a decision.";
    FieldUnexpected = "field_unexpected", Invalid, "", "此处不应有该字段。", "A field of this name does not belong here.";

    // Deeds and appointments.
    AlreadyCompleted = "already_completed", Rule, "C-3.4", "该实事已经完成。", "The deed is completed already.";
    AlreadyAbandoned = "already_abandoned", Rule, "C-3.4", "该实事已经放弃。", "The deed was given up already.";
    AlreadyScheduled = "already_scheduled", Rule, "C-3.1", "约定的代表、日期和时间相同，没有变化。", "It is agreed with that delegate for that day and hour already.";
    AppointmentOver = "appointment_over", Rule, "C-3.1", "约定之日已到，不能再改期。", "The day agreed has come; the appointment can no longer be moved.";
    AlreadyKept = "already_kept", Rule, "C-3.1", "该预约已经如约走访。", "The appointment is kept already.";
    DelegateNotThere = "delegate_not_there", Invalid, "C-3.1", "该代表不在其中。", "The delegate is not one of those who were there.";
    ContextMissing = "context_missing", Invalid, "C-3.1", "听取意见须写明在何处听取：活动、会议、调研或实事。", "A hearing says at what people were heard: name an activity, a meeting, a study or a deed.";
    GridNotThere = "grid_not_there", Invalid, "C-3.1", "网格与所属活动不一致。", "The grid is not that of what the reception belongs to.";

    // Studies and inspections, typical cases.
    AlreadyFinished = "already_finished", Rule, "C-3.5", "该调研已经完成。", "The study is finished already.";
    NotFinished = "not_finished", Rule, "C-3.5", "调研尚未完成；请先形成书面材料并记录完成。", "The study is not finished yet; record its completion with the written material first.";
    OfficeOfOtherKind = "office_of_other_kind", Invalid, "C-3.5", "只报送党代表工作室和人大办公室，请改选其一。", "It goes to the Party-delegate studio and the congress office only; name one of them.";
    AlreadySubmitted = "already_submitted", Rule, "C-3.5", "已经报送该办公室。", "It was submitted to that office already.";
    NotSubmitted = "not_submitted", Rule, "C-3.5", "尚未报送，请先报送。", "It was not submitted yet; submit it first.";
    AlreadyAcknowledged = "already_acknowledged", Rule, "C-3.5", "该办公室已经确认收悉。", "That office has acknowledged it already.";
    SourceMissing = "source_missing", Invalid, "C-5.3", "典型案例至少须有一个来源：事项、活动或实事。", "A typical case needs at least one source: an issue, an activity or a deed.";
    NotDeidentified = "not_deidentified", Rule, "C-5.3", "尚未去标识，不能报送、评选或发布；请先提交可公开的文本。", "It is not de-identified yet; give the text that may be published first.";
    NotSelected = "not_selected", Rule, "C-5.3", "该典型案例未入选。", "The typical case is not selected.";

    // Meetings.
    MeetingClosed = "meeting_closed", Rule, "C-4.3a", "会议已经闭会。", "The meeting is closed.";
    AlreadyTabled = "already_tabled", Rule, "C-4.3a", "该重大问题已在本次会议的议程上。", "The major issue is on the agenda of the meeting already.";
    AlreadyDeferred = "already_deferred", Rule, "C-4.3a", "该重大问题已在本次会议上暂缓研究。", "The meeting has deferred the major issue already.";
    // The annual review.
    TooEarly = "too_early", Rule, "C-5.2", "尚未到可以办理的日期。", "It is too early for this.";
    NotOpened = "not_opened", Rule, "C-5.2", "该年度述职评议尚未启动。", "The review of that year is not open yet.";
    NotFrozen = "not_frozen", Rule, "C-5.2", "该年度的评议指标尚未冻结。", "The figures of that year are not frozen yet.";
    AlreadyFrozen = "already_frozen", Rule, "C-5.2", "该年度的评议指标已经冻结。", "The figures of that year are frozen already.";
    SectionMissing = "section_missing", Invalid, "C-5.2", "述职报告须有网格化联系服务的内容。", "The report needs its section on the liaison service.";
    AlreadyAppraised = "already_appraised", Rule, "C-5.2", "该项测评已经记录。", "That vote is recorded already.";
    DisputeWindowOver = "dispute_window_over", Rule, "C-5.2", "提出异议的期限已过。", "The time for disputes is over.";
    DisputeWindowOpen = "dispute_window_open", Rule, "C-5.2", "提出异议的期限未过。", "The time for disputes is not over yet.";
    DisputesPending = "disputes_pending", Rule, "C-5.2", "尚有异议未认定。", "A dispute is not decided yet.";
    AdjustmentMissing = "adjustment_missing", Rule, "C-5.2", "冻结后成立的异议须先记录调整。", "A dispute that was upheld after the freeze needs an adjustment first.";
    ReportMissing = "report_missing", Rule, "C-5.2", "该代表尚未提交述职报告。", "The delegate has not submitted the report yet.";
    AppraisalMissing = "appraisal_missing", Rule, "C-5.2", "尚无对该代表的测评。", "There is no vote on the delegate yet.";
    NoResult = "no_result", Rule, "C-5.2", "尚未确定评议结果。", "The result is not set yet.";

    // Files.
    MediaTypeMismatch = "media_type_mismatch", Mistyped, "", "文件内容与所述类型不符。", "The file is not what it is said to be.";
    FileUnsafe = "file_unsafe", Invalid, "", "文件不安全，不能保存。", "The file is not safe to keep.";

    // Personal data.
    NothingToErase = "nothing_to_erase", Rule, "", "所指的人和附件没有所选类别的个人信息。", "Nothing personal of these classes is held of the people and files named.";
    AlreadyErased = "already_erased", Rule, "", "这些个人信息已经删除。", "This personal data is erased already.";
    LegalHold = "legal_hold", Rule, "", "依法保全期间不得删除；请先解除保全，或以此为由拒绝。", "A legal hold covers it; lift the hold first, or refuse on that ground.";
    IssueOpen = "issue_open", Rule, "", "本人的事项仍在办理，其陈述内容暂不能删除。", "An issue of theirs is open; its words cannot be erased before it is over.";
    HoldOver = "legal_hold_over", Rule, "", "该保全已经解除或到期。", "The hold is lifted or over already.";
    UnknownPosition = "unknown_position", Invalid, "", "日志中没有这个位置的记录。", "The log has no leaf at that position.";
    NothingSealed = "nothing_sealed", Invalid, "", "该记录没有密封内容。", "Nothing is sealed in that leaf.";
    NeverOpened = "never_opened", Invalid, "", "账户和提请事项的密封内容不予开启，其中可能有登录所用的内容。", "What is sealed of accounts and of proposals, which may be what somebody signs in with, is opened for nobody.";
    OpeningOver = "opening_over", Rule, "", "开启期限已经届满。", "The time for which it was opened is over.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
