//! A selected typical case is brought before people (C-5.3).

use super::events::CasePublished;
use super::state::TypicalCase;
use super::step::{follows, not_full, selected};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::PublicationChannel;
use chrono::{DateTime, Utc};

/// Publishes the de-identified text of a selected case in a channel: each text once in each (C-5.3).
///
/// Errors: a time in the future, or before it was selected or had that text, at `/posted_at`; [`Code::TooMany`],
/// [`Code::NotDeidentified`], [`Code::NotSelected`], [`Code::AlreadyPublished`] at `/channel`.
pub fn publish(
    case: &TypicalCase,
    rules: &Rules<'_>,
    channel: PublicationChannel,
    posted_at: DateTime<Utc>,
) -> Result<CasePublished, Refusal> {
    let before = [case.selected, case.deidentified].into_iter().flatten().max_by_key(|claim| claim.at);
    follows(rules, posted_at, before.unwrap_or(case.nominated), "/posted_at")?;
    not_full(case)?;
    let Some(text) = case.deidentified else { return Err(Refusal::new(Code::NotDeidentified)) };
    selected(case)?;
    let there = |published: &super::state::CasePublication| {
        published.channel == channel && published.text_version == text.version
    };
    if case.publications.iter().any(there) {
        let (zh, en) = (channel.zh(), channel.en());
        return Err(Refusal::new(Code::AlreadyPublished).under("C-5.3").at("/channel").because(
            format!("该文本已在“{zh}”发布；如有修改，请先提交新的可公开文本。"),
            format!("That text is published there already ({en}); give a new text that may be published first, if it has changed."),
        ));
    }
    Ok(CasePublished { channel })
}

/// The text that everybody may read, as the version of the event whose box holds it: the newest of the case, once that one is
/// published somewhere. One that another has taken the place of is shown no longer, since somebody may have been recognised
/// in it, and nothing is shown until the new one was published (C-5.3).
pub fn text_for_everybody(case: &TypicalCase) -> Option<u64> {
    let newest = case.deidentified?.version;
    case.publications.iter().any(|published| published.text_version == newest).then_some(newest)
}

/// The channels in which an older text stands than the one that may be published now: there it is to be replaced.
pub fn outdated(case: &TypicalCase) -> Vec<PublicationChannel> {
    let newest = case.deidentified.map_or(0, |text| text.version);
    let text_in = |channel: &PublicationChannel| {
        let there = case.publications.iter().rev().find(|published| published.channel == *channel);
        there.map(|published| published.text_version)
    };
    let all = PublicationChannel::ALL.iter().copied();
    all.filter(|channel| text_in(channel).is_some_and(|version| version < newest)).collect()
}
