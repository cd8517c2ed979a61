//! Rights that end while a command is under way.

use crate::town::{Town, in_a_month};
use actix_http::{BoxedPayloadStream, Payload};
use actix_web::test::TestRequest;
use bytes::Bytes;
use casework::CommandContext;
use domain::ids::TokenId;
use futures_util::StreamExt as _;
use serde_json::json;
use std::sync::Arc;

/// A text file that takes a while to come: between its two halves something happens.
async fn uploads(town: &Town, token: &str, key: &str, meanwhile: impl Future<Output = ()> + 'static) -> (u16, String) {
    let request = TestRequest::post().uri(&format!("/v1/files?kind=document&grid_id={}", town.grids[0]));
    let request = request.insert_header(("Authorization", format!("Bearer {token}")));
    let request = request.insert_header(("Content-Type", "text/plain")).insert_header(("Idempotency-Key", key));
    let request = request.insert_header(("Content-Disposition", "attachment; filename*=UTF-8''a.txt")).to_request();
    let first = futures_util::stream::iter([Ok(Bytes::from_static("记录\n".as_bytes()))]);
    let second = futures_util::stream::once(async {
        meanwhile.await;
        Ok(Bytes::from_static("完\n".as_bytes()))
    });
    let payload: BoxedPayloadStream = Box::pin(first.chain(second));
    let (request, _) = request.replace_payload(Payload::from(payload));
    let answer = town.server.answered(request).await;
    (answer.status, answer.text)
}

#[tokio::test]
async fn threat_a_file_is_stored_for_nobody_whose_token_ended_while_it_came() {
    println!("attempted: an upload whose token is revoked while it comes");
    // What has come as a whole is recorded whether its client stays or not: in a task of the worker.
    tokio::task::LocalSet::new().run_until(token_ends_while_a_file_comes()).await;
    println!("caught: 401, nothing is stored");
}

async fn token_ends_while_a_file_comes() {
    let town = Town::adopted().await;
    let body = json!({"account_id": town.accounts["congress_office"], "name": "前端", "expires_at": in_a_month()});
    let issued = town.server.done(town.token("administrator"), "/v1/tokens", &body).await;
    let (id, token) = (issued["token"]["id"].as_str().unwrap(), issued["secret"].as_str().unwrap());
    let (status, text) = uploads(&town, token, "one", async {}).await;
    assert_eq!(status, 201, "{text}");
    let before = town.server.casework.store.head().position;
    let (casework, revoked) = (Arc::clone(&town.server.casework), TokenId(id.parse().unwrap()));
    let revoke = async move {
        let call = CommandContext::of_system("system/start", "revoke");
        casework.revoke_token(&call, revoked).await.unwrap();
    };
    let (status, text) = uploads(&town, token, "two", revoke).await;
    assert_eq!(status, 401, "{text}");
    assert_eq!(town.server.casework.store.head().position.0, before.0 + 1, "the revocation alone");
    town.server.stop().await;
}
