//! Whether bytes are plain text: UTF-8 or GB18030, without controls, as they pass.

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};

/// Bytes that may turn out to be text.
pub(crate) struct Text {
    utf8: Option<Decoder>,
    gb18030: Option<Decoder>,
}

impl Text {
    pub fn new() -> Self {
        let decoder = |encoding: &'static encoding_rs::Encoding| Some(encoding.new_decoder_without_bom_handling());
        Self { utf8: decoder(UTF_8), gb18030: decoder(GB18030) }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.decode(bytes, false);
    }

    /// Whether all that came is text, once all came.
    pub fn finish(mut self) -> bool {
        self.decode(&[], true);
        self.utf8.is_some() || self.gb18030.is_some()
    }

    fn decode(&mut self, bytes: &[u8], last: bool) {
        for decoder in [&mut self.utf8, &mut self.gb18030] {
            let fits = decoder.as_mut().is_none_or(|decoder| fits(decoder, bytes, last));
            if !fits {
                *decoder = None;
            }
        }
    }
}

fn fits(decoder: &mut Decoder, mut bytes: &[u8], last: bool) -> bool {
    let mut out = [0; 4096];
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut out, last);
        if out[..written].iter().any(|byte| is_control(*byte)) {
            return false;
        }
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

/// A control that no text has. In UTF-8 such a byte stands for itself only.
const fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_text(bytes: &[u8]) -> bool {
        // In the smallest pieces: a character may be cut anywhere.
        let mut text = Text::new();
        bytes.iter().for_each(|byte| text.update(&[*byte]));
        let piecewise = text.finish();
        let mut text = Text::new();
        text.update(bytes);
        assert_eq!(text.finish(), piecewise);
        piecewise
    }

    #[test]
    fn text_is_utf8_or_gb18030_without_controls() {
        let (gb, _, _) = GB18030.encode("三月二十六日，接待记录：楼道灯不亮。");
        for text in ["接待记录\r\n\t一、楼道灯\n".as_bytes(), "\u{feff}会议".as_bytes(), b"plain", b"", &gb]
        {
            assert!(is_text(text), "{text:?}");
        }
        // In GB18030 most bytes above 0x80 are the first of two: only the end tells that one is missing.
        let cut = &"接".as_bytes()[..1];
        let binary: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
        for bytes in [cut, binary, b"a\0b", b"\x1b[31m", &[0xff, 0xfe, b'a', 0], &[0x81]] {
            assert!(!is_text(bytes), "{bytes:?}");
        }
    }
}
