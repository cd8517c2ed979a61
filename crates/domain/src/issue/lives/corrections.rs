//! Random lives whose records are corrected at random: the invariants hold after every correction, and the state that
//! was kept up step by step is the one that a fold of the corrected events gives.

use super::*;
use crate::area::Areas;
use crate::correction::{CorrectedValue, Kind, OCCURRED_AT, TextNow, Wanted};
use crate::issue::Word;
use crate::issue::correcting::{FIELDS, Record, approve, as_corrected, carried, correct};
use crate::reception::{People, ReceivingDelegate, Reception, Visitor};
use crate::vocabulary::DelegateType;

impl World {
    /// Corrects one value of one event, with the approval that it needs: whether it could be.
    fn corrects(&mut self, attempt: &Attempt) -> Option<&'static str> {
        self.now += Duration::hours(attempt.hours.into());
        let (id, stream) = self.issues.iter().nth(usize::from(attempt.which) % self.issues.len()).unwrap();
        let (id, stream) = (*id, stream.clone());
        let (event, stamp) = &stream.events[usize::from(attempt.action) % stream.events.len()];
        let name = event.event_type().name;
        let moved = || {
            let minutes = i64::from(attempt.back) * 97 - 29 * 60;
            stamp.occurred_at + Duration::minutes(minutes)
        };
        if stamp.version == 1 && attempt.choice < 60 {
            let carried = carried(&stream.state, &stream.events, &self.rules(), moved()).ok()?;
            self.record(Fact::Issue(id, IssueEvent::Corrected(carried)), self.now);
            return Some("held");
        }
        let rows: Vec<_> = FIELDS.iter().filter(|field| field.event_type == name && !field.is_text()).collect();
        let field = rows.get(usize::from(attempt.choice) % rows.len().max(1))?;
        let value = match field.kind {
            Kind::Code(names) => CorrectedValue::Text(pick(&names(), attempt.back).to_owned()),
            Kind::Topic => CorrectedValue::Text(pick(&["housing", "transport"], attempt.back).to_owned()),
            Kind::Unit | Kind::Delegate => CorrectedValue::Text(pick(&[RECEIVER, SUCCESSOR], attempt.back).to_string()),
            Kind::Index => CorrectedValue::Whole((attempt.back % 3).into()),
            Kind::Day => {
                let day = POLICY.town_date(stamp.occurred_at) + Duration::days(i64::from(attempt.back) - 8);
                CorrectedValue::Text(day.to_string())
            }
            Kind::Instant => CorrectedValue::Text(moved().to_rfc3339()),
            Kind::Flag => CorrectedValue::Flag(attempt.back.is_multiple_of(2)),
            Kind::Text { .. } => return None,
        };
        let sat = |delegate_id| ReceivingDelegate { delegate_id, delegate_type: DelegateType::Party };
        let reception = Reception {
            delegates: vec![sat(RECEIVER), sat(SUCCESSOR)],
            visitors: vec![Visitor::Anonymous { anonymous: true }; 2],
            ..Reception::default()
        };
        let areas = Areas::default();
        let wanted = Wanted { event_version: stamp.version, pointer: field.pointer.to_owned(), value, at: self.now };
        let asked = correct(&self.record_of(&stream, &reception, &areas), &self.rules(), &wanted).ok()?;
        self.record(Fact::Issue(id, asked.clone()), self.now);
        if matches!(asked, IssueEvent::CorrectionProposed(_)) {
            let stream = self.issues[&id].clone();
            let record = self.record_of(&stream, &reception, &areas);
            let approved = approve(&record, &self.rules(), stamp.version, self.now).unwrap();
            self.record(Fact::Issue(id, IssueEvent::Corrected(approved)), self.now);
        }
        Some(field.pointer)
    }

    fn record_of<'a>(
        &'a self,
        stream: &'a Stream<Issue, IssueEvent>,
        reception: &'a Reception,
        areas: &'a Areas,
    ) -> Record<'a> {
        Record {
            issue: &stream.state,
            history: &stream.events,
            reception,
            people: People { programme: None, areas, delegates: &self.delegates },
            text: TextNow::Absent,
            basis_given: true,
        }
    }
}

/// What an issue shows of its events. The due date is left out: it is promised, not derived. So is when it was first
/// recorded.
fn shown(issue: &Issue) -> impl PartialEq + std::fmt::Debug + use<> {
    let answer = issue.answer.as_ref().map(|answer| (answer.given.clone(), answer.delivered_at, answer.version));
    let words: Vec<Word> = issue.words.clone();
    (
        (issue.kind, issue.topic.clone(), issue.unit_id, issue.visitor, issue.responsible_delegate_id),
        (issue.state, issue.clock, issue.cycle, issue.raised_at, issue.cycle_began_at, issue.turned_at),
        (answer, issue.stopped_at, issue.suspended_spans.clone(), issue.commitment_check),
        (issue.feedback, issue.feedback_given.clone(), issue.last_word, words, issue.interim_due_on),
    )
}

fn check_corrected(world: &World) {
    check(world);
    for stream in world.issues.values() {
        let mut again = Issue::default();
        for (event, stamp) in as_corrected(&stream.events, &stream.state.corrections) {
            again.apply(&event, &stamp);
        }
        assert_eq!(shown(&again), shown(&stream.state), "the fold of the corrected events differs");
        assert_eq!(again.due, stream.state.due);
    }
}

fn lived(attempts: &[Attempt], corrections: &[Attempt]) -> BTreeSet<&'static str> {
    let mut world = World::new();
    let mut corrected = BTreeSet::new();
    // A record is corrected while the life goes on: a third of the corrections after each third of it.
    for (some, then) in
        attempts.chunks(attempts.len().div_ceil(3)).zip(corrections.chunks(corrections.len().div_ceil(3)))
    {
        for attempt in some {
            world.attempt(attempt);
        }
        check_corrected(&world);
        for attempt in then {
            if let Some(pointer) = world.corrects(attempt) {
                corrected.insert(pointer);
                check_corrected(&world);
            }
        }
    }
    corrected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_corrected_the_invariants_hold_and_the_state_is_that_of_the_corrected_events(
        attempts in attempts(),
        corrections in super::attempts(),
    ) {
        lived(&attempts, &corrections);
    }
}

/// A property over corrections that are all refused would show nothing: these reach every kind of field.
#[test]
fn random_corrections_reach_every_field() {
    let mut runner = TestRunner::deterministic();
    let mut corrected = BTreeSet::new();
    for _ in 0..400 {
        let mut tree = || attempts().new_tree(&mut runner).unwrap().current();
        let (life, corrections) = (tree(), tree());
        corrected.extend(lived(&life, &corrections));
    }
    let pointers: BTreeSet<_> = FIELDS.iter().filter(|field| !field.is_text()).map(|field| field.pointer).collect();
    // No unit is known here.
    let missing: Vec<_> = pointers.difference(&corrected).filter(|pointer| **pointer != "/public/unit_id").collect();
    assert!(missing.is_empty() && corrected.contains("held") && corrected.contains(OCCURRED_AT), "{missing:?}");
}
