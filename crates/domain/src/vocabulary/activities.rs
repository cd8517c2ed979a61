//! The values of activities: outreach, consultations, theme activities, symposia.

vocabulary! {
    /// Kinds of activity, each by a clause of its own.
    ActivityKind, clause "C-0" {
        Outreach = "outreach", "政策宣讲", "policy outreach"; Consultation = "consultation", "民主恳谈", "democratic consultation";
        ThemeActivity = "theme_activity", "季度主题活动", "theme activity"; Symposium = "symposium", "代表群众座谈会", "symposium";
    }
}

impl ActivityKind {
    /// The clause that it is held by.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Outreach => "C-3.2",
            Self::Consultation => "C-3.3",
            Self::ThemeActivity => "C-4.2",
            Self::Symposium => "C-4.3b",
        }
    }
}

vocabulary! {
    /// Forms of outreach.
    OutreachForm, clause "C-3.2" { Lecture = "lecture", "专题辅导", "lecture"; DelegateTalk = "delegate_talk", "代表宣讲", "talk by a delegate"; Exchange = "exchange", "经验交流", "exchange of experience"; }
}
vocabulary! {
    /// How a theme activity was held.
    ActivityMode, clause "C-4.2" { Centralised = "centralised", "集中", "in one place"; Distributed = "distributed", "分散", "in several places"; }
}
vocabulary! {
    /// Why an activity is not complete.
    ActivityFault, clause "C-0" {
        QuestionsOpen = "questions_open", "提问未转为事项", "questions left open"; NoBriefing = "no_briefing", "未作通报", "no briefing"; NoListeningRecord = "no_listening_record", "无听取记录", "no listening record";
        DocumentMissing = "document_missing", "缺文件资料", "document missing"; RecordingMissing = "recording_missing", "缺影像资料", "picture or recording missing";
        OfficeMissing = "office_missing", "未报送齐两个办公室", "an office has no report"; ClassMissing = "class_missing", "应邀人员类别不齐", "a class of people missing";
    }
}

impl ActivityFault {
    /// The kind of activity that may have it.
    pub const fn of(self) -> ActivityKind {
        match self {
            Self::QuestionsOpen => ActivityKind::Outreach,
            Self::NoBriefing | Self::NoListeningRecord => ActivityKind::Consultation,
            Self::DocumentMissing | Self::RecordingMissing | Self::OfficeMissing => ActivityKind::ThemeActivity,
            Self::ClassMissing => ActivityKind::Symposium,
        }
    }

    /// The clause that asks for what is missing.
    pub const fn clause(self) -> &'static str {
        self.of().clause()
    }
}
