//! What an attempt wants appended: events on streams, what must still be so then, and what all its leaves share.

use crate::casework::Casework;
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use domain::event::Event;
use domain::ids::AccountId;
use event_store::{Append, Check, Expected, NewEvent, Position, StreamId, Version, Write};
use uuid::Uuid;

/// What an attempt wants appended.
#[derive(Default)]
pub(crate) struct Plan {
    pub writes: Vec<Write>,
    pub checks: Vec<Check>,
    /// Whether it may be as large as a whole list of people, or a plan of a year.
    pub bulk: bool,
}

impl Plan {
    /// Demands that the access rules, and what the rights of whoever commands follow from, are still what they were: a grant
    /// that ends meanwhile, a mandate or an appointment, ends the command.
    fn rely_on_rights(&mut self, call: &CommandContext, reference: &Reference) {
        let mut rely_on = |stream: StreamId| {
            let seen = reference.version(&stream);
            self.check(stream, seen);
        };
        if let Some(access) = StreamId::new("access") {
            rely_on(access);
        }
        let Some(asker) = call.asker.as_ref().filter(|_| reference.access.adopted.is_some()) else { return };
        rely_on(StreamId::of("account", asker.account.0));
        let known = reference.accounts.get(asker.account);
        for grant in known.into_iter().flat_map(|known| known.standing()).filter(|grant| grant.given.role == asker.role)
        {
            if let Some(delegate) = grant.given.delegate_id {
                rely_on(StreamId::of("delegate", delegate.0));
            }
            if let Some(area) = grant.given.area_id {
                rely_on(StreamId::of("area", area.0));
            }
        }
    }

    /// Adds events to a stream that has `seen` events so far.
    pub fn write(&mut self, stream: StreamId, seen: Version, events: Vec<NewEvent>) {
        self.checks.retain(|Check::StreamAt { stream: checked, .. }| *checked != stream);
        self.writes.push(Write { stream, expected: exactly(seen), events });
    }

    /// Demands that a stream is still where the decision saw it.
    pub fn check(&mut self, stream: StreamId, seen: Version) {
        let written = self.writes.iter().any(|write| write.stream == stream);
        let known = self.checks.iter().any(|Check::StreamAt { stream: known, .. }| *known == stream);
        if !written && !known {
            self.checks.push(Check::StreamAt { stream, expected: exactly(seen) });
        }
    }

    /// What the store is asked to record under a call's command.
    pub fn under(self, call: &CommandContext) -> Append {
        Append {
            command: call.command,
            fingerprint: call.fingerprint,
            actor: call.actor.clone(),
            role: call.role.as_str().to_owned(),
            access: None,
            writes: self.writes,
            checks: self.checks,
        }
    }

    /// Demands that the policy and the calendars of these years are still those the decision counted with.
    pub fn check_rules(&mut self, reference: &Reference, years: impl IntoIterator<Item = i32>) {
        if let Some((stream, version)) = reference.policy_stream() {
            self.check(stream, version);
        }
        for year in years {
            if let Some(stream) = StreamId::new(format!("calendar/{year}")) {
                self.check(stream, Version(reference.calendars.version(year)));
            }
        }
    }
}

fn exactly(seen: Version) -> Expected {
    if seen.0 == 0 { Expected::NoStream } else { Expected::Exact(seen) }
}

/// Envelope facts that all leaves of one command share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    /// Grid or town.
    pub area: Uuid,
    /// Claimed instant, ms; `None` for the moment of recording.
    pub occurred_at: Option<i64>,
    /// Policy position decided under.
    pub policy: Option<u64>,
    /// Newest calendar position known.
    pub calendar: Option<u64>,
    /// Who does it, where an account does.
    pub account: Option<AccountId>,
}

impl Casework {
    /// What the store is asked to record under a call's command, under the access rules in force.
    pub(crate) fn under(&self, call: &CommandContext, mut plan: Plan) -> Append {
        let reference = self.reference();
        plan.rely_on_rights(call, &reference);
        Append { access: reference.access.mark().map(str::to_owned), ..plan.under(call) }
    }
}

impl Envelope {
    /// The event as the store takes it, without personal parts.
    ///
    /// Errors: [`Failure::Fault`] for an event that cannot be stored.
    pub fn plain(&self, event: &Event) -> Result<NewEvent, Failure> {
        let encoded = event.encode()?;
        Ok(NewEvent {
            event_type: encoded.event_type,
            schema: encoded.schema,
            area: self.area,
            occurred_at: self.occurred_at,
            policy: self.policy.map(Position),
            calendar: self.calendar.map(Position),
            public: encoded.public,
            boxes: Vec::new(),
            keys: Vec::new(),
        })
    }
}
