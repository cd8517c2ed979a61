//! Whether a text names one person, and what stands beside a name.

use super::*;

/// What a text is refused with as one person's name.
fn refused(text: &str) -> Option<Code> {
    person_name(text).err().map(|refusal| refusal.code)
}

#[test]
fn several_names_in_one_place_are_not_one_person() {
    for text in [
        "张三、李四",
        "张三,李四",
        "张三，李四",
        "张三；李四",
        "张三;李四",
        "张三/李四",
        "张三／李四",
        "张三 李四",
        "张三　李四",
        "张三（女）、李四",
        "张三（女）李四（男）",
        "Anna & Bob",
        "1、张三",
        "张三等3人",
        "张三等三人",
        "张三 等3名",
        "张三等",
        "张三等人",
        "张三等同志",
        "张三(共3人)",
        "张三（共三人）",
        "张三共3人",
        "张三（等五人）",
    ] {
        assert_eq!(refused(text), Some(Code::SeveralNames), "{text}");
    }
}

#[test]
fn what_lists_write_for_nobody_is_no_name() {
    for text in [
        "无",
        "待定",
        "暂无",
        "空缺",
        "（女）",
        "(女)",
        "1.",
        "1",
        "１．",
        "1.张三",
        "-",
        "—",
        "/",
        "、",
        "N/A",
        "None",
        "待定（2024年）",
        "（待定）",
        "姓名",
        "?",
        "·",
        "无 ",
        "女",
        "男",
        "女性",
        "汉族",
        "合计",
        "小计",
        "总计",
        "共计",
        "合 计",
        "合计：",
        "合计3人",
        "共3人",
        "三人",
        "12名",
        "待补选",
        "待增补",
        "待 定",
        "待补选（2026年）",
        "待推选产生",
        "暂缺（拟补选）",
        "拟任",
        "另行通知",
        "尚未选出",
        "未定",
        "组长",
        "党代表",
        "书记兼主任",
        "备注",
        "subtotal",
        "A",
        "张",
    ] {
        assert_eq!(refused(text), Some(Code::NotAName), "{text}");
    }
}

#[test]
fn what_stands_beside_a_name_is_no_part_of_it() {
    for text in [
        "张三13800001234",
        "张三 13800001234",
        "张三（13800001234）",
        "张三１",
        "张伟1",
        "张三：组长",
        "张三*",
        "张三。",
        "张三-李四",
        "张三（借调",
        "张三）",
        "张三（借调）",
        "张三（李四）",
        "张三[原李四]",
        "张三组长",
        "张三副书记",
        "王主任",
        "张三同志",
        "张三\"",
        "阿依.古丽",
        "阿依··古丽",
        "·古丽",
        "阿依·",
        "张三@126",
    ] {
        assert_eq!(refused(text), Some(Code::NotAName), "{text}");
    }
    // The words say what to write.
    for (text, told) in [
        ("张三13800001234", "数字"),
        ("阿依.古丽", "·"),
        ("张三组长", "组长"),
        ("张三（借调）", "借调"),
        ("汪洁（女，汉族）", "“汪洁”"),
    ] {
        let detail = person_name(text).unwrap_err().detail;
        assert!(detail.zh.contains(told), "{text}: {detail:?}");
        assert!(detail.en.is_ascii(), "{text}: {detail:?}");
    }
}

#[test]
fn names_of_every_kind_are_names() {
    for name in [
        "张三",
        "汪 洁",
        "欧阳 明",
        "司马相如",
        "范徐丽泰",
        "无忌",
        "〇一",
        "和平",
        "李和平",
        "王平等",
        "陈光族",
        "万人杰",
        "王民族",
        "张代表",
        "阿依·古丽",
        "阿卜杜热合曼·艾则孜",
        "迪丽热巴·迪力木拉提",
        "昂旺洛桑丹增嘉措",
        "赛福鼎 · 艾则孜",
        "乔治·R·R·马丁",
        "乔治·R.R.马丁",
        "A·B·史密斯",
        "Anna Maria",
        "J. R. Smith",
        "José García",
        "Jean-Luc Picard",
        "O'Brien",
        "D’Arcy",
        "Лев Толстой",
        "Nguyễn Thị Minh",
        "ガルシア",
        "محمد علي",
        "रमेश कुमार",
        "สมชาย ใจดี",
        "김철수",
        "张A",
        "𠮷野家",
        "Na Li",
        "Nil Armstrong",
    ] {
        assert_eq!(refused(name), None, "{name}");
    }
    for row in crate::fixtures::ROSTER.split(|byte| *byte == b'\n').skip(1).filter(|row| !row.is_empty()) {
        let name = std::str::from_utf8(row).unwrap().rsplit(',').next().unwrap();
        assert_eq!(person_name(name).as_deref(), Ok(name));
    }
}

#[test]
fn a_note_beside_a_name_is_read_apart_from_it() {
    for (text, notes) in [
        ("汪洁（女）", &["女"][..]),
        ("汪洁(女)", &["女"]),
        ("汪洁 ﹙女﹚", &["女"]),
        ("汪洁（女，汉族）", &["女，汉族"]),
        ("汪洁【兼】", &["兼"]),
        ("汪洁（女、1970年5月生）", &["女、1970年5月生"]),
        ("汪洁（女）（组长）", &["女", "组长"]),
        ("（女）汪洁", &["女"]),
        ("汪洁 女 维吾尔族", &["女", "维吾尔族"]),
        ("汪 洁 （副组长）", &["副组长"]),
        ("汪洁", &[]),
    ] {
        let read = read_name(text).unwrap();
        assert_eq!(
            (read.name.as_str(), read.notes),
            ("汪洁", notes.iter().map(|note| (*note).to_owned()).collect()),
            "{text}"
        );
        assert_eq!(person_key(text), "汪洁", "{text}");
    }
    // A padded name of two characters is none and a note.
    assert_eq!(person_name("汪 女").as_deref(), Ok("汪女"));
    // What stands on record as something else is compared as it stands.
    assert_eq!(person_key("张三（借调）"), name_key("张三(借调)"));
}
