//! `/v1/public/…`: what everybody may know, without a token. Of sessions (C-5.2): published rotas, with names and capacities of
//! delegates and nobody else's, as a list, as a sheet to be posted, as calendars to subscribe to. Of typical cases (C-5.3): the
//! text that is published and its annotations, never the nominated text nor what a case is made of. And the
//! published results of annual reviews. What the holder of a receipt code may ask and say is in `receipts/` (C-3.6).

pub mod calendars;
mod case_view;
pub mod cases;
mod cases_page;
pub mod embed;
mod ical;
pub mod notices;
pub mod objections;
mod page;
pub mod receipts;
pub mod review_view;
pub mod reviews;
mod sheet;
mod table;
mod view;
