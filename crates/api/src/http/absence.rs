//! What is not there, and what is there and not to be seen, are answered alike, and after the same time: the one takes a look
//! into an index, the other the thing read and held against who asks, and that difference would say which it was.

use crate::accounts::guard;
use crate::limits::ABSENCE_STEP;
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use std::time::{Duration, Instant};

/// Holds the answer that something is not there until a whole number of [`ABSENCE_STEP`]s is over, where whoever asks does not
/// see everything. Nothing is held meanwhile but the request itself.
pub(crate) async fn even_out(request: &HttpRequest, began: Instant, answered: &Result<HttpResponse, Problem>) {
    let status = match answered {
        Ok(answer) => answer.status(),
        Err(problem) => problem.status(),
    };
    if status == StatusCode::NOT_FOUND && guard::is_narrowed(request) {
        tokio::time::sleep_until((began + whole_steps(began.elapsed())).into()).await;
    }
}

/// The next whole number of steps after so long.
fn whole_steps(took: Duration) -> Duration {
    let steps = took.as_nanos() / ABSENCE_STEP.as_nanos() + 1;
    ABSENCE_STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_waits_for_the_end_of_a_step() {
        let after = |us| whole_steps(Duration::from_micros(us));
        assert_eq!((after(0), after(1), after(4_999)), (ABSENCE_STEP, ABSENCE_STEP, ABSENCE_STEP));
        assert_eq!((after(5_000), after(12_345)), (ABSENCE_STEP * 2, ABSENCE_STEP * 3));
    }
}
