//! What grows with the log: catching up, rebuilding, opening, disk and memory.

use crate::asker::Asker;
use crate::client::Client;
use crate::engine::Load;
use crate::lag::wait_for_none;
use crate::process::resident;
use crate::row::Row;
use crate::run::CONNECTIONS;
use crate::servers::Server;
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::process::Command;
use std::time::{Duration, Instant};

/// How long receptions are recorded before the kill.
const LOAD_BEFORE_KILL: Duration = Duration::from_secs(2);

/// Of one store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Growing {
    pub events: u64,
    /// Events a second, from nothing, all read models; catching up is from the start of the process until it is ready.
    pub catch_up: f64,
    pub rebuild: f64,
    /// Seconds from the start of the process until it is ready.
    pub after_stop: f64,
    pub after_kill: f64,
    /// Bytes an event.
    pub log_bytes: f64,
    pub models_bytes: f64,
    /// Resident, MB.
    pub caught_up_mb: f64,
    pub rebuilt_mb: f64,
    pub restarted_mb: f64,
}

/// Leaves the store caught up and stopped.
pub fn measure(store: &Store) -> Growing {
    store.forget_read_models();
    let server = store.serve();
    let caught_up = server.ready();
    let events = wait_for_none(&server);
    let caught_up_mb = megabytes(&server);
    let begun = Instant::now();
    rebuild(&server);
    let rebuilt = begun.elapsed();
    let rebuilt_mb = megabytes(&server);
    server.stop();
    let server = store.serve();
    let after_stop = server.ready();
    let restarted_mb = megabytes(&server);
    kill_under_load(store, server);
    let server = store.serve();
    let after_kill = server.ready();
    let at_last = wait_for_none(&server);
    server.stop();
    let (log, models) = store.bytes();
    let each = |bytes: u64| bytes as f64 / at_last as f64;
    Growing {
        events,
        catch_up: events as f64 / caught_up.as_secs_f64(),
        rebuild: events as f64 / rebuilt.as_secs_f64(),
        after_stop: after_stop.as_secs_f64(),
        after_kill: after_kill.as_secs_f64(),
        log_bytes: each(log),
        models_bytes: each(models),
        caught_up_mb,
        rebuilt_mb,
        restarted_mb,
    }
}

/// Folds every read model from nothing, and waits until all are read again.
fn rebuild(server: &Server) {
    let mut client = server.client();
    for model in client.json("/v1/read-models")["items"].as_array().unwrap() {
        let path = format!("/v1/read-models/{}/rebuild", model["name"].as_str().unwrap());
        let (status, body) = client.post(&path, "{}");
        assert!((200..300).contains(&status), "{path}: {}", String::from_utf8_lossy(&body));
    }
    let rebuilding = |client: &mut Client| {
        let told = client.json("/v1/read-models");
        told["items"].as_array().unwrap().iter().any(|model| model.get("rebuilding").is_some())
    };
    while rebuilding(&mut client) {
        std::thread::sleep(Duration::from_millis(5));
    }
    wait_for_none(server);
}

/// Ends the server as a power cut does, in the midst of receptions.
fn kill_under_load(store: &Store, server: Server) {
    let mut asker = Asker::of(&server, &store.ids);
    let pid = server.pid.to_string();
    let killing = std::thread::spawn(move || {
        std::thread::sleep(LOAD_BEFORE_KILL);
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    });
    Load::until_killed(&server, Row::Receptions, &mut asker, CONNECTIONS);
    killing.join().unwrap();
}

fn megabytes(server: &Server) -> f64 {
    resident(server.pid) as f64 / 1e6
}
