//! A store with its server, and the peers beside it: everything that one size is measured with.

use crate::asker::Asker;
use crate::engine::{Arrivals, Load};
use crate::figures::Round;
use crate::lag::{Watch, wait_for_none};
use crate::peers::umadb;
use crate::row::Row;
use crate::servers::Server;
use crate::store::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Issues answered in a second, before it is known.
const ANSWERS_GUESSED: f64 = 6000.0;
/// Enough open issues for the answers of a mix, which brings as many itself.
const OPEN_FOR_THE_MIX: usize = 500;

/// One version of the product with a store of its own.
pub struct Site {
    pub store: Store,
    pub server: Server,
    asker: Asker,
    answers_a_second: f64,
}

impl Site {
    pub fn open(store: Store) -> Self {
        let server = store.serve();
        server.ready();
        let asker = Asker::of(&server, &store.ids);
        Self { store, server, asker, answers_a_second: ANSWERS_GUESSED }
    }

    /// The log's newest position when it was last looked at.
    pub fn head(&self) -> u64 {
        self.asker.head
    }

    /// Starts the server again, with nothing in its memory nor of its files in the page cache.
    pub fn cooled_down(mut self) -> Self {
        self.stock(OPEN_FOR_THE_MIX as f64);
        let Self { store, server, asker, answers_a_second } = self;
        server.stop();
        let server = store.serve();
        server.ready();
        store.cool_down();
        Self { store, server, asker, answers_a_second }
    }

    /// How long the answers to a command and to a question about an issue are.
    pub fn answer_bytes(&mut self) -> [usize; 2] {
        let mut client = self.server.client();
        [Row::Receptions, Row::Issue].map(|row| {
            let mut request = Vec::new();
            self.asker.next(row, 0, &mut request).unwrap();
            client.exchange(&request).1.len()
        })
    }

    /// One round of one row of the product.
    pub fn measure(
        &mut self,
        row: Row,
        arrivals: Arrivals,
        connections: usize,
        lengths: (Duration, Duration),
    ) -> Round {
        self.asker.head = wait_for_none(&self.server);
        let seconds = (lengths.0 + lengths.1).as_secs_f64();
        let wanted = match (row, arrivals) {
            (Row::Answers, Arrivals::Closed) => self.answers_a_second * 1.5 * seconds + connections as f64,
            (Row::Answers, Arrivals::Open(rate)) => rate * 1.5 * seconds,
            (Row::Mix, _) => OPEN_FOR_THE_MIX as f64,
            _ => 0.0,
        };
        self.stock(wanted);
        if row == Row::IssueWarm {
            self.asker.each_again();
            let until_all = (Duration::ZERO, Duration::from_secs(3600));
            Load::measure(&self.server, Row::EachIssue, &mut self.asker, Arrivals::Closed, connections, until_all);
        }
        let watch = row.writes().then(|| Watch::begin(&self.server));
        let measured = Load::measure(&self.server, row, &mut self.asker, arrivals, connections, lengths);
        let lag = watch.map(Watch::end);
        if row == Row::Answers {
            self.answers_a_second = measured.done as f64 / measured.length.as_secs_f64();
        }
        Round { measured, lag }
    }

    /// Raises issues until so many wait for an answer.
    fn stock(&mut self, wanted: f64) {
        if (self.asker.open_issues() as f64) < wanted {
            eprintln!("raising {wanted:.0} issues to be answered");
        }
        while (self.asker.open_issues() as f64) < wanted {
            let lengths = (Duration::ZERO, Duration::from_millis(250));
            Load::measure(&self.server, Row::Stock, &mut self.asker, Arrivals::Closed, 32, lengths);
            wait_for_none(&self.server);
        }
    }
}

/// What is asked the like, without a store of ours.
pub struct Peers {
    bare: Server,
    /// With the path of its binary.
    umadb: Option<(PathBuf, Server)>,
    /// Goes with them.
    _dir: tempfile::TempDir,
}

impl Peers {
    /// `umadb` is its server, where it can be had.
    pub fn start(answer_bytes: [usize; 2], umadb: Option<&Path>, stores: &Path) -> Self {
        let dir = tempfile::tempdir_in(stores).unwrap();
        let bare = Server::bare(answer_bytes[0], answer_bytes[1], &dir.path().join("commits"));
        let umadb = umadb.map(|binary| (binary.to_owned(), umadb::serve(binary, dir.path())));
        Self { bare, umadb, _dir: dir }
    }

    /// One round of a row of theirs, with requests like those to the product; `None` where the peer is not there.
    pub fn measure(
        &self,
        row: Row,
        site: &mut Site,
        connections: usize,
        lengths: (Duration, Duration),
    ) -> Option<Round> {
        let server = if row.of_umadb() { &self.umadb.as_ref()?.1 } else { &self.bare };
        // The product must have nothing left to do meanwhile.
        wait_for_none(&site.server);
        let measured = match (row, &self.umadb) {
            (Row::UmaDbClient, Some((binary, _))) => {
                umadb::measure_by_its_client(binary, server, connections, lengths, site.asker.event_bytes)
            }
            _ => Load::measure(server, row, &mut site.asker, Arrivals::Closed, connections, lengths),
        };
        Some(Round { measured, lag: None })
    }
}
