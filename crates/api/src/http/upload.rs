//! A command whose body is a file: taken piece by piece, and never held as a whole.

use crate::http::account::KnownBy;
use crate::http::accounts::{Accounts, no_token};
use crate::http::extract::{Command, read_head};
use crate::http::sent::too_large;
use crate::limits::{BODY_DEADLINE, UPLOAD_RATE_MIN};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::{FromRequest, HttpRequest, web};
use bytes::Bytes;
use futures_util::StreamExt as _;
use std::future::{Ready, ready};
use std::time::Duration;
use tokio::time::Instant;

/// A command with the file that is its body.
pub struct Upload {
    /// The command; its body is not there.
    pub command: Command,
    /// `Content-Type`, as it came.
    pub content_type: HeaderValue,
    /// `Content-Disposition`, as it came.
    pub content_disposition: Option<HeaderValue>,
    /// Whom to ask whether who sends it is let in still.
    accounts: Option<web::Data<Accounts>>,
    payload: Payload,
    bytes_max: usize,
    taken: usize,
    began_at: Instant,
}

impl Upload {
    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// 400 where the client goes away, 408 where it is too slow, 413 beyond the bound.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        // Whoever sends slowly but steadily may; whoever lets us wait may not.
        let rate = u64::try_from(self.taken).unwrap_or(u64::MAX) / UPLOAD_RATE_MIN;
        let until = self.began_at + BODY_DEADLINE + Duration::from_secs(rate);
        let next = tokio::time::timeout_at(until, self.payload.next());
        let next = next.await.map_err(|_| Problem::new(HttpCode::RequestTimeout))?;
        let Some(piece) = next else { return Ok(None) };
        let piece = piece.map_err(|error| Problem::new(HttpCode::BadRequest).caused_by(error))?;
        self.taken += piece.len();
        if self.taken > self.bytes_max { Err(too_large(self.bytes_max)) } else { Ok(Some(piece)) }
    }
}

impl Upload {
    /// That whoever sends it is let in still. A file may take minutes to come: a token that was revoked meanwhile, or an
    /// account that was suspended, stores nothing any more. Who holds a receipt code is asked by the use case.
    ///
    /// # Errors
    /// 401, as for a token that never was one.
    pub fn is_let_in(&self) -> Result<(), Problem> {
        let account = &self.command.caller.account;
        let is_stranger = account.known_by == KnownBy::Nothing;
        let let_in = is_stranger || self.accounts.as_ref().is_some_and(|accounts| accounts.lets_in(account));
        if let_in { Ok(()) } else { Err(no_token()) }
    }

    /// Reads the rest, within the bounds, to no end: a client that is still sending would not come to read an answer, and
    /// the end of the connection under its hands would look like trouble of the network.
    pub async fn pass_over(&mut self) {
        while let Ok(Some(_)) = self.next().await {}
    }
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name| request.headers().get(name).cloned();
        ready(read_head(request).and_then(|(command, bytes_max)| {
            let content_type = header(CONTENT_TYPE).ok_or_else(|| Problem::new(HttpCode::UnsupportedMediaType))?;
            Ok(Self {
                command,
                content_type,
                content_disposition: header(CONTENT_DISPOSITION),
                accounts: request.app_data::<web::Data<Accounts>>().cloned(),
                payload: payload.take(),
                bytes_max,
                taken: 0,
                began_at: Instant::now(),
            })
        }))
    }
}
