//! The values of personal data: its classes, why it is erased, and how far that is.

use super::Role;

vocabulary! {
    /// Classes of personal data, each under keys of its own.
    PersonalClass, clause "" { Identity = "identity", "身份", "identity"; Contact = "contact", "联系方式", "contact"; Narrative = "narrative", "陈述内容", "narrative"; File = "file", "附件", "file"; }
}
vocabulary! {
    /// What personal data is looked at for.
    Purpose, clause "" { Handling = "handling", "办理", "handling"; FollowUp = "follow_up", "跟踪督促", "follow-up"; CallBack = "call_back", "回访", "call-back"; Supervision = "supervision", "监督管理", "supervision"; Review = "review", "评议", "review"; Correction = "correction", "更正", "correction"; CaseStudy = "case_study", "案例整理", "case study"; Inquiry = "inquiry", "核查", "inquiry"; Audit = "audit", "审计", "audit"; }
}

impl Purpose {
    /// What a role reads words for where it does not say; nothing where it reads none.
    pub const fn usual(role: Role) -> Option<Self> {
        match role {
            Role::Delegate | Role::HandlingUnit => Some(Self::Handling),
            Role::Convener | Role::Liaison => Some(Self::FollowUp),
            Role::PartyStudio | Role::CongressOffice => Some(Self::Supervision),
            Role::Administrator | Role::Auditor | Role::ReportJob | Role::Visitor | Role::System => None,
        }
    }
}

vocabulary! {
    /// Grounds of an erasure.
    ErasureGround, clause "" { Request = "request", "本人要求", "request"; ConsentWithdrawn = "consent_withdrawn", "撤回同意", "consent withdrawn"; Unlawful = "unlawful", "违法处理", "unlawful processing"; PurposeEnded = "purpose_ended", "目的已实现", "purpose ended"; CourtOrder = "court_order", "司法裁决", "court order"; Retention = "retention", "保存期满", "retention period over"; }
}

impl ErasureGround {
    /// Those that a person may give; that a period is over is found by the clock.
    pub const GIVEN: &'static [Self] =
        &[Self::Request, Self::ConsentWithdrawn, Self::Unlawful, Self::PurposeEnded, Self::CourtOrder];
}

vocabulary! {
    /// Grounds on which an erasure is refused.
    ErasureRefusal, clause "" { NotThePerson = "not_the_person", "非本人", "not the person"; LegalHold = "legal_hold", "依法保全", "legal hold"; KeptByLaw = "kept_by_law", "法定保存", "kept by law"; IssueOpen = "issue_open", "事项在办", "issue open"; }
}
vocabulary! {
    /// States of an erasure.
    ErasureState, clause "" { Requested = "requested", "待决定", "requested"; Approved = "approved", "已批准", "approved"; Refused = "refused", "已拒绝", "refused"; Completed = "completed", "已删除", "completed"; }
}
vocabulary! {
    /// States of a legal hold.
    LegalHoldState, clause "" { InForce = "in_force", "生效中", "in force"; Lifted = "lifted", "已解除", "lifted"; Over = "over", "已到期", "over"; }
}
vocabulary! {
    /// What keeps personal data beyond the time that the policy says.
    HeldBack, clause "" { LegalHold = "legal_hold", "依法保全", "legal hold"; ReviewNotPublished = "review_not_published", "述职评议未公布", "review not published"; }
}
vocabulary! {
    /// What becomes of words once their issue is over.
    NarrativeRetention, clause "" { Keep = "keep", "保留", "keep"; }
}
