//! The values of obligations and of the clock over them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// What is owed.
    ObligationCode, clause "C-0" {
        O1 = "O-1", "开展接待场次", "hold the session"; O2 = "O-2", "两类代表到齐", "both kinds of delegates"; O3 = "O-3", "到岗轮值", "serve the slot";
        O4 = "O-4", "报送接待记录", "file the session's record"; O5 = "O-5", "张贴公示", "post the notice"; O6 = "O-6", "当场处置事项", "dispose of every issue";
        O7 = "O-7", "正式答复", "final answer"; O8 = "O-8", "阶段性答复", "interim reply"; O9 = "O-9", "应约走访", "keep the appointment"; O10 = "O-10", "季度主题活动", "theme activity";
        O11 = "O-11", "季度例会", "quarterly meeting"; O12 = "O-12", "上会研究重大问题", "table the major issue"; O13 = "O-13", "代表群众座谈会", "half-yearly symposium"; O14 = "O-14", "报送调研材料", "file the study";
        O15 = "O-15", "上报巡查监督情况", "report the inspection"; O16 = "O-16", "兑现领办实事", "keep the pledged deed"; O17 = "O-17", "兑现承诺", "keep the commitment"; O18 = "O-18", "配齐召集人和联络员", "fill both offices";
        O19 = "O-19", "移交未结事项", "hand over open issues"; O20 = "O-20", "年度述职评议", "annual review"; O21 = "O-21", "上报典型案例", "submit typical cases";
    }
}
vocabulary! {
    /// The part of an obligation that has several.
    ObligationPart, clause "C-0" {
        Contact = "contact", "先行联系", "first contact"; Kept = "kept", "如约走访", "kept"; Held = "held", "开展活动", "held"; Evidence = "evidence", "文件影像资料", "evidence"; Reports = "reports", "报送两个办公室", "reports to both offices";
        Inspection = "inspection", "巡查监督", "inspection"; Convener = "convener", "召集人", "convener"; Liaison = "liaison", "联络员", "liaison";
    }
}

vocabulary! {
    /// What follows when something is not done, and what comes before.
    Tier, clause "C-4.4" { Advance = "advance", "预告", "advance notice"; Reminder = "reminder", "催办", "reminder"; Supervision = "supervision", "督办", "supervision"; Circular = "circular", "通报", "circular"; }
}
vocabulary! {
    /// What an obligation was found in breach of.
    Breach, clause "C-0" {
        SessionMissed = "session_missed", "未开展接待", "session missed"; CompositionFailed = "composition_failed", "代表未到齐", "composition failed"; DutyMissed = "duty_missed", "轮值缺席", "duty missed"; RecordLate = "record_late", "记录逾期", "record late";
        NoticeLate = "notice_late", "公示逾期", "notice late"; NoticeMissing = "notice_missing", "未公示", "notice missing"; NoticeMismatch = "notice_mismatch", "公示与实际不符", "notice unlike the session"; IssueLeftOpenEnded = "issue_left_open_ended", "事项未处置", "issue left open-ended";
        AnswerOverdue = "answer_overdue", "答复逾期", "answer overdue"; AnswerLongOverdue = "answer_long_overdue", "答复严重逾期", "answer long overdue"; EchoSilent = "echo_silent", "阶段性答复缺失", "no word in time";
        CommitmentBroken = "commitment_broken", "承诺未兑现", "commitment broken"; CommitmentUnverified = "commitment_unverified", "承诺未核实", "commitment not verified"; OfficeVacant = "office_vacant", "职务空缺", "office vacant"; IssueOrphaned = "issue_orphaned", "事项未移交", "issue not handed over";
        AppointmentUnanswered = "appointment_unanswered", "预约未联系", "appointment unanswered"; AppointmentMissed = "appointment_missed", "未如约走访", "appointment missed"; StudyNotFiled = "study_not_filed", "调研材料未报送", "study not filed";
        InspectionReportLate = "inspection_report_late", "巡查监督情况未按期上报", "inspection report late"; DeedOverdue = "deed_overdue", "实事逾期", "deed overdue";
        ActivityMissing = "activity_missing", "未开展主题活动", "theme activity missing"; EvidenceMissing = "evidence_missing", "文件影像资料不全", "evidence missing"; ReportMissing = "report_missing", "未报送活动情况", "report missing"; MeetingMissing = "meeting_missing", "未召开季度例会", "regular meeting missing";
        MajorIssueNotTabled = "major_issue_not_tabled", "重大问题未上会", "major issue not tabled"; SymposiumMissing = "symposium_missing", "未召开代表群众座谈会", "symposium missing"; ClassMissing = "class_missing", "座谈会缺一类人员", "class of people missing"; ReviewMissing = "review_missing", "述职评议未完成", "review missing";
    }
}
vocabulary! {
    /// What was missing.
    Shortfall, clause "C-0" {
        Party = "party", "党代表", "Party delegate"; Deputy = "deputy", "人大代表", "deputy"; Overlap = "overlap", "同时在场时间", "time together";
        PartyStudio = "party_studio", "党代表工作室", "Party-delegate studio"; CongressOffice = "congress_office", "人大办公室", "congress office";
        PartyOrganisation = "party_organisation", "党组织", "Party organisation"; PartyMember = "party_member", "党员代表", "Party members"; Resident = "resident", "群众代表", "residents"; MassOrganisation = "mass_organisation", "群团组织代表", "mass organisations"; Official = "official", "部门负责人", "officials";
        Report = "report", "述职报告", "report"; Result = "result", "评议结果", "result";
    }
}
vocabulary! {
    /// How an obligation stands.
    ObligationStatus, clause "C-0" { NotYetDue = "not_yet_due", "未到期", "not yet due"; Fulfilled = "fulfilled", "已履行", "fulfilled"; Late = "late", "逾期履行", "late"; Missing = "missing", "未履行", "missing"; Excused = "excused", "免责", "excused"; }
}
vocabulary! {
    /// Where the explanation of a breach stands.
    ExplanationState, clause "C-0" { None = "none", "无说明", "none"; Pending = "pending", "说明待认定", "pending"; Accepted = "accepted", "说明成立", "accepted"; Refused = "refused", "说明不成立", "refused"; }
}

vocabulary! {
    /// What the ledger looks at where no obligation stands.
    ClauseCheck, clause "C-0" {
        GridsWithoutParty = "grids_without_party", "没有党代表的网格", "grids without a Party delegate"; GridsWithoutDeputy = "grids_without_deputy", "没有人大代表的网格", "grids without a deputy";
        QuestionsOpen = "questions_open", "提问未转为事项的政策宣讲", "outreach with questions left open"; NoBriefing = "no_briefing", "未作通报的民主恳谈", "consultations without a briefing"; NoListeningRecord = "no_listening_record", "无听取记录的民主恳谈", "consultations without a listening record";
        WorkLeave = "work_leave", "因本职工作请假", "leave for one's own work"; NeverOnRota = "never_on_rota", "从未轮值的代表", "delegates never on a rota";
        AnnotationDue = "annotation_due", "待加注的典型案例", "typical cases to be annotated";
    }
}

impl ClauseCheck {
    /// The clause that it is about.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::GridsWithoutParty | Self::GridsWithoutDeputy => "C-1",
            Self::QuestionsOpen => "C-3.2",
            Self::NoBriefing | Self::NoListeningRecord => "C-3.3",
            Self::WorkLeave => "C-5.1",
            Self::NeverOnRota => "C-A1",
            Self::AnnotationDue => "C-5.3",
        }
    }
}

impl ObligationCode {
    /// The parts that it has.
    pub const fn parts(self) -> &'static [ObligationPart] {
        use ObligationPart::{Contact, Convener, Evidence, Held, Inspection, Kept, Liaison, Reports};
        match self {
            Self::O9 => &[Contact, Kept],
            Self::O10 => &[Held, Evidence, Reports],
            Self::O15 => &[Inspection],
            Self::O18 => &[Convener, Liaison],
            Self::O1
            | Self::O2
            | Self::O3
            | Self::O4
            | Self::O5
            | Self::O6
            | Self::O7
            | Self::O8
            | Self::O11
            | Self::O12
            | Self::O13
            | Self::O14
            | Self::O16
            | Self::O17
            | Self::O19
            | Self::O20
            | Self::O21 => &[],
        }
    }

    /// The clause that it rests on.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::O1 => "C-2",
            Self::O2 | Self::O3 | Self::O4 => "C-4.1",
            Self::O5 | Self::O20 => "C-5.2",
            Self::O6 | Self::O8 | Self::O17 => "C-3.6",
            Self::O7 | Self::O19 => "C-4.4",
            Self::O9 => "C-3.1",
            Self::O10 => "C-4.2",
            Self::O11 | Self::O12 => "C-4.3a",
            Self::O13 => "C-4.3b",
            Self::O14 | Self::O15 => "C-3.5",
            Self::O16 => "C-3.4",
            Self::O18 => "C-5.1",
            Self::O21 => "C-5.3",
        }
    }
}

/// An obligation, or one part of it, as the policy names it: `O-4`, `O-10/held`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duty {
    /// Which.
    pub code: ObligationCode,
    /// One part; all of them where none is named.
    pub part: Option<ObligationPart>,
}

impl Duty {
    /// Whether it is the obligation `code`, or the part of it.
    pub fn covers(&self, code: ObligationCode, part: Option<ObligationPart>) -> bool {
        self.code == code && (self.part.is_none() || self.part == part)
    }
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Some(part) => write!(f, "{}/{part}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

impl FromStr for Duty {
    type Err = &'static str;

    /// Reads `O-4` or `O-10/held`; a part is one that the obligation has.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (code, part) = text.split_once('/').map_or((text, None), |(code, part)| (code, Some(part)));
        let code = ObligationCode::parse(code).ok_or("an obligation is written O-1")?;
        let Some(part) = part else { return Ok(Self { code, part: None }) };
        let known = code.parts().iter().copied().find(|known| known.as_str() == part);
        known.map(|part| Self { code, part: Some(part) }).ok_or("the obligation has no such part")
    }
}

impl Serialize for Duty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_duty_is_written_one_way_and_has_only_its_own_parts() {
        for text in ["O-4", "O-10", "O-10/held", "O-18/liaison"] {
            assert_eq!(text.parse::<Duty>().unwrap().to_string(), text);
        }
        for text in ["o-4", "O-4/held", "O-10/", "O-10/kept", "O-10/held/held", ""] {
            assert!(text.parse::<Duty>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_duty_without_a_part_covers_every_part() {
        let (all, held): (Duty, Duty) = ("O-10".parse().unwrap(), "O-10/held".parse().unwrap());
        let reports = Some(ObligationPart::Reports);
        assert!(all.covers(ObligationCode::O10, reports) && all.covers(ObligationCode::O10, None));
        assert!(held.covers(ObligationCode::O10, Some(ObligationPart::Held)));
        assert!(!held.covers(ObligationCode::O10, reports) && !held.covers(ObligationCode::O10, None));
        assert!(!all.covers(ObligationCode::O11, None));
    }
}
