//! `/log`: what auditors fetch, laid out as C2SP tlog-tiles (FORMAT §3), and the proofs over it (RFC 6962 §2.1).

use crate::http::context::PathParts;
use crate::http::extract::{Question, read_open};
use crate::http::format::Format;
use crate::input::query::{self, Query};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::language::text;
use event_store::store::CheckpointError;
use event_store::tiles::{FULL, Resource};
use event_store::{Hash, LogError, Position, ProofError};
use serde::Serialize;
use std::fmt::Write as _;
use utoipa::{IntoParams, ToSchema};

const PLAIN: &str = "text/plain; charset=utf-8";
/// A full tile never changes again: whoever has fetched it need not ask a second time.
const KEPT_BY_ALL: &str = "public, max-age=31536000, immutable";
/// The same of leaves, which only the caller may keep.
const KEPT_BY_CALLER: &str = "private, max-age=31536000, immutable";

/// That one leaf is in the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "position": 2, "size": 3, "leaf_hash": "/wXcs00oT1vCiRfj+FAS/6f4YTkhpMMiBBo/yLwR5ps=",
    "proof": ["q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=", "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="],
    "checkpoint": "huiyin.local/0198f3c0-0000-7000-8000-000000000001\n3\nq83v…\n\n— huiyin.local/0198f3c0-0000-7000-8000-000000000001 jRWe…\n"
}))]
pub struct InclusionProof {
    /// The leaf's place in the log, from 1; its index in the tree is one less.
    position: u64,
    /// Size of the tree in which it is proved.
    size: u64,
    /// Leaf hash (base64).
    leaf_hash: String,
    /// Sibling hashes from the leaf up (base64, RFC 6962 §2.1.1).
    proof: Vec<String>,
    /// The signed note over that size; absent where `size` asked for one that is not the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

/// That one tree is the beginning of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"from": 2, "to": 3, "proof": ["ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="]}))]
pub struct ConsistencyProof {
    /// Size of the smaller tree.
    from: u64,
    /// Size of the larger one.
    to: u64,
    /// Hashes (base64, RFC 6962 §2.1.2).
    proof: Vec<String>,
}

/// How `/log/proof/{position}` is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
struct ProofParams {
    /// 在前 size 条所成的树中证明；省略时为最新检查点。The tree to prove it in; left out it is the newest checkpoint's.
    #[param(minimum = 1)]
    size: Option<u64>,
    /// `json` 或 `text`（C2SP tlog-proof）。`json`, or `text` for a C2SP tlog-proof.
    #[param(pattern = "^(json|text)$", example = "json")]
    format: Option<String>,
}

/// How `/log/consistency` is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
struct ConsistencyParams {
    /// 较小的树，自 1 起。Size of the smaller tree, from 1.
    #[param(minimum = 1)]
    from: u64,
    /// 较大的树，不超过日志末尾。Size of the larger one, at most the log's.
    #[param(minimum = 1)]
    to: u64,
}

/// Fetch the newest checkpoint
///
/// 最新检查点：已签名的日志大小与树根，涵盖提问前已确认的全部记录；同时的请求共用一个签名。
///
/// The newest checkpoint, a C2SP signed note of size and root over every record acknowledged before the question;
/// requests at the same time share one signature.
#[utoipa::path(get, path = "/log/checkpoint", tag = "log", responses(
    (status = 200, description = "检查点。The signed note.", body = String, content_type = "text/plain",
        example = "huiyin.local/0198f3c0-0000-7000-8000-000000000001\n88141\nq83v…\n\n— huiyin.local/0198f3c0-0000-7000-8000-000000000001 jRWe…\n"),
))]
pub(crate) async fn checkpoint(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    read_open(&request, &[Format::Text], |_| Some(()))?;
    Ok(HttpResponse::Ok().content_type(PLAIN).body(signed(&app).await?))
}

/// Fetch the verifier key
///
/// 验证检查点所用的密钥（vkey）；请与公示栏上的比对。
///
/// The key by which checkpoints are checked (vkey); compare it with the one on the town's notice board.
#[utoipa::path(get, path = "/log/vkey", tag = "log", responses(
    (status = 200, description = "验证密钥。The key.", body = String, content_type = "text/plain",
        example = "huiyin.local/0198f3c0-0000-7000-8000-000000000001+8d1567a2+AavN…\n"),
))]
pub(crate) async fn vkey(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    read_open(&request, &[Format::Text], |_| Some(()))?;
    Ok(HttpResponse::Ok().content_type(PLAIN).body(format!("{}\n", app.casework.keys.vkey())))
}

/// Fetch a hash tile
///
/// 哈希瓦片（公开）。C2SP tlog-tiles：`tile/<L>/<N>`，不满的为 `tile/<L>/<N>.p/<W>`，任何已有宽度都可以；
/// 每个哈希 32 字节。
///
/// A tile of hashes, open to everybody. C2SP tlog-tiles: `tile/<L>/<N>`, partial `tile/<L>/<N>.p/<W>` for every
/// width there is. 32 bytes a hash.
#[utoipa::path(get, path = "/log/tile/{level}/{place}", tag = "log", params(
    ("level" = String, Path, description = "层，0 至 63。The level, 0 to 63.", example = "0"),
    ("place" = String, Path, description = "序号，每三位一组；不满时加 .p/<W>。The index in groups of three digits, with `.p/<W>` for a part.", example = "x001/x234/067"),
), responses(
    (status = 200, description = "哈希。The hashes.", body = Vec<u8>, content_type = "application/octet-stream", example = ""),
))]
pub(crate) async fn hash_tile(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let Some(Resource::HashTile { level, index, width }) = resource(request.path()) else {
        return Err(Problem::new(HttpCode::NotFound));
    };
    let tile = app.casework.store.hash_tile(level, index, width).await.map_err(unreadable)?;
    bytes(tile, width, KEPT_BY_ALL)
}

/// Fetch an entry bundle
///
/// 记录原文（审计用，需令牌），从不含个人信息部分。
/// C2SP tlog-tiles：`tile/entries/<N>[.p/<W>]`，每条记录之前是其长度，16 位，高位在前。
///
/// The records as they are signed, for auditors with a token, never any personal parts. C2SP tlog-tiles:
/// `tile/entries/<N>[.p/<W>]`, each record behind its length in 16 bits, big endian.
#[utoipa::path(get, path = "/log/tile/entries/{place}", tag = "log", params(
    ("place" = String, Path, description = "序号，每三位一组；不满时加 .p/<W>。The number in groups of three digits, with `.p/<W>` for a part.", example = "x001/067"),
), responses(
    (status = 200, description = "记录。The leaves.", body = Vec<u8>, content_type = "application/octet-stream", example = ""),
))]
pub(crate) async fn entry_bundle(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    query::read(&question.query, |_| Some(()))?;
    let Some(Resource::EntryBundle { index, width }) = resource(&question.path) else {
        return Err(Problem::new(HttpCode::NotFound));
    };
    let bundle = app.casework.store.entry_bundle(index, width).await.map_err(unreadable)?;
    bytes(bundle, width, KEPT_BY_CALLER)
}

/// Prove that a leaf is in the log
///
/// 证明一条记录在日志中。默认为 JSON；以 `Accept: text/plain` 得到 C2SP tlog-proof，其中含检查点，可作为文件保存。
///
/// Proves that a record is in the log. JSON, or by `Accept: text/plain` a C2SP tlog-proof, which holds the
/// checkpoint and can be kept as a file.
#[utoipa::path(get, path = "/log/proof/{position}", tag = "log", params(
    ("position" = u64, Path, description = "记录的位置。The leaf's position.", example = 2), ProofParams,
), responses(
    (status = 200, description = "证明。The proof.", content(
        (InclusionProof = "application/json", example = json!({"position": 2, "size": 3, "leaf_hash": "/wXc…", "proof": ["q83v…", "ASNF…"], "checkpoint": "huiyin.local/…\n3\nq83v…\n\n— huiyin.local/… jRWe…\n"})),
        (String = "text/plain", example = "c2sp.org/tlog-proof@v1\nindex 1\nq83v…\nASNF…\n\nhuiyin.local/…\n3\nq83v…\n\n— huiyin.local/… jRWe…\n"),
    )),
))]
pub(crate) async fn inclusion(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let position = decimal(parts.get("position"));
    let (size, format) = question.read_as(&[Format::Json, Format::Text], |query| {
        let size = query.position_reached("size", 1);
        if let Some((size, position)) = size.zip(position).filter(|(size, position)| size < position) {
            let (zh, en) = (
                format!("前 {size} 条中没有第 {position} 条。"),
                format!("The first {size} leaves do not hold leaf {position}."),
            );
            query.fault_because("size", HttpCode::BadPosition, text(zh, en));
        }
        Some(size)
    })?;
    let position = position.map(Position).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let store = &app.casework.store;
    let event = store.event(position).await.map_err(unreadable)?;
    let event = event.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let note = signed(&app).await?;
    let newest = size_of(&note).ok_or_else(|| Problem::internal("a checkpoint of ours has no size"))?;
    let size = size.unwrap_or(newest);
    let proof = store.inclusion(position, size).await.map_err(no_proof)?;
    let proof: Vec<_> = proof.iter().map(encoded).collect();
    if format == Format::Text {
        if size != newest {
            return Err(Problem::new(HttpCode::BadPosition).because(
                "文本格式含检查点，只能用于最新检查点；请去掉 size，或改用 JSON。",
                "The text holds a checkpoint, so it is made for the newest one only: leave out size, or ask for JSON.",
            ));
        }
        return Ok(HttpResponse::Ok().content_type(PLAIN).body(tlog_proof(position, &proof, &note)));
    }
    Ok(HttpResponse::Ok().json(InclusionProof {
        position: position.0,
        size,
        leaf_hash: encoded(&event.hash()),
        proof,
        checkpoint: (size == newest).then_some(note),
    }))
}

/// Prove that the log has only grown
///
/// 证明较大的日志是较小的日志的延续：给出两个大小，用于核对手中已签名的两个树根。
///
/// Proves that the log of one size continues the log of a smaller size, for two sizes of which you hold the signed
/// roots.
#[utoipa::path(get, path = "/log/consistency", tag = "log", params(ConsistencyParams), responses(
    (status = 200, description = "证明。The proof.", body = ConsistencyProof, example = json!({"from": 2, "to": 3, "proof": ["ASNF…"]})),
))]
pub(crate) async fn consistency(app: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ((from, to), _) = read_open(&request, &[Format::Json], Query::span)?;
    let proof = app.casework.store.consistency(from, to).await.map_err(no_proof)?;
    Ok(HttpResponse::Ok().json(ConsistencyProof { from, to, proof: proof.iter().map(encoded).collect() }))
}

/// The newest checkpoint.
///
/// # Errors
/// Where the log cannot be signed now.
pub(crate) async fn signed(app: &AppState) -> Result<String, Problem> {
    app.casework.store.checkpoint(&app.casework.keys).await.map_err(|error| match error {
        CheckpointError::Interrupted => Problem::new(HttpCode::ShuttingDown).caused_by(error),
        CheckpointError::Proof(_) | CheckpointError::Sign(_) => Problem::internal(error),
    })
}

/// What a path of the server names in the log's layout.
fn resource(path: &str) -> Option<Resource> {
    Resource::parse(path.strip_prefix("/log/")?)
}

fn bytes(found: Option<Vec<u8>>, width: u16, kept: &'static str) -> Result<HttpResponse, Problem> {
    let found = found.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/octet-stream");
    if width == FULL {
        answer.insert_header((header::CACHE_CONTROL, kept));
    }
    // A part is asked for by its width, which soon is of no use to anybody: the middleware says no-store.
    Ok(answer.body(found))
}

/// The text of a C2SP tlog-proof: what it is, the leaf's index, the hashes, and the note as it was signed.
fn tlog_proof(position: Position, proof: &[String], note: &str) -> String {
    let mut text = format!("c2sp.org/tlog-proof@v1\nindex {}\n", position.0 - 1);
    for hash in proof {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{hash}");
    }
    text.push('\n');
    text.push_str(note);
    text
}

/// The size that a note of ours is signed over: its second line.
pub(crate) fn size_of(note: &str) -> Option<u64> {
    note.lines().nth(1).and_then(decimal)
}

/// A number as we write it: no sign, no leading zero.
fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// A hash as JSON has it.
pub(crate) fn encoded(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

fn unreadable(error: LogError) -> Problem {
    Problem::from(casework::Failure::from(error))
}

fn no_proof(error: ProofError) -> Problem {
    match error {
        ProofError::OutOfRange { asked, size } => Problem::new(HttpCode::BadPosition).because(
            format!("{asked} 超出范围，日志现有 {size} 条。"),
            format!("{asked} is out of range; the log has {size} leaves."),
        ),
        ProofError::Log(error) => unreadable(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_path_of_the_server_is_a_path_of_the_layout() {
        let hashes = |level, index, width| Some(Resource::HashTile { level, index, width });
        assert_eq!(resource("/log/tile/0/000"), hashes(0, 0, FULL));
        assert_eq!(resource("/log/tile/1/x001/067.p/3"), hashes(1, 1067, 3));
        assert_eq!(resource("/log/tile/entries/000.p/255"), Some(Resource::EntryBundle { index: 0, width: 255 }));
        for other in ["/log/tile/0/0", "/log/tile/0/000.p/256", "/log/tile/0/%30%30%30", "/tile/0/000", "/log/tile/0/"]
        {
            assert_eq!(resource(other), None, "{other}");
        }
    }

    #[test]
    fn a_proof_as_text_is_what_c2sp_says() {
        let note = "example.org/log\n3\nroot\n\n— example.org/log sig\n";
        let proof = ["AAAA".to_owned(), "BBBB".to_owned()];
        assert_eq!(
            tlog_proof(Position(2), &proof, note),
            "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\nBBBB\n\nexample.org/log\n3\nroot\n\n— example.org/log sig\n"
        );
        assert_eq!(tlog_proof(Position(1), &[], note).lines().nth(2), Some(""));
        assert_eq!(size_of(note), Some(3));
    }

    #[test]
    fn only_full_tiles_are_kept() {
        let kept = |width| {
            let answer = bytes(Some(vec![0; 32]), width, KEPT_BY_ALL).unwrap();
            answer.headers().get(header::CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(kept(FULL).as_deref(), Some(KEPT_BY_ALL));
        assert_eq!(kept(255), None);
        assert_eq!(bytes(None, FULL, KEPT_BY_ALL).unwrap_err().status(), 404);
    }

    #[test]
    fn positions_have_one_spelling() {
        assert_eq!(decimal("88141"), Some(88141));
        for other in ["", "+1", "01", "-1", "1.0", "18446744073709551616"] {
            assert_eq!(decimal(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_a_bad_position() {
        let problem = no_proof(ProofError::OutOfRange { asked: 9, size: 3 });
        assert_eq!((problem.status().as_u16(), problem.code.as_str()), (400, "bad_position"));
    }
}
