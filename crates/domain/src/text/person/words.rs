//! Words that lists of people hold beside names or in their place. No surname of China is written like the beginnings
//! below; words that are also names (和, 计, 共) stand here only together with others.

/// What lists write where there is nobody: these alone.
const NOBODY: &[&str] = &[
    "无", "没有", "空", "空缺", "空岗", "空编", "出缺", "缺", "缺额", "缺员", "缺编", "同上", "不详", "不设", "未知",
    "略", "撤销", "调离", "退休", "去世", "病故", "已故", "姓名", "人数", "总数", "备注", "序号", "说明", "n/a", "na",
    "none", "nil", "tbd", "tba", "vacant", "unknown", "name", "total", "subtotal",
];
/// What begins a text that stands for somebody yet to come, for nobody, or for a sum.
const NOBODY_BEGINS: &[&str] = &[
    "待定",
    "待补",
    "待选",
    "待聘",
    "待增",
    "待推",
    "待任",
    "待派",
    "待确",
    "待核",
    "待报",
    "待明",
    "待产",
    "待配",
    "待招",
    "待议",
    "待换",
    "待调",
    "待通知",
    "拟任",
    "拟聘",
    "拟补",
    "拟选",
    "暂无",
    "暂缺",
    "暂空",
    "暂未",
    "暂定",
    "暂由",
    "尚未",
    "尚缺",
    "未定",
    "未选",
    "未补",
    "未配",
    "未设",
    "未填",
    "未报",
    "另行",
    "另定",
    "合计",
    "小计",
    "总计",
    "共计",
    "本页",
];
/// Posts and forms of address. Behind a name they are told; alone they are nobody.
const TITLES: &[&str] = &[
    "组长",
    "书记",
    "主任",
    "网格长",
    "联络员",
    "召集人",
    "站长",
    "所长",
    "院长",
    "村长",
    "镇长",
    "区长",
    "局长",
    "科长",
    "校长",
    "主席",
    "委员",
    "干事",
    "负责人",
    "经理",
    "党代表",
    "人大代表",
];
/// The same, which are also given names: told behind two characters and more.
const ADDRESSES: &[&str] = &["代表", "同志", "先生", "女士", "老师", "秘书", "村民", "居民", "党员"];
/// Notes about a person that lists put beside a name, besides sex, ethnicity, year of birth, and the words above.
const NOTES: &[&str] = &[
    "男",
    "女",
    "男性",
    "女性",
    "兼",
    "兼任",
    "兼职",
    "兼组长",
    "党员",
    "中共党员",
    "预备党员",
    "共青团员",
    "团员",
    "群众",
    "无党派",
    "民主党派",
    "连任",
    "新任",
    "新增",
    "增补",
    "补选",
    "主持工作",
];
/// The peoples of China (GB/T 3304), each with 族 behind it.
const PEOPLES: &[&str] = &[
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];
const NUMERALS: &str = "0123456789〇零一二两三四五六七八九十百几数多";
const OF_PEOPLE: &[char] = &['人', '名', '位', '个'];

/// Whether a text stands for nobody in particular.
pub fn is_nobody(plain: &str) -> bool {
    let text: String = plain.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let counted = text.trim_start_matches(['共', '计']).strip_suffix(OF_PEOPLE);
    NOBODY.contains(&text.as_str())
        || NOBODY_BEGINS.iter().any(|begins| text.starts_with(begins))
        || is_note(&text)
        || counted.is_some_and(|number| number.chars().all(|c| NUMERALS.contains(c)))
}

/// Whether a text counts people: 张三等三人, 张三等, 共3人.
pub fn counts_people(plain: &str) -> bool {
    let text: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    // 平等 is also a given name.
    let others = text.strip_suffix('等').is_some_and(|names| !names.ends_with('平'));
    let numbered = |word: &str| {
        text.split(word).skip(1).any(|rest| {
            let unit = rest.trim_start_matches(|c| NUMERALS.contains(c));
            (unit.len() < rest.len() && (unit.is_empty() || unit.starts_with(OF_PEOPLE)))
                || (word == "等" && ["人", "同志", "代表"].iter().any(|people| unit.starts_with(people)))
        })
    };
    others || ["等", "共", "计"].into_iter().any(numbered)
}

/// The title that stands behind a name.
pub fn title_behind(plain: &str) -> Option<&'static str> {
    let behind = |title: &&&str, name_min: usize| {
        plain.strip_suffix(**title).is_some_and(|name| name.trim().chars().count() >= name_min)
    };
    let title = TITLES.iter().find(|title| behind(title, 1));
    title.or_else(|| ADDRESSES.iter().find(|title| behind(title, 2))).copied()
}

/// Whether a text is a note about a person, or several: 女；女，汉族；1970年生.
pub fn is_note(note: &str) -> bool {
    let mut words = note.split(|c: char| c.is_whitespace() || ",，、;；/".contains(c)).filter(|word| !word.is_empty());
    words.clone().next().is_some() && words.all(is_note_word)
}

fn is_note_word(word: &str) -> bool {
    let ethnicity = word.strip_suffix('族').is_some_and(|people| PEOPLES.contains(&people));
    let title = word.strip_prefix('副').or_else(|| word.strip_prefix('兼')).unwrap_or(word);
    let titled = TITLES.contains(&title) || ADDRESSES.contains(&title);
    ethnicity || titled || NOTES.contains(&word) || is_year_of_birth(word)
}

/// 1970, 1970年, 1970.5, 1970年5月生.
fn is_year_of_birth(word: &str) -> bool {
    let year = word.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit()));
    year.is_some_and(|year| ("1900".."2100").contains(&year))
        && word.chars().skip(4).all(|c| c.is_ascii_digit() || "年月日出生.-".contains(c))
}
