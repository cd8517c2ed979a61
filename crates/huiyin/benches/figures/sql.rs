//! A plain SQL count over the same rows: what the figure would cost without counters.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};

const TIMES: u32 = 5;

/// How many issues there are.
pub fn issues(data: &Path) -> i64 {
    run(data, async |connection| count(connection, "select count(*) from issue_board").await)
}

/// Mean time of a count, after one to warm up.
pub fn timed(data: &Path, sql: &str) -> Duration {
    run(data, async |connection| {
        count(connection, sql).await;
        let begun = Instant::now();
        for _ in 0..TIMES {
            count(connection, sql).await;
        }
        begun.elapsed() / TIMES
    })
}

async fn count(connection: &mut SqliteConnection, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(connection).await.unwrap()
}

fn run<T>(data: &Path, ask: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(data.join("read-models.sqlite")).read_only(true);
        let mut connection = options.connect().await.unwrap();
        ask(&mut connection).await
    })
}
