//! Futures behind pointers: compiled where they stand, once, and not wherever they are awaited.

/// Puts an `async fn` behind a pointer: every use case that another crate awaits. `?Send` where it stays on its thread.
pub use async_recursion::async_recursion as boxed;
use std::pin::Pin;

/// Something under way, behind a pointer. An `async fn` is compiled where it is awaited, once more in every crate; what is
/// behind a pointer is compiled where it stands. Beside an append, or a request, the allocation is nothing.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The same of a decision, which stays on its thread.
pub type LocalBoxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
