//! What all models share.

use crate::engine::database::Database;
use crate::engine::pages::Pages;
use crate::engine::replay::Log;
use chrono_tz::Tz;
use event_store::EventStore;
use std::sync::Arc;
use uuid::Uuid;

/// What all models share.
#[derive(Clone)]
pub(crate) struct Context {
    pub store: EventStore,
    /// The same, as folds see it.
    pub log: Arc<Log>,
    pub pages: Arc<Pages>,
    pub database: Database,
    pub log_id: Uuid,
    pub zone: Tz,
}
