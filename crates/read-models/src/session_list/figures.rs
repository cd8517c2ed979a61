//! `GET /v1/dashboards/sessions`: every figure is as long as the list behind it.

use crate::dashboards::Ratio;
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::Sql;
use crate::engine::within::{Conditions, Of, Within};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::AreaId;
use event_store::Position;

/// Which sessions are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFiguresQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Held on or after.
    pub from: Option<NaiveDate>,
    /// Held on or before.
    pub to: Option<NaiveDate>,
    /// What whoever asks may see.
    pub within: Within,
}

/// Whose a session is: its grid's, and theirs who had a duty in it or came.
const WITHIN: Conditions = Conditions {
    grids: "grid_id in",
    delegates: &[
        "exists (select 1 from session_list_delegate_rows as duty where duty.held_on = session_list_rows.held_on \
                  and duty.session_id = session_list_rows.session_id and duty.delegate_id in",
    ],
    accounts: None,
    line: Of::All,
    offices: &[],
};

/// The figures of every grid that has a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFigures {
    /// The log up to here is in the figures.
    pub as_of_position: Position,
    /// A row a grid, by id.
    pub rows: Vec<SessionFiguresRow>,
}

/// How many slots there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// Of Party delegates.
    pub party: u64,
    /// Of deputies.
    pub deputy: u64,
}

/// The figures of one grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionFiguresRow {
    /// The grid.
    pub grid_id: AreaId,
    /// Sessions, whatever became of them.
    pub planned: u64,
    /// Held.
    pub held: u64,
    /// Valid today.
    pub valid: u64,
    /// Invalid today.
    pub invalid: u64,
    /// Not judged yet.
    pub pending: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Their day is over, and they were neither held nor cancelled.
    pub not_held: u64,
    /// Closed, and nobody had come.
    pub zero_visitor: u64,
    /// Slots of sessions that are not cancelled.
    pub duties: Duties,
    /// Slots checked in, of those of days that are over, of sessions that are not cancelled, but for those on leave.
    pub attendance: Ratio,
    /// Notices of sessions whose verdict stands: those in time and as it was, of those owed.
    pub notices: Ratio,
}

impl SessionFiguresRow {
    /// Of a grid without sessions.
    pub fn none(grid_id: AreaId) -> Self {
        Self {
            grid_id,
            planned: 0,
            held: 0,
            valid: 0,
            invalid: 0,
            pending: 0,
            cancelled: 0,
            not_held: 0,
            zero_visitor: 0,
            duties: Duties::default(),
            attendance: Ratio::default(),
            notices: Ratio::default(),
        }
    }
}

/// The figures by grid. `today` is the town's date that verdicts refer to.
pub(crate) fn figures(sql: &Sql, query: &SessionFiguresQuery, today: NaiveDate) -> Result<SessionFigures, ListError> {
    let as_of_position = checkpoint::position(sql, super::DEFINITION.name)?;
    let mut rows = Vec::new();
    asked(query, today).each(sql, |columns| {
        rows.push(SessionFiguresRow {
            grid_id: AreaId(columns.id()?),
            planned: columns.number()?,
            held: columns.number()?,
            valid: columns.number()?,
            invalid: columns.number()?,
            pending: columns.number()?,
            cancelled: columns.number()?,
            not_held: columns.number()?,
            zero_visitor: columns.number()?,
            duties: Duties { party: columns.number()?, deputy: columns.number()? },
            attendance: Ratio { n: columns.number()?, of: columns.number()? },
            notices: Ratio { n: columns.number()?, of: columns.number()? },
        });
        Ok(())
    })?;
    Ok(SessionFigures { as_of_position, rows })
}

/// The question as SQL.
pub(crate) fn asked(query: &SessionFiguresQuery, today: NaiveDate) -> Question {
    let today = today.num_days_from_ce();
    let counted = [
        "held".to_owned(),
        format!("verdict = 'valid' and settles_on <= {today}"),
        format!("verdict = 'invalid' and settles_on <= {today}"),
        format!("verdict is not null and settles_on > {today}"),
        "state = 'cancelled'".to_owned(),
        format!("not held and state <> 'cancelled' and held_on < {today}"),
        "visitor_count = 0".to_owned(),
    ];
    let mut question = Question::of("select grid_id, count(*)");
    for when in counted {
        question.push(", sum(case when ").push(&when).push(" then 1 else 0 end)");
    }
    question.push(", sum(party_duties), sum(deputy_duties)");
    for duties in ["duties_attended", "duties_owed"] {
        question.push(&format!(", sum(case when held_on < {today} then {duties} else 0 end)"));
    }
    for notices in ["notices_kept", "notices_owed"] {
        question.push(&format!(", sum(case when settles_on <= {today} then {notices} else 0 end)"));
    }
    question.push(" from session_list_rows where held_on >= ").bind(query.from.unwrap_or(NaiveDate::MIN));
    question.push(" and held_on <= ").bind(query.to.unwrap_or(NaiveDate::MAX));
    if let Some(grid) = query.grid_id {
        question.push(" and grid_id = ").bind(grid.0);
    }
    query.within.also(&mut question, &WITHIN);
    question.push(" group by grid_id order by grid_id");
    question
}
