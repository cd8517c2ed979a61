//! `GET /v1/activities`, `/v1/meetings`, `/v1/studies`, `/v1/deeds`, `/v1/appointments`, `/v1/typical-cases`: which of them match.

use super::cases::ANNOTATION_DUE;
use super::family::UndertakingFamily;
use super::row::{MODEL, READ, read};
use crate::engine::checkpoint;
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageRequest, Select, once_each};
use crate::engine::sqlite::{Sql, SqlError};
use crate::engine::within::{Conditions, Of, Within};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{ActivityFault, AppointmentState, DeedState};
use event_store::Position;
use uuid::Uuid;

/// Filters of a list of one family; an absent one lets everything through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndertakingQuery {
    /// Of this family.
    pub family: UndertakingFamily,
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Of this delegate.
    pub delegate_id: Option<DelegateId>,
    /// Listed under this day or a later one.
    pub from: Option<NaiveDate>,
    /// Listed under this day or an earlier one.
    pub to: Option<NaiveDate>,
    /// Of this kind.
    pub kind: Option<&'static str>,
    /// In any of these states; none named means all.
    pub states: Vec<&'static str>,
    /// Of deeds: whether the day promised is past, with the deed neither done nor given up. Of appointments: whether the day agreed
    /// is past, with the appointment neither kept nor called off.
    pub overdue: Option<bool>,
    /// Of activities: lacking this.
    pub fault: Option<ActivityFault>,
    /// Of typical cases: whether an annotation is due.
    pub annotation_due: Option<bool>,
    /// What whoever asks may see.
    pub within: Within,
}

impl UndertakingQuery {
    /// All of a family.
    pub fn of(family: UndertakingFamily) -> Self {
        Self {
            family,
            grid_id: None,
            delegate_id: None,
            from: None,
            to: None,
            kind: None,
            states: Vec::new(),
            overdue: None,
            fault: None,
            annotation_due: None,
            within: Within::default(),
        }
    }

    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string());
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let flag = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
        QueryMark::of(self.family.as_str())
            .with("grid_id", id(self.grid_id.map(|id| id.0)).as_deref())
            .with("delegate_id", id(self.delegate_id.map(|id| id.0)).as_deref())
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("kind", self.kind)
            .with("state", Some(&once_each(&self.states).join(",")))
            .with("fault", self.fault.map(ActivityFault::as_str))
            .with("overdue", flag(self.overdue))
            .with("annotation_due", flag(self.annotation_due))
    }
}

/// The ids of one page of those that match, the newest day first. `today` is the town's date.
pub(crate) fn list(
    sql: &Sql,
    query: &UndertakingQuery,
    today: NaiveDate,
    request: &PageRequest,
) -> Result<Listed<Uuid>, ListError> {
    let (select, order) = asked(query, today);
    let place = |(id, on): &(Uuid, NaiveDate)| Cursor { key: on.num_days_from_ce().into(), id: *id };
    let Listed { items, next_cursor, as_of_position } = select.page(sql, order, request, &query.mark(), read, place)?;
    Ok(Listed { items: items.into_iter().map(|(id, _)| id).collect(), next_cursor, as_of_position })
}

/// How many match each of these, and up to where the log is in the rows.
pub(crate) fn counts(
    sql: &Sql,
    queries: &[UndertakingQuery],
    today: NaiveDate,
) -> Result<(Vec<u64>, Position), ListError> {
    let counts =
        queries.iter().map(|query| asked(query, today).0.count(sql)).collect::<Result<Vec<u64>, SqlError>>()?;
    Ok((counts, checkpoint::position(sql, MODEL)?))
}

/// The question as SQL.
pub(crate) fn asked(query: &UndertakingQuery, today: NaiveDate) -> (Select, Order) {
    let model = MODEL;
    let order = |key, id| Order { key, key_kind: KeyKind::Day, id, descending: true };
    let whose = query.delegate_id.map(|who| who.0).or(query.grid_id.map(|grid| grid.0));
    let (mut select, order) = if let Some(whose) = whose {
        // A cross join, since whose it is comes first: those are in the order of the list.
        let mut select = Select::new(READ, model, OF);
        select.also_bind("whose.who_id = ", Some(whose));
        select.also_bind("whose.family = ", Some(query.family.as_str()));
        select.also_bind("whose.on_day >= ", query.from);
        select.also_bind("whose.on_day <= ", query.to);
        (select, order("whose.on_day", "whose.thing_id"))
    } else {
        let mut select = Select::new(READ, model, ALL);
        select.also_bind("undertaking_list.family = ", Some(query.family.as_str()));
        select.also_bind("undertaking_list.on_day >= ", query.from);
        select.also_bind("undertaking_list.on_day <= ", query.to);
        (select, order("undertaking_list.on_day", "undertaking_list.thing_id"))
    };
    query
        .within
        .narrow(&mut select, if query.family == UndertakingFamily::TypicalCase { &OF_CASES } else { &OF_OTHERS });
    if let (Some(_), Some(grid)) = (query.delegate_id, query.grid_id) {
        select.also_bind(ALSO_OF, Some(grid.0));
        select.push(")");
    }
    select.also_bind("undertaking_list.kind = ", query.kind);
    if !query.states.is_empty() {
        select.also("undertaking_list.state in");
        select.bind_list(once_each(&query.states).into_iter());
    }
    if let Some(fault) = query.fault {
        select.also_bind("instr(undertaking_list.faults, ", Some(format!(",{fault},")));
        select.push(") > 0");
    }
    if let Some(overdue) = query.overdue {
        select.also(if overdue { "(" } else { "not (" });
        select.push("undertaking_list.state in");
        select.bind_list(AWAITED.into_iter());
        select.push(" and undertaking_list.on_day < ").bind(today);
        select.push(")");
    }
    if let Some(due) = query.annotation_due {
        select.also(if due { "" } else { "not " });
        select.push(ANNOTATION_DUE);
    }
    (select, order)
}

/// Whose one of them is.
const WHOSE: &str = "exists (select 1 from undertaking_list_of_rows as mine where mine.place = undertaking_list.place \
                     and mine.family = undertaking_list.family and mine.thing_id = undertaking_list.thing_id \
                     and mine.who_id in";
/// A typical case belongs to its grid, and so to both lines.
const OF_CASES: Conditions =
    Conditions { grids: WHOSE, delegates: &[WHOSE], accounts: Some(WHOSE), line: Of::All, offices: &[] };
const OF_OTHERS: Conditions = Conditions { line: Of::Delegates(WHOSE), ..OF_CASES };

/// The states in which something is to come about by the day of a list.
const AWAITED: [&str; 2] = [DeedState::Pledged.as_str(), AppointmentState::Scheduled.as_str()];
const ALL: &str = "undertaking_list_rows as undertaking_list";
const OF: &str = "undertaking_list_of_rows as whose cross join undertaking_list_rows as undertaking_list \
                  on undertaking_list.place = whose.place";
const ALSO_OF: &str = "exists (select 1 from undertaking_list_of_rows as also where also.family = whose.family \
                       and also.on_day = whose.on_day and also.thing_id = whose.thing_id and also.who_id = ";
