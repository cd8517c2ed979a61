//! What a handler is given: a [`Command`] for a POST, a [`Question`] for a GET.
//!
//! A command keeps the bytes of its body unread: the order of checks is who you are, whether it is a replay, and
//! only then the shape of the body. The fingerprint of a request is made of what its JSON says, of its bytes where it is a
//! file.

use crate::http::account::KnownBy;
use crate::http::caller::{Caller, IfMatch, bad_header, idempotency_key, if_match};
use crate::http::context::RequestContext;
use crate::http::format::{Format, accept};
use crate::http::proxies::Client;
use crate::http::route::Accepts;
use crate::http::sent::{check_body, read_bytes};
use crate::http::strangers::Strangers;
use crate::input::body::{self, Fields, Reading};
use crate::input::query::{self, Query};
use crate::input::strict_json::{self, Parsed};
use crate::limits::{BODY_DEADLINE, READ_WAIT};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderValue;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use bytes::Bytes;
use casework::CommandContext;
use casework::access::ProposedRequest;
use domain::vocabulary::Role;
use event_store::keys::KeyDirectory;
use event_store::{Position, Version};
use futures_util::future::LocalBoxFuture;
use std::cell::RefCell;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A command as it came: who, under which key, on which version, with which bytes.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who commands.
    pub caller: Caller,
    /// `Idempotency-Key`, if the client sent one.
    pub idempotency_key: Option<String>,
    /// The role they act in.
    pub role: Role,
    /// The versions that `If-Match` asks for, any of; `None` where any will do.
    pub if_match: Option<Vec<u64>>,
    /// `If-Match` was sent: the thing has to be there.
    pub is_conditional: bool,
    /// The method, for the fingerprint.
    pub method: String,
    /// The path, for the fingerprint.
    pub path: String,
    /// The query string, for the fingerprint.
    pub query: String,
    /// The body, for the fingerprint and for reading.
    pub body: Bytes,
    /// Its answer has the names of what it tells by ids (`names.rs`).
    pub named: bool,
    /// From where it came.
    pub client: Client,
    /// Where a stranger commands: as whom, and what they speak of.
    pub spoken_of: Option<(Strangers, Uuid)>,
    /// Whether the body is JSON, not a file.
    pub is_json: bool,
    /// Where the log ended when it came; nothing is after it where that is not known.
    pub came: Position,
    /// It is done by whoever approves of it.
    pub approving: Option<Approving>,
    /// What the body says, between its fingerprint and whoever reads it: it is parsed once.
    parsed: RefCell<Option<Parsed>>,
}

/// A request that somebody approves of: it goes under the command of the approval.
#[derive(Clone, Debug)]
pub struct Approving {
    /// The command of the approval, which says what it approves of.
    pub call: CommandContext,
    /// The query string of the request.
    pub query: String,
}

impl Command {
    /// The command as casework takes it: its id from account and key, its fingerprint under the key directory's key.
    pub fn call(&self, keys: &KeyDirectory) -> CommandContext {
        if let Some(approving) = &self.approving {
            return approving.call.clone();
        }
        let fingerprint = |body: &[u8]| keys.fingerprint(&self.method, &self.path, &self.query, body);
        let of_bytes = fingerprint(&self.body);
        let key = self.idempotency_key.as_deref();
        // Without a key nothing is ever compared with it.
        let parsed = key.filter(|_| self.is_json).and_then(|_| strict_json::parse(&self.body).ok());
        let canonical = parsed.as_ref().and_then(strict_json::canonical);
        self.parsed.replace(parsed);
        let of_meaning = canonical.map_or(of_bytes, |body| fingerprint(&body));
        let mut call = match self.spoken_of {
            Some((strangers, about)) => {
                let key = key.map(|key| strangers.key_from(&self.client, keys, key));
                CommandContext::of_visitor(strangers.actor(), about, key.as_deref(), of_meaning)
            }
            None => CommandContext::of_account(self.caller.account.id, self.role, key, of_meaning),
        };
        call.of_bytes = Some(of_bytes).filter(|of_bytes| *of_bytes != of_meaning);
        // A stranger's right is the code that they hold, or that what they speak of is public.
        call.asker = self.spoken_of.is_none().then(|| self.caller.account.asker(self.role));
        call.action = Some(self.caller.action);
        if self.caller.action.takes_two() && self.is_json {
            let body = String::from_utf8_lossy(&self.body).into_owned();
            let (method, path, query) = (self.method.clone(), self.path.clone(), self.query.clone());
            call.request = Some(Arc::new(ProposedRequest { method, path, query, body }));
        }
        call.is_conditional = self.is_conditional;
        call.if_match = self.if_match.as_ref().map(|versions| versions.iter().copied().map(Version).collect());
        call
    }

    /// The same of a stranger, who speaks of one thing.
    #[must_use]
    pub fn about(mut self, strangers: Strangers, id: Uuid) -> Self {
        self.spoken_of = Some((strangers, id));
        self
    }

    /// The JSON body, parsed. Whoever asks takes it with them.
    ///
    /// # Errors
    /// 400 where it is no JSON.
    pub(crate) fn parsed(&self) -> Result<Parsed, Problem> {
        self.parsed.take().map_or_else(|| strict_json::parse(&self.body), Ok)
    }

    /// Reads the JSON body. A query parameter is unknown here.
    ///
    /// # Errors
    /// 400 where body or query cannot be read, 422 with all faults where the body does not fit.
    pub fn read<T>(&self, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, Problem> {
        self.read_query(|_| Some(()))?;
        self.read_body(read)
    }

    /// The same, whatever the query says.
    ///
    /// # Errors
    /// 400 where the body cannot be read, 422 with all faults where it does not fit.
    pub fn read_body<T>(&self, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, Problem> {
        self.reading(read)?.finish()
    }

    /// The same before its faults are told, for what has more to say of it.
    ///
    /// # Errors
    /// 400 where it is no JSON.
    pub(crate) fn reading<T>(&self, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<Reading<T>, Problem> {
        Ok(body::read_against(self.parsed()?, None, read))
    }

    /// The format in which something asked for by a body is wanted; the first is the default.
    ///
    /// # Errors
    /// 400 with all parameters at fault, 406 where no format suits.
    pub fn read_format(&self, request: &HttpRequest, offered: &[Format]) -> Result<Format, Problem> {
        let read = read_open(request, offered, |query| {
            read_names(query, self.named);
            Some(())
        });
        read.map(|((), format)| format)
    }

    /// Reads the query, for a command whose query says something.
    ///
    /// # Errors
    /// 400 with all parameters at fault.
    pub fn read_query<T>(&self, read: impl FnOnce(&mut Query) -> Option<T>) -> Result<T, Problem> {
        query::read(&self.query, |query| {
            read_names(query, self.named);
            read(query)
        })
    }
}

impl AppState {
    /// A command as the use cases take it, with the keyed digest of the request.
    pub fn call(&self, command: &Command) -> CommandContext {
        command.call(&self.casework.keys)
    }
}

impl FromRequest for Command {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = read_head(request);
        let payload = payload.take();
        Box::pin(async move {
            let (mut command, bytes_max) = head?;
            command.body = tokio::time::timeout(BODY_DEADLINE, read_bytes(payload, bytes_max))
                .await
                .map_err(|_| Problem::new(HttpCode::RequestTimeout))??;
            Ok(command)
        })
    }
}

/// Everything but the body, checked before a byte of it is read.
pub(crate) fn read_head(request: &HttpRequest) -> Result<(Command, usize), Problem> {
    let caller = Caller::from_request(request, &mut Payload::None).into_inner()?;
    let context = RequestContext::of(request)?;
    let (accepts, offers) = match &context.route {
        Some(route) => (route.accepts, route.offers),
        None => (Accepts::Nothing, &[Format::Json][..]),
    };
    let headers = request.headers();
    let bytes_max = check_body(request, accepts, offers)?;
    let approving = request.extensions().get::<Approving>().cloned();
    // What the header of an approval asks for is said of the proposal.
    let if_match = if approving.is_some() { None } else { if_match(headers)? };
    if if_match.is_some() && caller.account.known_by == KnownBy::Nothing {
        // How many facts a thing has is not a stranger's to find out.
        return Err(bad_header("If-Match", "此处不接受", "it is not taken here"));
    }
    let command = Command {
        role: caller.role.ok_or_else(|| Problem::new(HttpCode::RoleNeeded))?,
        caller,
        client: context.client.clone(),
        idempotency_key: idempotency_key(headers)?,
        is_conditional: if_match.is_some(),
        if_match: if_match
            .and_then(|asked| if let IfMatch::Versions(versions) = asked { Some(versions) } else { None }),
        method: request.method().to_string(),
        path: context.path.clone(),
        query: approving.as_ref().map_or_else(|| request.query_string().to_owned(), |one| one.query.clone()),
        approving,
        body: Bytes::new(),
        named: context.route.as_ref().is_some_and(|route| route.names()),
        spoken_of: None,
        came: request
            .app_data::<web::Data<AppState>>()
            .map_or(Position(u64::MAX), |app| app.casework.store.head().position),
        is_json: accepts == Accepts::Json,
        parsed: RefCell::default(),
    };
    Ok((command, bytes_max))
}

/// A question as it came: who asks, and the query unread.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who asks.
    pub caller: Caller,
    /// The path, for links to the next page.
    pub path: String,
    /// The query string.
    pub query: String,
    accept: Option<HeaderValue>,
    /// When it came, which is what its patience is counted from.
    came_at: Instant,
    /// Its answer has the names of what it tells by ids (`names.rs`).
    named: bool,
    /// Knows where the log ends; a server without a log has none.
    app: Option<web::Data<AppState>>,
}

impl Question {
    /// Reads the query of a question that is answered in JSON.
    ///
    /// # Errors
    /// 400 with all parameters at fault, 406 where the client takes no JSON.
    pub fn read<T>(&self, read: impl FnOnce(&mut Query) -> Option<T>) -> Result<T, Problem> {
        self.read_as(&[Format::Json], read).map(|(read, _)| read)
    }

    /// Reads the query of a question that is answered in one of several formats; the first is the default.
    ///
    /// # Errors
    /// 400 with all parameters at fault, 406 where no format suits.
    pub fn read_as<T>(
        &self,
        offered: &[Format],
        read: impl FnOnce(&mut Query) -> Option<T>,
    ) -> Result<(T, Format), Problem> {
        read_query(self.app.as_ref(), &self.query, self.accept.as_ref(), offered, |query| {
            read_names(query, self.named);
            read(query)
        })
    }

    /// How long it may still wait for what its answer must cover.
    pub fn patience(&self) -> Duration {
        READ_WAIT.saturating_sub(self.came_at.elapsed())
    }

    /// The raw value of a parameter, before anything is read.
    pub fn value(&self, name: &str) -> Option<String> {
        query::value(&self.query, name)
    }
}

/// `names`, which `names.rs` follows; here it is only known and well said.
fn read_names(query: &mut Query, named: bool) {
    if named {
        query.flag("names");
    }
}

impl FromRequest for Question {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Caller::from_request(request, payload).into_inner().map(|caller| {
            Self {
                caller,
                path: request.path().to_owned(),
                query: request.query_string().to_owned(),
                accept: accept(request.headers()),
                came_at: Instant::now(),
                named: RequestContext::of(request)
                    .is_ok_and(|context| context.route.as_ref().is_some_and(|route| route.names())),
                app: request.app_data::<web::Data<AppState>>().cloned(),
            }
        }))
    }
}

/// Reads the query of a question that needs no token.
///
/// # Errors
/// 400 with all parameters at fault, 406 where no format suits.
pub fn read_open<T>(
    request: &HttpRequest,
    offered: &[Format],
    read: impl FnOnce(&mut Query) -> Option<T>,
) -> Result<(T, Format), Problem> {
    let app = request.app_data::<web::Data<AppState>>();
    read_query(app, request.query_string(), accept(request.headers()).as_ref(), offered, read)
}

fn read_query<T>(
    app: Option<&web::Data<AppState>>,
    query: &str,
    accept: Option<&HeaderValue>,
    offered: &[Format],
    read: impl FnOnce(&mut Query) -> Option<T>,
) -> Result<(T, Format), Problem> {
    let (named, read) = query::read_against(app.map(|app| app.seen()), query, |query| {
        let named = query.format();
        Some((named, read(query)?))
    })?;
    let accept = accept.and_then(|value| value.to_str().ok());
    Format::negotiate(offered, named.as_deref(), accept).map(|format| (read, format))
}

/// The `{id}` of a path. What is no UUID names no thing: 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathId(pub Uuid);

impl FromRequest for PathId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = RequestContext::of(request).ok().and_then(|context| body::parse_uuid(context.part("id")));
        ready(id.map(Self).ok_or_else(|| Problem::new(HttpCode::NotFound)))
    }
}

#[cfg(test)]
mod tests;
