//! The values of studies and inspections.

vocabulary! {
    /// Kinds of study (调查研究).
    StudyKind, clause "C-3.5" { Study = "study", "调查研究", "study"; Inspection = "inspection", "巡查监督", "inspection"; }
}
vocabulary! {
    /// States of a study or an inspection, which is finished when it is recorded.
    StudyState, clause "C-3.5" { Started = "started", "进行中", "started"; Finished = "finished", "已形成材料", "finished"; Filed = "filed", "已报送", "filed"; Closed = "closed", "已收悉", "closed"; }
}

impl StudyState {
    /// Those of what is with whom it must be.
    pub const FILED: [Self; 2] = [Self::Filed, Self::Closed];
}

vocabulary! {
    /// What an office made of a study.
    StudyUse, clause "C-3.5" { Referenced = "referenced", "决策参考", "referenced"; Adopted = "adopted", "采纳", "adopted"; }
}
