//! The first leaves of an empty log, and how a log with leaves is taken up again.

use crate::access::tokens::FreshToken;
use crate::casework::Casework;
use crate::erasures::starting::newest_epoch_is_there;
use crate::personal::Person;
use crate::read::reference::Reference;
use crate::write::change::ms;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use chrono::{DateTime, Utc};
use domain::account::{self, AccountEvent, Accounts, TokenIssued};
use domain::area::{self, AreaEvent, Areas};
use domain::calendar::{self, CalendarEvent, CalendarYear, Calendars};
use domain::event::Event;
use domain::ids::TokenId;
use domain::log::{LogEvent, Opened};
use domain::policy::{self, Policies, PolicyEvent};
use domain::programme::{self, Programme, ProgrammeEvent};
use domain::vocabulary::{Holder, Role};
use event_store::keys::KeyDirectory;
use event_store::{Append, Clock, EventStore, Expected, NewEvent, Position, StreamId, Version, Write};
use serde_json::Value;
use std::sync::Arc;

/// What an empty log is given: the town, the programme, the policy and the calendars, from files.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// Official name of the town.
    pub town: String,
    /// Name of the programme.
    pub programme: String,
    /// First day of the programme.
    pub effective_on: chrono::NaiveDate,
    /// The first policy version, whole.
    pub policy: Value,
    /// Calendars, oldest first.
    pub calendars: Vec<CalendarYear>,
    /// Program and version, for `log.opened`.
    pub software: String,
    /// Whether this is a demonstration.
    pub demo: bool,
}

/// The decisions on [`Bootstrap`].
struct Decided {
    defined: AreaEvent,
    established: ProgrammeEvent,
    adopted: PolicyEvent,
    published: Vec<(i32, CalendarEvent)>,
}

impl Bootstrap {
    /// That a log can begin so at an instant: asked before anything is made.
    ///
    /// # Errors
    /// Refusals of the decisions, as the first start would meet them.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        self.decided(now).map(drop)
    }

    fn decided(&self, now: DateTime<Utc>) -> Result<Decided, Failure> {
        let publish = |year: &CalendarYear| {
            let published = calendar::publish(&Calendars::default(), year.clone()).map_err(Failure::Invalid)?;
            Ok::<_, Failure>((year.year, published))
        };
        Ok(Decided {
            defined: area::define_town(&Areas::default(), &self.town)?,
            established: programme::establish(&Programme::default(), &self.programme, self.effective_on)?,
            adopted: policy::adopt(&Policies::default(), &self.policy, now.date_naive()).map_err(Failure::Invalid)?,
            published: self.calendars.iter().map(publish).collect::<Result<_, _>>()?,
        })
    }
}

/// A log taken up.
pub struct Started {
    /// The use cases over it.
    pub casework: Casework,
    /// The administrator's token, when the log was begun now.
    pub first_token: Option<FreshToken>,
}

impl Casework {
    /// Takes a log up; gives an empty one its first leaves, all in one append.
    ///
    /// `keep_token` is handed the administrator's token before anything is recorded, so that a crash in between leaves
    /// a token without a log, never a log without a token.
    pub async fn start(
        store: EventStore,
        keys: Arc<KeyDirectory>,
        clock: Clock,
        bootstrap: &Bootstrap,
        keep_token: impl FnOnce(&FreshToken) -> Result<(), Failure>,
    ) -> Result<Started, Failure> {
        let mut first_token = None;
        if store.head().position == Position(0) {
            let empty = Self::over(store.clone(), Arc::clone(&keys), Arc::clone(&clock), Reference::default());
            let token = FreshToken::draw(TokenId(empty.new_id()));
            keep_token(&token)?;
            empty.begin(bootstrap, &token).await?;
            first_token = Some(token);
        }
        newest_epoch_is_there(&store, &keys).await?;
        let reference = Reference::read(&store, &keys, None).await?;
        match &reference.log {
            Some(opened) if opened.log_id == keys.log_id() => {}
            Some(opened) => {
                return Err(Failure::Fault(format!(
                    "the log says it is {}, the key directory belongs to {}",
                    opened.log_id,
                    keys.log_id()
                )));
            }
            None => return Err(Failure::Fault("the log does not begin with log.opened".to_owned())),
        }
        Ok(Started { casework: Self::over(store, keys, clock, reference), first_token })
    }

    async fn begin(&self, bootstrap: &Bootstrap, token: &FreshToken) -> Result<(), Failure> {
        let call = CommandContext::of_system("system/start", "begin");
        let now = self.now();
        let town = self.new_id();
        // Nothing is in force yet: these leaves name neither policy nor calendar.
        let envelope = Envelope { area: town, occurred_at: Some(ms(now)), policy: None, calendar: None, account: None };
        let mut writes = Vec::new();
        let mut write = |stream: StreamId, events: Vec<NewEvent>| {
            writes.push(Write { stream, expected: Expected::NoStream, events });
        };
        let single = |name: &str| StreamId::new(name).ok_or_else(|| Failure::Fault(format!("{name} is no stream")));

        let opened = Opened {
            log_id: self.keys.log_id(),
            origin: self.keys.origin().to_owned(),
            keys: vec![self.keys.vkey()],
            software: bootstrap.software.clone(),
            demo: bootstrap.demo,
        };
        write(single("log")?, vec![envelope.plain(&Event::Log(LogEvent::Opened(opened)))?]);
        let Decided { defined, established, adopted, published } = bootstrap.decided(now)?;
        write(StreamId::of("area", town), vec![envelope.plain(&Event::Area(defined))?]);
        write(single("programme")?, vec![envelope.plain(&Event::Programme(established))?]);
        write(StreamId::of("policy", self.new_id()), vec![envelope.plain(&Event::Policy(adopted))?]);
        for (year, published) in published {
            write(single(&format!("calendar/{year}"))?, vec![envelope.plain(&Event::Calendar(published))?]);
        }
        let account = self.new_id();
        let stream = StreamId::of("account", account);
        let roles: Vec<Role> = Role::held().collect();
        let created = account::create(&Accounts::default(), "管理员", Some(Holder::Machine), &roles)?;
        let issued = TokenIssued { token_id: token.id, name: None, expires_at: None, grant_ids: Vec::new() };
        let mut issued = envelope.plain(&Event::Account(AccountEvent::TokenIssued(issued)))?;
        Person::new().seal_into(&self.keys, &stream, Version(2), "identity", &token.part(), &mut issued)?;
        write(stream, vec![envelope.plain(&Event::Account(AccountEvent::Created(created)))?, issued]);

        let append = Append {
            command: call.command,
            fingerprint: call.fingerprint,
            actor: call.actor,
            role: call.role.as_str().to_owned(),
            access: None,
            writes,
            checks: Vec::new(),
        };
        self.store.append(append).await?;
        Ok(())
    }
}
