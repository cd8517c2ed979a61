//! What pictures and papers are from their first byte to their last: a beginning alone says little of what hangs behind it.
//! Looked at as they pass, in constant memory.

/// A file that has a structure to follow.
pub(crate) enum Structure {
    /// JPEG (ITU-T T.81).
    Jpeg(Jpeg),
    /// PNG (W3C PNG).
    Png(Png),
    /// PDF (ISO 32000).
    Pdf(Pdf),
}

impl Structure {
    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Jpeg(jpeg) => jpeg.update(bytes),
            Self::Png(png) => png.update(bytes),
            Self::Pdf(pdf) => pdf.update(bytes),
        }
    }

    /// Whether nothing that may follow can make it whole.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Self::Jpeg(jpeg) => matches!(jpeg.at, InJpeg::Lost),
            Self::Png(png) => png.lost,
            Self::Pdf(pdf) => pdf.is_other(),
        }
    }

    /// Whether what has passed is whole.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::Jpeg(jpeg) => matches!(jpeg.at, InJpeg::Ended),
            Self::Png(png) => png.ended && png.skip == 0 && png.have == 0 && !png.lost,
            Self::Pdf(pdf) => pdf.is_whole(),
        }
    }
}

/// Where in a JPEG the next byte stands.
#[derive(Clone, Copy)]
enum InJpeg {
    /// Before it.
    Start,
    /// Behind the first byte of the mark that begins it.
    Started,
    /// Before a marker.
    Segment,
    /// Behind its `FF`.
    Marker,
    /// At the length of a segment.
    Length { marker: u8, high: Option<u8> },
    /// In a segment, so many bytes before its end.
    Skip { marker: u8, left: usize },
    /// In the coded data of a scan.
    Scan,
    /// There, behind an `FF`.
    ScanMarker,
    /// Behind the mark that ends it. Telephones hang more pictures, or a film, behind it: what is there is looked at no more.
    Ended,
    /// It is none.
    Lost,
}

/// A JPEG: SOI, segments among them a frame and a scan, EOI.
pub(crate) struct Jpeg {
    at: InJpeg,
    frame: bool,
    scan: bool,
}

impl Jpeg {
    pub(crate) fn new() -> Self {
        Self { at: InJpeg::Start, frame: false, scan: false }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            bytes = rest;
            self.at = match self.at {
                InJpeg::Ended | InJpeg::Lost => return,
                InJpeg::Skip { marker, left } => {
                    // The byte just taken is one of them.
                    let more = rest.len().min(left - 1);
                    bytes = &rest[more..];
                    self.skipped(marker, left - 1 - more)
                }
                InJpeg::Scan => {
                    let coded = if byte == 0xFF { Some(0) } else { rest.iter().position(|byte| *byte == 0xFF) };
                    match coded {
                        Some(_) if byte == 0xFF => InJpeg::ScanMarker,
                        Some(at) => {
                            bytes = &rest[at + 1..];
                            InJpeg::ScanMarker
                        }
                        None => {
                            bytes = &[];
                            InJpeg::Scan
                        }
                    }
                }
                at @ (InJpeg::Start
                | InJpeg::Started
                | InJpeg::Segment
                | InJpeg::Marker
                | InJpeg::Length { .. }
                | InJpeg::ScanMarker) => self.step(at, byte),
            };
        }
    }

    /// Behind one more byte, where it is neither in a segment nor in coded data.
    fn step(&mut self, at: InJpeg, byte: u8) -> InJpeg {
        match (at, byte) {
            (InJpeg::Start, 0xFF) => InJpeg::Started,
            (InJpeg::Started, 0xD8) => InJpeg::Segment,
            // Any number of `FF` may fill the place before a marker.
            (InJpeg::Segment | InJpeg::Marker, 0xFF) => InJpeg::Marker,
            (InJpeg::ScanMarker, 0xFF) => InJpeg::ScanMarker,
            // A coded `FF`, or a restart.
            (InJpeg::ScanMarker, 0x00 | 0xD0..=0xD7) => InJpeg::Scan,
            (InJpeg::Marker | InJpeg::ScanMarker, 0xD9) if self.frame && self.scan => InJpeg::Ended,
            (InJpeg::Marker, 0x01 | 0xD0..=0xD7) => InJpeg::Segment,
            (InJpeg::Marker | InJpeg::ScanMarker, 0xC0..=0xCF | 0xDA..=0xFE) => {
                self.frame |= matches!(byte, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF);
                self.scan |= byte == 0xDA;
                InJpeg::Length { marker: byte, high: None }
            }
            (InJpeg::Length { marker, high: None }, high) => InJpeg::Length { marker, high: Some(high) },
            (InJpeg::Length { marker, high: Some(high) }, low) => {
                // The length counts its own two bytes.
                match usize::from(u16::from_be_bytes([high, low])).checked_sub(2) {
                    Some(left) => self.skipped(marker, left),
                    None => InJpeg::Lost,
                }
            }
            _ => InJpeg::Lost,
        }
    }

    fn skipped(&self, marker: u8, left: usize) -> InJpeg {
        match (left, marker) {
            (0, 0xDA) => InJpeg::Scan,
            (0, _) => InJpeg::Segment,
            (left, marker) => InJpeg::Skip { marker, left },
        }
    }
}

const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// A PNG: its signature, chunks from `IHDR` to `IEND` with pictures' data among them, and nothing behind.
pub(crate) struct Png {
    /// The signature, or length and type of a chunk, as far as it has come.
    header: [u8; 8],
    have: usize,
    /// Bytes of a chunk that are still to come, its checksum with them.
    skip: u64,
    /// Headers seen, the signature first.
    seen: u64,
    data: bool,
    ended: bool,
    lost: bool,
}

impl Png {
    pub(crate) fn new() -> Self {
        Self { header: [0; 8], have: 0, skip: 0, seen: 0, data: false, ended: false, lost: false }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.lost {
            if self.skip > 0 {
                let passed = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
                self.skip -= passed as u64;
                bytes = &bytes[passed..];
                continue;
            }
            let taken = (self.header.len() - self.have).min(bytes.len());
            self.header[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            self.have += taken;
            bytes = &bytes[taken..];
            // Behind the last chunk stands nothing.
            self.lost |= self.ended;
            if self.have == self.header.len() {
                self.have = 0;
                self.begin();
            }
        }
    }

    /// A signature, or a chunk, begins.
    fn begin(&mut self) {
        let [a, b, c, d, kind @ ..] = self.header;
        let length = u32::from_be_bytes([a, b, c, d]);
        let fits = match (self.seen, &kind) {
            (0, _) => self.header == PNG,
            (1, kind) => kind == b"IHDR" && length == 13,
            (_, b"IEND") => length == 0 && self.data,
            (_, kind) => kind != b"IHDR" && kind.iter().all(u8::is_ascii_alphabetic) && length < 1 << 31,
        };
        self.lost |= !fits;
        if self.seen > 0 {
            self.data |= kind == *b"IDAT";
            self.ended = kind == *b"IEND";
            self.skip = u64::from(length) + 4;
        }
        self.seen += 1;
    }
}

/// A PDF: the mark and the version that begin it, and the mark of its end in the last kilobyte (ISO 32000-1, Annex H.3).
pub(crate) struct Pdf {
    head: Vec<u8>,
    tail: Vec<u8>,
}

const PDF_HEAD: &[u8] = b"%PDF-";
const PDF_END: &[u8] = b"%%EOF";
/// Writers may put so many bytes behind its end.
const TAIL_BYTES: usize = 1024;

impl Pdf {
    pub(crate) fn new() -> Self {
        Self { head: Vec::with_capacity(PDF_HEAD.len() + 1), tail: Vec::with_capacity(2 * TAIL_BYTES) }
    }

    fn update(&mut self, bytes: &[u8]) {
        let wanted = PDF_HEAD.len() + 1 - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(wanted)]);
        let last = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
        self.tail.extend_from_slice(last);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL_BYTES));
    }

    fn is_other(&self) -> bool {
        let begun = self.head.len().min(PDF_HEAD.len());
        self.head[..begun] != PDF_HEAD[..begun] || self.head.get(PDF_HEAD.len()).is_some_and(|at| !at.is_ascii_digit())
    }

    fn is_whole(&self) -> bool {
        let ends = self.tail.windows(PDF_END.len()).any(|window| window == PDF_END);
        self.head.len() > PDF_HEAD.len() && !self.is_other() && ends
    }
}

#[cfg(test)]
pub(crate) mod tests;
