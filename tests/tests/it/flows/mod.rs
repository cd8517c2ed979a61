//! What the service is for, over HTTP: each module one part of a liaison officer's work.

mod activities;
mod annual_review;
mod answers;
mod calendars;
mod clauses;
mod corrections;
mod dashboards;
mod days_later;
mod lists;
mod main_job;
mod major_issues;
mod names;
mod obligations;
mod offices;
mod people;
mod relations;
mod renaming;
mod rest_of_the_life;
mod retries;
mod session_day;
mod session_plans;
mod session_rotas;
mod tokens;
