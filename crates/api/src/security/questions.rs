//! `GET /v1/security-events`: the lines of the security journal.

use super::entry::{Entry, Kind};
use super::files;
use crate::http::extract::Question;
use crate::http::reference::{cursor_of, goes_on, key_of};
use crate::http::response::{Items, page};
use crate::input::body::one_of;
use crate::input::filters;
use crate::input::query::Query;
use crate::limits::SECURITY_SCANNED_BYTES_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::AccountId;
use std::io;
use std::path::Path;
use utoipa::ToSchema;
use uuid::Uuid;

/// 安全日志的一条。A line of the security journal.
#[derive(ToSchema)]
#[schema(as = SecurityEvent, example = json!({"at": "2026-11-30T04:00:00.000Z", "kind": "forbidden", "address": "192.0.2.7",
    "account_id": "0198f3c5-0000-7000-8000-000000000001", "token_id": "0198f3c5-0000-7000-8000-000000000002", "method": "GET",
    "route": "/v1/security-events", "request_id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11"}))]
#[expect(dead_code, reason = "it documents the answer; Entry is what is written")]
pub struct SecurityEvent {
    /// When it happened, or happened last where it is told as several.
    #[schema(format = DateTime, example = "2026-11-30T04:00:00.000Z")]
    at: String,
    /// 何事：`unauthenticated` 为 401，`forbidden` 为 403，`rate_limited` 为 429，`new_address` 为令牌从未曾用过的地址使用，`lost` 为缺少若干条。
    /// What happened: `unauthenticated` is 401, `forbidden` 403, `rate_limited` 429, `new_address` a token used from where it
    /// was not used before, `lost` so many lines that are missing.
    kind: Kind,
    /// So often within a minute; absent for once.
    times: Option<u64>,
    /// From where, as far as trusted proxies tell.
    #[schema(example = "192.0.2.7")]
    address: Option<String>,
    /// Whose account.
    account_id: Option<Uuid>,
    /// By which token.
    token_id: Option<Uuid>,
    /// The method of the route.
    #[schema(example = "GET")]
    method: Option<String>,
    /// The route, with its parameters instead of what stood there.
    #[schema(example = "/v1/issues/{id}")]
    route: Option<String>,
    /// Which rate was reached, as `RateLimit-Policy` names it.
    #[schema(example = "address")]
    policy: Option<String>,
    /// Id of the request, the last of several.
    request_id: Option<String>,
    /// Version of the program that started.
    #[schema(example = "0.1.0")]
    version: Option<String>,
    /// The configuration in force at the start, by names of options.
    configuration: Option<serde_json::Value>,
}

/// 安全日志的一页。A page of the security journal.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct SecurityEventPage {
    /// The lines, the earliest first. Fewer than asked for, or none, where few of those that were looked through fit.
    items: Vec<SecurityEvent>,
    /// Where the next page begins; absent once everything was looked through.
    next_cursor: Option<String>,
}

/// What is wanted.
#[derive(Clone, Debug)]
struct Wanted {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    account_id: Option<AccountId>,
    kinds: Option<Vec<Kind>>,
    /// Whoever asks does not read about themself.
    reader: Uuid,
}

impl Wanted {
    fn read(query: &mut Query, snapshot: &Snapshot, reader: Uuid) -> Self {
        query.now_only();
        let (from, to) = filters::days(query, ("from", "to"), snapshot);
        let account_id = filters::account(query, snapshot);
        let kinds = query.choices("kind", || one_of(Kind::ALL.map(Kind::as_str)), Kind::parse);
        Self { from, to, account_id, kinds, reader }
    }

    fn fits(&self, entry: &Entry) -> bool {
        entry.account_id != Some(self.reader)
            && self.account_id.is_none_or(|wanted| entry.account_id == Some(wanted.0))
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&entry.kind))
    }
}

/// Read the security journal
///
/// 安全日志：谁登录、谁被拒绝、从何处、经何路由，最早的在前；不含本人的条目。每页最多查看 16 MiB，之后由 next_cursor 继续。
///
/// The security journal: who came in and who was turned away, from where, by which route, the earliest first; without the
/// reader's own lines. A page looks through 16 MiB at most, and `next_cursor` goes on from there.
#[utoipa::path(get, path = "/v1/security-events", tag = "operations", params(
    ("from" = Option<NaiveDate>, Query, description = "这一天及以后。On this day or later."),
    ("to" = Option<NaiveDate>, Query, description = "这一天及以前。On this day or earlier."),
    ("account_id" = Option<Uuid>, Query, description = "所属账户。Of this account."),
    ("kind" = Option<String>, Query, pattern = "^(started|signed_in|sign_in_failed|signed_out|unauthenticated|forbidden|new_address|rate_limited|lost)(,(started|signed_in|sign_in_failed|signed_out|unauthenticated|forbidden|new_address|rate_limited|lost))*$", description = "类别，可用逗号分隔多个。Kinds, several with commas.", example = "sign_in_failed,forbidden"),
    ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "每页条数，默认 50。Lines a page, 50 by default."),
    ("cursor" = Option<String>, Query, description = "上一页的 next_cursor。The `next_cursor` of the page before."),
), responses(
    (status = 200, description = "一页。A page.", body = SecurityEventPage),
))]
pub(crate) async fn list_events(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let known = app.present();
    let reader = question.caller.account.id;
    let (wanted, paging, mark) = question.read(|query| {
        let wanted = Wanted::read(query, &known, reader);
        let paging = query.page();
        let mark = format!("security events {wanted:?}");
        goes_on(query, &paging, &mark);
        Some((wanted, paging, mark))
    })?;
    let after = paging.cursor.as_deref().and_then(|cursor| key_of(cursor, &mark));
    let limit = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let Some(directory) = app.journal.directory().map(Path::to_owned) else {
        return Ok(page(
            &question.path,
            &question.query,
            &Items::<Entry> { items: Vec::new(), next_cursor: None, as_of_position: None },
        ));
    };
    let _page = app.one_page().await;
    let looked = web::block(move || look(&directory, &wanted, after, limit)).await.map_err(Problem::internal)?;
    let (items, next) =
        looked.map_err(|error| Problem::new(HttpCode::StorageFailed).retry_after(5).caused_by(error))?;
    let next_cursor = next.map(|key| cursor_of(key, &mark));
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// The lines behind a place that fit, and the place where it goes on; a place is a day and a byte of its file.
fn look(
    directory: &Path,
    wanted: &Wanted,
    after: Option<u128>,
    limit: usize,
) -> io::Result<(Vec<Entry>, Option<u128>)> {
    let begin = after.and_then(|key| {
        let day = i32::try_from(key >> 64).ok().and_then(NaiveDate::from_num_days_from_ce_opt)?;
        Some((day, u64::try_from(key & u128::from(u64::MAX)).unwrap_or(u64::MAX)))
    });
    let place = |day: NaiveDate, byte: u64| u128::from(day.num_days_from_ce().unsigned_abs()) << 64 | u128::from(byte);
    let (mut items, mut scanned) = (Vec::new(), 0);
    let from = wanted.from.max(begin.map(|(day, _)| day));
    let days = files::days(directory)?.into_iter();
    for day in days.filter(|day| from.is_none_or(|from| from <= *day) && wanted.to.is_none_or(|to| *day <= to)) {
        let first = begin.filter(|(begun, _)| *begun == day).map_or(0, |(_, byte)| byte);
        let lines = match files::lines(directory, day, first) {
            // It was kept long enough meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            lines => lines?,
        };
        let mut before = first;
        for (line, at) in lines {
            if items.len() >= limit || scanned >= SECURITY_SCANNED_BYTES_MAX {
                return Ok((items, Some(place(day, before))));
            }
            scanned += at - before;
            before = at;
            // What is no line of ours was put there by somebody else; the digest in the log tells.
            items.extend(serde_json::from_slice::<Entry>(&line).ok().filter(|entry| wanted.fits(entry)));
        }
    }
    Ok((items, None))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::DateTime;

    fn wanted(reader: u128) -> Wanted {
        Wanted { from: None, to: None, account_id: None, kinds: None, reader: Uuid::from_u128(reader) }
    }

    fn line(kind: Kind, account: u128) -> Vec<u8> {
        let account_id = (account > 0).then(|| Uuid::from_u128(account));
        Entry { account_id, ..Entry::new(DateTime::UNIX_EPOCH, kind) }.line()
    }

    #[test]
    fn pages_follow_one_another_over_days_and_leave_out_the_readers_own_lines() {
        let place = tempfile::tempdir().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let put =
            |on: &str, lines: &[Vec<u8>]| std::fs::write(files::of_day(place.path(), day(on)), lines.concat()).unwrap();
        put("2026-11-29", &[line(Kind::Started, 0), line(Kind::Forbidden, 7), line(Kind::SignedIn, 8)]);
        put("2026-11-30", &[line(Kind::Unauthenticated, 0), b"{\"forged\":1}\n".to_vec(), line(Kind::Forbidden, 8)]);
        let read = |wanted: &Wanted, limit: usize| {
            let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
            loop {
                let (items, next) = look(place.path(), wanted, after, limit).unwrap();
                seen.extend(items.into_iter().map(|entry| entry.kind.as_str()));
                pages += 1;
                after = next;
                if after.is_none() {
                    return (seen, pages);
                }
            }
        };
        let all = ["started", "forbidden", "signed_in", "unauthenticated", "forbidden"];
        assert_eq!(read(&wanted(1), 100), (all.to_vec(), 1));
        assert_eq!(read(&wanted(1), 1).0, all);
        assert_eq!(read(&wanted(7), 2).0, ["started", "signed_in", "unauthenticated", "forbidden"]);
        let of_eight = Wanted { account_id: Some(AccountId(Uuid::from_u128(8))), ..wanted(1) };
        assert_eq!(read(&of_eight, 100).0, ["signed_in", "forbidden"]);
        let forbidden = Wanted { kinds: Some(vec![Kind::Forbidden]), ..wanted(1) };
        assert_eq!(read(&forbidden, 1).0, ["forbidden", "forbidden"]);
        let first = Wanted { to: Some(day("2026-11-29")), ..wanted(1) };
        assert_eq!(read(&first, 100).0.len(), 3);
        let second = Wanted { from: Some(day("2026-11-30")), ..wanted(1) };
        assert_eq!(read(&second, 100).0.len(), 2);
    }
}
