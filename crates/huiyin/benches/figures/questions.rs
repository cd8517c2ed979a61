//! What a coordinator, a delegate's office and a reporting job ask.

use crate::store::Served;
use serde_json::Value;

/// One question.
pub struct Question {
    pub name: &'static str,
    pub path: String,
    /// A count that answers a part of it from the rows alone.
    pub count: Option<String>,
}

/// The same questions for every store; ids are that store's own.
pub fn all(served: &Served) -> Vec<Question> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let grid = text(&served.json("/v1/grids?limit=1")["items"][0]["id"]);
    let delegate = text(&served.json(&format!("/v1/delegates?limit=1&grid_id={grid}"))["items"][0]["id"]);
    let year = served.json("/v1/dashboards/overview")["as_of_date"].as_str().unwrap()[..4].parse::<i32>().unwrap() - 1;
    let board = |condition: &str| Some(format!("select count(*) from issue_board where {condition}"));
    let question = |name, path: String, count| Question { name, path, count };
    let range = format!("from={year}-03-15&to={year}-11-20");
    vec![
        question("dashboards/overview", "/v1/dashboards/overview".into(), board("is_open")),
        question(
            "overview, eight months",
            format!("/v1/dashboards/overview?{range}"),
            board(&format!("is_open and raised_on between '{year}-03-15' and '{year}-11-20'")),
        ),
        question("dashboards/grids", "/v1/dashboards/grids".into(), board(&format!("grid_id = '{grid}'"))),
        question("grids, eight months", format!("/v1/dashboards/grids?{range}"), None),
        question("dashboards/units", "/v1/dashboards/units".into(), None),
        question(
            "dashboards/delegates of a grid",
            format!("/v1/dashboards/delegates?grid_id={grid}"),
            board(&format!("responsible_delegate_id = '{delegate}'")),
        ),
        question("dashboards/topics", "/v1/dashboards/topics".into(), board("topic = 'transport'")),
        question("dashboards/major-issues", "/v1/dashboards/major-issues".into(), None),
        question("issues, newest first", "/v1/issues".into(), None),
        question("issues of a grid", format!("/v1/issues?grid_id={grid}"), None),
        question("issues of a delegate", format!("/v1/issues?delegate_id={delegate}"), None),
        question("issues overdue", "/v1/issues?lateness=overdue&sort=due".into(), None),
        question("issues open, by due date", "/v1/issues?state=open&sort=due".into(), None),
        question("issues answered late", "/v1/issues?answered=late".into(), None),
        question("issues withdrawn, of a grid", format!("/v1/issues?state=withdrawn&grid_id={grid}"), None),
        question("issues of a topic, of a grid", format!("/v1/issues?topic=transport&grid_id={grid}"), None),
        question("receptions, newest first", "/v1/receptions".into(), None),
        question("receptions of a delegate", format!("/v1/receptions?delegate_id={delegate}"), None),
        question("major issues of a grid", format!("/v1/major-issues?grid_id={grid}"), None),
        question("a delegate's review", format!("/v1/reviews/{year}/delegates/{delegate}"), None),
        question("a grid's review", format!("/v1/reviews/{year}/grids/{grid}"), None),
        question("the whole town's review", format!("/v1/reviews/{year}/delegates"), None),
    ]
}
