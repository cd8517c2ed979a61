//! `GET /v1/files/{id}` and its content: a file goes out.

use crate::files::name;
use crate::files::ranges::{Wanted, wanted};
use crate::files::view::{FileBytes, FileView};
use crate::http::caller::Caller;
use crate::http::context::RequestContext;
use crate::http::extract::{PathId, Question};
use crate::http::response::one;
use crate::input::query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETag, EntityTag,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::Failure;
use casework::access::sight::Withheld;
use casework::files::FileFacts;
use casework::loaded::AsOf;
use domain::ids::FileId;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::ops::Range;
use std::sync::Arc;

/// A file, but for its bytes
///
/// 一个附件的说明；内容另取。
///
/// What is known of a file; its bytes are asked for by themselves.
#[utoipa::path(get, path = "/v1/files/{id}", tag = "files",
    responses((status = 200, description = "附件的说明。What is known of the file.", body = FileView))
)]
pub(crate) async fn one_file(
    app: web::Data<AppState>,
    question: Question,
    PathId(id): PathId,
) -> Result<HttpResponse, Problem> {
    question.read(|_| Some(()))?;
    let id = FileId(id);
    let file = app.casework.file(id, AsOf::Now).await?;
    Ok(one(file.version.0, FileView::of(&app, id, &file, &question.reader(false)?).await?))
}

/// The bytes of a file
///
/// 附件的内容，整体或一段（Range，一段；几段则答复整体）。ETag 是内容的承诺值，可用于 If-Range 续传。只供下载，不在网页中打开。
///
/// The bytes of a file, all of them or a part (`Range`, one; of several the whole is answered). The ETag is the commitment to
/// the bytes: go on with a download by `If-Range`. To be kept as a file, never shown in place.
#[utoipa::path(get, path = "/v1/files/{id}/content", tag = "files",
    params(
        ("Range" = Option<String>, Header, description = "所要的一段，如 bytes=0-1023。The part that is wanted, such as bytes=0-1023."),
        ("If-Range" = Option<String>, Header, description = "只在内容仍为此 ETag 时答复一段。The part only if this is the ETag still."),
        ("If-None-Match" = Option<String>, Header, description = "已有的 ETag。The ETag that one has."),
    ),
    responses(
        (status = 200, description = "全部内容。All of it.", body = FileBytes, content_type = "application/octet-stream"),
        (status = 206, description = "所要的一段。The part that was asked for.", body = FileBytes, content_type = "application/octet-stream"),
        (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
    )
)]
pub(crate) async fn content(
    app: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    PathId(id): PathId,
) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let id = FileId(id);
    let file = app.casework.file(id, AsOf::Now).await?;
    match app.casework.sight_of_file(&caller.reader(), id, &file).await?.withholds(&file.boxes) {
        None => {}
        Some(Withheld::NotTheirs) => return Err(Problem::new(HttpCode::NotFound)),
        Some(Withheld::NotRecorded) => {
            return Err(Failure::Unavailable("who looks at the file could not be recorded".to_owned()).into());
        }
    }
    let facts = app.casework.file_facts(&file).await?;
    let tag = EntityTag::new_strong(URL_SAFE_NO_PAD.encode(facts.commitment));
    let head_only = RequestContext::of(&request)?.head_only;
    let asked = match wanted(&request, &tag, facts.bytes) {
        // A part is only ever asked for by GET (RFC 9110 §14.2).
        Wanted::Part(_) | Wanted::Beyond if head_only => Wanted::Whole,
        asked @ (Wanted::Whole | Wanted::Part(_) | Wanted::Beyond | Wanted::Known | Wanted::Other) => asked,
    };
    let bytes = facts.bytes;
    match asked {
        Wanted::Known => Ok(headed(HttpResponse::NotModified(), &facts, tag).finish()),
        Wanted::Other => Err(Problem::new(HttpCode::StaleVersion)),
        Wanted::Beyond => {
            Err(Problem::new(HttpCode::RangeNotSatisfiable).with_header(CONTENT_RANGE, format!("bytes */{bytes}")))
        }
        Wanted::Whole => {
            let answer = headed(HttpResponse::Ok(), &facts, tag);
            sent(&app, id, &facts, 0..bytes, answer, head_only).await
        }
        Wanted::Part(part) => {
            let mut answer = headed(HttpResponse::PartialContent(), &facts, tag);
            answer.insert_header((CONTENT_RANGE, format!("bytes {}-{}/{bytes}", part.start, part.end - 1)));
            sent(&app, id, &facts, part, answer, head_only).await
        }
    }
}

/// The headers that an answer with a file has.
fn headed(mut answer: HttpResponseBuilder, facts: &FileFacts, tag: EntityTag) -> HttpResponseBuilder {
    answer
        .insert_header(ETag(tag))
        .insert_header((CONTENT_TYPE, facts.media_type.as_str()))
        .insert_header(name::written(&facts.name))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "sandbox"))
        .insert_header((CACHE_CONTROL, "no-store"));
    answer
}

/// An answer with a part of a file. Its first bytes are there before its status is said: what is damaged from the start is
/// never told as if it were there. Damage further on breaks the connection off before the announced length.
async fn sent(
    app: &AppState,
    id: FileId,
    facts: &FileFacts,
    part: Range<u64>,
    mut answer: HttpResponseBuilder,
    head_only: bool,
) -> Result<HttpResponse, Problem> {
    let length = part.end - part.start;
    let reading = app.casework.file_bytes(id, facts).await?;
    if head_only {
        return Ok(answer.body(SizedStream::new(length, stream::empty::<Result<bytes::Bytes, std::io::Error>>())));
    }
    let casework = Arc::clone(&app.casework);
    let mut pieces = Box::pin(reading.stream(part).map_err(move |error| casework.unread(id, error)));
    let first = pieces.next().await.transpose()?;
    let rest = pieces.inspect_err(move |failure| tracing::error!(%failure, %id, "a file breaks off"));
    Ok(answer.body(SizedStream::new(length, stream::iter(first.map(Ok)).chain(rest))))
}
