//! The one table of routes: what can be asked, which action it needs, who answers.
//!
//! The same table leads to the handlers (`router.rs`), makes the OpenAPI document (`openapi.rs`), answers a wrong method
//! with 405 and `Allow`, names the action a caller needs, and labels logs and metrics.

use crate::handlers::{
    calendars, corrections, dashboards, delegates, difference, feed, issue_list, issues, log, major_issues, offices,
    places, policies, read_models, receptions, reviews, rosters, together, tokens, topics, vocabulary, whole_log,
};
use crate::route::{self, Accepts};
use crate::router::Routes;
use crate::{docs, health, metrics, openapi, problems};
use utoipa::OpenApi;

/// What a handler says of itself; utoipa keeps it in a type that only its own derive can name.
macro_rules! described {
    ($($handler:ident)::+) => {{
        #[derive(OpenApi)]
        #[openapi(paths($($handler)::+))]
        struct Described;
        Described::openapi
    }};
}

macro_rules! get {
    ($path:literal, $action:literal, $($handler:ident)::+) => {
        route::get($path, $action, $($handler)::+, described!($($handler)::+))
    };
}

macro_rules! post {
    ($path:literal, $action:literal, $($handler:ident)::+) => {
        route::post($path, $action, $($handler)::+, described!($($handler)::+))
    };
}

/// The table. A line is: method, path, action, handler.
pub fn table() -> Routes {
    Routes::new(vec![
        post!("/v1/receptions", "reception.record", receptions::record),
        get!("/v1/issues/{id}", "issue.read", issues::one_issue),
        get!("/v1/issues", "issue.list", issue_list::list_issues),
        get!("/v1/receptions/{id}", "reception.read", receptions::one_reception),
        get!("/v1/receptions", "reception.list", receptions::list_receptions),
        get!("/v1/receptions/{id}/events", "reception.read", receptions::reception_events),
        get!("/v1/issues/{id}/events", "issue.read", issues::issue_events),
        get!("/v1/issues/{id}/deadline", "issue.read", issues::deadline),
        get!("/v1/issues/{id}/difference", "issue.read", difference::difference),
        post!("/v1/issues/{id}/answers", "issue.answer", issues::give_answer),
        post!("/v1/issues/{id}/taking", "issue.take", issues::take),
        post!("/v1/issues/{id}/interim-replies", "issue.reply", issues::reply_meanwhile),
        post!("/v1/issues/{id}/escalations", "issue.escalate", issues::escalate),
        post!("/v1/issues/{id}/escalation-returns", "issue.return", issues::return_escalation),
        post!("/v1/issues/{id}/extensions", "issue.extend", issues::request_extension),
        post!("/v1/issues/{id}/extensions/decision", "issue.decide_extension", issues::decide_extension),
        post!("/v1/issues/{id}/extensions/notification", "issue.extend", issues::tell_of_extension),
        post!("/v1/issues/{id}/suspensions", "issue.suspend", issues::suspend),
        post!("/v1/issues/{id}/resumptions", "issue.suspend", issues::resume),
        post!("/v1/issues/{id}/referrals", "issue.refer", issues::refer),
        post!("/v1/issues/{id}/feedback", "issue.feedback", issues::feedback),
        post!("/v1/issues/{id}/closing", "issue.close", issues::close),
        post!("/v1/issues/{id}/reopenings", "issue.reopen", issues::request_reopening),
        post!("/v1/issues/{id}/reopenings/decision", "issue.decide_reopening", issues::decide_reopening),
        post!("/v1/issues/{id}/withdrawal", "issue.withdraw", issues::withdraw),
        post!("/v1/issues/{id}/handovers", "issue.hand_over", issues::hand_over),
        post!("/v1/issues/{id}/delivery-attempts", "issue.attempt_delivery", together::attempt_delivery),
        post!("/v1/issues/{id}/commitment-verifications", "issue.verify_commitment", together::verify_commitment),
        post!("/v1/issues/{id}/merges", "issue.merge", together::merge),
        post!("/v1/issues/{id}/unmerges", "issue.merge", together::unmerge),
        post!("/v1/issues/{id}/links", "issue.link", together::link),
        post!("/v1/issues/{id}/input-requests", "issue.request_input", together::request_input),
        post!("/v1/issues/{id}/inputs", "issue.give_input", together::give_input),
        get!("/v1/dashboards/overview", "dashboard.read", dashboards::overview),
        get!("/v1/dashboards/grids", "dashboard.read", dashboards::grids),
        get!("/v1/dashboards/units", "dashboard.read", dashboards::units),
        get!("/v1/dashboards/delegates", "dashboard.read", dashboards::delegates),
        get!("/v1/dashboards/topics", "dashboard.read", dashboards::topics),
        get!("/v1/dashboards/major-issues", "dashboard.read", dashboards::major_issues),
        post!("/v1/issues/{id}/corrections", "issue.correct", corrections::correct_issue),
        post!("/v1/issues/{id}/corrections/decision", "issue.decide_correction", corrections::decide_issue_correction),
        post!("/v1/receptions/{id}/corrections", "reception.correct", corrections::correct_reception),
        post!(
            "/v1/receptions/{id}/corrections/decision",
            "reception.decide_correction",
            corrections::decide_reception_correction
        ),
        get!("/v1/events", "log.read", whole_log::events),
        get!("/v1/feed", "feed.follow", feed::follow).or_ticket(),
        post!("/v1/feed/tickets", "feed.follow", feed::ticket).unrecorded(),
        get!("/log/checkpoint", "log.check", log::checkpoint).open(),
        get!("/log/vkey", "log.check", log::vkey).open(),
        get!("/log/consistency", "log.check", log::consistency).open(),
        get!("/log/proof/{position}", "log.read", log::inclusion),
        get!("/log/tile/entries/{place:.*}", "log.read", log::entry_bundle),
        get!("/log/tile/{level}/{place:.*}", "log.check", log::hash_tile).open(),
        get!("/v1/read-models", "read_model.read", read_models::list),
        post!("/v1/read-models/{name}/rebuild", "read_model.rebuild", read_models::rebuild).unrecorded(),
        get!("/v1/grids", "place.list", places::list_grids),
        get!("/v1/grids/{id}", "place.read", places::one_grid),
        post!("/v1/grids/{id}/convener", "place.appoint", places::appoint_convener),
        post!("/v1/grids/{id}/liaison", "place.appoint", places::appoint_liaison),
        get!("/v1/units", "place.list", places::list_units),
        get!("/v1/units/{id}", "place.read", places::one_unit),
        get!("/v1/delegates", "delegate.list", delegates::list_delegates),
        post!("/v1/delegates", "delegate.register", delegates::register),
        get!("/v1/delegates/{id}", "delegate.read", delegates::one_delegate),
        post!("/v1/delegates/{id}/mandates", "delegate.change", delegates::give_mandate),
        post!("/v1/delegates/{id}/assignments", "delegate.change", delegates::assign),
        post!("/v1/delegates/{id}/departures", "delegate.change", delegates::depart),
        get!("/v1/reviews/{year}/delegates", "review.read", reviews::all_delegates),
        get!("/v1/reviews/{year}/delegates/{id}", "review.read", reviews::one_delegate),
        get!("/v1/reviews/{year}/delegates/{id}/indicators/{code}", "review.read", reviews::behind_delegate),
        get!("/v1/reviews/{year}/grids", "review.read", reviews::all_grids),
        get!("/v1/reviews/{year}/grids/{id}", "review.read", reviews::one_grid),
        get!("/v1/reviews/{year}/grids/{id}/indicators/{code}", "review.read", reviews::behind_grid),
        get!("/v1/offices", "office.list", offices::list_offices),
        post!("/v1/offices", "office.register", offices::register),
        get!("/v1/offices/{id}", "office.read", offices::one_office),
        get!("/v1/policies", "policy.list", policies::list_policies),
        post!("/v1/policies", "policy.adopt", policies::adopt),
        get!("/v1/policies/{position}", "policy.read", policies::one_policy),
        get!("/v1/topics", "topic.list", topics::list_topics),
        get!("/v1/vocabulary", "vocabulary.read", vocabulary::vocabulary).open(),
        get!("/v1/calendars", "calendar.list", calendars::list_calendars),
        get!("/v1/calendars/{year}", "calendar.read", calendars::one_calendar),
        post!("/v1/calendars/{year}", "calendar.publish", calendars::publish),
        post!("/v1/roster-imports", "roster.import", rosters::import_roster).takes(Accepts::Roster),
        get!("/v1/roster-imports/{id}", "roster.read", rosters::one_import),
        get!("/v1/me", "account.me", tokens::me).in_any_role(),
        get!("/v1/tokens", "token.list", tokens::list_tokens),
        post!("/v1/tokens", "token.issue", tokens::issue),
        get!("/v1/tokens/{id}", "token.read", tokens::one_token),
        post!("/v1/tokens/{id}/revocation", "token.revoke", tokens::revoke),
        get!("/v1/major-issues", "major_issue.list", major_issues::list_major_issues),
        get!("/v1/major-issues/{id}", "major_issue.read", major_issues::one_major_issue),
        get!("/v1/major-issues/{id}/events", "major_issue.read", major_issues::major_issue_events),
        post!("/v1/major-issues/{id}/triage", "major_issue.triage", major_issues::triage),
        post!("/v1/major-issues/{id}/deliberations", "major_issue.deliberate", major_issues::deliberate),
        post!("/v1/major-issues/{id}/assignments", "major_issue.assign", major_issues::assign),
        post!("/v1/major-issues/{id}/acceptances", "major_issue.accept", major_issues::accept),
        post!("/v1/major-issues/{id}/refusals", "major_issue.refuse", major_issues::refuse),
        post!("/v1/major-issues/{id}/refusals/decision", "major_issue.decide_refusal", major_issues::decide_refusal),
        post!("/v1/major-issues/{id}/reports", "major_issue.report", major_issues::report),
        post!("/v1/major-issues/{id}/verifications", "major_issue.verify", major_issues::verify),
        post!("/v1/major-issues/{id}/level-changes", "major_issue.change_level", major_issues::change_level),
        post!("/v1/major-issues/{id}/conclusion", "major_issue.conclude", major_issues::conclude),
        get!("/health/live", "health.read", health::live).open(),
        get!("/health/ready", "health.read", health::ready).open(),
        get!("/metrics", "metrics.read", metrics::page),
        get!("/openapi.json", "contract.read", openapi::page).open(),
        get!("/", "contract.read", docs::root).open(),
        get!("/docs", "contract.read", docs::redirect).open(),
        get!("/docs/{file:.*}", "contract.read", docs::file).open(),
        get!("/problems", "contract.read", problems::list).open(),
        get!("/problems/{code}", "contract.read", problems::one).open(),
    ])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_says_what_the_handlers_say() {
        let mut seen = BTreeSet::new();
        for route in table().iter() {
            let described = (route.described)();
            let (path, item) = described.paths.paths.first_key_value().unwrap();
            let method = if item.get.is_some() { "GET" } else { "POST" };
            assert_eq!((method, path), (route.method, &route.documented_path()), "{route:?}");
            assert!(seen.insert((route.method, route.path)), "{route:?} twice");
            let (thing, verb) = route.action.split_once('.').unwrap();
            assert!(!thing.is_empty() && !verb.is_empty(), "{route:?}");
        }
    }
}
