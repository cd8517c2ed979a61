//! What a visitor is told by the receipt code, and what one may do by it.

vocabulary! {
    /// What a visitor is told of the course of an issue.
    ReceiptStep, clause "C-3.6" {
        Registered = "registered", "登记", "registered"; Taken = "taken", "受理", "taken in hand"; InterimReply = "interim_reply", "阶段性答复", "interim reply";
        Extended = "extended", "延期告知", "told of more time"; Suspended = "suspended", "中止计时", "clock stopped"; Resumed = "resumed", "恢复计时", "clock running again";
        Escalated = "escalated", "上报", "escalated"; Returned = "returned", "上报退回", "escalation returned"; OutcomeReported = "outcome_reported", "处理结果反馈", "outcome reported back";
        Answered = "answered", "正式答复", "answered"; Referred = "referred", "告知法定途径", "referred to a statutory channel"; Feedback = "feedback", "评价反馈", "feedback"; Closed = "closed", "办结", "closed";
        ReopeningRequested = "reopening_requested", "申请重办", "reopening asked for"; ReopeningRefused = "reopening_refused", "不予重办", "reopening refused"; Reopened = "reopened", "重办", "reopened";
        Withdrawn = "withdrawn", "撤回", "withdrawn"; EvidenceAttached = "evidence_attached", "补充材料", "material added"; ReceiptReissued = "receipt_reissued", "补发查询码", "code given anew";
    }
}
vocabulary! {
    /// What a visitor may do by the receipt code.
    ReceiptAct, clause "C-3.6" { Feedback = "feedback", "评价答复", "say how the answer is"; Reopening = "reopening", "申请重办", "ask for a reopening"; Withdrawal = "withdrawal", "撤回事项", "withdraw the issue"; Files = "files", "补充材料", "send material"; }
}
