//! Issues as a list shows them, written as their rows are read. `view.rs` says what stands in it and in which order.

use crate::http::json::Json;
use crate::issues::subjects::{Mark, Opened, Subject};
use casework::access::sight::{LookedAt, Withheld};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::ids::AreaId;
use domain::vocabulary::PersonalClass;
use event_store::Position;
use read_models::{AnswerFacts, IssueRow, SealedText};
use std::collections::BTreeSet;

/// About how long an issue is in a list.
const ISSUE_BYTES: usize = 1024;
/// Room is made at once for at most so many.
const ISSUES_EXPECTED: u64 = 64;

const BEGIN: &str = "{\"items\":[";

/// The issues of a page, one behind the other, as JSON: the answer up to its last issue.
pub(super) struct Issues {
    json: String,
    /// Boxes that have yet to be opened, and where in the text what they say is to stand.
    sealed: Vec<Sealed>,
    today: NaiveDate,
    zone: Tz,
    opened: Opened,
    /// Why the subjects are not shown.
    withheld: Option<Withheld>,
    /// The issues with subjects: where each begins in the log, and its grid.
    looked_at: Vec<(Position, AreaId)>,
}

/// The subject of an issue that is not known yet.
pub(super) struct Sealed {
    pub text: SealedText,
    pub mark: Mark,
    at: usize,
}

impl Issues {
    /// None yet, and at most `limit` of them; lateness is that of a day.
    pub fn on(today: NaiveDate, zone: Tz, opened: Opened, limit: u64) -> Self {
        let issues = usize::try_from(limit.min(ISSUES_EXPECTED)).unwrap_or(0);
        let mut json = String::with_capacity((issues + 1) * ISSUE_BYTES);
        json.push_str(BEGIN);
        let (sealed, looked_at) = (Vec::new(), Vec::new());
        Self { json, sealed, today, zone, opened, withheld: None, looked_at }
    }

    /// Without their subjects, where there is a reason.
    pub fn withholding(self, withheld: Option<Withheld>) -> Self {
        Self { withheld, ..self }
    }

    /// The issues whose subjects stand in the page.
    pub fn looked_at(&self) -> Vec<LookedAt> {
        let narrative = || BTreeSet::from([PersonalClass::Narrative]);
        let looked_at = |(first, area): &(Position, AreaId)| LookedAt {
            first: *first,
            area: area.0,
            begun_by: None,
            classes: narrative(),
        };
        self.looked_at.iter().map(looked_at).collect()
    }

    /// Writes the next one.
    pub fn add(&mut self, row: IssueRow) {
        let lateness = row.lateness(self.today);
        let zone = self.zone;
        if self.json.len() > BEGIN.len() {
            self.json.push(',');
        }
        let mut json = Json(&mut self.json);
        json.raw("{")
            .id("id", row.issue_id.0)
            .text("number", &row.number)
            .number("version", row.version.0)
            .word("state", row.state.as_str())
            .word("clock", row.clock.as_str())
            .word("lateness", lateness.as_str())
            .truth("supervised", row.supervised)
            .number("cycle", row.cycle.into())
            .word("kind", row.kind.as_str())
            .text("topic", &row.topic);
        if let Some(text) = row.subject {
            let mark = self.opened.mark(&text);
            self.looked_at.push((row.first_position, row.grid_id));
            match (self.withheld, self.opened.get(mark)) {
                (Some(Withheld::NotTheirs), _) => drop(json.truth("withheld", true)),
                (Some(Withheld::NotRecorded), _) => drop(json.word("withheld", "view_not_recorded")),
                (None, Some(subject)) => drop(json.raw(&subject)),
                (None, None) => self.sealed.push(Sealed { text, mark, at: json.0.len() }),
            }
        }
        json.id("reception_id", row.reception_id.0).id("grid_id", row.grid_id.0);
        if let Some(unit) = row.unit_id {
            json.id("unit_id", unit.0);
        }
        json.id("responsible_delegate_id", row.responsible_delegate_id.0);
        if let Some(major) = row.major_issue_id {
            json.id("major_issue_id", major.0);
        }
        json.time("raised_at", row.raised_at, zone)
            .day("answer_due_on", row.answer_due_on)
            .day("original_answer_due_on", row.original_answer_due_on);
        if let Some(on) = row.interim_due_on {
            json.day("interim_due_on", on);
        }
        json.truth("provisional", row.provisional);
        if let Some(answer) = &row.answer {
            write_answer(json.name("answer"), answer, zone);
        }
        if let Some(satisfaction) = row.satisfaction {
            json.word("satisfaction", satisfaction.as_str());
        }
        json.truth("reopening_pending", row.reopening_pending).name("last_word").raw("{");
        json.word("kind", row.last_word.as_str()).time("at", row.last_word_at, zone).raw("}");
        if row.correction_pending {
            json.truth("correction_pending", true);
        }
        json.raw("}");
    }

    /// The boxes that have yet to be opened.
    pub fn sealed(&self) -> &[Sealed] {
        &self.sealed
    }

    /// The text, with what was found in the boxes, in their order. The array of issues is still open.
    pub fn with(self, subjects: &[Subject]) -> String {
        if self.sealed.is_empty() {
            return self.json;
        }
        let found: usize = subjects.iter().map(|subject| subject.len()).sum();
        let mut whole = String::with_capacity(self.json.len() + found);
        let mut from = 0;
        for (sealed, subject) in self.sealed.iter().zip(subjects) {
            whole.push_str(&self.json[from..sealed.at]);
            whole.push_str(subject);
            from = sealed.at;
        }
        whole.push_str(&self.json[from..]);
        whole
    }
}

fn write_answer(json: &mut Json<'_>, answer: &AnswerFacts, zone: Tz) {
    json.raw("{")
        .word("outcome", answer.outcome.as_str())
        .word("channel", answer.channel.as_str())
        .time("delivered_at", answer.delivered_at, zone)
        .id("answered_by", answer.answered_by.0)
        .truth("on_the_spot", answer.on_the_spot);
    if let Some(on) = answer.commitment_on {
        json.day("commitment_on", on);
    }
    json.raw("}");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::response::business_time;
    use crate::issues::parts::{AnswerView, LastWordView};
    use crate::issues::view::IssueView;
    use domain::deadline::Marks;
    use domain::ids::{DelegateId, IssueId, MajorIssueId, ReceptionId};
    use domain::vocabulary::{AnswerChannel, ClockState, IssueKind, IssueState, LastWordKind, Outcome, Satisfaction};
    use event_store::{StreamId, SubjectId, Version};
    use read_models::{Shown, TextMember};
    use uuid::Uuid;

    const ZONE: Tz = chrono_tz::Asia::Shanghai;

    /// The view of the row of an issue, whose subject is known.
    fn view(row: &IssueRow, subject: Option<&str>, today: NaiveDate) -> IssueView {
        let answer = row.answer.as_ref().map(|answer| AnswerView {
            outcome: answer.outcome.as_str(),
            channel: answer.channel.as_str(),
            text: None,
            basis: None,
            delivered_at: business_time(answer.delivered_at, ZONE),
            answered_by: answer.answered_by.0,
            on_the_spot: answer.on_the_spot,
            evidence: None,
            commitment_on: answer.commitment_on,
            commitment_kept: None,
            commitment_verified_on: None,
        });
        IssueView {
            id: row.issue_id.0,
            number: row.number.clone(),
            receipt_code: None,
            receipt: None,
            files: Vec::new(),
            version: row.version.0,
            state: row.state.as_str(),
            clock: row.clock.as_str(),
            lateness: row.lateness(today).as_str(),
            supervised: row.supervised,
            cycle: row.cycle,
            kind: row.kind.as_str(),
            topic: row.topic.clone(),
            subject: subject.map(str::to_owned),
            text: None,
            erased: false,
            withheld: None,
            reception_id: row.reception_id.0,
            visitor: None,
            grid_id: row.grid_id.0,
            unit_id: row.unit_id.map(|unit| unit.0),
            responsible_delegate_id: row.responsible_delegate_id.0,
            major_issue_id: row.major_issue_id.map(|major| major.0),
            level: None,
            primary_issue_id: None,
            links: Vec::new(),
            inputs_open: Vec::new(),
            delivery_attempts: Vec::new(),
            raised_at: business_time(row.raised_at, ZONE),
            recorded_at: None,
            answer_due_on: row.answer_due_on,
            original_answer_due_on: row.original_answer_due_on,
            interim_due_on: row.interim_due_on,
            provisional: row.provisional,
            suspension: None,
            extension: None,
            answer,
            satisfaction: row.satisfaction.map(Satisfaction::as_str),
            reopening_pending: row.reopening_pending,
            on_own_motion: false,
            last_word: LastWordView { kind: row.last_word.as_str(), at: business_time(row.last_word_at, ZONE) },
            corrected: false,
            correction_pending: row.correction_pending,
            as_of_position: None,
        }
    }

    /// An issue with everything that a list may show of one, or with what it always shows.
    fn row(n: u128, full: bool) -> IssueRow {
        let on = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let at = |second: i64| chrono::DateTime::from_timestamp(1_795_068_600 + second, 0).unwrap();
        let id = |k| Uuid::from_u128(n * 100 + k);
        let answer = AnswerFacts {
            outcome: Outcome::Planned,
            channel: AnswerChannel::Oral,
            delivered_at: at(60),
            answered_by: DelegateId(id(7)),
            on_the_spot: true,
            commitment_on: Some(on(30)).filter(|_| n.is_multiple_of(2)),
        };
        IssueRow {
            issue_id: IssueId(id(1)),
            number: format!("2026-{n}"),
            first_position: Position(7),
            position: Position(9),
            version: Version(if full { 12 } else { 1 }),
            state: IssueState::Answered,
            is_open: false,
            clock: ClockState::Stopped,
            supervised: full,
            cycle: 1,
            kind: IssueKind::Demand,
            topic: "livelihood".to_owned(),
            reception_id: ReceptionId(id(2)),
            grid_id: AreaId(id(3)),
            unit_id: full.then(|| AreaId(id(4))),
            responsible_delegate_id: DelegateId(id(5)),
            major_issue_id: full.then(|| MajorIssueId(id(6))),
            begun_by: None,
            former_delegate_ids: Vec::new(),
            asked_office_ids: Vec::new(),
            raised_at: at(0),
            raised_on: on(19),
            original_answer_due_on: on(26),
            interim_due_on: full.then(|| on(20)),
            provisional: !full,
            answer_due_on: on(27),
            marks: Marks { due_soon_from: on(24), overdue_from: on(28), long_overdue_from: on(29), judged_on: None },
            shown: Shown::default(),
            answer: full.then_some(answer),
            answered_on_time: None,
            satisfaction: full.then_some(Satisfaction::Satisfied),
            reopening_pending: full,
            extension_pending: false,
            correction_pending: full,
            extension_untold: false,
            awaited_office_ids: Vec::new(),
            last_word: LastWordKind::FinalAnswer,
            last_word_at: at(61),
            subject: full.then(|| SealedText {
                subject: SubjectId([1; 16]),
                stream: StreamId::of("issue", id(1)),
                version: Version(1),
                index: 0,
                member: TextMember::Subject,
                commitment: [2; 32],
                bytes: vec![3; 90],
            }),
        }
    }

    #[test]
    fn an_issue_is_written_as_its_view_is() {
        let (today, said) = (NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(), "3号楼\"楼道灯\"不亮");
        let rows: Vec<_> = (1..7).map(|n| row(n, n % 3 > 0)).collect();
        let known = |row: &IssueRow| row.subject.as_ref().map(|_| said);
        let views: Vec<_> = rows.iter().map(|row| view(row, known(row), today)).collect();
        let expected = serde_json::to_string(&views).unwrap();
        let opened = Opened::default();
        // The first time the boxes are opened afterwards, the second time they are known.
        for unknown in [4, 0] {
            let mut issues = Issues::on(today, ZONE, opened.clone(), 7);
            rows.iter().for_each(|row| issues.add(row.clone()));
            assert_eq!(issues.sealed().len(), unknown);
            let part = casework::personal::Part::Open(serde_json::json!({"subject": said}));
            let put = |sealed: &Sealed| opened.put(sealed.mark, &sealed.text, &part);
            let subjects: Vec<_> = issues.sealed().iter().map(put).collect();
            assert_eq!(issues.with(&subjects), format!("{{\"items\":{}", expected.strip_suffix(']').unwrap()));
        }
    }
}
