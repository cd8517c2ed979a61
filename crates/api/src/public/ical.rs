//! iCalendar (RFC 5545), as much of it as our calendars need.
//!
//! Written here: the libraries looked at add times and ids of their own to `VTIMEZONE`, or bring a parser along.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Longest line in octets, without its end (RFC 5545 §3.1).
const LINE_OCTETS_MAX: usize = 75;

/// What happens at a time.
pub(super) struct Event {
    /// The same for ever, in every calendar (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// How often it was changed.
    pub sequence: u32,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// Begin, in the town's time.
    pub from: NaiveDateTime,
    /// End, in the town's time.
    pub to: NaiveDateTime,
    /// What it is.
    pub summary: String,
    /// Where.
    pub location: Option<String>,
    /// What else there is to know.
    pub description: String,
    /// It is not to be held.
    pub cancelled: bool,
}

/// A calendar of events in the order of their days.
pub(super) fn calendar(name: &str, zone: Tz, today: NaiveDate, events: &[Event]) -> String {
    let mut text = Lines(String::new());
    text.line("BEGIN", "VCALENDAR");
    text.line("VERSION", "2.0");
    text.line("PRODID", "-//Huiyin//Huiyin//ZH");
    text.line("CALSCALE", "GREGORIAN");
    text.line("METHOD", "PUBLISH");
    text.text("X-WR-CALNAME", name);
    text.line("X-WR-TIMEZONE", zone.name());
    text.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
    text.line("X-PUBLISHED-TTL", "PT6H");
    text.zone(zone, events.first().map_or(today, |event| event.from.date()), events);
    for event in events {
        text.event(zone, event);
    }
    text.line("END", "VCALENDAR");
    text.0
}

struct Lines(String);

impl Lines {
    /// A line of a name and a value that has no text of people, folded where it is long: never within a character.
    fn line(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let (mut rest, mut room) = (line.as_str(), LINE_OCTETS_MAX);
        while rest.len() > room {
            let (here, beyond) = rest.split_at(rest.floor_char_boundary(room));
            self.0.push_str(here);
            self.0.push_str("\r\n ");
            // The space that begins it is part of the next line.
            (rest, room) = (beyond, LINE_OCTETS_MAX - 1);
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }

    /// The same of any text (RFC 5545 §3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    /// The zone, as far as the days of these events know it: its time from the first of them on, and each change after.
    fn zone(&mut self, zone: Tz, first: NaiveDate, events: &[Event]) {
        self.line("BEGIN", "VTIMEZONE");
        self.line("TZID", zone.name());
        let mut known = None;
        for day in std::iter::once(first).chain(events.iter().map(|event| event.from.date())) {
            let offset = zone.offset_from_utc_datetime(&day.and_time(NaiveTime::MIN)).fix().local_minus_utc();
            if known == Some(offset) {
                continue;
            }
            let since = if known.is_some() { day } else { DateTime::<Utc>::UNIX_EPOCH.date_naive() };
            self.line("BEGIN", "STANDARD");
            self.line("DTSTART", &local(since.and_time(NaiveTime::MIN)));
            self.line("TZOFFSETFROM", &hours(known.unwrap_or(offset)));
            self.line("TZOFFSETTO", &hours(offset));
            self.line("END", "STANDARD");
            known = Some(offset);
        }
        self.line("END", "VTIMEZONE");
    }

    fn event(&mut self, zone: Tz, event: &Event) {
        let changed_at = event.changed_at.format("%Y%m%dT%H%M%SZ").to_string();
        let zoned = |name: &str| format!("{name};TZID={}", zone.name());
        self.line("BEGIN", "VEVENT");
        self.text("UID", &event.uid);
        self.line("DTSTAMP", &changed_at);
        self.line("LAST-MODIFIED", &changed_at);
        self.line("SEQUENCE", &event.sequence.to_string());
        self.line(&zoned("DTSTART"), &local(event.from));
        self.line(&zoned("DTEND"), &local(event.to));
        self.text("SUMMARY", &event.summary);
        if let Some(location) = &event.location {
            self.text("LOCATION", location);
        }
        self.text("DESCRIPTION", &event.description);
        self.line("STATUS", if event.cancelled { "CANCELLED" } else { "CONFIRMED" });
        self.line("END", "VEVENT");
    }
}

fn local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// `+0800`.
fn hours(seconds: i32) -> String {
    let minutes = seconds.abs() / 60;
    format!("{}{:02}{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn event(on: &str, summary: &str) -> Event {
        let on: NaiveDate = on.parse().unwrap();
        let at = |hour| on.and_hms_opt(hour, 30, 0).unwrap();
        Event {
            uid: "5c1e8a52@huiyin.local".to_owned(),
            sequence: 2,
            changed_at: DateTime::from_timestamp_millis(1_795_068_600_000).unwrap(),
            from: at(13),
            to: at(16),
            summary: summary.to_owned(),
            location: None,
            description: "第一行\n第二行; 甲, 乙\\丙".to_owned(),
            cancelled: true,
        }
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_never_within_a_character() {
        // Of three octets each, behind a name of eight: some fold would fall into one.
        for padding in 0..4 {
            let summary = format!("{}{}", "x".repeat(padding), "接待".repeat(60));
            let text =
                calendar("太平网格", chrono_tz::Asia::Shanghai, NaiveDate::default(), &[event("2026-10-08", &summary)]);
            assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
            assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX));
            assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{summary}\r\n")));
        }
    }

    #[test]
    fn texts_are_escaped_and_times_are_the_towns() {
        let text = calendar("甲,乙", chrono_tz::Asia::Shanghai, NaiveDate::default(), &[event("2026-10-08", "接待")]);
        for line in [
            "X-WR-CALNAME:甲\\,乙\r\n",
            "DESCRIPTION:第一行\\n第二行\\; 甲\\, 乙\\\\丙\r\n",
            "DTSTART;TZID=Asia/Shanghai:20261008T133000\r\n",
            "TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\n",
            "SEQUENCE:2\r\n",
            "STATUS:CANCELLED\r\n",
            "DTSTAMP:20261119T061000Z\r\n",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("BEGIN:STANDARD").count(), 1);
    }

    #[test]
    fn a_zone_with_summer_time_is_told_as_it_is_on_the_days_at_hand() {
        let events = [event("2026-01-08", "接待"), event("2026-07-09", "接待"), event("2026-12-10", "接待")];
        let text = calendar("x", chrono_tz::Europe::Berlin, NaiveDate::default(), &events);
        let changes: Vec<_> = text.lines().filter(|line| line.starts_with("TZOFFSETTO")).collect();
        assert_eq!(changes, ["TZOFFSETTO:+0100", "TZOFFSETTO:+0200", "TZOFFSETTO:+0100"]);
    }
}
