//! `GET /v1/me/tasks`: which tasks somebody has, in the order of their days.

use super::row::{KINDS, TaskRow};
use super::source::Source;
use super::sources::sources;
use super::whose::Own;
use crate::engine::checkpoint;
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{LIMIT_MAX, ListError, Listed, PageRequest, once_each};
use crate::engine::question::Question;
use crate::engine::sqlite::{Sql, SqlError};
use crate::engine::within::Within;
use crate::{
    issue_board, leave_list, major_issue_board, named_answers, obligations, reception_list, session_list,
    undertaking_list, waiting,
};
use chrono::{Datelike as _, Days, NaiveDate};
use domain::ids::{AccountId, DelegateId, OfficeId};
use domain::task::Discharge;
use domain::vocabulary::TaskKind;
use event_store::Position;
use uuid::Uuid;

/// Days for which what comes by the calendar, such as a session's notice, is looked ahead: what is due later is nobody's work yet.
const AHEAD_DAYS: u64 = 30;

/// The models whose rows are read.
pub const MODELS: [&str; 9] = [
    issue_board::DEFINITION.name,
    reception_list::DEFINITION.name,
    session_list::DEFINITION.name,
    major_issue_board::DEFINITION.name,
    obligations::DEFINITION.name,
    leave_list::DEFINITION.name,
    named_answers::DEFINITION.name,
    undertaking_list::DEFINITION.name,
    waiting::DEFINITION.name,
];

/// Tasks of one kind, as far as they are somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// The kind, about things of a family.
    pub what: &'static Discharge,
    /// Of which things they may give the command.
    pub within: Within,
    /// What of it is left to others.
    pub not_of: NotOf,
}

/// What somebody does not decide on (separation of duties).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotOf {
    /// What is these delegates' own.
    pub delegates: Vec<DelegateId>,
    /// What these offices lead.
    pub offices: Vec<OfficeId>,
    /// What one of these accounts asked for.
    pub asked_by: Vec<AccountId>,
}

/// Whose tasks, and which of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// Of these kinds, each with its scope.
    pub of: Vec<Mine>,
    /// Those that no rows know, read elsewhere.
    pub known: Vec<TaskRow>,
    /// The accounts whose sight counts for the delegate whose tasks are asked for.
    pub sighted: Vec<AccountId>,
    /// From when on no dispute of a review can count any more, by its year.
    pub disputes_over: Vec<(i32, NaiveDate)>,
    /// Due on or before; what is not due has no place then.
    pub due_to: Option<NaiveDate>,
    /// What a cursor is bound to beside: the role and the kinds asked for.
    pub asked: String,
}

/// How many tasks somebody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// All of them.
    pub open: u64,
    /// Those whose day is past.
    pub overdue: u64,
}

impl TaskQuery {
    /// The kinds that are asked for; all where none is named.
    pub fn mark_of(role: &str, kinds: &[TaskKind]) -> String {
        let kinds = once_each(kinds).iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",");
        format!("{role} {kinds}")
    }

    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let due_to = self.due_to.map(|on| on.to_string());
        QueryMark::of("tasks").with("asked", Some(&self.asked)).with("due_to", due_to.as_deref())
    }

    /// Those of [`TaskQuery::known`] that are asked for.
    fn others(&self) -> impl Iterator<Item = &TaskRow> {
        let due = |row: &&TaskRow| self.due_to.is_none_or(|to| row.due_on.is_some_and(|on| on <= to));
        self.known.iter().filter(due)
    }

    /// What is asked of the rows; nothing where no row can be a task of theirs.
    fn question(&self, begin: &'static str, today: NaiveDate) -> Option<Question> {
        let mut question = Question::of(begin);
        let mut any = false;
        for mine in &self.of {
            let of_kind = |source: &&'static Source| source.kind == mine.what.kind && source.family == mine.what.family;
            if let Some(source) = sources().find(of_kind) {
                question.push(if any { " union all " } else { "" });
                self.ask(&mut question, source, mine, today);
                any = true;
            }
        }
        question.push(") as tasks where 1 = 1");
        if let Some(to) = self.due_to {
            question.push(" and tasks.due_on <= ").bind(to);
        }
        any.then_some(question)
    }

    /// The day on which disputes of the year of a row are over; null where that is not known.
    fn disputes_over(&self) -> String {
        if self.disputes_over.is_empty() {
            return "null".to_owned();
        }
        let known = self.disputes_over.iter().map(|(year, on)| format!(" when {year} then {}", on.num_days_from_ce()));
        format!("(case waiting.year{} end)", known.collect::<String>())
    }

    fn ask(&self, question: &mut Question, source: &Source, mine: &Mine, today: NaiveDate) {
        let disputes_over = self.disputes_over();
        let at = |text: &str| at_days(text, today).replace("{disputes_over}", &disputes_over);
        let due = at(source.due);
        question
            .push(&format!("select coalesce({due}, {}) * {KINDS} + {} as place, ", at(source.since), mine.what.place()))
            .push(&format!("{} as kind, {} as task_id, {} as about_id, ", mine.what.place(), source.id, source.about))
            .push(&format!("{} as beside_id, {} as number, {} as grid_id, ", source.beside, source.number, source.grid))
            .push(&format!("{due} as due_on, {} as lateness, ", at(source.lateness)))
            .push(&format!("{} as obligation_id, {} as code ", source.obligation, source.code))
            .push(&format!("from {} where ", source.from));
        let condition = at(source.condition);
        match condition.split_once("{accounts}") {
            Some((before, behind)) => {
                question.push(before);
                let accounts = if self.sighted.is_empty() { vec![Uuid::nil()] } else { ids(&self.sighted, |id| id.0) };
                question.bind_list(accounts.into_iter()).push(behind);
            }
            None => {
                question.push(&condition);
            }
        }
        mine.within.also(question, source.within);
        let NotOf { delegates, offices, asked_by } = &mine.not_of;
        match source.own {
            Own::Of(column) => others(question, column, ids(delegates, |id| id.0)),
            Own::Among(condition) if !delegates.is_empty() => {
                question.push(" and not exists (select 1 from ").push(condition);
                question.bind_list(ids(delegates, |id| id.0).into_iter()).push(")");
            }
            Own::Among(_) | Own::Nobodys => {}
        }
        others(question, source.leads, ids(offices, |id| id.0));
        others(question, source.asked_by, ids(asked_by, |id| id.0));
        question.push(source.ending);
    }
}

/// What a column names none of these.
fn others(question: &mut Question, column: &str, those: Vec<Uuid>) {
    if !those.is_empty() && column != "null" {
        question.push(&format!(" and coalesce({column}, x'') not in")).bind_list(those.into_iter());
    }
}

fn ids<T>(of: &[T], id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    of.iter().map(id).collect()
}

/// The days written out: they are the server's own.
fn at_days(text: &str, today: NaiveDate) -> String {
    let ahead = today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(today);
    let number = |on: NaiveDate| on.num_days_from_ce().to_string();
    text.replace("{today}", &number(today)).replace("{ahead}", &number(ahead))
}

/// One page, in the order of days, of one day in the order of kinds.
pub(crate) fn list(
    sql: &Sql,
    query: &TaskQuery,
    today: NaiveDate,
    request: &PageRequest,
) -> Result<Listed<TaskRow>, ListError> {
    let limit = request.limit.clamp(1, LIMIT_MAX) as usize;
    let mark = query.mark();
    let after = request.cursor.as_deref().map(|text| Cursor::decode(text, &mark)).transpose()?;
    let beyond = |row: &&TaskRow| {
        let place = row.place();
        after.is_none_or(|after| (place.key, place.id) > (after.key, after.id))
    };
    let mut items: Vec<TaskRow> = query.others().filter(beyond).cloned().collect();
    let as_of_position = position(sql)?;
    if let Some(mut question) = query.question(BEGIN, today) {
        if let Some(after) = after {
            question.push(" and (tasks.place, tasks.task_id) > (").bind(after.key).push(", ").bind(after.id).push(")");
        }
        // One row more than asked for tells whether there is a next page.
        question.push(" order by tasks.place, tasks.task_id limit ").push(&(limit + 1).to_string());
        question.each(sql, |columns| {
            items.push(TaskRow::read(columns)?);
            Ok(())
        })?;
    }
    items.sort_by_key(|row| (row.place().key, row.id));
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| last.place().encode(&mark));
    Ok(Listed { items, next_cursor, as_of_position })
}

const BEGIN: &str = "select tasks.place, tasks.kind, tasks.task_id, tasks.about_id, tasks.beside_id, tasks.number, \
                     tasks.grid_id, tasks.due_on, tasks.lateness, tasks.obligation_id, tasks.code from (";

/// How many there are.
pub(crate) fn count(sql: &Sql, query: &TaskQuery, today: NaiveDate) -> Result<TaskCounts, ListError> {
    let mut counts = TaskCounts::default();
    for row in query.others() {
        counts.open += 1;
        counts.overdue += u64::from(row.is_overdue());
    }
    if let Some(question) = query.question("select count(*), coalesce(sum(tasks.lateness >= 2), 0) from (", today) {
        question.each(sql, |columns| {
            counts.open += columns.number::<u64>()?;
            counts.overdue += columns.number::<u64>()?;
            Ok(())
        })?;
    }
    Ok(counts)
}

/// The log up to here is in the rows of every model that is read.
fn position(sql: &Sql) -> Result<Position, SqlError> {
    let mut first = None;
    for model in MODELS {
        let at = checkpoint::position(sql, model)?;
        first = Some(first.map_or(at, |first: Position| first.min(at)));
    }
    Ok(first.unwrap_or_default())
}

/// How SQLite would find them: its query plan, one step a line.
#[cfg(test)]
pub(crate) fn plan(sql: &Sql, query: &TaskQuery, today: NaiveDate) -> Option<String> {
    Some(query.question(BEGIN, today)?.plan(sql))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::task::DISCHARGES;

    /// Of what no row of a board knows.
    const ELSEWHERE: [TaskKind; 4] =
        [TaskKind::SelfReport, TaskKind::Approve, TaskKind::DecideErasure, TaskKind::RenewKeyBackup];

    #[test]
    fn every_kind_is_read_from_one_place() {
        for what in DISCHARGES {
            let read = sources().filter(|one| one.kind == what.kind && one.family == what.family).count();
            assert_eq!(read, usize::from(!ELSEWHERE.contains(&what.kind)), "{} of {}", what.kind, what.family);
        }
        assert_eq!(sources().count() + ELSEWHERE.len(), DISCHARGES.len());
    }
}
