//! What a roster changes: its rows compared with the areas and people known, as events for each of them.

use super::looks::Looks;
use super::outcome::{MAX_EVENTS, MAX_NAME_BYTES, Named, Plan, RowCounts};
use super::parse::both;
use super::places::by_two_names;
use super::{AreaCounts, Counts, DelegateCounts, Parsed, Row, Warning, WarningCode};
use crate::area::{AreaEvent, Areas, GridDefined, UnitDefined, unit_kind_by_name};
use crate::days;
use crate::delegate::{Assigned, AssignmentEnded, Delegate, DelegateEvent, Delegates, MandateGiven, Registered};
use crate::ids::{AreaId, DelegateId};
use crate::language::Text;
use crate::refusal::{Code, Refusal};
use crate::text::{name_key, person_key};
use crate::vocabulary::DelegateType;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Compares a file with what is known on `source_date`, the day it speaks of. `new_id` makes ids for new areas and
/// people, in the order of the file.
///
/// A person is known by `delegate_id`, else by name within the type. Who holds both mandates may be assigned by either
/// roster, so for them an assignment is added and none ended.
///
/// Errors: that of [`days::plausible`]; [`Code::NoTown`]; [`Code::TooMany`] where the changes do not fit into one append.
pub fn plan(
    parsed: &Parsed,
    areas: &Areas,
    delegates: &Delegates,
    delegate_type: DelegateType,
    source_date: NaiveDate,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Plan, Refusal> {
    days::plausible(source_date, "/source_date")?;
    let town = areas.town().ok_or(Code::NoTown)?.id;
    let mut planning = Planning {
        town,
        areas,
        delegates,
        delegate_type,
        source_date,
        new_id,
        grids: BTreeMap::new(),
        units: BTreeMap::new(),
        refused: parsed.refused.clone(),
        looks: Looks::of(areas, delegates),
        plan: Plan { warnings: parsed.warnings.clone(), ..Plan::default() },
    };
    let rows = || parsed.rows.iter();
    let meant: Vec<Option<DelegateId>> = rows().map(|row| planning.meant(row)).collect();
    let twice = indistinct(rows().filter_map(|row| Some((person_key(row.name.as_ref()?), row))));
    let people_twice = indistinct(rows().zip(&meant).filter_map(|(row, who)| Some(((*who)?, row))));
    let mut places_twice = by_two_names(parsed, areas);
    let mut present = BTreeSet::new();
    for (row, who) in rows().zip(&meant) {
        if let Some(Text { zh, en }) = places_twice.remove(&row.row) {
            planning.plan.counts.delegates.rows += u32::from(row.name.is_some());
            planning.refuse(row, WarningCode::DuplicateName, zh, en);
            present.extend(*who);
            continue;
        }
        let grid = planning.grid(row);
        let unit = row.unit.as_ref().map(|name| planning.unit(row, grid, name));
        if let Some(name) = &row.name {
            planning.plan.counts.delegates.rows += 1;
            planning.looks_alike(row, None, name);
            if twice.contains(&row.row) {
                planning.refuse(
                    row,
                    WarningCode::DuplicateName,
                    format!("姓名“{name}”在文件中出现多次，均未导入。请以 delegate_id 区分。"),
                    format!(
                        "{name} stands in the file more than once; none was imported. Tell them apart by delegate_id."
                    ),
                );
            } else if people_twice.contains(&row.row) {
                planning.refuse(
                    row,
                    WarningCode::DuplicateName,
                    format!("“{name}”所指的代表在文件中还以另一姓名出现，均未导入。请以 delegate_id 区分。"),
                    format!(
                        "The file has the delegate meant by {name} under another name too; none was imported. Tell them apart by delegate_id."
                    ),
                );
            } else {
                planning.person(row, name, grid, unit);
            }
            // Whoever the file names in any way is not absent.
            present.extend(*who);
            present.extend(row.delegate_id.map(DelegateId));
            present.extend(delegates.named(name).map(|person| person.id).filter(|_| row.delegate_id.is_none()));
        }
    }
    planning.finish(parsed, &present)
}

/// The rows that cannot be told apart by their name, or by whom they mean: all of one key that carry no `delegate_id` of
/// their own.
fn indistinct<'a, Key: Ord>(rows: impl Iterator<Item = (Key, &'a Row)>) -> BTreeSet<u64> {
    let mut by_key: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
    for (key, row) in rows {
        by_key.entry(key).or_default().push(row);
    }
    let mut found = BTreeSet::new();
    for alike in by_key.into_values().filter(|rows| rows.len() > 1) {
        let mut ids = BTreeMap::new();
        for row in &alike {
            *ids.entry(row.delegate_id).or_insert(0_u32) += 1;
        }
        let is_indistinct =
            |row: &&&Row| row.delegate_id.is_none() || ids.get(&row.delegate_id).is_some_and(|n| *n > 1);
        found.extend(alike.iter().filter(is_indistinct).map(|row| row.row));
    }
    found
}

struct Planning<'a> {
    town: AreaId,
    areas: &'a Areas,
    delegates: &'a Delegates,
    delegate_type: DelegateType,
    source_date: NaiveDate,
    new_id: &'a mut dyn FnMut() -> Uuid,
    /// Grids of the file by name.
    grids: BTreeMap<String, AreaId>,
    /// Units of the file by grid and name.
    units: BTreeMap<(AreaId, String), AreaId>,
    /// Lines of which nobody was taken.
    refused: BTreeSet<u64>,
    /// Names met so far.
    looks: Looks,
    plan: Plan,
}

impl Planning<'_> {
    fn grid(&mut self, row: &Row) -> AreaId {
        let name = &row.grid;
        let key = name_key(name);
        if let Some(id) = self.grids.get(&key) {
            return *id;
        }
        let areas = self.areas;
        let id = match (areas.grid_named(name), areas.grid_once_named(name)) {
            (Some(grid), _) => grid.id,
            (None, Some(grid)) => {
                self.formerly(row, name, &grid.name);
                grid.id
            }
            (None, None) => {
                self.looks_alike(row, Some(self.town), name);
                let event = GridDefined { name: name.to_owned(), level: 1, parent_id: self.town };
                self.define(AreaEvent::GridDefined(event))
            }
        };
        self.grids.insert(key, id);
        id
    }

    fn unit(&mut self, row: &Row, grid: AreaId, name: &str) -> AreaId {
        let key = (grid, name_key(name));
        if let Some(id) = self.units.get(&key) {
            return *id;
        }
        let areas = self.areas;
        let id = match (areas.unit_named(grid, name), areas.unit_once_named(grid, name)) {
            (Some(unit), _) => unit.id,
            (None, Some(unit)) => {
                self.formerly(row, name, &unit.name);
                unit.id
            }
            (None, None) => {
                self.looks_alike(row, Some(grid), name);
                let unit_kind = unit_kind_by_name(name);
                let event = UnitDefined { name: name.to_owned(), unit_kind, parent_id: grid };
                self.define(AreaEvent::UnitDefined(event))
            }
        };
        self.units.insert(key, id);
        id
    }

    fn define(&mut self, event: AreaEvent) -> AreaId {
        let id = AreaId((self.new_id)());
        self.plan.areas.push((id, event));
        id
    }

    /// Whom a row means, where that is one person who is known.
    fn meant(&self, row: &Row) -> Option<DelegateId> {
        let name = row.name.as_ref()?;
        let Some(id) = row.delegate_id else {
            let named = self.delegates.of_type(name, self.delegate_type, self.source_date);
            return if let [person] = named.as_slice() { Some(person.id) } else { None };
        };
        self.delegates.get(DelegateId(id)).filter(|person| person.is_known_as(name)).map(|person| person.id)
    }

    fn person(&mut self, row: &Row, name: &str, grid: AreaId, unit: Option<AreaId>) {
        let delegates = self.delegates;
        let known = match row.delegate_id {
            Some(id) => match delegates.get(DelegateId(id)) {
                Some(person) if person.is_known_as(name) => Some(person),
                Some(person) => {
                    let (zh, en) = (
                        format!("该编号属于“{}”，与“{name}”不符。", person.name),
                        format!("The id is that of {}, not of {name}.", person.name),
                    );
                    return self.refuse(row, WarningCode::NameDiffers, zh, en);
                }
                None => {
                    let (zh, en) = ("delegate_id 不存在。".to_owned(), "The delegate_id does not exist.".to_owned());
                    return self.refuse(row, WarningCode::UnknownDelegateId, zh, en);
                }
            },
            None => match delegates.of_type(name, self.delegate_type, self.source_date).as_slice() {
                [] => None,
                [person] => Some(*person),
                several => return self.ambiguous(row, name, several),
            },
        };
        match known {
            Some(person) => {
                if person_key(&person.name) != person_key(name) {
                    self.formerly(row, name, &person.name);
                }
                self.known_person(row, person, grid, unit);
            }
            None => self.new_person(row, name, grid, unit),
        }
    }

    fn new_person(&mut self, row: &Row, name: &str, grid: AreaId, unit: Option<AreaId>) {
        if self.delegates.named(name).chain(self.delegates.once_named(name)).next().is_some() {
            self.warn(
                row,
                WarningCode::SameNameOtherType,
                format!("另一类代表中已有“{name}”，按不同的人登记。如为同一人，请填写 delegate_id。"),
                format!("A delegate of the other type is named {name}; taken for another person. If it is the same one, fill in delegate_id."),
            );
        }
        self.plan.counts.delegates.created += 1;
        let id = DelegateId((self.new_id)());
        self.plan.created.push(Named { row: row.row, id, name: name.to_owned() });
        let events = vec![
            DelegateEvent::Registered(Registered { name: name.to_owned() }),
            self.mandate(),
            self.assignment(grid, unit),
        ];
        self.plan.delegates.push((id, events));
    }

    fn known_person(&mut self, row: &Row, person: &Delegate, grid: AreaId, unit: Option<AreaId>) {
        let on = self.source_date;
        let already = person.assignments_on(on).any(|a| a.is_to(grid, unit));
        let holds = person.holds(self.delegate_type, on);
        let mut events = Vec::new();
        if !holds {
            let mut mandates = person.mandates.iter();
            let given_later = mandates.any(|m| m.delegate_type == self.delegate_type && m.from > on);
            if given_later || person.departed.is_some_and(|(departed, _)| on <= departed) {
                return self.later(row, &person.name);
            }
            events.push(self.mandate());
        }
        if !already {
            // A roster of an earlier day does not undo what has been recorded since.
            let since = person.assignments.iter().any(|a| a.from >= on);
            if since || person.assignments_on(on).any(|a| a.to.is_some()) {
                return self.later(row, &person.name);
            }
            let holds_other = DelegateType::ALL.iter().any(|t| *t != self.delegate_type && person.holds(*t, on));
            if !holds_other && let Some(to) = on.pred_opt() {
                events.extend(person.assignments_on(on).map(|a| {
                    DelegateEvent::AssignmentEnded(AssignmentEnded { grid_id: a.grid_id, unit_id: a.unit_id, to })
                }));
            }
            events.push(self.assignment(grid, unit));
        }
        let counts = &mut self.plan.counts.delegates;
        if events.is_empty() {
            counts.unchanged += 1;
        } else {
            counts.moved += 1;
            self.plan.moved.push(Named { row: row.row, id: person.id, name: person.name.clone() });
            self.plan.delegates.push((person.id, events));
        }
    }

    fn ambiguous(&mut self, row: &Row, name: &str, several: &[&Delegate]) {
        let ids: Vec<String> = several.iter().map(|person| person.id.to_string()).collect();
        let ids = ids.join(", ");
        self.refuse(
            row,
            WarningCode::AmbiguousName,
            format!("名为“{name}”的代表不止一人（{ids}），未作更改。请填写 delegate_id。"),
            format!("Several delegates are named {name} ({ids}); nobody was changed. Fill in delegate_id."),
        );
    }

    /// Tells of a name that somebody or something has no more.
    fn formerly(&mut self, row: &Row, name: &str, present: &str) {
        self.warn(
            row,
            WarningCode::FormerName,
            format!("“{name}”现名“{present}”，按现名处理。"),
            format!("{name} is called {present} now; taken for the same."),
        );
    }

    /// Tells of a name that looks like another one and is not.
    fn looks_alike(&mut self, row: &Row, under: Option<AreaId>, name: &str) {
        if let Some(other) = self.looks.meet(under, name) {
            self.warn(
                row,
                WarningCode::LooksAlike,
                format!("“{name}”与“{other}”看起来相同，但所用字符不同。如指同一人或同一处，请改用相同的字符。"),
                format!(
                    "{name} looks like {other} and is written with other characters; if the same is meant, use the same characters."
                ),
            );
        }
    }

    fn later(&mut self, row: &Row, name: &str) {
        let on = self.source_date;
        self.plan.counts.delegates.unchanged += 1;
        self.warn(
            row,
            WarningCode::LaterOnRecord,
            format!("“{name}”在 {on} 或之后另有记录，未作更改。"),
            format!("Something else is on record for {name} on {on} or later; left as it is."),
        );
    }

    fn mandate(&self) -> DelegateEvent {
        DelegateEvent::MandateGiven(MandateGiven { delegate_type: self.delegate_type, from: self.source_date })
    }

    fn assignment(&self, grid_id: AreaId, unit_id: Option<AreaId>) -> DelegateEvent {
        DelegateEvent::Assigned(Assigned { grid_id, unit_id, from: self.source_date })
    }

    /// Tells why nobody was taken of a row.
    fn refuse(&mut self, row: &Row, code: WarningCode, zh: String, en: String) {
        self.refused.insert(row.row);
        self.warn(row, code, zh, en);
    }

    fn warn(&mut self, row: &Row, code: WarningCode, zh: String, en: String) {
        self.plan.warnings.push(Warning { row: row.row, code, detail: both(zh, en) });
    }

    fn finish(self, parsed: &Parsed, present: &BTreeSet<DelegateId>) -> Result<Plan, Refusal> {
        let mut plan = self.plan;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let created = |grids: bool| {
            let of_kind = plan.areas.iter().filter(|(_, event)| matches!(event, AreaEvent::GridDefined(_)) == grids);
            count(of_kind.count())
        };
        let absent = self.delegates.all().filter(|person| person.holds(self.delegate_type, self.source_date));
        plan.absent = absent.map(|person| person.id).filter(|id| !present.contains(id)).collect();
        // By two names it is one all the same.
        let distinct = |ids: &mut dyn Iterator<Item = &AreaId>| count(ids.collect::<BTreeSet<_>>().len());
        plan.counts = Counts {
            grids: AreaCounts { rows: distinct(&mut self.grids.values()), created: created(true) },
            units: AreaCounts { rows: distinct(&mut self.units.values()), created: created(false) },
            delegates: DelegateCounts { absent: count(plan.absent.len()), ..plan.counts.delegates },
        };
        let DelegateCounts { created: new, unchanged, moved, .. } = plan.counts.delegates;
        let areas_only = parsed.rows.iter().filter(|row| row.name.is_none() && !self.refused.contains(&row.row));
        plan.rows = RowCounts {
            read: parsed.read,
            created: new,
            unchanged,
            moved,
            without_person: count(areas_only.count()),
            refused: count(self.refused.len()),
        };
        plan.warnings.sort_by_key(|warning| (warning.row, warning.code));
        if plan.events() > MAX_EVENTS {
            return Err(Refusal::new(Code::TooMany).under("C-A1").because(
                format!("名单带来 {} 项变更，一次最多 {MAX_EVENTS} 项。请按网格拆分文件。", plan.events()),
                format!(
                    "The roster makes {} changes, at most {MAX_EVENTS} at once. Split the file by grid.",
                    plan.events()
                ),
            ));
        }
        if plan.name_bytes() > MAX_NAME_BYTES {
            return Err(Refusal::new(Code::TooMany).under("C-A1").because(
                "新的名称合计过长，一次导入容纳不下。请按网格拆分文件。",
                "The new names are too long together for one import. Split the file by grid.",
            ));
        }
        Ok(plan)
    }
}
