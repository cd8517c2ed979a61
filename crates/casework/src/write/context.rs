//! One request as the use cases see it.

use crate::access::asker::Asker;
use crate::access::two_persons::{Approval, ProposedRequest};
use crate::write::failure::Failure;
use domain::access::Action;
use domain::ids::AccountId;
use domain::vocabulary::Role;
use event_store::{CommandId, Fingerprint, Version};
use std::sync::Arc;
use uuid::Uuid;

/// Who asks, in which role, under which command id, and on which version they insist.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// `account/<uuid>` or `system/…`, as the leaf names it.
    pub actor: String,
    /// Role the leaf names.
    pub role: Role,
    /// Derived from actor and idempotency key.
    pub command: CommandId,
    /// Keyed digest of method, path, query and body, a JSON body in its canonical form.
    pub fingerprint: Fingerprint,
    /// The same of the body's bytes as they came, by which commands were recorded before JSON was compared as what it
    /// says; where that is another.
    pub of_bytes: Option<Fingerprint>,
    /// The client named no key, so this command was made up a moment ago and nobody can have used it before.
    pub is_first: bool,
    /// Whose rights it is held against; nobody's where the system acts of itself.
    pub asker: Option<Asker>,
    /// What they ask to do.
    pub action: Option<Action>,
    /// The request as it is told to whoever decides, where it takes two persons and this is the first.
    pub request: Option<Arc<ProposedRequest>>,
    /// The proposal that this command approves of.
    pub approves: Option<Arc<Approval>>,
    /// From `If-Match`: the versions of which the thing must have one; `None` where any will do.
    pub if_match: Option<Vec<Version>>,
    /// `If-Match` was sent, be it `*`: the thing has to be there.
    pub is_conditional: bool,
}

impl CommandContext {
    /// The account that commands; nothing where the system does.
    pub fn account(&self) -> Option<AccountId> {
        AccountId::of_actor(&self.actor)
    }

    /// Whether `If-Match` lets this version be.
    pub fn matches(&self, version: Version) -> bool {
        self.if_match.as_ref().is_none_or(|wanted| wanted.contains(&version))
    }

    /// For a command that makes something new: there is no version that `If-Match` could mean (RFC 9110 §13.1.1).
    ///
    /// # Errors
    /// [`Failure::Stale`] where the header was sent.
    pub fn makes_new(&self) -> Result<(), Failure> {
        let conditional = self.is_conditional || self.if_match.is_some();
        if conditional { Err(Failure::Stale { actual: Version(0) }) } else { Ok(()) }
    }

    /// A call of an account. Without a key the server makes one, so that every leaf has a command.
    pub fn of_account(account: Uuid, role: Role, key: Option<&str>, fingerprint: Fingerprint) -> Self {
        let actor = format!("account/{account}");
        let command = match key {
            Some(key) => CommandId::derive(&actor, key),
            None => CommandId::derive(&actor, &Uuid::from_bytes(event_store::random_bytes()).to_string()),
        };
        Self {
            actor,
            role,
            command,
            fingerprint,
            of_bytes: None,
            is_first: key.is_none(),
            asker: None,
            action: None,
            request: None,
            approves: None,
            if_match: None,
            is_conditional: false,
        }
    }

    /// A call of somebody who has no account: by the receipt code of an issue (`system/receipt`), or of what is public
    /// (`system/public`). Keys are scoped to the thing that is spoken of, so that two strangers who choose the same one do not
    /// meet.
    pub fn of_visitor(actor: &str, about: Uuid, key: Option<&str>, fingerprint: Fingerprint) -> Self {
        let scoped = match key {
            Some(key) => format!("{about}/{key}"),
            None => format!("{about}/{}", Uuid::from_bytes(event_store::random_bytes())),
        };
        Self {
            actor: actor.to_owned(),
            role: Role::Visitor,
            command: CommandId::derive(actor, &scoped),
            fingerprint,
            of_bytes: None,
            is_first: key.is_none(),
            asker: None,
            action: None,
            request: None,
            approves: None,
            if_match: None,
            is_conditional: false,
        }
    }

    /// A call of the system itself (`system/start`, `system/import`, `system/clock`), under a key that says what for,
    /// so that doing it twice changes nothing.
    pub fn of_system(actor: &str, key: &str) -> Self {
        Self {
            actor: actor.to_owned(),
            role: Role::System,
            command: CommandId::derive(actor, key),
            fingerprint: [0; 32],
            of_bytes: None,
            is_first: false,
            asker: None,
            action: None,
            request: None,
            approves: None,
            if_match: None,
            is_conditional: false,
        }
    }
}
