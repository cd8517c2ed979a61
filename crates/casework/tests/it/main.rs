//! The use cases over a log in memory, with a clock that the test sets: the main job from end to end, replays and
//! preconditions, races, what issues have with each other, calendars, the clock, obligations, earlier moments,
//! bounds, sessions, what delegates do besides.
#![allow(clippy::unwrap_used)]

mod annual_reviews;
mod bounds;
mod calendars;
mod clock;
mod corrections;
mod erasures;
mod files;
mod lost_keys;
mod main_job;
mod moments;
mod obligations;
mod racing;
mod reference;
mod relations;
mod replays;
mod reviews;
mod sessions;
mod town;
mod undertakings;
mod unreadable;
mod years;
