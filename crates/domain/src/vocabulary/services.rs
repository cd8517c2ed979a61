//! The values of what delegates do for people beside receiving them: deeds and appointments.

vocabulary! {
    /// Kinds of deed (为民服务).
    DeedKind, clause "C-3.4" {
        PledgedDeed = "pledged_deed", "领办实事", "pledged deed"; PairedSupport = "paired_support", "结对帮扶", "paired support"; CondolenceVisit = "condolence_visit", "走访慰问", "visit to those in need";
        Advice = "advice", "开展咨询", "giving advice"; Volunteering = "volunteering", "志愿服务", "volunteering";
    }
}
vocabulary! {
    /// States of a deed.
    DeedState, clause "C-3.4" { Pledged = "pledged", "已认领", "pledged"; Completed = "completed", "已完成", "completed"; Abandoned = "abandoned", "已放弃", "abandoned"; }
}
vocabulary! {
    /// States of an appointment for a visit (应约走访).
    AppointmentState, clause "C-3.1" { Requested = "requested", "待约定", "requested"; Scheduled = "scheduled", "已约定", "scheduled"; Kept = "kept", "已走访", "kept"; Cancelled = "cancelled", "已取消", "cancelled"; }
}
vocabulary! {
    /// Who calls an appointment off.
    CancelledBy, clause "C-3.1" { Visitor = "visitor", "来访人", "the visitor"; Delegate = "delegate", "代表", "the delegate"; }
}
