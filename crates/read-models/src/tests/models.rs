//! Models over a file: started, waited for, asked, and their rows looked at.

use super::fixture::{Office, ZONE};
use crate::engine::check::{self, Pace};
use crate::engine::database::Database;
use crate::engine::sqlite::Sql;
use crate::engine::table::Names;
use crate::*;
use std::path::Path;
use std::time::{Duration, Instant};

pub const PATIENCE: Duration = Duration::from_secs(20);

pub async fn opened(office: &Office, path: &Path) -> ReadModels {
    let models = ReadModels::open(Some(path), office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models
}

/// Every model has rows that may be read, up to the head.
pub async fn caught_up(office: &Office, models: &ReadModels) {
    let head = office.store.head().position;
    for _ in 0..PATIENCE.as_millis() / 10 {
        if models.hold(head) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:#?}", models.health());
}

/// What short lives need not come to; tests of typical cases and of obligations fill these.
const RARE: [&str; 5] = [
    "obligation_member",
    "undertaking_list_public_rows",
    "named_answers_sight_rows",
    "undertaking_list_reopened_rows",
    "undertaking_list_source_rows",
];

/// Every row of every table, as SQLite would print it.
pub fn dump(path: &Path) -> Vec<String> {
    let sql = Sql::to_read(path).unwrap();
    let texts = |select: &str, value: Value<'_>| {
        let values: &[Value<'_>] = if select.contains('$') { &[value] } else { &[] };
        sql.rows(select, values, |columns| columns.text().map(str::to_owned)).unwrap()
    };
    // The tables and their columns are the database's own, so that none can be forgotten.
    let tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' \
                  order by name";
    let tables = texts(tables, Value::Null);
    assert!(tables.len() > 8, "{tables:?}");
    let mut lines = Vec::new();
    for table in tables {
        let columns = texts("select name from pragma_table_info($1) order by cid", table.as_str().into());
        let quoted: Vec<_> = columns.iter().map(|column| format!("quote({column})")).collect();
        let query = format!("select concat_ws(', ', '{table}', {}) from {table}", quoted.join(", "));
        let mut rows = texts(&query, Value::Null);
        assert!(!rows.is_empty() || RARE.contains(&table.as_str()), "{table}");
        rows.sort();
        lines.append(&mut rows);
    }
    lines
}

pub fn stopped(health: &ModelHealth) -> &str {
    let ModelState::Stopped { why } = &health.state else {
        panic!("{health:?}");
    };
    why
}

const MODELS: [Definition; 12] = [
    issue_board::DEFINITION,
    reception_list::DEFINITION,
    session_list::DEFINITION,
    major_issue_board::DEFINITION,
    obligations::DEFINITION,
    leave_list::DEFINITION,
    named_answers::DEFINITION,
    waiting::DEFINITION,
    undertaking_list::DEFINITION,
    fact_counts::DEFINITION,
    dashboards::DEFINITION,
    review_index::DEFINITION,
];

/// The rows of every model add up to what is kept with its checkpoint.
pub async fn rows_are_as_written(path: &Path) {
    for model in MODELS {
        check::check(&model, Names::READ, &Database::at(Some(path)), Pace::AtOnce).await.unwrap();
    }
}

pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

pub async fn list(office: &Office, models: &ReadModels) -> Result<Listed<IssueRow>, ListError> {
    let request = PageRequest { limit: 1_000, cursor: None };
    models.issues(&IssueQuery::default(), office.today(), &request).await
}

/// The list, as soon as there is one: what is answered until then is that there is none.
pub async fn listed(office: &Office, models: &ReadModels) -> usize {
    let begun = Instant::now();
    loop {
        match list(office, models).await {
            Ok(page) => return page.items.len(),
            Err(ListError::Unavailable(_)) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("{error}: {:#?}", models.health()),
        }
    }
}

pub fn every_one_stopped(models: &ReadModels) -> bool {
    models.health().iter().all(|model| matches!(model.state, ModelState::Stopped { .. }))
}
