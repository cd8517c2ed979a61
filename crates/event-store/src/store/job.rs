//! What waits for the writer.

use super::imported::Imported;
use super::request::Request;
use super::stage::Answer;
use crate::ids::Position;
use crate::store::append::AppendError;
use tokio::sync::oneshot;

/// Jobs that may wait; beyond that the caller is told to come again.
pub(crate) const QUEUE_MAX: usize = 4096;

/// Where an answer goes. The caller may be gone; what was recorded stays recorded.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, AppendError>>;

/// What waits in the queue.
pub(crate) enum Job {
    Append(Box<Request>, Reply<Answer>),
    Import(Vec<Imported>, Reply<Position>),
    /// Nothing: what was queued before it is settled when it is answered.
    Barrier(oneshot::Sender<()>),
}
