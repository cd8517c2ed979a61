//! Calendars, read by parsers of others: one in Rust, one in Python.

use super::{Town, VENUE};
use crate::harness::{id, python_with, text};
use calcard::common::IanaString as _;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarParameterName, ICalendarProperty,
};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What stands in a calendar, event by event.
const SECOND_PARSER: &str = r#"
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert not calendar.errors, calendar.errors
assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
events = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    assert start.utcoffset().total_seconds() == 8 * 3600 and event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    events.append({"uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]), "status": str(event["STATUS"]),
        "from": start.strftime("%Y-%m-%dT%H:%M"), "to": end.strftime("%Y-%m-%dT%H:%M"),
        "summary": str(event["SUMMARY"]), "location": str(event.get("LOCATION", "")),
        "description": str(event["DESCRIPTION"])})
json.dump(events, sys.stdout)
"#;

fn by_python(python: &Path, calendar: &[u8]) -> Vec<Value> {
    let mut child = Command::new(python);
    let child = child.args(["-c", SECOND_PARSER]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(calendar).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn by_calcard(calendar: &str) -> Vec<Value> {
    let parsed = ICalendar::parse(calendar).unwrap();
    let kind = |component: &&ICalendarComponent| component.component_type == ICalendarComponentType::VEvent;
    let events = parsed.components.iter().filter(kind).map(|event| {
        let text = |name| {
            let entry = event.property(&name).unwrap_or_else(|| panic!("{name:?}\n{calendar}"));
            entry.values[0].as_text().unwrap_or_default().to_owned()
        };
        let time = |name| {
            let entry = event.property(&name).unwrap();
            let zone = entry.parameter(&ICalendarParameterName::Tzid).and_then(|value| value.as_text());
            assert_eq!(zone, Some("Asia/Shanghai"));
            let at = entry.values[0].as_partial_date_time().unwrap();
            let (year, month, day) = (at.year.unwrap(), at.month.unwrap(), at.day.unwrap());
            format!("{year}-{month:02}-{day:02}T{:02}:{:02}", at.hour.unwrap(), at.minute.unwrap())
        };
        let sequence = event.property(&ICalendarProperty::Sequence).and_then(|entry| entry.values[0].as_integer());
        json!({"uid": event.uid(), "sequence": sequence, "status": event.status().map(|status| status.as_str()),
            "from": time(ICalendarProperty::Dtstart), "to": time(ICalendarProperty::Dtend),
            "summary": text(ICalendarProperty::Summary), "location": text(ICalendarProperty::Location),
            "description": text(ICalendarProperty::Description)})
    });
    events.collect()
}

#[test]
fn calendars_say_the_same_to_two_parsers_of_others() {
    let name = "calendars_say_the_same_to_two_parsers_of_others";
    let python = python_with(name, "icalendar==7.3.0");
    let town = Town::published();
    let [moved, cancelled, passed_on] = [0, 1, 2].map(|at| town.sessions[at].as_str());
    let before = town.notices("");
    let on = text(&before[0], "/held_on").parse::<NaiveDate>().unwrap() + Days::new(1);
    for (day, times) in [(on, 1), (on - Days::new(1), 2)] {
        let weather = json!({"held_on": day, "reason_code": "weather", "reason": format!("第{times}次。")});
        town.does(moved, "moves", &weather);
    }
    town.does(cancelled, "cancellation", &json!({"reason_code": "epidemic", "reason": "疫情。"}));
    let (who, instead) = (&town.office.delegate, &town.office.other_delegate);
    let substitute = json!({"delegate_id": who, "substitute_id": instead, "reason_code": "work"});
    town.does(passed_on, "substitutions", &substitute);

    let origin = town.office.get("/log/checkpoint").text().lines().next().unwrap().to_owned();
    let notices = town.notices("");
    let grid = format!("/v1/public/calendars/grids/{}.ics", town.office.grid);
    for path in ["/v1/public/notices?format=ics", grid.as_str()] {
        let told = town.tells(path).is(200);
        assert_eq!(told.header("content-type"), Some("text/calendar; charset=utf-8"));
        let calendar = told.text();
        assert!(calendar.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{calendar}");
        let events = by_calcard(&calendar);
        if let Some(python) = &python {
            assert_eq!(by_python(python, calendar.as_bytes()), events, "{path}");
        }
        assert_eq!(events.len(), notices.len());
        for (event, notice) in events.iter().zip(&notices) {
            let session = text(notice, "/session_id");
            let at = |time: &str| format!("{}T{}", text(notice, "/held_on"), text(notice, time));
            let is_off = session == cancelled;
            // Moved there and back, cancelled once, one duty passed on.
            let changes = [(moved, 2), (cancelled, 1), (passed_on, 1)];
            let changes = changes.iter().find(|(changed, _)| *changed == session).map_or(0, |(_, times)| *times);
            assert_eq!(text(event, "/uid"), format!("{session}@{origin}"));
            assert_eq!((event["sequence"].clone(), text(event, "/location")), (json!(changes), VENUE), "{event:#}");
            assert_eq!((text(event, "/from"), text(event, "/to")), (at("/from").as_str(), at("/to").as_str()));
            assert_eq!(text(event, "/status"), if is_off { "CANCELLED" } else { "CONFIRMED" });
            for delegate in notice["delegates"].as_array().unwrap() {
                assert!(text(event, "/description").contains(text(delegate, "/name")), "{event:#}");
            }
        }
        // The same bytes again: nothing in a calendar is of the moment it is asked for.
        assert_eq!(town.tells(path).text(), calendar);
    }

    // Whose duty is another's now is told so, and the other has it.
    let of = |delegate: &str| {
        let told = town.tells(&format!("/v1/public/calendars/delegates/{delegate}.ics")).text();
        let events = by_calcard(&told);
        if let Some(python) = &python {
            assert_eq!(by_python(python, told.as_bytes()), events);
        }
        events
    };
    let status = |events: &[Value], session: &str| {
        let event = events.iter().find(|event| text(event, "/uid").starts_with(session));
        event.map(|event| text(event, "/status").to_owned())
    };
    let (his, hers) = (of(who), of(instead));
    assert_eq!(his.len(), notices.len());
    assert_eq!(status(&his, passed_on).as_deref(), Some("CANCELLED"));
    assert_eq!((hers.len(), status(&hers, passed_on).as_deref()), (1, Some("CONFIRMED")));
    let nobody = "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f";
    town.tells(&format!("/v1/public/calendars/delegates/{nobody}.ics")).problem(404, "not_found");
    town.tells(&format!("/v1/public/calendars/grids/{}", town.office.grid)).problem(404, "not_found");
    let grids = town.office.get("/v1/grids").good();
    let empty = town.tells(&format!("/v1/public/calendars/grids/{}.ics", id(&grids["items"][1]))).text();
    assert_eq!(by_calcard(&empty), Vec::<Value>::new());
    assert_eq!(python.map_or_else(Vec::new, |python| by_python(&python, empty.as_bytes())), Vec::<Value>::new());
}
