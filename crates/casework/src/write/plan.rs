//! What an attempt wants appended: events on streams, what must still be so then, and what all its leaves share.

use crate::casework::Casework;
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use domain::event::Event;
use domain::ids::AccountId;
use domain::vocabulary::Role;
use event_store::{Append, Check, Expected, NewEvent, Position, StreamId, Version, Write};
use uuid::Uuid;

/// What an attempt wants appended.
pub(crate) struct Plan {
    pub writes: Vec<Write>,
    pub checks: Vec<Check>,
    /// Whether it may be as large as a whole list of people, or a plan of a year.
    pub bulk: bool,
}

impl Plan {
    /// Nothing yet, but that the access rules, and what the rights of whoever commands follow from, are still what they were
    /// in this reference data. It is to be read before anything is held against those rights: then a grant that ends
    /// meanwhile, or a mandate, or an appointment, ends the command.
    pub fn of(call: &CommandContext, reference: &Reference) -> Self {
        let mut plan = Self { writes: Vec::new(), checks: Vec::new(), bulk: false };
        if let Some(access) = StreamId::new("access") {
            let seen = reference.version(&access);
            plan.check(access, seen);
        }
        if let Some(asker) = &call.asker {
            plan.rely_on_account(reference, asker.account, Some(asker.role));
        }
        plan
    }

    /// Nothing yet, that leans on the same.
    pub fn instead(&self) -> Self {
        Self { writes: Vec::new(), checks: self.checks.clone(), bulk: false }
    }

    /// Demands that an account, and what its grants in a role follow from, or in all its roles, are still what they were.
    pub fn rely_on_account(&mut self, reference: &Reference, account: AccountId, role: Option<Role>) {
        if reference.access.adopted.is_none() {
            return;
        }
        let mut rely_on = |stream: StreamId| {
            let seen = reference.version(&stream);
            self.check(stream, seen);
        };
        rely_on(StreamId::of("account", account.0));
        let standing = reference.accounts.get(account).into_iter().flat_map(|known| known.standing());
        for given in standing.map(|grant| &grant.given).filter(|given| role.is_none_or(|role| role == given.role)) {
            if let Some(delegate) = given.delegate_id {
                rely_on(StreamId::of("delegate", delegate.0));
            }
            if let Some(area) = given.area_id {
                rely_on(StreamId::of("area", area.0));
            }
            if let Some(office) = given.office_id {
                rely_on(StreamId::of("office", office.0));
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
    pub(crate) fn under(&self, call: &CommandContext, plan: Plan) -> Append {
        Append { access: self.reference().access.mark().map(str::to_owned), ..plan.under(call) }
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

#[cfg(test)]
mod tests;
