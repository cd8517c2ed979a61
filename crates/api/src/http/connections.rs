//! Who is connected, and who may be: so many in all, so many of one address, never more than there are descriptors.
//!
//! Where a bound is reached the newcomer takes the seat of the one that has been there longest without being answered,
//! best of one that has never asked anything. So nobody shuts others out by holding connections open: it is the
//! half-sent heads that go.

use crate::http::proxies::Proxies;
use crate::limits::{CONNECTIONS_MAX, DESCRIPTORS_KEPT};
use futures_util::task::AtomicWaker;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use tokio::sync::Notify;

/// Raises the soft limit of open descriptors to the hard one, and says how many connections leave enough of them for
/// files.
pub fn room() -> usize {
    let limit = getrlimit(Resource::Nofile);
    // A limit of `None` is none. What cannot be raised is taken as it is.
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    seats(current.map_or(usize::MAX, |current| usize::try_from(current).unwrap_or(usize::MAX)))
}

/// Connections beside which so many descriptors are enough.
fn seats(descriptors: usize) -> usize {
    let kept = DESCRIPTORS_KEPT.min(descriptors / 2);
    (descriptors - kept).clamp(1, CONNECTIONS_MAX)
}

/// The connections of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connections {
    in_all: usize,
    of_one_address: usize,
    proxies: Proxies,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    next: u64,
    guests: BTreeMap<u64, Arc<Guest>>,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection, as others see it.
#[derive(Default)]
pub(crate) struct Guest {
    number: u64,
    /// `None` for a proxy in front, which is not counted by address: one that is trusted, and the machine itself, which may
    /// be one.
    address: Option<IpAddr>,
    asked: AtomicBool,
    answered: AtomicBool,
    shown_out: AtomicBool,
    reader: AtomicWaker,
    /// It has closed its side.
    has_left: AtomicBool,
    leaves: Notify,
}

impl Guest {
    /// Notes that nothing more will come: it has closed its side, and whoever listens to it is gone.
    pub fn leave(&self) {
        self.has_left.store(true, Ordering::Release);
        self.leaves.notify_waiters();
    }

    /// Until it has closed its side.
    pub async fn left(&self) {
        let leaves = self.leaves.notified();
        // Asked after the wait has begun, so that nothing falls between.
        if !self.has_left.load(Ordering::Acquire) {
            leaves.await;
        }
    }
}

/// A place at the server; given back when dropped.
pub(crate) struct Seat {
    guest: Arc<Guest>,
    open: Arc<Mutex<Open>>,
}

/// While this lives, its connection is being answered.
pub(crate) struct Answering(Arc<Guest>);

impl Connections {
    /// At most so many. Of one address a quarter of them, unless it is of a trusted proxy.
    pub fn at_most(in_all: usize, proxies: Proxies) -> Self {
        Self { in_all, of_one_address: (in_all / 4).max(1), proxies, open: Arc::default() }
    }

    /// A seat for a newcomer; `None` where everybody is being answered.
    pub fn admit(&self, address: IpAddr) -> Option<Seat> {
        let address =
            Some(address.to_canonical()).filter(|address| !address.is_loopback() && !self.proxies.trust(*address));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = address.and_then(|address| open.by_address.get(&address).copied()).unwrap_or(0);
        if of_address >= self.of_one_address {
            open.show_out(address)?;
        }
        if open.guests.len() >= self.in_all {
            open.show_out(None)?;
        }
        let number = open.next;
        open.next += 1;
        let guest = Arc::new(Guest { number, address, ..Guest::default() });
        open.guests.insert(number, Arc::clone(&guest));
        if let Some(address) = address {
            *open.by_address.entry(address).or_default() += 1;
        }
        Some(Seat { guest, open: Arc::clone(&self.open) })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).guests.len()
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connections({} of {})", self.count(), self.in_all)
    }
}

impl Open {
    /// Shows one out that waits for nothing: of an address, or of all. `None` where there is none.
    fn show_out(&mut self, of: Option<IpAddr>) -> Option<()> {
        let idle = |guest: &&Arc<Guest>| {
            (of.is_none() || guest.address == of)
                && guest.answered.load(Ordering::Relaxed) == guest.asked.load(Ordering::Relaxed)
        };
        let silent = self.guests.values().filter(idle).find(|guest| !guest.asked.load(Ordering::Relaxed));
        let guest = Arc::clone(silent.or_else(|| self.guests.values().find(idle))?);
        self.leave(&guest);
        guest.shown_out.store(true, Ordering::Release);
        guest.reader.wake();
        Some(())
    }

    fn leave(&mut self, guest: &Guest) {
        if self.guests.remove(&guest.number).is_none() {
            return;
        }
        let Some(address) = guest.address else { return };
        if let Some(count) = self.by_address.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

impl Seat {
    /// The connection, as the request knows it.
    pub fn guest(&self) -> Arc<Guest> {
        Arc::clone(&self.guest)
    }

    /// Whether the seat was given to another. If not yet, `reader` is woken when it is.
    pub fn is_taken(&self, reader: &Waker) -> bool {
        self.guest.reader.register(reader);
        self.guest.shown_out.load(Ordering::Acquire)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).leave(&self.guest);
    }
}

impl Answering {
    /// A request of this connection has come.
    pub fn begin(guest: Arc<Guest>) -> Self {
        guest.asked.store(true, Ordering::Relaxed);
        guest.answered.store(false, Ordering::Relaxed);
        Self(guest)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    fn gone(seat: &Seat) -> bool {
        seat.is_taken(Waker::noop())
    }

    #[test]
    fn descriptors_are_kept_for_files() {
        assert_eq!(seats(1024), 1024 - DESCRIPTORS_KEPT);
        assert_eq!((seats(100), seats(0), seats(usize::MAX)), (50, 1, CONNECTIONS_MAX));
    }

    #[test]
    fn a_newcomer_takes_the_seat_of_the_one_that_never_asked() {
        let connections = Connections::at_most(3, Proxies::default());
        let idle = connections.admit(HERE).unwrap();
        drop(Answering::begin(idle.guest()));
        let silent = connections.admit(HERE).unwrap();
        let busy = connections.admit(HERE).unwrap();
        let answering = Answering::begin(busy.guest());
        let fourth = connections.admit(HERE).unwrap();
        assert_eq!([gone(&idle), gone(&silent), gone(&busy)], [false, true, false]);
        let fourth_answered = Answering::begin(fourth.guest());
        // Then that of the one which was answered longest ago.
        let fifth = connections.admit(HERE).unwrap();
        assert_eq!([gone(&idle), gone(&busy), gone(&fourth)], [true, false, false]);
        // Everybody is being answered: there is no seat until one leaves.
        let _fifth_answered = Answering::begin(fifth.guest());
        assert!(connections.admit(HERE).is_none());
        drop((answering, busy));
        assert!(connections.admit(HERE).is_some());
        drop((fourth_answered, fourth, idle, silent));
        assert_eq!(connections.count(), 1);
    }

    #[test]
    fn one_address_has_a_quarter_and_the_machine_itself_all() {
        let connections = Connections::at_most(8, "192.0.2.3".parse().unwrap());
        let first = connections.admit(address(1)).unwrap();
        let second = connections.admit(address(1)).unwrap();
        let mapped = IpAddr::V6(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped());
        let third = connections.admit(mapped).unwrap();
        assert_eq!([gone(&first), gone(&second), gone(&third)], [true, false, false]);
        let other = connections.admit(address(2)).unwrap();
        // Nor has a proxy that is trusted.
        let here: Vec<_> =
            [HERE, HERE, address(3), address(3), address(3)].map(|one| connections.admit(one).unwrap()).into();
        assert!(!gone(&other) && !here.iter().any(gone));
        assert_eq!(connections.count(), 8);
        drop((first, second, third, other, here));
        assert_eq!(connections.count(), 0);
        assert!(connections.open.lock().unwrap().by_address.is_empty());
    }
}
