//! What waits, against the domain's own word on every issue and session.

use super::fixture::Office;
use super::models::{caught_up, opened};
use crate::engine::sqlite::Sql;
use chrono::DateTime;
use domain::event::Event;
use domain::ids::{AccountId, IssueId, SessionId};
use domain::issue::Issue;
use domain::session::Session;
use domain::{Fold as _, Stamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One thing that waits: what, about what, and who asked.
type Waits = (String, Uuid, Option<Uuid>);

fn asked(by: Option<AccountId>) -> Option<Uuid> {
    by.map(|account| account.0)
}

/// What issues and sessions say of themselves.
async fn counted(office: &Office) -> Vec<Waits> {
    let (mut issues, mut sessions) = (BTreeMap::<IssueId, Issue>::new(), BTreeMap::<SessionId, Session>::new());
    for recorded in office.everything().await {
        let leaf = recorded.leaf().unwrap();
        let instant = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let stamp = Stamp {
            position: recorded.position.0,
            version: leaf.version.0,
            occurred_at: instant(leaf.occurred_at),
            recorded_at: instant(leaf.recorded_at),
            policy: leaf.policy.map(|position| position.0),
            calendar: leaf.calendar.map(|position| position.0),
            account: AccountId::of_actor(&leaf.actor),
        };
        let id = leaf.stream.uuid();
        let event = Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap();
        if let Event::Issue(event) = &event {
            issues.entry(IssueId(id.unwrap())).or_default().apply(event, &stamp);
        } else if let Event::Session(event) = &event {
            sessions.entry(SessionId(id.unwrap())).or_default().apply(event, &stamp);
        }
    }
    let mut waits = Vec::new();
    for (id, issue) in &issues {
        let corrections = issue.corrections.pending().iter().map(|one| ("correction".to_owned(), id.0, asked(one.by)));
        waits.extend(corrections);
        let reopening = issue.reopening_pending.as_ref().map(|one| ("reopening".to_owned(), id.0, asked(one.by)));
        waits.extend(reopening);
        let extension = issue.extension.as_ref().filter(|_| issue.extension_pending());
        waits.extend(extension.map(|one| ("extension".to_owned(), id.0, asked(one.by))));
    }
    for (id, session) in &sessions {
        let corrections =
            session.corrections.pending().iter().map(|one| ("correction".to_owned(), id.0, asked(one.by)));
        waits.extend(corrections);
    }
    waits.sort();
    waits
}

/// What could go wrong: what was decided goes on waiting, or what waits was asked for by nobody.
#[tokio::test]
async fn what_waits_is_what_issues_and_sessions_say_and_by_whom_it_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read-models.sqlite");
    let mut office = Office::open(31, &[2026]).await;
    office.live(120).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let sql = Sql::to_read(&path).unwrap();
    // A request that lapsed stays in the rows until its board, which says so, is asked.
    let select = "select what, thing_id, asked_by from waiting_rows where family in ('issue', 'session') and (what <> 'extension' \
                  or exists (select 1 from issue_board_rows as issue where issue.issue_id = thing_id and issue.extension_pending))";
    let mut rows: Vec<Waits> = sql
        .rows(select, &[], |columns| Ok((columns.text()?.to_owned(), columns.id()?, columns.id_optional()?)))
        .unwrap();
    rows.sort();
    let counted = counted(&office).await;
    assert!(counted.iter().any(|(what, _, _)| what == "correction"), "{counted:?}");
    assert_eq!(rows, counted);
    models.shutdown().await;
}
