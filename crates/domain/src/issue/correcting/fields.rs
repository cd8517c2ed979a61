//! The closed table of what may be corrected of an issue.

use crate::correction::{Changes, Field, Kind, OCCURRED_AT};
use crate::text::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::vocabulary::{
    AnswerChannel, EvidenceKind, FeedbackBy, IssueKind, Outcome, Satisfaction, StatutoryChannel, WordChannel,
};

macro_rules! codes {
    ($list:ident) => {
        Kind::Code(|| $list::ALL.iter().map(|value| value.as_str()).collect())
    };
}

const LONG: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

/// What may be corrected of an issue. That it was raised, taken, escalated, closed, by whom and in which order, is not
/// corrected: another step of the life cycle follows instead. When the reception was held is corrected there, and carried
/// here ([`carried`](super::carried)).
pub const FIELDS: &[Field] = &[
    Field::new("issue.raised", "/public/kind", codes!(IssueKind), "C-3.6"),
    Field::new("issue.raised", "/public/topic", Kind::Topic, "C-3.6"),
    Field::new("issue.raised", "/public/unit_id", Kind::Unit, "C-3.1"),
    Field::new("issue.raised", "/public/visitor", Kind::Index, "C-3.1"),
    Field::new("issue.raised", "/public/responsible_delegate_id", Kind::Delegate, "C-4.4").changing(Changes::Person),
    Field::new("issue.raised", "/personal/0/subject", Kind::Text { chars_max: TITLE_CHARS_MAX, lines: false }, "C-3.1"),
    Field::new("issue.raised", "/personal/0/text", LONG, "C-3.1"),
    Field::new("issue.final_answer_given", "/public/outcome", codes!(Outcome), "C-3.6").changing(Changes::Outcome),
    Field::new("issue.final_answer_given", "/public/channel", codes!(AnswerChannel), "C-4.4"),
    Field::new("issue.final_answer_given", "/public/evidence/kind", codes!(EvidenceKind), "C-4.4"),
    Field::new("issue.final_answer_given", "/public/commitment_on", Kind::Day, "C-3.6").changing(Changes::Date),
    Field::new("issue.final_answer_given", OCCURRED_AT, Kind::Instant, "C-4.4").changing(Changes::Date),
    Field::new("issue.final_answer_given", "/personal/0/text", LONG, "C-3.6"),
    Field::new("issue.final_answer_given", "/personal/0/basis", LONG, "C-3.6"),
    Field::new("issue.final_answer_given", "/personal/0/evidence_note", LONG, "C-4.4"),
    Field::new("issue.interim_reply_given", "/public/channel", codes!(WordChannel), "C-3.6"),
    Field::new("issue.interim_reply_given", "/public/next_word_on", Kind::Day, "C-3.6").changing(Changes::Date),
    Field::new("issue.interim_reply_given", OCCURRED_AT, Kind::Instant, "C-3.6").changing(Changes::Date),
    Field::new("issue.interim_reply_given", "/personal/0/text", LONG, "C-3.6"),
    Field::new("issue.feedback_recorded", "/public/satisfaction", codes!(Satisfaction), "C-3.6")
        .changing(Changes::Outcome),
    Field::new("issue.feedback_recorded", "/public/by", codes!(FeedbackBy), "C-3.6"),
    Field::new("issue.feedback_recorded", OCCURRED_AT, Kind::Instant, "C-3.6").changing(Changes::Date),
    Field::new("issue.feedback_recorded", "/personal/0/comment", LONG, "C-3.6"),
    Field::new("issue.referred", "/public/statutory_channel", codes!(StatutoryChannel), "C-3.6")
        .changing(Changes::Outcome),
    Field::new("issue.referred", OCCURRED_AT, Kind::Instant, "C-3.6").changing(Changes::Date),
    Field::new("issue.referred", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.commitment_verified", "/public/kept", Kind::Flag, "C-3.6").changing(Changes::Outcome),
    Field::new("issue.commitment_verified", "/public/verified_on", Kind::Day, "C-3.6").changing(Changes::Date),
    Field::new("issue.commitment_verified", "/personal/0/note", LONG, "C-3.6"),
    // Of the other steps only what was said.
    Field::new("issue.escalated", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.escalation_returned", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.extension_requested", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.extension_granted", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.extension_refused", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.clock_suspended", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.clock_resumed", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.reopening_requested", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.reopening_refused", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.reopened", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.withdrawn", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.responsibility_handed_over", "/personal/0/reason", LONG, "C-4.4"),
    Field::new("issue.delivery_attempted", "/personal/0/note", LONG, "C-4.4"),
    Field::new("issue.merged", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.unmerged", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.input_requested", "/personal/0/text", LONG, "C-3.6"),
    Field::new("issue.input_given", "/personal/0/text", LONG, "C-3.6"),
];
