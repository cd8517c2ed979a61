//! Where an answer ends: HTTP/1.1 by its length or in chunks, and gRPC in frames of HTTP/2.

use std::borrow::Cow;

/// A whole answer.
pub struct Answer<'a> {
    pub status: u16,
    pub body: Cow<'a, [u8]>,
    /// How much of what arrived has been read with it.
    pub used: usize,
}

/// What is known of an answer that is still arriving, so that nothing is read twice.
#[derive(Default)]
pub struct Progress {
    head: Option<Head>,
    /// Of HTTP/2: how much has been read as frames, and whether a message was among them.
    read: usize,
    message: bool,
}

#[derive(Clone, Copy)]
struct Head {
    status: u16,
    body: usize,
    /// `None` for chunks.
    length: Option<usize>,
}

impl Progress {
    /// The answer, once all of it is there.
    pub fn http<'a>(&mut self, input: &'a [u8]) -> Option<Answer<'a>> {
        if self.head.is_none() {
            self.head = head(input);
        }
        let Head { status, body, length } = self.head?;
        let body = match length {
            Some(length) => Cow::Borrowed(input.get(body..body + length)?),
            // Looked through once for each time that more has come; only long answers come so.
            None if !input.ends_with(b"0\r\n\r\n") => return None,
            None => Cow::Owned(joined(&input[body..])?),
        };
        *self = Self::default();
        Some(Answer { status, body, used: input.len() })
    }

    /// The answer to a unary call, once its stream has ended. What the server wants acknowledged is put into `reply`.
    ///
    /// Only a call that went well has a message: of an error there are trailers alone, and it is told as 500.
    pub fn grpc<'a>(&mut self, input: &'a [u8], reply: &mut Vec<u8>) -> Option<Answer<'a>> {
        let mut ended = None;
        while let Some(Frame { kind, flags, payload }) = Frame::read(&input[self.read..]) {
            self.read += 9 + payload.len();
            match kind {
                Frame::DATA => self.message |= payload.len() >= 5,
                Frame::SETTINGS if flags & Frame::ACK == 0 => Frame::write(reply, kind, Frame::ACK, 0, &[]),
                Frame::PING if flags & Frame::ACK == 0 => Frame::write(reply, kind, Frame::ACK, 0, payload),
                Frame::RST_STREAM | Frame::GOAWAY => panic!("the server ended the stream: {payload:?}"),
                _ => {}
            }
            if matches!(kind, Frame::DATA | Frame::HEADERS) && flags & Frame::END_STREAM != 0 {
                ended = Some(payload);
            }
        }
        let (body, status) = (Cow::Borrowed(ended?), if self.message { 200 } else { 500 });
        let used = std::mem::take(self).read;
        Some(Answer { status, body, used })
    }
}

/// The head of an answer of HTTP/1.1, once it is there.
fn head(input: &[u8]) -> Option<Head> {
    let end = input.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&input[..end]).unwrap();
    let status = text[9..12].parse().unwrap();
    let value = |wanted: &str| {
        text.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let length = value("content-length").map(|length| length.parse().unwrap());
    assert!(length.is_some() || value("transfer-encoding").is_some(), "an answer without an end: {text}");
    Some(Head { status, body: end + 4, length })
}

/// The body of chunks, if they are whole.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(chunks.len());
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunks.get(end + 2..end + 2 + size)?);
        chunks = chunks.get(end + 4 + size..)?;
    }
}

/// A frame of HTTP/2 (RFC 9113).
pub struct Frame<'a> {
    kind: u8,
    flags: u8,
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    const GOAWAY: u8 = 7;
    pub const WINDOW_UPDATE: u8 = 8;
    pub const END_STREAM: u8 = 1;
    const ACK: u8 = 1;
    pub const END_HEADERS: u8 = 4;

    fn read(input: &'a [u8]) -> Option<Self> {
        let [a, b, c, kind, flags, ..] = *input.get(..9)? else { return None };
        let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        Some(Self { kind, flags, payload: input.get(9..9 + length)? })
    }

    pub fn write(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        out.extend_from_slice(&length[1..]);
        out.extend_from_slice(&[kind, flags]);
        out.extend_from_slice(&stream.to_be_bytes());
        out.extend_from_slice(payload);
    }
}
