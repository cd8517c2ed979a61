//! Names as people type, paste and print them.
#![allow(clippy::unwrap_used)]

mod person;

use super::*;
use proptest::prelude::*;

#[test]
fn padding_goes_but_a_space_between_foreign_words_stays() {
    assert_eq!(person_name("汪\u{A0}洁").unwrap(), "汪洁");
    assert_eq!(person_name("朱\u{A0}\u{A0}芳").unwrap(), "朱芳");
    assert_eq!(person_name("\u{3000}高　明 ").unwrap(), "高明");
    assert_eq!(person_name("Anna  Maria").unwrap(), "Anna Maria");
    assert_eq!(person_name("José\u{A0}García").unwrap(), "José García");
    assert_eq!(person_name("Лев Толстой").unwrap(), "Лев Толстой");
    assert_eq!(person_name("J. R. Smith").unwrap(), "J. R. Smith");
    assert_eq!(person_name("阿依·古丽").unwrap(), "阿依·古丽");
}

#[test]
fn what_is_shown_stays_as_it_was_written() {
    for name in ["ＡＮＮＡ", "McDonald"] {
        assert_eq!(person_name(name).unwrap(), name);
    }
    assert_eq!(person_name("e\u{301}va").unwrap(), "éva");
}

/// Keyboards and fonts offer a dozen middle dots; every name is stored with one of them, whichever way it came in.
#[test]
fn every_name_is_stored_with_one_middle_dot() {
    for dot in ['·', '•', '・', '‧', '･', '∙', '⋅', '\u{387}'] {
        let written = format!("阿依{dot}古丽");
        for stored in [person_name(&written), visitor_name(&written), official(&written)] {
            assert_eq!(stored.as_deref(), Ok("阿依·古丽"), "{dot}");
        }
        assert_eq!(read_name(&written).map(|read| read.name).as_deref(), Ok("阿依·古丽"), "{dot}");
    }
    assert_eq!(title("关于•的通知").unwrap(), "关于•的通知", "a title is quoted as it stands");
}

/// Whoever comes says who they are: no plain name is asked of them, but what pads a name goes as everywhere.
#[test]
fn a_visitor_is_named_as_they_name_themselves() {
    for (written, stored) in [
        ("王　小明", "王小明"),
        (" 张\u{A0}三 ", "张三"),
        ("Anna\u{A0} Maria", "Anna Maria"),
        ("王阿姨", "王阿姨"),
        ("3号楼 101室", "3号楼101室"),
        ("张三 李四", "张三 李四"),
        ("张先生（物业）", "张先生（物业）"),
        ("赛福鼎 • 艾则孜", "赛福鼎·艾则孜"),
        ("Anna • Maria", "Anna·Maria"),
        ("e\u{301}va", "éva"),
    ] {
        assert_eq!(visitor_name(written).as_deref(), Ok(stored), "{written}");
    }
    for (spoilt, code) in
        [(" ", Code::Missing), ("张\u{200B}三", Code::ControlCharacter), ("张\u{E000}", Code::ControlCharacter)]
    {
        assert_eq!(visitor_name(spoilt).unwrap_err().code, code, "{spoilt:?}");
    }
    assert_eq!(visitor_name(&"张".repeat(101)).unwrap_err().code, Code::TooLong);
}

#[test]
fn one_name_has_one_key_however_it_is_written() {
    for (one, other) in [
        ("王芳（女）", "王芳(女)"),
        ("王芳（女）", "王 芳 ﹙女﹚"),
        ("ＡＮＮＡ　Maria", "anna maria"),
        ("Anna Maria", "AnnaMaria"),
        ("ｶﾞﾙｼｱ", "ガルシア"),
        ("e\u{301}va", "Éva"),
        ("张三", "张\u{AD}三"),
        ("太平网格１", "太平网格1"),
    ] {
        assert_eq!(name_key(one), name_key(other), "{one} {other}");
    }
    for dot in ['·', '•', '・', '‧', '･', '∙', '⋅', '\u{387}'] {
        assert_eq!(name_key(&format!("阿依{dot}古丽")), "阿依·古丽", "{dot}");
    }
    // NFKC would say more than width: these are other names.
    for (one, other) in [("㈱", "(株)"), ("①", "1"), ("ﬁ", "fi"), ("张三", "张叁")] {
        assert_ne!(name_key(one), name_key(other), "{one} {other}");
    }
}

#[test]
fn what_looks_like_another_name_has_its_look_and_a_key_of_its_own() {
    for (one, other) in [("Anna", "Аnnа"), ("Peter", "Реtеr")] {
        assert_ne!(name_key(one), name_key(other));
        assert_eq!(look(one), look(other), "{one}");
    }
    assert_ne!(look("张三"), look("张二"));
}

#[test]
fn a_search_finds_every_written_form() {
    for sought in ["王芳", "芳（", "芳(女", "王 芳", "女)"] {
        assert!(name_holds("王芳（女）", sought), "{sought}");
    }
    assert!(name_holds("阿依•古丽", "依·古") && name_holds("Anna Maria", "nna m") && !name_holds("王芳", "王五"));
}

#[test]
fn texts_that_are_empty_long_or_hold_what_cannot_be_seen_are_refused() {
    assert_eq!(official("\u{A0} ").unwrap_err().code, Code::Missing);
    assert_eq!(official(&"村".repeat(100)).unwrap().chars().count(), NAME_CHARS_MAX);
    assert_eq!(official(&"村".repeat(101)).unwrap_err().code, Code::TooLong);
    assert_eq!(official(&"村".repeat(100_000)).unwrap_err().code, Code::TooLong);
    assert_eq!(title(&"关".repeat(200)).unwrap().chars().count(), TITLE_CHARS_MAX);
    assert_eq!(title(&"关".repeat(201)).unwrap_err().code, Code::TooLong);
    assert_eq!(official("太平\u{7}村").unwrap_err().code, Code::ControlCharacter);
    assert_eq!(official("e\u{301}").unwrap(), "é");
}

#[test]
fn no_name_holds_an_invisible_character() {
    let hidden = [
        '\u{AD}',
        '\u{34F}',
        '\u{61C}',
        '\u{115F}',
        '\u{17B4}',
        '\u{180E}',
        '\u{200B}',
        '\u{200E}',
        '\u{2028}',
        '\u{202E}',
        '\u{2060}',
        '\u{2066}',
        '\u{2800}',
        '\u{3164}',
        '\u{FE0F}',
        '\u{FEFF}',
        '\u{FFA0}',
        '\u{FFF9}',
        '\u{1D173}',
        '\u{E0020}',
        '\u{E0100}',
        '\u{85}',
        '\n',
    ];
    for c in hidden {
        let refusal = official(&format!("太{c}平")).unwrap_err();
        assert_eq!(refusal.code, Code::ControlCharacter, "U+{:04X}", u32::from(c));
        let named = format!("U+{:04X}", u32::from(c));
        assert!(refusal.detail.zh.contains(&named) && refusal.detail.en.contains(&named), "{:?}", refusal.detail);
    }
    for c in "江〇桥·・A。é\u{E000}𠮷".chars() {
        assert!(!is_hidden(c), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn what_is_no_character_is_in_no_name_and_noncharacters_are_in_no_text() {
    for nothing in ['\u{FFFE}', '\u{FFFF}', '\u{FDD0}', '\u{1FFFE}', '\u{10FFFF}'] {
        let spoilt = format!("太{nothing}平");
        for refused in [official(&spoilt).map(drop), title(&spoilt).map(drop), visible(&spoilt), legible(&spoilt)] {
            assert_eq!(refused.unwrap_err().code, Code::ControlCharacter, "U+{:04X}", u32::from(nothing));
        }
    }
    // Rare characters as old programs keep them: the words say what to write instead.
    for own in ['\u{E000}', '\u{F8FF}', '\u{F0001}', '\u{10FFFD}'] {
        let refusal = official(&format!("张{own}")).unwrap_err();
        assert_eq!(refusal.code, Code::ControlCharacter);
        assert!(
            refusal.detail.zh.contains("自造字") && refusal.detail.zh.contains(&format!("U+{:04X}", u32::from(own)))
        );
        assert!(refusal.detail.en.contains("private use"), "{refusal}");
        assert!(title(&format!("关于{own}的通知")).is_ok() && legible(&format!("{own}")).is_ok());
    }
    for unassigned in ['\u{378}', '\u{2FE0}', '\u{EFFFD}'] {
        let refusal = official(&format!("张{unassigned}")).unwrap_err();
        assert_eq!(refusal.code, Code::ControlCharacter, "U+{:04X}", u32::from(unassigned));
    }
    for rare in ["𠮷", "䶮", "㛃", "𬍛", "〇"] {
        assert!(official(&format!("张{rare}")).is_ok(), "{rare}");
    }
}

#[test]
fn a_text_of_several_lines_keeps_its_lines_and_turns_nothing_round() {
    for text in ["第一行\n第二行", "👨\u{200D}👩\u{200D}👧 同意", "❤\u{FE0F}"] {
        assert!(legible(text).is_ok(), "{text}");
    }
    for text in ["a\u{7}", "a\rb", "同意\u{202E}付款", "a\u{2066}b", "a\u{200F}b", "a\u{85}b"] {
        assert_eq!(legible(text).unwrap_err().code, Code::ControlCharacter, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What is kept is taken again, unchanged; a key is its own key.
    #[test]
    fn forms_are_stable(value in "\\PC{0,12}") {
        if let Ok(name) = person_name(&value) {
            prop_assert_eq!(person_name(&name), Ok(name.clone()));
            prop_assert_eq!(name_key(&name), name_key(&value));
        }
        let key = name_key(&value);
        prop_assert_eq!(name_key(&key), key);
    }
}
