//! What residents say, in their words and at their length: every text another.

use fastrand::Rng;
use std::fmt::Write as _;

const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "欧阳",
    "诸葛",
];
const GIVEN_NAMES: [&str; 16] =
    ["秀英", "伟", "芳", "建国", "敏", "静怡", "强", "磊", "桂英", "洋", "勇", "小红", "杰", "文斌", "海燕", "德明"];
const THINGS: [&str; 12] = [
    "楼道灯不亮",
    "电梯频繁故障",
    "晚间停车难",
    "门口下雨积水",
    "垃圾箱房异味",
    "公交线路太远",
    "老年人助餐点",
    "人行道破损",
    "噪声扰民",
    "儿童活动场地",
    "外墙渗水",
    "充电桩不足",
];
const SENTENCES: [&str; 16] = [
    "{n}号楼三楼到五楼的楼道灯坏了{m}天，晚上老人上下楼看不清台阶，希望尽快修好。",
    "物业报修过{m}次都没有下文，孩子放学回家害怕。",
    "小区共有{n}00多户，车位不到一半，晚上八点以后消防通道上都停满了车。",
    "{n}号楼电梯这个月停了{m}次，有一次老人被关在里面半个小时。",
    "一下大雨小区门口积水就有{n}厘米深，电瓶车都熄火。",
    "从村口走到最近的车站要{n}分钟以上，老人看病不方便。",
    "居委会来看过，说要等上级安排，已经过去{m}个星期。",
    "我们楼里七十岁以上的老人有{m}位，大家都签了字。",
    "希望代表帮助协调，给一个明确的时间。",
    "如果一时解决不了，也请说明原因。",
    "隔壁小区去年已经改造好了，用的就是这个办法。",
    "夜里{m}点以后还在施工，窗户关着也听得见。",
    "请把检验的结果贴在门口，让大家都看得到。",
    "愿意配合，费用可以商量。",
    "联系过承办单位，对方说不归他们管。",
    "上次会议提到过，记录在{n}号本子上。",
];
const ANSWERS: [&str; 8] = [
    "已联系物业更换{n}号楼全部损坏灯具，现场试亮正常，来访人到场确认。",
    "养护单位疏通雨水管{n}0米，清掏雨水井{m}座，最近一场大雨后现场未见积水。",
    "公交公司已将早高峰的间隔缩短为{m}分钟，新时刻表张贴在站亭。",
    "已与相邻商场协商错时停车，晚七点至早八点开放{n}0个车位给居民。",
    "维保单位已更换门机和曳引轮，经检验合格恢复运行。",
    "已当面说明公共照明的范围和报修电话，来访人表示理解。",
    "方案已经业主大会表决，公示{m}天后进场。",
    "以后每月{n}日回访一次，直到居民满意。",
];

/// A name, as a visitor gives it.
pub fn name(out: &mut String, random: &mut Rng) {
    out.push_str(of(&SURNAMES, random));
    out.push_str(of(&GIVEN_NAMES, random));
}

/// One line, up to about 20 characters.
pub fn subject(out: &mut String, random: &mut Rng) {
    let _infallible = write!(out, "{}号楼{}室：{}", random.u32(1..300), random.u32(101..2400), of(&THINGS, random));
}

/// What was said: mostly one to four sentences, now and then a page.
pub fn said(out: &mut String, random: &mut Rng) {
    sentences(out, &SENTENCES, random);
}

/// An answer to it.
pub fn answer(out: &mut String, random: &mut Rng) {
    sentences(out, &ANSWERS, random);
}

fn sentences(out: &mut String, from: &[&str], random: &mut Rng) {
    let many = if random.u8(..20) == 0 { random.usize(8..30) } else { random.usize(1..5) };
    for _ in 0..many {
        for part in of(from, random).split_inclusive('}') {
            let Some((text, _hole)) = part.split_once('{') else {
                out.push_str(part);
                continue;
            };
            let _infallible = write!(out, "{text}{}", random.u32(2..90));
        }
    }
}

fn of<'a>(all: &[&'a str], random: &mut Rng) -> &'a str {
    all[random.usize(..all.len())]
}
