//! The closed table of what may be corrected of an issue.

use crate::correction::{Changes, Field, Kind};
use crate::issue::Place;
use crate::text::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::vocabulary::{
    AnswerChannel, EvidenceKind, FeedbackBy, IssueKind, Outcome, Satisfaction, StatutoryChannel, WordChannel,
};

const LONG: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

/// What may be corrected of an issue. That it was raised, taken, escalated, closed, by whom and in which order, is not
/// corrected: another step of the life cycle follows instead. When the reception was held is corrected there, and carried
/// here ([`carried`](super::carried)).
pub const FIELDS: &[Field] = &[
    Field::new("issue.raised", Place::Kind.pointer(), Kind::Code(IssueKind::names), "C-3.6"),
    Field::new("issue.raised", Place::Topic.pointer(), Kind::Topic, "C-3.6"),
    Field::new("issue.raised", Place::UnitId.pointer(), Kind::Unit, "C-3.1"),
    Field::new("issue.raised", Place::Visitor.pointer(), Kind::Index, "C-3.1"),
    Field::new("issue.raised", Place::ResponsibleDelegateId.pointer(), Kind::Delegate, "C-4.4")
        .changing(Changes::Person),
    Field::new("issue.raised", "/personal/0/subject", Kind::Text { chars_max: TITLE_CHARS_MAX, lines: false }, "C-3.1"),
    Field::new("issue.raised", "/personal/0/text", LONG, "C-3.1"),
    Field::new("issue.final_answer_given", Place::Outcome.pointer(), Kind::Code(Outcome::names), "C-3.6")
        .changing(Changes::Outcome),
    Field::new("issue.final_answer_given", Place::Channel.pointer(), Kind::Code(AnswerChannel::names), "C-4.4"),
    Field::new("issue.final_answer_given", Place::EvidenceKind.pointer(), Kind::Code(EvidenceKind::names), "C-4.4"),
    Field::new("issue.final_answer_given", Place::CommitmentOn.pointer(), Kind::Day, "C-3.6").changing(Changes::Date),
    Field::new("issue.final_answer_given", Place::OccurredAt.pointer(), Kind::Instant, "C-4.4").changing(Changes::Date),
    Field::new("issue.final_answer_given", "/personal/0/text", LONG, "C-3.6"),
    Field::new("issue.final_answer_given", "/personal/0/basis", LONG, "C-3.6"),
    Field::new("issue.final_answer_given", "/personal/0/evidence_note", LONG, "C-4.4"),
    Field::new("issue.interim_reply_given", Place::Channel.pointer(), Kind::Code(WordChannel::names), "C-3.6"),
    Field::new("issue.interim_reply_given", Place::NextWordOn.pointer(), Kind::Day, "C-3.6").changing(Changes::Date),
    Field::new("issue.interim_reply_given", Place::OccurredAt.pointer(), Kind::Instant, "C-3.6")
        .changing(Changes::Date),
    Field::new("issue.interim_reply_given", "/personal/0/text", LONG, "C-3.6"),
    Field::new("issue.feedback_recorded", Place::Satisfaction.pointer(), Kind::Code(Satisfaction::names), "C-3.6")
        .changing(Changes::Outcome),
    Field::new("issue.feedback_recorded", Place::By.pointer(), Kind::Code(FeedbackBy::names), "C-3.6"),
    Field::new("issue.feedback_recorded", Place::OccurredAt.pointer(), Kind::Instant, "C-3.6").changing(Changes::Date),
    Field::new("issue.feedback_recorded", "/personal/0/comment", LONG, "C-3.6"),
    Field::new("issue.referred", Place::StatutoryChannel.pointer(), Kind::Code(StatutoryChannel::names), "C-3.6")
        .changing(Changes::Outcome),
    Field::new("issue.referred", Place::OccurredAt.pointer(), Kind::Instant, "C-3.6").changing(Changes::Date),
    Field::new("issue.referred", "/personal/0/reason", LONG, "C-3.6"),
    Field::new("issue.commitment_verified", Place::Kept.pointer(), Kind::Flag, "C-3.6").changing(Changes::Outcome),
    Field::new("issue.commitment_verified", Place::VerifiedOn.pointer(), Kind::Day, "C-3.6").changing(Changes::Date),
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
    Field::new("issue.receipt_reissued", "/personal/0/reason", LONG, "C-3.6"),
];
