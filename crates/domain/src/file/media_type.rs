//! The closed list of what a file may be.

use crate::vocabulary::FileKind;

/// Declares the media types: the name that is recorded and served, the kind, and other names that clients have for it.
macro_rules! media_types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $kind:ident, [$($alias:literal),*];)+) => {
        /// A media type that a file may have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum MediaType {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl MediaType {
            /// Every one, by kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every name that is read, whoever's it is.
            pub const NAMES: &'static [&'static str] = &[$($name, $($alias,)*)+];

            /// Its name, as it is recorded and served.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The kind of file that it is.
            pub const fn kind(self) -> FileKind {
                match self { $(Self::$variant => FileKind::$kind),+ }
            }

            /// Reads a name, in whatever case; some types have several that are in use.
            pub fn parse(name: &str) -> Option<Self> {
                match name.to_ascii_lowercase().as_str() {
                    $($name $(| $alias)* => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

media_types! {
    /// PDF.
    Pdf = "application/pdf", Document, [];
    /// OFD (GB/T 33190).
    Ofd = "application/ofd", Document, ["application/vnd.ofd"];
    /// Word.
    Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Document, [];
    /// Excel.
    Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Document, [];
    /// PowerPoint.
    Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation", Document, [];
    /// Plain text.
    Text = "text/plain", Document, [];
    /// JPEG.
    Jpeg = "image/jpeg", Image, ["image/jpg", "image/pjpeg"];
    /// PNG.
    Png = "image/png", Image, [];
    /// WebP.
    Webp = "image/webp", Image, [];
    /// HEIC.
    Heic = "image/heic", Image, ["image/heif"];
    /// MP3.
    Mp3 = "audio/mpeg", Audio, ["audio/mp3"];
    /// MPEG-4 sound.
    M4a = "audio/mp4", Audio, ["audio/m4a", "audio/x-m4a"];
    /// AMR.
    Amr = "audio/amr", Audio, [];
    /// WAV.
    Wav = "audio/wav", Audio, ["audio/x-wav", "audio/wave", "audio/vnd.wave"];
    /// MPEG-4.
    Mp4 = "video/mp4", Video, [];
    /// QuickTime.
    Mov = "video/quicktime", Video, [];
}
