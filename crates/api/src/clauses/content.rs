//! What rests on a clause: facts, rules, obligations, indicators and checks, each found by the clause that it names itself.
//! Nothing is listed here.

use domain::event::Event;
use domain::event_type::EventType;
use domain::language::Language;
#[cfg(test)]
use domain::refusal::Code;
#[cfg(test)]
use domain::vocabulary::{ActivityFault, Indicator};
use domain::vocabulary::{ClauseCheck, ObligationCode};

/// The types of facts that are recorded under a clause.
pub(crate) fn facts(clause: &str) -> impl Iterator<Item = &'static EventType> {
    Event::types().filter(move |known| known.clauses().any(|one| one == clause))
}

/// What a fact of a type says, without its full stop: `记录群众异议`, `An objection was recorded`. The type itself where it is
/// none of ours.
pub(crate) fn said(name: &str, language: Language) -> &str {
    let known = Event::types().find(|known| known.name == name);
    known.map_or(name, |known| language.pick(known.zh.trim_end_matches('。'), known.en.trim_end_matches('.')))
}

/// The rules that say no by it.
#[cfg(test)]
pub(crate) fn rules(clause: &str) -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(move |code| code.clause() == Some(clause))
}

/// What an activity may lack by it.
#[cfg(test)]
pub(crate) fn faults(clause: &str) -> impl Iterator<Item = ActivityFault> {
    ActivityFault::ALL.iter().copied().filter(move |fault| fault.clause() == clause)
}

/// What is owed under it.
pub(crate) fn obligations(clause: &str) -> impl Iterator<Item = ObligationCode> {
    ObligationCode::ALL.iter().copied().filter(move |code| code.clause() == clause)
}

/// Whether anything of an obligation is recorded yet.
pub(crate) fn is_recorded(code: ObligationCode) -> bool {
    domain::clock::ROWS.iter().any(|row| row.code == code)
}

/// What a review counts for it.
#[cfg(test)]
pub(crate) fn indicators(clause: &str) -> impl Iterator<Item = Indicator> {
    Indicator::ALL.iter().copied().filter(move |indicator| indicator.clause() == clause)
}

/// What is looked at where no obligation stands.
pub(crate) fn checks(clause: &str) -> impl Iterator<Item = ClauseCheck> {
    ClauseCheck::ALL.iter().copied().filter(move |check| check.clause() == clause)
}
