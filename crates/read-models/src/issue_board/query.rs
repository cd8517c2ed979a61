//! `GET /v1/issues`: every filter and order.

use super::row::IssueRow;
use super::stored::{COLUMNS, place};
use crate::engine::checkpoint;
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Order, PageEnd, PageRequest, Select, in_order_of, once_each};
use crate::engine::sqlite::Sql;
use crate::engine::within::{Conditions, Of, Within};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, DelegateId, IssueId, SessionId};
use domain::vocabulary::{IssueKind, IssueState, Lateness};
use event_store::Position;
use std::ops::ControlFlow;

/// Whether an answer came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// By the due date.
    OnTime,
    /// After it.
    Late,
}

/// What of an issue waits for somebody's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// A request for more time.
    Extension,
    /// A request to take it up again.
    Reopening,
    /// A correction of its record.
    Correction,
}

impl Pending {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Extension, Self::Reopening, Self::Correction];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Reopening => "reopening",
            Self::Correction => "correction",
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Extension => "extension_pending",
            Self::Reopening => "reopening_pending",
            Self::Correction => "correction_pending",
        }
    }
}

/// Order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssueSort {
    /// Newest reception first (`-raised`).
    #[default]
    RaisedDescending,
    /// Oldest reception first (`raised`).
    Raised,
    /// What is due next first (`due`).
    Due,
}

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Of this unit.
    pub unit_id: Option<AreaId>,
    /// Owed by this delegate now.
    pub delegate_id: Option<DelegateId>,
    /// In any of these states; none named means all.
    pub states: Vec<IssueState>,
    /// Open and standing in one of these ways today; none named means all, open or not.
    pub lateness: Vec<Lateness>,
    /// With one of these waiting for a decision; none named means all.
    pub pending: Vec<Pending>,
    /// Under supervision, or not.
    pub supervised: Option<bool>,
    /// Raised in a reception of this session.
    pub session_id: Option<SessionId>,
    /// Of this kind.
    pub kind: Option<IssueKind>,
    /// Of this topic code.
    pub topic: Option<String>,
    /// Answered, closed or referred, in time or late.
    pub answered: Option<Answered>,
    /// Escalated or otherwise awaiting a word that was due before today (`interim=silent`).
    pub silent_interim: bool,
    /// With this number.
    pub number: Option<String>,
    /// Due on or after.
    pub due_from: Option<NaiveDate>,
    /// Due on or before.
    pub due_to: Option<NaiveDate>,
    /// Held on or after, town date.
    pub from: Option<NaiveDate>,
    /// Held on or before, town date.
    pub to: Option<NaiveDate>,
    /// What whoever asks may see.
    pub within: Within,
    /// These, in this order, all on one page; none named means all, in the order of `sort`.
    pub ids: Vec<IssueId>,
    /// Order.
    pub sort: IssueSort,
}

impl IssueQuery {
    /// States in one order and without repetition, so that `open` and its five names are one query.
    fn states(&self) -> Vec<IssueState> {
        once_each(&self.states)
    }

    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let states = self.states().iter().map(|state| state.as_str()).collect::<Vec<_>>().join(",");
        let lateness = once_each(&self.lateness).iter().map(|one| one.as_str()).collect::<Vec<_>>().join(",");
        let pending = once_each(&self.pending).iter().map(|one| one.as_str()).collect::<Vec<_>>().join(",");
        let sort = match self.sort {
            IssueSort::RaisedDescending => "-raised",
            IssueSort::Raised => "raised",
            IssueSort::Due => "due",
        };
        let answered = self.answered.map(|answered| match answered {
            Answered::OnTime => "on_time",
            Answered::Late => "late",
        });
        QueryMark::of("issues")
            .with("grid_id", id(self.grid_id.map(|id| id.0)).as_deref())
            .with("unit_id", id(self.unit_id.map(|id| id.0)).as_deref())
            .with("delegate_id", id(self.delegate_id.map(|id| id.0)).as_deref())
            .with("state", Some(&states))
            .with("lateness", Some(&lateness))
            .with("pending", Some(&pending))
            .with("supervised", self.supervised.map(|supervised| if supervised { "true" } else { "false" }))
            .with("session_id", id(self.session_id.map(|id| id.0)).as_deref())
            .with("kind", self.kind.map(IssueKind::as_str))
            .with("topic", self.topic.as_deref())
            .with("answered", answered)
            .with("interim", self.silent_interim.then_some("silent"))
            .with("number", self.number.as_deref())
            .with("due_from", day(self.due_from).as_deref())
            .with("due_to", day(self.due_to).as_deref())
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
            .with("sort", Some(sort))
    }
}

/// One page of the issues that match, each handed to `show` as it is read. `today` is the town's date that lateness and
/// silence refer to.
pub(crate) fn list(
    sql: &Sql,
    query: &IssueQuery,
    today: NaiveDate,
    request: &PageRequest,
    mut show: impl FnMut(IssueRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    let (select, order) = asked(query, today);
    let key_kind = order.key_kind;
    let place = |row: &IssueRow| Cursor {
        key: match key_kind {
            KeyKind::Instant => row.raised_at.timestamp_millis(),
            KeyKind::Day => row.answer_due_on.num_days_from_ce().into(),
        },
        id: row.issue_id.0,
    };
    // Those asked for by their ids come in another order than they are read in.
    let mut named = Vec::new();
    let mut end = select.each(sql, order, request, &query.mark(), IssueRow::read, place, |row| {
        if query.ids.is_empty() {
            return show(row);
        }
        named.push(row);
        ControlFlow::Continue(())
    })?;
    if query.session_id.is_some() {
        // What the other model does not know yet is not in the list.
        end.as_of_position = end.as_of_position.min(checkpoint::position(sql, crate::reception_list::DEFINITION.name)?);
    }
    in_order_of(&mut named, &query.ids, |row| row.issue_id);
    // Whoever wants no more of them knows that.
    let _wanted = named.into_iter().try_for_each(show);
    Ok(end)
}

/// The question as SQL.
pub(crate) fn asked(query: &IssueQuery, today: NaiveDate) -> (Select, Order) {
    let mut select = Select::new(COLUMNS, super::DEFINITION.name, "issue_board_rows as issue_board");
    query.within.narrow(&mut select, &WITHIN);
    let states = query.states();
    let among = |some: &[IssueState]| !states.is_empty() && states.iter().all(|state| some.contains(state));
    select.also_among("issue_board.issue_id in", query.ids.iter().map(|id| id.0));
    select.also_bind(OF_SESSION, query.session_id.map(|id| id.0));
    if query.session_id.is_some() {
        select.push(")");
    }
    let named = !query.ids.is_empty() || query.session_id.is_some();
    // What is named, waits for a decision or is under supervision is found by that alone, whatever else is asked.
    let few = named || !query.pending.is_empty() || query.supervised == Some(true);
    let open = among(&IssueState::OPEN) || !query.lateness.is_empty() || query.silent_interim;
    let (ended, late) = (!few && among(ENDED), !few && query.answered == Some(Answered::Late));
    // All of these are said as the partial indexes say them: SQLite does not look into bound values.
    if !query.pending.is_empty() {
        if !named {
            select.also("(extension_pending or reopening_pending or correction_pending)");
        }
        select.also("+(");
        for (at, pending) in once_each(&query.pending).into_iter().enumerate() {
            select.push(if at == 0 { "" } else { " or " }).push(pending.column());
        }
        select.push(")");
    }
    match query.supervised {
        // Those that wait for a decision are fewer still.
        Some(true) if !named && query.pending.is_empty() => select.also("supervised"),
        Some(true) => select.also("+supervised"),
        Some(false) => select.also("not supervised"),
        None => {}
    }
    if open {
        select.also(if few { "+is_open" } else { "is_open" });
    }
    if ended {
        select.also("(state = 'answered' or state = 'withdrawn' or state = 'referred')");
    }
    match query.answered {
        Some(Answered::Late) => select.also(if few { "+answered_on_time = 0" } else { "not answered_on_time" }),
        Some(Answered::OnTime) => select.also("answered_on_time"),
        None => {}
    }
    // Of the two rows of an issue whose clock stands still, the one that is so today.
    select.also_bind("coalesce(shown_from, 0) <= ", Some(today));
    // The last day that there is.
    select.also_bind("coalesce(shown_until, 3652059) >= ", Some(today));
    let lead = Lead::of(query, open || few, ended || late);
    let said = |by: Lead, leading, following| if lead == by { leading } else { following };
    select.also_bind(said(Lead::Grid, "grid_id = ", "+grid_id = "), query.grid_id.map(|id| id.0));
    select.also_bind(said(Lead::Unit, "unit_id = ", "+unit_id = "), query.unit_id.map(|id| id.0));
    let delegate = said(Lead::Delegate, "responsible_delegate_id = ", "+responsible_delegate_id = ");
    select.also_bind(delegate, query.delegate_id.map(|id| id.0));
    select.also_bind(said(Lead::Topic, "topic = ", "+topic = "), query.topic.clone());
    match states.as_slice() {
        [] => {}
        all_open if open && all_open == sorted_open() => {}
        [state] => select.also_bind(if few { "+state = " } else { "state = " }, Some(state.as_str())),
        several => {
            select.also(if few { "+state in" } else { "state in" });
            select.bind_list(several.iter().map(|state| state.as_str()));
        }
    }
    let lateness = once_each(&query.lateness);
    if !lateness.is_empty() && lateness.len() < Lateness::ALL.len() {
        // A suspended issue is judged on the day of its suspension, whatever today is.
        select.also("(");
        for (at, lateness) in lateness.iter().enumerate() {
            let (reached, not_reached) = match lateness {
                Lateness::OnTime => (None, Some("due_soon_from > coalesce(judged_on, ")),
                Lateness::DueSoon => {
                    (Some("due_soon_from <= coalesce(judged_on, "), Some("overdue_from > coalesce(judged_on, "))
                }
                Lateness::Overdue => {
                    (Some("overdue_from <= coalesce(judged_on, "), Some("long_overdue_from > coalesce(judged_on, "))
                }
                Lateness::LongOverdue => (Some("long_overdue_from <= coalesce(judged_on, "), None),
            };
            for (nth, condition) in [reached, not_reached].into_iter().flatten().enumerate() {
                let before = match (at, nth) {
                    (0, 0) => "",
                    (_, 0) => " or ",
                    (_, _) => " and ",
                };
                select.push(before).push(condition).bind(today).push(")");
            }
        }
        select.push(")");
    }
    select.also_bind("kind = ", query.kind.map(IssueKind::as_str));
    if query.silent_interim {
        select.also_bind("interim_due_on < ", Some(today));
    }
    if let Some(number) = &query.number {
        // The key is made of the position, which is the number's second half; anything else is nobody's number.
        let position = number.split_once('-').and_then(|(_, position)| position.parse().ok());
        let place = place(Position(position.unwrap_or(0)), false);
        select.also_bind("place between ", Some(place));
        select.push(" and ").bind(place + 1);
        select.also_bind("number = ", Some(number.clone()));
    }
    // The few open issues are read in the order asked for rather than sorted.
    let read_in_order = (open || few) && query.sort != IssueSort::Due;
    let due = |leading, following| if read_in_order { following } else { leading };
    select.also_bind(due("answer_due_on >= ", "+answer_due_on >= "), query.due_from);
    select.also_bind(due("answer_due_on <= ", "+answer_due_on <= "), query.due_to);
    select.held("raised_at >= ", "raised_on >= ", "raised_at < ", "raised_on <= ", (query.from, query.to));
    let (key, key_kind) = match query.sort {
        IssueSort::Raised | IssueSort::RaisedDescending => ("raised_at", KeyKind::Instant),
        IssueSort::Due => ("answer_due_on", KeyKind::Day),
    };
    let order = Order { key, key_kind, id: "issue_id", descending: query.sort == IssueSort::RaisedDescending };
    (select, order)
}

/// Those whose receptions name a session, as the list of receptions knows.
const OF_SESSION: &str = "issue_board.issue_id in (select unhex(replace(raised.value, '-', '')) \
                          from reception_list_rows as reception, json_each(reception.issue_ids) as raised \
                          where reception.occasion_id = ";

/// Whose an issue is.
pub(crate) const WITHIN: Conditions = Conditions {
    grids: "+grid_id in",
    // Whoever handed it over goes on reading it, and whoever recorded it.
    delegates: &[
        "+responsible_delegate_id in",
        // Of nearly all issues there are none, which costs less to see than a list to look through.
        "issue_board.former_delegate_ids is not null \
         and exists (select 1 from json_each(issue_board.former_delegate_ids) as former \
         where unhex(replace(former.value, '-', '')) in",
    ],
    accounts: Some("issue_board.begun_by in"),
    line: Of::Row(
        "exists (select 1 from reception_list_rows as reception where reception.reception_id = issue_board.reception_id \
         and instr(reception.delegates, '\"party\"') > 0)",
    ),
    offices: &[
        "issue_board.asked_office_ids is not null \
         and exists (select 1 from json_each(issue_board.asked_office_ids) as asked \
         where unhex(replace(asked.value, '-', '')) in",
        "issue_board.major_issue_id is not null \
         and exists (select 1 from major_issue_board_rows as major, \
         json_each(json_insert(major.support_office_ids, '$[#]', lower(hex(major.lead_office_id)))) as office \
         where major.major_issue_id = issue_board.major_issue_id \
         and unhex(replace(office.value, '-', '')) in",
    ],
};

/// What ended issues are but for the many that are closed; partial indexes hold just these.
const ENDED: &[IssueState] = &[IssueState::Answered, IssueState::Withdrawn, IssueState::Referred];

/// By which column's index the list is found. The others are said as `+column`: SQLite keeps no statistics of these
/// tables, takes any equality for a good one, and would sort a whole grid to show a page of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// By none: open issues are few, and read whole in their order; a list by due date is read in its order too.
    Order,
    Delegate,
    Unit,
    Grid,
    Topic,
}

impl Lead {
    /// `rare`: only issues of which there are few.
    fn of(query: &IssueQuery, open: bool, rare: bool) -> Self {
        if open {
            Self::Order
        } else if query.delegate_id.is_some() {
            Self::Delegate
        } else if query.sort == IssueSort::Due && !rare && (query.unit_id.is_none() || query.grid_id.is_none()) {
            // Sorting costs more than passing over those of others, who are some dozens; a unit may have none in a grid.
            Self::Order
        } else if query.unit_id.is_some() {
            Self::Unit
        } else if query.grid_id.is_some() {
            Self::Grid
        } else if query.topic.is_some() {
            Self::Topic
        } else {
            Self::Order
        }
    }
}

fn sorted_open() -> Vec<IssueState> {
    let mut open = IssueState::OPEN.to_vec();
    open.sort_unstable();
    open
}
