//! `GET /v1/public/receipts/{code}/proof`: what a visitor's own browser checks.

use super::looking::holder;
use crate::http::context::PathParts;
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::http::response::absent;
use crate::log::tiles::{encoded, signed, size_of};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::receipts::ProvedLeaf;
use serde::Serialize;
use utoipa::ToSchema;

/// Leaves of an issue in a signed tree.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "leaves": [{"position": 2, "leaf": "eyJhY3RvciI6…", "proof": ["q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k="]}],
    "checkpoint": "huiyin.local/0198f3c0-0000-7000-8000-000000000001\n3\nq83v…\n\n— huiyin.local/0198f3c0-0000-7000-8000-000000000001 jRWe…\n",
    "vkey": "huiyin.local/0198f3c0-0000-7000-8000-000000000001+8d1567a2+AavN…",
    "consistency": ["ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="]
}))]
pub struct ReceiptProof {
    /// 登记、答复和重办的记录，按先后。The leaves by which it was raised, answered and taken up again, in order.
    leaves: Vec<ReceiptLeaf>,
    /// The signed note over the tree that they are proved in.
    checkpoint: String,
    /// The key that checks it; compare it with the one on the town's notice board.
    vkey: String,
    /// Hashes (base64, RFC 6962 §2.1.2) by which the tree extends that of `size` leaves; absent where `size` was not asked for.
    #[serde(skip_serializing_if = "absent")]
    consistency: Option<Vec<String>>,
}

/// A leaf with its proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptLeaf {
    /// Its place in the log, from 1; its index in the tree is one less.
    position: u64,
    /// Its bytes (base64), as they are hashed: facts by codes and ids, no words of people.
    leaf: String,
    /// Sibling hashes from the leaf up (base64, RFC 6962 §2.1.1).
    proof: Vec<String>,
}

/// Fetch the proof of an issue, by a receipt code
///
/// 无需令牌：事项的登记、答复和重办记录的原文，以及它们在已签名日志中的证明。给出回执上的 `size`，并得到日志自那时以来只增不改的证明。
///
/// Without a token: the records by which the issue was raised, answered and taken up again, as they are signed, with their proofs
/// in the signed log. With the `size` on the slip also that the log has only grown since (C-3.6).
#[utoipa::path(get, path = "/v1/public/receipts/{code}/proof", tag = "receipts", params(
    ("code" = String, Path, description = "查询码。The receipt code."),
    ("size" = Option<u64>, Query, minimum = 1, description = "回执上的日志大小。The size of the log on the slip."),
), responses(
    (status = 200, description = "证明。The proof.", body = ReceiptProof),
))]
pub(crate) async fn proof(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (since, _) = read_open(&request, &[Format::Json], |query| Some(query.position_reached("size", 1)))?;
    let holder = holder(&app, &parts).await?;
    let checkpoint = signed(&app).await?;
    let size = size_of(&checkpoint).ok_or_else(|| Problem::internal("a checkpoint of ours has no size"))?;
    let proved = app.casework.prove_receipt(&holder, size, since).await?;
    let hashes = |hashes: &[event_store::Hash]| hashes.iter().map(encoded).collect::<Vec<_>>();
    let leaf = |leaf: &ProvedLeaf| ReceiptLeaf {
        position: leaf.position,
        leaf: STANDARD.encode(&leaf.leaf),
        proof: hashes(&leaf.proof),
    };
    Ok(HttpResponse::Ok().json(ReceiptProof {
        leaves: proved.leaves.iter().map(leaf).collect(),
        checkpoint,
        vkey: app.casework.keys.vkey(),
        consistency: proved.consistency.as_deref().map(hashes),
    }))
}
