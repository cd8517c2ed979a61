//! A file in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time, recorded_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::AppState;
use casework::access::Reader;
use casework::loaded::Loaded;
use domain::file::File;
use domain::ids::FileId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A file, but for its bytes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = File, example = json!({
    "id": "0198f3c1-0000-7000-8000-000000000020", "kind": "image", "media_type": "image/jpeg", "bytes": 245_112,
    "name": "现场照片.jpg", "taken_at": "2026-11-26T14:05:00+08:00", "recorded_at": "2026-11-26T06:10:00.000Z", "version": 1
}))]
pub struct FileView {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    #[schema(value_type = vocabulary::FileKind)]
    pub kind: &'static str,
    /// 媒体类型；已删除的没有。Its media type; absent where it was erased or is withheld.
    #[serde(skip_serializing_if = "absent")]
    pub media_type: Option<String>,
    /// 字节数；已删除的没有。How many bytes it has; absent where it was erased or is withheld.
    #[serde(skip_serializing_if = "absent")]
    pub bytes: Option<u64>,
    /// 文件名；已删除的没有。Its name; absent where it was erased or is withheld.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// 内容与名称已删除；没有删除的不列。Its bytes and its name were erased; absent where they were not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub erased: bool,
    /// 名称、类型和大小不显示，及其原因。Its name, media type and size are not shown, and why; absent where they are.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 摄录或制作的时间。When it was taken.
    pub taken_at: String,
    /// 记录的时间。When it was recorded.
    pub recorded_at: String,
    /// Version, also the `ETag`.
    pub version: u64,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it documents bodies")]
pub struct FileBytes(Vec<u8>);

impl FileView {
    /// A file.
    ///
    /// # Errors
    /// 500 where its box does not open.
    pub async fn of(app: &AppState, id: FileId, file: &Loaded<File>, reader: &Reader) -> Result<Self, Problem> {
        let sight = app.casework.sight_of_file(reader, id, file).await?;
        let withheld = sight.withholds(&file.boxes);
        let facts = app.casework.file_facts_unless_erased(file).await?;
        let erased = facts.is_none();
        let facts = facts.filter(|_| withheld.is_none());
        let state = &file.state;
        let kind = state.kind.ok_or_else(|| Problem::internal("a file without its first event"))?;
        Ok(Self {
            id: id.0,
            kind: kind.as_str(),
            bytes: facts.as_ref().map(|facts| facts.bytes),
            erased,
            withheld: withheld.map(Into::into),
            media_type: facts.as_ref().map(|facts| facts.media_type.clone()),
            name: facts.map(|facts| facts.name),
            taken_at: business_time(state.taken_at, app.casework.reference().time_zone()),
            recorded_at: recorded_time(state.recorded_at),
            version: file.version.0,
        })
    }
}
