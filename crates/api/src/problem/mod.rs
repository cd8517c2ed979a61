//! Errors as clients see them: RFC 9457 `application/problem+json`, in the client's language.
//!
//! A handler answers `Err(Problem)`. What the client may read and what only the server's log may read are two
//! fields; language, path and request id are added by `middleware.rs`, which is the one place that renders.

mod body;
pub mod causes;
pub mod codes;
pub mod list;
mod proposed;

pub use body::{ProblemBody, ProblemFault, ProblemName};

use crate::problem::codes::{Code, HttpCode};
use actix_web::http::header::HeaderName;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use casework::Failure;
use casework::access::two_persons::Proposed;
use domain::access::{Action, COLUMNS, Cell};
use domain::language::{Language, Text, text};
use domain::refusal::Refusal;
use domain::vocabulary::Role;
use event_store::Version;
use read_models::ListError;
use std::fmt;

/// Media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One thing that went wrong, before it is put into words for a client.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// The status, where it is another than that of the code.
    status: Option<u16>,
    /// The particulars; without them the title says enough.
    pub detail: Option<Box<Text>>,
    /// The clause of the notice behind it.
    pub clause: Option<&'static str>,
    /// The single faults of a body or a query.
    pub faults: Vec<Fault>,
    /// Seconds for `Retry-After`; 429 and 503 always carry one.
    pub retry_after_s: Option<u32>,
    /// How many may be at once, for 429 where that is what was reached.
    pub at_once: Option<Box<AtOnce>>,
    /// The header that only its status has: `Allow` of 405, `Content-Range` of 416.
    pub header: Option<Box<(HeaderName, String)>>,
    /// It is none: what takes two persons was proposed, and is answered with 202 in the place of the command's own answer.
    pub proposed: Option<Box<Proposed>>,
    /// The cause, for the server's log only.
    pub cause: Option<String>,
}

/// So many of something at once: told as `RateLimit` and `RateLimit-Policy`, whose unit the draft of the IETF names
/// (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtOnce {
    /// Name of the policy.
    pub policy: &'static str,
    /// The most there may be.
    pub max: usize,
    /// When it may be tried again, seconds.
    pub wait_s: u32,
}

/// One fault of a body or of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// RFC 6901 pointer into the body; `/query/<name>` for a query parameter, `/path/<name>` for a part of the address.
    pub pointer: String,
    /// What is wrong there.
    pub code: Code,
    /// The status of an answer that says nothing else, where it is another than that of the code.
    pub(crate) status: Option<u16>,
    /// The clause of the notice behind it.
    pub clause: Option<&'static str>,
    /// The particulars.
    pub detail: Text,
}

impl Fault {
    /// A fault with the code's own words.
    pub fn plain(pointer: impl Into<String>, code: impl Into<Code>) -> Self {
        let code = code.into();
        Self { pointer: pointer.into(), code, status: None, clause: code.clause(), detail: code.text() }
    }
}

impl Problem {
    /// A problem that its title explains.
    pub fn new(code: impl Into<Code>) -> Self {
        let code = code.into();
        Self {
            code,
            status: None,
            detail: None,
            clause: code.clause(),
            faults: Vec::new(),
            retry_after_s: None,
            at_once: None,
            header: None,
            proposed: None,
            cause: None,
        }
    }

    /// The refusal of a role that the access table gives none of an action.
    pub fn forbidden(action: Action) -> Self {
        let cells = action.row().cells.iter().zip(COLUMNS);
        let may: Vec<_> = cells.filter(|(cell, _)| **cell != Cell::Nothing).map(|(_, role)| role).collect();
        let names = |name: fn(Role) -> &'static str, between: &str| {
            may.iter().map(|role| name(*role)).collect::<Vec<_>>().join(between)
        };
        Self::new(HttpCode::Forbidden).because(
            format!("有权“{}”的角色：{}。", action.row().zh, names(Role::zh, "、")),
            format!("Roles that may {}: {}.", action.row().en, names(Role::as_str, ", ")),
        )
    }

    /// The refusal of a role that decides on proposals, but not on those of an action.
    fn approved_by_others(action: Action) -> Self {
        let approve: Vec<_> = action.row().approved_by.split('+').filter_map(Role::parse).collect();
        let names = |name: fn(Role) -> &'static str, between: &str| {
            approve.iter().map(|role| name(*role)).collect::<Vec<_>>().join(between)
        };
        Self::new(HttpCode::OutOfScope).because(
            format!("提请“{}”，由以下角色审批：{}。", action.row().zh, names(Role::zh, "、")),
            format!("Roles that approve of a proposal to {}: {}.", action.row().en, names(Role::as_str, ", ")),
        )
    }

    /// Adds the particulars.
    #[must_use]
    pub fn because(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Some(Box::new(text(zh, en)));
        self
    }

    /// Adds the inside cause, which only the log shows.
    #[must_use]
    pub fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Sets the header that only its status has.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: String) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// Sets the seconds of `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// A fault of our own: 500, the cause in the log only.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(HttpCode::Internal).caused_by(cause)
    }

    /// A body that is readable but does not fit, with all its faults. The code is that of the faults where they
    /// agree, else `invalid_body`.
    pub fn unfit(faults: Vec<Fault>) -> Self {
        Self::of_faults(faults, HttpCode::InvalidBody)
    }

    /// Several things to which rules say no at once. Code and clause are those of the first; every one stands among the
    /// faults with its own code.
    fn refused_at_once(refusals: Vec<Refusal>) -> Self {
        let faults: Vec<Fault> = refusals.into_iter().map(Fault::from).collect();
        let (first, clause) =
            faults.first().map_or((HttpCode::Internal.into(), None), |fault| (fault.code, fault.clause));
        Self { clause, ..Self::of_faults(faults, first) }
    }

    /// A query that cannot be answered, with all its faults. The code is that of the faults where they agree on one
    /// of status 400, else `bad_parameter`.
    pub fn bad_query(faults: Vec<Fault>) -> Self {
        let mut problem = Self::of_faults(faults, HttpCode::BadParameter);
        if problem.code.status() != 400 {
            (problem.code, problem.status) = (HttpCode::BadParameter.into(), None);
        }
        problem
    }

    /// A cursor that is none of this query's.
    pub fn bad_cursor() -> Self {
        Self::bad_query(vec![Fault::plain("/query/cursor", HttpCode::BadCursor)])
    }

    fn of_faults(faults: Vec<Fault>, mixed: impl Into<Code>) -> Self {
        let mixed = mixed.into();
        let first = faults.first().map_or(mixed, |fault| fault.code);
        let agree = faults.iter().all(|fault| fault.code == first);
        let mut problem = Self::new(if agree { first } else { mixed });
        if let Some(fault) = faults.first().filter(|_| agree) {
            problem.status = fault.status;
            problem.clause = fault.clause.filter(|clause| faults.iter().all(|other| other.clause == Some(*clause)));
        }
        if let [fault] = faults.as_slice() {
            problem.detail = Some(Box::new(fault.detail.clone()));
        }
        problem.faults = faults;
        problem
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status.unwrap_or(self.code.status())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer, in one language, for one request.
    pub fn render(&self, language: Language, instance: &str, request_id: &str) -> HttpResponse {
        if let Some(proposed) = self.proposed.as_deref() {
            return proposed::answer(proposed);
        }
        let title = self.code.title(language);
        let body = ProblemBody {
            r#type: format!("/problems/{}", self.code.as_str()),
            title: title.to_owned(),
            status: self.status().as_u16(),
            code: self.code.as_str().to_owned(),
            detail: self.detail.as_ref().map_or(title, |detail| language.of(detail)).to_owned(),
            instance: instance.to_owned(),
            request_id: request_id.to_owned(),
            clause: self.clause.map(str::to_owned),
            errors: self
                .faults
                .iter()
                .map(|fault| ProblemFault {
                    pointer: fault.pointer.clone(),
                    code: fault.code.as_str().to_owned(),
                    detail: language.of(&fault.detail).to_owned(),
                })
                .collect(),
        };
        let mut answer = HttpResponseBuilder::new(self.status());
        answer
            .insert_header((header::CONTENT_TYPE, PROBLEM_JSON))
            .insert_header((header::CONTENT_LANGUAGE, language.tag()))
            .insert_header((header::VARY, "Accept-Language"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if matches!(self.code.status(), 429 | 503) {
            let seconds = self.retry_after_s.unwrap_or(1).max(1);
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(AtOnce { policy, max, wait_s }) = self.at_once.as_deref() {
            answer.insert_header(("RateLimit-Policy", format!("\"{policy}\";q={max};qu=\"concurrent-requests\"")));
            answer.insert_header(("RateLimit", format!("\"{policy}\";r=0;t={wait_s}")));
        }
        if self.code == Code::HttpCode(HttpCode::Unauthenticated) {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"huiyin\""));
        }
        if let Some((name, value)) = self.header.as_deref() {
            answer.insert_header((name, value.as_str()));
        }
        answer.json(body)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let is_placed = refusal.pointer.is_some();
        let fault = Fault::from(refusal);
        let mut problem = Self::new(fault.code);
        problem.status = fault.status;
        problem.clause = fault.clause;
        problem.detail = Some(Box::new(fault.detail.clone()));
        problem.faults.extend(is_placed.then_some(fault));
        problem
    }
}

impl From<Refusal> for Fault {
    /// What a rule says of one place of the body.
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, kind, clause, detail, pointer } = refusal;
        let status = (kind != code.kind()).then(|| Code::status_of(kind));
        Self { pointer: pointer.unwrap_or_default(), code: code.into(), status, clause, detail }
    }
}

/// The one place where the ends of use cases become codes and statuses.
impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor(_) => Self::bad_cursor(),
            ListError::Unavailable(why) => Self::new(HttpCode::ReadModelBehind).caused_by(why),
            ListError::Sql(error) => Self::new(HttpCode::ReadModelBehind).caused_by(error),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::from(*refusal),
            Failure::RefusedAtOnce(refusals) => Self::refused_at_once(refusals),
            Failure::Invalid(refusals) => Self::unfit(refusals.into_iter().map(Fault::from).collect()),
            Failure::NotFound => Self::new(HttpCode::NotFound),
            Failure::Forbidden { action } => Self::forbidden(action),
            Failure::OutOfScope { action } => Self::new(HttpCode::OutOfScope).because(
                format!("所用角色有权“{}”，但所请求的不在其范围之内。", action.row().zh),
                format!("The role may {}, but what is asked for is beyond its scope.", action.row().en),
            ),
            Failure::ApprovedByOthers { action } => Self::approved_by_others(action),
            Failure::Proposed(proposed) => Self { proposed: Some(Box::new(proposed)), ..Self::new(HttpCode::Forbidden) },
            Failure::Stale { actual: Version(0) } => Self::new(HttpCode::StaleVersion).because(
                "尚无任何版本可与 If-Match 相符：该命令新建一项。请去掉该请求头。",
                "There is no version yet that If-Match could mean: the command makes something new. Leave the header out.",
            ),
            Failure::Stale { actual } => Self::new(HttpCode::StaleVersion)
                .because(format!("现行版本为 \"{actual}\"。"), format!("The version is \"{actual}\" now.")),
            Failure::Contended => Self::new(HttpCode::Contended),
            Failure::KeyReused => Self::new(HttpCode::IdempotencyKeyReused),
            Failure::BeyondHead => Self::new(HttpCode::BadPosition),
            Failure::Overloaded => Self::new(HttpCode::Overloaded),
            Failure::ClockImplausible(jump) => {
                let text = jump.message();
                Self::new(HttpCode::ClockImplausible).because(text.zh, text.en).retry_after(30)
            }
            Failure::StorageFull => Self::new(HttpCode::StorageFull).retry_after(30),
            Failure::Unavailable(cause) => Self::new(HttpCode::StorageFailed).retry_after(2).caused_by(cause),
            Failure::OutcomeUnknown(cause) => Self::new(HttpCode::OutcomeUnknown).caused_by(cause),
            Failure::Fault(cause) => Self::internal(cause),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        match &self.detail {
            Some(detail) => write!(f, ": {}", detail.en),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Only seen where the middleware is not in place; it renders again with language, path and request id.
    fn error_response(&self) -> HttpResponse {
        self.render(Language::default(), "", "")
    }
}

#[cfg(test)]
mod tests;
