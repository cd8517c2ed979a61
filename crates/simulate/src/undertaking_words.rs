//! Texts of what delegates do beside receiving people.

use domain::vocabulary::{ActivityKind, DeedKind};

/// What an activity is called.
pub(super) const fn activity_titles(kind: ActivityKind) -> [&'static str; 3] {
    match kind {
        ActivityKind::Outreach => ["惠民政策进村居", "垃圾分类新规宣讲", "医保新政专题辅导"],
        ActivityKind::Consultation => ["小区停车民主恳谈", "美丽家园改造恳谈会", "公共空间使用恳谈"],
        ActivityKind::ThemeActivity => ["义务植树与环境整治", "走访慰问困难家庭", "安全隐患大排查"],
        ActivityKind::Symposium => ["代表与党员群众座谈会", "代表与群众面对面座谈", "听民意、聚民智座谈会"],
    }
}

/// What is to be said of an activity.
pub(super) const fn activity_text(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Outreach => "职能部门到场讲解，现场解答提问，未能解答的登记为事项。",
        ActivityKind::Consultation => "通报情况，听取党组织、党员和居民意见，形成共识。",
        ActivityKind::ThemeActivity => "两类代表共同参加，党员和居民一起行动，现场听取意见。",
        ActivityKind::Symposium => "听取对联系服务工作的意见，讨论改进办法。",
    }
}

/// What a symposium means to improve.
pub(super) const IMPROVEMENTS: [&str; 4] = [
    "接待日增设晚间一小时，方便上班居民。",
    "在公示栏增加代表照片和接待时间。",
    "对行动不便的老人实行预约上门。",
    "每季度通报一次群众意见办理情况。",
];

/// What became of it.
pub(super) const IMPROVED: [&str; 3] = ["已开始试行，群众反映良好。", "已落实到各村居。", "已写入网格工作安排。"];

/// What a study or an inspection is about.
pub(super) const STUDIES: [&str; 6] =
    ["老旧小区加装电梯", "村民出行", "社区养老服务", "河道保洁", "电动车充电安全", "校门口交通秩序"];

/// What an office made of it.
pub(super) const STUDY_USES: [&str; 3] =
    ["在年度实事项目安排中参考了所提建议。", "建议已采纳，列入下阶段工作。", "转有关部门作为决策参考。"];

/// What a deed is called.
pub(super) const fn deed_titles(kind: DeedKind) -> [&'static str; 3] {
    match kind {
        DeedKind::PledgedDeed => ["楼道加装扶手", "修补村口路面", "增设休息座椅"],
        DeedKind::PairedSupport => ["结对帮扶独居老人", "结对帮扶困难学生", "结对帮扶残疾人家庭"],
        DeedKind::CondolenceVisit => ["走访慰问高龄老人", "慰问困难党员", "节前走访困难家庭"],
        DeedKind::Advice => ["法律咨询进社区", "医保政策咨询", "就业政策咨询"],
        DeedKind::Volunteering => ["护学岗志愿服务", "河道清洁志愿服务", "为老理发志愿服务"],
    }
}

/// Why a deed is given up.
pub(super) const NOT_KEPT: [&str; 3] =
    ["该点位已列入镇级改造工程，不再重复实施。", "居民意见不一，暂不具备实施条件。", "对象已迁居外区。"];

/// Why somebody asks for a visit.
pub(super) const VISITS: [&str; 4] = [
    "腿脚不便，想请代表上门听听意见。",
    "家中有病人走不开，希望约在下午。",
    "几户邻居想一起反映楼里的事，请代表到现场看看。",
    "白天上班，想约一个时间当面说说小区的情况。",
];
