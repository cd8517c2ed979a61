//! How far the read models are behind the log while it grows.

use crate::client::Client;
use crate::servers::Server;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(1800);

/// The most that was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lag {
    pub events: u64,
    pub time: Duration,
}

/// Asks the server every 20 ms, from a thread of its own.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Lag>,
}

struct Sample {
    at: Instant,
    head: u64,
    /// What the slowest model has reached.
    reached: u64,
}

impl Watch {
    pub fn begin(server: &Server) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, mut client) = (Arc::clone(&stop), server.client());
        let thread = std::thread::spawn(move || {
            let mut samples = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                samples.push(sample(&mut client));
                std::thread::sleep(EVERY);
            }
            most(&samples)
        });
        Self { stop, thread }
    }

    pub fn end(self) -> Lag {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// Waits until no model is behind, and says where the log ends.
pub fn wait_for_none(server: &Server) -> u64 {
    let (begun, mut client) = (Instant::now(), server.client());
    loop {
        let Sample { head, reached, .. } = sample(&mut client);
        if reached >= head {
            return head;
        }
        assert!(begun.elapsed() < PATIENCE, "the read models do not catch up");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn sample(client: &mut Client) -> Sample {
    let answer = client.json("/v1/read-models");
    let models = answer["items"].as_array().unwrap();
    let reached = models.iter().map(|model| model["position"].as_u64().unwrap()).min().unwrap_or_default();
    Sample { at: Instant::now(), head: answer["head"].as_u64().unwrap(), reached }
}

/// In time: how long ago the log had what the slowest model has reached, to within the time between two samples.
fn most(samples: &[Sample]) -> Lag {
    let mut lag = Lag::default();
    for (at, sample) in samples.iter().enumerate() {
        lag.events = lag.events.max(sample.head - sample.reached.min(sample.head));
        if sample.reached < sample.head {
            let first = samples[..=at].partition_point(|earlier| earlier.head <= sample.reached);
            lag.time = lag.time.max(sample.at - samples[first].at.min(sample.at));
        }
    }
    lag
}
