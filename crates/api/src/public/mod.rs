//! `/v1/public/…`: what everybody may know of sessions, without a token (C-5.2): published rotas, with names and capacities of
//! delegates and nobody else's. As a list, as a sheet to be posted, as calendars to subscribe to. And the published results of
//! annual reviews.

pub mod calendars;
mod ical;
pub mod notices;
mod page;
pub mod reviews;
mod sheet;
mod view;
