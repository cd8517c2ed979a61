//! The suite that every adapter runs.

use super::kit::{Place, blobs_are_empty};
use event_store::conformance;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_does_what_every_adapter_does() {
    let places = Mutex::new(Vec::new());
    conformance::all(|| async {
        let place = Place::new();
        let log = place.open().unwrap().log;
        places.lock().unwrap().push(place);
        log
    })
    .await;
    for place in places.into_inner().unwrap() {
        blobs_are_empty(place.data());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_survives_being_closed() {
    let places: RefCell<HashMap<&str, Place>> = RefCell::default();
    conformance::durable(|name| {
        let opened = places.borrow_mut().entry(name).or_insert_with(Place::new).open();
        async move { opened.unwrap().log }
    })
    .await;
}
