//! What a newly published calendar does to promises: open due dates move to the later of the promised and the
//! recomputed date, closed ones never. With the clock over obligations it is what the server does by itself.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::decode::decode;
use crate::write::change::{Transaction, Words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::{Attempt, Outcome};
use domain::calendar::CalendarEvent;
use domain::deadline;
use domain::event::Event;
use domain::ids::IssueId;
use domain::issue::{Issue, IssueEvent};
use event_store::{Filter, Position};

/// Leaves looked at in one page while issues are sought.
const PAGE: usize = 1024;

/// One calendar event whose consequences are to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Published {
    position: Position,
    year: i32,
}

impl Casework {
    /// Draws the consequences of every calendar event after `done`, oldest first, and answers with the position of the
    /// newest one drawn.
    ///
    /// Each recomputation has a command of its own, derived from calendar event and issue: stopping half-way and
    /// beginning again changes nothing. `moved` counts due dates that moved.
    #[boxed(?Send)]
    pub async fn recompute_deadlines(&self, done: Position) -> Result<(Position, u64), Failure> {
        let mut moved = 0;
        let mut drawn = done;
        for published in self.published_after(done).await? {
            self.know(published).await?;
            moved += self.draw(published).await?;
            drawn = published.position;
        }
        Ok((drawn, moved))
    }

    /// The same for issues of which the caller knows that no other one is open, without a look at the whole log.
    #[boxed(?Send)]
    pub async fn recompute_deadlines_of(&self, done: Position, open: &[IssueId]) -> Result<(Position, u64), Failure> {
        let mut moved = 0;
        let mut drawn = done;
        for published in self.published_after(done).await? {
            self.know(published).await?;
            for id in open {
                moved += u64::from(self.recompute_one(published, *id).await?);
            }
            drawn = published.position;
        }
        Ok((drawn, moved))
    }

    /// The log shows a calendar a moment before the folded copy does; counted with the old one, nothing would move.
    async fn know(&self, published: Published) -> Result<(), Failure> {
        if self.reference().calendars.newest().is_none_or(|newest| newest < published.position.0) {
            let _one_by_one = self.reference_writer.lock().await;
            self.follower().catch_up().await?;
        }
        Ok(())
    }

    async fn published_after(&self, done: Position) -> Result<Vec<Published>, Failure> {
        let mut found = Vec::new();
        for recorded in self.store.read_family("calendar", done, PAGE).await? {
            let (_, event) = decode(&recorded)?;
            #[expect(clippy::wildcard_enum_match_arm, reason = "a calendar stream holds nothing else")]
            let year = match event {
                Event::Calendar(CalendarEvent::Published(year) | CalendarEvent::Amended(year)) => year.year,
                _ => continue,
            };
            found.push(Published { position: recorded.position, year });
        }
        Ok(found)
    }

    /// Looks at every issue raised so far; an issue raised later was counted with the calendar already.
    async fn draw(&self, published: Published) -> Result<u64, Failure> {
        let raised = Filter { families: vec!["issue".to_owned()], types: vec!["issue.raised".to_owned()] };
        let head = self.store.head().position;
        let (mut after, mut moved) = (Position(0), 0);
        while after < head {
            let page = self.store.read_all(after, PAGE, &raised).await?;
            for recorded in &page.events {
                let Some(id) = recorded.leaf()?.stream.uuid().map(IssueId) else { continue };
                if self.recompute_one(published, id).await? {
                    moved += 1;
                }
            }
            if page.scanned_to <= after {
                break;
            }
            after = page.scanned_to;
        }
        tracing::info!(year = published.year, position = published.position.0, moved, "due dates follow the calendar");
        Ok(moved)
    }

    async fn recompute_one(&self, published: Published, id: IssueId) -> Result<bool, Failure> {
        let call = CommandContext::of_system("system/clock", &format!("deadline/{}/{id}", published.position));
        let outcome = self.transact(&call, async || {
            let reference = self.reference();
            let loaded = self.load_if_match::<Issue>(&call, id).await?;
            let mut tx = Transaction::on(self, &call, &reference, &loaded.state, None)?;
            let Some(recomputed) = deadline::recompute(&loaded.state, &tx.rules, published.year) else {
                return Ok::<_, Attempt>(false);
            };
            let event = IssueEvent::DeadlineRecomputed(recomputed);
            let staged = tx.stage(id, &loaded, event, &Words::new()).await?;
            tx.record(staged).await?;
            Ok(true)
        });
        Ok(match outcome.await? {
            Outcome::Done(moved) => moved,
            Outcome::Replayed(_) => false,
        })
    }
}
