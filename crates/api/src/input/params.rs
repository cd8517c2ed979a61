//! Parameters that many questions share, as the OpenAPI document shows them. `query.rs` is what reads them.

use utoipa::IntoParams;

/// For questions about one thing: as of when, and from which position on.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct AsOfParams {
    /// 截至该位置（含）。After the leaf at this position, exactly.
    #[param(minimum = 1)]
    as_of_position: Option<u64>,
    /// 截至该时刻（RFC 3339，含时差）。At this instant (RFC 3339 with its offset).
    as_of: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
}

/// For things with names and phone numbers of people.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct OpenParams {
    /// 完整显示姓名（identity）或电话（contact），可用逗号并列；须以 Huiyin-Purpose 写明目的，每次查看均予记录。采用访问规则之前总是完整显示。Whole
    /// names (`identity`) or phone numbers (`contact`), both with a comma; Huiyin-Purpose has to say what for, and it is recorded.
    /// Before access rules are adopted they always are whole.
    #[param(pattern = "^(identity|contact)(,(identity|contact))*$", example = "contact")]
    open: Option<String>,
}

/// For histories.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct HistoryParams {
    /// 完整显示姓名（identity）或电话（contact），可用逗号并列；须以 Huiyin-Purpose 写明目的，每次查看均予记录。Whole names (`identity`) or phone
    /// numbers (`contact`), both with a comma; Huiyin-Purpose has to say what for, and it is recorded.
    #[param(pattern = "^(identity|contact)(,(identity|contact))*$", example = "contact")]
    open: Option<String>,
    /// 只要此版本之后的事件。Events after this version.
    after_version: Option<u64>,
    /// 每页条数。Events a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// 下一页的游标。Where the page before ended.
    cursor: Option<String>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
}

/// For questions that are answered by a table, too.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct TableParams {
    /// `json`、`csv` 或 `xlsx`。`json`, or `csv` or `xlsx` for a table.
    #[param(pattern = "^(json|csv|xlsx)$", example = "json")]
    format: Option<String>,
}

/// For the pages of a question that says by itself as of when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct PageParams {
    /// 每页条数。Items a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// 下一页的游标，只对同一查询有效。Where the page before ended; it belongs to its query.
    cursor: Option<String>,
}

/// For lists.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub struct ListParams {
    /// 每页条数。Items a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// 下一页的游标，只对同一查询有效。Where the page before ended; it belongs to its query.
    cursor: Option<String>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
}
