//! The document, made of the table of routes and of what handlers and bodies say of themselves.

use super::{
    bilingual, choices, clauses, event_types, events, examples, names, operation, policy, shared, tidy, vocabulary,
};
use crate::http::router::Routes;
use crate::problem::{ProblemBody, ProblemFault};
use crate::proposals::view::{PendingProposal, ProposalMade};
use serde_json::{Value, json};
use utoipa::{OpenApi, PartialSchema as _, ToSchema as _};

/// The document of a table of routes, as bytes: the same table gives the same bytes.
pub fn text(routes: &Routes) -> String {
    let mut text = serde_json::to_string_pretty(&document(routes)).unwrap_or_default();
    text.push('\n');
    text
}

/// The document of a table of routes.
pub fn document(routes: &Routes) -> Value {
    #[derive(OpenApi)]
    struct Nothing;
    let mut collected = Nothing::openapi();
    for route in routes.iter() {
        collected.merge((route.described)());
    }
    // From here on it is plain JSON: additions are then as short as what they add.
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Huiyin",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "回音：“两代表”联系服务群众：从接待、事项、答复到网格重大问题处理，每一步都记入不可更改的日志。\n\n\
            The liaison service of party delegates and people's-congress deputies: receptions, issues, answers and the \
            grids' major-issue process, every step in a log that can only grow.\n\n\
            约定见 [docs/zh/API.md](/docs/zh/API.md)；错误代码见 [/problems](/problems)。\n\n\
            Conventions: [docs/API.md](/docs/API.md); problem codes: [/problems](/problems).",
        "license": {"name": "MIT", "identifier": "MIT"},
    });
    document["servers"] = json!([{"url": "/", "description": "本服务。This server."}]);
    document["tags"] = json!([
        {"name": "receptions", "description": "联系记录，连同其中提出的事项。Receptions, with the issues raised in them."},
        {"name": "issues", "description": "事项：从登记到答复、评价、办结。Issues, from registration to answer, feedback and closing."},
        {"name": "receipts", "description": "无需令牌，凭查询码：来访人查看事项、评价、申请重办、撤回、补充材料，并自行核对日志。Without a token, by a receipt code: how an issue stands, what its visitor says of it, and the proof in the log."},
        {"name": "major issues", "description": "网格重大问题处理流程。The grids' major-issue process."},
        {"name": "obligations", "description": "义务、履职时钟与条款台账：应做什么、何时、是否做到，以及对未履行的说明。Obligations, the clock over them and the ledger of clauses: what is owed, by when, whether it was done, and what is said of a breach."},
        {"name": "sessions", "description": "接待场次：安排、轮值、公示、到场与记录。Sessions: plan, rota, notices, who was there, the record."},
        {"name": "activities", "description": "活动：政策宣讲、民主恳谈、季度主题活动、代表群众座谈会，及其资料、报送与不完备之处。Activities: outreach, consultations, theme activities, symposia; what is kept of them, their reports, and what they lack."},
        {"name": "meetings", "description": "季度例会与临时会议：召集、上会、决定、闭会，以及网格的重大问题议程。Quarterly meetings and those between them: convened, with major issues before them, closed; and what a grid has to study."},
        {"name": "studies", "description": "调研与巡查：题目、书面材料、报送与采用。Studies and inspections: what was looked into, its written material, filing and use."},
        {"name": "deeds", "description": "实事：认领、完成与放弃。Deeds: what delegates promise to do for people, done or given up."},
        {"name": "appointments", "description": "应约走访：预约、联系、约定与走访。Appointments: asked for, answered, agreed and kept."},
        {"name": "typical cases", "description": "典型案例：推荐、去标识、上报、评选与发布。Typical cases: nominated, de-identified, submitted, selected and published."},
        {"name": "public", "description": "无需令牌：公示、日历与已发布的典型案例。Without a token: notices, calendars and published typical cases."},
        {"name": "dashboards", "description": "跟踪统计：每个数字都能查到其后的事项。Figures of today, each with the list behind it."},
        {"name": "reviews", "description": "年度述职评议指标，由日志推算。The annual review: indicators that anyone can derive again from the log."},
        {"name": "programme", "description": "联系服务活动概况。The programme."},
        {"name": "places", "description": "网格与单位。Grids and their units."},
        {"name": "delegates", "description": "党代表、人大代表。Party delegates and deputies."},
        {"name": "offices", "description": "办公室与承办单位。Offices and handling units."},
        {"name": "files", "description": "附件：文件、图片、录音、录像。Files: documents, pictures, sound and video recordings."},
        {"name": "personal data", "description": "个人信息的删除与依法保全。Erasure of personal data, and legal holds."},
        {"name": "rosters", "description": "名单导入。Imports of the lists of delegates."},
        {"name": "policies", "description": "规则与主题，按版本。Policy versions and topics."},
        {"name": "calendars", "description": "工作日历。Working calendars."},
        {"name": "accounts", "description": "账户与令牌。Accounts and tokens."},
        {"name": "contract", "description": "接口文档与错误代码。The document and the problem codes."},
        {"name": "log", "description": "不可更改的日志：读取、检查点、瓦片与证明。The log that can only grow: reading it, checkpoints, tiles and proofs."},
        {"name": "operations", "description": "运行状况。Health and measurements."},
    ]);
    let components = &mut document["components"];
    components["securitySchemes"] = json!({"bearer": {
        "type": "http", "scheme": "bearer",
        "description": "首次启动时写入 DIR/admin.token 的令牌，或由管理员签发的令牌。\
            The token written to DIR/admin.token at first start, or one issued by an administrator.",
    }});
    components["parameters"] = shared::parameters();
    components["responses"] = shared::refusals();
    components["schemas"]["Problem"] = json!(ProblemBody::schema());
    components["schemas"]["ProposalMade"] = json!(ProposalMade::schema());
    components["schemas"][PendingProposal::name().as_ref()] = json!(PendingProposal::schema());
    components["schemas"][ProblemFault::name().as_ref()] = json!(ProblemFault::schema());
    // Every list and every event type, whether a call of today refers to it or not: the log holds them all.
    for (name, schema) in vocabulary::schemas().into_iter().chain(event_types::schemas()) {
        components["schemas"][name] = schema;
    }
    components["schemas"]["Names"] = names::schema();
    components["headers"] = shared::answer_headers();
    components["schemas"]["ProblemName"] = shared::problem_names();
    events::unite(&mut components["schemas"]);
    policy::describe(&mut components["schemas"]);
    let schemas = components["schemas"].clone();
    for route in routes.iter() {
        let operation = &mut document["paths"][route.documented_path()][route.method.to_lowercase()];
        if let Value::Object(operation) = operation {
            operation::complete(operation, route);
            tidy::bytes_are_binary(operation);
            tidy::examples_into_words(operation);
            choices::enumerate(operation);
            examples::complete(operation, &schemas);
            tidy::empty_is_no_value(operation);
            if route.names() {
                tidy::with_names(operation);
            }
        }
    }
    tidy::without_null(&mut document);
    tidy::close_requests(&mut document);
    tidy::formats_by_name(&mut document["components"]["schemas"]);
    clauses::apart(&mut document);
    bilingual::complete(&mut document);
    document
}
