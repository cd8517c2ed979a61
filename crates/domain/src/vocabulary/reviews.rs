//! Words of the annual review as a process (C-5.2).

vocabulary! {
    /// Who appraises a delegate.
    AppraisedBy, clause "C-5.2" { Voters = "voters", "选民测评", "voters"; Peers = "peers", "代表互评", "fellow delegates"; Offices = "offices", "办公室测评", "offices"; }
}
vocabulary! {
    /// How far the annual review of a year is.
    ReviewState, clause "C-5.2" { Open = "open", "进行中", "open"; Frozen = "frozen", "已冻结", "frozen"; }
}
vocabulary! {
    /// How a dispute of an annual review stands.
    DisputeState, clause "C-5.2" { Pending = "pending", "待认定", "pending"; Upheld = "upheld", "成立", "upheld"; Dismissed = "dismissed", "不成立", "dismissed"; }
}
vocabulary! {
    /// Of which family the thing is that a dispute of an annual review is about.
    DisputedFamily, clause "C-5.2" {
        Issue = "issue", "事项", "issue"; Reception = "reception", "联系记录", "reception"; Session = "session", "接待场次", "session"; Activity = "activity", "活动", "activity";
        Meeting = "meeting", "会议", "meeting"; Study = "study", "调研", "study"; Deed = "deed", "领办实事", "pledged deed"; TypicalCase = "typical_case", "典型案例", "typical case"; Obligation = "obligation", "义务", "obligation";
    }
}
