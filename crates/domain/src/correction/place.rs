//! The places whose recorded values may be corrected, a closed list for each family that has corrections (`correctable.rs`
//! of issues, receptions, sessions and deeds). Rows of the tables are made of them, so that whatever puts a right value in its
//! place says of each of them what it does.

/// Declares a list: each place with its pointer, in which `*` stands for an index.
macro_rules! places {
    ($(#[doc = $about:literal])+ { $($place:ident = $pointer:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Place {
            $(#[doc = $pointer] $place,)+
        }

        impl Place {
            /// Every place.
            pub const ALL: &'static [Self] = &[$(Self::$place),+];

            /// The pointer of its rows.
            pub const fn pointer(self) -> &'static str {
                match self { $(Self::$place => $pointer),+ }
            }

            /// The place that a pointer names; nothing where that is a text in a sealed box.
            pub fn of(pointer: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|place| $crate::correction::place::covers(place.pointer(), pointer))
            }
        }
    };
}
pub(crate) use places;

/// Whether the pointer of a row covers one that was asked for.
pub(crate) fn covers(own: &str, asked: &str) -> bool {
    let canonical = |text: &str| text.len() <= 3 && text.parse::<usize>().is_ok_and(|n| n.to_string() == text);
    let mut asked = asked.split('/');
    own.split('/').all(|own| asked.next().is_some_and(|text| own == text || own == "*" && canonical(text)))
        && asked.next().is_none()
}

/// The right value in its place. A place that is not shown any more keeps its value, and so does one whose value cannot be
/// read: a fold never fails.
pub(crate) fn put<T>(place: Option<&mut T>, value: Option<T>) {
    if let (Some(place), Some(value)) = (place, value) {
        *place = value;
    }
}
