//! The public notice (公示) of a session: which units owe it and by when, what hangs on their boards against what is so, and
//! what people object to (C-5.2). Its facts are facts of the session ([`crate::session::SessionEvent`]).

mod board;
mod due;
mod objecting;
mod posting;
#[cfg(test)]
pub(crate) mod tests;

pub use board::Board;
pub use due::{NoticeDue, notice_due, owing_units};
pub use objecting::{ObjectionDraft, answer, object};
pub use posting::{AmendmentDraft, NoticeDraft, TOPICS_MAX, amend, content_faults, post, said_now};
