//! What can be done, in words: every action of the table of routes with its terms, for front ends that show who may do what.

/// An action: its name, in Chinese, in English.
pub(crate) const ACTIONS: &[(&str, &str, &str)] = &[
    ("account.me", "查看本人账户", "see one's own account"),
    ("calendar.list", "查看工作日历列表", "list working calendars"),
    ("calendar.publish", "公布工作日历", "publish a working calendar"),
    ("calendar.read", "查看工作日历", "read a working calendar"),
    ("contract.read", "查看接口文档", "read the contract"),
    ("dashboard.read", "查看跟踪统计", "read dashboards"),
    ("delegate.change", "变更代表资格与分工", "change a delegate's mandates and assignments"),
    ("delegate.list", "查看代表列表", "list delegates"),
    ("delegate.read", "查看代表", "read a delegate"),
    ("delegate.register", "登记代表", "register a delegate"),
    ("delegate.rename", "代表更名", "rename a delegate"),
    ("feed.follow", "订阅新事件", "follow the feed"),
    ("health.read", "查看运行状况", "read the health"),
    ("issue.answer", "答复事项", "answer an issue"),
    ("issue.attempt_delivery", "记录送达尝试", "record an attempt to deliver"),
    ("issue.close", "办结事项", "close an issue"),
    ("issue.correct", "更正事项记录", "correct an issue's record"),
    ("issue.decide_correction", "决定事项记录的更正", "decide on a correction of an issue's record"),
    ("issue.decide_extension", "决定延期", "decide on more time"),
    ("issue.decide_reopening", "决定重办", "decide on reopening"),
    ("issue.escalate", "上报事项", "escalate an issue"),
    ("issue.extend", "申请延期并告知来访人", "ask for more time and tell the visitor"),
    ("issue.feedback", "记录评价", "record feedback"),
    ("issue.give_input", "回复征询", "give input"),
    ("issue.hand_over", "移交事项", "hand an issue over"),
    ("issue.link", "关联事项", "link issues"),
    ("issue.list", "查看事项列表", "list issues"),
    ("issue.merge", "并案与撤销并案", "merge and unmerge issues"),
    ("issue.read", "查看事项", "read an issue"),
    ("issue.refer", "告知法定途径", "refer to a statutory channel"),
    ("issue.reopen", "申请重办", "ask to reopen an issue"),
    ("issue.reply", "阶段性答复", "reply in the interim"),
    ("issue.request_input", "征询情况", "request input"),
    ("issue.return", "退回上报", "return an escalation"),
    ("issue.suspend", "中止与恢复计时", "suspend and resume the clock"),
    ("issue.take", "受理事项", "take an issue in hand"),
    ("issue.verify_commitment", "核实承诺", "verify a commitment"),
    ("issue.withdraw", "撤回事项", "withdraw an issue"),
    ("log.check", "核对日志", "check the log"),
    ("log.read", "读取日志", "read the log"),
    ("major_issue.accept", "接办重大问题", "accept a major issue"),
    ("major_issue.assign", "交办重大问题", "assign a major issue"),
    ("major_issue.change_level", "变更层级", "change the level"),
    ("major_issue.conclude", "办结重大问题", "conclude a major issue"),
    ("major_issue.decide_refusal", "裁定退单", "decide on a refused dispatch"),
    ("major_issue.deliberate", "会商重大问题", "deliberate a major issue"),
    ("major_issue.list", "查看重大问题列表", "list major issues"),
    ("major_issue.read", "查看重大问题", "read a major issue"),
    ("major_issue.refuse", "退单", "refuse a dispatch"),
    ("major_issue.report", "办理反馈", "report the outcome"),
    ("major_issue.triage", "研判重大问题", "triage a major issue"),
    ("major_issue.verify", "核查办理结果", "verify the outcome"),
    ("metrics.read", "查看运行指标", "read the metrics"),
    ("office.list", "查看办公室列表", "list offices"),
    ("office.read", "查看办公室", "read an office"),
    ("office.register", "登记办公室", "register an office"),
    ("office.rename", "办公室更名", "rename an office"),
    ("place.appoint", "任命召集人与联络员", "appoint conveners and liaisons"),
    ("place.list", "查看网格与单位列表", "list grids and units"),
    ("place.read", "查看网格与单位", "read a grid or a unit"),
    ("place.rename", "网格与单位更名", "rename a grid or a unit"),
    ("place.set_venue", "设定接待地点", "set the venue of a grid's sessions"),
    ("policy.adopt", "通过规则", "adopt a policy version"),
    ("policy.list", "查看规则列表", "list policy versions"),
    ("policy.read", "查看规则", "read a policy version"),
    ("programme.amend", "修订活动概况", "amend the programme"),
    ("programme.read", "查看活动概况", "read the programme"),
    ("read_model.read", "查看看板的状态", "read the state of the read models"),
    ("read_model.rebuild", "重建看板", "rebuild a read model"),
    ("reception.correct", "更正联系记录", "correct a reception's record"),
    ("reception.decide_correction", "决定联系记录的更正", "decide on a correction of a reception's record"),
    ("reception.list", "查看联系记录列表", "list receptions"),
    ("reception.read", "查看联系记录", "read a reception"),
    ("reception.record", "登记联系", "record a reception"),
    ("review.read", "查看年度评议", "read annual reviews"),
    ("roster.import", "导入名单", "import a roster"),
    ("roster.read", "查看名单导入", "read a roster import"),
    ("token.issue", "签发令牌", "issue a token"),
    ("token.list", "查看令牌列表", "list tokens"),
    ("token.read", "查看令牌", "read a token"),
    ("token.revoke", "吊销令牌", "revoke a token"),
    ("topic.list", "查看主题", "list topics"),
    ("vocabulary.read", "查看词表", "read the vocabulary"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_of_the_table_has_its_terms_and_none_is_left_over() {
        let table = crate::routes::table();
        let asked: BTreeSet<_> = table.iter().map(|route| route.action).collect();
        let told: BTreeSet<_> = ACTIONS.iter().map(|(name, _, _)| *name).collect();
        assert_eq!(told, asked);
        assert_eq!(told.len(), ACTIONS.len(), "one twice");
    }
}
