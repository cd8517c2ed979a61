//! Places for files on their way in: so many in all, of which those who have no account share a few, and an address of theirs
//! has fewer.

use crate::limits::{UPLOADS_MAX, UPLOADS_OF_AN_ADDRESS_MAX, UPLOADS_OF_STRANGERS_MAX};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Who sends a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sends {
    /// An account.
    Account,
    /// Somebody without one, from this address; from none where the machine itself may speak for everybody.
    Stranger(Option<IpAddr>),
}

/// The places. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    accounts: usize,
    strangers: BTreeMap<Option<IpAddr>, usize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    sends: Sends,
}

impl Places {
    /// A place for one more file.
    ///
    /// # Errors
    /// 429 `overloaded` where there is none.
    pub fn take(&self, sends: Sends) -> Result<Place, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_strangers: usize = taken.strangers.values().sum();
        if taken.accounts + of_strangers >= UPLOADS_MAX {
            return Err(none_left(
                format!("最多同时上传 {UPLOADS_MAX} 个文件。"),
                format!("At most {UPLOADS_MAX} files may be on their way in at once."),
            ));
        }
        match sends {
            Sends::Account => taken.accounts += 1,
            Sends::Stranger(address) => {
                let own = taken.strangers.get(&address).copied().unwrap_or_default();
                if of_strangers >= UPLOADS_OF_STRANGERS_MAX || (address.is_some() && own >= UPLOADS_OF_AN_ADDRESS_MAX) {
                    return Err(none_left(
                        format!(
                            "凭查询码最多同时上传 {UPLOADS_OF_STRANGERS_MAX} 个文件，每个地址 {UPLOADS_OF_AN_ADDRESS_MAX} 个。"
                        ),
                        format!(
                            "At most {UPLOADS_OF_STRANGERS_MAX} files may be on their way in at once by receipt codes, \
                             {UPLOADS_OF_AN_ADDRESS_MAX} from an address."
                        ),
                    ));
                }
                taken.strangers.insert(address, own + 1);
            }
        }
        Ok(Place { places: self.clone(), sends })
    }
}

fn none_left(zh: String, en: String) -> Problem {
    Problem::new(HttpCode::Overloaded).because(zh, en).retry_after(5)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        match self.sends {
            Sends::Account => taken.accounts = taken.accounts.saturating_sub(1),
            Sends::Stranger(address) => match taken.strangers.get_mut(&address) {
                Some(own) if *own > 1 => *own -= 1,
                Some(_) | None => drop(taken.strangers.remove(&address)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn address(last: u8) -> Sends {
        Sends::Stranger(Some(IpAddr::from([192, 0, 2, last])))
    }

    #[test]
    fn threat_a_stranger_has_two_places_and_all_strangers_have_a_share() {
        println!("attempted: strangers take every place for files on their way in");
        let places = Places::default();
        let mut taken = vec![places.take(address(1)).unwrap(), places.take(address(1)).unwrap()];
        assert_eq!(places.take(address(1)).unwrap_err().code.as_str(), "overloaded");
        for last in 2..=4 {
            taken.extend([places.take(address(last)).unwrap(), places.take(address(last)).unwrap()]);
        }
        assert_eq!(taken.len(), UPLOADS_OF_STRANGERS_MAX);
        assert!(places.take(address(5)).is_err() && places.take(Sends::Stranger(None)).is_err());
        let accounts: Vec<_> = (0..UPLOADS_MAX - taken.len()).map(|_| places.take(Sends::Account).unwrap()).collect();
        assert!(places.take(Sends::Account).is_err());
        taken.pop();
        assert!(places.take(address(1)).is_err(), "its own two are taken still");
        assert!(places.take(address(5)).is_ok());
        drop((taken, accounts));
        let left = places.0.lock().unwrap();
        assert!(left.accounts == 0 && left.strangers.is_empty());
        println!("caught: two from an address, eight of all");
    }

    #[test]
    fn the_machine_itself_has_the_share_of_strangers() {
        let places = Places::default();
        let taken: Vec<_> =
            (0..UPLOADS_OF_STRANGERS_MAX).map(|_| places.take(Sends::Stranger(None)).unwrap()).collect();
        assert!(places.take(Sends::Stranger(None)).is_err());
        drop(taken);
    }
}
