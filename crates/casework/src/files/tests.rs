use super::*;
use domain::file::MediaType;

/// What no bytes are ever taken for could never be stored.
#[test]
fn every_media_type_is_known_to_whoever_looks_at_bytes() {
    for media_type in MediaType::ALL {
        assert!(Looking::knows(media_type.as_str()), "{media_type:?}");
    }
    assert!(!Looking::knows("text/html"));
}
