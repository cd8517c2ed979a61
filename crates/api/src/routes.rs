//! The one table of routes: what can be asked, which action it needs, who answers.
//!
//! The same table leads to the handlers (`router.rs`), makes the OpenAPI document (`openapi/`), answers a wrong method
//! with 405 and `Allow`, names the action a caller needs, and labels logs and metrics.

use crate::http::route::{self, Accepts};
use crate::http::router::Routes;
use crate::{
    activities, appointments, calendars, clauses, clock, corrections, dashboards, deeds, delegates, files, http,
    issues, leaves, log, major_issues, meetings, obligations, offices, openapi, places, policies, problem, programme,
    public, read_models, receptions, reviews, rosters, sessions, studies, tokens, typical_cases, vocabulary,
};
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
        post!("/v1/receptions", "reception.record", receptions::commands::record),
        get!("/v1/issues/{id}", "issue.read", issues::questions::one_issue),
        get!("/v1/issues", "issue.list", issues::list::list_issues),
        get!("/v1/receptions/{id}", "reception.read", receptions::questions::one_reception),
        get!("/v1/receptions", "reception.list", receptions::questions::list_receptions),
        get!("/v1/receptions/{id}/events", "reception.read", receptions::questions::reception_events),
        get!("/v1/issues/{id}/events", "issue.read", issues::questions::issue_events),
        get!("/v1/issues/{id}/deadline", "issue.read", issues::questions::deadline),
        get!("/v1/issues/{id}/difference", "issue.read", issues::difference::difference),
        post!("/v1/issues/{id}/answers", "issue.answer", issues::answering::give_answer),
        post!("/v1/issues/{id}/taking", "issue.take", issues::answering::take),
        post!("/v1/issues/{id}/interim-replies", "issue.reply", issues::answering::reply_meanwhile),
        post!("/v1/issues/{id}/escalations", "issue.escalate", issues::escalation::escalate),
        post!("/v1/issues/{id}/escalation-returns", "issue.return", issues::escalation::return_escalation),
        post!("/v1/issues/{id}/extensions", "issue.extend", issues::extension::request_extension),
        post!("/v1/issues/{id}/extensions/decision", "issue.decide_extension", issues::extension::decide_extension),
        post!("/v1/issues/{id}/extensions/notification", "issue.extend", issues::extension::tell_of_extension),
        post!("/v1/issues/{id}/suspensions", "issue.suspend", issues::suspension::suspend),
        post!("/v1/issues/{id}/resumptions", "issue.suspend", issues::suspension::resume),
        post!("/v1/issues/{id}/referrals", "issue.refer", issues::handover::refer),
        post!("/v1/issues/{id}/feedback", "issue.feedback", issues::answering::feedback),
        post!("/v1/issues/{id}/closing", "issue.close", issues::closing::close),
        post!("/v1/issues/{id}/reopenings", "issue.reopen", issues::closing::request_reopening),
        post!("/v1/issues/{id}/reopenings/decision", "issue.decide_reopening", issues::closing::decide_reopening),
        post!("/v1/issues/{id}/withdrawal", "issue.withdraw", issues::closing::withdraw),
        post!("/v1/issues/{id}/handovers", "issue.hand_over", issues::handover::hand_over),
        post!("/v1/issues/{id}/delivery-attempts", "issue.attempt_delivery", issues::delivery::attempt_delivery),
        post!(
            "/v1/issues/{id}/commitment-verifications",
            "issue.verify_commitment",
            issues::delivery::verify_commitment
        ),
        post!("/v1/issues/{id}/merges", "issue.merge", issues::merging::merge),
        post!("/v1/issues/{id}/unmerges", "issue.merge", issues::merging::unmerge),
        post!("/v1/issues/{id}/links", "issue.link", issues::merging::link),
        post!("/v1/issues/{id}/input-requests", "issue.request_input", issues::input::request_input),
        post!("/v1/issues/{id}/inputs", "issue.give_input", issues::input::give_input),
        post!("/v1/session-plans", "session.plan", sessions::planning::plan),
        post!("/v1/sessions", "session.add", sessions::moves::add),
        post!("/v1/sessions/{id}/moves", "session.move", sessions::moves::move_session),
        post!("/v1/sessions/{id}/cancellation", "session.cancel", sessions::moves::cancel),
        get!("/v1/grids/{id}/rota-proposal", "session.propose_rota", sessions::rotas::propose),
        post!("/v1/grids/{id}/rotas", "session.assign", sessions::rotas::assign),
        post!("/v1/grids/{id}/rota-publications", "session.publish_rota", sessions::rotas::publish),
        post!("/v1/activities", "activity.hold", activities::commands::hold),
        post!("/v1/activities/{id}/evidence", "activity.attach_evidence", activities::following::attach),
        post!("/v1/activities/{id}/submissions", "activity.submit", activities::following::submit),
        post!("/v1/activities/{id}/acknowledgements", "activity.acknowledge", activities::following::acknowledge),
        post!("/v1/activities/{id}/improvements", "activity.adopt_improvement", activities::following::adopt),
        post!(
            "/v1/activities/{id}/improvements/{improvement_id}/completion",
            "activity.complete_improvement",
            activities::following::complete_improvement
        ),
        post!("/v1/activities/{id}/corrections", "activity.correct", activities::corrections::correct),
        post!(
            "/v1/activities/{id}/corrections/decision",
            "activity.decide_correction",
            activities::corrections::decide
        ),
        get!("/v1/activities", "activity.list", activities::questions::list_activities),
        get!("/v1/activities/{id}", "activity.read", activities::questions::one_activity),
        get!("/v1/activities/{id}/events", "activity.read", activities::questions::activity_events),
        post!("/v1/meetings", "meeting.convene", meetings::commands::convene),
        post!("/v1/meetings/{id}/agenda-items", "meeting.table", meetings::deciding::table),
        post!("/v1/meetings/{id}/decisions", "meeting.decide", meetings::deciding::decide),
        post!("/v1/meetings/{id}/deferrals", "meeting.defer", meetings::deciding::defer),
        post!("/v1/meetings/{id}/closing", "meeting.close", meetings::commands::close),
        post!("/v1/meetings/{id}/cancellation", "meeting.cancel", meetings::commands::cancel),
        post!("/v1/meetings/{id}/corrections", "meeting.correct", meetings::corrections::correct),
        post!("/v1/meetings/{id}/corrections/decision", "meeting.decide_correction", meetings::corrections::decide),
        get!("/v1/meetings", "meeting.list", meetings::questions::list_meetings),
        get!("/v1/meetings/{id}", "meeting.read", meetings::questions::one_meeting),
        get!("/v1/meetings/{id}/events", "meeting.read", meetings::questions::meeting_events),
        get!("/v1/grids/{id}/agenda", "meeting.list", meetings::agenda::read),
        post!("/v1/deeds", "deed.pledge", deeds::commands::pledge),
        post!("/v1/deeds/{id}/completion", "deed.complete", deeds::commands::complete),
        post!("/v1/deeds/{id}/abandonment", "deed.abandon", deeds::commands::abandon),
        post!("/v1/deeds/{id}/corrections", "deed.correct", deeds::corrections::correct),
        post!("/v1/deeds/{id}/corrections/decision", "deed.decide_correction", deeds::corrections::decide),
        get!("/v1/deeds", "deed.list", deeds::questions::list_deeds),
        get!("/v1/deeds/{id}", "deed.read", deeds::questions::one_deed),
        get!("/v1/deeds/{id}/events", "deed.read", deeds::questions::deed_events),
        post!("/v1/studies", "study.start", studies::commands::start),
        post!("/v1/studies/{id}/completion", "study.finish", studies::commands::finish),
        post!("/v1/studies/{id}/submissions", "study.submit", studies::filing::submit),
        post!("/v1/studies/{id}/acknowledgements", "study.acknowledge", studies::filing::acknowledge),
        post!("/v1/studies/{id}/uses", "study.record_use", studies::filing::record_use),
        post!("/v1/studies/{id}/corrections", "study.correct", studies::corrections::correct),
        post!("/v1/studies/{id}/corrections/decision", "study.decide_correction", studies::corrections::decide),
        get!("/v1/studies", "study.list", studies::questions::list_studies),
        get!("/v1/studies/{id}", "study.read", studies::questions::one_study),
        get!("/v1/studies/{id}/events", "study.read", studies::questions::study_events),
        post!("/v1/appointments", "appointment.request", appointments::commands::request),
        post!("/v1/appointments/{id}/contacts", "appointment.contact", appointments::commands::contact),
        post!("/v1/appointments/{id}/schedule", "appointment.schedule", appointments::commands::schedule),
        post!("/v1/appointments/{id}/cancellation", "appointment.cancel", appointments::commands::cancel),
        get!("/v1/appointments", "appointment.list", appointments::questions::list_appointments),
        get!("/v1/appointments/{id}", "appointment.read", appointments::questions::one_appointment),
        get!("/v1/appointments/{id}/events", "appointment.read", appointments::questions::appointment_events),
        post!("/v1/typical-cases", "typical_case.nominate", typical_cases::commands::nominate),
        post!(
            "/v1/typical-cases/{id}/deidentification",
            "typical_case.deidentify",
            typical_cases::commands::deidentify
        ),
        post!("/v1/typical-cases/{id}/submissions", "typical_case.submit", typical_cases::commands::submit),
        post!("/v1/typical-cases/{id}/selection", "typical_case.select", typical_cases::commands::select),
        post!("/v1/typical-cases/{id}/publication", "typical_case.publish", typical_cases::commands::publish),
        post!("/v1/typical-cases/{id}/annotations", "typical_case.annotate", typical_cases::commands::annotate),
        get!("/v1/typical-cases", "typical_case.list", typical_cases::questions::list_cases),
        get!("/v1/typical-cases/{id}", "typical_case.read", typical_cases::questions::one_case),
        get!("/v1/typical-cases/{id}/events", "typical_case.read", typical_cases::questions::case_events),
        get!("/v1/sessions", "session.list", sessions::list::list_sessions),
        get!("/v1/sessions/{id}", "session.read", sessions::questions::one_session),
        get!("/v1/sessions/{id}/events", "session.read", sessions::questions::session_events),
        post!("/v1/sessions/{id}/substitutions", "session.substitute", sessions::sitting::substitute),
        post!("/v1/sessions/{id}/opening", "session.hold", sessions::sitting::open),
        post!("/v1/sessions/{id}/check-ins", "session.hold", sessions::sitting::check_in),
        post!("/v1/sessions/{id}/check-outs", "session.hold", sessions::sitting::check_out),
        post!("/v1/sessions/{id}/closing", "session.hold", sessions::sitting::close),
        post!("/v1/sessions/{id}/records", "session.file_record", sessions::sitting::file_record),
        get!("/v1/dashboards/overview", "dashboard.read", dashboards::questions::overview),
        get!("/v1/dashboards/grids", "dashboard.read", dashboards::questions::grids),
        get!("/v1/dashboards/units", "dashboard.read", dashboards::questions::units),
        get!("/v1/dashboards/delegates", "dashboard.read", dashboards::questions::delegates),
        get!("/v1/dashboards/topics", "dashboard.read", dashboards::questions::topics),
        get!("/v1/dashboards/major-issues", "dashboard.read", dashboards::questions::major_issues),
        get!("/v1/dashboards/obligations", "dashboard.read", dashboards::obligations::obligations),
        get!("/v1/obligations", "obligation.list", obligations::list::list_obligations),
        get!("/v1/clauses", "clause.read", clauses::questions::all_clauses),
        get!("/v1/clauses/{id}", "clause.read", clauses::questions::one_clause),
        get!("/v1/leaves", "leave.list", leaves::list::list_leaves),
        post!("/v1/sessions/{id}/notices", "session.post_notice", sessions::notices::post_notice),
        post!("/v1/sessions/{id}/notice-amendments", "session.post_notice", sessions::notices::amend_notice),
        post!("/v1/sessions/{id}/objections", "session.object", sessions::notices::object),
        post!(
            "/v1/sessions/{id}/objections/{objection_id}/answer",
            "session.answer_objection",
            sessions::notices::answer_objection
        ),
        get!("/v1/dashboards/sessions", "dashboard.read", dashboards::sessions::sessions),
        post!("/v1/issues/{id}/corrections", "issue.correct", corrections::commands::correct_issue),
        post!(
            "/v1/issues/{id}/corrections/decision",
            "issue.decide_correction",
            corrections::commands::decide_issue_correction
        ),
        post!("/v1/receptions/{id}/corrections", "reception.correct", corrections::commands::correct_reception),
        post!(
            "/v1/receptions/{id}/corrections/decision",
            "reception.decide_correction",
            corrections::commands::decide_reception_correction
        ),
        post!("/v1/sessions/{id}/corrections", "session.correct", corrections::commands::correct_session),
        post!(
            "/v1/sessions/{id}/corrections/decision",
            "session.decide_correction",
            corrections::commands::decide_session_correction
        ),
        get!("/v1/events", "log.read", log::whole::events),
        get!("/v1/feed", "feed.follow", log::feed::follow).or_ticket(),
        post!("/v1/feed/tickets", "feed.follow", log::feed::ticket).unrecorded(),
        get!("/log/checkpoint", "log.check", log::tiles::checkpoint).open(),
        get!("/log/vkey", "log.check", log::tiles::vkey).open(),
        get!("/log/consistency", "log.check", log::tiles::consistency).open(),
        get!("/log/proof/{position}", "log.read", log::tiles::inclusion),
        get!("/log/tile/entries/{place:.*}", "log.read", log::tiles::entry_bundle),
        get!("/log/tile/{level}/{place:.*}", "log.check", log::tiles::hash_tile).open(),
        get!("/v1/read-models", "read_model.read", read_models::questions::list),
        post!("/v1/read-models/{name}/rebuild", "read_model.rebuild", read_models::commands::rebuild).unrecorded(),
        get!("/v1/programme", "programme.read", programme::questions::read),
        post!("/v1/programme", "programme.amend", programme::commands::amend),
        get!("/v1/grids", "place.list", places::questions::list_grids),
        get!("/v1/grids/{id}", "place.read", places::questions::one_grid),
        post!("/v1/grids/{id}/renaming", "place.rename", places::commands::rename_grid),
        get!("/v1/grids/{id}/offices", "place.read", places::offices::read),
        post!("/v1/grids/{id}/convener", "place.appoint", places::appointing::appoint_convener),
        post!("/v1/grids/{id}/convener/ending", "place.appoint", places::appointing::end_convener),
        post!("/v1/grids/{id}/liaison", "place.appoint", places::appointing::appoint_liaison),
        post!("/v1/grids/{id}/liaison/ending", "place.appoint", places::appointing::end_liaison),
        post!("/v1/grids/{id}/venue", "place.set_venue", places::commands::set_venue),
        get!("/v1/units", "place.list", places::questions::list_units),
        get!("/v1/units/{id}", "place.read", places::questions::one_unit),
        post!("/v1/units/{id}/renaming", "place.rename", places::commands::rename_unit),
        get!("/v1/delegates", "delegate.list", delegates::questions::list_delegates),
        post!("/v1/delegates", "delegate.register", delegates::commands::register),
        get!("/v1/delegates/{id}", "delegate.read", delegates::questions::one_delegate),
        post!("/v1/delegates/{id}/renaming", "delegate.rename", delegates::commands::rename),
        post!("/v1/delegates/{id}/mandates", "delegate.change", delegates::commands::give_mandate),
        post!("/v1/delegates/{id}/assignments", "delegate.change", delegates::commands::assign),
        post!("/v1/delegates/{id}/departures", "delegate.change", delegates::commands::depart),
        post!("/v1/delegates/{id}/handovers", "issue.hand_over", delegates::handovers::hand_over),
        get!("/v1/delegates/{id}/leaves", "leave.list", leaves::questions::list_leaves),
        post!("/v1/delegates/{id}/leaves", "leave.request", leaves::commands::request),
        get!("/v1/delegates/{id}/leaves/{leave_id}", "leave.read", leaves::questions::one_leave),
        post!("/v1/delegates/{id}/leaves/{leave_id}/decision", "leave.decide", leaves::commands::decide),
        post!("/v1/delegates/{id}/leaves/{leave_id}/withdrawal", "leave.withdraw", leaves::commands::withdraw),
        get!("/v1/reviews", "review.list", reviews::year::list),
        get!("/v1/reviews/{year}", "review.read", reviews::year::read),
        get!("/v1/reviews/{year}/events", "review.read", reviews::year::events),
        post!("/v1/reviews/{year}/opening", "review.open", reviews::commands::open),
        post!("/v1/reviews/{year}/freeze", "review.freeze", reviews::commands::freeze),
        get!("/v1/reviews/{year}/delegates/{id}/frozen", "review.read", reviews::frozen::of_delegate),
        get!("/v1/reviews/{year}/grids/{id}/frozen", "review.read", reviews::frozen::of_grid),
        get!("/v1/reviews/{year}/delegates/{id}/dossier", "review.read", reviews::dossier::read),
        get!("/v1/reviews/{year}/delegates/{id}/events", "review.read", reviews::dossier::delegate_events),
        get!("/v1/reviews/{year}/grids/{id}/events", "review.read", reviews::dossier::grid_events),
        post!("/v1/reviews/{year}/delegates/{id}/report", "review.report", reviews::appraising::report),
        post!("/v1/reviews/{year}/delegates/{id}/appraisals", "review.appraise", reviews::appraising::appraise),
        post!("/v1/reviews/{year}/delegates/{id}/disputes", "review.dispute", reviews::appraising::dispute),
        post!(
            "/v1/reviews/{year}/delegates/{id}/disputes/{dispute_id}/decision",
            "review.decide_dispute",
            reviews::appraising::decide
        ),
        post!("/v1/reviews/{year}/delegates/{id}/adjustments", "review.adjust", reviews::appraising::adjust),
        post!("/v1/reviews/{year}/delegates/{id}/result", "review.set_result", reviews::appraising::set_result),
        post!("/v1/reviews/{year}/delegates/{id}/publication", "review.publish", reviews::appraising::publish),
        get!("/v1/reviews/{year}/delegates", "review.read", reviews::questions::all_delegates),
        get!("/v1/reviews/{year}/delegates/{id}", "review.read", reviews::questions::one_delegate),
        get!("/v1/reviews/{year}/delegates/{id}/indicators/{code}", "review.read", reviews::behind::behind_delegate),
        get!("/v1/reviews/{year}/grids", "review.read", reviews::questions::all_grids),
        get!("/v1/reviews/{year}/grids/{id}", "review.read", reviews::questions::one_grid),
        get!("/v1/reviews/{year}/grids/{id}/indicators/{code}", "review.read", reviews::behind::behind_grid),
        get!("/v1/offices", "office.list", offices::questions::list_offices),
        post!("/v1/offices", "office.register", offices::commands::register),
        get!("/v1/offices/{id}", "office.read", offices::questions::one_office),
        post!("/v1/offices/{id}/renaming", "office.rename", offices::commands::rename),
        get!("/v1/policies", "policy.list", policies::questions::list_policies),
        post!("/v1/policies", "policy.adopt", policies::commands::adopt),
        get!("/v1/policies/{position}", "policy.read", policies::questions::one_policy),
        get!("/v1/topics", "topic.list", policies::topics::list_topics),
        get!("/v1/vocabulary", "vocabulary.read", vocabulary::questions::vocabulary).open(),
        get!("/v1/calendars", "calendar.list", calendars::questions::list_calendars),
        get!("/v1/calendars/{year}", "calendar.read", calendars::questions::one_calendar),
        post!("/v1/calendars/{year}", "calendar.publish", calendars::commands::publish),
        post!("/v1/roster-imports", "roster.import", rosters::commands::import_roster).takes(Accepts::Roster),
        get!("/v1/roster-imports/{id}", "roster.read", rosters::questions::one_import),
        get!("/v1/me", "account.me", tokens::questions::me).in_any_role(),
        get!("/v1/tokens", "token.list", tokens::questions::list_tokens),
        post!("/v1/tokens", "token.issue", tokens::commands::issue),
        get!("/v1/tokens/{id}", "token.read", tokens::questions::one_token),
        post!("/v1/tokens/{id}/revocation", "token.revoke", tokens::commands::revoke),
        get!("/v1/major-issues", "major_issue.list", major_issues::questions::list_major_issues),
        get!("/v1/major-issues/{id}", "major_issue.read", major_issues::questions::one_major_issue),
        get!("/v1/major-issues/{id}/events", "major_issue.read", major_issues::questions::major_issue_events),
        post!("/v1/major-issues/{id}/triage", "major_issue.triage", major_issues::commands::triage),
        post!("/v1/major-issues/{id}/deliberations", "major_issue.deliberate", major_issues::commands::deliberate),
        post!("/v1/major-issues/{id}/assignments", "major_issue.assign", major_issues::commands::assign),
        post!("/v1/major-issues/{id}/acceptances", "major_issue.accept", major_issues::commands::accept),
        post!("/v1/major-issues/{id}/refusals", "major_issue.refuse", major_issues::commands::refuse),
        post!(
            "/v1/major-issues/{id}/refusals/decision",
            "major_issue.decide_refusal",
            major_issues::commands::decide_refusal
        ),
        post!("/v1/major-issues/{id}/reports", "major_issue.report", major_issues::commands::report),
        post!("/v1/major-issues/{id}/verifications", "major_issue.verify", major_issues::commands::verify),
        post!("/v1/major-issues/{id}/level-changes", "major_issue.change_level", major_issues::commands::change_level),
        post!("/v1/major-issues/{id}/conclusion", "major_issue.conclude", major_issues::commands::conclude),
        post!("/v1/files", "file.store", files::commands::store).takes(Accepts::File),
        get!("/v1/files/{id}", "file.read", files::questions::one_file),
        get!("/v1/files/{id}/content", "file.read", files::questions::content).in_pieces(),
        post!("/v1/clock-runs", "clock.run", clock::commands::run_clock).unrecorded(),
        get!("/v1/clock", "clock.read", clock::questions::clock),
        get!("/v1/obligations/{id}", "obligation.read", obligations::questions::one_obligation),
        get!("/v1/obligations/{id}/events", "obligation.read", obligations::questions::obligation_events),
        post!("/v1/obligations/{id}/explanations", "obligation.explain", obligations::commands::explain),
        post!(
            "/v1/obligations/{id}/explanations/decision",
            "obligation.decide_explanation",
            obligations::commands::decide_explanation
        ),
        get!("/v1/public/notices", "public.read", public::notices::list_notices).open(),
        get!("/v1/public/notices/{id}", "public.read", public::notices::one_sheet).open(),
        get!("/v1/public/reviews/{year}", "public.read", public::reviews::of_year).open(),
        get!("/v1/public/typical-cases", "typical_case.read_public", public::cases::list_cases).open(),
        get!("/v1/public/calendars/grids/{id}.ics", "public.read", public::calendars::of_grid).open(),
        get!("/v1/public/calendars/delegates/{id}.ics", "public.read", public::calendars::of_delegate).open(),
        get!("/health/live", "health.read", http::health::live).open(),
        get!("/health/ready", "health.read", http::health::ready).open(),
        get!("/metrics", "metrics.read", http::metrics::page),
        get!("/openapi.json", "contract.read", openapi::page).open(),
        get!("/", "contract.read", http::docs::root).open(),
        get!("/docs", "contract.read", http::docs::redirect).open(),
        get!("/docs/{file:.*}", "contract.read", http::docs::file).open(),
        get!("/problems", "contract.read", problem::list::list).open(),
        get!("/problems/{code}", "contract.read", problem::list::one).open(),
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
