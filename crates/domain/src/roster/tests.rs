//! Annex 1 as it is, with all its oddities, and files that are worse.
#![allow(clippy::unwrap_used)]

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
fn rows_whose_values_do_not_fit_are_warnings_and_every_row_is_counted() {
    let long = "长".repeat(101);
    let file = format!(
        "grid,unit,name\r\n\r\n,太平村,高明\r\n太平网格,{long},高洪\r\n\r\n太平网格,太平村,李\u{200B}华\r\n太平网格,太平村,王莺\r\n,,\r\n太平网格,金莱社区,\r\n太平网格,（太平村）,李晔\r\n太平网格,\"火线\"\"村\",沈斌\r\n"
    );
    let mut town = Town::new();
    let plan = town.import(&file, Party, "2023-12-01");
    assert_eq!(codes(&plan), [3, 4, 6].map(|row| (row, "malformed_row")));
    assert!(plan.warnings[2].detail.zh.contains("U+200B"));
    assert_eq!((plan.counts.delegates.rows, plan.counts.units.rows), (3, 4));
    let rows = RowCounts { read: 7, created: 3, without_person: 1, refused: 3, ..RowCounts::default() };
    assert_eq!(adds_up(&plan), rows);
    assert_eq!(town.places("李晔", Party, "2024-01-01"), ["太平网格/（太平村）"]);
    assert_eq!(town.places("沈斌", Party, "2024-01-01"), ["太平网格/火线\"村"]);
    // The same file in half width means the same.
    let plan = town.import("grid,unit,name\n太平网格,(太平村),李晔\n", Party, "2023-12-01");
    assert!(plan.is_empty() && adds_up(&plan).unchanged == 1);
}

#[test]
fn a_file_that_cannot_be_read_row_by_row_is_refused_as_a_whole_with_the_row() {
    let good = "grid,unit,name\n太平网格,太平村,高明\n";
    let gbk: &[u8] = b"\xCC\xAB\xC6\xBD\xCD\xF8\xB8\xF1,\xCC\xAB\xC6\xBD\xB4\xE5,\xB8\xDF\xC3\xF7\n";
    let with = |rest: &[u8]| [good.as_bytes(), rest].concat();
    for (what, file, row) in [
        ("an opened quote", with("太平网格,\"太平村,高洪\n太平网格,太平村,\"李华\n".as_bytes()), 3),
        ("a cell over two lines", with("太平网格,\"太平\n村\",高洪\n".as_bytes()), 3),
        ("a quote inside a cell", with("太平网格,太平\"村,高洪\n".as_bytes()), 3),
        ("more behind a quote", with("太平网格,\"太平\"村,高洪\n".as_bytes()), 3),
        ("a column too few", with("\n太平网格,太平村\n".as_bytes()), 4),
        ("a column too many", with("太平网格,太平村,高洪,男\n".as_bytes()), 3),
        ("NUL", with("太平网格,太平村,高\0洪\n".as_bytes()), 3),
        ("a lost character", with("太平网格,太平村,高\u{FFFD}\n".as_bytes()), 3),
        ("GBK behind UTF-8", with(gbk), 3),
        ("UTF-8 behind GBK", [b"grid,unit,name\n", gbk, "太平网格,,高明\n".as_bytes()].concat(), 3),
        ("both in one row", with(b"\xCC\xAB\xC6\xBD\xCD\xF8\xB8\xF1,,\xE9\xAB\x98\xE6\xB4\xAA\n"), 3),
        ("neither", with(b"x,,\xFF\xFE\n"), 3),
        ("UTF-8 by its mark only", [b"\xEF\xBB\xBFgrid,unit,name\n", gbk].concat(), 2),
        ("half a unit of UTF-16", b"\xFF\xFEg\0r\0\n\0x".to_vec(), 2),
        ("half a pair of UTF-16", b"\xFF\xFEg\0\n\0\x00\xD8\n\0".to_vec(), 2),
    ] {
        let refusal = parse(&file).unwrap_err();
        assert_eq!((refusal.code, refusal.clause), (Code::NotACsv, Some("C-A1")), "{what}");
        assert!(refusal.detail.en.starts_with(&format!("Row {row}: ")), "{what}: {}", refusal.detail.en);
        assert!(refusal.detail.zh.starts_with(&format!("第 {row} 行：")), "{what}: {}", refusal.detail.zh);
    }
}

#[test]
fn a_roster_may_be_saved_in_the_encodings_of_office_programs() {
    let text = "grid,unit,name\r\n太平网格,太平村,高明\r\n太平网格,,Zoë 𠮷\r\n";
    let utf16 = |mark: char, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked: String = [mark.to_string(), text.replace(',', "\t")].concat();
        marked.encode_utf16().flat_map(bytes).collect()
    };
    let (gb18030, _, lossy) = encoding_rs::GB18030.encode(text);
    assert!(!lossy);
    let expected = parse(text.as_bytes()).unwrap();
    assert_eq!(expected.encoding, Encoding::Utf8);
    for (encoding, file) in [
        (Encoding::Gb18030, gb18030.into_owned()),
        (Encoding::Utf16, utf16('\u{FEFF}', u16::to_le_bytes)),
        (Encoding::Utf16, utf16('\u{FEFF}', u16::to_be_bytes)),
        (Encoding::Utf8, format!("\u{FEFF}{text}").into_bytes()),
    ] {
        assert_eq!(parse(&file).unwrap(), Parsed { encoding, ..expected.clone() });
    }
}

#[test]
fn annex_1_in_gbk_is_annex_1() {
    let (gbk, _, lossy) = encoding_rs::GBK.encode(annex_1());
    let read = parse(&gbk).unwrap();
    assert_eq!((lossy, read.encoding, read.rows), (false, Encoding::Gb18030, parse(ROSTER).unwrap().rows));
}

#[test]
fn a_cell_that_is_no_plain_name_makes_nobody() {
    let (several, none, note) = ("several_names", "not_a_name", "note_removed");
    for (cell, code) in [
        ("张三、李四", several),
        ("王五，赵六", several),
        ("张三等3人", several),
        ("张三(共3人)", several),
        ("1.", none),
        ("无", none),
        ("待定", none),
        ("（女）", none),
        ("女", none),
        ("男", none),
        ("合计", none),
        ("小计", none),
        ("总计", none),
        ("待补选", none),
        ("张三13800001234", none),
        ("张三组长", none),
        ("张三（借调）", none),
    ] {
        let mut town = Town::new();
        let plan = town.import(&format!("grid,unit,name\n太平网格,太平村,{cell}\n"), Party, "2023-12-01");
        assert_eq!((codes(&plan), plan.created.len()), (vec![(2, code)], 0), "{cell}");
        assert_eq!(adds_up(&plan), RowCounts { read: 1, refused: 1, ..RowCounts::default() }, "{cell}");
        assert_eq!(plan.counts.units.created, 1, "the row's area counts: {cell}");
        let Text { zh, en } = &plan.warnings[0].detail;
        assert!(zh.contains(cell) && en.contains(cell) && zh.ends_with('。') && en.ends_with('.'), "{zh} {en}");
    }
    let plan = Town::new().import("grid,unit,name\n太平网格,,高明（女，回族）\n", Party, "2023-12-01");
    assert_eq!((codes(&plan), plan.created[0].name.as_str()), (vec![(2, note)], "高明"));
}

#[test]
fn a_note_beside_a_name_makes_no_second_person() {
    let mut town = Town::with_annex_1();
    for cell in
        ["汪洁（女）", "汪洁(女)", "汪洁（女，汉族）", "\"汪洁(女,汉族)\"", "汪洁 女", "汪洁（兼）", "汪洁（组长）"]
    {
        let plan = town.import(&format!("grid,unit,name\n太平网格,,{cell}\n"), Party, "2023-12-01");
        assert_eq!((codes(&plan), adds_up(&plan).unchanged), (vec![(2, "note_removed")], 1), "{cell}");
        assert!(plan.is_empty() && !plan.absent.contains(&town.person("汪洁", Party, "2023-12-01").id), "{cell}");
    }
    // Twice in one file, with the note and without: one name.
    let plan = town.plan("grid,unit,name\n太平网格,,新来的\n太平网格,,新来的（女）\n", Party, "2023-12-01").unwrap();
    assert_eq!(codes(&plan), [(2, "duplicate_name"), (3, "note_removed"), (3, "duplicate_name")]);
    // Whom an older record has with the note is the same person.
    let older = DelegateId(Uuid::from_u128(7_777));
    let events = [
        DelegateEvent::Registered(delegate::Registered { name: "李新（女）".into() }),
        DelegateEvent::MandateGiven(delegate::MandateGiven { delegate_type: Party, from: day("2023-12-01") }),
    ];
    town.record(older, &events);
    let plan = town.plan("grid,unit,name\n太平网格,,李新\n", Party, "2023-12-01").unwrap();
    assert_eq!((plan.created.len(), plan.moved[0].id), (0, older));
}

#[test]
fn who_is_made_and_who_is_moved_is_said() {
    let mut town = Town::with_annex_1();
    let id = town.person("金春雷", Party, "2024-01-01").id;
    let file = "grid,unit,name\n太平网格,太平村,金春雷\n太平网格,,新来的\n太平网格,,汪洁\n";
    let plan = town.plan(file, Party, "2024-09-01").unwrap();
    assert_eq!(plan.moved, [Named { row: 2, id, name: "金春雷".to_owned() }]);
    assert_eq!(plan.created, [Named { row: 3, id: plan.delegates[1].0, name: "新来的".to_owned() }]);
    assert_eq!(adds_up(&plan), RowCounts { read: 3, created: 1, moved: 1, unchanged: 1, ..RowCounts::default() });
}

#[test]
fn one_person_stays_one_however_the_name_is_written() {
    let mut town = Town::new();
    town.import(
        "grid,unit,name\n太平网格,太平村,王芳\n太平网格,,阿依•古丽\n太平网格,,José García\n",
        Party,
        "2023-12-01",
    );
    let again = "grid,unit,name\n太平网格,太平村,王 芳\n太平网格,,阿依·古丽\n太平网格,,ＪＯＳÉ  garcía\n";
    let plan = town.plan(again, Party, "2023-12-01").unwrap();
    assert!(plan.is_empty(), "{:?}", plan.created);
    assert_eq!(plan.counts.delegates.unchanged, 3);
    assert_eq!(town.person("阿依·古丽", Party, "2024-01-01").name, "阿依·古丽", "a name has one middle dot");
    assert_eq!(town.person("José García", Party, "2024-01-01").name, "José García");
}

#[test]
fn namesakes_registered_on_purpose_are_told_apart_by_id() {
    let mut town = Town::with_annex_1();
    let first = town.person("金春雷", Party, "2024-01-01").id;
    let grid = town.areas.grid_named("新华网格").unwrap().id;
    let draft = delegate::NewDelegate {
        name: "金春雷".into(),
        delegate_type: Party,
        grid_id: grid,
        unit_id: None,
        from: day("2024-01-01"),
        namesake_of: Some(first),
    };
    let second = DelegateId(Uuid::from_u128(9_999));
    let events = delegate::register(&town.delegates, &town.areas, &draft).unwrap();
    town.record(second, &events);
    // Without ids nobody can say who is meant.
    let plan = town.plan("grid,unit,name\n新华网格,,金春雷\n", Party, "2024-02-01").unwrap();
    assert_eq!((codes(&plan), plan.is_empty()), (vec![(2, "ambiguous_name")], true));
    assert!(plan.warnings[0].detail.en.contains(&second.to_string()));
    // With ids the roster fits.
    let file = format!("grid,unit,name,delegate_id\n太平网格,火线村,金春雷,{first}\n新华网格,,金春雷,{second}\n");
    let plan = town.plan(&file, Party, "2024-02-01").unwrap();
    assert_eq!((codes(&plan), plan.is_empty(), adds_up(&plan).unchanged), (vec![], true, 2));
}

/// Somebody of Annex 1 gets another name.
fn renamed(town: &mut Town, from: &str, to: &str) -> DelegateId {
    let id = town.person(from, Party, "2024-01-01").id;
    town.record(id, &[DelegateEvent::Renamed(delegate::Renamed { name: to.into() })]);
    id
}

#[test]
fn a_list_with_an_old_name_means_the_same_person_and_says_so() {
    let mut town = Town::with_annex_1();
    let id = renamed(&mut town, "汪洁", "汪杰");
    let plan = town.plan(annex_1(), Party, "2023-12-01").unwrap();
    assert!(plan.is_empty() && plan.absent.is_empty(), "{:?}", plan.created);
    let [warning] = plan.warnings.as_slice() else { panic!("{:?}", plan.warnings) };
    assert_eq!(warning.code, WarningCode::FormerName);
    let crate::language::Text { zh, en } = &warning.detail;
    assert!([zh, en].iter().all(|told| told.contains("汪洁") && told.contains("汪杰")), "{zh} {en}");
    assert_eq!(adds_up(&plan).unchanged, 146);
    // By id as well, and both the old and the new name move the same person.
    let by_id = format!("grid,unit,name,delegate_id\n太平网格,,汪洁,{id}\n");
    let plan = town.plan(&by_id, Party, "2023-12-01").unwrap();
    assert_eq!((codes(&plan), adds_up(&plan).unchanged), (vec![(2, "former_name")], 1));
    for (name, warnings) in [("汪 洁", vec![(2, "name_padding_removed"), (2, "former_name")]), ("汪杰", vec![])] {
        let plan = town.plan(&format!("grid,unit,name\n太平网格,太平村,{name}\n"), Party, "2024-09-01").unwrap();
        assert_eq!((codes(&plan), plan.moved[0].id, plan.moved[0].name.as_str()), (warnings, id, "汪杰"));
    }
}

#[test]
fn a_list_with_the_old_name_of_a_grid_or_a_unit_means_the_same_one() {
    let mut town = Town::with_annex_1();
    let grid = town.areas.grid_named("太平网格").unwrap().id;
    let unit = town.areas.unit_named(grid, "太平村").unwrap().id;
    for (id, name) in [(grid, "太平新网格"), (unit, "太平新村")] {
        let event = crate::area::rename(&town.areas, id, name).unwrap();
        town.areas.apply(id, &event, &stamp(10, 2));
    }
    let plan = town.plan(annex_1(), Party, "2023-12-01").unwrap();
    assert!(plan.is_empty(), "{:?}", plan.areas);
    assert!(plan.warnings.iter().all(|warning| warning.code == WarningCode::FormerName), "{:?}", codes(&plan));
    assert_eq!(plan.warnings.len(), 2, "each once, not in every row");
    assert_eq!((plan.counts.grids.rows, plan.counts.units.rows, plan.counts.units.created), (14, 76, 0));
    // By both names it is one.
    let file = "grid,unit,name\n太平网格,太平村,\n太平新网格,太平新村,\n";
    let plan = town.plan(file, Party, "2023-12-01").unwrap();
    assert_eq!((plan.is_empty(), plan.counts.grids.rows, plan.counts.units.rows), (true, 1, 1));
}

#[test]
fn an_old_name_is_somebody_else_s_once_they_have_it() {
    let mut town = Town::with_annex_1();
    let before = renamed(&mut town, "汪洁", "汪杰");
    let other = DelegateId(Uuid::from_u128(9_999));
    let given = delegate::MandateGiven { delegate_type: Party, from: day("2024-01-01") };
    let events =
        [DelegateEvent::Registered(delegate::Registered { name: "汪洁".into() }), DelegateEvent::MandateGiven(given)];
    town.record(other, &events);
    let plan = town.plan("grid,unit,name\n太平网格,,汪洁\n", Party, "2024-09-01").unwrap();
    assert_eq!((codes(&plan), plan.moved[0].id), (vec![], other));
    assert!(plan.absent.contains(&before));
    // A deputy who had a name is not a party delegate of that name.
    let plan = town.plan("grid,unit,name\n太平网格,,汪洁\n", Deputy, "2024-09-01").unwrap();
    assert_eq!((codes(&plan), plan.created.len()), (vec![(2, "same_name_other_type")], 1));
}

#[test]
fn two_names_of_one_person_are_not_two_people() {
    let mut town = Town::with_annex_1();
    let id = renamed(&mut town, "汪洁", "汪杰");
    let plan = town.plan("grid,unit,name\n太平网格,,汪洁\n太平网格,太平村,汪杰\n", Party, "2024-09-01").unwrap();
    assert_eq!((codes(&plan), plan.is_empty()), (vec![(2, "duplicate_name"), (3, "duplicate_name")], true));
    assert!(!plan.absent.contains(&id));
    adds_up(&plan);
    // The id tells which row is theirs.
    let file = format!("grid,unit,name,delegate_id\n太平网格,,汪洁,\n太平网格,太平村,汪杰,{id}\n");
    let plan = town.plan(&file, Party, "2024-09-01").unwrap();
    assert_eq!((codes(&plan), plan.moved[0].id), (vec![(2, "duplicate_name")], id));
}

#[test]
fn a_name_that_looks_like_another_is_told_and_counts() {
    let mut town = Town::new();
    let file = "grid,unit,name\n太平网格,,Anna Maria\n太平网格,,Аnna Maria\n";
    let plan = town.import(file, Party, "2023-12-01");
    assert_eq!((codes(&plan), plan.counts.delegates.created), (vec![(3, "looks_alike")], 2));
    let plan = town.plan("grid,unit,name\nA网格,甲村,\nА网格,甲村,\n", Party, "2023-12-01").unwrap();
    assert_eq!(codes(&plan), [(3, "looks_alike")]);
}

#[test]
fn row_numbers_are_the_lines_an_editor_shows() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["grid,unit,name", "", "太平网格,,高 明", "", "", "太平网格,,高 洪", "太平网格,,张 益"].join(end);
        let rows: Vec<u64> = parse(file.as_bytes()).unwrap().warnings.iter().map(|w| w.row).collect();
        assert_eq!(rows, [3, 6, 7], "{end:?}");
    }
}

#[test]
fn what_is_no_roster_is_refused() {
    assert_eq!(refused(b""), Code::NotACsv);
    assert_eq!(refused(b"\xEF\xBB\xBF\n\n"), Code::NotACsv);
    assert_eq!(refused(b"grid,unit\n"), Code::UnknownHeader);
    assert_eq!(refused(b"grid,unit,name,phone\n"), Code::UnknownHeader);
    assert_eq!(refused(b"grid,unit,name,name\n"), Code::UnknownHeader);
    assert_eq!(refused(&vec![b'x'; MAX_BYTES + 1]), Code::TooLong);
    assert_eq!(refused(format!("grid,unit,name\n{}", "a,b,c\n".repeat(20_001)).as_bytes()), Code::TooMany);
    assert_eq!(refused("网格,单位,姓名\n".as_bytes()), Code::UnknownHeader);
    let unknown = parse(b"grid,name,phone,name\n").unwrap_err().detail;
    for named in ["phone", "name", "unit"] {
        assert!(unknown.zh.contains(named) && unknown.en.contains(named), "{unknown:?}");
    }
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
