//! Every bound of the HTTP side, in one place.

use std::time::Duration;

/// Longest JSON body.
pub const JSON_BYTES_MAX: usize = 256 * 1024;
/// Longest roster file.
pub const ROSTER_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Longest file.
pub const FILE_BYTES_MAX: usize = domain::file::BYTES_MAX;
/// Files that may be on their way in at once: each takes some chunks of memory, however long it is.
pub const UPLOADS_MAX: usize = 32;
/// How many of them may be of visitors, who have no account.
pub const UPLOADS_OF_STRANGERS_MAX: usize = 8;
/// And how many of those from one address.
pub const UPLOADS_OF_AN_ADDRESS_MAX: usize = 2;
/// Bytes a second that a file comes with at least, after [`BODY_DEADLINE`].
pub const UPLOAD_RATE_MIN: u64 = 16 * 1024;
/// Deepest JSON nesting: the body itself is level 1.
pub const JSON_DEPTH_MAX: usize = 32;
/// Most faults that one answer lists; the rest are counted out by the next try.
pub const FAULTS_MAX: usize = 100;

/// Longest title, such as a name of the programme.
pub const TITLE_CHARS_MAX: usize = domain::text::TITLE_CHARS_MAX;
/// Longest subject of an issue.
pub const SUBJECT_CHARS_MAX: usize = TITLE_CHARS_MAX;
/// Longest text: statements, answers, reasons, notes.
pub const TEXT_CHARS_MAX: usize = domain::text::TEXT_CHARS_MAX;
/// Longest name of a person, office or place.
pub const NAME_CHARS_MAX: usize = domain::text::NAME_CHARS_MAX;
/// Longest telephone number or other contact.
pub const PHONE_CHARS_MAX: usize = domain::text::PHONE_CHARS_MAX;
/// Most visitors of a reception.
pub const VISITORS_MAX: usize = 50;
/// Most issues of a reception.
pub const ISSUES_MAX: usize = 15;
/// Most delegates of a reception.
pub const DELEGATES_MAX: usize = domain::reception::DELEGATES_MAX;
/// Most offices that support a handling unit.
pub const SUPPORT_OFFICES_MAX: usize = 20;

/// Highest position or version: they are signed 64-bit numbers for clients, as the document says.
pub const POSITION_MAX: u64 = i64::MAX.unsigned_abs();
/// How far beyond the head of the log `at_least` may lie: what is about to be written is waited for, anything else is a
/// mistake that waiting does not mend.
pub const AT_LEAST_AHEAD_MAX: u64 = 10_000;
/// Most receptions in which one search finds somebody.
pub const PERSONS_FOUND_MAX: usize = 100;
/// Most ids that a list may be asked for by name.
pub const IDS_MAX: usize = 100;
/// Most rows of a list that is asked for as one table.
pub const TABLE_ROWS_MAX: u64 = read_models::LIMIT_MAX as u64;
/// Longest table, as it is sent.
pub const TABLE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Longest table that stays in memory until it is sent; longer ones lie on the disk, sealed.
pub const TABLE_BYTES_IN_MEMORY: usize = 1024 * 1024;
/// Long lists that may be made into tables at once; others wait their turn.
pub const TABLES_MADE_MAX: usize = 2;
/// How long they wait.
pub const TABLE_WAIT: Duration = Duration::from_secs(20);
/// Tables that may lie on the disk until their clients have taken them.
pub const TABLES_LYING_MAX: usize = 8;

/// Most units that one command names.
pub const UNITS_MAX: usize = 50;
/// Requests by receipt codes that an address may make in a minute.
pub const RECEIPTS_A_MINUTE: u32 = 10;
/// The same of everybody together: a code has eighty bits, and guesses are no load.
pub const RECEIPTS_A_MINUTE_OF_ALL: u32 = 1_000;
/// Objections to public notices that may come from an address in an hour.
pub const OBJECTIONS_AN_HOUR: u32 = 3;
/// Days of sessions that strangers are told at once.
pub const PUBLIC_DAYS_MAX: u64 = 92;
/// Typical cases that strangers are told at once, each with its whole text.
pub const PUBLIC_CASES_MAX: u64 = 50;

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
/// Longest bearer token of ours.
pub const TOKEN_CHARS_MAX: usize = 256;
/// Longest password, code or token in a body: whatever can be one, and little more.
pub const SECRET_BYTES_MAX: usize = 2048;

/// How long a read waits for `at_least`.
pub const READ_WAIT: Duration = Duration::from_secs(2);
/// After how long, or a whole number of times as long, it is answered that something is not there, where whoever asks does not
/// see everything: far above what reading one thing takes.
pub const ABSENCE_STEP: Duration = Duration::from_millis(5);
/// How long the head of a request may take to arrive.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// How long the body of a request may take to arrive.
pub const BODY_DEADLINE: Duration = Duration::from_secs(20);
/// How long an idle connection is kept.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long running requests may finish after the signal to stop.
pub const STOP_DEADLINE_S: u64 = 10;
/// How long a client may take for the next [`WRITE_BYTES_MIN`] of an answer.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(30);
/// What a client takes of an answer within [`WRITE_DEADLINE`], at least.
pub const WRITE_BYTES_MIN: usize = 32 * 1024;
/// Most of an answer that is copied for its connection at once; the rest waits where it is.
pub const PIECE_BYTES_MAX: usize = 32 * 1024;
/// Most that is held of answers that their clients have not taken yet, all together; more large ones wait outside.
pub const UNTAKEN_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Shortest answer that is counted towards [`UNTAKEN_BYTES_MAX`].
pub const UNTAKEN_BYTES_MIN: usize = 64 * 1024;
/// Most open connections. Fewer where the process may not open so many descriptors; a quarter of them of one address.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Descriptors that connections leave for files.
pub const DESCRIPTORS_KEPT: usize = 200;
/// Connections that may wait to be accepted.
pub const BACKLOG: i32 = 2_048;

/// Most feeds of one account at once.
pub const FEEDS_OF_AN_ACCOUNT_MAX: usize = 8;
/// Most feeds at once.
pub const FEEDS_MAX: usize = 1_000;
/// Most tables, exports of people and openings of the log that one account may have made and take at once, once access rules
/// are adopted.
pub const EXPORTS_OF_AN_ACCOUNT_MAX: usize = 4;
/// Most of them at once.
pub const EXPORTS_MAX: usize = 64;
/// How long a ticket for a feed is good.
pub const TICKET_LIFE: Duration = Duration::from_secs(60);
/// Most unused tickets of one account; another one takes the place of its oldest.
pub const TICKETS_OF_AN_ACCOUNT_MAX: usize = 64;
/// Requests a second that one address may send without a valid token, where nothing else is set.
pub const RATE_ADDRESS: u32 = 20;
/// Requests a second that one account may send once access rules are adopted, where nothing else is set.
pub const RATE_ACCOUNT: u32 = 200;
/// What may come at once, in seconds of either rate.
pub const RATE_BURST_S: u32 = 5;
/// Sign-ins a minute that one address may try, all of them at once.
pub const SIGN_INS_A_MINUTE: u32 = 10;
/// Most addresses, or accounts, whose rate is kept apart; further ones share one.
pub const RATED_MAX: usize = 65_536;
/// Most proxies of ours that one request may have come through; what is before them is not looked at.
pub const PROXIES_MAX: usize = 16;

/// Lines of the security journal that may wait to be written.
pub const SECURITY_LINES_MAX: usize = 4_096;
/// Longest file of one day of it.
pub const SECURITY_DAY_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How much of it is read at a start for where tokens were used from.
pub const SECURITY_SEEN_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most pairs of a token and an address that are remembered.
pub const SECURITY_SEEN_MAX: usize = 65_536;
/// How much of it one question looks through; the next page goes on there.
pub const SECURITY_SCANNED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How long it is kept at least, days: half a year.
pub const SECURITY_DAYS_MIN: u32 = 180;

/// How many days before a certificate ends it is told.
pub const CERTIFICATE_ENDS_DAYS: u16 = 14;
/// Backups of the keys that a server keeps by itself.
pub const KEY_BACKUPS_KEPT: usize = 2;
/// How long each of them is kept, days: beside old data it opens what was erased since.
pub const KEY_BACKUP_DAYS_MAX: u16 = 30;
/// After how many days another one is made although nothing was erased, so that there are always some.
pub const KEY_BACKUP_RENEWED_AFTER_DAYS: u16 = 15;

/// Shortest answer that is compressed.
pub const PACKED_BYTES_MIN: usize = 1024;
