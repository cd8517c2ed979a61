//! One person stays one, and two stay two, whatever a list says of their names.

use super::*;

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
    // By both names it is one for the record and two for the file: which is meant cannot be told.
    let file = "grid,unit,name\n太平网格,太平村,新来人\n太平新网格,太平新村,\n太平新网格,太平村,另一人\n太平网格,,\n";
    let plan = town.plan(file, Party, "2023-12-01").unwrap();
    assert!(plan.is_empty(), "{:?} {:?}", plan.areas, plan.delegates);
    assert_eq!(codes(&plan), [(2, "duplicate_name"), (4, "duplicate_name"), (5, "duplicate_name")]);
    assert_eq!((plan.counts.grids.rows, plan.counts.units.rows), (1, 1));
    assert_eq!((adds_up(&plan).refused, plan.counts.delegates.rows), (3, 2));
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
