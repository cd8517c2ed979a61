//! The bare handlers: actix and serde, nothing else. What the product adds is the difference.

use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;

/// Tells this binary to be the bare server.
pub const ARGUMENT: &str = "--bare-server";
/// Takes a reception and says as much as the product does.
pub const POST: &str = "/bare/receptions";
/// Says as much as the product does of an issue.
pub const GET: &str = "/bare/issue";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read from the body and let go")]
struct Reception {
    grid_id: String,
    form: String,
    held_at: String,
    delegates: Vec<Delegate>,
    visitors: Vec<Visitor>,
    issues: Vec<Issue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read from the body and let go")]
struct Delegate {
    delegate_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read from the body and let go")]
struct Visitor {
    name: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read from the body and let go")]
struct Issue {
    kind: String,
    topic: String,
    subject: String,
    text: String,
}

/// Serves answers of these lengths until it is killed; the port is its one line of output.
pub fn serve(posted_bytes: usize, read_bytes: usize) {
    let answer = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    let (posted, read) = (answer(posted_bytes), answer(read_bytes));
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || {
            let (posted, read) = (posted.clone(), read.clone());
            App::new().route(POST, web::post().to(move |body: web::Bytes| answer_to(&body, posted.clone()))).route(
                GET,
                web::get().to(move || {
                    std::future::ready(HttpResponse::Ok().content_type("application/json").body(read.clone()))
                }),
            )
        })
        .tcp_nodelay(true)
        .bind("127.0.0.1:0")
        .unwrap();
        println!("{}", server.addrs()[0].port());
        server.run().await.unwrap();
    });
}

fn answer_to(body: &[u8], answer: String) -> std::future::Ready<HttpResponse> {
    std::future::ready(match serde_json::from_slice::<Reception>(body) {
        Ok(_) => HttpResponse::Created().content_type("application/json").body(answer),
        Err(error) => HttpResponse::UnprocessableEntity().body(error.to_string()),
    })
}
