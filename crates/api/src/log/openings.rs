//! `/log/openings`: sealed parts of named leaves, for an auditor's case and some days, each with what it takes to check it.

use crate::http::commands::run;
use crate::http::extract::{Command, PathId, Question};
use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::input::body::{
    Faults, Fields, Instant, Kind, Line, List, Perhaps, Place, PositionNumber, Text, body, look_at_leaves,
};
use crate::limits::TITLE_CHARS_MAX;
use crate::problem::Problem;
use crate::state::{AppState, utc};
use crate::undertakings::changed::begun;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::access::sight::Withheld;
use casework::loaded::Loaded;
use casework::log_openings::{FetchedOpening, NewLogOpening, OpenedBox, OpenedLeaf};
use chrono_tz::Tz;
use domain::ids::LogOpeningId;
use domain::log_opening::{self, LogOpening, POSITIONS_MAX};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;
use uuid::Uuid;

body! {
    /// 申请开启哪些记录的密封内容，为何，至何时。Of which leaves sealed parts are to be opened, why, and until when.
    #[example = {"positions": [88101, 88122], "case_number": "审〔2026〕12号", "reason": "核对答复记录。",
        "until": "2026-12-08T18:00:00+08:00"}]
    struct RequestLogOpening {
        /// 记录的位置，1 至 1,000 个，每个一次；须有密封内容，且不属于账户或提请事项。Positions of the leaves, 1 to 1,000, each once; of leaves in which something is sealed, and not of accounts or proposals.
        positions: LeavesToOpen => |_| {
            positions.as_deref().map_or_else(Vec::new, log_opening::positions_fit)
        },
        /// 案号，密封保存。The number of the case; sealed.
        case_number: Line<TITLE_CHARS_MAX>,
        /// 理由，密封保存。Why; sealed.
        reason: Text,
        /// 自何时起不能再开启，至多在批准之后 14 日。From when on nothing is opened any more: at most 14 days after the approval.
        until: Instant => |facts| log_opening::until_fits(utc(until?), facts?.now).err(),
    }
}

/// Positions of leaves, of which it is looked up in the log whether they may be opened.
pub(crate) struct LeavesToOpen;

/// The positions themselves; each keeps its place, so that the pointers of the others are right.
type Positions = List<Perhaps<PositionNumber>, POSITIONS_MAX, 1>;

impl Kind for LeavesToOpen {
    type Value = Vec<Option<u64>>;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        let positions = Positions::read(value, place, faults)?;
        look_at_leaves(&positions, place, faults);
        Some(positions)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        Positions::schema()
    }
}

fn read(fields: &mut Fields<'_>) -> Option<NewLogOpening> {
    let RequestLogOpening { positions, case_number, reason, until } = RequestLogOpening::read(fields)?;
    let positions = positions.into_iter().collect::<Option<_>>()?;
    Some(NewLogOpening { positions, case_number, reason, until: utc(until) })
}

/// 准予开启的密封内容。Sealed parts of the log that may be opened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LogOpening, example = json!({
    "id": "0198f3c0-0000-7000-8000-000000000021", "account_id": "0198f3c0-0000-7000-8000-000000000011",
    "positions": [88101, 88122], "until": "2026-12-08T18:00:00+08:00", "version": 1
}))]
pub struct LogOpeningView {
    /// 编号，即其提请事项的编号。Its id, which is that of its proposal.
    id: Uuid,
    /// 申请的账户，只有该账户可以开启。The account that asked for it; no other may use it.
    account_id: Uuid,
    /// 记录的位置。Positions of its leaves.
    positions: Vec<u64>,
    /// 自此不能再开启。From when on nothing is opened any more.
    #[schema(format = DateTime)]
    until: String,
    /// 版本。Version of its stream.
    version: u64,
}

impl LogOpeningView {
    fn of(id: LogOpeningId, loaded: &Loaded<LogOpening>, town: Tz) -> Self {
        let LogOpening { account, positions, until } = &loaded.state;
        Self {
            id: id.0,
            account_id: account.unwrap_or_default().0,
            positions: positions.clone(),
            until: business_time(*until, town),
            version: loaded.version.0,
        }
    }
}

/// 命令之后的开启。An opening after a command.
#[derive(Serialize, ToSchema)]
pub struct LogOpeningChanged {
    /// 开启。The opening.
    log_opening: LogOpeningView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Request an opening of sealed parts
///
/// 审计人员为一个案件申请开启所列记录的密封内容。经人大办公室批准后，由申请的账户凭提请事项的编号取得：`GET /log/openings/{id}`。
/// 账户和提请事项的密封内容不予开启（422 never_opened）。
///
/// An auditor asks for sealed parts of leaves, for one case. Once the congress office has approved, the account that asked has
/// them by the id of the proposal: `GET /log/openings/{id}`. What is sealed of accounts and proposals is opened for nobody (422
/// `never_opened`).
#[utoipa::path(post, path = "/log/openings", tag = "log", request_body = RequestLogOpening, responses(
    (status = 201, description = "已准予（采用权限表之前）。Granted, before access rules are adopted.", body = LogOpeningChanged),
))]
pub(crate) async fn request(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.grant_log_opening(call, &new).await).await?;
    begun(&app, &command, "/log/openings", ran, LogOpeningId, async |id, loaded, snapshot, position| {
        let log_opening = LogOpeningView::of(id, &loaded, snapshot.reference.time_zone());
        Ok(LogOpeningChanged { log_opening, position })
    })
    .await
}

/// 所开启的密封内容。What an opening opens.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0198f3c0-0000-7000-8000-000000000021", "until": "2026-12-08T18:00:00+08:00",
    "items": [{"position": 88122, "boxes": [{"index": 0, "r": "h8h34IyEctxlk3gnQM+yXRM6fMuY0Y4ynp3nUaES7nA=",
        "payload": {"subject": "楼道灯不亮", "text": "3号楼楼道灯三天不亮。"}}, {"index": 1, "erased": true}]}]}))]
pub struct LogOpeningBoxes {
    /// 编号。The id of the opening.
    id: Uuid,
    /// 自此不能再开启。From when on nothing is opened any more.
    #[schema(format = DateTime)]
    until: String,
    /// 各条记录，按位置排序，全部在一次答复中。The leaves, in the order of the log, all in one answer.
    items: Vec<LogOpeningLeaf>,
}

/// 一条记录的密封内容。A leaf with what is sealed in it.
#[derive(Serialize, ToSchema)]
pub struct LogOpeningLeaf {
    /// 位置。Its place in the log.
    position: u64,
    /// 与记录的 boxes 一一对应。Parallel to the leaf's boxes.
    boxes: Vec<LogOpeningBox>,
}

/// 一处密封内容：其承诺值为 HMAC-SHA256(r, "huiyin/box/1\n" ‖ payload)。Something sealed; the leaf's commitment to it is
/// HMAC-SHA256(`r`, `"huiyin/box/1\n"` ‖ `payload`).
#[derive(Serialize, ToSchema)]
pub struct LogOpeningBox {
    /// 在记录的 boxes 中的序号，自 0 起。Its place in the leaf's boxes, from 0.
    index: usize,
    /// 承诺值的密钥，32 字节，base64。The key of the commitment, 32 bytes in base64.
    #[serde(skip_serializing_if = "absent")]
    r: Option<String>,
    /// 内容，规范 JSON，字节与密封时相同。What is sealed: canonical JSON, byte by byte as it was sealed.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<Object>)]
    payload: Option<Box<RawValue>>,
    /// 已删除，无法再开启。True where it was erased: nobody can open it any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    erased: bool,
    /// 已损坏，无法开启：密钥不在，或内容与记录不符。True where it is damaged: its key is lost, or it is not what its leaf commits to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    damaged: bool,
    /// 查看未能记录，因此不显示。Why it is not shown: that it is looked at could not be recorded.
    #[serde(skip_serializing_if = "absent")]
    withheld: Option<WithheldView>,
}

impl LogOpeningBox {
    fn of(index: usize, opened: &OpenedBox) -> Result<Self, Problem> {
        let shut = Self { index, r: None, payload: None, erased: false, damaged: false, withheld: None };
        match opened {
            OpenedBox::Erased => Ok(Self { erased: true, ..shut }),
            OpenedBox::Damaged => Ok(Self { damaged: true, ..shut }),
            OpenedBox::NotRecorded => Ok(Self { withheld: Some(Withheld::NotRecorded.into()), ..shut }),
            OpenedBox::Open(opening) => {
                // It was sealed as canonical JSON, and is told as it stands.
                let payload = serde_json::from_slice(&opening.payload).map_err(Problem::internal)?;
                Ok(Self { r: Some(STANDARD.encode(opening.r)), payload: Some(payload), ..shut })
            }
        }
    }
}

impl LogOpeningLeaf {
    fn of(leaf: &OpenedLeaf) -> Result<Self, Problem> {
        let boxes = leaf.boxes.iter().enumerate().map(|(index, opened)| LogOpeningBox::of(index, opened));
        Ok(Self { position: leaf.position.0, boxes: boxes.collect::<Result<_, _>>()? })
    }
}

/// Fetch what an opening opens
///
/// 取得准予开启的密封内容及其密钥，供与记录中的承诺值核对。只限申请的账户，其他账户为 404；期满后为 409 opening_over。
/// 每次取得之前都先记录一次查看（目的为审计），未能记录的不显示。已损坏的注明 damaged，其余照常开启。
///
/// The sealed parts that may be opened, each with the key by which it is held against the commitment in its leaf. For the account
/// that asked and no other (404), and 409 `opening_over` from its end on. Each time a view with the purpose of an audit is on
/// record first; what cannot be recorded is not shown. A part that is damaged is told as such (`damaged`) beside all others.
#[utoipa::path(get, path = "/log/openings/{id}", tag = "log", responses(
    (status = 200, description = "密封内容。What was sealed.", body = LogOpeningBoxes),
))]
pub(crate) async fn fetch(app: web::Data<AppState>, id: PathId, question: Question) -> Result<HttpResponse, Problem> {
    question.read(|query| {
        query.now_only();
        Some(())
    })?;
    let id = LogOpeningId(id.0);
    let _slot = app.one_export(question.caller.account.id).await?;
    let FetchedOpening { loaded, leaves } = app.casework.fetch_log_opening(&question.caller.asker()?, id).await?;
    let items = leaves.iter().map(LogOpeningLeaf::of).collect::<Result<_, _>>()?;
    let until = business_time(loaded.state.until, app.casework.reference().time_zone());
    Ok(HttpResponse::Ok().json(LogOpeningBoxes { id: id.0, until, items }))
}
