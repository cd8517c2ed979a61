//! The values of quarterly meetings.

vocabulary! {
    /// Kinds of meeting (季度例会).
    MeetingKind, clause "C-4.3a" { Regular = "regular", "季度例会", "regular meeting"; Extraordinary = "extraordinary", "临时会议", "extraordinary meeting"; }
}
vocabulary! {
    /// States of a meeting.
    MeetingState, clause "C-4.3a" { Convened = "convened", "已召集", "convened"; Closed = "closed", "已闭会", "closed"; Cancelled = "cancelled", "已取消", "cancelled"; }
}
vocabulary! {
    /// What a meeting made of a major issue on its agenda.
    AgendaItemState, clause "C-4.3a" { Tabled = "tabled", "已上会", "tabled"; Decided = "decided", "已作决定", "decided"; Deferred = "deferred", "暂缓研究", "deferred"; }
}
vocabulary! {
    /// Why a meeting puts a major issue off.
    DeferralReason, clause "C-4.3a" {
        NeedsFacts = "needs_facts", "情况有待查明", "needs more facts"; NeedsLevel = "needs_level", "须由其他层级研究", "needs another level"; NoQuorum = "no_quorum", "到会人数不足", "too few present";
        NotRipe = "not_ripe", "条件尚不成熟", "not ripe for a decision"; Other = "other", "其他", "other";
    }
}
