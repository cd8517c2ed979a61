//! Files of 64 MiB in and out, beside a bare handler that takes and gives as many bytes.

use crate::product::{PIECE, Product, exchange, head};
use crate::{median, memory};
use actix_web::{App, HttpResponse, HttpServer, web};
use futures_util::StreamExt as _;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const BYTES: usize = 64 << 20;
const ROUNDS: usize = 5;

/// Sends and fetches files, product and bare handler in turn.
pub fn measure() {
    let dir = tempfile::tempdir().unwrap();
    let product = Product::start(dir.path(), &[]);
    let bare = bare();
    let before = memory(product.child.id(), "VmRSS:");
    let (mut stored, mut taken, mut fetched, mut given) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let file = file(round);
        let began = Instant::now();
        let (status, answer) = stores(&product, &file, round);
        stored.push(per_second(began.elapsed()));
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        let path = format!("/v1/files/{}/content", answer["file"]["id"].as_str().unwrap());
        let began = Instant::now();
        assert_eq!(exchange(bare, &head("POST", "/", "", BYTES), &file).0, 200);
        taken.push(per_second(began.elapsed()));
        let began = Instant::now();
        let (status, content) = exchange(product.address, &product.head("GET", &path, "", 0), &[]);
        fetched.push(per_second(began.elapsed()));
        assert!(status == 200 && content == file, "{status}: not the file that was stored");
        let began = Instant::now();
        // Its pieces come with their lengths between them.
        assert!(exchange(bare, &head("GET", "/", "", 0), &[]).1.len() >= BYTES, "the bare handler gave too little");
        given.push(per_second(began.elapsed()));
    }
    let most = memory(product.child.id(), "VmHWM:");
    println!("\n| Files of 64 MiB, {ROUNDS} rounds | MB/s | Bare handler |\n|---|---|---|");
    println!("| stored, sealed and durable | {:.0} | {:.0} (forgotten) |", median(stored), median(taken));
    println!("| fetched and opened | {:.0} | {:.0} |", median(fetched), median(given));
    println!("\nResident memory of the server: {before:.0} MiB before, {most:.0} MiB at most.");
}

/// A file that is what it says, and no other round's.
fn file(round: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(round as u64);
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(BYTES, 0);
    random.fill(&mut file[9..]);
    file.truncate(BYTES - 6);
    file.extend_from_slice(b"%%EOF\n");
    file
}

fn per_second(took: Duration) -> f64 {
    BYTES as f64 / 1e6 / took.as_secs_f64()
}

/// Sends a file to be kept.
fn stores(product: &Product, file: &[u8], round: usize) -> (u16, Vec<u8>) {
    let more = format!(
        "content-type: application/pdf\r\nidempotency-key: round-{round}\r\ncontent-disposition: attachment; filename=\"{round}.pdf\"\r\n"
    );
    exchange(product.address, &product.head("POST", "/v1/files?kind=document", &more, BYTES), file)
}

/// A handler that reads a body and forgets it, and one that gives bytes.
fn bare() -> SocketAddr {
    let (tell, told) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server =
                HttpServer::new(|| App::new().route("/", web::post().to(take)).route("/", web::get().to(give)))
                    .workers(1)
                    .bind("127.0.0.1:0")
                    .unwrap();
            tell.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    told.recv().unwrap()
}

async fn take(mut body: web::Payload) -> HttpResponse {
    let mut bytes = 0;
    while let Some(piece) = body.next().await {
        bytes += piece.unwrap().len();
    }
    HttpResponse::Ok().body(bytes.to_string())
}

async fn give() -> HttpResponse {
    let piece = web::Bytes::from(vec![7; PIECE]);
    let pieces = futures_util::stream::iter((0..BYTES / PIECE).map(move |_| Ok::<_, actix_web::Error>(piece.clone())));
    HttpResponse::Ok().streaming(pieces)
}
