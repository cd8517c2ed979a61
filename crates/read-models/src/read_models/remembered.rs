//! The figures that are given again for as long as the rows stay the same.

use super::answers::Answers;
use crate::dashboards::{Dashboard, DashboardBy, DashboardQuery, MajorDashboard};
use crate::engine::within::Within;
use chrono::NaiveDate;
use std::hash::Hash;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Bytes of the answers of one kind.
const BYTES_MAX: usize = 2 << 20;

/// Answers of dashboards.
pub(super) struct Remembered {
    /// By the counters.
    pub dashboards: Arc<Answers<(DashboardBy, DashboardQuery, NaiveDate), Dashboard>>,
    pub major_dashboards: Arc<Answers<(DashboardQuery, NaiveDate), MajorDashboard>>,
    /// Within scopes of which there are no counters.
    pub narrow_dashboards: Answers<(DashboardBy, DashboardQuery, Within, NaiveDate), Dashboard>,
    pub narrow_major_dashboards: Answers<(DashboardQuery, Within, NaiveDate), MajorDashboard>,
    /// Held by whoever counts those from the rows.
    pub counting: Mutex<()>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            dashboards: Arc::new(of_dashboards()),
            major_dashboards: Arc::new(of_major_dashboards()),
            narrow_dashboards: of_dashboards(),
            narrow_major_dashboards: of_major_dashboards(),
            counting: Mutex::default(),
        }
    }
}

impl Remembered {
    /// Bytes taken, and those that may be taken.
    pub fn bytes(&self) -> (usize, usize) {
        let all = [
            self.dashboards.bytes(),
            self.major_dashboards.bytes(),
            self.narrow_dashboards.bytes(),
            self.narrow_major_dashboards.bytes(),
        ];
        all.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

fn of_dashboards<K: Eq + Hash>() -> Answers<K, Dashboard> {
    Answers::new(BYTES_MAX, |answer: &Dashboard| answer.as_of_position, Dashboard::bytes)
}

fn of_major_dashboards<K: Eq + Hash>() -> Answers<K, MajorDashboard> {
    Answers::new(BYTES_MAX, |answer: &MajorDashboard| answer.as_of_position, MajorDashboard::bytes)
}
