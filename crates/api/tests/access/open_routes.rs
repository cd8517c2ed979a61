//! What is asked without a token is written down: whoever opens a route adds it here, and thinks of who comes.

use api::routes;

/// Routes that need no token.
const OPEN: &[&str] = &[
    "GET /",
    "GET /docs",
    "GET /docs/{file:.*}",
    "GET /embed/notices",
    "GET /embed/reviews",
    "GET /embed/typical-cases",
    "GET /health/live",
    "GET /health/ready",
    "GET /log/checkpoint",
    "GET /log/consistency",
    "GET /log/tile/{level}/{place:.*}",
    "GET /log/vkey",
    "GET /openapi.json",
    "GET /problems",
    "GET /problems/{code}",
    "GET /r/assets/{file:.*}",
    "GET /r/{code}",
    "GET /v1/access-table",
    "GET /v1/public/calendars/delegates/{id}.ics",
    "GET /v1/public/calendars/grids/{id}.ics",
    "GET /v1/public/notices",
    "GET /v1/public/notices/{id}",
    "GET /v1/public/receipts/{code}",
    "GET /v1/public/receipts/{code}/proof",
    "GET /v1/public/reviews/{year}",
    "GET /v1/public/typical-cases",
    "GET /v1/vocabulary",
    "POST /v1/me/password",
    "POST /v1/public/notices/{id}/objections",
    "POST /v1/public/receipts/{code}/erasure-requests",
    "POST /v1/public/receipts/{code}/feedback",
    "POST /v1/public/receipts/{code}/files",
    "POST /v1/public/receipts/{code}/reopenings",
    "POST /v1/public/receipts/{code}/withdrawal",
    "POST /v1/sign-ins",
];

#[test]
fn threat_a_route_that_nobody_meant_to_be_open() {
    println!("attempted: open a route without saying so");
    let mut open: Vec<_> = routes::table()
        .iter()
        .filter(|route| route.open)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    open.sort();
    assert_eq!(open, OPEN, "routes that need no token");
    println!("caught: {} routes need no token, and each is written down", open.len());
}
