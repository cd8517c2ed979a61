//! Every bound of the HTTP side, in one place.

use std::time::Duration;

/// Longest JSON body.
pub const JSON_BYTES_MAX: usize = 256 * 1024;
/// Longest roster file.
pub const ROSTER_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Deepest JSON nesting: the body itself is level 1.
pub const JSON_DEPTH_MAX: usize = 32;
/// Most faults that one answer lists; the rest are counted out by the next try.
pub const FAULTS_MAX: usize = 100;

/// Longest subject of an issue.
pub const SUBJECT_CHARS_MAX: usize = 200;
/// Longest text: statements, answers, reasons, notes.
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Longest name of a person, office or place.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest telephone number or other contact.
pub const PHONE_CHARS_MAX: usize = 50;
/// Most visitors of a reception.
pub const VISITORS_MAX: usize = 50;
/// Most issues of a reception.
pub const ISSUES_MAX: usize = 15;
/// Most delegates of a reception.
pub const DELEGATES_MAX: usize = domain::reception::DELEGATES_MAX;
/// Most offices that support a handling unit.
pub const SUPPORT_OFFICES_MAX: usize = 20;

/// Longest query string.
pub const QUERY_BYTES_MAX: usize = 8 * 1024;
/// Page size where the client names none.
pub const PAGE_DEFAULT: u64 = 50;
/// Largest page.
pub const PAGE_MAX: u64 = 1000;
/// Longest cursor.
pub const CURSOR_CHARS_MAX: usize = 1024;
/// Longest `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;
/// Longest `X-Request-Id` that is taken over from the client.
pub const REQUEST_ID_CHARS_MAX: usize = 64;
/// Longest bearer token.
pub const TOKEN_CHARS_MAX: usize = 256;

/// How long a read waits for `at_least`.
pub const READ_WAIT: Duration = Duration::from_secs(2);
/// How long the head of a request may take to arrive.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// How long the body of a request may take to arrive.
pub const BODY_DEADLINE: Duration = Duration::from_secs(20);
/// How long an idle connection is kept.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long running requests may finish after the signal to stop.
pub const STOP_DEADLINE_S: u64 = 10;
/// Most open connections per worker.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Connections that may wait to be accepted.
pub const BACKLOG: u32 = 2_048;
