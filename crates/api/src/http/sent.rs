//! Bodies on their way in: what a request says of its body, how long it may be, and reading it to its end in time.

use crate::http::format::{Format, accept};
use crate::http::route::Accepts;
use crate::input::body::{self, Fields};
use crate::input::query;
use crate::limits::BODY_DEADLINE;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;

/// A JSON body of whoever sends it, known or not, that is looked at once and neither kept nor compared with a later one.
#[derive(Debug)]
pub struct Sent {
    query: String,
    body: Bytes,
}

impl Sent {
    /// Reads it. A query parameter is unknown here.
    ///
    /// # Errors
    /// 400 where body or query cannot be read, 422 with all faults where the body does not fit.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, Problem> {
        query::read(&self.query, |_| Some(()))?;
        body::read(&self.body, read)
    }
}

impl FromRequest for Sent {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes_max = check_body(request, Accepts::Json, &[Format::Json]);
        let query = request.query_string().to_owned();
        let payload = payload.take();
        Box::pin(async move {
            let body = tokio::time::timeout(BODY_DEADLINE, read_bytes(payload, bytes_max?))
                .await
                .map_err(|_| Problem::new(HttpCode::RequestTimeout))??;
            Ok(Self { query, body })
        })
    }
}

/// What a request says of its body and of its answer, before a byte of it is read; how long it may be.
pub(crate) fn check_body(request: &HttpRequest, accepts: Accepts, offers: &[Format]) -> Result<usize, Problem> {
    let headers = request.headers();
    Format::negotiate(offers, None, accept(headers).as_ref().and_then(|value| value.to_str().ok()))?;
    check_media_type(headers, accepts)?;
    let bytes_max = accepts.bytes_max();
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > bytes_max) { Err(too_large(bytes_max)) } else { Ok(bytes_max) }
}

fn check_media_type(headers: &HeaderMap, accepts: Accepts) -> Result<(), Problem> {
    // A body that is packed is not unpacked here: what it grows to would have to be bounded too.
    if headers.get_all(CONTENT_ENCODING).any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::new(HttpCode::UnsupportedMediaType).because(
            "请求体不得压缩，请去掉 Content-Encoding。",
            "A body is not to be compressed: leave Content-Encoding out.",
        ));
    }
    let mut sent = headers.get_all(CONTENT_TYPE);
    let essence =
        sent.next().and_then(|value| value.to_str().ok()).filter(|_| sent.next().is_none()).unwrap_or_default();
    let mut parts = essence.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .map_or("utf-8", |(_, charset)| charset.trim_matches('"'));
    let fits = accepts.media_types().iter().any(|ours| ours.eq_ignore_ascii_case(media_type))
        && accepts.charsets().iter().any(|ours| ours.eq_ignore_ascii_case(charset));
    if fits {
        return Ok(());
    }
    let (names, charsets) = (accepts.media_types().join(", "), accepts.charsets().join(", "));
    Err(Problem::new(HttpCode::UnsupportedMediaType).because(
        format!("Content-Type 应为 {names}，编码为 {charsets}。"),
        format!("Content-Type must be {names}, in {charsets}."),
    ))
}

/// A body, read to its end in time.
///
/// # Errors
/// 408, 413; 400 where it broke off.
pub(crate) async fn read_bytes(mut payload: Payload, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        // A client that goes away ends here: nothing has been decided yet.
        let chunk = chunk.map_err(|error| Problem::new(HttpCode::BadRequest).caused_by(error))?;
        let so_far = first.as_ref().map_or(0, Bytes::len) + rest.len();
        if so_far + chunk.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        match &first {
            // Most bodies come in one piece, which is then not copied.
            None => first = Some(chunk),
            Some(_) => rest.extend_from_slice(&chunk),
        }
    }
    Ok(match first {
        None => Bytes::new(),
        Some(first) if rest.is_empty() => first,
        Some(first) => [first, rest.freeze()].concat().into(),
    })
}

/// The refusal of a body that is longer than it may be.
pub(crate) fn too_large(bytes_max: usize) -> Problem {
    Problem::new(HttpCode::TooLarge)
        .because(format!("请求体最大 {bytes_max} 字节。"), format!("A body has at most {bytes_max} bytes."))
}
