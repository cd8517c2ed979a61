//! What a file is, by its bytes alone: by how it begins, where that says it, by its structure, where that is soon followed, by
//! its entries, where it is packed, and by all of it, where it is text.

use crate::archive::{self, Packed};
use crate::error::FileError;
use crate::reading::Reading;
use crate::structure::{Jpeg, Pdf, Png, Structure};
use crate::text::Text;
use infer::{archive as zip, audio, image, video};
use std::sync::Arc;

pub use crate::archive::{Bounds, Unsafe};

/// So many first bytes say what a file is, where its beginning says it.
const HEAD_BYTES: usize = 4096;

/// How a media type shows.
enum Shows {
    /// In the first bytes.
    AtOnce(fn(&[u8]) -> bool),
    /// From the first byte to the last.
    Throughout(Structure),
    /// In the entries of an archive.
    Packed,
    /// In all of it.
    AsText,
}

/// Bytes that are looked at as they pass, for one media type.
pub struct Looking {
    media_type: &'static str,
    shows: Option<Shows>,
    head: Vec<u8>,
    text: Text,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The bytes are of the media type.
    Fits,
    /// They are not.
    Differs,
    /// They are an archive that is not safe to keep.
    Unsafe(Unsafe),
}

impl Looking {
    /// For bytes that are said to be of a media type. Whatever it is that is not known here, no bytes are of it.
    pub fn for_type(media_type: &'static str) -> Self {
        let shows = match media_type {
            "application/pdf" => Some(Shows::Throughout(Structure::Pdf(Pdf::new()))),
            "text/plain" => Some(Shows::AsText),
            "image/jpeg" => Some(Shows::Throughout(Structure::Jpeg(Jpeg::new()))),
            "image/png" => Some(Shows::Throughout(Structure::Png(Png::new()))),
            "image/webp" => Some(Shows::AtOnce(is_webp)),
            "image/heic" => Some(Shows::AtOnce(image::is_heif)),
            "audio/mpeg" => Some(Shows::AtOnce(audio::is_mp3)),
            // Many recorders write sound alone under the brands of MPEG-4 in general.
            "audio/mp4" => Some(Shows::AtOnce(|head| audio::is_m4a(head) || video::is_mp4(head))),
            "audio/amr" => Some(Shows::AtOnce(audio::is_amr)),
            "audio/wav" => Some(Shows::AtOnce(audio::is_wav)),
            "video/mp4" => Some(Shows::AtOnce(|head| video::is_mp4(head) || video::is_m4v(head))),
            "video/quicktime" => Some(Shows::AtOnce(video::is_mov)),
            packed if archive::is_packed(packed) => Some(Shows::Packed),
            _ => None,
        };
        Self { media_type, shows, head: Vec::with_capacity(HEAD_BYTES), text: Text::new() }
    }

    /// Whether anything can be of a media type.
    pub fn knows(media_type: &'static str) -> bool {
        Self::for_type(media_type).shows.is_some()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let wanted = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(wanted)]);
        match &mut self.shows {
            Some(Shows::AsText) => self.text.update(bytes),
            Some(Shows::Throughout(structure)) => structure.update(bytes),
            Some(Shows::AtOnce(_) | Shows::Packed) | None => {}
        }
    }

    /// Whether it is clear already that the bytes are something else: nothing more of them need be taken.
    pub fn differs(&self) -> bool {
        if self.head.len() < HEAD_BYTES {
            return false;
        }
        match &self.shows {
            Some(Shows::AtOnce(is)) => !is(&self.head),
            Some(Shows::Throughout(structure)) => structure.is_lost(),
            Some(Shows::Packed) => !zip::is_zip(&self.head),
            Some(Shows::AsText) => false,
            None => true,
        }
    }

    /// What the bytes are, once all have passed and can be read again. Nothing is unpacked but in passing.
    ///
    /// # Errors
    /// Where they cannot be read again.
    pub async fn finish(self, again: Reading, bounds: Bounds) -> Result<Looked, FileError> {
        let fits = match self.shows {
            Some(Shows::AtOnce(is)) => is(&self.head),
            Some(Shows::Throughout(structure)) => structure.is_whole(),
            Some(Shows::AsText) => !is_pdf(&self.head) && self.text.finish(),
            Some(Shows::Packed) if zip::is_zip(&self.head) => {
                let found = archive::look(Arc::new(again), bounds).await?;
                return Ok(match found {
                    Packed::Document(found) if found == Some(self.media_type) => Looked::Fits,
                    Packed::Document(_) => Looked::Differs,
                    Packed::Unsafe(why) => Looked::Unsafe(why),
                });
            }
            Some(Shows::Packed) | None => false,
        };
        Ok(if fits { Looked::Fits } else { Looked::Differs })
    }
}

/// infer finds the mark anywhere in the first kilobyte, where it may be a picture's or a page's.
fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// With the container that it comes in; infer looks at the name alone.
fn is_webp(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && image::is_webp(head)
}

#[cfg(test)]
mod tests;
