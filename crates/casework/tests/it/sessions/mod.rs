//! Sessions over a log in memory: planned, staffed, held, with their notice, corrected; retried and raced.

mod plans;
mod races;
mod reviewed;
mod rotas;
mod sittings;

use crate::town::{Town, at, day, done};
use casework::loaded::{AsOf, Loaded};
use casework::sessions::rotas::NewRota;
use domain::delegate::NewDelegate;
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::reception::DelegateDraft;
use domain::session::{PlanDraft, Session};
use domain::vocabulary::DelegateType;
use std::sync::Arc;

/// The ordinary Thursday of the tests, a week after the town's today.
const NEXT: &str = "2026-11-26";

fn quarter() -> PlanDraft {
    PlanDraft { from: day("2026-10-01"), to: day("2026-12-31"), grid_ids: None }
}

/// A plan of the town's own grid.
fn of_grid(grid: AreaId, from: &str, to: &str) -> PlanDraft {
    PlanDraft { from: day(from), to: day(to), grid_ids: Some(vec![grid]) }
}

fn who(delegate_id: DelegateId) -> DelegateDraft {
    DelegateDraft { delegate_id, delegate_type: None }
}

impl Town {
    /// A town whose grid has its sessions of November and December.
    async fn planned() -> Self {
        let town = Self::new().await;
        let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
        done(town.casework.plan_sessions(&town.call("plan"), &draft, false, None).await.unwrap());
        town
    }

    fn session_id(&self, ordinary_on: &str) -> SessionId {
        SessionId::of(self.grid, day(ordinary_on))
    }

    async fn session(&self, id: SessionId) -> Arc<Loaded<Session>> {
        self.casework.load::<Session>(id, AsOf::Now).await.unwrap()
    }

    /// Deputies of the grid, who the roster has none of.
    async fn deputies(&self, count: usize) -> Vec<DelegateId> {
        let mut deputies = Vec::new();
        for (n, name) in ["赵一", "钱二", "孙三", "李四"].into_iter().enumerate().take(count) {
            let new = NewDelegate {
                name: name.to_owned(),
                delegate_type: DelegateType::Deputy,
                grid_id: self.grid,
                unit_id: None,
                from: day("2024-01-01"),
                namesake_of: None,
            };
            let call = self.call(&format!("deputy {n}"));
            deputies.push(done(self.casework.register_delegate(&call, &new, None).await.unwrap()).made);
        }
        deputies
    }

    /// A session with a published rota of one of each kind.
    async fn published(&self, ordinary_on: &str, party: DelegateId, deputy: DelegateId) -> SessionId {
        let id = self.session_id(ordinary_on);
        let rota = [NewRota { session_id: id, slots: vec![who(party), who(deputy)] }];
        let (assign, publish) = (self.call(&format!("rota {id}")), self.call(&format!("publish {id}")));
        done(self.casework.assign_rotas(&assign, self.grid, &rota, None, None).await.unwrap());
        done(self.casework.publish_rotas(&publish, self.grid, &[id], None).await.unwrap());
        id
    }

    /// The same, opened.
    async fn opened(&self, party: DelegateId, deputy: DelegateId) -> SessionId {
        let id = self.published(NEXT, party, deputy).await;
        self.set("2026-11-26 16:45");
        let opening = Some(at("2026-11-26 13:30"));
        done(self.casework.open_session(&self.call("open"), id, opening).await.unwrap());
        id
    }
}
