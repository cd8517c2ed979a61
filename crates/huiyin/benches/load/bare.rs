//! The bare handlers: actix and serde, and one that puts the body into a raw file. What the product adds is the difference.

use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::oneshot;

/// Tells this binary to be the bare server.
pub const ARGUMENT: &str = "--bare-server";
/// Takes a reception and says as much as the product does.
pub const POST: &str = "/bare/receptions";
/// The same, once the body is durable: whatever has come meanwhile is written in one piece, with one `fdatasync`.
pub const COMMIT: &str = "/bare/commits";
/// Says as much as the product does of an issue.
pub const GET: &str = "/bare/issue";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read from the body and let go")]
struct Reception {
    grid_id: String,
    unit_id: Option<String>,
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

/// Requests that wait for the disk at most.
const QUEUE: usize = 4096;
/// The file begins again at its beginning after so many bytes, so that its length is known before.
const FILE_BYTES: usize = 64 << 20;

/// A body, and whom to tell that it is durable.
type Waiting = (web::Bytes, oneshot::Sender<()>);

/// Serves answers of these lengths until it is killed; the port is its one line of output.
pub fn serve(posted_bytes: usize, read_bytes: usize, file: &Path) {
    let answer = |bytes: usize| format!("\"{}\"", "x".repeat(bytes.max(2) - 2));
    let (posted, read) = (answer(posted_bytes), answer(read_bytes));
    let file = File::create(file).unwrap();
    file.write_all_at(&vec![0; FILE_BYTES], 0).unwrap();
    file.sync_all().unwrap();
    let (queue, queued) = sync_channel(QUEUE);
    std::thread::spawn(move || commit(&file, &queued));
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || {
            let (taken, posted, read, queue) = (posted.clone(), posted.clone(), read.clone(), queue.clone());
            App::new()
                .route(
                    POST,
                    web::post().to(move |body: web::Bytes| std::future::ready(answer_to(&body, taken.clone()))),
                )
                .route(COMMIT, web::post().to(move |body: web::Bytes| committed(body, posted.clone(), queue.clone())))
                .route(
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

fn answer_to(body: &[u8], answer: String) -> HttpResponse {
    match serde_json::from_slice::<Reception>(body) {
        Ok(_) => HttpResponse::Created().content_type("application/json").body(answer),
        Err(error) => HttpResponse::UnprocessableEntity().body(error.to_string()),
    }
}

async fn committed(body: web::Bytes, answer: String, queue: SyncSender<Waiting>) -> HttpResponse {
    let answer = answer_to(&body, answer);
    let (tell, told) = oneshot::channel();
    if queue.try_send((body, tell)).is_err() || told.await.is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    answer
}

/// Writes what waits, makes it durable, tells; again and again.
fn commit(file: &File, queued: &Receiver<Waiting>) {
    let (mut at, mut group) = (0, Vec::new());
    while let Ok(first) = queued.recv() {
        group.clear();
        let waiting: Vec<Waiting> = std::iter::once(first).chain(queued.try_iter()).collect();
        for (body, _) in &waiting {
            group.extend_from_slice(body);
        }
        if at + group.len() > FILE_BYTES {
            at = 0;
        }
        file.write_all_at(&group, at as u64).unwrap();
        file.sync_data().unwrap();
        at += group.len();
        for (_, tell) in waiting {
            let _gone = tell.send(());
        }
    }
}
