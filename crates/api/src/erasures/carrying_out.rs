//! Erasures carried out, and what this side remembers of words forgotten.

use crate::state::AppState;
use casework::Failure;
use casework::erasures::carrying_out::CarriedOut;
use chrono::{DateTime, Utc};

/// Carries out what is due at an instant, and what was cut short.
///
/// # Errors
/// As those of the use case; what was begun is gone on with by the next run.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<CarriedOut, Failure> {
    app.casework.carry_out_erasures(now, &|| app.forget_openings()).await
}
