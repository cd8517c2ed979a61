//! The one table of routes: what can be asked, which action it needs, who answers.
//!
//! The same table leads to the handlers (`router.rs`), makes the OpenAPI document in a test (`openapi/`), answers a wrong method
//! with 405 and `Allow`, names the action a caller needs, and labels logs and metrics.

use crate::http::route::{self, Accepts};
use crate::http::router::Routes;
use crate::http::strangers::Strangers;
use crate::{
    accounts, activities, appointments, calendars, clauses, clock, configuration, corrections, dashboards, deeds,
    delegates, erasures, files, http, issues, leaves, legal_holds, log, major_issues, me, meetings, obligations,
    offices, openapi, personal_data, places, policies, problem, programme, proposals, public, read_models, receptions,
    reviews, rosters, security, sessions, sign_ins, studies, tokens, typical_cases, vocabulary,
};
use domain::access::Action;

/// A line of the table, with what its handler says of itself; utoipa keeps that in a type that only its own derive can name.
#[cfg(test)]
macro_rules! described {
    ($route:expr, $($handler:ident)::+) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler)::+))]
        struct Described;
        let mut route = $route;
        route.described = <Described as utoipa::OpenApi>::openapi;
        route
    }};
}

/// The same without: nobody asks for it but the test that makes the document.
#[cfg(not(test))]
macro_rules! described {
    ($route:expr, $($handler:ident)::+) => {
        $route
    };
}

macro_rules! get {
    ($path:literal, $action:ident, $($handler:ident)::+) => {
        described!(route::get($path, Action::$action, $($handler)::+), $($handler)::+)
    };
}

macro_rules! post {
    ($path:literal, $action:ident, $($handler:ident)::+) => {
        described!(route::post($path, Action::$action, $($handler)::+), $($handler)::+)
    };
}

/// The table. A line is: method, path, action, handler.
pub fn table() -> Routes {
    Routes::new(vec![
        post!("/v1/receptions", ReceptionRecord, receptions::commands::record).gives_slips(),
        get!("/v1/issues/{id}", IssueRead, issues::questions::one_issue),
        get!("/v1/issues", IssueList, issues::list::list_issues),
        get!("/v1/receptions/{id}", ReceptionRead, receptions::questions::one_reception),
        get!("/v1/receptions", ReceptionList, receptions::questions::list_receptions),
        get!("/v1/receptions/{id}/events", ReceptionRead, receptions::questions::reception_events),
        get!("/v1/issues/{id}/events", IssueRead, issues::questions::issue_events),
        get!("/v1/issues/{id}/deadline", IssueRead, issues::questions::deadline),
        get!("/v1/issues/{id}/difference", IssueRead, issues::difference::difference),
        post!("/v1/issues/{id}/answers", IssueAnswer, issues::answering::give_answer),
        post!("/v1/issues/{id}/taking", IssueTake, issues::answering::take),
        post!("/v1/issues/{id}/interim-replies", IssueReply, issues::answering::reply_meanwhile),
        post!("/v1/issues/{id}/escalations", IssueEscalate, issues::escalation::escalate),
        post!("/v1/issues/{id}/escalation-returns", IssueReturn, issues::escalation::return_escalation),
        post!("/v1/issues/{id}/extensions", IssueExtend, issues::extension::request_extension),
        post!("/v1/issues/{id}/extensions/decision", IssueDecideExtension, issues::extension::decide_extension),
        post!("/v1/issues/{id}/extensions/notification", IssueExtend, issues::extension::tell_of_extension),
        post!("/v1/issues/{id}/suspensions", IssueSuspend, issues::suspension::suspend),
        post!("/v1/issues/{id}/resumptions", IssueSuspend, issues::suspension::resume),
        post!("/v1/issues/{id}/referrals", IssueRefer, issues::handover::refer),
        post!("/v1/issues/{id}/feedback", IssueFeedback, issues::answering::feedback),
        post!("/v1/issues/{id}/closing", IssueClose, issues::closing::close),
        post!("/v1/issues/{id}/reopenings", IssueReopen, issues::closing::request_reopening),
        post!("/v1/issues/{id}/reopenings/decision", IssueDecideReopening, issues::closing::decide_reopening),
        post!("/v1/issues/{id}/withdrawal", IssueWithdraw, issues::closing::withdraw),
        post!("/v1/issues/{id}/handovers", IssueHandOver, issues::handover::hand_over),
        post!("/v1/issues/{id}/delivery-attempts", IssueAttemptDelivery, issues::delivery::attempt_delivery),
        post!("/v1/issues/{id}/commitment-verifications", IssueVerifyCommitment, issues::delivery::verify_commitment),
        post!("/v1/issues/{id}/merges", IssueMerge, issues::merging::merge),
        post!("/v1/issues/{id}/unmerges", IssueMerge, issues::merging::unmerge),
        post!("/v1/issues/{id}/links", IssueLink, issues::merging::link),
        post!("/v1/issues/{id}/input-requests", IssueRequestInput, issues::input::request_input),
        post!("/v1/issues/{id}/inputs", IssueGiveInput, issues::input::give_input),
        post!("/v1/issues/{id}/receipts", IssueReissueReceipt, issues::receipt::reissue).gives_slips(),
        post!("/v1/issues/{id}/evidence", IssueAttachEvidence, issues::receipt::attach),
        get!("/v1/public/receipts/{code}", ReceiptRead, public::receipts::questions::one_receipt)
            .of_strangers(Strangers::Receipt),
        get!("/v1/public/receipts/{code}/proof", ReceiptProve, public::receipts::proof::proof)
            .of_strangers(Strangers::Receipt),
        get!("/r/assets/{file:.*}", ReceiptRead, public::receipts::page::asset).open(),
        get!("/r/{code}", ReceiptRead, public::receipts::page::receipt_page).of_strangers(Strangers::Receipt),
        post!("/v1/public/receipts/{code}/feedback", ReceiptFeedback, public::receipts::commands::feedback)
            .of_strangers(Strangers::Receipt),
        post!("/v1/public/receipts/{code}/reopenings", ReceiptReopen, public::receipts::commands::reopening)
            .of_strangers(Strangers::Receipt),
        post!("/v1/public/receipts/{code}/withdrawal", ReceiptWithdraw, public::receipts::commands::withdrawal)
            .of_strangers(Strangers::Receipt),
        post!("/v1/public/receipts/{code}/erasure-requests", ReceiptErase, public::receipts::commands::erasure_request)
            .of_strangers(Strangers::Receipt),
        post!("/v1/public/receipts/{code}/files", ReceiptAttach, public::receipts::commands::send_file)
            .takes(Accepts::VisitorFile)
            .of_strangers(Strangers::Receipt),
        post!("/v1/session-plans", SessionPlan, sessions::planning::plan),
        post!("/v1/sessions", SessionAdd, sessions::moves::add),
        post!("/v1/sessions/{id}/moves", SessionMove, sessions::moves::move_session),
        post!("/v1/sessions/{id}/cancellation", SessionCancel, sessions::moves::cancel),
        get!("/v1/grids/{id}/rota-proposal", SessionProposeRota, sessions::rotas::propose),
        post!("/v1/grids/{id}/rotas", SessionAssign, sessions::rotas::assign),
        post!("/v1/grids/{id}/rota-publications", SessionPublishRota, sessions::rotas::publish),
        post!("/v1/activities", ActivityRecord, activities::commands::hold),
        post!("/v1/activities/{id}/evidence", ActivityAttachEvidence, activities::following::attach),
        post!("/v1/activities/{id}/submissions", ActivitySubmit, activities::following::submit),
        post!("/v1/activities/{id}/acknowledgements", ActivityAcknowledge, activities::following::acknowledge),
        post!("/v1/activities/{id}/improvements", ActivityAdoptImprovement, activities::following::adopt),
        post!(
            "/v1/activities/{id}/improvements/{improvement_id}/completion",
            ActivityCompleteImprovement,
            activities::following::complete_improvement
        ),
        post!("/v1/activities/{id}/corrections", ActivityCorrect, activities::corrections::correct),
        post!("/v1/activities/{id}/corrections/decision", ActivityDecideCorrection, activities::corrections::decide),
        get!("/v1/activities", ActivityList, activities::questions::list_activities),
        get!("/v1/activities/{id}", ActivityRead, activities::questions::one_activity),
        get!("/v1/activities/{id}/events", ActivityRead, activities::questions::activity_events),
        post!("/v1/meetings", MeetingConvene, meetings::commands::convene),
        post!("/v1/meetings/{id}/agenda-items", MeetingTable, meetings::deciding::table),
        post!("/v1/meetings/{id}/decisions", MeetingDecide, meetings::deciding::decide),
        post!("/v1/meetings/{id}/deferrals", MeetingDefer, meetings::deciding::defer),
        post!("/v1/meetings/{id}/closing", MeetingClose, meetings::commands::close),
        post!("/v1/meetings/{id}/cancellation", MeetingCancel, meetings::commands::cancel),
        post!("/v1/meetings/{id}/corrections", MeetingCorrect, meetings::corrections::correct),
        post!("/v1/meetings/{id}/corrections/decision", MeetingDecideCorrection, meetings::corrections::decide),
        get!("/v1/meetings", MeetingList, meetings::questions::list_meetings),
        get!("/v1/meetings/{id}", MeetingRead, meetings::questions::one_meeting),
        get!("/v1/meetings/{id}/events", MeetingRead, meetings::questions::meeting_events),
        get!("/v1/grids/{id}/agenda", MeetingList, meetings::agenda::read),
        post!("/v1/deeds", DeedPledge, deeds::commands::pledge),
        post!("/v1/deeds/{id}/completion", DeedComplete, deeds::commands::complete),
        post!("/v1/deeds/{id}/abandonment", DeedAbandon, deeds::commands::abandon),
        post!("/v1/deeds/{id}/corrections", DeedCorrect, deeds::corrections::correct),
        post!("/v1/deeds/{id}/corrections/decision", DeedDecideCorrection, deeds::corrections::decide),
        get!("/v1/deeds", DeedList, deeds::questions::list_deeds),
        get!("/v1/deeds/{id}", DeedRead, deeds::questions::one_deed),
        get!("/v1/deeds/{id}/events", DeedRead, deeds::questions::deed_events),
        post!("/v1/studies", StudyStart, studies::commands::start),
        post!("/v1/studies/{id}/completion", StudyFinish, studies::commands::finish),
        post!("/v1/studies/{id}/submissions", StudySubmit, studies::filing::submit),
        post!("/v1/studies/{id}/acknowledgements", StudyAcknowledge, studies::filing::acknowledge),
        post!("/v1/studies/{id}/uses", StudyRecordUse, studies::filing::record_use),
        post!("/v1/studies/{id}/corrections", StudyCorrect, studies::corrections::correct),
        post!("/v1/studies/{id}/corrections/decision", StudyDecideCorrection, studies::corrections::decide),
        get!("/v1/studies", StudyList, studies::questions::list_studies),
        get!("/v1/studies/{id}", StudyRead, studies::questions::one_study),
        get!("/v1/studies/{id}/events", StudyRead, studies::questions::study_events),
        post!("/v1/appointments", AppointmentRequest, appointments::commands::request),
        post!("/v1/appointments/{id}/contacts", AppointmentContact, appointments::commands::contact),
        post!("/v1/appointments/{id}/schedule", AppointmentSchedule, appointments::commands::schedule),
        post!("/v1/appointments/{id}/cancellation", AppointmentCancel, appointments::commands::cancel),
        get!("/v1/appointments", AppointmentList, appointments::questions::list_appointments),
        get!("/v1/appointments/{id}", AppointmentRead, appointments::questions::one_appointment),
        get!("/v1/appointments/{id}/events", AppointmentRead, appointments::questions::appointment_events),
        post!("/v1/typical-cases", TypicalCaseNominate, typical_cases::commands::nominate),
        post!("/v1/typical-cases/{id}/deidentification", TypicalCaseDeidentify, typical_cases::commands::deidentify),
        post!("/v1/typical-cases/{id}/submissions", TypicalCaseSubmit, typical_cases::commands::submit),
        post!("/v1/typical-cases/{id}/selection", TypicalCaseSelect, typical_cases::commands::select),
        post!("/v1/typical-cases/{id}/publication", TypicalCasePublish, typical_cases::commands::publish),
        post!("/v1/typical-cases/{id}/annotations", TypicalCaseAnnotate, typical_cases::commands::annotate),
        get!("/v1/typical-cases", TypicalCaseList, typical_cases::questions::list_cases),
        get!("/v1/typical-cases/{id}", TypicalCaseRead, typical_cases::questions::one_case),
        get!("/v1/typical-cases/{id}/events", TypicalCaseRead, typical_cases::questions::case_events),
        get!("/v1/sessions", SessionList, sessions::list::list_sessions),
        get!("/v1/sessions/{id}", SessionRead, sessions::questions::one_session),
        get!("/v1/sessions/{id}/events", SessionRead, sessions::questions::session_events),
        post!("/v1/sessions/{id}/substitutions", SessionSubstitute, sessions::sitting::substitute),
        post!("/v1/sessions/{id}/opening", SessionOpen, sessions::sitting::open),
        post!("/v1/sessions/{id}/check-ins", SessionCheckIn, sessions::sitting::check_in),
        post!("/v1/sessions/{id}/check-outs", SessionCheckIn, sessions::sitting::check_out),
        post!("/v1/sessions/{id}/closing", SessionClose, sessions::sitting::close),
        post!("/v1/sessions/{id}/records", SessionFileRecord, sessions::sitting::file_record),
        get!("/v1/dashboards/overview", DashboardRead, dashboards::questions::overview),
        get!("/v1/dashboards/grids", DashboardRead, dashboards::questions::grids),
        get!("/v1/dashboards/units", DashboardRead, dashboards::questions::units),
        get!("/v1/dashboards/delegates", DashboardRead, dashboards::questions::delegates),
        get!("/v1/dashboards/topics", DashboardRead, dashboards::questions::topics),
        get!("/v1/dashboards/major-issues", DashboardRead, dashboards::questions::major_issues),
        get!("/v1/dashboards/obligations", DashboardRead, dashboards::obligations::obligations),
        get!("/v1/obligations", ObligationList, obligations::list::list_obligations),
        get!("/v1/clauses", ClauseRead, clauses::questions::all_clauses),
        get!("/v1/clauses/{id}", ClauseRead, clauses::questions::one_clause),
        get!("/v1/leaves", LeaveList, leaves::list::list_leaves),
        post!("/v1/sessions/{id}/notices", NoticePost, sessions::notices::post_notice),
        post!("/v1/sessions/{id}/notice-amendments", NoticeAmend, sessions::notices::amend_notice),
        post!("/v1/sessions/{id}/objections", NoticeObject, sessions::notices::object),
        post!(
            "/v1/sessions/{id}/objections/{objection_id}/answer",
            NoticeAnswerObjection,
            sessions::notices::answer_objection
        ),
        get!("/v1/dashboards/sessions", DashboardRead, dashboards::sessions::sessions),
        post!("/v1/issues/{id}/corrections", IssueCorrect, corrections::commands::correct_issue),
        post!(
            "/v1/issues/{id}/corrections/decision",
            IssueDecideCorrection,
            corrections::commands::decide_issue_correction
        ),
        post!("/v1/receptions/{id}/corrections", ReceptionCorrect, corrections::commands::correct_reception),
        post!(
            "/v1/receptions/{id}/corrections/decision",
            ReceptionDecideCorrection,
            corrections::commands::decide_reception_correction
        ),
        post!("/v1/sessions/{id}/corrections", SessionCorrect, corrections::commands::correct_session),
        post!(
            "/v1/sessions/{id}/corrections/decision",
            SessionDecideCorrection,
            corrections::commands::decide_session_correction
        ),
        get!("/v1/events", LogRead, log::whole::events),
        get!("/v1/feed", FeedFollow, log::feed::follow).or_ticket(),
        post!("/v1/feed/tickets", FeedFollow, log::feed::ticket).unrecorded(),
        get!("/log/checkpoint", LogCheck, log::tiles::checkpoint).open(),
        get!("/log/vkey", LogCheck, log::tiles::vkey).open(),
        get!("/log/consistency", LogCheck, log::tiles::consistency).open(),
        get!("/log/proof/{position}", LogProve, log::tiles::inclusion),
        post!("/log/openings", LogRequestOpening, log::openings::request),
        get!("/log/openings/{id}", LogRequestOpening, log::openings::fetch),
        get!("/log/tile/entries/{place:.*}", LogRead, log::tiles::entry_bundle),
        get!("/log/tile/{level}/{place:.*}", LogCheck, log::tiles::hash_tile).open(),
        post!("/v1/sign-ins", AccountSignIn, sign_ins::commands::begin).open().unrecorded().signs_in(),
        post!("/v1/sign-ins/current/ending", AccountSignOut, sign_ins::commands::end).unrecorded().in_any_role(),
        post!("/v1/sign-ins/all/ending", AccountSignOut, sign_ins::commands::end_all).unrecorded().in_any_role(),
        post!("/v1/me/password", AccountCredentials, me::credentials::set_password).open().unrecorded().signs_in(),
        post!("/v1/me/second-factor", AccountCredentials, me::credentials::show_second_factor)
            .unrecorded()
            .in_any_role(),
        post!("/v1/me/second-factor/confirmation", AccountCredentials, me::credentials::confirm_second_factor)
            .unrecorded()
            .in_any_role(),
        post!("/v1/accounts/{id}/enrolments", AccountEnrol, accounts::enrolling::enrol),
        post!("/v1/accounts/{id}/identities", AccountBindIdentity, accounts::enrolling::bind_identity),
        get!("/v1/read-models", ReadModelRead, read_models::questions::list),
        post!("/v1/read-models/{name}/rebuild", ReadModelRebuild, read_models::commands::rebuild).unrecorded(),
        get!("/v1/programme", ProgrammeRead, programme::questions::read),
        post!("/v1/programme", ProgrammeAmend, programme::commands::amend),
        get!("/v1/grids", PlaceList, places::questions::list_grids),
        get!("/v1/grids/{id}", PlaceRead, places::questions::one_grid),
        post!("/v1/grids/{id}/renaming", PlaceRename, places::commands::rename_grid),
        get!("/v1/grids/{id}/offices", PlaceRead, places::offices::read),
        post!("/v1/grids/{id}/convener", PlaceAppoint, places::appointing::appoint_convener),
        post!("/v1/grids/{id}/convener/ending", PlaceAppoint, places::appointing::end_convener),
        post!("/v1/grids/{id}/liaison", PlaceAppoint, places::appointing::appoint_liaison),
        post!("/v1/grids/{id}/liaison/ending", PlaceAppoint, places::appointing::end_liaison),
        post!("/v1/grids/{id}/venue", PlaceSetVenue, places::commands::set_venue),
        get!("/v1/units", PlaceList, places::questions::list_units),
        get!("/v1/units/{id}", PlaceRead, places::questions::one_unit),
        post!("/v1/units/{id}/renaming", PlaceRename, places::commands::rename_unit),
        get!("/v1/delegates", DelegateList, delegates::questions::list_delegates),
        post!("/v1/delegates", DelegateRegister, delegates::commands::register),
        get!("/v1/delegates/{id}", DelegateRead, delegates::questions::one_delegate),
        post!("/v1/delegates/{id}/renaming", DelegateRename, delegates::commands::rename),
        post!("/v1/delegates/{id}/mandates", DelegateChange, delegates::commands::give_mandate),
        post!("/v1/delegates/{id}/assignments", DelegateChange, delegates::commands::assign),
        post!("/v1/delegates/{id}/departures", DelegateChange, delegates::commands::depart),
        post!("/v1/delegates/{id}/handovers", IssueHandOver, delegates::handovers::hand_over),
        get!("/v1/delegates/{id}/leaves", LeaveList, leaves::questions::list_leaves),
        post!("/v1/delegates/{id}/leaves", LeaveRequest, leaves::commands::request),
        get!("/v1/delegates/{id}/leaves/{leave_id}", LeaveList, leaves::questions::one_leave),
        post!("/v1/delegates/{id}/leaves/{leave_id}/decision", LeaveDecide, leaves::commands::decide),
        post!("/v1/delegates/{id}/leaves/{leave_id}/withdrawal", LeaveWithdraw, leaves::commands::withdraw),
        get!("/v1/reviews", ReviewRead, reviews::year::list),
        get!("/v1/reviews/{year}", ReviewRead, reviews::year::read),
        get!("/v1/reviews/{year}/events", ReviewRead, reviews::year::events),
        post!("/v1/reviews/{year}/opening", ReviewOpen, reviews::commands::open),
        post!("/v1/reviews/{year}/freeze", ReviewFreeze, reviews::commands::freeze),
        get!("/v1/reviews/{year}/delegates/{id}/frozen", ReviewRead, reviews::frozen::of_delegate),
        get!("/v1/reviews/{year}/grids/{id}/frozen", ReviewRead, reviews::frozen::of_grid),
        get!("/v1/reviews/{year}/delegates/{id}/dossier", ReviewRead, reviews::dossier::read),
        get!("/v1/reviews/{year}/delegates/{id}/events", ReviewRead, reviews::dossier::delegate_events),
        get!("/v1/reviews/{year}/grids/{id}/events", ReviewRead, reviews::dossier::grid_events),
        post!("/v1/reviews/{year}/delegates/{id}/report", ReviewReport, reviews::appraising::report),
        post!("/v1/reviews/{year}/delegates/{id}/appraisals", ReviewAppraise, reviews::appraising::appraise),
        post!("/v1/reviews/{year}/delegates/{id}/disputes", ReviewDispute, reviews::appraising::dispute),
        post!(
            "/v1/reviews/{year}/delegates/{id}/disputes/{dispute_id}/decision",
            ReviewDecideDispute,
            reviews::appraising::decide
        ),
        post!("/v1/reviews/{year}/delegates/{id}/adjustments", ReviewAdjust, reviews::appraising::adjust),
        post!("/v1/reviews/{year}/delegates/{id}/result", ReviewDecideResult, reviews::appraising::set_result),
        post!("/v1/reviews/{year}/delegates/{id}/publication", ReviewPublish, reviews::appraising::publish),
        get!("/v1/reviews/{year}/delegates", ReviewRead, reviews::questions::all_delegates),
        get!("/v1/reviews/{year}/delegates/{id}", ReviewRead, reviews::questions::one_delegate),
        get!("/v1/reviews/{year}/delegates/{id}/indicators/{code}", ReviewRead, reviews::behind::behind_delegate),
        get!("/v1/reviews/{year}/grids", ReviewRead, reviews::questions::all_grids),
        get!("/v1/reviews/{year}/grids/{id}", ReviewRead, reviews::questions::one_grid),
        get!("/v1/reviews/{year}/grids/{id}/indicators/{code}", ReviewRead, reviews::behind::behind_grid),
        get!("/v1/offices", OfficeList, offices::questions::list_offices),
        post!("/v1/offices", OfficeRegister, offices::commands::register),
        get!("/v1/offices/{id}", OfficeRead, offices::questions::one_office),
        post!("/v1/offices/{id}/renaming", OfficeRename, offices::commands::rename),
        get!("/v1/policies", PolicyList, policies::questions::list_policies),
        post!("/v1/policies", PolicyAdopt, policies::commands::adopt),
        get!("/v1/policies/{position}", PolicyRead, policies::questions::one_policy),
        get!("/v1/topics", TopicList, policies::topics::list_topics),
        get!("/v1/vocabulary", VocabularyRead, vocabulary::questions::vocabulary).open(),
        get!("/v1/calendars", CalendarList, calendars::questions::list_calendars),
        get!("/v1/calendars/{year}", CalendarRead, calendars::questions::one_calendar),
        post!("/v1/calendars/{year}", CalendarPublish, calendars::commands::publish),
        post!("/v1/roster-imports", RosterImport, rosters::commands::import_roster).takes(Accepts::Roster),
        get!("/v1/roster-imports/{id}", RosterRead, rosters::questions::one_import),
        get!("/v1/me", AccountMe, tokens::questions::me).in_any_role(),
        get!("/v1/me/tasks", AccountTasks, me::tasks::list_tasks),
        get!("/v1/accounts", AccountList, accounts::questions::list_accounts),
        post!("/v1/accounts", AccountCreate, accounts::commands::create),
        get!("/v1/accounts/{id}", AccountRead, accounts::questions::one_account),
        post!("/v1/accounts/{id}/grants", AccountGrant, accounts::commands::grant),
        post!("/v1/accounts/{id}/grants/{grant_id}/ending", AccountEndGrant, accounts::commands::end_grant),
        post!("/v1/accounts/{id}/suspension", AccountSuspend, accounts::commands::suspend),
        post!("/v1/accounts/{id}/reinstatement", AccountReinstate, accounts::commands::reinstate),
        post!("/v1/access/adoption", AccessAdopt, accounts::access::adopt),
        get!("/v1/access-table", AccessRead, accounts::access::table).open(),
        get!("/v1/personal-data/views", PersonalViews, personal_data::questions::list_views),
        post!("/v1/personal-data/searches", PersonalSearch, personal_data::searches::search).unrecorded(),
        post!("/v1/personal-data/exports", PersonalExport, personal_data::exports::export).unrecorded(),
        get!("/v1/proposals", ProposalList, proposals::questions::list_proposals),
        get!("/v1/proposals/{id}", ProposalRead, proposals::questions::one_proposal),
        post!("/v1/proposals/{id}/decision", ProposalDecide, proposals::commands::decide),
        post!("/v1/proposals/{id}/retraction", ProposalRetract, proposals::commands::retract),
        get!("/v1/tokens", TokenList, tokens::questions::list_tokens),
        post!("/v1/tokens", TokenIssue, tokens::commands::issue),
        get!("/v1/tokens/{id}", TokenRead, tokens::questions::one_token),
        post!("/v1/tokens/{id}/revocation", TokenRevoke, tokens::commands::revoke),
        get!("/v1/major-issues", MajorIssueList, major_issues::questions::list_major_issues),
        get!("/v1/major-issues/{id}", MajorIssueRead, major_issues::questions::one_major_issue),
        get!("/v1/major-issues/{id}/events", MajorIssueRead, major_issues::questions::major_issue_events),
        post!("/v1/major-issues/{id}/triage", MajorIssueTriage, major_issues::commands::triage),
        post!("/v1/major-issues/{id}/deliberations", MajorIssueDeliberate, major_issues::commands::deliberate),
        post!("/v1/major-issues/{id}/assignments", MajorIssueAssign, major_issues::commands::assign),
        post!("/v1/major-issues/{id}/acceptances", MajorIssueAccept, major_issues::commands::accept),
        post!("/v1/major-issues/{id}/refusals", MajorIssueRefuse, major_issues::commands::refuse),
        post!(
            "/v1/major-issues/{id}/refusals/decision",
            MajorIssueDecideRefusal,
            major_issues::commands::decide_refusal
        ),
        post!("/v1/major-issues/{id}/reports", MajorIssueReport, major_issues::commands::report),
        post!("/v1/major-issues/{id}/verifications", MajorIssueVerify, major_issues::commands::verify),
        post!("/v1/major-issues/{id}/level-changes", MajorIssueChangeLevel, major_issues::commands::change_level),
        post!("/v1/major-issues/{id}/conclusion", MajorIssueConclude, major_issues::commands::conclude),
        get!("/v1/erasures", ErasureList, erasures::questions::list_erasures),
        post!("/v1/erasures", ErasureRequest, erasures::commands::request),
        get!("/v1/erasures/{id}", ErasureRead, erasures::questions::one_erasure),
        get!("/v1/retention", ErasureList, erasures::retention::list_retention),
        post!("/v1/erasures/{id}/decision", ErasureDecide, erasures::commands::decide),
        get!("/v1/legal-holds", LegalHoldList, legal_holds::questions::list_legal_holds),
        post!("/v1/legal-holds", LegalHoldSet, legal_holds::commands::set),
        post!("/v1/legal-holds/{id}/lifting", LegalHoldLift, legal_holds::commands::lift),
        post!("/v1/files", FileAdd, files::commands::store).takes(Accepts::File),
        get!("/v1/files/{id}", FileRead, files::questions::one_file),
        get!("/v1/files/{id}/content", FileOpen, files::questions::content).in_pieces(),
        post!("/v1/clock-runs", ClockRun, clock::commands::run_clock).unrecorded(),
        get!("/v1/clock", ClockRead, clock::questions::clock),
        get!("/v1/obligations/{id}", ObligationRead, obligations::questions::one_obligation),
        get!("/v1/obligations/{id}/events", ObligationRead, obligations::questions::obligation_events),
        post!("/v1/obligations/{id}/explanations", ObligationExplain, obligations::commands::explain),
        post!(
            "/v1/obligations/{id}/explanations/decision",
            ObligationDecideExplanation,
            obligations::commands::decide_explanation
        ),
        get!("/v1/public/notices", NoticeList, public::notices::list_notices).open(),
        get!("/v1/public/notices/{id}", NoticeRead, public::notices::one_sheet).open(),
        post!("/v1/public/notices/{id}/objections", NoticeObject, public::objections::object)
            .of_strangers(Strangers::Objection),
        get!("/embed/notices", NoticeList, public::embed::embed_notices).open().embedded(),
        get!("/embed/reviews", ReviewReadPublic, public::embed::embed_reviews).open().embedded(),
        get!("/embed/typical-cases", TypicalCaseReadPublic, public::embed::embed_cases).open().embedded(),
        get!("/v1/public/reviews/{year}", ReviewReadPublic, public::reviews::of_year).open(),
        get!("/v1/public/typical-cases", TypicalCaseReadPublic, public::cases::list_cases).open(),
        get!("/v1/public/calendars/grids/{id}.ics", NoticeList, public::calendars::of_grid).open(),
        get!("/v1/public/calendars/delegates/{id}.ics", NoticeList, public::calendars::of_delegate).open(),
        get!("/v1/configuration", ConfigurationRead, configuration::questions::configuration),
        get!("/v1/security-events", SecurityRead, security::questions::list_events),
        get!("/health/live", HealthRead, http::health::live).open(),
        get!("/health/ready", HealthRead, http::health::ready).open(),
        get!("/metrics", MetricsRead, http::metrics::page),
        get!("/openapi.json", ContractRead, openapi::page).open(),
        get!("/", ContractRead, http::docs::root).open(),
        get!("/docs", ContractRead, http::docs::redirect).open(),
        get!("/docs/{file:.*}", ContractRead, http::docs::file).open(),
        get!("/problems", ContractRead, problem::list::list).open(),
        get!("/problems/{code}", ContractRead, problem::list::one).open(),
    ])
}

#[cfg(test)]
mod tests;
