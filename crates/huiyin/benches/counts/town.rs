//! A town to count in: a few months of a story that is the same each time, told into a data directory, under a clock that
//! stands still.

use casework::Casework;
use casework::bootstrap::{Bootstrap, Started};
use chrono::{DateTime, NaiveDate, Utc};
use event_store::open::{OpenOptions, OpenedLog, open};
use event_store::{EventStore, KeyDirectory};
use simulate::{Extent, SimulatedClock, tell};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

const BEGINS: &str = "2025-09-01T00:00:00Z";
const ENDS: &str = "2025-12-01T01:00:00Z";

/// An opened town.
pub struct Town {
    pub store: EventStore,
    pub keys: Arc<KeyDirectory>,
    pub casework: Arc<Casework>,
    pub token: String,
}

/// Tells the story, outside of what is counted.
pub fn found(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = SimulatedClock::standing_at(at(BEGINS));
        let town = town(dir, &clock).await;
        let mut extent = Extent::ending_now(0, 1000, 7);
        (extent.begins_at, extent.until) = (at(BEGINS), at(ENDS));
        tell(&town.casework, &clock, &extent, &|_, _| ControlFlow::Continue(())).await.unwrap();
        town.store.shutdown().await;
    });
}

/// The town as the story left it.
pub async fn reopened(dir: &Path) -> Town {
    town(dir, &SimulatedClock::standing_at(at(ENDS))).await
}

async fn town(dir: &Path, clock: &SimulatedClock) -> Town {
    let options = OpenOptions::new(dir.join("data"), dir.join("data.keys"));
    let OpenedLog { log, keys, .. } =
        open(&options, &|_| {}).await.unwrap_or_else(|error| panic!("{}", error.message.en));
    let store = EventStore::start(log, clock.clock()).await.unwrap();
    let keys = Arc::new(keys);
    let kept = dir.join("token");
    let keep = |token: &casework::accounts::FreshToken| {
        std::fs::write(&kept, &*token.text).unwrap();
        Ok(())
    };
    let Started { casework, .. } =
        Casework::start(store.clone(), Arc::clone(&keys), clock.clock(), &bootstrap(), keep).await.unwrap();
    Town { store, keys, casework: Arc::new(casework), token: std::fs::read_to_string(kept).unwrap() }
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
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
