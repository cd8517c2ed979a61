//! A town that a benchmark opens: a log in a directory, under a clock that stands or is told.

use casework::Casework;
use casework::bootstrap::{Bootstrap, Started};
use chrono::NaiveDate;
use event_store::open::{OpenOptions, OpenedLog, open};
use event_store::{EventStore, KeyDirectory};
use simulate::SimulatedClock;
use std::path::Path;
use std::sync::Arc;

/// An opened town.
pub struct Town {
    pub store: EventStore,
    pub keys: Arc<KeyDirectory>,
    pub casework: Arc<Casework>,
    pub token: String,
}

/// Opens it, or begins it.
pub async fn opened(dir: &Path, clock: &SimulatedClock) -> Town {
    let options = OpenOptions::new(dir.join("data"), dir.join("data.keys"));
    let OpenedLog { log, keys, .. } =
        open(&options, &|_| {}).await.unwrap_or_else(|error| panic!("{}", error.message.en));
    let store = EventStore::start(log, clock.clock()).await.unwrap();
    let keys = Arc::new(keys);
    let kept = dir.join("token");
    let keep = |token: &casework::access::tokens::FreshToken| {
        std::fs::write(&kept, &*token.text).unwrap();
        Ok(())
    };
    let Started { casework, .. } =
        Casework::start(store.clone(), Arc::clone(&keys), clock.clock(), &bootstrap(), keep).await.unwrap();
    Town { store, keys, casework: Arc::new(casework), token: std::fs::read_to_string(kept).unwrap() }
}

/// What the product has compiled in, as far as the story needs it.
fn bootstrap() -> Bootstrap {
    Bootstrap {
        town: "江桥镇".to_owned(),
        programme: "两代表网格化联系服务活动".to_owned(),
        effective_on: NaiveDate::from_ymd_opt(2023, 12, 1).unwrap(),
        policy: serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap(),
        calendars: vec![
            serde_json::from_str(include_str!("../../../../data/calendars/2025.json")).unwrap(),
            serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap(),
        ],
        software: "huiyin counts".to_owned(),
        demo: true,
    }
}
