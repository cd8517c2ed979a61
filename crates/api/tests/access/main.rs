//! Who may do what, over HTTP: a town with two grids, an account of every role, the access table adopted. What each role may
//! do is known a second way, by the rows of the table and by whose everything is.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod again;
mod dashboards;
mod every_cell;
mod flows;
mod matrix;
mod narrow;
mod one_person;
mod open_routes;
mod openings;
mod persons;
mod relations;
mod retention;
mod scopes;
mod separation;
mod server;
mod server_owned;
mod tasks;
mod tasks_asked;
mod tasks_of_undertakings;
mod town;
mod under_way;
mod wire;
mod words;
