//! The filters that many lists have. A filter that nothing can ever meet is refused with the name of the parameter, the same
//! everywhere: an empty list would be taken for an answer.

use crate::input::body::{date, id, line, one_of, parse_uuid, year_part};
use crate::input::query::{Page, Query};
use crate::limits::{IDS_MAX, NAME_CHARS_MAX};
use crate::problem::codes::HttpCode;
use crate::state::Snapshot;
use chrono::NaiveDate;
use domain::ids::{AccountId, AreaId, DelegateId, OfficeId, SessionId};
use domain::language::text;
use domain::period::{Quarter, YearPart};
use domain::reception::Occasion;
use domain::refusal::Code;
use uuid::Uuid;

/// A grid that there is.
pub(crate) fn grid(query: &mut Query, snapshot: &Snapshot) -> Option<AreaId> {
    let known = |grid: &AreaId| snapshot.reference.areas.grid(*grid).is_some();
    existing(
        query,
        "grid_id",
        AreaId,
        known,
        "没有这个网格，网格见 GET /v1/grids。",
        "There is no such grid; GET /v1/grids lists them.",
    )
}

/// A grid that there is, by the name that grants have for it.
pub(crate) fn area(query: &mut Query, snapshot: &Snapshot) -> Option<AreaId> {
    let known = |grid: &AreaId| snapshot.reference.areas.grid(*grid).is_some();
    existing(
        query,
        "area_id",
        AreaId,
        known,
        "没有这个网格，网格见 GET /v1/grids。",
        "There is no such grid; GET /v1/grids lists them.",
    )
}

/// A unit that there is.
pub(crate) fn unit(query: &mut Query, snapshot: &Snapshot) -> Option<AreaId> {
    let known = |unit: &AreaId| snapshot.reference.areas.unit(*unit).is_some();
    existing(
        query,
        "unit_id",
        AreaId,
        known,
        "没有这个单位，单位见 GET /v1/units。",
        "There is no such unit; GET /v1/units lists them.",
    )
}

/// A grid and a unit of it.
pub(crate) fn place(query: &mut Query, snapshot: &Snapshot) -> (Option<AreaId>, Option<AreaId>) {
    let (grid, unit) = (grid(query, snapshot), unit(query, snapshot));
    if let (Some(grid), Some(unit)) = (grid, unit)
        && !snapshot.reference.areas.unit_in_grid(unit, grid)
    {
        query.fault("unit_id", Code::UnitNotInGrid);
    }
    (grid, unit)
}

/// The grid of what is asked about: that of a unit, where one is named.
pub(crate) fn grid_of_place(query: &mut Query, snapshot: &Snapshot) -> Option<AreaId> {
    let (grid, unit) = place(query, snapshot);
    let unit = unit.and_then(|unit| snapshot.reference.areas.unit(unit));
    unit.map(|unit| unit.grid_id).or(grid)
}

/// A delegate who is known, of today or of before.
pub(crate) fn delegate(query: &mut Query, snapshot: &Snapshot) -> Option<DelegateId> {
    let known = |delegate: &DelegateId| snapshot.reference.delegates.get(*delegate).is_some();
    let zh = "没有这名代表，代表见 GET /v1/delegates。";
    existing(query, "delegate_id", DelegateId, known, zh, "There is no such delegate; GET /v1/delegates lists them.")
}

/// An office that there is.
pub(crate) fn office(query: &mut Query, name: &str, snapshot: &Snapshot) -> Option<OfficeId> {
    let known = |office: &OfficeId| snapshot.reference.offices.get(*office).is_some();
    let zh = "没有这个办公室，办公室见 GET /v1/offices。";
    existing(query, name, OfficeId, known, zh, "There is no such office; GET /v1/offices lists them.")
}

/// An account that there is.
pub(crate) fn account(query: &mut Query, snapshot: &Snapshot) -> Option<AccountId> {
    let known = |account: &AccountId| snapshot.reference.accounts.get(*account).is_some();
    existing(query, "account_id", AccountId, known, "没有这个账户。", "There is no such account.")
}

/// A quarter, `2026-Q4`.
pub(crate) fn quarter(query: &mut Query) -> Option<Quarter> {
    query.optional("quarter", year_part("应为季度，如 2026-Q4。", "A quarter such as 2026-Q4 is expected."))
}

/// The days of a range that are also in a part of the year.
pub(crate) fn within<const MONTHS: u32>(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    part: Option<YearPart<MONTHS>>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let Some(part) = part else { return (from, to) };
    let (first, last) = (part.first_day(), part.last_day());
    (Some(from.map_or(first, |from| from.max(first))), Some(to.map_or(last, |to| to.min(last))))
}

/// A session; one that nobody knows has nothing.
pub(crate) fn session(query: &mut Query) -> Option<SessionId> {
    query.optional("session_id", id()).map(SessionId)
}

/// What receptions belong to: one that nobody knows has none. Several at once are met by nothing.
pub(crate) fn occasion(query: &mut Query) -> Option<Occasion> {
    let mut named = None;
    for (family, field) in Occasion::FIELDS {
        let Some(id) = query.optional(field, id()) else { continue };
        if named.is_some() {
            let detail =
                text("一次联系只属于一处，请只写其中一个。", "A reception belongs to one of them; name only one.");
            query.fault_because(field, HttpCode::BadParameter, detail);
        }
        named = named.or(Occasion::of(family, id));
    }
    named
}

fn existing<T>(
    query: &mut Query,
    name: &str,
    of: fn(Uuid) -> T,
    known: impl Fn(&T) -> bool,
    zh: &str,
    en: &str,
) -> Option<T> {
    let named = of(query.optional(name, id())?);
    if known(&named) {
        return Some(named);
    }
    query.fault_because(name, Code::UnknownId, text(zh, en));
    None
}

/// A topic of any policy version: issues keep the topic of the version that they were raised under.
pub(crate) fn topic(query: &mut Query, snapshot: &Snapshot) -> Option<String> {
    let topic = query.optional("topic", line(NAME_CHARS_MAX))?;
    let policies = &snapshot.reference.policies;
    if policies.all().iter().any(|policy| policy.topic(&topic).is_some()) {
        return Some(topic);
    }
    let today = policies.in_force(snapshot.today).map(|policy| policy.topics.as_slice()).unwrap_or_default();
    query.fault_because("topic", Code::UnknownTopic, one_of(today.iter().map(|topic| topic.code.as_str())));
    None
}

/// Days from one to another, both of them in. There is nothing before the programme began.
pub(crate) fn days(
    query: &mut Query,
    names: (&str, &str),
    snapshot: &Snapshot,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let (from, to) = (query.optional(names.0, date()), query.optional(names.1, date()));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let detail =
            text(format!("{} 不得晚于 {}。", names.0, names.1), format!("{} must not be after {}.", names.0, names.1));
        query.fault_because(names.0, HttpCode::BadParameter, detail);
    }
    let first = snapshot.reference.programme.effective_on();
    if let (Some(to), Some(first)) = (to, first)
        && to < first
    {
        let detail = text(
            format!("联系服务活动自 {first} 起实施，此前没有内容。"),
            format!("The programme began on {first}; there is nothing before."),
        );
        query.fault_because(names.1, Code::BeforeProgramme, detail);
    }
    (from, to)
}

/// `ids`: the things that are wanted by name, each once, in this order.
pub(crate) fn ids(query: &mut Query) -> Vec<Uuid> {
    let fitting = || {
        text(
            format!("应为 1 至 {IDS_MAX} 个以逗号分隔的 UUID。"),
            format!("Must be 1 to {IDS_MAX} UUIDs separated by commas."),
        )
    };
    let mut ids = query.choices("ids", fitting, parse_uuid).unwrap_or_default();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    if ids.len() > IDS_MAX {
        let detail = text(
            format!("最多 {IDS_MAX} 个，现有 {} 个。", ids.len()),
            format!("At most {IDS_MAX}; there are {}.", ids.len()),
        );
        query.fault_because("ids", Code::TooMany, detail);
    }
    ids
}

/// Which page is wanted of a list that may be asked for by `ids`: what is named comes in the order in which it is named, all
/// on one page, so that nothing else can say which and how many.
pub(crate) fn page(query: &mut Query, ids: &[Uuid]) -> Page {
    if ids.is_empty() {
        return query.page();
    }
    for name in ["limit", "cursor", "sort"] {
        if query.drop(name) {
            let detail = text(format!("{name} 与 ids 不能同时使用。"), format!("{name} and ids exclude each other."));
            query.fault_because(name, HttpCode::BadParameter, detail);
        }
    }
    Page { limit: u64::try_from(ids.len()).unwrap_or(u64::MAX), cursor: None, whole: false }
}

/// Those of `things` that are named, in the order in which they are named.
pub(crate) fn named<T>(things: impl Iterator<Item = T>, ids: &[Uuid], id_of: impl Fn(&T) -> Uuid) -> Vec<T> {
    let mut found: Vec<(Option<usize>, T)> =
        things.map(|thing| (ids.iter().position(|id| *id == id_of(&thing)), thing)).collect();
    found.retain(|(at, _)| at.is_some());
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, thing)| thing).collect()
}
