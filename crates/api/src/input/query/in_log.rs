//! What of a query is held against the log: positions it has reached, instants it has a state of.

use super::{AsOf, Query, Seen};
use crate::http::response::business_time;
use crate::limits::{AT_LEAST_AHEAD_MAX, POSITION_MAX};
use crate::problem::codes::HttpCode;
use chrono::{DateTime, Utc};
use domain::language::text;
use domain::refusal;

impl Query {
    /// `at_least`: the position that the answer must cover. One that is about to be written is waited for.
    pub fn at_least(&mut self) -> Option<u64> {
        let at_least = self.position("at_least", 0)?;
        if let Some(Seen { head, .. }) =
            self.seen.filter(|seen| at_least > seen.head.saturating_add(AT_LEAST_AHEAD_MAX))
        {
            let detail = text(
                format!("日志末尾为 {head}；最多可等待其后 {AT_LEAST_AHEAD_MAX} 个位置。"),
                format!("The log ends at {head}; at most {AT_LEAST_AHEAD_MAX} positions beyond it are waited for."),
            );
            self.fault_because("at_least", HttpCode::BadPosition, detail);
            return None;
        }
        Some(at_least)
    }

    /// A position or a version, from `first` on, wherever the log ends.
    pub fn position(&mut self, name: &str, first: u64) -> Option<u64> {
        self.whole(name, first..=POSITION_MAX)
    }

    /// A position that the log has reached.
    pub fn position_reached(&mut self, name: &str, first: u64) -> Option<u64> {
        let position = self.position(name, first)?;
        self.reached(name, position).then_some(position)
    }

    /// The same, of a position that must be there.
    pub fn position_required(&mut self, name: &str, first: u64) -> Option<u64> {
        if !self.parameters.contains_key(name) {
            self.fault(name, refusal::Code::Missing);
        }
        self.position_reached(name, first)
    }

    /// `from` and `to`: two positions that the log has reached, the earlier one first.
    pub fn span(&mut self) -> Option<(u64, u64)> {
        let (from, to) = (self.position_required("from", 1), self.position_required("to", 1));
        let (from, to) = (from?, to?);
        if from > to {
            let detail = text("from 不得晚于 to。", "from is not to be after to.");
            self.fault_because("from", HttpCode::BadParameter, detail);
        }
        Some((from, to))
    }

    /// Whether the log has reached a position that a parameter speaks of; a fault where it has not.
    pub fn reached(&mut self, name: &str, position: u64) -> bool {
        let beyond = self.reach.filter(|reach| position > *reach).and(self.seen);
        if let Some(Seen { head, .. }) = beyond {
            let detail = text(format!("日志末尾为 {head}。"), format!("The log ends at {head}."));
            self.fault_because(name, HttpCode::BadPosition, detail);
        }
        beyond.is_none()
    }

    /// `as_of` or `as_of_position`; both at once are a fault beside those of each.
    pub fn as_of(&mut self) -> AsOf {
        if self.has("as_of") && self.has("as_of_position") {
            let detail = text("as_of 与 as_of_position 只能用一个。", "as_of and as_of_position exclude each other.");
            self.fault_because("as_of", HttpCode::BadParameter, detail);
        }
        // There is nothing before the first leaf to be seen.
        let position = self.position_reached("as_of_position", 1);
        let instant = self.optional("as_of", crate::input::body::instant());
        let instant = instant.filter(|instant| self.in_the_log("as_of", instant.to_utc()));
        position.map(AsOf::Position).or(instant.map(AsOf::Instant)).unwrap_or_default()
    }

    /// Whether the log has a state of an instant: not before it began, and not in the future, where the answer would be
    /// another one tomorrow. Instants of the log are whole milliseconds, and so is now; a finer one of a client that asks
    /// for this very moment is not in the future.
    fn in_the_log(&mut self, name: &str, at: DateTime<Utc>) -> bool {
        let Some(Seen { began_at, now, zone, .. }) = self.seen else { return true };
        if at.timestamp_millis() > now.timestamp_millis() {
            let detail = text("所述时刻在将来。", "The instant is in the future.");
            self.fault_because(name, HttpCode::BadPosition, detail);
            return false;
        }
        match began_at.filter(|began_at| at < *began_at).map(|at| business_time(at, zone)) {
            Some(began_at) => {
                let detail = text(format!("日志始于 {began_at}。"), format!("The log began at {began_at}."));
                self.fault_because(name, HttpCode::BeforeLog, detail);
                false
            }
            None => true,
        }
    }

    /// For lists and dashboards, which answer for now only.
    pub fn now_only(&mut self) {
        for name in ["as_of", "as_of_position"] {
            if self.parameters.remove(name).is_some() {
                self.fault(name, HttpCode::AsOfNotSupported);
            }
        }
    }
}
