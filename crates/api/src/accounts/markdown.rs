//! docs/ACCESS.md: who may do what, made from the table that is compiled in.
#![allow(clippy::unwrap_used)]

use domain::access::{Action, COLUMNS, Cell, Table};
use domain::language::Language;
use std::fmt::Write as _;

fn page(language: Language) -> String {
    let mut text = String::from(language.pick(
        "# 权限\n\n[English](../ACCESS.md)\n\n\
         谁可以做什么：账户凭授权操作，授权是某一角色在某一网格、为某位代表或某一单位的权限。代表的授权在其任职期间有效，召集人的授权在其任该网格召集人期间有效，\
         其余时间不生效，`GET /v1/me` 说明原因。新的记录没有权限表，首个账户可以进行一切操作；`POST /v1/access/adoption` 采用下表，此后不可撤销，\
         自该条记录起每条记录都带有此表的标记（`access`）。\n\n\
         请求先按角色核对：表中为 – 的，无论地址为何，均为 403 `forbidden`。随后按对象核对：不可查看的与不存在的答复相同（404 `not_found`）；可以查看但不可变更的为 403 `out_of_scope`。\
         列表、统计和订阅只含范围之内的内容。写入之前还要核对一次：其间终止的授权、资格或任职，使该次写入不成立。\n",
        "# Access\n\n[中文](zh/ACCESS.md)\n\n\
         Who may do what. An account acts by grants: a role on a grid, for a delegate or for an office. A delegate's grant is in force while a mandate is, \
         a convener's while they are appointed to that grid; otherwise it sleeps, and `GET /v1/me` says why. A new log has no access rules: its first account may do everything. \
         `POST /v1/access/adoption` adopts the table below, for good; every leaf from then on carries its mark (`access`).\n\n\
         A request is held against the role first: where the table has –, it is 403 `forbidden`, whatever the address says. Then against the thing: what may not be read is answered \
         as what is not there (404 `not_found`), what may be read and not changed is 403 `out_of_scope`. Lists, figures and the feed hold what is in scope. \
         Before it is written it is held against them once more: a grant, a mandate or an appointment that ended meanwhile ends the command.\n",
    ));
    text.push_str(language.pick(
        "\n## 范围\n\n| | 适用于 |\n|---|---|\n\
         | O | 本人的：首问责任人为其所关联代表的事项（变更按现在，查看按现在或曾经），其参加的接待、本人的场次、请假、实事、调研、评议，以及该账户自己登记的 |\n\
         | G、St | 位于该网格的；G 须任该网格召集人，联络员可有多个网格 |\n\
         | L | 党代表一线：有党代表参加的接待及其事项和重大问题，党代表本人的，以及属于网格而不属于任何代表的 |\n\
         | D | 交办给本单位（牵头或配合）的重大问题及其事项，请本单位提供意见的事项，以及本单位应履行的义务（O-17） |\n\
         | T | 全镇 |\n| Σ | 全镇的事实与数字，不含任何个人信息 |\n| R | 所持回执的事项 |\n| – | 无 |\n\n\
         重大问题到 L3 及以上由镇级办公室决定，G 只到 L2。\n",
        "\n## Scopes\n\n| | Holds of |\n|---|---|\n\
         | O | what is one's own: issues whose responsible delegate is the bound delegate (commands: now; reads: now or ever), receptions they sat in, slots, leaves, deeds, studies, reviews of theirs, and what the account made |\n\
         | G, St | what lies in the grid; G needs the convener's appointment in force, a liaison may have several grids |\n\
         | L | the party's line: receptions in which a party delegate sat, their issues and major issues, what is a party delegate's, and what belongs to a grid and to no delegate |\n\
         | D | major issues that the office leads or supports, their issues, issues that asked it for input, and what it owes (O-17) |\n\
         | T | anything of the town |\n| Σ | facts and figures of the whole town, no personal part |\n| R | the issue of the receipt |\n| – | nothing |\n\n\
         From L3 on the town's offices decide on a major issue: G reaches L2.\n",
    ));
    text.push_str(language.pick(
        "\n## 职责分离\n\n| | |\n|---|---|\n\
         | S1 | 不得就自己的事项作决定：与首问责任人（或义务、请假、评议的当事人）关联的账户不退回、中止、移交，不决定延期、重办、更正、说明或结果（409 `own_matter`） |\n\
         | S2 | 提请人与审批人为不同的人，也不是同一代表的两个账户（409 `same_person`） |\n\
         | S3 | 评价、撤回、承诺核查和补发回执不由相关代表的账户办理；本人的签到签退，只能在另一账户开始的场次中自行记录（409 `own_matter`） |\n\
         | S4 | 依据回访办结的，由记录评价之外的另一账户办理；来访人凭回执评价的，或评价期限已过的除外 |\n\
         | S5 | 牵头单位的账户不决定其自己承办的重大问题 |\n\
         | S6 | 不得变更自己的授权、开通码与状态；业务角色、管理员、审计人员、报表任务互不兼任（409 `roles_exclude`） |\n\
         | S8 | 联络员以代表名义记录的答复，不能以见证人为凭（422 `evidence_missing`），并列入该代表的待办，直到其查看 |\n",
        "\n## Separation of duties\n\n| | |\n|---|---|\n\
         | S1 | Nobody decides about themselves: an account bound to the responsible delegate (or to whoever owes, is on leave, is reviewed) does not return, suspend or hand over, nor decide on extension, reopening, correction, explanation or result (409 `own_matter`) |\n\
         | S2 | Whoever asked does not approve, nor does another account of the same delegate (409 `same_person`) |\n\
         | S3 | Feedback, withdrawal, verification of a commitment and a receipt issued again are never by who is bound to the delegate concerned; somebody checks themselves in and out only in a session that another account opened (409 `own_matter`) |\n\
         | S4 | An issue that closes on a call-back is closed by another account than recorded it, unless the visitor said so by their receipt or the window is over |\n\
         | S5 | Who is bound to the lead office does not decide on its major issue |\n\
         | S6 | Nobody changes their own grants, enrolment or state; roles of casework, administrator, auditor and report job exclude one another (409 `roles_exclude`) |\n\
         | S8 | An answer that a liaison records in a delegate's name is shown by more than a witness (422 `evidence_missing`), and stands among the delegate's tasks until they saw it |\n",
    ));
    let table = Table::compiled();
    let head = language.pick("\n## 表", "\n## The table");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{head} `{}` (`{}`)\n", table.name, table.mark());
    text.push_str(language.pick(
        "`GET /v1/access-table` 给出同一份数据。† 须两人：由有权者提请（答复 202），所列角色的另一人以 `POST /v1/proposals/{id}/decision` 批准后生效，期限十四日。\n\n",
        "`GET /v1/access-table` tells the same data. † takes two persons: proposed by who has the cell (the answer is 202), it takes effect when another of the role named approves by `POST /v1/proposals/{id}/decision`, within fourteen days.\n\n",
    ));
    let roles: Vec<_> = COLUMNS.iter().map(|role| language.pick(role.zh(), role.en())).collect();
    let _ = writeln!(text, "| {} | {} | † | S |", language.pick("操作", "Action"), roles.join(" | "));
    let _ = writeln!(text, "|---|{}---|---|", "---|".repeat(roles.len()));
    for action in Action::ALL {
        let row = action.row();
        let cells = row.cells.iter().map(|cell| if *cell == Cell::Nothing { "–" } else { cell.as_str() });
        let cells = cells.collect::<Vec<_>>().join(" | ");
        let approved = if row.approved_by == "-" { String::new() } else { row.approved_by.replace('+', ", ") };
        let what = language.pick(row.zh, row.en);
        let _ = writeln!(text, "| `{}` {what} | {cells} | {approved} | {} |", row.name, row.separation);
    }
    text
}

#[test]
fn the_committed_pages_are_current() {
    for (name, language) in [("ACCESS.md", Language::En), ("zh/ACCESS.md", Language::Zh)] {
        let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        let generated = page(language);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == generated, "docs/{name} is not current: run the test with UPDATE=1");
    }
}
