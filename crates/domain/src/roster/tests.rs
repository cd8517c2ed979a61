//! Annex 1 as it is, with all its oddities, and files that are worse.
#![allow(clippy::unwrap_used)]

mod faults;
mod names;

use super::*;
use crate::area::{AreaEvent, Areas, TownDefined};
use crate::delegate::{self, DelegateEvent, Delegates};
use crate::fixtures::{ROSTER, day, stamp};
use crate::ids::{AreaId, DelegateId};
use crate::language::Text;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::UnitKind;
use DelegateType::{Deputy, Party};
use proptest::prelude::*;
use uuid::Uuid;

/// Names that the notice pads with U+00A0: twice in these …
const PADDED_TWICE: [&str; 26] = [
    "朱芳", "高洪", "杨鹃", "朱欢", "黄秦", "周屹", "张益", "高杰", "张琴", "李华", "王莺", "高明", "周黎", "沈斌",
    "赵凤", "刘震", "姚华", "徐超", "张伟", "于玥", "周民", "李晔", "陶洁", "陈敏", "李萍", "王峥",
];
/// … and once in these.
const PADDED_ONCE: [&str; 3] = ["汪洁", "丁佳", "李劲"];

/// Annex 1 with the padding of the notice.
fn padded() -> String {
    let mut file = String::from_utf8(ROSTER.to_vec()).unwrap();
    for (names, padding) in [(&PADDED_TWICE[..], "\u{A0}\u{A0}"), (&PADDED_ONCE[..], "\u{A0}")] {
        for name in names {
            let (first, second) = name.split_at(3);
            let row = format!(",{name}\n");
            assert_eq!(file.matches(&row).count(), 1, "{name}");
            file = file.replace(&row, &format!(",{first}{padding}{second}\n"));
        }
    }
    file
}

/// What is known, and the ids handed out so far.
struct Town {
    areas: Areas,
    delegates: Delegates,
    ids: u128,
}

impl Town {
    fn new() -> Self {
        let mut areas = Areas::default();
        let town = TownDefined { name: "江桥镇".into(), level: 0 };
        areas.apply(AreaId(Uuid::from_u128(1)), &AreaEvent::TownDefined(town), &stamp(2, 1));
        Self { areas, delegates: Delegates::default(), ids: 1 }
    }

    fn plan(&mut self, file: &str, delegate_type: DelegateType, on: &str) -> Result<Plan, Refusal> {
        let ids = &mut self.ids;
        let mut new_id = || {
            *ids += 1;
            Uuid::from_u128(*ids)
        };
        let parsed = parse(file.as_bytes())?;
        plan(&parsed, &self.areas, &self.delegates, delegate_type, day(on), &mut new_id)
    }

    /// Plans and records.
    fn import(&mut self, file: &str, delegate_type: DelegateType, on: &str) -> Plan {
        let plan = self.plan(file, delegate_type, on).unwrap();
        for (id, event) in &plan.areas {
            self.areas.apply(*id, event, &stamp(10, 1));
        }
        for (id, events) in &plan.delegates {
            self.record(*id, events);
        }
        plan
    }

    fn record(&mut self, id: DelegateId, events: &[DelegateEvent]) {
        for event in events {
            let version = self.delegates.get(id).map_or(0, |person| person.version) + 1;
            self.delegates.apply(id, event, &stamp(10, version));
        }
    }

    fn with_annex_1() -> Self {
        let mut town = Self::new();
        town.import(annex_1(), Party, "2023-12-01");
        town
    }

    fn person(&self, name: &str, delegate_type: DelegateType, on: &str) -> &delegate::Delegate {
        self.delegates.of_type(name, delegate_type, day(on)).first().unwrap()
    }

    /// Where somebody is assigned on a day, as `grid/unit`.
    fn places(&self, name: &str, delegate_type: DelegateType, on: &str) -> Vec<String> {
        let place = |a: &delegate::Assignment| {
            let unit = a.unit_id.map_or("", |id| self.areas.unit(id).unwrap().name.as_str());
            format!("{}/{unit}", self.areas.grid(a.grid_id).unwrap().name)
        };
        self.person(name, delegate_type, on).assignments_on(day(on)).map(place).collect()
    }
}

fn annex_1() -> &'static str {
    std::str::from_utf8(ROSTER).unwrap()
}

fn codes(plan: &Plan) -> Vec<(u64, &'static str)> {
    plan.warnings.iter().map(|warning| (warning.row, warning.code.as_str())).collect()
}

/// A number in ideographs: names hold no digits.
fn letters(n: u32) -> String {
    n.to_string().chars().filter_map(|c| "零一二三四五六七八九".chars().nth(c.to_digit(10)? as usize)).collect()
}

fn refused(file: &[u8]) -> Code {
    parse(file).unwrap_err().code
}

#[test]
fn the_first_import_of_annex_1_makes_everything() {
    let mut town = Town::new();
    let plan = town.import(annex_1(), Party, "2023-12-01");
    let delegates = DelegateCounts { rows: 146, created: 146, unchanged: 0, moved: 0, absent: 0 };
    assert_eq!(plan.counts.grids, AreaCounts { rows: 14, created: 14 });
    assert_eq!(plan.counts.units, AreaCounts { rows: 76, created: 76 });
    assert_eq!(plan.counts.delegates, delegates);
    assert_eq!((plan.events(), plan.warnings.len()), (14 + 76 + 3 * 146, 0));
    let kinds = |kind| town.areas.units().filter(|unit| unit.kind == kind).count();
    assert_eq!([UnitKind::Village, UnitKind::Community, UnitKind::Institution].map(kinds), [16, 35, 25]);
    let grid = town.areas.grid_named("太平网格").unwrap();
    assert_eq!(town.areas.units_of(grid.id).count(), 4);
    assert_eq!(town.delegates.of_grid(grid.id, Party, day("2023-12-01")).count(), 10);
    assert_eq!(town.delegates.of_grid(grid.id, Deputy, day("2023-12-01")).count(), 0);
}

#[test]
fn the_padding_of_the_notice_is_removed_and_said_row_by_row() {
    let file = padded();
    let mut town = Town::new();
    let plan = town.import(&file, Party, "2023-12-01");
    assert_eq!(plan.counts.delegates.created, 146);
    let warnings = codes(&plan);
    assert!(warnings.iter().all(|(_, code)| *code == "name_padding_removed"));
    let rows: Vec<u64> = warnings.iter().map(|(row, _)| *row).collect();
    let lines = [
        2, 14, 16, 17, 21, 24, 25, 26, 32, 34, 40, 43, 49, 59, 65, 70, 72, 75, 90, 93, 96, 98, 103, 105, 114, 124, 128,
        131, 140,
    ];
    assert_eq!((rows.as_slice(), rows.len()), (&lines[..], 26 + 3));
    assert_eq!(town.delegates.all().filter(|person| person.name.contains('\u{A0}')).count(), 0);
    // The same roster without the padding says nothing new.
    assert!(town.plan(annex_1(), Party, "2023-12-01").unwrap().is_empty());
}

#[test]
fn the_same_file_again_changes_nothing() {
    let mut town = Town::with_annex_1();
    let before = town.ids;
    let plan = town.plan(annex_1(), Party, "2023-12-01").unwrap();
    let delegates = DelegateCounts { rows: 146, created: 0, unchanged: 146, moved: 0, absent: 0 };
    assert!(plan.is_empty());
    assert_eq!(plan.counts.delegates, delegates);
    assert_eq!((plan.counts.grids.created, plan.counts.units.created, town.ids), (0, 0, before));
}

#[test]
fn the_oddities_of_annex_1() {
    let town = Town::with_annex_1();
    let place = |name: &str| town.places(name, Party, "2023-12-01").concat();
    // Grids without a person of their own, and one with two.
    for (name, at) in [
        ("周屹", "星火网格/星火村"),
        ("汤莉华", "江桥老街网格/江安社区"),
        ("吴勤良", "幸福网格/幸福村"),
        ("郁雪琴", "四高网格/金园社区"),
        ("陈政江", "封浜集镇网格/"),
        ("童蕾馨", "封浜集镇网格/"),
        ("汪洁", "太平网格/"),
    ] {
        assert_eq!(place(name), at);
    }
    // Names that share a beginning and nothing else.
    for (grid, unit) in [
        ("新华网格", "封浜村"),
        ("星火网格", "封浜水厂"),
        ("幸福网格", "江丰经济城"),
        ("沃尔玛网格", "江丰社区"),
        ("物流网格", "新江桥经济城"),
        ("江桥老街网格", "新江桥建设公司"),
    ] {
        for known in town.areas.grids() {
            let there = town.areas.unit_named(known.id, unit).is_some();
            assert_eq!(there, known.name == grid, "{unit} in {}", known.name);
        }
    }
    let mut sizes = std::collections::BTreeMap::new();
    for unit in town.areas.units() {
        let people = town.delegates.all().filter(|p| p.assignments.iter().any(|a| a.unit_id == Some(unit.id))).count();
        *sizes.entry(people).or_insert(0) += 1;
    }
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [(1, 38), (2, 22), (3, 12), (4, 3), (5, 1)]);
}

#[test]
fn differences_are_events_and_nobody_is_removed() {
    let mut town = Town::with_annex_1();
    let changed = annex_1()
        .replace("太平网格,火线村,金春雷\n", "太平网格,太平村,金春雷\n")
        .replace("华庄网格,,魏晓栋\n", "")
        .replace("物流网格,,李劲\n", "物流网格,,李劲\n物流网格,物流社区,新来的\n");
    let plan = town.import(&changed, Party, "2024-09-01");
    let delegates = DelegateCounts { rows: 146, created: 1, unchanged: 144, moved: 1, absent: 1 };
    assert_eq!(plan.counts.delegates, delegates);
    assert_eq!((plan.areas.len(), plan.delegates.len()), (1, 2));
    assert_eq!(town.places("金春雷", Party, "2024-08-31"), ["太平网格/火线村"]);
    assert_eq!(town.places("金春雷", Party, "2024-09-01"), ["太平网格/太平村"]);
    assert_eq!(plan.absent, [town.person("魏晓栋", Party, "2024-09-01").id]);
    assert!(town.person("魏晓栋", Party, "2024-09-01").holds(Party, day("2024-09-01")));
    assert!(town.plan(&changed, Party, "2024-09-01").unwrap().is_empty());
    // The older roster is still true of its day.
    assert!(town.plan(annex_1(), Party, "2023-12-01").unwrap().is_empty());
}

#[test]
fn an_older_roster_does_not_undo_what_came_later() {
    let mut town = Town::with_annex_1();
    let moved = annex_1().replace("太平网格,火线村,金春雷\n", "太平网格,太平村,金春雷\n");
    town.import(&moved, Party, "2024-09-01");
    let elsewhere = "grid,unit,name\n太平网格,资产公司,金春雷\n";
    for on in ["2024-03-01", "2024-09-01"] {
        let plan = town.plan(elsewhere, Party, on).unwrap();
        assert!(plan.is_empty());
        assert_eq!(codes(&plan), [(2, "later_on_record")]);
    }
}

#[test]
fn who_has_departed_is_not_brought_back_to_an_earlier_day_but_may_return() {
    let mut town = Town::with_annex_1();
    let person = town.person("金春雷", Party, "2024-01-01");
    let gone = delegate::depart(person, crate::vocabulary::DepartureReason::TermEnd, day("2024-06-30")).unwrap();
    let id = person.id;
    town.record(id, &[gone]);
    let row = "grid,unit,name\n太平网格,太平村,金春雷\n";
    assert_eq!(codes(&town.plan(row, Party, "2024-06-01").unwrap()), [(2, "later_on_record")]);
    let plan = town.import(row, Party, "2025-01-01");
    assert_eq!((plan.counts.delegates.moved, plan.delegates[0].0, plan.delegates[0].1.len()), (1, id, 2));
    let person = town.person("金春雷", Party, "2025-01-01");
    assert!(person.holds_any(day("2025-01-01")) && !person.holds_any(day("2024-12-31")));
}

#[test]
fn a_second_import_adds_deputies() {
    let mut town = Town::with_annex_1();
    let deputies = "grid,unit,name\n太平网格,太平村,王代表\n太平网格,,金春雷\n";
    let plan = town.import(deputies, Deputy, "2023-12-01");
    assert_eq!((plan.counts.delegates.created, plan.counts.delegates.absent), (2, 0));
    assert_eq!(codes(&plan), [(3, "same_name_other_type")]);
    assert_ne!(
        town.person("金春雷", Deputy, "2024-01-01").id,
        town.person("金春雷", Party, "2024-01-01").id,
        "a namesake of the other type is another person"
    );
    assert!(town.plan(deputies, Deputy, "2023-12-01").unwrap().is_empty());
}

#[test]
fn a_delegate_id_says_that_it_is_the_same_person() {
    let mut town = Town::with_annex_1();
    let id = town.person("金春雷", Party, "2024-01-01").id;
    let deputies = format!("\u{FEFF}delegate_id,grid,unit,name\n{id},新华网格,封浜村,金春雷\n");
    let plan = town.import(&deputies, Deputy, "2024-01-01");
    assert_eq!((plan.warnings.len(), plan.counts.delegates.created, plan.counts.delegates.moved), (0, 0, 1));
    // Both rosters hold: neither takes the person away from the other.
    assert_eq!(town.places("金春雷", Party, "2024-01-01"), ["太平网格/火线村", "新华网格/封浜村"]);
    assert_eq!(town.person("金春雷", Deputy, "2024-01-01").types_on(day("2024-01-01")), [Party, Deputy]);
    assert!(town.plan(&deputies, Deputy, "2024-01-01").unwrap().is_empty());
    assert!(town.plan(annex_1(), Party, "2024-01-01").unwrap().is_empty());
    let wrong = format!("grid,unit,name,delegate_id\n太平网格,,高明,{id}\n太平网格,,高洪,nobody\n");
    assert_eq!(
        codes(&town.plan(&wrong, Party, "2024-01-01").unwrap()),
        [(2, "name_differs"), (3, "unknown_delegate_id")]
    );
}

#[test]
fn two_equal_names_in_one_file_are_both_refused() {
    let mut town = Town::new();
    let file = "grid,unit,name\n太平网格,太平村,张\u{A0}伟\n太平网格,火线村,张伟\n太平网格,火线村,高明\n";
    let plan = town.import(file, Party, "2023-12-01");
    assert_eq!(codes(&plan), [(2, "name_padding_removed"), (2, "duplicate_name"), (3, "duplicate_name")]);
    assert_eq!((plan.counts.delegates.rows, plan.counts.delegates.created, plan.counts.units.created), (3, 1, 2));
    // A row with an id is told apart; the one without is not.
    let id = town.person("高明", Party, "2024-01-01").id;
    let file = format!("grid,unit,name,delegate_id\n太平网格,火线村,高明,{id}\n太平网格,太平村,高明,\n");
    let plan = town.plan(&file, Party, "2024-01-01").unwrap();
    assert_eq!((codes(&plan), plan.is_empty()), (vec![(3, "duplicate_name")], true));
    let file = format!("grid,unit,name,delegate_id\n太平网格,火线村,高明,{id}\n太平网格,太平村,高明,{id}\n");
    assert_eq!(codes(&town.plan(&file, Party, "2024-01-01").unwrap()).len(), 2);
}

/// Every row is accounted for.
fn adds_up(plan: &Plan) -> RowCounts {
    let rows = plan.rows;
    assert_eq!(rows.read, rows.created + rows.unchanged + rows.moved + rows.without_person + rows.refused, "{rows:?}");
    rows
}

#[test]
fn a_roster_needs_a_town_and_must_fit_into_one_append() {
    let mut town = Town::new();
    let roster = |people: u32| -> String {
        ["grid,unit,name\n".to_owned()]
            .into_iter()
            .chain((0..people).map(|n| format!("太平网格,,新{}\n", letters(n))))
            .collect()
    };
    assert_eq!(town.plan(&roster(1364), Party, "2023-12-01").unwrap().events(), 1 + 3 * 1364);
    let refusal = town.plan(&roster(1365), Party, "2023-12-01").unwrap_err();
    assert_eq!((refusal.code, refusal.clause), (Code::TooMany, Some("C-A1")));
    let long: String = (0..4000).map(|n| format!("太平网格,{}{n},\n", "𠮷".repeat(90))).collect();
    assert_eq!(town.plan(&format!("grid,unit,name\n{long}"), Party, "2023-12-01").unwrap_err().code, Code::TooMany);
    town.areas = Areas::default();
    assert_eq!(town.plan(annex_1(), Party, "2023-12-01").unwrap_err().code, Code::NoTown);
}

#[test]
fn imports_are_remembered_by_what_they_said() {
    let mut imports = RosterImports::default();
    for (n, position) in [(2, 498), (1, 499)] {
        let imported = Imported {
            source_date: day("2023-12-01"),
            delegate_type: Party,
            sha256: "00".repeat(32),
            counts: Counts::default(),
        };
        imports.apply(RosterImportId(Uuid::from_u128(n)), &RosterEvent::Imported(imported), &stamp(position, 1));
    }
    let same = imports.same(&"00".repeat(32), Party, day("2023-12-01")).unwrap();
    assert_eq!((same.id, same.position), (RosterImportId(Uuid::from_u128(2)), 498));
    assert_eq!(imports.same(&"00".repeat(32), Deputy, day("2023-12-01")), None);
    assert_eq!(imports.same(&"00".repeat(32), Party, day("2023-12-02")), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the cells, every row is accounted for; and what was imported changes nothing again.
    #[test]
    fn no_file_breaks_anything(rows in prop::collection::vec(prop::array::uniform3("[a-cа村社区1无 、\",\u{A0}（）\u{301}\u{200B}·•]{0,8}"), 0..12)) {
        let mut town = Town::new();
        let mut writer = csv::Writer::from_writer(b"grid,unit,name\n".to_vec());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let plan = town.import(&file, Party, "2023-12-01");
        adds_up(&plan);
        prop_assert!(plan.warnings.windows(2).all(|pair| pair[0].row <= pair[1].row));
        prop_assert!(town.plan(&file, Party, "2023-12-01").unwrap().is_empty());
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"grid,unit,name\n".to_vec();
        file.extend(bytes);
        if let Ok(parsed) = parse(&file) {
            prop_assert!(parsed.rows.windows(2).all(|pair| pair[0].row <= pair[1].row));
        }
    }
}
