//! The streams that a review has to fold.

use super::touch::Of;
use super::{DEFINITION, Kind};
use crate::engine::checkpoint;
use crate::engine::columns::{Columns, bigint, misread};
use crate::engine::list::ListError;
use domain::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use event_store::Position;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use uuid::Uuid;

/// Whose review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewOf {
    /// A delegate's.
    Delegate(DelegateId),
    /// A grid's.
    Grid(AreaId),
    /// Everybody's.
    Town,
}

/// Streams that may matter, each kind in the order of its ids. There may be some that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewStreams {
    /// Issues whose first event is not beyond the position asked for.
    pub issues: Vec<IssueId>,
    /// Receptions likewise.
    pub receptions: Vec<ReceptionId>,
    /// The log up to here is in the index; complete for any position up to it.
    pub as_of_position: Position,
}

/// The streams for the review of `year`, as far as they had begun at `up_to`.
pub(crate) async fn review_streams(
    pool: &SqlitePool,
    year: i32,
    of: ReviewOf,
    up_to: Position,
) -> Result<ReviewStreams, ListError> {
    // One snapshot for both kinds and the position.
    let mut transaction = pool.begin().await?;
    let checkpoint = checkpoint::load(&mut transaction, DEFINITION.name).await?;
    let issues = streams(&mut transaction, year, of, Kind::Issue, up_to).await?;
    let receptions = streams(&mut transaction, year, of, Kind::Reception, up_to).await?;
    transaction.commit().await?;
    Ok(ReviewStreams {
        issues: issues.into_iter().map(IssueId).collect(),
        receptions: receptions.into_iter().map(ReceptionId).collect(),
        as_of_position: checkpoint.map_or(Position(0), |checkpoint| checkpoint.position),
    })
}

async fn streams(
    sql: &mut SqliteConnection,
    year: i32,
    of: ReviewOf,
    kind: Kind,
    up_to: Position,
) -> Result<Vec<Uuid>, sqlx::Error> {
    // Every stream has a grid, so the town's are those of all grids.
    let (of_kind, of_id) = match of {
        ReviewOf::Delegate(id) => (Of::Delegate(id.0).stored().0, Some(id.0)),
        ReviewOf::Grid(id) => (Of::Grid(id.0).stored().0, Some(id.0)),
        ReviewOf::Town => (Of::Grid(Uuid::nil()).stored().0, None),
    };
    let mut query = QueryBuilder::<Sqlite>::new("select stream_id from review_stream where year = ");
    query.push_bind(i64::from(year)).push(" and of_kind = ").push_bind(of_kind);
    narrow(&mut query, of_id, up_to);
    query.push(" and stream_kind = ").push_bind(kind.stored());
    if kind == Kind::Issue {
        query.push(" union all select stream_id from review_waiting where of_kind = ").push_bind(of_kind);
        narrow(&mut query, of_id, up_to);
        query.push(" and since_year <= ").push_bind(i64::from(year));
    }
    let rows = query.build().fetch_all(sql).await?;
    let mut ids = rows.iter().map(read_id).collect::<Result<Vec<Uuid>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn narrow(query: &mut QueryBuilder<Sqlite>, of_id: Option<Uuid>, up_to: Position) {
    if let Some(id) = of_id {
        query.push(" and of_id = ").push_bind(id.as_bytes().to_vec());
    }
    query.push(" and first_position <= ").push_bind(bigint(up_to.0));
}

fn read_id(row: &SqliteRow) -> Result<Uuid, sqlx::Error> {
    let bytes: &[u8] = Columns::of(row).get()?;
    Uuid::from_slice(bytes).map_err(|_| misread("an id of another length"))
}
