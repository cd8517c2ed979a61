//! `POST /v1/files`: a file comes in.

use crate::files::name;
use crate::files::places::Sends;
use crate::files::view::{FileBytes, FileView};
use crate::http::commands::{CommandResult, outcome_unknown, settle};
use crate::http::rates::network;
use crate::http::response::CommandAnswer;
use crate::http::upload::Upload;
use crate::input::body::{choice, id, instant};
use crate::input::query::Query;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, utc};
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use casework::Failure;
use casework::files::{StoredFile, Upload as Incoming};
use casework::loaded::id_of;
use casework::receipts::Holder;
use casework::transact::Outcome;
use chrono::{DateTime, Utc};
use domain::file::{FileDraft, MediaType};
use domain::ids::{AreaId, FileId};
use domain::vocabulary::FileKind;
use event_store::CommandRecord;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// A file as recorded.
#[derive(Serialize, ToSchema)]
pub struct FileAnswer {
    /// The file.
    file: FileView,
    /// Position of the command's last event.
    position: u64,
}

/// What the query says of the file.
struct About {
    kind: FileKind,
    grid_id: Option<AreaId>,
    taken_at: Option<DateTime<Utc>>,
}

fn read_about(query: &mut Query) -> Option<About> {
    let kind = query.required("kind", choice(FileKind::ALL, FileKind::as_str));
    let grid_id = query.optional("grid_id", id::<Uuid>()).map(AreaId);
    let taken_at = query.optional("taken_at", instant()).map(utc);
    Some(About { kind: kind?, grid_id, taken_at })
}

/// Store a file
///
/// 存入一个附件：请求体即文件本身，名称写在 Content-Disposition 中。按内容而不是按名称判断类型，与 Content-Type 或种类不符的不收（415 `media_type_mismatch`）；
/// docx、xlsx、pptx、ofd 的条目超过 2,000 个、解包后超过 200 MiB，或含有指向外部路径的不收（422 `file_unsafe`）。存入后可在任何记录中以 file_ids 引用，次数不限。
/// 中断的上传不留下任何内容；以同一 Idempotency-Key 重发整个文件即可。
///
/// Stores a file: the body is the file itself, its name stands in Content-Disposition. What it is its bytes say, never its
/// name: one that does not fit its Content-Type or its kind is refused (415 `media_type_mismatch`); so is a docx, xlsx, pptx
/// or ofd of more than 2,000 entries, of more than 200 MiB unpacked, or with a path that leads out of it (422 `file_unsafe`).
/// Anything of the town may then refer to it by file_ids, as often as wanted. An upload that was broken off leaves nothing;
/// send the whole file again with the same Idempotency-Key.
#[utoipa::path(post, path = "/v1/files", tag = "files",
    request_body(content(
        (FileBytes = "application/pdf"), (FileBytes = "application/ofd"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (FileBytes = "text/plain"),
        (FileBytes = "image/jpeg"), (FileBytes = "image/png"), (FileBytes = "image/webp"), (FileBytes = "image/heic"),
        (FileBytes = "audio/mpeg"), (FileBytes = "audio/mp4"), (FileBytes = "audio/amr"), (FileBytes = "audio/wav"),
        (FileBytes = "video/mp4"), (FileBytes = "video/quicktime"),
    ), description = "文件，至多 64 MiB。The file, at most 64 MiB."),
    params(
        ("kind" = schema::FileKind, Query, description = "文件的种类。The kind of file."),
        ("grid_id" = Option<Uuid>, Query, description = "所属网格；省略即属于全镇。The grid it belongs to; left out, the town."),
        ("taken_at" = Option<DateTime<Utc>>, Query, description = "摄录或制作的时间；省略即现在。When it was taken; left out, now."),
        ("Content-Disposition" = String, Header, description = "attachment; filename*=UTF-8'' 加百分号编码的文件名，至多 200 个字符。attachment; filename*=UTF-8'' and the percent-encoded name, at most 200 characters.", example = "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"),
    ),
    responses((status = 201, description = "已存入。Stored.", body = FileAnswer))
)]
pub(crate) async fn store(app: web::Data<AppState>, mut upload: Upload) -> Result<HttpResponse, Problem> {
    let ran = taken_or_passed(&app, &mut upload, None).await?;
    let now = |did: &StoredFile| (did.changed.position, app.present());
    let load = async |record: &CommandRecord| {
        let id = FileId(id_of(&app.casework.stream_at(record.first).await?)?);
        Ok::<_, Failure>(StoredFile { id, changed: app.casework.changed(id, record.last).await? })
    };
    let CommandResult { did, snapshot, replayed } = settle(&app, &upload.command, ran, now, load).await?;
    let StoredFile { id, changed } = did;
    let file = FileView::of(&app, id, &changed.loaded, &snapshot.reader).await?;
    let done =
        CommandAnswer { created: Some(format!("/v1/files/{id}")), version: Some(changed.loaded.version.0), replayed };
    Ok(done.answer(FileAnswer { file, position: changed.position.0 }))
}

/// Takes a file, of a visitor or of an account; what is refused is read to its end.
///
/// # Errors
/// Whatever refuses it first.
pub(crate) async fn taken_or_passed(
    app: &AppState,
    upload: &mut Upload,
    visitor: Option<Holder>,
) -> Result<Outcome<StoredFile>, Problem> {
    match taken(app, upload, visitor).await {
        Ok(ran) => Ok(ran),
        Err(problem) => {
            upload.pass_over().await;
            Err(problem)
        }
    }
}

/// Takes the file and records it, or finds that it was recorded.
async fn taken(app: &AppState, upload: &mut Upload, visitor: Option<Holder>) -> Result<Outcome<StoredFile>, Problem> {
    let sends = match &visitor {
        Some(_) => Sends::Stranger(network(&upload.command.client)),
        None => Sends::Account,
    };
    let _place = app.one_upload(sends)?;
    let unknown = |failure| outcome_unknown(failure, app.casework.store.healthy());
    if app.casework.is_recorded(&app.call(&upload.command)).await.map_err(unknown)? {
        return told_again(app, upload).await;
    }
    let draft = match &visitor {
        Some(holder) => sent(upload, app.casework.may_attach_by_receipt(holder).await?.state.grid_id)?,
        None => said(upload)?,
    };
    let mut file = app.casework.receive_file(&draft).await.map_err(unknown)?;
    let received = received(upload, &mut file).await;
    let digest = match received.and_then(|digest| upload.is_let_in().map(|()| digest)) {
        Ok(digest) => digest,
        Err(problem) => {
            file.abandon().await;
            return Err(problem);
        }
    };
    upload.command.body = of_file(upload, digest);
    let call = app.call(&upload.command);
    // All of it has come: whether its client stays to hear of it or not, it is looked through and recorded, or removed.
    let casework = app.casework.clone();
    let stored = actix_web::rt::spawn(async move {
        match visitor {
            Some(holder) => casework.attach_by_receipt(&call, &holder, file).await,
            None => casework.store_file(&call, file).await,
        }
    })
    .await;
    let stored = stored.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(stored.map_err(unknown)?)
}

/// Takes all bytes of a file, as long as they may be what they are said to be.
async fn received(upload: &mut Upload, file: &mut Incoming) -> Result<Sha256, Problem> {
    let mut digest = Sha256::new();
    while let Some(piece) = upload.next().await? {
        digest.update(&piece);
        file.write(&piece).await?;
        file.still_fits()?;
    }
    Ok(digest)
}

/// A command that was recorded is answered again once it is known to be the same: its file is read for that, and not kept.
async fn told_again(app: &AppState, upload: &mut Upload) -> Result<Outcome<StoredFile>, Problem> {
    let mut digest = Sha256::new();
    while let Some(piece) = upload.next().await? {
        digest.update(&piece);
    }
    upload.is_let_in()?;
    upload.command.body = of_file(upload, digest);
    let unknown = |failure| outcome_unknown(failure, app.casework.store.healthy());
    let record = app.casework.replayed(&app.call(&upload.command)).await.map_err(unknown)?;
    record.map(Outcome::Replayed).ok_or_else(|| Problem::internal("a command that was recorded is no longer there"))
}

/// What stands for the body where requests are compared: the digest of the file, and what the headers say of it.
fn of_file(upload: &Upload, digest: Sha256) -> Bytes {
    let name = upload.content_disposition.as_ref().map_or(&b""[..], |header| header.as_bytes());
    [&digest.finalize()[..], upload.content_type.as_bytes(), b"\n", name].concat().into()
}

/// What is said of the file beside its bytes.
fn said(upload: &Upload) -> Result<FileDraft, Problem> {
    let About { kind, grid_id, taken_at } = upload.command.read_query(read_about)?;
    let media_type = media_type(upload)?;
    let name = name::read(upload.content_disposition.as_ref())?;
    Ok(FileDraft { kind, media_type, name, grid_id, taken_at })
}

/// The same of one that a visitor sends: of the grid of their issue, and with a name of ours where theirs is not said.
fn sent(upload: &Upload, grid_id: AreaId) -> Result<FileDraft, Problem> {
    upload.command.read_query(|_| Some(()))?;
    let media_type = media_type(upload)?;
    let name = match upload.content_disposition.as_ref() {
        Some(said) => name::read(Some(said))?,
        None => "来访人材料".to_owned(),
    };
    Ok(FileDraft { kind: media_type.kind(), media_type, name, grid_id: Some(grid_id), taken_at: None })
}

/// The extractor has looked already.
fn media_type(upload: &Upload) -> Result<MediaType, Problem> {
    let essence = upload.content_type.to_str().ok().and_then(|text| text.split(';').next()).unwrap_or_default();
    MediaType::parse(essence.trim()).ok_or_else(|| Problem::new(HttpCode::UnsupportedMediaType))
}
