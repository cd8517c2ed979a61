//! A reception with two issues: one answered on the spot, one through the whole major-issue process.

use crate::town::{Town, at, code, day, done, opened, oral, said, whole};
use casework::history::Item;
use casework::loaded::AsOf;
use domain::issue::answering::AnswerDraft;
use domain::issue::feedback::FeedbackDraft;
use domain::vocabulary::{
    ClockState, DueRule, FeedbackBy, IssueState, Level, MajorIssueState, OfficeKind, Outcome, Satisfaction,
    TriageDecision,
};
use event_store::{StreamId, Version};

#[tokio::test]
async fn everything_is_answered_and_every_answer_echoes() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 2).await;
    let [(spot, _), (hard, raised)] = &received.issues[..] else { panic!("two issues") };
    assert_eq!(raised.state.due.on, day("2026-11-26"));
    assert_eq!(raised.state.number(chrono_tz::Asia::Shanghai), format!("2026-{}", raised.position));
    assert_eq!(received.position, raised.position);

    // T2: on the spot, then satisfied, then closed.
    let draft = AnswerDraft { on_the_spot: true, ..oral("2026-11-19 14:20") };
    let answered = done(cases.answer_issue(&town.call("spot"), *spot, &draft, &said("已更换。")).await.unwrap());
    assert_eq!((answered.loaded.state.state, answered.loaded.version), (IssueState::Answered, Version(2)));
    town.set("2026-11-23 10:00");
    let feedback = FeedbackDraft {
        satisfaction: Satisfaction::Satisfied,
        by: FeedbackBy::CallBack,
        given_at: at("2026-11-23 09:30"),
    };
    done(cases.record_feedback(&town.call("feedback"), *spot, &feedback, Some("谢谢。")).await.unwrap());
    let closed = done(cases.close_issue(&town.call("closing"), *spot, None).await.unwrap());
    assert_eq!((closed.loaded.state.state, closed.loaded.version), (IssueState::Closed, Version(4)));

    // T9: escalated, and through every step of the major issue.
    let escalated = cases.escalate_issue(&town.call("escalation"), *hard, Level::L3, None, "需镇里协调。", None).await;
    let escalated = done(escalated.unwrap());
    assert!(escalated.made);
    assert_eq!(escalated.issue.state.due.rule, DueRule::OuterLimit);
    assert_eq!(escalated.issue.state.interim_due_on, Some(day("2026-11-24")));
    assert_eq!(
        code(cases.answer_issue(&town.call("too soon"), *hard, &oral("2026-11-23 09:59"), &said("…")).await),
        "already_escalated"
    );
    let major = escalated.major_issue.unwrap().0;
    let office = |name: &'static str, kind| {
        let town = &town;
        async move { done(town.casework.register_office(&town.call(name), name, kind, None).await.unwrap()).made }
    };
    let lead = office("镇建管办", OfficeKind::Department).await;
    let studio = office("党代表工作室", OfficeKind::PartyStudio).await;
    town.set("2026-11-24 10:00");
    done(cases.triage(&town.call("triage"), major, TriageDecision::Accept, None, None, None, None).await.unwrap());
    done(
        cases
            .deliberate(&town.call("deliberation"), major, day("2026-11-24"), None, "交镇建管办办理。", None)
            .await
            .unwrap(),
    );
    done(cases.assign(&town.call("assignment"), major, lead, &[], None, None).await.unwrap());
    done(cases.accept_assignment(&town.call("acceptance"), major, None).await.unwrap());
    town.set("2026-12-10 10:00");
    done(
        cases
            .report_outcome(&town.call("report"), major, Outcome::Resolved, "现场核实", "已增设站点。", None)
            .await
            .unwrap(),
    );
    assert_eq!(
        code(cases.verify_outcome(&town.call("by lead"), major, true, lead, None, None).await),
        "verified_by_lead"
    );
    done(cases.verify_outcome(&town.call("verification"), major, true, studio, None, None).await.unwrap());
    let concluded =
        done(cases.conclude(&town.call("conclusion"), major, Outcome::Resolved, "办结。", None).await.unwrap());
    assert_eq!(concluded.loaded.state.state, MajorIssueState::Concluded);

    // T11, T12: each linked issue waits for its own answer.
    let waiting = town.issue(*hard).await;
    assert_eq!((waiting.state.state, waiting.state.clock), (IssueState::AwaitingAnswer, ClockState::Running));
    assert_eq!((waiting.state.due.rule, waiting.state.due.on), (DueRule::AfterReportBack, day("2026-12-15")));
    let answered = done(
        cases
            .answer_issue(&town.call("answer"), *hard, &oral("2026-12-10 10:00"), &said("新站下周启用。"))
            .await
            .unwrap(),
    );
    assert_eq!(answered.loaded.state.state, IssueState::Answered);

    // What the caches hold is what the log says.
    for id in [*spot, *hard] {
        let now = town.issue(id).await;
        let folded = cases.issue(id, AsOf::Position(cases.store.head().position)).await.unwrap();
        assert_eq!((&now.state, now.version, now.position), (&folded.state, folded.version, folded.position));
    }
}

#[tokio::test]
async fn what_is_said_stands_in_boxes_and_never_in_a_leaf() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 1).await;
    let id = received.issues[0].0;
    let draft = AnswerDraft { on_the_spot: true, ..oral("2026-11-19 14:20") };
    done(cases.answer_issue(&town.call("spot"), id, &draft, &said("已请物业更换灯泡。")).await.unwrap());
    let history = cases.history(&whole(cases).await, &StreamId::of("issue", id.0), Version(0), 10).await.unwrap().items;
    assert_eq!(opened(&history[1].personal[0]).json().unwrap()["text"], "已请物业更换灯泡。");
    // One subject speaks in all of an issue's narrative parts, and the reception's visitor is another one.
    let subject = |item: &Item| item.recorded.leaf().unwrap().boxes[0].subject;
    assert_eq!(subject(&history[0]), subject(&history[1]));
    let visit = cases
        .history(&whole(cases).await, &StreamId::of("reception", received.id.0), Version(0), 10)
        .await
        .unwrap()
        .items;
    assert_ne!(subject(&visit[0]), subject(&history[0]));

    let head = cases.store.head().position;
    for event in
        cases.store.read_all(event_store::Position(0), 4096, &event_store::Filter::default()).await.unwrap().events
    {
        let leaf = std::str::from_utf8(&event.leaf).unwrap();
        for word in ["王小明", "13800001234", "楼道灯", "灯泡", &town.token.text] {
            assert!(!leaf.contains(word), "{word} at {} of {head}", event.position);
        }
    }
}

#[tokio::test]
async fn a_leaf_names_the_instant_of_its_fact_and_what_it_was_decided_under() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 1).await;
    let id = received.issues[0].0;
    town.set("2026-11-23 10:00");
    done(cases.take_issue(&town.call("taking"), id, Some(at("2026-11-20 09:00"))).await.unwrap());
    done(cases.answer_issue(&town.call("answer"), id, &oral("2026-11-23 09:00"), &said("好了。")).await.unwrap());
    let reference = cases.reference();
    let history = cases.history(&whole(cases).await, &StreamId::of("issue", id.0), Version(0), 10).await.unwrap().items;
    let claimed: Vec<_> = history.iter().map(|item| item.recorded.text().unwrap().occurred_at).collect();
    let expected = ["2026-11-19 14:10", "2026-11-20 09:00", "2026-11-23 09:00"];
    assert_eq!(claimed, expected.map(|when| at(when).timestamp_millis()));
    for item in &history {
        let leaf = item.recorded.leaf().unwrap();
        assert_eq!(leaf.policy.map(|position| position.0), reference.policies.newest().map(|policy| policy.position()));
        assert_eq!(leaf.calendar.map(|position| position.0), reference.calendars.newest());
        assert_eq!(leaf.area, town.grid.0);
        assert_eq!(leaf.role, "liaison");
    }
}
