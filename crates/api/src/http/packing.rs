//! Answers on their way out: compressed where that is worth it and wanted, and handed over in pieces, so that a slow
//! reader holds what it has not taken once and not twice.

use crate::http::connections::Answering;
use crate::limits::{PACKED_BYTES_MIN, PIECE_BYTES_MAX, UNTAKEN_BYTES_MAX, UNTAKEN_BYTES_MIN};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use actix_web::http::{StatusCode, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// `Content-Encoding: gzip`.
pub(crate) const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// Whether a client takes gzip (RFC 9110 §12.5.3). Who does not say so gets the bytes as they are.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut any = false;
    for line in headers.get_all(ACCEPT_ENCODING).filter_map(|line| line.to_str().ok()) {
        for one in line.split(',').take(32) {
            let (coding, parameter) = one.split_once(';').map_or((one, ""), |(coding, rest)| (coding, rest));
            let refused = parameter.trim().strip_prefix("q=").is_some_and(|q| q.bytes().all(|b| b"0.".contains(&b)));
            match coding.trim() {
                "gzip" | "x-gzip" => return !refused,
                "*" => any = !refused,
                _ => {}
            }
        }
    }
    any
}

/// Whether bytes of this type become shorter.
fn is_text(media_type: &HeaderValue) -> bool {
    let Ok(media_type) = media_type.to_str() else { return false };
    media_type.starts_with("text/")
        || ["json", "javascript", "xml"].iter().any(|kind| media_type.split(';').next().unwrap_or("").ends_with(kind))
}

/// The same bytes, compressed. `best` for what is compressed once and sent often.
pub(crate) fn gzip(bytes: &[u8], best: bool) -> Option<Bytes> {
    let level = if best { Compression::best() } else { Compression::fast() };
    let mut packed = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), level);
    // Writing to memory fails only where there is none left: then they go as they are.
    packed.write_all(bytes).ok()?;
    packed.finish().ok().map(Bytes::from)
}

/// Of an answer whose bytes are told by their digest (RFC 9530).
pub(crate) const REPR_DIGEST: &str = "repr-digest";

/// Compresses a body that is there as a whole, where the client takes it and it is text and long enough. What streams
/// (feeds) is never touched, and neither is what a digest is told of: it would be another representation.
pub(crate) async fn pack(status: StatusCode, headers: &mut HeaderMap, body: BoxBody, wanted: bool) -> BoxBody {
    let long = matches!(body.size(), BodySize::Sized(length) if length >= u64::try_from(PACKED_BYTES_MIN).unwrap_or(0));
    let text = headers.get(CONTENT_TYPE).is_some_and(is_text);
    let as_it_is = headers.contains_key(CONTENT_ENCODING) || headers.contains_key(REPR_DIGEST);
    if !long || !text || as_it_is || status == StatusCode::PARTIAL_CONTENT {
        return body;
    }
    headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if !wanted {
        return body;
    }
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return body,
    };
    let small = bytes.len() <= 2 * PIECE_BYTES_MAX;
    let packed = if small {
        gzip(&bytes, false)
    } else {
        // Long work is not for the thread that answers the others.
        let all = bytes.clone();
        actix_web::web::block(move || gzip(&all, false)).await.ok().flatten()
    };
    match packed {
        Some(packed) => {
            headers.insert(header::CONTENT_ENCODING, GZIP);
            BoxBody::new(packed)
        }
        None => BoxBody::new(bytes),
    }
}

/// The room for answers that their clients have not taken yet: a slow reader holds its answer, and there may be many.
#[derive(Clone, Debug)]
pub(crate) struct Untaken(Arc<Semaphore>);

/// A part of the room, given back when it is dropped.
pub(crate) type Room = OwnedSemaphorePermit;

impl Untaken {
    /// Room for so many bytes.
    pub fn of(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNTAKEN_BYTES_MIN)))
    }

    /// Room for an answer of `length` bytes; none is needed for a short one. An error where it is used up.
    pub fn take(&self, length: u64) -> Result<Option<Room>, NoRoom> {
        // An answer longer than all the room may go alone.
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(UNTAKEN_BYTES_MAX);
        match u32::try_from(length / UNTAKEN_BYTES_MIN) {
            Ok(0) => Ok(None),
            Ok(parts) => Arc::clone(&self.0).try_acquire_many_owned(parts).map(Some).map_err(|_| NoRoom),
            Err(_) => Err(NoRoom),
        }
    }
}

/// Too much waits to be taken already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

/// A body on its way: its connection is being answered until it is gone.
pub(crate) struct Parcel {
    body: BoxBody,
    size: BodySize,
    /// What of the body is cut into pieces: those bytes that were there as a whole.
    whole: Option<Bytes>,
    _answering: Option<Answering>,
    _room: Option<Room>,
}

impl Parcel {
    pub fn new(body: BoxBody, answering: Option<Answering>, room: Option<Room>) -> Self {
        let size = body.size();
        match body.try_into_bytes() {
            Ok(bytes) => Self { body: BoxBody::new(()), size, whole: Some(bytes), _answering: answering, _room: room },
            Err(body) => Self { body, size, whole: None, _answering: answering, _room: room },
        }
    }
}

impl MessageBody for Parcel {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        match &mut this.whole {
            Some(whole) if whole.is_empty() => Poll::Ready(None),
            // A piece shares the bytes; it is copied once the connection takes it.
            Some(whole) => Poll::Ready(Some(Ok(whole.split_to(whole.len().min(PIECE_BYTES_MAX))))),
            None => Pin::new(&mut this.body).poll_next(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::body::to_bytes;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_client_says_whether_it_takes_gzip() {
        for (accept, taken) in [
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000, *", false),
            ("*;q=0", false),
            ("br", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(&headers(&[(ACCEPT_ENCODING, accept)])), taken, "{accept}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn long_texts_are_packed_for_whom_takes_it() {
        let text = "楼道灯不亮".repeat(20_000);
        for (media_type, length, wanted, packed) in [
            ("application/json", text.len(), true, true),
            ("application/problem+json", 3000, true, true),
            ("text/csv; charset=utf-8", 3000, true, true),
            ("application/json", 3000, false, false),
            ("application/json", 300, true, false),
            ("application/octet-stream", 3000, true, false),
        ] {
            let mut headers = headers(&[(CONTENT_TYPE, media_type)]);
            let body = BoxBody::new(text.as_bytes()[..length].to_vec());
            let body = pack(StatusCode::OK, &mut headers, body, wanted).await;
            let bytes = to_bytes(body).await.unwrap();
            assert_eq!(headers.contains_key(CONTENT_ENCODING), packed, "{media_type} {length}");
            let mut read = Vec::new();
            match packed {
                true => assert_eq!(GzDecoder::new(&bytes[..]).read_to_end(&mut read).unwrap(), length),
                false => read.extend_from_slice(&bytes),
            }
            assert_eq!(read, text.as_bytes()[..length]);
        }
    }

    #[test]
    fn there_is_room_for_so_much_that_nobody_takes() {
        let untaken = Untaken::of(3 * UNTAKEN_BYTES_MIN);
        let part = u64::try_from(UNTAKEN_BYTES_MIN).unwrap();
        assert!(untaken.take(part - 1).unwrap().is_none(), "a short one needs none");
        let held = untaken.take(2 * part).unwrap();
        assert!(held.is_some());
        assert_eq!(untaken.take(2 * part).unwrap_err(), NoRoom);
        let small = untaken.take(part).unwrap();
        drop((held, small));
        assert!(untaken.take(3 * part).unwrap().is_some(), "what is taken or given up makes room again");
    }

    #[tokio::test]
    async fn a_long_body_goes_in_pieces_that_share_its_bytes() {
        let all = Bytes::from(vec![7; 3 * PIECE_BYTES_MAX + 1]);
        let mut parcel = Parcel::new(BoxBody::new(all.clone()), None, None);
        assert_eq!(parcel.size(), BodySize::Sized(all.len().try_into().unwrap()));
        let mut pieces = Vec::new();
        while let Some(piece) = std::future::poll_fn(|cx| Pin::new(&mut parcel).poll_next(cx)).await {
            pieces.push(piece.unwrap());
        }
        assert_eq!(pieces.len(), 4);
        assert!(pieces.iter().all(|piece| all.as_ptr_range().contains(&piece.as_ptr())));
        assert_eq!(pieces.concat(), all);
    }
}
