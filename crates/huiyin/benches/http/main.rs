//! How fast the server answers over HTTP, beside a bare actix handler that is asked the same in the same run.
//!
//! `cargo bench -p huiyin --bench http` prints a table for docs/PERFORMANCE.md. Each server is a process of its own, the
//! load comes from this one: closed loops over keep-alive connections, the next request after the last answer. Rounds
//! are interleaved, so that whatever else the machine does meets all of them; a figure is the median of its rounds.
//! `HUIYIN_BENCH_BEFORE` names the binary of an earlier version, which is then measured beside it.
//! `HUIYIN_BENCH_SECONDS` is the length of one measurement (3), `HUIYIN_BENCH_ROUNDS` how often each is made (3).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

mod bare;
mod conditions;
mod load;
mod servers;

use load::{Figures, Request};
use servers::{Bare, Huiyin};
use std::net::SocketAddr;
use std::time::Duration;

/// As in the product, so that both sides have the same.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CONNECTIONS: [usize; 3] = [1, 16, 64];

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != bare::ARGUMENT).skip(1);
    if let (Some(posted), Some(read)) = (arguments.next(), arguments.next()) {
        return bare::serve(posted.parse().unwrap(), read.parse().unwrap());
    }
    let seconds = Duration::from_secs_f64(setting("HUIYIN_BENCH_SECONDS", 3.0));
    let rounds: usize = setting("HUIYIN_BENCH_ROUNDS", 3);

    let huiyin = Huiyin::start(env!("CARGO_BIN_EXE_huiyin").as_ref());
    let (record, read, lengths) = requests(&huiyin);
    let bare = Bare::start(lengths.0, lengths.1);
    let before = std::env::var_os("HUIYIN_BENCH_BEFORE").map(|binary| Huiyin::start(&binary));
    // The bare handlers get the same requests, and their answers are as long.
    let bare_post = Request::post(bare::POST, &huiyin.token, &huiyin.reception());
    let mut things = vec![
        Thing {
            name: "bare `POST`, strict JSON, same body",
            request: bare_post,
            at: (bare.address, bare.pid),
            status: 201,
        },
        Thing {
            name: "`POST /v1/receptions`, one issue",
            request: record,
            at: (huiyin.address, huiyin.pid),
            status: 201,
        },
        Thing {
            name: "bare `GET`",
            request: Request::get(bare::GET, &huiyin.token),
            at: (bare.address, bare.pid),
            status: 200,
        },
        Thing { name: "`GET /v1/issues/{id}`", request: read, at: (huiyin.address, huiyin.pid), status: 200 },
    ];
    if let Some(before) = &before {
        let (record, read, _) = requests(before);
        let at = (before.address, before.pid);
        things.insert(2, Thing { name: "`POST /v1/receptions`, before", request: record, at, status: 201 });
        things.push(Thing { name: "`GET /v1/issues/{id}`, before", request: read, at, status: 200 });
    }
    let mut figures: Vec<Vec<Figures>> = vec![Vec::new(); things.len() * CONNECTIONS.len()];
    for round in 0..rounds {
        for (column, connections) in CONNECTIONS.into_iter().enumerate() {
            for (row, Thing { name, request, at: (address, pid), status }) in things.iter().enumerate() {
                let measured = load::measure(*address, *pid, request, *status, connections, seconds);
                eprintln!("round {round}, {connections:>2} connections, {name}: {:.0}/s", measured.per_second);
                figures[row * CONNECTIONS.len() + column].push(measured);
            }
        }
    }

    println!("{}\n", conditions::line(&huiyin.data, seconds, rounds));
    println!("| What | Connections | Requests/s | Of the bare handler | p50 | p99 | Server CPU per request |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (row, Thing { name, .. }) in things.iter().enumerate() {
        for (column, connections) in CONNECTIONS.into_iter().enumerate() {
            let of = |row: usize| Figures::median(&figures[row * CONNECTIONS.len() + column]);
            // Half of the rows record, half read; the bare handler is the first of each half.
            let half = things.len() / 2;
            let (own, bare) = (of(row), of(row / half * half));
            let share = own.per_second / bare.per_second * 100.0;
            let (p50, p99) = (own.p50.as_secs_f64() * 1e3, own.p99.as_secs_f64() * 1e3);
            println!(
                "| {name} | {connections} | {:.0} | {share:.0} % | {p50:.2} ms | {p99:.2} ms | {:.1} µs |",
                own.per_second,
                own.cpu.as_secs_f64() * 1e6
            );
        }
    }
}

/// What is measured: one request to one server.
struct Thing {
    name: &'static str,
    request: Request,
    at: (SocketAddr, u32),
    status: u16,
}

/// The requests that record a reception and read its issue, and how long their answers are.
fn requests(huiyin: &Huiyin) -> (Request, Request, (usize, usize)) {
    let record = Request::post("/v1/receptions", &huiyin.token, &huiyin.reception());
    let recorded = huiyin.ask(&record);
    let read = Request::get(&format!("/v1/issues/{}", recorded["issues"][0]["id"].as_str().unwrap()), &huiyin.token);
    let lengths = (recorded.to_string().len(), huiyin.ask(&read).to_string().len());
    (record, read, lengths)
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
