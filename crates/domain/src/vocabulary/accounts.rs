//! Closed lists of accounts, their grants, and what two persons decide.

vocabulary! {
    /// Who acts by an account.
    Holder, clause "" { Person = "person", "个人", "person"; Machine = "machine", "程序", "machine"; }
}
vocabulary! {
    /// How an account stands.
    AccountState, clause "" { Active = "active", "有效", "active"; Suspended = "suspended", "停用", "suspended"; }
}
vocabulary! {
    /// Why rights are taken away.
    GrantReason, clause "" { DutyEnded = "duty_ended", "职务终止", "duty ended"; Leave = "leave", "离岗", "leave"; Mistake = "mistake", "有误", "mistake"; Security = "security", "安全原因", "security"; }
}
vocabulary! {
    /// Why a grant gives nothing at present.
    Dormant, clause "" {
        Ended = "ended", "已终止", "it was ended"; Expired = "expired", "已到期", "its last day is over"; Suspended = "suspended", "账户已停用", "the account is suspended";
        NoMandate = "no_mandate", "没有代表资格", "the delegate holds no mandate"; NotAppointed = "not_appointed", "未任该网格召集人", "not appointed convener of the grid";
    }
}
vocabulary! {
    /// Second factors of a sign-in.
    SecondFactor, clause "" { Totp = "totp", "动态口令", "time-based one-time password"; }
}
vocabulary! {
    /// How a proposal stands.
    ProposalState, clause "" { Pending = "pending", "待审批", "pending"; Approved = "approved", "已批准", "approved"; Refused = "refused", "未批准", "refused"; Retracted = "retracted", "已撤回", "retracted"; Expired = "expired", "已过期", "expired"; }
}
